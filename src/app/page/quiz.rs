//! A quiz laid out for reading: the lobby, a question, its answer. Moments are written as Discord's `<t:…:R>`, which every
//! client counts down by itself.

mod result;

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Page, kind_title};
use crate::content::QuestionKind;
use crate::quiz::{
    Card, Ending, Given, Mode, Pause, Phase, Player, Rank, Round, Session, Slot, Standing, Suspended, UnixMs, UserId,
    letter,
};

pub use result::{ended, leaderboard, period_title, report, scores};

/// So many names stand in a row before the rest is counted.
const NAMES: usize = 12;

/// A wait for Discord's limit that is worth a word, in milliseconds.
const NOTICED: i64 = 3_000;

/// So much of an explanation is shown, in characters: the rest is read where there is time.
const WHY: usize = 700;

/// The lobby, and what remains of it later.
pub fn lobby(session: &Session) -> Page {
    let settings = &session.settings;
    let about =
        if settings.about.is_empty() { String::new() } else { format!(" about **{}**", plain(&settings.about)) };
    let starter = plain(&session.starter_name);
    let count = questions(session.cards.len());
    let mut body = String::new();
    let mut say = |text: String| {
        let _infallible = writeln!(body, "{text}");
    };
    if let Some(wanted) = settings.wanted.filter(|_| !session.is_over()) {
        say(format!("I have only {count} for this, not {wanted}, so the quiz is shorter.\n"));
    }
    let title = match &session.phase {
        Phase::Lobby { begins_at } => {
            say(format!("**{starter}** starts a quiz{about}. {}", how_it_goes(session)));
            say(format!(
                "\nPress **Join** to play. It begins {}, or when {starter} presses **Start**.",
                relative(*begins_at)
            ));
            "Who plays?"
        }
        Phase::Over { ending: Ending::Stopped { by }, .. } if session.results.is_empty() => {
            say(format!("{} called it off before it began. `/quiz start` begins a new one.", plain(by)));
            "The quiz was called off"
        }
        _ if settings.mode == Mode::Solo => {
            say(format!("**{starter}** plays alone{about}. {}", how_it_goes(session)));
            "A solo quiz"
        }
        _ => {
            say(format!("The quiz{about} that **{starter}** started has begun. {}", how_it_goes(session)));
            say("Answering a question is enough to play.".to_owned());
            "The quiz has begun"
        }
    };
    if settings.mode != Mode::Solo && !session.is_over() {
        let names = names(session, |_| true);
        say(match names.len() {
            0 => format!("\nNobody has joined yet. {starter}, press **Join**, too, if you want to play."),
            count => format!("\n**Playing ({count}):** {}", listed(&names)),
        });
    }
    if !session.is_over() {
        let footer = format!("-# {starter} and moderators: `/quiz pause`, `/quiz skip`, `/quiz stop`.");
        let _infallible = write!(body, "\n{footer}");
    }
    Page { kicker: kicker(session, "Quiz"), title: title.to_owned(), body: body.trim().to_owned(), ..Page::default() }
}

fn how_it_goes(session: &Session) -> String {
    let (count, seconds) = (questions(session.cards.len()), session.settings.seconds);
    match session.settings.mode {
        Mode::Classic => format!("{count}, {seconds} seconds each; a right answer brings 100 points."),
        Mode::Race => format!(
            "{count}, {seconds} seconds each; a right answer brings 100 points and up to 50 for speed, a wrong one costs 25."
        ),
        Mode::Untimed => format!("{count} without a time limit: each ends when everybody who plays has answered."),
        Mode::Solo => format!("{count}, {seconds} seconds each. It counts for no leaderboard."),
    }
}

/// The message of a round, as it is now: the question, or its answer.
pub fn round(session: &Session, number: u32, stalled: bool) -> Page {
    let (Some(round), Some(card)) = (session.round(number), session.cards.get(number as usize)) else {
        return Page { title: "This question is over".to_owned(), ..Page::default() };
    };
    match session.is_revealed(number) {
        true => revealed(session, round, card, stalled),
        false => asked(session, round, card, stalled),
    }
}

fn asked(session: &Session, round: &Round, card: &Card, stalled: bool) -> Page {
    let mut body = beyond_title(card);
    let paused = matches!(session.phase, Phase::Paused { .. });
    // Who could read on while the clock stands would have more time than the others.
    if !card.options.is_empty() && !paused {
        let _infallible = write!(body, "\n\n{}", lettered(card));
    }
    if !paused {
        let _infallible = write!(body, "\n\n*{}*", how_to_answer(card.kind));
    }
    let line = match &session.phase {
        _ if stalled => STALLED.to_owned(),
        Phase::Paused { .. } => {
            format!("⏸ **Paused**, and the time of this question stands still. {}", who_resumes(session))
        }
        _ if !session.settings.is_timed() => {
            "No time limit: it ends when all players have answered, or after 15 minutes without an answer.".to_owned()
        }
        Phase::Open { deadline, .. } => ends(*deadline),
        _ => {
            let from = match session.post(Slot::Round(round.number)).map(|post| post.state) {
                Some(crate::quiz::PostState::Claimed(at)) => at,
                _ => session.started_at,
            };
            ends(from.plus(session.settings.milliseconds()))
        }
    };
    let _infallible = write!(body, "\n\n{line}");
    if !round.skip.is_empty() {
        let (votes, needed) = (round.skip.len(), session.majority());
        let _infallible = write!(body, "\n-# Skip: {votes} of {needed} votes.");
    }
    if round.waited_ms >= NOTICED {
        let seconds = (round.waited_ms + 500) / 1000;
        let _infallible = write!(
            body,
            "\n-# Many quizzes are played at the moment, so this question waited {seconds} s for its turn. Nobody loses time by that."
        );
    }
    let footer = match session.answer_count() {
        0 => String::new(),
        1 => "1 answer so far".to_owned(),
        count => format!("{count} answers so far"),
    };
    let kicker = format!("{} · {} · {}", of(session, round), card.level, kind_title(card.kind).to_lowercase());
    Page { kicker, title: card.title.clone(), body: body.trim().to_owned(), source: String::new(), footer }
}

/// The options with their letters.
pub(super) fn lettered(card: &Card) -> String {
    let lines = (0u8..).zip(&card.options).map(|(place, option)| format!("**{}** · {}", letter(place), option.text));
    lines.collect::<Vec<_>>().join("\n")
}

fn ends(at: UnixMs) -> String {
    format!("⏱ It ends {}, or when all players have answered.", relative(at))
}

const STALLED: &str = "⏸ **I cannot write to my disk at the moment, so the quiz waits.** What you have answered is safe; what \
                       you press now does not count until this line is gone.";

fn revealed(session: &Session, round: &Round, card: &Card, stalled: bool) -> Page {
    let void = session.results.get(round.number as usize).is_some_and(|result| result.void);
    // What is at the end is what a phone shows: how it stands, and what comes next.
    let given: Vec<(&Given, u64)> = round.answers.values().map(|answer| (&answer.given, 1)).collect();
    let mut parts = vec![solution(card), reasons(&given, card), short(&why(card), WHY)];
    parts.push(match void {
        true if session.is_over() && round.number == session.round.number => {
            "The quiz was stopped here, so this question brings nobody points.".to_owned()
        }
        true => "This question was skipped, so it brings nobody points.".to_owned(),
        false => who(session, round, card),
    });
    let standing = Standing::of(session);
    if session.cards.len() > 1 && standing.winners().next().is_some() && !session.is_over() {
        let leader = |rank: &Rank| format!("#{} {} ({})", rank.rank, plain(&rank.player.name), rank.player.points);
        let mut top: Vec<String> = standing.0.iter().take(3).map(leader).collect();
        let more = standing.0.len().saturating_sub(3);
        top.extend((more > 0).then(|| format!("and {more} more")));
        parts.push(format!("**Standing:** {}", top.join(" · ")));
    }
    parts.push(what_next(session, round, stalled));
    let topics: Vec<&str> = card.topics.iter().map(|topic| topic.title.as_str()).collect();
    parts.retain(|part| !part.trim().is_empty());
    Page {
        kicker: format!("{} · the answer", of(session, round)),
        title: card.title.clone(),
        body: parts.join("\n\n"),
        source: String::new(),
        footer: format!("Topic: {}", topics.join(", ")),
    }
}

/// What is to be said beside the options.
pub(super) fn why(card: &Card) -> String {
    match card.options.is_empty() {
        true => format!("{}\n\n{}", card.answer, card.explanation),
        false => card.explanation.clone(),
    }
}

/// The right answer in one line.
pub(super) fn solution(card: &Card) -> String {
    let right = || (0u8..).zip(&card.options).filter(|(_, option)| option.right);
    let letters = |places: &[u8]| places.iter().map(|place| letter(*place).to_string()).collect::<Vec<_>>().join(", ");
    match card.kind {
        QuestionKind::Short | QuestionKind::Open => {
            format!("**Right: {}**", card.accepted.first().map_or("see below", String::as_str))
        }
        QuestionKind::Order => format!("**Right order: {}**", letters(&card.right_order)),
        QuestionKind::Multi => {
            format!("**Right: {}**", letters(&right().map(|(place, _)| place).collect::<Vec<_>>()))
        }
        QuestionKind::TrueFalse | QuestionKind::Choice => {
            let right = right().next().map(|(place, option)| format!("**Right: {}** · {}", letter(place), option.text));
            right.unwrap_or_default()
        }
    }
}

/// Who was right, and who was not.
fn who(session: &Session, round: &Round, card: &Card) -> String {
    if round.answers.is_empty() {
        return "Nobody answered.".to_owned();
    }
    let name = |user: &UserId| session.players.get(user).map_or("somebody", |player| player.name.as_str());
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    for (user, answer) in &round.answers {
        let points = round.points.get(user).copied().unwrap_or_default();
        if card.is_right(&answer.given) {
            let streak = session.players.get(user).map_or(0, |player| player.streak);
            let row = if streak >= 2 { format!(", {streak} in a row") } else { String::new() };
            right.push((points, format!("{} (+{points}{row})", plain(name(user)))));
        } else {
            let cost = if points < 0 { format!(" ({})", signed(points)) } else { String::new() };
            wrong.push(format!("{}: {}{cost}", plain(name(user)), given(&answer.given)));
        }
    }
    right.sort_by(|(a, _), (b, _)| b.cmp(a));
    let right: Vec<String> = right.into_iter().map(|(_, line)| line).collect();
    let mut lines = vec![match right.len() {
        0 => "Nobody had it right.".to_owned(),
        count => format!("✅ **{count} of {} right:** {}", round.answers.len(), counted(&right)),
    }];
    if !wrong.is_empty() {
        lines.push(format!("❌ **Not right:** {}", most(&wrong, " · ")));
    }
    lines.join("\n")
}

/// An answer in a few characters.
pub fn given(given: &Given) -> String {
    match given {
        Given::Typed(text) => format!("“{}”", plain(&short(text, 40))),
        other => other
            .letters()
            .iter()
            .map(char::to_string)
            .collect::<Vec<_>>()
            .join(if matches!(other, Given::Order(_)) { ", " } else { " + " }),
    }
}

/// Every option with its reason and how many chose it. Answers come with how many gave them.
pub(super) fn reasons(answers: &[(&Given, u64)], card: &Card) -> String {
    let mut chosen: BTreeMap<u8, u64> = BTreeMap::new();
    for (given, count) in answers {
        match given {
            Given::One(place) => *chosen.entry(*place).or_default() += count,
            Given::Several(places) => places.iter().for_each(|place| *chosen.entry(*place).or_default() += count),
            Given::Order(_) | Given::Typed(_) => {}
        }
    }
    let answered: u64 = answers.iter().map(|(_, count)| count).sum();
    let is_order = card.kind == QuestionKind::Order;
    let all: Vec<u8> = (0u8..).zip(&card.options).map(|(place, _)| place).collect();
    let places = if is_order { &card.right_order } else { &all };
    let lines = places.iter().filter_map(|place| {
        let option = card.options.get(usize::from(*place))?;
        let mark = match (is_order, option.right) {
            (true, _) => "",
            (false, true) => "✅ ",
            (false, false) => "❌ ",
        };
        let count = match chosen.get(place) {
            _ if is_order || answered == 0 => String::new(),
            None => " — nobody chose it".to_owned(),
            Some(count) => format!(" — {count} of {answered} chose it"),
        };
        Some(format!("{mark}**{}** · {}{count}\n{}", letter(*place), option.text, option.reason))
    });
    let mut text = lines.collect::<Vec<_>>().join("\n");
    if is_order && answered > 0 {
        let right: u64 = answers.iter().filter(|(given, _)| card.is_right(given)).map(|(_, count)| count).sum();
        let _infallible = write!(text, "\n{right} of {answered} had the whole order.");
    }
    text
}

fn what_next(session: &Session, round: &Round, stalled: bool) -> String {
    let under_way = round.number == session.round.number;
    match &session.phase {
        _ if stalled && under_way => STALLED.to_owned(),
        Phase::Paused { why: Pause::Idle, then: Suspended::Between, .. } if under_way => {
            format!("⏸ **Nobody answered two questions in a row, so the quiz is paused.** {}", who_resumes(session))
        }
        Phase::Paused { .. } if under_way => format!("⏸ **Paused.** {}", who_resumes(session)),
        Phase::Revealed { next_at } if under_way => {
            let what = if session.is_last_round() { "The result comes" } else { "The next question comes" };
            let votes = match round.next.len() {
                0 => String::new(),
                votes => format!(" ({votes} of {} votes)", session.majority()),
            };
            let or = match session.settings.mode {
                _ if session.present().next().is_none() => String::new(),
                Mode::Solo => format!(", or when {} presses **Next**", plain(&session.starter_name)),
                _ => format!(", or when most players press **Next**{votes}"),
            };
            format!("{what} {}{or}.", relative(*next_at))
        }
        Phase::Over { ending: Ending::Stopped { by }, .. } if under_way => format!("{} stopped the quiz.", plain(by)),
        _ => String::new(),
    }
}

fn who_resumes(session: &Session) -> String {
    format!("{} or a moderator lets it go on with **Resume** or `/quiz resume`.", plain(&session.starter_name))
}

fn kicker(session: &Session, what: &str) -> String {
    let settings = &session.settings;
    let parts = [what, settings.about.as_str(), settings.only.as_str(), settings.mode.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn of(session: &Session, round: &Round) -> String {
    format!("Question {} of {}", round.number + 1, session.cards.len())
}

fn questions(count: usize) -> String {
    if count == 1 { "1 question".to_owned() } else { format!("{count} questions") }
}

pub(super) fn beyond_title(card: &Card) -> String {
    card.question.split_once("\n\n").map_or("", |(_title, rest)| rest).trim().to_owned()
}

/// A kind of question in a list of kinds.
pub fn kind_word(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Choice => "one right",
        QuestionKind::Multi => "several right",
        QuestionKind::TrueFalse => "true or false",
        QuestionKind::Short => "typed",
        QuestionKind::Order => "put in order",
        QuestionKind::Open => "open",
    }
}

pub(super) fn how_to_answer(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Choice => "Press the letter of the right answer.",
        QuestionKind::TrueFalse => "True or false? Press its letter.",
        QuestionKind::Multi => "More than one is right: press each letter, then Done.",
        QuestionKind::Order => "Press the letters in the right order.",
        QuestionKind::Short | QuestionKind::Open => "Press Answer and type one or a few words.",
    }
}

fn relative(at: UnixMs) -> String {
    format!("<t:{}:R>", at.seconds())
}

/// A text that people chose, so that it formats nothing and mentions nobody.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '<' | '[' | ']' | '(' | ')' | '#' | '@' | ':') {
            plain.push('\\');
        }
        plain.push(if c.is_control() { ' ' } else { c });
    }
    plain
}

pub(super) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// The names of some players, by the alphabet.
fn names(session: &Session, which: impl Fn(&Player) -> bool) -> Vec<&str> {
    let mut names: Vec<&str> =
        session.players.values().filter(|player| which(player)).map(|player| player.name.as_str()).collect();
    names.sort_by_key(|name| name.to_lowercase());
    names
}

fn listed(names: &[&str]) -> String {
    counted(&names.iter().map(|name| plain(name)).collect::<Vec<_>>())
}

fn counted(entries: &[String]) -> String {
    most(entries, ", ")
}

/// As many entries as fit a line or two, and how many more there are.
pub(super) fn most(entries: &[String], between: &str) -> String {
    let mut shown: Vec<String> = entries.iter().take(NAMES).cloned().collect();
    if entries.len() > NAMES {
        shown.push(format!("and {} more", entries.len() - NAMES));
    }
    shown.join(between)
}

/// A number with a real minus sign.
fn signed(points: i64) -> String {
    points.to_string().replace('-', "−")
}

fn and(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| plain(name)).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
