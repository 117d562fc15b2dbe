//! What is refused, with the sentence that says what to do: what cannot be, and what is not for everybody.

use backroad::playground::permissions::{
    CREATE_PUBLIC_THREADS, MANAGE_MESSAGES, READ_MESSAGE_HISTORY, SEND_MESSAGES, VIEW_CHANNEL,
};
use backroad::playground::{Control, Shown};
use insta::assert_snapshot;

use super::board::{AT_NINE, Board, custom_id, refused};
use crate::support::{Community, daily_community, shaky_daily_community};

#[tokio::test]
async fn what_cannot_be_gets_a_sentence_that_says_what_to_do() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        let add = async |options: &str| refused(&board, &format!("add channel: daily {options}")).await;
        assert_snapshot!(add("time: 25:00 timezone: UTC").await, @"I cannot read `25:00` as a time of day: write it like 18:30 or 6:30 pm.");
        assert_snapshot!(add("time: 9 timezone: Europe/Berln").await, @"I know no time zone called `Europe/Berln`: did you mean Europe/Berlin?");
        assert_snapshot!(add("time: 9 timezone: xyzzy").await, @"I know no time zone called `xyzzy`: write a big city near you, or a name like Europe/Berlin.");
        assert_snapshot!(add("time: 9 timezone: GMT+2").await, @"`GMT+2` is an offset, and many places change theirs with the season: write a big city near you, or a name like Europe/Berlin.");
        assert_snapshot!(add("time: 9 timezone: UTC days: someday").await, @"I know no day called `someday`: write days like Mon–Fri, weekends, or Mon, Wed & Fri.");
        let date = add("time: 9 timezone: UTC quiet: 24.12.").await;
        assert!(date.starts_with("`24.12.` is no date that everybody reads alike: write year-month-day, like "), "{date}");
        let yesterday = board.today().yesterday().unwrap();
        assert_snapshot!(add(&format!("time: 9 timezone: UTC quiet: {yesterday}")).await.replace(&yesterday.to_string(), "YESTERDAY").replace(&board.today().to_string(), "TODAY"), @"`YESTERDAY` is over already: today is TODAY.");
        assert_snapshot!(add("time: 9 timezone: UTC path: roadmap-nowhere").await, @"I have no roadmap of that name: begin to type, and choose one from the list.");
        assert_snapshot!(add("time: 9 timezone: UTC area: gardening").await, @"I have no area called “gardening”: choose one from the list.");
        // The only role that mira may not mention is the bot's own.
        assert_snapshot!(add("time: 9 timezone: UTC role: @Backroad").await, @"You may not mention @Backroad yourself, so I don't do it for you. Let anyone mention that role in its settings, or choose another one.");
        assert_snapshot!(add(&format!("time: 9 timezone: UTC role: {}", board.mira().guild_id())).await, @"I don't tell everyone: choose a role that members take on themselves, such as one for daily posts.");
        assert_snapshot!(add("time: 9 timezone: UTC area: data level: advanced").await, @"My library has nothing like that. Leave out the path, the area or the level.");
        assert_eq!(refused(&board, "list").await, "Nothing is scheduled in this server yet. `/daily add` posts a topic or a question every day.");
        assert_snapshot!(refused(&board, "pause").await, @"Nothing is scheduled in this server yet. Make a schedule with `/daily add`.");
        assert_snapshot!(refused(&board, "pause schedule: garden").await, @"I don't know that schedule. Choose one from the list.");
    })
    .await;
}

#[tokio::test]
async fn where_it_could_not_post_nothing_is_scheduled() {
    shaky_daily_community(async |c| {
        let board = Board::at_eight(c);
        c.discord.set_overwrite("quiz", "Backroad", 0, SEND_MESSAGES | READ_MESSAGE_HISTORY).unwrap();
        assert_snapshot!(refused(&board, "add channel: quiz time: 9 timezone: UTC").await, @"I cannot post in #quiz yet: give me Send Messages, Read Message History there, then try again.");
        assert_snapshot!(refused(&board, "add channel: mods time: 9 timezone: UTC").await, @"I cannot post in #mods yet: give me View Channel, Send Messages, Embed Links, Read Message History there, then try again.");
        c.discord.set_overwrite("daily", "Backroad", SEND_MESSAGES, CREATE_PUBLIC_THREADS).unwrap();
        assert_snapshot!(refused(&board, &format!("add {AT_NINE} thread: day")).await, @"I cannot post in #daily yet: give me Create Public Threads there, then try again.");
        board.add(AT_NINE).await;
        assert_snapshot!(refused(&board, "edit schedule: daily thread: day").await, @"I cannot post in #daily yet: give me Create Public Threads there, then try again.");
        assert_snapshot!(refused(&board, "edit schedule: daily channel: quiz").await, @"I cannot post in #quiz yet: give me Send Messages, Read Message History there, then try again.");
        c.discord.set_overwrite("quiz", "Backroad", VIEW_CHANNEL, 0).unwrap();
        board.daily("edit schedule: daily channel: quiz thread: day").await;
        let list = board.daily("list").await;
        assert!(list.text().contains("**1.** #quiz · a topic, every day at 09:00 (UTC)"), "{}", list.text());
    })
    .await;
}

#[tokio::test]
async fn a_server_has_twenty_schedules_at_most() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        for hour in 0..20 {
            board.add(&format!("channel: daily time: {hour}:15 timezone: UTC")).await;
        }
        assert_snapshot!(refused(&board, &format!("add {AT_NINE}")).await, @"This server has 20 schedules, and that is the most. `/daily remove` makes room for another one.");
        let said = board.daily("remove schedule: 19:15").await;
        board.mira().click(&said, "Remove").await.unwrap();
        board.add(AT_NINE).await;
    })
    .await;
}

/// Every subcommand but `list`, with what it needs.
const OF_MODERATORS: [&str; 11] = [
    "add channel: daily time: 09:00 timezone: UTC",
    "edit schedule: daily time: 10:00",
    "preview",
    "post-now",
    "skip",
    "pause",
    "resume",
    "remove",
    "queue add item: jwt",
    "queue list",
    "queue remove place: 1",
];

async fn is_refused(c: &Community, name: &str, board: &Board<'_>, schedule: &Shown) {
    let member = c.member(name).in_channel("daily").unwrap();
    let sorry =
        "That takes the permission Manage Server. `/daily list` shows what is posted when.\nOnly you can see this";
    for line in OF_MODERATORS {
        let said = member.slash(&format!("/daily {line}")).await.unwrap();
        assert_eq!(said.text(), sorry, "{line}");
    }
    for sub in ["add", "edit", "preview", "post-now", "skip", "pause", "resume", "remove", "queue", "nonsense"] {
        let said = member.forge_slash("daily", &[(sub, "1")]).await.unwrap();
        assert_eq!(said.text(), sorry, "{sub}");
    }
    let id = custom_id(schedule, "Preview");
    for press in ["show", "preview", "postnow", "skip", "pause", "resume", "queue", "remove", "removeforgood"] {
        let said = member.forge_component(schedule.id().unwrap(), &id.replace("preview", press), &[]).await.unwrap();
        assert_eq!(said.text(), sorry, "{press}");
    }
    // Nothing of it has had an effect.
    let list = board.c.member("omar").slash("/daily list").await.unwrap();
    assert!(
        list.text().contains("**1.** #daily · a topic, every day at 09:00 (UTC)\n| Next, in your time:"),
        "{}",
        list.text()
    );
    assert!(!list.text().contains("**2.**"), "{}", list.text());
}

#[tokio::test]
async fn only_who_manages_the_server_may_change_anything() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        let schedule = board.add(AT_NINE).await;
        is_refused(c, "ada", &board, &schedule).await;
        let seen = c.member("ada").slash("/daily list").await.unwrap();
        assert_snapshot!(seen.text(), @"
        | Times are shown in your own time zone
        | **What is posted when**
        | **1.** #daily · a topic, every day at 09:00 (UTC)
        | Next, in your time: <t:F> (<t:R>)
        | Then: <t:F> · <t:F>
        Only you can see this
        ");
        let seen = board.daily("list").await;
        assert_snapshot!(seen.text(), @"
        | Times are shown in your own time zone
        | **What is posted when**
        | **1.** #daily · a topic, every day at 09:00 (UTC)
        | Next, in your time: <t:F> (<t:R>)
        | Then: <t:F> · <t:F>
        [Look after one of them v]
          - 1. #daily · topic · every day 09:00 UTC
        Only you can see this
        ");
        // The menu is checked as the buttons are.
        let menu = seen.controls().into_iter().find_map(|control| match control {
            Control::Select { custom_id, options, .. } => Some((custom_id, options[0].value.clone())),
            Control::Button { .. } => None,
        });
        let (menu, value) = menu.unwrap();
        let said = c.member("ada").forge_component(seen.id().unwrap(), &menu, &[&value]).await.unwrap();
        assert!(said.text().starts_with("That takes the permission Manage Server."), "{}", said.text());
        let chosen = board.mira().select(&seen, "Look after one of them", &[&value]).await.unwrap();
        assert!(chosen.text().contains("**Daily post**"), "{}", chosen.text());
        // Who had the permission when the buttons were made may have lost it.
        c.discord.set_role_permissions("Moderator", MANAGE_MESSAGES).unwrap();
        is_refused(c, "mira", &board, &schedule).await;
    })
    .await;
}

#[tokio::test]
async fn another_servers_schedules_are_unknown() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        let schedule = board.add(AT_NINE).await;
        let id = custom_id(&schedule, "Preview").split(':').nth(2).unwrap().to_owned();
        // Omar owns both servers.
        let omar = c.member("omar").in_guild("Study Group").unwrap();
        let unknown =
            "I know no such schedule; it may have been removed. `/daily list` shows all.\nOnly you can see this";
        for sub in ["edit", "preview", "post-now", "skip", "pause", "resume", "remove", "queue list"] {
            let more = if sub == "edit" { " time: 10:00" } else { "" };
            let said = omar.slash(&format!("/daily {sub} schedule: {id}{more}")).await.unwrap();
            assert_eq!(said.text(), unknown, "{sub}");
        }
        let there = omar.slash("/daily list").await.unwrap();
        assert!(there.text().starts_with("Nothing is scheduled in this server yet."), "{}", there.text());
        for press in ["show", "preview", "postnow", "skip", "pause", "removeforgood"] {
            let said =
                omar.forge_component(there.id().unwrap(), &format!("br1:schedule:{id}:{press}"), &[]).await.unwrap();
            assert_eq!(said.text(), unknown, "{press}");
        }
        let here = board.daily("list").await;
        assert!(here.text().contains("| Next, in your time:"), "{}", here.text());
    })
    .await;
}

#[tokio::test]
async fn in_direct_messages_there_is_nothing_to_schedule() {
    daily_community(async |c| {
        let mira = c.member("mira").in_direct_messages();
        assert!(!mira.offered_commands().contains(&"daily".to_owned()));
    })
    .await;
}
