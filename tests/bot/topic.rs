//! `/topic`: one topic, part by part.

use insta::assert_snapshot;

use crate::support::community;

#[tokio::test]
async fn a_topic_is_completed_while_typing_and_shown() {
    community(async |c| {
        let ada = c.member("ada");
        let choices = ada.autocomplete("/topic name: ses").await.unwrap();
        assert_eq!(choices[0].name, "Sessions");
        assert_eq!(choices[0].value, "sessions");
        let shown = ada.slash("/topic name: sessions").await.unwrap();
        assert_snapshot!(shown.text(), @"
        | Topic · Authentication · beginner · 8 min
        | **Sessions**
        | **The server remembers who logged in, and the browser carries only a number that nobody can guess.**
        |
        | When somebody logs in, the server draws a long random number, stores it beside the account, and sends it to the browser in a cookie. With each further request the browser sends the number back, and the server looks up whose it is.
        |
        | Nothing about the person stands in the cookie itself. Whoever steals it can act as that person until the server forgets the number, so the cookie is marked such that scripts cannot read it, such that it travels only over encrypted connections, and such that other sites cannot make the browser send it along.
        |
        | Logging out is easy: the server deletes the number, and from then on the cookie means nothing. That is the great advantage over tokens which carry their own proof. The price is a look-up for each request, and a store that all servers share, since any of them may be asked next.
        |
        | Source: [RFC 6265](https://www.rfc-editor.org/rfc/rfc6265)
        |
        | - sessions · reviewed 2026-01-02
        [Overview (disabled)] [Example] [Pitfalls] [Resources] [Questions]
        [Prerequisites and related v]
          - JWT: read next · intermediate
          - A long read: read next · advanced
        ");
    })
    .await;
}

#[tokio::test]
async fn choices_come_for_nothing_typed_a_typo_and_an_alias() {
    community(async |c| {
        let ada = c.member("ada");
        for (typed, wanted) in [("", "sessions"), ("sesions", "sessions"), ("bearer", "jwt"), ("LONG", "long-read")] {
            let choices = ada.autocomplete(&format!("/topic name: {typed}")).await.unwrap();
            assert!(choices.iter().any(|choice| choice.value == wanted), "{typed:?} does not offer {wanted}");
            assert!(choices.len() <= 25);
        }
    })
    .await;
}

#[tokio::test]
async fn its_parts_are_switched_in_place() {
    community(async |c| {
        let ada = c.member("ada");
        let topic = ada.slash("/topic name: jwt").await.unwrap();
        let example = ada.click(&topic, "Example").await.unwrap();
        assert_eq!(example.id(), topic.id());
        assert_snapshot!(example.text(), @"
        | Topic · Authentication · intermediate · 10 min
        | **JWT · Example**
        | The three parts, joined by dots:
        |
        | ```text
        | eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl
        | ```
        |
        | Source: [RFC 7519](https://www.rfc-editor.org/rfc/rfc7519)
        |
        | - jwt · reviewed 2026-01-02
        [Overview] [Example (disabled)] [Pitfalls] [Resources] [Questions]
        [Prerequisites and related v]
          - Sessions: know first · beginner
        ");
        let pitfalls = ada.click(&example, "Pitfalls").await.unwrap();
        assert!(pitfalls.text().contains("Reading instead of verifying"));
        let resources = ada.click(&pitfalls, "Resources").await.unwrap();
        assert!(resources.text().contains("[RFC 7519](https://www.rfc-editor.org/rfc/rfc7519)"));
        let questions = ada.click(&resources, "Questions").await.unwrap();
        assert_snapshot!(questions.text(), @"
        | Topic · Authentication · intermediate · 10 min
        | **JWT · Questions**
        | - A member logs out, yet the old access token still works. Why? *(choice, intermediate)*
        |
        | Source: [RFC 7519](https://www.rfc-editor.org/rfc/rfc7519)
        |
        | - jwt · reviewed 2026-01-02
        [Overview] [Example] [Pitfalls] [Resources] [Questions (disabled)]
        [Practise a question, privately v]
          - A member logs out, yet the old access token still works. Why?: Interview question · intermediate
        [Prerequisites and related v]
          - Sessions: know first · beginner
        ");
        let asked =
            c.member("ben").select(&questions, "Practise a question, privately", &["token-logout"]).await.unwrap();
        assert!(asked.is_ephemeral());
        assert!(!asked.text().contains("carries its own proof"), "the answer is not given away: {}", asked.text());
        let solved = c.member("ben").click(&asked, "Show answer").await.unwrap();
        assert!(solved.text().contains("carries its own proof"));
    })
    .await;
}

#[tokio::test]
async fn practising_a_question_leaves_the_topic_where_it_is() {
    community(async |c| {
        let ada = c.member("ada");
        let topic = ada.slash("/topic name: jwt").await.unwrap();
        let questions = ada.click(&topic, "Questions").await.unwrap();
        let asked = ada.select(&questions, "Practise a question, privately", &["token-logout"]).await.unwrap();
        assert!(asked.is_ephemeral());
        let back = ada.click(&topic.refresh().unwrap(), "Overview").await.unwrap();
        assert_eq!(back.id(), topic.id());
        assert!(back.text().contains("A signed note that says who you are"));
    })
    .await;
}

#[tokio::test]
async fn somebody_else_switches_parts_in_a_private_copy() {
    community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let topic = ada.slash("/topic name: jwt").await.unwrap();
        let copy = ben.click(&topic, "Pitfalls").await.unwrap();
        assert!(copy.is_ephemeral());
        let turned = ben.click(&copy, "Example").await.unwrap();
        assert_eq!(turned.id(), copy.id());
        assert_eq!(topic.refresh().unwrap().text(), topic.text());
    })
    .await;
}

#[tokio::test]
async fn the_menu_leads_to_prerequisites_and_related_topics() {
    community(async |c| {
        let ada = c.member("ada");
        let topic = ada.slash("/topic name: long-read").await.unwrap();
        let next = ada.select(&topic, "Prerequisites and related", &["Sessions"]).await.unwrap();
        assert_eq!(next.id(), topic.id());
        assert!(next.text().contains("The server remembers who logged in"));
    })
    .await;
}

#[tokio::test]
async fn a_long_part_is_cut_and_offers_more() {
    community(async |c| {
        let ada = c.member("ada");
        let topic = ada.slash("/topic name: long-read").await.unwrap();
        let example = ada.click(&topic, "Pitfalls").await.unwrap();
        assert!(example.text().contains("[More]"), "{}", example.text());
    })
    .await;
}

#[tokio::test]
async fn a_name_that_was_not_chosen_is_looked_up_all_the_same() {
    community(async |c| {
        let ada = c.member("ada");
        for name in ["Bearer Token", "json web token", "JWT", " jwt "] {
            let shown = ada.slash(&format!("/topic name: {name}")).await.unwrap();
            assert!(shown.text().contains("A signed note that says who you are"), "{name}: {}", shown.text());
        }
        let unknown = ada.slash("/topic name: underwater basket weaving").await.unwrap();
        assert!(unknown.is_ephemeral());
        assert!(unknown.text().contains("I know no topic called `underwater basket weaving`"), "{}", unknown.text());
    })
    .await;
}
