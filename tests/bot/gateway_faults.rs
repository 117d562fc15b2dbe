//! What happens to connections to Discord's gateway, by its symptom: the bot resumes, loses nothing, and never storms.

use std::time::Duration;

use backroad::playground::{ActError, FIRST_GUILD, GatewaySession, Options, Refusal, Shown, Step, permissions};
use tokio::task::JoinHandle;

use crate::support::{
    BotProcess, Community, RunningBot, check_bodies, check_requests, community_with, empty_community, knowledge,
    sessions_left, shaky_community,
};

/// The only session of the bot.
fn session(c: &Community) -> GatewaySession {
    let sessions = c.discord.gateway_sessions();
    assert_eq!(sessions.len(), 1, "{sessions:?}");
    sessions.into_iter().next().unwrap()
}

/// Waits until the session goes on over a new connection.
async fn is_resumed(c: &Community, before: &GatewaySession) {
    let resumed = c.discord.until("the session to be resumed", |view| {
        let sessions = view.gateway_sessions();
        sessions.iter().any(|s| s.connected && s.id == before.id && s.resumes == before.resumes + 1).then_some(())
    });
    resumed.await.unwrap();
    assert_eq!(c.discord.gateway_sessions().len(), 1, "and there is no other one");
}

/// Ada asks; returns when Discord has her question, whether or not the bot can hear it.
async fn ask_into_the_dark(c: &Community) -> JoinHandle<Result<Shown, ActError>> {
    let ada = c.member("ada");
    let before = c.discord.until("a look", |view| Some(view.interaction_count())).await.unwrap();
    let asked = tokio::spawn(async move { ada.slash("/ask query: jwt").await });
    let there = c.discord.until("the question", |view| (view.interaction_count() > before).then_some(()));
    there.await.unwrap();
    asked
}

async fn is_answered(asked: JoinHandle<Result<Shown, ActError>>) {
    let shown = asked.await.unwrap().unwrap();
    assert!(shown.text().contains("A signed note"), "{}", shown.text());
}

#[tokio::test]
async fn a_zombie_connection_is_left_and_its_session_resumed_with_nothing_lost() {
    let options = Options { heartbeat_interval: Duration::from_millis(400), ..empty_options() };
    let c = community_with(options).await;
    let bot = RunningBot::start(&c, knowledge()).await;
    let before = session(&c);
    c.discord.silence_gateway();
    // The connection looks well, but what is asked now reaches nobody until the bot notices.
    let asked = [ask_into_the_dark(&c).await, ask_into_the_dark(&c).await];
    for asked in asked {
        is_answered(asked).await;
    }
    is_resumed(&c, &before).await;
    bot.stop().await.unwrap();
    check_requests(&c);
}

#[tokio::test]
async fn a_close_without_a_code_leads_to_one_new_connection_and_no_busy_loop() {
    shaky_community(async |c| {
        for _ in 0..5 {
            let before = session(c);
            c.discord.close_gateway(None);
            is_answered(ask_into_the_dark(c).await).await;
            is_resumed(c, &before).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_gateway_that_closes_every_connection_is_not_stormed() {
    shaky_community(async |c| {
        // Every attempt is refused: after the first five the bot waits, and longer each time (`discord/pace.rs`).
        c.discord.refuse(Step::Connect, 6, Refusal::Close(None));
        c.discord.drop_gateway();
        is_answered(ask_into_the_dark(c).await).await;
        assert_eq!(session(c).resumes, 1);
    })
    .await;
}

#[tokio::test]
async fn codes_that_keep_the_session_lead_to_a_resume() {
    shaky_community(async |c| {
        for code in [4000, 4001, 4002, 4003, 4005, 4008] {
            let before = session(c);
            c.discord.close_gateway(Some(code));
            is_answered(ask_into_the_dark(c).await).await;
            is_resumed(c, &before).await;
        }
    })
    .await;
}

#[tokio::test]
async fn codes_that_end_the_session_lead_to_a_new_one() {
    shaky_community(async |c| {
        for code in [4007, 4009] {
            let before = session(c);
            c.discord.close_gateway(Some(code));
            let renewed = c.discord.until("a new session", |view| {
                let sessions = view.gateway_sessions();
                sessions.iter().any(|s| s.connected && s.id != before.id).then_some(())
            });
            renewed.await.unwrap();
            is_answered(ask_into_the_dark(c).await).await;
        }
    })
    .await;
}

#[tokio::test]
async fn codes_after_which_one_must_not_return_end_the_program_with_one_sentence() {
    for (code, words) in [
        (4004, "token"),
        (4010, "shard"),
        (4011, "too many servers"),
        (4012, "update"),
        (4013, "intent"),
        (4014, "intent"),
    ] {
        // In the middle of a connection, not only at its beginning.
        let c = empty_community().await;
        let bot = BotProcess::spawn(&c);
        c.discord.until_ready().await.unwrap();
        c.discord.close_gateway(Some(code));
        let (exit, stderr) = bot.end().await;
        assert_eq!(exit, Some(1), "{code}: {stderr}");
        let last = stderr.lines().last().unwrap_or_default();
        assert!(last.starts_with("backroad: ") && last.contains(words), "{code}: {last}");
        let identifies = 1000 - sessions_left(&c).await;
        assert_eq!(identifies, 1, "{code}: it does not come back");
    }
}

#[tokio::test]
async fn op_7_leads_to_a_resume() {
    shaky_community(async |c| {
        let before = session(c);
        c.discord.ask_to_reconnect();
        is_answered(ask_into_the_dark(c).await).await;
        is_resumed(c, &before).await;
    })
    .await;
}

#[tokio::test]
async fn op_9_that_can_be_resumed_is_resumed() {
    shaky_community(async |c| {
        let before = session(c);
        c.discord.invalidate_sessions(true);
        is_answered(ask_into_the_dark(c).await).await;
        is_resumed(c, &before).await;
    })
    .await;
}

#[tokio::test]
async fn op_9_that_cannot_be_resumed_leads_to_a_new_session() {
    shaky_community(async |c| {
        let before = session(c);
        c.discord.invalidate_sessions(false);
        let renewed = c.discord.until("a new session", |view| {
            view.gateway_sessions().iter().any(|s| s.connected && s.id != before.id).then_some(())
        });
        renewed.await.unwrap();
        is_answered(ask_into_the_dark(c).await).await;
    })
    .await;
}

#[tokio::test]
async fn a_server_in_an_outage_is_answered_again_when_it_is_back() {
    shaky_community(async |c| {
        let before = session(c);
        c.discord.begin_outage(FIRST_GUILD).unwrap();
        c.discord.end_outage(FIRST_GUILD).unwrap();
        is_answered(ask_into_the_dark(c).await).await;
        assert_eq!(session(c).id, before.id);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_removes_the_bot_and_adds_it_again_is_served_again() {
    shaky_community(async |c| {
        let ada = c.member("ada");
        let answer = ada.slash("/ask query: jwt").await.unwrap();
        c.discord.remove_bot(FIRST_GUILD).unwrap();
        assert!(ada.slash("/ask query: jwt").await.is_err(), "nobody offers the command there");
        c.discord.add_bot(FIRST_GUILD, permissions::VIEW_CHANNEL).unwrap();
        assert!(ada.slash("/ask query: jwt").await.is_ok());
        // Old messages work as well, and so do the edits that show their votes.
        ada.click(&answer, "Helpful").await.unwrap();
        let id = answer.id().unwrap();
        let counted = c
            .discord
            .until("the count", |view| view.message(id).filter(|m| m.text().contains("1 person found this helpful")));
        counted.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn no_session_starts_left_for_today_is_waited_out() {
    let c = empty_community().await;
    c.discord.leave_session_starts(1);
    let bot = RunningBot::start(&c, knowledge()).await;
    assert_eq!(sessions_left(&c).await, 0);
    // What remains is to resume, and that costs nothing.
    c.discord.drop_gateway();
    is_answered(ask_into_the_dark(&c).await).await;
    bot.stop().await.unwrap();
    check_bodies(&c);
}

#[tokio::test]
async fn sigterm_under_load_leaves_no_question_without_an_answer() {
    let c = empty_community().await;
    let bot = BotProcess::spawn(&c);
    c.discord.until_ready().await.unwrap();
    let before = c.discord.until("a look", |view| Some(view.interaction_count())).await.unwrap();
    let ask = |n: usize| {
        let member = c.member(if n.is_multiple_of(2) { "ada" } else { "ben" });
        tokio::spawn(async move { member.slash("/ask query: jwt").await })
    };
    let asked: Vec<_> = (0..200).map(ask).collect();
    let under_way = c.discord.until("the questions", |view| (view.interaction_count() >= before + 200).then_some(()));
    under_way.await.unwrap();
    bot.terminate();
    let (code, stderr) = bot.end().await;
    assert_eq!(code, Some(0), "{stderr}");
    // What it did not take stays with Discord, for the next start.
    let bot = BotProcess::spawn(&c);
    for asked in asked {
        is_answered(asked).await;
    }
    c.discord.until_ready().await.unwrap();
    bot.terminate();
    assert_eq!(bot.end().await.0, Some(0));
    check_bodies(&c);
}

fn empty_options() -> Options {
    Options { clock_stands: true, identify_spacing: Duration::ZERO, ..Options::default() }
}
