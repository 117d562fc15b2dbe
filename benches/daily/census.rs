//! What of the posts stands in the local Discord, and what the database says of it.

use std::collections::HashMap;
use std::path::Path;

use backroad::playground::{Control, Playground, Shown, Snowflake};
use backroad::store::Store;

use crate::Result;
use crate::world::Room;

/// A scheduled post as it stands in its channel.
pub struct Posted {
    pub message: Snowflake,
    /// Of its post, from its buttons.
    pub number: u64,
    /// Which room.
    pub room: usize,
    /// The custom_ids of its letters: none when it takes no answers.
    pub letters: Vec<String>,
    /// Shows so many answers to the question before.
    pub answers: usize,
}

/// How the messages and the database agree.
#[derive(Debug, Default)]
pub struct Census {
    /// Pairs of a schedule and a day that have a message.
    pub there: usize,
    /// Messages beyond the first of a schedule and a day.
    pub doubled: usize,
    /// Messages of which the database knows nothing, or knows that they are not there.
    pub unknown: usize,
}

/// All posts that stand in the channels, after one of a number.
pub async fn posted(discord: &Playground, rooms: &[Room], after: u64) -> Result<Vec<Posted>> {
    let mut all = Vec::new();
    for (number, room) in rooms.iter().enumerate() {
        // One channel at a time, so that the bot is not kept waiting.
        let posted = discord.until("a channel", |view| {
            let shown = view.messages_in(room.channel);
            Some(shown.iter().filter_map(|shown| read(shown, number)).collect::<Vec<_>>())
        });
        all.extend(posted.await?.into_iter().filter(|posted| posted.number > after));
    }
    Ok(all)
}

fn read(shown: &Shown, room: usize) -> Option<Posted> {
    let custom_ids = shown.controls().into_iter().filter_map(|control| match control {
        Control::Button { custom_id, .. } => custom_id,
        Control::Select { .. } => None,
    });
    let custom_ids: Vec<String> = custom_ids.collect();
    let number = custom_ids.iter().find_map(|id| id.split_once("daily:")?.1.split(':').next()?.parse().ok())?;
    let letters = custom_ids.into_iter().filter(|id| id.contains(":pick:")).collect();
    Some(Posted { message: shown.id()?, number, room, letters, answers: answers(shown.text()) })
}

/// Of "12 of 50 were right", "1 of 50 was right" or "All 50 were right" the number of answers.
fn answers(text: &str) -> usize {
    let said = [" were right", " was right"].into_iter().find_map(|said| text.split_once(said));
    let Some((before, _)) = said else { return 0 };
    before.rsplit(' ').next().and_then(|count| count.parse().ok()).unwrap_or_default()
}

impl Census {
    /// Compares what stands in the channels with the database of a bot that has ended.
    pub async fn take(data: &Path, posted: &[Posted]) -> Result<Census> {
        let store = Store::open(data).await?;
        let mut census = Census::default();
        let mut days: HashMap<(u64, String), usize> = HashMap::new();
        for one in posted {
            let Some(row) = store.daily_post(one.number).await? else {
                census.unknown += 1;
                continue;
            };
            *days.entry((row.schedule, row.date)).or_default() += 1;
            let recorded = match row.stage {
                backroad::store::DailyStage::Done { message } => message == one.message.get(),
                _ => false,
            };
            census.unknown += usize::from(!recorded);
        }
        census.there = days.len();
        census.doubled = days.values().map(|count| count - 1).sum();
        store.close().await;
        Ok(census)
    }
}
