//! axe-core finds nothing to complain about: dark and light, on a desktop and on a phone, in every state of the page.
//! `AXE_CORE` names its file: `npm install --prefix DIR axe-core@4.14.1`, then `DIR/node_modules/axe-core/axe.min.js`.

use std::io::Write;

use backroad::playground::Playground;
use serde_json::{Value, json};

use crate::bot::{Bot, commands};
use crate::forms;
use crate::stage::story_with_raw_bot;
use crate::window::{Key, Size, Window};

/// The source of axe-core; `None`, said on stderr, where it is not at hand.
fn axe() -> Option<String> {
    let Some(path) = std::env::var_os("AXE_CORE") else {
        // Not by a macro, whose output the test runner would keep to itself.
        let _ = writeln!(std::io::stderr(), "accessibility: not run, AXE_CORE names no file");
        return None;
    };
    Some(std::fs::read_to_string(path).expect("AXE_CORE names a file that can be read"))
}

/// Runs axe-core in both themes on what the window shows.
async fn check(window: &Window, state: &str, problems: &mut Vec<String>) {
    for theme in ["dark", "light"] {
        let run = "(window.dark ??= (document.documentElement.dataset.theme = given, axe.run()
            .then(({ violations }) => { window.found = violations; })),
            window.found && (delete window.dark, { violations: window.found }))";
        window.run("delete window.dark; delete window.found;", json!(null)).await;
        let found = window.until("axe-core to be done", run, json!(theme)).await;
        for violation in found["violations"].as_array().unwrap() {
            for node in violation["nodes"].as_array().unwrap() {
                problems.push(format!(
                    "{state}, {theme}: {}: {}\n    {}\n    {}",
                    violation["id"].as_str().unwrap_or_default(),
                    violation["help"].as_str().unwrap_or_default(),
                    node["html"].as_str().unwrap_or_default(),
                    node["failureSummary"].as_str().unwrap_or_default().replace('\n', " "),
                ));
            }
        }
    }
}

fn answer() -> Value {
    let options =
        json!([{ "label": "One", "value": "1" }, { "label": "Two", "value": "2", "description": "The second" }]);
    json!({ "type": 4, "data": {
        "content": "An answer with `code`, **more** and ||a secret||.\n> quoted\n```js\nconst one = 1; // first\n```",
        "embeds": [{ "title": "Title", "description": "Text", "color": 255, "footer": { "text": "small" },
            "fields": [{ "name": "Field", "value": "Value", "inline": true }] }],
        "components": [
            { "type": 1, "components": [
                { "type": 2, "style": 1, "label": "First", "custom_id": "1" },
                { "type": 2, "style": 2, "label": "Second", "custom_id": "2" },
                { "type": 2, "style": 3, "label": "Third", "custom_id": "3" },
                { "type": 2, "style": 4, "label": "Fourth", "custom_id": "4" },
                { "type": 2, "style": 5, "label": "Fifth", "url": "https://example.org" },
            ] },
            { "type": 1, "components": [{ "type": 3, "custom_id": "m", "placeholder": "Other matches", "options": options }] },
        ],
    } })
}

async fn ask(window: &Window) {
    window.type_("/ask ").await;
    window.type_("x").await;
    window.press(Key::Enter).await;
}

async fn everywhere(discord: &Playground, bot: &mut Bot, size: Size, axe: &str) {
    bot.register(commands()).await;
    let mut problems = Vec::new();
    let ada = Window::open(discord, "ada", size).await;
    ada.run(axe, json!(null)).await;
    check(&ada, "start", &mut problems).await;

    ada.type_("/").await;
    ada.proposes(&["/ask"]).await;
    check(&ada, "the list of commands", &mut problems).await;
    ada.type_("ask ").await;
    ada.press(Key::Enter).await;
    ada.sees("This option is required.").await;
    check(&ada, "an option with an error", &mut problems).await;
    ada.type_("x").await;
    ada.press(Key::Enter).await;
    bot.answer(answer()).await;
    ada.message_with("An answer").await;
    ada.tab_back_to("Other matches").await;
    ada.press(Key::Enter).await;
    ada.sees("The second").await;
    check(&ada, "an answer with its menu open", &mut problems).await;
    ada.press(Key::Escape).await;
    ada.tab_to("Message").await;

    forms::open(&ada, bot).await;
    ada.press(Key::Enter).await;
    ada.sees("Fill this in.").await;
    check(&ada, "a form with an error", &mut problems).await;
    ada.press(Key::Escape).await;

    discord.member("ben").unwrap().message("a message of ben's").await.unwrap();
    ada.choose_for("a message of ben's", "Reply").await;
    check(&ada, "a reply", &mut problems).await;
    ada.press(Key::Escape).await;
    let look = "message(given)?.querySelector('[data-menu]')";
    ada.click("the actions of a message", look, json!("a message of ben's")).await;
    ada.focus_is_on("menuitem").await;
    check(&ada, "the menu of a message", &mut problems).await;
    ada.press(Key::Escape).await;

    ada.click_field("Message").await;
    ask(&ada).await;
    bot.answer(json!({ "type": 4, "data": { "content": "between us", "flags": 64 } })).await;
    ada.message_with("between us").await;
    check(&ada, "a private message", &mut problems).await;

    if matches!(size, Size::Phone) {
        ada.click_button("Servers and channels").await;
        ada.sees("You are Ada").await;
        check(&ada, "the drawer open", &mut problems).await;
    }
    assert!(problems.is_empty(), "{} violations:\n{}", problems.len(), problems.join("\n"));
}

#[tokio::test]
async fn on_a_desktop_nobody_is_left_out() {
    let Some(axe) = axe() else { return };
    story_with_raw_bot(async |discord, bot| everywhere(discord, bot, Size::Desktop, &axe).await).await;
}

#[tokio::test]
async fn on_a_phone_nobody_is_left_out() {
    let Some(axe) = axe() else { return };
    story_with_raw_bot(async |discord, bot| everywhere(discord, bot, Size::Phone, &axe).await).await;
}
