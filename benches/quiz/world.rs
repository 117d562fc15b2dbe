//! Servers of different size with a channel for each session, and members who play in several of them.

use std::sync::Arc;

use backroad::playground::{Control, Member, Playground, Snowflake};

use crate::Result;

/// Members of each server.
const MEMBERS: usize = 600;

/// So many of them play in a session.
pub const PLAYERS: usize = 45;

/// A channel with those who play there.
#[derive(Clone)]
pub struct Room {
    /// Which server, from 0.
    pub guild: usize,
    pub channel: Snowflake,
    members: Arc<[Member]>,
    first: usize,
}

/// One server for each number, with so many channels; the rooms of all servers take turns.
pub fn build(discord: &Playground, guilds: &[usize]) -> Result<Vec<Room>> {
    let mut rooms = Vec::new();
    for (guild, &channels) in guilds.iter().enumerate() {
        let names: Vec<String> = (0..channels).map(|n| format!("quiz-{n}")).collect();
        let handle = discord.add_guild(&format!("Load {guild}"), &names)?;
        let people: Vec<String> = (0..MEMBERS).map(|n| format!("m{guild}.{n}")).collect();
        let members: Arc<[Member]> = handle.add_members(&people)?.into();
        let first = members.first().ok_or("no members")?;
        for (n, name) in names.iter().enumerate() {
            let channel = first.in_channel(name)?.channel_id();
            let room = Room { guild, channel, members: Arc::clone(&members), first: n * 13 };
            // Evenly among one another, whatever the sizes.
            rooms.push((n as f64 / channels as f64, room));
        }
    }
    rooms.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    Ok(rooms.into_iter().map(|(_, room)| room).collect())
}

/// A lobby that waits for **Start**.
pub struct Lobby {
    starter: Member,
    message: Snowflake,
    start: String,
}

impl Room {
    /// One of those who play here; who is beyond them joins and never answers.
    pub fn player(&self, number: usize) -> Result<&Member> {
        let place = (self.first + number) % self.members.len();
        Ok(self.members.get(place).ok_or("no members")?)
    }

    /// Opens a lobby. Somebody joins who will never answer, so that no round is over before its time.
    pub async fn open(&self, questions: usize) -> Result<Lobby> {
        let starter = self.player(0)?.in_channel(&self.channel.to_string())?;
        let options = [("questions", questions.to_string()), ("seconds", "30".to_owned())];
        let options: Vec<(&str, &str)> = options.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let shown = starter.command("quiz start", &options).await?;
        let message = shown.id().ok_or("no message")?;
        let custom_id = |button: &str| {
            let found = shown.controls().into_iter().find_map(|control| match control {
                Control::Button { label, custom_id, .. } if label == button => custom_id,
                _ => None,
            });
            found.ok_or_else(|| format!("no lobby, but: {}", shown.text()))
        };
        self.player(PLAYERS)?.press(message, &custom_id("Join")?).await?;
        Ok(Lobby { starter, message, start: custom_id("Start")? })
    }
}

impl Lobby {
    pub async fn begin(self) -> Result<()> {
        self.starter.press(self.message, &self.start).await?;
        Ok(())
    }
}
