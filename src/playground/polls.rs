//! Polls: questions in messages that members vote on until their time is over.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::clock::iso8601;
use super::events::POLLS;
use super::json::set;
use super::messages::{Origin, POLL_RESULT, Reference};
use super::snowflake::Snowflake;
use super::state::State;
use super::validate::{Draft, NewPoll};

#[derive(Clone, Debug)]
pub(super) struct Poll {
    question: String,
    answers: Vec<Answer>,
    pub(super) multiselect: bool,
    pub(super) expires_ms: i64,
    pub(super) ended: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// Text and perhaps an emoji, as Discord writes them.
    media: Value,
    pub(super) votes: BTreeSet<Snowflake>,
}

impl Poll {
    pub(super) fn new(poll: NewPoll, now_ms: i64) -> Self {
        let answers = poll.answers.into_iter().map(|media| Answer { media, votes: BTreeSet::new() });
        Self {
            question: poll.question,
            answers: answers.collect(),
            multiselect: poll.multiselect,
            expires_ms: now_ms + poll.hours * 3_600_000,
            ended: false,
        }
    }

    /// Answers are numbered from 1.
    pub(super) fn answer(&self, number: u64) -> Option<&Answer> {
        self.answers.get(usize::try_from(number.checked_sub(1)?).ok()?)
    }

    pub(super) fn json(&self, bot: Snowflake) -> Value {
        let numbered = || self.answers.iter().zip(1_u64..);
        let answers: Vec<Value> =
            numbered().map(|(answer, id)| json!({ "answer_id": id, "poll_media": answer.media })).collect();
        let voted = numbered().filter(|(answer, _)| !answer.votes.is_empty());
        let counts: Vec<Value> = voted
            .map(|(answer, id)| json!({ "id": id, "count": answer.votes.len(), "me_voted": answer.votes.contains(&bot) }))
            .collect();
        json!({
            "question": { "text": self.question }, "answers": answers, "expiry": iso8601(self.expires_ms),
            "allow_multiselect": self.multiselect, "layout_type": 1,
            "results": { "is_finalized": self.ended, "answer_counts": counts },
        })
    }

    /// What the system message at the end tells, as the fields of an embed. Their names are documented.
    fn result(&self) -> Value {
        let total: usize = self.answers.iter().map(|answer| answer.votes.len()).sum();
        let most = self.answers.iter().map(|answer| answer.votes.len()).max().unwrap_or_default();
        let mut winners = self.answers.iter().zip(1_u64..).filter(|(answer, _)| answer.votes.len() == most && most > 0);
        let mut fields = vec![
            ("poll_question_text", self.question.clone()),
            ("victor_answer_votes", most.to_string()),
            ("total_votes", total.to_string()),
        ];
        // A tie has no winner.
        if let (Some((answer, id)), None) = (winners.next(), winners.next()) {
            let text = answer.media.get("text").and_then(Value::as_str).unwrap_or_default();
            fields.push(("victor_answer_id", id.to_string()));
            fields.push(("victor_answer_text", text.to_owned()));
        }
        let fields: Vec<Value> =
            fields.into_iter().map(|(name, value)| json!({ "name": name, "value": value, "inline": false })).collect();
        json!({ "type": "poll_result", "fields": fields })
    }
}

impl State {
    /// Sets what somebody votes for; nothing takes the vote back. Answers that are not there are ignored.
    pub(super) fn vote(&mut self, id: Snowflake, user: Snowflake, chosen: &[u64]) {
        let Some(poll) = self.messages.get_mut(id).and_then(|message| message.poll.as_mut()) else { return };
        let mut changes = Vec::new();
        for (answer, number) in poll.answers.iter_mut().zip(1_u64..) {
            if chosen.contains(&number) {
                changes.extend(answer.votes.insert(user).then_some(("MESSAGE_POLL_VOTE_ADD", number)));
            } else {
                changes.extend(answer.votes.remove(&user).then_some(("MESSAGE_POLL_VOTE_REMOVE", number)));
            }
        }
        let Some(message) = self.messages.get_mut(id) else { return };
        message.revision += 1;
        let channel = message.channel;
        for (event, number) in changes {
            let mut data = self.message_pointer(id);
            set(&mut data, "user_id", user);
            set(&mut data, "answer_id", number);
            self.tell_of_channel(event, channel, POLLS, &data);
        }
    }

    /// Ends a poll and tells how it went.
    pub(super) fn end_poll(&mut self, id: Snowflake) {
        let Some(message) = self.messages.get_mut(id) else { return };
        let Some(poll) = message.poll.as_mut().filter(|poll| !poll.ended) else { return };
        poll.ended = true;
        poll.expires_ms = poll.expires_ms.min(self.clock.now_ms());
        message.revision += 1;
        let result = poll.result();
        let (channel, author) = (message.channel, message.author);
        self.announce("MESSAGE_UPDATE", id);
        let reference = Some(Reference { channel, message: Some(id) });
        let told = Origin { reference, ..Origin::plain(channel, author, POLL_RESULT) };
        self.post(Draft { embeds: Some(vec![result]), ..Draft::default() }, told);
    }

    pub(super) fn end_polls(&mut self) {
        let now = self.now_ms();
        while let Some((_, id)) = self.poll_ends.first().copied().filter(|(end, _)| *end <= now) {
            self.poll_ends.pop_first();
            self.end_poll(id);
        }
    }
}
