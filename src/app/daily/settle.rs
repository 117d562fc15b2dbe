//! From days that have come to posts that are wanted.

use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

use super::{DailyError, Stored, TRIES, stored};
use crate::app::App;
use crate::content::Library;
use crate::daily::{Choice, Due, Pause, Schedule, ScheduleId, Trouble, Used, choose};
use crate::quiz::Card;
use crate::store::{DailyOvertaken, DailyPosts, DailyTurn, DailyWanted, StoreError, Turned};

/// A pause between two attempts is never as long: a clock that is right now was ahead when it was planned.
const LONG_PAUSE: SignedDuration = SignedDuration::from_mins(10);

/// What is due so much later may have been planned by a clock that was ahead.
const FAR: SignedDuration = SignedDuration::from_hours(48);

/// So many schedules are planned anew at once.
const PLANNED_AT_ONCE: u32 = 200;

impl App {
    /// Posts what is due of one schedule.
    pub(super) async fn settle(&self, guild: u64, id: ScheduleId) -> Result<(), DailyError> {
        for _ in 0..TRIES {
            let stored = self.stored_daily(guild, id).await?;
            if stored.schedule.wakes_at().is_none_or(|at| at > self.wall_time()) {
                return Ok(());
            }
            self.settle_all(vec![stored]).await?;
        }
        Ok(())
    }

    /// Posts what is due of schedules, in one transaction. One that was changed meanwhile is left as it is.
    pub(super) async fn settle_all(&self, stored: Vec<Stored>) -> Result<(), DailyError> {
        let (knowledge, now) = (self.knowledge(), self.wall_time());
        let mut turns = Vec::new();
        for stored in &stored {
            turns.push(self.turn_of(&knowledge.library, stored, now).await?);
        }
        let turned = self.daily_store().turn_dailies(&turns, now.as_millisecond()).await?;
        for (Stored { schedule, version }, turned) in stored.into_iter().zip(turned) {
            if turned == Turned::Doubled {
                tracing::warn!(schedule = %schedule.id, "a day has its post already: no second one is made");
                let mut settled = schedule;
                settled.tick(now, self.inner.catch_up);
                self.set_daily(&settled, version, DailyPosts::GoOn).await?;
            }
        }
        if turns.iter().any(|turn| turn.schedule.notice) {
            self.inner.daily.poke.notify_one();
        }
        Ok(())
    }

    /// What is due of a schedule.
    pub(super) async fn turn_of(
        &self,
        library: &Library,
        stored: &Stored,
        now: Timestamp,
    ) -> Result<DailyTurn, DailyError> {
        let mut schedule = stored.schedule.clone();
        let due = schedule.tick(now, self.inner.catch_up);
        let (mut used, mut overtakes) = (Used::new(), None);
        if due.is_some() {
            used = self.used(schedule.id).await?;
            overtakes = self.overtake(&mut schedule, &mut used).await?;
        }
        let chosen = due.map(|due| (due, choose(library, &schedule, &used)));
        let post = match &chosen {
            Some((due, Some(choice))) => Some((*due, choice)),
            Some((due, None)) => {
                tracing::warn!(schedule = %schedule.id, "a schedule is paused: the library has nothing for it");
                schedule.leave_out(due.date);
                schedule.pause(Pause::Trouble { trouble: Trouble::Nothing, told: false });
                None
            }
            None => None,
        };
        let turn = turn(library, &mut schedule, stored.version, &mut used, post, false)?;
        Ok(DailyTurn { overtakes, ..turn })
    }

    /// A post of an earlier day that nobody has tried to send will not come any more: what it was made of comes now, for along
    /// a path one thing builds on another.
    pub(super) async fn overtake(
        &self,
        schedule: &mut Schedule,
        used: &mut Used,
    ) -> Result<Option<DailyOvertaken>, DailyError> {
        let Some(post) = self.daily_store().wanted_daily_post(schedule.id.0).await? else { return Ok(None) };
        stored::take_back(schedule, &post);
        let turn = stored::used_for(&post).map_or(0, |given| given.turn);
        used.retain(|_, used_at| *used_at != turn);
        Ok(Some(DailyOvertaken { id: post.id, turn }))
    }

    pub(super) async fn turn_one(&self, turn: DailyTurn) -> Result<Turned, DailyError> {
        let turned = self.daily_store().turn_dailies(&[turn], self.clock().wall().0).await?;
        Ok(turned.into_iter().next().unwrap_or(Turned::Stale))
    }

    /// After the clock was far ahead, what was planned by it is planned anew. After a backup was put back, nothing is posted
    /// that may have been posted since.
    pub(super) async fn plan_anew(&self, restored: bool) -> Result<(), DailyError> {
        let (now, store) = (self.wall_time(), self.daily_store());
        if restored {
            store.doubt_daily_posts().await?;
        }
        let soon = |span: SignedDuration| now.checked_add(span).map_or(i64::MAX, Timestamp::as_millisecond);
        store.hurry_daily_posts(soon(LONG_PAUSE), now.as_millisecond()).await?;
        let after = if restored { i64::MIN } else { soon(FAR) };
        let mut last = (after, 0);
        loop {
            let rows = store.dailies_due_after(last, PLANNED_AT_ONCE).await?;
            let Some((at, row)) = rows.last() else { return Ok(()) };
            last = (*at, row.id);
            for Stored { mut schedule, version } in rows.iter().filter_map(|(_, row)| stored::read(row)) {
                if restored {
                    schedule.begin_anew(now);
                }
                if schedule.mend(now) || restored {
                    self.set_daily(&schedule, version, DailyPosts::GoOn).await?;
                }
            }
        }
    }
}

/// A schedule with what it used and the post that it wants, to be written.
pub(super) fn turn(
    library: &Library,
    schedule: &mut Schedule,
    version: u64,
    used: &mut Used,
    post: Option<(Due, &Choice)>,
    anew: bool,
) -> Result<DailyTurn, StoreError> {
    let wanted = match post {
        None => None,
        Some((due, choice)) => {
            let card = card(library, schedule, choice);
            let topics = card.iter().flat_map(|card| card.topics.iter().map(|topic| topic.id.clone())).collect();
            schedule.use_up(choice, used);
            Some(DailyWanted {
                guild: schedule.guild,
                channel: schedule.settings.channel,
                date: due.date.to_string(),
                at_ms: due.at.as_millisecond(),
                topic: choice.topic.clone(),
                question: choice.question.clone(),
                topics,
                document: stored::document(schedule, choice, card)?,
                anew,
            })
        }
    };
    let used = post.map(|(_, choice)| used_by(choice, schedule.turn)).unwrap_or_default();
    Ok(DailyTurn { schedule: stored::write(schedule, version)?, used, post: wanted, overtakes: None })
}

pub(super) fn used_by(choice: &Choice, turn: u64) -> Vec<(String, u64)> {
    choice.items().map(|item| (item.to_owned(), turn)).collect()
}

/// The question of a post as it is shown. Its options stand the same way in a preview and in the post.
pub(super) fn card(library: &Library, schedule: &Schedule, choice: &Choice) -> Option<Card> {
    let question = library.questions.get(choice.question.as_ref()?)?;
    let mut rng = ChaCha8Rng::seed_from_u64(schedule.seed ^ schedule.turn);
    Some(Card::deal(library, question, &mut rng))
}
