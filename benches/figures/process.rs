//! A program under measurement, killed when it is dropped. Reads what Linux tells in `/proc`.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Result;

/// What `/proc/PID/stat` counts CPU time in: Linux tells user space a hundredth of a second on every architecture.
const TICK: Duration = Duration::from_millis(10);

pub struct Process(Child);

impl Process {
    pub fn start(command: &mut Command) -> Result<Process> {
        Ok(Process(command.stdout(Stdio::null()).spawn()?))
    }

    /// The memory that the process has in RAM now.
    pub fn resident_kib(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.split_whitespace().next().ok_or("no number")?.parse()?)
    }

    /// The CPU time that the process has used so far, in its own code and in the kernel's for it.
    pub fn cpu(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        // The second field is the name in parentheses; fields 14 and 15 are the times.
        let after_name = stat.rsplit_once(')').ok_or("no name")?.1;
        let ticks: u32 = after_name.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u32>().ok()).sum();
        Ok(TICK * ticks)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _reaped_already = self.0.wait();
    }
}
