//! What buttons and menus carry: an action written into a custom_id and read back with suspicion, for anybody may send
//! any custom_id. Buttons live as long as their messages, so the written form of an action never changes its meaning.

mod daily;
mod quiz;

use crate::app::Recall;
use crate::app::page::Part;
use crate::app::practice::Scope;
use crate::app::quiz::LeaderboardPeriod;
use crate::content::Level;
use crate::daily::{PostId, ScheduleId};
use crate::quiz::SessionId;

pub(super) use daily::{DailyPress, SchedulePress};
pub(super) use quiz::Press;

/// The first version of the written form.
const PREFIX: &str = "br1";

/// Discord's limit for a custom_id.
const MAX: usize = 100;

/// What a click asks for. `item` is an id or former id in the library, not yet looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// The full text of an item, privately, from its first page.
    More { item: String },
    /// Another page (from 0) of a full text, in place.
    TurnTo { item: String, page: usize },
    /// What belongs to an item, privately.
    Related { item: String },
    /// A vote on the message's answer.
    Vote { item: String, helpful: bool },
    /// A menu of matches: shows the chosen item as an answer.
    Open,
    /// A menu of items that belong together: shows the chosen one as an answer.
    OpenListed,
    /// A menu of what a stage (from 0) of a roadmap holds: shows the chosen item, with a way back to the stage.
    OpenInStage { roadmap: String, number: usize },
    /// A menu of questions: asks the chosen one, privately.
    Practise,
    /// Shows one part of a topic.
    Part { topic: String, part: Part },
    /// A menu: shows the chosen topic.
    GoTo,
    /// Asks a question that the message proposes.
    Try { query: String },
    /// A question about an item to practise on, privately.
    QuizMe { item: String },
    /// The answer to a question whose options were lettered like this, privately.
    Reveal { question: String, letters: String, scope: Scope },
    /// What a member says of a question after its answer.
    Rate { question: String, recall: Recall, letters: String, scope: Scope },
    /// Another question like this one.
    Another { question: String, scope: Scope },
    /// Another project: of that level and that practises that topic, if these are given.
    Idea { level: Option<Level>, topic: Option<String> },
    /// All roadmaps.
    Paths,
    /// A menu: shows one stage of a roadmap.
    Stages { roadmap: String },
    /// A menu of hours a week: shows a roadmap with the weeks that they make of it.
    Pace { roadmap: String },
    /// One stage (from 0) of a roadmap.
    Stage { roadmap: String, number: usize },
    /// A roadmap with its stages.
    Path { roadmap: String },
    /// Shows a private answer to the channel; it was found for the message of somebody.
    Share { message: u64, item: String },
    /// A button of a quiz.
    Quiz { session: SessionId, press: Press },
    /// A button of a scheduled post.
    Daily { post: PostId, press: DailyPress },
    /// A moderator's button for a schedule.
    Schedule { schedule: ScheduleId, press: SchedulePress },
    /// A menu: a schedule to look after.
    ScheduleMenu,
    /// A page (from 0) of the list of schedules.
    Schedules { page: usize },
    /// A page (from 0) of a leaderboard.
    Board { period: LeaderboardPeriod, page: u32, topic: Option<String> },
}

impl Action {
    /// `None` when it would not fit a custom_id, so that no button is made for it.
    pub(super) fn custom_id(&self) -> Option<String> {
        let id = match self {
            Action::More { item } => format!("{PREFIX}:more:{item}"),
            Action::TurnTo { item, page } => format!("{PREFIX}:page:{page}:{item}"),
            Action::Related { item } => format!("{PREFIX}:related:{item}"),
            Action::Vote { item, helpful } => format!("{PREFIX}:vote:{}:{item}", if *helpful { "yes" } else { "no" }),
            Action::Open => format!("{PREFIX}:open"),
            Action::OpenListed => format!("{PREFIX}:list"),
            Action::OpenInStage { roadmap, number } => format!("{PREFIX}:instage:{number}:{roadmap}"),
            Action::Practise => format!("{PREFIX}:practise"),
            Action::Part { topic, part } => format!("{PREFIX}:part:{}:{topic}", part_word(*part)),
            Action::GoTo => format!("{PREFIX}:goto"),
            Action::Try { query } => format!("{PREFIX}:try:{query}"),
            Action::QuizMe { item } => format!("{PREFIX}:quizme:{item}"),
            Action::Reveal { question, letters, scope } => {
                format!("{PREFIX}:reveal:{}:{letters}:{question}", scope_word(*scope))
            }
            Action::Rate { question, recall, letters, scope } => {
                format!("{PREFIX}:rate:{}:{}:{letters}:{question}", recall_word(*recall), scope_word(*scope))
            }
            Action::Another { question, scope } => format!("{PREFIX}:another:{}:{question}", scope_word(*scope)),
            Action::Idea { level, topic } => {
                let level = level.map_or("any", Level::as_str);
                format!("{PREFIX}:idea:{level}:{}", topic.as_deref().unwrap_or_default())
            }
            Action::Paths => format!("{PREFIX}:paths"),
            Action::Stages { roadmap } => format!("{PREFIX}:stages:{roadmap}"),
            Action::Pace { roadmap } => format!("{PREFIX}:pace:{roadmap}"),
            Action::Stage { roadmap, number } => format!("{PREFIX}:stage:{number}:{roadmap}"),
            Action::Path { roadmap } => format!("{PREFIX}:path:{roadmap}"),
            Action::Share { message, item } => format!("{PREFIX}:share:{message}:{item}"),
            Action::Quiz { session, press } => format!("{PREFIX}:quiz:{}", quiz::written(*session, *press)),
            Action::Daily { post, press } => format!("{PREFIX}:daily:{}", daily::written(*post, *press)),
            Action::Schedule { schedule, press } => {
                format!("{PREFIX}:schedule:{}", daily::written_schedule(*schedule, *press))
            }
            Action::ScheduleMenu => format!("{PREFIX}:schedulemenu"),
            Action::Schedules { page } => format!("{PREFIX}:schedules:{page}"),
            Action::Board { period, page, topic } => {
                format!("{PREFIX}:board:{}:{page}:{}", period.as_str(), topic.as_deref().unwrap_or_default())
            }
        };
        (id.encode_utf16().count() <= MAX).then_some(id)
    }

    pub(super) fn parse(custom_id: &str) -> Option<Action> {
        let rest = custom_id.strip_prefix(PREFIX)?.strip_prefix(':')?;
        let (word, argument) = rest.split_once(':').map_or((rest, None), |(word, argument)| (word, Some(argument)));
        let two = || argument.and_then(|argument| argument.split_once(':'));
        let text = |argument: &str| (!argument.is_empty()).then(|| argument.to_owned());
        Some(match word {
            "more" => Action::More { item: text(argument?)? },
            "page" => {
                let (page, item) = two()?;
                Action::TurnTo { item: text(item)?, page: page.parse().ok()? }
            }
            "related" => Action::Related { item: text(argument?)? },
            "vote" => match two()? {
                ("yes", item) => Action::Vote { item: text(item)?, helpful: true },
                ("no", item) => Action::Vote { item: text(item)?, helpful: false },
                _ => return None,
            },
            "open" if argument.is_none() => Action::Open,
            "list" if argument.is_none() => Action::OpenListed,
            "instage" => {
                let (number, roadmap) = two()?;
                Action::OpenInStage { roadmap: text(roadmap)?, number: number.parse().ok()? }
            }
            "practise" if argument.is_none() => Action::Practise,
            "part" => {
                let (part, topic) = two()?;
                Action::Part { topic: text(topic)?, part: Part::ALL.into_iter().find(|p| part_word(*p) == part)? }
            }
            "goto" if argument.is_none() => Action::GoTo,
            "try" => Action::Try { query: text(argument?)? },
            "quizme" => Action::QuizMe { item: text(argument?)? },
            "reveal" => {
                let (scope, rest) = two()?;
                let (letters, question) = rest.split_once(':')?;
                Action::Reveal { question: text(question)?, letters: letters.to_owned(), scope: read_scope(scope)? }
            }
            "rate" => {
                let (recall, rest) = two()?;
                let (scope, rest) = rest.split_once(':')?;
                let (letters, question) = rest.split_once(':')?;
                Action::Rate {
                    question: text(question)?,
                    recall: Recall::ALL.into_iter().find(|r| recall_word(*r) == recall)?,
                    letters: letters.to_owned(),
                    scope: read_scope(scope)?,
                }
            }
            "another" => {
                let (scope, question) = two()?;
                Action::Another { question: text(question)?, scope: read_scope(scope)? }
            }
            "idea" => {
                let (level, topic) = two()?;
                let level = match level {
                    "any" => None,
                    word => Some(Level::ALL.into_iter().find(|level| level.as_str() == word)?),
                };
                Action::Idea { level, topic: text(topic) }
            }
            "paths" if argument.is_none() => Action::Paths,
            "stages" => Action::Stages { roadmap: text(argument?)? },
            "pace" => Action::Pace { roadmap: text(argument?)? },
            "stage" => {
                let (number, roadmap) = two()?;
                Action::Stage { roadmap: text(roadmap)?, number: number.parse().ok()? }
            }
            "path" => Action::Path { roadmap: text(argument?)? },
            "share" => {
                let (message, item) = two()?;
                Action::Share { message: message.parse().ok()?, item: text(item)? }
            }
            "quiz" => {
                let (session, press) = quiz::read(argument?)?;
                Action::Quiz { session, press }
            }
            "daily" => {
                let (post, press) = daily::read(argument?)?;
                Action::Daily { post, press }
            }
            "schedule" => {
                let (schedule, press) = daily::read_schedule(argument?)?;
                Action::Schedule { schedule, press }
            }
            "schedulemenu" if argument.is_none() => Action::ScheduleMenu,
            "schedules" => Action::Schedules { page: written_number(argument?)? },
            "board" => {
                let (period, rest) = two()?;
                let (page, topic) = rest.split_once(':')?;
                Action::Board {
                    period: LeaderboardPeriod::ALL.into_iter().find(|known| known.as_str() == period)?,
                    page: page.parse().ok()?,
                    topic: text(topic),
                }
            }
            _ => return None,
        })
    }
}

/// A number as we write it: without a sign or leading zeros.
fn written_number<N: std::str::FromStr + ToString>(text: &str) -> Option<N> {
    text.parse().ok().filter(|number: &N| number.to_string() == text)
}

/// `t` with the topic's place, `l`, `k`: what is to be the same. `any` when nothing is.
fn scope_word(scope: Scope) -> String {
    let topic = scope.topic.map_or_else(String::new, |place| format!("t{place}"));
    let word = format!("{topic}{}{}", if scope.level { "l" } else { "" }, if scope.kind { "k" } else { "" });
    if word.is_empty() { "any".to_owned() } else { word }
}

fn read_scope(word: &str) -> Option<Scope> {
    let mut scope = Scope::default();
    let mut rest = if word == "any" { "" } else { word };
    if let Some(place) = rest.strip_prefix('t') {
        let digits = place.len() - place.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (place, after) = place.split_at(digits);
        scope.topic = Some(place.parse().ok()?);
        rest = after;
    }
    if let Some(after) = rest.strip_prefix('l') {
        scope.level = true;
        rest = after;
    }
    if let Some(after) = rest.strip_prefix('k') {
        scope.kind = true;
        rest = after;
    }
    rest.is_empty().then_some(scope)
}

fn recall_word(recall: Recall) -> &'static str {
    match recall {
        Recall::Knew => "knew",
        Recall::Partly => "partly",
        Recall::Didnt => "didnt",
    }
}

/// The item that a message shows, read from the custom_id of one of its buttons or menus.
pub(super) fn shown_item(custom_id: &str) -> Option<String> {
    match Action::parse(custom_id)? {
        Action::More { item } => Some(item),
        Action::Part { topic, .. } => Some(topic),
        Action::Stages { roadmap }
        | Action::Pace { roadmap }
        | Action::Stage { roadmap, .. }
        | Action::Path { roadmap } => Some(roadmap),
        _ => None,
    }
}

fn part_word(part: Part) -> &'static str {
    match part {
        Part::Overview => "overview",
        Part::Example => "example",
        Part::Pitfalls => "pitfalls",
        Part::Resources => "resources",
        Part::Questions => "questions",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn action() -> impl Strategy<Value = Action> {
        let item = || "[a-z0-9-]{1,60}";
        prop_oneof![
            item().prop_map(|item| Action::More { item }),
            (item(), any::<usize>()).prop_map(|(item, page)| Action::TurnTo { item, page }),
            item().prop_map(|item| Action::Related { item }),
            (item(), any::<bool>()).prop_map(|(item, helpful)| Action::Vote { item, helpful }),
            Just(Action::Open),
            Just(Action::OpenListed),
            (item(), 0..25usize).prop_map(|(roadmap, number)| Action::OpenInStage { roadmap, number }),
            Just(Action::Practise),
            (item(), 0..Part::ALL.len()).prop_map(|(topic, n)| Action::Part { topic, part: Part::ALL[n] }),
            Just(Action::GoTo),
            "[ -~é✓]{1,80}".prop_map(|query| Action::Try { query }),
            item().prop_map(|item| Action::QuizMe { item }),
            (item(), "[0-5]{0,6}-[0-9a-f]{3}", scope()).prop_map(|(question, letters, scope)| Action::Reveal {
                question,
                letters,
                scope
            }),
            (item(), 0..3usize, "[0-5]{0,6}-[0-9a-f]{3}", scope()).prop_map(|(question, n, letters, scope)| {
                Action::Rate { question, recall: Recall::ALL[n], letters, scope }
            }),
            (item(), scope()).prop_map(|(question, scope)| Action::Another { question, scope }),
            (0..4usize, proptest::option::of(item()))
                .prop_map(|(n, topic)| Action::Idea { level: Level::ALL.get(n).copied(), topic }),
            Just(Action::Paths),
            item().prop_map(|roadmap| Action::Stages { roadmap }),
            item().prop_map(|roadmap| Action::Pace { roadmap }),
            (item(), 0..25usize).prop_map(|(roadmap, number)| Action::Stage { roadmap, number }),
            item().prop_map(|roadmap| Action::Path { roadmap }),
            (item(), any::<u64>()).prop_map(|(item, message)| Action::Share { message, item }),
            (any::<u64>(), press()).prop_map(|(session, press)| Action::Quiz { session: SessionId(session), press }),
            (any::<u64>(), daily_press()).prop_map(|(post, press)| Action::Daily { post: PostId(post), press }),
            (any::<u64>(), schedule_press())
                .prop_map(|(schedule, press)| Action::Schedule { schedule: ScheduleId(schedule), press }),
            Just(Action::ScheduleMenu),
            any::<usize>().prop_map(|page| Action::Schedules { page }),
            (0..4usize, any::<u32>(), proptest::option::of(item())).prop_map(|(n, page, topic)| Action::Board {
                period: LeaderboardPeriod::ALL[n],
                page,
                topic
            }),
        ]
    }

    fn press() -> impl Strategy<Value = Press> {
        let round = any::<u32>;
        prop_oneof![
            Just(Press::Join),
            Just(Press::Start),
            (round(), any::<u8>()).prop_map(|(round, place)| Press::Pick { round, place }),
            round().prop_map(|round| Press::Undo { round }),
            round().prop_map(|round| Press::Done { round }),
            round().prop_map(|round| Press::Type { round }),
            round().prop_map(|round| Press::Skip { round }),
            round().prop_map(|round| Press::Next { round }),
            round().prop_map(|round| Press::Report { round }),
            Just(Press::Resume),
            Just(Press::Again),
            Just(Press::Mine),
        ]
    }

    fn daily_press() -> impl Strategy<Value = DailyPress> {
        prop_oneof![
            any::<u8>().prop_map(DailyPress::Pick),
            Just(DailyPress::Undo),
            Just(DailyPress::Done),
            Just(DailyPress::Type),
            Just(DailyPress::Read),
            Just(DailyPress::Answer),
            Just(DailyPress::Report),
        ]
    }

    fn schedule_press() -> impl Strategy<Value = SchedulePress> {
        prop_oneof![
            Just(SchedulePress::Show),
            Just(SchedulePress::Preview),
            Just(SchedulePress::PostNow),
            Just(SchedulePress::Skip),
            Just(SchedulePress::Pause),
            Just(SchedulePress::Resume),
            Just(SchedulePress::Queue),
            Just(SchedulePress::Remove),
            Just(SchedulePress::RemoveForGood),
        ]
    }

    fn scope() -> impl Strategy<Value = Scope> {
        let topic = proptest::option::of(0..100usize);
        (topic, any::<bool>(), any::<bool>()).prop_map(|(topic, level, kind)| Scope { topic, level, kind })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(action in action()) {
            let id = action.custom_id().expect("item ids and proposed queries fit");
            prop_assert!(id.encode_utf16().count() <= MAX);
            prop_assert_eq!(Action::parse(&id), Some(action));
        }

        #[test]
        fn anything_may_stand_in_a_quiz_button(rest in "[0-9]{0,21}:?(join|start|pick|undo|done|type|skip|next|report|resume|again|mine)?(:[0-9+ -]{0,12}){0,3}") {
            let id = format!("br1:quiz:{rest}");
            if let Some(action) = Action::parse(&id) {
                prop_assert_eq!(action.custom_id(), Some(id), "there is one way to write a button");
            }
        }

        #[test]
        fn anything_may_stand_in_a_daily_button(rest in "(daily|schedule|schedules):[0-9+-]{0,21}:?(pick|undo|done|type|read|answer|report|show|preview|remove)?(:[0-9+ -]{0,12}){0,2}") {
            let id = format!("br1:{rest}");
            if let Some(action) = Action::parse(&id) {
                prop_assert_eq!(action.custom_id(), Some(id), "there is one way to write a button");
            }
        }

        #[test]
        fn anything_may_arrive(id in "(br1)?:?(more|page|vote|part|try|open|goto|reveal|rate|another|idea|stage|share|quiz|daily|schedule|board)?:?.{0,100}") {
            if let Some(action) = Action::parse(&id) {
                let written = action.custom_id();
                prop_assert!(written.is_none() || Action::parse(&written.unwrap()) == Some(action));
            }
        }
    }
}
