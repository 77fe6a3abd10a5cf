//! One measurement: how long something took by the clock and by the processors of program and database.

use super::inquiry::processor_time;
use super::place::BenchPlace;
use super::process::Processes;
use super::report::Rate;
use crate::edge::Stopwatch;
use std::time::Duration;

/// A measurement that is under way.
#[derive(Debug)]
pub struct Gauge {
    processes: [Option<Processes>; 2],
    before: Duration,
    watch: Stopwatch,
}

impl Gauge {
    /// Begins to measure this program and the database of a place.
    #[must_use]
    pub fn start(place: &BenchPlace) -> Self {
        Self::of([Some(Processes::own()), place.database])
    }

    fn of(processes: [Option<Processes>; 2]) -> Self {
        Self { processes, before: processor_time(&processes), watch: Stopwatch::start() }
    }

    /// How long ago it began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.watch.elapsed()
    }

    /// What was done since.
    #[must_use]
    pub fn rate(&self, of: impl Into<String>, done: u64) -> Rate {
        let processor = processor_time(&self.processes).saturating_sub(self.before);
        Rate::new(of, done, self.watch.elapsed(), processor)
    }
}
