//! What brings messages to Discord: claims, looks, sends, tries again, edits.

use super::discord::{NONCE_MEMORY, is_closed};
use super::process::{Bot, Letter, Origin};
use super::world::{Job, World};
use crate::quiz::tests::sabotage::{self, Fault};
use crate::quiz::{Event, SessionId, Slot, Trouble, UnixMs};

/// A message may have been sent so long before it was claimed, by a clock that may be wrong.
const LOOK_MARGIN: i64 = 15 * 60_000;

impl World {
    pub fn claim(&mut self, session: SessionId, slot: Slot) {
        self.receive(Letter { origin: Origin::Claim(slot), session, event: Some(Event::Claim(slot)) });
    }

    pub fn look(&mut self, session: SessionId, slot: Slot, since: UnixMs) {
        self.seen.looks += 1;
        let Some(bot) = self.bot.take() else { return };
        let channel = bot.desk.get(session).map_or(0, |session| session.place.channel) as usize;
        let found = self.discord.of(session).find(|(_, message)| {
            let sent_at = self.on_our_clock(message.sent_at);
            message.slot == slot && !message.deleted && sent_at >= since.plus(-LOOK_MARGIN)
        });
        let found = found.map(|(id, _)| id);
        let event = match found {
            _ if self.channels[channel].deleted => Some(Event::Unreachable(Trouble::ChannelGone)),
            _ if self.channels[channel].no_history => {
                self.seen.blind += 1;
                Some(Event::Blind(slot))
            }
            Some(message) => Some(Event::Posted { slot, message }),
            None => None,
        };
        if event.is_none() {
            self.transmit(&bot, session, slot, self.now);
        }
        self.bot = Some(bot);
        if let Some(event) = event {
            self.receive(Letter { origin: Origin::System, session, event: Some(event) });
        }
    }

    /// Create Message; `first` is when this claim's first try was.
    pub fn transmit(&mut self, bot: &Bot, id: SessionId, slot: Slot, first: i64) {
        let Some(session) = bot.desk.get(id) else { return };
        let (channel, closed, life) = (session.place.channel as u32, is_closed(session, slot), self.life);
        let after = 30 + self.roll(150);
        let arrive = |reply| Job::Arrive { session: id, slot, channel, closed, reply };
        match self.roll(1000) {
            0..=2 => {
                let event = Event::Unreachable(Trouble::Forbidden);
                self.plan(after, Job::Hear { life, session: id, event });
            }
            lost @ 3..=42 => {
                if lost % 2 == 0 {
                    let late = self.roll(8_000);
                    self.plan(late, arrive(None));
                }
                self.plan(5_000, Job::Timeout { life, session: id, slot, first });
            }
            _ => self.plan(after, arrive(Some(life))),
        }
    }

    /// Whether the message was sent is unknown.
    pub fn try_again(&mut self, session: SessionId, slot: Slot, first: i64) {
        // Discord forgets the nonce some time.
        if self.now - first > NONCE_MEMORY / 2 {
            self.claim(session, slot);
        } else if let Some(bot) = self.bot.take() {
            self.transmit(&bot, session, slot, first);
            self.bot = Some(bot);
        }
    }

    /// A request reaches Discord, which a kill of the sender does not stop.
    pub fn arrive(
        &mut self,
        session: SessionId,
        slot: Slot,
        channel: u32,
        closed: bool,
        reply: Option<u32>,
    ) -> Result<(), String> {
        let after = if self.chance(50) { self.roll(6_000) } else { 20 + self.roll(100) };
        if self.channels[channel as usize].deleted {
            if let Some(life) = reply {
                self.plan(after, Job::Hear { life, session, event: Event::Unreachable(Trouble::ChannelGone) });
            }
            return Ok(());
        }
        let nonce = !sabotage::is_on(Fault::SendWithoutNonce);
        let message = self.discord.create(session, slot, closed, nonce, self.now);
        let message = message.map_err(|error| format!("{session:?}: {error}"))?;
        self.seen.messages += 1;
        self.see(session, slot, message);
        // The worst moment: it is there, and nobody knows.
        if self.chance(5) && self.bot.take().is_some() {
            self.die();
        }
        if let Some(life) = reply {
            self.plan(after, Job::Hear { life, session, event: Event::Posted { slot, message } });
        }
        Ok(())
    }

    /// Edits a message to show the session as it is now.
    pub fn edit(&mut self, id: SessionId, slot: Slot) {
        let Some(bot) = &mut self.bot else { return };
        bot.edits.retain(|edit| *edit != (id, slot));
        let Some(session) = bot.desk.get(id).cloned() else { return };
        let Some(post) = session.post(slot) else { return };
        let Some(message) = post.message() else { return };
        let (wants, life) = (post.wants, self.life);
        let lost = self.chance(30);
        let event = if self.channels[session.place.channel as usize].deleted {
            Event::Unreachable(Trouble::ChannelGone)
        } else if self.discord.get(message).deleted {
            Event::Gone(slot)
        } else {
            self.discord.get_mut(message).closed = is_closed(&session, slot);
            self.see_edit(&session, slot);
            Event::Shown { slot, wants }
        };
        match lost {
            true => self.plan(1_000, Job::Edit { life, session: id, slot }),
            false => self.plan(60, Job::Hear { life, session: id, event }),
        }
    }
}
