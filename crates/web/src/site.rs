//! What every handler shares.

use std::sync::Arc;

use service::Platform;
use tokio::sync::Semaphore;

use crate::options::WebOptions;

/// What every handler shares.
pub(crate) struct Site {
    pub(crate) platform: Platform,
    pub(crate) options: WebOptions,
    /// How many requests may still be served at the same time.
    pub(crate) requests: Semaphore,
    /// How many files may still be received at the same time; shared with the task that files, which may outlive the request.
    pub(crate) uploads: Arc<Semaphore>,
}

impl Site {
    pub(crate) fn new(platform: Platform, options: WebOptions) -> Self {
        let requests = Semaphore::new(options.limits.requests_max);
        let uploads = Arc::new(Semaphore::new(options.limits.uploads_max));
        Self { platform, options, requests, uploads }
    }
}
