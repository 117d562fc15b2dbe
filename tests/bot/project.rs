//! `/project`: something to build.

use insta::assert_snapshot;

use crate::support::community;

#[tokio::test]
async fn a_project_comes_with_its_checks() {
    community(async |c| {
        let shown = c.member("ada").slash("/project level: beginner").await.unwrap();
        assert!(!shown.is_ephemeral());
        assert_snapshot!(shown.text(), @"
        | Project · beginner · about 6 h
        | **Guestbook**
        | **People log in and leave a line; small enough for a weekend, and it needs a session.**
        |
        | **Done when**
        | - After a restart of the server a member is still logged in.
        | - A line with `<b>` in it is shown as it was typed.
        | - Deleting another member's line answers with 403.
        |
        | Practises: Sessions · read more: [RFC 6265](https://www.rfc-editor.org/rfc/rfc6265)
        |
        | - project-guestbook · reviewed 2026-01-02
        [Brief and hints] [Related] [Quiz me]
        ");
        let more = c.member("ben").click(&shown, "Brief and hints").await.unwrap();
        assert!(more.is_ephemeral());
        assert!(more.text().contains("Guestbook"));
    })
    .await;
}

#[tokio::test]
async fn another_idea_is_another_one() {
    community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let first = ada.slash("/project").await.unwrap();
        let second = ada.click(&first, "Another idea").await.unwrap();
        assert_eq!(second.id(), first.id());
        let guestbook = |text: &str| text.contains("Guestbook");
        assert_ne!(guestbook(first.text()), guestbook(second.text()), "there are two");
        let third = ben.click(&second, "Another idea").await.unwrap();
        assert!(third.is_ephemeral(), "ada's message stays as it is");
        assert_ne!(guestbook(second.text()), guestbook(third.text()));
    })
    .await;
}

#[tokio::test]
async fn a_project_is_chosen_by_topic_and_level() {
    community(async |c| {
        let ada = c.member("ada");
        let shown = ada.slash("/project topic: jwt").await.unwrap();
        assert!(shown.text().contains("Token vault") && !shown.text().contains("[Another idea]"), "{}", shown.text());
        let none = ada.slash("/project topic: jwt level: beginner").await.unwrap();
        assert_snapshot!(none.text(), @"
        I have no beginner project that practises **JWT** yet. Leave out an option, and I choose from more.
        Only you can see this
        ");
        // No project practises the long read.
        let choices = ada.autocomplete("/project topic: ").await.unwrap();
        let names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
        assert_eq!(names, ["Sessions", "JWT"]);
    })
    .await;
}
