//! Pages and sentences into Discord's messages. [`Reply`] is the one gate: whatever the content, what passes it is within
//! Discord's limits, and mentions nobody but the role that a moderator chose.

pub(super) mod answer;
mod cut;
pub(super) mod daily;
mod embeds;
mod practice;
pub(super) mod quiz;
mod roadmap;
mod views;

use std::collections::HashSet;
use std::num::NonZeroU64;

use serenity::builder::{
    AutocompleteChoice, CreateActionRow, CreateAllowedMentions, CreateAutocompleteResponse, CreateButton, CreateEmbed,
    CreateEmbedAuthor, CreateEmbedFooter, CreateInputText, CreateInteractionResponse, CreateInteractionResponseMessage,
    CreateModal, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};
use serenity::model::Colour;
use serenity::model::application::{ButtonStyle, InputTextStyle};
use serenity::model::id::RoleId;

use super::components::Action;
use crate::app::page::Page;

pub(super) use practice::{asked, solved};
pub(super) use roadmap::{paths, stage};
pub(super) use views::{
    Around, FIND_ANSWER, answer, full_text, help, missing, no_topic, project, related, shared, topic, unknown,
};

// Discord's limits: see "Messages" and "Components" in its documentation.
const CONTENT: usize = 2_000;
const LABEL: usize = 80;
const OPTION_TEXT: usize = 100;
const PLACEHOLDER: usize = 150;
const ROWS: usize = 5;
const ROW_BUTTONS: usize = 5;
pub(super) const OPTIONS: usize = 25;
const CHOICE: usize = 100;
/// The title of a form, and the label of a field.
const FORM_TEXT: usize = 45;
/// The custom_id of the only field of a form.
pub(super) const FIELD: &str = "text";

/// A blue that stays readable in the dark and in the light theme.
const COLOUR: Colour = Colour(0x2f_80_ed);

/// A message before it becomes Discord's: texts of any length, cut when it is built.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    pub(super) content: String,
    pub(super) page: Option<Page>,
    /// Further pages below it. What is too much for one message is cut, or left out.
    pub(super) more: Vec<Page>,
    /// A role that a moderator chose: where the content names it, its members are told of a new message.
    pub(super) role: Option<u64>,
    pub(super) rows: Vec<Row>,
    pub(super) private: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Row {
    Buttons(Vec<Button>),
    Menu { action: Action, placeholder: String, options: Vec<MenuOption> },
}

#[derive(Clone, Debug)]
pub(super) struct Button {
    pub(super) action: Action,
    pub(super) label: String,
    pub(super) strong: bool,
    pub(super) disabled: bool,
}

#[derive(Clone, Debug)]
pub(super) struct MenuOption {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) description: String,
}

impl Button {
    pub(super) fn new(label: impl Into<String>, action: Action) -> Button {
        Button { action, label: label.into(), strong: false, disabled: false }
    }
}

impl Reply {
    /// One sentence that only the member sees.
    pub(super) fn sentence(text: impl Into<String>) -> Reply {
        Reply { content: text.into(), private: true, ..Reply::default() }
    }

    pub(super) fn page(page: Page) -> Reply {
        Reply { page: Some(page), ..Reply::default() }
    }

    /// The body of a message that is made or edited beside any interaction. One with a nonce is made once, however often it
    /// is sent within some minutes. One without is an edit, which mentions nobody anew.
    pub(super) fn body(self, nonce: Option<&str>) -> Vec<u8> {
        let role = self.role.filter(|_| nonce.is_some());
        let mut body = serde_json::to_value(Reply { role, ..self }.build()).unwrap_or_default();
        if let Some(object) = body.as_object_mut() {
            object.remove("flags");
            if let Some(nonce) = nonce {
                object.insert("nonce".to_owned(), nonce.into());
                object.insert("enforce_nonce".to_owned(), true.into());
            }
        }
        body.to_string().into_bytes()
    }

    fn build(self) -> CreateInteractionResponseMessage {
        let mut used = HashSet::new();
        let role = self.role.and_then(NonZeroU64::new).map(RoleId::from);
        let rows: Vec<CreateActionRow> =
            self.rows.into_iter().filter_map(|row| row.build(&mut used)).take(ROWS).collect();
        CreateInteractionResponseMessage::new()
            .content(cut::first_page(&self.content, CONTENT).0)
            .embeds(embeds::fitted(self.page.iter().chain(&self.more)).into_iter().map(embed).collect())
            .components(rows)
            .allowed_mentions(CreateAllowedMentions::new().roles(role))
            .ephemeral(self.private)
    }
}

fn embed(texts: embeds::Texts) -> CreateEmbed {
    let mut embed = CreateEmbed::new().colour(COLOUR).description(texts.description);
    if !texts.title.is_empty() {
        embed = embed.title(texts.title);
    }
    if !texts.author.is_empty() {
        embed = embed.author(CreateEmbedAuthor::new(texts.author));
    }
    if !texts.footer.is_empty() {
        embed = embed.footer(CreateEmbedFooter::new(texts.footer));
    }
    embed
}

/// The custom_id of an action, unless it is too long or the message has it already.
fn unused(action: &Action, used: &mut HashSet<String>) -> Option<String> {
    let id = action.custom_id()?;
    used.insert(id.clone()).then_some(id)
}

impl Row {
    /// `used` holds the custom_ids that the message has so far.
    fn build(self, used: &mut HashSet<String>) -> Option<CreateActionRow> {
        match self {
            Row::Buttons(buttons) => {
                let buttons: Vec<CreateButton> =
                    buttons.into_iter().take(ROW_BUTTONS).filter_map(|button| button.build(used)).collect();
                (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons))
            }
            Row::Menu { action, placeholder, options } => {
                let mut values = HashSet::new();
                let options: Vec<CreateSelectMenuOption> = options
                    .into_iter()
                    .filter(|option| (1..=OPTION_TEXT).contains(&cut::length(&option.value)))
                    .filter(|option| values.insert(option.value.clone()))
                    .take(OPTIONS)
                    .map(|option| {
                        let built = CreateSelectMenuOption::new(cut::plain(&option.label, OPTION_TEXT), option.value);
                        match option.description.as_str() {
                            "" => built,
                            text => built.description(cut::plain(text, OPTION_TEXT)),
                        }
                    })
                    .collect();
                if options.is_empty() {
                    return None;
                }
                let menu = CreateSelectMenu::new(unused(&action, used)?, CreateSelectMenuKind::String { options });
                Some(CreateActionRow::SelectMenu(menu.placeholder(cut::plain(&placeholder, PLACEHOLDER))))
            }
        }
    }
}

impl Button {
    fn build(self, used: &mut HashSet<String>) -> Option<CreateButton> {
        let style = if self.strong { ButtonStyle::Primary } else { ButtonStyle::Secondary };
        let label = cut::plain(&self.label, LABEL);
        Some(CreateButton::new(unused(&self.action, used)?).label(label).style(style).disabled(self.disabled))
    }
}

/// What is sent back for an interaction.
#[derive(Clone, Debug)]
pub(super) enum Response {
    /// A new message.
    New(Reply),
    /// The clicked message changes.
    Update(Reply),
    /// Choices while somebody types: (shown name, value).
    Choices(Vec<(String, String)>),
    /// A form with one field.
    Form(Form),
}

/// Something to type. What is sent carries the action.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) action: Action,
    pub(super) title: String,
    pub(super) label: String,
    pub(super) placeholder: String,
    /// More than a line.
    pub(super) long: bool,
    /// The most characters.
    pub(super) most: u16,
}

impl Form {
    fn build(self) -> CreateModal {
        let style = if self.long { InputTextStyle::Paragraph } else { InputTextStyle::Short };
        let field = CreateInputText::new(style, cut::plain(&self.label, FORM_TEXT), FIELD)
            .placeholder(cut::plain(&self.placeholder, OPTION_TEXT))
            .min_length(1)
            .max_length(self.most)
            .required(true);
        CreateModal::new(self.action.custom_id().unwrap_or_default(), cut::plain(&self.title, FORM_TEXT))
            .components(vec![CreateActionRow::InputText(field)])
    }
}

impl Response {
    pub(super) fn build(self) -> CreateInteractionResponse {
        match self {
            Response::New(reply) => CreateInteractionResponse::Message(reply.build()),
            // Whether a message is private was settled when it was sent; an update may not say it again, and mentions
            // nobody anew.
            Response::Update(reply) => {
                CreateInteractionResponse::UpdateMessage(Reply { private: false, role: None, ..reply }.build())
            }
            Response::Form(form) => CreateInteractionResponse::Modal(form.build()),
            Response::Choices(choices) => {
                let choices = choices
                    .into_iter()
                    .filter(|(name, value)| !name.trim().is_empty() && cut::length(value) <= CHOICE)
                    .take(OPTIONS)
                    .map(|(name, value)| AutocompleteChoice::new(cut::plain(&name, CHOICE), value));
                CreateInteractionResponse::Autocomplete(
                    CreateAutocompleteResponse::new().set_choices(choices.collect()),
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// The texts of an embed and Discord's limits for them.
    const LIMITS: [(&str, usize); 4] =
        [("/title", 256), ("/description", 4096), ("/footer/text", 2048), ("/author/name", 256)];

    /// A page with prose or code of any length. (Random letters are slow to make, so they are repeated.)
    fn page() -> impl Strategy<Value = Page> {
        let line = || ("\\PC{0,40}", 0usize..12).prop_map(|(text, times)| text.repeat(times));
        let prose = (line(), 0usize..20).prop_map(|(line, times)| format!("{line}\n").repeat(times));
        let code = (line(), "[a-z ;]{0,60}", 0usize..80)
            .prop_map(|(line, code, times)| format!("{line}\n\n```sql\n{}```\n", format!("{code}\n").repeat(times)));
        let texts = (line(), line(), prop_oneof![prose, code], line(), line());
        texts.prop_map(|(kicker, title, body, source, footer)| Page { kicker, title, body, source, footer })
    }

    fn text(value: &Value, path: &str, max: usize) {
        if let Some(text) = value.pointer(path).and_then(Value::as_str) {
            assert!(cut::length(text) <= max, "{path} is {} long", cut::length(text));
        }
    }

    fn mentions(role: Option<u64>) -> Value {
        let roles: Vec<String> = role.iter().map(u64::to_string).collect();
        json!({ "parse": [], "users": [], "roles": roles })
    }

    #[test]
    fn a_role_is_mentioned_by_a_new_message_and_not_by_its_edits() {
        let reply = Reply { content: "<@&7> @everyone".to_owned(), role: Some(7), ..Reply::default() };
        let body = |nonce| serde_json::from_slice::<Value>(&reply.clone().body(nonce)).unwrap();
        assert_eq!(body(Some("1"))["allowed_mentions"], mentions(Some(7)));
        assert_eq!(body(None)["allowed_mentions"], mentions(None));
        let update = serde_json::to_value(Response::Update(reply.clone()).build()).unwrap();
        assert_eq!(update["data"]["allowed_mentions"], mentions(None));
    }

    proptest! {
        #[test]
        fn whatever_the_texts_a_reply_is_within_the_limits(
            content in "\\PC{0,3000}", title in "\\PC{0,400}", body in "(\\PC{0,900}\n){0,9}", footer in "\\PC{0,400}",
            more in proptest::collection::vec(page(), 0..13), role in proptest::option::of(any::<u64>()),
            labels in proptest::collection::vec("\\PC{1,120}", 0..40), rows in 0usize..8,
        ) {
            let menu = Row::Menu {
                action: Action::Open,
                placeholder: title.clone(),
                options: labels.iter().enumerate().map(|(n, label)| MenuOption {
                    value: n.to_string(), label: label.clone(), description: label.clone(),
                }).collect(),
            };
            let buttons = Row::Buttons(labels.iter().map(|l| Button::new(l, Action::More { item: l.clone() })).collect());
            let reply = Reply {
                content,
                page: Some(Page { kicker: title.clone(), title, source: body.clone(), body, footer }),
                more,
                role,
                rows: std::iter::repeat_n([menu, buttons], rows).flatten().collect(),
                private: true,
            };
            let role = role.filter(|role| *role != 0);
            let json = serde_json::to_value(Response::New(reply).build()).unwrap();
            prop_assert_eq!(&json["data"]["allowed_mentions"], &mentions(role));
            text(&json, "/data/content", 2000);
            let embeds = json["data"]["embeds"].as_array().unwrap();
            prop_assert!((1..=10).contains(&embeds.len()));
            let mut total = 0;
            for embed in embeds {
                for (path, max) in LIMITS {
                    text(embed, path, max);
                    total += embed.pointer(path).and_then(Value::as_str).map_or(0, cut::length);
                }
            }
            prop_assert!(total <= 6000, "{total} in all embeds");
            let rows = json["data"]["components"].as_array().unwrap();
            prop_assert!(rows.len() <= 5);
            let mut seen = HashSet::new();
            for row in rows {
                let parts = row["components"].as_array().unwrap();
                prop_assert!((1..=5).contains(&parts.len()));
                for part in parts {
                    text(part, "/label", 80);
                    text(part, "/custom_id", 100);
                    text(part, "/placeholder", 150);
                    prop_assert!(seen.insert(part["custom_id"].to_string()), "a custom_id stands twice in a message");
                    let options = part["options"].as_array().cloned().unwrap_or_default();
                    prop_assert!(options.len() <= 25);
                    for option in &options {
                        for path in ["/label", "/value", "/description"] { text(option, path, 100); }
                    }
                }
            }
        }
    }
}
