//! What a quiz came to, laid out for reading: the result, the standing, a report, a leaderboard.

use std::fmt::Write;

use super::{and, given, kicker, listed, names, plain, questions, short, signed};
use crate::app::page::Page;
use crate::app::quiz::{Leaderboard, LeaderboardPeriod, Own};
use crate::content::QuestionKind;
use crate::quiz::{Card, Ending, Mode, Phase, Rank, Session, Standing, UserId, letter};
use crate::store::StandingLine;

/// So many lines has the list of everybody's points.
const LINES: usize = 20;

/// So many missed questions are listed.
const MISSED: usize = 10;

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
    let points = |line: &StandingLine| {
        let mut parts = Vec::new();
        if line.answered > 0 {
            parts.push(format!("{} points · {} of {} right", signed(line.points), line.right, line.answered));
        }
        if line.daily_answered > 0 {
            parts.push(format!("daily {} of {}", line.daily_right, line.daily_answered));
        }
        parts.join(" · ")
    };
    let has_place = |line: &StandingLine| line.points > 0 || line.daily_right > 0;
    let place = |line: &StandingLine| if has_place(line) { format!("#{} ", line.rank) } else { String::new() };
    let line = |line: &StandingLine| format!("**{}{}** — {}", place(line), plain(&line.name), points(line));
    let mut body = match (standing.lines.is_empty(), board.page) {
        (true, 0) => {
            let when = if board.period == LeaderboardPeriod::All { "" } else { " in this time" };
            format!(
                "Nobody has points{when} yet. `/quiz start` begins a quiz; a question counts when at least two answer it. Answers \
                 to daily questions count when the next post is there."
            )
        }
        (true, _) => "There is no such page any more.".to_owned(),
        (false, _) => standing.lines.iter().map(line).collect::<Vec<_>>().join("\n"),
    };
    let name = plain(name);
    let _infallible = match &standing.yours {
        Some(yours) if has_place(yours) => write!(body, "\n\n{name}'s place: **#{}** — {}", yours.rank, points(yours)),
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
