//! Whole games on the local Discord.

use insta::assert_snapshot;

use super::table::{Table, answer};
use crate::support::quiz_community;

#[tokio::test]
async fn five_play_a_whole_game() {
    quiz_community(async |c| {
        let table = Table { discord: &c.discord };
        for name in ["cleo", "dan"] {
            c.discord.add_member(name).unwrap();
        }
        let players = ["ada", "ben", "cleo", "dan", "omar"].map(|name| c.member(name));
        let [ada, ben, ..] = &players;

        let lobby = ada.slash("/quiz start questions: 5 seconds: 30").await.unwrap();
        assert_snapshot!(lobby.text(), @"
        | Quiz · classic
        | **Who plays?**
        | **Ada** starts a quiz. 5 questions, 30 seconds each; a right answer brings 100 points.
        |
        | Press **Join** to play. It begins <t:R>, or when Ada presses **Start**.
        |
        | Nobody has joined yet. Ada, press **Join**, too, if you want to play.
        |
        | -# Ada and moderators: `/quiz pause`, `/quiz skip`, `/quiz stop`.
        [Join] [Start]
        ");
        for player in &players {
            player.click(&lobby, "Join").await.unwrap();
        }
        assert_snapshot!(lobby.refresh().unwrap().text(), @"
        | Quiz · classic
        | **Who plays?**
        | **Ada** starts a quiz. 5 questions, 30 seconds each; a right answer brings 100 points.
        |
        | Press **Join** to play. It begins <t:R>, or when Ada presses **Start**.
        |
        | **Playing (5):** Ada, Ben, cleo, dan, Omar
        |
        | -# Ada and moderators: `/quiz pause`, `/quiz skip`, `/quiz stop`.
        [Join] [Start]
        ");
        let refused = ben.click(&lobby, "Start").await.unwrap();
        assert_snapshot!(refused.text(), @"
        Only Ada, who started this quiz, or a moderator can do that.
        Only you can see this
        ");
        ada.click(&lobby, "Start").await.unwrap();

        // Ada is always right, each next player once less.
        let mut points = [0; 5];
        for number in 1..=5 {
            let question = table.question(number).await;
            for (place, player) in players.iter().enumerate() {
                let rightly = number > place;
                let said = answer(player, &question, rightly).await;
                assert!(said.is_ephemeral());
                points[place] += if rightly { 100 } else { 0 };
            }
            table.advance(2);
            let answer = table.answer(number).await;
            for player in &players[..3] {
                player.click(&answer, "Next").await.unwrap();
            }
        }
        let result = table.result().await;
        // What follows depends on which questions were drawn.
        let (head, missed) = result.text().split_once("**Worth another look**").unwrap();
        assert_snapshot!(head, @"
        | Quiz · the result · classic
        | **Ada wins**
        | 🥇 **#1 Ada** — 500 points · 5 of 5 right · 5 in a row
        | 🥈 **#2 Ben** — 400 points · 4 of 5 right · 4 in a row
        | 🥉 **#3 cleo** — 300 points · 3 of 5 right · 3 in a row
        | **#4 dan** — 200 points · 2 of 5 right
        | **#5 Omar** — 100 points · 1 of 5 right
        |
        |
        ");
        assert_eq!(
            missed
                .matches(
                    "
| - "
                )
                .count(),
            2,
            "{missed}"
        );
        assert!(missed.contains("[Again with the missed ones] [My report]"), "{missed}");
    })
    .await;
}
