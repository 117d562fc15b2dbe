//! What waits of one rank, in the order in which it goes. A lane is asked for what is first, and never looks at everything.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use super::queue::Key;

/// Something that waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) key: Key,
    /// Who takes turns.
    pub(super) server: u64,
    /// By age.
    pub(super) turn: u64,
    pub(super) place: Place,
}

/// Whether something that waits may be sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Ready,
    Resting(Instant),
    /// Something of the same key is under way.
    Held,
}

/// First is the oldest entry of the server that was served the longest time ago.
#[derive(Debug, Default)]
pub(super) struct Lane {
    servers: HashMap<u64, Server>,
    /// Of each server with something ready: when it was served last, its oldest turn, and which it is.
    order: BTreeSet<(u64, u64, u64)>,
    /// What rests, by the moment at which it may go.
    resting: BTreeSet<(Instant, u64, Key)>,
    /// So many have been served.
    serves: u64,
    pub(super) under_way: usize,
}

impl Lane {
    pub(super) fn add(&mut self, Entry { key, server, turn, place }: Entry) {
        match place {
            Place::Ready => self.change(server, |server| {
                server.ready.insert(turn, key);
            }),
            Place::Resting(until) => {
                self.resting.insert((until, turn, key));
            }
            Place::Held => {}
        }
    }

    /// The entry must be as it was added.
    pub(super) fn remove(&mut self, Entry { key, server, turn, place }: Entry) {
        match place {
            Place::Ready => self.change(server, |server| {
                server.ready.remove(&turn);
            }),
            Place::Resting(until) => {
                self.resting.remove(&(until, turn, key));
            }
            Place::Held => {}
        }
    }

    /// Notes that it was a server's turn.
    pub(super) fn serve(&mut self, server: u64) {
        self.serves += 1;
        let serves = self.serves;
        self.change(server, |server| server.served = serves);
    }

    /// For when nothing waits any more: then it is nobody's turn.
    pub(super) fn forget_turns(&mut self) {
        self.servers.clear();
    }

    /// What is ready and goes first.
    pub(super) fn first(&self) -> Option<Key> {
        let (_, turn, server) = self.order.first()?;
        self.servers.get(server)?.ready.get(turn).copied()
    }

    /// Something that has rested long enough.
    pub(super) fn rested(&self, now: Instant, hurry: bool) -> Option<Key> {
        self.resting.first().filter(|(until, ..)| hurry || *until <= now).map(|(.., key)| *key)
    }

    /// From when something may go.
    pub(super) fn ready_at(&self, now: Instant, hurry: bool) -> Option<Instant> {
        if !self.order.is_empty() {
            return Some(now);
        }
        self.resting.first().map(|(until, ..)| if hurry { now } else { now.max(*until) })
    }

    /// Changes a server, and its place in the order with it.
    fn change(&mut self, id: u64, change: impl FnOnce(&mut Server)) {
        let server = self.servers.entry(id).or_default();
        let place = |server: &Server| Some((server.served, *server.ready.keys().next()?, id));
        if let Some(place) = place(server) {
            self.order.remove(&place);
        }
        change(server);
        self.order.extend(place(server));
    }
}

#[derive(Debug, Default)]
struct Server {
    /// By turn.
    ready: BTreeMap<u64, Key>,
    /// The number of its last serve.
    served: u64,
}
