//! One measurement: how long something took by the clock and by the processors of program and database.

use std::time::Duration;

use super::place::BenchPlace;
use super::process::{Processes, processor_time};
use super::report::Rate;
use crate::edge::Stopwatch;

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
        Self::of(Processes::own(), place)
    }

    /// Begins to measure another program and the database of a place.
    #[must_use]
    pub fn of(program: Processes, place: &BenchPlace) -> Self {
        let processes = [Some(program), place.database];
        Self { processes, before: processor_time(&processes), watch: Stopwatch::start() }
    }

    /// How long ago it began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.watch.elapsed()
    }

    /// The processor time used since.
    #[must_use]
    pub fn processor(&self) -> Duration {
        processor_time(&self.processes).saturating_sub(self.before)
    }

    /// What was done since.
    #[must_use]
    pub fn rate(&self, of: impl Into<String>, done: u64) -> Rate {
        Rate::new(of, done, self.elapsed(), self.processor())
    }
}
