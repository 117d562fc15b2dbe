//! Members: what they see and press, too late, twice, out of order, or where no button ever was.

use super::process::{Letter, Origin};
use super::world::{Job, World};
use crate::content::QuestionKind;
use crate::quiz::{Act, Actor, Event, Phase, Session, SessionId, Slot, UserId};

/// Somebody who may do what the starter may.
const MODERATOR: u64 = 5;

/// All games of a channel are over by then, even if each is paused until it ends by itself.
const PATIENCE: i64 = 100 * 24 * 3_600_000;

fn actor(user: u64) -> Actor {
    Actor { user: UserId(user), name: format!("m{user}"), moderator: user == MODERATOR }
}

impl World {
    /// `/quiz start`, again and again until all games of the channel were played.
    pub fn start(&mut self, channel: u32, wait: i64) {
        if self.channels[channel as usize].left == 0 || self.now > PATIENCE {
            return;
        }
        let running = self.bot.as_ref().is_some_and(|bot| bot.desk.running_in(u64::from(channel)).is_some());
        if !running || self.chance(100) {
            let user = UserId(1 + self.roll(4) as u64);
            self.receive(Letter { origin: Origin::Starter { channel, user }, session: SessionId(0), event: None });
        }
        let wait = if running { (wait * 2).min(24 * 3_600_000) } else { 20_000 };
        self.plan(wait, Job::Start { channel, wait });
    }

    /// A game was started, and whoever did it is told so with its lobby.
    pub fn greet(&mut self, id: SessionId, channel: u32) -> Result<(), String> {
        self.arrive(id, Slot::Lobby, channel, false, Some(self.life))
    }

    fn user(&mut self) -> u64 {
        1 + self.roll(5) as u64
    }

    fn click(&mut self, after: i64, session: SessionId, user: u64, event: Event) {
        self.plan(after, Job::Click { session, user: UserId(user), event });
    }

    /// A new message in the channel.
    pub fn see(&mut self, id: SessionId, slot: Slot, message: u64) {
        match slot {
            Slot::Lobby => {
                for user in 1..=4 {
                    if self.chance(400) {
                        let after = 200 + self.roll(16_000);
                        self.click(after, id, user, Event::Join(actor(user)));
                    }
                }
                if self.chance(600) {
                    let (after, user) = (500 + self.roll(9_000), self.user());
                    self.click(after, id, user, Event::Begin(actor(user)));
                }
            }
            Slot::Round(round) => self.see_question(id, round, message),
            Slot::Reveal(_) | Slot::End => {}
        }
        if self.chance(15) {
            let after = self.roll(40_000);
            self.plan(after, Job::Delete { message });
        }
    }

    fn see_question(&mut self, id: SessionId, round: u32, message: u64) {
        let Some((session, _)) = self.disk.get(id) else { return };
        let (channel, of_ms) = (session.place.channel as u32, session.settings.milliseconds());
        let kind = session.cards[round as usize].kind;
        for user in 1..=4 {
            if self.chance(650) {
                self.play(id, round, kind, message, user, of_ms);
            }
        }
        let after = self.roll(of_ms);
        let user = self.user();
        match self.roll(100) {
            0..=7 => self.click(after, id, user, Event::Skip { actor: actor(user), round: Some(round), command: None }),
            8 | 9 => self.click(after, id, user, Event::Skip { actor: actor(user), round: None, command: None }),
            10..=14 => self.click(after, id, user, Event::Pause(actor(user))),
            15 | 16 => self.click(after, id, user, Event::Stop(actor(user))),
            17 | 18 => self.click(after, id, user, Event::Join(actor(user))),
            19 | 20 => self.click(after, id, user, Event::Resume(actor(user))),
            21..=26 => self.forge(after, id, round, user),
            27 if self.chance(300) => self.plan(after, Job::DeleteChannel { channel }),
            _ => {}
        }
    }

    /// One member answers a question, perhaps not in time.
    fn play(&mut self, id: SessionId, round: u32, kind: QuestionKind, message: u64, user: u64, of_ms: i64) {
        let mut acts = Vec::new();
        let press = |world: &mut World| Act::Press(world.roll(3) as u8);
        match kind {
            QuestionKind::Choice | QuestionKind::TrueFalse => acts.push(press(self)),
            QuestionKind::Multi => {
                acts.extend([press(self), press(self)]);
                acts.push(if self.chance(800) { Act::Done } else { press(self) });
            }
            QuestionKind::Order => {
                acts.extend([press(self), press(self)]);
                acts.push(if self.chance(300) { Act::Undo } else { press(self) });
            }
            QuestionKind::Short | QuestionKind::Open => {
                acts.push(Act::Type(if self.chance(500) { "mutex" } else { "queue" }.into()));
            }
        }
        if self.chance(200) {
            acts.push(press(self));
        }
        let mut after = 300 + self.roll(of_ms * 5 / 4);
        for act in acts {
            self.clicks += 1;
            let message = self.chance(800).then_some(message);
            let event = Event::Answer { actor: actor(user), round, act, click: self.clicks, message };
            // Some arrive after a later one, and some come twice.
            let late = if self.chance(50) { self.roll(2_000) } else { 0 };
            if self.chance(80) {
                let again = after + self.roll(3_000);
                self.click(again, id, user, event.clone());
            }
            self.click(after + late, id, user, event);
            after += self.roll(700);
        }
    }

    fn forge(&mut self, after: i64, id: SessionId, round: u32, user: u64) {
        self.clicks += 1;
        let act = match self.roll(4) {
            0 => Act::Undo,
            1 => Act::Done,
            2 => Act::Type("mutex".into()),
            _ => Act::Press(9),
        };
        let round = match self.roll(3) {
            0 => round,
            1 => round.saturating_sub(1),
            _ => round + 1,
        };
        let event = Event::Answer { actor: actor(user), round, act, click: self.clicks, message: None };
        self.click(after, id, user, event);
    }

    /// A message looks another way.
    pub fn see_edit(&mut self, session: &Session, slot: Slot) {
        let (id, current) = (session.id, session.round.number);
        let Slot::Round(round) = slot else { return };
        match &session.phase {
            Phase::Revealed { .. } if round == current => {
                for user in 1..=3 {
                    if self.chance(400) {
                        let after = 500 + self.roll(12_000);
                        self.click(after, id, user, Event::Next { actor: actor(user), round });
                    }
                }
            }
            Phase::Paused { .. } => self.maybe_resume(id),
            _ => {}
        }
    }

    pub fn maybe_resume(&mut self, id: SessionId) {
        if self.chance(700) {
            let (after, user) = (1_000 + self.roll(60_000), self.user());
            self.click(after, id, user, Event::Resume(actor(user)));
        }
    }
}
