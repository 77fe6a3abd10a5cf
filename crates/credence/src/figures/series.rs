//! The series: one number, or one histogram, for each name with its labels.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use metrics::{
    Counter, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};

use super::{FIGURES, FigureKind};

/// How many series there are at most.
const SERIES_MAX: usize = 8_192;

/// One series.
#[derive(Debug, Clone)]
pub(super) enum Series {
    /// Grows.
    Counter(Arc<AtomicU64>),
    /// A floating-point number as its bits.
    Gauge(Arc<Gauged>),
    /// A histogram.
    Histogram(Arc<Buckets>),
}

/// A number that goes up and down.
#[derive(Debug, Default)]
pub(super) struct Gauged(AtomicU64);

impl Gauged {
    /// The number.
    pub(super) fn value(&self) -> f64 {
        f64::from_bits(self.0.load(Ordering::Relaxed))
    }

    fn change(&self, change: impl Fn(f64) -> f64) {
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |bits| {
            Some(change(f64::from_bits(bits)).to_bits())
        });
    }
}

impl GaugeFn for Gauged {
    fn increment(&self, value: f64) {
        self.change(|known| known + value);
    }

    fn decrement(&self, value: f64) {
        self.change(|known| known - value);
    }

    fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Ordering::Relaxed);
    }
}

/// How often a value was at most so much.
#[derive(Debug)]
pub(super) struct Buckets {
    /// The bounds.
    pub(super) bounds: &'static [f64],
    /// How many lie in each, those before not counted; the last has no bound.
    pub(super) counts: Vec<AtomicU64>,
    /// All of them together.
    pub(super) sum: Gauged,
}

impl Buckets {
    fn new(bounds: &'static [f64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: Gauged::default() }
    }
}

impl HistogramFn for Buckets {
    fn record(&self, value: f64) {
        let place = self.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
            self.sum.increment(value);
        }
    }
}

/// Every series that is kept.
#[derive(Debug, Default)]
pub struct Figures {
    series: RwLock<HashMap<Key, Series>>,
    refused: AtomicU64,
}

impl Figures {
    /// The series of a key, made where there is none yet.
    fn of(&self, key: &Key, make: impl FnOnce() -> Series) -> Option<Series> {
        let known = self.series.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        if known.is_some() {
            return known;
        }
        let mut series = self.series.write().unwrap_or_else(PoisonError::into_inner);
        if series.len() >= SERIES_MAX && !series.contains_key(key) {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(series.entry(key.clone()).or_insert_with(make).clone())
    }

    /// How many figures were not kept because there were too many.
    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Every series with its key.
    pub(super) fn all(&self) -> Vec<(Key, Series)> {
        let series = self.series.read().unwrap_or_else(PoisonError::into_inner);
        series.iter().map(|(key, series)| (key.clone(), series.clone())).collect()
    }
}

impl Recorder for Figures {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        match self.of(key, || Series::Counter(Arc::default())) {
            Some(Series::Counter(counter)) => Counter::from_arc(counter),
            _ => Counter::noop(),
        }
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        match self.of(key, || Series::Gauge(Arc::default())) {
            Some(Series::Gauge(gauge)) => Gauge::from_arc(gauge),
            _ => Gauge::noop(),
        }
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let figure = FIGURES.iter().find(|figure| figure.name == key.name());
        let Some(FigureKind::Histogram(bounds)) = figure.map(|figure| figure.kind) else {
            return Histogram::noop();
        };
        match self.of(key, || Series::Histogram(Arc::new(Buckets::new(bounds)))) {
            Some(Series::Histogram(histogram)) => Histogram::from_arc(histogram),
            _ => Histogram::noop(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_series_is_bounded() {
        let figures = Figures::default();
        for number in 0..SERIES_MAX + 5 {
            let key =
                Key::from_parts("credence_acts_total", vec![metrics::Label::new("act", number.to_string())]);
            figures.of(&key, || Series::Counter(Arc::default()));
        }
        assert_eq!((figures.all().len(), figures.refused()), (SERIES_MAX, 5));
    }
}
