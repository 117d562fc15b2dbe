//! What scheduled posts and schedules look like: the posts with their buttons, the list, what moderators are told.

use jiff::Timestamp;

use super::answer::{Answering, letters, standing};
use super::views::{FULL_PAGE, menu, shortened};
use super::{Button, Form, MenuOption, Reply, Row};
use crate::app::daily::{Answer, Closed, Given, Shown, Told};
use crate::app::page::{self, Page};
use crate::app::quiz::REPORT_MAX;
use crate::content::{Item, Library};
use crate::daily::{Choice, PostId, Schedule};
use crate::discord::components::{Action, DailyPress, SchedulePress};
use crate::quiz::TYPED_MAX;

/// How much of a topic's explanation and example a post shows: with the question before it, three screens of a phone.
const EXPLANATION: usize = 900;
const EXAMPLE: usize = 1_800;

/// How much of the answer to the question before is shown.
const ANSWER: usize = 1_700;

/// Schedules on one page of the list.
const LISTED: usize = 5;

/// What a post would carry in a preview.
const NO_POST: PostId = PostId(0);

/// How much of a title stands in the queue, so that all of it fits into a message.
const QUEUED: usize = 56;

/// How much of a title stands in a sentence.
const NAMED: usize = 80;

/// Until when an answer can be changed.
const UNTIL: &str = "until the next post";

impl Answering {
    fn daily(self) -> DailyPress {
        match self {
            Answering::Pick(place) => DailyPress::Pick(place),
            Answering::Undo => DailyPress::Undo,
            Answering::Done => DailyPress::Done,
            Answering::Type => DailyPress::Type,
        }
    }
}

/// A post as members see it.
pub(in crate::discord) fn post(library: &Library, shown: &Shown) -> Reply {
    let mut pages = Vec::new();
    if let Some(closed) = &shown.before {
        let page = page::daily::answered(closed);
        pages.push(Page { body: shortened(&page.body, ANSWER), ..page });
    }
    let topic = shown.topic.as_ref().and_then(|topic| library.topic(topic));
    pages.extend(topic.map(|topic| {
        let (page, example, discuss) = page::daily::topic(library, topic, shown);
        let (body, part) = (whole_blocks(&page.body, EXPLANATION), shortened(&example, EXAMPLE));
        let rest = if part == example { "" } else { "\n-# The example goes on: press **Read all of it**." };
        let body = format!("{body}\n\n**Example**\n{part}{rest}\n\n**To talk about**\n{discuss}");
        Page { body, ..page }
    }));
    pages.extend(shown.card.as_ref().map(|card| page::daily::question(library, card, shown)));
    let mut pages = pages.into_iter();
    let content = shown.role.map_or_else(String::new, |role| format!("<@&{role}>"));
    let (page, more) = (pages.next(), pages.collect());
    Reply { content, page, more, rows: buttons(shown), role: shown.role, private: false }
}

/// As many whole paragraphs as fit, or as much of the first one.
fn whole_blocks(markdown: &str, max: usize) -> String {
    let (page, more) = super::cut::first_page(markdown, max);
    let whole = |end: usize| page.get(..end).filter(|head| head.matches("```").count().is_multiple_of(2));
    if !more || markdown.get(page.len()..).is_some_and(|rest| markdown.starts_with(&page) && rest.starts_with("\n\n")) {
        return page;
    }
    match page.rmatch_indices("\n\n").find_map(|(at, _)| whole(at)) {
        Some(head) => head.trim_end().to_owned(),
        None => shortened(markdown, max),
    }
}

/// The buttons of a post that takes answers, if it asks anything.
fn buttons(shown: &Shown) -> Vec<Row> {
    let id = shown.post.unwrap_or(NO_POST);
    let mut rows = match &shown.card {
        Some(card) => letters(card, &[], &|press| Action::Daily { post: id, press: press.daily() }),
        None => Vec::new(),
    };
    rows.push(Row::Buttons(last(shown, id)));
    rows
}

fn last(shown: &Shown, id: PostId) -> Vec<Button> {
    let mut last = Vec::new();
    if shown.topic.is_some() {
        let strong = shown.card.is_none();
        last.push(Button { strong, ..button("Read all of it", id, DailyPress::Read) });
    }
    if shown.card.is_some() {
        last.push(button("Report", id, DailyPress::Report));
    }
    last
}

fn button(label: &str, post: PostId, press: DailyPress) -> Button {
    Button::new(label, Action::Daily { post, press })
}

/// The button by which a post is known again, however it looks by now.
pub(in crate::discord) fn mark(id: PostId, shown: &Shown) -> Action {
    let press = if shown.card.is_some() { DailyPress::Report } else { DailyPress::Read };
    Action::Daily { post: id, press }
}

/// What of a post changes when its question is closed: what stands above it, and its buttons.
pub(in crate::discord) fn closed_post(id: PostId, shown: &Shown) -> Reply {
    let mut row = vec![Button { strong: true, ..button("See the answer", id, DailyPress::Answer) }];
    row.extend(last(shown, id));
    let role = shown.role.map_or_else(String::new, |role| format!("<@&{role}>\n"));
    let content = format!("{role}-# This question is closed: {}.", answers(shown.answered));
    Reply { content, rows: vec![Row::Buttons(row)], ..Reply::default() }
}

/// What stands above a question that takes answers.
pub(in crate::discord) fn counted(role: Option<u64>, answered: u64) -> String {
    let role = role.map_or_else(String::new, |role| format!("<@&{role}>\n"));
    format!("{role}-# Today's question has {} so far.", answers(answered))
}

fn answers(count: u64) -> String {
    if count == 1 { "1 answer".to_owned() } else { format!("{count} answers") }
}

/// The name of a post's thread.
pub(in crate::discord) fn thread_name(library: &Library, shown: &Shown) -> String {
    let title = shown.topic.as_ref().and_then(|topic| library.topic(topic)).map(|topic| topic.title.clone());
    let title = title.or_else(|| shown.card.as_ref().map(|card| card.title.clone())).unwrap_or_default();
    super::cut::plain(&format!("{} · {title}", page::daily::day(shown.date)), 100)
}

/// What comes next, only for who asks. The buttons do nothing.
pub(in crate::discord) fn preview(library: &Library, schedule: &Schedule, shown: &Shown) -> Reply {
    let at = shown.at.as_second();
    let when = match &schedule.paused {
        Some(_) => format!("The schedule for <#{}> is paused. This would come next:", shown.channel),
        None => format!("This comes to <#{}> <t:{at}:F> (<t:{at}:R>):", shown.channel),
    };
    let mut more = shown.role.map_or_else(String::new, |role| format!("\nIt tells <@&{role}>."));
    if let Some(thread) = shown.thread {
        let name = page::quiz::plain(&thread_name(library, shown));
        more.push_str(&format!("\nIts thread: **{name}**, archived after {}.", page::daily::archive(thread)));
    }
    let reply = post(library, shown);
    let disabled = |row: Row| match row {
        Row::Buttons(buttons) => {
            Row::Buttons(buttons.into_iter().map(|button| Button { disabled: true, ..button }).collect())
        }
        menu @ Row::Menu { .. } => menu,
    };
    let rows = reply.rows.into_iter().map(disabled).collect();
    Reply { content: format!("{when}{more}"), rows, role: None, private: true, ..reply }
}

/// What an answer stands at, for who gave it.
pub(in crate::discord) fn given(given: &Given) -> Reply {
    let action = |press: Answering| Action::Daily { post: given.post, press: press.daily() };
    let mut reply = standing(&given.card, &given.given, (given.whole, given.changed), UNTIL, &action);
    if given.whole {
        let others = match given.answered {
            0 | 1 => "You are the first to answer.".to_owned(),
            count => format!("{count} have answered so far."),
        };
        reply.content = format!("{}\n-# {others}", reply.content);
    }
    reply
}

/// A question that takes no more answers, with its answer, only for who asks.
pub(in crate::discord) fn looked_back(
    library: &Library,
    closed: &Closed,
    own: Option<&Answer>,
    shown_by: Option<(u64, u64)>,
) -> Reply {
    let mut page = page::daily::looked_back(closed, own);
    page.body = shortened(&page.body, FULL_PAGE);
    if let Some((channel, message)) = shown_by {
        page.source =
            format!("[The post that came after it](https://discord.com/channels/{}/{channel}/{message})", closed.guild);
    }
    let content = "This question takes no more answers.".to_owned();
    let topics = closed.card.topics.iter().filter_map(|topic| library.find(&topic.id));
    let topics = topics.filter(|item| matches!(item, Item::Topic(_)));
    let rows = vec![menu(Action::OpenListed, "Read about it", topics)];
    Reply { content, private: true, rows, ..Reply::page(page) }
}

/// The form for a typed answer.
pub(in crate::discord) fn answer_form(post: PostId) -> Form {
    Form {
        action: Action::Daily { post, press: DailyPress::Type },
        title: "Daily question".to_owned(),
        label: "Your answer".to_owned(),
        placeholder: "One or a few words".to_owned(),
        long: false,
        most: u16::try_from(TYPED_MAX).unwrap_or(u16::MAX),
    }
}

/// The form for what is wrong with a question.
pub(in crate::discord) fn report_form(post: PostId) -> Form {
    Form {
        action: Action::Daily { post, press: DailyPress::Report },
        title: "Report the daily question".to_owned(),
        label: "What is wrong with it?".to_owned(),
        placeholder: "Such as: option B is right, too, because …".to_owned(),
        long: true,
        most: REPORT_MAX,
    }
}

/// A page (from 0) of a server's schedules. Who manages the server gets a menu to look after one.
pub(in crate::discord) fn list(
    library: &Library,
    schedules: &[Schedule],
    page: usize,
    manages: bool,
    now: Timestamp,
) -> Reply {
    if schedules.is_empty() {
        return Reply::sentence(match manages {
            true => "Nothing is scheduled in this server yet. `/daily add` posts a topic or a question every day.",
            false => "Nothing is scheduled in this server. A moderator can change that with `/daily add`.",
        });
    }
    let pages = schedules.len().div_ceil(LISTED);
    let page = page.min(pages - 1);
    let all = schedules.iter().enumerate().skip(page * LISTED).take(LISTED);
    let lines = all.map(|(place, schedule)| page::daily::schedule(library, place + 1, schedule, now, manages));
    let body = lines.collect::<Vec<_>>().join("\n\n");
    let footer = if pages > 1 { format!("Page {} of {pages}", page + 1) } else { String::new() };
    let paused = schedules.iter().filter(|schedule| schedule.paused.is_some()).count();
    let kicker = match paused {
        0 => "Times are shown in your own time zone".to_owned(),
        paused => format!("Times are shown in your own time zone · {paused} paused"),
    };
    let mut rows = Vec::new();
    if manages {
        let options = schedules.iter().enumerate().map(|(place, schedule)| MenuOption {
            value: schedule.id.to_string(),
            label: format!("{}. {}", place + 1, label(schedule)),
            description: String::new(),
        });
        rows.push(Row::Menu {
            action: Action::ScheduleMenu,
            placeholder: "Look after one of them".to_owned(),
            options: options.collect(),
        });
    }
    if pages > 1 {
        let back = page.checked_sub(1).unwrap_or(usize::MAX);
        rows.push(Row::Buttons(vec![
            Button { disabled: page == 0, ..Button::new("Back", Action::Schedules { page: back }) },
            Button { disabled: page + 1 == pages, ..Button::new("Next", Action::Schedules { page: page + 1 }) },
        ]));
    }
    let title = "What is posted when".to_owned();
    Reply { private: true, rows, ..Reply::page(Page { kicker, title, body, footer, ..Page::default() }) }
}

/// A schedule in one line of plain text.
pub(in crate::discord) fn label(schedule: &Schedule) -> String {
    let settings = &schedule.settings;
    let paused = if schedule.paused.is_some() { " · paused" } else { "" };
    format!(
        "#{} · {} · {} {} {}{paused}",
        settings.channel_name,
        page::daily::kind(settings.kind).trim_start_matches("a "),
        settings.when.days,
        settings.when.time.strftime("%H:%M"),
        settings.when.zone,
    )
}

/// One schedule for who looks after it, below a sentence of what has just happened.
pub(in crate::discord) fn schedule(library: &Library, schedule: &Schedule, said: &str, now: Timestamp) -> Reply {
    let button = |label: &str, press| Button::new(label, Action::Schedule { schedule: schedule.id, press });
    let rest = match schedule.paused {
        Some(_) => Button { strong: true, ..button("Resume", SchedulePress::Resume) },
        None => button("Pause", SchedulePress::Pause),
    };
    let first = vec![
        button("Preview", SchedulePress::Preview),
        button("Post now", SchedulePress::PostNow),
        button("Skip the next", SchedulePress::Skip),
        button("Queue", SchedulePress::Queue),
    ];
    let last = vec![
        rest,
        button("Remove", SchedulePress::Remove),
        Button::new("All schedules", Action::Schedules { page: 0 }),
    ];
    let text = page::daily::schedule(library, 1, schedule, now, true);
    let body = text.trim_start_matches("**1.** ").to_owned();
    Reply {
        content: said.to_owned(),
        private: true,
        rows: vec![Row::Buttons(first), Row::Buttons(last)],
        ..Reply::page(Page { title: "Daily post".to_owned(), body, ..Page::default() })
    }
}

/// Asks whether a schedule is really to be removed.
pub(in crate::discord) fn remove(schedule: &Schedule) -> Reply {
    let button = |label: &str, press| Button::new(label, Action::Schedule { schedule: schedule.id, press });
    let mut reply = Reply::sentence(format!(
        "Remove the schedule for <#{}>? Its posts stay, its queue and the memory of what it has posted are gone. To let it \
         rest instead, pause it.",
        schedule.settings.channel
    ));
    reply.rows.push(Row::Buttons(vec![
        Button { strong: true, ..button("Remove", SchedulePress::RemoveForGood) },
        button("Keep it", SchedulePress::Show),
    ]));
    reply
}

/// What waits in a queue.
pub(in crate::discord) fn queue(library: &Library, schedule: &Schedule) -> Reply {
    let items = schedule.queue.items();
    if items.is_empty() {
        return Reply::sentence(format!(
            "Nothing waits for <#{}>. `/daily queue add` puts a topic or a question before everything else.",
            schedule.settings.channel
        ));
    }
    let line = |(place, id): (usize, &String)| match library.find(id) {
        Some(item) => {
            let title = page::quiz::plain(&super::cut::plain(item.title(), QUEUED));
            format!("{}. {title} *({})*", place + 1, item.kind())
        }
        None => format!("{}. {} *(no longer in my library: it is left out)*", place + 1, page::quiz::plain(id)),
    };
    let body = items.iter().enumerate().map(line).collect::<Vec<_>>().join("\n");
    let title = "What comes first".to_owned();
    let footer = "/daily queue move and remove take these numbers".to_owned();
    let page = Page { title, body: shortened(&body, 3_900), footer, ..Page::default() };
    Reply { content: format!("The queue for <#{}>:", schedule.settings.channel), private: true, ..Reply::page(page) }
}

/// What a post is made of, in a few words.
pub(in crate::discord) fn named(library: &Library, choice: &Choice) -> String {
    let titles = choice.items().filter_map(|id| library.find(id));
    let titles = titles.map(|item| format!("**{}**", page::quiz::plain(&super::cut::plain(item.title(), NAMED))));
    titles.collect::<Vec<_>>().join(" with ")
}

/// Said to who made a schedule in a server of that name, because it cannot post.
pub(in crate::discord) fn trouble(told: &Told, server: Option<&str>) -> Reply {
    let Told { schedule, trouble } = told;
    let settings = &schedule.settings;
    Reply {
        content: format!(
            "{}he daily post for **#{}** ({} at {}, {}) is paused: {}",
            server.map_or_else(|| "T".to_owned(), |server| format!("In **{}**: t", page::quiz::plain(server))),
            page::quiz::plain(&settings.channel_name),
            settings.when.days,
            settings.when.time.strftime("%H:%M"),
            settings.when.zone,
            page::daily::trouble(schedule, *trouble)
        ),
        ..Reply::default()
    }
}
