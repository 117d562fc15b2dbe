//! What members answer to the question of a post: privately, and changed as often as they like until the next post.

use super::delivery::Closed;
use super::stored;
use super::{DailyError, TRIES};
use crate::app::App;
use crate::daily::PostId;
use crate::quiz::{Act, Actor, Card, Given as Choice};
use crate::store::{DailyAnswer, DailyGiven, DailyPost, DailyTally, StoreError};

/// Somebody's answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub given: Choice,
    pub right: bool,
}

impl Answer {
    fn read(row: &DailyAnswer) -> Option<Answer> {
        Some(Answer { given: serde_json::from_str(&row.given).ok()?, right: row.is_right })
    }
}

/// How a question was answered.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Each answer, whether it is right, and how many gave it; the most frequent one first.
    pub given: Vec<(Choice, bool, u64)>,
    /// Who had the most questions in a row, with their number.
    pub streaks: Vec<(String, u32)>,
    /// How many had two or more in a row.
    pub in_a_row: u64,
}

impl Tally {
    pub(super) fn read(row: DailyTally) -> Tally {
        let DailyTally { given, streaks, in_a_row } = row;
        let given = given.into_iter().filter_map(|(given, right, count)| {
            let given = serde_json::from_str(&given).ok()?;
            Some((given, right, count))
        });
        Tally { given: given.collect(), streaks, in_a_row }
    }

    pub fn answered(&self) -> u64 {
        self.given.iter().map(|(.., count)| count).sum()
    }

    pub fn right(&self) -> u64 {
        self.given.iter().filter(|(_, right, _)| *right).map(|(.., count)| count).sum()
    }
}

/// What somebody's answer stands at.
#[derive(Clone, Debug)]
pub struct Given {
    pub post: PostId,
    pub card: Card,
    pub given: Choice,
    /// Nothing more is expected.
    pub whole: bool,
    /// It is another one than before.
    pub changed: bool,
    /// How many have answered.
    pub answered: u64,
    pub message: Option<u64>,
    /// The role that the post mentions.
    pub role: Option<u64>,
}

/// What became of a press.
#[derive(Clone, Debug)]
pub enum Pressed {
    Given(Box<Given>),
    /// The question takes no more answers. With the message that shows them, if it is there.
    Closed {
        closed: Box<Closed>,
        shown_by: Option<(u64, u64)>,
    },
    /// That was no answer to this question.
    NoSuchThing,
    /// There is no such question, or it is forgotten; with its id in the library if that is known.
    Unknown {
        question: Option<String>,
    },
}

/// Whoever has taken everything back has not answered.
fn written(given: &Choice) -> Result<String, StoreError> {
    if given.is_empty() {
        return Ok(String::new());
    }
    serde_json::to_string(given).map_err(|error| StoreError::Document(error.to_string()))
}

impl App {
    /// Somebody answers the question of a post that is in this channel.
    ///
    /// # Errors
    /// When it cannot be stored; then the answer is what it was.
    pub async fn answer_daily(
        &self,
        (guild, channel): (u64, u64),
        id: PostId,
        actor: &Actor,
        act: &Act,
        interaction: u64,
    ) -> Result<Pressed, DailyError> {
        for _ in 0..TRIES {
            let (row, card) = match self.daily_question((guild, channel), id).await? {
                Ok(found) => found,
                Err(unknown) => return Ok(unknown),
            };
            if row.closed_at_ms.is_some() {
                return self.closed_press(&row).await;
            }
            let stored = self.daily_store().daily_answer(id.0, actor.user.0).await?;
            let before: Option<Choice> = stored.as_ref().and_then(|answer| serde_json::from_str(&answer.given).ok());
            // An older click than the last, or the same one once more, changes nothing.
            if stored.as_ref().is_some_and(|last| last.interaction >= interaction) {
                let Some(given) = &before else { return Ok(Pressed::NoSuchThing) };
                let whole = match given {
                    Choice::One(_) | Choice::Typed(_) => true,
                    Choice::Order(picked) => picked.len() == card.options.len(),
                    Choice::Several(_) => false,
                };
                return self.given(&row, card, given.clone(), whole, false).await;
            }
            let Some((given, whole)) = card.after(before.as_ref(), act) else { return Ok(Pressed::NoSuchThing) };
            let keep = DailyGiven {
                post: id.0,
                user: actor.user.0,
                guild,
                name: actor.name.clone(),
                given: written(&given)?,
                is_right: card.is_right(&given),
                interaction,
                at_ms: self.clock().wall().0,
                before: stored.as_ref().map(|answer| answer.interaction),
            };
            if self.daily_store().keep_daily_answer(&keep).await? {
                let changed = before.as_ref() != Some(&given);
                return self.given(&row, card, given, whole, changed).await;
            }
        }
        Err(DailyError::Busy)
    }

    /// The question of a post that is in this channel, if it takes answers; otherwise what to say.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open_daily(&self, place: (u64, u64), id: PostId) -> Result<Result<Card, Pressed>, DailyError> {
        match self.daily_question(place, id).await? {
            Ok((row, _)) if row.closed_at_ms.is_some() => Ok(Err(self.closed_press(&row).await?)),
            Ok((_, card)) => Ok(Ok(card)),
            Err(unknown) => Ok(Err(unknown)),
        }
    }

    /// What somebody answered to a question.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn own_daily(&self, id: PostId, user: u64) -> Result<Option<Answer>, DailyError> {
        Ok(self.daily_store().daily_answer(id.0, user).await?.as_ref().and_then(Answer::read))
    }

    /// The id in the library of the question of a post of this server.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn daily_question_id(&self, guild: u64, id: PostId) -> Result<Option<String>, DailyError> {
        let row = self.daily_store().daily_post(id.0).await?;
        Ok(row.filter(|row| row.guild == guild).and_then(|row| row.question))
    }

    /// The id in the library of the topic of a post, also when everything else of it is forgotten.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn daily_topic_id(&self, id: PostId) -> Result<Option<String>, DailyError> {
        Ok(self.daily_store().daily_post(id.0).await?.and_then(|row| row.topic))
    }

    async fn daily_question(
        &self,
        (guild, channel): (u64, u64),
        id: PostId,
    ) -> Result<Result<(DailyPost, Card), Pressed>, DailyError> {
        let Some(row) = self.daily_store().daily_post(id.0).await? else {
            return Ok(Err(Pressed::Unknown { question: None }));
        };
        if (row.guild, row.channel) != (guild, channel) {
            return Ok(Err(Pressed::Unknown { question: None }));
        }
        Ok(match stored::card_of(&row) {
            Some(card) => Ok((row, card)),
            None => Err(Pressed::Unknown { question: row.question }),
        })
    }

    async fn given(
        &self,
        row: &DailyPost,
        card: Card,
        given: Choice,
        whole: bool,
        changed: bool,
    ) -> Result<Pressed, DailyError> {
        let answered = self.daily_store().count_daily_answers(row.id).await?;
        let message = super::delivery::stage(row.stage).message();
        let (post, role) = (PostId(row.id), stored::role_of(row));
        Ok(Pressed::Given(Box::new(Given { post, card, given, whole, changed, answered, message, role })))
    }

    async fn closed_press(&self, row: &DailyPost) -> Result<Pressed, DailyError> {
        let shown_by = match row.closed_by {
            Some(by) => self.daily_store().daily_post(by).await?,
            None => None,
        };
        let shown_by = shown_by.and_then(|by| Some((by.channel, super::delivery::stage(by.stage).message()?)));
        Ok(match self.closed(row).await? {
            Some(closed) => Pressed::Closed { closed: Box::new(closed), shown_by },
            None => Pressed::Unknown { question: row.question.clone() },
        })
    }
}
