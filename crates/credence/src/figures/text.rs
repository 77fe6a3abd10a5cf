//! The text that Prometheus reads (exposition format 0.0.4).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use metrics::Key;

use super::series::{Buckets, Figures, Series};
use super::{FIGURES, FigureKind, process};

impl Figures {
    /// All figures as text, each with what it says and its kind.
    #[must_use]
    pub fn text(&self) -> String {
        // Lines by name; within a name in order, so that two answers can be compared.
        let mut lines: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let all = self.all();
        for (key, series) in &all {
            let of_name = lines.entry(key.name()).or_default();
            match series {
                Series::Counter(counter) => {
                    of_name.push(format!("{} {}", named(key, "", None), counter.load(Ordering::Relaxed)));
                }
                Series::Gauge(gauge) => of_name.push(format!("{} {}", named(key, "", None), gauge.value())),
                Series::Histogram(buckets) => of_name.push(histogram(key, buckets)),
            }
        }
        let version = env!("CARGO_PKG_VERSION");
        lines.insert("credence_build_info", vec![format!("credence_build_info{{version=\"{version}\"}} 1")]);
        lines.insert(
            "credence_series_refused_total",
            vec![format!("credence_series_refused_total {}", self.refused())],
        );
        for (name, value) in process::figures() {
            lines.insert(name, vec![format!("{name} {value}")]);
        }
        let mut text = String::new();
        for figure in FIGURES {
            let Some(mut lines) = lines.remove(figure.name) else { continue };
            lines.sort_unstable();
            let kind = match figure.kind {
                FigureKind::Counter => "counter",
                FigureKind::Gauge => "gauge",
                FigureKind::Histogram(_) => "histogram",
            };
            let _ = writeln!(text, "# HELP {} {}\n# TYPE {0} {kind}", figure.name, figure.what);
            lines.iter().for_each(|line| {
                let _ = writeln!(text, "{line}");
            });
        }
        text
    }
}

/// A name with its labels.
fn named(key: &Key, suffix: &str, bound: Option<&str>) -> String {
    let labels = key.labels().map(|label| (label.key(), label.value()));
    let labels: Vec<String> = labels
        .chain(bound.map(|bound| ("le", bound)))
        .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
        .collect();
    if labels.is_empty() {
        format!("{}{suffix}", key.name())
    } else {
        format!("{}{suffix}{{{}}}", key.name(), labels.join(","))
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn histogram(key: &Key, buckets: &Buckets) -> String {
    let mut lines = Vec::new();
    let mut sum = 0;
    let bounds = buckets.bounds.iter().map(ToString::to_string).chain(["+Inf".to_owned()]);
    for (bound, count) in bounds.zip(&buckets.counts) {
        sum += count.load(Ordering::Relaxed);
        lines.push(format!("{} {sum}", named(key, "_bucket", Some(&bound))));
    }
    lines.push(format!("{} {}", named(key, "_sum", None), buckets.sum.value()));
    lines.push(format!("{} {sum}", named(key, "_count", None)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use metrics::{counter, gauge, histogram, with_local_recorder};

    use super::*;

    #[test]
    fn figures_are_written_as_prometheus_reads_them() {
        let figures = Figures::default();
        with_local_recorder(&figures, || {
            counter!("credence_acts_total", "act" => "a \"b\"\\\n").increment(2);
            gauge!("credence_http_requests_in_flight").increment(2.0);
            gauge!("credence_http_requests_in_flight").decrement(0.5);
            for value in [1.0, 2.0, 3.0, 1000.0] {
                histogram!("credence_pen_group_acts").record(value);
            }
            counter!("nobody_knows_it").increment(1);
        });
        let text = figures.text();
        assert!(
            text.contains(
                "# TYPE credence_acts_total counter\ncredence_acts_total{act=\"a \\\"b\\\"\\\\\\n\"} 2\n"
            ),
            "{text}"
        );
        assert!(text.contains("\ncredence_http_requests_in_flight 1.5\n"));
        for line in [
            "credence_pen_group_acts_bucket{le=\"1\"} 1",
            "credence_pen_group_acts_bucket{le=\"2\"} 2",
            "credence_pen_group_acts_bucket{le=\"4\"} 3",
            "credence_pen_group_acts_bucket{le=\"256\"} 3",
            "credence_pen_group_acts_bucket{le=\"+Inf\"} 4",
            "credence_pen_group_acts_sum 1006",
            "credence_pen_group_acts_count 4",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} {text}");
        }
        assert!(!text.contains("nobody_knows_it"));
        assert!(text.contains("process_open_fds"));
    }
}
