//! Discord's limits: what lies at the limit passes, one more fails at the right place with the right code.

use serde_json::{Value, json};

use crate::bot::{Rest, playground, with_bot};

fn long(length: usize) -> String {
    "x".repeat(length)
}

fn embed(key: &str, value: impl Into<Value>) -> Value {
    json!({ "embeds": [{ key: value.into() }] })
}

/// Two embeds with so many characters in all.
fn embeds_of(characters: usize) -> Value {
    json!({ "embeds": [{ "description": long(4000) }, { "title": long(10), "description": long(characters - 4010) }] })
}

fn field(key: &str, length: usize) -> Value {
    let mut field = json!({ "name": "n", "value": "v" });
    field[key] = json!(long(length));
    json!({ "embeds": [{ "fields": [field] }] })
}

fn in_row(component: &Value) -> Value {
    json!({ "components": [{ "type": 1, "components": [component] }] })
}

fn button(key: &str, value: Value) -> Value {
    let mut button = json!({ "type": 2, "style": 1, "label": "l", "custom_id": "c" });
    button[key] = value;
    in_row(&button)
}

fn buttons(count: usize) -> Value {
    let button = |n| json!({ "type": 2, "style": 1, "label": "l", "custom_id": format!("c{n}") });
    json!({ "components": [{ "type": 1, "components": (0..count).map(button).collect::<Vec<_>>() }] })
}

fn rows(count: usize) -> Value {
    let row =
        |n| json!({ "type": 1, "components": [{ "type": 2, "style": 1, "label": "l", "custom_id": format!("c{n}") }] });
    json!({ "components": (0..count).map(row).collect::<Vec<_>>() })
}

fn options(count: usize) -> Vec<Value> {
    (0..count).map(|n| json!({ "label": "l", "value": n.to_string() })).collect()
}

fn select(key: &str, value: impl Into<Value>) -> Value {
    let mut select = json!({ "type": 3, "custom_id": "c", "options": options(25) });
    select[key] = value.into();
    in_row(&select)
}

fn option(key: &str, length: usize) -> Value {
    let mut option = json!({ "label": "l", "value": "v" });
    option[key] = json!(long(length));
    select("options", json!([option]))
}

fn mentions(key: &str, count: usize) -> Value {
    json!({ "content": "x", "allowed_mentions": { key: (0..count).map(|n| n.to_string()).collect::<Vec<_>>() } })
}

fn link(length: usize) -> Value {
    let url = format!("https://example.org/{}", long(length - 20));
    in_row(&json!({ "type": 2, "style": 5, "label": "l", "url": url }))
}

const MAX: &str = "BASE_TYPE_MAX_LENGTH";
const BAD: &str = "BASE_TYPE_BAD_LENGTH";
const COMPONENT: &str = "/components/0/components/0";

/// What is limited, the limit, a body of any size, the place of the mistake, its code.
type Limit = (&'static str, usize, fn(usize) -> Value, &'static str, &'static str);

/// `@` stands for the first component of the first row.
const MESSAGES: &[Limit] = &[
    ("content", 2000, |n| json!({ "content": long(n) }), "/content", MAX),
    ("nonce", 25, |n| json!({ "content": "x", "nonce": long(n) }), "/nonce", MAX),
    ("embeds", 10, |n| json!({ "embeds": vec![json!({ "title": "t" }); n] }), "/embeds", MAX),
    ("title", 256, |n| embed("title", long(n)), "/embeds/0/title", MAX),
    ("description", 4096, |n| embed("description", long(n)), "/embeds/0/description", MAX),
    ("footer", 2048, |n| embed("footer", json!({ "text": long(n) })), "/embeds/0/footer/text", MAX),
    ("author", 256, |n| embed("author", json!({ "name": long(n) })), "/embeds/0/author/name", MAX),
    ("fields", 25, |n| embed("fields", vec![json!({ "name": "n", "value": "v" }); n]), "/embeds/0/fields", MAX),
    ("field name", 256, |n| field("name", n), "/embeds/0/fields/0/name", MAX),
    ("field value", 1024, |n| field("value", n), "/embeds/0/fields/0/value", MAX),
    ("color", 0xFF_FFFF, |n| json!({ "embeds": [{ "title": "t", "color": n }] }), "/embeds/0/color", "NUMBER_TYPE_MAX"),
    ("all embeds together", 6000, embeds_of, "/embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    ("rows", 5, rows, "/components", MAX),
    ("buttons in a row", 5, buttons, "/components/0/components", BAD),
    ("label", 80, |n| button("label", json!(long(n))), "@/label", MAX),
    ("custom_id", 100, |n| button("custom_id", json!(long(n))), "@/custom_id", BAD),
    ("url", 512, link, "@/url", MAX),
    ("options", 25, |n| select("options", options(n)), "@/options", BAD),
    ("option label", 100, |n| option("label", n), "@/options/0/label", BAD),
    ("option value", 100, |n| option("value", n), "@/options/0/value", BAD),
    ("option description", 100, |n| option("description", n), "@/options/0/description", MAX),
    ("placeholder", 150, |n| select("placeholder", long(n)), "@/placeholder", MAX),
    ("max_values", 25, |n| select("max_values", n), "@/max_values", "NUMBER_TYPE_MAX"),
    ("mentioned users", 100, |n| mentions("users", n), "/allowed_mentions/users", MAX),
    ("mentioned roles", 100, |n| mentions("roles", n), "/allowed_mentions/roles", MAX),
];

/// The code of the mistake at a place in `errors`.
fn code_at<'e>(errors: &'e Value, place: &str) -> Option<&'e str> {
    let place = place.replace('@', COMPONENT);
    errors.pointer(&place)?.get("_errors")?.as_array()?.iter().find_map(|error| error["code"].as_str())
}

#[tokio::test]
async fn limits_of_messages() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let path = format!("/channels/{}/messages", playground.member("ada").unwrap().channel_id());
    for (name, limit, body, place, code) in MESSAGES {
        let (status, answer) = rest.post(&path, body(*limit)).await;
        assert_eq!(status, 200, "{name} at the limit: {answer}");
        let (status, answer) = rest.post(&path, body(limit + 1)).await;
        assert_eq!((status, &answer["code"]), (400, &json!(50035)), "{name} over the limit");
        assert_eq!(code_at(&answer["errors"], place), Some(*code), "{name}: {answer}");
    }
}

/// A button with custom_id `c` and something beside it.
fn beside(second: &Value) -> Value {
    let first = json!({ "type": 2, "style": 1, "label": "l", "custom_id": "c" });
    json!({ "components": [{ "type": 1, "components": [first, second] }] })
}

fn link_to(url: &str) -> Value {
    in_row(&json!({ "type": 2, "style": 5, "label": "l", "url": url }))
}

fn allowed(mentions: &Value) -> Value {
    json!({ "content": "x", "allowed_mentions": mentions })
}

/// What is wrong, the body, the place, the code.
fn rules() -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let chosen =
        json!([{ "label": "a", "value": "a", "default": true }, { "label": "b", "value": "b", "default": true }]);
    let same_value = json!([{ "label": "a", "value": "v" }, { "label": "b", "value": "v" }]);
    let select_of =
        |count, most| in_row(&json!({ "type": 3, "custom_id": "c", "max_values": most, "options": options(count) }));
    let same_id = beside(&json!({ "type": 2, "style": 1, "label": "m", "custom_id": "c" }));
    let wide = beside(&json!({ "type": 3, "custom_id": "s", "options": options(1) }));
    let bare = json!({ "type": 2, "style": 1, "label": "l", "custom_id": "c" });
    let required = "BASE_TYPE_REQUIRED";
    let choices = "BASE_TYPE_CHOICES";
    let both = "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE";
    vec![
        ("one custom_id twice", same_id, "/components/0/components/1/custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ("a select beside a button", wide, "/components/0/components/1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        ("no custom_id", button("custom_id", Value::Null), "@/custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"),
        ("custom_id and url", button("url", json!("https://example.org")), "@/custom_id", both),
        ("a link without url", in_row(&json!({ "type": 2, "style": 5, "label": "l" })), "@/url", required),
        ("a link to a file", link_to("file:///etc"), "@/url", "URL_TYPE_INVALID_SCHEME"),
        ("a link to nowhere", link_to("nowhere"), "@/url", "URL_TYPE_INVALID_URL"),
        ("neither label nor emoji", button("label", Value::Null), "@/label", required),
        ("a word as emoji", button("emoji", json!({ "name": "up" })), "@/emoji/name", "BUTTON_COMPONENT_INVALID_EMOJI"),
        ("an unknown style", button("style", json!(7)), "@/style", choices),
        ("no options", select_of(0, 1), "@/options", required),
        ("one value twice", select("options", same_value), "@/options/1", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"),
        ("more values than options", select_of(1, 2), "@/options", "BASE_TYPE_MIN_LENGTH"),
        ("too many defaults", select("options", chosen), "@/options", "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES"),
        ("min_values over max_values", select("min_values", 2), "@/min_values", "NUMBER_TYPE_MAX"),
        ("min_values below 0", select("min_values", -1), "@/min_values", "NUMBER_TYPE_MIN"),
        ("a button outside of a row", json!({ "components": [bare] }), "/components/0/type", choices),
        (
            "an empty row",
            json!({ "components": [{ "type": 1, "components": [] }] }),
            "/components/0/components",
            required,
        ),
        ("an empty field name", field("name", 0), "/embeds/0/fields/0/name", required),
        ("no timestamp", embed("timestamp", "soon"), "/embeds/0/timestamp", "DATE_TIME_TYPE_PARSE"),
        (
            "a picture by ftp",
            embed("image", json!({ "url": "ftp://a.b" })),
            "/embeds/0/image/url",
            "URL_TYPE_INVALID_SCHEME",
        ),
        ("content that is no text", json!({ "content": ["x"] }), "/content", "STRING_TYPE_CONVERT"),
        ("embeds that are no list", json!({ "embeds": { "title": "t" } }), "/embeds", "LIST_TYPE_CONVERT"),
        ("an embed that is no object", json!({ "embeds": ["t"] }), "/embeds/0", "MODEL_TYPE_CONVERT"),
        (
            "users both parsed and listed",
            allowed(&json!({ "parse": ["users"], "users": ["1"] })),
            "/allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        ("unknown mentions", allowed(&json!({ "parse": ["all"] })), "/allowed_mentions/parse/0", choices),
        (
            "one user listed twice",
            allowed(&json!({ "users": ["1", "1"] })),
            "/allowed_mentions/users/1",
            "SET_TYPE_ALREADY_CONTAINS_VALUE",
        ),
        ("ephemeral in a channel", json!({ "content": "x", "flags": 64 }), "/flags", "BASE_TYPE_INVALID"),
        (
            "a reply to nothing",
            json!({ "content": "x", "message_reference": { "message_id": "1" } }),
            "/message_reference",
            "MESSAGE_REFERENCE_UNKNOWN_MESSAGE",
        ),
        ("a nonce that is none", json!({ "content": "x", "nonce": true }), "/nonce", "NONCE_TYPE_INVALID_TYPE"),
    ]
}

#[tokio::test]
async fn rules_of_messages() {
    let playground = playground().await;
    let rest = Rest::new(&playground);
    let path = format!("/channels/{}/messages", playground.member("ada").unwrap().channel_id());
    for (name, body, place, code) in rules() {
        let (status, answer) = rest.post(&path, body).await;
        assert_eq!((status, &answer["code"]), (400, &json!(50035)), "{name}");
        assert_eq!(code_at(&answer["errors"], place), Some(code), "{name}: {answer}");
    }
}

#[tokio::test]
async fn all_mistakes_of_a_body_are_told_at_once() {
    let playground = playground().await;
    let path = format!("/channels/{}/messages", playground.member("ada").unwrap().channel_id());
    let body = json!({
        "content": long(2001),
        "embeds": [{ "title": "fine" }, { "description": long(4097), "fields": [{ "name": "n" }] }],
        "components": [{ "type": 1, "components": [{ "type": 2, "style": 1, "label": long(81) }] }],
    });
    let (status, body) = Rest::new(&playground).post(&path, body).await;
    assert_eq!(status, 400);
    insta::assert_snapshot!(serde_json::to_string_pretty(&body).unwrap(), @r#"
    {
      "code": 50035,
      "errors": {
        "components": {
          "0": {
            "components": {
              "0": {
                "custom_id": {
                  "_errors": [
                    {
                      "code": "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED",
                      "message": "A custom id is required"
                    }
                  ]
                },
                "label": {
                  "_errors": [
                    {
                      "code": "BASE_TYPE_MAX_LENGTH",
                      "message": "Must be 80 or fewer in length."
                    }
                  ]
                }
              }
            }
          }
        },
        "content": {
          "_errors": [
            {
              "code": "BASE_TYPE_MAX_LENGTH",
              "message": "Must be 2000 or fewer in length."
            }
          ]
        },
        "embeds": {
          "1": {
            "description": {
              "_errors": [
                {
                  "code": "BASE_TYPE_MAX_LENGTH",
                  "message": "Must be 4096 or fewer in length."
                }
              ]
            },
            "fields": {
              "0": {
                "value": {
                  "_errors": [
                    {
                      "code": "BASE_TYPE_REQUIRED",
                      "message": "This field is required"
                    }
                  ]
                }
              }
            }
          }
        }
      },
      "message": "Invalid Form Body"
    }
    "#);
}

/// A form with one field changed.
fn form(place: &str, value: impl Into<Value>) -> Value {
    let mut data = json!({ "custom_id": "c", "title": "t", "components": [
        { "type": 1, "components": [{ "type": 4, "custom_id": "i", "label": "l", "style": 1 }] },
    ] });
    let place = place.replace('@', COMPONENT);
    let (parent, key) = place.rsplit_once('/').unwrap();
    data.pointer_mut(parent).unwrap()[key] = value.into();
    json!({ "type": 9, "data": data })
}

fn form_rows(count: usize) -> Value {
    let input = |n| json!({ "type": 4, "custom_id": format!("i{n}"), "label": "l", "style": 1 });
    form("/components", (0..count).map(|n| json!({ "type": 1, "components": [input(n)] })).collect::<Vec<_>>())
}

const FORMS: &[Limit] = &[
    ("title", 45, |n| form("/title", long(n)), "/title", BAD),
    ("custom_id", 100, |n| form("/custom_id", long(n)), "/custom_id", BAD),
    ("rows", 5, form_rows, "/components", BAD),
    ("label", 45, |n| form("@/label", long(n)), "@/label", BAD),
    ("placeholder", 100, |n| form("@/placeholder", long(n)), "@/placeholder", MAX),
    ("value", 4000, |n| form("@/value", long(n)), "@/value", MAX),
    ("min_length", 4000, |n| form("@/min_length", n), "@/min_length", "NUMBER_TYPE_MAX"),
    ("max_length", 4000, |n| form("@/max_length", n), "@/max_length", "NUMBER_TYPE_MAX"),
];

#[tokio::test]
async fn limits_of_forms() {
    let (playground, mut bot) = with_bot().await;
    let ada = playground.member("ada").unwrap();
    for (name, limit, form, place, code) in FORMS {
        // The bad form first: it leaves the interaction open for the good one.
        let both = async {
            let event = bot.interaction().await;
            let (status, answer) = bot.rest.respond(&event, form(limit + 1)).await;
            assert_eq!(status, 400, "{name} over the limit");
            assert_eq!(code_at(&answer["errors"]["data"], place), Some(*code), "{name}: {answer}");
            let (status, answer) = bot.rest.respond(&event, form(*limit)).await;
            assert_eq!(status, 204, "{name} at the limit: {answer}");
        };
        let (shown, ()) = tokio::join!(ada.slash("/ask query: x"), both);
        assert!(shown.unwrap().is_form());
    }
}
