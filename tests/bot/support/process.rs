//! The program as a process of its own, whose words can be waited for.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{Community, backroad, install_tls};

/// How long to wait for a line before saying that it did not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process and what it says line by line. It is killed when dropped.
pub struct Process {
    pub child: Child,
    lines: UnboundedReceiver<String>,
    /// What has been read of its lines.
    seen: String,
}

impl Process {
    pub fn new(child: Child, said: impl Read + Send + 'static) -> Process {
        let (teller, lines) = unbounded_channel();
        std::thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                let _test_is_over = teller.send(line);
            }
        });
        Process { child, lines, seen: String::new() }
    }

    async fn next(&mut self) -> Option<String> {
        let line = self.lines.recv().await?;
        self.seen.push_str(&line);
        self.seen.push('\n');
        Some(line)
    }

    /// Waits until it says the words, and returns that line.
    pub async fn until(&mut self, words: &str) -> String {
        let line = async {
            while let Some(line) = self.next().await {
                if line.contains(words) {
                    return Some(line);
                }
            }
            None
        };
        let line = tokio::time::timeout(PATIENCE, line).await.ok().flatten();
        line.unwrap_or_else(|| panic!("it never said {words:?}, but:\n{}", self.seen))
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the end without blocking the local Discord: how it ended, and all that it said.
    pub async fn end(&mut self) -> (ExitStatus, String) {
        while self.next().await.is_some() {}
        // Its words end with the process, so this does not block.
        (self.child.wait().unwrap(), std::mem::take(&mut self.seen))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped_already = self.child.wait();
    }
}

/// `backroad run` and its log.
pub struct BotProcess(Process);

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
            .env("BACKROAD_CLOCK", "discord")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the bot starts");
        let log = child.stderr.take().expect("the log is piped");
        BotProcess(Process::new(child, log))
    }

    pub fn id(&self) -> u32 {
        self.0.child.id()
    }

    /// Waits until the log says the words, and returns that line.
    pub async fn until_said(&mut self, words: &str) -> String {
        self.0.until(words).await
    }

    pub fn terminate(&self) {
        self.signal("TERM");
    }

    pub fn signal(&self, name: &str) {
        self.0.signal(name);
    }

    /// Waits until it has died, by whatever.
    pub async fn died(&mut self) {
        self.0.end().await;
    }

    /// Waits for the end without blocking the local Discord: (exit code, all of the log).
    pub async fn end(mut self) -> (Option<i32>, String) {
        let (status, log) = self.0.end().await;
        (status.code(), log)
    }

    /// Ends it with SIGTERM, which must succeed, and returns the log.
    pub async fn stop(self) -> String {
        self.terminate();
        let (code, log) = self.end().await;
        assert_eq!(code, Some(0), "{log}");
        log
    }
}
