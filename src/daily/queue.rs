//! What moderators want to be posted before anything else, in their order.

use serde::{Deserialize, Serialize};

/// Ids of the library, the next one first; each at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Queue(Vec<String>);

/// Why the queue was left as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueError {
    Full,
    /// It stands there already, at this place from 1.
    There(usize),
    /// No such place.
    NoPlace,
}

impl Queue {
    /// The most items: with one a day about seven weeks.
    pub const MOST: usize = 50;

    pub fn items(&self) -> &[String] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts an item at the end. Returns its place from 1.
    ///
    /// # Errors
    /// When it is full, or the item stands in it.
    pub fn add(&mut self, item: &str) -> Result<usize, QueueError> {
        if let Some(place) = self.0.iter().position(|known| known == item) {
            return Err(QueueError::There(place + 1));
        }
        if self.0.len() >= Queue::MOST {
            return Err(QueueError::Full);
        }
        self.0.push(item.to_owned());
        Ok(self.0.len())
    }

    /// Takes out what stands at a place from 1.
    ///
    /// # Errors
    /// When there is no such place.
    pub fn remove(&mut self, place: usize) -> Result<String, QueueError> {
        let index = self.index(place)?;
        Ok(self.0.remove(index))
    }

    /// Moves what stands at a place from 1 to another one; what lies between moves up or down.
    ///
    /// # Errors
    /// When there is no such place.
    pub fn shift(&mut self, from: usize, to: usize) -> Result<(), QueueError> {
        let (from, to) = (self.index(from)?, self.index(to)?);
        let item = self.0.remove(from);
        self.0.insert(to, item);
        Ok(())
    }

    /// Puts an item that was taken out back to the front, also when it is full.
    pub fn put_back(&mut self, item: &str) {
        self.take(item);
        self.0.insert(0, item.to_owned());
    }

    /// Takes an item out, wherever it stands.
    pub fn take(&mut self, item: &str) {
        self.0.retain(|known| known != item);
    }

    /// Drops what is not to be kept.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|item| keep(item));
    }

    fn index(&self, place: usize) -> Result<usize, QueueError> {
        place.checked_sub(1).filter(|index| *index < self.0.len()).ok_or(QueueError::NoPlace)
    }
}
