//! What each thing looks like: which texts, which buttons, in which order.

use super::cut;
use super::{Button, MenuOption, Reply, Row};
use crate::app::page::{self, Page, Part};
use crate::content::{Item, Library, Project, Topic};
use crate::discord::components::Action;
use crate::search::{Correction, Hit};

/// How long an answer may be before More is offered for the rest: two screens of a phone.
const ANSWER: usize = 1_200;

/// A page of a full text.
pub(super) const FULL_PAGE: usize = 2_400;

/// How much of a query is repeated to who asked it.
const QUOTE: usize = 100;

/// The message command, as members find it in a message's menu.
pub(in crate::discord) const FIND_ANSWER: &str = "Find an answer";

/// What stands around an answer.
#[derive(Clone, Debug, Default)]
pub(in crate::discord) struct Around {
    /// Ids of further items to choose from.
    pub(in crate::discord) others: Vec<String>,
    /// They belong together, and do not match a query.
    pub(in crate::discord) listed: bool,
    /// The message that is answered, if the answer may be shown to its channel.
    pub(in crate::discord) share: Option<u64>,
    /// The stage (from 0) of a roadmap that led here.
    pub(in crate::discord) stage: Option<(String, usize)>,
    /// How many hours a week somebody has for a roadmap.
    pub(in crate::discord) pace: Option<u32>,
    /// What led here, with the sentences that fit the query best.
    pub(in crate::discord) hit: Option<Hit>,
    /// Words of the query that were taken for others.
    pub(in crate::discord) corrections: Vec<Correction>,
}

/// The least share of a query that a passage must have to be worth a quotation.
const QUOTED: f32 = 0.3;

/// A hit's snippet with the words of the query in bold, if it tells something that `body` does not show already.
fn passage(hit: &Hit, body: &str) -> Option<String> {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    if hit.leads || hit.snippet_share < QUOTED || bare(body).contains(&bare(&hit.snippet)) {
        return None;
    }
    let mut markdown = String::new();
    let mut end = 0;
    let piece = |from: usize, to: usize| page::quiz::plain(hit.snippet.get(from..to).unwrap_or_default());
    for mark in &hit.marks {
        markdown.push_str(&format!("{}**{}**", piece(end, mark.start), piece(mark.start, mark.end)));
        end = mark.end;
    }
    Some(markdown + &piece(end, hit.snippet.len()))
}

/// "I read *kubernets* as **kubernetes**."
fn read_as(corrections: &[Correction]) -> String {
    let each = |correction: &Correction| {
        format!("`{}` as **{}**", quoted(&correction.typed), page::quiz::plain(&correction.meant))
    };
    format!("I read {}.", corrections.iter().map(each).collect::<Vec<_>>().join(", "))
}

/// The answer that `item` gives.
pub(in crate::discord) fn answer(library: &Library, item: Item<'_>, around: Around) -> Reply {
    let id = item.id().to_owned();
    let mut page = match (item, around.pace) {
        (Item::Roadmap(roadmap), Some(hours)) => page::at_pace(library, roadmap, hours),
        _ => None,
    }
    .unwrap_or_else(|| page::answer(library, item));
    page.body = match item {
        // A list of checks or stages is of use only as a whole.
        Item::Project(_) | Item::Roadmap(_) => shortened(&page.body, FULL_PAGE),
        _ => shortened(&page.body, ANSWER),
    };
    if let Some(passage) = around.hit.as_ref().and_then(|hit| passage(hit, &page.body)) {
        page.body.push_str(&format!("\n\n> {passage}"));
    }
    let mut reply = Reply::page(page);
    if !around.corrections.is_empty() {
        reply.content = read_as(&around.corrections);
    }
    let more = Button { strong: true, ..Button::new("More", Action::More { item: id.clone() }) };
    let mut buttons = vec![more];
    if !neighbours(library, item).is_empty() {
        buttons.push(Button::new("Related", Action::Related { item: id.clone() }));
    }
    if has_practice(library, item) {
        buttons.push(Button::new("Quiz me", Action::QuizMe { item: id.clone() }));
    }
    if matches!(item, Item::Roadmap(_)) && library.roadmaps.len() > 1 {
        buttons.push(Button::new("All roadmaps", Action::Paths));
    }
    buttons.push(Button::new("Helpful", Action::Vote { item: id.clone(), helpful: true }));
    buttons.push(Button::new("Not helpful", Action::Vote { item: id.clone(), helpful: false }));
    reply.rows.push(Row::Buttons(buttons));
    if let Item::Roadmap(roadmap) = item {
        reply.rows.push(super::roadmap::stage_menu(roadmap));
        reply.rows.extend(super::roadmap::pace_menu(roadmap));
    }
    let mut ways = Vec::new();
    if let Some((roadmap, number)) = around.stage {
        ways.push(Button::new(format!("Back to stage {}", number + 1), Action::Stage { roadmap, number }));
    }
    if around.share.is_some() {
        reply.private = true;
        ways.extend(share_button(around.share, &id));
    }
    reply.rows.push(Row::Buttons(ways));
    let (action, placeholder) =
        if around.listed { (Action::OpenListed, "Also there") } else { (Action::Open, "Other matches") };
    reply.rows.push(menu(action, placeholder, around.others.iter().filter_map(|id| library.find(id))));
    reply
}

/// Shows what answers a message to its channel.
pub(super) fn share_button(message: Option<u64>, item: &str) -> Option<Button> {
    Some(Button::new("Share with the channel", Action::Share { message: message?, item: item.to_owned() }))
}

/// One page (from 0) of everything about an item; a page past the end shows the last one.
pub(in crate::discord) fn full_text(library: &Library, item: Item<'_>, page: usize) -> Reply {
    let (full, sections) = page::full(library, item);
    let pages: Vec<String> = sections.iter().flat_map(|section| cut::pages(section, FULL_PAGE)).collect();
    let page = page.min(pages.len().saturating_sub(1));
    let body = pages.get(page).cloned().unwrap_or_default();
    let footer = match pages.len() {
        0 | 1 => full.footer,
        count => format!("Page {} of {count} · {}", page + 1, full.footer),
    };
    let turn = |to: usize| Action::TurnTo { item: item.id().to_owned(), page: to };
    let mut reply = Reply { private: true, ..Reply::page(Page { body, footer, ..full }) };
    if pages.len() > 1 {
        let last = page + 1 == pages.len();
        // The two buttons must differ in custom_id, also where one of them leads nowhere.
        let back =
            Button { disabled: page == 0, ..Button::new("Back", turn(page.checked_sub(1).unwrap_or(pages.len()))) };
        let next = Button { disabled: last, strong: !last, ..Button::new("Next", turn(page + 1)) };
        reply.rows.push(Row::Buttons(vec![back, next]));
    }
    reply
}

/// What belongs to an item, to choose from.
pub(in crate::discord) fn related(library: &Library, item: Item<'_>) -> Reply {
    let neighbours = neighbours(library, item);
    let mut reply = Reply::sentence(format!("What belongs to **{}**:", item.title()));
    reply.rows.push(menu(Action::OpenListed, "Open one", neighbours.into_iter()));
    reply
}

/// Whether there is another question to practise on: about the topic, or about what the question or project is about.
fn has_practice(library: &Library, item: Item<'_>) -> bool {
    let topics = item.topics();
    let about = |id: &str| library.questions_of(id).any(|question| question.id != item.id());
    topics.into_iter().any(about)
}

/// A project to build: what to do, how to know that it is done, and a button for another one.
pub(in crate::discord) fn project(library: &Library, project: &Project, another: Option<Action>) -> Reply {
    let item = Item::Project(project);
    let mut page = page::answer(library, item);
    page.body = shortened(&page.body, FULL_PAGE);
    let id = project.id.clone();
    let more = Button { strong: true, ..Button::new("Brief and hints", Action::More { item: id.clone() }) };
    let mut buttons = vec![more];
    if !neighbours(library, item).is_empty() {
        buttons.push(Button::new("Related", Action::Related { item: id.clone() }));
    }
    if has_practice(library, item) {
        buttons.push(Button::new("Quiz me", Action::QuizMe { item: id }));
    }
    buttons.extend(another.map(|another| Button::new("Another idea", another)));
    Reply { rows: vec![Row::Buttons(buttons)], ..Reply::page(page) }
}

/// A part of a topic, with buttons for its other parts and a menu of where to go next.
pub(in crate::discord) fn topic(library: &Library, topic: &Topic, part: Part) -> Reply {
    let id = topic.id.clone();
    let mut page = page::part(library, topic, part);
    let whole = page.body;
    page.body = shortened(&whole, FULL_PAGE);
    let cut = page.body != whole;
    let mut reply = Reply::page(page);
    let buttons = Part::ALL.into_iter().filter(|p| page::has_part(library, topic, *p)).map(|p| Button {
        strong: p == part,
        disabled: p == part,
        ..Button::new(p.label(), Action::Part { topic: id.clone(), part: p })
    });
    reply.rows.push(Row::Buttons(buttons.collect()));
    if cut {
        reply.rows.push(Row::Buttons(vec![Button::new("More", Action::More { item: id.clone() })]));
    }
    if part == Part::Questions {
        let questions = library.questions_of(&topic.id).map(Item::Question);
        reply.rows.push(menu(Action::Practise, "Practise a question, privately", questions));
    }
    let places = library_topics(library, &topic.prerequisites, "know first")
        .chain(library_topics(library, &topic.related, "read next"))
        .collect();
    reply.rows.push(Row::Menu {
        action: Action::GoTo,
        placeholder: "Prerequisites and related".into(),
        options: places,
    });
    reply
}

/// No good answer: said plainly, with the titles of the items that come nearest, given by their ids.
pub(in crate::discord) fn unknown(
    library: &Library,
    query: &str,
    nearest: &[String],
    corrections: &[Correction],
    outside: Option<&str>,
) -> Reply {
    let asked = quoted(query);
    if asked.is_empty() {
        return Reply::sentence(
            "I found no words in that. Ask in a few words of your own, for example `how does jwt work`.",
        );
    }
    let next = if nearest.is_empty() {
        "I know about backend development: try other words, or see with `/help` what I can do."
    } else {
        "These come nearest; if none fits, try other words."
    };
    let why = match outside {
        Some(subject) => format!("I have nothing about {subject}"),
        None => format!("I don't have a good answer to `{asked}`"),
    };
    let read = if corrections.is_empty() { String::new() } else { read_as(corrections) + " " };
    let mut reply = Reply::sentence(format!("{why}. {read}{next}"));
    reply.rows.push(menu(Action::Open, "Nearest titles", nearest.iter().filter_map(|id| library.find(id))));
    reply
}

/// No topic has this name; `nearest` are ids of those that come near.
pub(in crate::discord) fn no_topic(library: &Library, name: &str, nearest: &[String]) -> Reply {
    let named = quoted(name);
    let next =
        if nearest.is_empty() { "Begin to type its name, and choose from the list." } else { "These come nearest:" };
    let mut reply = Reply::sentence(format!("I know no topic called `{named}`. {next}"));
    reply.rows.push(menu(Action::GoTo, "Nearest topics", nearest.iter().filter_map(|id| library.find(id))));
    reply
}

/// An item that a button or menu names and that is not in the library (any more), with the titles of the items that come
/// nearest to its id.
pub(in crate::discord) fn missing(library: &Library, id: &str, nearest: &[String]) -> Reply {
    let named = quoted(id);
    let what = if named.is_empty() { "That".to_owned() } else { format!("`{named}`") };
    let next = if nearest.is_empty() { "Search for it with `/ask`." } else { "These come nearest:" };
    let mut reply = Reply::sentence(format!("{what} is no longer in my library. {next}"));
    reply.rows.push(menu(Action::Open, "Nearest titles", nearest.iter().filter_map(|id| library.find(id))));
    reply
}

/// A private answer, shown to the channel for the message for which it was found.
pub(in crate::discord) fn shared(library: &Library, item: Item<'_>, by: u64, link: &str) -> Reply {
    Reply { content: format!("<@{by}> shared an answer to {link}"), ..answer(library, item, Around::default()) }
}

/// What to do first. `moderator` adds what only somebody with Manage Server can do.
pub(in crate::discord) fn help(library: &Library, moderator: bool) -> Reply {
    let topics = count(library.topics.len(), "topic");
    let questions = count(library.questions.len(), "interview question");
    let projects = count(library.projects.len(), "project");
    let roadmaps = count(library.roadmaps.len(), "roadmap");
    let mut body = format!(
        "I know {topics}, {questions}, {projects} and {roadmaps} of backend development.\n\n\
         **Ask**\n`/ask` finds the best answer in my library, in your own words, typos included; `private` shows it to you \
         alone. For somebody's message: its menu, *Apps*, *{FIND_ANSWER}*.\n\n\
         **Begin**\n`/roadmap` shows what to learn in which order, stage by stage.\n\n\
         **Read**\n`/topic` opens a topic: overview, example, pitfalls, resources, interview questions.\n\n\
         **Practise**\n`/question` asks you an interview question, and comes back to those that you did not know. \
         `/project` proposes something to build.\n\n\
         **Play**\n`/quiz start` begins a quiz for this channel: press *Join*, then the letters. `/leaderboard` shows who leads.\n\n\
         **Every day**\n`/daily list` shows which topics and questions come when. Answer a question with its letters: only you see \
         your answer until the next post.\n\n\
         **Tell me**\nPress *Helpful* or *Not helpful* below an answer. What finds nothing is counted, without your name, \
         so that it can be written."
    );
    if moderator {
        body.push_str(
            "\n\n**For moderators**\nYou may pause, skip and stop every quiz: `/quiz pause`, `skip`, `stop`. `/daily add` posts a topic \
             or a question every day (that takes Manage Server). My commands work in every channel where members may use application commands. \
             Narrow that down in *Server Settings → Integrations*.",
        );
    }
    let page = Page { title: "What I can do for you".into(), body, ..Page::default() };
    let proposals = ["how does jwt work", "why is my query slow", "rest or graphql"];
    let buttons = proposals.map(|query| Button::new(query, Action::Try { query: query.into() }));
    Reply { private: true, rows: vec![Row::Buttons(buttons.into())], ..Reply::page(page) }
}

/// A member's words, safe inside back-ticks: one line, no back-ticks, nothing invisible, at most 100 long.
fn quoted(text: &str) -> String {
    let invisible = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}');
    let clean: String =
        text.chars().filter(|c| !invisible(*c) && *c != '`').map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut::plain(&clean.split_whitespace().collect::<Vec<_>>().join(" "), QUOTE)
}

pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// At most `max` long, with an ellipsis where there is more. What only announces the rest goes with it.
pub(super) fn shortened(markdown: &str, max: usize) -> String {
    let (mut first, more) = cut::first_page(markdown, max - 2);
    while more && first.ends_with(':') {
        let Some((before, _announcement)) = first.rsplit_once("\n\n") else { break };
        first.truncate(before.len());
    }
    if more && !first.ends_with("```") { format!("{first} …") } else { first }
}

/// For a topic its related topics, prerequisites and questions; for a question or project its topics.
fn neighbours<'a>(library: &'a Library, item: Item<'a>) -> Vec<Item<'a>> {
    let topics = |ids: &'a [String]| ids.iter().filter_map(|id| library.topics.get(id)).map(Item::Topic);
    match item {
        Item::Topic(topic) => topics(&topic.related)
            .chain(topics(&topic.prerequisites))
            .chain(library.questions_of(&topic.id).map(Item::Question))
            .collect(),
        Item::Question(question) => topics(&question.topics).collect(),
        Item::Project(project) => topics(&project.topics).collect(),
        Item::Roadmap(_) => Vec::new(),
    }
}

pub(super) fn menu<'a>(action: Action, placeholder: &str, items: impl Iterator<Item = Item<'a>>) -> Row {
    let option = |item: Item<'a>| MenuOption {
        value: item.id().into(),
        label: item.title().into(),
        description: describe(item),
    };
    Row::Menu { action, placeholder: placeholder.into(), options: items.map(option).collect() }
}

fn library_topics<'a>(library: &'a Library, ids: &'a [String], why: &'a str) -> impl Iterator<Item = MenuOption> + 'a {
    let topics = ids.iter().filter_map(|id| library.topics.get(id));
    topics.map(move |topic| MenuOption {
        value: topic.id.clone(),
        label: topic.title.clone(),
        description: format!("{why} · {}", topic.level),
    })
}

fn describe(item: Item<'_>) -> String {
    match item {
        Item::Topic(topic) => format!("Topic · {}", topic.summary),
        Item::Question(question) => format!("Interview question · {}", question.level),
        Item::Project(project) => format!("Project · {} · about {} h", project.level, project.hours),
        Item::Roadmap(roadmap) => format!("Roadmap · {}", page::count(roadmap)),
    }
}
