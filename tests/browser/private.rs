//! What only one member sees.

use crate::stage::story_of_two;
use crate::window::{Key, Size, Window};

#[tokio::test]
async fn a_private_answer_is_seen_in_one_window_and_can_be_dismissed_for_good() {
    story_of_two(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        let ben = Window::open(&c.discord, "ben", Size::Desktop).await;
        ada.type_("/ask ").await;
        ada.type_("jwt").await;
        ada.tab_to("Add an option").await;
        ada.type_("private:").await;
        ada.focus_is_on("private").await;
        ada.type_("t").await;
        ada.press(Key::Enter).await;
        ada.press(Key::Enter).await;
        let answer = ada.message_with("A signed note that says who you are").await;
        assert!(answer.contains("Only you can see this"), "{answer}");

        // Ben sees what came later, and not what came before.
        ada.type_("did you see that?").await;
        ada.press(Key::Enter).await;
        ben.message_with("did you see that?").await;
        ben.does_not_see("signed note").await;

        ada.click_in("A signed note", "Dismiss message").await;
        ada.does_not_see("A signed note").await;
        ada.focus_is_on("Message").await;
        ada.reload().await;
        ada.message_with("did you see that?").await;
        ada.does_not_see("A signed note").await;
    })
    .await;
}
