//! Figures for Prometheus: what the crates count, kept in memory and written as text when somebody asks.
//!
//! Labels come from bounded sets (routes, statuses, kinds of act, codes of grounds), never from what somebody sent; and were
//! one to grow all the same, the number of series is bounded here.

mod process;
mod series;
mod text;

use std::sync::Arc;

pub use series::Figures;

/// Of which kind a figure is.
#[derive(Debug, Clone, Copy)]
pub enum FigureKind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How often it was at most so much: in seconds, or by number.
    Histogram(&'static [f64]),
}

/// A figure that there is.
#[derive(Debug)]
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// Its kind.
    pub kind: FigureKind,
    /// What it says.
    pub what: &'static str,
}

const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const NUMBERS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

const fn figure(name: &'static str, kind: FigureKind, what: &'static str) -> Figure {
    Figure { name, kind, what }
}

/// Every figure; a test holds that the crates count no other, and that `docs/operations.md` names each.
pub const FIGURES: &[Figure] = &[
    figure("credence_build_info", FigureKind::Gauge, "always 1, with the version of the program"),
    figure("credence_http_requests_total", FigureKind::Counter, "requests by method, route and status"),
    figure(
        "credence_http_request_seconds",
        FigureKind::Histogram(SECONDS),
        "from a request's head to its answer, by route",
    ),
    figure("credence_http_requests_in_flight", FigureKind::Gauge, "requests that are being served"),
    figure("credence_connections_rejected_total", FigureKind::Counter, "connections that got no place"),
    figure(
        "credence_tls_handshakes_total",
        FigureKind::Counter,
        "clients that did or did not agree on TLS, by outcome",
    ),
    figure(
        "credence_rate_limited_total",
        FigureKind::Counter,
        "requests that were answered with 429, by limit",
    ),
    figure(
        "credence_enumeration_reports_total",
        FigureKind::Counter,
        "callers who were slowed or refused because they try identifiers out, by standing",
    ),
    figure("credence_acts_total", FigureKind::Counter, "entries of acts that were granted, by act"),
    figure("credence_refusals_total", FigureKind::Counter, "acts that the law refused, by the first ground"),
    figure(
        "credence_journal_entries",
        FigureKind::Gauge,
        "the journal's size when a checkpoint was last thought of",
    ),
    figure(
        "credence_checkpoint_behind_entries",
        FigureKind::Gauge,
        "entries that no checkpoint covered then",
    ),
    figure("credence_pen_waiting", FigureKind::Gauge, "acts that waited when the pen was last given back"),
    figure("credence_pen_group_acts", FigureKind::Histogram(NUMBERS), "acts that were committed together"),
    figure(
        "credence_pen_held_seconds",
        FigureKind::Histogram(SECONDS),
        "from taking the pen to giving it back, the commit included",
    ),
    figure("credence_database_errors_total", FigureKind::Counter, "errors that the database gave"),
    figure(
        "credence_series_refused_total",
        FigureKind::Counter,
        "figures that were not kept because there were too many",
    ),
    figure("process_cpu_seconds_total", FigureKind::Counter, "processor time of the program"),
    figure("process_resident_memory_bytes", FigureKind::Gauge, "memory of the program"),
    figure("process_open_fds", FigureKind::Gauge, "open files and connections"),
    figure("process_max_fds", FigureKind::Gauge, "how many the system allows"),
];

/// Begins to keep figures; what was counted before is not known. Once in a process: a second time gives what is kept.
pub fn keep() -> Arc<Figures> {
    static KEPT: std::sync::OnceLock<Arc<Figures>> = std::sync::OnceLock::new();
    let kept = KEPT.get_or_init(|| {
        let figures = Arc::new(Figures::default());
        // It is set here and nowhere else, once.
        let _ = metrics::set_global_recorder(Arc::clone(&figures));
        figures
    });
    Arc::clone(kept)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// The names that stand behind the macros which count.
    fn counted(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                counted(&path, names);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for call in ["counter!(", "gauge!(", "histogram!("] {
                    for rest in text.split(call).skip(1) {
                        if let Some(name) =
                            rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next())
                        {
                            names.insert(name.to_owned());
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_figure_that_is_counted_is_explained_here_and_in_the_operations_guide() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut names = BTreeSet::new();
        for part in ["web", "service", "store"] {
            counted(&root.join("crates").join(part).join("src"), &mut names);
        }
        assert!(names.len() > 10, "{names:?}");
        for name in &names {
            assert!(FIGURES.iter().any(|figure| figure.name == name), "{name} is explained nowhere");
        }
        let guide = std::fs::read_to_string(root.join("docs/operations.md")).unwrap();
        for figure in FIGURES {
            let own = figure.name.starts_with("process_")
                || figure.name == "credence_build_info"
                || figure.name == "credence_series_refused_total";
            assert!(own || names.contains(figure.name), "{} is counted nowhere", figure.name);
            assert!(
                guide.contains(&format!("`{}`", figure.name)),
                "{} is not in docs/operations.md",
                figure.name
            );
        }
    }
}
