//! Statistics: what the public leaves of the journal add up to, and nothing else (Articles 7, 13). Whoever mirrors the journal can
//! add them up again; nobody's record is opened for them, and nothing in them is about anyone in particular.

use std::collections::BTreeMap;

use law::Day;
use register::subject::EntryNumber;
use serde::Serialize;
use store::EntriesTallied;

use crate::error::ServiceError;
use crate::platform::Platform;

/// How many entries are added up in one statement.
const ENTRIES_AT_ONCE: u64 = 500_000;

/// How often each kind of act was done.
pub type ByKind = BTreeMap<String, u64>;

/// A civil month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The year.
    pub year: i16,
    /// The month, from 1.
    pub month: i8,
}

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: Day) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// The month before.
    #[must_use]
    pub const fn before(self) -> Self {
        if self.month <= 1 {
            return Self { year: self.year.saturating_sub(1), month: 12 };
        }
        Self { year: self.year, month: self.month - 1 }
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year, self.month)
    }
}

impl Serialize for Month {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What the journal adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Statistics {
    /// The journal's size: every entry below it is counted.
    pub journal_size: u64,
    /// The whole.
    pub total: ByKind,
    /// By month; a month without an entry is left out.
    pub months: BTreeMap<Month, ByKind>,
    /// By office, as the leaves name it: `operator`, and `-` for those who act for themselves.
    pub offices: BTreeMap<String, ByKind>,
}

impl Statistics {
    fn add(&mut self, EntriesTallied { day, kind, office, count }: EntriesTallied) {
        let month = self.months.entry(Month::of(day)).or_default();
        let office = self.offices.entry(office).or_default();
        for counts in [month, office, &mut self.total] {
            *counts.entry(kind.clone()).or_default() += count;
        }
    }
}

impl Platform {
    /// What the journal adds up to up to now. What was counted is kept: only newer entries are read.
    ///
    /// Articles: 7, 13
    ///
    /// # Errors
    /// When the store fails.
    pub async fn statistics(&self) -> Result<Statistics, ServiceError> {
        let mut counted = self.counted().lock().await;
        let mut snapshot = self.store().snapshot().await?;
        let size = snapshot.head().await?.size;
        while counted.journal_size < size {
            let from = counted.journal_size;
            let before = size.min(from.saturating_add(ENTRIES_AT_ONCE));
            for tallied in snapshot.tally(EntryNumber(from), EntryNumber(before)).await? {
                counted.add(tallied);
            }
            counted.journal_size = before;
        }
        snapshot.end().await?;
        Ok(counted.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_before_january_is_december() {
        let january = Month::of("2026-01-31".parse().unwrap());
        assert_eq!(january.to_string(), "2026-01");
        assert_eq!(january.before().to_string(), "2025-12");
        assert_eq!(january.before().before().to_string(), "2025-11");
    }
}
