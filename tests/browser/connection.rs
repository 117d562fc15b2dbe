//! What stands above everything: what the host tells, and that the playground is gone.

use std::time::Duration;

use backroad::playground::{Notice, NoticeKind, Options, Playground};

use crate::stage::{story, turn};
use crate::window::{Key, Size, Window};

fn problem(title: &str, line: &str) -> Notice {
    Notice { kind: NoticeKind::Problem, title: title.to_owned(), lines: vec![line.to_owned()] }
}

#[tokio::test]
async fn a_problem_stays_until_it_is_closed_and_the_next_one_is_shown_again() {
    story(async |c| {
        let ada = Window::open(&c.discord, "ada", Size::Desktop).await;
        c.discord.set_notice(Some(problem("The content has a problem.", "topics/a.md:3:1: too short")));
        ada.sees("topics/a.md:3:1: too short").await;
        ada.click_button("Close this notice").await;
        ada.does_not_see("The content has a problem.").await;
        ada.reload().await;
        ada.sees("Welcome to #general").await;
        ada.does_not_see("The content has a problem.").await;
        c.discord.set_notice(Some(problem("The content has another problem.", "topics/b.md:1:1: no title")));
        ada.sees("The content has another problem.").await;
        c.discord.set_notice(None);
        ada.does_not_see("The content has another problem.").await;
        let news = Notice { kind: NoticeKind::News, title: "All is well again.".to_owned(), lines: Vec::new() };
        c.discord.set_notice(Some(news));
        ada.hears("All is well again.").await;
    })
    .await;
}

#[tokio::test]
async fn a_playground_that_ends_is_missed_and_found_again() {
    let Some(_turn) = turn(1).await else { return };
    let first = Playground::start(Options::default()).await.unwrap();
    let address = first.address();
    let ada = Window::open(&first, "ada", Size::Desktop).await;
    ada.type_("before the end").await;
    ada.press(Key::Enter).await;
    ada.message_with("before the end").await;
    first.shutdown().await;
    ada.sees("The playground does not answer.").await;
    ada.hears("The connection to the playground is lost.").await;
    ada.type_("into the void").await;
    ada.press(Key::Enter).await;
    ada.sees("is it still running?").await;
    assert_eq!(ada.value_of("Message").await, "into the void", "what could not be sent stays");

    // Somebody else may hold the port for a moment.
    let again = async {
        loop {
            match Playground::start(Options { address, ..Options::default() }).await {
                Ok(playground) => return playground,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    let second = tokio::time::timeout(Duration::from_secs(30), again).await.expect("the port is free again");
    ada.does_not_see("The playground does not answer.").await;
    ada.hears("Connected again.").await;
    ada.does_not_see("before the end").await;
    ada.focus_is_on("textarea Message").await;
    ada.press(Key::Enter).await;
    ada.message_with("into the void").await;
    let messages = second.member("ada").unwrap().sees("general").unwrap();
    assert_eq!(messages.len(), 1);
}
