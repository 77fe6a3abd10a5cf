//! The edge of the program: the only place that reads the clock and draws randomness. Everything inside is given an
//! instant and a source of bytes, so that the demo city, the tests and a fold of the journal give the same twice.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant as Monotonic, SystemTime, UNIX_EPOCH};

use journal::Randomness;
use law::{Clock, Day, Instant};

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the edge of the program: the only reading of the clock")]
    fn now(&self) -> Instant {
        // A clock before 1970 reads as 1970; the journal's time never goes back in any case.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant::from_milliseconds(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// This moment, by the clock of the operating system.
#[must_use]
pub fn now() -> Instant {
    SystemClock.now()
}

/// Today in Beijing, by the clock of the operating system.
#[must_use]
pub fn today() -> Day {
    Day::of(now())
}

/// A clock that stands still until it is set: the time of the demo city.
#[derive(Debug)]
pub struct FixedClock {
    milliseconds: AtomicI64,
}

impl FixedClock {
    /// A clock that stands at this instant.
    #[must_use]
    pub const fn at(instant: Instant) -> Self {
        Self { milliseconds: AtomicI64::new(instant.milliseconds()) }
    }

    /// Moves the clock forward; it never goes back.
    pub fn advance_to(&self, instant: Instant) {
        self.milliseconds.fetch_max(instant.milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant::from_milliseconds(self.milliseconds.load(Ordering::SeqCst))
    }
}

/// The random generator of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandomness;

impl Randomness for OsRandomness {
    #[expect(clippy::disallowed_methods, reason = "the edge of the program: the only drawing of randomness")]
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // A salt or a key that somebody could predict would be worse than no service at all.
            eprintln!(
                "the operating system gives no random numbers: stopping before anything predictable is sealed"
            );
            std::process::abort();
        }
    }
}

/// Measures how long the program works, for progress and rates; it decides nothing.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Monotonic);

impl Stopwatch {
    /// Starts now.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the edge of the program: time spent, shown to whoever waits"
    )]
    pub fn start() -> Self {
        Self(Monotonic::now())
    }

    /// How long ago it was started.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_clock_never_goes_back() {
        let clock = FixedClock::at(Instant::from_milliseconds(10));
        clock.advance_to(Instant::from_milliseconds(5));
        assert_eq!(clock.now(), Instant::from_milliseconds(10));
        clock.advance_to(Instant::from_milliseconds(20));
        assert_eq!(clock.now(), Instant::from_milliseconds(20));
    }
}
