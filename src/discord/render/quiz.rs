//! What a quiz looks like: its messages with their buttons, and what is told to who pressed one.

use super::answer::{Answering, letters, standing};
use super::views::{FULL_PAGE, menu, shortened};
use super::{Button, Form, Reply, Row};
use crate::app::page::{self, Page, Part};
use crate::app::quiz::{Leaderboard, LeaderboardPeriod, Own, REPORT_MAX};
use crate::content::{Item, Library};
use crate::discord::components::{Action, Press};
use crate::quiz::{Card, Given, Phase, Refusal, Session, Slot, TYPED_MAX, Told, UserId};

/// The longest text of an answer's message: more than two screens of a phone nobody reads in a game.
const REVEAL: usize = 3_400;

impl Answering {
    fn of_round(self, round: u32) -> Press {
        match self {
            Answering::Pick(place) => Press::Pick { round, place },
            Answering::Undo => Press::Undo { round },
            Answering::Done => Press::Done { round },
            Answering::Type => Press::Type { round },
        }
    }
}

/// A message of a session as it is now. `stalled`: nothing can be written at the moment.
pub(in crate::discord) fn message(session: &Session, slot: Slot, stalled: bool) -> Reply {
    match slot {
        Slot::Lobby => lobby(session),
        Slot::Round(number) | Slot::Reveal(number) => round(session, number, stalled),
        Slot::End => ended(session),
    }
}

fn lobby(session: &Session) -> Reply {
    let mut reply = Reply::page(page::quiz::lobby(session));
    if matches!(session.phase, Phase::Lobby { .. }) {
        let join = Button { strong: true, ..button(session, "Join", Press::Join) };
        reply.rows.push(Row::Buttons(vec![join, button(session, "Start", Press::Start)]));
    }
    reply
}

fn round(session: &Session, number: u32, stalled: bool) -> Reply {
    let mut page = page::quiz::round(session, number, stalled);
    let Some(card) = session.cards.get(number as usize).filter(|_| session.round(number).is_some()) else {
        return Reply::page(page);
    };
    let revealed = session.is_revealed(number);
    if revealed {
        page.body = shortened(&page.body, REVEAL);
    }
    let under_way = number == session.round.number;
    let mut reply = Reply::page(page);
    let mut last = Vec::new();
    match (&session.phase, revealed) {
        (Phase::Asking | Phase::Open { .. }, false) => {
            reply.rows.extend(answers(session, number, card, &[]));
            last.push(button(session, "Skip", Press::Skip { round: number }));
        }
        (Phase::Paused { .. }, _) if under_way => {
            last.push(Button { strong: true, ..button(session, "Resume", Press::Resume) });
        }
        (Phase::Revealed { .. }, true) if under_way => {
            last.push(Button { strong: true, ..button(session, "Next", Press::Next { round: number }) });
        }
        _ => {}
    }
    if let Some(topic) = card.topics.first().filter(|_| revealed) {
        let action = Action::Part { topic: topic.id.clone(), part: Part::Overview };
        last.push(Button::new(format!("Read: {}", topic.title), action));
    }
    last.push(button(session, "Report", Press::Report { round: number }));
    reply.rows.push(Row::Buttons(last));
    reply
}

/// The buttons with which a question is answered, without those places that are taken.
fn answers(session: &Session, round: u32, card: &Card, taken: &[u8]) -> Vec<Row> {
    letters(card, taken, &|press| Action::Quiz { session: session.id, press: press.of_round(round) })
}

fn button(session: &Session, label: impl Into<String>, press: Press) -> Button {
    Button::new(label, Action::Quiz { session: session.id, press })
}

fn ended(session: &Session) -> Reply {
    let mut reply = Reply::page(page::quiz::ended(session));
    let mut buttons = Vec::new();
    if session.missed().next().is_some() {
        buttons.push(Button { strong: true, ..button(session, "Again with the missed ones", Press::Again) });
    }
    buttons.push(button(session, "My report", Press::Mine));
    reply.rows.push(Row::Buttons(buttons));
    let topics = session.missed().filter_map(|(_, card)| card.topics.first());
    let mut options: Vec<super::MenuOption> = Vec::new();
    for topic in topics {
        if options.iter().all(|option| option.value != topic.id) {
            options.push(super::MenuOption {
                value: topic.id.clone(),
                label: topic.title.clone(),
                description: String::new(),
            });
        }
    }
    let placeholder = "Read about what was missed".to_owned();
    reply.rows.push(Row::Menu { action: Action::OpenListed, placeholder, options });
    reply
}

/// Everybody's points, privately.
pub(in crate::discord) fn scores(session: &Session) -> Reply {
    Reply { private: true, ..Reply::page(page::quiz::scores(session)) }
}

/// How somebody did, privately, with the topics of what they should look at again.
pub(in crate::discord) fn report(library: &Library, session: &Session, user: UserId, own: &[Own]) -> Reply {
    let mut page = page::quiz::report(session, user, own);
    page.body = shortened(&page.body, FULL_PAGE);
    let rounds = session.cards.iter().zip(&session.results).zip(own);
    let again = rounds.filter(|((_, result), own)| !own.right && !result.void);
    let mut ids: Vec<&str> = Vec::new();
    for ((card, _), _) in again {
        ids.extend(card.topics.first().map(|topic| topic.id.as_str()).filter(|id| !ids.contains(id)));
    }
    let topics = ids.into_iter().filter_map(|id| library.find(id)).filter(|item| matches!(item, Item::Topic(_)));
    let menu = menu(Action::OpenListed, "Read about one of them", topics);
    Reply { private: true, rows: vec![menu], ..Reply::page(page) }
}

/// A page of a leaderboard, with buttons for the other periods and pages.
pub(in crate::discord) fn leaderboard(board: &Leaderboard, topic: Option<&str>, name: &str) -> Reply {
    let to = |period, page| Action::Board { period, page, topic: board.topic.clone() };
    let periods = LeaderboardPeriod::ALL.map(|period| {
        let current = period == board.period;
        // A custom_id stands once in a message, and Back may lead to the first page.
        let page = if current { board.page } else { 0 };
        Button { disabled: current, ..Button::new(page::quiz::period_title(period), to(period, page)) }
    });
    let mut rows = vec![Row::Buttons(periods.into())];
    if board.pages() > 1 {
        let (first, last) = (board.page == 0, board.page + 1 >= board.pages());
        let back = board.page.checked_sub(1).unwrap_or(u32::MAX);
        rows.push(Row::Buttons(vec![
            Button { disabled: first, ..Button::new("Back", to(board.period, back)) },
            Button { disabled: last, ..Button::new("Next", to(board.period, board.page + 1)) },
        ]));
    }
    Reply { rows, ..Reply::page(page::quiz::leaderboard(board, topic, name)) }
}

/// The form for a typed answer.
pub(in crate::discord) fn answer_form(session: &Session, round: u32) -> Form {
    Form {
        action: Action::Quiz { session: session.id, press: Press::Type { round } },
        title: format!("Question {}", round + 1),
        label: "Your answer".to_owned(),
        placeholder: "One or a few words".to_owned(),
        long: false,
        most: u16::try_from(TYPED_MAX).unwrap_or(u16::MAX),
    }
}

/// The form for what is wrong with a question.
pub(in crate::discord) fn report_form(session: &Session, round: u32) -> Form {
    Form {
        action: Action::Quiz { session: session.id, press: Press::Report { round } },
        title: format!("Report question {}", round + 1),
        label: "What is wrong with it?".to_owned(),
        placeholder: "Such as: option B is right, too, because …".to_owned(),
        long: true,
        most: REPORT_MAX,
    }
}

/// What an answer stands at, for who gave it, with buttons to go on where one press is not all.
pub(in crate::discord) fn answered(session: &Session, round: u32, given: &Given, whole: bool, changed: bool) -> Reply {
    let Some(card) = session.cards.get(round as usize) else { return Reply::default() };
    let action = |press: Answering| Action::Quiz { session: session.id, press: press.of_round(round) };
    standing(card, given, (whole, changed), "until the answer is shown", &action)
}

/// What is told to who did something, privately.
pub(in crate::discord) fn told(session: &Session, told: &Told) -> Reply {
    let sentence = match told {
        Told::Answered { round, given, whole, changed } => return answered(session, *round, given, *whole, *changed),
        Told::Refused(refusal) => refused(session, *refusal),
        Told::Joined => "You are in. Press the letter of your answer when a question comes.".to_owned(),
        Told::JoinedBefore => "You are in already.".to_owned(),
        Told::Begun => "The first question is on its way.".to_owned(),
        Told::SkipVoted { votes, needed } => {
            format!("Noted. Skip: {votes} of {needed} votes.")
        }
        Told::Skipped => "This question is skipped: nobody gets points for it.".to_owned(),
        Told::NextVoted { votes, needed } => {
            format!("Noted. Next: {votes} of {needed} votes.")
        }
        Told::Next if session.is_over() => "The result comes now.".to_owned(),
        Told::Next => "The next question comes now.".to_owned(),
        Told::Paused => "The quiz is paused. `/quiz resume` lets it go on.".to_owned(),
        Told::Resumed => "The quiz goes on.".to_owned(),
        Told::Stopped if session.results.is_empty() => "The quiz is called off.".to_owned(),
        Told::Stopped => "The quiz is stopped. The standing is in the channel.".to_owned(),
        Told::Before if matches!(session.phase, Phase::Paused { .. }) => "The quiz is paused already.".to_owned(),
        Told::Before => "That has happened already.".to_owned(),
        Told::Send | Told::LookFirst { .. } | Told::Leave => String::new(),
    };
    Reply::sentence(sentence)
}

fn refused(session: &Session, refusal: Refusal) -> String {
    let starter = page::quiz::plain(&session.starter_name);
    match refusal {
        Refusal::TooLate if session.is_last_round() => "Too late: the time for this question is over.".to_owned(),
        Refusal::TooLate => "Too late: the time for this question is over. The next one comes soon.".to_owned(),
        Refusal::OldRound => "That question is over. The one that is open now is further down.".to_owned(),
        Refusal::NoSuchThing => "I don't know that button. Use those of the question that is open now.".to_owned(),
        Refusal::Over => "That quiz is over. `/quiz start` begins a new one.".to_owned(),
        Refusal::Paused => {
            format!(
                "The quiz is paused, so this did not count. {starter} or a moderator lets it go on with `/quiz resume`."
            )
        }
        Refusal::NotPaused => "The quiz is not paused.".to_owned(),
        Refusal::Begun => "The quiz has begun already. Answer the question that is open now to play.".to_owned(),
        Refusal::InLobby => format!(
            "The quiz has not begun yet. {starter} or a moderator can begin it with **Start**, or call it off with `/quiz stop`."
        ),
        Refusal::NotYours => format!("Only {starter}, who started this quiz, or a moderator can do that."),
        Refusal::Solo => format!("{starter} plays this one alone. When it is over, `/quiz start` begins one for all."),
        Refusal::NotPlaying => "Only players have a vote. Answer a question to play.".to_owned(),
        Refusal::NothingOpen => "No question is open right now. The next one comes in a moment.".to_owned(),
    }
}

/// Where the quiz of a channel is that is played already. `link` leads to its last message, if there is one.
pub(in crate::discord) fn running(session: &Session, link: Option<String>) -> Reply {
    let starter = page::quiz::plain(&session.starter_name);
    let link = link.map_or_else(String::new, |link| format!(": {link}"));
    let stop = format!(
        "{starter} or a moderator can end it with `/quiz stop`; a quiz of your own can be played in another channel."
    );
    Reply::sentence(match &session.phase {
        Phase::Lobby { .. } => format!("{starter}'s quiz is about to begin here{link}. Press **Join** there to play."),
        Phase::Paused { .. } => format!("{starter}'s quiz is paused in this channel{link}. {stop}"),
        _ => format!(
            "{starter}'s quiz is at question {} of {} here{link}. Answer a question there to play. {stop}",
            session.round.number + 1,
            session.cards.len()
        ),
    })
}

/// Said to a server, because nothing can be said in the channel of the quiz.
pub(in crate::discord) fn trouble(session: &Session, trouble: crate::quiz::Trouble) -> Reply {
    use crate::quiz::Trouble;
    let (starter, channel) = (page::quiz::plain(&session.starter_name), session.place.channel);
    let asked = session.results.iter().filter(|result| !result.void).count();
    let how_far = format!("{asked} of {} questions", session.cards.len());
    let paused = matches!(session.phase, Phase::Paused { .. });
    let text = match trouble {
        Trouble::ChannelGone => {
            format!("The quiz that {starter} started has ended after {how_far}: its channel was deleted.")
        }
        Trouble::Forbidden => format!(
            "The quiz that {starter} started in <#{channel}> has ended after {how_far}: I may not write there any more. Give me \
             View Channel, Send Messages, Embed Links and Read Message History there, then `/quiz start` begins a new one."
        ),
        Trouble::Refused => format!(
            "The quiz that {starter} started in <#{channel}> has ended after {how_far}: Discord did not take my message there. \
             The server's AutoMod or a locked thread may be why; then `/quiz start` begins a new one."
        ),
        Trouble::NoHistory => format!(
            "{} I was restarted and cannot see whether my last message has arrived. Give me Read Message History there{}",
            if paused {
                format!("The quiz that {starter} started in <#{channel}> is paused:")
            } else {
                format!("A message of the quiz that {starter} started in <#{channel}> may be missing:")
            },
            if paused { ", then `/quiz resume` lets it go on." } else { "." },
        ),
    };
    let page = Page { title: "The standing".to_owned(), ..page::quiz::scores(session) };
    let page = (trouble != Trouble::NoHistory).then_some(page);
    Reply { content: text, page, ..Reply::default() }
}
