//! Publication: what anyone sees about organisations, and how they find them (Articles 13, 15, 35).
//!
//! What the public sees leaves no trace of the visitor; it is counted roughly, by organisation and day. Nothing about a
//! human being is ever here: for a person's or an individual business's code the answer is that of an unknown one.

use law::Day;
use law::identifier::IdentifierKind;
use register::acts::information::inquiry::select;
use register::rules::disclosure::Viewer;
use register::rules::identification::identify;
use register::subject::{EntryNumber, SubjectIdentifier, SubjectKind};
use register::view::RecordView;
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::{About, NoPlace, OrganisationFound, SearchPlace};

use crate::error::ServiceError;
use crate::facts;
use crate::platform::Platform;

/// An organisation as the public sees it.
#[derive(Debug, Clone, Serialize)]
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
    /// Changes with anything that may change this answer: the subject's version, the edition and the day.
    #[serde(skip)]
    pub etag: String,
}

/// An organisation in a list of results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrganisationHit {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
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
        let held = self.store().about(&about.identifier).await?;
        let number = held.subject.as_ref().map(|subject| subject.number).ok_or_else(unknown)?;
        let found = self.public_view(held, today).await?.ok_or_else(unknown)?;
        self.store().count_public_look(number, today);
        Ok(found)
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
        let EntryNumber(version) = subject.version;
        let etag = Sha256::digest(
            format!("{}/{version}/{}/{today}/{:?}", subject.number.0, catalogue.number, records.len())
                .as_bytes(),
        );
        Ok(Some(PublicOrganisation {
            code: subject.identifier.value,
            kind: subject.kind,
            name: held.organisation_name,
            as_of: today,
            law: law.versions(),
            catalogue: catalogue.edition.clone(),
            records,
            etag: hex::encode(etag.get(..16).unwrap_or_default()),
        }))
    }

    /// Finds organisations by full code, or by two characters or more of the name, best first.
    ///
    /// Articles: 13, 35
    ///
    /// # Errors
    /// When the text is too short or the token of a page is not ours, or the store fails.
    pub async fn search_organisations(
        &self,
        text: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<SearchPage, ServiceError> {
        let text = text.trim();
        let limit = limit.clamp(1, PAGE_MAX);
        if let Ok(about) = identify(text, Some(IdentifierKind::UnifiedCode), self.today()) {
            let results = match self.organisation(&about.identifier.value).await {
                Ok(found) => vec![OrganisationHit { name: found.name.unwrap_or_default(), code: found.code }],
                Err(ServiceError::NotFound { .. }) => Vec::new(),
                Err(error) => return Err(error),
            };
            return Ok(SearchPage { results, next: None });
        }
        if text.chars().filter(|character| !character.is_whitespace()).count() < 2 {
            return Err(ServiceError::malformed("name", "give two characters or more"));
        }
        let today = self.today();
        let mut results = Vec::new();
        let place = |after: &str| {
            after.parse().map_err(|error: NoPlace| ServiceError::malformed("after", error.to_string()))
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
            let mut snapshot = self.store().snapshot().await?;
            for found in page.found {
                let OrganisationFound { name, code, .. } = found;
                let identifier = SubjectIdentifier { kind: IdentifierKind::UnifiedCode, value: code.clone() };
                let held = snapshot.about(&identifier).await?;
                if self.public_view(held, today).await?.is_some() {
                    results.push(OrganisationHit { name, code });
                }
            }
            snapshot.end().await?;
            next = page.next;
            if results.len() >= limit || next.is_none() {
                break;
            }
        }
        Ok(SearchPage { results, next: next.map(|place| place.to_string()) })
    }
}
