//! What every handler shares.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use register::authority::AuthorityCode;
use register::caller::Caller;
use service::Platform;
use tokio::sync::Semaphore;

use crate::kept::KeptPages;
use crate::options::WebOptions;
use crate::paces::Keeper;
use crate::passage::Arrivals;
use crate::sign_in::provider::Provider;
use crate::staging::Staging;

/// How often it may be asked at the same time whether the program is ready: each asks the store, and is not held up by the
/// limit of requests.
const READINESS_MAX: usize = 8;

/// What every handler shares.
pub(crate) struct Site {
    pub(crate) platform: Platform,
    pub(crate) options: WebOptions,
    /// How many requests may still be served at the same time.
    pub(crate) requests: Arc<Semaphore>,
    /// Bodies that have not come whole yet.
    pub(crate) arrivals: Arrivals,
    /// How often it may be asked at the same time whether the program is ready.
    pub(crate) readiness: Semaphore,
    /// Where people sign in.
    pub(crate) providers: Vec<Provider>,
    /// Files that are being received and filed.
    pub(crate) uploads: Arc<Uploads>,
    /// Files that were looked at and are not filed yet.
    pub(crate) staging: Arc<Staging>,
    /// Who asks too often.
    pub(crate) paces: Keeper,
    /// Pages that were drawn before.
    pub(crate) kept: KeptPages,
    requests_begun: AtomicU64,
    warned_of_a_proxy: AtomicBool,
}

impl Site {
    pub(crate) fn new(platform: Platform, options: WebOptions) -> Self {
        let requests = Arc::new(Semaphore::new(options.limits.requests_max));
        let arrivals = Arrivals::new(options.limits.arrivals_max);
        let readiness = Semaphore::new(READINESS_MAX);
        let uploads = Arc::new(Uploads::new(options.limits.uploads_max));
        let providers = options.sign_in.providers.iter().cloned().map(Provider::new).collect();
        let paces = Keeper::new(options.paces);
        let (requests_begun, warned_of_a_proxy) = (AtomicU64::new(0), AtomicBool::new(false));
        Self {
            platform,
            options,
            requests,
            arrivals,
            readiness,
            providers,
            uploads,
            staging: Arc::default(),
            paces,
            kept: KeptPages::default(),
            requests_begun,
            warned_of_a_proxy,
        }
    }

    /// The number of the next request: no other of any process has it, and it says nothing of who asks.
    pub(crate) fn next_request(&self) -> String {
        format!("{}-{:x}", self.options.process, self.requests_begun.fetch_add(1, Ordering::Relaxed))
    }

    /// Says once that someone speaks as a proxy does who is not trusted as one: most likely a proxy was forgotten in the
    /// configuration, and all its clients count as one.
    pub(crate) fn warn_of_a_proxy(&self) {
        if !self.warned_of_a_proxy.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a request speaks for another address and did not come from a trusted proxy: name your proxies in \
                 `proxy.trusted`, or all their clients count as one"
            );
        }
    }

    /// The name of one of our cookies: with `__Host-` where people reach the platform by HTTPS.
    pub(crate) fn cookie_named(&self, name: &str) -> String {
        if self.is_https() { format!("__Host-credence-{name}") } else { format!("credence-{name}") }
    }

    /// The header that has the browser keep a cookie: no script reads it, and no other site's form or frame sends it along.
    pub(crate) fn set_cookie(&self, name: &str, value: &str, seconds: u64) -> String {
        let secure = if self.is_https() { "; Secure" } else { "" };
        let name = self.cookie_named(name);
        // `Lax`, since the way back from an identity provider begins at another site.
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
    }

    /// The header that has the browser forget a cookie.
    pub(crate) fn clear_cookie(&self, name: &str) -> String {
        self.set_cookie(name, "", 0)
    }

    /// Whether people reach the platform by HTTPS.
    pub(crate) fn is_https(&self) -> bool {
        self.options.address.starts_with("https://")
    }
}

/// Files that are being received and filed, with the office of each: one office takes at most half of the places, so that
/// its slow or broken line keeps no other office from filing.
#[derive(Debug)]
pub(crate) struct Uploads {
    places: usize,
    taken: Mutex<Vec<Option<AuthorityCode>>>,
}

/// A place for one file, given back when dropped; the task that files it holds it, which may outlive the request.
#[derive(Debug)]
pub(crate) struct UploadPlace {
    uploads: Arc<Uploads>,
    office: Option<AuthorityCode>,
}

impl Uploads {
    pub(crate) fn new(places: usize) -> Self {
        Self { places, taken: Mutex::default() }
    }

    fn taken(&self) -> MutexGuard<'_, Vec<Option<AuthorityCode>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a file of this caller, if there is one.
    pub(crate) fn take(self: &Arc<Self>, caller: &Caller) -> Option<UploadPlace> {
        let office = caller.office().cloned();
        let mut taken = self.taken();
        let own = taken.iter().filter(|holder| **holder == office).count();
        if taken.len() >= self.places || own >= self.places.div_ceil(2) {
            return None;
        }
        taken.push(office.clone());
        Some(UploadPlace { uploads: Arc::clone(self), office })
    }
}

impl Drop for UploadPlace {
    fn drop(&mut self) {
        let mut taken = self.uploads.taken();
        if let Some(place) = taken.iter().position(|holder| *holder == self.office) {
            taken.swap_remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_office_takes_at_most_half_of_the_places_and_gives_them_back() {
        let uploads = Arc::new(Uploads::new(4));
        let of = |code: &str| Caller::OperatorClaiming { office: AuthorityCode(code.to_owned()) };
        let mut held: Vec<_> = (0..2).filter_map(|_| uploads.take(&of("tax"))).collect();
        assert_eq!(held.len(), 2);
        assert!(uploads.take(&of("tax")).is_none());
        held.extend([uploads.take(&of("transport")), uploads.take(&Caller::Operator)].into_iter().flatten());
        assert_eq!(held.len(), 4);
        assert!(uploads.take(&of("water")).is_none());
        held.remove(0);
        assert!(uploads.take(&of("tax")).is_some());
        assert!(Arc::new(Uploads::new(1)).take(&of("tax")).is_some());
    }
}
