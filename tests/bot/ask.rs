//! `/ask`: an answer, everything around it, and the honest "I don't know".

use insta::assert_snapshot;

use crate::support::{RunningBot, backroad, community, empty_community, knowledge};

#[tokio::test]
async fn a_question_is_answered_where_it_was_asked() {
    community(async |c| {
        let shown = c.member("ada").slash("/ask query: how does jwt work").await.unwrap();
        assert!(!shown.is_ephemeral());
        assert_snapshot!(shown.text(), @"
        | Topic · Authentication · intermediate · 10 min
        | **JWT**
        | **A signed note that says who you are, which any server with the key can check.**
        |
        | A token has three parts: a header, a payload and a signature. The header names the algorithm, the payload carries the claims, and the signature covers both of them.
        |
        | Anybody who holds the token can read the claims, because they are only encoded. Nobody without the key can change them unnoticed, because the signature would no longer fit. This is why secrets do not belong into a token, and why a server that verifies the signature can trust what the claims say.
        |
        | A server checks the signature with a key and an algorithm that it chose itself. Then it compares the issuer, the audience and the time of expiry with what it expects. Only when all of these fit does it act on the claims. A token that has been issued is accepted until it expires, so its life is kept short, and a second, longer one that the server remembers is used to fetch the next.
        |
        | For a website with one server, a session in a cookie is simpler, because it can be taken back at once.
        |
        | > A stolen token **works** until it expires. Let it live for minutes.
        |
        | Source: [RFC 7519](https://www.rfc-editor.org/rfc/rfc7519)
        |
        | - jwt · reviewed 2026-01-02
        [More] [Related] [Quiz me] [Helpful] [Not helpful]
        [Other matches v]
          - A member logs out, yet the old access token still works. Why?: Interview question · intermediate
        ");
    })
    .await;
}

#[tokio::test]
async fn an_interview_question_is_answered_with_its_topic() {
    community(async |c| {
        let shown = c.member("ada").slash("/ask query: token still works after logout kind: questions").await.unwrap();
        assert_snapshot!(shown.text(), @"
        | Interview question · Authentication · intermediate
        | **A member logs out, yet the old access token still works. Why?**
        | **Answer**
        | The token carries its own proof and is accepted until it expires. Keep its life short, and revoke the longer-lived token that fetches the next one.
        |
        | Revoking at once needs a list that is asked with each request, which gives up the advantage of a token that proves itself.
        |
        | Topics: JWT, Sessions · read more: [RFC 7519](https://www.rfc-editor.org/rfc/rfc7519)
        |
        | - token-logout · reviewed 2026-01-02
        [More] [Related] [Quiz me] [Helpful] [Not helpful]
        ");
        let full = c.member("ada").click(&shown, "More").await.unwrap();
        assert_snapshot!(full.text(), @"
        | Interview question · Authentication · intermediate
        | **A member logs out, yet the old access token still works. Why?**
        | ❌ **The server forgot to delete the token from its memory**
        | A server that verifies signatures keeps no copy of the token.
        |
        | ✅ **The token proves itself until it expires**
        | Nobody is asked when it is verified, so nothing can say no.
        |
        | ❌ **The browser encrypted the token with another key**
        | A browser does not encrypt tokens.
        |
        | **Answer**
        | The token carries its own proof and is accepted until it expires. Keep its life short, and revoke the longer-lived token that fetches the next one.
        |
        | **Why**
        | Revoking at once needs a list that is asked with each request, which gives up the advantage of a token that proves itself.
        |
        | **What comes next**
        | - What would you do after a leak of the key?
        |
        | Topics: JWT, Sessions · read more: [RFC 7519](https://www.rfc-editor.org/rfc/rfc7519)
        |
        | - token-logout · reviewed 2026-01-02
        Only you can see this
        ");
    })
    .await;
}

#[tokio::test]
async fn a_project_is_found_when_only_projects_are_wanted() {
    community(async |c| {
        let shown = c.member("ada").slash("/ask query: cookie kind: projects").await.unwrap();
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
        [More] [Related] [Quiz me] [Helpful] [Not helpful]
        ");
    })
    .await;
}

#[tokio::test]
async fn more_shows_the_full_text_page_by_page_to_who_pressed_it() {
    community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let answer = ada.slash("/ask query: show me many pages").await.unwrap();
        let first = ben.click(&answer, "More").await.unwrap();
        assert!(first.is_ephemeral());
        assert!(!ada.sees("general").unwrap().iter().any(|m| m.id() == first.id()), "ada sees ben's private page");
        assert!(first.text().contains("Page 1 of"), "{}", first.text());
        let mut page = first.clone();
        let mut all = page.text().to_owned();
        while let Ok(next) = ben.click(&page, "Next").await {
            assert_eq!(next.id(), first.id(), "pages turn in place");
            assert_ne!(next.text(), page.text());
            all.push_str(next.text());
            page = next;
        }
        for n in 1..=40 {
            assert!(all.contains(&format!("SELECT {n} AS line_number;")), "line {n} of the example is lost");
        }
        for n in 1..30 {
            assert!(all.contains(&format!("Pitfall {n}.")), "pitfall {n} is lost");
        }
        let back = ben.click(&page, "Back").await.unwrap();
        assert_ne!(back.text(), page.text());
    })
    .await;
}

#[tokio::test]
async fn who_asked_can_change_to_another_match_in_place() {
    community(async |c| {
        let ada = c.member("ada");
        let answer = ada.slash("/ask query: jwt or session cookie").await.unwrap();
        let changed = ada.select(&answer, "Other matches", &["Sessions"]).await.unwrap();
        assert_eq!(changed.id(), answer.id());
        assert!(changed.text().contains("The server remembers who logged in"), "{}", changed.text());
        let again = ada.select(&changed, "Other matches", &["JWT"]).await.unwrap();
        assert!(again.text().contains("A signed note that says who you are"), "{}", again.text());
    })
    .await;
}

#[tokio::test]
async fn somebody_else_who_chooses_another_match_gets_a_private_copy() {
    community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let answer = ada.slash("/ask query: jwt or session cookie").await.unwrap();
        let copy = ben.select(&answer, "Other matches", &["Sessions"]).await.unwrap();
        assert!(copy.is_ephemeral());
        assert_ne!(copy.id(), answer.id());
        assert_eq!(answer.refresh().unwrap().text(), answer.text(), "ada's answer stays as it is");
    })
    .await;
}

#[tokio::test]
async fn related_shows_what_belongs_to_an_answer() {
    community(async |c| {
        let ada = c.member("ada");
        let answer = ada.slash("/ask query: bearer token").await.unwrap();
        let related = ada.click(&answer, "Related").await.unwrap();
        assert_snapshot!(related.text(), @"
        What belongs to **JWT**:
        [Open one v]
          - Sessions: Topic · The server remembers who logged in, and the browser carries only a number that nobody can…
          - A member logs out, yet the old access token still works. Why?: Interview question · intermediate
        Only you can see this
        ");
        let opened = ada.select(&related, "Open one", &["Sessions"]).await.unwrap();
        assert!(opened.is_ephemeral());
        assert!(opened.text().contains("The server remembers who logged in"));
    })
    .await;
}

#[tokio::test]
async fn a_private_answer_is_seen_by_who_asked_alone() {
    community(async |c| {
        let shown = c.member("ada").slash("/ask query: jwt private: true").await.unwrap();
        assert!(shown.is_ephemeral());
        assert!(c.member("ben").sees("general").unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn without_a_good_answer_it_says_so_privately() {
    community(async |c| {
        let shown = c.member("ada").slash("/ask query: best pizza in rome").await.unwrap();
        assert!(shown.is_ephemeral());
        assert_snapshot!(shown.text(), @"
        I don't have a good answer to `best pizza in rome`. I know about backend development: try other words, or see with `/help` what I can do.
        Only you can see this
        ");
    })
    .await;
}

#[tokio::test]
async fn what_is_outside_of_the_library_is_named() {
    community(async |c| {
        let shown = c.member("ada").slash("/ask query: how do i load a scene in godot").await.unwrap();
        assert!(shown.is_ephemeral());
        assert_snapshot!(shown.text(), @"
        I have nothing about computer games. I know about backend development: try other words, or see with `/help` what I can do.
        Only you can see this
        ");
    })
    .await;
}

#[tokio::test]
async fn a_mistyped_word_is_read_as_the_known_one_and_says_so() {
    community(async |c| {
        let shown = c.member("ada").slash("/ask query: how to revoke a tokne").await.unwrap();
        let text = shown.text();
        assert!(text.starts_with("I read `tokne` as **token**."), "{text}");
        // What people type cannot format what is said about it.
        let shown = c.member("ada").slash("/ask query: **sesions**").await.unwrap();
        let text = shown.text();
        assert!(text.contains("`sesions` as **sessions**"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn what_found_nothing_is_counted_for_the_host_without_who_asked() {
    let c = empty_community().await;
    let bot = RunningBot::start(&c, knowledge()).await;
    for name in ["ada", "ben"] {
        c.member(name).slash("/ask query: Best  pizza in Rome").await.unwrap();
    }
    c.member("ada").slash("/ask query: jwt").await.unwrap();
    bot.stop().await.unwrap();
    let output = backroad().arg("missed").env("BACKROAD_DATA", c.data.path()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "     2  best pizza in rome\n");
}
