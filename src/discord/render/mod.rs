//! Pages and sentences into Discord's messages. [`Reply`] is the one gate: whatever the content, what passes it is within
//! Discord's limits and mentions nobody.

mod cut;
mod practice;
pub(super) mod quiz;
mod roadmap;
mod views;

use std::collections::HashSet;

use serenity::builder::{
    AutocompleteChoice, CreateActionRow, CreateAllowedMentions, CreateAutocompleteResponse, CreateButton, CreateEmbed,
    CreateEmbedAuthor, CreateEmbedFooter, CreateInputText, CreateInteractionResponse, CreateInteractionResponseMessage,
    CreateModal, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};
use serenity::model::Colour;
use serenity::model::application::{ButtonStyle, InputTextStyle};

use super::components::Action;
use crate::app::page::Page;

pub(super) use practice::{asked, solved};
pub(super) use roadmap::{paths, stage};
pub(super) use views::{
    Around, FIND_ANSWER, answer, full_text, help, missing, no_topic, project, related, shared, topic, unknown,
};

// Discord's limits: see "Messages" and "Components" in its documentation.
const CONTENT: usize = 2_000;
const EMBED_TITLE: usize = 256;
const EMBED_DESCRIPTION: usize = 4_096;
const SOURCE: usize = 500;
const BODY: usize = EMBED_DESCRIPTION - SOURCE - 2;
const EMBED_AUTHOR: usize = 256;
const EMBED_FOOTER: usize = 2_048;
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
    /// is sent within some minutes.
    pub(super) fn body(self, nonce: Option<&str>) -> Vec<u8> {
        let mut body = serde_json::to_value(self.build()).unwrap_or_default();
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
        let rows: Vec<CreateActionRow> =
            self.rows.into_iter().filter_map(|row| row.build(&mut used)).take(ROWS).collect();
        CreateInteractionResponseMessage::new()
            .content(cut::first_page(&self.content, CONTENT).0)
            .embeds(self.page.as_ref().map(embed).into_iter().collect())
            .components(rows)
            .allowed_mentions(CreateAllowedMentions::new())
            .ephemeral(self.private)
    }
}

fn embed(page: &Page) -> CreateEmbed {
    let source = cut::first_page(&page.source, SOURCE).0;
    let body = cut::first_page(&page.body, BODY).0;
    let description = [body, source].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    let mut embed = CreateEmbed::new().colour(COLOUR).description(description);
    if !page.title.is_empty() {
        embed = embed.title(cut::plain(&page.title, EMBED_TITLE));
    }
    if !page.kicker.is_empty() {
        embed = embed.author(CreateEmbedAuthor::new(cut::plain(&page.kicker, EMBED_AUTHOR)));
    }
    if !page.footer.is_empty() {
        embed = embed.footer(CreateEmbedFooter::new(cut::plain(&page.footer, EMBED_FOOTER.min(300))));
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
            // Whether a message is private was settled when it was sent; an update may not say it again.
            Response::Update(reply) => {
                CreateInteractionResponse::UpdateMessage(Reply { private: false, ..reply }.build())
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
    use serde_json::Value;

    use super::*;

    fn text(value: &Value, path: &str, max: usize) {
        if let Some(text) = value.pointer(path).and_then(Value::as_str) {
            assert!(cut::length(text) <= max, "{path} is {} long", cut::length(text));
        }
    }

    proptest! {
        #[test]
        fn whatever_the_texts_a_reply_is_within_the_limits(
            content in "\\PC{0,3000}", title in "\\PC{0,400}", body in "(\\PC{0,900}\n){0,9}", footer in "\\PC{0,400}",
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
                rows: std::iter::repeat_n([menu, buttons], rows).flatten().collect(),
                private: true,
            };
            let json = serde_json::to_value(Response::New(reply).build()).unwrap();
            text(&json, "/data/content", 2000);
            text(&json, "/data/embeds/0/title", 256);
            text(&json, "/data/embeds/0/description", 4096);
            text(&json, "/data/embeds/0/footer/text", 2048);
            let total: usize = ["title", "description", "footer/text", "author/name"].iter()
                .filter_map(|p| json.pointer(&format!("/data/embeds/0/{p}"))?.as_str().map(cut::length)).sum();
            prop_assert!(total <= 6000);
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
            prop_assert_eq!(&json["data"]["allowed_mentions"]["parse"], &serde_json::json!([]));
        }
    }
}
