//! What the page proposes to somebody who is new, with the program as it is started by hand.

use crate::stage::turn;
use crate::support::{PlaygroundProcess, backroad, real_index, root};
use crate::window::{Size, Window};

#[tokio::test]
async fn everything_under_try_this_is_answered() {
    let Some(_turn) = turn(1).await else { return };
    let mut command = backroad();
    command.env("BACKROAD_CONTENT", root().join("content")).env("BACKROAD_INDEX", real_index());
    let playground = PlaygroundProcess::start(command).await;
    let ada = Window::open_at(&playground.url, "ada", Size::Desktop).await;
    let points = ada.until("something to try", "document.querySelectorAll('.try button').length", ().into()).await;
    let points = points.as_u64().unwrap();
    assert_eq!(points, 6);
    for n in 0..points {
        let look = "document.querySelectorAll('.try button')[given]";
        ada.click("a starting point", look, n.into()).await;
        let answers = "[...document.querySelectorAll('li.message:not(.pending)')].length > given";
        ada.until("one more answer", answers, n.into()).await;
    }
    ada.does_not_see("Sending the command").await;
    let as_mira = format!("{}/?as=mira&in=daily", playground.url.trim_end_matches('/'));
    let mira = Window::open_at(&as_mira, "mira", Size::Desktop).await;
    let own = "[...document.querySelectorAll('.try button')].find(b => b.innerText.includes('every day'))";
    mira.click("what only a moderator can do", own, ().into()).await;
    mira.sees("It is scheduled").await;
    for problem in ["did not respond", "I don't have a good answer", "Only you can see this"] {
        assert!(!ada.text().await.contains(problem), "{problem}");
    }
}
