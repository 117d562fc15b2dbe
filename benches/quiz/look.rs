//! A program under measurement and its machine at a moment, as Linux tells in `/proc`.

use std::time::{Duration, Instant};

use backroad::playground::Playground;

use crate::Result;
use crate::process::Process;

/// How things stand at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub at: Instant,
    /// On the local Discord's clock.
    pub at_ms: i64,
    pub resident_kib: u64,
    /// CPU time so far: of the bot, of this program, and of all processes of the machine.
    bot: Duration,
    here: Duration,
    all: Duration,
}

impl Look {
    pub fn now(discord: &Playground, bot: &Process) -> Result<Look> {
        let stat = std::fs::read_to_string("/proc/self/stat")?;
        let fields = stat.rsplit_once(')').ok_or("no name")?.1.split_whitespace();
        let here = fields.skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
        let stat = std::fs::read_to_string("/proc/stat")?;
        let fields = stat.lines().next().ok_or("no line")?.split_whitespace().skip(1);
        // User, nice, system, then idle and waiting for the disk, then interrupts of both kinds.
        let all = fields.enumerate().filter(|(place, _)| [0, 1, 2, 5, 6].contains(place));
        let all = all.filter_map(|(_, n)| n.parse::<u64>().ok()).sum();
        let ticks = |ticks: u64| Duration::from_millis(10 * ticks);
        let (at_ms, resident_kib) = (discord.clock().now_ms(), bot.resident_kib()?);
        Ok(Look { at: Instant::now(), at_ms, resident_kib, bot: bot.cpu()?, here: ticks(here), all: ticks(all) })
    }

    /// CPU time from this look to another one, in percent of one core: the bot, this program, all others.
    pub fn cpu_until(&self, to: &Look) -> [f64; 3] {
        let spent = |of: fn(&Look) -> Duration| of(to).saturating_sub(of(self)).as_secs_f64();
        let (bot, here, all) = (spent(|look| look.bot), spent(|look| look.here), spent(|look| look.all));
        let seconds = to.at.duration_since(self.at).as_secs_f64();
        [bot, here, all - bot - here].map(|time| 100.0 * time / seconds)
    }
}
