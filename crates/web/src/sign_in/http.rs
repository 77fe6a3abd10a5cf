//! Asking an identity provider over HTTP: bounded in time and size, never following a redirection.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse};
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// How long a provider may take.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// How many bytes of an answer are read.
const ANSWER_BYTES_MAX: u64 = 1 << 20;

/// Why a provider could not be asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskError {
    #[error("{0}")]
    Http(#[from] Box<ureq::Error>),
    #[error("the request broke off")]
    BrokenOff,
    #[error("`{path}` holds no certificate that can be read: {reason}")]
    Certificate { path: String, reason: String },
}

/// Asks providers.
#[derive(Debug, Clone)]
pub(crate) struct Client(Agent);

impl Client {
    /// A client that trusts what everyone trusts, or one certificate authority only.
    pub(crate) fn new(certificate_authority: Option<&Path>) -> Result<Self, AskError> {
        let mut tls = TlsConfig::builder();
        if let Some(path) = certificate_authority {
            tls = tls.root_certs(RootCerts::Specific(Arc::new(certificates(path)?)));
        }
        let config = Agent::config_builder()
            .timeout_global(Some(ANSWER_MAX))
            // A redirection could lead anywhere, also to what only this machine reaches.
            .max_redirects(0)
            .http_status_as_error(false)
            .tls_config(tls.build())
            .build();
        Ok(Self(config.into()))
    }

    /// Asks.
    pub(crate) async fn ask(self, request: HttpRequest) -> Result<HttpResponse, AskError> {
        let agent = self.0;
        let asking = tokio::task::spawn_blocking(move || {
            let (head, mut body) = agent.run(request).map_err(Box::new)?.into_parts();
            let bytes = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec().map_err(Box::new)?;
            Ok(HttpResponse::from_parts(head, bytes))
        });
        asking.await.map_err(|_| AskError::BrokenOff)?
    }
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, AskError> {
    let fault = |reason: String| AskError::Certificate { path: path.display().to_string(), reason };
    let pem = std::fs::read(path).map_err(|error| fault(error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| fault(error.to_string()))? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(fault("there is none in it".to_owned()));
    }
    Ok(found)
}
