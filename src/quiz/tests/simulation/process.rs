//! The process around the engine: it gathers events, commits what they changed, then tells people. It may be killed
//! before each of these, and keeps nothing but what is on the disk.

use std::sync::Arc;

use rand::RngExt;

use super::world::{Job, World};
use crate::quiz::tests::sabotage::{self, Fault};
use crate::quiz::{Change, Desk, Effect, Event, Mode, Place, Session, SessionId, Settings, Slot, Told, UnixMs, UserId};

/// Events are gathered for so long.
const GATHER: i64 = 5;

#[derive(Default)]
pub struct Bot {
    pub desk: Desk,
    inbox: Vec<(Letter, UnixMs)>,
    flush_planned: bool,
    wakes_at: Option<UnixMs>,
    /// The disk refused a batch, and nothing is handled until it takes one again.
    stalled: bool,
    /// The clock was set by so much, which the sessions do not know yet.
    pub step_owed: i64,
    /// Edits that are planned.
    pub edits: Vec<(SessionId, Slot)>,
}

/// Something that came in.
pub struct Letter {
    pub origin: Origin,
    pub session: SessionId,
    /// `None` for `/quiz start`.
    pub event: Option<Event>,
}

#[derive(Clone, Copy)]
pub enum Origin {
    Member {
        user: UserId,
        /// The round and the click, of an answer.
        click: Option<(u32, u64)>,
    },
    Starter {
        channel: u32,
        user: UserId,
    },
    Claim(Slot),
    System,
}

/// What an event led to.
struct Outcome {
    origin: Origin,
    session: SessionId,
    effects: Vec<Effect>,
}

impl World {
    pub fn receive(&mut self, letter: Letter) {
        let (now, life) = (self.clock(), self.life);
        let Some(bot) = self.bot.as_mut().filter(|bot| !bot.stalled) else { return };
        bot.inbox.push((letter, now));
        if !std::mem::replace(&mut bot.flush_planned, true) {
            self.plan(GATHER, Job::Flush { life });
        }
    }

    pub fn boot(&mut self) -> Result<(), String> {
        self.life += 1;
        let mut bot = Bot::default();
        for (session, version) in self.disk.live() {
            bot.desk.load(Session::clone(session), *version);
        }
        self.restart(&mut bot);
        self.bot = Some(bot);
        self.flush()
    }

    fn restart(&mut self, bot: &mut Bot) {
        for session in bot.desk.ids().into_iter().filter(|_| !sabotage::is_on(Fault::ForgetRestart)) {
            let letter = Letter { origin: Origin::System, session, event: Some(Event::Restarted) };
            bot.inbox.push((letter, self.clock()));
        }
    }

    pub fn die(&mut self) {
        self.seen.deaths += 1;
        self.note("-- killed");
        self.life += 1;
        let after = if self.chance(800) { 100 + self.roll(5_000) } else { 60_000 + self.roll(1_200_000) };
        self.plan(after, Job::Boot);
    }

    pub fn wake(&mut self, due: UnixMs) -> Result<(), String> {
        match &mut self.bot {
            Some(bot) if bot.wakes_at == Some(due) => bot.wakes_at = None,
            _ => return Ok(()),
        }
        self.flush()
    }

    /// Looks whether the disk can be written again.
    pub fn probe(&mut self) -> Result<(), String> {
        let life = self.life;
        if self.disk.full {
            self.plan(1_000, Job::Probe { life });
            return Ok(());
        }
        let Some(mut bot) = self.bot.take() else { return Ok(()) };
        bot.stalled = false;
        self.restart(&mut bot);
        self.bot = Some(bot);
        self.flush()
    }

    pub fn flush(&mut self) -> Result<(), String> {
        let Some(mut bot) = self.bot.take() else { return Ok(()) };
        if !self.batch(&mut bot)? {
            self.die();
            return Ok(());
        }
        let due = bot.desk.next_due().filter(|_| !bot.stalled);
        if let Some(due) = due.filter(|due| bot.wakes_at != Some(*due)) {
            bot.wakes_at = Some(due);
            let (after, life) = (self.until(due), self.life);
            self.plan(after, Job::Wake { life, due });
        }
        self.bot = Some(bot);
        Ok(())
    }

    /// `false` when the process was killed.
    fn batch(&mut self, bot: &mut Bot) -> Result<bool, String> {
        bot.flush_planned = false;
        let letters = std::mem::take(&mut bot.inbox);
        if bot.stalled {
            return Ok(true);
        }
        let outcomes = self.handle_all(bot, letters)?;
        if sabotage::is_on(Fault::TellBeforeCommit) {
            for outcome in &outcomes {
                self.tell(outcome)?;
            }
        }
        if self.dies() {
            return Ok(false);
        }
        let mut changes = bot.desk.changes();
        if self.disk.full && !changes.is_empty() {
            self.seen.failed_commits += 1;
            self.note("-- the disk is full");
            bot.desk.roll_back();
            bot.stalled = true;
            let life = self.life;
            self.plan(1_000, Job::Probe { life });
            return Ok(true);
        }
        if let Some(change) = changes.first().filter(|_| self.rng.random_ratio(1, 3000)) {
            self.disk.touch(change.session.id);
        }
        let stale = self.disk.stale(&changes);
        for id in &stale {
            self.seen.stale += 1;
            bot.desk.drop_stale(*id);
        }
        changes.retain(|change| !stale.contains(&change.session.id));
        // Until somebody is told, they are in the dark about what is stored.
        for outcome in outcomes.iter().filter(|outcome| !stale.contains(&outcome.session)) {
            if let Origin::Member { user, click: Some((round, click)) } = outcome.origin {
                self.oracle.left_in_the_dark(outcome.session, user, round, click);
            }
        }
        if !self.commit(&changes)? {
            return Ok(false);
        }
        bot.desk.commit();
        bot.step_owed = 0;
        for id in &stale {
            if let Some((session, version)) = self.disk.get(*id).filter(|(session, _)| !session.is_done()) {
                bot.desk.load(Session::clone(session), *version);
                let letter = Letter { origin: Origin::System, session: *id, event: Some(Event::Restarted) };
                bot.inbox.push((letter, self.clock()));
                let life = self.life;
                self.plan(GATHER, Job::Flush { life });
            }
        }
        for outcome in outcomes.iter().filter(|outcome| !stale.contains(&outcome.session)) {
            if let Origin::Starter { channel, .. } = outcome.origin {
                self.greet(outcome.session, channel)?;
            }
            for effect in &outcome.effects {
                if self.dies() {
                    return Ok(false);
                }
                self.carry_out(bot, outcome, effect)?;
            }
        }
        Ok(true)
    }

    fn handle_all(&mut self, bot: &mut Bot, letters: Vec<(Letter, UnixMs)>) -> Result<Vec<Outcome>, String> {
        let now = self.clock();
        let mut outcomes = Vec::with_capacity(letters.len());
        let mut handle = |world: &mut World, desk: &mut Desk, session, origin, event: Event, at| {
            let effects = desk.handle(session, event, at);
            let Some(effects) = effects else { return Ok(()) };
            if world.tracing() {
                let stands = desk.get(session).map(|session| serde_json::to_string(session.as_ref()).unwrap());
                world.note(&format!("   {effects:?} {}", stands.unwrap_or_default()));
            }
            let told = effects.iter().filter(|effect| matches!(effect, Effect::Tell(_))).count();
            if told != usize::from(!matches!(origin, Origin::System)) {
                return Err(format!("somebody is told {told} things: {effects:?}"));
            }
            outcomes.push(Outcome { origin, session, effects });
            Ok(())
        };
        if bot.step_owed != 0 {
            for session in bot.desk.ids() {
                let event = Event::ClockStepped(bot.step_owed);
                handle(self, &mut bot.desk, session, Origin::System, event, now)?;
            }
        }
        let mut started = Vec::new();
        for (letter, at) in letters {
            match (letter.event, letter.origin) {
                (Some(event), origin) => handle(self, &mut bot.desk, letter.session, origin, event, at)?,
                (None, Origin::Starter { channel, user }) => {
                    let free = bot.desk.running_in(u64::from(channel)).is_none();
                    if free || sabotage::is_on(Fault::StartWithoutLooking) {
                        let session = self.new_session(channel, user, at);
                        let id = session.id;
                        let effects = bot.desk.start(session, at);
                        started.push(Outcome { origin: letter.origin, session: id, effects });
                    }
                }
                (None, _) => {}
            }
        }
        for session in bot.desk.due(now) {
            handle(self, &mut bot.desk, session, Origin::System, Event::Tick, now)?;
        }
        outcomes.append(&mut started);
        Ok(outcomes)
    }

    fn new_session(&mut self, channel: u32, user: UserId, now: UnixMs) -> Session {
        self.sessions += 1;
        let mode = Mode::ALL[self.roll(4) as usize];
        let seconds = 10 + self.roll(11) as u32;
        let deck = self.roll(self.decks.len() as i64) as usize;
        let settings = Settings { mode, seconds, ..Settings::default() };
        let place = Place { guild: 1, channel: u64::from(channel) };
        let starter = (user, format!("m{}", user.0));
        let cards = Arc::clone(&self.decks[deck]);
        Session::new(SessionId(self.sessions), place, settings, starter, self.sessions, cards, now)
    }

    /// Writes a batch; `false` when the process is killed on the way, which a whole batch survives.
    fn commit(&mut self, changes: &[Change]) -> Result<bool, String> {
        for change in changes {
            let mut change = change.clone();
            if sabotage::is_on(Fault::RecordApart) && !change.records.is_empty() && self.dies() {
                change.records.clear();
            }
            let id = change.session.id;
            if change.version.is_none() {
                let channel = &mut self.channels[change.session.place.channel as usize];
                (channel.left, channel.deleted) = (channel.left.saturating_sub(1), false);
                self.seen.games += 1;
            }
            self.disk
                .write(&change)
                .and_then(|()| self.oracle.stored(&change))
                .map_err(|error| format!("{id:?}: {error}"))?;
        }
        Ok(!self.dies())
    }

    fn tell(&mut self, outcome: &Outcome) -> Result<(), String> {
        let Origin::Member { user, click } = outcome.origin else { return Ok(()) };
        for effect in &outcome.effects {
            let Effect::Tell(told) = effect else { continue };
            match (told, click) {
                (Told::Answered { given, .. }, Some((round, click))) => {
                    self.seen.answers += 1;
                    let id = outcome.session;
                    let told = self.oracle.told(id, user, round, click, given);
                    told.map_err(|error| format!("{id:?}: {error}"))?;
                }
                (Told::Paused, _) => self.maybe_resume(outcome.session),
                _ => {}
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, bot: &mut Bot, outcome: &Outcome, effect: &Effect) -> Result<(), String> {
        let (session, life) = (outcome.session, self.life);
        match effect {
            Effect::Tell(told) => match (outcome.origin, told) {
                (Origin::Claim(slot), Told::Send) => self.transmit(bot, session, slot, self.now),
                (Origin::Claim(slot), Told::LookFirst { since }) => {
                    if sabotage::is_on(Fault::SendWithoutLooking) {
                        self.transmit(bot, session, slot, self.now);
                        return Ok(());
                    }
                    self.plan(100, Job::Look { life, session, slot, since: *since });
                }
                _ => self.tell(outcome)?,
            },
            Effect::Post(slot) => {
                let slow = self.chance(50);
                let after = self.roll(if slow { 20_000 } else { 300 });
                self.plan(after, Job::Send { life, session, slot: *slot });
            }
            Effect::Edit { slot, urgent } => {
                if (*urgent || self.chance(500)) && !bot.edits.contains(&(session, *slot)) {
                    bot.edits.push((session, *slot));
                    let after = 50 + self.roll(800);
                    self.plan(after, Job::Edit { life, session, slot: *slot });
                }
            }
            Effect::Record(_) | Effect::TellModerators(_) => {}
        }
        Ok(())
    }
}
