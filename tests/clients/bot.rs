//! A bot on a foreign library, in a process of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use backroad::playground::{GatewaySession, Options, Playground, View};

const GUILD_MEMBERS: u64 = 1 << 1;

/// A bot and the local Discord that it is connected to.
pub(crate) struct Client {
    pub discord: Playground,
    process: Child,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Library {
    DiscordJs,
    DiscordPy,
}

impl Library {
    /// The command that starts a bot on the library; `None`, said on stderr, where it is not installed.
    fn command(self) -> Option<Command> {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
        let (name, program, folder, variable, source) = match self {
            Self::DiscordJs => ("discord.js", "node", "js/node_modules", "NODE_PATH", "bot.cjs"),
            Self::DiscordPy => ("discord.py", "python3", "python", "PYTHONPATH", "bot.py"),
        };
        let packages = std::env::var_os("TEST_CLIENTS").map(|folder_of_all| PathBuf::from(folder_of_all).join(folder));
        let Some(packages) = packages else {
            // Not by a macro, whose output the test runner would keep to itself.
            let _ = writeln!(std::io::stderr(), "{name}: not run, TEST_CLIENTS names no folder with its packages");
            return None;
        };
        assert!(packages.is_dir(), "{name} is not installed in {}", packages.display());
        let mut command = Command::new(program);
        command.env(variable, packages).arg(sources.join(source));
        Some(command)
    }
}

impl Client {
    /// Starts a bot with so many shards and waits until it has registered its commands.
    pub(crate) async fn start(library: Library, shards: u64) -> Option<Self> {
        let mut command = library.command()?;
        let options = Options {
            privileged_intents: GUILD_MEMBERS,
            clock_stands: true,
            identify_spacing: Duration::ZERO,
            heartbeat_interval: Duration::from_secs(2),
            patience: Duration::from_secs(60),
            ..Options::default()
        };
        let discord = Playground::start(options).await.expect("a free port");
        command.env("DISCORD_API_URL", discord.api_url()).env("DISCORD_TOKEN", discord.token());
        command.env("DISCORD_SHARDS", shards.to_string()).stdin(Stdio::null());
        let process = command.spawn().expect("the interpreter is there");
        let client = Self { discord, process };
        client.discord.until_ready().await.unwrap();
        client.until_connected(shards).await;
        Some(client)
    }

    /// Waits until so many sessions are connected.
    pub(crate) async fn until_connected(&self, shards: u64) {
        let connected = |view: &View<'_>| {
            let connected = view.gateway_sessions().iter().filter(|session| session.connected).count();
            (connected as u64 == shards).then_some(())
        };
        self.discord.until("the bot to be connected", connected).await.unwrap();
    }

    /// Waits until the one session has been resumed since it was looked at.
    pub(crate) async fn until_resumed(&self, before: &GatewaySession) {
        let resumed = |view: &View<'_>| {
            let sessions = view.gateway_sessions();
            let again = |now: &GatewaySession| now.id == before.id && now.connected && now.resumes > before.resumes;
            sessions.iter().any(again).then_some(())
        };
        self.discord.until("the bot to have resumed its session", resumed).await.unwrap();
    }

    /// The one session.
    pub(crate) fn session(&self) -> GatewaySession {
        let sessions = self.discord.gateway_sessions();
        assert_eq!(sessions.len(), 1);
        sessions[0].clone()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
