//! Members: what a person can do with a Discord client, checked as a client checks it, and what comes of it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout, timeout_at};

use super::interactions::{self, InteractionKind, Place, Response};
use super::json::{list, set, string};
use super::line::{self, Directory, Found, Offered, Purpose, Target};
use super::messages::{DEFAULT, Origin};
use super::permissions::{self, SEND_MESSAGES, USE_APPLICATION_COMMANDS, VIEW_CHANNEL};
use super::shown::{Control, FormField, Shown};
use super::snowflake::Snowflake;
use super::state::{Shared, State};
use super::validate::CommandKind;
use super::world::TEXT_CHANNEL;

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
            let names = shared.read(|state| {
                let people = state.world.users.values().filter(|user| !user.bot);
                people.map(|user| user.username.clone()).collect::<Vec<_>>().join(", ")
            });
            refused(format!("There is nobody called {name}; there are {names}."))
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

    /// The channel's name without `#`.
    pub fn channel_name(&self) -> String {
        self.shared
            .read(|state| state.world.channel(self.place.channel).map(|(_, channel)| channel.name.clone()))
            .unwrap_or_else(|| "deleted-channel".to_owned())
    }

    /// Runs a line such as `/ask query: how does jwt work` and waits for the bot's first response.
    ///
    /// # Errors
    /// When a client would not send the line, or the bot does not respond in time.
    pub async fn slash(&self, line: &str) -> Result<Shown, ActError> {
        let data = self.shared.read(|state| {
            let offered = self.offered(state)?;
            line::parse(line, &offered, &Here { state, place: self.place }, Purpose::Run).map_err(ActError::Refused)
        })?;
        self.interact(InteractionKind::Command, data, None).await
    }

    /// The bot's proposals for the last option of a line such as `/topic name: jw`.
    ///
    /// # Errors
    /// When a client would not ask, or the bot does not respond in time.
    pub async fn autocomplete(&self, line: &str) -> Result<Vec<Choice>, ActError> {
        let data = self.shared.read(|state| {
            let offered = self.offered(state)?;
            line::parse(line, &offered, &Here { state, place: self.place }, Purpose::Complete)
                .map_err(ActError::Refused)
        })?;
        let (_, response) = self.send(InteractionKind::Autocomplete, data, None).await?;
        let Response::Choices(choices) = response else { return Err(ActError::NotResponding) };
        let choice = |json: &Value| Choice {
            name: string(json, "name").to_owned(),
            value: json.get("value").cloned().unwrap_or_default(),
        };
        Ok(choices.iter().map(choice).collect())
    }

    /// Uses a message command, such as `Find an answer`, on a message.
    ///
    /// # Errors
    /// When the command is not offered, the message is not there for this member, or the bot does not respond in time.
    pub async fn message_command(&self, name: &str, message: &Shown) -> Result<Shown, ActError> {
        let data = self.shared.read(|state| {
            self.check_may_use_commands(state)?;
            let target = self.visible(state, message)?;
            let commands = state.commands.in_guild(self.place.guild);
            let mut commands = commands.filter(|(_, known)| known.command.kind == CommandKind::Message);
            let (scope, known) = commands
                .find(|(_, known)| {
                    known.command.name == name && self.is_allowed(state, known.command.needed_permissions())
                })
                .ok_or_else(|| refused(format!("There is no message command \"{name}\" for {} here.", self.name)))?;
            let message = state.messages.get(&target).map(|message| state.message_json(message));
            let mut messages = json!({});
            set(&mut messages, &target.to_string(), message.unwrap_or_default());
            let resolved = json!({ "messages": messages });
            let mut data =
                json!({ "id": known.id, "name": name, "type": 3, "target_id": target, "resolved": resolved });
            if let Some(guild) = scope {
                set(&mut data, "guild_id", json!(guild));
            }
            Ok::<_, ActError>(data)
        })?;
        self.interact(InteractionKind::Command, data, None).await
    }

    /// Presses a button, named by its label or its custom_id. Gives back what the member sees then: a reply, a form, or the message,
    /// changed or not.
    ///
    /// # Errors
    /// When the message or the button is not there for this member, the button is disabled or a link, or the bot does not respond in time.
    pub async fn click(&self, message: &Shown, button: &str) -> Result<Shown, ActError> {
        let (source, controls) = self.controls(message)?;
        let named = |label: &str, custom_id: &Option<String>| label == button || custom_id.as_deref() == Some(button);
        let found = controls.iter().find_map(|control| match control {
            Control::Button { label, custom_id, url, disabled } if named(label, custom_id) => {
                Some((custom_id.clone(), url.clone(), *disabled))
            }
            _ => None,
        });
        match found {
            None => Err(refused(format!("There is no button \"{button}\" on the message."))),
            Some((_, Some(url), _)) => Err(refused(format!("The button \"{button}\" only opens {url}."))),
            Some((_, _, true)) => Err(refused(format!("The button \"{button}\" is disabled."))),
            Some((custom_id, None, false)) => {
                let custom_id = custom_id.unwrap_or_default();
                let data = self.component_data(source, &custom_id, 2, None);
                self.interact(InteractionKind::Component, data, Some(source)).await
            }
        }
    }

    /// Chooses in a menu, named by its placeholder or its custom_id; choices are labels or values (names for menus of members and so on).
    ///
    /// # Errors
    /// When the menu or a choice is not there for this member, too few or too many are chosen, or the bot does not respond in time.
    pub async fn select(&self, message: &Shown, menu: &str, choices: &[&str]) -> Result<Shown, ActError> {
        let (source, controls) = self.controls(message)?;
        let found = controls.into_iter().find_map(|control| match control {
            Control::Select { placeholder, custom_id, options, least, most, disabled, component_type }
                if placeholder == menu || custom_id == menu =>
            {
                Some((custom_id, options, least, most, disabled, component_type))
            }
            _ => None,
        });
        let Some((custom_id, options, least, most, disabled, component_type)) = found else {
            return Err(refused(format!("There is no menu \"{menu}\" on the message.")));
        };
        if disabled {
            return Err(refused(format!("The menu \"{menu}\" is disabled.")));
        }
        if choices.len() < least || choices.len() > most {
            return Err(refused(format!("Choose {} of the menu \"{menu}\".", count_in_words(least, most))));
        }
        let mut resolved = serde_json::Map::new();
        let mut values = Vec::new();
        for choice in choices {
            if component_type == 3 {
                let option = options.iter().find(|option| option.label == *choice || option.value == *choice);
                let option =
                    option.ok_or_else(|| refused(format!("The menu \"{menu}\" does not offer \"{choice}\".")))?;
                values.push(option.value.clone());
            } else {
                let (id, entries) = self.target(component_type, choice)?;
                for (kind, entry) in entries {
                    set(resolved.entry(kind).or_insert_with(|| json!({})), &id.to_string(), entry);
                }
                values.push(id.to_string());
            }
        }
        let mut data = self.component_data(source, &custom_id, component_type, Some(&values));
        if component_type != 3 {
            set(&mut data, "resolved", resolved);
        }
        self.interact(InteractionKind::Component, data, Some(source)).await
    }

    /// Fills in a form, fields named by label or custom_id, and sends it. A field that is not named keeps what stood there.
    ///
    /// # Errors
    /// When the form has no such field, a value is missing, too short or too long, or the bot does not respond in time.
    pub async fn submit(&self, form: &Shown, values: &[(&str, &str)]) -> Result<Shown, ActError> {
        let opener = form.interaction.filter(|_| form.is_form() && form.viewer == Some(self.place.user));
        let opener = opener.ok_or_else(|| refused("This is no form that was opened for this member."))?;
        let fields = form.fields();
        if let Some((name, _)) = values.iter().find(|(name, _)| !fields.iter().any(|field| is_named(field, name))) {
            return Err(refused(format!("The form has no field \"{name}\".")));
        }
        let mut filled = Vec::new();
        for field in &fields {
            let given = values.iter().find(|(name, _)| is_named(field, name)).map(|(_, value)| *value);
            filled.push((field.custom_id.clone(), fill(field, given.unwrap_or(&field.value))?));
        }
        let components: Vec<Value> =
            list(form.json(), "components").filter_map(|part| submitted(part, &filled)).collect();
        let data = json!({ "custom_id": form.json().get("custom_id"), "components": components });
        let source = self.shared.read(|state| state.interactions.get(&opener).and_then(|opener| opener.source));
        self.interact(InteractionKind::ModalSubmit, data, source).await
    }

    /// Writes a plain message.
    ///
    /// # Errors
    /// When the member may not write here, or the text is empty or longer than 2000 characters.
    // Async like all other acts, so that callers need not know which of them wait.
    #[expect(clippy::unused_async, reason = "all acts of a member are awaited alike")]
    pub async fn message(&self, text: &str) -> Result<Shown, ActError> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 2000 {
            return Err(refused("A message has 1 to 2000 characters."));
        }
        self.shared.change(|state| {
            let powers = state.world.permissions(self.place.user, self.place.channel, state.now_ms());
            if powers & VIEW_CHANNEL == 0 || powers & SEND_MESSAGES == 0 {
                let channel = self.place_name(state);
                return Err(refused(format!("{} may not write in #{channel}.", self.name)));
            }
            let origin = Origin {
                channel: self.place.channel,
                author: self.place.user,
                kind: DEFAULT,
                interaction: None,
                private_to: None,
            };
            let id = state.post(interactions::plain_draft(text), origin);
            let message =
                state.messages.get(&id).and_then(|message| Shown::of_message(&self.shared, state, message, None));
            message.ok_or(ActError::NotResponding)
        })
    }

    /// All that the member sees in a channel of this guild, oldest first: public messages and their own ephemeral ones.
    ///
    /// # Errors
    /// When there is no such channel, or they cannot see it.
    pub fn sees(&self, channel: &str) -> Result<Vec<Shown>, ActError> {
        let channel = self.in_channel(channel)?.place.channel;
        Ok(self.shared.read(|state| {
            let here = state.messages.values().filter(|message| message.channel == channel);
            let visible = here.filter(|message| message.visible_to(self.place.user));
            visible.filter_map(|message| Shown::of_message(&self.shared, state, message, None)).collect()
        }))
    }

    /// What a hostile client could send: any custom_id and any values for any message. The type is that of the component with the
    /// custom_id, or else a button without values and a string select with some.
    ///
    /// # Errors
    /// When the message does not exist or the bot does not respond in time.
    pub async fn forge_component(
        &self,
        message: Snowflake,
        custom_id: &str,
        values: &[&str],
    ) -> Result<Shown, ActError> {
        if !self.shared.read(|state| state.messages.contains_key(&message)) {
            return Err(refused("There is no such message."));
        }
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        let values = (!values.is_empty()).then_some(values.as_slice());
        let data = self.component_data(message, custom_id, if values.is_some() { 3 } else { 2 }, values);
        self.interact(InteractionKind::Component, data, Some(message)).await
    }

    /// The names of the slash commands that the member is offered here, sorted.
    pub fn offered_commands(&self) -> Vec<String> {
        let offered = self.shared.read(|state| self.offered(state)).unwrap_or_default();
        let mut names: Vec<String> =
            offered.iter().filter_map(|o| Some(o.json.get("name")?.as_str()?.to_owned())).collect();
        names.sort_unstable();
        names
    }

    async fn interact(&self, kind: InteractionKind, data: Value, source: Option<Snowflake>) -> Result<Shown, ActError> {
        let (id, response) = self.send(kind, data, source).await?;
        let shown = self.shared.read(|state| Shown::of_response(&self.shared, state, id, &response));
        shown.ok_or_else(|| refused("The message was deleted."))
    }

    /// Sends an interaction and waits for its first response, at most three seconds on the playground's clock.
    async fn send(
        &self,
        kind: InteractionKind,
        data: Value,
        source: Option<Snowflake>,
    ) -> Result<(Snowflake, Response), ActError> {
        let mut changes = self.shared.changes();
        let id = self.shared.change(|state| state.interact(kind, self.place, data, source));
        let id = id.ok_or(ActError::NotResponding)?;
        loop {
            changes.mark_unchanged();
            let left_ms = self.shared.read(|state| {
                let interaction = state.interactions.get(&id)?;
                Some(match &interaction.response {
                    Some(response) => Ok(response.clone()),
                    None => Err(interaction.deadline_ms() - state.now_ms()),
                })
            });
            match left_ms {
                Some(Ok(response)) => return Ok((id, response)),
                Some(Err(left_ms)) if left_ms >= 0 => {
                    // Either way the state is looked at again: after a change, or at the deadline.
                    let left = Duration::from_millis(left_ms.unsigned_abs() + 1);
                    let _ = timeout(left, changes.changed()).await;
                }
                _ => return Err(ActError::NotResponding),
            }
        }
    }

    /// The slash commands that a client offers this member here.
    fn offered(&self, state: &State) -> Result<Vec<Offered>, ActError> {
        self.check_may_use_commands(state)?;
        let commands = state.commands.in_guild(self.place.guild);
        let slash = commands.filter(|(_, known)| known.command.kind == CommandKind::Slash);
        let allowed = slash.filter(|(_, known)| self.is_allowed(state, known.command.needed_permissions()));
        Ok(allowed
            .map(|(guild, known)| Offered { id: known.id, guild, json: Value::Object(known.command.json.clone()) })
            .collect())
    }

    fn check_may_use_commands(&self, state: &State) -> Result<(), ActError> {
        let needed = VIEW_CHANNEL | USE_APPLICATION_COMMANDS;
        let powers = state.world.permissions(self.place.user, self.place.channel, state.now_ms());
        if powers & needed == needed {
            return Ok(());
        }
        Err(refused(format!("{} may not use commands in #{}.", self.name, self.place_name(state))))
    }

    /// All of the needed permissions; `0` stands for administrators only.
    fn is_allowed(&self, state: &State, needed: Option<permissions::Permissions>) -> bool {
        let powers = state.world.permissions(self.place.user, self.place.channel, state.now_ms());
        match needed {
            None => true,
            Some(0) => powers & permissions::ADMINISTRATOR != 0,
            Some(needed) => powers & needed == needed,
        }
    }

    fn place_name(&self, state: &State) -> String {
        state.world.channel(self.place.channel).map_or_else(String::new, |(_, channel)| channel.name.clone())
    }

    /// The message's id, when this member can see it as it is now.
    fn visible(&self, state: &State, message: &Shown) -> Result<Snowflake, ActError> {
        let id = message.id().ok_or_else(|| refused("A form is no message."))?;
        let known = state.messages.get(&id).filter(|known| known.visible_to(self.place.user));
        let known = known.filter(|known| sees(state, self.place.user, known.channel));
        known.map(|known| known.id).ok_or_else(|| refused(format!("{} does not see the message.", self.name)))
    }

    /// The controls of a message as it is now.
    fn controls(&self, message: &Shown) -> Result<(Snowflake, Vec<Control>), ActError> {
        let id = self.shared.read(|state| self.visible(state, message))?;
        Ok((id, message.refresh()?.controls()))
    }

    fn component_data(
        &self,
        message: Snowflake,
        custom_id: &str,
        default_type: i64,
        values: Option<&[String]>,
    ) -> Value {
        let component = self.shared.read(|state| {
            let rows = state.messages.get(&message)?.components.clone();
            let mut all = rows.iter().flat_map(|row| list(row, "components"));
            all.find(|component| component.get("custom_id").and_then(Value::as_str) == Some(custom_id)).cloned()
        });
        let part = |key: &str, default: i64| {
            component.as_ref().and_then(|component| component.get(key)).and_then(Value::as_i64).unwrap_or(default)
        };
        let mut data =
            json!({ "id": part("id", 1), "custom_id": custom_id, "component_type": part("type", default_type) });
        if let Some(values) = values {
            set(&mut data, "values", json!(values));
        }
        data
    }

    fn target(&self, component_type: i64, name: &str) -> Result<Found, ActError> {
        let targets: &[Target] = match component_type {
            5 => &[Target::User],
            6 => &[Target::Role],
            8 => &[Target::Channel],
            _ => &[Target::User, Target::Role],
        };
        let bare = name.trim_start_matches(['@', '#']);
        let found = self.shared.read(|state| {
            let here = Here { state, place: self.place };
            targets.iter().find_map(|target| here.find(*target, bare))
        });
        found.ok_or_else(|| refused(format!("There is no {name} here.")))
    }
}

/// Looks people and places up with the eyes of a member.
struct Here<'s> {
    state: &'s State,
    place: Place,
}

impl Directory for Here<'_> {
    fn find(&self, kind: Target, name: &str) -> Option<Found> {
        let world = &self.state.world;
        let guild = world.guild(self.place.guild)?;
        let id: Option<Snowflake> = name.parse().ok();
        match kind {
            Target::User => {
                let user = world.user_named(name).or_else(|| world.users.get(&id?))?;
                let member = self.state.resolved_member(self.place, user.id)?;
                Some((user.id, vec![("users", user.json()), ("members", member)]))
            }
            Target::Role => {
                let named = |role: &&super::world::Role| role.name.eq_ignore_ascii_case(name) || Some(role.id) == id;
                let role = guild.roles.iter().find(named)?;
                Some((role.id, vec![("roles", role.json())]))
            }
            Target::Channel => {
                let channel = guild.channel_named(name).or_else(|| guild.channel(id?))?;
                let powers = world.permissions(self.place.user, channel.id, self.state.now_ms());
                let json = json!({
                    "id": channel.id, "name": channel.name, "type": TEXT_CHANNEL, "permissions": powers.to_string(),
                    "guild_id": channel.guild, "topic": channel.topic, "position": channel.position, "nsfw": false,
                    "parent_id": null, "last_message_id": channel.last_message, "flags": 0, "rate_limit_per_user": 0,
                });
                (powers & VIEW_CHANNEL != 0).then(|| (channel.id, vec![("channels", json)]))
            }
        }
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

fn refused(sentence: impl Into<String>) -> ActError {
    ActError::Refused(sentence.into())
}

fn sees(state: &State, user: Snowflake, channel: Snowflake) -> bool {
    state.world.permissions(user, channel, state.now_ms()) & VIEW_CHANNEL != 0
}

fn count_in_words(least: usize, most: usize) -> String {
    if least == most { format!("exactly {least}") } else { format!("{least} to {most}") }
}

fn is_named(field: &FormField, name: &str) -> bool {
    field.label == name || field.custom_id == name
}

/// A checked value of a form's field: a text, or the values chosen in a menu (written separated by commas).
fn fill(field: &FormField, text: &str) -> Result<Value, ActError> {
    let label = &field.label;
    if !field.options.is_empty() {
        let chosen = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let values: Option<Vec<&str>> = chosen
            .map(|name| field.options.iter().find(|o| o.label == name || o.value == name).map(|o| o.value.as_str()))
            .collect();
        let values = values.ok_or_else(|| refused(format!("\"{label}\" does not offer that.")))?;
        let least = if field.required { field.least.max(1) } else { 0 };
        if values.len() < least || values.len() > field.most {
            return Err(refused(format!("Choose {} of \"{label}\".", count_in_words(least, field.most))));
        }
        return Ok(json!(values));
    }
    let length = text.chars().count();
    if length == 0 {
        return if field.required { Err(refused(format!("\"{label}\" must be filled in."))) } else { Ok(text.into()) };
    }
    if length < field.least || length > field.most {
        let bounds = count_in_words(field.least, field.most);
        return Err(refused(format!("\"{label}\" takes {bounds} characters, and that is {length}.")));
    }
    Ok(text.into())
}

/// A part of a modal as it comes back to the bot.
fn submitted(part: &Value, filled: &[(String, Value)]) -> Option<Value> {
    let kind = part.get("type").and_then(Value::as_i64)?;
    let answer = |inner: &Value| {
        let custom_id = inner.get("custom_id").and_then(Value::as_str)?;
        let (_, value) = filled.iter().find(|(id, _)| id == custom_id)?;
        let key = if value.is_array() { "values" } else { "value" };
        let mut json = json!({ "type": inner.get("type"), "id": inner.get("id"), "custom_id": custom_id });
        set(&mut json, key, value.clone());
        Some(json)
    };
    let mut json = json!({ "type": kind, "id": part.get("id") });
    if let Some(inner) = part.get("component") {
        set(&mut json, "component", answer(inner)?);
    } else if part.get("components").is_some() {
        set(&mut json, "components", list(part, "components").filter_map(answer).collect::<Vec<_>>());
    }
    Some(json)
}
