//! Points and standings.

use super::session::{Mode, Player};
use super::{Session, UserId};

/// What a right answer is worth.
pub const RIGHT: i64 = 100;
/// What the fastest answer of a race gets on top.
pub const SPEED: i64 = 50;
/// What a wrong answer of a race costs.
pub const WRONG_IN_RACE: i64 = -25;

/// The points of an answer. In a race the bonus for speed falls evenly from 50 to 0 over the time of the question.
pub fn points_for(mode: Mode, right: bool, after_ms: i64, of_ms: i64) -> i64 {
    match (mode, right) {
        (Mode::Race, true) => {
            let left = (of_ms - after_ms).clamp(0, of_ms.max(0));
            RIGHT + if of_ms > 0 { (SPEED * left + of_ms / 2) / of_ms } else { 0 }
        }
        (Mode::Race, false) => WRONG_IN_RACE,
        (_, true) => RIGHT,
        (_, false) => 0,
    }
}

/// One line of a standing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rank {
    /// From 1; equal points have the same rank, and the next rank counts them all.
    pub rank: usize,
    pub user: UserId,
    pub player: Player,
}

/// Everybody who played, the best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing(pub Vec<Rank>);

impl Standing {
    /// Who answered, by points. Among equals by name, which is no rank.
    pub fn of(session: &Session) -> Standing {
        let mut played: Vec<(UserId, &Player)> = session
            .players
            .iter()
            .filter(|(_, player)| player.answered > 0)
            .map(|(id, player)| (*id, player))
            .collect();
        played.sort_by(|(a_id, a), (b_id, b)| {
            b.points.cmp(&a.points).then_with(|| a.name.cmp(&b.name)).then_with(|| a_id.cmp(b_id))
        });
        let mut ranks: Vec<Rank> = Vec::with_capacity(played.len());
        for (place, (user, player)) in (1..).zip(played) {
            let rank = ranks.last().filter(|last| last.player.points == player.points).map_or(place, |last| last.rank);
            ranks.push(Rank { rank, user, player: player.clone() });
        }
        Standing(ranks)
    }

    /// Those on the first place, if anybody earned it: with no points there is no winner.
    pub fn winners(&self) -> impl Iterator<Item = &Rank> {
        self.0.iter().filter(|rank| rank.rank == 1 && rank.player.points > 0)
    }

    pub fn of_user(&self, user: UserId) -> Option<&Rank> {
        self.0.iter().find(|rank| rank.user == user)
    }
}
