//! Members who answer scheduled posts, and who play quizzes meanwhile.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::census::Posted;
use crate::servers::{MEMBERS, Servers};
use crate::world::Room;
use crate::{QUESTIONS, Result};

/// What came of answering.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answered {
    pub posts: usize,
    pub answers: usize,
    /// Presses without a response in time.
    pub failed: usize,
    pub took: Duration,
}

/// In each server that has members all of them answer one post, one after the other, in all servers at the same time.
pub async fn answer(servers: &Servers, posted: &[Posted]) -> Result<Answered> {
    let began = Instant::now();
    let mut answered = Answered::default();
    let mut presses: JoinSet<Result<(usize, usize)>> = JoinSet::new();
    for server in servers.all.iter().filter(|server| server.has_members) {
        let of_server = |posted: &&Posted| server.rooms.contains(&posted.room) && !posted.letters.is_empty();
        let Some(post) = posted.iter().find(of_server) else { continue };
        let (message, letters) = (post.message, post.letters.clone());
        let room = servers.rooms.get(post.room).ok_or("no channel")?.clone();
        answered.posts += 1;
        presses.spawn(async move {
            let mut failed = 0;
            for number in 0..MEMBERS {
                let letter = letters.get(number % letters.len()).ok_or("no letter")?;
                failed += usize::from(room.player(number)?.press(message, letter).await.is_err());
            }
            Ok((MEMBERS - failed, failed))
        });
    }
    while let Some(one) = presses.join_next().await {
        let (answers, failed) = one??;
        answered.answers += answers;
        answered.failed += failed;
    }
    Ok(Answered { took: began.elapsed(), ..answered })
}

/// Begins a quiz in each of these channels, evenly in this time.
pub async fn play(rooms: Vec<Room>, ramp: Duration) -> Result<()> {
    let mut tick = tokio::time::interval(ramp / u32::try_from(rooms.len())?);
    let mut begun: JoinSet<Result<()>> = JoinSet::new();
    for room in rooms {
        tick.tick().await;
        begun.spawn(async move { room.open(QUESTIONS).await?.begin().await });
    }
    while let Some(one) = begun.join_next().await {
        one??;
    }
    Ok(())
}
