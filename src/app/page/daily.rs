//! Scheduled posts laid out for reading: a topic to read, a question to answer, the answer to the one before, and the list
//! of schedules. Moments are written as Discord's `<t:…>`, which every client shows in its reader's own time.

use std::fmt::Write;

use jiff::Timestamp;
use jiff::civil::Date;

use super::quiz::{beyond_title, given, how_to_answer, lettered, most, plain, reasons, short, solution, why};
use super::{Page, Part, kind_title, part};
use crate::app::daily::{Answer, Closed, Shown};
use crate::content::{Library, QuestionKind, Topic};
use crate::daily::{Archive, Filter, Kind, LeftOut, Pause, Schedule, Trouble};
use crate::quiz::Card;

/// So much of an explanation is shown below an answer, in characters.
const WHY: usize = 500;

/// How many posts are announced.
const NEXT: usize = 3;

/// So many things that go wrong are offered to talk about.
const DISCUSSED: usize = 3;

/// So many people are named who have a streak.
const STREAKS: usize = 5;

/// A streak begins with so many right answers in a row.
const STREAK: u32 = 2;

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
    let leads = topic.pitfalls.lines().filter_map(|line| line.strip_prefix("- **")?.split_once("**"));
    let leads: Vec<String> =
        leads.take(DISCUSSED).map(|(lead, _)| format!("- {}", lead.trim_end_matches('.'))).collect();
    match leads.as_slice() {
        [] => format!("Where have you met {}, and what would you do differently today?", topic.title),
        leads => format!("Which of these have you met, and what did you do about it?\n{}", leads.join("\n")),
    }
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
    let kicker =
        format!("{} · {} · {}", kicker(library, shown, "question"), card.level, kind_title(card.kind).to_lowercase());
    Page { kicker, title: card.title.clone(), body: body.trim().to_owned(), ..Page::default() }
}

/// What it is, and which step of a path.
fn kicker(library: &Library, shown: &Shown, what: &str) -> String {
    let step = shown.step.as_ref().filter(|_| !shown.queued).map(|(path, step, of)| {
        let path = library.find(path).map_or(path.as_str(), |path| path.title());
        format!(" · step {step} of {of} of {path}")
    });
    format!("Daily {what}{}", step.unwrap_or_default())
}

/// The answer to the question before, with how all have answered.
pub fn answered(closed: &Closed) -> Page {
    let card = &closed.card;
    let all: Vec<&crate::quiz::Given> = closed.answers.iter().map(|answer| &answer.given).collect();
    let mut parts = vec![solution(card), how_many(closed)];
    parts.extend(typed(closed));
    parts.push(reasons(&all, card));
    parts.extend(streaks(&closed.answers));
    parts.push(short(&why(card), WHY));
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
    let yours = match own {
        None => "You did not answer this one.".to_owned(),
        Some(answer) => {
            let mark = if answer.right { "✅" } else { "❌" };
            format!("{mark} **Your answer:** {}", given(&answer.given))
        }
    };
    Page { body: format!("{yours}\n\n{}", page.body), ..page }
}

fn how_many(closed: &Closed) -> String {
    let right = closed.answers.iter().filter(|answer| answer.right).count();
    match closed.answers.len() {
        0 => "Nobody answered.".to_owned(),
        1 if right == 1 => "One has answered, and was right.".to_owned(),
        1 => "One has answered, and was not right.".to_owned(),
        all if right == all => format!("**All {all} were right.**"),
        all => format!("**{right} of {all} were right.**"),
    }
}

/// What was typed, the most frequent answers first.
fn typed(closed: &Closed) -> Option<String> {
    let mut counts: Vec<(String, bool, usize)> = Vec::new();
    for answer in &closed.answers {
        let crate::quiz::Given::Typed(text) = &answer.given else { continue };
        let text = text.to_lowercase();
        match counts.iter_mut().find(|(known, ..)| *known == text) {
            Some((.., count)) => *count += 1,
            None => counts.push((text, answer.right, 1)),
        }
    }
    counts.sort_by(|(.., a), (.., b)| b.cmp(a));
    let line = |(text, right, count): (String, bool, usize)| {
        format!("{} “{}” {count}", if right { "✅" } else { "❌" }, plain(&short(&text, 40)))
    };
    let lines: Vec<String> = counts.into_iter().map(line).collect();
    (!lines.is_empty()).then(|| most(&lines, " · "))
}

fn streaks(answers: &[Answer]) -> Option<String> {
    let mut best: Vec<&Answer> = answers.iter().filter(|answer| answer.streak >= STREAK).collect();
    best.sort_by_key(|answer| (std::cmp::Reverse(answer.streak), answer.name.to_lowercase()));
    let more = best.len().saturating_sub(STREAKS);
    let mut named: Vec<String> =
        best.iter().take(STREAKS).map(|answer| format!("{} {}", plain(&answer.name), answer.streak)).collect();
    named.extend((more > 0).then(|| format!("and {more} more")));
    (!named.is_empty()).then(|| format!("🔥 **Right in a row:** {}", named.join(" · ")))
}

/// A schedule with its next posts.
pub fn schedule(library: &Library, number: usize, schedule: &Schedule, now: Timestamp) -> String {
    let settings = &schedule.settings;
    let mut text = format!(
        "**{number}.** <#{}> · {}, {} at {} ({})",
        settings.channel,
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
            let _infallible = write!(text, "\n⏸ {}", paused(schedule, pause));
        }
        (None, Some((first, rest))) => {
            let relative = upcoming(schedule, now).next().map_or(0, Timestamp::as_second);
            let _infallible = write!(text, "\nNext: {first} (<t:{relative}:R>)");
            if !rest.is_empty() {
                let _infallible = write!(text, "\nThen: {}", rest.join(" · "));
            }
        }
        (None, None) => text.push_str("\nNo day is left on which it would post: `/daily edit` its days or quiet days."),
    }
    if let Some(left_out) = &schedule.left_out {
        let _infallible = write!(text, "\n-# {}", left(left_out));
    }
    text
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
    let why = "I was not running, or could not post in time";
    match left_out {
        LeftOut { count: 1, first, .. } => format!("Left out: the post of {}, because {why}.", day(*first)),
        LeftOut { count, first, last } => {
            format!("Left out: {count} posts from {} to {}, because {why}.", day(*first), day(*last))
        }
    }
}

/// `21 November`.
pub fn day(date: Date) -> String {
    date.strftime("%-d %B").to_string()
}
