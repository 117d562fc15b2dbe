//! Threads: one begins from a message, and others find it.

use crate::stage::story_of_two;
use crate::window::{Key, Size, Window};

#[tokio::test]
async fn a_thread_begins_from_a_message_and_others_find_it() {
    story_of_two(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        let ben = Window::open(&c.discord, "ben", Size::Desktop).await;
        ada.type_("who uses kafka?").await;
        ada.press(Key::Enter).await;
        ada.choose_for("who uses kafka?", "Create thread").await;
        ada.focus_is_on("Thread name").await;
        // The name that is proposed is selected, so that typing replaces it.
        ada.type_("Kafka").await;
        ada.press(Key::Enter).await;
        ada.title_has("Kafka").await;
        ada.sees("The thread Kafka begins here.").await;
        ben.click_button("Kafka, thread").await;
        ben.title_has("Kafka").await;
        ben.type_("we do").await;
        ben.press(Key::Enter).await;
        ada.message_with("we do").await;
        // The way back is above the thread.
        ada.click_button("#general").await;
        ada.title_has("#general").await;
        ada.message_with("who uses kafka?").await;
    })
    .await;
}
