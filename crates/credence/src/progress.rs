//! A progress bar with rate and remaining time, on a terminal only, and only where work lasts longer than a second.

use std::io::{IsTerminal, stderr};
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::edge::Stopwatch;

/// Work of less than this shows no bar.
const SHOWN_AFTER: Duration = Duration::from_secs(1);

/// Progress of one piece of work. It is quiet where nobody watches.
#[derive(Debug)]
pub struct Progress {
    started: Stopwatch,
    total: u64,
    unit: Unit,
    label: &'static str,
    wanted: bool,
    bar: Mutex<Option<ProgressBar>>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of a file.
    Bytes,
    /// Records, entries: things of one kind.
    Things,
}

impl Progress {
    /// Progress towards a total; `label` says of what.
    #[must_use]
    pub fn new(label: &'static str, total: u64, unit: Unit, wanted: bool) -> Self {
        let wanted = wanted && stderr().is_terminal();
        Self { started: Stopwatch::start(), total, unit, label, wanted, bar: Mutex::new(None) }
    }

    /// Says how far the work is.
    pub fn set(&self, done: u64) {
        if !self.wanted || self.started.elapsed() < SHOWN_AFTER {
            return;
        }
        let mut bar = self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        bar.get_or_insert_with(|| self.make()).set_position(done);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        let mut bar = self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(bar) = bar.take() {
            bar.finish_and_clear();
        }
    }

    fn make(&self) -> ProgressBar {
        let template = match self.unit {
            Unit::Bytes => "{prefix} [{bar:30}] {bytes}/{total_bytes} {binary_bytes_per_sec}, {eta} left",
            Unit::Things => "{prefix} [{bar:30}] {human_pos}/{human_len} {per_sec}, {eta} left",
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(self.total), ProgressDrawTarget::stderr_with_hz(5));
        bar.with_style(style.progress_chars("=> "))
            .with_prefix(self.label)
            .with_elapsed(self.started.elapsed())
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
