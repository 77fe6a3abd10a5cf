//! Catalogue and authorities (Articles 5, 10, 11, 13).
//!
//! The catalogue is compiled by the competent department with the others, approved by the municipal government, published and
//! kept up to date (10), with every element of Article 11 for each item. Consultation and approval are recorded in the
//! edition's own words for now; the acts that lead to them come later. An edition is never changed: a new one follows it.

use law::{Citation, Day};
use serde::{Deserialize, Serialize};

use crate::authority::Authority;
use crate::catalogue::{Catalogue, CatalogueEdition, CatalogueItem};
use crate::change::{Change, Value};
use crate::event::Event;
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
use crate::tables;

/// What the law makes relevant to publishing an edition.
#[derive(Debug)]
pub struct CatalogueFacts {
    /// The number of the edition in force, 0 where there is none.
    pub newest: u64,
    /// Its items.
    pub current: Vec<CatalogueItem>,
    /// The enrolled authorities.
    pub authorities: Vec<Authority>,
    /// Today.
    pub today: Day,
}

/// An authority was enrolled, or its entry was brought up to date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityEnrolled {
    /// The authority.
    pub authority: Authority,
}

/// An edition of the catalogue was published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CataloguePublished {
    /// Its number in this city, from 1.
    pub number: u64,
    /// The day of publication.
    pub published_day: Day,
    /// The edition whole.
    pub edition: CatalogueEdition,
}

impl AuthorityEnrolled {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Replace {
            table: &tables::AUTHORITY,
            row: vec![
                self.authority.code.0.as_str().into(),
                serde_json::to_string(&self.authority).unwrap_or_default().into(),
                Value::Entry,
            ],
        }]
    }
}

impl CataloguePublished {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Insert {
            table: &tables::CATALOGUE_EDITION,
            row: vec![
                self.number.into(),
                self.edition.edition.as_str().into(),
                self.published_day.to_string().into(),
                Value::Entry,
            ],
        }]
    }
}

/// Publishes an edition: every item has every element of Article 11, every providing unit is enrolled, and nothing that was
/// filed before is displayed longer or more widely by it: a last day is fixed when display begins.
///
/// Articles: 10, 11, 15, 17
#[must_use]
pub fn publish(facts: &CatalogueFacts, edition: CatalogueEdition) -> Ruling {
    let mut grounds = Vec::new();
    for item in &edition.items {
        for provider in &item.providers {
            if !facts.authorities.iter().any(|authority| authority.code == *provider) {
                grounds
                    .push(ground(&item.code.0, &format!("the providing unit `{provider}` is not enrolled")));
            }
        }
    }
    for item in &edition.items {
        if let Some(before) = facts.current.iter().find(|before| before.code == item.code)
            && (item.disclosure.breadth() > before.disclosure.breadth()
                || item.display_period.months_max() > before.display_period.months_max())
        {
            grounds.push(ground(
                &item.code.0,
                "what was filed under an earlier edition would be shown longer or more widely: give the item a new code",
            ));
        }
    }
    let number = facts.newest + 1;
    if let Err(faults) = Catalogue::compile(number, edition.clone()) {
        grounds.extend(faults.iter().map(|fault| ground(&fault.item, &fault.reason)));
    }
    if !grounds.is_empty() {
        return Ruling::refused(Refusal { grounds });
    }
    Ruling::granted(
        Event::CataloguePublished(CataloguePublished { number, published_day: facts.today, edition }),
        Vec::new(),
    )
}

fn ground(item: &str, reason: &str) -> Ground {
    Ground::new(
        "catalogue_refused",
        Citation::article(11),
        Bilingual::made(format!("目录条目 `{item}`：{reason}"), format!("catalogue item `{item}`: {reason}")),
    )
    .field(item.to_owned())
    .remedy(Bilingual::new("补正后重新公布整个版本", "mend the item and publish the whole edition again"))
}

/// Enrols an authority.
///
/// Articles: 5, 13, 14
#[must_use]
pub fn enrol(authority: Authority) -> Ruling {
    Ruling::granted(Event::AuthorityEnrolled(AuthorityEnrolled { authority }), Vec::new())
}
