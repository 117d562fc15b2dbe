//! Leaderboards: who has how many points in a server, over a period and about a topic.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::app::{App, AppError};
use crate::store::{GuildStanding, Period};

/// Lines on one page.
pub const PAGE_LINES: u32 = 10;

/// Over which time points are counted. Weeks begin on Monday, seasons are the quarters of the calendar, all in the time zone
/// of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaderboardPeriod {
    Week,
    Month,
    Season,
    All,
}

impl LeaderboardPeriod {
    pub const ALL: [LeaderboardPeriod; 4] =
        [LeaderboardPeriod::Week, LeaderboardPeriod::Month, LeaderboardPeriod::Season, LeaderboardPeriod::All];

    pub fn as_str(self) -> &'static str {
        match self {
            LeaderboardPeriod::Week => "week",
            LeaderboardPeriod::Month => "month",
            LeaderboardPeriod::Season => "season",
            LeaderboardPeriod::All => "all",
        }
    }

    /// The first and the last day, unless it is all time.
    fn days(self, today: Date) -> Option<(Date, Date)> {
        let until = |first: Date, next: Result<Date, jiff::Error>| Some((first, next.ok()?.yesterday().ok()?));
        match self {
            LeaderboardPeriod::All => None,
            LeaderboardPeriod::Week => {
                let since_monday = i64::from(today.weekday().to_monday_zero_offset());
                let monday = today.checked_sub(jiff::Span::new().days(since_monday)).ok()?;
                until(monday, monday.checked_add(jiff::Span::new().days(7)))
            }
            LeaderboardPeriod::Month => {
                let first = today.first_of_month();
                until(first, first.checked_add(jiff::Span::new().months(1)))
            }
            LeaderboardPeriod::Season => {
                let month = (today.month() - 1) / 3 * 3 + 1;
                let first = Date::new(today.year(), month, 1).ok()?;
                until(first, first.checked_add(jiff::Span::new().months(3)))
            }
        }
    }

    /// The moments from which and until which it lasts.
    fn span(self, days: Option<(Date, Date)>, zone: &TimeZone) -> Period {
        let start = |day: Date| day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp().as_millisecond());
        let from = days.and_then(|(first, _)| start(first));
        let until = days.and_then(|(_, last)| start(last.tomorrow().ok()?));
        Period { from_ms: from.unwrap_or(i64::MIN), until_ms: until.unwrap_or(i64::MAX) }
    }
}

/// A page of a leaderboard, with what it is about.
#[derive(Clone, Debug)]
pub struct Leaderboard {
    pub period: LeaderboardPeriod,
    /// The first and the last day, unless it is all time.
    pub days: Option<(Date, Date)>,
    /// A topic's id.
    pub topic: Option<String>,
    /// From 0.
    pub page: u32,
    pub standing: GuildStanding,
}

impl Leaderboard {
    pub fn pages(&self) -> u32 {
        let players = u32::try_from(self.standing.players).unwrap_or(u32::MAX);
        players.div_ceil(PAGE_LINES).max(1)
    }
}

impl App {
    /// The standing of a server with the line of `user`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn leaderboard(
        &self,
        guild: u64,
        user: u64,
        period: LeaderboardPeriod,
        topic: Option<String>,
        page: u32,
    ) -> Result<Leaderboard, AppError> {
        let zone = &self.inner.time_zone;
        let now = Timestamp::from_millisecond(self.clock().now().0).unwrap_or(Timestamp::UNIX_EPOCH);
        let days = period.days(now.to_zoned(zone.clone()).date());
        let span = period.span(days, zone);
        let about = topic.as_deref().unwrap_or_default();
        let lines = (page.saturating_mul(PAGE_LINES), PAGE_LINES);
        let standing = self.quiz_store().standing(guild, span, about, user, lines).await?;
        Ok(Leaderboard { period, days, topic, page, standing })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn periods_are_those_of_the_calendar() {
        let days = |period: LeaderboardPeriod, today| period.days(today).unwrap();
        let saturday = date(2026, 11, 21);
        assert_eq!(days(LeaderboardPeriod::Week, saturday), (date(2026, 11, 16), date(2026, 11, 22)));
        assert_eq!(days(LeaderboardPeriod::Week, date(2026, 11, 16)), (date(2026, 11, 16), date(2026, 11, 22)));
        assert_eq!(days(LeaderboardPeriod::Month, saturday), (date(2026, 11, 1), date(2026, 11, 30)));
        assert_eq!(days(LeaderboardPeriod::Season, saturday), (date(2026, 10, 1), date(2026, 12, 31)));
        assert_eq!(days(LeaderboardPeriod::Season, date(2026, 3, 31)), (date(2026, 1, 1), date(2026, 3, 31)));
        assert_eq!(LeaderboardPeriod::All.days(saturday), None);
    }

    #[test]
    fn a_period_begins_at_midnight_where_the_server_is() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let span = LeaderboardPeriod::Month.span(Some((date(2026, 11, 1), date(2026, 11, 30))), &zone);
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        assert_eq!(span, Period { from_ms: at("2026-10-31T22:00:00Z"), until_ms: at("2026-11-30T22:00:00Z") });
        let all = LeaderboardPeriod::All.span(None, &zone);
        assert_eq!((all.from_ms, all.until_ms), (i64::MIN, i64::MAX));
    }
}
