//! axe-core finds nothing to complain about: dark and light, on a desktop and on a phone, in every state of the page.
//! `AXE_CORE` names its file: `npm install --prefix DIR axe-core@4.14.1`, then `DIR/node_modules/axe-core/axe.min.js`.

use std::io::Write;
use std::sync::Once;

use backroad::playground::Playground;
use serde_json::json;

use crate::bot::Bot;
use crate::stage::story_with_raw_bot;
use crate::states;
use crate::window::{Size, Window};

/// The source of axe-core; `None`, said on stderr, where it is not at hand.
fn axe() -> Option<String> {
    let Some(path) = std::env::var_os("AXE_CORE") else {
        // Not by a macro, whose output the test runner would keep to itself.
        static SAID: Once = Once::new();
        SAID.call_once(|| drop(writeln!(std::io::stderr(), "accessibility: not run, AXE_CORE names no file")));
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

async fn everywhere(discord: &Playground, bot: &mut Bot, size: Size, axe: &str) {
    let mut problems = Vec::new();
    states::walk(discord, bot, size, async |window, state| {
        window.run(axe, json!(null)).await;
        check(window, state, &mut problems).await;
    })
    .await;
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

/// A check that finds nothing would pass everywhere.
#[tokio::test]
async fn what_nobody_can_use_is_found() {
    let Some(axe) = axe() else { return };
    story_with_raw_bot(async |discord, _| {
        let ada = Window::open(discord, "ada", Size::Desktop).await;
        ada.run(&axe, json!(null)).await;
        ada.run("document.getElementById('write').before(document.createElement('button'));", json!(null)).await;
        let mut problems = Vec::new();
        check(&ada, "a button without a name", &mut problems).await;
        assert_eq!(problems.len(), 2, "one for each theme: {problems:?}");
        assert!(problems[0].contains("button-name"), "{problems:?}");
    })
    .await;
}
