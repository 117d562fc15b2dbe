//! `backroad playground` as a process of its own, whose output can be waited for.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::install_tls;

/// How long to wait for a line of the prompt before saying that it did not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A playground at whose prompt nothing is typed, killed when dropped.
pub struct PlaygroundProcess {
    child: Child,
    lines: UnboundedReceiver<String>,
    /// What has been read of its output.
    seen: String,
    /// Where its page is.
    pub url: String,
}

impl PlaygroundProcess {
    /// Starts it, and waits until the bot is ready.
    pub async fn start(command: Command) -> PlaygroundProcess {
        let mut playground = Self::start_with(command, &[]).await;
        playground.until("You are ada").await;
        playground
    }

    /// Starts it with arguments of its own, and waits until it says where it is.
    pub async fn start_with(mut command: Command, arguments: &[&str]) -> PlaygroundProcess {
        install_tls();
        let command = command.args(["playground", "--port", "0"]).args(arguments);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the playground starts");
        let (said, lines) = unbounded_channel();
        let stdout = child.stdout.take().expect("the output is piped");
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _test_is_over = said.send(line);
            }
        });
        let mut playing = PlaygroundProcess { child, lines, seen: String::new(), url: String::new() };
        let line = playing.until("A local Discord").await;
        playing.url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
        playing
    }

    /// Waits until it says the words, and returns that line.
    pub async fn until(&mut self, words: &str) -> String {
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

    /// What ada sees when she asks.
    pub async fn ask(&self, query: &str) -> String {
        let act = json!({ "as": "ada", "do": "slash", "line": format!("/ask query: {query}"), "settle": true });
        let request = reqwest::Client::new().post(format!("{}/control/act", self.url)).body(act.to_string());
        let text = request.send().await.unwrap().text().await.unwrap();
        let shown: Value = serde_json::from_str(&text).unwrap();
        shown["text"].as_str().unwrap_or_else(|| panic!("{shown}")).to_owned()
    }

    pub async fn notice(&self) -> Value {
        let text = reqwest::get(format!("{}/control/state", self.url)).await.unwrap().text().await.unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["notice"].take()
    }
}

impl PlaygroundProcess {
    pub fn terminate(&self) {
        let status = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status().unwrap();
        assert!(status.success());
    }

    /// Nothing will be typed.
    pub fn close_input(&mut self) {
        drop(self.child.stdin.take());
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        // The output ends with the process.
        while self.lines.recv().await.is_some() {}
        self.child.wait().unwrap()
    }
}

impl Drop for PlaygroundProcess {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped_already = self.child.wait();
    }
}
