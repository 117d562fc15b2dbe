//! Servers with channels in which quizzes are played, and members who play in several of them.

use std::sync::Arc;

use backroad::playground::{Control, Member, Playground, Snowflake};

use crate::Result;

/// So many members of a server play in a session.
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

/// Founds a server with channels, and lets members join. Gives back its id and a room for each channel.
pub fn found(
    discord: &Playground,
    guild: usize,
    channels: &[String],
    members: usize,
) -> Result<(Snowflake, Vec<Room>)> {
    let handle = discord.add_guild(&format!("Load {guild}"), channels)?;
    let people: Vec<String> = (0..members).map(|n| format!("m{guild}.{n}")).collect();
    let members: Arc<[Member]> = handle.add_members(&people)?.into();
    // To whom all servers belong.
    let owner = discord.member("omar")?.in_guild(&handle.id().to_string())?;
    let room = |(n, name): (usize, &String)| {
        let channel = owner.in_channel(name)?.channel_id();
        Ok(Room { guild, channel, members: Arc::clone(&members), first: n * 13 })
    };
    Ok((handle.id(), channels.iter().enumerate().map(room).collect::<Result<_>>()?))
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
        let place = (self.first + number).checked_rem(self.members.len());
        Ok(place.and_then(|place| self.members.get(place)).ok_or("no members")?)
    }

    /// Opens a lobby. Somebody joins who will never answer, so that no round is over before its time.
    pub async fn open(&self, questions: usize) -> Result<Lobby> {
        let starter = self.player(0)?.in_channel(&self.channel.to_string())?;
        let options = [("questions", &*questions.to_string()), ("seconds", "30"), ("kinds", "choice")];
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
