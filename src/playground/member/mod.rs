//! Members: what a person can do with a Discord client, checked as a client checks it, and what comes of it.

mod commands;
mod components;
mod forms;
mod messages;
mod scene;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::interactions::{InteractionKind, Place, Response};
use super::messages::Message;
use super::permissions::VIEW_CHANNEL;
use super::shown::Shown;
use super::snowflake::Snowflake;
use super::state::{Shared, State};
use super::world::DIRECT;

pub use components::Pressed;
pub(super) use forms::Filled;

/// Why an act of a member came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// A Discord client would not have let the member do it.
    #[error("{0}")]
    Refused(String),
    /// The bot gave no response within three seconds, or is not there.
    #[error("The application did not respond")]
    NotResponding,
    #[error("waited {seconds} s in vain for {awaited}")]
    TimedOut { awaited: String, seconds: u64 },
}

/// A proposal of an autocomplete.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub name: String,
    /// A string or a number.
    pub value: Value,
}

/// Somebody in a channel. Cheap to clone.
#[derive(Clone)]
pub struct Member {
    shared: Arc<Shared>,
    place: Place,
    name: String,
}

impl Member {
    /// Somebody by name, in the first channel of the first guild they are in.
    pub(super) fn find(shared: Arc<Shared>, name: &str) -> Result<Self, ActError> {
        let found = shared.read(|state| {
            let user = state.world.user_named(name).filter(|user| !user.bot)?;
            let guild = state.world.guilds.iter().find(|guild| guild.member(user.id).is_some())?;
            let place = Place { user: user.id, guild: guild.id, channel: guild.channels.first()?.id };
            Some((place, user.username.clone()))
        });
        let (place, name) = found.ok_or_else(|| {
            let names = shared.read(|state| state.world.people().map(|user| user.username.clone()).collect::<Vec<_>>());
            refused(format!("There is nobody called {name}; there are {}.", names.join(", ")))
        })?;
        Ok(Self { shared, place, name })
    }

    /// The same person in another channel of the same guild.
    ///
    /// # Errors
    /// When there is no such channel, or they cannot see it.
    pub fn in_channel(&self, name: &str) -> Result<Self, ActError> {
        let bare = name.trim_start_matches('#');
        let found = self.shared.read(|state| {
            let guild = state.world.guild(self.place.guild)?;
            let channel = guild.channel_named(bare).or_else(|| guild.channel(bare.parse().ok()?))?;
            sees(state, self.place.user, channel.id).then_some(channel.id)
        });
        let channel = found.ok_or_else(|| refused(format!("{} sees no channel #{bare} here.", self.name)))?;
        Ok(Self { place: Place { channel, ..self.place }, ..self.clone() })
    }

    /// The same person in the first channel of another guild.
    ///
    /// # Errors
    /// When there is no such guild, or they are not in it.
    pub fn in_guild(&self, name: &str) -> Result<Self, ActError> {
        let found = self.shared.read(|state| {
            let guild = state.world.guild_named(name).or_else(|| state.world.guild(name.parse().ok()?))?;
            guild.member(self.place.user)?;
            Some((guild.id, guild.channels.first()?.id))
        });
        let (guild, channel) = found.ok_or_else(|| refused(format!("{} is in no server called {name}.", self.name)))?;
        Ok(Self { place: Place { guild, channel, ..self.place }, ..self.clone() })
    }

    /// The same person in their direct messages with the bot.
    pub fn in_direct_messages(&self) -> Self {
        let channel = self.shared.change(|state| state.direct_channel(self.place.user));
        Self { place: Place { guild: DIRECT, channel, ..self.place }, ..self.clone() }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn id(&self) -> Snowflake {
        self.place.user
    }

    pub fn channel_id(&self) -> Snowflake {
        self.place.channel
    }

    pub fn guild_id(&self) -> Snowflake {
        self.place.guild
    }

    /// The names of the channels that the member sees in this guild.
    pub fn channel_names(&self) -> Vec<String> {
        self.shared.read(|state| {
            let channels = state.world.guild(self.place.guild).map(|guild| &guild.channels[..]).unwrap_or_default();
            let seen = channels.iter().filter(|channel| sees(state, self.place.user, channel.id));
            seen.map(|channel| channel.name.clone()).collect()
        })
    }

    /// The names of the guilds that the member is in.
    pub fn guild_names(&self) -> Vec<String> {
        self.shared.read(|state| {
            let own = state.world.guilds.iter().filter(|guild| guild.member(self.place.user).is_some());
            own.map(|guild| guild.name.clone()).collect()
        })
    }

    pub fn guild_name(&self) -> String {
        let name = self.shared.read(|state| state.world.guild(self.place.guild).map(|guild| guild.name.clone()));
        name.unwrap_or_default()
    }

    /// The channel's name without `#`.
    pub fn channel_name(&self) -> String {
        self.shared
            .read(|state| state.world.channel(self.place.channel).map(|(_, channel)| channel.name.clone()))
            .unwrap_or_else(|| "deleted-channel".to_owned())
    }

    /// All that the member sees in a channel of this guild, oldest first: public messages and their own ephemeral ones.
    ///
    /// # Errors
    /// When there is no such channel, or they cannot see it.
    pub fn sees(&self, channel: &str) -> Result<Vec<Shown>, ActError> {
        Ok(self.in_channel(channel)?.sees_around())
    }

    /// All that the member sees where they are, oldest first.
    pub fn sees_around(&self) -> Vec<Shown> {
        self.sees_here(|_, _| true)
    }

    /// What the member sees where they are, of the messages whose id and revision are wanted.
    pub(super) fn sees_here(&self, mut wanted: impl FnMut(Snowflake, u64) -> bool) -> Vec<Shown> {
        let Place { user, channel, .. } = self.place;
        self.shared.read(|state| {
            if !sees(state, user, channel) {
                return Vec::new();
            }
            let here = state.messages.seen(channel, user, ..).into_iter();
            let here = here.filter(|message| wanted(message.id, message.revision));
            here.filter_map(|message| Shown::of_message(&self.shared, state, message, None)).collect()
        })
    }

    /// Sends an interaction and shows what comes of it.
    async fn interact(
        &self,
        kind: InteractionKind,
        place: Place,
        data: Value,
        source: Option<Snowflake>,
    ) -> Result<Shown, ActError> {
        let (id, response) = self.send(kind, place, data, source).await?;
        let shown = self.shared.read(|state| Shown::of_response(&self.shared, state, id, &response));
        shown.ok_or_else(|| refused("The message was deleted."))
    }

    /// Sends an interaction and waits for its first response, at most three seconds on the playground's clock. On a
    /// clock that stands the patience of the options is the limit.
    async fn send(
        &self,
        kind: InteractionKind,
        place: Place,
        data: Value,
        source: Option<Snowflake>,
    ) -> Result<(Snowflake, Response), ActError> {
        let mut leaps = self.shared.leaps();
        let answered = self.shared.change(|state| {
            let id = state.interact(kind, place, data, source)?;
            state.interactions.get(id).map(|interaction| (id, interaction.answered.clone()))
        });
        let (id, answered) = answered.ok_or(ActError::NotResponding)?;
        let ceiling = Instant::now() + self.shared.patience;
        loop {
            let left_ms = self.shared.read(|state| {
                let interaction = state.interactions.get(id)?;
                Some(match &interaction.response {
                    Some(response) => Ok(response.clone()),
                    None => Err(interaction.deadline_ms() - state.now_ms()),
                })
            });
            match left_ms {
                Some(Ok(response)) => return Ok((id, response)),
                Some(Err(left_ms)) if left_ms >= 0 => {
                    let deadline = Instant::now() + Duration::from_millis(left_ms.unsigned_abs() + 1);
                    let stands = self.shared.clock.stands();
                    let woken = async {
                        tokio::select! {
                            () = answered.notified() => {}
                            _ = leaps.changed() => {}
                        }
                    };
                    let late = timeout_at(if stands { ceiling } else { deadline }, woken).await.is_err();
                    // Else the state is looked at again: after the response, a leap of the clock, or at the deadline.
                    if late && stands {
                        let awaited = "the bot's response".to_owned();
                        return Err(ActError::TimedOut { awaited, seconds: self.shared.patience.as_secs() });
                    }
                }
                _ => return Err(ActError::NotResponding),
            }
        }
    }

    /// The name of the channel.
    fn place_name(&self, state: &State) -> String {
        state.world.channel(self.place.channel).map_or_else(String::new, |(_, channel)| channel.name.clone())
    }

    /// The message's id, when this member can see it as it is now.
    fn visible(&self, state: &State, message: &Shown) -> Result<Snowflake, ActError> {
        let id = message.id().ok_or_else(|| refused("A form is no message."))?;
        self.visible_message(state, id).map(|message| message.id)
    }

    fn visible_message<'s>(&self, state: &'s State, id: Snowflake) -> Result<&'s Message, ActError> {
        let known = state.messages.get(id).filter(|known| known.visible_to(self.place.user));
        let known = known.filter(|known| sees(state, self.place.user, known.channel));
        known.ok_or_else(|| refused(format!("{} does not see the message.", self.name)))
    }
}

/// Waits until `look` finds something, looking after every change and never by sleeping.
pub(super) async fn until<T>(
    shared: &Shared,
    awaited: &str,
    mut look: impl FnMut(&State) -> Option<T>,
) -> Result<T, ActError> {
    let ceiling = Instant::now() + shared.patience;
    let mut changes = shared.changes();
    loop {
        changes.mark_unchanged();
        if let Some(found) = shared.read(&mut look) {
            return Ok(found);
        }
        if timeout_at(ceiling, changes.changed()).await.is_err() {
            return Err(ActError::TimedOut { awaited: awaited.to_owned(), seconds: shared.patience.as_secs() });
        }
    }
}

pub(super) fn refused(sentence: impl Into<String>) -> ActError {
    ActError::Refused(sentence.into())
}

fn sees(state: &State, user: Snowflake, channel: Snowflake) -> bool {
    state.world.permissions(user, channel, state.now_ms()) & VIEW_CHANNEL != 0
}

fn count_in_words(least: usize, most: usize) -> String {
    if least == most { format!("exactly {least}") } else { format!("{least} to {most}") }
}
