//! Polls: a question, one to ten answers, and how long they stay open.

use serde_json::{Value, json};

use super::Field;
use crate::playground::json::set;
use crate::playground::reactions::is_emoji;

/// The longest time: 32 days.
const MOST_HOURS: i64 = 768;

/// A checked poll.
#[derive(Clone, Debug)]
pub(in crate::playground) struct NewPoll {
    pub(in crate::playground) question: String,
    /// Text and perhaps an emoji.
    pub(in crate::playground) answers: Vec<Value>,
    pub(in crate::playground) multiselect: bool,
    pub(in crate::playground) hours: i64,
}

pub(super) fn poll(root: &Field<'_>) -> Option<NewPoll> {
    if !root.is_object() {
        return None;
    }
    let question = root.require("question").filter(Field::is_object);
    let question = question.and_then(|question| question.require("text")).and_then(|text| text.trimmed(1..=300));
    let list = root.require("answers");
    let answers = list.map(|list| list.items(1..=10).iter().map(answer).collect());
    let multiselect = root.get("allow_multiselect").and_then(|field| field.boolean()).unwrap_or(false);
    let hours = root.get("duration").map_or(Some(24), |field| field.integer(1..=MOST_HOURS));
    root.get("layout_type").and_then(|field| field.one_of(&[1]));
    Some(NewPoll { question: question?.to_owned(), answers: answers?, multiselect, hours: hours? })
}

fn answer(answer: &Field<'_>) -> Value {
    let Some(media) = answer.is_object().then(|| answer.require("poll_media")).flatten().filter(Field::is_object)
    else {
        return Value::Null;
    };
    let text = media.require("text").and_then(|text| text.trimmed(1..=55));
    let mut json = json!({ "text": text });
    if let Some(emoji) = media.get("emoji").filter(Field::is_object) {
        let name = emoji.get("name").and_then(|name| name.text(1..=32));
        match name.filter(|name| is_emoji(name)) {
            Some(name) => set(&mut json, "emoji", json!({ "id": null, "name": name })),
            None => emoji.problem_at("name", "POLL_INVALID_EMOJI", "Invalid emoji"),
        }
    }
    json
}
