//! Why a message of the bot is there: the interaction that it replies to, as `interaction_metadata` tells it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::interactions::{Interaction, InteractionKind, Place, installed_in};
use super::json::{number, set, string};
use super::snowflake::Snowflake;
use super::world::World;

/// What a message keeps of its interaction. Written as JSON when somebody asks, because there are many such messages.
#[derive(Clone, Debug)]
pub(super) struct Cause {
    interaction: Snowflake,
    kind: InteractionKind,
    place: Place,
    /// Of a command.
    data: Option<Arc<Value>>,
    /// The message whose component was used.
    source: Option<Snowflake>,
    /// The first response, for a message that follows up.
    original: Option<Snowflake>,
}

impl Cause {
    pub(super) fn of(interaction: &Interaction) -> Self {
        let is_command = interaction.kind == InteractionKind::Command;
        Self {
            interaction: interaction.id,
            kind: interaction.kind,
            place: interaction.place,
            data: is_command.then(|| interaction.data.clone()),
            source: interaction.source.filter(|_| !is_command),
            original: interaction.original,
        }
    }

    pub(super) fn json(&self, world: &World) -> Value {
        let mut json = json!({
            "id": self.interaction, "type": self.kind as u8, "user": world.user_json(self.place.user),
            "authorizing_integration_owners": { "0": installed_in(self.place.guild) },
        });
        if let Some(data) = &self.data {
            set(&mut json, "name", string(data, "name"));
            set(&mut json, "command_type", data.get("type").cloned().unwrap_or_default());
            match (number(data, "type"), data.get("target_id")) {
                (2, Some(target)) => {
                    let user = target.as_str().and_then(|id| id.parse().ok()).map(|id| world.user_json(id));
                    set(&mut json, "target_user", user);
                }
                (3, Some(target)) => set(&mut json, "target_message_id", target.clone()),
                _ => {}
            }
        }
        for (key, id) in [("interacted_message_id", self.source), ("original_response_message_id", self.original)] {
            if let Some(id) = id {
                set(&mut json, key, id);
            }
        }
        json
    }
}
