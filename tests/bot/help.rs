//! `/help`: what to do first, by role.

use insta::assert_snapshot;

use crate::support::community;

#[tokio::test]
async fn a_member_is_told_where_to_begin() {
    community(async |c| {
        let ada = c.member("ada");
        let help = ada.slash("/help").await.unwrap();
        assert!(help.is_ephemeral());
        assert_snapshot!(help.text(), @"
        | **What I can do for you**
        | I know 3 topics, 3 interview questions, 2 projects and 1 roadmap of backend development.
        |
        | **Ask**
        | `/ask` finds the best answer in my library, in your own words, typos included; `private` shows it to you alone. For somebody's message: its menu, *Apps*, *Find an answer*.
        |
        | **Begin**
        | `/roadmap` shows what to learn in which order, stage by stage.
        |
        | **Read**
        | `/topic` opens a topic: overview, example, pitfalls, resources, interview questions.
        |
        | **Practise**
        | `/question` asks you an interview question, and comes back to those that you did not know. `/project` proposes something to build.
        |
        | **Play**
        | `/quiz start` begins a quiz for this channel: press *Join*, then the letters. `/leaderboard` shows who leads.
        |
        | **Every day**
        | `/daily list` shows which topics and questions come when. Answer a question with its letters: only you see your answer until the next post.
        |
        | **Tell me**
        | Press *Helpful* or *Not helpful* below an answer. What finds nothing is counted, without your name, so that it can be written.
        [how does jwt work] [why is my query slow] [rest or graphql]
        Only you can see this
        ");
        let answer = ada.click(&help, "how does jwt work").await.unwrap();
        assert!(answer.is_ephemeral());
        assert!(answer.text().contains("A signed note that says who you are"));
    })
    .await;
}

#[tokio::test]
async fn a_moderator_is_told_more() {
    community(async |c| {
        let help = c.member("mira").slash("/help").await.unwrap();
        assert!(help.text().contains("For moderators"), "{}", help.text());
    })
    .await;
}
