//! What the program says while it serves: the log on standard error, and traces for a collector where one is named.

use std::io::IsTerminal;

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry};

use crate::exit::Failure;
use crate::settings::{Settings, table};

#[cfg(feature = "otlp")]
mod traces;

/// A part of what is said, with its own filter.
type Layer = Box<dyn tracing_subscriber::Layer<Registry> + Send + Sync>;

/// What must be ended in order: traces that were not sent yet.
#[derive(Debug, Default)]
pub struct Telemetry {
    #[cfg(feature = "otlp")]
    traces: Option<traces::Traces>,
}

impl Telemetry {
    /// Writes the log to standard error, text for people, JSON lines where it is not a terminal, and sends traces where the
    /// settings say where.
    ///
    /// # Errors
    /// When the collector's address cannot be used.
    pub fn begin(settings: &Settings) -> Result<Self, Failure> {
        let asked = settings.text(&table::LOG).unwrap_or_default();
        let filter = EnvFilter::try_new(asked).unwrap_or_else(|_| EnvFilter::new(table::LOG.usual));
        let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let log: Layer = if std::io::stderr().is_terminal() {
            log.with_filter(filter).boxed()
        } else {
            log.json().with_filter(filter).boxed()
        };
        let mut layers = vec![log];
        let telemetry = Self::with_traces(settings, &mut layers)?;
        // A second log in one process is the first one.
        let _ = tracing_subscriber::registry().with(layers).try_init();
        Ok(telemetry)
    }

    #[cfg(feature = "otlp")]
    fn with_traces(settings: &Settings, layers: &mut Vec<Layer>) -> Result<Self, Failure> {
        let Some(endpoint) = settings.text(&table::TELEMETRY_ENDPOINT) else { return Ok(Self::default()) };
        let (traces, layer) = traces::Traces::begin(endpoint, settings.count(&table::TELEMETRY_PERCENT))?;
        layers.push(layer);
        Ok(Self { traces: Some(traces) })
    }

    /// `settings/checks.rs` refuses an address where the program cannot send traces.
    #[cfg(not(feature = "otlp"))]
    fn with_traces(_: &Settings, _: &mut Vec<Layer>) -> Result<Self, Failure> {
        Ok(Self::default())
    }

    /// Sends what is left, for some seconds at most.
    pub async fn end(self) {
        #[cfg(feature = "otlp")]
        if let Some(traces) = self.traces {
            traces.end().await;
        }
    }
}
