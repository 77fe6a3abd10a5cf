//! A small city on a store of its own, with a clock that stands still.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use register::authority::{Authority, AuthorityCode, Duty};
use register::caller::Caller;
use service::administration::KeyFor;
use service::{Demo, Platform, PlatformOptions};
use sha2::{Digest, Sha256};
use testkit::TownClock;
use testkit::engine::{Engine, Place};
use web::{Limits, WebOptions};

pub const ORGANISATION: &str = "91110108YY000001XL";
pub const ORGANISATION_NAME: &str = "北京示例云杉餐饮管理有限公司";
pub const INDIVIDUAL_BUSINESS: &str = "92110108YY";
pub const PERSON: &str = "119999199305175051";
pub const PERSON_NAME: &str = "孙样本";

pub const PENALTIES: &str = include_str!("../../../../demo/samples/penalty-organisations.csv");
pub const PENALTIES_WITH_ERRORS: &str = include_str!("../../../../demo/samples/penalty-with-errors.csv");
pub const PERSON_PENALTIES: &str = include_str!("../../../../demo/samples/penalty-persons.csv");
pub const COMMENDATIONS: &str = include_str!("../../../../demo/samples/commendations.jsonl");

/// Bytes that differ each time and are the same in each run.
#[derive(Default)]
struct Counted(AtomicU64);

impl journal::Randomness for Counted {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let digest = Sha256::digest(self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            chunk.copy_from_slice(&digest[..chunk.len()]);
        }
    }
}

/// What the log said, of all tests of this binary.
pub fn log() -> String {
    String::from_utf8_lossy(&LOG.get().unwrap().lock().unwrap()).into_owned()
}

static LOG: OnceLock<Arc<Mutex<Vec<u8>>>> = OnceLock::new();

#[derive(Clone)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn keep_the_log() {
    LOG.get_or_init(|| {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let writer = Kept(Arc::clone(&kept));
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::INFO)
            .with_writer(move || writer.clone())
            .init();
        kept
    });
}

/// The city.
pub struct City {
    pub platform: Platform,
    pub router: Router,
    pub clock: TownClock,
    pub haidian: String,
    pub transport: String,
    pub economy: String,
    pub organisation: String,
    pub person: String,
    pub bank: String,
    pub operator: String,
    place: Place,
}

impl City {
    pub async fn new() -> Self {
        Self::with(true, Limits::default()).await
    }

    pub async fn with(demo: bool, limits: Limits) -> Self {
        Self::with_options(demo, WebOptions { limits, ..WebOptions::default() }).await
    }

    pub async fn with_options(demo: bool, options: WebOptions) -> Self {
        keep_the_log();
        let place = Place::new(Engine::Sqlite).unwrap();
        let clock = TownClock::at("2026-11-23");
        let platform_options = PlatformOptions {
            store: place.address.clone(),
            keys: None,
            ring: None,
            demo_allowed: true,
            clock: Arc::new(clock.clone()),
            randomness: Arc::new(Counted::default()),
        };
        let demo = demo.then(|| Demo { seed: 1, day: "2026-11-23".parse().unwrap() });
        let platform = Platform::create(platform_options, "credence.example/test", demo).await.unwrap();
        let authorities: Vec<Authority> =
            serde_json::from_str(include_str!("../../../../demo/authorities.json")).unwrap();
        for authority in authorities {
            platform.enrol(authority, &Caller::Operator).await.unwrap();
        }
        let edition = serde_json::from_str(include_str!("../../../../demo/catalogue.json")).unwrap();
        platform.publish(edition, &Caller::Operator).await.unwrap();
        let spool = place.folder.path().join("spool");
        std::fs::create_dir(&spool).unwrap();
        let router = web::router(platform.clone(), WebOptions { spool, ..options });
        let key =
            async |asked| platform.issue_key(asked, "test", None, &Caller::Operator).await.unwrap().token;
        let office =
            |code: &str| KeyFor::Office { authority: AuthorityCode(code.to_owned()), duties: Vec::new() };
        let subject = |identifier: &str| KeyFor::Subject { identifier: identifier.to_owned() };
        Self {
            haidian: key(office("market-regulation-haidian")).await,
            transport: key(office("transport")).await,
            economy: key(KeyFor::Office {
                authority: AuthorityCode("economy-informatization".to_owned()),
                duties: vec![Duty::new(1).unwrap()],
            })
            .await,
            organisation: key(subject(ORGANISATION)).await,
            person: key(subject(PERSON)).await,
            bank: key(KeyFor::ThirdParty {
                name: "北京示例银行".to_owned(),
                identifier: "911100001000054748".to_owned(),
            })
            .await,
            operator: key(KeyFor::Operator).await,
            platform,
            router,
            clock,
            place,
        }
    }

    /// What an entry holds, with who acted.
    pub async fn act(&self, entry: u64) -> register::event::Act {
        self.place.act(entry).await
    }

    /// Files that are still in the spool.
    pub fn spooled(&self) -> usize {
        std::fs::read_dir(self.place.folder.path().join("spool")).unwrap().count()
    }
}
