//! Settings: `config.toml` and `BACKROAD_*` variables (raw) -> [`Config`] (checked). Secrets are not settings: the token
//! comes from `DISCORD_TOKEN` or from the file that `token_file` names.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::nearest;

/// Every setting, in the order of `config.toml`, and what its value must be.
const SETTINGS: &[(&str, &str)] = &[
    ("content", "a text, the name of a folder"),
    ("index", "a text, the name of a folder"),
    ("data", "a text, the name of a folder"),
    ("backups", "a whole number from 1 to 365"),
    ("log", "a text such as \"info\""),
    ("token_file", "a text, the name of a file"),
    ("other_matches", "a whole number from 0 to 25"),
    ("time_zone", "the name of a time zone such as \"Europe/Berlin\" or \"UTC\""),
    ("catch_up_hours", "a whole number from 0 to 23"),
];

/// How many backups may be kept.
const BACKUPS: RangeInclusive<usize> = 1..=365;

/// How many other matches may be offered: Discord lists at most 25 options in a select menu.
const OTHER_MATCHES: RangeInclusive<usize> = 0..=25;

/// How late a scheduled post may come, in hours: before the next one, which may come a day later.
const CATCH_UP: RangeInclusive<usize> = 0..=23;

/// What people take for a setting and must not be one, for settings get shown and shared.
const TOKEN: &str = "token";
const TOKEN_REMEDY: &str =
    "the token is no setting: put it into DISCORD_TOKEN, or into the file that `token_file` names";

/// Variables that begin with `BACKROAD_` and are not settings: where these are, and two that only work with a local
/// Discord.
const OTHER_VARIABLES: &[&str] = &["BACKROAD_CONFIG", FAILPOINT, CLOCK];

/// Names a point at which the process dies, see [`crate::failpoint`].
pub const FAILPOINT: &str = "BACKROAD_FAILPOINT";

/// `discord` lets the bot take its time from the local Discord.
pub const CLOCK: &str = "BACKROAD_CLOCK";

/// Settings that have been checked. All paths are absolute or relative to the working directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The folder of the library.
    pub content: PathBuf,
    /// The folder of the search index, a cache.
    pub index: PathBuf,
    /// The folder of the database.
    pub data: PathBuf,
    /// How many of the backups that the bot makes every day are kept, 1 to 365.
    pub backups: usize,
    /// A `tracing` filter; every command has its own default.
    pub log: Option<String>,
    /// A file that holds the bot's token, used when `DISCORD_TOKEN` is not set.
    pub token_file: Option<PathBuf>,
    /// How many other matches an answer offers, 0 to 25.
    pub other_matches: usize,
    /// In which the days, weeks and months of leaderboards are counted.
    pub time_zone: TimeZone,
    /// How many hours late a scheduled post may come, 0 to 23.
    pub catch_up_hours: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    content: Option<PathBuf>,
    index: Option<PathBuf>,
    data: Option<PathBuf>,
    backups: Option<usize>,
    log: Option<String>,
    token_file: Option<PathBuf>,
    other_matches: Option<usize>,
    time_zone: Option<String>,
    catch_up_hours: Option<usize>,
}

/// One sentence: the place, what is wrong, what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{place}: {what}")]
pub struct ConfigError {
    place: String,
    what: String,
}

impl ConfigError {
    fn new(place: impl fmt::Display, what: impl Into<String>) -> Self {
        ConfigError { place: place.to_string(), what: what.into() }
    }
}

impl Config {
    /// Reads `file`, or `config.toml` in the working directory when none is named (which may be missing), then the
    /// variables. Relative paths of the file are relative to its folder.
    ///
    /// # Errors
    /// When a named file cannot be read, a key or variable is unknown, or a value is out of its range.
    pub fn load(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, ConfigError> {
        let named = file.is_some();
        let path = file.unwrap_or(Path::new("config.toml"));
        let raw = match std::fs::read_to_string(path) {
            Ok(text) => parse(path, &text)?,
            Err(error) if !named && error.kind() == std::io::ErrorKind::NotFound => RawConfig::default(),
            Err(error) => {
                return Err(ConfigError::new(
                    path.display(),
                    format!("cannot read the settings ({error}): name another file with --config"),
                ));
            }
        };
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        with_variables(raw, variables)?.check(&folder)
    }
}

fn parse(path: &Path, text: &str) -> Result<RawConfig, ConfigError> {
    let place = |offset: usize| {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        format!("{}:{line}:{column}", path.display())
    };
    let table = toml::de::DeTable::parse(text)
        .map_err(|error| ConfigError::new(place(error.span().map_or(0, |s| s.start)), error.message()))?;
    for key in table.get_ref().keys() {
        if expected(key.get_ref()).is_none() {
            return Err(ConfigError::new(place(key.span().start), unknown("setting", key.get_ref(), str::to_owned)));
        }
    }
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let wrong = table.get_ref().iter().find(|(_, value)| value.span().contains(&at));
        let what = wrong.and_then(|(key, _)| must_be(key.get_ref()));
        ConfigError::new(place(at), what.unwrap_or_else(|| error.message().trim_end().to_owned()))
    })
}

fn expected(key: &str) -> Option<&'static str> {
    SETTINGS.iter().find(|(known, _)| *known == key).map(|(_, expected)| *expected)
}

fn must_be(key: &str) -> Option<String> {
    expected(key).map(|expected| format!("`{key}` must be {expected}"))
}

/// What to say of a name that is no setting. `written` is how a setting is written there.
fn unknown(kind: &str, name: &str, written: impl Fn(&str) -> String) -> String {
    let names: Vec<String> = SETTINGS.iter().map(|(key, _)| *key).chain([TOKEN]).map(&written).collect();
    match nearest::nearest(name, names.iter().map(String::as_str)) {
        Some(near) if near == written(TOKEN) => format!("unknown {kind} `{name}`: {TOKEN_REMEDY}"),
        Some(near) => format!("unknown {kind} `{name}`: did you mean `{near}`?"),
        None => {
            let known: Vec<String> = SETTINGS.iter().map(|(key, _)| written(key)).collect();
            format!("unknown {kind} `{name}`: the {kind}s are {}", known.join(", "))
        }
    }
}

fn with_variables(
    mut raw: RawConfig,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<RawConfig, ConfigError> {
    for (name, value) in variables {
        let Some(key) = name.strip_prefix("BACKROAD_").map(str::to_lowercase) else { continue };
        // A path from the environment is relative to the working directory, not to the file's folder.
        let path = || std::path::absolute(&value).unwrap_or_else(|_| PathBuf::from(&value));
        let number = || value.parse().map_err(|_| ConfigError::new(&name, must_be(&key).unwrap_or_default()));
        match key.as_str() {
            _ if OTHER_VARIABLES.contains(&name.as_str()) => {}
            "content" => raw.content = Some(path()),
            "index" => raw.index = Some(path()),
            "data" => raw.data = Some(path()),
            "log" => raw.log = Some(value),
            "time_zone" => raw.time_zone = Some(value),
            "token_file" => raw.token_file = Some(path()),
            "backups" => raw.backups = Some(number()?),
            "other_matches" => raw.other_matches = Some(number()?),
            "catch_up_hours" => raw.catch_up_hours = Some(number()?),
            _ => {
                let written = |key: &str| format!("BACKROAD_{}", key.to_uppercase());
                return Err(ConfigError::new("environment", unknown("variable", &name, written)));
            }
        }
    }
    Ok(raw)
}

/// A bare word that is no level would be taken for a module's name, and silence everything else.
fn is_filter(log: &str) -> bool {
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    let known = |part: &str| part.contains('=') || levels.contains(&part.trim().to_lowercase().as_str());
    log.split(',').all(known) && log.parse::<tracing_subscriber::filter::EnvFilter>().is_ok()
}

impl RawConfig {
    fn check(self, folder: &Path) -> Result<Config, ConfigError> {
        let folder_of = |given: Option<PathBuf>, default: &str| folder.join(given.unwrap_or_else(|| default.into()));
        let within = |key: &str, given: Option<usize>, default: usize, range: RangeInclusive<usize>| {
            let value = given.unwrap_or(default);
            let is_within = range.contains(&value);
            is_within.then_some(value).ok_or_else(|| ConfigError::new("settings", must_be(key).unwrap_or_default()))
        };
        let log = self.log.filter(|log| !log.is_empty());
        if let Some(log) = log.as_ref().filter(|log| !is_filter(log)) {
            return Err(ConfigError::new(
                "log",
                format!(
                    "`{log}` is not a filter: use error, warn, info, debug, trace, or such as info,backroad::discord=debug"
                ),
            ));
        }
        let zone = self.time_zone.filter(|name| !name.is_empty());
        let time_zone = match &zone {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(name).map_err(|_| {
                let must = must_be("time_zone").unwrap_or_default();
                ConfigError::new("settings", format!("{must}, and `{name}` is none that this machine knows"))
            })?,
        };
        Ok(Config {
            content: folder_of(self.content, "content"),
            index: folder_of(self.index, "index"),
            data: folder_of(self.data, "data"),
            backups: within("backups", self.backups, 7, BACKUPS)?,
            log,
            token_file: self.token_file.filter(|path| !path.as_os_str().is_empty()).map(|path| folder.join(path)),
            other_matches: within("other_matches", self.other_matches, 8, OTHER_MATCHES)?,
            time_zone,
            catch_up_hours: within("catch_up_hours", self.catch_up_hours, 12, CATCH_UP)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config.toml");
        std::fs::write(&file, text).unwrap();
        let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::load(Some(&file), variables)
            .map_err(|e| e.to_string().replace(&format!("{}/", dir.path().display()), ""))
    }

    #[test]
    fn an_unknown_setting_names_the_nearest_one() {
        insta::assert_snapshot!(
            load("log = \"info\"\nconten = \"x\"\n", &[]).unwrap_err(),
            @"config.toml:2:1: unknown setting `conten`: did you mean `content`?"
        );
    }

    #[test]
    fn a_value_of_the_wrong_type_names_its_place() {
        insta::assert_snapshot!(
            load("other_matches = \"many\"\n", &[]).unwrap_err(),
            @"config.toml:1:17: `other_matches` must be a whole number from 0 to 25"
        );
        insta::assert_snapshot!(load("log = 3\n", &[]).unwrap_err(), @r#"config.toml:1:7: `log` must be a text such as "info""#);
        insta::assert_snapshot!(load("backups = -1\n", &[]).unwrap_err(), @"config.toml:1:11: `backups` must be a whole number from 1 to 365");
        insta::assert_snapshot!(load("", &[("BACKROAD_BACKUPS", "many")]).unwrap_err(), @"BACKROAD_BACKUPS: `backups` must be a whole number from 1 to 365");
    }

    #[test]
    fn a_word_that_is_no_level_is_refused_because_it_would_silence_the_log() {
        for log in ["verbose", "loud", "info,verbose", "info,x=debg"] {
            assert!(load("", &[("BACKROAD_LOG", log)]).unwrap_err().contains("is not a filter"), "{log}");
        }
        for log in ["", "warn", "INFO", "info,backroad::discord=debug"] {
            assert!(load("", &[("BACKROAD_LOG", log)]).is_ok(), "{log}");
        }
    }

    #[test]
    fn a_number_out_of_its_range_names_the_range() {
        insta::assert_snapshot!(load("other_matches = 26\n", &[]).unwrap_err(), @"settings: `other_matches` must be a whole number from 0 to 25");
        insta::assert_snapshot!(load("backups = 0\n", &[]).unwrap_err(), @"settings: `backups` must be a whole number from 1 to 365");
    }

    #[test]
    fn a_variable_overrides_the_file_and_an_unknown_one_is_an_error() {
        let config = load("log = \"warn\"\n", &[("BACKROAD_LOG", "debug"), ("HOME", "/root")]).unwrap();
        assert_eq!(config.log.as_deref(), Some("debug"));
        insta::assert_snapshot!(
            load("", &[("BACKROAD_DATTA", "x")]).unwrap_err(),
            @"environment: unknown variable `BACKROAD_DATTA`: did you mean `BACKROAD_DATA`?"
        );
    }

    #[test]
    fn a_token_among_the_settings_is_sent_to_its_place() {
        insta::assert_snapshot!(load("", &[("BACKROAD_TOKEN", "x")]).unwrap_err(), @"environment: unknown variable `BACKROAD_TOKEN`: the token is no setting: put it into DISCORD_TOKEN, or into the file that `token_file` names");
        insta::assert_snapshot!(load("token = \"x\"\n", &[]).unwrap_err(), @"config.toml:1:1: unknown setting `token`: the token is no setting: put it into DISCORD_TOKEN, or into the file that `token_file` names");
    }

    #[test]
    fn the_file_in_the_repository_lists_every_setting_with_its_default() {
        let text = include_str!("../config.toml");
        let all: String = text.lines().map(|l| l.strip_prefix("#= ").unwrap_or(l).to_owned() + "\n").collect();
        assert_eq!(load(&all, &[]).map(|c| c.other_matches), load("", &[]).map(|c| c.other_matches));
        for (key, _) in SETTINGS {
            assert!(all.lines().any(|line| line.starts_with(&format!("{key} ="))), "config.toml does not list {key}");
        }
    }
}
