//! The world: its time, what happens in it and when, and what can go wrong.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use super::discord::Discord;
use super::disk::Disk;
use super::oracle::Oracle;
use super::process::{Bot, Letter, Origin};
use crate::content::QuestionKind;
use crate::quiz::tests::deck::deck;
use crate::quiz::{Card, Ending, Event, Phase, PostState, SessionId, Slot, UnixMs, UserId};

pub const CHANNELS: u32 = 16;
const GAMES_OF_A_CHANNEL: u32 = 8;
pub const GAMES: u32 = CHANNELS * GAMES_OF_A_CHANNEL;

/// Our clock shows this at the beginning.
const EPOCH: i64 = 1_700_000_000_000;

/// Our clock is wrong by so much at most.
const CLOCK_OFF: i64 = 5 * 60_000;

/// Effects and commits between two deaths, on average.
const LIFE: u32 = 400;

pub struct World {
    pub rng: ChaCha8Rng,
    /// Milliseconds, on the right clock.
    pub now: i64,
    /// What our clock shows more.
    offset: i64,
    queue: BinaryHeap<Planned>,
    planned: u64,
    pub disk: Disk,
    pub discord: Discord,
    pub oracle: Oracle,
    pub bot: Option<Bot>,
    /// Which life of the process it is: what an earlier one planned does not happen.
    pub life: u32,
    fuse: u32,
    pub channels: Vec<Channel>,
    pub decks: Vec<Arc<[Card]>>,
    pub sessions: u64,
    pub clicks: u64,
    pub seen: Seen,
    trace: Option<Vec<String>>,
}

#[derive(Clone, Default)]
pub struct Channel {
    /// Games that are still to be started.
    pub left: u32,
    pub deleted: bool,
    /// The bot may not read what it wrote there.
    pub no_history: bool,
}

/// What has happened, to see that a run was worth it.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub games: u64,
    pub deaths: u64,
    pub failed_commits: u64,
    pub answers: u64,
    pub messages: u64,
    pub looks: u64,
    pub deletions: u64,
    pub clock_steps: u64,
    pub stale: u64,
    pub finished: u64,
    pub stopped: u64,
    pub unreachable: u64,
    pub abandoned: u64,
    /// Sessions that paused because they could not see whether a message was there.
    pub blind: u64,
}

/// Something that will happen. What has a `life` happens only if that life lasts.
#[derive(Debug)]
pub enum Job {
    // Members.
    Start { channel: u32, wait: i64 },
    Click { session: SessionId, user: UserId, event: Event },
    Delete { message: u64 },
    DeleteChannel { channel: u32 },
    // The process.
    Boot,
    Flush { life: u32 },
    Wake { life: u32, due: UnixMs },
    Probe { life: u32 },
    // Its sender.
    Send { life: u32, session: SessionId, slot: Slot },
    Look { life: u32, session: SessionId, slot: Slot, since: UnixMs },
    Arrive { session: SessionId, slot: Slot, channel: u32, closed: bool, reply: Option<u32> },
    Hear { life: u32, session: SessionId, event: Event },
    Timeout { life: u32, session: SessionId, slot: Slot, first: i64 },
    Edit { life: u32, session: SessionId, slot: Slot },
    // The machine.
    FillDisk { full: bool },
    SetClock,
}

struct Planned {
    at: i64,
    number: u64,
    job: Job,
}

impl World {
    pub fn new(seed: u64, trace: bool) -> World {
        use QuestionKind::{Choice, Multi, Order, Short, TrueFalse};
        let decks: [&[QuestionKind]; 8] = [
            &[Choice],
            &[Multi],
            &[Order],
            &[Short],
            &[Choice, TrueFalse],
            &[Multi, Choice],
            &[TrueFalse, Order],
            &[Choice, Multi, Short],
        ];
        let mut world = World {
            rng: ChaCha8Rng::seed_from_u64(seed),
            now: 0,
            offset: 0,
            queue: BinaryHeap::new(),
            planned: 0,
            disk: Disk::default(),
            discord: Discord::default(),
            oracle: Oracle::default(),
            bot: None,
            life: 0,
            fuse: LIFE,
            channels: vec![Channel { left: GAMES_OF_A_CHANNEL, ..Channel::default() }; CHANNELS as usize],
            decks: decks.iter().map(|kinds| deck(kinds)).collect(),
            sessions: 0,
            clicks: 0,
            seen: Seen::default(),
            trace: trace.then(Vec::new),
        };
        world.channels[0].no_history = true;
        world.plan(0, Job::Boot);
        for channel in 0..CHANNELS {
            let after = world.roll(20_000);
            world.plan(after, Job::Start { channel, wait: 20_000 });
        }
        for _ in 0..4 {
            let at = world.roll(1_200_000);
            world.plan(at, Job::FillDisk { full: true });
            let at = world.roll(1_200_000);
            world.plan(at, Job::SetClock);
        }
        world
    }

    /// Lets everything happen until nothing more will.
    pub fn run(&mut self) -> Result<(), String> {
        while let Some(Planned { at, job, .. }) = self.queue.pop() {
            self.now = at;
            if self.tracing() {
                self.note(&format!("{job:?}"));
            }
            self.happen(job)?;
        }
        self.is_quiet()
    }

    fn happen(&mut self, job: Job) -> Result<(), String> {
        match job {
            Job::Start { channel, wait } => self.start(channel, wait),
            Job::Click { session, user, event } => {
                let click = match &event {
                    Event::Answer { round, click, .. } => Some((*round, *click)),
                    _ => None,
                };
                self.receive(Letter { origin: Origin::Member { user, click }, session, event: Some(event) });
            }
            Job::Delete { message } => {
                self.seen.deletions += 1;
                self.discord.get_mut(message).deleted = true;
            }
            Job::DeleteChannel { channel } => self.channels[channel as usize].deleted = true,
            Job::Boot => return self.boot(),
            Job::Flush { life } if life == self.life => return self.flush(),
            Job::Wake { life, due } if life == self.life => return self.wake(due),
            Job::Probe { life } if life == self.life => return self.probe(),
            Job::Send { life, session, slot } if life == self.life => self.claim(session, slot),
            Job::Look { life, session, slot, since } if life == self.life => self.look(session, slot, since),
            Job::Arrive { session, slot, channel, closed, reply } => {
                return self.arrive(session, slot, channel, closed, reply);
            }
            Job::Hear { life, session, event } if life == self.life => {
                self.receive(Letter { origin: Origin::System, session, event: Some(event) });
            }
            Job::Timeout { life, session, slot, first } if life == self.life => self.try_again(session, slot, first),
            Job::Edit { life, session, slot } if life == self.life => self.edit(session, slot),
            Job::FillDisk { full } => {
                self.disk.full = full;
                if full {
                    let after = self.roll(20_000);
                    self.plan(after, Job::FillDisk { full: false });
                }
            }
            Job::SetClock => {
                self.seen.clock_steps += 1;
                // What came before is handled by the old clock.
                self.flush()?;
                let offset = self.roll(2 * CLOCK_OFF) - CLOCK_OFF;
                let by = offset - self.offset;
                self.offset = offset;
                if let Some(bot) = &mut self.bot {
                    bot.step_owed += by;
                }
                return self.flush();
            }
            _of_an_earlier_life => {}
        }
        Ok(())
    }

    pub fn plan(&mut self, after: i64, job: Job) {
        self.planned += 1;
        self.queue.push(Planned { at: self.now + after, number: self.planned, job });
    }

    /// What our clock shows.
    pub fn clock(&self) -> UnixMs {
        UnixMs(EPOCH + self.now + self.offset)
    }

    /// When our clock will show that, in milliseconds from now.
    pub fn until(&self, at: UnixMs) -> i64 {
        at.since(self.clock()).max(0)
    }

    /// When something was sent, by our clock of today.
    pub fn on_our_clock(&self, at: i64) -> UnixMs {
        UnixMs(EPOCH + at + self.offset)
    }

    /// A number below `below`.
    pub fn roll(&mut self, below: i64) -> i64 {
        i64::from(self.rng.random_range(0..u32::try_from(below).unwrap().max(1)))
    }

    /// True so many times of a thousand.
    pub fn chance(&mut self, of_a_thousand: i64) -> bool {
        self.roll(1000) < of_a_thousand
    }

    /// Whether the process is killed here.
    pub fn dies(&mut self) -> bool {
        self.fuse -= 1;
        if self.fuse > 0 {
            return false;
        }
        self.fuse = 1 + self.rng.random_range(0..2 * LIFE);
        true
    }

    pub fn tracing(&self) -> bool {
        self.trace.is_some()
    }

    pub fn note(&mut self, line: &str) {
        let clock = self.clock().0;
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>9} {clock} {line}", self.now));
        }
    }

    /// The last lines that name a session.
    pub fn trace_of(&self, id: SessionId, lines: usize) -> Vec<&String> {
        let (one, other) = (format!("SessionId({id})"), format!("\"id\":{id},"));
        let of_it = |line: &&String| line.contains(&one) || line.contains(&other) || line.contains(" -- ");
        let mut lines: Vec<&String> = self.trace.iter().flatten().rev().filter(of_it).take(lines).collect();
        lines.reverse();
        lines
    }

    fn is_quiet(&mut self) -> Result<(), String> {
        for session in self.disk.all() {
            let id = session.id;
            self.seen.count(&session.phase);
            if !session.is_done() {
                return Err(format!("{id:?} neither goes on nor ends: {:?}, {:?}", session.phase, session.posts));
            }
            for post in &session.posts {
                let PostState::There(message) = post.state else { continue };
                let message = self.discord.get(message);
                if (message.session, message.slot) != (id, post.slot) {
                    return Err(format!("{id:?} takes {message:?} for {post:?}"));
                }
                if matches!(post.slot, Slot::Round(_)) && !message.closed && !message.deleted {
                    return Err(format!("{id:?} is over, and {message:?} still looks open"));
                }
            }
            let unreachable = matches!(&session.phase, Phase::Over { ending: Ending::Unreachable, .. });
            let blind = session.post(Slot::End).is_some_and(|post| post.state == PostState::Gone);
            let podium = self.discord.of(id).any(|(_, message)| message.slot == Slot::End);
            if !session.results.is_empty() && !unreachable && !podium && !blind {
                return Err(format!("{id:?} has no podium"));
            }
        }
        if self.channels.iter().any(|channel| channel.left > 0) {
            return Err("not all games were played".into());
        }
        Ok(())
    }
}

impl Seen {
    /// What came of the games.
    fn count(&mut self, phase: &Phase) {
        match phase {
            Phase::Over { ending: Ending::Finished, .. } => self.finished += 1,
            Phase::Over { ending: Ending::Stopped { .. }, .. } => self.stopped += 1,
            Phase::Over { ending: Ending::Unreachable, .. } => self.unreachable += 1,
            Phase::Over { ending: Ending::Abandoned, .. } => self.abandoned += 1,
            _ => {}
        }
    }

    /// Of these a run of many worlds sees at least one every fourth world.
    pub fn rare(&self) -> [u64; 10] {
        [
            self.deaths,
            self.failed_commits,
            self.looks,
            self.deletions,
            self.clock_steps,
            self.stale,
            self.stopped,
            self.unreachable,
            self.abandoned,
            self.blind,
        ]
    }

    pub fn add(&mut self, other: &Seen) {
        self.games += other.games;
        self.deaths += other.deaths;
        self.failed_commits += other.failed_commits;
        self.answers += other.answers;
        self.messages += other.messages;
        self.looks += other.looks;
        self.deletions += other.deletions;
        self.clock_steps += other.clock_steps;
        self.stale += other.stale;
        self.finished += other.finished;
        self.stopped += other.stopped;
        self.unreachable += other.unreachable;
        self.abandoned += other.abandoned;
        self.blind += other.blind;
    }
}

impl PartialEq for Planned {
    fn eq(&self, other: &Planned) -> bool {
        self.number == other.number
    }
}

impl Eq for Planned {}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Planned) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The earliest is the greatest, which is what the heap gives first.
impl Ord for Planned {
    fn cmp(&self, other: &Planned) -> Ordering {
        other.at.cmp(&self.at).then(other.number.cmp(&self.number))
    }
}
