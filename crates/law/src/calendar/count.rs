//! Counting working days. The first day is not counted; between two days FROM is excluded and TO included.

use super::{Calendar, CalendarUnknown, CountedDay, Due};
use crate::time::Day;

impl Calendar {
    /// The day on which a deadline of so many working days ends. The day of the act is not counted; a deadline of no
    /// working days ends on the day of the act, whatever day that is.
    ///
    /// Articles: 14, 36, 37, 38
    ///
    /// # Errors
    /// [`CalendarUnknown`] where the count runs into a year that is not published; it carries the day for a reminder.
    pub fn due(&self, from: Day, working_days: u32) -> Result<Due, CalendarUnknown> {
        let mut day = from;
        let mut left = working_days;
        while left > 0 {
            let next = day.plus_days(1);
            match self.is_working_day(next) {
                Ok(counts) if next > day => left -= u32::from(counts),
                _ => return Err(self.unknown(next.year(), plain_weekdays_after(day, left))),
            }
            day = next;
        }
        Ok(Due { from, working_days, due: day })
    }

    /// How many working days lie between two days, the first excluded and the second included; none where the second
    /// is not later than the first.
    ///
    /// # Errors
    /// [`CalendarUnknown`] where a day between them is of a year that is not published.
    pub fn between(&self, from: Day, to: Day) -> Result<u32, CalendarUnknown> {
        let mut count = 0;
        let mut day = from;
        while day < to {
            day = day.plus_days(1);
            let counts =
                self.is_working_day(day).map_err(|error| self.unknown(error.year, plain_weekday_from(to)))?;
            count += u32::from(counts);
        }
        Ok(count)
    }

    /// Every day from the day after the act to the due day, what it is, and its number where it counts.
    ///
    /// # Errors
    /// [`CalendarUnknown`] as [`Calendar::due`].
    pub fn explain(&self, from: Day, working_days: u32) -> Result<Vec<CountedDay>, CalendarUnknown> {
        let last = self.due(from, working_days)?.due;
        let mut days = Vec::new();
        let mut counted = 0;
        let mut day = from;
        while day < last {
            day = day.plus_days(1);
            let kind = self.kind(day)?;
            let number = kind.is_working_day().then(|| {
                counted += 1;
                counted
            });
            days.push(CountedDay { day, kind, number });
        }
        Ok(days)
    }
}

/// The first Monday to Friday from this day on.
pub(super) fn plain_weekday_from(day: Day) -> Day {
    let mut found = day;
    while found.is_weekend() && found < found.plus_days(1) {
        found = found.plus_days(1);
    }
    found
}

/// The day that so many Mondays to Fridays after this one give, at least one.
fn plain_weekdays_after(day: Day, weekdays: u32) -> Day {
    // From a weekend the count starts as from the Friday before it.
    let mut start = day;
    while start.is_weekend() && start > start.plus_days(-1) {
        start = start.plus_days(-1);
    }
    let (weeks, rest) = (i64::from(weekdays / 5), i64::from(weekdays % 5));
    let mut found = start.plus_days(weeks * 7);
    for _ in 0..rest {
        found = plain_weekday_from(found.plus_days(1));
    }
    found
}
