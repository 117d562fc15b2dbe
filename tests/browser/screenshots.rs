//! The pictures of the README, made with the library of the repository. They are left in Cargo's folder for tests, and
//! with `SCREENSHOTS=DIR` in DIR, too.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::stage::turn;
use crate::support::real_community;
use crate::window::{Key, Size, Window};

/// What a picture of the README may weigh.
const MOST_BYTES: usize = 300_000;

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/screenshots")
}

async fn keep(window: &Window, name: &str) {
    let picture = window.screenshot().await;
    assert!(picture.len() < MOST_BYTES, "{name} has {} bytes", picture.len());
    let asked_for = std::env::var_os("SCREENSHOTS").map(PathBuf::from);
    for folder in [Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots")].into_iter().chain(asked_for) {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), &picture).unwrap();
    }
}

/// Puts the newest message with the words to the top of what is in sight, and the pointer out of the way.
async fn show(window: &Window, words: &str) {
    let script = "message(given).scrollIntoView({ block: 'start' }); document.activeElement.blur();";
    window.run(script, json!(words)).await;
    window.until("the message in sight", "message(given).getBoundingClientRect().top >= 40", json!(words)).await;
}

#[tokio::test]
async fn a_conversation_on_a_desktop() {
    let Some(_turn) = turn(1).await else { return };
    real_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let window = Window::open(&c.discord, "ada", Size::LargeDesktop).await;
        window.in_theme("dark").await;
        ada.message("my page shows 100 orders and sends 101 queries. is that normal?").await.unwrap();
        let answer = ben.slash("/ask query: why is my page doing one query per row").await.unwrap();
        ada.react(&answer, "👍").await.unwrap();
        window.message_with("👍 1").await;
        show(&window, "my page shows 100 orders").await;
        keep(&window, "desktop.png").await;
    })
    .await;
}

#[tokio::test]
async fn a_question_on_a_phone() {
    let Some(_turn) = turn(1).await else { return };
    real_community(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Phone).await;
        ada.in_theme("light").await;
        ada.click_field("Message").await;
        ada.type_("/question topic:").await;
        ada.type_("python").await;
        let proposed = "plain(document.querySelector('.picker [aria-selected=true]')?.innerText).includes('Python')";
        ada.until("the topic", proposed, json!(null)).await;
        ada.press(Key::Enter).await;
        ada.focus_is_on("Add an option").await;
        ada.type_("kind:").await;
        ada.type_("choice").await;
        ada.press(Key::Enter).await;
        ada.message_with("used /question").await;
        show(&ada, "used /question").await;
        keep(&ada, "phone.png").await;
    })
    .await;
}

#[test]
fn the_pictures_of_the_readme_are_there_and_light() {
    for name in ["desktop.png", "phone.png"] {
        let picture = std::fs::read(committed().join(name)).unwrap();
        assert!(picture.starts_with(b"\x89PNG"), "{name} is no picture");
        assert!(picture.len() < MOST_BYTES, "{name} has {} bytes", picture.len());
    }
}
