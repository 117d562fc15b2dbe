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
        assert_snapshot!(lobby.text(), @"");
        for player in &players {
            player.click(&lobby, "Join").await.unwrap();
        }
        assert_snapshot!(lobby.refresh().unwrap().text(), @"");
        let refused = ben.click(&lobby, "Start").await.unwrap();
        assert_snapshot!(refused.text(), @"");
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
            println!("{}", answer.text());
            for player in &players[..3] {
                player.click(&answer, "Next").await.unwrap();
            }
        }
        let result = table.result().await;
        assert_snapshot!(result.text(), @"");
        println!("{}", table.all());
    })
    .await;
}
