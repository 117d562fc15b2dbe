//! What waits to be sent to Discord: a queue and the task that empties it into REST.
//!
//! Everything together stays below Discord's limit. What is urgent goes first, then what was scheduled, and servers take
//! turns, so that one with many quizzes holds up no other. What is only nice to see uses what is left. Edits of one message
//! merge, the last one wins, one is under way at a time.

mod lane;
mod queue;
#[cfg(test)]
mod tests;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
use serenity::http::Route;
use serenity::model::id::{ChannelId, MessageId};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::courier::{Courier, Outcome};
use super::rest::Rest;
use crate::app::daily;
use crate::app::quiz::Delivery;
use queue::{Job, Key, Queue, Work};

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
    Take(Job),
    Forget(MessageId),
    Drain(oneshot::Sender<()>),
}

/// Takes what shall be sent. Cheap to clone; the task ends when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Outbox {
    orders: mpsc::UnboundedSender<Order>,
}

impl Outbox {
    pub(super) fn start(rest: Arc<Rest>, courier: Courier) -> Outbox {
        let (orders, inbox) = mpsc::unbounded_channel();
        tokio::spawn(empty(rest, courier, inbox));
        Outbox { orders }
    }

    /// Edits a message some time soon, or never: for what is nice to see and harmless to miss.
    pub fn cosmetic(&self, edit: Edit) {
        let _gone_at_shutdown = self.orders.send(Order::Take(Job::cosmetic(edit)));
    }

    /// Sends what a quiz wants to show when it is its turn.
    pub fn deliver(&self, delivery: Delivery) {
        let _gone_at_shutdown = self.orders.send(Order::Take(Job::quiz(delivery)));
    }

    /// Sends what a schedule wants when nothing urgent waits and it is its turn.
    pub fn deliver_daily(&self, delivery: daily::Delivery) {
        let _gone_at_shutdown = self.orders.send(Order::Take(Job::daily(delivery)));
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

async fn empty(rest: Arc<Rest>, courier: Courier, mut inbox: mpsc::UnboundedReceiver<Order>) {
    let mut queue = Queue::default();
    let mut under_way: JoinSet<(Job, Outcome)> = JoinSet::new();
    let mut drains: Vec<oneshot::Sender<()>> = Vec::new();
    loop {
        while let Some(job) = queue.next(Instant::now()) {
            let (rest, courier) = (Arc::clone(&rest), courier.clone());
            under_way.spawn(async move {
                let sent = AssertUnwindSafe(send(&rest, &courier, &job.work)).catch_unwind().await;
                let outcome = sent.unwrap_or_else(|_panic| {
                    tracing::error!(key = ?job.key, "sending panicked");
                    Outcome::Done
                });
                (job, outcome)
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
                Some(Order::Take(job)) => queue.push(job),
                Some(Order::Forget(message)) => queue.forget(Key::Message(message)),
                Some(Order::Drain(done)) => {
                    queue.hurry = true;
                    drains.push(done);
                }
                None => return,
            },
            Some(sent) = under_way.join_next() => match sent {
                Ok((job, outcome)) => {
                    let now = Instant::now();
                    queue.done(job.key, job.rank, now);
                    // At the end nobody waits for what does not arrive.
                    if outcome == Outcome::Again && !queue.hurry {
                        queue.push(job.again(now));
                    }
                }
                Err(error) => tracing::error!(%error, "sending failed"),
            },
            () = sleep, if wake.is_some() => {}
        }
    }
}

async fn send(rest: &Rest, courier: &Courier, work: &Work) -> Outcome {
    match work {
        Work::Quiz(delivery) => courier.deliver(delivery).await,
        Work::Daily(delivery) => courier.deliver_daily(delivery).await,
        Work::Edit(edit) => {
            let route = Route::ChannelMessage { channel_id: edit.channel, message_id: edit.message };
            if let Err(error) = rest.patch(route, edit.body.clone()).await {
                tracing::info!(%error, "an edit was not made");
            }
            Outcome::Done
        }
    }
}
