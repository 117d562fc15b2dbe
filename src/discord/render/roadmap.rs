//! Roadmaps: the list of them, the stages of one, one stage.

use super::views::{menu, share_button};
use super::{Button, MenuOption, Reply, Row};
use crate::app::page;
use crate::content::{Item, Library, Roadmap};
use crate::discord::components::Action;

/// All roadmaps, to choose from.
pub(in crate::discord) fn paths(library: &Library) -> Reply {
    let mut reply = Reply::page(page::paths(library));
    reply.rows.push(menu(Action::OpenListed, "Open a roadmap", library.roadmaps.values().map(Item::Roadmap)));
    reply
}

/// One stage (from 0) of a roadmap, with its topics and projects to open, and the ways to its neighbours. `share` names the
/// message for which the roadmap is an answer that may be shown to the channel.
pub(in crate::discord) fn stage(
    library: &Library,
    roadmap: &Roadmap,
    number: usize,
    share: Option<u64>,
) -> Option<Reply> {
    let page = page::stage(library, roadmap, number)?;
    let stage = roadmap.stages.get(number)?;
    let to = |number: usize| Action::Stage { roadmap: roadmap.id.clone(), number };
    let last = roadmap.stages.len() - 1;
    let mut ways = Vec::new();
    if last > 0 {
        // The buttons must differ in custom_id, also where one of them leads nowhere.
        let before = number.checked_sub(1).unwrap_or(last + 1);
        ways.push(Button { disabled: number == 0, ..Button::new("Back", to(before)) });
    }
    ways.push(Button::new("All stages", Action::Path { roadmap: roadmap.id.clone() }));
    if last > 0 {
        ways.push(Button { disabled: number == last, strong: number != last, ..Button::new("Next", to(number + 1)) });
    }
    ways.extend(share_button(share, &roadmap.id));
    // In the order of the text.
    let topics = stage.choices.iter().chain(&stage.topics).filter_map(|id| library.topics.get(id)).map(Item::Topic);
    let projects = stage.projects.iter().filter_map(|id| library.projects.get(id)).map(Item::Project);
    let action = Action::OpenInStage { roadmap: roadmap.id.clone(), number };
    let open = menu(action, "Open a topic or project", topics.chain(projects));
    Some(Reply { rows: vec![Row::Buttons(ways), open], ..Reply::page(page) })
}

/// How many hours a week somebody may have.
const PACES: [u32; 10] = [2, 4, 6, 8, 10, 12, 15, 20, 30, 40];

/// Turns the hours of a roadmap into weeks.
pub(super) fn pace_menu(roadmap: &Roadmap) -> Option<Row> {
    let options = PACES.into_iter().map(|hours| MenuOption {
        value: hours.to_string(),
        label: format!("{hours} hours a week"),
        description: String::new(),
    });
    page::says_hours(roadmap).then(|| Row::Menu {
        action: Action::Pace { roadmap: roadmap.id.clone() },
        placeholder: "Your hours a week".into(),
        options: options.collect(),
    })
}

/// The stages of a roadmap, to open one.
pub(super) fn stage_menu(roadmap: &Roadmap) -> Row {
    let options = roadmap.stages.iter().enumerate().map(|(n, stage)| MenuOption {
        value: n.to_string(),
        label: format!("{}. {}", n + 1, stage.title),
        description: page::length(stage).trim_start_matches([' ', '·']).to_owned(),
    });
    Row::Menu {
        action: Action::Stages { roadmap: roadmap.id.clone() },
        placeholder: "Open a stage".into(),
        options: options.collect(),
    }
}
