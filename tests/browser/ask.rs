//! A member asks: the list of commands, proposals while typing, the answer, and what can be done with it.

use crate::stage::story;
use crate::window::{Key, Size, Window};

#[tokio::test]
async fn a_member_finds_a_command_and_is_proposed_what_to_ask_for() {
    story(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        ada.type_("/").await;
        ada.sees("/roadmap").await;
        ada.type_("top").await;
        ada.proposes(&["/topic"]).await;
        ada.press(Key::Tab).await;
        ada.focus_is_on("combobox name").await;
        ada.type_("j").await;
        ada.proposes(&["JWT"]).await;
        ada.press(Key::Backspace).await;
        ada.type_("sess").await;
        ada.proposes(&["Sessions"]).await;
        ada.press(Key::Enter).await;
        ada.press(Key::Enter).await;
        let answer = ada.message_with("The server remembers who logged in").await;
        assert!(answer.contains("Ada used /topic"), "{answer}");
        ada.focus_is_on("Message").await;
    })
    .await;
}
