//! Days and instants. Time is a parameter everywhere: this crate defines the clock and never reads one.
//!
//! A civil day is a day in Asia/Shanghai, which has been eight hours ahead of UTC all year since 1992; no record here
//! is older than the platform, so the offset is fixed.

use std::fmt;
use std::str::FromStr;

use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use jiff::civil::Weekday;

const SHANGHAI_OFFSET_MILLISECONDS: i64 = 8 * 3_600_000;
const DAY_MILLISECONDS: i64 = 86_400_000;
const EPOCH: Date = Date::constant(1970, 1, 1);
const FIRST: Date = Date::constant(1, 1, 1);
const LAST: Date = Date::constant(9999, 12, 31);

/// A civil day of the years 1 to 9999, written `2026-02-13`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

/// A text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day: give a real day as `2026-02-13`")]
pub struct NoDay(String);

impl Day {
    /// The day, or nothing where the calendar has no such day (30 February) or the year is not 1 to 9999.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if year < 1 {
            return None;
        }
        Date::new(year, month, day).ok().map(Self)
    }

    /// The day in Asia/Shanghai at this instant.
    #[must_use]
    pub fn of(instant: Instant) -> Self {
        let shanghai = instant.0.saturating_add(SHANGHAI_OFFSET_MILLISECONDS);
        Self(EPOCH).plus_days(shanghai.div_euclid(DAY_MILLISECONDS))
    }

    /// The first instant of the day in Asia/Shanghai.
    #[must_use]
    pub fn start(self) -> Instant {
        Instant(Self(EPOCH).days_until(self) * DAY_MILLISECONDS - SHANGHAI_OFFSET_MILLISECONDS)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        self.0.weekday()
    }

    /// Whether it is a Saturday or a Sunday.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        matches!(self.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// The day so many days later, or earlier where negative; it stops at the first and the last day there is.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus(Span::new().try_days(days), days >= 0)
    }

    /// The corresponding day so many months later, or the last day of that month where it has no such day
    /// (30 November and three months: the last day of February). It stops at the first and the last day there is.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Self {
        self.plus(Span::new().try_months(months), months >= 0)
    }

    fn plus(self, span: Result<Span, jiff::Error>, forwards: bool) -> Self {
        let limit = if forwards { LAST } else { FIRST };
        let moved = span.and_then(|span| self.0.checked_add(span)).unwrap_or(limit);
        Self(moved.clamp(FIRST, LAST))
    }

    /// How many days later the other day is; negative where it is earlier.
    #[must_use]
    pub fn days_until(self, other: Self) -> i64 {
        other.0.duration_since(self.0).as_hours() / 24
    }

    /// The day as one writes it in Chinese: `2026年2月13日`.
    #[must_use]
    pub fn in_chinese(self) -> String {
        format!("{}年{}月{}日", self.year(), self.month(), self.day())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl FromStr for Day {
    type Err = NoDay;

    /// Reads exactly `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, NoDay> {
        let read = || {
            let mut parts = text.split('-');
            let mut number = |length: usize| {
                let part = parts.next()?;
                let digits = part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
                digits.then(|| part.parse::<i16>().ok()).flatten()
            };
            let (year, month, day) = (number(4)?, number(2)?, number(2)?);
            if parts.next().is_some() {
                return None;
            }
            Self::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
        };
        read().ok_or_else(|| NoDay(text.to_owned()))
    }
}

impl TryFrom<String> for Day {
    type Error = NoDay;
    fn try_from(text: String) -> Result<Self, NoDay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// A moment: milliseconds since the beginning of 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// The instant so many milliseconds after the beginning of 1970.
    #[must_use]
    pub const fn from_milliseconds(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// Milliseconds since the beginning of 1970.
    #[must_use]
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// Whole minutes since the beginning of 1970: all that the public part of a journal entry tells of the time.
    #[must_use]
    pub const fn minute(self) -> i64 {
        self.0.div_euclid(60_000)
    }

    /// The instant so many milliseconds later, or earlier where negative.
    #[must_use]
    pub const fn plus_milliseconds(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in Beijing time, `2026-11-23T09:30:00+08:00`; milliseconds are written where there are any.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shanghai = self.0.saturating_add(SHANGHAI_OFFSET_MILLISECONDS);
        let within = shanghai.rem_euclid(DAY_MILLISECONDS);
        let (hour, minute) = (within / 3_600_000, within / 60_000 % 60);
        write!(formatter, "{}T{hour:02}:{minute:02}:{:02}", Day::of(*self), within / 1000 % 60)?;
        if within % 1000 != 0 {
            write!(formatter, ".{:03}", within % 1000)?;
        }
        formatter.write_str("+08:00")
    }
}

/// A text that is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no moment: give Beijing time as `2026-11-23T09:30`")]
pub struct NoInstant(String);

impl FromStr for Instant {
    type Err = NoInstant;

    /// Reads `YYYY-MM-DDTHH:MM` in Beijing time, with or without seconds and `+08:00`.
    fn from_str(text: &str) -> Result<Self, NoInstant> {
        let read = || {
            let (day, time) = text.strip_suffix("+08:00").unwrap_or(text).split_once('T')?;
            let mut parts = time.split(':');
            let mut number = |limit: i64| {
                let part = parts.next()?;
                let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
                let value = digits.then(|| part.parse::<i64>().ok()).flatten()?;
                (value < limit).then_some(value)
            };
            let (hour, minute) = (number(24)?, number(60)?);
            let second = if time.len() > 5 { number(60)? } else { 0 };
            if parts.next().is_some() {
                return None;
            }
            let day: Day = day.parse().ok()?;
            Some(day.start().plus_milliseconds(((hour * 60 + minute) * 60 + second) * 1000))
        };
        read().ok_or_else(|| NoInstant(text.to_owned()))
    }
}

/// Where the time comes from. Only the program's edge reads a real clock; rules are given an instant.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Instant;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_that_the_calendar_does_not_have_is_refused() {
        for text in [
            "2026-02-30",
            "2025-02-29",
            "2026-13-01",
            "0000-01-01",
            "2026-2-3",
            "20260203",
            "2026-02-03T00",
            "",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        assert_eq!(day("2024-02-29").to_string(), "2024-02-29");
    }

    #[test]
    fn a_month_without_the_corresponding_day_ends_on_its_last_day() {
        assert_eq!(day("2025-11-30").plus_months(3), day("2026-02-28"));
        assert_eq!(day("2027-11-30").plus_months(3), day("2028-02-29"));
        assert_eq!(day("2024-02-29").plus_months(12), day("2025-02-28"));
        assert_eq!(day("2026-03-31").plus_months(-1), day("2026-02-28"));
    }

    #[test]
    fn the_civil_day_begins_at_midnight_in_beijing() {
        let midnight = day("2026-11-23").start();
        assert_eq!(midnight.to_string(), "2026-11-23T00:00:00+08:00");
        assert_eq!(Day::of(midnight), day("2026-11-23"));
        assert_eq!(Day::of(midnight.plus_milliseconds(-1)), day("2026-11-22"));
        assert_eq!(Instant::from_milliseconds(-1).to_string(), "1970-01-01T07:59:59.999+08:00");
        assert_eq!(Instant::from_milliseconds(-1).minute(), -1);
    }

    #[test]
    fn a_moment_is_read_in_beijing_time() {
        let nine = day("2026-11-23").start().plus_milliseconds(9 * 3_600_000);
        for text in ["2026-11-23T09:00", "2026-11-23T09:00:00", "2026-11-23T09:00:00+08:00"] {
            assert_eq!(text.parse(), Ok(nine), "{text}");
        }
        for text in
            ["2026-11-23", "2026-11-23T24:00", "2026-11-23T09:60", "2026-11-23T9:00", "2026-11-23T09:00Z", ""]
        {
            assert!(text.parse::<Instant>().is_err(), "{text}");
        }
    }

    #[test]
    fn arithmetic_stops_at_the_ends_of_the_calendar() {
        assert_eq!(day("9999-12-01").plus_months(3).to_string(), "9999-12-31");
        assert_eq!(day("0001-01-05").plus_days(i64::MIN).to_string(), "0001-01-01");
        assert_eq!(day("2026-01-01").plus_days(i64::MAX).to_string(), "9999-12-31");
        assert_eq!(Day::of(Instant::from_milliseconds(i64::MAX)).to_string(), "9999-12-31");
    }

    proptest! {
        #[test]
        fn a_day_reads_back_from_its_text(milliseconds in -30_000_000_000_000_i64..100_000_000_000_000) {
            let found = Day::of(Instant::from_milliseconds(milliseconds));
            prop_assert_eq!(found.to_string().parse::<Day>().unwrap(), found);
            prop_assert_eq!(Day::of(found.start()), found);
            prop_assert!(found.start().milliseconds() <= milliseconds);
            prop_assert!(found.plus_days(1).start().milliseconds() > milliseconds);
        }

        #[test]
        fn days_until_is_the_inverse_of_plus_days(from in 0_i64..40_000, days in -20_000_i64..20_000) {
            let from = day("1990-01-01").plus_days(from);
            prop_assert_eq!(from.days_until(from.plus_days(days)), days);
        }

        #[test]
        fn a_later_day_is_never_earlier_after_the_same_months(from in 0_i64..40_000, later in 0_i64..400, months in 0_i64..600) {
            let from = day("1990-01-01").plus_days(from);
            prop_assert!(from.plus_months(months) <= from.plus_days(later).plus_months(months));
        }
    }
}
