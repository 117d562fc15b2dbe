//! The states of the page that matter, one after another, for whoever wants to look at each of them.

use backroad::playground::Playground;
use serde_json::{Value, json};

use crate::bot::{Bot, commands};
use crate::forms;
use crate::window::{Key, Size, Window};

/// Wider than a phone, however it is wrapped.
const LONG_LINES: &str = "`GET /api/v1/organisations/17/projects/42/members?page=3&per_page=100`\n```sql\n\
    SELECT orders.id, orders.total, customers.name FROM orders JOIN customers ON customers.id = orders.customer_id;\n```";

fn answer() -> Value {
    let options =
        json!([{ "label": "One", "value": "1" }, { "label": "Two", "value": "2", "description": "The second" }]);
    json!({ "type": 4, "data": {
        "content": "An answer with `code`, **more** and ||a secret||.\n> quoted\n```js\nconst one = 1; // first\n```",
        "embeds": [{ "title": "Title", "description": LONG_LINES, "color": 255, "footer": { "text": "small" },
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

/// Leads a window through the states, and has each looked at.
pub(crate) async fn walk(discord: &Playground, bot: &mut Bot, size: Size, mut look: impl AsyncFnMut(&Window, &str)) {
    bot.register(commands()).await;
    let ada = Window::open(discord, "ada", size).await;
    look(&ada, "start").await;

    ada.type_("/").await;
    ada.proposes(&["/ask"]).await;
    look(&ada, "the list of commands").await;
    ada.type_("ask ").await;
    ada.press(Key::Enter).await;
    ada.sees("This option is required.").await;
    look(&ada, "an option with an error").await;
    ada.type_("x").await;
    ada.press(Key::Enter).await;
    bot.answer(answer()).await;
    ada.message_with("An answer").await;
    ada.tab_back_to("Other matches").await;
    ada.press(Key::Enter).await;
    ada.sees("The second").await;
    look(&ada, "an answer with its menu open").await;
    ada.press(Key::Escape).await;
    ada.tab_to("Message").await;

    forms::open(&ada, bot).await;
    ada.press(Key::Enter).await;
    ada.sees("Fill this in.").await;
    look(&ada, "a form with an error").await;
    ada.press(Key::Escape).await;

    discord.member("ben").unwrap().message("a message of ben's").await.unwrap();
    ada.choose_for("a message of ben's", "Reply").await;
    look(&ada, "a reply").await;
    ada.press(Key::Escape).await;
    let actions = "message(given)?.querySelector('[data-menu]')";
    ada.click("the actions of a message", actions, json!("a message of ben's")).await;
    ada.focus_is_on("menuitem").await;
    look(&ada, "the menu of a message").await;
    ada.press(Key::Escape).await;

    ada.click_field("Message").await;
    ask(&ada).await;
    bot.answer(json!({ "type": 4, "data": { "content": "between us", "flags": 64 } })).await;
    ada.message_with("between us").await;
    look(&ada, "a private message").await;

    if matches!(size, Size::Phone) {
        ada.click_button("Servers and channels").await;
        ada.sees("You are Ada").await;
        look(&ada, "the drawer open").await;
    }
}
