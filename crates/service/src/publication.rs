//! Publication: what anyone sees about organisations, and how they find them (Articles 13, 15, 35).
//!
//! What the public sees leaves no trace of the visitor; it is counted roughly, by organisation and day. Nothing about a
//! human being is ever here: for a person's or an individual business's code the answer is that of an unknown one.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use bytes::Bytes;
use law::identifier::IdentifierKind;
use law::{Day, InformationClass};
use register::acts::information::inquiry::select;
use register::rules::disclosure::{Viewer, see};
use register::rules::identification::{Identified, identify};
use register::subject::{EntryNumber, SubjectKind, SubjectNumber};
use register::view::RecordView;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{About, NoPlace, OrganisationFound, SearchPlace, SubjectStanding};

use crate::error::ServiceError;
use crate::facts;
use crate::platform::Platform;

/// An organisation as the public sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublicOrganisation {
    /// The unified social credit code.
    pub code: String,
    /// The kind.
    pub kind: SubjectKind,
    /// The name under which it is found.
    pub name: Option<String>,
    /// The day for which this is said.
    pub as_of: Day,
    /// The versions of the law.
    pub law: Vec<String>,
    /// The edition of the catalogue.
    pub catalogue: String,
    /// What is proactively disclosed and within its display period.
    pub records: Vec<RecordView>,
}

/// An organisation's public data as they are sent, and by what they are told to be unchanged.
#[derive(Debug, Clone)]
pub struct PublicDocument {
    /// The JSON document.
    pub bytes: Bytes,
    /// The digest of the bytes, in hexadecimal.
    pub digest: Arc<str>,
    /// The entry that had enrolled an authority last.
    pub authorities: Option<EntryNumber>,
}

/// Public data that were written down, and what they rest on: the subject's version, the edition and the day.
#[derive(Debug, Clone)]
struct KeptDocument {
    standing: SubjectStanding,
    day: Day,
    document: PublicDocument,
}

/// Documents that are kept: of organisations only, which the type of what is in them says. Each is checked on each use.
#[derive(Debug, Default)]
pub(crate) struct KeptDocuments {
    by_code: HashMap<String, KeptDocument>,
    bytes: usize,
}

/// The name of the journal of a benchmark's store.
pub const BENCH_ORIGIN: &str = "bench.credence.example/journal";

/// How many bytes of documents are kept at most; beyond that all are let go.
const KEPT_BYTES_MAX: usize = 32 << 20;

impl KeptDocuments {
    fn keep(&mut self, code: &str, kept: KeptDocument) {
        if self.bytes > KEPT_BYTES_MAX {
            *self = Self::default();
        }
        self.bytes += kept.document.bytes.len() + 512;
        if let Some(earlier) = self.by_code.insert(code.to_owned(), kept) {
            self.bytes = self.bytes.saturating_sub(earlier.document.bytes.len() + 512);
        }
    }
}

/// An organisation in a list of results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrganisationHit {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// Its kind.
    pub kind: SubjectKind,
    /// Which classes of information about it are on display.
    pub classes: BTreeSet<InformationClass>,
}

/// Which of the organisations found are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SearchFilter {
    /// Only of this kind.
    pub kind: Option<SubjectKind>,
    /// Only where something of this class is on display.
    pub class: Option<InformationClass>,
}

impl SearchFilter {
    fn takes(self, hit: &OrganisationHit) -> bool {
        self.kind.is_none_or(|kind| hit.kind == kind)
            && self.class.is_none_or(|class| hit.classes.contains(&class))
    }
}

/// A page of results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchPage {
    /// The organisations, best first.
    pub results: Vec<OrganisationHit>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// How many results a page may have.
const PAGE_MAX: usize = 50;

/// How long a search waits for an index that is being built.
const INDEX_WAIT: std::time::Duration = std::time::Duration::from_secs(2);

fn unknown() -> ServiceError {
    ServiceError::NotFound { what: "public record of an organisation under this code".to_owned() }
}

impl Platform {
    /// What the public sees about an organisation. Someone unknown, a human being, and an organisation of which nothing is
    /// on display get the same answer.
    ///
    /// Articles: 13, 15, 35
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], or the store failed.
    pub async fn organisation(&self, code: &str) -> Result<PublicOrganisation, ServiceError> {
        let today = self.today();
        let about = identify(code, Some(IdentifierKind::UnifiedCode), today).map_err(|_| unknown())?;
        if about.kind.is_human() {
            return Err(unknown());
        }
        Ok(self.looked_up(&about, None, today).await?.0)
    }

    /// What the public sees about an organisation, as it is sent. What was written down before is sent again as long as the
    /// subject's version, the edition of the catalogue, the authorities and the civil day are the same, which is asked each time: what was
    /// withdrawn at entry n is never sent after entry n + 1, whichever server entered it.
    ///
    /// Articles: 13, 15, 35, 36
    ///
    /// # Errors
    /// See [`Platform::organisation`].
    pub async fn organisation_document(&self, code: &str) -> Result<PublicDocument, ServiceError> {
        let today = self.today();
        let about = identify(code, Some(IdentifierKind::UnifiedCode), today).map_err(|_| unknown())?;
        if about.kind.is_human() {
            return Err(unknown());
        }
        let code = &about.identifier.value;
        let kept = self.kept_documents().by_code.get(code).filter(|kept| kept.day == today).cloned();
        if let Some(kept) = kept
            && self.store().standing(&about.identifier).await? == Some(kept.standing)
        {
            self.store().count_public_look(kept.standing.subject, today);
            return Ok(kept.document);
        }
        let authorities = self.authorities().await?.as_of;
        let (found, standing) = self.looked_up(&about, authorities, today).await?;
        let bytes = serde_json::to_vec(&found)
            .map_err(|error| ServiceError::BrokenOff(format!("the answer cannot be written: {error}")))?;
        let digest = hex::encode(Sha256::digest(&bytes)).into();
        let document = PublicDocument { bytes: bytes.into(), digest, authorities };
        if let Some(standing) = standing {
            let kept = KeptDocument { standing, day: today, document: document.clone() };
            self.kept_documents().keep(code, kept);
        }
        Ok(document)
    }

    /// The rows of an organisation as they are held, written down without asking the law: a benchmark's yardstick, of a store of
    /// invented data only.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], or the store failed.
    #[doc(hidden)]
    pub async fn organisation_rows(&self, code: &str) -> Result<Vec<u8>, ServiceError> {
        if self.origin() != BENCH_ORIGIN {
            return Err(unknown());
        }
        let about = identify(code, Some(IdentifierKind::UnifiedCode), self.today()).map_err(|_| unknown())?;
        let held = self.store().about(&about.identifier).await?;
        let rows: Vec<_> = facts::with_contents(held.records)?
            .into_iter()
            .map(|(record, content)| (record.number, record.finding_day, content.fields))
            .collect();
        serde_json::to_vec(&rows)
            .map_err(|error| ServiceError::BrokenOff(format!("the rows cannot be written: {error}")))
    }

    /// The public data, and what they rest on if nothing else can change them.
    async fn looked_up(
        &self,
        about: &Identified,
        authorities: Option<EntryNumber>,
        today: Day,
    ) -> Result<(PublicOrganisation, Option<SubjectStanding>), ServiceError> {
        let held = self.store().about(&about.identifier).await?;
        // What is staged comes into force by its batch's entry, which is no change of the subject's own.
        let settled = held.records.iter().all(|(record, _)| record.in_force);
        let edition = held.edition;
        let standing = held.subject.as_ref().filter(|_| settled).map(|subject| SubjectStanding {
            subject: subject.number,
            version: subject.version,
            edition,
            authorities,
        });
        let number = held.subject.as_ref().map(|subject| subject.number).ok_or_else(unknown)?;
        let found = self.public_view(held, today).await?.ok_or_else(unknown)?;
        self.store().count_public_look(number, today);
        Ok((found, standing))
    }

    async fn public_view(&self, held: About, today: Day) -> Result<Option<PublicOrganisation>, ServiceError> {
        let law = self.law_on(today)?;
        let catalogue = match self.kept_edition(held.edition) {
            Some(kept) => kept,
            None => self.catalogue().await?,
        };
        let Some(subject) = held.subject else { return Ok(None) };
        let records = facts::with_contents(held.records)?;
        let (records, _) = select(&law, &catalogue, &Viewer::Public, &subject, &records);
        if records.is_empty() {
            return Ok(None);
        }
        Ok(Some(PublicOrganisation {
            code: subject.identifier.value,
            kind: subject.kind,
            name: held.organisation_name,
            as_of: today,
            law: law.versions(),
            catalogue: catalogue.edition.clone(),
            records,
        }))
    }

    /// What of these organisations is on display, by class; one of which nothing is has no place here. No content is opened
    /// for it.
    async fn on_display(
        &self,
        found: &[OrganisationFound],
        today: Day,
    ) -> Result<HashMap<SubjectNumber, (SubjectKind, BTreeSet<InformationClass>)>, ServiceError> {
        let law = self.law_on(today)?;
        let of_found = self.store().records_of_found(found).await?;
        let catalogue = match self.kept_edition(of_found.edition) {
            Some(kept) => kept,
            None => self.catalogue().await?,
        };
        let mut shown: HashMap<_, (_, BTreeSet<_>)> = HashMap::new();
        for (subject, record) in &of_found.records {
            let item = catalogue.item(&record.item).map(|item| &item.item);
            if record.in_force && see(&Viewer::Public, subject, record, item, &law).is_ok() {
                let (_, classes) =
                    shown.entry(subject.number).or_insert_with(|| (subject.kind, BTreeSet::new()));
                classes.insert(record.class);
            }
        }
        Ok(shown)
    }

    /// Finds organisations by full code, or by two characters or more of the name, best first. A page may hold fewer than asked
    /// for where a filter passes many over; the next one goes on from there.
    ///
    /// Articles: 13, 35
    ///
    /// # Errors
    /// When the text is too short or the token of a page is not ours, or the store fails.
    pub async fn search_organisations(
        &self,
        text: &str,
        filter: SearchFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<SearchPage, ServiceError> {
        let text = text.trim();
        let limit = limit.clamp(1, PAGE_MAX);
        if let Ok(about) = identify(text, Some(IdentifierKind::UnifiedCode), self.today()) {
            let results = match self.organisation(&about.identifier.value).await {
                Ok(found) => vec![OrganisationHit {
                    classes: found.records.iter().map(|record| record.class).collect(),
                    name: found.name.unwrap_or_default(),
                    code: found.code,
                    kind: found.kind,
                }],
                Err(ServiceError::NotFound { .. }) => Vec::new(),
                Err(error) => return Err(error),
            };
            let results = results.into_iter().filter(|hit| filter.takes(hit)).collect();
            return Ok(SearchPage { results, next: None });
        }
        if text.chars().filter(|character| !character.is_whitespace()).count() < 2 {
            return Err(ServiceError::malformed("name", "至少两个字", "give two characters or more"));
        }
        let today = self.today();
        let mut results = Vec::new();
        let place = |after: &str| {
            after.parse().map_err(|error: NoPlace| {
                ServiceError::malformed("after", "不是上一页给出的位置", error.to_string())
            })
        };
        let mut next: Option<SearchPlace> = after.map(place).transpose()?;
        let search = self.search();
        // A small city's index is there before anyone notices; a large one's is waited for a moment, then refused.
        let _ = tokio::time::timeout(INDEX_WAIT, search.wait_until_ready()).await;
        // A name whose organisation has nothing on display is passed over, so a page may take several readings.
        for _ in 0..8 {
            let page = search.search(text, next, limit - results.len()).await?;
            if !page.ready {
                return Err(ServiceError::Overloaded);
            }
            let mut shown = self.on_display(&page.found, today).await?;
            for OrganisationFound { subject, name, code, .. } in page.found {
                let hit = shown
                    .remove(&subject)
                    .map(|(kind, classes)| OrganisationHit { name, code, kind, classes })
                    .filter(|hit| filter.takes(hit));
                results.extend(hit);
            }
            next = page.next;
            if results.len() >= limit || next.is_none() {
                break;
            }
        }
        Ok(SearchPage { results, next: next.map(|place| place.to_string()) })
    }
}
