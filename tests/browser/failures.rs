//! A bot that does not respond within Discord's three seconds.

use std::time::Duration;

use serde_json::json;

use crate::bot::commands;
use crate::stage::story_with_raw_bot;
use crate::window::{Key, Size, Window};

/// Just longer than what Discord gives a bot to respond.
pub(crate) const TOO_LONG: Duration = Duration::from_millis(3001);

#[tokio::test]
async fn a_command_that_is_not_answered_fails_after_three_seconds() {
    story_with_raw_bot(async |discord, bot| {
        bot.register(commands()).await;
        let ada = Window::open(discord, "ada", Size::Desktop).await;
        ada.type_("/ask ").await;
        ada.type_("x").await;
        ada.press(Key::Enter).await;
        bot.interaction().await;
        ada.sees("Sending the command to Backroad…").await;
        discord.advance(TOO_LONG);
        let failed = ada.message_with("The application did not respond").await;
        assert!(failed.contains("Only you can see this"), "{failed}");
        ada.hears("The application did not respond").await;
        ada.click_button("Dismiss message").await;
        ada.does_not_see("The application did not respond").await;
        ada.focus_is_on("Message").await;
    })
    .await;
}

#[tokio::test]
async fn a_button_that_is_not_answered_says_so_below_its_message() {
    story_with_raw_bot(async |discord, bot| {
        bot.register(commands()).await;
        let ada = Window::open(discord, "ada", Size::Desktop).await;
        ada.type_("/ask ").await;
        ada.type_("x").await;
        ada.press(Key::Enter).await;
        let button = json!({ "type": 2, "style": 1, "label": "Go on", "custom_id": "go" });
        let rows = json!([{ "type": 1, "components": [button] }]);
        bot.answer(json!({ "type": 4, "data": { "content": "Shall I?", "components": rows } })).await;
        ada.message_with("Shall I?").await;
        ada.tab_back_to("button Go on").await;
        ada.press(Key::Enter).await;
        bot.interaction().await;
        discord.advance(TOO_LONG);
        let failed = ada.message_with("Shall I?").await;
        ada.sees("This interaction failed").await;
        assert!(!failed.contains("Only you can see this"), "the message itself stays public: {failed}");
        ada.focus_is_on("button Go on").await;

        // Pressed again, and answered: the failure is gone.
        ada.press(Key::Enter).await;
        bot.answer(json!({ "type": 7, "data": { "content": "Done.", "components": [] } })).await;
        ada.message_with("Done.").await;
        ada.does_not_see("This interaction failed").await;
        ada.does_not_see("Go on").await;
    })
    .await;
}
