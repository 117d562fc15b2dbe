//! `backroad run` as a process of its own, whose log can be waited for.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{Community, backroad, install_tls};

/// How long to wait for a line of the log before saying that it did not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running bot, killed when dropped.
pub struct BotProcess {
    child: Child,
    lines: UnboundedReceiver<String>,
    /// What has been read of the log.
    seen: String,
}

impl BotProcess {
    pub fn spawn(community: &Community) -> BotProcess {
        Self::spawn_with(community, backroad())
    }

    /// Starts another command line that ends in the bot, or the bot in another environment.
    pub fn spawn_with(community: &Community, mut command: Command) -> BotProcess {
        install_tls();
        if command.get_args().next().is_none() {
            command.arg("run");
        }
        let mut child = command
            .env("DISCORD_TOKEN", community.discord.token())
            .env("DISCORD_API_URL", community.discord.api_url())
            .env("BACKROAD_DATA", community.data.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the bot starts");
        let (said, lines) = unbounded_channel();
        let stderr = child.stderr.take().expect("the log is piped");
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _test_is_over = said.send(line);
            }
        });
        BotProcess { child, lines, seen: String::new() }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the log says the words, and returns that line.
    pub async fn until_said(&mut self, words: &str) -> String {
        let line = async {
            while let Some(line) = self.lines.recv().await {
                self.seen.push_str(&line);
                self.seen.push('\n');
                if line.contains(words) {
                    return Some(line);
                }
            }
            None
        };
        let line = tokio::time::timeout(PATIENCE, line).await.ok().flatten();
        line.unwrap_or_else(|| panic!("it never said {words:?}, but:\n{}", self.seen))
    }

    pub fn terminate(&self) {
        self.signal("TERM");
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.id())]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the end without blocking the local Discord: (exit code, all of the log).
    pub async fn end(mut self) -> (Option<i32>, String) {
        while let Some(line) = self.lines.recv().await {
            self.seen.push_str(&line);
            self.seen.push('\n');
        }
        // The log ends with the process, so this does not block.
        let code = self.child.wait().unwrap().code();
        (code, std::mem::take(&mut self.seen))
    }

    /// Ends it with SIGTERM, which must succeed, and returns the log.
    pub async fn stop(self) -> String {
        self.terminate();
        let (code, log) = self.end().await;
        assert_eq!(code, Some(0), "{log}");
        log
    }
}

impl Drop for BotProcess {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped_already = self.child.wait();
    }
}
