//! Messages and modals as plain text: one fixed form, so that snapshots are stable and a terminal can show it.

use serde_json::Value;

use super::json::{is_set, list, number, string};
use super::snowflake::Snowflake;
use super::validate::EPHEMERAL;
use super::world::World;

/// Draws with the names of a world. Without a clock, moments are drawn without their numbers, which differ from run to
/// run.
pub(super) struct Renderer<'w> {
    pub(super) world: &'w World,
    pub(super) now_ms: Option<i64>,
}

impl Renderer<'_> {
    /// Content, embeds, rows of components, and who can see it.
    pub(super) fn message(&self, json: &Value) -> String {
        let mut parts: Vec<String> = Some(self.body(json)).filter(|body| !body.is_empty()).into_iter().collect();
        let rows: Vec<String> = list(json, "components").map(|row| self.row(row)).collect();
        if !rows.is_empty() {
            parts.push(rows.join("\n"));
        }
        let reactions: Vec<String> = list(json, "reactions").map(reaction).collect();
        if !reactions.is_empty() {
            parts.push(reactions.join(" "));
        }
        if number(json, "flags").unsigned_abs() & EPHEMERAL != 0 {
            parts.push("Only you can see this".to_owned());
        }
        parts.join("\n")
    }

    /// Content and embeds.
    pub(super) fn body(&self, json: &Value) -> String {
        let content = Some(self.text(string(json, "content"))).filter(|content| !content.is_empty());
        let parts: Vec<String> =
            content.into_iter().chain(list(json, "embeds").map(|embed| self.embed(embed))).collect();
        parts.join("\n")
    }

    /// The title, then one line for each field: its label, what must be given, what is there.
    pub(super) fn modal(&self, json: &Value) -> String {
        let mut lines = vec![format!("=== {} ===", string(json, "title"))];
        for part in list(json, "components") {
            if !string(part, "content").is_empty() {
                lines.push(self.text(string(part, "content")));
                continue;
            }
            let inner = part.get("component").or_else(|| list(part, "components").next()).unwrap_or(&Value::Null);
            let label = Some(string(part, "label")).filter(|label| !label.is_empty());
            let mut line = label.unwrap_or_else(|| string(inner, "label")).to_owned();
            if inner.get("required").and_then(Value::as_bool) == Some(false) {
                line.push_str(" (optional)");
            }
            line.push_str(": ");
            line.push_str(string(inner, "value"));
            let hint = string(inner, "placeholder");
            if !hint.is_empty() {
                line.push_str(&format!("({hint})"));
            }
            lines.push(line.trim_end().to_owned());
            lines.extend(list(inner, "options").map(|option| self.option(option)));
        }
        lines.join("\n")
    }

    fn embed(&self, embed: &Value) -> String {
        let mut blocks: Vec<String> = Vec::new();
        let author = embed.get("author").map(|author| string(author, "name")).unwrap_or_default();
        let mut head = vec![self.text(author)];
        let title = string(embed, "title");
        if !title.is_empty() {
            let url = string(embed, "url");
            let link = if url.is_empty() { String::new() } else { format!(" <{url}>") };
            head.push(format!("**{}**{link}", self.text(title)));
        }
        head.push(self.text(string(embed, "description")));
        head.retain(|line| !line.is_empty());
        blocks.push(head.join("\n"));
        for field in list(embed, "fields") {
            let value = self.text(string(field, "value"));
            blocks.push(format!("__{}__\n{value}", self.text(string(field, "name"))));
        }
        for picture in ["image", "thumbnail"] {
            if let Some(picture) = embed.get(picture) {
                blocks.push(format!("(picture: {})", string(picture, "url")));
            }
        }
        if let Some(footer) = embed.get("footer") {
            blocks.push(format!("- {}", self.text(string(footer, "text"))));
        }
        blocks.retain(|block| !block.is_empty());
        let lines = blocks.join("\n\n");
        let framed: Vec<String> = lines.lines().map(|line| format!("| {line}").trim_end().to_owned()).collect();
        framed.join("\n")
    }

    fn row(&self, row: &Value) -> String {
        let drawn: Vec<String> = list(row, "components").map(|component| self.component(component)).collect();
        drawn.join(" ")
    }

    fn component(&self, component: &Value) -> String {
        let disabled = is_set(component, "disabled");
        if number(component, "type") == 2 {
            let mut inside = button_label(component);
            if disabled {
                inside.push_str(" (disabled)");
            }
            let url = string(component, "url");
            if !url.is_empty() {
                inside.push_str(&format!(" <{url}>"));
            }
            return format!("[{inside}]");
        }
        let mut lines = vec![format!("[{} v]{}", select_label(component), if disabled { " (disabled)" } else { "" })];
        lines.extend(list(component, "options").map(|option| self.option(option)));
        lines.join("\n")
    }

    fn option(&self, option: &Value) -> String {
        let mut line = format!("  - {}", with_emoji(option, string(option, "label")));
        let description = string(option, "description");
        if !description.is_empty() {
            line.push_str(&format!(": {description}"));
        }
        if is_set(option, "default") {
            line.push_str(" (chosen)");
        }
        line
    }

    /// Text with the names of those who are mentioned.
    pub(super) fn text(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            out.push_str(before);
            let mention = after.split_once('>').and_then(|(inside, after)| Some((self.mention(inside)?, after)));
            if let Some((name, after)) = mention {
                out.push_str(&name);
                rest = after;
            } else {
                out.push('<');
                rest = after;
            }
        }
        out.push_str(rest);
        out
    }

    /// What stands between `<` and `>`; `None` when it is no mention.
    fn mention(&self, inside: &str) -> Option<String> {
        if let Some(role) = inside.strip_prefix("@&") {
            let id: Snowflake = role.parse().ok()?;
            let role = self.world.guilds.iter().find_map(|guild| guild.role(id));
            return Some(format!("@{}", role.map_or("deleted-role", |role| &role.name)));
        }
        if let Some(user) = inside.strip_prefix('@') {
            let id: Snowflake = user.strip_prefix('!').unwrap_or(user).parse().ok()?;
            return Some(format!("@{}", self.world.users.get(&id).map_or("unknown-user", |user| user.display_name())));
        }
        if let Some(channel) = inside.strip_prefix('#') {
            let id: Snowflake = channel.parse().ok()?;
            return Some(format!("#{}", self.world.channel(id).map_or("unknown", |(_, channel)| &channel.name)));
        }
        if let Some(command) = inside.strip_prefix('/') {
            let (name, id) = command.rsplit_once(':')?;
            id.parse::<Snowflake>().ok()?;
            return Some(format!("/{name}"));
        }
        let moment = inside.strip_prefix("t:")?;
        let (seconds, style) = moment.split_once(':').unwrap_or((moment, "f"));
        let seconds: i64 = seconds.parse().ok()?;
        Some(match self.now_ms {
            None => format!("<t:{style}>"),
            Some(now_ms) => moment_in_words(seconds, style, now_ms),
        })
    }
}

/// `in 25 seconds`, `2 hours ago`, or the date and time in UTC.
fn moment_in_words(seconds: i64, style: &str, now_ms: i64) -> String {
    if style != "R" {
        let format = match style {
            "t" | "T" => "%H:%M UTC",
            "d" | "D" => "%Y-%m-%d",
            _ => "%Y-%m-%d %H:%M UTC",
        };
        return jiff::Timestamp::from_second(seconds)
            .map_or_else(|_| "Invalid date".to_owned(), |moment| moment.strftime(format).to_string());
    }
    let away = seconds.saturating_sub(now_ms.div_euclid(1000));
    let size = away.unsigned_abs();
    let (count, unit) = match size {
        0..60 => (size, "second"),
        60..3600 => (size / 60, "minute"),
        3600..86_400 => (size / 3600, "hour"),
        _ => (size / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if away < 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

/// What stands on a button.
pub(super) fn button_label(button: &Value) -> String {
    with_emoji(button, string(button, "label"))
}

/// What stands on a select menu as long as nothing is chosen.
pub(super) fn select_label(select: &Value) -> &str {
    let placeholder = string(select, "placeholder");
    if placeholder.is_empty() { "Make a selection" } else { placeholder }
}

fn with_emoji(component: &Value, label: &str) -> String {
    let emoji = component.get("emoji").map(|emoji| string(emoji, "name")).unwrap_or_default();
    format!("{emoji} {label}").trim().to_owned()
}

fn reaction(reaction: &Value) -> String {
    let name = reaction.get("emoji").map(|emoji| string(emoji, "name")).unwrap_or_default();
    format!("({name} {})", number(reaction, "count"))
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn check(json: &Value) -> String {
        Renderer { world: &fixture::world(), now_ms: None }.message(json)
    }

    #[test]
    fn a_message_with_everything() {
        let world = fixture::world();
        let ada = world.user_named("ada").unwrap().id;
        let json = json!({
            "content": format!("<@{ada}> asked, 1 < 2, ends <t:1700000000:R>. See </quiz start:42> in <#{ada}>."),
            "flags": 64,
            "embeds": [{
                "author": { "name": "Topic" }, "title": "JSON Web Tokens", "url": "https://example.org",
                "description": "A token.\n\nSigned.", "footer": { "text": "2 min" },
                "fields": [{ "name": "Pitfall", "value": "None\nalgorithm" }],
            }],
            "components": [
                { "type": 1, "components": [
                    { "type": 2, "style": 1, "label": "More", "custom_id": "a" },
                    { "type": 2, "style": 1, "emoji": { "name": "👍" }, "custom_id": "b", "disabled": true },
                    { "type": 2, "style": 5, "label": "Docs", "url": "https://example.org/d" },
                ] },
                { "type": 1, "components": [{ "type": 3, "custom_id": "s", "placeholder": "Other matches", "options": [
                    { "label": "OAuth 2", "value": "1", "description": "Delegation" },
                    { "label": "Sessions", "value": "2", "default": true },
                ] }] },
            ],
        });
        insta::assert_snapshot!(check(&json), @r"
        @Ada asked, 1 < 2, ends <t:R>. See /quiz start in #unknown.
        | Topic
        | **JSON Web Tokens** <https://example.org>
        | A token.
        |
        | Signed.
        |
        | __Pitfall__
        | None
        | algorithm
        |
        | - 2 min
        [More] [👍 (disabled)] [Docs <https://example.org/d>]
        [Other matches v]
          - OAuth 2: Delegation
          - Sessions (chosen)
        Only you can see this
        ");
    }

    #[test]
    fn moments_are_told_from_now() {
        for (seconds, expected) in
            [(1030, "in 30 seconds"), (1001, "in 1 second"), (400, "10 minutes ago"), (1000 + 7200, "in 2 hours")]
        {
            assert_eq!(moment_in_words(seconds, "R", 1_000_900), expected);
        }
        assert_eq!(moment_in_words(0, "f", 0), "1970-01-01 00:00 UTC");
    }

    proptest! {
        #[test]
        fn text_without_mentions_stays_as_it_is(text in "[^<]{0,40}(<[a-z ]{0,5}>?)?[^<]{0,40}") {
            let world = fixture::world();
            prop_assert_eq!(Renderer { world: &world, now_ms: Some(0) }.text(&text), text);
        }

        #[test]
        fn no_mention_makes_it_panic(text in "(<(@|@!|@&|#|t:|/)?[0-9a-zA-Z:-]{0,25}>?|\\PC){0,8}") {
            let world = fixture::world();
            for now_ms in [None, Some(0)] {
                Renderer { world: &world, now_ms }.text(&text);
            }
        }
    }
}
