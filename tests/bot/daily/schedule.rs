//! What moderators set and everybody may list.

use crate::support::quiz_community;

#[tokio::test]
async fn smoke() {
    quiz_community(async |c| {
        let mira = c.member("mira");
        println!("now {}", c.discord.clock().now_ms());
        let said = mira
            .slash("/daily add channel: daily time: 09:00 timezone: Europe/Berlin kind: both thread: day")
            .await
            .unwrap();
        println!("{}", said.text());
        let preview = mira.click(&said, "Preview").await.unwrap();
        println!("{}", preview.text());
        let said = mira.click(&said, "Post now").await.unwrap();
        println!("{}", said.text());
        let post = c
            .discord
            .until("a post", |view| {
                view.messages().into_iter().rev().find(|m| !m.is_ephemeral() && m.text().contains("Daily"))
            })
            .await
            .unwrap();
        println!("{}", post.text());
        let ada = c.member("ada").in_channel("daily").unwrap();
        println!("{}", ada.click(&post, "A").await.unwrap().text());
        println!("{}", mira.slash("/daily list").await.unwrap().text());
        println!("{}", ada.slash("/daily list").await.unwrap().text());
        let mut last = post.id();
        for _ in 0..3 {
            c.discord.advance(std::time::Duration::from_secs(24 * 3600));
            let post = c
                .discord
                .until("a post", |view| {
                    view.messages()
                        .into_iter()
                        .rev()
                        .find(|m| !m.is_ephemeral() && m.text().contains("The answer to") && m.id() != last)
                })
                .await
                .unwrap();
            last = post.id();
            println!("{}", post.text());
            println!("{}", ada.click(&post, "A").await.map_or_else(|e| e.to_string(), |s| s.text().to_owned()));
        }
        for s in ada.sees("daily").unwrap() {
            println!("=====\n{}", s.text());
        }
    })
    .await;
}
