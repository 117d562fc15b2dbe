//! How libraries get over what happens to a gateway connection.

use backroad::playground::{Playground, Refusal, SECOND_GUILD, Step, permissions};

use crate::bot::{Client, Library};

#[tokio::test]
async fn discord_js_survives_what_happens_to_a_connection() {
    misfortunes(Library::DiscordJs).await;
}

#[tokio::test]
async fn discord_py_survives_what_happens_to_a_connection() {
    misfortunes(Library::DiscordPy).await;
}

#[tokio::test]
async fn discord_js_runs_two_shards() {
    two_shards(Library::DiscordJs).await;
}

#[tokio::test]
async fn discord_py_runs_two_shards() {
    two_shards(Library::DiscordPy).await;
}

async fn misfortunes(library: Library) {
    let Some(client) = Client::start(library, 1).await else { return };
    let discord = &client.discord;
    let ada = discord.member("ada").unwrap();
    let responds = async || assert!(ada.slash("/find topic: x").await.unwrap().text().starts_with("found x"));

    let misfortunes: [fn(&Playground); 4] = [
        Playground::ask_to_reconnect,
        Playground::drop_gateway,
        |discord| discord.close_gateway(Some(4000)),
        |discord| discord.invalidate_sessions(true),
    ];
    for misfortune in misfortunes {
        let before = client.session();
        misfortune(discord);
        client.until_resumed(&before).await;
        responds().await;
    }

    // What happens while nothing is heard is heard after the resume.
    let before = client.session();
    discord.silence_gateway();
    responds().await;
    client.until_resumed(&before).await;

    let before = client.session();
    discord.refuse(Step::Resume, 1, Refusal::InvalidSession { resumable: false });
    discord.drop_gateway();
    client.until_connected(1).await;
    responds().await;
    assert_ne!(client.session().id, before.id);

    let study = ada.in_guild(SECOND_GUILD).unwrap();
    discord.begin_outage(SECOND_GUILD).unwrap();
    discord.end_outage(SECOND_GUILD).unwrap();
    assert!(study.slash("/menu").await.unwrap().text().starts_with("Hello, Ada of Study Group"));
    discord.remove_bot(SECOND_GUILD).unwrap();
    discord.add_bot(SECOND_GUILD, permissions::VIEW_CHANNEL).unwrap();
    assert!(study.slash("/menu").await.unwrap().text().starts_with("Hello, Ada of Study Group"));
}

async fn two_shards(library: Library) {
    let Some(client) = Client::start(library, 2).await else { return };
    let ada = client.discord.member("ada").unwrap();
    for member in [ada.in_guild(SECOND_GUILD).unwrap(), ada] {
        let expected = format!("Hello, Ada of {}", member.guild_name());
        assert!(member.slash("/menu").await.unwrap().text().starts_with(&expected));
    }
}
