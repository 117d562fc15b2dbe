//! Options of a command: required ones, choices, people, roles, channels, and the limits of numbers.

use serde_json::{Value, json};

use crate::stage::story_with_raw_bot;
use crate::window::{Key, Size, Window};

fn plan() -> Value {
    json!([{ "name": "plan", "description": "Plan a week", "options": [
        { "type": 3, "name": "level", "description": "For whom", "required": true, "choices": [
            { "name": "Beginner", "value": "b" }, { "name": "Advanced", "value": "a" },
        ] },
        { "type": 4, "name": "hours", "description": "How many", "min_value": 1, "max_value": 10 },
        { "type": 6, "name": "partner", "description": "With whom" },
        { "type": 8, "name": "role", "description": "For which role" },
        { "type": 7, "name": "where", "description": "In which channel" },
    ] }])
}

#[tokio::test]
async fn options_are_filled_in_by_typing_and_by_arrow_keys_and_wrong_ones_are_refused() {
    story_with_raw_bot(async |discord, bot| {
        bot.register(plan()).await;
        let ada = Window::open(discord, "ada", Size::Desktop).await;
        ada.type_("/plan ").await;
        ada.proposes(&["Beginner", "Advanced"]).await;
        // Without a choice it is not sent.
        ada.press(Key::Escape).await;
        ada.press(Key::Enter).await;
        ada.sees("This option is required. Specify a value.").await;
        ada.field_is_wrong("level", true).await;
        ada.focus_is_on("level").await;
        ada.type_("adv").await;
        ada.proposes(&["Advanced"]).await;
        ada.field_is_wrong("level", false).await;
        ada.press(Key::Enter).await;

        // The rest is optional: by its name, or by the arrow keys.
        ada.focus_is_on("Add an option").await;
        ada.proposes(&["hours", "partner", "role", "where"]).await;
        ada.type_("hou").await;
        ada.proposes(&["hours"]).await;
        ada.press(Key::Tab).await;
        ada.focus_is_on("hours").await;
        ada.type_("99").await;
        ada.press(Key::Enter).await;
        ada.sees("Write a number of at most 10.").await;
        ada.field_is_wrong("hours", true).await;
        for _ in 0..2 {
            ada.press(Key::Backspace).await;
        }
        ada.type_("1.5").await;
        ada.press(Key::Enter).await;
        ada.sees("Write a whole number.").await;
        for _ in 0..3 {
            ada.press(Key::Backspace).await;
        }
        ada.type_("5").await;
        ada.press(Key::Tab).await;

        ada.focus_is_on("Add an option").await;
        ada.press(Key::Down).await;
        ada.press(Key::Enter).await;
        ada.focus_is_on("partner").await;
        ada.proposes(&["Ada", "Ben", "Mira", "Nell", "Omar", "Backroad"]).await;
        ada.type_("mi").await;
        ada.proposes(&["Mira"]).await;
        ada.press(Key::Enter).await;
        ada.focus_is_on("Add an option").await;
        ada.type_("role:").await;
        ada.focus_is_on("role").await;
        ada.type_("mod").await;
        ada.proposes(&["@Moderator"]).await;
        ada.press(Key::Enter).await;
        ada.type_("where:").await;
        ada.focus_is_on("where").await;
        ada.type_("qui").await;
        ada.proposes(&["#quiz"]).await;
        ada.press(Key::Enter).await;
        ada.focus_is_on("Add an option").await;
        ada.press(Key::Enter).await;

        let sent = bot.answer(json!({ "type": 4, "data": { "content": "Planned." } })).await;
        let value = |name: &str| {
            let options = sent["data"]["options"].as_array().unwrap();
            options.iter().find(|option| option["name"] == name).unwrap()["value"].clone()
        };
        assert_eq!((value("level"), value("hours")), (json!("a"), json!(5)));
        assert_eq!(value("partner"), json!(discord.member("mira").unwrap().id().to_string()));
        let quiz = discord.member("ada").unwrap().in_channel("quiz").unwrap().channel_id();
        assert_eq!(value("where"), json!(quiz.to_string()));
        assert!(sent["data"]["resolved"]["roles"][value("role").as_str().unwrap()]["name"] == "Moderator");
        ada.message_with("Planned.").await;
    })
    .await;
}

#[tokio::test]
async fn backspace_takes_options_away_and_leads_back_to_the_text() {
    story_with_raw_bot(async |discord, bot| {
        bot.register(plan()).await;
        let ada = Window::open(discord, "ada", Size::Desktop).await;
        ada.type_("/plan level: Beginner").await;
        ada.press(Key::Escape).await;
        ada.tab_to("Add an option").await;
        ada.type_("hours:").await;
        ada.focus_is_on("hours").await;
        ada.press(Key::Backspace).await;
        ada.focus_is_on("level").await;
        for _ in 0.."Beginner".len() {
            ada.press(Key::Backspace).await;
        }
        ada.press(Key::Backspace).await;
        ada.focus_is_on("textarea Message").await;
        assert_eq!(ada.value_of("Message").await, "/plan");
        ada.press(Key::Escape).await;
        ada.press(Key::Escape).await;
        assert_eq!(ada.value_of("Message").await, "");
    })
    .await;
}
