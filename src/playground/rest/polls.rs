//! Polls: who voted for an answer, and ending one before its time.

use serde_json::{Value, json};

use super::access::{message, message_json};
use super::error::{ApiError, NOT_A_POLL, NOT_THE_AUTHOR, POLL_EXPIRED, UNKNOWN_MESSAGE};
use super::{Call, Reply};
use crate::playground::snowflake::Snowflake;
use crate::playground::state::State;
use crate::playground::validate::Form;

pub(super) fn voters(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, 0)?;
    let form = Form::default();
    let query = json!(call.query);
    let root = form.root(&query);
    let limit = root.get("limit").map_or(Some(25), |field| field.integer(1..=100)).unwrap_or(25);
    let after = root.get("after").and_then(|field| field.snowflake());
    form.finish()?;
    let number = call.id("answer_id")?.get();
    let answer = message.poll.as_ref().and_then(|poll| poll.answer(number)).ok_or(UNKNOWN_MESSAGE)?;
    let mut users: Vec<Snowflake> = answer.votes.iter().copied().collect();
    users.retain(|user| after.is_none_or(|after| *user > after));
    users.truncate(usize::try_from(limit).unwrap_or(25));
    let users: Vec<Value> = users.into_iter().map(|user| state.world.user_json(user)).collect();
    Reply::ok(json!({ "users": users }))
}

pub(super) fn expire(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let message = message(state, call, 0)?;
    let id = message.id;
    let poll = message.poll.as_ref().ok_or(NOT_A_POLL)?;
    if message.author != state.world.bot {
        return Err(NOT_THE_AUTHOR);
    }
    if poll.ended {
        return Err(POLL_EXPIRED);
    }
    state.end_poll(id);
    Reply::ok(message_json(state, id)?)
}
