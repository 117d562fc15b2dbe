//! What moderators set, what they are shown of it, and what becomes of it.

use insta::assert_snapshot;
use jiff::ToSpan;

use super::board::{AT_NINE, Board, announced, custom_id, refused, title, titles};
use crate::support::daily_community;

#[tokio::test]
async fn a_schedule_is_made_with_all_of_its_options_and_shown() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        let (first, last) = (board.today() + 10.days(), board.today() + 12.days());
        let said = board
            .daily(&format!(
                "add channel: daily time: 6:30 pm timezone: berlin kind: both path: roadmap-daily area: auth level: beginner \
                 role: @Moderator thread: week days: every day quiet: {first}..{last}"
            ))
            .await;
        let text = said.text().replace(&format!("{first}..{last}"), "THREE DAYS");
        assert_snapshot!(text, @"
        It is scheduled. I have one such post, so it will come each time.
        | **Daily post**
        | #daily · a topic with a question, every day at 18:30 (Europe/Berlin)
        | -# along Four days · Authentication · beginner · tells @Moderator · thread, archived after 1 week · quiet: THREE DAYS
        | Next, in your time: <t:F> (<t:R>)
        | Then: <t:F> · <t:F>
        [Preview] [Post now] [Skip the next] [Queue]
        [Pause] [Remove] [All schedules]
        Only you can see this
        ");
        let at = |day: i64| (board.today() + day.days()).at(18, 30, 0, 0).in_tz("Europe/Berlin").unwrap().timestamp();
        assert_eq!(announced(&said), [at(0), at(1), at(2)]);
        // The least that one can say.
        let said = board.daily(&format!("add {AT_NINE}")).await;
        assert_snapshot!(said.text(), @"
        It is scheduled. I have 4 different posts for it; then they begin again.
        | **Daily post**
        | #daily · a topic, every day at 09:00 (UTC)
        | Next, in your time: <t:F> (<t:R>)
        | Then: <t:F> · <t:F>
        [Preview] [Post now] [Skip the next] [Queue]
        [Pause] [Remove] [All schedules]
        Only you can see this
        ");
    })
    .await;
}

/// The labels of the proposals for the last option of a line.
async fn proposed(board: &Board<'_>, line: &str) -> Vec<String> {
    let choices = board.mira().autocomplete(&format!("/daily {line}")).await.unwrap();
    choices.into_iter().map(|choice| choice.name).collect()
}

#[tokio::test]
async fn what_is_typed_is_completed() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        let zones = async |typed: &str| {
            let line = format!("add channel: daily time: 9 timezone: {typed}");
            let choices = board.mira().autocomplete(&format!("/daily {line}")).await.unwrap();
            choices.into_iter().map(|choice| choice.value.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(zones("berlin").await.first().unwrap(), "Europe/Berlin");
        assert_eq!(zones("munich").await, ["Europe/Berlin"]);
        assert_eq!(zones("").await[..2], ["UTC", "Europe/London"]);
        assert_eq!(zones("xyzzy").await, [""; 0]);
        assert_eq!(proposed(&board, "add channel: daily time: 18").await[..2], ["18:00 (6:00 pm)", "18:30 (6:30 pm)"]);
        let days = proposed(&board, &format!("add {AT_NINE} days: mon")).await;
        assert!(days.contains(&"weekdays (Mon–Fri)".to_owned()), "{days:?}");
        assert_eq!(proposed(&board, &format!("add {AT_NINE} path: four")).await, ["Four days"]);
        assert_eq!(proposed(&board, &format!("add {AT_NINE} area: ")).await, ["Authentication", "Data"]);
        assert_eq!(
            proposed(&board, "queue add item: index").await,
            [
                "Topic: Indexes",
                "Question: Which questions does an index over country and city, in this order, help with?",
            ]
        );
        board.add("channel: daily time: 09:00 timezone: Asia/Tokyo").await;
        board.add("channel: quiz time: 10:00 timezone: UTC days: Mon-Fri kind: both").await;
        assert_eq!(
            proposed(&board, "preview schedule: ").await,
            ["#daily · topic · every day 09:00 Asia/Tokyo", "#quiz · topic with a question · Mon–Fri 10:00 UTC",]
        );
        assert_eq!(proposed(&board, "pause schedule: quiz").await.len(), 1);
        // What the server uses already comes first.
        assert_eq!(zones("").await[..2], ["Asia/Tokyo", "UTC"]);
        // Nobody else learns what is scheduled.
        let ada = c.member("ada").autocomplete("/daily pause schedule: ").await.unwrap();
        assert_eq!(ada, []);
    })
    .await;
}

#[tokio::test]
async fn many_schedules_are_listed_in_pages() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        for hour in 9..15 {
            board.add(&format!("channel: daily time: {hour}:00 timezone: UTC")).await;
        }
        let (mira, ada) = (board.mira(), c.member("ada"));
        let first = board.daily("list").await;
        let moment =
            |hour: i8, day: i64| (board.today() + day.days()).at(hour, 0, 0, 0).in_tz("UTC").unwrap().timestamp();
        let expected: Vec<_> = (9..14).flat_map(|hour| [0, 1, 2].map(|day| moment(hour, day))).collect();
        assert_eq!(announced(&first), expected);
        assert!(
            first.text().contains("- Page 1 of 2") && first.text().contains("[Back (disabled)] [Next]"),
            "{}",
            first.text()
        );
        let second = mira.click(&first, "Next").await.unwrap();
        assert_eq!(second.id(), first.id());
        assert_eq!(announced(&second), [0, 1, 2].map(|day| moment(14, day)));
        assert!(
            second.text().contains("**6.** #daily") && second.text().contains("[Back] [Next (disabled)]"),
            "{}",
            second.text()
        );
        let list = ada.slash("/daily list").await.unwrap();
        let second = ada.click(&list, "Next").await.unwrap();
        assert!(second.text().contains("**6.** #daily") && !second.text().contains("Look after"), "{}", second.text());
        // What was removed meanwhile leaves no empty page.
        let said = board.daily("remove schedule: 14:00").await;
        mira.click(&said, "Remove").await.unwrap();
        let said = ada.forge_component(list.id().unwrap(), "br1:schedules:7", &[]).await.unwrap();
        assert!(said.text().contains("**5.** #daily"), "{}", said.text());
    })
    .await;
}

#[tokio::test]
async fn each_setting_is_changed_and_taken_away() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(AT_NINE).await;
        let quiet = board.today() + 3.days();
        let mut settings = Vec::new();
        let steps = [
            "channel: quiz".to_owned(),
            "time: 10:30".to_owned(),
            "timezone: Tokyo".to_owned(),
            "kind: question".to_owned(),
            "path: Four days".to_owned(),
            "area: data".to_owned(),
            "level: beginner".to_owned(),
            "role: @Moderator".to_owned(),
            "thread: hour".to_owned(),
            "days: weekend".to_owned(),
            format!("quiet: {quiet}"),
            "clear: path".to_owned(),
            "clear: area".to_owned(),
            "clear: level".to_owned(),
            "clear: role".to_owned(),
            "clear: thread".to_owned(),
            "clear: quiet".to_owned(),
            "clear: days".to_owned(),
        ];
        for step in steps {
            // The name of the only schedule changes with its channel.
            let said = board.daily(&format!("edit schedule: # {step}")).await;
            assert!(said.text().starts_with("It is changed."), "{step}: {}", said.text());
            let lines: Vec<&str> = said.text().lines().skip(2).take_while(|line| !line.contains("Next, in your time:")).collect();
            settings.push(lines.join("\n").replace(&quiet.to_string(), "QUIET"));
        }
        assert_snapshot!(settings.join("\n"), @"
        | #quiz · a topic, every day at 09:00 (UTC)
        | #quiz · a topic, every day at 10:30 (UTC)
        | #quiz · a topic, every day at 10:30 (Asia/Tokyo)
        | #quiz · a question, every day at 10:30 (Asia/Tokyo)
        | #quiz · a question, every day at 10:30 (Asia/Tokyo)
        | -# along Four days
        | #quiz · a question, every day at 10:30 (Asia/Tokyo)
        | -# along Four days · Data
        | #quiz · a question, every day at 10:30 (Asia/Tokyo)
        | -# along Four days · Data · beginner
        | #quiz · a question, every day at 10:30 (Asia/Tokyo)
        | -# along Four days · Data · beginner · tells @Moderator
        | #quiz · a question, every day at 10:30 (Asia/Tokyo)
        | -# along Four days · Data · beginner · tells @Moderator · thread, archived after 1 hour
        | #quiz · a question, Sat, Sun at 10:30 (Asia/Tokyo)
        | -# along Four days · Data · beginner · tells @Moderator · thread, archived after 1 hour
        | #quiz · a question, Sat, Sun at 10:30 (Asia/Tokyo)
        | -# along Four days · Data · beginner · tells @Moderator · thread, archived after 1 hour · quiet: QUIET
        | #quiz · a question, Sat, Sun at 10:30 (Asia/Tokyo)
        | -# Data · beginner · tells @Moderator · thread, archived after 1 hour · quiet: QUIET
        | #quiz · a question, Sat, Sun at 10:30 (Asia/Tokyo)
        | -# beginner · tells @Moderator · thread, archived after 1 hour · quiet: QUIET
        | #quiz · a question, Sat, Sun at 10:30 (Asia/Tokyo)
        | -# tells @Moderator · thread, archived after 1 hour · quiet: QUIET
        | #quiz · a question, Sat, Sun at 10:30 (Asia/Tokyo)
        | -# thread, archived after 1 hour · quiet: QUIET
        | #quiz · a question, Sat, Sun at 10:30 (Asia/Tokyo)
        | -# quiet: QUIET
        | #quiz · a question, Sat, Sun at 10:30 (Asia/Tokyo)
        | #quiz · a question, every day at 10:30 (Asia/Tokyo)
        ");
        assert_snapshot!(refused(&board, "edit schedule: # time: 10:30").await, @"That changes nothing: name what is to be different, such as `time` or `channel`.");
        assert_snapshot!(refused(&board, "edit schedule: # clear: role").await, @"That changes nothing: name what is to be different, such as `time` or `channel`.");
        assert_snapshot!(refused(&board, "edit schedule: # area: data level: advanced").await, @"My library has nothing like that. Leave out the path, the area or the level.");
    })
    .await;
}

#[tokio::test]
async fn a_schedule_is_paused_resumed_and_removed() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        let mira = board.mira();
        let schedule = board.add(AT_NINE).await;
        let paused = mira.click(&schedule, "Pause").await.unwrap();
        assert_eq!(paused.id(), schedule.id(), "it is shown where it was pressed");
        assert_snapshot!(paused.text(), @"
        It is paused.
        | **Daily post**
        | #daily · a topic, every day at 09:00 (UTC)
        | ⏸ Paused by Mira. `/daily resume` lets it go on.
        [Preview] [Post now] [Skip the next] [Queue]
        [Resume] [Remove] [All schedules]
        Only you can see this
        ");
        let list = board.daily("list").await;
        assert!(list.text().contains("⏸ Paused by Mira. `/daily resume` lets it go on."), "{}", list.text());
        let resumed = mira.click(&schedule, "Resume").await.unwrap();
        assert!(resumed.text().starts_with("It goes on."), "{}", resumed.text());
        board.days_on(0, 9);
        let post = board.post(1).await;
        let asked = board.daily("remove").await;
        assert_snapshot!(asked.text(), @"
        Remove the schedule for #daily? Its posts stay, its queue and the memory of what it has posted are gone. To let it rest instead, pause it.
        [Remove] [Keep it]
        Only you can see this
        ");
        let kept = mira.click(&asked, "Keep it").await.unwrap();
        assert!(kept.text().contains("| Next, in your time:"), "{}", kept.text());
        let asked = mira.click(&kept, "Remove").await.unwrap();
        let removed = mira.click(&asked, "Remove").await.unwrap();
        assert_snapshot!(removed.text(), @"
        The schedule for #daily is removed.
        Only you can see this
        ");
        // Old buttons say so, and the post stays.
        let gone = mira.forge_component(schedule.id().unwrap(), &custom_id(&schedule, "Preview"), &[]).await.unwrap();
        assert_snapshot!(gone.text(), @"
        I know no such schedule; it may have been removed. `/daily list` shows all.
        Only you can see this
        ");
        assert_eq!(title(&board.post(1).await), title(&post));
        board.days_on(1, 9);
        board.daily("list").await;
        board.posts(1).await;
    })
    .await;
}

#[tokio::test]
async fn a_question_of_a_schedule_that_is_removed_takes_no_more_answers() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} kind: both path: roadmap-daily")).await;
        board.days_on(0, 9);
        let post = board.known_post(1).await;
        c.member("ada").click(&post, "B").await.unwrap();
        let asked = board.daily("remove").await;
        board.mira().click(&asked, "Remove").await.unwrap();
        let closed = board.says(&post, "See the answer").await;
        let looked = c.member("ada").click(&closed, "See the answer").await.unwrap();
        assert!(looked.text().starts_with("This question takes no more answers.\n"), "{}", looked.text());
        assert!(looked.text().contains("✅ **You were right:** you answered B."), "{}", looked.text());
    })
    .await;
}

#[tokio::test]
async fn the_queue_is_filled_looked_at_moved_and_emptied() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(AT_NINE).await;
        assert_snapshot!(board.daily("queue list").await.text(), @"
        Nothing waits for #daily. `/daily queue add` puts a topic or a question before everything else.
        Only you can see this
        ");
        assert_snapshot!(board.daily("queue add item: jwt").await.text(), @"
        **JWT** is in the queue, at place 1. The queue for #daily:
        | **What comes first**
        | 1. JWT *(topic)*
        |
        | - /daily queue move and remove take these numbers
        Only you can see this
        ");
        board.daily("queue add item: table-key").await;
        board.daily("queue add item: Indexes").await;
        assert_snapshot!(refused(&board, "queue add item: jwt").await, @"That waits in the queue already, at place 1.");
        assert_snapshot!(refused(&board, "queue add item: index-talk").await, @"I know no such topic or question that can be posted. Begin to type its name, and choose from the list.");
        assert_snapshot!(refused(&board, "queue add item: gardening").await, @"I know no such topic or question that can be posted. Begin to type its name, and choose from the list.");
        assert_snapshot!(board.daily("queue move from: 3 to: 1").await.text(), @"
        It has place 1 now. The queue for #daily:
        | **What comes first**
        | 1. Indexes *(topic)*
        | 2. JWT *(topic)*
        | 3. What is the column called that says which row is… *(question)*
        |
        | - /daily queue move and remove take these numbers
        Only you can see this
        ");
        assert_snapshot!(refused(&board, "queue move from: 4 to: 1").await, @"The queue has no such place. `/daily queue list` shows the numbers.");
        assert_snapshot!(refused(&board, "queue remove place: 4").await, @"The queue has no such place. `/daily queue list` shows the numbers.");
        let said = board.daily("queue remove place: 2").await;
        assert!(said.text().starts_with("It is out of the queue. The queue for #daily:"), "{}", said.text());
        let list = board.daily("list").await;
        assert!(list.text().contains("-# 2 in the queue"), "{}", list.text());
        // What comes is what stands first.
        board.days_on(0, 9);
        assert_eq!(title(&board.post(1).await), "Indexes");
    })
    .await;
}

#[tokio::test]
async fn what_comes_next_can_be_left_out() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(&format!("{AT_NINE} path: roadmap-daily")).await;
        let said = board.daily("skip").await;
        assert!(
            said.text().starts_with(
                "**Sessions** is left out: it comes again when everything else has come. Next comes **JWT**."
            ),
            "{}",
            said.text()
        );
        let mut shown = Vec::new();
        for number in 1..=4 {
            board.days_on(i64::from(number > 1), 9);
            shown.push(title(&board.post(number).await));
        }
        assert_eq!(shown, ["JWT", "Tables", "Indexes", "Sessions"]);
    })
    .await;
}

#[tokio::test]
async fn a_preview_shows_what_will_be_posted() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        let schedule = board.add(&format!("{AT_NINE} kind: both role: @Moderator")).await;
        for number in 1..=3 {
            let preview = board.mira().click(&schedule, "Preview").await.unwrap();
            assert!(preview.is_ephemeral());
            assert_ne!(preview.id(), schedule.id(), "it stands below the schedule");
            let content = preview.json()["content"].as_str().unwrap();
            assert!(content.contains("\nIt tells <@&"), "{content}");
            assert_eq!(preview.json()["mention_roles"], serde_json::json!([]));
            let press = board.mira().click(&preview, "Report").await.unwrap_err();
            assert_eq!(press.to_string(), "The button \"Report\" is disabled.");
            let at = content.split("<t:").nth(1).unwrap().split(':').next().unwrap();
            board.days_on(i64::from(number > 1), 9);
            assert_eq!(at, board.now().as_second().to_string());
            let post = board.post(number).await;
            assert_eq!(titles(&preview), titles(&post));
            assert_eq!(
                preview.json()["embeds"],
                post.json()["embeds"],
                "the same texts, the options in the same order"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn which_schedule_is_meant_is_asked_where_there_are_several() {
    daily_community(async |c| {
        let board = Board::at_eight(c);
        board.add(AT_NINE).await;
        assert!(board.daily("pause").await.text().starts_with("It is paused."));
        board.add("channel: quiz time: 10:00 timezone: UTC").await;
        assert_snapshot!(refused(&board, "resume").await, @"There are several schedules: say which one with the option `schedule`, and choose it from the list.");
        assert!(board.daily("resume schedule: daily").await.text().starts_with("It goes on."));
        let said = board.daily("pause schedule: #quiz").await;
        assert!(said.text().contains("| #quiz ·"), "{}", said.text());
    })
    .await;
}
