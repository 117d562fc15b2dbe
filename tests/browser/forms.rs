//! Forms that a bot opens: their limits, what happens when the bot does not respond, and where the focus goes.

use serde_json::{Value, json};

use crate::bot::{Bot, commands};
use crate::failures::TOO_LONG;
use crate::stage::story_with_raw_bot;
use crate::window::{Key, Size, Window};

fn form() -> Value {
    let field = |label: &str, component: Value| json!({ "type": 18, "label": label, "component": component });
    json!({ "type": 9, "data": { "custom_id": "f", "title": "Tell us", "components": [
        field("Name", json!({ "type": 4, "custom_id": "name", "style": 1, "min_length": 3, "max_length": 10 })),
        field("Story", json!({ "type": 4, "custom_id": "story", "style": 2, "required": false, "max_length": 100 })),
        field("Level", json!({ "type": 21, "custom_id": "level", "options": [
            { "label": "Beginner", "value": "1" }, { "label": "Advanced", "value": "2" },
        ] })),
    ] } })
}

/// Opens the form by a command.
pub(crate) async fn open(window: &Window, bot: &mut Bot) {
    window.type_("/ask ").await;
    window.type_("x").await;
    window.press(Key::Enter).await;
    bot.answer(form()).await;
    window.sees("Tell us").await;
    window.focus_is_on("Name").await;
}

#[tokio::test]
async fn a_form_says_what_is_wrong_and_loses_nothing_when_the_bot_does_not_respond() {
    story_with_raw_bot(async |discord, bot| {
        bot.register(commands()).await;
        let ada = Window::open(discord, "ada", Size::Desktop).await;
        open(&ada, bot).await;
        ada.press(Key::Enter).await;
        ada.sees("Fill this in.").await;
        ada.sees("Choose something.").await;
        ada.field_is_wrong("Name", true).await;
        ada.focus_is_on("Name").await;
        ada.type_("ab").await;
        ada.sees("2 / 10").await;
        ada.press(Key::Enter).await;
        ada.sees("Write at least 3 characters.").await;
        ada.type_("cdefghijklmn").await;
        ada.sees("10 / 10").await;
        assert_eq!(ada.value_of("Name").await, "abcdefghij");
        ada.click_button("Advanced").await;
        ada.click_field("Story").await;
        ada.type_("It began so.").await;

        ada.click_button("Submit").await;
        bot.interaction().await;
        discord.advance(TOO_LONG);
        ada.sees("Something went wrong. The application did not respond; try again.").await;
        assert_eq!(ada.value_of("Story").await, "It began so.");

        ada.click_button("Submit").await;
        let sent = bot.answer(json!({ "type": 4, "data": { "content": "Thank you." } })).await;
        let values: Vec<&Value> = sent["data"]["components"].as_array().unwrap().iter().collect();
        assert_eq!(values[0]["component"]["value"], "abcdefghij");
        assert_eq!(values[1]["component"]["value"], "It began so.");
        assert_eq!(values[2]["component"]["value"], "2");
        ada.message_with("Thank you.").await;
        ada.does_not_see("Tell us").await;
        ada.focus_is_on("textarea Message").await;
    })
    .await;
}

#[tokio::test]
async fn escape_leaves_a_form_and_the_focus_goes_back_to_what_opened_it() {
    story_with_raw_bot(async |discord, bot| {
        bot.register(commands()).await;
        let ada = Window::open(discord, "ada", Size::Desktop).await;
        open(&ada, bot).await;
        ada.press(Key::Escape).await;
        ada.does_not_see("Tell us").await;
        ada.focus_is_on("textarea Message").await;

        // The cursor is back, too. The same from a button.
        ada.type_("/ask ").await;
        ada.type_("y").await;
        ada.press(Key::Enter).await;
        let button = json!({ "type": 2, "style": 2, "label": "Open the form", "custom_id": "open" });
        let rows = json!([{ "type": 1, "components": [button] }]);
        bot.answer(json!({ "type": 4, "data": { "content": "Here", "components": rows } })).await;
        ada.message_with("Here").await;
        ada.tab_back_to("Open the form").await;
        ada.press(Key::Space).await;
        bot.answer(form()).await;
        ada.focus_is_on("Name").await;
        ada.press(Key::Escape).await;
        ada.does_not_see("Tell us").await;
        ada.focus_is_on("Open the form").await;
    })
    .await;
}
