//! A phone: nothing is pushed sideways, everything can be hit with a finger, and the drawer opens and closes.

use serde_json::json;

use crate::stage::{story, story_with_raw_bot};
use crate::states;
use crate::window::{Key, Size, Window};

/// Nothing reaches beyond the edge, and nothing is too small for a finger.
async fn fits(window: &Window, state: &str) {
    let found = window.run("return [...sideways(), ...beyondTheEdge()];", json!(null)).await;
    assert_eq!(found, json!([]), "{state}: beyond the edge");
    let found = window.run("return tooSmall();", json!(null)).await;
    assert_eq!(found, json!([]), "{state}: smaller than 44 pixels");
}

#[tokio::test]
async fn everything_fits_and_can_be_hit_with_a_finger() {
    story(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Phone).await;
        fits(&ada, "start").await;
        ada.click_button("Commands").await;
        ada.sees("/roadmap").await;
        fits(&ada, "the list of commands").await;
        ada.click_button("/ask").await;
        ada.focus_is_on("query").await;
        fits(&ada, "an option").await;
        ada.type_("jwt or session cookie").await;
        ada.click_button("Send").await;
        ada.message_with("A signed note").await;
        fits(&ada, "an answer").await;
        ada.click_button("Other matches").await;
        ada.sees("Sessions").await;
        fits(&ada, "a menu").await;
        ada.press(Key::Escape).await;
        ada.click_in("A signed note", "More").await;
        ada.sees("Only you can see this").await;
        fits(&ada, "a private message").await;
        let long = "a".repeat(300);
        c.member("ben").message(&format!("{long} `{long}`\n```\n{long}\n```")).await.unwrap();
        ada.message_with("aaaa").await;
        fits(&ada, "long words").await;
        let look = "message(given)?.querySelector('[data-menu]')";
        ada.click("the actions of a message", look, json!("aaaa")).await;
        ada.focus_is_on("menuitem").await;
        fits(&ada, "the menu of a message").await;
        ada.click_button("React 👍").await;
        ada.message_with("👍 1").await;
        fits(&ada, "a reaction").await;
        ada.choose_for("aaaa", "Create thread").await;
        ada.focus_is_on("Thread name").await;
        fits(&ada, "a question of the page").await;
    })
    .await;
}

#[tokio::test]
async fn the_drawer_opens_and_closes_by_finger_and_by_keyboard() {
    story(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Phone).await;
        ada.does_not_see("You are Ada").await;
        ada.click_button("Servers and channels").await;
        ada.sees("You are Ada").await;
        ada.focus_is_on("general, channel").await;
        fits(&ada, "the drawer").await;
        ada.click_button("quiz, channel").await;
        ada.title_has("#quiz").await;
        ada.does_not_see("You are Ada").await;

        ada.click_button("Servers and channels").await;
        ada.sees("You are Ada").await;
        ada.press(Key::Escape).await;
        ada.does_not_see("You are Ada").await;
        ada.focus_is_on("Servers and channels").await;
        ada.press(Key::Enter).await;
        ada.sees("You are Ada").await;
        ada.focus_is_on("quiz, channel").await;
        ada.press(Key::Enter).await;
        ada.does_not_see("You are Ada").await;

        // A tap beside the drawer closes it.
        ada.click_button("Servers and channels").await;
        ada.sees("You are Ada").await;
        ada.run("document.elementFromPoint(innerWidth - 10, innerHeight / 2).click();", json!(null)).await;
        ada.does_not_see("You are Ada").await;
    })
    .await;
}

#[tokio::test]
async fn one_can_be_somebody_else_and_look_who_is_there() {
    story(async |c| {
        let window = Window::open(&c.discord, "ada", Size::Phone).await;
        window.click_button("Servers and channels").await;
        window.click_button("You are Ada").await;
        window.focus_is_on("menuitem").await;
        fits(&window, "who one can be").await;
        window.click_button("Ben").await;
        window.does_not_see("You are Ada").await;
        window.click_button("Servers and channels").await;
        window.sees("You are Ben").await;
        window.click_button("Close servers and channels").await;
        window.does_not_see("You are Ben").await;
        window.focus_is_on("Servers and channels").await;

        window.click_button("Members").await;
        window.sees("MODERATOR – 1").await;
        fits(&window, "the members").await;
        window.click_button("Close the members").await;
        window.does_not_see("MODERATOR – 1").await;
        window.focus_is_on("Members").await;
    })
    .await;
}

#[tokio::test]
async fn forms_errors_menus_and_failures_fit_as_well() {
    story_with_raw_bot(async |discord, bot| states::walk(discord, bot, Size::Phone, fits).await).await;
}
