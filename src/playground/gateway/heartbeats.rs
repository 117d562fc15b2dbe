//! Clients that send no heartbeat: how long the gateway waits for them on the playground's clock.

use super::sessions::{Rules, Sessions};

impl Sessions {
    pub(super) fn note_heartbeat(&mut self, connection: u64, now_ms: i64) {
        if let Some(connection) = self.connections.get_mut(&connection) {
            connection.beat_ms = now_ms;
        }
    }

    /// How long until a connection is closed because no heartbeat came.
    pub(super) fn ms_until_late(&self, connection: u64, now_ms: i64) -> Option<i64> {
        let connection = self.connections.get(&connection)?;
        let deadline = connection.beat_ms.saturating_add(self.rules.longest_silence_ms());
        Some(deadline.saturating_sub(now_ms))
    }

    /// Closes every connection whose heartbeat is overdue.
    pub(super) fn close_late(&mut self, now_ms: i64) {
        for connection in self.connection_ids() {
            if self.ms_until_late(connection, now_ms).is_some_and(|left| left < 0) {
                self.close(connection, Some(4009), now_ms);
            }
        }
    }

    /// The clock has made a leap, to `now_ms`.
    pub(in crate::playground) fn leapt(&mut self, leap_ms: i64, now_ms: i64) {
        if self.rules.leaps_need_heartbeats {
            self.close_late(now_ms);
        } else {
            self.connections
                .values_mut()
                .for_each(|connection| connection.beat_ms = connection.beat_ms.saturating_add(leap_ms));
        }
    }
}

impl Rules {
    /// Discord does not say how long it waits for a heartbeat; one and a half intervals leave room for a late one.
    const fn longest_silence_ms(&self) -> i64 {
        self.heartbeat_interval_ms.saturating_add(self.heartbeat_interval_ms / 2)
    }
}
