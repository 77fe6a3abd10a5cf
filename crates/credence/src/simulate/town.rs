//! The platform of a simulation, its people and its offices.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use exchange::FileKind;
use law::{Calendar, Day, Severity};
use register::acts::information::access::Origin;
use register::authority::AuthorityCode;
use register::caller::{Caller, Person};
use register::catalogue::ItemCode;
use service::administration::{KeyFor, KeyTerms};
use service::filing::FileRequest;
use service::{Platform, PlatformOptions, ServiceError};
use store::{Demo, SeededRandomness, Store, StoreAddress, StoreOptions, VerifyKnown};

use crate::context::{failure, store_failure};
use crate::demo::city::{AUTHORITIES, CATALOGUE, City, Wanted};
use crate::demo::lines::Who;
use crate::demo::timeline::instant;
use crate::edge::FixedClock;
use crate::exit::Failure;

/// How an office does its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Character {
    /// Does what it owes in time.
    Diligent,
    /// Does nothing that it is not forced to.
    Negligent,
    /// Tries what it may not.
    Hostile,
}

/// An office with two officers in their own names.
#[derive(Debug)]
pub struct Office {
    /// Its code.
    pub code: AuthorityCode,
    /// How it works.
    pub character: Character,
    /// The officer who files and looks.
    pub clerk: Caller,
    /// The officers who handle cases, one after the other: who decided about a record does not verify it again.
    pub handlers: [Caller; 3],
}

/// A subject.
#[derive(Debug)]
pub struct Subject {
    /// The full identifier.
    pub identifier: String,
    /// Whether it is a human being.
    pub human: bool,
    /// Who it is, for writing lines.
    pub who: Who,
    /// The subject with its key; none until something is held about it.
    pub caller: Option<Caller>,
}

/// A town.
pub struct Town {
    /// The platform.
    pub platform: Platform,
    /// Its clock.
    pub clock: Arc<FixedClock>,
    /// The days on which nobody works.
    pub calendar: Calendar,
    /// Offices.
    pub offices: Vec<Office>,
    /// Subjects.
    pub subjects: Vec<Subject>,
    /// Whoever has consents.
    pub bank: Caller,
    /// The identifier of the bank.
    pub bank_code: String,
    city: City,
    folder: PathBuf,
    seed: u64,
    written: u64,
    starts: u64,
}

impl std::fmt::Debug for Town {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Town").field("seed", &self.seed).finish_non_exhaustive()
    }
}

fn options(folder: &Path, seed: u64, start: u64, clock: &Arc<FixedClock>) -> PlatformOptions {
    PlatformOptions {
        store: StoreAddress::Folder(folder.to_path_buf()),
        keys: None,
        ring: None,
        demo_allowed: true,
        clock: Arc::clone(clock) as Arc<dyn law::Clock>,
        // Each start draws on: salts never come twice.
        randomness: Arc::new(SeededRandomness::new(seed, &format!("simulation, start {start}"))),
    }
}

async fn key(platform: &Platform, asked: KeyFor, account: Option<String>) -> Result<Caller, ServiceError> {
    let person = account.map(|account| Person { name: format!("人员{account}"), account, mandate: None });
    let terms = KeyTerms { person, ..KeyTerms::default() };
    let last_day = Some(platform.today().plus_days(1000));
    let issued = platform.issue_bound_key(asked, terms, "simulation", last_day, &Caller::Operator).await?;
    platform.authenticate(&issued.token, Some(&Origin::HERE)).await
}

impl Town {
    /// Founds a town in an empty folder.
    ///
    /// # Errors
    /// When the store fails, or the day lies before the law.
    pub async fn found(folder: &Path, seed: u64, subjects: u64, first: Day) -> Result<Self, Failure> {
        let calendar = Calendar::load().map_err(|error| Failure::failed(error.to_string()))?;
        let city = City::new(seed, first, subjects, &calendar)?;
        let clock = Arc::new(FixedClock::at(instant(first, 0)));
        let made = Demo { seed, day: first };
        let platform =
            Platform::create(options(folder, seed, 0, &clock), "simulation.example/journal", Some(made));
        let platform = platform.await.map_err(|error| failure(&error))?;
        let carried = |error: serde_json::Error| Failure::failed(error.to_string());
        let authorities: Vec<register::authority::Authority> =
            serde_json::from_str(AUTHORITIES).map_err(carried)?;
        let edition = serde_json::from_str(CATALOGUE).map_err(carried)?;
        let mut offices = Vec::with_capacity(authorities.len());
        for (place, authority) in authorities.into_iter().enumerate() {
            let (code, duties) = (authority.code.clone(), authority.duties.clone());
            platform.enrol(authority, &Caller::Operator).await.map_err(|error| failure(&error))?;
            let named = async |officer: &str| {
                let office = KeyFor::Office { authority: code.clone(), duties: duties.clone() };
                key(&platform, office, Some(format!("{place}{officer}")))
                    .await
                    .map_err(|error| failure(&error))
            };
            let clerk = named("01").await?;
            let handlers = [named("02").await?, named("03").await?, named("04").await?];
            let character = match place % 5 {
                3 => Character::Negligent,
                4 => Character::Hostile,
                _ => Character::Diligent,
            };
            offices.push(Office { code, character, clerk, handlers });
        }
        platform.publish(edition, &Caller::Operator).await.map_err(|error| failure(&error))?;
        let bank_code = Who::Organisation(9_000_000).portrait(seed).identifier;
        let bank = KeyFor::ThirdParty { name: "某银行".to_owned(), identifier: bank_code.clone() };
        let bank = key(&platform, bank, None).await.map_err(|error| failure(&error))?;
        let subjects = (0..subjects).map(|place| {
            let (who, human) = match place % 10 {
                0..=5 => (Who::Organisation(place), false),
                6 => (Who::Business(place), true),
                _ => (Who::Person(place), true),
            };
            Subject { identifier: who.portrait(seed).identifier, human, who, caller: None }
        });
        let subjects = subjects.collect();
        let folder = folder.to_path_buf();
        Ok(Self {
            platform,
            clock,
            calendar,
            offices,
            subjects,
            bank,
            bank_code,
            city,
            folder,
            seed,
            written: 0,
            starts: 0,
        })
    }

    /// Ends the program without warning and starts it again.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn crash(&mut self) -> Result<(), Failure> {
        self.starts += 1;
        let opened = Platform::open(options(&self.folder, self.seed, self.starts, &self.clock)).await;
        self.platform = opened.map_err(|error| failure(&error))?;
        Ok(())
    }

    /// The office with a code.
    #[must_use]
    pub fn office(&self, code: &AuthorityCode) -> Option<&Office> {
        self.offices.iter().find(|office| office.code == *code)
    }

    /// A subject as it acts for itself, with a key that is issued when it first does.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn caller(&mut self, subject: usize) -> Result<Option<Caller>, Failure> {
        let Some(known) = self.subjects.get_mut(subject) else { return Ok(None) };
        if known.caller.is_none() {
            let asked = KeyFor::Subject { identifier: known.identifier.clone() };
            known.caller = Some(key(&self.platform, asked, None).await.map_err(|error| failure(&error))?);
        }
        Ok(known.caller.clone())
    }

    /// Writes a line about a subject that an office would file, and says which office.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(
        &mut self,
        item: &'static str,
        subject: usize,
        finding: Day,
        severity: Option<Severity>,
    ) -> Result<Option<(PathBuf, AuthorityCode)>, Failure> {
        let Some(who) = self.subjects.get(subject).map(|subject| subject.who) else { return Ok(None) };
        self.written += 1;
        let path = self.folder.join("line.jsonl");
        let mut bytes = Vec::new();
        let wanted = Wanted { item, who, finding, severity, follow: None };
        let today = self.platform.today();
        let written = self.city.write_wanted(&wanted, self.written, today, &mut bytes);
        let written = written.map_err(|error| Failure::file(&path, &error))?;
        std::fs::write(&path, bytes).map_err(|error| Failure::file(&path, &error))?;
        Ok(written.map(|written| (path, AuthorityCode(written.authority))))
    }

    /// A request to file what was written.
    #[must_use]
    pub fn request(path: &Path, item: &str) -> FileRequest {
        FileRequest {
            path: path.to_path_buf(),
            name: None,
            item: ItemCode(item.to_owned()),
            kind: FileKind::JsonLines,
            all_or_nothing: false,
            idempotency_key: None,
        }
    }

    /// What is wrong with the journal or with the tables that follow from it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn faults(&self) -> Result<Vec<String>, Failure> {
        self.platform.advance_checkpoint().await.map_err(|error| failure(&error))?;
        let randomness = Arc::new(SeededRandomness::new(self.seed, "simulation, verified"));
        let clock = Arc::clone(&self.clock) as Arc<dyn law::Clock>;
        let mut options = StoreOptions::new(StoreAddress::Folder(self.folder.clone()), clock, randomness);
        options.demo_allowed = true;
        let store = Store::open_to_verify(options).await.map_err(|error| store_failure(&error))?;
        let report =
            store.verify(VerifyKnown::default(), &|_| ()).await.map_err(|error| store_failure(&error))?;
        let compared = store.rebuild_compare(&|_| ()).await.map_err(|error| store_failure(&error))?;
        let mut faults: Vec<String> =
            report.problems.iter().map(|problem| format!("verify: {problem:?}")).collect();
        faults.extend(compared.differences.iter().map(|difference| format!("fold: {difference:?}")));
        Ok(faults)
    }
}
