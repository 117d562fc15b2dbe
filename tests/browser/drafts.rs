//! Nothing of what somebody writes is lost: not by an edit, a command, another channel, or a failure.

use std::time::Duration;

use serde_json::json;

use crate::stage::story;
use crate::window::{Key, Size, Window};

#[tokio::test]
async fn what_was_being_written_comes_back_after_an_edit_and_after_a_command() {
    story(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        ada.type_("first").await;
        ada.press(Key::Enter).await;
        ada.message_with("first").await;
        ada.type_("half a thou").await;
        ada.choose_for("first", "Edit message").await;
        ada.sees("Editing your message").await;
        ada.type_(" and second").await;

        // The edit waits in its channel, and the draft behind it.
        ada.click_button("quiz, channel").await;
        ada.title_has("#quiz").await;
        ada.click_button("general, channel").await;
        ada.title_has("#general").await;
        ada.sees("Editing your message").await;
        assert_eq!(ada.value_of("Message").await, "first and second");
        ada.click_button("Send").await;
        ada.message_with("first and second (edited)").await;
        assert_eq!(ada.value_of("Message").await, "half a thou");

        ada.click_button("Commands").await;
        ada.sees("/roadmap").await;
        ada.press(Key::Escape).await;
        ada.press(Key::Escape).await;
        assert_eq!(ada.value_of("Message").await, "half a thou");
    })
    .await;
}

#[tokio::test]
async fn a_reload_keeps_what_was_not_sent() {
    story(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        ada.type_("half a thou").await;
        ada.click_button("quiz, channel").await;
        ada.title_has("#quiz").await;
        ada.type_("/ask ").await;
        ada.type_("why").await;
        ada.reload().await;
        ada.title_has("#quiz").await;
        assert_eq!(ada.value_of("Message").await, "/ask query: why");
        ada.click_button("general, channel").await;
        ada.title_has("#general").await;
        assert_eq!(ada.value_of("Message").await, "half a thou");
    })
    .await;
}

#[tokio::test]
async fn what_could_not_be_sent_is_in_the_box_again() {
    story(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        let lose = "window.real = window.fetch; window.fetch = () => Promise.reject(new Error('lost'));";
        let find = "window.fetch = window.real;";
        ada.run(lose, json!(null)).await;
        ada.type_("important").await;
        ada.press(Key::Enter).await;
        ada.sees("The playground does not answer; is it still running?").await;
        assert_eq!(ada.value_of("Message").await, "important");
        ada.run(find, json!(null)).await;
        ada.press(Key::Enter).await;
        ada.message_with("important").await;

        // A failed edit is still an edit.
        ada.press(Key::Up).await;
        ada.type_(" indeed").await;
        ada.run(lose, json!(null)).await;
        ada.press(Key::Enter).await;
        ada.sees("Editing your message").await;
        assert_eq!(ada.value_of("Message").await, "important indeed");
        ada.run(find, json!(null)).await;
        ada.press(Key::Enter).await;
        ada.message_with("important indeed (edited)").await;
        assert_eq!(c.member("ben").sees_around().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_use_commands_any_more_keeps_what_they_typed() {
    story(async |c| {
        let ben = Window::open(&c.discord, "ben", Size::Desktop).await;
        ben.type_("/ask ").await;
        ben.type_("a long question").await;
        c.discord.time_out("ben", Duration::from_secs(60)).unwrap();
        ben.sees("You do not have permission to send messages in this channel.").await;
        ben.hears("You do not have permission to send messages in this channel.").await;
        c.discord.advance(Duration::from_secs(61));
        ben.hears("You can write here again.").await;
        assert_eq!(ben.value_of("Message").await, "/ask query: a long question");
    })
    .await;
}

#[tokio::test]
async fn a_command_may_be_typed_with_the_names_of_its_options() {
    story(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        ada.type_("/ask ").await;
        ada.type_("query: jwt: or session").await;
        assert_eq!(ada.value_of("query").await, "jwt: or session");
        ada.press(Key::Tab).await;
        ada.type_("private:").await;
        ada.type_("true").await;
        ada.press(Key::Enter).await;
        ada.press(Key::Enter).await;
        ada.sees("Only you can see this").await;
        assert_eq!(c.member("ben").sees_around().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn enter_takes_the_proposal_for_what_was_typed_last() {
    story(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        ada.type_("/topic ").await;
        ada.proposes(&["Sessions", "JWT", "A long read"]).await;
        ada.type_("jwt").await;
        ada.press(Key::Enter).await;
        ada.focus_is_on("Add an option").await;
        assert_eq!(ada.value_of("name").await, "JWT");
    })
    .await;
}
