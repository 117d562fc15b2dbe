//! Members who press letters of open questions at a given rate, whether or not they have been answered.

use std::time::{Duration, Instant};

use backroad::playground::{ActError, Member};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use crate::requests::{Open, Watch};
use crate::world::{PLAYERS, Room};

/// What came of a click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// The answer counts.
    Answered,
    /// The bot said that it does not: the time was over.
    Refused,
    /// The question had been answered before the click went out, so that there was no button.
    Gone,
    /// No response in time.
    Nothing,
}

#[derive(Clone, Copy, Debug)]
pub struct Clicked {
    pub due: Instant,
    /// From when it was due until there was a response.
    pub took: Duration,
    /// The same from when it was sent.
    pub pressed: Duration,
    pub came: Came,
}

/// Clicks until the receiver is dropped. Before all sessions are under way there are fewer clicks, as there are fewer open
/// questions: `usual` of them at the full rate.
pub fn start(watch: Watch, rooms: Vec<Room>, rate: u32, usual: usize) -> mpsc::UnboundedReceiver<Clicked> {
    let (clicks, received) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut random = SmallRng::seed_from_u64(7);
        let mut tick = tokio::time::interval(Duration::from_secs(1) / rate);
        tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
        while !clicks.is_closed() {
            let due = tick.tick().await.into_std();
            let open = watch.with(|seen| match seen.open.len() {
                0 => None,
                count if count < usual && random.random_range(0..usual) >= count => None,
                count => seen.open.get(random.random_range(0..count)).cloned(),
            });
            let Some(open) = open else { continue };
            let Some(room) = rooms.get(open.room) else { continue };
            let Ok(member) = room.player(random.random_range(0..PLAYERS)) else { continue };
            let letter = random.random_range(0..open.letters.len().max(1));
            let (member, clicks) = (member.clone(), clicks.clone());
            tokio::spawn(async move {
                let _measured_no_more = clicks.send(click(&member, &open, letter, due).await);
            });
        }
    });
    received
}

async fn click(member: &Member, open: &Open, letter: usize, due: Instant) -> Clicked {
    let letter = open.letters.get(letter).map_or("", String::as_str);
    let pressed = member.press(open.message, letter).await;
    let took = due.elapsed();
    match pressed {
        Ok(pressed) => {
            let answered = pressed.content.contains("You can change it");
            let came = if answered { Came::Answered } else { Came::Refused };
            Clicked { due, took, pressed: pressed.took, came }
        }
        Err(ActError::Refused(_)) => Clicked { due, took, pressed: Duration::ZERO, came: Came::Gone },
        Err(_) => Clicked { due, took, pressed: took, came: Came::Nothing },
    }
}
