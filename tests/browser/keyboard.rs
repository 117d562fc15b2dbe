//! Everything can be done with the keyboard alone, and the focus is never lost.

use std::time::Duration;

use crate::stage::story;
use crate::window::{Key, Size, Window};

#[tokio::test]
async fn a_member_who_has_no_mouse_can_do_everything() {
    story(async |c| {
        let ben = c.member("ben");
        ben.message("why does my token still work after logout").await.unwrap();
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        ada.sees("why does my token").await;

        // Typing goes to the message box, wherever one is.
        ada.type_("/").await;
        ada.focus_is_on("Message").await;
        ada.watch_the_focus().await;
        ada.sees("/question").await;
        ada.type_("ask").await;
        ada.press(Key::Tab).await;
        ada.focus_is_on("query").await;
        ada.type_("jwt or session cookie").await;
        ada.press(Key::Enter).await;
        ada.message_with("A signed note that says who you are").await;
        ada.focus_is_on("Message").await;

        // Another match, chosen from the menu, takes the place of the answer.
        ada.tab_back_to("Other matches").await;
        ada.press(Key::Enter).await;
        ada.type_("ses").await;
        ada.press(Key::Enter).await;
        ada.message_with("The server remembers who logged in").await;
        ada.focus_is_on("Other matches").await;

        ada.tab_back_to("button More").await;
        ada.press(Key::Enter).await;
        ada.sees("Only you can see this").await;
        ada.focus_is_on("More").await;

        // The actions of somebody's message, and the bot's command among them.
        ada.tab_back_to("Actions for the message of Ben").await;
        ada.press(Key::Enter).await;
        ada.focus_is_on("menuitem").await;
        ada.type_("f").await;
        ada.focus_is_on("menuitem Find an answer").await;
        ada.press(Key::Enter).await;
        let found = ada.message_with("A member logs out").await;
        assert!(found.contains("used Find an answer") && found.contains("Only you can see this"), "{found}");
        ada.focus_is_on("Actions for the message of Ben").await;
        ada.press(Key::Enter).await;
        ada.focus_is_on("menuitem").await;
        ada.press(Key::Escape).await;
        ada.focus_is_on("Actions for the message of Ben").await;

        for _ in 0..2 {
            ada.tab_to("Dismiss message").await;
            ada.press(Key::Enter).await;
            ada.focus_is_on("Message").await;
            ada.tab_back_to("Actions for the message of Ben").await;
        }
        ada.does_not_see("Only you can see this").await;

        // Arrow-up brings back the last command. Escape closes the list of its options, then makes it text, and
        // then takes that away.
        ada.tab_to("textarea Message").await;
        ada.press(Key::Up).await;
        ada.focus_is_on("Add an option").await;
        assert_eq!(ada.value_of("query").await, "jwt or session cookie");
        ada.press(Key::Escape).await;
        ada.focus_is_on("Add an option").await;
        ada.press(Key::Escape).await;
        ada.focus_is_on("textarea Message").await;
        ada.press(Key::Escape).await;
        assert_eq!(ada.value_of("Message").await, "");

        // What was said since is newer, so that it is what arrow-up brings back.
        c.discord.advance(Duration::from_secs(3600));
        ada.type_("thanks").await;
        ada.press(Key::Enter).await;
        ada.message_with("thanks").await;
        ada.press(Key::Up).await;
        ada.sees("Editing your message").await;
        ada.type_(" a lot").await;
        ada.press(Key::Enter).await;
        ada.message_with("thanks a lot (edited)").await;
        ada.press(Key::Up).await;
        ada.sees("Editing your message").await;
        ada.press(Key::Escape).await;
        ada.does_not_see("Editing your message").await;
        ada.focus_is_on("textarea Message").await;
        ada.focus_was_kept().await;
    })
    .await;
}
