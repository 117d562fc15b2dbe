//! What only a local Discord offers: a clock that tests and demonstrations push forward.

use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::watch;

use super::{Api, BotError};
use crate::app::clock::{Clock, Time};

/// The pause after a failure; at the end of a local Discord there are many.
const PAUSE: Duration = Duration::from_millis(500);

/// A local Discord answers a wait after about 20 s at the latest.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The local Discord's answer about its time.
#[derive(Deserialize)]
struct Told {
    now_ms: i64,
    stepped_ms: i64,
    stands: bool,
    change: u64,
}

/// A clock that shows the local Discord's time, for as long as the runtime lives.
///
/// # Errors
/// When this is no local Discord, or it does not tell its time.
pub async fn follow_clock(api: &Api) -> Result<Clock, BotError> {
    let Some(base) = api.base() else { return Err(BotError::NotLoopback("https://discord.com".to_owned())) };
    let url = format!("{base}/control/clock");
    let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build();
    let client = client.map_err(|error| BotError::Clock(error.to_string()))?;
    let first = ask(&client, &url).await.map_err(BotError::Clock)?;
    let mut change = first.change;
    let (tell, times) = watch::channel(time(&first));
    let clock = Clock::told(times);
    tokio::spawn(async move {
        while !tell.is_closed() {
            match ask(&client, &format!("{url}?after={change}")).await {
                Ok(told) if told.change != change => {
                    change = told.change;
                    tell.send_replace(time(&told));
                }
                Ok(_) => {}
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    });
    Ok(clock)
}

fn time(told: &Told) -> Time {
    Time { now_ms: told.now_ms, stepped_ms: told.stepped_ms, stands: told.stands, told: Instant::now() }
}

async fn ask(client: &reqwest::Client, url: &str) -> Result<Told, String> {
    let response = client.get(url).send().await.map_err(|error| error.to_string())?;
    let bytes = response.bytes().await.map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}
