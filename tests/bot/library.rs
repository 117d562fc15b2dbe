//! Every item of the repository's library, shown in every way: the local Discord refuses what real Discord would refuse.

use crate::support::{real_community, root};

#[tokio::test]
async fn every_item_can_be_shown_in_full() {
    real_community(async |c| {
        let (ada, ben) = (c.member("ada"), c.member("ben"));
        let (library, _) = backroad::content::load(&root().join("content")).unwrap();
        let message = ada.slash("/ask query: jwt").await.unwrap().id().unwrap();
        for item in library.items() {
            let answer = ben.forge_component(message, "br1:open", &[item.id()]).await.unwrap();
            assert!(answer.text().contains(item.title()), "{}", answer.text());
            let mut page = ben.forge_component(message, &format!("br1:more:{}", item.id()), &[]).await.unwrap();
            let mut fences = page.text().matches("```").count();
            while let Ok(next) = ben.click(&page, "Next").await {
                fences += next.text().matches("```").count();
                page = next;
            }
            assert_eq!(fences % 2, 0, "{} leaves a code block open", item.id());
        }
    })
    .await;
}

#[tokio::test]
async fn every_topic_can_be_read_part_by_part() {
    real_community(async |c| {
        let ada = c.member("ada");
        let (library, _) = backroad::content::load(&root().join("content")).unwrap();
        for topic in library.topics.values() {
            let mut shown = ada.slash(&format!("/topic name: {}", topic.id)).await.unwrap();
            assert!(shown.text().contains(&topic.title));
            for part in ["Example", "Pitfalls", "Resources", "Questions", "Overview"] {
                match ada.click(&shown, part).await {
                    Ok(next) => shown = next,
                    Err(error) => assert!(part == "Questions", "{}: {part}: {error}", topic.id),
                }
            }
        }
    })
    .await;
}
