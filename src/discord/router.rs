//! From an interaction to its response, wherever the interaction came from. Knows neither the gateway nor how the
//! response travels.

use serde_json::json;
use serenity::model::Permissions;
use serenity::model::application::{
    ActionRowComponent, Button, ButtonKind, ComponentInteraction, ComponentInteractionDataKind, Interaction,
    MessageInteractionMetadata,
};
use serenity::model::channel::MessageFlags;

use super::commands::{self, After, Handled};
use super::components::{Action, shown_item};
use super::outbox::{Edit, Outbox};
use super::render::{self, Reply, Response};
use crate::app::App;
use crate::content::Item;
use crate::store::Vote;

/// Cheap to clone.
#[derive(Clone)]
pub(super) struct Router {
    app: App,
    outbox: Outbox,
}

impl Router {
    pub(super) fn new(app: App, outbox: Outbox) -> Router {
        Router { app, outbox }
    }

    /// The response to an interaction, or `None` for kinds that we never asked for.
    pub(super) async fn handle(&self, interaction: &Interaction) -> Option<Handled> {
        match interaction {
            Interaction::Command(command) => Some(commands::run(&self.app, command)),
            Interaction::Autocomplete(command) => Some(commands::complete(&self.app, command).into()),
            Interaction::Component(click) => Some(self.click(click).await),
            _ => None,
        }
    }

    /// What remains to be done when the response has been sent.
    pub(super) async fn after(&self, after: After) {
        match after {
            After::RememberMissed(query) => self.app.remember_missed(&query).await,
        }
    }

    async fn click(&self, click: &ComponentInteraction) -> Handled {
        let Some(action) = Action::parse(&click.data.custom_id) else {
            tracing::info!(custom_id = click.data.custom_id, "a click carried no action of ours");
            return unknown_button().into();
        };
        let knowledge = self.app.knowledge();
        let library = &knowledge.library;
        let find = |id: &str| library.find(id);
        match action {
            Action::More { item } => {
                find(&item).map_or_else(render::missing, |item| render::full_text(library, item, 0)).into()
            }
            Action::TurnTo { item, page } => match find(&item) {
                // Only our private pages have these buttons; anywhere else the click is forged and gets its own copy.
                Some(item) if is_private(click) => Response::Update(render::full_text(library, item, page)).into(),
                Some(item) => render::full_text(library, item, page).into(),
                None => render::missing().into(),
            },
            Action::Related { item } => {
                find(&item).map_or_else(render::missing, |item| render::related(library, item)).into()
            }
            Action::Open => match chosen(click).and_then(find) {
                Some(item) => {
                    let others = offered(click).into_iter().filter(|id| *id != item.id());
                    self.in_place(click, render::answer(library, item, others))
                }
                None => render::missing().into(),
            },
            Action::Part { topic, part } => match library.topic(&topic) {
                Some(topic) => self.in_place(click, render::topic(library, topic, part)),
                None => render::missing().into(),
            },
            Action::GoTo => match chosen(click).and_then(find) {
                Some(Item::Topic(topic)) => {
                    self.in_place(click, render::topic(library, topic, crate::app::page::Part::Overview))
                }
                _ => render::missing().into(),
            },
            Action::Try { query } => commands::answer_query(&self.app, &query, None, true),
            Action::Vote { item, helpful } => match find(&item) {
                Some(item) => self.vote(click, item.id(), helpful).await.into(),
                None => render::missing().into(),
            },
        }
    }

    /// Who asked changes the message; anybody else gets a private copy, so that nobody's reading is disturbed.
    fn in_place(&self, click: &ComponentInteraction, reply: Reply) -> Handled {
        if is_private(click) {
            return Response::Update(reply).into();
        }
        if asked_by_clicker(click) {
            self.outbox.forget(click.message.id);
            return Response::Update(reply).into();
        }
        Reply { private: true, ..reply }.into()
    }

    async fn vote(&self, click: &ComponentInteraction, item: &str, helpful: bool) -> Reply {
        if !has_button(click, &click.data.custom_id) {
            tracing::info!(custom_id = click.data.custom_id, "a vote came from a message without that button");
            return unknown_button();
        }
        let vote = Vote {
            message_id: click.message.id.get(),
            user_id: click.user.id.get(),
            interaction_id: click.id.get(),
            item_id: item.to_owned(),
            helpful,
        };
        let tally = match self.app.vote(&vote).await {
            Ok(tally) => tally,
            Err(error) => {
                tracing::error!(%error, "a vote was not recorded");
                return Reply::sentence("I could not write that down. Please press the button again in a minute.");
            }
        };
        let sees = click.app_permissions.is_some_and(|p| p.contains(Permissions::VIEW_CHANNEL));
        if !is_private(click) && sees {
            let content = match tally.helpful {
                0 => String::new(),
                1 => "-# 1 person found this helpful".to_owned(),
                n => format!("-# {n} people found this helpful"),
            };
            let body = json!({ "content": content, "allowed_mentions": { "parse": [] } }).to_string().into_bytes();
            self.outbox.cosmetic(Edit {
                channel: click.channel_id,
                message: click.message.id,
                body,
                order: tally.order,
            });
        }
        Reply::sentence(if helpful {
            "Noted: this helped you. Press *Not helpful* if you change your mind."
        } else {
            "Noted: this did not help. Another match below the answer may, or `/ask` in other words."
        })
    }
}

fn unknown_button() -> Reply {
    Reply::sentence("I don't know that button any more. Ask again with `/ask`.")
}

/// The custom_ids of a message's buttons.
fn buttons(click: &ComponentInteraction) -> impl Iterator<Item = &str> {
    click.message.components.iter().flat_map(|row| &row.components).filter_map(|component| match component {
        ActionRowComponent::Button(Button { data: ButtonKind::NonLink { custom_id, .. }, .. }) => {
            Some(custom_id.as_str())
        }
        _ => None,
    })
}

/// Anybody can send any custom_id for any message; what counts on a message must be a button of that message.
fn has_button(click: &ComponentInteraction, custom_id: &str) -> bool {
    buttons(click).any(|button| button == custom_id)
}

fn is_private(click: &ComponentInteraction) -> bool {
    click.message.flags.is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL))
}

fn asked_by_clicker(click: &ComponentInteraction) -> bool {
    let asked_by = match click.message.interaction_metadata.as_deref() {
        Some(MessageInteractionMetadata::Command(command)) => Some(command.user.id),
        Some(MessageInteractionMetadata::Component(component)) => Some(component.user.id),
        _ => None,
    };
    asked_by == Some(click.user.id)
}

/// The items that the clicked message shows and offers, so that all of them stay within reach.
fn offered(click: &ComponentInteraction) -> Vec<&str> {
    let menus =
        click.message.components.iter().flat_map(|row| &row.components).filter_map(|component| match component {
            ActionRowComponent::SelectMenu(menu) => Some(menu.options.iter().map(|option| option.value.as_str())),
            _ => None,
        });
    let mut ids: Vec<&str> = Vec::new();
    for id in buttons(click).filter_map(shown_item).chain(menus.flatten()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

fn chosen(click: &ComponentInteraction) -> Option<&str> {
    match &click.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values.first().map(String::as_str),
        _ => None,
    }
}
