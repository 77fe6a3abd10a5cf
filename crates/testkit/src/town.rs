//! The town itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use exchange::FileKind;
use register::acts::information::access::Origin;
use register::authority::{Authority, AuthorityCode, Duty};
use register::caller::Caller;
use register::catalogue::{CatalogueEdition, ItemCode};
use serde_json::Value;
use service::administration::KeyFor;
use service::filing::{FileRequest, FilingReport};
use service::inquiry::{Answer, InquiryRequest, PurposeRequest};
use service::{Platform, PlatformOptions, ServiceError};
use store::{SeededRandomness, Store, StoreOptions};

use crate::clock::TownClock;
use crate::engine::{Engine, Place};

/// The demo's catalogue.
const CATALOGUE: &str = include_str!("../../../demo/catalogue.json");
/// The demo's authorities.
const AUTHORITIES: &str = include_str!("../../../demo/authorities.json");

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A town: a platform with the demo's catalogue and authorities on a store of its own.
#[derive(Debug)]
pub struct Town {
    /// The platform.
    pub platform: Platform,
    /// Its clock.
    pub clock: TownClock,
    /// Where its store is.
    pub place: Place,
    files: AtomicU64,
}

impl Town {
    /// A town on the morning of 23 November 2026.
    pub async fn new(engine: Engine) -> Self {
        Self::on(engine, "2026-11-23").await
    }

    /// A town on a day.
    pub async fn on(engine: Engine, day: &str) -> Self {
        let place = Place::new(engine).expect("CREDENCE_TEST_POSTGRES");
        let clock = TownClock::at(day);
        let platform = Platform::create(options(&place, &clock), "town.example/journal", None).await.unwrap();
        let town = Self { platform, clock, place, files: AtomicU64::new(0) };
        let authorities: Vec<Authority> = serde_json::from_str(AUTHORITIES).unwrap();
        for authority in authorities {
            town.platform.enrol(authority, &Caller::Operator).await.unwrap();
        }
        let edition: CatalogueEdition = serde_json::from_str(CATALOGUE).unwrap();
        town.platform.publish(edition, &Caller::Operator).await.unwrap();
        town
    }

    /// Closes the platform and opens it again, as after a restart.
    pub async fn reopen(&mut self) {
        self.platform.close().await;
        self.platform = Platform::open(options(&self.place, &self.clock)).await.unwrap();
    }

    /// Options to open the town's store once more beside its platform.
    #[must_use]
    pub fn store_options(&self) -> StoreOptions {
        let randomness = SeededRandomness::new(NEXT.fetch_add(1, Ordering::Relaxed), "town");
        let mut options =
            StoreOptions::new(self.place.address.clone(), Arc::new(self.clock.clone()), Arc::new(randomness));
        options.keys = keys(&self.place);
        options
    }

    /// The town's store opened to be verified.
    pub async fn store(&self) -> Store {
        Store::open_to_verify(self.store_options()).await.unwrap()
    }

    /// An operator claiming an office.
    #[must_use]
    pub fn office(&self, code: &str) -> Caller {
        Caller::OperatorClaiming { office: AuthorityCode(code.to_owned()) }
    }

    /// A caller with a key issued for it.
    pub async fn key(&self, asked: KeyFor) -> Caller {
        let issued = self.platform.issue_key(asked, "test", None, &Caller::Operator).await.unwrap();
        self.platform.authenticate(&issued.token, Some(&Origin::HERE)).await.unwrap()
    }

    /// A subject with a key.
    pub async fn subject(&self, identifier: &str) -> Caller {
        self.key(KeyFor::Subject { identifier: identifier.to_owned() }).await
    }

    /// An office's key with some duties.
    pub async fn officer(&self, office: &str, duties: &[u8]) -> Caller {
        let duties = duties.iter().filter_map(|duty| Duty::new(*duty)).collect();
        self.key(KeyFor::Office { authority: AuthorityCode(office.to_owned()), duties }).await
    }

    /// Writes a file into the town's folder.
    pub fn write(&self, extension: &str, bytes: &[u8]) -> std::path::PathBuf {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let path = self.place.folder.path().join(format!("file-{number}.{extension}"));
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// A request to file lines as JSON Lines.
    pub fn request(&self, item: &str, lines: &[Value]) -> FileRequest {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        FileRequest {
            path: self.write("jsonl", text.as_bytes()),
            name: None,
            item: ItemCode(item.to_owned()),
            kind: FileKind::JsonLines,
            all_or_nothing: false,
            idempotency_key: None,
        }
    }

    /// Files a file.
    ///
    /// # Errors
    /// As the platform says.
    pub async fn file(&self, request: FileRequest, office: &str) -> Result<FilingReport, ServiceError> {
        self.platform.file(request, &self.office(office), &|_| ()).await
    }

    /// Files lines that must all be good.
    pub async fn file_all(&self, item: &str, office: &str, lines: &[Value]) -> FilingReport {
        let report = self.file(self.request(item, lines), office).await.unwrap();
        assert_eq!(report.errors, Vec::new());
        report
    }

    /// An officer's inquiry.
    ///
    /// # Errors
    /// As the platform says.
    pub async fn inquire(&self, identifier: &str, by: &Caller, duty: u8) -> Result<Answer, ServiceError> {
        let purpose = PurposeRequest::Duty { duty, matter: "案2026-1".to_owned() };
        self.ask(Some(identifier), by, purpose).await
    }

    /// One's own information.
    ///
    /// # Errors
    /// As the platform says.
    pub async fn own(&self, by: &Caller) -> Result<Answer, ServiceError> {
        self.ask(None, by, PurposeRequest::Own).await
    }

    /// Any inquiry.
    ///
    /// # Errors
    /// As the platform says.
    pub async fn ask(
        &self,
        identifier: Option<&str>,
        by: &Caller,
        purpose: PurposeRequest,
    ) -> Result<Answer, ServiceError> {
        let request =
            InquiryRequest { identifier: identifier.map(str::to_owned), kind: None, purpose, before: None };
        self.platform.inquire(request, by).await
    }
}

fn keys(place: &Place) -> Option<std::path::PathBuf> {
    place.address.folder().is_none().then(|| place.folder.path().join("keys"))
}

fn options(place: &Place, clock: &TownClock) -> PlatformOptions {
    PlatformOptions {
        store: place.address.clone(),
        keys: keys(place),
        ring: None,
        demo_allowed: false,
        clock: Arc::new(clock.clone()),
        randomness: Arc::new(SeededRandomness::new(NEXT.fetch_add(1, Ordering::Relaxed), "town")),
    }
}
