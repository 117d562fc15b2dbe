//! Components V2: what they may hold, what they exclude, and how members see and press them.

use serde_json::{Value, json};

use crate::bot::{Rest, playground, text, webhook_path, with_bot};

const V2: u64 = 1 << 15;

fn display(content: &str) -> Value {
    json!({ "type": 10, "content": content })
}

fn layout(components: &Value) -> Value {
    json!({ "flags": V2, "components": components })
}

fn button(id: &str) -> Value {
    json!({ "type": 2, "style": 1, "label": "Go", "custom_id": id })
}

fn everything() -> Value {
    json!([
        display("# Title"),
        { "type": 9, "components": [display("Beside a button")], "accessory": button("beside") },
        { "type": 9, "components": [display("Beside a picture")], "accessory": {
            "type": 11, "media": { "url": "https://example.org/a.png" }, "description": "A graph",
        } },
        { "type": 14, "spacing": 2 },
        { "type": 17, "accent_color": 255, "components": [
            { "type": 12, "items": [{ "media": { "url": "https://example.org/b.png" } }] },
            display("Inside"),
            { "type": 1, "components": [button("inside")] },
        ] },
        { "type": 1, "components": [{ "type": 5, "custom_id": "who", "default_values": [
            { "type": "user", "id": "1" },
        ] }] },
    ])
}

#[tokio::test]
async fn every_kind_is_stored_shown_and_pressed() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    let reply = json!({ "type": 4, "data": layout(&everything()) });
    let (shown, event) = tokio::join!(ada.slash("/ask query: x"), bot.answer(reply));
    let shown = shown.unwrap();
    insta::assert_snapshot!(shown.text(), @r"
    # Title
    Beside a button
    [Go]
    Beside a picture
    (picture: https://example.org/a.png, A graph)
    ---
    | (picture: https://example.org/b.png)
    | Inside
    | [Go]
    [Make a selection v]
    ");
    // Everything has a number of its own.
    let (_, read) = bot.rest.get(&format!("{}/messages/@original", webhook_path(&event))).await;
    let thumbnail = &read["components"][2]["accessory"];
    assert_eq!((&thumbnail["type"], &thumbnail["media"]["url"]), (&json!(11), &json!("https://example.org/a.png")));
    assert_eq!(read["components"][4]["components"][2]["components"][0]["id"], 13);
    for custom_id in ["beside", "inside"] {
        let update = json!({ "type": 6 });
        let (_, event) = tokio::join!(ada.click(&shown, custom_id), bot.answer(update));
        assert_eq!((&event["data"]["custom_id"], &event["data"]["component_type"]), (&json!(custom_id), &json!(2)));
    }
    let (_, event) = tokio::join!(ada.select(&shown, "who", &["ben"]), bot.answer(json!({ "type": 6 })));
    assert_eq!(event["data"]["component_type"], 5);
}

#[tokio::test]
async fn a_layout_has_its_limits() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let path = format!("/channels/{}/messages", playground.member("ada").unwrap().channel_id());
    let texts = |count: usize| Value::from(vec![display("x"); count]);
    let in_container = |count: usize| json!([{ "type": 17, "components": texts(count) }]);
    let section = |count: usize| json!([{ "type": 9, "components": texts(count), "accessory": button("b") }]);
    let gallery = |count: usize| {
        let item = json!({ "media": { "url": "https://example.org/a.png" } });
        json!([{ "type": 12, "items": vec![item; count] }])
    };
    let described = |length: usize| json!([{ "type": 12, "items": [{ "media": { "url": "https://example.org/a.png" }, "description": "x".repeat(length) }] }]);
    let long = |length: usize| json!([display("x"), display(&"x".repeat(length - 1))]);
    type Limit<'l> = (&'l str, usize, &'l dyn Fn(usize) -> Value, &'l str, &'l str);
    let limits: [Limit<'_>; 6] = [
        ("components", 40, &texts, "/components", "BASE_TYPE_MAX_LENGTH"),
        ("components with those inside", 39, &in_container, "/components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
        ("texts of a section", 3, &section, "/components/0/components", "BASE_TYPE_BAD_LENGTH"),
        ("items of a gallery", 10, &gallery, "/components/0/items", "BASE_TYPE_BAD_LENGTH"),
        ("a description", 1024, &described, "/components/0/items/0/description", "BASE_TYPE_BAD_LENGTH"),
        ("all texts together", 4000, &long, "/components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
    ];
    for (name, limit, body, place, code) in limits {
        let (status, answer) = rest.post(&path, layout(&body(limit))).await;
        assert_eq!(status, 200, "{name} at the limit: {answer}");
        let (status, answer) = rest.post(&path, layout(&body(limit + 1))).await;
        let mistake = &answer["errors"].pointer(place).map(|found| found["_errors"][0]["code"].clone());
        assert_eq!((status, mistake), (400, &Some(json!(code))), "{name} over the limit: {answer}");
    }
    for (name, components, place, code) in [
        (
            "a container in one",
            json!([{ "type": 17, "components": [{ "type": 17, "components": texts(1) }] }]),
            "/components/0/components/0/type",
            "BASE_TYPE_CHOICES",
        ),
        (
            "a picture alone",
            json!([{ "type": 11, "media": { "url": "https://a.b" } }]),
            "/components/0/type",
            "BASE_TYPE_CHOICES",
        ),
        (
            "a section without an accessory",
            json!([{ "type": 9, "components": texts(1) }]),
            "/components/0/accessory",
            "BASE_TYPE_REQUIRED",
        ),
        (
            "a file from elsewhere",
            json!([{ "type": 13, "file": { "url": "https://a.b/c" } }]),
            "/components/0/file/url",
            "URL_TYPE_INVALID_SCHEME",
        ),
        (
            "a custom id twice",
            json!([{ "type": 1, "components": [button("b")] }, { "type": 9, "components": texts(1), "accessory": button("b") }]),
            "/components/1/accessory/custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
        (
            "a link that is sold",
            json!([{ "type": 1, "components": [{ "type": 2, "style": 6, "sku_id": "1", "label": "x" }] }]),
            "/components/0/components/0/label",
            "BASE_TYPE_INVALID",
        ),
        (
            "a role in a menu of users",
            json!([{ "type": 1, "components": [{ "type": 5, "custom_id": "c", "default_values": [{ "id": "1", "type": "role" }] }] }]),
            "/components/0/components/0/default_values/0/type",
            "BASE_TYPE_CHOICES",
        ),
    ] {
        let (status, answer) = rest.post(&path, layout(&components)).await;
        let mistake = &answer["errors"].pointer(place).map(|found| found["_errors"][0]["code"].clone());
        assert_eq!((status, mistake), (400, &Some(json!(code))), "{name}: {answer}");
    }
    // Without the flag there are rows alone.
    let (status, answer) = rest.post(&path, json!({ "components": texts(1) })).await;
    assert_eq!(
        (status, &answer["errors"]["components"]["0"]["type"]["_errors"][0]["code"]),
        (400, &json!("BASE_TYPE_CHOICES"))
    );
}

#[tokio::test]
async fn a_layout_excludes_content_and_embeds_and_cannot_be_taken_back() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let path = format!("/channels/{}/messages", playground.member("ada").unwrap().channel_id());
    const LEGACY: &str = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2";
    for (key, value) in [("content", json!("x")), ("embeds", json!([{ "title": "t" }])), ("sticker_ids", json!(["1"]))]
    {
        let mut body = layout(&json!([display("x")]));
        body[key] = value;
        let (status, answer) = rest.post(&path, body).await;
        assert_eq!((status, &answer["errors"][key]["_errors"][0]["code"]), (400, &json!(LEGACY)));
    }
    assert_eq!(rest.post(&path, layout(&json!([]))).await.1["code"], 50006);
    let (_, made) = rest.post(&path, layout(&json!([display("x")]))).await;
    let one = format!("{path}/{}", text(&made["id"]));
    let (_, changed) = rest.patch(&one, json!({ "flags": 0, "components": [display("y")] })).await;
    assert_eq!((&changed["flags"], &changed["components"][0]["content"]), (&json!(V2), &json!("y")));
    let (status, answer) = rest.patch(&one, json!({ "content": "z" })).await;
    assert_eq!((status, &answer["errors"]["content"]["_errors"][0]["code"]), (400, &json!(LEGACY)));
    // An older message becomes one when its content goes.
    let (_, plain) = rest.post(&path, json!({ "content": "x" })).await;
    let one = format!("{path}/{}", text(&plain["id"]));
    let (status, answer) = rest.patch(&one, layout(&json!([display("y")]))).await;
    assert_eq!((status, &answer["errors"]["content"]["_errors"][0]["code"]), (400, &json!(LEGACY)));
    let mut body = layout(&json!([display("y")]));
    body["content"] = Value::Null;
    assert_eq!(rest.patch(&one, body).await.1["flags"], V2);
}
