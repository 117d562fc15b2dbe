//! Skipping a question, going on to the next, and who has a say.

use super::super::script::play;
use crate::content::QuestionKind::Choice;
use crate::quiz::Mode;

#[test]
fn a_majority_of_those_who_play_skips() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins     | joined
        0 ben joins     | joined
        0 cy joins      | joined
        0 ben skips     | no, it has not begun
        1 ada starts    | post q1; begun; open until 31
        2 ben presses B | chose B
        3 dee skips q1  | no, you do not play
        3 ben skips q1  | 1 of 2 votes
        3 ben skips q1  | 1 of 2 votes
        4 cy skips      | q1: nobody; skipped; revealed until 14
        5 cy skips q1   | no, too late
        scores          |
        ",
    );
}

#[test]
fn the_starter_skips_at_once_without_playing() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ben joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ben presses B | chose B; open until 4, not 31
        2 ada skips q1  | q1: nobody; skipped; revealed until 12
        ",
    );
}

#[test]
fn a_moderator_skips_at_once() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ben joins  | joined
        1 ada starts | post q1; begun; open until 31
        2 mo skips   | q1: nobody; skipped; revealed until 12
        ",
    );
}

#[test]
fn a_skip_that_comes_when_the_time_is_up_takes_nothing_back() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ben joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ben presses B | chose B; open until 4, not 31
        4 mo skips q1   | q1: ben B 100; no, too late; revealed until 14
        scores          | 1* ben 100 (1/1, streak 1 of 1)
        ",
    );
}

#[test]
fn a_stop_that_comes_when_the_time_is_up_takes_nothing_back() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ben joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ben presses B | chose B; open until 4, not 31
        4 mo stops      | q1: ben B 100; post end; stopped; over, stopped by mo
        scores          | 1* ben 100 (1/1, streak 1 of 1)
        ",
    );
}

#[test]
fn a_majority_goes_on_to_the_next_question() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins               | joined
        0 ben joins               | joined
        1 ada starts              | post q1; begun; open until 31
        2 ada presses B           | chose B
        2 ben presses B           | chose B; open until 4, not 31
        3 ben wants next          | no such thing
        4 tick                    | q1: ada B 100, ben B 100 (counts); revealed until 14
        5 cy wants next           | no, you do not play
        5 ada wants next          | 1 of 2 votes
        5 ada wants next          | 1 of 2 votes
        6 ben wants next          | post q2; next; open until 36
        7 ben wants next after q1 | no, an old question
        ",
    );
}

#[test]
fn the_skip_command_during_a_reveal_goes_on() {
    play(
        Mode::Classic,
        &[Choice, Choice, Choice],
        "
        0 ada joins  | joined
        0 ben joins  | joined
        1 ada starts | post q1; begun; open until 31
        2 ada skips  | q1: nobody; skipped; revealed until 12
        3 ada skips  | post q2; next; open until 33
        4 mo skips   | q2: nobody; skipped; revealed until 14
        5 ben skips  | 1 of 2 votes
        5 ada skips  | post q3; next; open until 35
        6 mo skips   | q3: nobody; skipped; revealed until 16
        ",
    );
}

#[test]
fn who_is_away_is_not_waited_for_and_has_no_part_in_the_majority() {
    play(
        Mode::Classic,
        &[Choice, Choice, Choice, Choice, Choice],
        "
        0 ada joins       | joined
        0 ben joins       | joined
        1 ada starts      | post q1; begun; open until 31
        2 ada presses B   | chose B
        31 tick           | q1: ada B 100; revealed until 41
        41 tick           | post q2; open until 71
        42 ada presses B  | chose B
        71 tick           | q2: ada B 100; revealed until 81
        81 tick           | post q3; open until 111
        82 ada presses B  | chose B; open until 84, not 111
        84 tick           | q3: ada B 100; revealed until 94
        85 ada wants next | post q4; next; open until 115
        86 ben skips q4   | 1 of 2 votes
        87 ada presses B  | chose B
        ",
    );
}

#[test]
fn who_comes_back_is_waited_for() {
    play(
        Mode::Classic,
        &[Choice, Choice, Choice],
        "
        0 ada joins      | joined
        0 ben joins      | joined
        1 ada starts     | post q1; begun; open until 31
        2 ada presses B  | chose B
        31 tick          | q1: ada B 100; revealed until 41
        41 tick          | post q2; open until 71
        42 ada presses B | chose B
        71 tick          | q2: ada B 100; revealed until 81
        81 tick          | post q3; open until 111
        82 ada presses B | chose B; open until 84, not 111
        83 ben joins     | joined before; open until 111
        84 tick          |
        85 ben presses B | chose B; open until 87, not 111
        87 tick          | q3: ada B 100, ben B 100 (counts); revealed until 97
        ",
    );
}
