//! What ordinary bots do all day: commands, buttons, menus, forms, proposals, messages.

use backroad::playground::{Member, Shown, View};

use crate::bot::{Client, Library};

#[tokio::test]
async fn discord_js_does_what_ordinary_bots_do() {
    a_day(Library::DiscordJs).await;
}

#[tokio::test]
async fn discord_py_does_what_ordinary_bots_do() {
    a_day(Library::DiscordPy).await;
}

async fn a_day(library: Library) {
    let Some(client) = Client::start(library, 1).await else { return };
    let ada = client.discord.member("ada").unwrap();
    assert_eq!(ada.offered_commands(), ["count", "every", "find", "menu", "say", "slow"]);

    let menu = ada.slash("/menu").await.unwrap();
    assert_eq!(first_line(&menu), "Hello, Ada of Backend Learners");
    let ben = client.discord.member("ben").unwrap();
    assert_eq!(first_line(&ben.click(&menu, "Press").await.unwrap()), "pressed by ben");
    let picked = ada.select(&menu, "Pick", &["Two"]).await.unwrap();
    assert!(picked.is_ephemeral() && first_line(&picked) == "picked 2");
    assert_eq!(first_line(&ada.select(&menu, "Who", &["mira"]).await.unwrap()), "chose mira");
    let form = ada.click(&menu, "Form").await.unwrap();
    assert_eq!(first_line(&ada.submit(&form, &[("Name", "Lovelace")]).await.unwrap()), "named Lovelace");

    let slow = ada.slash("/slow").await.unwrap().settled().await.unwrap();
    assert_eq!(first_line(&slow), "edited");
    until_seen(&client, &ada, "followed up").await;
    assert_eq!(first_line(&ada.slash("/say text: hello, everybody").await.unwrap()), "said");
    until_seen(&client, &ben, "hello, everybody").await;

    let choices = ada.autocomplete("/find topic: jw").await.unwrap();
    assert_eq!((choices[0].name.as_str(), &choices[0].value), ("Topic jw", &"jw".into()));
    assert_eq!(first_line(&ada.slash("/find topic: jwt").await.unwrap()), "found jwt");
    let every =
        "/every user: @mira role: @Moderator channel: #quiz mentionable: @ben integer: 7 number: 2.5 boolean: true";
    assert_eq!(first_line(&ada.slash(every).await.unwrap()), "mira Mira Moderator quiz ben 7 2.5 true");

    assert_eq!(first_line(&ada.slash("/count").await.unwrap()), "6 members");

    let message = ben.message("what is a jwt?").await.unwrap();
    assert_eq!(first_line(&ada.message_command("Quote", &message).await.unwrap()), "> what is a jwt?");

    let refused: Vec<_> = client.discord.requests().into_iter().filter(|r| r.status.is_none_or(|s| s >= 400)).collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

fn first_line(shown: &Shown) -> &str {
    shown.text().lines().next().unwrap_or_default()
}

async fn until_seen(client: &Client, member: &Member, text: &str) {
    let seen = |view: &View<'_>| view.messages().iter().any(|shown| first_line(shown) == text).then_some(());
    client.discord.until(text, seen).await.unwrap();
    assert!(member.sees(&member.channel_name()).unwrap().iter().any(|shown| first_line(shown) == text));
}
