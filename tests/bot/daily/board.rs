//! A channel in which something is posted every day: what stands there, what time it is, and who answers.

use std::time::{Duration, Instant};

use backroad::playground::{Member, Shown, Snowflake, View};
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan};

use crate::support::Community;

/// How long to ask for something before saying that it did not come.
const PATIENCE: Duration = Duration::from_secs(30);

pub const DAY: u64 = 24 * 3600;

/// The times of schedules in these tests, if nothing else is said.
pub const AT_NINE: &str = "channel: daily time: 09:00 timezone: UTC";

/// What the fixture's questions want to be answered, by a piece of their title.
enum Right {
    /// The texts of the right options.
    Options(&'static [&'static str]),
    /// The texts of the steps in their order.
    Steps(&'static [&'static str]),
    Typed(&'static str),
}

const ANSWERS: &[(&str, Right)] = &[
    ("the old access token still works", Right::Options(&["The token proves itself until it expires"])),
    ("over country and city", Right::Options(&["All rows of a country", "All rows of a city in a known country"])),
    ("holds the account's password", Right::Options(&["False"])),
    ("says which row is meant", Right::Typed("primary key")),
    (
        "the steps of writing a row",
        Right::Steps(&["The program sends the values", "The database checks the rules", "The database writes the row"]),
    ),
];

/// Who looks at a channel of the first server.
pub struct Board<'c> {
    pub c: &'c Community,
    pub channel: Snowflake,
}

impl<'c> Board<'c> {
    /// `#daily`, at eight o'clock (UTC) on an 11 January that is still to come.
    pub fn at_eight(c: &'c Community) -> Board<'c> {
        let board = Board::of(c, "daily");
        let now = board.today();
        let day = |year: i16| Date::new(year, 1, 11).unwrap();
        let day = if day(now.year()) > now { day(now.year()) } else { day(now.year() + 1) };
        board.to(day.at(8, 0, 0, 0), "UTC");
        board
    }

    pub fn of(c: &'c Community, channel: &str) -> Board<'c> {
        Board { c, channel: c.member("mira").in_channel(channel).unwrap().channel_id() }
    }

    pub fn mira(&self) -> Member {
        self.c.member("mira")
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.c.discord.clock().now_ms()).unwrap()
    }

    /// What day it is, in UTC.
    pub fn today(&self) -> Date {
        self.now().to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// Lets time pass until the clocks of a zone show this.
    pub fn to(&self, moment: DateTime, zone: &str) {
        self.until(moment.in_tz(zone).unwrap().timestamp());
    }

    /// Lets time pass until a moment, exactly.
    pub fn until(&self, moment: Timestamp) {
        let left = moment.as_millisecond() - self.c.discord.clock().now_ms();
        self.c.discord.advance(Duration::from_millis(u64::try_from(left).expect("the moment is still to come")));
    }

    pub fn advance(&self, seconds: u64) {
        self.c.discord.advance(Duration::from_secs(seconds));
    }

    /// Lets time pass until it is so late (UTC) on a later day, counted from today.
    pub fn days_on(&self, days: i64, hour: i8) {
        self.to((self.today() + days.days()).at(hour, 0, 0, 0), "UTC");
    }

    /// Mira schedules something that must succeed.
    pub async fn add(&self, options: &str) -> Shown {
        let said = self.daily(&format!("add {options}")).await;
        assert!(said.text().starts_with("It is scheduled."), "{}", said.text());
        said
    }

    /// What mira is told.
    pub async fn daily(&self, line: &str) -> Shown {
        self.mira().slash(&format!("/daily {line}")).await.unwrap_or_else(|error| panic!("/daily {line}: {error}"))
    }

    /// The first `count` posts, and no more: whatever else is there by now is one too many.
    pub async fn posts(&self, count: usize) -> Vec<Shown> {
        let enough = |view: &View<'_>| {
            let posts = posts(view, self.channel);
            (posts.len() >= count).then_some(posts)
        };
        let posts = self.c.discord.until(&format!("{count} posts"), enough).await;
        let posts = posts.unwrap_or_else(|error| panic!("{error}\n{}", self.all()));
        assert_eq!(posts.len(), count, "{}", self.all());
        posts
    }

    /// The post that is the newest when there are `count`.
    pub async fn post(&self, count: usize) -> Shown {
        self.posts(count).await.pop().unwrap()
    }

    /// The same when the bot knows that it is there, which is a moment later; of the only schedule of the server.
    pub async fn known_post(&self, count: usize) -> Shown {
        let post = self.post(count).await;
        let link = format!("/{}\n", post.id().unwrap());
        ask_until(&link, async || self.daily("post-now").await).await;
        post
    }

    /// Waits until a message says the words, and returns it as it is then.
    pub async fn says(&self, message: &Shown, words: &str) -> Shown {
        let id = message.id().unwrap();
        let found = self.c.discord.until(words, |view| view.message(id).filter(|m| m.text().contains(words))).await;
        found.unwrap_or_else(|error| panic!("{error}\n{}", message.refresh().unwrap().text()))
    }

    /// Waits until mira's list says the words. Nobody tells when something is left out, so it is asked for.
    pub async fn list_says(&self, words: &str) -> Shown {
        ask_until(words, async || self.daily("list").await).await
    }

    /// What mira was told in direct messages.
    pub fn told(&self) -> Vec<Shown> {
        self.mira().in_direct_messages().sees_around()
    }

    /// Waits until mira has been told something in a direct message, and returns all of it.
    pub async fn has_told(&self) -> Vec<Shown> {
        let here = self.mira().in_direct_messages().channel_id();
        let some = |view: &View<'_>| Some(view.messages_in(here)).filter(|told| !told.is_empty());
        self.c.discord.until("a direct message", some).await.unwrap_or_else(|error| panic!("{error}\n{}", self.all()))
    }

    /// Everything that stands in the channel, for a failure.
    fn all(&self) -> String {
        let all = self.mira().in_channel(&self.channel.to_string()).map(|mira| mira.sees_around()).unwrap_or_default();
        all.iter().map(|shown| format!("{}\n", shown.text())).collect()
    }
}

/// Asks again and again until the answer has the words: for what the bot alone knows, and tells nobody by itself.
pub async fn ask_until(words: &str, ask: impl AsyncFn() -> Shown) -> Shown {
    let asked = Instant::now();
    loop {
        let said = ask().await;
        if said.text().contains(words) {
            return said;
        }
        assert!(asked.elapsed() < PATIENCE, "it never says {words:?}, but {}", said.text());
        tokio::task::yield_now().await;
    }
}

/// What mira is told, and only she, in place of what she wanted.
pub async fn refused(board: &Board<'_>, line: &str) -> String {
    let said = board.daily(line).await;
    let (sentence, private) = said.text().rsplit_once('\n').unwrap();
    assert_eq!(private, "Only you can see this", "{line}");
    sentence.to_owned()
}

/// The bot's posts in a channel.
pub fn posts(view: &View<'_>, channel: Snowflake) -> Vec<Shown> {
    let is_post = |shown: &Shown| shown.author() == "Backroad" && shown.text().contains("| Daily ");
    view.messages_in(channel).into_iter().filter(is_post).collect()
}

/// The titles of what a post shows, without the answer to the question before.
pub fn titles(post: &Shown) -> Vec<String> {
    parts(post).iter().map(|part| part["title"].as_str().unwrap().to_owned()).collect()
}

/// Which topics and questions a post shows, in one line.
pub fn title(post: &Shown) -> String {
    titles(post).join(" + ")
}

fn parts(post: &Shown) -> Vec<serde_json::Value> {
    let embeds = post.json()["embeds"].as_array().cloned().unwrap_or_default();
    embeds
        .into_iter()
        .filter(|part| part["author"]["name"].as_str().is_some_and(|kind| !kind.starts_with("The answer ")))
        .collect()
}

/// When a message was made.
pub fn made_at(message: &Shown) -> Timestamp {
    message.json()["timestamp"].as_str().unwrap().parse().unwrap()
}

/// The moments that a message announces.
pub fn announced(message: &Shown) -> Vec<Timestamp> {
    let text = message.json()["embeds"][0]["description"].as_str().unwrap().to_owned()
        + message.json()["content"].as_str().unwrap();
    let moment = regex::Regex::new(r"<t:(\d+):F>").unwrap();
    moment.captures_iter(&text).map(|found| Timestamp::from_second(found[1].parse().unwrap()).unwrap()).collect()
}

/// The custom_id of a button.
pub fn custom_id(message: &Shown, label: &str) -> String {
    let found = message.controls().into_iter().find_map(|control| match control {
        backroad::playground::Control::Button { label: known, custom_id, .. } if known == label => custom_id,
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no button {label:?} on {}", message.text()))
}

/// The labels of the buttons of a message.
pub fn buttons(message: &Shown) -> Vec<String> {
    let label = |control| match control {
        backroad::playground::Control::Button { label, .. } => Some(label),
        backroad::playground::Control::Select { .. } => None,
    };
    message.controls().into_iter().filter_map(label).collect()
}

/// The letter that stands before an option of the question that a post asks.
pub fn letter(post: &Shown, option: &str) -> String {
    let question = parts(post).pop().unwrap();
    let text = question["description"].as_str().unwrap();
    let line = text.lines().find(|line| line.starts_with("**") && line.contains(&format!("** · {option}")));
    let line = line.unwrap_or_else(|| panic!("no option {option:?} in {text}"));
    line.trim_start_matches('*').chars().next().unwrap().to_string()
}

/// Answers the question of a post rightly or wrongly, in as many presses as it takes, and returns what is said at the end.
pub async fn answer(member: &Member, post: &Shown, rightly: bool) -> Shown {
    let asked = titles(post).pop().unwrap();
    let known = ANSWERS.iter().find(|(title, _)| asked.contains(title));
    match &known.unwrap_or_else(|| panic!("an unknown question: {asked}")).1 {
        Right::Options(options) => {
            let right: Vec<String> = options.iter().map(|option| letter(post, option)).collect();
            let wrong = ["A", "B", "C", "D"].map(str::to_owned).into_iter().find(|letter| !right.contains(letter));
            let letters = if rightly { right } else { wrong.into_iter().collect() };
            let mut said = member.click(post, &letters[0]).await.unwrap();
            for letter in &letters[1..] {
                said = member.click(&said, letter).await.unwrap();
            }
            if options.len() > 1 { member.click(&said, "Done").await.unwrap() } else { said }
        }
        Right::Steps(steps) => {
            let mut letters: Vec<String> = steps.iter().map(|step| letter(post, step)).collect();
            if !rightly {
                letters.reverse();
            }
            // The last one places itself.
            let mut said = member.click(post, &letters[0]).await.unwrap();
            for letter in &letters[1..letters.len() - 1] {
                said = member.click(&said, letter).await.unwrap();
            }
            said
        }
        Right::Typed(text) => {
            let form = member.click(post, "Answer").await.unwrap();
            let text = if rightly { text } else { "row number" };
            member.submit(&form, &[("Your answer", text)]).await.unwrap()
        }
    }
}
