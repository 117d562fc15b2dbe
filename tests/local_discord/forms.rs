//! Forms with everything that labels can hold: what is checked, what members see, and what comes back to the bot.

use backroad::playground::Shown;
use serde_json::{Value, json};

use crate::bot::{Bot, text, with_bot};

fn label(name: &str, component: &Value) -> Value {
    json!({ "type": 18, "label": name, "component": component })
}

fn choices(count: usize) -> Vec<Value> {
    (0..count).map(|n| json!({ "label": format!("L{n}"), "value": n.to_string() })).collect()
}

fn form(components: &Value) -> Value {
    json!({ "type": 9, "data": { "custom_id": "f", "title": "Plan", "components": components } })
}

/// Opens a form for ada.
async fn opened(bot: &mut Bot, ada: &backroad::playground::Member, components: &Value) -> Shown {
    let (shown, _) = tokio::join!(ada.slash("/ask query: x"), bot.answer(form(components)));
    shown.unwrap()
}

#[tokio::test]
async fn texts_menus_boxes_and_files_come_back_as_they_were_chosen() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let boxes = json!([
        { "type": 10, "content": "Tell us **more**." },
        label("Level", &json!({ "type": 21, "custom_id": "level", "options": [
            { "label": "Beginner", "value": "1" }, { "label": "Advanced", "value": "2", "default": true },
        ] })),
        label("Topics", &json!({ "type": 22, "custom_id": "topics", "min_values": 0, "required": false, "options": choices(3) })),
        label("Remind me", &json!({ "type": 23, "custom_id": "remind" })),
        label("Notes", &json!({ "type": 19, "custom_id": "notes", "max_values": 2, "required": false })),
    ]);
    let shown = opened(&mut bot, &ada, &boxes).await;
    insta::assert_snapshot!(shown.text(), @r"
    === Plan ===
    Tell us **more**.
    Level:
      - Beginner
      - Advanced (chosen)
    Topics (optional):
      - L0
      - L1
      - L2
    Remind me: [ ]
    Notes (optional): (files)
    ");
    for (values, sentence) in [
        ([("Level", "1,2"), ("Remind me", "no")], "Choose exactly 1 of \"Level\"."),
        ([("Level", "Expert"), ("Remind me", "no")], "\"Level\" does not offer that."),
        ([("Level", "1"), ("Remind me", "maybe")], "\"Remind me\" is either yes or no."),
        ([("Level", "1"), ("Notes", "just words")], "\"Notes\" takes a file: its name, a colon, its text."),
        ([("Level", "1"), ("Notes", "a: 1\nb: 2\nc: 3")], "Choose 1 to 2 of \"Notes\"."),
    ] {
        assert_eq!(ada.submit(&shown, &values).await.unwrap_err().to_string(), sentence);
    }
    let values = [("Topics", "L0, 2"), ("Remind me", "yes"), ("Notes", "plan.txt: read")];
    let update = json!({ "type": 4, "data": { "content": "thanks" } });
    let (_, event) = tokio::join!(ada.submit(&shown, &values), bot.answer(update.clone()));
    let parts = &event["data"]["components"];
    assert_eq!(parts[0], json!({ "type": 10, "id": 1 }));
    assert_eq!(parts[1]["component"], json!({ "type": 21, "id": 3, "custom_id": "level", "value": "2" }));
    assert_eq!(parts[2]["component"]["values"], json!(["0", "2"]));
    assert_eq!(parts[3]["component"]["value"], true);
    let file = text(&parts[4]["component"]["values"][0]);
    let resolved = &event["data"]["resolved"]["attachments"][file];
    assert_eq!((&resolved["filename"], &resolved["size"]), (&json!("plan.txt"), &json!(4)));
    assert_eq!(reqwest::get(text(&resolved["url"])).await.unwrap().text().await.unwrap(), "read");
    let (_, event) = tokio::join!(ada.submit(&shown, &[]), bot.answer(update));
    let parts = &event["data"]["components"];
    let left: Vec<&Value> = (2..5).map(|n| &parts[n]["component"]).collect();
    assert_eq!((&left[0]["values"], &left[1]["value"], &left[2]["values"]), (&json!([]), &json!(false), &json!([])));
}

#[tokio::test]
async fn menus_of_people_roles_and_channels_resolve_what_was_chosen() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let menus = json!([
        label("Partner", &json!({ "type": 5, "custom_id": "partner" })),
        label("Role", &json!({ "type": 6, "custom_id": "role", "required": false })),
        label("Either", &json!({ "type": 7, "custom_id": "either", "max_values": 2 })),
        label("Where", &json!({ "type": 8, "custom_id": "where" })),
        label("Why", &json!({ "type": 4, "custom_id": "why", "style": 1, "required": false })),
    ]);
    let shown = opened(&mut bot, &ada, &menus).await;
    let nobody = ada.submit(&shown, &[("Partner", "zoe")]).await;
    assert_eq!(nobody.unwrap_err().to_string(), "There is no zoe here.");
    let values = [("Partner", "@ben"), ("Either", "Moderator, mira"), ("Where", "#quiz")];
    let update = json!({ "type": 4, "data": { "content": "thanks" } });
    let (_, event) = tokio::join!(ada.submit(&shown, &values), bot.answer(update));
    let ben = playground.member("ben").unwrap().id().to_string();
    let data = &event["data"];
    assert_eq!(data["components"][0]["component"]["values"], json!([ben]));
    assert_eq!(data["components"][1]["component"]["values"], json!([]));
    assert_eq!(data["components"][2]["component"]["values"].as_array().unwrap().len(), 2);
    assert_eq!(data["components"][4]["component"]["value"], "");
    let resolved = &data["resolved"];
    assert_eq!(resolved["users"][&ben]["username"], "ben");
    for (kind, count) in [("users", 2), ("members", 2), ("roles", 1), ("channels", 1)] {
        assert_eq!(resolved[kind].as_object().unwrap().len(), count, "{kind}");
    }
}

#[tokio::test]
async fn what_labels_hold_has_its_limits() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let radio = |count: usize| json!({ "type": 21, "custom_id": "c", "options": choices(count) });
    let boxes = |count: usize| json!({ "type": 22, "custom_id": "c", "options": choices(count) });
    let files = |key: &str, value: usize| {
        let mut files = json!({ "type": 19, "custom_id": "c", "min_values": 0, "max_values": 10 });
        files[key] = json!(value);
        files
    };
    let twice = json!({ "type": 21, "custom_id": "c", "options": [
        { "label": "a", "value": "1", "default": true }, { "label": "b", "value": "2", "default": true },
    ] });
    let good = [radio(2), radio(10), boxes(1), boxes(10), files("max_values", 1), files("max_values", 10)];
    let bad = [
        (radio(1), "/options", "BASE_TYPE_BAD_LENGTH"),
        (radio(11), "/options", "BASE_TYPE_BAD_LENGTH"),
        (twice, "/options", "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES"),
        (boxes(0), "/options", "BASE_TYPE_REQUIRED"),
        (boxes(11), "/options", "BASE_TYPE_BAD_LENGTH"),
        (files("max_values", 0), "/max_values", "NUMBER_TYPE_MIN"),
        (files("max_values", 11), "/max_values", "NUMBER_TYPE_MAX"),
        (files("min_values", 11), "/min_values", "NUMBER_TYPE_MAX"),
        (json!({ "type": 23 }), "/custom_id", "BASE_TYPE_REQUIRED"),
        (json!({ "type": 2 }), "/type", "BASE_TYPE_CHOICES"),
    ];
    let respond = async {
        let event = bot.interaction().await;
        for (component, place, code) in bad {
            let (status, answer) = bot.rest.respond(&event, form(&json!([label("L", &component)]))).await;
            let errors = &answer["errors"]["data"]["components"]["0"]["component"];
            let mistake = errors.pointer(place).map(|found| found["_errors"][0]["code"].clone());
            assert_eq!((status, mistake), (400, Some(json!(code))), "{component}: {answer}");
        }
        assert_eq!(bot.rest.respond(&event, form(&json!([label("L", &good[0])]))).await.0, 204);
    };
    let (shown, ()) = tokio::join!(ada.slash("/ask query: x"), respond);
    assert!(shown.unwrap().is_form());
    for component in &good[1..] {
        assert!(opened(&mut bot, &ada, &json!([label("L", component)])).await.is_form());
    }
}
