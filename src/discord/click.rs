//! A click as it arrived: what was pressed on which message, read with suspicion.

use serenity::model::Permissions;
use serenity::model::application::{
    ActionRowComponent, Button, ButtonKind, ComponentInteraction, ComponentInteractionDataKind,
    MessageInteractionMetadata,
};
use serenity::model::channel::{Message, MessageFlags};
use serenity::model::id::{ChannelId, MessageId};

use super::components::{Action, shown_item};
use crate::quiz::Place;

#[derive(Clone, Copy)]
pub(super) struct Click<'a>(pub(super) &'a ComponentInteraction);

impl Click<'_> {
    pub(super) fn custom_id(&self) -> &str {
        &self.0.data.custom_id
    }

    /// The click's own id: of two clicks, the one with the higher id is the later one.
    pub(super) fn id(&self) -> u64 {
        self.0.id.get()
    }

    pub(super) fn user(&self) -> u64 {
        self.0.user.id.get()
    }

    pub(super) fn message(&self) -> MessageId {
        self.0.message.id
    }

    pub(super) fn channel(&self) -> ChannelId {
        self.0.channel_id
    }

    /// Where the clicked message is, for links: the server's id, or `@me` in a direct message.
    pub(super) fn place(&self) -> String {
        self.0.guild_id.map_or_else(|| "@me".to_owned(), |guild| guild.to_string())
    }

    /// Where a quiz would be played to which the clicked button belongs.
    pub(super) fn quiz_place(&self) -> Option<Place> {
        Some(Place { guild: self.0.guild_id?.get(), channel: self.0.channel_id.get() })
    }

    /// What was chosen in a menu.
    pub(super) fn chosen(&self) -> Option<&str> {
        match &self.0.data.kind {
            ComponentInteractionDataKind::StringSelect { values } => values.first().map(String::as_str),
            _ => None,
        }
    }

    /// Only who asked sees the clicked message.
    pub(super) fn is_private(&self) -> bool {
        self.0.message.flags.is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL))
    }

    pub(super) fn is_by_who_asked(&self) -> bool {
        let asked_by = match self.0.message.interaction_metadata.as_deref() {
            Some(MessageInteractionMetadata::Command(command)) => Some(command.user.id),
            Some(MessageInteractionMetadata::Component(component)) => Some(component.user.id),
            _ => None,
        };
        asked_by == Some(self.0.user.id)
    }

    /// We can see the channel, so we can also edit what we wrote there.
    pub(super) fn channel_is_seen(&self) -> bool {
        self.0.app_permissions.is_some_and(|p| p.contains(Permissions::VIEW_CHANNEL))
    }

    /// Anybody can send any custom_id for any message; what counts on a message must be a button of that message.
    pub(super) fn is_on_its_message(&self) -> bool {
        has_button(&self.0.message, self.custom_id())
    }

    /// The message for which the clicked one answers, when that may be shared.
    pub(super) fn shareable(&self) -> Option<u64> {
        self.buttons().find_map(|button| match Action::parse(button) {
            Some(Action::Share { message, .. }) => Some(message),
            _ => None,
        })
    }

    /// The item that the clicked message shows.
    pub(super) fn shown_item(&self) -> Option<String> {
        self.buttons().find_map(shown_item)
    }

    /// The content of the message without the line that counts votes.
    pub(super) fn content_without(&self, marker: &str) -> String {
        let kept = self.0.message.content.lines().filter(|line| !line.contains(marker));
        kept.collect::<Vec<_>>().join("\n")
    }

    /// The items that the clicked message shows and offers to open, so that all of them stay within reach.
    pub(super) fn offered(&self) -> Vec<String> {
        let clicked = self.menus().filter(|menu| menu.custom_id.as_deref() == Some(self.custom_id()));
        let menus = clicked.flat_map(|menu| menu.options.iter().map(|option| option.value.clone()));
        let mut ids: Vec<String> = Vec::new();
        for id in self.buttons().filter_map(shown_item).chain(menus) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    /// The custom_ids of the message's buttons.
    fn buttons(&self) -> impl Iterator<Item = &str> {
        buttons(&self.0.message)
    }

    fn menus(&self) -> impl Iterator<Item = &serenity::model::application::SelectMenu> {
        let components = self.0.message.components.iter().flat_map(|row| &row.components);
        components.filter_map(|component| match component {
            ActionRowComponent::SelectMenu(menu) => Some(menu),
            _ => None,
        })
    }
}

/// Whether a message has a button with this custom_id.
pub(super) fn has_button(message: &Message, custom_id: &str) -> bool {
    buttons(message).any(|button| button == custom_id)
}

fn buttons(message: &Message) -> impl Iterator<Item = &str> {
    let components = message.components.iter().flat_map(|row| &row.components);
    components.filter_map(|component| match component {
        ActionRowComponent::Button(Button { data: ButtonKind::NonLink { custom_id, .. }, .. }) => {
            Some(custom_id.as_str())
        }
        _ => None,
    })
}
