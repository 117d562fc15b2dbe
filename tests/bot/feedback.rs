//! Helpful or not: counted once for each member, shown to everybody.

use crate::support::community;

#[tokio::test]
async fn votes_are_acknowledged_privately_and_counted_on_the_answer() {
    community(async |c| {
        let (ada, ben, mira) = (c.member("ada"), c.member("ben"), c.member("mira"));
        let answer = ada.slash("/ask query: jwt").await.unwrap();
        let noted = ada.click(&answer, "Helpful").await.unwrap();
        assert!(noted.is_ephemeral());
        assert!(noted.text().contains("Noted: this helped you."), "{}", noted.text());
        ben.click(&answer, "Helpful").await.unwrap();
        ben.click(&answer, "Helpful").await.unwrap();
        mira.click(&answer, "Not helpful").await.unwrap();
        let id = answer.id().unwrap();
        let counted = c.discord.until("two helpful votes on the answer", |view| {
            view.message(id).filter(|m| m.text().contains("2 people found this helpful"))
        });
        let counted = counted.await.unwrap();
        assert!(counted.text().contains("[More]"), "the count takes nothing away: {}", counted.text());
        ben.click(&answer, "Not helpful").await.unwrap();
        let changed = c.discord.until("ben's changed mind", |view| {
            view.message(id).filter(|m| m.text().contains("1 person found this helpful"))
        });
        changed.await.unwrap();
        let edits = c.discord.requests().iter().filter(|r| r.method == "PATCH").count();
        assert!(edits <= 4, "{edits} edits for five votes: edits of one message merge");
    })
    .await;
}

#[tokio::test]
async fn a_private_answer_is_voted_on_without_an_edit() {
    community(async |c| {
        let ada = c.member("ada");
        let answer = ada.slash("/ask query: jwt private: true").await.unwrap();
        ada.click(&answer, "Not helpful").await.unwrap();
        assert!(c.discord.requests().iter().all(|r| r.method != "PATCH"));
    })
    .await;
}
