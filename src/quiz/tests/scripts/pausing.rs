//! Pauses: asked for, because nobody is there, and for too long.

use super::super::script::play;
use crate::content::QuestionKind::Choice;
use crate::quiz::Mode;

#[test]
fn a_question_goes_on_with_the_time_that_was_left() {
    play(
        Mode::Classic,
        &[Choice],
        "
        0 ada joins       | joined
        0 ben joins       | joined
        0 ada pauses      | no, it has not begun
        1 ada starts      | post q1; begun; open until 31
        2 ada presses B   | chose B
        3 ada resumes     | no, it is not paused
        11 ben pauses     | no, it is not yours
        11 ada pauses     | paused; paused with 10 s passed, 20 s left
        12 mo pauses      | before
        20 ben presses B  | no, it is paused
        20 ben skips q1   | no, it is paused
        20 cy joins       | joined
        500 ben resumes   | no, it is not yours
        500 ada resumes   | resumed; open until 520
        501 ben presses B | chose B
        520 tick          | q1: ada B 100, ben B 100 (counts); revealed until 530
        ",
    );
}

#[test]
fn a_question_is_open_for_ten_seconds_at_least_when_it_goes_on() {
    play(
        Mode::Classic,
        &[Choice],
        "
        0 ada joins    | joined
        1 ada starts   | post q1; begun; open until 31
        30 ada pauses  | paused; paused with 29 s passed, 1 s left
        40 ada resumes | resumed; open until 50
        ",
    );
}

#[test]
fn a_pause_that_comes_when_the_time_is_up_is_after_the_question() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins     | joined
        0 ben joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ada presses B | chose B
        31 ada pauses   | q1: ada B 100; paused; paused
        40 ada resumes  | post q2; resumed; open until 70
        ",
    );
}

#[test]
fn nobody_waits_after_a_pause_when_all_have_answered() {
    play(
        Mode::Untimed,
        &[Choice, Choice],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; open until 901
        2 ada presses B | chose B; open until 4, not 902
        3 ada pauses    | paused; paused with 2 s passed, 899 s left
        40 ada resumes  | resumed; open until 42, not 940
        42 tick         | q1: ada B 100; revealed until 52
        ",
    );
}

#[test]
fn a_pause_between_questions_goes_on_with_the_next() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins      | joined
        1 ada starts     | post q1; begun; open until 31
        2 ada presses B  | chose B; open until 4, not 31
        4 tick           | q1: ada B 100; revealed until 14
        5 ada pauses     | paused; paused
        6 ada presses B  | no, an old question
        6 ada wants next | no, it is paused
        100 tick         |
        100 mo resumes   | post q2; resumed; open until 130
        ",
    );
}

#[test]
fn speed_does_not_count_the_pause() {
    play(
        Mode::Race,
        &[Choice],
        "
        0 ada joins       | joined
        1 ada starts      | post q1; begun; open until 31
        4 ada pauses      | paused; paused with 3 s passed, 27 s left
        100 ada resumes   | resumed; open until 127
        100 ada presses B | chose B; open until 102, not 127
        102 tick          | q1: ada B 145; revealed until 112
        ",
    );
}

#[test]
fn two_questions_without_any_answer_make_a_pause() {
    play(
        Mode::Classic,
        &[Choice, Choice, Choice, Choice, Choice],
        "
        0 ada joins       | joined
        1 ada starts      | post q1; begun; open until 31
        31 tick           | q1: nobody; revealed until 41
        41 tick           | post q2; open until 71
        71 tick           | q2: nobody; paused, nobody is there
        100 ada resumes   | post q3; resumed; open until 130
        130 tick          | q3: nobody; revealed until 140
        140 tick          | post q4; open until 170
        141 ada presses B | chose B; open until 143, not 170
        143 tick          | q4: ada B 100; revealed until 153
        153 tick          | post q5; open until 183
        183 tick          | q5: nobody; revealed until 193
        ",
    );
}

#[test]
fn the_end_is_the_end_even_if_nobody_is_there() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins  | joined
        1 ada starts | post q1; begun; open until 31
        31 tick      | q1: nobody; revealed until 41
        41 tick      | post q2; open until 71
        71 tick      | q2: nobody; revealed until 81
        81 tick      | post end; over, finished
        ",
    );
}

#[test]
fn a_skipped_question_is_a_sign_of_life() {
    play(
        Mode::Classic,
        &[Choice, Choice, Choice, Choice],
        "
        1 ada starts | post q1; begun; open until 31
        31 tick      | q1: nobody; revealed until 41
        41 tick      | post q2; open until 71
        42 ada skips | q2: nobody; skipped; revealed until 52
        52 tick      | post q3; open until 82
        82 tick      | q3: nobody; revealed until 92
        ",
    );
}

#[test]
fn a_game_that_is_paused_for_a_week_ends() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins        | joined
        1 ada starts       | post q1; begun; open until 31
        2 ada presses B    | chose B; open until 4, not 31
        5 ada pauses       | q1: ada B 100; paused; paused
        604804.9 tick      |
        604805 ada resumes | post end; no, it is over; over, abandoned
        ",
    );
}

#[test]
fn a_paused_game_can_be_stopped() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ada presses B | chose B; open until 4, not 31
        3 ada pauses    | paused; paused with 2 s passed, 28 s left
        4 mo stops      | q1: nobody; post end; stopped; over, stopped by mo
        ",
    );
}
