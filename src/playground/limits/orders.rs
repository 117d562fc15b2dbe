//! What tests and demos can order about limits: other budgets, exhausted buckets, the global limit, invalid requests.

use std::time::Duration;

use serde::Deserialize;

use super::budgets::{self, Bucket, Budget};
use super::{Block, Limits};
use crate::playground::Playground;
use crate::playground::member::{ActError, refused};
use crate::playground::rest;

/// Whose limit a 429 tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitScope {
    /// The bot's own.
    User,
    /// One that all bots share; such a 429 is no invalid request.
    Shared,
}

/// In a path `*` stands for any part: `/channels/*/messages`. The API's own templates are understood, too.
impl Playground {
    /// Whether there are rate limits at all. Switching forgets what was counted and ordered, except for budgets.
    pub fn switch_rate_limits(&self, on: bool) {
        self.shared.change(|state| state.limits.switch(on));
    }

    /// Sets how many requests a route takes in a time, for each channel, guild or webhook. Routes that share a bucket,
    /// such as all that belong to one interaction, are changed together.
    ///
    /// # Errors
    /// When there is no such route, or the budget is nothing.
    pub fn set_rate_limit(&self, method: &str, path: &str, requests: u32, per: Duration) -> Result<(), ActError> {
        self.shared.change(|state| state.limits.set(method, path, requests, per))
    }

    /// Exhausts the bucket of a route for a time: that of one channel, guild or webhook, or all of them with `*`.
    ///
    /// # Errors
    /// When there is no such route, or the time is nothing.
    pub fn exhaust_rate_limit(
        &self,
        method: &str,
        path: &str,
        scope: LimitScope,
        how_long: Duration,
    ) -> Result<(), ActError> {
        self.shared.change(|state| {
            let now = state.clock.flowing_ms();
            state.limits.exhaust(method, path, scope, how_long, now)
        })
    }

    /// Refuses every request but those about interactions for a time.
    ///
    /// # Errors
    /// When the time is nothing.
    pub fn exhaust_global_limit(&self, how_long: Duration) -> Result<(), ActError> {
        self.shared.change(|state| {
            let now = state.clock.flowing_ms();
            state.limits.exhaust_global(how_long, now)
        })
    }

    /// Counts invalid requests that were never made. With 10,000 of them in ten minutes the address is banned.
    pub fn count_invalid_requests(&self, count: usize) {
        self.shared.change(|state| {
            let now = state.clock.flowing_ms();
            state.limits.count_invalid(count, now);
        });
    }
}

impl Limits {
    pub(in crate::playground) fn switch(&mut self, on: bool) {
        let changed = std::mem::take(&mut self.changed);
        *self = Self { on, changed, ..Self::default() };
    }

    pub(in crate::playground) fn set(
        &mut self,
        method: &str,
        path: &str,
        requests: u32,
        per: Duration,
    ) -> Result<(), ActError> {
        let per_ms = millis(per)?;
        if requests == 0 {
            return Err(refused("A route takes at least one request."));
        }
        let (bucket, _) = bucket(method, path)?;
        self.changed.insert(bucket, Budget { requests, per_ms });
        self.windows.retain(|(known, _), _| *known != bucket);
        Ok(())
    }

    pub(in crate::playground) fn exhaust(
        &mut self,
        method: &str,
        path: &str,
        scope: LimitScope,
        how_long: Duration,
        now_ms: i64,
    ) -> Result<(), ActError> {
        let until_ms = now_ms.saturating_add(millis(how_long)?);
        let (bucket, id) = bucket(method, path)?;
        self.blocks.push(Block { bucket, id, scope, until_ms });
        Ok(())
    }

    pub(in crate::playground) fn exhaust_global(&mut self, how_long: Duration, now_ms: i64) -> Result<(), ActError> {
        self.global_until_ms = now_ms.saturating_add(millis(how_long)?);
        Ok(())
    }
}

fn bucket(method: &str, path: &str) -> Result<(Bucket, Option<String>), ActError> {
    let found = rest::limited_route(method, path);
    let (method, template, id) = found.ok_or_else(|| refused(format!("The API has no route {method} {path}.")))?;
    let any = id.contains(['*', '{']);
    Ok((budgets::of_route(method, template).0, (!any).then_some(id)))
}

fn millis(duration: Duration) -> Result<i64, ActError> {
    let ms = i64::try_from(duration.as_millis()).ok().filter(|ms| *ms > 0);
    ms.ok_or_else(|| refused("A time for limits is at least one millisecond."))
}
