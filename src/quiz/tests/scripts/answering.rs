//! Answers of every kind, changes of mind, late and forged clicks.

use super::super::script::{Game, play};
use crate::content::QuestionKind::{Choice, Multi, Order, Short, TrueFalse};
use crate::quiz::Mode;

#[test]
fn the_last_change_counts() {
    play(
        Mode::Classic,
        &[Choice],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ada presses A | chose A; open until 4, not 31
        3 ada presses B | chose B; open until 5, not 31
        5 tick          | q1: ada B 100; revealed until 15
        ",
    );
}

#[test]
fn a_change_after_all_have_answered_makes_it_two_seconds_more() {
    play(
        Mode::Classic,
        &[Choice],
        "
        0 ada joins       | joined
        1 ada starts      | post q1; begun; open until 31
        2 ada presses A   | chose A; open until 4, not 31
        3.9 ada presses B | chose B; open until 5.9, not 31
        4 tick            |
        5.9 tick          | q1: ada B 100; revealed until 15.9
        ",
    );
}

#[test]
fn who_says_the_same_again_keeps_nobody_waiting() {
    play(
        Mode::Classic,
        &[Choice],
        "
        0 ada joins       | joined
        1 ada starts      | post q1; begun; open until 31
        2 ada presses A   | chose A; open until 4, not 31
        3.9 ada presses A | chose A, as before
        3.9 ada joins     | joined before
        4 tick            | q1: ada A 0; revealed until 14
        ",
    );
}

#[test]
fn true_or_false() {
    play(
        Mode::Classic,
        &[TrueFalse],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ada presses C | no such thing
        2 ada presses B | chose B; open until 4, not 31
        4 tick          | q1: ada B 100; revealed until 14
        ",
    );
}

#[test]
fn several_options_are_pressed_and_released_until_done() {
    play(
        Mode::Classic,
        &[Multi],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ada is done   | no such thing
        2 ada presses C | chose C so far
        3 ada presses A | chose AC so far
        3 ada presses B | chose ABC so far
        4 ada is done   | chose ABC, as before; open until 6, not 31
        5 ada presses A | chose BC so far; open until 31
        5 ada is done   | chose BC, as before; open until 7, not 31
        7 tick          | q1: ada BC 100; revealed until 17
        ",
    );
}

#[test]
fn several_options_count_without_done_when_the_time_is_up() {
    play(
        Mode::Classic,
        &[Multi],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ada presses B | chose B so far
        2 ada presses C | chose BC so far
        31 tick         | q1: ada BC 100; revealed until 41
        ",
    );
}

#[test]
fn nothing_chosen_is_no_answer() {
    play(
        Mode::Race,
        &[Multi],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ada presses B | chose B so far
        2 ada presses B | chose nothing
        2 ada is done   | chose nothing, as before
        31 tick         | q1: nobody; revealed until 41
        scores          |
        ",
    );
}

#[test]
fn steps_are_picked_in_order_and_the_last_one_places_itself() {
    play(
        Mode::Classic,
        &[Order],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ada undoes    | no such thing
        2 ada presses C | chose C so far
        2 ada presses C | chose C so far, as before
        3 ada presses B | chose CBA; open until 5, not 31
        3 ada presses A | chose CBA, as before
        4 ada undoes    | chose C so far; open until 31
        4 ada presses A | chose CAB; open until 6, not 31
        6 tick          | q1: ada CAB 100; revealed until 16
        ",
    );
}

#[test]
fn an_order_that_is_not_whole_is_wrong() {
    play(
        Mode::Classic,
        &[Order],
        "
        0 ada joins     | joined
        1 ada starts    | post q1; begun; open until 31
        2 ada presses C | chose C so far
        31 tick         | q1: ada C 0; revealed until 41
        ",
    );
}

#[test]
fn a_short_answer_is_typed() {
    play(
        Mode::Classic,
        &[Short],
        "
        0 ada joins           | joined
        0 ben joins           | joined
        1 ada starts          | post q1; begun; open until 31
        2 ada presses A       | no such thing
        2 ada types a lock    | chose 'a lock'
        3 ada types  A Mutex! | chose 'A Mutex!'
        3 ben types mutexx    | chose 'mutexx'; open until 5, not 31
        5 tick                | q1: ada 'A Mutex!' 100, ben 'mutexx' 100 (counts); revealed until 15
        ",
    );
}

#[test]
fn a_click_that_comes_twice_counts_once() {
    play(
        Mode::Classic,
        &[Multi],
        "
        0 ada joins           | joined
        1 ada starts          | post q1; begun; open until 31
        2 ada presses B       | chose B so far
        2 ada presses B again | chose B so far, as before
        2 ada presses C       | chose BC so far
        2 ada presses C again | chose BC so far, as before
        31 tick               | q1: ada BC 100; revealed until 41
        ",
    );
}

#[test]
fn a_click_that_was_overtaken_changes_nothing() {
    play(
        Mode::Classic,
        &[Choice],
        "
        0 ada joins            | joined
        1 ada starts           | post q1; begun; open until 31
        2 ada presses A        | chose A; open until 4, not 31
        2 ada presses B        | chose B
        2 ada pressed C before | chose B, as before
        4 tick                 | q1: ada B 100; revealed until 14
        ",
    );
}

#[test]
fn a_late_answer_is_told_so() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins      | joined
        0 ben joins      | joined
        1 ada starts     | post q1; begun; open until 31
        2 ada presses B  | chose B
        31 ben presses B | q1: ada B 100; no, too late; revealed until 41
        32 ben presses B | no, too late
        ",
    );
}

#[test]
fn an_answer_to_an_old_question_is_told_so() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins            | joined
        1 ada starts           | post q1; begun; open until 31
        2 ada presses B        | chose B; open until 4, not 31
        4 tick                 | q1: ada B 100; revealed until 14
        14 tick                | post q2; open until 44
        15 ada presses B of q1 | no, an old question
        ",
    );
}

#[test]
fn forged_clicks_are_refused() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        0 ada joins               | joined
        0 ada presses B           | no, nothing is open
        1 ada starts              | post q1; begun; open until 31
        2 ada presses D           | no such thing
        2 ada presses B of q2     | no such thing
        2 ada presses B of q9     | no such thing
        2 ada undoes              | no such thing
        2 ada is done             | no such thing
        2 ada types mutex         | no such thing
        2 ada wants next after q2 | no such thing
        2 ada skips q2            | no such thing
        ",
    );
}

#[test]
fn what_others_answered_is_not_touched_by_a_game_that_is_over() {
    let game = play(
        Mode::Classic,
        &[Choice],
        "
        0 ada joins       | joined
        1 ada starts      | post q1; begun; open until 31
        2 ada presses B   | chose B; open until 4, not 31
        4 tick            | q1: ada B 100; revealed until 14
        14 tick           | post end; over, finished
        15 ben presses B  | no, it is over
        16 ben skips q1   | no, it is over
        16 ben wants next | no, it is over
        16 ada pauses     | no, it is over
        16 ada resumes    | no, it is over
        16 ada starts     | no, it is over
        ",
    );
    assert!(game.session.is_done());
}

#[test]
fn players_are_called_as_they_were_called_last() {
    let mut game = Game::new(Mode::Classic, &[Choice]);
    game.play("0 ada joins | joined");
    let user = super::super::script::user("ada");
    let actor = crate::quiz::Actor { user, name: "Ada L.".into(), moderator: false };
    game.session.handle(crate::quiz::Event::Join(actor), crate::quiz::UnixMs(0));
    assert_eq!(game.session.players[&user].name, "Ada L.");
}
