//! `backroad playground` as a process of its own.

use std::process::{Command, ExitStatus, Stdio};

use serde_json::{Value, json};

use super::install_tls;
use super::process::Process;

/// A playground at whose prompt nothing is typed.
pub struct PlaygroundProcess {
    process: Process,
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
        let output = child.stdout.take().expect("the output is piped");
        let mut process = Process::new(child, output);
        let line = process.until("A local Discord").await;
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
        PlaygroundProcess { process, url }
    }

    /// Waits until it says the words, and returns that line.
    pub async fn until(&mut self, words: &str) -> String {
        self.process.until(words).await
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

    pub fn terminate(&self) {
        self.process.signal("TERM");
    }

    /// Nothing will be typed.
    pub fn close_input(&mut self) {
        drop(self.process.child.stdin.take());
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        self.process.end().await.0
    }
}
