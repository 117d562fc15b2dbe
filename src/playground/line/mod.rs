//! Commands as members give them, read against the registered ones as a Discord client would: a line such as
//! `/quiz start topic: jwt questions: 5`, or a name with a text for each option.

mod values;

use serde_json::{Map, Value, json};

use super::json::{is_set, list, number, set, string};
use super::snowflake::Snowflake;
use values::{focus, number_value, string_value};

/// A slash command that is offered to whoever types.
#[derive(Clone, Debug)]
pub(super) struct Offered {
    pub(super) id: Snowflake,
    /// The guild to which the command belongs, unless it is global.
    pub(super) guild: Option<Snowflake>,
    /// The command as it was registered.
    pub(super) json: Value,
}

/// Somebody or something by id, with the `resolved` entries for it: kind (`users`, `members`, `roles`, `channels`) and
/// JSON.
pub(super) type Found = (Snowflake, Vec<(&'static str, Value)>);

/// Finds people and places by what a member types, such as `@ada` or `#quiz`.
pub(super) trait Directory {
    fn find(&self, kind: Target, name: &str) -> Option<Found>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    User,
    Role,
    Channel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Run,
    /// The last option is still being typed.
    Complete,
}

/// The `data` of the interaction, or one sentence that says what is wrong.
pub(super) fn parse(
    line: &str,
    offered: &[Offered],
    directory: &dyn Directory,
    purpose: Purpose,
) -> Result<Value, String> {
    let line = line.trim();
    let Some(rest) = line.strip_prefix('/') else {
        return Err("A command begins with a slash, such as /help.".to_owned());
    };
    let (name, rest) = first_word(rest);
    let command = named(name, offered)?;
    let mut reader = Reader { directory, purpose, resolved: Map::new() };
    let options = reader.level(&format!("/{name}"), &command.json, rest)?;
    Ok(reader.data(command, options))
}

/// The same for a command with its sub-commands, such as `quiz start`, and the texts of its options. In an
/// autocomplete the option named `focused` is being typed.
pub(super) fn fill_in(
    path: &str,
    texts: &[(&str, &str)],
    focused: Option<&str>,
    offered: &[Offered],
    directory: &dyn Directory,
) -> Result<Value, String> {
    let mut words = path.split_whitespace();
    let command = named(words.next().unwrap_or_default(), offered)?;
    let mut levels = vec![&command.json];
    for word in words {
        let inner = levels.last().and_then(|level| list(level, "options").find(|inner| string(inner, "name") == word));
        levels.push(inner.ok_or_else(|| format!("There is no command /{path}."))?);
    }
    let spec = levels.last().copied().unwrap_or(&command.json);
    let mut given = Vec::new();
    for (name, text) in texts {
        let option = list(spec, "options").find(|option| string(option, "name") == *name && !nests(option));
        given.push((option.ok_or_else(|| format!("/{path} has no option `{name}`."))?, *text));
    }
    let purpose = if focused.is_some() { Purpose::Complete } else { Purpose::Run };
    let mut reader = Reader { directory, purpose, resolved: Map::new() };
    let mut options = reader.options(&format!("/{path}"), spec, &given, focused)?;
    for level in levels.iter().skip(1).rev() {
        options = vec![json!({ "type": kind(level), "name": string(level, "name"), "options": options })];
    }
    Ok(reader.data(command, options))
}

fn named<'o>(name: &str, offered: &'o [Offered]) -> Result<&'o Offered, String> {
    let command = offered.iter().find(|command| string(&command.json, "name") == name);
    command.ok_or_else(|| unknown_command(name, offered))
}

/// A sub-command or a group of them.
fn nests(option: &Value) -> bool {
    matches!(kind(option), 1 | 2)
}

struct Reader<'r> {
    directory: &'r dyn Directory,
    purpose: Purpose,
    resolved: Map<String, Value>,
}

impl Reader<'_> {
    /// The data of the interaction.
    fn data(self, command: &Offered, options: Vec<Value>) -> Value {
        let mut data = json!({ "id": command.id, "name": string(&command.json, "name"), "type": 1 });
        if !options.is_empty() {
            set(&mut data, "options", options);
        }
        if let Some(guild) = command.guild {
            set(&mut data, "guild_id", json!(guild));
        }
        if !self.resolved.is_empty() {
            set(&mut data, "resolved", self.resolved);
        }
        data
    }

    /// The options of a command or sub-command from the text behind its name.
    fn level(&mut self, path: &str, spec: &Value, text: &str) -> Result<Vec<Value>, String> {
        let options: Vec<&Value> = list(spec, "options").collect();
        if options.iter().any(|option| nests(option)) {
            let (word, rest) = first_word(text);
            let Some(inner) = options.iter().find(|option| string(option, "name") == word) else {
                let names: Vec<String> = options.iter().map(|o| format!("{path} {}", string(o, "name"))).collect();
                return Err(format!("{path} needs a sub-command: {}.", names.join(", ")));
            };
            let inside = self.level(&format!("{path} {word}"), inner, rest)?;
            return Ok(vec![json!({ "type": kind(inner), "name": word, "options": inside })]);
        }
        let given = split(path, &options, text)?;
        let last = given.last().map(|(option, _)| string(option, "name"));
        self.options(path, spec, &given, last)
    }

    /// Checked values for the options that were given.
    fn options(
        &mut self,
        path: &str,
        spec: &Value,
        given: &[(&Value, &str)],
        focused: Option<&str>,
    ) -> Result<Vec<Value>, String> {
        let mut out = Vec::new();
        for (option, value) in given {
            let focused = self.purpose == Purpose::Complete && focused == Some(string(option, "name"));
            out.push(if focused { focus(path, option, value)? } else { self.value(option, value)? });
        }
        if self.purpose == Purpose::Run {
            if let Some(inner) = list(spec, "options").find(|option| nests(option)) {
                return Err(format!("{path} needs a sub-command, such as {path} {}.", string(inner, "name")));
            }
            let missing = list(spec, "options").find(|option| {
                is_set(option, "required")
                    && !given.iter().any(|(given, _)| string(given, "name") == string(option, "name"))
            });
            if let Some(option) = missing {
                let (name, description) = (string(option, "name"), string(option, "description"));
                return Err(format!("{path} needs `{name}: …` ({description})."));
            }
        } else if given.is_empty() {
            return Err(format!("Write an option of {path} to complete, such as `name: jw`."));
        }
        Ok(out)
    }

    fn value(&mut self, option: &Value, text: &str) -> Result<Value, String> {
        let name = string(option, "name");
        let value = match kind(option) {
            3 => string_value(option, name, text)?,
            4 | 10 => number_value(option, name, text)?,
            5 => match text.to_lowercase().as_str() {
                "true" | "yes" => true.into(),
                "false" | "no" => false.into(),
                _ => return Err(format!("`{name}` is either true or false.")),
            },
            6 => self.target(name, text, &[Target::User])?,
            7 => {
                let id = self.target(name, text, &[Target::Channel])?;
                self.check_channel_type(option, name, &id)?;
                id
            }
            8 => self.target(name, text, &[Target::Role])?,
            9 => self.target(name, text, &[Target::User, Target::Role])?,
            _ => return Err(format!("`{name}` takes a file, and the playground has none.")),
        };
        Ok(json!({ "type": kind(option), "name": name, "value": value }))
    }

    fn target(&mut self, name: &str, text: &str, targets: &[Target]) -> Result<Value, String> {
        let bare = text.trim_start_matches(['@', '#']);
        let found = targets.iter().find_map(|target| self.directory.find(*target, bare));
        let (id, entries) = found.ok_or_else(|| {
            let what = match targets {
                [Target::User] => "a member, such as @ada",
                [Target::Channel] => "a channel that you see, such as #general",
                [Target::Role] => "a role, such as @Moderator",
                _ => "a member or a role",
            };
            format!("`{name}` takes {what}; there is no {text} here.")
        })?;
        for (kind, json) in entries {
            set(self.resolved.entry(kind).or_insert_with(|| json!({})), &id.to_string(), json);
        }
        Ok(json!(id))
    }

    fn check_channel_type(&self, option: &Value, name: &str, id: &Value) -> Result<(), String> {
        let channel = self.resolved.get("channels").and_then(|channels| channels.get(id.as_str()?));
        let given = channel.and_then(|channel| channel.get("type"));
        let mut allowed = list(option, "channel_types").peekable();
        if allowed.peek().is_none() || allowed.any(|kind| Some(kind) == given) {
            Ok(())
        } else {
            Err(format!("`{name}` does not take a channel of this kind."))
        }
    }
}

/// The text cut at the names of options. Text in front of the first name belongs to the first required option, where a
/// client puts the cursor.
fn split<'o, 't>(path: &str, options: &[&'o Value], text: &'t str) -> Result<Vec<(&'o Value, &'t str)>, String> {
    let mut cuts: Vec<(usize, usize, &Value)> = Vec::new();
    for option in options {
        let label = format!("{}:", string(option, "name"));
        let at_word = |place: &usize| {
            text.get(..*place).is_some_and(|before| before.is_empty() || before.ends_with(char::is_whitespace))
        };
        if let Some(place) = text.match_indices(&label).map(|(place, _)| place).find(at_word) {
            cuts.push((place, place + label.len(), option));
        }
    }
    cuts.sort_by_key(|(place, ..)| *place);
    let mut given = Vec::new();
    let first = cuts.first().map_or(text.len(), |(place, ..)| *place);
    let leading = text.get(..first).unwrap_or_default().trim();
    if !leading.is_empty() {
        let cursor = options.iter().find(|option| {
            is_set(option, "required") && !cuts.iter().any(|(_, _, cut)| string(cut, "name") == string(option, "name"))
        });
        match cursor {
            Some(option) if !looks_like_an_option(leading) => given.push((*option, leading)),
            _ => return Err(misplaced(path, options, leading)),
        }
    }
    for (index, (_, start, option)) in cuts.iter().enumerate() {
        let end = cuts.get(index + 1).map_or(text.len(), |(place, ..)| *place);
        given.push((option, text.get(*start..end).unwrap_or_default().trim()));
    }
    Ok(given)
}

/// `nmae: jwt` is a misspelt option rather than a value.
fn looks_like_an_option(text: &str) -> bool {
    let (word, _) = first_word(text);
    word.strip_suffix(':')
        .is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c)))
}

fn misplaced(path: &str, options: &[&Value], text: &str) -> String {
    if options.is_empty() {
        return format!("{path} takes no options; leave out \"{text}\".");
    }
    let names: Vec<&str> = options.iter().map(|option| string(option, "name")).collect();
    format!(
        "Write the options of {path} as `name: value`; it knows {}, and \"{text}\" is none of them.",
        names.join(", ")
    )
}

fn unknown_command(name: &str, offered: &[Offered]) -> String {
    if offered.is_empty() {
        return "No commands are registered here yet; is the bot running?".to_owned();
    }
    let mut names: Vec<&str> = offered.iter().map(|command| string(&command.json, "name")).collect();
    names.sort_unstable();
    let nearest = names.iter().find(|known| strsim::damerau_levenshtein(known, name) <= 2);
    match nearest {
        Some(known) if !name.is_empty() => format!("There is no command /{name}; did you mean /{known}?"),
        _ => format!("There is no command /{name}; there are /{}.", names.join(", /")),
    }
}

fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

fn kind(option: &Value) -> i64 {
    number(option, "type")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Town;

    impl Directory for Town {
        fn find(&self, kind: Target, name: &str) -> Option<Found> {
            match (kind, name) {
                (Target::User, "ada") => Some((7.into(), vec![("users", json!({ "username": "ada" }))])),
                (Target::Channel, "quiz") => Some((8.into(), vec![("channels", json!({ "type": 0 }))])),
                (Target::Role, "Moderator") => Some((9.into(), vec![("roles", json!({}))])),
                _ => None,
            }
        }
    }

    fn offered() -> Vec<Offered> {
        let ask = json!({ "name": "ask", "options": [
            { "type": 3, "name": "query", "description": "what to look for", "required": true, "max_length": 20 },
            { "type": 3, "name": "kind", "description": "d", "choices": [
                { "name": "Topics", "value": "topic" }, { "name": "All", "value": "all" },
            ] },
            { "type": 5, "name": "private", "description": "d" },
        ] });
        let quiz = json!({ "name": "quiz", "options": [
            { "type": 1, "name": "start", "description": "d", "options": [
                { "type": 4, "name": "questions", "description": "d", "min_value": 1, "max_value": 50 },
                { "type": 3, "name": "topic", "description": "d", "autocomplete": true },
                { "type": 7, "name": "channel", "description": "d", "channel_types": [0] },
                { "type": 6, "name": "with", "description": "d" },
                { "type": 10, "name": "pace", "description": "d" },
                { "type": 8, "name": "role", "description": "d" },
            ] },
            { "type": 1, "name": "stop", "description": "d" },
        ] });
        let command = |id: u64, json| Offered { id: id.into(), guild: None, json };
        vec![command(1, ask), command(2, quiz)]
    }

    fn check(line: &str) -> String {
        match parse(line, &offered(), &Town, Purpose::Run) {
            Ok(data) => data["options"].to_string(),
            Err(sentence) => sentence,
        }
    }

    #[test]
    fn options_are_cut_at_their_names() {
        assert_eq!(
            check("/ask query: how does jwt work kind: topics private: yes"),
            json!([
                { "type": 3, "name": "query", "value": "how does jwt work" },
                { "type": 3, "name": "kind", "value": "topic" },
                { "type": 5, "name": "private", "value": true },
            ])
            .to_string()
        );
    }

    #[test]
    fn text_without_a_name_goes_to_the_first_required_option() {
        assert_eq!(check("/ask jwt"), json!([{ "type": 3, "name": "query", "value": "jwt" }]).to_string());
        assert_eq!(
            check("/ask what is a:b kind: all"),
            json!([
                { "type": 3, "name": "query", "value": "what is a:b" },
                { "type": 3, "name": "kind", "value": "all" },
            ])
            .to_string()
        );
    }

    #[test]
    fn sub_commands_and_all_types() {
        assert_eq!(
            check("/quiz start questions: 5 topic: jwt channel: #quiz with: @ada pace: 1.5 role: @Moderator"),
            json!([{ "type": 1, "name": "start", "options": [
                { "type": 4, "name": "questions", "value": 5 },
                { "type": 3, "name": "topic", "value": "jwt" },
                { "type": 7, "name": "channel", "value": "8" },
                { "type": 6, "name": "with", "value": "7" },
                { "type": 10, "name": "pace", "value": 1.5 },
                { "type": 8, "name": "role", "value": "9" },
            ] }])
            .to_string()
        );
        let data = parse("/quiz start with: ada", &offered(), &Town, Purpose::Run).unwrap();
        assert_eq!(data["resolved"], json!({ "users": { "7": { "username": "ada" } } }));
    }

    #[test]
    fn what_a_client_would_not_send_is_said_in_one_sentence() {
        insta::assert_snapshot!(
            [
                "ask jwt",
                "/",
                "/aks jwt",
                "/nonsense",
                "/ask",
                "/ask query:",
                "/ask query: 123456789012345678901",
                "/ask query: x kind: songs",
                "/ask query: x private: perhaps",
                "/ask nmae: jwt",
                "/quiz",
                "/quiz begin",
                "/quiz stop now",
                "/quiz start questions: many",
                "/quiz start questions: 51",
                "/quiz start with: @zoe",
                "/quiz start channel: #mods",
                "/quiz start pace: inf",
            ]
            .map(check)
            .join("\n"),
            @r#"
        A command begins with a slash, such as /help.
        There is no command /; there are /ask, /quiz.
        There is no command /aks; did you mean /ask?
        There is no command /nonsense; there are /ask, /quiz.
        /ask needs `query: …` (what to look for).
        `query` is empty; write something behind it.
        `query` takes at most 20 characters, and that is 21.
        `kind` is one of: Topics, All.
        `private` is either true or false.
        Write the options of /ask as `name: value`; it knows query, kind, private, and "nmae: jwt" is none of them.
        /quiz needs a sub-command: /quiz start, /quiz stop.
        /quiz needs a sub-command: /quiz start, /quiz stop.
        /quiz stop takes no options; leave out "now".
        `questions` takes a whole number, not "many".
        `questions` takes a number from 1 to 50, and 51 is not.
        `with` takes a member, such as @ada; there is no @zoe here.
        `channel` takes a channel that you see, such as #general; there is no #mods here.
        `pace` takes a number, not "inf".
        "#
        );
    }

    #[test]
    fn the_last_option_is_the_one_being_completed() {
        let data = parse("/quiz start questions: 5 topic: jw", &offered(), &Town, Purpose::Complete).unwrap();
        assert_eq!(
            data["options"][0]["options"],
            json!([
                { "type": 4, "name": "questions", "value": 5 },
                { "type": 3, "name": "topic", "value": "jw", "focused": true },
            ])
        );
        let error = parse("/ask query: jw", &offered(), &Town, Purpose::Complete).unwrap_err();
        assert_eq!(error, "`query` of /ask has no autocomplete.");
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in "(/(ask|quiz( start)?) )?(\\PC|query:|kind:|topic:|questions:| ){0,40}") {
            for purpose in [Purpose::Run, Purpose::Complete] {
                if let Err(sentence) = parse(&line, &offered(), &Town, purpose) {
                    prop_assert!(sentence.ends_with('.') || sentence.ends_with('?'), "{sentence}");
                }
            }
        }
    }
}
