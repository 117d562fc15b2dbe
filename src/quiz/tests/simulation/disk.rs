//! The disk: it survives a kill, takes a batch as a whole or not at all, and is full at times.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::quiz::{Change, Session, SessionId};

#[derive(Default)]
pub struct Disk {
    /// By number, with their versions; index 0 is unused.
    sessions: Vec<Option<(Arc<Session>, u64)>>,
    /// Those to which something may still happen.
    live: BTreeSet<SessionId>,
    pub full: bool,
    writes: u32,
}

/// A JSON round trip is slow, so it is made once in so many writes.
const ROUND_TRIP: u32 = 1500;

impl Disk {
    /// The sessions of the batch that are stored in another version, which are left out.
    pub fn stale(&self, changes: &[Change]) -> Vec<SessionId> {
        let stale = changes.iter().filter(|change| change.version != self.version(change.session.id));
        stale.map(|change| change.session.id).collect()
    }

    fn version(&self, id: SessionId) -> Option<u64> {
        self.get(id).map(|(_, version)| *version)
    }

    pub fn get(&self, id: SessionId) -> Option<&(Arc<Session>, u64)> {
        self.sessions.get(id.0 as usize)?.as_ref()
    }

    pub fn write(&mut self, change: &Change) -> Result<(), String> {
        let id = change.session.id;
        if !change.session.is_over() {
            let place = change.session.place;
            let mut others = self.live.iter().filter(|other| **other != id).filter_map(|other| self.get(*other));
            if others.any(|(other, _)| other.place == place && !other.is_over()) {
                return Err(format!("two games at once in channel {}", place.channel));
            }
        }
        self.writes += 1;
        if self.writes.is_multiple_of(ROUND_TRIP) {
            round_trip(&change.session)?;
        }
        let at = id.0 as usize;
        if self.sessions.len() <= at {
            self.sessions.resize(at + 1, None);
        }
        self.sessions[at] = Some((Arc::clone(&change.session), change.version.unwrap_or(0) + 1));
        match change.session.is_done() {
            true => self.live.remove(&id),
            false => self.live.insert(id),
        };
        Ok(())
    }

    /// Another process writes the same again.
    pub fn touch(&mut self, id: SessionId) {
        if let Some(Some((_, version))) = self.sessions.get_mut(id.0 as usize) {
            *version += 1;
        }
    }

    pub fn live(&self) -> impl Iterator<Item = &(Arc<Session>, u64)> {
        self.live.iter().filter_map(|id| self.get(*id))
    }

    pub fn all(&self) -> impl Iterator<Item = &Arc<Session>> {
        self.sessions.iter().flatten().map(|(session, _)| session)
    }
}

fn round_trip(session: &Session) -> Result<(), String> {
    let stored = serde_json::to_string(session).map_err(|error| error.to_string())?;
    let mut loaded: Session = serde_json::from_str(&stored).map_err(|error| format!("{error} in {stored}"))?;
    loaded.cards = Arc::clone(&session.cards);
    (loaded == *session).then_some(()).ok_or_else(|| format!("{stored} is loaded as {loaded:?}"))
}
