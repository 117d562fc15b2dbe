//! Members, roles, bans and channels: what the bot's permissions allow, and whom its role stands above.

use std::time::Duration;

use backroad::playground::permissions::{
    ADMINISTRATOR, BAN_MEMBERS, CHANGE_NICKNAME, KICK_MEMBERS, MANAGE_CHANNELS, MANAGE_GUILD, MANAGE_MESSAGES,
    MANAGE_NICKNAMES, MANAGE_ROLES, MODERATE_MEMBERS, SEND_MESSAGES, VIEW_CHANNEL,
};
use backroad::playground::{Options, Playground};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bot::{Bot, playground, text};

const GUILD_MODERATION: u64 = 1 << 2;

struct World {
    playground: Playground,
    bot: Bot,
    guild: String,
}

impl World {
    fn member(&self, name: &str) -> String {
        format!("{}/members/{}", self.guild, self.id(name))
    }

    fn id(&self, name: &str) -> String {
        self.playground.member(name).unwrap().id().to_string()
    }

    fn allow(&self, permissions: u64) {
        self.playground.set_role_permissions("Backroad", VIEW_CHANNEL | SEND_MESSAGES | permissions).unwrap();
    }

    async fn role(&self, name: &str) -> String {
        let (_, roles) = self.bot.rest.get(&format!("{}/roles", self.guild)).await;
        let role = roles.as_array().unwrap().iter().find(|role| role["name"] == name).unwrap();
        text(&role["id"]).to_owned()
    }
}

async fn world() -> World {
    let playground = playground().await;
    let bot = Bot::connect_with(&playground, 1 | GUILD_MODERATION).await;
    let guild = format!("/guilds/{}", playground.member("ada").unwrap().guild_id());
    World { playground, bot, guild }
}

/// With the intent for members.
async fn world_with_members() -> World {
    let options = Options { clock_stands: true, privileged_intents: 1 << 1, ..Options::default() };
    let playground = Playground::start(options).await.unwrap();
    playground.switch_rate_limits(false);
    let bot = Bot::connect_with(&playground, 1 | 1 << 1 | GUILD_MODERATION).await;
    let guild = format!("/guilds/{}", playground.member("ada").unwrap().guild_id());
    World { playground, bot, guild }
}

#[tokio::test]
async fn every_change_takes_its_permission() {
    let w = world().await;
    let (ada, moderator) = (w.member("ada"), w.role("Moderator").await);
    let ban = format!("{}/bans/{}", w.guild, w.id("ada"));
    let channel = format!("/channels/{}", w.playground.member("ada").unwrap().channel_id());
    let until = json!({ "communication_disabled_until": "2100-01-01T00:00:00Z" });
    let requests = [
        (Method::PATCH, ada.clone(), json!({ "nick": "x" })),
        (Method::PATCH, ada.clone(), json!({ "roles": [] })),
        (Method::PATCH, ada.clone(), json!({ "communication_disabled_until": null })),
        (Method::PATCH, ada.clone(), json!({ "mute": true })),
        (Method::PATCH, format!("{}/members/@me", w.guild), json!({ "nick": "x" })),
        (Method::PUT, format!("{ada}/roles/{moderator}"), Value::Null),
        (Method::DELETE, format!("{ada}/roles/{moderator}"), Value::Null),
        (Method::DELETE, ada.clone(), Value::Null),
        (Method::GET, format!("{}/bans", w.guild), Value::Null),
        (Method::GET, ban.clone(), Value::Null),
        (Method::PUT, ban.clone(), Value::Null),
        (Method::DELETE, ban.clone(), Value::Null),
        (Method::POST, format!("{}/bulk-ban", w.guild), json!({ "user_ids": ["1"] })),
        (Method::POST, format!("{}/roles", w.guild), json!({})),
        (Method::PATCH, format!("{}/roles", w.guild), json!([])),
        (Method::PATCH, format!("{}/roles/{moderator}", w.guild), json!({})),
        (Method::DELETE, format!("{}/roles/{moderator}", w.guild), Value::Null),
        (Method::POST, format!("{}/channels", w.guild), json!({ "name": "x" })),
        (Method::PATCH, format!("{}/channels", w.guild), json!([])),
        (Method::PATCH, channel.clone(), json!({ "name": "x" })),
        (Method::DELETE, channel.clone(), Value::Null),
        (Method::PUT, format!("{channel}/permissions/{moderator}"), json!({ "type": 0 })),
        (Method::DELETE, format!("{channel}/permissions/{moderator}"), Value::Null),
    ];
    for (method, path, body) in &requests {
        let (status, answer) = w.bot.rest.call(method.clone(), path, Some(body.clone())).await;
        assert_eq!((status, &answer["code"]), (403, &json!(50013)), "{method} {path} {body}");
    }
    // Of a guild or a channel where the bot is not, it learns nothing.
    w.playground.set_overwrite("general", "Backroad", 0, VIEW_CHANNEL).unwrap();
    for (method, path, body) in requests.iter().filter(|(_, path, _)| path.starts_with("/channels")) {
        let (status, answer) = w.bot.rest.call(method.clone(), path, Some(body.clone())).await;
        assert_eq!((status, &answer["code"]), (403, &json!(50001)), "{method} {path}");
    }
    w.allow(MODERATE_MEMBERS);
    let (_, body) = w.bot.rest.patch(&ada, until).await;
    let mistake = &body["errors"]["communication_disabled_until"]["_errors"][0]["code"];
    assert_eq!(mistake, "MEMBER_COMMUNICATION_DISABLED_TOO_LONG");
}

#[tokio::test]
async fn nobody_above_the_bot_is_in_its_reach() {
    let w = world().await;
    w.allow(MANAGE_NICKNAMES | MODERATE_MEMBERS | KICK_MEMBERS | BAN_MEMBERS | MANAGE_GUILD | MANAGE_ROLES);
    // Mira's role is higher, omar owns the guild, and the bot is not below itself.
    for name in ["mira", "omar"] {
        let member = w.member(name);
        let ban = format!("{}/bans/{}", w.guild, w.id(name));
        for (method, path, body) in [
            (Method::PATCH, &member, json!({ "nick": "x" })),
            (Method::PATCH, &member, json!({ "communication_disabled_until": null })),
            (Method::DELETE, &member, Value::Null),
            (Method::PUT, &ban, json!({})),
        ] {
            let (status, answer) = w.bot.rest.call(method.clone(), path, Some(body)).await;
            assert_eq!((status, &answer["code"]), (403, &json!(50013)), "{method} {path}");
        }
    }
    let moderator = w.role("Moderator").await;
    let given = format!("{}/roles/{moderator}", w.member("ada"));
    assert_eq!(w.bot.rest.put(&given, Value::Null).await.1["code"], 50013);
    assert_eq!(w.bot.rest.patch(&w.member("ada"), json!({ "roles": [moderator] })).await.1["code"], 50013);
    assert_eq!(w.bot.rest.delete(&format!("{}/roles/{moderator}", w.member("mira"))).await.1["code"], 50013);
    let role = format!("{}/roles/{moderator}", w.guild);
    assert_eq!(w.bot.rest.patch(&role, json!({ "name": "x" })).await.1["code"], 50013);
    assert_eq!(w.bot.rest.delete(&role).await.1["code"], 50013);
    assert_eq!(w.bot.rest.put(&format!("{}/roles/1", w.member("ada")), Value::Null).await.1["code"], 10011);
    let (_, answer) = w.bot.rest.post(&format!("{}/bulk-ban", w.guild), json!({ "user_ids": [w.id("mira")] })).await;
    assert_eq!(answer["code"], 500_000);
    // An administrator below is safe from time-outs, but not from a kick.
    w.allow(ADMINISTRATOR);
    let (_, chief) = w.bot.rest.post(&format!("{}/roles", w.guild), json!({ "permissions": "8" })).await;
    w.bot.rest.put(&format!("{}/roles/{}", w.member("ben"), text(&chief["id"])), Value::Null).await;
    let until = json!({ "communication_disabled_until": "2026-01-01T00:00:00Z" });
    assert_eq!(w.bot.rest.patch(&w.member("ben"), until).await.1["code"], 50013);
    assert_eq!(w.bot.rest.delete(&w.member("ben")).await.0, 204);
}

#[tokio::test]
async fn members_are_named_timed_out_and_put_out() {
    let mut w = world_with_members().await;
    w.allow(MANAGE_NICKNAMES | CHANGE_NICKNAME | MODERATE_MEMBERS | KICK_MEMBERS | ADMINISTRATOR);
    let ada = w.member("ada");
    let (status, named) = w.bot.rest.patch(&ada, json!({ "nick": " Countess " })).await;
    assert_eq!((status, &named["nick"]), (200, &json!("Countess")));
    let event = w.bot.event("GUILD_MEMBER_UPDATE").await;
    assert_eq!((&event["nick"], &event["user"]["username"]), (&json!("Countess"), &json!("ada")));
    assert_eq!(w.bot.rest.patch(&ada, json!({ "nick": "x".repeat(33) })).await.0, 400);
    let (_, own) = w.bot.rest.patch(&format!("{}/members/@me", w.guild), json!({ "nick": "Helper" })).await;
    assert_eq!(own["nick"], "Helper");
    let until = w.playground.clock().now_ms() + 60_000;
    let until = jiff::Timestamp::from_millisecond(until).unwrap().to_string();
    let (_, quiet) = w.bot.rest.patch(&ada, json!({ "communication_disabled_until": until })).await;
    assert!(quiet["communication_disabled_until"].is_string());
    let member = w.playground.member("ada").unwrap();
    assert!(member.message("hello?").await.is_err());
    w.playground.advance(Duration::from_secs(60));
    assert!(member.message("hello!").await.is_ok());
    assert_eq!(w.bot.rest.patch(&ada, json!({ "mute": true })).await.1["code"], 40032);
    assert_eq!(w.bot.rest.delete(&ada).await, (204, Value::Null));
    assert_eq!(w.bot.event("GUILD_MEMBER_REMOVE").await["user"]["username"], "ada");
    assert_eq!(w.bot.rest.get(&ada).await.1["code"], 10007);
    assert_eq!(w.bot.rest.delete(&ada).await.1["code"], 10007);
    w.playground.add_member("zoe").unwrap();
    assert_eq!(w.bot.event("GUILD_MEMBER_ADD").await["user"]["username"], "zoe");
    let (_, list) = w.bot.rest.get(&format!("{}/members?limit=1000", w.guild)).await;
    assert_eq!(list.as_array().unwrap().len(), 6);
    assert_eq!(w.bot.rest.get(&format!("{}/members", w.guild)).await.1.as_array().unwrap().len(), 1);
    let (_, found) = w.bot.rest.get(&format!("{}/members/search?query=Help", w.guild)).await;
    assert_eq!(found[0]["user"]["username"], "Backroad");
    assert_eq!(world().await.bot.rest.get(&format!("{}/members", w.guild)).await.1["code"], 50001);
}

#[tokio::test]
async fn roles_are_made_below_the_bot_with_what_it_may_itself() {
    let mut w = world().await;
    w.allow(MANAGE_ROLES | MANAGE_MESSAGES);
    let roles = format!("{}/roles", w.guild);
    let too_much = json!({ "permissions": (MANAGE_MESSAGES | ADMINISTRATOR).to_string() });
    assert_eq!(w.bot.rest.post(&roles, too_much.clone()).await.1["code"], 50013);
    let body = json!({ "name": "Winner", "permissions": MANAGE_MESSAGES.to_string(), "color": 255, "hoist": true });
    let (status, made) = w.bot.rest.post(&roles, body).await;
    assert_eq!((status, &made["position"], &made["colors"]["primary_color"]), (200, &json!(1), &json!(255)));
    assert_eq!(w.bot.event("GUILD_ROLE_CREATE").await["role"]["name"], "Winner");
    let (_, plain) = w.bot.rest.post(&roles, json!({})).await;
    assert_eq!((&plain["name"], &plain["position"]), (&json!("new role"), &json!(1)));
    let role = format!("{roles}/{}", text(&made["id"]));
    assert_eq!(w.bot.rest.patch(&role, too_much).await.1["code"], 50013);
    assert_eq!(w.bot.rest.patch(&role, json!({ "name": "Champion" })).await.1["name"], "Champion");
    assert_eq!(w.bot.rest.patch(&role, json!({ "name": "x".repeat(101) })).await.0, 400);
    let given = format!("{}/roles/{}", w.member("ada"), text(&made["id"]));
    assert_eq!(w.bot.rest.put(&given, Value::Null).await, (204, Value::Null));
    assert_eq!(w.bot.rest.get(&w.member("ada")).await.1["roles"], json!([made["id"]]));
    assert_eq!(w.bot.rest.get(&format!("{roles}/member-counts")).await.1[text(&made["id"])], 1);
    // Roles with members who stand higher otherwise can still be given to them.
    let mira = format!("{}/roles/{}", w.member("mira"), text(&made["id"]));
    assert_eq!(w.bot.rest.put(&mira, Value::Null).await.0, 204);
    let (_, moved) = w.bot.rest.patch(&roles, json!([{ "id": made["id"], "position": 2 }])).await;
    assert_eq!(moved.as_array().unwrap().len(), 5);
    let own = w.role("Backroad").await;
    for too_high in [json!([{ "id": made["id"], "position": 9 }]), json!([{ "id": own, "position": 1 }])] {
        assert_eq!(w.bot.rest.patch(&roles, too_high).await.1["code"], 50013);
    }
    assert_eq!(w.bot.rest.delete(&role).await.0, 204);
    assert_eq!(w.bot.event("GUILD_ROLE_DELETE").await["role_id"], made["id"]);
    assert_eq!(w.bot.rest.get(&w.member("ada")).await.1["roles"], json!([]));
    assert_eq!(w.bot.rest.delete(&role).await.1["code"], 10011);
    let everyone = w.guild.replace("/guilds/", "");
    assert_eq!(w.bot.rest.delete(&format!("{roles}/{everyone}")).await.1["code"], 50028);
    assert_eq!(w.bot.rest.put(&format!("{}/roles/{everyone}", w.member("ada")), Value::Null).await.1["code"], 50028);
}

#[tokio::test]
async fn a_guild_has_at_most_250_roles() {
    let w = world().await;
    w.allow(MANAGE_ROLES);
    let roles = format!("{}/roles", w.guild);
    for _ in 3..250 {
        assert_eq!(w.bot.rest.post(&roles, json!({})).await.0, 200);
    }
    let (status, body) = w.bot.rest.post(&roles, json!({})).await;
    assert_eq!((status, &body["code"]), (400, &json!(30005)));
}

#[tokio::test]
async fn a_ban_puts_out_deletes_messages_and_keeps_its_reason() {
    let mut w = world().await;
    w.allow(BAN_MEMBERS | MANAGE_GUILD);
    let ada = w.playground.member("ada").unwrap();
    let old = ada.message("old").await.unwrap();
    w.playground.advance(Duration::from_secs(3600));
    let young = ada.message("young").await.unwrap();
    let bans = format!("{}/bans", w.guild);
    let ban = format!("{bans}/{}", ada.id());
    assert_eq!(w.bot.rest.get(&ban).await.1["code"], 10026);
    assert_eq!(w.bot.rest.put(&ban, json!({ "delete_message_seconds": 604_801 })).await.0, 400);
    let token = format!("Bot {}", w.playground.token());
    let headers = |reason: &'static str| {
        [
            ("authorization", token.clone()),
            ("content-type", "application/json".to_owned()),
            ("x-audit-log-reason", reason.to_owned()),
        ]
    };
    let put = async |reason: &'static str| {
        let headers = headers(reason);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = json!({ "delete_message_seconds": 60 }).to_string();
        w.bot.rest.bare(Method::PUT, &format!("/api/v10{ban}"), &headers, &body).await.unwrap()
    };
    let long: &'static str = Box::leak("x".repeat(513).into_boxed_str());
    for bad in ["", long, "%FF"] {
        assert_eq!(put(bad).await.0, 400, "{bad}");
    }
    assert_eq!(put("spam%20%F0%9F%99%83").await, (204, Value::Null));
    assert_eq!(w.bot.event("GUILD_BAN_ADD").await["user"]["username"], "ada");
    assert_eq!(w.bot.rest.get(&ban).await.1["reason"], "spam 🙃");
    assert_eq!(w.bot.rest.get(&w.member("ben")).await.0, 200);
    let there = |id| w.playground.message(id).is_some();
    assert_eq!((there(old.id().unwrap()), there(young.id().unwrap())), (true, false));
    assert_eq!(w.bot.rest.get(&bans).await.1[0]["user"]["username"], "ada");
    let body = json!({ "user_ids": [w.id("ben"), w.id("mira"), "1"] });
    let (_, many) = w.bot.rest.post(&format!("{}/bulk-ban", w.guild), body).await;
    assert_eq!(many, json!({ "banned_users": [w.id("ben")], "failed_users": [w.id("mira"), "1"] }));
    let (_, page) = w.bot.rest.get(&format!("{bans}?limit=1&after={}", ada.id())).await;
    assert_eq!(page[0]["user"]["username"], "ben");
    assert_eq!(w.bot.rest.delete(&ban).await, (204, Value::Null));
    assert_eq!(w.bot.event("GUILD_BAN_REMOVE").await["user"]["username"], "ada");
    assert_eq!(w.bot.rest.delete(&ban).await.1["code"], 10026);
}

#[tokio::test]
async fn channels_are_made_changed_moved_and_deleted() {
    let mut w = world().await;
    w.allow(MANAGE_CHANNELS | MANAGE_ROLES);
    let channels = format!("{}/channels", w.guild);
    let (status, category) = w.bot.rest.post(&channels, json!({ "name": "Study Rooms", "type": 4 })).await;
    assert_eq!((status, &category["name"], &category["type"]), (201, &json!("Study Rooms"), &json!(4)));
    assert_eq!(w.bot.event("CHANNEL_CREATE").await["id"], category["id"]);
    let body =
        json!({ "name": "SQL  Corner", "topic": "Joins", "parent_id": category["id"], "rate_limit_per_user": 5 });
    let (_, made) = w.bot.rest.post(&channels, body).await;
    assert_eq!(
        (&made["name"], &made["parent_id"], &made["topic"]),
        (&json!("sql-corner"), &category["id"], &json!("Joins"))
    );
    let channel = format!("/channels/{}", text(&made["id"]));
    for (body, place, code) in [
        (json!({ "name": "" }), "name", "BASE_TYPE_REQUIRED"),
        (json!({ "topic": "x".repeat(1025) }), "topic", "BASE_TYPE_MAX_LENGTH"),
        (json!({ "rate_limit_per_user": 21_601 }), "rate_limit_per_user", "NUMBER_TYPE_MAX"),
        (json!({ "parent_id": made["id"] }), "parent_id", "CHANNEL_PARENT_INVALID_TYPE"),
        (json!({ "default_auto_archive_duration": 61 }), "default_auto_archive_duration", "BASE_TYPE_CHOICES"),
        (json!({ "type": 15 }), "type", "BASE_TYPE_CHOICES"),
    ] {
        let (status, answer) = w.bot.rest.patch(&channel, body).await;
        assert_eq!((status, &answer["errors"][place]["_errors"][0]["code"]), (400, &json!(code)), "{place}");
    }
    let (_, changed) = w.bot.rest.patch(&channel, json!({ "topic": null, "nsfw": true, "parent_id": null })).await;
    assert_eq!(
        (&changed["topic"], &changed["nsfw"], &changed["parent_id"]),
        (&Value::Null, &json!(true), &Value::Null)
    );
    assert_eq!(w.bot.event("CHANNEL_UPDATE").await["nsfw"], true);
    let moves = json!([{ "id": made["id"], "position": 0, "parent_id": category["id"] }]);
    assert_eq!(w.bot.rest.patch(&channels, moves).await, (204, Value::Null));
    assert_eq!(w.bot.rest.get(&channel).await.1["parent_id"], category["id"]);
    let (status, gone) = w.bot.rest.delete(&format!("/channels/{}", text(&category["id"]))).await;
    assert_eq!((status, &gone["id"]), (200, &category["id"]));
    assert_eq!(w.bot.event("CHANNEL_DELETE").await["id"], category["id"]);
    assert_eq!(w.bot.rest.get(&channel).await.1["parent_id"], Value::Null, "its channels stay");
}

#[tokio::test]
async fn overwrites_take_manage_roles_and_give_nothing_that_the_bot_has_not() {
    let mut w = world().await;
    w.allow(MANAGE_ROLES | MANAGE_MESSAGES);
    let channel = format!("/channels/{}", w.playground.member("ada").unwrap().channel_id());
    let ada = format!("{channel}/permissions/{}", w.id("ada"));
    let overwrite = |allow: u64, deny: u64| json!({ "type": 1, "allow": allow.to_string(), "deny": deny.to_string() });
    assert_eq!(w.bot.rest.put(&ada, overwrite(0, SEND_MESSAGES)).await, (204, Value::Null));
    assert_eq!(w.bot.event("CHANNEL_UPDATE").await["permission_overwrites"][1]["deny"], SEND_MESSAGES.to_string());
    assert!(w.playground.member("ada").unwrap().message("x").await.is_err());
    assert_eq!(w.bot.rest.put(&ada, overwrite(MANAGE_CHANNELS, 0)).await.1["code"], 50013);
    assert_eq!(w.bot.rest.put(&ada, overwrite(MANAGE_ROLES, 0)).await.1["code"], 50013, "administrators only");
    assert_eq!(w.bot.rest.delete(&ada).await.0, 204);
    assert_eq!(w.bot.rest.delete(&ada).await.1["code"], 10009);
    assert!(w.playground.member("ada").unwrap().message("x").await.is_ok());
    w.allow(MANAGE_CHANNELS);
    let list = json!({ "permission_overwrites": [] });
    assert_eq!(w.bot.rest.patch(&channel, list).await.1["code"], 50013, "the list as a whole takes both");
}

#[tokio::test]
async fn a_category_has_at_most_50_channels_and_a_guild_500() {
    let w = world().await;
    w.allow(MANAGE_CHANNELS);
    let channels = format!("{}/channels", w.guild);
    let (_, category) = w.bot.rest.post(&channels, json!({ "name": "c", "type": 4 })).await;
    let child = json!({ "name": "x", "parent_id": category["id"] });
    for _ in 0..50 {
        assert_eq!(w.bot.rest.post(&channels, child.clone()).await.0, 201);
    }
    let (_, body) = w.bot.rest.post(&channels, child).await;
    assert_eq!(body["errors"]["parent_id"]["_errors"][0]["code"], "CHANNEL_PARENT_MAX_CHANNELS");
    let (_, list) = w.bot.rest.get(&channels).await;
    for _ in list.as_array().unwrap().len()..500 {
        w.bot.rest.post(&channels, json!({ "name": "x" })).await;
    }
    let (status, body) = w.bot.rest.post(&channels, json!({ "name": "x" })).await;
    assert_eq!((status, &body["code"]), (400, &json!(30013)));
}
