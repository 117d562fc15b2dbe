//! What can be read from rounds that are over: leaderboards, what a channel was asked, somebody's own answers.

use crate::store::{Store, StoreError, id};

/// From when to when (exclusive), in milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from_ms: i64,
    pub until_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingLine {
    /// From 1; equal points with equally many right daily answers have the same rank.
    pub rank: u64,
    pub user_id: u64,
    pub name: String,
    pub points: i64,
    pub right: u64,
    pub answered: u64,
    /// Questions of scheduled posts that they had right, and that they answered.
    pub daily_right: u64,
    pub daily_answered: u64,
}

/// One page of a server's standing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuildStanding {
    pub lines: Vec<StandingLine>,
    /// The line of who asked, if they have played.
    pub yours: Option<StandingLine>,
    /// How many have played.
    pub players: u64,
}

/// What a channel did with a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub question_id: String,
    pub last_at_ms: i64,
    pub answered: u32,
    pub right: u32,
}

/// What somebody answered in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YourAnswer {
    pub round: u32,
    /// JSON.
    pub given: String,
    pub is_right: bool,
    pub points: i64,
}

/// (line from 1, rank, user, points, right, answered, daily right, daily answered, players, name)
type Row = (i64, i64, i64, i64, i64, i64, i64, i64, i64, String);

impl Store {
    /// The standing of a server over a period, about one topic unless that is empty: `count` lines from `from` (0 is the
    /// first), and the line of `user`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn standing(
        &self,
        guild: u64,
        period: Period,
        topic: &str,
        user: u64,
        (from, count): (u32, u32),
    ) -> Result<GuildStanding, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "WITH given AS (
                 SELECT a.user_id AS user_id, a.points AS points, a.is_right AS is_right, 1 AS answered,
                        0 AS daily_right, 0 AS daily_answered
                 FROM quiz_answer a
                 WHERE a.guild_id = $1 AND a.counts = 1 AND a.at_ms >= $2 AND a.at_ms < $3
                   AND ($4 = '' OR EXISTS (SELECT 1 FROM quiz_round_topic t WHERE t.session_id = a.session_id
                                           AND t.round = a.round AND t.topic_id = $4))
                 UNION ALL
                 SELECT d.user_id, 0, 0, 0, d.is_right, 1
                 FROM daily_answer d
                 WHERE d.guild_id = $1 AND d.given <> '' AND d.counted_at_ms >= $2 AND d.counted_at_ms < $3
                   AND ($4 = '' OR EXISTS (SELECT 1 FROM daily_post_topic t WHERE t.post_id = d.post_id AND t.topic_id = $4))),
             totals AS (
                 SELECT user_id, CAST(SUM(points) AS BIGINT) AS points, CAST(SUM(is_right) AS BIGINT) AS is_right,
                        CAST(SUM(answered) AS BIGINT) AS answered, CAST(SUM(daily_right) AS BIGINT) AS daily_right,
                        CAST(SUM(daily_answered) AS BIGINT) AS daily_answered
                 FROM given GROUP BY user_id),
             ranked AS (
                 SELECT totals.*, ROW_NUMBER() OVER (ORDER BY points DESC, daily_right DESC, user_id) AS line,
                        RANK() OVER (ORDER BY points DESC, daily_right DESC) AS place, COUNT(*) OVER () AS players
                 FROM totals)
             SELECT r.line, r.place, r.user_id, r.points, r.is_right, r.answered, r.daily_right, r.daily_answered, r.players,
                    COALESCE((SELECT n.name FROM quiz_answer n WHERE n.guild_id = $1 AND n.user_id = r.user_id
                              ORDER BY n.at_ms DESC LIMIT 1),
                             (SELECT m.name FROM daily_answer m WHERE m.guild_id = $1 AND m.user_id = r.user_id
                              ORDER BY m.counted_at_ms DESC LIMIT 1)) AS name
             FROM ranked r WHERE (r.line > $5 AND r.line <= $6) OR r.user_id = $7 ORDER BY r.line",
        )
        .bind(id(guild))
        .bind(period.from_ms)
        .bind(period.until_ms)
        .bind(topic)
        .bind(i64::from(from))
        .bind(i64::from(from) + i64::from(count))
        .bind(id(user))
        .fetch_all(&self.readers)
        .await?;
        let players = rows.first().map_or(0, |row| number(row.8));
        let is_on_page = |row: &Row| row.0 > i64::from(from) && row.0 <= i64::from(from) + i64::from(count);
        let yours = rows.iter().find(|row| row.2 == id(user)).map(line);
        let lines = rows.iter().filter(|row| is_on_page(row)).map(line).collect();
        Ok(GuildStanding { lines, yours, players })
    }

    /// Every question that a channel was asked since a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn asked_in(&self, channel: u64, since_ms: i64) -> Result<Vec<Asked>, StoreError> {
        let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
            "SELECT r.question_id, MAX(r.at_ms), COUNT(a.user_id), CAST(COALESCE(SUM(a.is_right), 0) AS BIGINT)
             FROM quiz_round r LEFT JOIN quiz_answer a ON a.session_id = r.session_id AND a.round = r.round
             WHERE r.channel_id = $1 AND r.at_ms >= $2 GROUP BY r.question_id",
        )
        .bind(id(channel))
        .bind(since_ms)
        .fetch_all(&self.readers)
        .await?;
        let small = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        let asked = |(question_id, last_at_ms, answered, right)| Asked {
            question_id,
            last_at_ms,
            answered: small(answered),
            right: small(right),
        };
        Ok(rows.into_iter().map(asked).collect())
    }

    /// What somebody answered in a session, by round.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answers_of(&self, session: u64, user: u64) -> Result<Vec<YourAnswer>, StoreError> {
        let rows: Vec<(i64, String, i64, i64)> = sqlx::query_as(
            "SELECT round, given, is_right, points FROM quiz_answer WHERE session_id = $1 AND user_id = $2 ORDER BY round",
        )
        .bind(id(session))
        .bind(id(user))
        .fetch_all(&self.readers)
        .await?;
        let answer = |(round, given, is_right, points): (i64, String, i64, i64)| YourAnswer {
            round: u32::try_from(round).unwrap_or_default(),
            given,
            is_right: is_right != 0,
            points,
        };
        Ok(rows.into_iter().map(answer).collect())
    }
}

fn line(row: &Row) -> StandingLine {
    let (_line, rank, user, points, right, answered, daily_right, daily_answered, _players, name) = row;
    StandingLine {
        rank: number(*rank),
        user_id: number(*user),
        name: name.clone(),
        points: *points,
        right: number(*right),
        answered: number(*answered),
        daily_right: number(*daily_right),
        daily_answered: number(*daily_answered),
    }
}

fn number(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}
