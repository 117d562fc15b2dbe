//! Messages: claimed before they are sent, looked for after a kill, deleted by somebody, and never sent twice.

use super::super::script::play_by_hand;
use crate::content::QuestionKind::Choice;
use crate::quiz::Mode;

#[test]
fn a_message_is_claimed_once() {
    play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        1 ada starts  | post q1; begun; asking
        2 claim q1    | send
        2.5 claim q1  | look first since 2
        3 q1 is there | open until 32
        3 q1 is there |
        3 claim q1    | leave
        3 claim q2    | leave
        ",
    );
}

#[test]
fn the_countdown_begins_when_the_message_was_claimed_unless_its_way_was_slow() {
    play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        1 ada starts  | post q1; begun; asking
        5 claim q1    | send
        7 q1 is there | open until 35
        ",
    );
    play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        1 ada starts  | post q1; begun; asking
        5 claim q1    | send
        8 q1 is there | edit q1; open until 38
        ",
    );
}

#[test]
fn a_click_proves_that_the_question_is_there() {
    play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        0 ada joins                  | joined
        1 ada starts                 | post q1; begun; asking
        2 claim q1                   | send
        3 ada presses B              | no, nothing is open
        3 ada presses B on message 7 | maybe edit q1; chose B; open until 5, not 32
        4 q1 is there                |
        5 tick                       | q1: ada B 100; edit q1; revealed until 15
        ",
    );
}

#[test]
fn a_question_that_was_not_sent_waits_for_the_end_of_the_pause() {
    play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        1 ada starts  | post q1; begun; asking
        2 ada pauses  | paused; paused while asking
        3 claim q1    | leave
        3 restart     |
        4 ada resumes | post q1; resumed; asking
        5 claim q1    | send
        6 q1 is there | edit q1; open until 35
        ",
    );
}

#[test]
fn a_question_that_arrives_during_a_pause_opens_after_it() {
    play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        1 ada starts   | post q1; begun; asking
        2 claim q1     | send
        2 ada pauses   | paused; paused while asking
        3 q1 is there  | edit q1
        3 q1 shows 2   |
        60 ada resumes | edit q1; resumed; open until 90
        ",
    );
}

#[test]
fn a_question_that_was_not_sent_is_not_sent_after_a_stop() {
    play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        1 ada starts   | post q1; begun; asking
        2 ada stops    | q1: nobody; post end; stopped; over, stopped by ada
        3 claim q1     | leave
        3 claim end    | send
        4 end is there |
        ",
    );
}

#[test]
fn a_question_that_was_on_its_way_at_a_stop_is_closed_when_it_is_there() {
    let game = play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        1 ada starts   | post q1; begun; asking
        2 claim q1     | send
        2 ada stops    | q1: nobody; post end; stopped; over, stopped by ada
        3 claim end    | send
        3 end is there |
        3 q1 is there  | edit q1
        4 q1 shows 2   |
        ",
    );
    assert!(game.session.is_done());
}

#[test]
fn when_an_open_question_is_deleted_what_was_answered_counts_and_the_answer_is_shown() {
    play_by_hand(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins        | joined
        0 ben joins        | joined
        1 ada starts       | post q1; begun; asking
        2 claim q1         | send
        2 q1 is there      | open until 32
        3 ada presses B    | maybe edit q1; chose B
        4 q1 is gone       | q1: ada B 100; post reveal1; revealed until 14
        4 q1 is gone       |
        5 claim reveal1    | send
        5 reveal1 is there |
        14 tick            | maybe edit reveal1; post q2; asking
        ",
    );
}

#[test]
fn when_a_paused_question_is_deleted_it_is_revealed_and_the_pause_stays() {
    play_by_hand(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; asking
        2 claim q1      | send
        2 q1 is there   | open until 32
        3 ada presses B | maybe edit q1; chose B; open until 5, not 32
        3 ada pauses    | edit q1; paused; paused with 1 s passed, 29 s left
        4 q1 is gone    | q1: ada B 100; post reveal1; paused
        5 ada resumes   | post q2; resumed; asking
        ",
    );
}

#[test]
fn when_a_question_is_deleted_before_its_answer_was_shown_the_answer_is_sent() {
    play_by_hand(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; asking
        2 claim q1      | send
        2 q1 is there   | open until 32
        3 ada presses B | maybe edit q1; chose B; open until 5, not 32
        5 tick          | q1: ada B 100; edit q1; revealed until 15
        6 q1 is gone    | post reveal1
        ",
    );
}

#[test]
fn when_a_question_is_deleted_after_its_answer_was_shown_nothing_happens() {
    play_by_hand(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; asking
        2 claim q1      | send
        2 q1 is there   | open until 32
        3 ada presses B | maybe edit q1; chose B; open until 5, not 32
        5 tick          | q1: ada B 100; edit q1; revealed until 15
        5 q1 shows 2    |
        6 q1 is gone    |
        15 tick         | post q2; asking
        ",
    );
}

#[test]
fn when_a_question_is_deleted_while_it_is_asked_it_is_skipped() {
    play_by_hand(
        Mode::Classic,
        &[Choice, Choice],
        "
        1 ada starts  | post q1; begun; asking
        2 claim q1    | send
        3 q1 is gone  | q1: nobody; post reveal1; revealed until 13
        3 q1 is there |
        ",
    );
}

#[test]
fn when_a_question_is_deleted_in_a_pause_before_it_opened_it_is_skipped_after_it() {
    play_by_hand(
        Mode::Classic,
        &[Choice, Choice],
        "
        1 ada starts  | post q1; begun; asking
        2 claim q1    | send
        2 ada pauses  | paused; paused while asking
        3 q1 is there | edit q1
        4 q1 is gone  |
        5 ada resumes | q1: nobody; post reveal1; resumed; revealed until 15
        ",
    );
}

#[test]
fn the_lobby_and_the_podium_may_be_deleted() {
    let game = play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        0 lobby is there |
        1 lobby is gone  |
        2 ada joins      | joined
        3 ada stops      | stopped; over, stopped by ada
        ",
    );
    assert!(game.session.is_done());
    let game = play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        0 lobby is there |
        2 ada starts     | edit lobby; post q1; begun; asking
        2 lobby shows 2  |
        3 ada stops      | q1: nobody; post end; stopped; over, stopped by ada
        4 claim end      | send
        5 end is there   |
        6 end is gone    |
        ",
    );
    assert!(game.session.is_done());
}

#[test]
fn a_channel_that_cannot_be_written_to_ends_the_game_and_moderators_are_told_once() {
    let game = play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; asking
        2 claim q1      | send
        2 q1 is there   | open until 32
        3 ada presses B | maybe edit q1; chose B; open until 5, not 32
        4 forbidden     | q1: nobody; tell moderators Forbidden; over, unreachable
        4 forbidden     |
        5 ada presses A | no, it is over
        ",
    );
    assert!(game.session.is_done());
}

#[test]
fn a_podium_that_cannot_be_sent_is_told_to_moderators() {
    let game = play_by_hand(
        Mode::Classic,
        &[Choice],
        "
        1 ada starts  | post q1; begun; asking
        2 claim q1    | send
        2 q1 is there | open until 32
        3 ada stops   | q1: nobody; edit q1; post end; stopped; over, stopped by ada
        3 q1 shows 2  |
        4 claim end   | send
        4 forbidden   | tell moderators Forbidden
        ",
    );
    assert!(game.session.is_done());
}

#[test]
fn a_question_that_cannot_be_looked_for_makes_a_pause_and_counts_for_nobody() {
    play_by_hand(
        Mode::Classic,
        &[Choice, Choice],
        "
        1 ada starts         | post q1; begun; asking
        2 claim q1           | send
        3 restart            | post q1
        4 claim q1           | look first since 2
        5 q1 is out of sight | q1: nobody; tell moderators NoHistory; paused, out of sight
        6 ada resumes        | post q2; resumed; asking
        7 claim q2           | send
        ",
    );
}

#[test]
fn an_answer_two_questions_old_is_not_shown_any_more() {
    let game = play_by_hand(
        Mode::Classic,
        &[Choice, Choice, Choice],
        "
        1 ada starts  | post q1; begun; asking
        2 claim q1    | send
        2 q1 is there | open until 32
        3 ada skips   | q1: nobody; edit q1; skipped; revealed until 13
        4 ada skips   | maybe edit q1; post q2; next; asking
        5 claim q2    | send
        5 q2 is there | open until 35
        5 q2 shows 1  |
        6 ada skips   | q2: nobody; edit q2; skipped; revealed until 16
        7 ada skips   | maybe edit q2; post q3; next; asking
        8 restart     | edit q2; post q3
        ",
    );
    assert!(game.session.post(crate::quiz::Slot::Round(0)).is_none());
}
