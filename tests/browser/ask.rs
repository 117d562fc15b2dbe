//! A member asks: the list of commands, proposals while typing, the answer, and what can be done with it.

use crate::stage::{story, story_of_two};
use crate::window::{Key, Size, Window};

#[tokio::test]
async fn a_member_finds_a_command_and_is_proposed_what_to_ask_for() {
    story(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        ada.type_("/").await;
        ada.sees("/roadmap").await;
        ada.type_("topi").await;
        // By its name first, then by what commands are about.
        ada.proposes(&["/topic", "/daily add", "/daily queue add"]).await;
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

#[tokio::test]
async fn an_answer_comes_with_its_embed_and_buttons_and_changes_in_place() {
    story_of_two(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        let ben = Window::open(&c.discord, "ben", Size::Desktop).await;
        ada.type_("/ask ").await;
        ada.type_("jwt or session cookie").await;
        ada.press(Key::Enter).await;
        let answer = "A signed note that says who you are";
        ada.message_with(answer).await;
        let embed = "message(given)?.querySelector('.embed .embed-title') && true";
        ada.until("the answer in an embed", embed, answer.into()).await;
        for button in ["More", "Related", "Quiz me", "Helpful", "Not helpful"] {
            let look = "message(given[0]) && pressable(given[1], message(given[0])) && true";
            ada.until(&format!("the button {button:?}"), look, serde_json::json!([answer, button])).await;
        }

        // Both see that another match takes its place.
        ben.message_with(answer).await;
        ada.click_in(answer, "Other matches").await;
        ada.click_button("Sessions").await;
        for window in [&ada, &ben] {
            window.message_with("The server remembers who logged in").await;
            window.does_not_see(answer).await;
        }

        // What ben wants to know is his own affair.
        ben.click_in("The server remembers", "Other matches").await;
        ben.click_button("JWT").await;
        let copy = ben.message_with(answer).await;
        assert!(copy.contains("Only you can see this"), "{copy}");
        ada.click_in("The server remembers", "Helpful").await;
        ada.message_with("1 person found this helpful").await;
        ada.does_not_see(answer).await;
    })
    .await;
}

#[tokio::test]
async fn when_nothing_is_found_it_is_said_to_who_asked_alone() {
    story(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        ada.type_("/nosuch").await;
        ada.sees("There is no such command.").await;
        ada.press(Key::Escape).await;
        ada.press(Key::Escape).await;
        ada.type_("/ask best pizza in rome").await;
        ada.press(Key::Enter).await;
        let answer = ada.message_with("I don't have a good answer").await;
        assert!(answer.contains("Only you can see this"), "{answer}");
    })
    .await;
}
