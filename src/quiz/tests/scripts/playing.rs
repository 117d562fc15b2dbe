//! Joining, starting, points, standings, the end.

use super::super::script::{Game, play};
use crate::content::QuestionKind::{Choice, TrueFalse};
use crate::quiz::{Mode, Phase};

#[test]
fn a_whole_game() {
    play(
        Mode::Classic,
        &[Choice, TrueFalse],
        "
        1 ada joins      | joined
        2 ben joins      | joined
        2 ben joins      | joined before
        3 ben starts     | no, it is not yours
        4 ada starts     | post q1; begun; open until 34
        4 ada starts     | no, it has begun
        5 ada presses B  | chose B
        6 ben presses A  | chose A; open until 8, not 34
        8 tick           | q1: ada B 100, ben A 0 (counts); revealed until 18
        18 tick          | post q2; open until 48
        20 ada presses B | chose B
        21 ben presses B | chose B; open until 23, not 48
        23 tick          | q2: ada B 100, ben B 100 (counts); revealed until 33
        33 tick          | post end; over, finished
        scores           | 1* ada 200 (2/2, streak 2 of 2); 2 ben 100 (1/2, streak 1 of 1)
        40 ada joins     | no, it is over
        ",
    );
}

#[test]
fn the_lobby_begins_by_itself_after_15_seconds() {
    play(
        Mode::Classic,
        &[Choice],
        "
        1 ada joins | joined
        14.9 tick   |
        15 tick     | post q1; open until 45
        ",
    );
}

#[test]
fn a_moderator_may_begin() {
    play(
        Mode::Classic,
        &[Choice],
        "
        1 mo starts | post q1; begun; open until 31
        ",
    );
}

#[test]
fn who_answers_without_joining_has_joined() {
    let game = play(
        Mode::Classic,
        &[Choice, Choice],
        "
        1 ada joins     | joined
        2 ada starts    | post q1; begun; open until 32
        5 cy presses B  | chose B
        6 ada presses B | chose B; open until 8, not 32
        8 tick          | q1: ada B 100, cy B 100 (counts); revealed until 18
        scores          | 1* ada 100 (1/1, streak 1 of 1); 1* cy 100 (1/1, streak 1 of 1)
        ",
    );
    assert_eq!(game.session.players.len(), 2);
}

#[test]
fn who_joins_late_is_ranked_on_what_they_played() {
    let game = play(
        Mode::Classic,
        &[Choice, Choice],
        "
        1 ada joins      | joined
        2 ada starts     | post q1; begun; open until 32
        5 ada presses B  | chose B; open until 7, not 32
        7 tick           | q1: ada B 100; revealed until 17
        9 cy joins       | joined
        17 tick          | post q2; open until 47
        20 cy presses B  | chose B
        21 ada presses A | chose A; open until 23, not 47
        23 tick          | q2: ada A 0, cy B 100 (counts); revealed until 33
        scores           | 1* ada 100 (1/2, streak 0 of 1); 1* cy 100 (1/1, streak 1 of 1)
        ",
    );
    assert_eq!(game.session.players[&super::super::script::user("cy")].since, 0);
}

#[test]
fn who_joins_is_not_ranked_before_they_answer() {
    play(
        Mode::Classic,
        &[Choice],
        "
        1 ada joins     | joined
        1 ben joins     | joined
        2 ada starts    | post q1; begun; open until 32
        5 ada presses B | chose B
        32 tick         | q1: ada B 100; revealed until 42
        scores          | 1* ada 100 (1/1, streak 1 of 1)
        ",
    );
}

#[test]
fn in_a_race_speed_counts_and_wrong_answers_cost() {
    play(Mode::Race, &[Choice], "
        1 ada joins        | joined
        1 ben joins        | joined
        1 cy joins         | joined
        1 dee joins        | joined
        2 ada starts       | post q1; begun; open until 32
        2 ada presses B    | chose B
        17 ben presses B   | chose B
        31.9 cy presses B  | chose B
        31.9 dee presses A | chose A
        32 tick            | q1: ada B 150, ben B 125, cy B 100, dee A -25 (counts); revealed until 42
        scores             | 1* ada 150 (1/1, streak 1 of 1); 2 ben 125 (1/1, streak 1 of 1); 3 cy 100 (1/1, streak 1 of 1); 4 dee -25 (0/1, streak 0 of 0)
        ");
}

#[test]
fn the_speed_of_the_last_change_counts() {
    play(
        Mode::Race,
        &[Choice],
        "
        1 ada joins      | joined
        1 ben joins      | joined
        1 cy joins       | joined
        2 ada starts     | post q1; begun; open until 32
        2 ada presses B  | chose B
        17 ada presses B | chose B, as before
        17 ben presses A | chose A
        17 ben presses B | chose B
        17 tick          |
        32 tick          | q1: ada B 150, ben B 125 (counts); revealed until 42
        ",
    );
}

#[test]
fn equal_points_are_an_equal_rank_and_the_next_counts_them() {
    play(Mode::Classic, &[Choice], "
        1 ada joins     | joined
        2 ada starts    | post q1; begun; open until 32
        5 dee presses B | chose B
        5 cy presses A  | chose A
        5 ben presses B | chose B
        5 ada presses B | chose B; open until 7, not 32
        7 tick          | q1: ada B 100, ben B 100, cy A 0, dee B 100 (counts); revealed until 17
        scores          | 1* ada 100 (1/1, streak 1 of 1); 1* ben 100 (1/1, streak 1 of 1); 1* dee 100 (1/1, streak 1 of 1); 4 cy 0 (0/1, streak 0 of 0)
        ");
}

#[test]
fn nobody_wins_with_no_points() {
    play(
        Mode::Race,
        &[Choice],
        "
        1 ada joins     | joined
        2 ada starts    | post q1; begun; open until 32
        5 ada presses A | chose A; open until 7, not 32
        7 tick          | q1: ada A -25; revealed until 17
        scores          | 1 ada -25 (0/1, streak 0 of 0)
        ",
    );
}

#[test]
fn a_streak_ends_with_a_wrong_answer_or_with_none_but_not_with_a_skipped_question() {
    play(
        Mode::Classic,
        &[Choice, Choice, Choice, Choice, Choice],
        "
        1 ada joins      | joined
        1 ben joins      | joined
        2 ada starts     | post q1; begun; open until 32
        3 ada presses B  | chose B
        3 ben presses B  | chose B; open until 5, not 32
        5 tick           | q1: ada B 100, ben B 100 (counts); revealed until 15
        15 tick          | post q2; open until 45
        16 mo skips      | q2: nobody; skipped; revealed until 26
        26 tick          | post q3; open until 56
        27 ada presses B | chose B
        27 ben presses B | chose B; open until 29, not 56
        29 tick          | q3: ada B 100, ben B 100 (counts); revealed until 39
        scores           | 1* ada 200 (2/2, streak 2 of 2); 1* ben 200 (2/2, streak 2 of 2)
        39 tick          | post q4; open until 69
        40 ada presses A | chose A
        70 tick          | q4: ada A 0; revealed until 80
        scores           | 1* ada 200 (2/3, streak 0 of 2); 1* ben 200 (2/2, streak 0 of 2)
        80 tick          | post q5; open until 110
        81 ben presses B | chose B
        81 ada presses B | chose B; open until 83, not 110
        83 tick          | q5: ada B 100, ben B 100 (counts); revealed until 93
        scores           | 1* ada 300 (3/4, streak 1 of 2); 1* ben 300 (3/3, streak 1 of 2)
        ",
    );
}

#[test]
fn one_answer_does_not_count_for_leaderboards() {
    play(
        Mode::Classic,
        &[Choice],
        "
        1 ada joins     | joined
        1 ben joins     | joined
        2 ada starts    | post q1; begun; open until 32
        3 ada presses B | chose B
        32 tick         | q1: ada B 100; revealed until 42
        ",
    );
}

#[test]
fn only_the_starter_plays_a_solo_and_it_counts_nowhere() {
    play(
        Mode::Solo,
        &[Choice, Choice],
        "
        1 ben joins      | no, it is a solo
        1 ben presses B  | no, it is a solo
        1 ben skips      | no, it is a solo
        1 ada starts     | no, it has begun
        2 ada joins      | joined before
        3 ada presses B  | chose B; open until 5, not 30
        5 tick           | q1: ada B 100; revealed until 15
        6 ben wants next | no, it is a solo
        6 ada wants next | post q2; next; open until 36
        ",
    );
}

#[test]
fn a_solo_has_no_lobby() {
    let game = Game::new(Mode::Solo, &[Choice]);
    assert!(matches!(game.session.phase, Phase::Open { .. }));
}

#[test]
fn an_untimed_question_stays_open_until_everybody_has_answered() {
    play(
        Mode::Untimed,
        &[Choice, Choice],
        "
        1 ada joins        | joined
        1 ben joins        | joined
        2 ada starts       | post q1; begun; open until 902
        500 ada presses B  | chose B; open until 1400
        1399 tick          |
        1399 ben presses B | chose B; open until 1401, not 2299
        1401 tick          | q1: ada B 100, ben B 100 (counts); revealed until 1411
        ",
    );
}

#[test]
fn an_untimed_question_that_is_forgotten_is_revealed() {
    play(
        Mode::Untimed,
        &[Choice, Choice, Choice],
        "
        1 ada joins  | joined
        2 ada starts | post q1; begun; open until 902
        902 tick     | q1: nobody; revealed until 912
        912 tick     | post q2; open until 1812
        1812 tick    | q2: nobody; paused, nobody is there
        ",
    );
}

#[test]
fn the_starter_or_a_moderator_stops_it_and_the_open_question_counts_for_nobody() {
    play(
        Mode::Classic,
        &[Choice, Choice],
        "
        1 ada joins      | joined
        1 ben joins      | joined
        2 ada starts     | post q1; begun; open until 32
        3 ada presses B  | chose B
        3 ben presses B  | chose B; open until 5, not 32
        5 tick           | q1: ada B 100, ben B 100 (counts); revealed until 15
        15 tick          | post q2; open until 45
        16 ben presses B | chose B
        17 ben stops     | no, it is not yours
        18 mo stops      | q2: nobody; post end; stopped; over, stopped by mo
        19 mo stops      | no, it is over
        20 ben presses A | no, it is over
        scores           | 1* ada 100 (1/1, streak 1 of 1); 1* ben 100 (1/1, streak 1 of 1)
        ",
    );
}

#[test]
fn a_stopped_lobby_has_no_podium() {
    play(
        Mode::Classic,
        &[Choice],
        "
        1 ada stops | stopped; over, stopped by ada
        ",
    );
}

#[test]
fn missed_questions_are_the_unanswered_and_those_that_half_got_wrong_but_not_the_skipped() {
    let game = play(
        Mode::Classic,
        &[Choice, Choice, Choice, Choice],
        "
        1 ada joins      | joined
        1 ben joins      | joined
        2 ada starts     | post q1; begun; open until 32
        3 ada presses B  | chose B
        3 ben presses B  | chose B; open until 5, not 32
        5 tick           | q1: ada B 100, ben B 100 (counts); revealed until 15
        15 tick          | post q2; open until 45
        16 ada presses A | chose A
        16 ben presses B | chose B; open until 18, not 45
        18 tick          | q2: ada A 0, ben B 100 (counts); revealed until 28
        28 tick          | post q3; open until 58
        29 ada skips     | q3: nobody; skipped; revealed until 39
        39 tick          | post q4; open until 69
        69 tick          | q4: nobody; revealed until 79
        ",
    );
    let missed: Vec<usize> = game.session.missed().map(|(place, _)| place).collect();
    assert_eq!(missed, [1, 3]);
}
