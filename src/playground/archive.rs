//! All messages, and the ways to find them without looking at others: by id, by channel, and by nonce.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeBounds;

use serde_json::Value;

use super::messages::Message;
use super::snowflake::Snowflake;

/// Most messages for a single person that are kept; older ones are forgotten, as clients forget them.
const MOST_PRIVATE: usize = 50_000;

/// Where a message is, whose it is, who sees it and its nonce never change.
#[derive(Default)]
pub(super) struct Messages {
    all: BTreeMap<Snowflake, Box<Message>>,
    /// By channel, those that everybody sees.
    public: HashMap<Snowflake, BTreeSet<Snowflake>>,
    /// By channel and person.
    private: HashMap<(Snowflake, Snowflake), BTreeSet<Snowflake>>,
    all_private: BTreeSet<Snowflake>,
    /// By author and nonce the last message that had it.
    nonces: HashMap<(Snowflake, String), Snowflake>,
}

impl Messages {
    pub(super) fn get(&self, id: Snowflake) -> Option<&Message> {
        self.all.get(&id).map(|message| &**message)
    }

    pub(super) fn get_mut(&mut self, id: Snowflake) -> Option<&mut Message> {
        self.all.get_mut(&id).map(|message| &mut **message)
    }

    pub(super) fn insert(&mut self, message: Message) {
        let (id, channel) = (message.id, message.channel);
        match message.private_to {
            Some(user) => {
                self.private.entry((channel, user)).or_default().insert(id);
                self.all_private.insert(id);
            }
            None => drop(self.public.entry(channel).or_default().insert(id)),
        }
        if let Some(nonce) = &message.nonce {
            self.nonces.insert((message.author, nonce.to_string()), id);
        }
        self.all.insert(id, Box::new(message));
        if self.all_private.len() > MOST_PRIVATE
            && let Some(oldest) = self.all_private.first().copied()
        {
            self.remove(oldest);
        }
    }

    pub(super) fn remove(&mut self, id: Snowflake) -> Option<Message> {
        let message = *self.all.remove(&id)?;
        match message.private_to {
            Some(user) => {
                take(&mut self.private, &(message.channel, user), id);
                self.all_private.remove(&id);
            }
            None => take(&mut self.public, &message.channel, id),
        }
        if let Some(nonce) = &message.nonce {
            let key = (message.author, nonce.to_string());
            if self.nonces.get(&key) == Some(&id) {
                self.nonces.remove(&key);
            }
        }
        Some(message)
    }

    /// Forgets all messages of a channel.
    pub(super) fn remove_channel(&mut self, channel: Snowflake) {
        let private = self.private.iter().filter(|((place, _), _)| *place == channel).flat_map(|(_, ids)| ids);
        let gone: Vec<Snowflake> = self.public.get(&channel).into_iter().flatten().chain(private).copied().collect();
        for id in gone {
            self.remove(id);
        }
    }

    /// Oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Message> {
        self.all.values().map(|message| &**message)
    }

    /// What everybody sees in a channel, oldest first.
    pub(super) fn public(
        &self,
        channel: Snowflake,
        range: impl RangeBounds<Snowflake> + Clone,
    ) -> impl DoubleEndedIterator<Item = &Message> {
        self.among(self.public.get(&channel), range)
    }

    /// What somebody sees in a channel, oldest first.
    pub(super) fn seen(
        &self,
        channel: Snowflake,
        user: Snowflake,
        range: impl RangeBounds<Snowflake> + Clone,
    ) -> Vec<&Message> {
        let own = self.among(self.private.get(&(channel, user)), range.clone());
        by_age(self.public(channel, range).chain(own))
    }

    /// The newest of these, at most `most`, oldest first.
    pub(super) fn newest_seen(
        &self,
        channel: Snowflake,
        user: Snowflake,
        range: impl RangeBounds<Snowflake> + Clone,
        most: usize,
    ) -> Vec<&Message> {
        let own = self.among(self.private.get(&(channel, user)), range.clone());
        let mut newest = by_age(self.public(channel, range).rev().take(most).chain(own.rev().take(most)));
        newest.drain(..newest.len().saturating_sub(most));
        newest
    }

    fn among(
        &self,
        ids: Option<&BTreeSet<Snowflake>>,
        range: impl RangeBounds<Snowflake> + Clone,
    ) -> impl DoubleEndedIterator<Item = &Message> {
        let ids = ids.into_iter().flat_map(move |ids| ids.range(range.clone()));
        ids.filter_map(|id| self.get(*id))
    }

    /// The last message of an author with a nonce.
    pub(super) fn with_nonce(&self, author: Snowflake, nonce: &Value) -> Option<&Message> {
        self.get(*self.nonces.get(&(author, nonce.to_string()))?)
    }
}

fn by_age<'m>(messages: impl Iterator<Item = &'m Message>) -> Vec<&'m Message> {
    let mut all: Vec<&Message> = messages.collect();
    all.sort_unstable_by_key(|message| message.id);
    all
}

fn take<K: Eq + std::hash::Hash>(index: &mut HashMap<K, BTreeSet<Snowflake>>, key: &K, id: Snowflake) {
    if let Some(ids) = index.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::playground::mentions::Mentions;

    fn message(id: u64, channel: u64, private_to: Option<u64>, nonce: Option<u8>) -> Message {
        Message {
            id: id.into(),
            channel: channel.into(),
            guild: 1.into(),
            author: 2.into(),
            kind: 0,
            content: String::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            flags: 0,
            tts: false,
            mentions: Mentions::default(),
            edited_ms: None,
            revision: 0,
            nonce: nonce.map(Value::from),
            reference: None,
            pinned_ms: None,
            reactions: Vec::new(),
            attachments: Vec::new(),
            poll: None,
            stickers: Vec::new(),
            interaction: None,
            private_to: private_to.map(Snowflake::from),
        }
    }

    fn ids<'m>(messages: impl IntoIterator<Item = &'m Message>) -> Vec<u64> {
        messages.into_iter().map(|message| message.id.get()).collect()
    }

    proptest! {
        #[test]
        fn every_way_finds_what_looking_at_all_would_find(
            made in proptest::collection::vec((0_u64..3, proptest::option::of(0_u64..3), proptest::option::of(0_u8..3)), 0..40),
            removed in proptest::collection::vec(1_u64..40, 0..20),
            gone in proptest::option::of(0_u64..3),
            since in 0_u64..40,
            most in 0_usize..6,
        ) {
            let mut messages = Messages::default();
            for ((channel, private_to, nonce), id) in made.into_iter().zip(1..) {
                messages.insert(message(id, channel, private_to, nonce));
            }
            for id in removed {
                messages.remove(id.into());
            }
            if let Some(channel) = gone {
                messages.remove_channel(channel.into());
                prop_assert!(messages.iter().all(|message| message.channel != channel.into()));
            }
            let since = Snowflake::from(since);
            for place in (0..3).map(Snowflake::from) {
                let here = |message: &&Message| message.channel == place && message.id >= since;
                let public = messages.iter().filter(here).filter(|message| message.private_to.is_none());
                prop_assert_eq!(ids(messages.public(place, since..)), ids(public));
                for user in (0..3).map(Snowflake::from) {
                    let seen = ids(messages.iter().filter(here).filter(|message| message.visible_to(user)));
                    let newest = seen.iter().copied().skip(seen.len().saturating_sub(most)).collect::<Vec<_>>();
                    prop_assert_eq!(ids(messages.seen(place, user, since..)), seen);
                    prop_assert_eq!(ids(messages.newest_seen(place, user, since.., most)), newest);
                }
            }
            for nonce in 0..3_u8 {
                let found = messages.with_nonce(2.into(), &nonce.into());
                let nonce = Some(Value::from(nonce));
                prop_assert!(found.is_none_or(|message| message.nonce == nonce));
            }
        }
    }
}
