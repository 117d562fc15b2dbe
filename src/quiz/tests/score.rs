//! Points and standings.

use proptest::prelude::*;

use super::super::{Mode, Player, Standing, UserId, points_for};
use super::script::Game;

#[test]
fn the_bonus_for_speed_falls_evenly() {
    let race = |after_ms| points_for(Mode::Race, true, after_ms, 30_000);
    assert_eq!([0, 300, 15_000, 29_999, 30_000, 90_000].map(race), [150, 150, 125, 100, 100, 100]);
    assert_eq!(points_for(Mode::Race, false, 0, 30_000), -25);
    assert_eq!(points_for(Mode::Race, true, 0, 0), 100);
    for mode in [Mode::Classic, Mode::Untimed, Mode::Solo] {
        assert_eq!((points_for(mode, true, 0, 30_000), points_for(mode, false, 0, 30_000)), (100, 0));
    }
}

proptest! {
    #[test]
    fn who_is_faster_gets_no_less(one in 0i64..200_000, other in 0i64..200_000, of in 10_000i64..120_001) {
        let points = |after| points_for(Mode::Race, true, after, of);
        prop_assert!((100..=150).contains(&points(one)));
        prop_assert!(one > other || points(one) >= points(other));
    }

    #[test]
    fn a_rank_is_one_more_than_those_with_more_points(points in prop::collection::vec((-3i64..4, 0u32..3), 0..12)) {
        let mut game = Game::new(Mode::Classic, &[]);
        for (id, (points, answered)) in (1..).zip(&points) {
            let player = Player { points: points * 25, answered: *answered, ..Player::default() };
            game.session.players.insert(UserId(id), player);
        }
        let played: Vec<i64> = points.iter().filter(|(_, answered)| *answered > 0).map(|(points, _)| points * 25).collect();
        let standing = Standing::of(&game.session);
        prop_assert_eq!(standing.0.len(), played.len());
        for rank in &standing.0 {
            let above = played.iter().filter(|points| **points > rank.player.points).count();
            prop_assert_eq!(rank.rank, above + 1);
            prop_assert_eq!(standing.of_user(rank.user), Some(rank));
        }
        let best = played.iter().copied().max().filter(|best| *best > 0);
        prop_assert!(standing.winners().all(|winner| Some(winner.player.points) == best));
        prop_assert_eq!(standing.winners().count(), played.iter().filter(|points| Some(**points) == best).count());
    }
}
