//! Restarts, and a clock that is set.

use super::super::script::{play, play_by_hand};
use crate::content::QuestionKind::Choice;
use crate::quiz::Mode;

#[test]
fn after_a_restart_a_question_is_open_for_ten_seconds_at_least() {
    play(
        Mode::Classic,
        &[Choice],
        "
        0 ada joins       | joined
        1 ada starts      | post q1; begun; open until 31
        10 restart        |
        25 restart        | open until 35
        500 restart       | open until 510
        505 ada presses B | chose B; open until 507, not 510
        507 tick          | q1: ada B 100; revealed until 517
        ",
    );
}

#[test]
fn after_a_restart_a_question_that_all_have_answered_closes_soon() {
    play(
        Mode::Classic,
        &[Choice],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ada presses B | chose B; open until 4, not 31
        3 restart       | open until 5, not 31
        60 restart      | open until 62, not 70
        62 tick         | q1: ada B 100; revealed until 72
        ",
    );
}

#[test]
fn after_a_restart_the_lobby_and_the_reveal_last_a_breath() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins       | joined
        5 restart         |
        100 restart       | lobby until 103
        103 tick          | post q1; open until 133
        104 ada presses B | chose B; open until 106, not 133
        106 tick          | q1: ada B 100; revealed until 116
        110 restart       |
        500 restart       | revealed until 503
        503 tick          | post q2; open until 533
        ",
    );
}

#[test]
fn after_a_restart_what_was_wanted_is_wanted_again() {
    play_by_hand(
        Mode::Classic,
        &[Choice, Choice],
        "
        1 lobby is there |
        1 ada joins      | maybe edit lobby; joined
        2 ada starts     | edit lobby; post q1; begun; asking
        2 restart        | edit lobby; post q1
        3 claim q1       | send
        4 restart        | edit lobby; post q1
        4 claim q1       | look first since 3
        5 q1 is there    | open until 33
        6 ada presses B  | maybe edit q1; chose B; open until 8, not 33
        8 tick           | q1: ada B 100; edit q1; revealed until 18
        9 restart        | edit lobby; edit q1
        10 q1 shows 3    |
        10 lobby shows 2 |
        11 restart       |
        14 tick          |
        14 restart       |
        ",
    );
}

#[test]
fn when_the_clock_is_set_the_time_that_is_left_stays() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins      | joined
        5 clock 3600     | lobby until 3615
        3615 tick        | post q1; open until 3645
        16 clock -3600   | open until 45
        20 ada presses B | chose B; open until 22, not 45
        22 tick          | q1: ada B 100; revealed until 32
        33 clock 10      | revealed until 42
        42 tick          | post q2; open until 72
        45 ada pauses    | paused; paused with 3 s passed, 27 s left
        145 clock 100    | paused with 3 s passed, 27 s left
        604944.9 tick    |
        604945 tick      | q2: nobody; post end; over, abandoned
        ",
    );
}

#[test]
fn speed_does_not_count_what_the_clock_was_set_by() {
    play(
        Mode::Race,
        &[Choice],
        "
        0 ada joins        | joined
        1 ada starts       | post q1; begun; open until 31
        2 clock 3600       | open until 3631
        3601 ada presses B | chose B; open until 3603, not 3631
        3603 tick          | q1: ada B 150; revealed until 3613
        ",
    );
}

#[test]
fn countdowns_are_set_right_with_the_clock() {
    play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        1 lobby is there  |
        2 clock 100       | edit lobby; lobby until 115
        102 lobby shows 2 |
        102 ada starts    | edit lobby; post q1; begun; asking
        103 claim q1      | send
        103 clock 50      |
        153.5 q1 is there | edit q1; open until 183
        154 q1 shows 2    |
        160 clock -150    | edit q1; open until 33
        ",
    );
}
