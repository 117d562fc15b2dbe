//! Time zones by what people call them: IANA names, cities, countries and abbreviations, found and suggested.

use std::sync::OnceLock;

use jiff::Timestamp;
use unicode_normalization::UnicodeNormalization;

use super::Zone;
use super::written::{folded, quoted};

/// Cities, countries and abbreviations that are no IANA names, each with its zone. One that stands there with several zones
/// is ambiguous.
const CITIES: &str = include_str!("cities.tsv");

/// IANA names of former times, each with the one of today.
const LINKS: &str = include_str!("links.tsv");

/// Where the names are those of places. The others are copies, or read the opposite of what people think (`Etc/GMT+5`).
const REGIONS: [&str; 10] =
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// Where most people live, by and by; of equally good suggestions these come first.
const POPULOUS: [&str; 24] = [
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Europe/Paris",
    "Africa/Lagos",
    "Asia/Jakarta",
    "Asia/Karachi",
    "Asia/Dhaka",
    "Europe/Istanbul",
    "Europe/Moscow",
    "America/Mexico_City",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Asia/Manila",
    "Asia/Ho_Chi_Minh",
    "Australia/Sydney",
];

/// No key has more bytes, so nothing longer is looked for.
const LONGEST: usize = 100;

const HOW: &str = "write a big city near you, or a name like Europe/Berlin.";

/// The zone of an IANA name, a city, a country or a common abbreviation; its name is the one of today.
///
/// # Errors
/// A sentence for whoever typed it, with the nearest name or with those that it could mean.
pub fn find_zone(typed: &str) -> Result<Zone, String> {
    let atlas = Atlas::get();
    let sought = key(typed);
    if sought.is_empty() {
        return Err(format!("A time zone is missing: {HOW}"));
    }
    let exact: Vec<&Entry> = atlas.entries.iter().filter(|entry| entry.key == sought).collect();
    let mut meant: Vec<usize> = exact.iter().map(|entry| entry.zone).collect();
    if let Some(named) = exact.iter().find(|entry| entry.is_name) {
        meant = vec![named.zone];
    }
    meant.sort_unstable();
    meant.dedup();
    let names: Vec<&str> = meant.iter().map(|zone| atlas.name(*zone)).collect();
    match names.as_slice() {
        [name] => {
            Zone::named(name).ok_or_else(|| format!("This machine cannot read the time zone {name}: try another one."))
        }
        [] if is_offset(typed) => {
            Err(format!("{} is an offset, and many places change theirs with the season: {HOW}", quoted(typed)))
        }
        [] => {
            let near = atlas.search(&sought, &[]).first().map(|(_, zone)| atlas.name(*zone));
            let hint = near.map_or_else(|| HOW.to_owned(), |near| format!("did you mean {near}?"));
            Err(format!("I know no time zone called {}: {hint}", quoted(typed)))
        }
        several => Err(format!("{} could mean {}: write one of these names.", quoted(typed), several.join(" or "))),
    }
}

/// Zones that what is typed may become, at most `limit`: labels with the time that it is there `now`, and IANA names. Those
/// `used` already come first among equals.
pub fn suggest_zones(typed: &str, used: &[&str], now: Timestamp, limit: usize) -> Vec<(String, String)> {
    let atlas = Atlas::get();
    let used: Vec<usize> = used.iter().filter_map(|name| atlas.position(name)).collect();
    let sought = key(typed);
    let found = if sought.is_empty() { atlas.usual(&used) } else { atlas.search(&sought, &used) };
    let suggestions = found.into_iter().filter_map(|(place, zone)| {
        let zone = Zone::named(atlas.name(zone))?;
        let clock = zone.rules().to_datetime(now).strftime("%H:%M now");
        let name = zone.name();
        let label = if place == name { format!("{name} · {clock}") } else { format!("{place} · {name} · {clock}") };
        Some((label, name.to_owned()))
    });
    suggestions.take(limit).collect()
}

/// All that is searched, made once.
struct Atlas {
    /// Sorted.
    zones: Vec<String>,
    /// How early each zone comes among equals.
    weights: Vec<usize>,
    entries: Vec<Entry>,
}

/// Something that a zone is called.
struct Entry {
    key: String,
    /// Of the key: see [`letters`].
    letters: u32,
    shown: String,
    zone: usize,
    /// A whole IANA name, which nothing makes ambiguous.
    is_name: bool,
}

impl Entry {
    fn new(called: &str, shown: &str, zone: usize, is_name: bool) -> Entry {
        let key = key(called);
        Entry { letters: letters(&key), key, shown: shown.to_owned(), zone, is_name }
    }
}

impl Atlas {
    fn get() -> &'static Atlas {
        static ATLAS: OnceLock<Atlas> = OnceLock::new();
        ATLAS.get_or_init(|| Atlas::of(jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect()))
    }

    /// Of the names that a database has, which may be older or newer than the tables here.
    fn of(mut names: Vec<String>) -> Atlas {
        names.sort_unstable();
        let known = |name: &str| names.binary_search_by(|known| known.as_str().cmp(name)).is_ok();
        let outdated: Vec<&str> = rows(LINKS).filter(|(_, today)| known(today)).map(|(name, _)| name).collect();
        let zones: Vec<String> =
            names.iter().filter(|name| is_place(name) && !outdated.contains(&name.as_str())).cloned().collect();
        let weights = zones.iter().map(|name| POPULOUS.iter().position(|populous| populous == name));
        let weights = weights.map(|weight| weight.unwrap_or(POPULOUS.len())).collect();
        let mut atlas = Atlas { zones, weights, entries: Vec::new() };
        for zone in 0..atlas.zones.len() {
            let (name, city) = (atlas.name(zone).to_owned(), city(atlas.name(zone)));
            if name != city {
                atlas.entries.push(Entry::new(&city, &city, zone, false));
            }
            atlas.entries.push(Entry::new(&name, &city, zone, true));
        }
        for (place, name) in rows(CITIES) {
            if let Some(zone) = atlas.position(name) {
                atlas.entries.push(Entry::new(place, place, zone, false));
            }
        }
        for (name, today) in rows(LINKS) {
            if let Some(zone) = atlas.position(today) {
                atlas.entries.push(Entry::new(name, &city(today), zone, true));
            }
        }
        atlas
    }

    fn name(&self, zone: usize) -> &str {
        self.zones.get(zone).map_or("", String::as_str)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.zones.binary_search_by(|known| known.as_str().cmp(name)).ok()
    }

    /// What is suggested before anything is typed.
    fn usual(&self, used: &[usize]) -> Vec<(&str, usize)> {
        let populous = POPULOUS.iter().filter_map(|name| self.position(name));
        let mut usual: Vec<usize> = Vec::new();
        for zone in used.iter().copied().chain(populous) {
            if !usual.contains(&zone) {
                usual.push(zone);
            }
        }
        let entry = |zone: usize| self.entries.iter().find(|entry| entry.zone == zone);
        usual.into_iter().filter_map(|zone| Some((entry(zone)?.shown.as_str(), zone))).collect()
    }

    /// What a key is equal to, begins, begins a word of or is within, in this order; misspellings when there is none. Each
    /// zone once, under the name that fits best.
    fn search(&self, sought: &str, used: &[usize]) -> Vec<(&str, usize)> {
        if sought.len() > LONGEST {
            return Vec::new();
        }
        let mut fits: Vec<Option<(usize, &Entry)>> = vec![None; self.zones.len()];
        let mut collect = |rank: &dyn Fn(&Entry) -> Option<usize>| {
            for entry in &self.entries {
                let Some(best) = fits.get_mut(entry.zone) else { continue };
                if let Some(rank) = rank(entry)
                    && best.is_none_or(|(known, _)| rank < known)
                {
                    *best = Some((rank, entry));
                }
            }
            fits.iter().any(Option::is_some)
        };
        if !collect(&|entry| rank(&entry.key, sought)) {
            let sought_letters = letters(sought);
            collect(&|entry| misspelt(entry, sought, sought_letters));
        }
        let mut found: Vec<(usize, &Entry)> = fits.into_iter().flatten().collect();
        found.sort_by_key(|(rank, entry)| {
            let weight = self.weights.get(entry.zone).copied().unwrap_or_default();
            (*rank, !used.contains(&entry.zone), weight, entry.shown.as_str())
        });
        found.into_iter().map(|(_, entry)| (entry.shown.as_str(), entry.zone)).collect()
    }
}

fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter_map(|line| line.split_once('\t'))
}

fn is_place(name: &str) -> bool {
    name == "UTC" || name.split_once('/').is_some_and(|(region, _)| REGIONS.contains(&region))
}

fn city(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).replace('_', " ")
}

/// How texts are compared: without case and accents, with one space for whatever separates words.
fn key(text: &str) -> String {
    let text = folded(text);
    let letters = text.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}' | '.' | '\'' | '\u{2019}'));
    let plain: String = letters
        .map(|c| match c {
            '/' | '_' | '-' | ',' | '\u{2010}'..='\u{2015}' => ' ',
            'ø' => 'o',
            'ł' => 'l',
            'đ' => 'd',
            'ı' => 'i',
            c => c,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn rank(key: &str, sought: &str) -> Option<usize> {
    let at = key.find(sought)?;
    if at == 0 {
        return Some(usize::from(key.len() != sought.len()));
    }
    let begins_word =
        key.match_indices(sought).any(|(at, _)| key.get(..at).is_some_and(|before| before.ends_with(' ')));
    Some(if begins_word { 2 } else { 3 })
}

/// How many slips lie between the two, or (one slip more) between the first letters and what is typed so far. `None` when
/// they are too many.
fn misspelt(entry: &Entry, sought: &str, sought_letters: u32) -> Option<usize> {
    let key = entry.key.as_str();
    let (length, typed) = (key.chars().count(), sought.chars().count());
    let allowed = (typed / 4).clamp(1, 3);
    // Each letter that is not in the key is a slip: this rules most keys out, and costs far less than the distance.
    let foreign = usize::try_from((sought_letters & !entry.letters).count_ones()).unwrap_or_default();
    if foreign > allowed || typed < 3 || sought.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let slips = |text: &str| Some(strsim::osa_distance(text, sought)).filter(|slips| *slips <= allowed);
    let whole = if length.abs_diff(typed) <= allowed { slips(key) } else { None };
    if whole.is_some() || typed < 5 || length <= typed {
        return whole;
    }
    let begun: String = key.chars().take(typed).collect();
    slips(&begun).map(|slips| slips + 1)
}

/// A bit for each letter that occurs; letters far apart in Unicode may share one.
fn letters(key: &str) -> u32 {
    key.chars().fold(0, |letters, c| letters | 1 << (u32::from(c) % 32))
}

/// `UTC+2`, `GMT-5`, `+05:30`, `Etc/GMT+5`.
fn is_offset(typed: &str) -> bool {
    let text = folded(typed).replace(' ', "");
    let text = text.strip_prefix("etc/").unwrap_or(&text);
    let rest = text.strip_prefix("utc").or_else(|| text.strip_prefix("gmt")).unwrap_or(text);
    let mut chars = rest.chars();
    matches!(chars.next(), Some('+' | '-' | '\u{2212}' | '\u{2013}'))
        && chars.next().is_some_and(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests;
