//! What `backroad doctor` asks Discord, and what it makes of the answers. Asking is one thing, judging another: the
//! judgement is pure. `live` tests what we believe about Discord.

mod live;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use serde::Deserialize;
use serenity::http::{LightMethod, Route};
use serenity::model::Permissions;
use serenity::model::id::{ApplicationId, UserId};
use tokio::io::AsyncReadExt;

use super::rest::{Answer, Rest};
use super::{Api, BotError, GatewayBot, StartLimit, Token, commands, gateway, invite, needed};

pub use live::{Belief, Seen, test_beliefs};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    /// It works, but should be looked at.
    Warning,
    /// It does not work.
    Problem,
}

/// One line of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// One word.
    pub what: &'static str,
    pub verdict: Verdict,
    /// What was found, and what to do about it.
    pub text: String,
}

impl Finding {
    pub fn new(what: &'static str, verdict: Verdict, text: impl Into<String>) -> Finding {
        Finding { what, verdict, text: text.into() }
    }
}

/// An answer, or why there is none in one sentence.
type Asked<T> = Result<T, String>;

/// What Discord answered.
#[derive(Debug)]
pub struct Facts {
    /// Where Discord is, if it is a local one.
    local: Option<String>,
    application: Asked<Application>,
    /// `None` when the token was not accepted, so that nothing else was asked.
    others: Option<Others>,
}

#[derive(Debug)]
struct Others {
    user: Asked<User>,
    gateway: Asked<GatewayBot>,
    /// Whether the gateway's address speaks as a gateway does.
    hello: Asked<()>,
    commands: Asked<Differences>,
    guilds: Asked<Vec<Guild>>,
    /// By how much our clock is ahead of Discord's, in seconds.
    ahead: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Application {
    id: ApplicationId,
    name: String,
    #[serde(default)]
    flags: u64,
    #[serde(default)]
    bot_require_code_grant: bool,
    interactions_endpoint_url: Option<String>,
}

#[derive(Debug, Deserialize)]
struct User {
    id: UserId,
    username: String,
    #[serde(default)]
    bot: bool,
}

#[derive(Debug, Deserialize)]
struct Guild {
    id: String,
    name: String,
    permissions: Permissions,
}

/// How the registered commands differ from ours, by name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Differences {
    count: usize,
    missing: Vec<String>,
    other: Vec<String>,
    foreign: Vec<String>,
}

/// The most guilds that Discord lists at once.
const GUILDS_PAGE: usize = 200;

/// How long a gateway may take to say hello.
const HELLO_TIME: Duration = Duration::from_secs(10);

/// The clock of an HTTP header has whole seconds, and an answer takes its time.
const CLOCK_TOLERANCE: i64 = 5;

/// Asks Discord everything that a bot needs to know before it starts. Changes nothing there.
///
/// # Errors
/// When the connection cannot even be set up.
pub async fn ask(token: &Token, api: &Api) -> Result<Facts, BotError> {
    let rest = Rest::new(token, api)?;
    let local = api.base().map(str::to_owned);
    let application: Asked<Application> =
        rest.get(Route::Oauth2ApplicationCurrent).await.map_err(|error| error.to_string());
    let Ok(known) = &application else { return Ok(Facts { local, application, others: None }) };
    let (user, ahead) = match rest.exchange(LightMethod::Get, Route::UserMe, "", None).await {
        Ok(Answer { headers, body }) => {
            let date = headers.get("date").and_then(|date| date.to_str().ok()).and_then(seconds_since_epoch);
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
            let ahead = date.map(|date| i64::try_from(now).unwrap_or(0) - date);
            (serde_json::from_value(body).map_err(|error| error.to_string()), ahead)
        }
        Err(error) => (Err(error.to_string()), None),
    };
    let gateway: Asked<GatewayBot> = rest.get(Route::GatewayBot).await.map_err(|error| error.to_string());
    let hello = match &gateway {
        Ok(gateway) => match gateway::usable(&gateway.url, api.is_loopback()) {
            Some(url) => hello(&rest, &url).await,
            None => Err(BotError::Gateway(gateway.url.clone()).to_string()),
        },
        Err(_) => Err("its address is not known".to_owned()),
    };
    let commands = rest.get(Route::Commands { application_id: known.id }).await;
    let commands = commands.map_err(|error| error.to_string()).and_then(|theirs| differences(&theirs));
    let guilds = guilds(&rest).await;
    let others = Others { user, gateway, hello, commands, guilds, ahead };
    Ok(Facts { local, application, others: Some(others) })
}

/// Opens a connection as a gateway client does, and listens for the first word. Nobody logs in, so no session is started.
async fn hello(rest: &Rest, url: &str) -> Asked<()> {
    let heard = async {
        // The scheme of a WebSocket is the one of the request that opens it.
        let url = format!("{}/?v=10&encoding=json", url.replacen("ws", "http", 1));
        let mut socket = rest.upgrade(&url).await?;
        let mut heard = Vec::new();
        while heard.len() < 4096 {
            if socket.read_buf(&mut heard).await.map_err(|error| error.to_string())? == 0 {
                break;
            }
            if String::from_utf8_lossy(&heard).contains("heartbeat_interval") {
                return Ok(());
            }
        }
        Err("it closed the connection without a word".to_owned())
    };
    tokio::time::timeout(HELLO_TIME, heard).await.unwrap_or_else(|_elapsed| Err("no word in time".to_owned()))
}

async fn guilds(rest: &Rest) -> Asked<Vec<Guild>> {
    let mut all: Vec<Guild> = Vec::new();
    loop {
        let after = all.last().map_or_else(String::new, |guild| format!("&after={}", guild.id));
        let query = format!("limit={GUILDS_PAGE}{after}");
        let answer = rest.exchange(LightMethod::Get, Route::UserMeGuilds, &query, None).await;
        let page: Vec<Guild> = answer
            .map_err(|error| error.to_string())
            .and_then(|answer| serde_json::from_value(answer.body).map_err(|error| error.to_string()))?;
        let is_last = page.len() < GUILDS_PAGE;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

fn differences(theirs: &serde_json::Value) -> Asked<Differences> {
    let ours = serde_json::to_value(commands::definitions()).map_err(|error| error.to_string())?;
    let (ours, theirs) = (commands::canonical_list(&ours), commands::canonical_list(theirs));
    let name = |command: &serde_json::Value| {
        command.get("name").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    let has = |list: &[serde_json::Value], command| list.iter().any(|other| name(other) == name(command));
    let mut found = Differences { count: ours.len(), ..Differences::default() };
    for command in ours.iter().filter(|command| !theirs.contains(command)) {
        if has(&theirs, command) { &mut found.other } else { &mut found.missing }.push(name(command));
    }
    found.foreign = theirs.iter().filter(|command| !has(&ours, command)).map(name).collect();
    Ok(found)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn seconds_since_epoch(date: &str) -> Option<i64> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok().map(Timestamp::as_second)
}

impl Facts {
    /// Judges what Discord answered.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some(url) = &self.local {
            let text = format!("a local one, {url}: unset DISCORD_API_URL to check the real one");
            findings.push(Finding::new("discord", Verdict::Warning, text));
        }
        let application = match &self.application {
            Ok(application) => application,
            Err(error) => {
                let text = format!("{error}; nothing else was asked of Discord");
                findings.push(Finding::new("token", Verdict::Problem, text));
                return findings;
            }
        };
        let Some(others) = &self.others else { return findings };
        findings.push(token(application, &others.user));
        findings.push(application_settings(application));
        match &others.gateway {
            Ok(gateway) => {
                findings.push(sessions(gateway.session_start_limit));
                findings.push(greeting(&gateway.url, &others.hello));
            }
            Err(error) => findings.push(Finding::new("gateway", Verdict::Problem, error.clone())),
        }
        findings.push(registered(&others.commands));
        findings.extend(servers(application.id, &others.guilds));
        findings.push(clock(others.ahead));
        findings
    }
}

fn token(application: &Application, user: &Asked<User>) -> Finding {
    let (verdict, who) = match user {
        Ok(user) if user.bot => (Verdict::Ok, format!("bot user {} ({})", user.username, user.id)),
        Ok(user) => (Verdict::Problem, format!("the user {} is no bot: use the token on the Bot page", user.username)),
        Err(error) => (Verdict::Problem, error.clone()),
    };
    let text = format!("accepted: application {} ({}), {who}", application.name, application.id);
    Finding::new("token", verdict, text)
}

/// What on the application's pages keeps interactions from arriving, or people from inviting the bot.
fn application_settings(application: &Application) -> Finding {
    if let Some(url) = application.interactions_endpoint_url.as_deref().filter(|url| !url.is_empty()) {
        let text = format!(
            "interactions are sent to {url} and not to this bot: remove the interactions endpoint URL in the developer portal"
        );
        return Finding::new("portal", Verdict::Problem, text);
    }
    if application.bot_require_code_grant {
        let text = "invite links fail: switch \"Requires OAuth2 Code Grant\" off on the Bot page";
        return Finding::new("portal", Verdict::Problem, text);
    }
    // A pair of flags for each privileged intent: granted, and granted to a bot in few servers.
    let intents = [("presences", 12), ("members", 14), ("message content", 18)];
    let on = intents.iter().filter(|(_, bit)| application.flags >> bit & 0b11 != 0).map(|(name, _)| *name);
    let on: Vec<&str> = on.collect();
    let text = match on.as_slice() {
        [] => "no privileged intents are needed, none are on".to_owned(),
        on => format!("no privileged intents are needed; {} may be switched off", on.join(", ")),
    };
    Finding::new("portal", Verdict::Ok, text)
}

fn greeting(url: &str, hello: &Asked<()>) -> Finding {
    match hello {
        Ok(()) => Finding::new("gateway", Verdict::Ok, format!("{url} says hello")),
        Err(error) => {
            let text = format!("{url} does not say hello ({error}): let this machine connect to it, port 443");
            Finding::new("gateway", Verdict::Problem, text)
        }
    }
}

fn sessions(limit: StartLimit) -> Finding {
    let left = format!("{} of {} starts left today", limit.remaining, limit.total);
    let minutes = limit.reset_after.div_ceil(60_000);
    match limit.remaining {
        0 => Finding::new(
            "sessions",
            Verdict::Problem,
            format!("{left}: look why the bot was started so often, and wait {minutes} min"),
        ),
        few if few < limit.total / 10 => Finding::new(
            "sessions",
            Verdict::Warning,
            format!("{left}: look in the log why the bot is started so often"),
        ),
        _ => Finding::new("sessions", Verdict::Ok, left),
    }
}

fn registered(commands: &Asked<Differences>) -> Finding {
    let differences = match commands {
        Ok(differences) => differences,
        Err(error) => return Finding::new("commands", Verdict::Problem, error.clone()),
    };
    let Differences { count, missing, other, foreign } = differences;
    let named = |names: &[String], what| {
        let names: Vec<String> = names.iter().map(|name| format!("/{name}")).collect();
        (!names.is_empty()).then(|| format!("{what}: {}", names.join(", ")))
    };
    let parts = [named(missing, "not registered"), named(other, "different"), named(foreign, "not of this version")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return Finding::new("commands", Verdict::Ok, format!("all {count} are registered as they are"));
    }
    let text = format!("{}; `backroad run` registers them at its start", parts.join("; "));
    Finding::new("commands", Verdict::Warning, text)
}

fn servers(application: ApplicationId, guilds: &Asked<Vec<Guild>>) -> Vec<Finding> {
    let guilds = match guilds {
        Ok(guilds) => guilds,
        Err(error) => return vec![Finding::new("servers", Verdict::Problem, error.clone())],
    };
    if guilds.is_empty() {
        let text = format!("in none: invite the bot with {}", invite(application));
        return vec![Finding::new("servers", Verdict::Warning, text)];
    }
    let lacking = guilds.iter().filter_map(|guild| {
        let has = |permission| guild.permissions.intersects(permission | Permissions::ADMINISTRATOR);
        let names: Vec<&str> =
            needed().iter().filter(|one| !has(*one)).flat_map(Permissions::get_permission_names).collect();
        (!names.is_empty()).then(|| format!("{} lacks {}", guild.name, names.join(", ")))
    });
    let lacking: Vec<String> = lacking.collect();
    if lacking.is_empty() {
        let servers = if guilds.len() == 1 { "server" } else { "servers" };
        return vec![Finding::new(
            "servers",
            Verdict::Ok,
            format!("in {} {servers}, with all permissions", guilds.len()),
        )];
    }
    let text = format!(
        "in {}, but {}: give its role that, or invite it again with {}",
        guilds.len(),
        lacking.join("; "),
        invite(application)
    );
    vec![Finding::new("servers", Verdict::Warning, text)]
}

fn clock(ahead: Option<i64>) -> Finding {
    match ahead {
        None => Finding::new("clock", Verdict::Warning, "Discord's answer had no date to compare with"),
        Some(ahead) if ahead.abs() <= CLOCK_TOLERANCE => Finding::new("clock", Verdict::Ok, "agrees with Discord's"),
        Some(ahead) => {
            let which = if ahead > 0 { "ahead of" } else { "behind" };
            let text =
                format!("{} s {which} Discord's: let the system set its clock from the network (NTP)", ahead.abs());
            Finding::new("clock", Verdict::Problem, text)
        }
    }
}
