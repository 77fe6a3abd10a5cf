//! What a benchmark says: the limit, the result, the ratio, and how they were measured.

use std::time::Duration;

use serde::Serialize;

use crate::exit::Failure;
use crate::output::Output;

/// How much was done in how long, at what cost.
#[derive(Debug, Clone, Serialize)]
pub struct Rate {
    /// What was done.
    pub of: String,
    /// How many were done.
    pub done: u64,
    /// How many a second.
    pub per_second: f64,
    /// How many a second of processor time of program and database; nothing where it cannot be seen.
    pub per_processor_second: Option<f64>,
}

impl Rate {
    /// So many in that time, with that much processor time.
    #[must_use]
    pub fn new(of: impl Into<String>, done: u64, took: Duration, processor: Duration) -> Self {
        let a_second = |time: Duration| (time > Duration::ZERO).then(|| number(done) / time.as_secs_f64());
        Self {
            of: of.into(),
            done,
            per_second: a_second(took).unwrap_or_default(),
            per_processor_second: a_second(processor),
        }
    }
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Measured {
    /// The benchmark.
    pub benchmark: &'static str,
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// How many records the store held.
    pub records: u64,
    /// What the machine does at most, where there is such a limit.
    pub limit: Option<Rate>,
    /// What the program does.
    pub result: Rate,
    /// The result as a part of the limit, by the clock.
    pub ratio: Option<f64>,
    /// The same by processor time.
    pub ratio_of_processor_time: Option<f64>,
    /// Half of the answers came within this time, in milliseconds.
    pub p50_milliseconds: Option<f64>,
    /// Of a hundred answers ninety-nine came within this time, in milliseconds.
    pub p99_milliseconds: Option<f64>,
    /// The most memory that the program held at once, in mebibytes.
    pub peak_memory_mebibytes: Option<f64>,
    /// The processor time of the load generator, in seconds.
    pub load_processor_seconds: Option<f64>,
    /// What else was found, in words.
    pub remarks: Vec<String>,
}

impl Measured {
    /// A result beside its limit.
    #[must_use]
    pub fn new(
        benchmark: &'static str,
        engine: &'static str,
        records: u64,
        limit: Option<Rate>,
        result: Rate,
    ) -> Self {
        let part = |own: f64, limit: f64| (limit > 0.0).then(|| own / limit);
        Self {
            benchmark,
            engine,
            records,
            ratio: limit.as_ref().and_then(|limit| part(result.per_second, limit.per_second)),
            ratio_of_processor_time: limit
                .as_ref()
                .and_then(|limit| part(result.per_processor_second?, limit.per_processor_second?)),
            limit,
            result,
            p50_milliseconds: None,
            p99_milliseconds: None,
            peak_memory_mebibytes: None,
            load_processor_seconds: None,
            remarks: Vec::new(),
        }
    }

    /// Adds how long single answers took.
    #[must_use]
    pub fn with_times(mut self, times: &mut Times) -> Self {
        self.p50_milliseconds = times.part(50).map(milliseconds);
        self.p99_milliseconds = times.part(99).map(milliseconds);
        self
    }

    /// Writes it, for people or for scripts.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn write(&self, output: &Output) -> Result<(), Failure> {
        output.either(self, || self.page())
    }

    fn page(&self) -> String {
        let mut text = format!("{} on {}, {} records", self.benchmark, self.engine, self.records);
        let mut line = |name: &str, value: String| text.push_str(&format!("\n  {name:<14} {value}"));
        if let Some(limit) = &self.limit {
            line("limit", rate(limit));
        }
        line("result", rate(&self.result));
        if let Some(ratio) = self.ratio {
            let of_processor = self
                .ratio_of_processor_time
                .map_or_else(String::new, |ratio| format!("; {ratio:.2} of its processor time"));
            line("ratio", format!("{ratio:.2}{of_processor}"));
        }
        if let (Some(half), Some(most)) = (self.p50_milliseconds, self.p99_milliseconds) {
            line("p50, p99", format!("{half:.3} ms, {most:.3} ms"));
        }
        if let Some(memory) = self.peak_memory_mebibytes {
            line("peak memory", format!("{memory:.0} MiB"));
        }
        if let Some(seconds) = self.load_processor_seconds {
            line("load", format!("{seconds:.1} s of processor time"));
        }
        for remark in &self.remarks {
            line("", remark.clone());
        }
        text
    }
}

fn rate(rate: &Rate) -> String {
    let of_processor = rate
        .per_processor_second
        .map_or_else(String::new, |per| format!(", {per:.0} a second of processor time"));
    format!("{:.0} a second{of_processor}: {}", rate.per_second, rate.of)
}

/// A count as a number with a fraction; counts here are far below 2^53.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^53")]
pub const fn number(count: u64) -> f64 {
    count as f64
}

/// Bytes as mebibytes.
#[must_use]
pub fn mebibytes(bytes: u64) -> f64 {
    number(bytes) / 1_048_576.0
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// How long single answers took.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<u32>);

impl Times {
    /// Adds one.
    pub fn add(&mut self, time: Duration) {
        self.0.push(u32::try_from(time.as_micros()).unwrap_or(u32::MAX));
    }

    /// Adds all of another.
    pub fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// The time within which so many in a hundred were done.
    pub fn part(&mut self, in_a_hundred: usize) -> Option<Duration> {
        self.0.sort_unstable();
        let place = (self.0.len() * in_a_hundred).div_ceil(100).max(1) - 1;
        self.0.get(place).map(|micros| Duration::from_micros(u64::from(*micros)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_times_are_those_of_the_sorted_list() {
        let mut times = Times::default();
        assert_eq!(times.part(50), None);
        for millisecond in (1..=100).rev() {
            times.add(Duration::from_millis(millisecond));
        }
        assert_eq!(times.part(50), Some(Duration::from_millis(50)));
        assert_eq!(times.part(99), Some(Duration::from_millis(99)));
        assert_eq!(times.part(100), Some(Duration::from_millis(100)));
    }

    #[test]
    fn a_ratio_is_the_result_as_a_part_of_the_limit() {
        let rate = |done| Rate::new("things", done, Duration::from_secs(2), Duration::from_secs(4));
        let measured = Measured::new("x", "sqlite", 1, Some(rate(400)), rate(100));
        assert_eq!((measured.ratio, measured.ratio_of_processor_time), (Some(0.25), Some(0.25)));
        assert_eq!(measured.result.per_second, 50.0);
        assert!(measured.page().contains("0.25"));
    }
}
