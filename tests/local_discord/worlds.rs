//! Bigger worlds: servers that are founded, and people and channels in any of them.

use backroad::playground::permissions::{SEND_MESSAGES, VIEW_CHANNEL};
use backroad::playground::{ActError, FIRST_GUILD, Options, Playground, SECOND_GUILD};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bot::{Bot, Rest, playground, text, with_bot};

const GUILDS_AND_MEMBERS: u64 = 1 | 1 << 1;

fn sentence<T>(result: Result<T, ActError>) -> String {
    result.err().expect("a refusal").to_string()
}

fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}{number}")).collect()
}

#[tokio::test]
async fn a_new_guild_is_told_as_one_that_the_bot_was_added_to() {
    let (playground, mut bot) = with_bot().await;
    let guild = playground.add_guild("Night School", &["lobby", "quiz"]).unwrap();
    let event = loop {
        let event = bot.event("GUILD_CREATE").await;
        if event["name"] == "Night School" {
            break event;
        }
    };
    assert_eq!(event["id"], guild.id().to_string());
    assert_eq!((&event["unavailable"], &event["member_count"]), (&json!(false), &json!(2)));
    let channels: Vec<&Value> = event["channels"].as_array().unwrap().iter().map(|channel| &channel["name"]).collect();
    assert_eq!(channels, ["lobby", "quiz"]);
    // The bot may do there what it may do in the guilds that are always there.
    let powers = async |id: &str| {
        let (_, guilds) = bot.rest.get("/users/@me/guilds").await;
        guilds.as_array().unwrap().iter().find(|guild| guild["id"] == id).unwrap()["permissions"].clone()
    };
    let second = playground.guild(SECOND_GUILD).unwrap().id().to_string();
    assert_eq!(powers(text(&event["id"])).await, powers(&second).await);
    let path = format!("/channels/{}/messages", text(&event["channels"][1]["id"]));
    assert_eq!(bot.rest.post(&path, json!({ "content": "hello" })).await.0, 200);
    let owner = playground.member("omar").unwrap().in_guild("Night School").unwrap();
    assert_eq!(owner.sees("quiz").unwrap().len(), 1);

    assert_eq!(
        sentence(playground.add_guild("night school", &["a"])),
        "There is a server called night school already."
    );
    assert_eq!(sentence(playground.add_guild("x", &["a"])), "The name of a server has 2 to 100 characters.");
    assert_eq!(sentence(playground.add_guild("Empty", &[""; 0])), "A server begins with 1 to 500 channels.");
    assert_eq!(sentence(playground.add_guild("Full", &names("c", 501))), "A server begins with 1 to 500 channels.");
    assert_eq!(sentence(playground.add_guild("Twice", &["a", "a"])), "There is a #a already.");
}

#[tokio::test]
async fn people_join_any_guild_and_are_told() {
    let options = Options { privileged_intents: 1 << 1, clock_stands: true, ..Options::default() };
    let playground = Playground::start(options).await.unwrap();
    let mut bot = Bot::connect_with(&playground, GUILDS_AND_MEMBERS).await;
    let guild = playground.guild(SECOND_GUILD).unwrap();
    // Somebody who is in the first guild, and somebody who was nowhere.
    for (name, known) in [("nell", true), ("zoe", false)] {
        let id = playground.member(name).map(|member| member.id());
        assert_eq!(id.is_ok(), known);
        let member = guild.add_member(name).unwrap();
        assert_eq!((member.guild_name().as_str(), member.channel_name().as_str()), (SECOND_GUILD, "general"));
        let event = bot.event("GUILD_MEMBER_ADD").await;
        assert_eq!(event["guild_id"], guild.id().to_string());
        assert_eq!(event["user"]["id"], member.id().to_string());
        assert!(id.is_err() || id.is_ok_and(|id| id == member.id()));
        member.message("hi").await.unwrap();
    }
    assert_eq!(playground.member("nell").unwrap().guild_names(), [FIRST_GUILD, SECOND_GUILD]);
    assert_eq!(playground.member("zoe").unwrap().guild_names(), [SECOND_GUILD]);
    assert_eq!(sentence(guild.add_member("nell")), "There is a nell already.");
    // All or nobody.
    assert_eq!(sentence(guild.add_members(&["yan", "nell"])), "There is a nell already.");
    assert_eq!(sentence(guild.add_members(&["yan", "yan"])), "yan is given twice.");
    assert!(playground.member("yan").is_err());
    // Who was put out can come back.
    playground.remove_member("zoe").unwrap();
    assert_eq!(bot.event("GUILD_MEMBER_REMOVE").await["user"]["username"], "zoe");
    assert_eq!(playground.add_member("zoe").unwrap().guild_name(), FIRST_GUILD);
    guild.remove_member("nell").unwrap();
    assert_eq!(playground.member("nell").unwrap().guild_names(), [FIRST_GUILD]);
}

#[tokio::test]
async fn a_thousand_channels_and_two_thousand_members_have_room() {
    let (playground, bot) = with_bot().await;
    for number in 0..2 {
        let guild = playground.add_guild(&format!("Hall {number}"), &names("room", 500)).unwrap();
        let members = guild.add_members(&names(&format!("p{number}."), 1_000)).unwrap();
        let last = members.last().unwrap().in_channel("room499").unwrap();
        let message = last.message("far away").await.unwrap();
        let path = format!("/channels/{}/messages/{}", last.channel_id(), message.id().unwrap());
        assert_eq!(bot.rest.get(&path).await.0, 200);
        assert_eq!(sentence(guild.add_channel("one-more")), "A server has at most 500 channels.");
        guild.delete_channel("room7").unwrap();
        assert!(last.in_channel("room7").is_err());
        let id = guild.add_channel("one-more").unwrap();
        assert_eq!(last.in_channel("one-more").unwrap().channel_id(), id);
        let (_, counted) = bot.rest.get(&format!("/guilds/{}?with_counts=true", guild.id())).await;
        assert_eq!(counted["approximate_member_count"], 1_002);
    }
}

#[tokio::test]
async fn permissions_are_changed_in_any_guild() {
    let (playground, bot) = with_bot().await;
    let guild = playground.add_guild("Night School", &["lobby", "quiz"]).unwrap();
    let ada = guild.add_member("ada").unwrap();
    let elsewhere = playground.member("ada").unwrap();
    let path = format!("/channels/{}/messages", ada.channel_id());
    let hello = || json!({ "content": "hello" });
    guild.set_overwrite("lobby", "Backroad", 0, SEND_MESSAGES).unwrap();
    assert_eq!(bot.rest.post(&path, hello()).await.1["code"], 50013);
    guild.set_overwrite("lobby", "Backroad", 0, VIEW_CHANNEL).unwrap();
    assert_eq!(bot.rest.post(&path, hello()).await.1["code"], 50001);
    guild.set_role_permissions("@everyone", VIEW_CHANNEL).unwrap();
    assert!(ada.message("hi").await.is_err());
    elsewhere.message("hi").await.unwrap();
    guild.time_out("ada", std::time::Duration::from_secs(60)).unwrap();
    elsewhere.message("hi").await.unwrap();
}

#[tokio::test]
async fn worlds_grow_over_http() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let world =
        async |body: Value| rest.bare(Method::POST, "/control/world", &[], &body.to_string()).await.expect("an answer");
    let founded = json!({ "do": "add_guild", "name": "Night School", "channels": ["lobby"] });
    let (status, guild) = world(founded).await;
    assert_eq!(status, 200, "{guild}");
    let joined = world(json!({ "do": "add_members", "guild": "Night School", "names": ["ada", "zoe"] })).await;
    assert_eq!(joined, (200, guild.clone()));
    let id = guild["id"].clone();
    assert_eq!(world(json!({ "do": "add_channel", "guild": id, "name": "quiz" })).await.0, 200);
    let zoe = playground.member("zoe").unwrap().in_channel("quiz").unwrap();
    assert_eq!(zoe.guild_id().to_string(), text(&id));
    let (status, answer) = world(json!({ "do": "add_member", "guild": "Nowhere", "name": "yan" })).await;
    assert_eq!((status, &answer["error"]), (400, &json!("There is no server called Nowhere.")));
}
