//! Traces: how long the parts of a request took, sent to an OpenTelemetry collector (OTLP over HTTP, protobuf).
//!
//! Only spans leave, with the fields that the program gives them: a request's number, method, route and status. No line of the
//! log does, since the text of an error may hold what a database said.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Metadata;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{FilterFn, LevelFilter};

use super::Layer;
use crate::exit::Failure;

/// How long the collector may take for a parcel of spans, and for the last one when the program ends.
const SENT_WITHIN: Duration = Duration::from_secs(3);
/// The crates whose spans leave.
const OWN: [&str; 4] = ["web", "service", "store", "credence"];

/// Traces that are being sent.
#[derive(Debug)]
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to send spans of so many of a hundred requests.
    pub(super) fn begin(endpoint: &str, percent: u64) -> Result<(Self, Layer), Failure> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new())
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{endpoint}/v1/traces"))
            .with_timeout(SENT_WITHIN)
            .build()
            .map_err(|error| Failure::usage(format!("`{endpoint}` cannot be sent traces: {error}")))?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::TraceIdRatioBased(percent.min(100) as f64 / 100.0))
            .with_resource(Resource::builder_empty().with_service_name("credence").build())
            .build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("credence"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(own_spans())
            .boxed();
        Ok((Self(provider), layer))
    }

    /// Sends what is left.
    pub(super) async fn end(self) {
        // The last parcel is waited for by a thread of its own; a collector that is not there must not keep the program.
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(SENT_WITHIN));
        if !matches!(ended.await, Ok(Ok(()))) {
            tracing::warn!("the last traces were not sent");
        }
    }
}

/// Lets our own spans through and nothing else.
fn own_spans() -> FilterFn {
    let own = |metadata: &Metadata<'_>| {
        let part = metadata.target().split("::").next().unwrap_or_default();
        metadata.is_span() && OWN.contains(&part)
    };
    // What is finer than this need not even be asked for.
    FilterFn::new(own as fn(&Metadata<'_>) -> bool).with_max_level_hint(LevelFilter::INFO)
}

/// Sends parcels by the same plain HTTP client as the rest of the program.
#[derive(Debug)]
struct Client(ureq::Agent);

impl Client {
    fn new() -> Self {
        let config =
            ureq::Agent::config_builder().timeout_global(Some(SENT_WITHIN)).http_status_as_error(false);
        Self(config.build().into())
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let answer = self.0.run(Request::from_parts(head, body.to_vec()))?;
        let (head, mut body) = answer.into_parts();
        Ok(Response::from_parts(head, Bytes::from(body.read_to_vec()?)))
    }
}

impl HttpClient for Client {
    fn send_bytes<'client, 'sending>(
        &'client self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'sending>>
    where
        'client: 'sending,
        Self: 'sending,
    {
        // Spans are sent by a thread of their own, which has nothing else to do meanwhile.
        Box::pin(async move { self.send(request) })
    }
}
