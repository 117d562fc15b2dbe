//! The minute in which posts are due: lets it come by the local Discord's clock, and looks on until all have been sent.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use backroad::playground::Playground;

use crate::Result;
use crate::look::Look;
use crate::process::Process;
use crate::requests::{Kind, Request, Watch, most_in_a_second};
use crate::servers::Servers;

/// How often it is looked how things stand.
const EVERY: Duration = Duration::from_millis(200);

/// When nothing more has been sent for so long, nothing more is to come.
const QUIET: Duration = Duration::from_secs(5);

/// A bot that sends fewer posts a second than this has given up.
const SLOWEST: u32 = 5;

/// What happened from a minute on.
pub struct Minute {
    due_ms: i64,
    pub posts: usize,
    /// On the machine's clock: when the minute came, and when the last post was there.
    pub span: (Instant, Instant),
    /// The first look was before the minute.
    looks: Vec<Look>,
    /// Those of the posts and of what belongs to them come in this order.
    requests: Vec<Request>,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    LastPost,
    /// The last thread and the last button, too.
    AllDone,
}

/// Pushes the clock forward until so long before a moment.
pub fn advance_to(discord: &Playground, moment_ms: i64, before: Duration) {
    let left = moment_ms - discord.clock().now_ms();
    discord.advance(Duration::from_millis(u64::try_from(left).unwrap_or_default()).saturating_sub(before));
}

impl Minute {
    /// Waits for the minute and for what comes of it.
    pub async fn see(
        discord: &Playground,
        watch: &Watch,
        bot: &Process,
        due_ms: i64,
        posts: usize,
        until: Until,
    ) -> Result<Minute> {
        let known = watch.with(|seen| seen.requests.len());
        let left = u64::try_from(due_ms - discord.clock().now_ms()).unwrap_or_default();
        let came = Instant::now() + Duration::from_millis(left);
        let too_late = came + Duration::from_secs(60) + Duration::from_secs(1) * u32::try_from(posts)? / SLOWEST;
        let mut looks = vec![Look::now(discord, bot)?];
        let mut last_post = None;
        loop {
            tokio::time::sleep(EVERY).await;
            let look = Look::now(discord, bot)?;
            let now_ms = look.at_ms;
            looks.push(look);
            let (sent, last_ms) = watch.with(|seen| {
                let new = seen.requests.get(known..).unwrap_or_default();
                let mut of_posts = new.iter().filter(|request| belongs_to_posts(request.kind));
                (count(new, is_post), of_posts.next_back().map_or(now_ms, |request| request.at_ms))
            });
            if sent >= posts && last_post.is_none() {
                last_post = Some(Instant::now());
                if until == Until::LastPost {
                    break;
                }
            }
            if last_post.is_some() && now_ms - last_ms > i64::try_from(QUIET.as_millis())? {
                break;
            }
            if last_post.is_none() && Instant::now() > too_late {
                return Err(format!("only {sent} of {posts} posts came").into());
            }
        }
        let requests = watch.with(|seen| seen.requests.get(known..).unwrap_or_default().to_vec());
        let last = last_post.unwrap_or(came);
        Ok(Minute { due_ms, posts, span: (came, last), looks, requests })
    }

    /// Seconds from the minute until the last post was there.
    pub fn took(&self) -> f64 {
        self.last(is_post)
    }

    /// The same until the last thread, and until the last button was taken off an old question.
    pub fn last(&self, is: impl Fn(Kind) -> bool) -> f64 {
        let last = self.requests.iter().rfind(|request| is(request.kind) && request.status < 300);
        last.map_or(0.0, |last| self.after(last))
    }

    pub fn count(&self, is: impl Fn(Kind) -> bool) -> usize {
        count(&self.requests, is)
    }

    /// Of all requests, until the last post.
    pub fn requests_a_second(&self) -> f64 {
        let end = self.took();
        self.requests.iter().filter(|request| self.after(request) <= end).count() as f64 / end
    }

    pub fn most_in_a_second(&self) -> usize {
        most_in_a_second(&self.requests)
    }

    /// How often a request of what kind got which status.
    pub fn refusals(&self) -> BTreeMap<(u16, String), usize> {
        let mut refusals = BTreeMap::new();
        for request in self.requests.iter().filter(|request| request.status >= 300) {
            let kind =
                if is_post(request.kind) { "a post".to_owned() } else { format!("{:?}", request.kind).to_lowercase() };
            *refusals.entry((request.status, kind)).or_default() += 1;
        }
        refusals
    }

    pub fn refused(&self) -> usize {
        self.requests.iter().filter(|request| request.status >= 300).count()
    }

    /// When each server got its first post, in seconds from the minute on, sorted: of servers with at most so many
    /// schedules.
    pub fn firsts(&self, servers: &Servers, at_most: usize) -> Vec<f64> {
        let mut firsts: BTreeMap<usize, f64> = BTreeMap::new();
        for request in self.requests.iter().filter(|request| is_post(request.kind) && request.status < 300) {
            if let Some(room) = request.room.and_then(|room| servers.rooms.get(room)) {
                firsts.entry(room.guild).or_insert_with(|| self.after(request));
            }
        }
        let of = |number: usize| servers.all.get(number).map_or(0, |server| server.schedules);
        let mut firsts: Vec<f64> =
            firsts.into_iter().filter(|(number, _)| of(*number) <= at_most).map(|(_, at)| at).collect();
        firsts.sort_by(f64::total_cmp);
        firsts
    }

    /// Before the minute, and at most until the end.
    pub fn resident_mb(&self) -> (f64, f64) {
        let mb = |kib: u64| kib as f64 / 1024.0;
        let most = self.looks.iter().map(|look| look.resident_kib).max().unwrap_or_default();
        (self.looks.first().map_or(0.0, |look| mb(look.resident_kib)), mb(most))
    }

    /// In percent of one core, until the end: the bot, this program, all others.
    pub fn cpu(&self) -> [f64; 3] {
        match (self.looks.first(), self.looks.last()) {
            (Some(first), Some(last)) => first.cpu_until(last),
            _ => [0.0; 3],
        }
    }

    fn after(&self, request: &Request) -> f64 {
        (request.at_ms - self.due_ms) as f64 / 1e3
    }
}

pub fn is_post(kind: Kind) -> bool {
    matches!(kind, Kind::Post(_))
}

fn belongs_to_posts(kind: Kind) -> bool {
    matches!(kind, Kind::Post(_) | Kind::Thread | Kind::Buttons)
}

fn count(requests: &[Request], is: impl Fn(Kind) -> bool) -> usize {
    requests.iter().filter(|request| is(request.kind) && request.status < 300).count()
}
