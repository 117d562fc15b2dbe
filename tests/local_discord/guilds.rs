//! Guilds that become unavailable, and a bot that is removed and added: events, REST and what members see.

use backroad::playground::permissions::{SEND_MESSAGES, VIEW_CHANNEL};
use backroad::playground::{FIRST_GUILD, Options, Playground, SECOND_GUILD};
use serde_json::{Value, json};

use crate::bot::{Bot, GUILD_MESSAGES, commands, identify, playground, text, with_bot};
use crate::gateway::opened;

const GUILD_PRESENCES: u64 = 1 << 8;

/// A bot that has heard of both guilds.
async fn settled(playground: &Playground) -> Bot {
    let mut bot = Bot::connect_with(playground, 1 | GUILD_MESSAGES).await;
    bot.event("GUILD_CREATE").await;
    bot.event("GUILD_CREATE").await;
    bot
}

#[tokio::test]
async fn an_outage_is_told_and_ended_and_nothing_comes_in_between() {
    let playground = playground().await;
    let mut bot = settled(&playground).await;
    bot.register(commands()).await;
    let ada = playground.member("ada").unwrap().in_guild(SECOND_GUILD).unwrap();
    let id = ada.guild_id().to_string();
    playground.begin_outage(SECOND_GUILD).unwrap();
    assert_eq!(bot.gateway.payload().await["d"], json!({ "id": id, "unavailable": true }));
    ada.message("unheard").await.unwrap();
    assert_eq!(ada.slash("/ask query: x").await.unwrap_err().to_string(), "The application did not respond");
    assert!(playground.begin_outage(SECOND_GUILD).is_err());
    playground.end_outage(SECOND_GUILD).unwrap();
    let guild = bot.gateway.payload().await;
    assert_eq!((&guild["t"], &guild["d"]["id"]), (&json!("GUILD_CREATE"), &json!(id)));
    assert!(playground.end_outage(SECOND_GUILD).is_err());
    ada.message("heard").await.unwrap();
    assert!(bot.event("MESSAGE_CREATE").await["id"].is_string());
}

#[tokio::test]
async fn a_guild_that_is_unavailable_from_the_start_is_told_as_such() {
    let playground = playground().await;
    playground.begin_outage(SECOND_GUILD).unwrap();
    let mut gateway = opened(&playground).await;
    gateway.send(&identify(playground.token(), 1)).await;
    assert_eq!(gateway.payload().await["d"]["guilds"].as_array().unwrap().len(), 2);
    assert_eq!(gateway.payload().await["t"], "GUILD_CREATE");
    let gone = gateway.payload().await;
    assert_eq!((&gone["t"], &gone["d"]["unavailable"]), (&json!("GUILD_DELETE"), &json!(true)));
    playground.end_outage(SECOND_GUILD).unwrap();
    assert_eq!(gateway.payload().await["t"], "GUILD_CREATE");
}

#[tokio::test]
async fn a_removed_bot_is_out_until_it_is_added_again() {
    let playground = playground().await;
    let mut bot = settled(&playground).await;
    bot.register(commands()).await;
    let ada = playground.member("ada").unwrap().in_guild(SECOND_GUILD).unwrap();
    let (guild, channel) = (ada.guild_id().to_string(), ada.channel_id().to_string());
    let own = format!("/applications/{}/guilds/{guild}/commands", bot.rest.app);
    assert_eq!(bot.rest.put(&own, json!([{ "name": "local", "description": "Here" }])).await.0, 200);
    playground.remove_bot(SECOND_GUILD).unwrap();
    let gone = bot.gateway.payload().await;
    assert_eq!((&gone["t"], &gone["d"]), (&json!("GUILD_DELETE"), &json!({ "id": guild })));
    for (path, code) in [
        (format!("/guilds/{guild}"), 10004),
        (format!("/guilds/{guild}/channels"), 50001),
        (format!("/guilds/{guild}/roles"), 50001),
        (own.clone(), 50001),
        (format!("/channels/{channel}"), 50001),
        (format!("/channels/{channel}/messages"), 50001),
    ] {
        assert_eq!(bot.rest.get(&path).await.1["code"], code, "{path}");
    }
    let sent = bot.rest.post(&format!("/channels/{channel}/messages"), json!({ "content": "x" })).await;
    assert_eq!(sent.1["code"], 50001);
    assert_eq!(bot.rest.get("/users/@me/guilds").await.1.as_array().unwrap().len(), 1);
    ada.message("unheard").await.unwrap();
    assert_eq!(ada.slash("/ask query: x").await.unwrap_err().to_string(), "The bot is not in this server.");
    assert_eq!(ada.offered_commands(), Vec::<String>::new());
    assert!(playground.remove_bot(SECOND_GUILD).is_err());

    playground.add_bot(SECOND_GUILD, VIEW_CHANNEL | SEND_MESSAGES).unwrap();
    let back = bot.gateway.payload().await;
    assert_eq!((&back["t"], &back["d"]["id"]), (&json!("GUILD_CREATE"), &json!(guild)));
    let role = back["d"]["roles"].as_array().unwrap().iter().find(|role| role["managed"] == true).unwrap();
    assert_eq!((&role["permissions"], &role["tags"]["bot_id"]), (&json!("3072"), &json!(bot.rest.app)));
    assert_eq!(bot.rest.get(&format!("/guilds/{guild}")).await.0, 200);
    assert_eq!(bot.rest.get(&own).await.1, json!([]));
    assert_eq!(ada.offered_commands(), ["ask"]);
}

#[tokio::test]
async fn a_button_in_a_guild_without_the_bot_gets_no_response() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let row = json!([{ "type": 1, "components": [{ "type": 2, "style": 1, "label": "Go", "custom_id": "go" }] }]);
    let reply = json!({ "type": 4, "data": { "content": "hi", "components": row } });
    let (shown, _) = tokio::join!(ada.slash("/ask query: x"), bot.answer(reply));
    playground.remove_bot(&ada.guild_name()).unwrap();
    assert_eq!(ada.click(&shown.unwrap(), "Go").await.unwrap_err().to_string(), "The application did not respond");
}

fn keys(json: &Value) -> Vec<&str> {
    json.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_guild_comes_with_everything_that_discord_names() {
    let options = Options { privileged_intents: GUILD_PRESENCES, ..Options::default() };
    let playground = Playground::start(options).await.unwrap();
    let mut bot = Bot::connect_with(&playground, 1 | GUILD_PRESENCES).await;
    let guild = bot.event("GUILD_CREATE").await;
    // With the presences intent the members of a small guild are told.
    assert_eq!(guild["members"].as_array().unwrap().len(), 6);
    assert_eq!(guild["member_count"], 6);
    for key in [
        "joined_at",
        "large",
        "unavailable",
        "voice_states",
        "channels",
        "threads",
        "presences",
        "stage_instances",
        "guild_scheduled_events",
        "soundboard_sounds",
        "roles",
        "emojis",
        "stickers",
        "features",
        "owner_id",
        "system_channel_id",
        "rules_channel_id",
        "preferred_locale",
        "nsfw_level",
        "premium_tier",
        "afk_timeout",
        "premium_progress_bar_enabled",
        "safety_alerts_channel_id",
        "vanity_url_code",
        "mfa_level",
        "max_members",
    ] {
        assert!(keys(&guild).contains(&key), "{key} in {:?}", keys(&guild));
    }
    assert!(text(&guild["joined_at"]).starts_with("2024-01-15T12:"));
}

#[tokio::test]
async fn a_guild_names_the_channels_where_discord_itself_writes() {
    let (playground, bot) = with_bot().await;
    let guild = playground.guild(FIRST_GUILD).unwrap();
    let path = format!("/guilds/{}", guild.id());
    let told = async || {
        let (_, json) = bot.rest.get(&path).await;
        ["system_channel_id", "public_updates_channel_id"].map(|key| json[key].clone())
    };
    let [system, updates] = told().await;
    let general = playground.member("ada").unwrap().in_channel("general").unwrap().channel_id();
    assert_eq!(system, general.to_string());
    // The bot knows of a channel that it does not see.
    let (status, body) = bot.rest.get(&format!("/channels/{}", text(&updates))).await;
    assert_eq!((status, &body["code"]), (403, &json!(50001)));
    let mods = playground.member("mira").unwrap().in_channel("mods").unwrap().channel_id();
    assert_eq!(updates, mods.to_string());
    playground.delete_channel("general").unwrap();
    playground.delete_channel("mods").unwrap();
    assert_eq!(told().await, [Value::Null, Value::Null]);
}
