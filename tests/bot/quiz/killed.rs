//! The same game with the bot killed in the middle of it, at one place after another. Whatever was acknowledged counts, what
//! was not is done again, and in the end everything stands as if nothing had happened.

use std::time::Duration;

use backroad::playground::{ActError, Shown};

use super::table::{Right, Table, letter, right};
use crate::support::{BotProcess, Community, check_bodies, empty_community, quiz_backroad, quiz_knowledge};

/// How long to wait for a death before saying that it did not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A bot that is started again whenever it dies.
struct Lives<'c> {
    c: &'c Community,
    bot: BotProcess,
    deaths: usize,
}

impl Lives<'_> {
    async fn start<'c>(c: &'c Community, failpoint: &str) -> Lives<'c> {
        // The index is there before, so that a start is short.
        drop(quiz_knowledge());
        let mut command = quiz_backroad();
        command.env("BACKROAD_FAILPOINT", failpoint);
        let bot = BotProcess::spawn_with(c, command);
        c.discord.until_ready().await.unwrap();
        Lives { c, bot, deaths: 0 }
    }

    /// Does something until it succeeds: who sees that nothing has come of a press presses again. `meanwhile` is done after
    /// each start.
    async fn go<T>(&mut self, act: impl AsyncFn() -> Result<T, ActError>, meanwhile: impl Fn()) -> T {
        loop {
            tokio::select! {
                biased;
                () = self.bot.died() => {}
                done = act() => match done {
                    Ok(done) => return done,
                    Err(ActError::Refused(why)) => panic!("{why}"),
                    // The bot died before it could answer.
                    Err(_) => self.bot.died().await,
                },
            }
            self.revive().await;
            meanwhile();
        }
    }

    async fn revive(&mut self) {
        self.deaths += 1;
        assert_eq!(self.deaths, 1, "it dies where it was told to, and nowhere else");
        self.c.discord.until("the bot to be gone", |view| (!view.bot_is_online()).then_some(())).await.unwrap();
        self.bot = BotProcess::spawn_with(self.c, quiz_backroad());
        self.c.discord.until_ready().await.unwrap();
    }

    /// What everybody sees may be a moment ahead of what kills the bot.
    async fn has_died(&mut self, failpoint: &str) {
        if self.deaths == 0 {
            let died = tokio::time::timeout(PATIENCE, self.bot.died()).await;
            died.unwrap_or_else(|_elapsed| panic!("{failpoint} was never reached"));
            self.revive().await;
        }
    }

    /// Presses a button of a message until it is answered.
    async fn press(&mut self, name: &str, message: &Shown, button: &str) -> Shown {
        let member = self.c.member(name);
        self.go(async || member.click(message, button).await, || ()).await
    }

    /// Presses a button that goes away when a press has counted: where it is gone, a press counted that was not answered.
    async fn press_once(&mut self, name: &str, message: &Shown, button: &str) {
        let member = self.c.member(name);
        let press = async || match member.click(message, button).await {
            Err(ActError::Refused(_)) => Ok(()),
            pressed => pressed.map(drop),
        };
        self.go(press, || ()).await;
    }

    /// Answers a question until what is said shows that the answer stands.
    async fn answer(&mut self, name: &str, question: &Shown, rightly: bool) {
        match right(question) {
            Right::Options(options) if question.text().contains("several right answers") => {
                let wanted: Vec<String> = options.iter().map(|option| letter(question, option)).collect();
                let wanted = if rightly { wanted } else { wanted[..1].to_vec() };
                loop {
                    // Who does not know whether a press counted looks, and presses what is missing.
                    let mut said = String::new();
                    for letter in &wanted {
                        if !said.contains(&format!("**{letter}**")) {
                            said = self.press(name, question, letter).await.text().to_owned();
                        }
                    }
                    if wanted.iter().all(|letter| said.contains(&format!("**{letter}**"))) {
                        break;
                    }
                }
            }
            Right::Options(options) => {
                let right = letter(question, options[0]);
                let wrong = if right == "A" { "B" } else { "A" };
                let chosen = if rightly { right.as_str() } else { wrong };
                let said = self.press(name, question, chosen).await;
                assert!(said.text().contains(&format!("**{chosen}**")), "{}", said.text());
            }
            Right::Steps(steps) => {
                let mut letters: Vec<String> = steps.iter().map(|step| letter(question, step)).collect();
                if !rightly {
                    letters.reverse();
                }
                let mut said = String::new();
                for letter in &letters[..letters.len() - 1] {
                    said = self.press(name, question, letter).await.text().to_owned();
                }
                assert!(said.contains("Your order: "), "{said}");
            }
            Right::Typed(text) => {
                let member = self.c.member(name);
                let text = if rightly { text } else { "cross-site scripting" };
                let said = self
                    .go(
                        async || {
                            let form = member.click(question, "Answer").await?;
                            member.submit(&form, &[("Your answer", text)]).await
                        },
                        || (),
                    )
                    .await;
                assert!(said.text().contains("Your answer: "), "{}", said.text());
            }
        }
    }
}

/// Who plays, and whether they are right: ada always, ben never, cleo in every other question, dan in the first two, omar in
/// the last.
fn players(number: usize) -> [(&'static str, &'static str, bool); 5] {
    [
        ("ada", "Ada", true),
        ("ben", "Ben", false),
        ("cleo", "cleo", number.is_multiple_of(2)),
        ("dan", "dan", number <= 2),
        ("omar", "Omar", number == 5),
    ]
}

/// Five questions and five players.
async fn game(failpoint: &str) {
    let c = empty_community().await;
    for name in ["cleo", "dan"] {
        c.discord.add_member(name).unwrap();
    }
    let mut lives = Lives::start(&c, failpoint).await;
    let table = Table { discord: &c.discord };
    let ada = c.member("ada");
    let lobby = lives.go(async || ada.slash("/quiz start questions: 5").await, || ()).await;
    // When the answer to the start was lost, the second one says that the quiz is there.
    let lobby = if lobby.text().contains("quiz is") { None } else { Some(lobby) };
    if let Some(lobby) = &lobby {
        lives.press("ben", lobby, "Join").await;
        lives.press_once("ada", lobby, "Start").await;
    } else {
        table.advance(15);
    }
    for number in 1..=5 {
        let question = lives.go(async || Ok(table.question(number).await), || ()).await;
        for (name, _, rightly) in players(number) {
            lives.answer(name, &question, rightly).await;
        }
        // Not everybody says that they are done where several are right, so the time runs out there.
        let time = if question.text().contains("several right answers") { 30 } else { 2 };
        table.advance(time);
        let answer = lives.go(async || Ok(table.answer(number).await), || table.advance(time)).await;
        let text = answer.text();
        for (_, name, rightly) in players(number) {
            let (right, wrong) = text.split_once("Not right:").unwrap();
            assert!(if rightly { right.contains(name) } else { wrong.contains(name) }, "{name} in {text}");
        }
        // Three are most of five.
        for name in ["ada", "ben", "cleo"] {
            lives.press_once(name, &answer, "Next").await;
        }
    }
    let result = lives.go(async || Ok(table.result().await), || ()).await;
    for line in [
        "#1 Ada** — 500 points · 5 of 5 right",
        "#2 cleo** — 200 points · 2 of 5",
        "#2 dan** — 200 points · 2 of 5",
        "#4 Omar** — 100 points · 1 of 5",
        "**Ben** — 0 points · 0 of 5",
    ] {
        assert!(result.text().contains(line), "no {line} in {}", result.text());
    }
    // Who asks now is told the same, and nothing stands there twice.
    lives.has_died(failpoint).await;
    let report = lives.press("cleo", &result, "My report").await;
    assert!(report.text().contains("2 of 5 right"), "{}", report.text());
    let all = c.discord.until("a look", |view| Some(view.messages())).await.unwrap();
    for number in 1..=5 {
        let shown = all.iter().filter(|m| m.text().starts_with(&format!("| Question {number} of 5"))).count();
        assert_eq!(shown, 1, "question {number}");
    }
    assert_eq!(all.iter().filter(|m| m.text().starts_with("| Quiz · the result")).count(), 1);
    check_bodies(&c);
}

/// A test for each place, so that they run beside one another.
macro_rules! killed {
    ($($name:ident: $failpoint:literal,)+) => {
        $(#[tokio::test]
        async fn $name() {
            game($failpoint).await;
        })+
    };
}

killed! {
    before_the_start_is_stored: "quiz.before-commit:1",
    when_the_start_is_stored_and_not_answered: "quiz.after-commit:1",
    before_a_join_is_stored: "quiz.before-commit:3",
    when_the_first_question_is_claimed_and_not_sent: "quiz.after-claim:1",
    when_the_first_question_is_sent_and_nobody_knows: "quiz.after-send:1",
    when_the_first_question_is_known_to_be_there: "quiz.after-posted:2",
    before_an_answer_is_stored: "quiz.before-commit:9",
    when_an_answer_is_stored_and_not_acknowledged: "quiz.after-commit:9",
    when_an_answer_is_shown_and_nobody_knows: "quiz.after-edit:2",
    in_the_middle_of_it_all: "quiz.after-commit:20",
    when_the_third_question_is_sent_and_nobody_knows: "quiz.after-send:3",
    when_the_result_is_claimed_and_not_sent: "quiz.after-claim:6",
    when_the_result_is_sent_and_nobody_knows: "quiz.after-send:6",
}
