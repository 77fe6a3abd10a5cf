//! The platform: a store, the law, and the one way in which an act is written.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use journal::{Randomness, Receipt};
use law::{Calendar, Clock, Day, Instant, Law, LawInForce};
use metrics::counter;
use register::acts::information::access::Key;
use register::acts::information::commencement::take_force;
use register::authority::{Authority, AuthorityCode};
use register::caller::{Caller, KeyNumber};
use register::catalogue::Catalogue;
use register::event::Act;
use register::rules::access::{Undertaking, may_undertake};
use register::ruling::{Refusal, Ruling};
use register::subject::EntryNumber;
use serde::Serialize;
use store::{
    Appended, Demo, Foreseen, GivenRing, OrganisationSearch, Pen, Reader, Store, StoreAddress, StoreOptions,
    Writing,
};
use tracing::Instrument as _;

use crate::access::check_caller;
use crate::administration::alone;
use crate::authorities::Authorities;
use crate::cases::RightsFigures;
use crate::error::ServiceError;
use crate::publication::KeptDocuments;
use crate::recipients::with_notices;
use crate::statistics::Statistics;
use crate::vigilance::{AbuseReport, Vigilance};

/// How to open a platform.
#[derive(Clone)]
pub struct PlatformOptions {
    /// Where the store is.
    pub store: StoreAddress,
    /// The folder of the keys, for a store on PostgreSQL.
    pub keys: Option<PathBuf>,
    /// The key ring, where it does not lie with the other keys.
    pub ring: Option<GivenRing>,
    /// Whether a demo store may be opened.
    pub demo_allowed: bool,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where salts and keys come from.
    pub randomness: Arc<dyn Randomness>,
}

impl PlatformOptions {
    fn store_options(&self) -> StoreOptions {
        let mut options =
            StoreOptions::new(self.store.clone(), Arc::clone(&self.clock), Arc::clone(&self.randomness));
        options.keys.clone_from(&self.keys);
        options.ring.clone_from(&self.ring);
        options.demo_allowed = self.demo_allowed;
        options
    }
}

/// A city's platform: cheap to clone, used by many at once.
#[derive(Clone)]
pub struct Platform {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    law: Law,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    /// Finds organisations by name; begun when it is first asked for, since a command line seldom does.
    search: OnceLock<OrganisationSearch>,
    /// The newest edition that was read; whether it still is the newest is asked on each use.
    catalogue: Mutex<Option<Arc<Catalogue>>>,
    /// Offices and keys as they were read last; whether they still are is asked under the pen on each use.
    offices: Mutex<HashMap<AuthorityCode, Authority>>,
    keys: Mutex<HashMap<KeyNumber, Key>>,
    /// All offices as they were read last; whether they still are is asked on each use.
    authorities: Mutex<Option<Arc<Authorities>>>,
    /// Public data of organisations that were written down; whether they still hold is asked on each use.
    documents: Mutex<KeptDocuments>,
    law_on: Mutex<Option<Arc<LawInForce>>>,
    /// The working days; read when a deadline is first asked for.
    calendar: OnceLock<Calendar>,
    /// The day for which every version of the law in force is known to be journalled.
    commenced: Mutex<Option<Day>>,
    /// Who watches over callers, where the platform is served.
    vigilance: OnceLock<Vigilance>,
    /// What of the journal was added up already.
    counted: tokio::sync::Mutex<Statistics>,
    figures: tokio::sync::Mutex<Option<Arc<RightsFigures>>>,
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Platform").field("store", &self.inner.store).finish_non_exhaustive()
    }
}

/// What an act left behind: its entries, in order.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The entries.
    pub entries: Vec<Appended>,
}

/// An act that was done: its last entry and the receipt.
#[derive(Debug, Clone, Serialize)]
pub struct Done {
    /// The entry's number.
    pub entry: EntryNumber,
    /// The receipt: a signed promise at once.
    pub receipt: Receipt,
}

/// How many keys are kept at most; beyond that all are read again.
const KEYS_KEPT_MAX: usize = 10_000;

/// What deciding under the pen yields: the ruling, and what the answer needs besides.
pub(crate) type Deciding<'p, E> = Writing<'p, (Ruling, E), ServiceError>;

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Platform {
    /// Opens the platform of a store.
    ///
    /// # Errors
    /// When the store cannot be opened or the law's data are not in order.
    pub async fn open(options: PlatformOptions) -> Result<Self, ServiceError> {
        let store = Store::open(options.store_options()).await?;
        Self::new(store, options)
    }

    /// Creates a store, with its keys, and opens its platform.
    ///
    /// # Errors
    /// When there is a store already, or it cannot be created.
    pub async fn create(
        options: PlatformOptions,
        origin: &str,
        demo: Option<Demo>,
    ) -> Result<Self, ServiceError> {
        let store = Store::create(options.store_options(), origin, demo).await?;
        Self::new(store, options)
    }

    fn new(store: Store, options: PlatformOptions) -> Result<Self, ServiceError> {
        Ok(Self {
            inner: Arc::new(Inner {
                store,
                law: Law::load()?,
                clock: options.clock,
                randomness: options.randomness,
                search: OnceLock::new(),
                catalogue: Mutex::new(None),
                offices: Mutex::default(),
                keys: Mutex::default(),
                authorities: Mutex::default(),
                documents: Mutex::default(),
                law_on: Mutex::new(None),
                calendar: OnceLock::new(),
                commenced: Mutex::new(None),
                vigilance: OnceLock::new(),
                counted: tokio::sync::Mutex::default(),
                figures: tokio::sync::Mutex::default(),
            }),
        })
    }

    pub(crate) fn offices(&self) -> std::sync::MutexGuard<'_, HashMap<AuthorityCode, Authority>> {
        lock(&self.inner.offices)
    }

    pub(crate) fn kept_authorities(&self) -> std::sync::MutexGuard<'_, Option<Arc<Authorities>>> {
        lock(&self.inner.authorities)
    }

    pub(crate) fn kept_figures(&self) -> &tokio::sync::Mutex<Option<Arc<RightsFigures>>> {
        &self.inner.figures
    }

    pub(crate) fn counted(&self) -> &tokio::sync::Mutex<Statistics> {
        &self.inner.counted
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The index of organisations' names; a server asks for it at its start, so that it is ready when someone searches.
    pub fn search(&self) -> &OrganisationSearch {
        self.inner.search.get_or_init(|| OrganisationSearch::start(self.store()))
    }

    /// From now on watches over whoever inquires through this process; it is said once.
    pub fn watch_over_callers(&self, vigilance: Vigilance) {
        let _ = self.inner.vigilance.set(vigilance);
    }

    pub(crate) fn vigilance(&self) -> Option<&Vigilance> {
        self.inner.vigilance.get()
    }

    /// Callers who inquired as if identifiers were tried out, noticed since this was asked last (Article 19).
    #[must_use]
    pub fn abuse_reports(&self) -> Vec<AbuseReport> {
        self.vigilance().map(Vigilance::reports).unwrap_or_default()
    }

    pub(crate) fn randomness(&self) -> &dyn Randomness {
        self.inner.randomness.as_ref()
    }

    /// A word that nobody can guess: 32 random bytes in hexadecimal.
    #[must_use]
    pub fn random_word(&self) -> String {
        let mut bytes = [0_u8; 32];
        self.randomness().fill(&mut bytes);
        hex::encode(bytes)
    }

    /// The dated law.
    #[must_use]
    pub fn law(&self) -> &Law {
        &self.inner.law
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.inner.clock.now()
    }

    /// The civil day.
    #[must_use]
    pub fn today(&self) -> Day {
        Day::of(self.now())
    }

    /// The law in force on a day; the last one asked for is kept.
    ///
    /// # Errors
    /// When no version applies to the day.
    pub fn law_on(&self, day: Day) -> Result<Arc<LawInForce>, ServiceError> {
        let mut kept = lock(&self.inner.law_on);
        if let Some(law) = kept.as_ref().filter(|law| law.day() == day) {
            return Ok(Arc::clone(law));
        }
        let law = Arc::new(self.inner.law.on(day)?);
        *kept = Some(Arc::clone(&law));
        Ok(law)
    }

    /// The working days as they were published.
    pub(crate) fn calendar(&self) -> Result<&Calendar, ServiceError> {
        if let Some(calendar) = self.inner.calendar.get() {
            return Ok(calendar);
        }
        let calendar = Calendar::load()?;
        Ok(self.inner.calendar.get_or_init(|| calendar))
    }

    /// What the store was made from, if it is a demo.
    #[must_use]
    pub fn demo(&self) -> Option<Demo> {
        self.inner.store.demo()
    }

    /// Whether it is a demo store, whose data are invented.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.inner.store.is_demo()
    }

    /// The journal's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.inner.store.origin()
    }

    /// Takes no more acts, waits for those that were taken, and lets the store go.
    pub async fn close(&self) {
        self.inner.store.close().await;
    }

    /// The catalogue in force.
    ///
    /// # Errors
    /// When none was published yet, or the store fails.
    pub async fn catalogue(&self) -> Result<Arc<Catalogue>, ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let catalogue = self.catalogue_of(&mut snapshot).await?;
        snapshot.end().await?;
        Ok(catalogue)
    }

    /// The catalogue in force in the state that a reader reads.
    pub(crate) async fn catalogue_of(&self, reader: &mut Reader) -> Result<Arc<Catalogue>, ServiceError> {
        let newest = reader.newest_edition().await?;
        self.edition_of(reader, newest).await
    }

    /// An edition of the catalogue, if it was the last one to be read.
    pub(crate) fn kept_edition(&self, number: u64) -> Option<Arc<Catalogue>> {
        lock(&self.inner.catalogue).as_ref().filter(|kept| kept.number == number).map(Arc::clone)
    }

    /// The newest edition of the catalogue, whose number was read already.
    pub(crate) async fn edition_of(
        &self,
        reader: &mut Reader,
        newest: u64,
    ) -> Result<Arc<Catalogue>, ServiceError> {
        let none = || ServiceError::NotFound { what: "published catalogue".to_owned() };
        if let Some(kept) = self.kept_edition(newest) {
            return Ok(kept);
        }
        let published = reader.edition(newest).await?.ok_or_else(none)?;
        let catalogue = Catalogue::compile(published.number, published.edition).map_err(|faults| {
            let faults = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            ServiceError::malformed("catalogue", faults.clone(), faults)
        })?;
        let catalogue = Arc::new(catalogue);
        *lock(&self.inner.catalogue) = Some(Arc::clone(&catalogue));
        Ok(catalogue)
    }

    pub(crate) fn kept_documents(&self) -> std::sync::MutexGuard<'_, KeptDocuments> {
        lock(&self.inner.documents)
    }

    /// A key as it was read last.
    pub(crate) fn kept_key(&self, number: KeyNumber) -> Option<Key> {
        lock(&self.inner.keys).get(&number).cloned()
    }

    /// Keeps a key as it was read.
    pub(crate) fn keep_key(&self, key: &Key) {
        let mut keys = lock(&self.inner.keys);
        if keys.len() >= KEYS_KEPT_MAX {
            keys.clear();
        }
        keys.insert(key.number, key.clone());
    }

    /// Has an act decided under the pen and journals what was ruled: the one way in which anything is written.
    ///
    /// Whether the caller may undertake it at all is asked first: what is not written down as allowed is refused. Before the
    /// decision the caller's key or session is asked again, and the versions of the law that took force since the last act
    /// get their entries. A refusal that is itself an event is journalled, and then returned as the error.
    pub(crate) async fn act<E, F>(
        &self,
        undertaking: Undertaking,
        caller: &Caller,
        decide: F,
    ) -> Result<(Recorded, E), ServiceError>
    where
        F: for<'p> Fn(&'p mut Pen, Arc<LawInForce>) -> Deciding<'p, E> + Send + Sync + 'static,
        E: Send + 'static,
    {
        self.act_foreseen(undertaking, Foreseen::default(), caller, decide).await
    }

    /// Like [`Platform::act`], for an act that says beforehand what it checks again under the pen.
    pub(crate) async fn act_foreseen<E, F>(
        &self,
        undertaking: Undertaking,
        foreseen: Foreseen,
        caller: &Caller,
        decide: F,
    ) -> Result<(Recorded, E), ServiceError>
    where
        F: for<'p> Fn(&'p mut Pen, Arc<LawInForce>) -> Deciding<'p, E> + Send + Sync + 'static,
        E: Send + 'static,
    {
        if !undertaking.refusal_is_entered() {
            may_undertake(undertaking, caller)?;
        }
        let platform = self.clone();
        let caller = caller.clone();
        let decide = Arc::new(decide);
        let (ruled, extra) = self
            .store()
            .write_foreseen(
                foreseen,
                move |pen| -> Writing<'_, (Result<Recorded, Refusal>, E), ServiceError> {
                    let (platform, caller, decide) = (platform.clone(), caller.clone(), Arc::clone(&decide));
                    Box::pin(async move {
                        check_caller(pen, &caller).await?;
                        if undertaking.needs_two() {
                            alone(pen, &caller).await?;
                        }
                        let law = platform.commence_under(pen).await?;
                        let (ruling, extra) = decide(pen, law).await?;
                        Ok((record(pen, &caller, ruling).await?, extra))
                    })
                },
            )
            .instrument(tracing::info_span!("act"))
            .await?;
        count(&ruled);
        Ok((ruled?, extra))
    }

    /// Journals the versions of the law that took force and have no entry yet (Articles 15, 56).
    ///
    /// # Errors
    /// When no version applies to the day, or the store fails.
    pub async fn commence(&self) -> Result<(), ServiceError> {
        self.act(Undertaking::EnterLaw, &Caller::Operator, |_, _| {
            Box::pin(async { Ok((Ruling::Granted { events: Vec::new(), grounds: Vec::new() }, ())) })
        })
        .await
        .map(|_| ())
    }

    async fn commence_under(&self, pen: &mut Pen) -> Result<Arc<LawInForce>, ServiceError> {
        let law = self.law_on(Day::of(pen.now()))?;
        if *lock(&self.inner.commenced) != Some(law.day()) {
            let recorded = pen.law_versions().await?;
            let acts: Vec<Act> = take_force(&law, &recorded)
                .into_iter()
                .map(|event| Act { caller: Caller::Operator, event })
                .collect();
            if acts.is_empty() {
                // Only what is known to be committed is kept: with new entries the next act asks once more.
                *lock(&self.inner.commenced) = Some(law.day());
            } else {
                pen.append(&acts).await?;
            }
        }
        Ok(law)
    }

    /// The receipt of an act's last entry.
    pub(crate) fn done(&self, recorded: &Recorded) -> Result<Done, ServiceError> {
        let last = recorded
            .entries
            .last()
            .ok_or_else(|| ServiceError::BrokenOff("the act left no entry".to_owned()))?;
        let receipt = Receipt::promise(self.store().signer()?, &last.leaf)?;
        Ok(Done { entry: last.number, receipt })
    }
}

/// Counts what was done and what was refused.
fn count(ruled: &Result<Recorded, Refusal>) {
    match ruled {
        Ok(recorded) => {
            for entry in &recorded.entries {
                counter!("credence_acts_total", "act" => entry.leaf.kind.clone(), "outcome" => "granted")
                    .increment(1);
            }
        }
        Err(refusal) => {
            // The first ground is what the caller reads first; codes are the program's own words.
            let ground =
                refusal.grounds.first().map_or_else(|| "none".to_owned(), |ground| ground.code.to_string());
            counter!("credence_refusals_total", "ground" => ground).increment(1);
        }
    }
}

async fn record(
    pen: &mut Pen,
    caller: &Caller,
    ruling: Ruling,
) -> Result<Result<Recorded, Refusal>, ServiceError> {
    let (events, refusal) = match ruling {
        Ruling::Granted { events, .. } => (events, None),
        Ruling::Refused { refusal, events } => (events, Some(refusal)),
    };
    let own = events.len();
    let events = with_notices(pen, events, caller).await?;
    let acts: Vec<Act> = events.into_iter().map(|event| Act { caller: caller.clone(), event }).collect();
    let mut entries = pen.append_many(acts).await?;
    // The act is answered by its own entries; the notices behind it are for others.
    entries.truncate(own);
    Ok(refusal.map_or(Ok(Recorded { entries }), Err))
}
