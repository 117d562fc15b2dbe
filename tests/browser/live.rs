//! Two members in two windows see the same channel.

use serde_json::json;

use crate::bot::{commands, webhook_path};
use crate::stage::{story_of_two, story_of_two_with_raw_bot};
use crate::window::{Key, Size, Window};

#[tokio::test]
async fn what_one_member_does_the_other_sees_at_once() {
    story_of_two(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        let ben = Window::open(&c.discord, "ben", Size::Desktop).await;
        ada.type_("good mornin").await;
        ada.press(Key::Enter).await;
        ben.message_with("good mornin").await;
        ben.hears("Ada: good mornin").await;
        ada.message_with("good mornin").await;
        ada.press(Key::Up).await;
        ada.sees("Editing your message").await;
        ada.type_("g").await;
        ada.press(Key::Enter).await;
        ben.message_with("good morning (edited)").await;
        ben.choose_for("good morning", "React 👍").await;
        ada.message_with("👍 1").await;
        ada.click_in("good morning", "👍, 1 reaction").await;
        ben.message_with("👍 2").await;
        ada.choose_for("good morning", "Delete message").await;
        ada.sees("Delete this message?").await;
        ada.press(Key::Enter).await;
        ben.does_not_see("good morning").await;
    })
    .await;
}

#[tokio::test]
async fn both_see_that_the_bot_is_thinking_and_what_comes_of_it() {
    story_of_two_with_raw_bot(async |discord, bot| {
        bot.register(commands()).await;
        let ada = Window::open(discord, "ada", Size::Desktop).await;
        let ben = Window::open(discord, "ben", Size::Desktop).await;
        ada.type_("/ask ").await;
        ada.type_("x").await;
        ada.press(Key::Enter).await;
        let asked = bot.answer(json!({ "type": 5 })).await;
        for window in [&ada, &ben] {
            window.sees("Backroad is thinking…").await;
        }
        let path = format!("{}/messages/@original", webhook_path(&asked));
        assert_eq!(bot.rest.patch(&path, json!({ "content": "Forty-two." })).await.0, 200);
        for window in [&ada, &ben] {
            window.message_with("Forty-two.").await;
            window.does_not_see("is thinking").await;
            window.hears("Backroad: Forty-two.").await;
        }
    })
    .await;
}
