//! Where the stories happen: a local Discord with a bot, and not more browsers at once than two cores can bear.

use std::time::Duration;

use backroad::playground::{Options, Playground};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::bot::Bot;
use crate::driver::Driver;
use crate::support::{self, Community};

/// How many browsers may run at once.
static BROWSERS: Semaphore = Semaphore::const_new(2);

/// Waits for one's turn; `None` where there is no browser.
pub(crate) async fn turn(windows: u32) -> Option<SemaphorePermit<'static>> {
    Driver::get()?;
    Some(BROWSERS.acquire_many(windows).await.expect("it is never closed"))
}

/// A story with one window, in a community whose bot is the real one.
pub(crate) async fn story(test: impl AsyncFnOnce(&Community)) {
    if let Some(_turn) = turn(1).await {
        support::community(test).await;
    }
}

/// The same with two windows.
pub(crate) async fn story_of_two(test: impl AsyncFnOnce(&Community)) {
    if let Some(_turn) = turn(2).await {
        support::community(test).await;
    }
}

/// A story with one window and a bot that does what the test says.
pub(crate) async fn story_with_raw_bot(test: impl AsyncFnOnce(&Playground, &mut Bot)) {
    if let Some(_turn) = turn(1).await {
        raw(test).await;
    }
}

/// The same with two windows.
pub(crate) async fn story_of_two_with_raw_bot(test: impl AsyncFnOnce(&Playground, &mut Bot)) {
    if let Some(_turn) = turn(2).await {
        raw(test).await;
    }
}

async fn raw(test: impl AsyncFnOnce(&Playground, &mut Bot)) {
    let discord = playground().await;
    let mut bot = Bot::connect(&discord).await;
    test(&discord, &mut bot).await;
}

/// A local Discord whose clock stands, and that lets a test do much at once.
pub(crate) async fn playground() -> Playground {
    let options = Options { clock_stands: true, identify_spacing: Duration::ZERO, ..Options::default() };
    let discord = Playground::start(options).await.expect("a free port");
    discord.switch_rate_limits(false);
    discord
}
