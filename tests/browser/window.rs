//! A window in which a member uses the page. What it offers reads like what they do.

use std::time::{Duration, Instant};

use backroad::playground::Playground;
use fantoccini::Client;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::{Element, ElementRef};
use serde_json::{Value, json};

use crate::driver::Driver;

/// Nothing here takes long; who waits longer than this waits for what never comes.
const PATIENCE: Duration = Duration::from_secs(30);

const HELPERS: &str = include_str!("page.js");

#[derive(Clone, Copy)]
pub(crate) enum Size {
    Desktop,
    /// A larger desktop whose pictures are as large as those of the other one.
    LargeDesktop,
    Phone,
}

impl Size {
    /// Width, height, and how many points a pixel has.
    pub(crate) fn pixels(self) -> (u32, u32, f64) {
        match self {
            Self::Desktop => (1280, 800, 1.0),
            Self::LargeDesktop => (1504, 940, 1280.0 / 1504.0),
            Self::Phone => (390, 844, 2.0),
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Key {
    Enter,
    Tab,
    Escape,
    Backspace,
    Up,
    Down,
    Space,
}

impl Key {
    fn code(self) -> char {
        match self {
            Self::Enter => '\u{e007}',
            Self::Tab => '\u{e004}',
            Self::Escape => '\u{e00c}',
            Self::Backspace => '\u{e003}',
            Self::Up => '\u{e013}',
            Self::Down => '\u{e015}',
            Self::Space => ' ',
        }
    }
}

const SHIFT: char = '\u{e008}';

/// One browser with the page in it. It ends with its window.
pub(crate) struct Window {
    client: Client,
    driver: &'static Driver,
    session: String,
    member: String,
}

impl Drop for Window {
    fn drop(&mut self) {
        self.driver.close(&self.session);
    }
}

impl Window {
    /// Opens the page as a member, and waits until it is drawn.
    pub(crate) async fn open(discord: &Playground, member: &str, size: Size) -> Self {
        Self::open_at(&format!("{}/?as={member}", discord.api_url()), member, size).await
    }

    pub(crate) async fn open_at(url: &str, member: &str, size: Size) -> Self {
        let driver = Driver::get().expect("a story begins only where there is a browser");
        let client = driver.open(size).await;
        let session = client.session_id().await.expect("the session has an id").expect("there is a session");
        let window = Self { client, driver, session, member: member.to_owned() };
        window.client.goto(url).await.expect("the page is served");
        window.is_drawn().await;
        window
    }

    async fn is_drawn(&self) {
        self.until("the page to be drawn", "document.body.classList.contains('ready')", json!(null)).await;
    }

    /// Goes on in dark or light colours, as if they had been chosen before.
    pub(crate) async fn in_theme(&self, theme: &str) {
        self.run("localStorage.setItem('theme', given);", json!(theme)).await;
        self.reload().await;
    }

    // Looking

    /// Runs a script in the page; what it gets is `given`.
    pub(crate) async fn run(&self, script: &str, given: Value) -> Value {
        self.try_run(script, given).await.unwrap_or_else(|error| panic!("{script}\n{error}"))
    }

    async fn try_run(&self, script: &str, given: Value) -> Result<Value, fantoccini::error::CmdError> {
        let script = format!("{HELPERS}\nconst [given] = arguments;\n{script}");
        self.client.execute(&script, vec![given]).await
    }

    /// Waits until an expression is true, and gives back what it is. `awaited` says in words what that means.
    pub(crate) async fn until(&self, awaited: &str, look: &str, given: Value) -> Value {
        let began = Instant::now();
        while let Some(left) = PATIENCE.checked_sub(began.elapsed()) {
            let script = format!(
                "{HELPERS}\nconst [given, done] = arguments;\nuntil(() => ({look}), {}).then(done);",
                left.as_millis()
            );
            match self.client.execute_async(&script, vec![given.clone()]).await {
                Ok(Value::Null) => break,
                Ok(found) => return found,
                // The page was left while it was looked at: the next one is looked at.
                Err(error) if error.is_javascript_error() && error.to_string().contains("unloaded") => {}
                Err(error) => panic!("{awaited}: {error}\n{look}"),
            }
        }
        panic!(
            "{}'s window never came to this: {awaited}. It shows:\n{}\nThe focus is on: {}",
            self.member,
            self.text().await,
            self.focused().await
        );
    }

    /// Everything that can be read in the window.
    pub(crate) async fn text(&self) -> String {
        self.run("return readable();", json!(null)).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the words can be read.
    pub(crate) async fn sees(&self, words: &str) {
        self.until(&format!("the words {words:?}"), "readable().includes(given)", json!(words)).await;
    }

    /// Waits until the words cannot be read any more. What never was there is to be asked for after something that came
    /// later is seen.
    pub(crate) async fn does_not_see(&self, words: &str) {
        self.until(&format!("no words {words:?}"), "!readable().includes(given)", json!(words)).await;
    }

    /// Waits until the words were said to people who listen.
    pub(crate) async fn hears(&self, words: &str) {
        self.until(&format!("{words:?} is said"), "said().includes(given)", json!(words)).await;
    }

    /// Waits for a message with the words, and gives back all of its text.
    pub(crate) async fn message_with(&self, words: &str) -> String {
        let look = "message(given) && plain(message(given).innerText)";
        let found = self.until(&format!("a message with {words:?}"), look, json!(words)).await;
        found.as_str().unwrap_or_default().to_owned()
    }

    /// What has the focus: its role and its name.
    pub(crate) async fn focused(&self) -> String {
        self.run("return focused();", json!(null)).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until something with the words in its role or name has the focus.
    pub(crate) async fn focus_is_on(&self, words: &str) {
        self.until(&format!("the focus on {words:?}"), "focused().includes(given)", json!(words)).await;
    }

    /// From now on the window watches whether the focus is lost, which `focus_was_kept` tells.
    pub(crate) async fn watch_the_focus(&self) {
        let script = "window.lost = [];
            let before = focused();
            const look = () => {
                const now = focused();
                if (now === 'body' && before !== 'body') window.lost.push(before);
                before = now;
                requestAnimationFrame(look);
            };
            look();";
        self.run(script, json!(null)).await;
    }

    /// Since it is watched the focus was never lost to the page as a whole.
    pub(crate) async fn focus_was_kept(&self) {
        let lost = self.run("return window.lost;", json!(null)).await;
        assert_eq!(lost, json!([]), "here the focus was lost, and the next Tab begins at the top of the page");
    }

    /// What a field holds.
    pub(crate) async fn value_of(&self, name: &str) -> String {
        let look = "field(given) && { value: field(given).value }";
        let found = self.until(&format!("a field {name:?}"), look, json!(name)).await;
        found["value"].as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a field is said to be wrong, or not any more.
    pub(crate) async fn field_is_wrong(&self, name: &str, wrong: bool) {
        let look = "field(given[0]) && (field(given[0]).getAttribute('aria-invalid') === 'true') === given[1]";
        self.until(&format!("the field {name:?} to be wrong: {wrong}"), look, json!([name, wrong])).await;
    }

    /// Waits until the list above the message box proposes exactly this.
    pub(crate) async fn proposes(&self, labels: &[&str]) {
        let look = "JSON.stringify([...document.querySelectorAll('.picker [role=option] .option-label')]
            .filter(inSight).map((one) => plain(one.innerText))) === JSON.stringify(given)";
        self.until(&format!("the proposals {labels:?}"), look, json!(labels)).await;
    }

    /// Waits until the window's title holds the words.
    pub(crate) async fn title_has(&self, words: &str) {
        self.until(&format!("{words:?} in the title"), "document.title.includes(given)", json!(words)).await;
    }

    // Keys

    /// Types into whatever has the focus.
    pub(crate) async fn type_(&self, text: &str) {
        let mut keys = KeyActions::new("keyboard".to_owned());
        for value in text.chars() {
            keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(keys).await.expect("the keys are pressed");
    }

    pub(crate) async fn press(&self, key: Key) {
        self.type_(&key.code().to_string()).await;
    }

    pub(crate) async fn press_shift(&self, key: Key) {
        let value = key.code();
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: SHIFT })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: SHIFT });
        self.client.perform_actions(keys).await.expect("the keys are pressed");
    }

    /// Presses Tab until something with the words in its role or name has the focus. The focus must never be lost.
    pub(crate) async fn tab_to(&self, words: &str) {
        self.walk_to(words, false).await;
    }

    /// The same backwards.
    pub(crate) async fn tab_back_to(&self, words: &str) {
        self.walk_to(words, true).await;
    }

    async fn walk_to(&self, words: &str, back: bool) {
        let mut way = Vec::new();
        for _ in 0..80 {
            if back {
                self.press_shift(Key::Tab).await;
            } else {
                self.press(Key::Tab).await;
            }
            let here = self.focused().await;
            if here.contains(words) {
                return;
            }
            way.push(here);
        }
        panic!("{}'s focus never came to {words:?}, but to:\n{}", self.member, way.join("\n"));
    }

    // Mouse and finger

    /// Presses something with the name: a button, a link, an entry of a list or menu.
    pub(crate) async fn click_button(&self, name: &str) {
        self.click(&format!("something to press that is called {name:?}"), "pressable(given)", json!(name)).await;
    }

    /// Presses something of the newest message with the words.
    pub(crate) async fn click_in(&self, words: &str, name: &str) {
        let look = "message(given[0]) && pressable(given[1], message(given[0]))";
        self.click(&format!("{name:?} in the message with {words:?}"), look, json!([words, name])).await;
    }

    /// Puts the cursor into a field.
    pub(crate) async fn click_field(&self, name: &str) {
        self.click(&format!("a field {name:?}"), "field(given)", json!(name)).await;
    }

    /// Opens the menu of the newest message with the words, and chooses from it.
    pub(crate) async fn choose_for(&self, words: &str, action: &str) {
        // The button is in sight when the message is below the pointer.
        let look = "message(given)?.querySelector('[data-menu]')";
        self.click(&format!("the actions of the message with {words:?}"), look, json!(words)).await;
        self.click_button(action).await;
    }

    /// Presses what an expression finds. What is drawn anew or covered at that moment is tried again.
    pub(crate) async fn click(&self, awaited: &str, look: &str, given: Value) {
        let began = Instant::now();
        loop {
            let found = self.until(awaited, look, given.clone()).await;
            let error = match self.element(&found).click().await {
                Ok(()) => return,
                Err(error) => error,
            };
            let passes = error.is_stale_element_reference() || error.to_string().contains("intercepted");
            assert!(passes && began.elapsed() < PATIENCE, "{awaited}: {error}");
        }
    }

    fn element(&self, found: &Value) -> Element {
        let id = found.as_object().and_then(|object| object.values().next()).and_then(Value::as_str);
        let id = id.unwrap_or_else(|| panic!("no element of the page: {found}"));
        Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned()))
    }

    // The browser

    pub(crate) async fn reload(&self) {
        self.client.refresh().await.expect("the page is served again");
        self.is_drawn().await;
    }

    pub(crate) async fn back(&self) {
        self.client.back().await.expect("there is a page before");
    }

    pub(crate) async fn screenshot(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("a picture is taken")
    }
}
