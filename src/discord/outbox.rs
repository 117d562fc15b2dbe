//! What waits to be sent to Discord: a pure queue (time is an argument) and the task that empties it into REST.
//! Edits of one message merge, the last one wins, one is under way at a time, and all together leave most of the budget free.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serenity::http::Route;
use serenity::model::id::{ChannelId, MessageId};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::rest::Rest;

/// Cosmetic edits a second, of the 50 requests a second that Discord grants a bot: the rest is left for what matters.
const COSMETIC_PER_SECOND: usize = 20;

const SECOND: Duration = Duration::from_secs(1);

/// How long a message rests between two cosmetic edits.
const COSMETIC_PAUSE: Duration = Duration::from_secs(2);

/// So many edits are under way at once; what waits here can still be merged or forgotten, what is under way cannot.
const UNDER_WAY: usize = 8;

/// An edit of one message, as the JSON body of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub channel: ChannelId,
    pub message: MessageId,
    pub body: Vec<u8>,
    /// Of two edits of a message the one with the higher order is the later one, whichever comes here first.
    pub order: u64,
}

enum Order {
    Cosmetic(Edit),
    Forget(MessageId),
    Drain(oneshot::Sender<()>),
}

/// Takes what shall be sent. Cheap to clone; the task ends when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Outbox {
    orders: mpsc::UnboundedSender<Order>,
}

impl Outbox {
    pub fn start(rest: Arc<Rest>) -> Outbox {
        let (orders, inbox) = mpsc::unbounded_channel();
        tokio::spawn(empty(rest, inbox));
        Outbox { orders }
    }

    /// Edits a message some time soon, or never: for what is nice to see and harmless to miss.
    pub fn cosmetic(&self, edit: Edit) {
        let _gone_at_shutdown = self.orders.send(Order::Cosmetic(edit));
    }

    /// Drops what waits for a message that has just been changed in another way. An edit under way still arrives.
    pub fn forget(&self, message: MessageId) {
        let _gone_at_shutdown = self.orders.send(Order::Forget(message));
    }

    /// Sends what waits without further pauses, and returns when all of it has arrived or was given up.
    pub async fn drain(&self) {
        let (done, wait) = oneshot::channel();
        if self.orders.send(Order::Drain(done)).is_ok() {
            let _task_is_gone = wait.await;
        }
    }
}

async fn empty(rest: Arc<Rest>, mut inbox: mpsc::UnboundedReceiver<Order>) {
    let mut queue = Queue::default();
    let mut under_way: JoinSet<MessageId> = JoinSet::new();
    let mut drains: Vec<oneshot::Sender<()>> = Vec::new();
    loop {
        while let Some(edit) = queue.next(Instant::now()) {
            let rest = Arc::clone(&rest);
            under_way.spawn(async move {
                let route = Route::ChannelMessage { channel_id: edit.channel, message_id: edit.message };
                if let Err(error) = rest.patch(route, edit.body).await {
                    tracing::info!(%error, "an edit was not made");
                }
                edit.message
            });
        }
        if queue.is_empty() && under_way.is_empty() {
            for done in drains.drain(..) {
                let _nobody_waits = done.send(());
            }
        }
        let wake = queue.wake_at(Instant::now());
        let sleep = tokio::time::sleep_until(wake.unwrap_or_else(Instant::now).into());
        tokio::select! {
            order = inbox.recv() => match order {
                Some(Order::Cosmetic(edit)) => queue.push(edit),
                Some(Order::Forget(message)) => queue.forget(message),
                Some(Order::Drain(done)) => {
                    queue.hurry = true;
                    drains.push(done);
                }
                None => return,
            },
            Some(sent) = under_way.join_next() => match sent {
                Ok(message) => queue.done(message, Instant::now()),
                Err(error) => tracing::error!(%error, "sending an edit failed"),
            },
            () = sleep, if wake.is_some() => {}
        }
    }
}

/// The waiting edits. Pure: the same calls with the same times give the same results.
#[derive(Debug, Default)]
struct Queue {
    /// By age: the number of the turn at which a message first wanted an edit.
    waiting: BTreeMap<u64, Edit>,
    turn: HashMap<MessageId, u64>,
    next_turn: u64,
    /// When the last second's requests were sent.
    sent: VecDeque<Instant>,
    /// The order of the last edit of each message that is under way or was made not long ago, and when it was made.
    edited: HashMap<MessageId, (u64, Option<Instant>)>,
    under_way: usize,
    /// At the end nobody waits for a better moment.
    hurry: bool,
}

impl Queue {
    fn push(&mut self, edit: Edit) {
        let known = self.edited.get(&edit.message).map(|(order, _)| *order);
        let waits = self.turn.get(&edit.message).and_then(|turn| self.waiting.get(turn)).map(|edit| edit.order);
        if known.max(waits).is_some_and(|order| order > edit.order) {
            return;
        }
        let turn = *self.turn.entry(edit.message).or_insert_with(|| {
            self.next_turn += 1;
            self.next_turn
        });
        self.waiting.insert(turn, edit);
    }

    fn forget(&mut self, message: MessageId) {
        if let Some(turn) = self.turn.remove(&message) {
            self.waiting.remove(&turn);
        }
    }

    fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The edit to send at `now`, if the budget allows one: the oldest whose message rests long enough. Its message is
    /// under way until [`Queue::done`].
    fn next(&mut self, now: Instant) -> Option<Edit> {
        while self.sent.front().is_some_and(|&then| now.saturating_duration_since(then) >= SECOND) {
            self.sent.pop_front();
        }
        self.edited.retain(|_, (_, made)| made.is_none_or(|then| now.saturating_duration_since(then) < COSMETIC_PAUSE));
        if self.sent.len() >= COSMETIC_PER_SECOND || self.under_way >= UNDER_WAY {
            return None;
        }
        let ready = |edit: &Edit| self.rests_until(edit.message, now).is_some_and(|until| until <= now);
        let turn = self.waiting.iter().find(|(_, edit)| ready(edit)).map(|(turn, _)| *turn)?;
        let edit = self.waiting.remove(&turn)?;
        self.turn.remove(&edit.message);
        self.sent.push_back(now);
        self.edited.insert(edit.message, (edit.order, None));
        self.under_way += 1;
        Some(edit)
    }

    /// The edit of a message that was under way has arrived or was given up.
    fn done(&mut self, message: MessageId, now: Instant) {
        self.under_way = self.under_way.saturating_sub(1);
        if let Some((_, made)) = self.edited.get_mut(&message) {
            *made = Some(now);
        }
    }

    /// When [`Queue::next`] may have something, given that it has nothing at `now`; `None` when only a further call of
    /// `push` or `done` can change that.
    fn wake_at(&self, now: Instant) -> Option<Instant> {
        if self.under_way >= UNDER_WAY {
            return None;
        }
        let rested = self.waiting.values().filter_map(|edit| self.rests_until(edit.message, now)).min()?;
        let budget = self.sent.front().filter(|_| self.sent.len() >= COSMETIC_PER_SECOND);
        Some(rested.max(budget.map_or(now, |&then| then + SECOND)))
    }

    /// `None` while an edit of the message is under way.
    fn rests_until(&self, message: MessageId, now: Instant) -> Option<Instant> {
        match self.edited.get(&message) {
            Some((_, None)) => None,
            Some((_, Some(made))) if !self.hurry => Some(*made + COSMETIC_PAUSE),
            _ => Some(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edit(message: u64, order: u64) -> Edit {
        let body = format!("{message} {order}").into_bytes();
        Edit { channel: ChannelId::new(1), message: MessageId::new(message), body, order }
    }

    #[test]
    fn the_last_edit_of_a_message_wins_and_keeps_its_turn() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        queue.push(edit(1, 1));
        queue.push(edit(2, 2));
        queue.push(edit(1, 4));
        queue.push(edit(1, 3));
        assert_eq!(queue.next(now), Some(edit(1, 4)));
        assert_eq!(queue.next(now), Some(edit(2, 2)));
        assert_eq!(queue.next(now), None);
    }

    #[test]
    fn a_message_is_not_edited_again_while_an_edit_is_under_way_nor_before_its_pause_is_over() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        queue.push(edit(1, 1));
        assert!(queue.next(now).is_some());
        queue.push(edit(1, 2));
        let later = now + Duration::from_secs(60);
        assert_eq!((queue.next(later), queue.wake_at(later)), (None, None), "the first one may still be retried");
        queue.done(MessageId::new(1), later);
        assert_eq!((queue.next(later), queue.wake_at(later)), (None, Some(later + COSMETIC_PAUSE)));
        assert_eq!(queue.next(later + COSMETIC_PAUSE), Some(edit(1, 2)));
    }

    #[test]
    fn an_edit_that_is_older_than_what_was_sent_is_dropped() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        queue.push(edit(1, 5));
        assert!(queue.next(now).is_some());
        queue.push(edit(1, 4));
        assert!(queue.is_empty());
    }

    #[test]
    fn a_forgotten_message_is_not_edited() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        queue.push(edit(1, 1));
        queue.forget(MessageId::new(1));
        assert_eq!((queue.next(now), queue.wake_at(now)), (None, None));
    }

    proptest! {
        #[test]
        fn every_message_ends_with_its_last_edit_and_no_second_exceeds_the_budget(
            pushes in proptest::collection::vec((1u64..40, 0u64..3_000, 0u64..500), 1..200), hurry in any::<bool>(),
        ) {
            let (mut queue, mut now) = (Queue::default(), Instant::now());
            let (mut sent, mut wanted) = (Vec::new(), HashMap::new());
            let mut under_way: Vec<MessageId> = Vec::new();
            for (n, (message, wait, _)) in pushes.iter().enumerate() {
                now += Duration::from_millis(*wait);
                let edit = edit(*message, n as u64);
                wanted.insert(edit.message, edit.body.clone());
                queue.push(edit);
                while let Some(edit) = queue.next(now) {
                    prop_assert!(!under_way.contains(&edit.message), "two edits of a message at once");
                    under_way.push(edit.message);
                    sent.push((now, edit));
                }
                prop_assert!(under_way.len() <= UNDER_WAY);
                if n % 3 == 0 && let Some(message) = under_way.pop() {
                    queue.done(message, now);
                }
            }
            queue.hurry = hurry;
            let mut took = pushes.iter().map(|(.., took)| *took).cycle();
            while !(queue.is_empty() && under_way.is_empty()) {
                match queue.wake_at(now) {
                    Some(wake) if under_way.is_empty() || wake <= now => {
                        prop_assert!(wake > now || queue.sent.is_empty() || hurry || !queue.is_empty());
                        now = now.max(wake);
                    }
                    _ => {
                        now += Duration::from_millis(took.next().unwrap_or(0));
                        if let Some(message) = under_way.pop() { queue.done(message, now); }
                    }
                }
                while let Some(edit) = queue.next(now) {
                    under_way.push(edit.message);
                    sent.push((now, edit));
                }
            }
            let last: HashMap<_, _> = sent.iter().map(|(_, edit)| (edit.message, edit.body.clone())).collect();
            prop_assert_eq!(last, wanted);
            for (i, (then, _)) in sent.iter().enumerate() {
                let in_second = sent[i..].iter().take_while(|(t, _)| t.duration_since(*then) < SECOND);
                prop_assert!(in_second.count() <= COSMETIC_PER_SECOND);
            }
        }
    }
}
