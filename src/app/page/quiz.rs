//! A quiz laid out for reading: the lobby, a question, its answer, the result, a report, a leaderboard. Moments are written
//! as Discord's `<t:…:R>`, which every client counts down by itself.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Page, kind_title};
use crate::app::quiz::{Leaderboard, LeaderboardPeriod, Own};
use crate::content::QuestionKind;
use crate::quiz::{
    Card, Ending, Given, Mode, Pause, Phase, Player, Rank, Round, Session, Slot, Standing, Suspended, UnixMs, UserId,
    letter,
};
use crate::store::StandingLine;

/// So many names stand in a row before the rest is counted.
const NAMES: usize = 12;

/// So many lines has the list of everybody's points.
const LINES: usize = 20;

/// A wait for Discord's limit that is worth a word, in milliseconds.
const NOTICED: i64 = 3_000;

/// So much of an explanation is shown, in characters: the rest is read where there is time.
const WHY: usize = 700;

/// So many missed questions are listed.
const MISSED: usize = 10;

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
        let lines =
            (0u8..).zip(&card.options).map(|(place, option)| format!("**{}** · {}", letter(place), option.text));
        let _infallible = write!(body, "\n\n{}", lines.collect::<Vec<_>>().join("\n"));
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

fn ends(at: UnixMs) -> String {
    format!("⏱ It ends {}, or when all players have answered.", relative(at))
}

const STALLED: &str = "⏸ **I cannot write to my disk at the moment, so the quiz waits.** What you have answered is safe; what \
                       you press now does not count until this line is gone.";

fn revealed(session: &Session, round: &Round, card: &Card, stalled: bool) -> Page {
    let void = session.results.get(round.number as usize).is_some_and(|result| result.void);
    // What is at the end is what a phone shows: how it stands, and what comes next.
    let why = if card.options.is_empty() {
        format!("{}\n\n{}", card.answer, card.explanation)
    } else {
        card.explanation.clone()
    };
    let mut parts = vec![solution(card), reasons(round, card), short(&why, WHY)];
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

/// The right answer in one line.
fn solution(card: &Card) -> String {
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

/// Every option with its reason and how many chose it.
fn reasons(round: &Round, card: &Card) -> String {
    let mut chosen: BTreeMap<u8, usize> = BTreeMap::new();
    for answer in round.answers.values() {
        match &answer.given {
            Given::One(place) => *chosen.entry(*place).or_default() += 1,
            Given::Several(places) => places.iter().for_each(|place| *chosen.entry(*place).or_default() += 1),
            Given::Order(_) | Given::Typed(_) => {}
        }
    }
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
            _ if is_order || round.answers.is_empty() => String::new(),
            None => " — nobody chose it".to_owned(),
            Some(count) => format!(" — {count} of {} chose it", round.answers.len()),
        };
        Some(format!("{mark}**{}** · {}{count}\n{}", letter(*place), option.text, option.reason))
    });
    let mut text = lines.collect::<Vec<_>>().join("\n");
    if is_order && !round.answers.is_empty() {
        let right = round.answers.values().filter(|answer| card.is_right(&answer.given)).count();
        let _infallible = write!(text, "\n{right} of {} had the whole order.", round.answers.len());
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

/// The result: the podium, everybody's line, what was missed.
pub fn ended(session: &Session) -> Page {
    let standing = Standing::of(session);
    let winners: Vec<&Rank> = standing.winners().collect();
    let names: Vec<&str> = winners.iter().map(|rank| rank.player.name.as_str()).collect();
    let alone = standing.0.len() == 1;
    let title = match names.as_slice() {
        [] => "No winner this time".to_owned(),
        [name] if alone => format!("{} finished the quiz", plain(name)),
        [name] => format!("{} wins", plain(name)),
        names => format!("A tie: {}", and(names)),
    };
    let mut parts = Vec::new();
    match &session.phase {
        Phase::Over { ending: Ending::Stopped { by }, .. } => {
            let counted = session.results.iter().filter(|result| !result.void).count();
            let at = format!("question {} of {}", session.round.number + 1, session.cards.len());
            let counted = if counted == 1 { "1 question".to_owned() } else { format!("{counted} questions") };
            parts.push(format!("{} stopped the quiz at {at}; {counted} counted.", plain(by)));
        }
        Phase::Over { ending: Ending::Abandoned, .. } => {
            parts.push("The quiz was paused for a week, so it has ended here.".to_owned());
        }
        _ => {}
    }
    parts.push(if standing.0.is_empty() { "Nobody answered.".to_owned() } else { lines(session, &standing) });
    if alone && session.settings.mode != Mode::Solo {
        parts.push(
            "-# Played alone, so it counts for no leaderboard: that takes two who answer the same question.".to_owned(),
        );
    }
    let missed: Vec<String> = session
        .missed()
        .map(|(place, card)| {
            let topic = card.topics.first().map_or("", |topic| topic.title.as_str());
            format!("- Question {}: {} *({topic})*", place + 1, short(&card.title, 90))
        })
        .collect();
    if !missed.is_empty() {
        let more = missed.len().saturating_sub(MISSED);
        let more = if more > 0 { format!("\n- and {more} more") } else { String::new() };
        let shown: Vec<String> = missed.into_iter().take(MISSED).collect();
        parts.push(format!("**Worth another look**\n{}{more}", shown.join("\n")));
    }
    Page { kicker: kicker(session, "Quiz · the result"), title, body: parts.join("\n\n"), ..Page::default() }
}

/// Everybody's points so far.
pub fn scores(session: &Session) -> Page {
    let standing = Standing::of(session);
    let asked = session.results.len();
    let title = match (&session.phase, asked) {
        (Phase::Lobby { .. }, _) => "The quiz has not begun yet".to_owned(),
        (_, asked) => format!("After {asked} of {}", questions(session.cards.len())),
    };
    let body = if standing.0.is_empty() { "Nobody has points yet.".to_owned() } else { lines(session, &standing) };
    Page { kicker: kicker(session, "Quiz · the standing"), title, body, ..Page::default() }
}

fn lines(session: &Session, standing: &Standing) -> String {
    let line = |rank: &Rank| {
        let player = &rank.player;
        let medal = match rank.rank {
            _ if player.points <= 0 || standing.0.len() == 1 => "",
            1 => "🥇 ",
            2 => "🥈 ",
            3 => "🥉 ",
            _ => "",
        };
        let streak =
            if player.best_streak >= 3 { format!(" · {} in a row", player.best_streak) } else { String::new() };
        let since = if player.since > 0 { format!(" · since question {}", player.since + 1) } else { String::new() };
        // Who has no points has no place.
        let place = if player.points > 0 { format!("#{} ", rank.rank) } else { String::new() };
        format!(
            "{medal}**{place}{}** — {} points · {} of {} right{streak}{since}",
            plain(&player.name),
            signed(player.points),
            player.right,
            player.answered,
        )
    };
    let mut text: Vec<String> = standing.0.iter().take(LINES).map(line).collect();
    if standing.0.len() > LINES {
        text.push(format!("and {} more", standing.0.len() - LINES));
    }
    let silent = names(session, |player| player.answered == 0);
    if !silent.is_empty() {
        text.push(format!("-# Joined without an answer so far: {}", listed(&silent)));
    }
    text.join("\n")
}

/// What somebody answered, for them alone: what to look at again first.
pub fn report(session: &Session, user: UserId, own: &[Own]) -> Page {
    let right = own.iter().filter(|own| own.right).count();
    let voided = session.results.iter().filter(|result| result.void).count();
    let counted = session.results.len().saturating_sub(voided);
    let points: i64 = own.iter().map(|own| own.points).sum();
    let mut parts = vec![match Standing::of(session).of_user(user) {
        Some(rank) if points > 0 => {
            format!("You had **{right} of {counted} right**: {points} points, place {}.", rank.rank)
        }
        Some(_) => format!("You had **{right} of {counted} right**: {} points.", signed(points)),
        None => "You did not answer any question that counted in this quiz.".to_owned(),
    }];
    let rounds = session.cards.iter().zip(&session.results).zip(own).enumerate();
    let again: Vec<String> = rounds
        .filter(|(_, ((_, result), own))| !own.right && !result.void)
        .map(|(place, ((card, _), own))| {
            let yours = own.given.as_ref().map_or("no answer".to_owned(), |yours| format!("you: {}", given(yours)));
            format!("**Question {}: {}**\n{yours} · {}", place + 1, short(&card.title, 90), told(card))
        })
        .collect();
    if !again.is_empty() {
        parts.push(format!("**To look at again**\n{}", again.join("\n")));
    } else if counted > 0 && right == counted {
        parts.push("Everything right. Well done!".to_owned());
    }
    if voided > 0 {
        parts.push(format!("-# {voided} did not count (skipped or stopped)."));
    }
    Page {
        kicker: kicker(session, "Quiz · your report"),
        title: "How you did".to_owned(),
        body: parts.join("\n\n"),
        ..Page::default()
    }
}

/// The right answer with its words, for who no longer sees the options.
fn told(card: &Card) -> String {
    let text =
        |place: u8| card.options.get(usize::from(place)).map(|option| short(&option.text, 80)).unwrap_or_default();
    match card.kind {
        QuestionKind::Order => {
            let steps: Vec<String> = card.right_order.iter().map(|place| text(*place)).collect();
            format!("right order: {}", steps.join(" → "))
        }
        QuestionKind::Short | QuestionKind::Open => {
            format!("right: {}", card.accepted.first().map_or("", String::as_str))
        }
        _ => {
            let right = (0u8..).zip(&card.options).filter(|(_, option)| option.right);
            let right: Vec<String> = right.map(|(place, _)| format!("{} · {}", letter(place), text(place))).collect();
            format!("right: {}", right.join("; "))
        }
    }
}

/// A server's standing, for somebody called `name`.
pub fn leaderboard(board: &Leaderboard, topic: Option<&str>, name: &str) -> Page {
    let period = period_title(board.period);
    let days =
        board.days.map(|(first, last)| format!(" · {} to {}", first.strftime("%-d %b %Y"), last.strftime("%-d %b %Y")));
    let standing = &board.standing;
    let points =
        |line: &StandingLine| format!("{} points · {} of {} right", signed(line.points), line.right, line.answered);
    let place = |line: &StandingLine| if line.points > 0 { format!("#{} ", line.rank) } else { String::new() };
    let line = |line: &StandingLine| format!("**{}{}** — {}", place(line), plain(&line.name), points(line));
    let mut body = match (standing.lines.is_empty(), board.page) {
        (true, 0) => {
            let when = if board.period == LeaderboardPeriod::All { "" } else { " in this time" };
            format!(
                "Nobody has points{when} yet. `/quiz start` begins a quiz; a question counts when at least two answer it."
            )
        }
        (true, _) => "There is no such page any more.".to_owned(),
        (false, _) => standing.lines.iter().map(line).collect::<Vec<_>>().join("\n"),
    };
    let name = plain(name);
    let _infallible = match &standing.yours {
        Some(yours) if yours.points > 0 => write!(body, "\n\n{name}'s place: **#{}** — {}", yours.rank, points(yours)),
        Some(yours) => write!(body, "\n\n{name}: {}", points(yours)),
        None if standing.lines.is_empty() => Ok(()),
        None => write!(body, "\n\n{name} has no points here yet."),
    };
    let footer = match board.pages() {
        1 => String::new(),
        pages => format!("Page {} of {pages} · {} players", board.page + 1, standing.players),
    };
    let title = topic.map_or_else(|| period.to_owned(), |topic| format!("{period} · {topic}"));
    Page { kicker: format!("Leaderboard{}", days.unwrap_or_default()), title, body, source: String::new(), footer }
}

pub fn period_title(period: LeaderboardPeriod) -> &'static str {
    match period {
        LeaderboardPeriod::Week => "This week",
        LeaderboardPeriod::Month => "This month",
        LeaderboardPeriod::Season => "This season",
        LeaderboardPeriod::All => "All time",
    }
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

fn beyond_title(card: &Card) -> String {
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

fn how_to_answer(kind: QuestionKind) -> &'static str {
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

fn short(text: &str, most: usize) -> String {
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
fn most(entries: &[String], between: &str) -> String {
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
