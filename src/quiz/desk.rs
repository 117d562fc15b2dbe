//! All sessions that are under way. Events are taken in batches: what a batch changed is stored as a whole and kept, or
//! taken back as a whole. Nothing is written here; [`Desk::changes`] says what is to be written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::event::{Effect, Event, RoundRecord};
use super::session::Session;
#[cfg(test)]
use super::tests::sabotage::{self, Fault};
use super::{SessionId, UnixMs};

#[derive(Debug, Default)]
pub struct Desk {
    sessions: HashMap<SessionId, Held>,
    /// The last session of each channel.
    channels: HashMap<u64, SessionId>,
    timers: BTreeSet<(UnixMs, SessionId)>,
    /// What the open batch touched, as it was before; `None` when there was no such session.
    before: BTreeMap<SessionId, Option<Held>>,
    records: BTreeMap<SessionId, Vec<RoundRecord>>,
}

#[derive(Clone, Debug)]
struct Held {
    session: Arc<Session>,
    version: u64,
}

/// What a batch did to a session.
#[derive(Clone, Debug)]
pub struct Change {
    pub session: Arc<Session>,
    /// The version that the stored session must have; `None` for a new one. The version after is one more, or 1.
    pub version: Option<u64>,
    pub records: Vec<RoundRecord>,
}

impl Desk {
    /// Takes a session as it is stored.
    pub fn load(&mut self, session: Session, version: u64) {
        let id = session.id;
        if !session.is_over() {
            self.channels.insert(session.place.channel, id);
        }
        self.put(id, Some(Held { session: Arc::new(session), version }));
    }

    pub fn get(&self, id: SessionId) -> Option<&Arc<Session>> {
        self.sessions.get(&id).map(|held| &held.session)
    }

    /// The session that is played in a channel.
    pub fn running_in(&self, channel: u64) -> Option<&Arc<Session>> {
        self.get(*self.channels.get(&channel)?).filter(|session| !session.is_over())
    }

    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// Every session, by its number.
    pub fn ids(&self) -> Vec<SessionId> {
        let mut ids: Vec<SessionId> = self.sessions.keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    /// Takes a new session. The caller has looked that none is played in its channel.
    pub fn start(&mut self, mut session: Session, now: UnixMs) -> Vec<Effect> {
        let id = session.id;
        self.before.entry(id).or_insert(None);
        self.channels.insert(session.place.channel, id);
        let effects = session.open(now);
        self.put(id, Some(Held { session: Arc::new(session), version: 0 }));
        self.keep_records(id, effects)
    }

    /// Lets a session handle an event. `None` when there is no such session here.
    pub fn handle(&mut self, id: SessionId, event: Event, now: UnixMs) -> Option<Vec<Effect>> {
        // Taken out, so that it is copied once in a batch: for the case that the batch is taken back.
        let mut held = self.sessions.remove(&id)?;
        if let Some(at) = held.session.wakes_at() {
            self.timers.remove(&(at, id));
        }
        self.before.entry(id).or_insert_with(|| Some(held.clone()));
        let effects = Arc::make_mut(&mut held.session).handle(event, now);
        self.put(id, Some(held));
        Some(self.keep_records(id, effects))
    }

    fn keep_records(&mut self, id: SessionId, effects: Vec<Effect>) -> Vec<Effect> {
        let mut rest = Vec::with_capacity(effects.len());
        for effect in effects {
            match effect {
                Effect::Record(record) => self.records.entry(id).or_default().push(record),
                other => rest.push(other),
            }
        }
        rest
    }

    /// Puts a session in its place, and its timer with it.
    fn put(&mut self, id: SessionId, held: Option<Held>) {
        if let Some(at) = self.get(id).and_then(|session| session.wakes_at()) {
            self.timers.remove(&(at, id));
        }
        match held {
            Some(held) => {
                self.timers.extend(held.session.wakes_at().map(|at| (at, id)));
                self.sessions.insert(id, held);
            }
            None => drop(self.sessions.remove(&id)),
        }
    }

    /// When something happens by itself.
    pub fn next_due(&self) -> Option<UnixMs> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// The sessions whose time has come, the longest overdue first.
    pub fn due(&self, now: UnixMs) -> Vec<SessionId> {
        self.timers.iter().take_while(|(at, _)| *at <= now).map(|(_, id)| *id).collect()
    }

    /// What has to be written so that the batch counts, by the sessions' numbers.
    pub fn changes(&self) -> Vec<Change> {
        let changed = self.before.iter().filter_map(|(id, before)| {
            let held = self.sessions.get(id)?;
            let same = before.as_ref().is_some_and(|before| before.session == held.session);
            let records = self.records.get(id).cloned().unwrap_or_default();
            let version = before.as_ref().map(|before| before.version);
            (!same).then(|| Change { session: Arc::clone(&held.session), version, records })
        });
        changed.collect()
    }

    /// The batch is written. Sessions to which nothing can happen any more are let go.
    pub fn commit(&mut self) {
        for (id, before) in std::mem::take(&mut self.before) {
            let Some(held) = self.sessions.get_mut(&id) else { continue };
            if before.is_none_or(|before| before.session != held.session) {
                held.version += 1;
            }
            if held.session.is_done() {
                self.forget(id);
            }
        }
        self.records.clear();
    }

    /// The batch is not written: everything is as it was before it.
    pub fn roll_back(&mut self) {
        #[cfg(test)]
        if sabotage::is_on(Fault::KeepAfterRollBack) {
            self.before.clear();
        }
        for (id, before) in std::mem::take(&mut self.before) {
            self.take_back(id, before);
        }
        self.records.clear();
    }

    /// One session of the batch is not written, because it is stored in another version. It is to be loaded anew.
    pub fn drop_stale(&mut self, id: SessionId) {
        self.before.remove(&id);
        self.records.remove(&id);
        self.forget(id);
    }

    fn take_back(&mut self, id: SessionId, before: Option<Held>) {
        match before {
            Some(held) => {
                if !held.session.is_over() {
                    self.channels.insert(held.session.place.channel, id);
                }
                self.put(id, Some(held));
            }
            None => self.forget(id),
        }
    }

    fn forget(&mut self, id: SessionId) {
        let channel = self.get(id).map(|session| session.place.channel);
        self.put(id, None);
        if let Some(channel) = channel.filter(|channel| self.channels.get(channel) == Some(&id)) {
            self.channels.remove(&channel);
        }
    }
}
