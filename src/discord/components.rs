//! What buttons and menus carry: an action written into a custom_id and read back with suspicion, for anybody may send
//! any custom_id. Buttons live as long as their messages, so the written form of an action never changes its meaning.

use crate::app::page::Part;

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
    /// A menu: shows the chosen item as an answer.
    Open,
    /// Shows one part of a topic.
    Part { topic: String, part: Part },
    /// A menu: shows the chosen topic.
    GoTo,
    /// Asks a question that the message proposes.
    Try { query: String },
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
            Action::Part { topic, part } => format!("{PREFIX}:part:{}:{topic}", part_word(*part)),
            Action::GoTo => format!("{PREFIX}:goto"),
            Action::Try { query } => format!("{PREFIX}:try:{query}"),
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
            "part" => {
                let (part, topic) = two()?;
                Action::Part { topic: text(topic)?, part: Part::ALL.into_iter().find(|p| part_word(*p) == part)? }
            }
            "goto" if argument.is_none() => Action::GoTo,
            "try" => Action::Try { query: text(argument?)? },
            _ => return None,
        })
    }
}

/// The item that a message shows, read from the custom_id of its More button or of a button of a topic's part.
pub(super) fn shown_item(custom_id: &str) -> Option<&str> {
    let rest = custom_id.strip_prefix(PREFIX)?;
    rest.strip_prefix(":more:").or_else(|| Some(rest.strip_prefix(":part:")?.split_once(':')?.1))
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
            (item(), 0..Part::ALL.len()).prop_map(|(topic, n)| Action::Part { topic, part: Part::ALL[n] }),
            Just(Action::GoTo),
            "[ -~é✓]{1,80}".prop_map(|query| Action::Try { query }),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(action in action()) {
            let id = action.custom_id().expect("item ids and proposed queries fit");
            prop_assert!(id.encode_utf16().count() <= MAX);
            prop_assert_eq!(Action::parse(&id), Some(action));
        }

        #[test]
        fn anything_may_arrive(id in "(br1)?:?(more|page|vote|part|try|open|goto)?:?.{0,100}") {
            if let Some(action) = Action::parse(&id) {
                let written = action.custom_id();
                prop_assert!(written.is_none() || Action::parse(&written.unwrap()) == Some(action));
            }
        }
    }
}
