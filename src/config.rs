//! Settings: `config.toml` and `BACKROAD_*` variables (raw) -> [`Config`] (checked). Secrets are not settings: the token
//! comes from `DISCORD_TOKEN` or from the file that `token_file` names.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::nearest;

/// Every setting, in the order of `config.toml`.
const KEYS: &[&str] = &["content", "index", "data", "log", "token_file", "other_matches"];

/// Variables that begin with `BACKROAD_` and are not settings.
const OTHER_VARIABLES: &[&str] = &["BACKROAD_CONFIG"];

/// Discord lists at most 25 options in a select menu.
const OTHER_MATCHES_MAX: u32 = 25;

/// Settings that have been checked. All paths are absolute or relative to the working directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The folder of the library.
    pub content: PathBuf,
    /// The folder of the search index, a cache.
    pub index: PathBuf,
    /// The folder of the database.
    pub data: PathBuf,
    /// A `tracing` filter; every command has its own default.
    pub log: Option<String>,
    /// A file that holds the bot's token, used when `DISCORD_TOKEN` is not set.
    pub token_file: Option<PathBuf>,
    /// How many other matches an answer offers, 0 to 25.
    pub other_matches: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    content: Option<PathBuf>,
    index: Option<PathBuf>,
    data: Option<PathBuf>,
    log: Option<String>,
    token_file: Option<PathBuf>,
    other_matches: Option<u32>,
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
        if !KEYS.contains(&key.get_ref().as_ref()) {
            let known = suggestion(key.get_ref(), KEYS.iter().copied());
            return Err(ConfigError::new(
                place(key.span().start),
                format!("unknown setting `{}`: {known}", key.get_ref()),
            ));
        }
    }
    toml::from_str(text)
        .map_err(|error| ConfigError::new(place(error.span().map_or(0, |s| s.start)), error.message().trim_end()))
}

fn suggestion<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest::nearest(word, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the settings are {}", known.collect::<Vec<_>>().join(", ")),
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
        match key.as_str() {
            _ if OTHER_VARIABLES.contains(&name.as_str()) => {}
            "content" => raw.content = Some(path()),
            "index" => raw.index = Some(path()),
            "data" => raw.data = Some(path()),
            "log" => raw.log = Some(value),
            "token_file" => raw.token_file = Some(path()),
            "other_matches" => {
                raw.other_matches = Some(value.parse().map_err(|_| {
                    ConfigError::new(&name, format!("`{value}` is not a whole number: use 0 to {OTHER_MATCHES_MAX}"))
                })?);
            }
            _ => {
                let names: Vec<String> = KEYS.iter().map(|key| format!("BACKROAD_{}", key.to_uppercase())).collect();
                let known = suggestion(&name, names.iter().map(String::as_str));
                return Err(ConfigError::new(&name, format!("unknown variable: {known}")));
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
        let other_matches = self.other_matches.unwrap_or(8);
        if other_matches > OTHER_MATCHES_MAX {
            return Err(ConfigError::new(
                "other_matches",
                format!("{other_matches} is too many: Discord lists at most {OTHER_MATCHES_MAX}"),
            ));
        }
        let log = self.log.filter(|log| !log.is_empty());
        if let Some(log) = log.as_ref().filter(|log| !is_filter(log)) {
            return Err(ConfigError::new(
                "log",
                format!(
                    "`{log}` is not a filter: use error, warn, info, debug, trace, or such as info,backroad::discord=debug"
                ),
            ));
        }
        Ok(Config {
            content: folder_of(self.content, "content"),
            index: folder_of(self.index, "index"),
            data: folder_of(self.data, "data"),
            log,
            token_file: self.token_file.filter(|path| !path.as_os_str().is_empty()).map(|path| folder.join(path)),
            other_matches: other_matches as usize,
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
            @r#"config.toml:1:17: invalid type: string "many", expected u32"#
        );
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
    fn too_many_matches_are_refused() {
        insta::assert_snapshot!(
            load("other_matches = 26\n", &[]).unwrap_err(),
            @"other_matches: 26 is too many: Discord lists at most 25"
        );
    }

    #[test]
    fn a_variable_overrides_the_file_and_an_unknown_one_is_an_error() {
        let config = load("log = \"warn\"\n", &[("BACKROAD_LOG", "debug"), ("HOME", "/root")]).unwrap();
        assert_eq!(config.log.as_deref(), Some("debug"));
        insta::assert_snapshot!(
            load("", &[("BACKROAD_DATTA", "x")]).unwrap_err(),
            @"BACKROAD_DATTA: unknown variable: did you mean `BACKROAD_DATA`?"
        );
    }

    #[test]
    fn the_file_in_the_repository_lists_every_setting_with_its_default() {
        let text = include_str!("../config.toml");
        let all: String = text.lines().map(|l| l.strip_prefix("#= ").unwrap_or(l).to_owned() + "\n").collect();
        assert_eq!(load(&all, &[]).map(|c| c.other_matches), load("", &[]).map(|c| c.other_matches));
        for key in KEYS {
            assert!(all.lines().any(|line| line.starts_with(&format!("{key} ="))), "config.toml does not list {key}");
        }
    }
}
