//! A channel in which a quiz is played: what stands there, and who presses what.

use std::time::Duration;

use backroad::playground::{Member, Playground, Shown, View};

/// What the fixture's questions want to be answered, by a piece of their title.
pub enum Right {
    /// The texts of the right options.
    Options(&'static [&'static str]),
    /// The texts of the steps in their order.
    Steps(&'static [&'static str]),
    Typed(&'static str),
}

const ANSWERS: &[(&str, Right)] = &[
    ("the old access token still works", Right::Options(&["The token proves itself until it expires"])),
    ("keep a session cookie from scripts", Right::Options(&["HttpOnly", "Secure"])),
    ("The claims of a signed token are secret", Right::Options(&["False"])),
    ("What is the attack called", Right::Typed("session fixation")),
    (
        "Put the steps of a login",
        Right::Steps(&[
            "The browser sends name and password",
            "The server compares the password",
            "The server stores a session",
        ]),
    ),
];

pub struct Table<'c> {
    pub discord: &'c Playground,
}

impl Table<'_> {
    /// The message of a question (from 1), while it can be answered.
    pub async fn question(&self, number: usize) -> Shown {
        self.there(&format!("| Question {number} of "), |text| !text.contains("the answer")).await
    }

    /// The message of a question with its answer.
    pub async fn answer(&self, number: usize) -> Shown {
        self.there(&format!("| Question {number} of "), |text| text.contains("· the answer")).await
    }

    pub async fn result(&self) -> Shown {
        self.there("| Quiz · the result", |_| true).await
    }

    /// The newest message that begins like this.
    pub async fn there(&self, beginning: &str, fits: impl Fn(&str) -> bool) -> Shown {
        let find = |view: &View<'_>| {
            view.messages().into_iter().rev().find(|m| m.text().starts_with(beginning) && fits(m.text()))
        };
        self.discord.until(beginning, find).await.unwrap_or_else(|error| panic!("{error}\n{}", self.all()))
    }

    /// Starts a quiz and begins it, and returns its first question when it can be answered. `options` are those of the
    /// command.
    pub async fn begin(&self, starter: &Member, options: &str) -> Shown {
        let lobby = starter.slash(&format!("/quiz start {options}")).await.unwrap();
        starter.click(&lobby, "Start").await.unwrap();
        self.open(1).await
    }

    /// Waits until somebody can answer: the bot knows that the message is there.
    pub async fn open(&self, number: usize) -> Shown {
        // Who does not play, and is no moderator either.
        let guest = match self.discord.member("guest") {
            Ok(guest) => guest,
            Err(_) => self.discord.add_member("guest").unwrap(),
        };
        for _ in 0..1000 {
            let question = self.question(number).await;
            let said = guest.click(&question, "Skip").await.unwrap();
            if said.text().contains("Only players have a vote") {
                return question;
            }
            assert!(said.text().contains("No question is open"), "{}", said.text());
            // The bot hears of its own message in a moment.
            tokio::task::yield_now().await;
        }
        panic!("question {number} never opens:\n{}", self.all());
    }

    pub fn advance(&self, seconds: u64) {
        self.discord.advance(Duration::from_secs(seconds));
    }

    /// Everything that stands in any channel, for a failure.
    pub fn all(&self) -> String {
        let general = self.discord.member("ada").unwrap().sees("general").unwrap();
        general.iter().map(|shown| format!("{}\n", shown.text())).collect()
    }
}

pub fn right(question: &Shown) -> &'static Right {
    let known = ANSWERS.iter().find(|(title, _)| question.text().contains(title));
    &known.unwrap_or_else(|| panic!("an unknown question: {}", question.text())).1
}

/// The letter that stands before an option.
pub fn letter(question: &Shown, option: &str) -> String {
    let line = question.text().lines().find(|line| line.contains(option) && line.contains("** · "));
    let line = line.unwrap_or_else(|| panic!("no option {option:?} in {}", question.text()));
    line.trim_start_matches(['|', ' ', '*', '✅', '❌']).chars().next().unwrap().to_string()
}

/// Answers a question rightly or wrongly, in as many presses as it takes, and returns what is said at the end.
pub async fn answer(member: &Member, question: &Shown, rightly: bool) -> Shown {
    match right(question) {
        Right::Options(options) => {
            let right: Vec<String> = options.iter().map(|option| letter(question, option)).collect();
            let wrong = ["A", "B", "C", "D"].map(str::to_owned).into_iter().find(|letter| !right.contains(letter));
            let letters = if rightly { right } else { wrong.into_iter().collect() };
            let several = question.text().contains("several right answers");
            let mut said = None;
            for letter in &letters {
                said = Some(member.click(question, letter).await.unwrap());
            }
            let said = said.unwrap();
            if several { member.click(&said, "Done").await.unwrap() } else { said }
        }
        Right::Steps(steps) => {
            let mut letters: Vec<String> = steps.iter().map(|step| letter(question, step)).collect();
            if !rightly {
                letters.reverse();
            }
            // The last one places itself.
            let mut said = member.click(question, &letters[0]).await.unwrap();
            for letter in &letters[1..letters.len() - 1] {
                said = member.click(&said, letter).await.unwrap();
            }
            said
        }
        Right::Typed(text) => {
            let form = member.click(question, "Answer").await.unwrap();
            let text = if rightly { text } else { "cross-site scripting" };
            member.submit(&form, &[("Your answer", text)]).await.unwrap()
        }
    }
}
