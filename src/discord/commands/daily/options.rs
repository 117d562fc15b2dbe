//! The options of `/daily add` and `edit`: their definitions, what was given, and whether it can work.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serenity::builder::CreateCommandOption;
use serenity::model::Permissions;
use serenity::model::application::{CommandData, CommandDataOption, CommandDataOptionValue, CommandOptionType};
use serenity::model::channel::ChannelType;

use super::By;
use crate::app::page::daily::archive;
use crate::app::page::quiz::plain;
use crate::app::{App, Knowledge};
use crate::content::{Item, ItemKind, Level};
use crate::daily::{
    Archive, Days, Filter, Kind, Quiet, Settings, When, Zone, find_zone, read_days, read_quiet, read_time,
    suggest_days, suggest_times, suggest_zones,
};
use crate::discord::commands::quiz::{areas, find_area};
use crate::discord::commands::{level, level_option, string};
use crate::discord::permissions::{self, Standing};
use crate::discord::render::{OPTIONS, Reply};
use crate::discord::rest::Rest;

/// What a post takes in its channel.
const NEEDED: [(Permissions, &str); 4] = [
    (Permissions::VIEW_CHANNEL, "View Channel"),
    (Permissions::SEND_MESSAGES, "Send Messages"),
    (Permissions::EMBED_LINKS, "Embed Links"),
    (Permissions::READ_MESSAGE_HISTORY, "Read Message History"),
];

/// What a thread takes beside that.
pub(in crate::discord) const MAKE_THREADS: (Permissions, &str) =
    (Permissions::CREATE_PUBLIC_THREADS, "Create Public Threads");

/// What `clear` takes away, as it is written and shown.
const CLEARED: [(Cleared, &str, &str); 7] = [
    (Cleared::Path, "path", "Path: choose from everything"),
    (Cleared::Area, "area", "Area: choose from all areas"),
    (Cleared::Level, "level", "Level: for anybody"),
    (Cleared::Role, "role", "Role: tell nobody"),
    (Cleared::Thread, "thread", "Thread: make none"),
    (Cleared::Quiet, "quiet", "Quiet days: none"),
    (Cleared::Days, "days", "Days: every day"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cleared {
    Path,
    Area,
    Level,
    Role,
    Thread,
    Quiet,
    Days,
}

/// Adds the options of a schedule to a command; for a new one some are required.
pub(super) fn all(command: CreateCommandOption, new: bool) -> CreateCommandOption {
    let text = |name: &str, description: &str| CreateCommandOption::new(CommandOptionType::String, name, description);
    let free = |name: &str, description: &str| text(name, description).set_autocomplete(true);
    let channel = CreateCommandOption::new(CommandOptionType::Channel, "channel", "Where it is posted")
        .channel_types(vec![ChannelType::Text, ChannelType::News]);
    // What an edit leaves out stays as it is.
    let hint = |hint: &str, default: &str| if new { format!("{hint} ({default})") } else { hint.to_owned() };
    let kinds = Kind::ALL.into_iter().fold(text("kind", &hint("What is posted", "a topic")), |option, kind| {
        option.add_string_choice(kind_title(kind), kind.as_str())
    });
    let threads = text("thread", &hint("Make a thread of each post, archived when it is silent", "none"));
    let threads = Archive::ALL.into_iter().fold(threads, |option, thread| {
        option.add_string_choice(format!("Archived after {}", archive(thread)), thread.as_str())
    });
    command
        .add_sub_option(channel.required(new))
        .add_sub_option(free("time", "The time of day, such as 9:00 or 18:30").required(new))
        .add_sub_option(free("timezone", "Whose time: begin to type a city").required(new))
        .add_sub_option(kinds)
        .add_sub_option(free("path", &hint("A roadmap to follow step by step", "all topics, in turn")))
        .add_sub_option(free("area", &hint("Only one area of topics", "all")))
        .add_sub_option(level_option())
        .add_sub_option(CreateCommandOption::new(
            CommandOptionType::Role,
            "role",
            "A role that is told of each post (none)",
        ))
        .add_sub_option(threads)
        .add_sub_option(free("days", &hint("On which days, such as Mon-Fri", "every day")).max_length(100))
        .add_sub_option(text("quiet", "Days without a post, such as 2026-12-24..2027-01-01").max_length(600))
}

/// What an edit can take away.
pub(super) fn clear() -> CreateCommandOption {
    let option = CreateCommandOption::new(CommandOptionType::String, "clear", "Something to take away");
    CLEARED.iter().fold(option, |option, (_, word, title)| option.add_string_choice(*title, *word))
}

fn kind_title(kind: Kind) -> &'static str {
    match kind {
        Kind::Topic => "A topic to read",
        Kind::Question => "A question to answer",
        Kind::Both => "A topic with a question about it",
    }
}

/// What was given of the options.
#[derive(Clone, Debug, Default)]
pub(super) struct Wishes {
    channel: Option<(u64, String)>,
    time: Option<Time>,
    zone: Option<Zone>,
    kind: Option<Kind>,
    path: Option<String>,
    area: Option<String>,
    level: Option<Level>,
    /// Whether anyone may mention it.
    role: Option<(u64, bool)>,
    thread: Option<Archive>,
    days: Option<Days>,
    quiet: Option<Quiet>,
    clear: Option<Cleared>,
}

impl Wishes {
    /// The settings of a new schedule.
    pub(super) fn new_settings(&self) -> Result<Settings, Box<Reply>> {
        let (Some((channel, channel_name)), Some(time), Some(zone)) =
            (self.channel.clone(), self.time, self.zone.clone())
        else {
            return Err(refuse("Say where, when and whose time it is: `channel`, `time` and `timezone`."));
        };
        let when = When { time, zone, days: Days::ALL, quiet: Quiet::default() };
        let filter = Filter::default();
        let mut settings =
            Settings { channel, channel_name, when, kind: Kind::Topic, filter, role: None, thread: None };
        self.apply(&mut settings);
        Ok(settings)
    }

    /// Changes what was given, and leaves everything else.
    pub(super) fn apply(&self, settings: &mut Settings) {
        fn set<T: Clone>(place: &mut T, wish: &Option<T>) {
            if let Some(wish) = wish {
                place.clone_from(wish);
            }
        }
        fn set_some<T: Clone>(place: &mut Option<T>, wish: &Option<T>) {
            if wish.is_some() {
                place.clone_from(wish);
            }
        }
        if let Some((channel, name)) = &self.channel {
            (settings.channel, settings.channel_name) = (*channel, name.clone());
        }
        set(&mut settings.when.time, &self.time);
        set(&mut settings.when.zone, &self.zone);
        set(&mut settings.when.days, &self.days);
        set(&mut settings.when.quiet, &self.quiet);
        set(&mut settings.kind, &self.kind);
        set_some(&mut settings.filter.path, &self.path);
        set_some(&mut settings.filter.area, &self.area);
        set_some(&mut settings.filter.level, &self.level);
        set_some(&mut settings.role, &self.role.map(|(role, _)| role));
        set_some(&mut settings.thread, &self.thread);
        match self.clear {
            Some(Cleared::Path) => settings.filter.path = None,
            Some(Cleared::Area) => settings.filter.area = None,
            Some(Cleared::Level) => settings.filter.level = None,
            Some(Cleared::Role) => settings.role = None,
            Some(Cleared::Thread) => settings.thread = None,
            Some(Cleared::Quiet) => settings.when.quiet = Quiet::default(),
            Some(Cleared::Days) => settings.when.days = Days::ALL,
            None => {}
        }
    }
}

fn refuse(text: impl Into<String>) -> Box<Reply> {
    Box::new(Reply::sentence(text))
}

/// Reads what was given, or says what is wrong with it.
pub(super) fn read(
    app: &App,
    knowledge: &Knowledge,
    data: &CommandData,
    given: &[CommandDataOption],
    by: &By,
    now: Timestamp,
    before: Option<&Settings>,
) -> Result<Wishes, Box<Reply>> {
    let text = |name: &str| string(given, name).map(str::trim).filter(|text| !text.is_empty());
    let zone = text("timezone").map(find_zone).transpose().map_err(refuse)?;
    let there = zone.as_ref().or(before.map(|before| &before.when.zone));
    let rules = there.map_or(jiff::tz::TimeZone::UTC, |zone| zone.rules().clone());
    let today: Date = now.to_zoned(rules).date();
    let word = |name: &str| refuse(format!("That is none of the choices for `{name}`: choose one from the list."));
    let kind =
        text("kind").map(|kind| Kind::ALL.into_iter().find(|known| known.as_str() == kind).ok_or_else(|| word("kind")));
    let thread = text("thread")
        .map(|thread| Archive::ALL.into_iter().find(|known| known.as_str() == thread).ok_or_else(|| word("thread")));
    let clear = text("clear").map(|what| {
        CLEARED.iter().find(|(_, known, _)| *known == what).map(|(cleared, ..)| *cleared).ok_or_else(|| word("clear"))
    });
    let area = text("area").map(|named| find_area(knowledge, named)).transpose()?;
    Ok(Wishes {
        channel: channel(data, given)?,
        time: text("time").map(read_time).transpose().map_err(refuse)?,
        zone,
        kind: kind.transpose()?,
        path: text("path").map(|named| path(app, knowledge, named)).transpose()?,
        area,
        level: level(given)?,
        role: role(data, given, by)?,
        thread: thread.transpose()?,
        days: text("days").map(read_days).transpose().map_err(refuse)?,
        quiet: text("quiet").map(|typed| read_quiet(typed, today)).transpose().map_err(refuse)?,
        clear: clear.transpose()?,
    })
}

fn channel(data: &CommandData, given: &[CommandDataOption]) -> Result<Option<(u64, String)>, Box<Reply>> {
    let option = given.iter().find(|option| option.name == "channel");
    let Some(id) = option.and_then(|option| option.value.as_channel_id()) else { return Ok(None) };
    // Discord says what was chosen of what it offers; anything else was made up.
    let chosen = data.resolved.channels.get(&id);
    match chosen.filter(|channel| matches!(channel.kind, ChannelType::Text | ChannelType::News)) {
        Some(channel) => Ok(Some((id.get(), channel.name.clone().unwrap_or_default()))),
        None => Err(refuse("I can post in text and announcement channels: choose one from the list.")),
    }
}

/// A role may only be chosen by who could mention it.
fn role(data: &CommandData, given: &[CommandDataOption], by: &By) -> Result<Option<(u64, bool)>, Box<Reply>> {
    let option = given.iter().find(|option| option.name == "role");
    let Some(CommandDataOptionValue::Role(id)) = option.map(|option| &option.value) else { return Ok(None) };
    if id.get() == by.guild {
        return Err(refuse(
            "I don't tell everyone: choose a role that members take on themselves, such as one for daily posts.",
        ));
    }
    let mentionable = data.resolved.roles.get(id).is_some_and(|role| role.mentionable);
    if !mentionable && !by.mentions {
        return Err(refuse(format!(
            "You may not mention <@&{id}> yourself, so I don't do it for you. Let anyone mention that role in its settings, or \
             choose another one."
        )));
    }
    Ok(Some((id.get(), mentionable)))
}

fn path(app: &App, knowledge: &Knowledge, named: &str) -> Result<String, Box<Reply>> {
    if let Some(Item::Roadmap(roadmap)) = knowledge.library.find(named) {
        return Ok(roadmap.id.clone());
    }
    let near = app.knowledge().suggest(named, Some(ItemKind::Roadmap), OPTIONS);
    match near.as_slice() {
        [only] => Ok(only.id.clone()),
        _ => Err(refuse("I have no roadmap of that name: begin to type, and choose one from the list.")),
    }
}

/// Whether posts can be made so: what must be mended first is refused, what may not work is said.
pub(super) async fn check(
    rest: &Rest,
    by: &By,
    settings: &Settings,
    wishes: Option<&Wishes>,
) -> Result<String, Box<Reply>> {
    let may = match permissions::in_channel(rest, by.guild, settings.channel).await {
        Some(Standing::May(may)) => may,
        Some(Standing::Gone) => {
            return Err(refuse(format!(
                "I cannot post: #{} was deleted. Choose another channel with `/daily edit`.",
                plain(&settings.channel_name)
            )));
        }
        None => return Ok(String::new()),
    };
    let thread = settings.thread.map(|_| MAKE_THREADS);
    let missing: Vec<&str> = NEEDED
        .into_iter()
        .chain(thread)
        .filter(|(needed, _)| !may.administrator() && !may.contains(*needed))
        .map(|(_, name)| name)
        .collect();
    if !missing.is_empty() {
        return Err(refuse(format!(
            "I cannot post in <#{}> yet: give me {} there, then try again.",
            settings.channel,
            missing.join(", ")
        )));
    }
    Ok(match wishes.and_then(|wishes| wishes.role) {
        Some((role, false)) if !may.administrator() && !may.contains(Permissions::MENTION_EVERYONE) => format!(
            "But nobody will be told: I may not mention <@&{role}>. Let anyone mention that role in its settings, or give me \
             Mention Everyone there."
        ),
        _ => String::new(),
    })
}

/// Choices for an option that is being typed.
pub(super) async fn complete(app: &App, guild: u64, option: &str, typed: &str) -> Vec<(String, String)> {
    match option {
        "time" => suggest_times(typed),
        "timezone" => {
            let schedules = app.dailies(guild).await.unwrap_or_default();
            let used: Vec<&str> = schedules.iter().map(|schedule| schedule.settings.when.zone.name()).collect();
            suggest_zones(typed, &used, app.wall_time(), OPTIONS)
        }
        "days" => suggest_days(typed),
        "area" => areas(&app.knowledge(), typed, |_| true),
        "path" => {
            let near = app.knowledge().suggest(typed, Some(ItemKind::Roadmap), OPTIONS);
            near.into_iter().map(|roadmap| (roadmap.title, roadmap.id)).collect()
        }
        _ => Vec::new(),
    }
}
