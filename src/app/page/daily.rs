//! Scheduled posts laid out for reading: a topic to read, a question to answer, the answer to the one before, and the list
//! of schedules. Moments are written as Discord's `<t:…>`, which every client shows in its reader's own time.

use std::fmt::Write;

use jiff::Timestamp;
use jiff::civil::Date;

use super::quiz::{
    beyond_title, given as shown_answer, how_to_answer, lettered, most, plain, reasons, short, solution, why,
};
use super::{Page, Part, kind_title, part};
use crate::app::daily::{Answer, Closed, Shown, Tally};
use crate::content::{Library, QuestionKind, Topic};
use crate::daily::{Archive, Filter, Kind, LeftOut, Pause, Schedule, Trouble};
use crate::quiz::{Card, Given, letter};

/// So much of an explanation is shown below an answer, in characters.
const WHY: usize = 500;

/// The longest bar of a histogram, in characters.
const BAR: u64 = 12;

/// How many posts are announced.
const NEXT: usize = 3;

/// So many things that go wrong are offered to talk about.
const DISCUSSED: usize = 2;

/// So much is said of each, in characters.
const DISCUSSED_LENGTH: usize = 220;

/// The topic of a post in three parts: what it is, an example, something to talk about.
pub fn topic(library: &Library, topic: &Topic, shown: &Shown) -> (Page, String, String) {
    let overview = part(library, topic, Part::Overview);
    let kicker = format!("{} · {}", kicker(library, shown, "topic"), level_and_time(topic));
    let body = format!("**{}**\n\n{}", topic.summary, topic.explanation);
    (Page { kicker, body, ..overview }, topic.example.clone(), discuss(library, topic))
}

fn level_and_time(topic: &Topic) -> String {
    format!("{} · {} min", topic.level, topic.minutes)
}

/// Something that a channel can talk about: a question without a single right answer where there is one, otherwise what goes
/// wrong with it in production.
fn discuss(library: &Library, topic: &Topic) -> String {
    let open = library.questions_of(&topic.id).find(|question| question.kind == QuestionKind::Open);
    if let Some(question) = open {
        return question.title.clone();
    }
    let pitfalls = topic.pitfalls.lines().filter_map(|line| {
        let (lead, rest) = line.strip_prefix("- **")?.split_once("**")?;
        // What one sees; what is behind it, and what helps, is for the channel to say.
        let rest = rest.trim();
        let seen = rest.split_once(". ").map_or(rest, |(first, _)| first).trim_end_matches('.');
        let what = if seen.is_empty() { String::new() } else { format!("{}.", sentences(seen, DISCUSSED_LENGTH)) };
        let what = if what == "." { String::new() } else { what };
        Some(format!("- **{lead}** {what}").trim().to_owned())
    });
    let pitfalls: Vec<String> = pitfalls.take(DISCUSSED).collect();
    match pitfalls.as_slice() {
        [] => format!("Where have you met {}, and what would you do differently today?", topic.title),
        pitfalls => format!("What would you do here?\n{}", pitfalls.join("\n")),
    }
}

/// As many whole sentences as fit, or nothing.
fn sentences(text: &str, most: usize) -> &str {
    if text.chars().count() <= most {
        return text;
    }
    let cut = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
    let head = text.get(..cut).unwrap_or_default();
    let end = [". ", "! ", "? "].into_iter().filter_map(|end| head.rfind(end)).max();
    // The mark itself, without the space after it.
    end.and_then(|at| head.get(..=at)).unwrap_or_default()
}

/// The question of a post, with how to answer it.
pub fn question(library: &Library, card: &Card, shown: &Shown) -> Page {
    let mut body = beyond_title(card);
    if !card.options.is_empty() {
        let _infallible = write!(body, "\n\n{}", lettered(card));
    }
    let _infallible = write!(
        body,
        "\n\n*{} Only you see your answer, and you can change it until the next post, which shows how all have answered.*",
        how_to_answer(card.kind)
    );
    // The topic above it says which step of a path this is.
    let what = match shown.topic {
        Some(_) => "Question".to_owned(),
        None => kicker(library, shown, "question"),
    };
    let kicker = format!("{what} · {} · {}", card.level, kind_title(card.kind).to_lowercase());
    Page { kicker, title: card.title.clone(), body: body.trim().to_owned(), ..Page::default() }
}

/// What it is, and which step of a path.
fn kicker(library: &Library, shown: &Shown, what: &str) -> String {
    let step = shown.step.as_ref().filter(|_| !shown.queued).map(|(path, step, of)| {
        let path = library.find(path).map_or(path.as_str(), |path| path.title());
        format!(" · {step} of {of} · {path}")
    });
    format!("Daily {what}{}", step.unwrap_or_default())
}

/// The answer to the question before, with how all have answered.
pub fn answered(closed: &Closed) -> Page {
    let card = &closed.card;
    let all: Vec<(&Given, u64)> = closed.tally.given.iter().map(|(given, _, count)| (given, *count)).collect();
    let mut parts = vec![solution(card), how_many(closed)];
    parts.extend(typed(closed));
    parts.extend(histogram(card, &all));
    parts.push(reasons(&[], card));
    parts.extend(streaks(&closed.tally));
    parts.push(sentences(&why(card), WHY).to_owned());
    parts.retain(|part| !part.trim().is_empty());
    let topics: Vec<&str> = card.topics.iter().map(|topic| topic.title.as_str()).collect();
    Page {
        kicker: format!("The answer to the question of {}", day(closed.date)),
        title: card.title.clone(),
        body: parts.join("\n\n"),
        source: String::new(),
        footer: format!("Topic: {}", topics.join(", ")),
    }
}

/// A question that is closed, for who looks back, with what they answered.
pub fn looked_back(closed: &Closed, own: Option<&Answer>) -> Page {
    let page = answered(closed);
    let yours = own.map(|answer| {
        let mark = if answer.right { "✅ **You were right:**" } else { "❌ **Not right:**" };
        format!("{mark} you answered {}.\n\n", shown_answer(&answer.given))
    });
    Page { body: format!("{}{}", yours.unwrap_or_default(), page.body), ..page }
}

/// How many chose each option, as bars.
fn histogram(card: &Card, answers: &[(&Given, u64)]) -> Option<String> {
    let answered: u64 = answers.iter().map(|(_, count)| count).sum();
    if card.options.is_empty() || card.kind == QuestionKind::Order || answered == 0 {
        return None;
    }
    let chose = |place: u8| -> u64 {
        let has = |given: &Given| match given {
            Given::One(one) => *one == place,
            Given::Several(several) => several.contains(&place),
            Given::Order(_) | Given::Typed(_) => false,
        };
        answers.iter().filter(|(given, _)| has(given)).map(|(_, count)| count).sum()
    };
    let lines = (0u8..).zip(&card.options).map(|(place, _)| {
        let count = chose(place);
        let length = usize::try_from((count * BAR).div_ceil(answered)).unwrap_or_default();
        let bar = format!("{:░<1$}", "█".repeat(length), BAR as usize);
        format!("`{} {bar}` {count}", letter(place))
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

fn how_many(closed: &Closed) -> String {
    match (closed.tally.right(), closed.tally.answered()) {
        (_, 0) => "Nobody answered.".to_owned(),
        (1, 1) => "The only answer was right.".to_owned(),
        (_, 1) => "The only answer was not right.".to_owned(),
        (2, 2) => "**Both were right.**".to_owned(),
        (right, all) if right == all => format!("**All {all} were right.**"),
        (0, all) => format!("**None of {all} was right.**"),
        (1, all) => format!("**1 of {all} was right.**"),
        (right, all) => format!("**{right} of {all} were right.**"),
    }
}

/// What was typed, the most frequent answers first.
fn typed(closed: &Closed) -> Option<String> {
    let mut counts: Vec<(String, bool, u64)> = Vec::new();
    for (given, right, count) in &closed.tally.given {
        let Given::Typed(text) = given else { continue };
        let text = text.to_lowercase();
        match counts.iter_mut().find(|(known, ..)| *known == text) {
            Some((.., known)) => *known += count,
            None => counts.push((text, *right, *count)),
        }
    }
    // What only one member typed is theirs, and what is no answer at all is not ours to say.
    let (shown, others): (Vec<_>, Vec<_>) =
        counts.into_iter().partition(|(text, right, count)| *right || (*count > 1 && !text.contains(['/', '@', ':'])));
    let mut shown = shown;
    shown.sort_by_key(|(_, right, count)| (std::cmp::Reverse(*count), !right));
    let line = |(text, right, count): (String, bool, u64)| {
        format!("{} “{}” {count}", if right { "✅" } else { "❌" }, plain(&short(&text, 40)))
    };
    let mut lines: Vec<String> = shown.into_iter().map(line).collect();
    let others: u64 = others.into_iter().map(|(.., count)| count).sum();
    lines.extend(match others {
        0 => None,
        1 => Some("1 other answer".to_owned()),
        others => Some(format!("{others} other answers")),
    });
    (!lines.is_empty()).then(|| most(&lines, " · "))
}

fn streaks(tally: &Tally) -> Option<String> {
    let line = |(name, streak): &(String, u32)| format!("{} {streak}", plain(name));
    let mut named: Vec<String> = tally.streaks.iter().map(line).collect();
    let more = tally.in_a_row.saturating_sub(named.len() as u64);
    named.extend((more > 0).then(|| format!("and {more} more")));
    (!named.is_empty()).then(|| format!("🔥 **Right in a row:** {}", named.join(" · ")))
}

/// A schedule with its next posts. Only who manages the server reads why it is paused.
pub fn schedule(library: &Library, number: usize, schedule: &Schedule, now: Timestamp, manages: bool) -> String {
    let settings = &schedule.settings;
    let mut text = format!(
        "**{number}.** {} · {}, {} at {} ({})",
        channel(schedule),
        kind(settings.kind),
        settings.when.days,
        time(schedule),
        settings.when.zone
    );
    let more = details(library, schedule, now);
    if !more.is_empty() {
        let _infallible = write!(text, "\n-# {more}");
    }
    let next: Vec<String> = match &schedule.paused {
        Some(_) => Vec::new(),
        None => upcoming(schedule, now).take(NEXT).map(|at| format!("<t:{}:F>", at.as_second())).collect(),
    };
    match (&schedule.paused, next.split_first()) {
        (Some(pause), _) => {
            let why = if manages { paused(schedule, pause) } else { "Paused for now.".to_owned() };
            let _infallible = write!(text, "\n⏸ {why}");
        }
        (None, Some((first, rest))) => {
            let relative = upcoming(schedule, now).next().map_or(0, Timestamp::as_second);
            let _infallible = write!(text, "\nNext, in your time: {first} (<t:{relative}:R>)");
            if !rest.is_empty() {
                let _infallible = write!(text, "\nThen: {}", rest.join(" · "));
            }
        }
        (None, None) => text.push_str("\nNo day is left on which it would post: `/daily edit` its days or quiet days."),
    }
    let today = settings.when.date_at(now);
    if let Some(left_out) = schedule.left_out.as_ref().filter(|left_out| left_out.is_news(today)) {
        let _infallible = write!(text, "\n-# {}", left(left_out));
    }
    text
}

/// The channel of a schedule, by its name when it is there no more.
pub fn channel(schedule: &Schedule) -> String {
    match schedule.paused {
        Some(Pause::Trouble { trouble: Trouble::ChannelGone, .. }) => {
            format!("#{} (deleted)", plain(&schedule.settings.channel_name))
        }
        _ => format!("<#{}>", schedule.settings.channel),
    }
}

/// When it posts next, from now on.
pub fn upcoming(schedule: &Schedule, now: Timestamp) -> impl Iterator<Item = Timestamp> + '_ {
    schedule.upcoming().map(|due| due.at).skip_while(move |at| *at <= now)
}

fn time(schedule: &Schedule) -> String {
    schedule.settings.when.time.strftime("%H:%M").to_string()
}

/// What is posted, in a few words.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Topic => "a topic",
        Kind::Question => "a question",
        Kind::Both => "a topic with a question",
    }
}

fn details(library: &Library, schedule: &Schedule, now: Timestamp) -> String {
    let settings = &schedule.settings;
    let mut parts = filter(library, &settings.filter);
    parts.extend(settings.role.map(|role| format!("tells <@&{role}>")));
    parts.extend(settings.thread.map(|thread| format!("thread, archived after {}", archive(thread))));
    let quiet = settings.when.quiet.from_day(settings.when.date_at(now));
    if !quiet.is_empty() {
        parts.push(format!("quiet: {quiet}"));
    }
    match schedule.queue.items().len() {
        0 => {}
        count => parts.push(format!("{count} in the queue")),
    }
    parts.join(" · ")
}

/// What is chosen from, as a list; empty when it is everything.
pub fn filter(library: &Library, filter: &Filter) -> Vec<String> {
    let mut parts = Vec::new();
    parts.extend(filter.path.as_ref().map(|path| {
        let title = library.find(path).map_or(path.as_str(), |path| path.title());
        format!("along {title}")
    }));
    parts.extend(
        filter.area.as_ref().map(|area| library.area(area).map_or_else(|| area.clone(), |area| area.title.clone())),
    );
    parts.extend(filter.level.map(|level| level.to_string()));
    parts
}

/// After how long a thread is archived.
pub fn archive(archive: Archive) -> &'static str {
    match archive {
        Archive::Hour => "1 hour",
        Archive::Day => "1 day",
        Archive::ThreeDays => "3 days",
        Archive::Week => "1 week",
    }
}

fn paused(schedule: &Schedule, pause: &Pause) -> String {
    match pause {
        Pause::Moderator(name) => format!("Paused by {}. `/daily resume` lets it go on.", plain(name)),
        Pause::Trouble { trouble: what, .. } => format!("Paused: {}", trouble(schedule, *what)),
    }
}

/// What is wrong, and what to do about it.
pub fn trouble(schedule: &Schedule, trouble: Trouble) -> String {
    let channel = schedule.settings.channel;
    let permissions = "View Channel, Send Messages, Embed Links and Read Message History";
    match trouble {
        Trouble::ChannelGone => {
            "its channel was deleted. Choose another one with `/daily edit`, then `/daily resume`.".to_owned()
        }
        Trouble::Forbidden => {
            format!("I may not write in <#{channel}>. Give me {permissions} there, then `/daily resume`.")
        }
        Trouble::Refused => format!(
            "Discord did not take my message in <#{channel}>; AutoMod may be why. Look at its rules, then `/daily resume`."
        ),
        Trouble::NoHistory => format!(
            "I was interrupted and cannot see whether my last post arrived in <#{channel}>. Give me Read Message History \
             there, then `/daily resume`."
        ),
        Trouble::ThreadForbidden => format!(
            "the post is there, but I may not make a thread of it in <#{channel}>. Give me Create Public Threads there, or \
             take the thread away with `/daily edit`, then `/daily resume`."
        ),
        Trouble::ThreadLimit => format!(
            "the post is there, but this server has too many open threads for one more in <#{channel}>. Close some, or take \
             the thread away with `/daily edit`, then `/daily resume`."
        ),
        Trouble::Nothing => {
            "my library has nothing left for it. Choose another path, area or level with `/daily edit`, then `/daily resume`."
                .to_owned()
        }
    }
}

fn left(left_out: &LeftOut) -> String {
    let LeftOut { count, last, in_doubt, .. } = left_out;
    let last = day(*last);
    let before = |lead: &str| match count {
        1 => String::new(),
        count => format!("{lead}{} before it", count - 1),
    };
    match in_doubt {
        true => {
            let before = before(" Left out or in doubt, too: ");
            let end = if before.is_empty() { "" } else { "." };
            format!("I could not see whether the post of {last} arrived, so it was not sent again.{before}{end}")
        }
        false => format!("Left out: the post of {last}, which could not be made in time{}.", before(", and ")),
    }
}

/// `21 November`.
pub fn day(date: Date) -> String {
    date.strftime("%-d %B").to_string()
}
