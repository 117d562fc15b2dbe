//! `/roadmap`: what to learn in which order.

use backroad::playground::Control;
use insta::assert_snapshot;

use crate::support::{RunningBot, check_requests, community, daily_knowledge, empty_community, real_community};

#[tokio::test]
async fn a_roadmap_is_opened_stage_by_stage() {
    community(async |c| {
        let ada = c.member("ada");
        let paths = ada.slash("/roadmap").await.unwrap();
        assert_snapshot!(paths.text(), @"
        | **Roadmaps**
        | **Two stages** · 2 stages · 1–2 weeks
        | A roadmap of two stages.
        [Open a roadmap v]
          - Two stages: Roadmap · 2 stages
        ");
        let path = ada.select(&paths, "Open a roadmap", &["Two stages"]).await.unwrap();
        assert_eq!(path.id(), paths.id());
        assert_snapshot!(path.text(), @"
        | Roadmap · 2 stages · 1–2 weeks
        | **Two stages**
        | **A roadmap of two stages.**
        |
        | 1. **Log in** · 1–2 weeks
        | 2. **Read** *(optional)*
        |
        | - roadmap-short · reviewed 2026-01-02
        [More] [Helpful] [Not helpful]
        [Open a stage v]
          - 1. Log in: 1–2 weeks
          - 2. Read: optional
        ");
        let stage = ada.select(&path, "Open a stage", &["1. Log in"]).await.unwrap();
        assert_eq!(stage.id(), path.id());
        assert_snapshot!(stage.text(), @"
        | Two stages · stage 1 of 2 · 1–2 weeks
        | **Log in**
        | **Learn**
        | - **Sessions** · beginner
        | - **JWT** · intermediate
        |
        | **Build**
        | - **Guestbook** · beginner, about 6 h
        |
        | **Tips**
        | - Build it before you read more.
        |
        | - roadmap-short · reviewed 2026-01-02
        [Back (disabled)] [All stages] [Next]
        [Open a topic or project v]
          - Sessions: Topic · The server remembers who logged in, and the browser carries only a number that nobody can…
          - JWT: Topic · A signed note that says who you are, which any server with the key can check.
          - Guestbook: Project · beginner · about 6 h
        ");
        let next = ada.click(&stage, "Next").await.unwrap();
        assert_snapshot!(next.text(), @"
        | Two stages · stage 2 of 2 · optional
        | **Read**
        | **Learn**
        | - **A long read** · advanced
        |
        | - roadmap-short · reviewed 2026-01-02
        [Back] [All stages] [Next (disabled)]
        [Open a topic or project v]
          - A long read: Topic · A topic whose every part is longer than what fits a comfortable message.
        ");
        let topic = ada.select(&next, "Open a topic or project", &["A long read"]).await.unwrap();
        assert_eq!(topic.id(), path.id());
        let stage = ada.click(&topic, "Back to stage 2").await.unwrap();
        assert_eq!(stage.text(), next.text());
        let all = ada.click(&stage, "All stages").await.unwrap();
        assert_eq!(all.text(), path.text());
    })
    .await;
}

#[tokio::test]
async fn somebody_else_opens_a_stage_privately() {
    community(async |c| {
        let path = c.member("ada").slash("/roadmap path: roadmap-short").await.unwrap();
        let stage = c.member("ben").select(&path, "Open a stage", &["2. Read"]).await.unwrap();
        assert!(stage.is_ephemeral());
        assert_eq!(path.refresh().unwrap().text(), path.text());
    })
    .await;
}

#[tokio::test]
async fn a_roadmap_is_found_by_what_is_typed() {
    community(async |c| {
        let ada = c.member("ada");
        let choices = ada.autocomplete("/roadmap path: tw").await.unwrap();
        assert_eq!(choices.iter().filter_map(|choice| choice.value.as_str()).collect::<Vec<_>>(), ["roadmap-short"]);
        for name in ["two steps", "Two stages", "two st"] {
            let shown = ada.slash(&format!("/roadmap path: {name}")).await.unwrap();
            assert!(shown.text().contains("1. **Log in**"), "{name}: {}", shown.text());
        }
        let none = ada.slash("/roadmap path: the moon").await.unwrap();
        assert!(none.is_ephemeral());
        assert!(none.text().starts_with("I have no roadmap of that name."), "{}", none.text());
    })
    .await;
}

#[tokio::test]
async fn every_stage_of_every_roadmap_can_be_opened() {
    real_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let paths = ada.autocomplete("/roadmap path: ").await.unwrap();
        assert!(paths.len() >= 5, "four roadmaps that it grew from, and one of all");
        for path in paths {
            let shown = ada.slash(&format!("/roadmap path: {}", path.value.as_str().unwrap())).await.unwrap();
            let stages = shown.controls().into_iter().find_map(|control| match control {
                Control::Select { placeholder, options, .. } if placeholder == "Open a stage" => Some(options),
                _ => None,
            });
            for (n, stage) in stages.unwrap().iter().enumerate() {
                // Private copies leave the menu where it is.
                let opened = ben.select(&shown, "Open a stage", &[stage.label.as_str()]).await.unwrap();
                let title = stage.label.split_once(". ").unwrap().1;
                assert!(opened.text().contains(title) && opened.text().contains(&format!("stage {}", n + 1)));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn hours_become_weeks() {
    let c = empty_community().await;
    let bot = RunningBot::start(&c, daily_knowledge()).await;
    let ada = c.member("ada");
    let path = ada.slash("/roadmap path: four days").await.unwrap();
    assert_snapshot!(path.text(), @"
    | Roadmap · 2 stages · 18–36 h
    | **Four days**
    | **A roadmap whose stages name what builds on something before what it builds on.**
    |
    | 1. **Who is calling** · 10–16 h
    | 2. **Where facts live** · 8–20 h *(optional)*
    |
    | - roadmap-daily · reviewed 2026-01-02
    [More] [Helpful] [Not helpful]
    [Open a stage v]
      - 1. Who is calling: 10–16 h
      - 2. Where facts live: 8–20 h · optional
    [Your hours a week v]
      - 2 hours a week
      - 4 hours a week
      - 6 hours a week
      - 8 hours a week
      - 10 hours a week
      - 12 hours a week
      - 15 hours a week
      - 20 hours a week
      - 30 hours a week
      - 40 hours a week
    ");
    let paced = ada.select(&path, "Your hours a week", &["6 hours a week"]).await.unwrap();
    assert_snapshot!(paced.text(), @"
    | Roadmap · 2 stages · 18–36 h
    | **Four days**
    | At 6 hours a week it takes **2–3 weeks**; with the optional stages 3–6 weeks.
    |
    | **A roadmap whose stages name what builds on something before what it builds on.**
    |
    | 1. **Who is calling** · 2–3 weeks
    | 2. **Where facts live** · 2–4 weeks *(optional)*
    |
    | - roadmap-daily · reviewed 2026-01-02
    [More] [Helpful] [Not helpful]
    [Open a stage v]
      - 1. Who is calling: 10–16 h
      - 2. Where facts live: 8–20 h · optional
    [Your hours a week v]
      - 2 hours a week
      - 4 hours a week
      - 6 hours a week
      - 8 hours a week
      - 10 hours a week
      - 12 hours a week
      - 15 hours a week
      - 20 hours a week
      - 30 hours a week
      - 40 hours a week
    ");
    let typed = ada.slash("/roadmap path: four days hours: 6").await.unwrap();
    assert_eq!(typed.text(), paced.text());
    // Without a path the one is meant that can say it.
    assert_eq!(ada.slash("/roadmap hours: 6").await.unwrap().text(), paced.text());
    let alone = ada.slash("/roadmap path: four days hours: 1").await.unwrap();
    assert!(alone.text().contains("At 1 hour a week it takes **10–16 weeks, about 2–4 months**"), "{}", alone.text());
    bot.stop().await.unwrap();
    check_requests(&c);
}

#[tokio::test]
async fn a_roadmap_that_counts_in_weeks_says_so() {
    community(async |c| {
        let shown = c.member("ada").slash("/roadmap path: two stages hours: 6").await.unwrap();
        assert!(shown.text().starts_with("This roadmap says weeks, not hours, so your hours change nothing here.\n"));
    })
    .await;
}
