//! A store of millions of entries made quickly: organisations and their records written through the store's own journal, in
//! large groups, without files and without judging. Leaves, sealed payloads, rows and checkpoints are real.

use std::sync::Arc;

use law::identifier::IdentifierKind;
use law::{Day, InformationClass};
use register::acts::information::filing::{
    BatchClosed, BatchOpened, OrganisationName, RecordFiled, SubjectRegistered,
};
use register::authority::AuthorityCode;
use register::caller::Caller;
use register::catalogue::ItemCode;
use register::event::{Act, Event};
use register::record::{BatchNumber, Content, RecordNumber};
use register::subject::{SubjectIdentifier, SubjectKind, SubjectNumber};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Store, StoreError, Writing};

use super::city::OFFICE;
use super::place::{BenchPlace, READY, store_options};
use crate::commands::init;
use crate::context::store_failure;
use crate::demo::city::{AUTHORITIES, CATALOGUE};
use crate::demo::draw::{Draw, Stream};
use crate::demo::identities;
use crate::edge;
use crate::exit::Failure;
use crate::progress::{Progress, Unit};

/// The seed of who lives there.
pub const SEED: u64 = 20;
/// Organisations that are written together.
const GROUP: u64 = 512;
/// What is filed about them.
const ITEM: &str = "administrative-permit";
/// The batch in which everything lies.
const BATCH: BatchNumber = BatchNumber(1);

/// How many organisations there are, and how many records each has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quick {
    /// Organisations, numbered from 1.
    pub organisations: u64,
    /// Records of each.
    pub records_each: u64,
}

impl Quick {
    /// Entries in the journal, but for the first few.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.organisations * (1 + self.records_each)
    }

    /// The name of an organisation, by its number.
    #[must_use]
    pub fn name(number: u64) -> String {
        let organisation = identities::organisation(SEED, number);
        organisation.called(SEED).name
    }

    /// Makes the store, or finds it ready.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn make(self, place: &BenchPlace, watched: bool) -> Result<(), Failure> {
        let marker = place.folder.join(READY);
        let found = std::fs::read(&marker).ok().and_then(|text| serde_json::from_slice::<Self>(&text).ok());
        if found == Some(self) {
            return Ok(());
        }
        let carried = |error: serde_json::Error| Failure::failed(format!("the demo catalogue: {error}"));
        let platform = place.create().await?;
        let authorities = serde_json::from_str(AUTHORITIES).map_err(carried)?;
        let filled =
            init::fill(&platform, authorities, serde_json::from_str(CATALOGUE).map_err(carried)?).await;
        platform.close().await;
        filled?;
        let store = Store::open(store_options(place)).await.map_err(|error| store_failure(&error))?;
        let written = self.write(&store, watched).await;
        store.close().await;
        written.map_err(|error| store_failure(&error))?;
        let text = serde_json::to_vec(&self).map_err(|error| Failure::failed(error.to_string()))?;
        std::fs::write(&marker, text).map_err(|error| Failure::file(&marker, &error))
    }

    async fn write(self, store: &Store, watched: bool) -> Result<(), StoreError> {
        let progress = Progress::new("making the store", self.entries(), Unit::Things, watched);
        let today = edge::today();
        append(store, vec![opened()]).await?;
        let mut from = 1;
        let mut next = tokio::task::spawn_blocking(move || self.group(from, today));
        while from <= self.organisations {
            let acts = next.await.map_err(|error| StoreError::Database(error.to_string()))?;
            from += GROUP;
            // The next acts are made while these are written.
            next = tokio::task::spawn_blocking(move || self.group(from, today));
            append(store, acts).await?;
            progress.set((from - 1).min(self.organisations) * (1 + self.records_each));
            if (from / GROUP).is_multiple_of(64) {
                store.advance_checkpoint().await?;
            }
        }
        append(store, vec![closed(self.organisations * self.records_each)]).await?;
        store.advance_checkpoint().await.map(|_| ())
    }

    /// The acts about the organisations from one on.
    fn group(self, from: u64, today: Day) -> Vec<Act> {
        let mut acts = Vec::new();
        for number in from..(from + GROUP).min(self.organisations + 1) {
            let organisation = identities::organisation(SEED, number);
            let name = organisation.called(SEED).name;
            acts.push(by_office(Event::SubjectRegistered(SubjectRegistered {
                subject: SubjectNumber(number),
                kind: SubjectKind::LegalPerson,
                identifier: SubjectIdentifier {
                    kind: IdentifierKind::UnifiedCode,
                    value: organisation.code.clone(),
                },
                flagged: organisation.flagged,
            })));
            for turn in 0..self.records_each {
                let record = (number - 1) * self.records_each + turn + 1;
                acts.push(by_office(Event::RecordFiled(filed(
                    record,
                    number,
                    &name,
                    &organisation.code,
                    turn == 0,
                    today,
                ))));
            }
        }
        acts
    }
}

async fn append(store: &Store, acts: Vec<Act>) -> Result<(), StoreError> {
    let acts = Arc::new(acts);
    store
        .write(move |pen| -> Writing<'_, (), StoreError> {
            let acts = Arc::clone(&acts);
            Box::pin(async move { pen.append(&acts).await.map(|_| ()) })
        })
        .await
}

fn by_office(event: Event) -> Act {
    Act { caller: Caller::OperatorClaiming { office: AuthorityCode(OFFICE.to_owned()) }, event }
}

fn opened() -> Act {
    by_office(Event::BatchOpened(BatchOpened {
        batch: BATCH,
        authority: AuthorityCode(OFFICE.to_owned()),
        item: ItemCode(ITEM.to_owned()),
        edition: 1,
        file_digest: "0".repeat(64),
        requests: vec!["bench".to_owned()],
        staged: false,
    }))
}

fn closed(filed: u64) -> Act {
    by_office(Event::BatchClosed(BatchClosed {
        batch: BATCH,
        authority: AuthorityCode(OFFICE.to_owned()),
        in_force: true,
        filed,
        unchanged: 0,
        refused: 0,
    }))
}

fn filed(record: u64, subject: u64, name: &str, code: &str, names_it: bool, today: Day) -> RecordFiled {
    let mut draw = Draw::new(SEED, Stream::Content, record);
    let finding_day = today.plus_days(-i64::try_from(1 + draw.below(300)).unwrap_or(1));
    let document_number = format!("京市监许〔{}〕{record}号", finding_day.year());
    let fields = json!({
        "counterparty_name": name,
        "counterparty_category": "法人及非法人组织",
        "decision_document_name": "行政许可决定书",
        "decision_document_number": document_number,
        "permit_kind": "普通",
        "permit_content": "准予从事技术开发、技术咨询、技术服务；经依法批准的项目开展经营活动",
        "decision_day": finding_day.to_string(),
        "valid_from_day": finding_day.to_string(),
        "valid_until_day": "2099-12-31",
        "deciding_authority": "市市场监督管理局",
        "status": "1",
    });
    RecordFiled {
        record: RecordNumber(record),
        subject: SubjectNumber(subject),
        batch: BATCH,
        line: record,
        item: ItemCode(ITEM.to_owned()),
        edition: 1,
        authority: AuthorityCode(OFFICE.to_owned()),
        class: InformationClass::Other,
        severity: None,
        finding_day,
        filed_day: today,
        staged: false,
        // The first record of an organisation names it.
        name: names_it.then(|| OrganisationName { name: name.to_owned(), code: code.to_owned() }),
        content: Arc::new(Content {
            document_number,
            certificate_number: None,
            fields: fields.as_object().cloned().unwrap_or_default(),
        }),
    }
}
