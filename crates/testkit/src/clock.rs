//! A clock that stands where the test puts it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use law::{Clock, Day, Instant};

/// A clock that stands where the test puts it.
#[derive(Debug, Clone)]
pub struct TownClock(Arc<AtomicI64>);

impl TownClock {
    /// Nine in the morning of a day.
    #[must_use]
    pub fn at(day: &str) -> Self {
        let clock = Self(Arc::default());
        clock.set(day);
        clock
    }

    /// Moves it to nine in the morning of a day, forward or back.
    pub fn set(&self, day: &str) {
        let day: Day = day.parse().expect("a day");
        self.0.store(day.start().milliseconds() + 9 * 3_600_000, Ordering::SeqCst);
    }

    /// Moves it by some milliseconds.
    pub fn advance(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for TownClock {
    fn now(&self) -> Instant {
        Instant::from_milliseconds(self.0.load(Ordering::SeqCst))
    }
}
