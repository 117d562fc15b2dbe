//! Fills a database with schedules that are due in the same minute, through the library, as `/daily add` does.

use std::path::Path;
use std::time::{Duration, Instant};

use backroad::app::daily::daily_supply;
use backroad::app::{self, App, Knowledge};
use backroad::content::{Level, Library};
use backroad::daily::{Archive, Days, Filter, Kind, Quiet, Settings, When, Zone};
use backroad::search;
use backroad::store::Store;
use jiff::Timestamp;
use rand::rngs::SmallRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};

use crate::Result;
use crate::servers::Servers;

/// Zones whose clocks nobody sets, so that all schedules are due in the same minute on the next day, too.
const ZONES: [&str; 5] = ["UTC", "Asia/Kolkata", "Asia/Tokyo", "America/Bogota", "Africa/Lagos"];

/// In percent.
const WITH_ROLE: u32 = 25;
const WITH_THREAD: u32 = 20;

/// Of a hundred schedules so many follow a path; as many are of one area, and as many of one level.
const FILTERED: u32 = 20;

/// Makes `count` of the servers' schedules, in any order, as communities come in any order. How long that took.
pub async fn write(dir: &Path, data: &Path, servers: &Servers, count: usize, minute: Timestamp) -> Result<Duration> {
    let (library, _) = backroad::content::load(&dir.join("content"))?;
    let search = search::open(&library, &dir.join("index"))?.search;
    let store = Store::open(data).await?;
    let app = App::new(Knowledge { library, search }, store, app::Options::default());
    let knowledge = app.knowledge();
    let mut random = SmallRng::seed_from_u64(7);
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (number, server) in servers.all.iter().enumerate() {
        places.extend((0..server.schedules).map(|nth| (number, nth)));
    }
    places.shuffle(&mut random);
    let began = Instant::now();
    for (interaction, (number, nth)) in (1..).zip(places.into_iter().take(count)) {
        let server = servers.all.get(number).ok_or("no server")?;
        let room = servers.rooms.get(server.rooms.start + nth % server.rooms.len()).ok_or("no channel")?;
        let settings = settings(&knowledge.library, room.channel.get(), server.id.get(), minute, &mut random)?;
        app.add_daily(&knowledge.library, server.id.get(), 1, settings, interaction).await?;
    }
    let took = began.elapsed();
    app.store().close().await;
    Ok(took)
}

fn settings(
    library: &Library,
    channel: u64,
    server: u64,
    minute: Timestamp,
    random: &mut SmallRng,
) -> Result<Settings> {
    let zone = ZONES.choose(random).and_then(|name| Zone::named(name)).ok_or("no such zone")?;
    let time = minute.to_zoned(zone.rules().clone()).time();
    let kind = Kind::ALL.choose(random).copied().unwrap_or(Kind::Both);
    let filter = filter(library, random);
    Ok(Settings {
        channel,
        channel_name: "channel".to_owned(),
        when: When { time, zone, days: Days::ALL, quiet: Quiet::default() },
        kind,
        // Whoever chose what there is not would be told so.
        filter: if daily_supply(library, kind, &filter).0 == 0 { Filter::default() } else { filter },
        // Any number serves: Discord takes a role that is not there any more.
        role: random.random_ratio(WITH_ROLE, 100).then_some(server + 1),
        thread: random.random_ratio(WITH_THREAD, 100).then_some(Archive::Day),
    })
}

fn filter(library: &Library, random: &mut SmallRng) -> Filter {
    let pick = |ids: Vec<&String>, random: &mut SmallRng| ids.choose(random).map(|id| (*id).clone());
    match random.random_range(0..100) / FILTERED {
        0 => Filter { path: pick(library.roadmaps.keys().collect(), random), ..Filter::default() },
        1 => Filter { area: pick(library.areas.iter().map(|area| &area.id).collect(), random), ..Filter::default() },
        2 => Filter { level: Level::ALL.choose(random).copied(), ..Filter::default() },
        _ => Filter::default(),
    }
}
