//! Channels, servers, and who one is: the address knows them all.

use crate::stage::story;
use crate::window::{Size, Window};

#[tokio::test]
async fn a_reload_keeps_member_and_channel_and_back_leads_to_the_channel_before() {
    story(async |c| {
        let ben = Window::open(&c.discord, "ben", Size::Desktop).await;
        ben.title_has("#general").await;
        ben.click_button("quiz, channel").await;
        ben.title_has("#quiz").await;
        ben.reload().await;
        ben.title_has("#quiz").await;
        ben.sees("You are Ben").await;
        ben.click_button("Direct messages").await;
        ben.sees("These are your direct messages with Backroad.").await;
        ben.click_button("Study Group").await;
        ben.sees("Welcome to #general").await;
        ben.back().await;
        ben.sees("These are your direct messages with Backroad.").await;
        ben.back().await;
        ben.title_has("#quiz").await;
        ben.back().await;
        ben.title_has("#general").await;
    })
    .await;
}

#[tokio::test]
async fn another_member_sees_and_may_other_things() {
    story(async |c| {
        let window = Window::open(&c.discord, "ada", Size::Desktop).await;
        window.does_not_see("mods").await;
        window.click_button("You are Ada").await;
        window.click_button("Nell").await;
        window.sees("You do not have permission to send messages in this channel.").await;
        window.click_button("You are Nell").await;
        window.click_button("Mira").await;
        window.sees("You are Mira").await;
        window.click_button("mods, channel").await;
        window.title_has("#mods").await;
        c.discord.delete_channel("mods").unwrap();
        window.title_has("#general").await;
        window.does_not_see("mods").await;
        window.sees("Welcome to #general").await;
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_and_not_sent_waits_in_its_channel() {
    story(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        ada.type_("half a thou").await;
        ada.click_button("quiz, channel").await;
        ada.title_has("#quiz").await;
        assert_eq!(ada.value_of("Message").await, "");
        ada.click_button("general, channel").await;
        ada.title_has("#general").await;
        assert_eq!(ada.value_of("Message").await, "half a thou");
    })
    .await;
}
