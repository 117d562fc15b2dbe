//! How a session goes on: one function for each event. Nothing is done here, only decided.

use super::answer::{Act, Given};
use super::event::{Actor, AnswerRecord, Effect, Event, Refusal, RoundRecord, Told, Trouble};
use super::post::{Post, PostState, Slot};
use super::score::points_for;
use super::session::{Answer, Ending, Mode, Pause, Phase, Player, Round, RoundSummary, Session, Suspended};
#[cfg(test)]
use super::tests::sabotage::{self, Fault};
use super::{AFTER_LAST, AT_LEAST_AGAIN, BREATH, IDLE_ROUNDS, LOBBY, SLOW_POST, UNTIMED_IDLE, UnixMs, UserId};

impl Session {
    /// Takes an event and says what shall happen once the session is stored. An event by somebody has exactly one
    /// [`Effect::Tell`]. `now` may be a little before that of the last event.
    pub fn handle(&mut self, event: Event, now: UnixMs) -> Vec<Effect> {
        let mut turn = Turn { now, effects: Vec::new() };
        // What is due happens first, so that it makes no difference who is quicker: the timer or somebody.
        if !matches!(event, Event::Restarted | Event::ClockStepped(_)) {
            self.catch_up(&mut turn);
        }
        let told = match event {
            Event::Join(actor) => Some(self.join(&actor, &mut turn)),
            Event::Begin(actor) => Some(self.press_start(&actor, &mut turn)),
            Event::Answer { actor, round, act, click, message } => {
                if let Some(message) = message {
                    self.prove(round, message, &mut turn);
                }
                Some(self.answer(&actor, round, &act, click, &mut turn))
            }
            Event::Skip { command: Some(command), .. } if command <= self.last_skip => Some(Told::Before),
            Event::Skip { actor, round, command } => {
                self.last_skip = command.unwrap_or(self.last_skip);
                Some(self.skip(&actor, round, &mut turn))
            }
            Event::Next { actor, round } => Some(self.vote_next(&actor, round, &mut turn)),
            Event::Pause(actor) => Some(self.pause(&actor, &mut turn)),
            Event::Resume(actor) => Some(self.resume(&actor, &mut turn)),
            Event::Stop(actor) => Some(self.stop(&actor, &mut turn)),
            Event::Tick => None,
            Event::Claim(slot) => Some(self.claim(slot, &mut turn)),
            Event::Posted { slot, message } => self.posted(slot, message, &mut turn),
            Event::Unsent(slot) => self.unsent(slot),
            Event::Shown { slot, wants } => self.shown(slot, wants),
            Event::Gone(slot) => self.gone(slot, &mut turn),
            Event::Unreachable(trouble) => self.unreachable(trouble, &mut turn),
            Event::Blind(slot) => self.blind(slot, &mut turn),
            Event::Restarted => self.restarted(&mut turn),
            Event::ClockStepped(by) => self.clock_stepped(by, &mut turn),
        };
        turn.effects.extend(told.map(Effect::Tell));
        turn.effects
    }

    /// What is to be done right after the session was made.
    pub fn open(&mut self, now: UnixMs) -> Vec<Effect> {
        let mut turn = Turn { now, effects: Vec::new() };
        if self.settings.mode == Mode::Solo {
            let player = Player { name: self.starter_name.clone(), ..Player::default() };
            self.players.insert(self.starter, player);
            self.ask(0, &mut turn);
        }
        self.posts.push(Post::new(Slot::Lobby, PostState::Wanted, now));
        turn.effects
    }

    fn join(&mut self, actor: &Actor, turn: &mut Turn) -> Told {
        if self.is_over() {
            return Told::Refused(Refusal::Over);
        }
        if self.settings.mode == Mode::Solo && actor.user != self.starter {
            return Told::Refused(Refusal::Solo);
        }
        let joined_before = self.players.contains_key(&actor.user);
        self.enter(actor, turn);
        if joined_before {
            return Told::JoinedBefore;
        }
        if matches!(self.phase, Phase::Lobby { .. }) {
            // The response to the click shows it; should that be lost, the next change of the lobby does.
            self.want(Slot::Lobby, false, turn);
        }
        Told::Joined
    }

    /// Makes somebody a player, and one who is there and waited for.
    fn enter(&mut self, actor: &Actor, turn: &mut Turn) {
        let since = self.round.number;
        let was_present = self.present().any(|user| user == actor.user);
        let player = self.players.entry(actor.user).or_insert_with(|| Player { since, ..Player::default() });
        player.name.clone_from(&actor.name);
        player.silent = 0;
        if !was_present {
            self.wait_for_all(turn);
        }
    }

    fn press_start(&mut self, actor: &Actor, turn: &mut Turn) -> Told {
        if self.is_over() {
            return Told::Refused(Refusal::Over);
        }
        if !matches!(self.phase, Phase::Lobby { .. }) {
            return Told::Refused(Refusal::Begun);
        }
        if !self.commands(actor) {
            return Told::Refused(Refusal::NotYours);
        }
        self.ask(0, turn);
        Told::Begun
    }

    fn commands(&self, actor: &Actor) -> bool {
        actor.moderator || actor.user == self.starter
    }

    /// The next question's message shall be sent.
    fn ask(&mut self, number: u32, turn: &mut Turn) {
        if matches!(self.phase, Phase::Lobby { .. }) {
            self.want(Slot::Lobby, true, turn);
        }
        // Nobody waits for an answer that is two questions old.
        let before = [Slot::Round(self.round.number), Slot::Reveal(self.round.number)];
        self.posts.retain(|post| post.slot == Slot::Lobby || before.contains(&post.slot));
        if number > 0 {
            // Its button for the next question is of no more use.
            before.into_iter().for_each(|slot| self.want(slot, false, turn));
        }
        let round = std::mem::replace(&mut self.round, Round { number, ..Round::default() });
        self.previous = (number > 0).then_some(round);
        self.phase = Phase::Asking;
        self.send(Slot::Round(number), turn);
    }

    fn send(&mut self, slot: Slot, turn: &mut Turn) {
        self.posts.push(Post::new(slot, PostState::Wanted, turn.now));
        turn.effects.push(Effect::Post(slot));
    }

    /// A message shall look another way.
    fn want(&mut self, slot: Slot, urgent: bool, turn: &mut Turn) {
        let Some(post) = self.posts.iter_mut().find(|post| post.slot == slot) else { return };
        if urgent {
            post.wants += 1;
        }
        if matches!(post.state, PostState::There(_)) {
            turn.effects.push(Effect::Edit { slot, urgent });
        }
    }

    fn claim(&mut self, slot: Slot, turn: &mut Turn) -> Told {
        let asking = matches!(self.phase, Phase::Asking) && slot == Slot::Round(self.round.number);
        let Some(post) = self.posts.iter_mut().find(|post| post.slot == slot) else { return Told::Leave };
        match (post.state, slot) {
            (PostState::Claimed(since), _) => Told::LookFirst { since },
            // A question that is not to be asked now is not sent; when the session goes on, it is wanted again.
            (PostState::Wanted, Slot::Round(_)) if !asking => Told::Leave,
            (PostState::Wanted, _) => {
                post.state = PostState::Claimed(turn.now);
                #[cfg(test)]
                if sabotage::is_on(Fault::ForgetClaims) {
                    post.state = PostState::Wanted;
                }
                if asking {
                    self.round.waited_ms = turn.now.since(post.wanted_at).max(0);
                }
                Told::Send
            }
            (PostState::There(_) | PostState::Gone, _) => Told::Leave,
        }
    }

    /// A click on the question's message, when nobody has said yet that it is there.
    fn prove(&mut self, round: u32, message: u64, turn: &mut Turn) {
        let slot = Slot::Round(round);
        let unknown = |post: &Post| matches!(post.state, PostState::Wanted | PostState::Claimed(_));
        if round == self.round.number && self.post(slot).is_some_and(unknown) {
            self.posted(slot, message, turn);
        }
    }

    fn posted(&mut self, slot: Slot, message: u64, turn: &mut Turn) -> Option<Told> {
        let asking = slot == Slot::Round(self.round.number) && matches!(self.phase, Phase::Asking);
        let post = self.posts.iter_mut().find(|post| post.slot == slot)?;
        let claimed = match post.state {
            PostState::There(_) | PostState::Gone => return None,
            PostState::Claimed(at) => at,
            PostState::Wanted => turn.now,
        };
        post.state = PostState::There(message);
        // What was sent is what it looked like when it was claimed.
        post.shown = post.shown.max(1);
        if asking {
            self.open_question(claimed, turn);
        }
        if self.post(slot).is_some_and(|post| !post.is_settled()) {
            turn.effects.push(Effect::Edit { slot, urgent: true });
        }
        None
    }

    /// The countdown that the message shows began when it was claimed.
    fn open_question(&mut self, claimed: UnixMs, turn: &mut Turn) {
        let slow = turn.now.since(claimed) > SLOW_POST;
        let opened_at = turn.now;
        let deadline = match (self.settings.is_timed(), slow) {
            (false, _) => opened_at.plus(UNTIMED_IDLE),
            (true, true) => opened_at.plus(self.settings.milliseconds()),
            (true, false) => claimed.plus(self.settings.milliseconds()),
        };
        self.phase = Phase::Open { opened_at, deadline, closes_at: deadline };
        let round = Slot::Round(self.round.number);
        if let Some(post) = self.posts.iter_mut().find(|post| post.slot == round && slow) {
            post.wants += 1;
        }
    }

    /// When the session goes on, the message is sent; if it is over, it is not.
    fn unsent(&mut self, slot: Slot) -> Option<Told> {
        let never = self.is_over() && matches!(slot, Slot::Round(_));
        let post = self.posts.iter_mut().find(|post| post.slot == slot)?;
        if matches!(post.state, PostState::Claimed(_)) {
            post.state = if never { PostState::Gone } else { PostState::Wanted };
        }
        None
    }

    fn shown(&mut self, slot: Slot, wants: u32) -> Option<Told> {
        let post = self.posts.iter_mut().find(|post| post.slot == slot)?;
        post.shown = post.shown.max(wants.min(post.wants));
        None
    }

    fn answer(&mut self, actor: &Actor, round: u32, act: &Act, click: u64, turn: &mut Turn) -> Told {
        if let Some(refusal) = self.refusal(actor, round) {
            return Told::Refused(refusal);
        }
        let Phase::Open { opened_at, .. } = self.phase else { return Told::Refused(Refusal::NothingOpen) };
        let Some(card) = self.cards.get(self.round.number as usize) else {
            return Told::Refused(Refusal::NoSuchThing);
        };
        let before = self.round.answers.get(&actor.user);
        let later = before.filter(|before| before.click >= click);
        #[cfg(test)]
        let later = later.filter(|_| !sabotage::is_on(Fault::ForgetClicks));
        // The same click again, or one that was overtaken: what stands is told.
        if let Some(before) = later {
            return Told::Answered { round, given: before.given.clone(), whole: before.whole, changed: false };
        }
        let Some((given, whole)) = Given::after(before.map(|answer| &answer.given), act, card) else {
            return Told::Refused(Refusal::NoSuchThing);
        };
        let changed = before.is_none_or(|before| before.given != given);
        let same = before.is_some_and(|before| before.given == given && before.whole == whole);
        let counted = self.answer_count();
        // Who says the same again has not changed their mind, and keeps the speed of the first time.
        let after_ms = match before {
            Some(before) if !changed => before.after_ms,
            _ => turn.now.since(opened_at).max(0),
        };
        self.round.answers.insert(actor.user, Answer { given: given.clone(), whole, click, after_ms });
        self.enter(actor, turn);
        if self.answer_count() != counted {
            self.want(Slot::Round(round), false, turn);
        }
        // Who says the same again does not make the others wait.
        if !same {
            self.wait_for_all(turn);
        }
        Told::Answered { round, given, whole, changed }
    }

    /// Why an answer to a round cannot be taken now, if it cannot.
    fn refusal(&self, actor: &Actor, round: u32) -> Option<Refusal> {
        if self.settings.mode == Mode::Solo && actor.user != self.starter {
            return Some(Refusal::Solo);
        }
        if round > self.round.number || round as usize >= self.cards.len() {
            return Some(Refusal::NoSuchThing);
        }
        let over = Some(if self.is_over() { Refusal::Over } else { Refusal::OldRound });
        if round < self.round.number {
            return over;
        }
        match &self.phase {
            Phase::Open { .. } => None,
            Phase::Revealed { .. } => Some(Refusal::TooLate),
            Phase::Paused { then: Suspended::Between, .. } => over,
            Phase::Paused { .. } => Some(Refusal::Paused),
            Phase::Over { .. } => Some(Refusal::Over),
            Phase::Lobby { .. } | Phase::Asking => Some(Refusal::NothingOpen),
        }
    }

    /// Closes the round soon when everybody who is waited for has answered, and not before.
    fn wait_for_all(&mut self, turn: &mut Turn) {
        let all_in = {
            let whole = |user: UserId| self.round.answers.get(&user).is_some_and(|answer| answer.whole);
            let mut present = self.present().peekable();
            present.peek().is_some() && present.all(whole)
        };
        let untimed = !self.settings.is_timed();
        let Phase::Open { deadline, closes_at, .. } = &mut self.phase else { return };
        if untimed {
            *deadline = turn.now.plus(UNTIMED_IDLE);
        }
        *closes_at = if all_in { turn.now.plus(AFTER_LAST).min(*deadline) } else { *deadline };
    }

    fn catch_up(&mut self, turn: &mut Turn) {
        if self.wakes_at().is_none_or(|at| at > turn.now) {
            return;
        }
        match &self.phase {
            Phase::Lobby { .. } => self.ask(0, turn),
            Phase::Open { .. } => self.reveal(false, turn),
            Phase::Revealed { .. } => self.go_on(turn),
            Phase::Paused { .. } => self.end(Ending::Abandoned, turn),
            Phase::Asking | Phase::Over { .. } => {}
        }
    }

    /// The round is over: its answers are counted, unless it is void, and recorded.
    fn reveal(&mut self, void: bool, turn: &mut Turn) {
        self.count(void, turn);
        let slot = Slot::Round(self.round.number);
        match self.post(slot).map(|post| post.state) {
            Some(PostState::Gone) => self.send(Slot::Reveal(self.round.number), turn),
            // If it is on its way, it is edited when it has arrived.
            _ => self.want(slot, true, turn),
        }
        let next_at = turn.now.plus(self.card().map_or(0, super::Card::reading_time));
        self.phase = Phase::Revealed { next_at };
        let nobody = self.round.answers.values().all(|answer| answer.given.is_empty());
        self.idle_rounds = if nobody && !void { self.idle_rounds + 1 } else { 0 };
        if self.idle_rounds >= IDLE_ROUNDS && !self.is_last_round() {
            self.phase = Phase::Paused { why: Pause::Idle, at: turn.now, then: Suspended::Between };
        }
    }

    fn count(&mut self, void: bool, turn: &mut Turn) {
        let Some(card) = self.cards.get(self.round.number as usize) else { return };
        let (mode, of_ms) = (self.settings.mode, self.settings.milliseconds());
        let mut answers = Vec::new();
        self.round.answers.retain(|_, answer| !answer.given.is_empty());
        for (user, answer) in &self.round.answers {
            let right = card.is_right(&answer.given);
            let points = if void { 0 } else { points_for(mode, right, answer.after_ms, of_ms) };
            let name = self.players.get(user).map(|player| player.name.clone()).unwrap_or_default();
            let (given, click) = (answer.given.clone(), answer.click);
            answers.push(AnswerRecord { user: *user, name, given, right, points, click });
        }
        for (user, player) in &mut self.players {
            match answers.iter().find(|answer| answer.user == *user).filter(|_| !void) {
                Some(answer) => {
                    player.answered += 1;
                    player.points += answer.points;
                    #[cfg(test)]
                    if sabotage::is_on(Fault::CountTwice) {
                        player.points += answer.points;
                    }
                    player.right += u32::from(answer.right);
                    player.streak = if answer.right { player.streak + 1 } else { 0 };
                    player.best_streak = player.best_streak.max(player.streak);
                }
                None if void => {}
                None => (player.streak, player.silent) = (0, player.silent + 1),
            }
        }
        self.round.points = answers.iter().map(|answer| (answer.user, answer.points)).collect();
        let right = answers.iter().filter(|answer| answer.right).count();
        let summary = RoundSummary { answered: small(answers.len()), right: small(right), void };
        self.results.push(summary);
        turn.effects.push(Effect::Record(RoundRecord {
            session: self.id,
            round: self.round.number,
            question_id: card.question_id.clone(),
            topics: card.topics.iter().map(|topic| topic.id.clone()).collect(),
            at: turn.now,
            counts: !void && mode != Mode::Solo && answers.len() >= 2,
            answers: if void { Vec::new() } else { answers },
        }));
    }

    /// After a reveal: the next question, or the end.
    fn go_on(&mut self, turn: &mut Turn) {
        match self.is_last_round() {
            true => self.end(Ending::Finished, turn),
            false => self.ask(self.round.number + 1, turn),
        }
    }

    fn end(&mut self, ending: Ending, turn: &mut Turn) {
        let never_began = matches!(self.phase, Phase::Lobby { .. });
        if matches!(self.phase, Phase::Asking | Phase::Open { .. })
            || matches!(self.phase, Phase::Paused { then: Suspended::Question { .. } | Suspended::Asking, .. })
        {
            self.count(true, turn);
        }
        let silent = ending == Ending::Unreachable;
        self.phase = Phase::Over { ending, at: turn.now };
        let round = Slot::Round(self.round.number);
        if silent {
            for post in &mut self.posts {
                post.state = PostState::Gone;
            }
        } else if never_began {
            self.want(Slot::Lobby, true, turn);
        } else {
            // A question that was not sent is not sent any more.
            for post in self.posts.iter_mut().filter(|post| post.slot == round) {
                if post.state == PostState::Wanted {
                    post.state = PostState::Gone;
                }
            }
            self.want(round, true, turn);
            self.send(Slot::End, turn);
        }
    }

    fn skip(&mut self, actor: &Actor, round: Option<u32>, turn: &mut Turn) -> Told {
        let current = self.round.number;
        if round.is_some_and(|round| round > current) {
            return Told::Refused(Refusal::NoSuchThing);
        }
        let old = round.is_some_and(|round| round < current);
        match &self.phase {
            Phase::Over { .. } => return Told::Refused(Refusal::Over),
            _ if old => return Told::Refused(Refusal::OldRound),
            Phase::Lobby { .. } => return Told::Refused(Refusal::InLobby),
            Phase::Paused { .. } => return Told::Refused(Refusal::Paused),
            Phase::Asking => return Told::Refused(Refusal::NothingOpen),
            Phase::Revealed { .. } if round.is_some() => return Told::Refused(Refusal::TooLate),
            // `/quiz skip` during a reveal goes on to the next question.
            Phase::Revealed { .. } if self.commands(actor) => {
                self.go_on(turn);
                return Told::Next;
            }
            Phase::Revealed { .. } => return self.vote_next(actor, current, turn),
            Phase::Open { .. } => {}
        }
        if self.commands(actor) {
            self.reveal(true, turn);
            return Told::Skipped;
        }
        if let Some(refusal) = self.no_vote(actor) {
            return Told::Refused(refusal);
        }
        self.enter(actor, turn);
        if self.round.skip.insert(actor.user) {
            self.want(Slot::Round(current), false, turn);
        }
        let (votes, needed) = (self.round.skip.len(), self.majority());
        if votes >= needed {
            self.reveal(true, turn);
            return Told::Skipped;
        }
        Told::SkipVoted { votes, needed }
    }

    fn vote_next(&mut self, actor: &Actor, round: u32, turn: &mut Turn) -> Told {
        match &self.phase {
            Phase::Over { .. } => return Told::Refused(Refusal::Over),
            _ if round < self.round.number => return Told::Refused(Refusal::OldRound),
            Phase::Paused { .. } => return Told::Refused(Refusal::Paused),
            Phase::Revealed { .. } if round == self.round.number => {}
            _ => return Told::Refused(Refusal::NoSuchThing),
        }
        if let Some(refusal) = self.no_vote(actor) {
            return Told::Refused(refusal);
        }
        self.enter(actor, turn);
        if self.round.next.insert(actor.user) {
            // Where the answer stands when the question's message is gone.
            [Slot::Round(round), Slot::Reveal(round)].into_iter().for_each(|slot| self.want(slot, false, turn));
        }
        let (votes, needed) = (self.round.next.len(), self.majority());
        if votes >= needed {
            self.go_on(turn);
            return Told::Next;
        }
        Told::NextVoted { votes, needed }
    }

    /// Why somebody has no vote, if they have none.
    fn no_vote(&self, actor: &Actor) -> Option<Refusal> {
        let refusal = if self.settings.mode == Mode::Solo { Refusal::Solo } else { Refusal::NotPlaying };
        (!self.players.contains_key(&actor.user)).then_some(refusal)
    }

    fn pause(&mut self, actor: &Actor, turn: &mut Turn) -> Told {
        let now = turn.now;
        let then = match &self.phase {
            Phase::Over { .. } => return Told::Refused(Refusal::Over),
            Phase::Paused { .. } => return Told::Before,
            Phase::Lobby { .. } => return Told::Refused(Refusal::InLobby),
            _ if !self.commands(actor) => return Told::Refused(Refusal::NotYours),
            Phase::Open { opened_at, deadline, .. } => {
                Suspended::Question { passed_ms: now.since(*opened_at).max(0), left_ms: deadline.since(now).max(0) }
            }
            Phase::Asking => Suspended::Asking,
            Phase::Revealed { .. } => Suspended::Between,
        };
        self.suspend(Pause::Asked, then, turn);
        Told::Paused
    }

    fn suspend(&mut self, why: Pause, then: Suspended, turn: &mut Turn) {
        self.phase = Phase::Paused { why, at: turn.now, then };
        self.want(Slot::Round(self.round.number), true, turn);
    }

    fn resume(&mut self, actor: &Actor, turn: &mut Turn) -> Told {
        let then = match &self.phase {
            Phase::Over { .. } => return Told::Refused(Refusal::Over),
            Phase::Paused { .. } if !self.commands(actor) => return Told::Refused(Refusal::NotYours),
            Phase::Paused { then, .. } => *then,
            _ => return Told::Refused(Refusal::NotPaused),
        };
        self.idle_rounds = 0;
        match then {
            Suspended::Between => self.go_on(turn),
            Suspended::Asking => {
                self.phase = Phase::Asking;
                let slot = Slot::Round(self.round.number);
                match self.post(slot).map(|post| post.state) {
                    // It has arrived meanwhile.
                    Some(PostState::There(_)) => self.reopen(0, self.settings.milliseconds(), turn),
                    Some(PostState::Gone) => self.reveal(true, turn),
                    _ => turn.effects.push(Effect::Post(slot)),
                }
            }
            Suspended::Question { passed_ms, left_ms } => self.reopen(passed_ms, left_ms, turn),
        }
        Told::Resumed
    }

    fn reopen(&mut self, passed_ms: i64, left_ms: i64, turn: &mut Turn) {
        let left_ms = if self.settings.is_timed() { left_ms.max(AT_LEAST_AGAIN) } else { UNTIMED_IDLE };
        let deadline = turn.now.plus(left_ms);
        self.phase = Phase::Open { opened_at: turn.now.plus(-passed_ms), deadline, closes_at: deadline };
        // All may have answered before the pause.
        self.wait_for_all(turn);
        self.want(Slot::Round(self.round.number), true, turn);
    }

    fn stop(&mut self, actor: &Actor, turn: &mut Turn) -> Told {
        if self.is_over() {
            return Told::Refused(Refusal::Over);
        }
        if !self.commands(actor) {
            return Told::Refused(Refusal::NotYours);
        }
        self.end(Ending::Stopped { by: actor.name.clone() }, turn);
        Told::Stopped
    }

    fn gone(&mut self, slot: Slot, turn: &mut Turn) -> Option<Told> {
        let post = self.posts.iter_mut().find(|post| post.slot == slot)?;
        if post.state == PostState::Gone {
            return None;
        }
        let owed = !post.is_settled();
        post.state = PostState::Gone;
        if slot != Slot::Round(self.round.number) {
            return None;
        }
        match &self.phase {
            // Nobody can answer any more. What was answered counts.
            Phase::Open { .. } | Phase::Paused { then: Suspended::Question { .. }, .. } => {
                let paused = matches!(self.phase, Phase::Paused { .. });
                self.reveal(false, turn);
                if paused {
                    let then = Suspended::Between;
                    self.phase = Phase::Paused { why: Pause::Asked, at: turn.now, then };
                }
            }
            // The answer is owed to who played.
            Phase::Revealed { .. } | Phase::Paused { then: Suspended::Between, .. } if owed => {
                self.send(Slot::Reveal(self.round.number), turn);
            }
            Phase::Asking => self.reveal(true, turn),
            _ => {}
        }
        None
    }

    fn unreachable(&mut self, trouble: Trouble, turn: &mut Turn) -> Option<Told> {
        if self.is_done() {
            return None;
        }
        if self.is_over() {
            // The podium cannot be shown.
            for post in &mut self.posts {
                post.state = PostState::Gone;
            }
        } else {
            self.end(Ending::Unreachable, turn);
        }
        turn.effects.push(Effect::TellModerators(trouble));
        None
    }

    /// Sending it again could double it, so a person must look.
    fn blind(&mut self, slot: Slot, turn: &mut Turn) -> Option<Told> {
        let post = self.posts.iter_mut().find(|post| post.slot == slot)?;
        post.state = PostState::Gone;
        if slot == Slot::Round(self.round.number) && matches!(self.phase, Phase::Asking) {
            self.count(true, turn);
            self.phase = Phase::Paused { why: Pause::Blind, at: turn.now, then: Suspended::Between };
        }
        turn.effects.push(Effect::TellModerators(Trouble::NoHistory));
        None
    }

    fn restarted(&mut self, turn: &mut Turn) -> Option<Told> {
        let now = turn.now;
        let round = Slot::Round(self.round.number);
        let full_time = if self.settings.is_timed() { self.settings.milliseconds() } else { UNTIMED_IDLE };
        let reading = self.card().map_or(0, super::Card::reading_time).max(BREATH);
        match &mut self.phase {
            // A clock that was set back meanwhile makes nothing last longer than it would from its beginning.
            Phase::Lobby { begins_at } => *begins_at = (*begins_at).clamp(now.plus(BREATH), now.plus(LOBBY)),
            Phase::Open { deadline, .. } => {
                let set = deadline.since(now).clamp(AT_LEAST_AGAIN, full_time.max(AT_LEAST_AGAIN));
                if deadline.since(now) != set {
                    *deadline = now.plus(set);
                    if let Some(post) = self.posts.iter_mut().find(|post| post.slot == round) {
                        post.wants += 1;
                    }
                }
                self.wait_for_all(turn);
            }
            Phase::Revealed { next_at } => *next_at = (*next_at).clamp(now.plus(BREATH), now.plus(reading)),
            Phase::Asking | Phase::Paused { .. } | Phase::Over { .. } => {}
        }
        let paused = matches!(self.phase, Phase::Paused { .. });
        for post in &self.posts {
            match post.state {
                PostState::Wanted | PostState::Claimed(_) if post.slot == Slot::Lobby => {}
                // A paused session sends its question when it goes on.
                PostState::Wanted if paused && post.slot == round => {}
                PostState::Wanted | PostState::Claimed(_) => turn.effects.push(Effect::Post(post.slot)),
                PostState::There(_) if !post.is_settled() => {
                    turn.effects.push(Effect::Edit { slot: post.slot, urgent: true });
                }
                PostState::There(_) | PostState::Gone => {}
            }
        }
        None
    }

    fn clock_stepped(&mut self, by: i64, turn: &mut Turn) -> Option<Told> {
        let shift = |at: &mut UnixMs| *at = at.plus(by);
        let mut counts_down = None;
        match &mut self.phase {
            Phase::Lobby { begins_at } => {
                shift(begins_at);
                counts_down = Some(Slot::Lobby);
            }
            Phase::Open { opened_at, deadline, closes_at } => {
                shift(opened_at);
                shift(deadline);
                shift(closes_at);
                counts_down = Some(Slot::Round(self.round.number));
            }
            Phase::Revealed { next_at } => {
                shift(next_at);
                counts_down = Some(Slot::Round(self.round.number));
            }
            Phase::Paused { at, .. } | Phase::Over { at, .. } => shift(at),
            // What is being sent counts down to a time of the old clock.
            Phase::Asking => counts_down = Some(Slot::Round(self.round.number)),
        }
        for post in &mut self.posts {
            shift(&mut post.wanted_at);
            if let PostState::Claimed(at) = &mut post.state {
                shift(at);
            }
        }
        if let Some(slot) = counts_down {
            self.want(slot, true, turn);
        }
        None
    }
}

struct Turn {
    now: UnixMs,
    effects: Vec<Effect>,
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
