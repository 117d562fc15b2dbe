//! Members who ask at a given rate, whether or not they have been answered, or as fast as they are answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use backroad::playground::{Member, Playground};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use crate::process::Process;
use crate::{Result, at, sorted};

/// How long a rate is kept up.
const TIME: Duration = Duration::from_secs(3);

/// Questions that are under way at once when there is no rate.
const AT_ONCE: usize = 32;

pub struct Figures {
    pub per_second: f64,
    /// From the event to the callback.
    pub p50: Duration,
    pub p99: Duration,
    pub failed: usize,
    pub cpu_each: Duration,
}

/// Asks `rate` times a second for a while, or (`None`) as fast as answers come.
pub async fn run(
    discord: &Playground,
    bot: &Process,
    command: &'static str,
    queries: &[String],
    rate: Option<u32>,
) -> Result<Figures> {
    let ada = discord.member("ada")?;
    // Connections, caches and the allocator warm up.
    for query in queries.iter().take(100) {
        ada.forge_slash(command, &[("query", query)]).await?;
    }
    let queries: Arc<[String]> = queries.into();
    let (answered, mut times) = mpsc::unbounded_channel::<Option<Duration>>();
    let cpu = bot.cpu()?;
    let began = Instant::now();
    match rate {
        Some(rate) => {
            let mut tick = tokio::time::interval(Duration::from_secs(1) / rate);
            tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
            for n in 0..TIME.as_secs() as usize * rate as usize {
                // From when it was due, so that a machine that is late to ask hides nothing.
                let due = tick.tick().await.into_std();
                let (ada, queries, answered) = (ada.clone(), queries.clone(), answered.clone());
                tokio::spawn(async move { answered.send(ask(&ada, command, &queries, n, due).await) });
            }
        }
        None => {
            let next = Arc::new(AtomicUsize::new(0));
            for _ in 0..AT_ONCE {
                let (ada, queries, answered, next) = (ada.clone(), queries.clone(), answered.clone(), next.clone());
                tokio::spawn(async move {
                    while began.elapsed() < TIME {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if answered.send(ask(&ada, command, &queries, n, Instant::now()).await).is_err() {
                            return;
                        }
                    }
                });
            }
        }
    }
    drop(answered);
    let mut took = Vec::new();
    let mut failed = 0;
    while let Some(time) = times.recv().await {
        match time {
            Some(time) => took.push(time),
            None => failed += 1,
        }
    }
    let elapsed = began.elapsed();
    let cpu = bot.cpu()?.saturating_sub(cpu);
    let count = took.len().max(1);
    let took = sorted(took);
    Ok(Figures {
        per_second: count as f64 / elapsed.as_secs_f64(),
        p50: at(&took, 0.5),
        p99: at(&took, 0.99),
        failed,
        cpu_each: cpu / u32::try_from(count)?,
    })
}

/// How long an answer took from when it was due to be asked for; `None` when there was none.
async fn ask(ada: &Member, command: &str, queries: &[String], n: usize, due: Instant) -> Option<Duration> {
    let query = queries.get(n % queries.len())?;
    ada.forge_slash(command, &[("query", query)]).await.ok().map(|_shown| due.elapsed())
}
