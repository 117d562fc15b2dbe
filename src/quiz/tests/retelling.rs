//! The engine against the rules told naively: whatever happens, it stands in both as it does in the other.

use proptest::prelude::*;
use proptest::strategy::Union;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use super::naive::{Line, MODERATOR, STARTER, Stage, View, What, retell};
use super::script::{EPOCH, Game};
use crate::content::QuestionKind;
use crate::quiz::{Act, Actor, Event, Given, Mode, Phase, Session, Suspended, UnixMs, UserId};

/// What has happened so far.
#[derive(Clone, Debug)]
struct Story {
    mode: Mode,
    kinds: Vec<QuestionKind>,
    lines: Vec<Line>,
}

/// Something happens so many milliseconds after the last thing.
#[derive(Clone, Debug)]
struct Step {
    later: i64,
    who: u64,
    what: What,
}

struct Machine {
    game: Game,
    clicks: u64,
    now: UnixMs,
}

struct Retelling;

impl ReferenceStateMachine for Story {
    type State = Story;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Story> {
        use QuestionKind::{Choice, Multi, Order, Short, TrueFalse};
        let mode = prop::sample::select(Mode::ALL.to_vec());
        let kinds = prop::sample::select(vec![Choice, TrueFalse, Multi, Order, Short]);
        let kinds = prop::collection::vec(kinds, 1..6);
        (mode, kinds).prop_map(|(mode, kinds)| Story { mode, kinds, lines: Vec::new() }).boxed()
    }

    fn transitions(_: &Story) -> BoxedStrategy<Step> {
        // Mostly soon, sometimes at the moment when something else is due.
        let later = Union::new_weighted(vec![
            (8, (0i64..3_000).boxed()),
            (6, prop::sample::select(vec![0, 1, 1_999, 2_000, 2_001, 3_000, 10_000, 15_000]).boxed()),
            (2, prop::sample::select(vec![20_000, 29_999, 30_000, 40_000]).boxed()),
            (1, prop::sample::select(vec![900_000, 604_800_000]).boxed()),
        ]);
        let who = prop::sample::select(vec![STARTER, STARTER, 2, 2, 3, 3, 4, MODERATOR]);
        let press = prop::sample::select(vec![1u8, 1, 1, 2, 2, 0, 3]);
        let text = prop::sample::select(vec!["mutex", "mutex ", "queue", " "]);
        let answer = Union::new_weighted(vec![
            (8, press.prop_map(What::Press).boxed()),
            (2, Just(What::Done).boxed()),
            (1, Just(What::Undo).boxed()),
            (3, text.prop_map(|text| What::Type(text.to_owned())).boxed()),
        ]);
        let what = Union::new_weighted(vec![
            (20, answer.boxed()),
            (3, Just(What::Join).boxed()),
            (2, Just(What::Begin).boxed()),
            (2, Just(What::Skip).boxed()),
            (2, Just(What::Next).boxed()),
            (1, Just(What::Pause).boxed()),
            (2, Just(What::Resume).boxed()),
            (1, prop::sample::select(vec![What::Nothing, What::Nothing, What::Nothing, What::Stop]).boxed()),
            (1, Just(What::Restart).boxed()),
            (2, Just(What::Nothing).boxed()),
        ]);
        (later, who, what).prop_map(|(later, who, what)| Step { later, who, what }).boxed()
    }

    fn apply(mut story: Story, step: &Step) -> Story {
        let at = story.lines.last().map_or(0, |line| line.at) + step.later;
        story.lines.push(Line { at, who: step.who, what: step.what.clone() });
        story
    }
}

impl StateMachineTest for Retelling {
    type SystemUnderTest = Machine;
    type Reference = Story;

    fn init_test(story: &Story) -> Machine {
        Machine { game: Game::new(story.mode, &story.kinds), clicks: 0, now: EPOCH }
    }

    fn apply(mut machine: Machine, _: &Story, step: Step) -> Machine {
        machine.clicks += 1;
        machine.now = machine.now.plus(step.later);
        let now = machine.now;
        let actor = Actor { user: UserId(step.who), name: "m".into(), moderator: step.who == MODERATOR };
        if step.what != What::Restart {
            // The timer is on time.
            while let Some(due) = machine.game.session.wakes_at().filter(|due| *due <= now) {
                machine.game.happen(Event::Tick, due, &mut Vec::new());
            }
        }
        let (round, click) = (machine.game.session.round.number, machine.clicks);
        let answer = |act| Event::Answer { actor: actor.clone(), round, act, click, message: None };
        let event = match step.what {
            What::Join => Event::Join(actor),
            What::Begin => Event::Begin(actor),
            What::Press(place) => answer(Act::Press(place)),
            What::Undo => answer(Act::Undo),
            What::Done => answer(Act::Done),
            What::Type(text) => answer(Act::Type(text)),
            What::Skip => Event::Skip { actor, round: None, command: None },
            What::Next => Event::Next { actor, round },
            What::Pause => Event::Pause(actor),
            What::Resume => Event::Resume(actor),
            What::Stop => Event::Stop(actor),
            What::Restart => Event::Restarted,
            What::Nothing => Event::Tick,
        };
        machine.game.happen(event, now, &mut Vec::new());
        machine
    }

    fn check_invariants(machine: &Machine, story: &Story) {
        let naive = retell(story.mode, &story.kinds, &story.lines);
        assert_eq!(view(&machine.game.session), naive, "left is the engine");
    }
}

fn view(session: &Session) -> View {
    let since_start = |at: UnixMs| at.since(EPOCH);
    let stage = match &session.phase {
        Phase::Lobby { begins_at } => Stage::Lobby { until: since_start(*begins_at) },
        Phase::Asking => unreachable!("Discord does at once what it is asked to"),
        Phase::Open { closes_at, .. } => Stage::Open { until: since_start(*closes_at) },
        Phase::Revealed { next_at } => Stage::Revealed { until: since_start(*next_at) },
        Phase::Paused { at, then, .. } => {
            let question = match then {
                Suspended::Question { passed_ms, left_ms } => Some((*passed_ms, *left_ms)),
                Suspended::Between | Suspended::Asking => None,
            };
            Stage::Paused { since: since_start(*at), question }
        }
        Phase::Over { .. } => Stage::Over,
    };
    let answers = session.round.answers.iter().filter(|(_, answer)| !answer.given.is_empty());
    let answers = answers.map(|(user, answer)| {
        let letters = match &answer.given {
            Given::Typed(text) => text.clone(),
            given => given.letters().into_iter().collect(),
        };
        (user.0, letters)
    });
    let players = session.players.iter().map(|(user, player)| {
        (user.0, (player.points, player.right, player.answered, player.streak, player.best_streak))
    });
    let rounds = session.results.iter().map(|result| (result.answered as usize, result.right as usize, result.void));
    View {
        stage,
        round: session.round.number as usize,
        answers: answers.collect(),
        players: players.collect(),
        rounds: rounds.collect(),
    }
}

prop_state_machine! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_engine_and_the_rules_agree(sequential 1..80 => Retelling);
}
