//! The interactions of the last half hour, by id and by token.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::interactions::Interaction;
use super::snowflake::Snowflake;

/// Most of them that are kept; older ones are forgotten before their time.
const MOST: usize = 200_000;

#[derive(Default)]
pub(super) struct Interactions {
    all: BTreeMap<Snowflake, Interaction>,
    tokens: HashMap<Arc<str>, Snowflake>,
}

impl Interactions {
    pub(super) fn get(&self, id: Snowflake) -> Option<&Interaction> {
        self.all.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: Snowflake) -> Option<&mut Interaction> {
        self.all.get_mut(&id)
    }

    pub(super) fn with_token(&self, token: &str) -> Option<&Interaction> {
        self.get(*self.tokens.get(token)?)
    }

    pub(super) fn insert(&mut self, interaction: Interaction) {
        self.tokens.insert(interaction.token.clone(), interaction.id);
        self.all.insert(interaction.id, interaction);
        if self.all.len() > MOST
            && let Some((_, oldest)) = self.all.pop_first()
        {
            self.tokens.remove(&oldest.token);
        }
    }

    /// Ids grow with time, so that only what is forgotten is looked at.
    pub(super) fn forget_before(&mut self, moment_ms: i64) {
        while let Some(oldest) = self.all.first_entry().filter(|oldest| oldest.get().created_ms < moment_ms) {
            self.tokens.remove(&oldest.remove().token);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
}
