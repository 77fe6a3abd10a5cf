//! What an inquiry reads about a subject, in one statement: a statement alone reads one state of the store, so that nobody
//! has to begin and end a transaction for it.

use journal::blind_indexes;
use law::Instant;
use register::record::Record;
use register::subject::{Subject, SubjectIdentifier};
use register::tables::{
    BATCH, CATALOGUE_EDITION, IDENTIFIER_DOMAIN, IDENTIFIER_INDEX, ORGANISATION_NAME, RECORD, SUBJECT,
    SUBJECT_ENTRY,
};

use crate::error::StoreError;
use crate::read::entries::{ENTRY_COLUMNS, JournalledAct};
use crate::read::records::{RECORD_COLUMNS, read_record};
use crate::read::subjects::SUBJECT_COLUMNS;
use crate::reader::{Head, Reader, Snapshot};
use crate::schema::{ENTRY, JOURNAL_HEAD, PAYLOAD, PAYLOAD_KEY};
use crate::statements::statements;
use crate::store::Store;

statements! {
    ABOUT = "select h.size, h.time, (select max(number) from catalogue_edition), \
        s.number, s.kind, s.identifier, s.flagged, s.entry, s.verified, \
        (select max(entry) from subject_entry where subject_entry.subject = s.number), \
        r.number, r.subject, r.item, r.edition, r.authority, r.class, r.severity, r.finding_day, \
        r.filed_day, r.batch, r.line, r.version, r.entry, case when r.staged = 0 then 1 else \
        (select count(*) from batch where batch.number = r.batch and batch.in_force is not null) end, \
        r.revoked, r.restored, r.withdrawn, \
        e.number, e.minute, p.sealed, k.wrapped, n.name \
        from journal_head h left join identifier_index i on i.index_key = $1 and i.digest = $2 \
        left join subject s on s.number = i.subject \
        left join organisation_name n on n.subject = s.number left join record r on r.subject = s.number \
        left join entry e on e.number = r.entry left join payload p on p.entry = r.entry \
        left join payload_key k on k.entry = r.entry where h.journal = 0 order by r.number";
}

/// Where the columns of the subject, of a record, of its entry and of the name begin.
const SUBJECT_AT: usize = 3;
const RECORD_AT: usize = SUBJECT_AT + SUBJECT_COLUMNS;
const ENTRY_AT: usize = RECORD_AT + RECORD_COLUMNS;
const NAME_AT: usize = ENTRY_AT + ENTRY_COLUMNS;

/// What is held about whom, as of when.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// Where the journal stood.
    pub head: Head,
    /// The number of the newest edition of the catalogue; 0 where there is none.
    pub edition: u64,
    /// The subject, if it is known.
    pub subject: Option<Subject>,
    /// The name under which it is found, if it is an organisation that has one.
    pub organisation_name: Option<String>,
    /// Every record of the subject, staged and revoked ones too, in order of number, with the act that carries its
    /// present content.
    pub records: Vec<(Record, JournalledAct)>,
}

impl Reader {
    /// What is held about the subject with an identifier. It is looked for under every index key of the ring.
    ///
    /// # Errors
    /// When the database fails, the key ring is not at hand, or a payload does not open.
    pub async fn about(&mut self, identifier: &SubjectIdentifier) -> Result<About, StoreError> {
        let tables = [
            &JOURNAL_HEAD,
            &CATALOGUE_EDITION,
            &IDENTIFIER_INDEX,
            &SUBJECT,
            &SUBJECT_ENTRY,
            &ORGANISATION_NAME,
            &RECORD,
            &BATCH,
            &ENTRY,
            &PAYLOAD,
            &PAYLOAD_KEY,
        ];
        let mut found = None;
        // Once, but while keys rotate: then the older key is asked where the newer one knows nobody.
        for (key, digest) in blind_indexes(self.ring()?, IDENTIFIER_DOMAIN, &identifier.lookup_text())? {
            let values = vec![i64::from(key.0).into(), digest.to_vec().into()];
            let rows = self.rows(&tables, ABOUT, values).await?;
            let first = rows
                .first()
                .ok_or_else(|| StoreError::Damaged("the journal's head is missing".to_owned()))?;
            let mut about = About {
                head: Head { size: first.number(0)?, time: Instant::from_milliseconds(first.integer(1)?) },
                edition: first.optional_number(2)?.unwrap_or(0),
                subject: None,
                organisation_name: first.optional_text(NAME_AT)?.map(str::to_owned),
                records: Vec::new(),
            };
            if first.optional_number(SUBJECT_AT)?.is_none() {
                found.get_or_insert(about);
                continue;
            }
            about.subject = Some(self.read_subject(first, SUBJECT_AT)?);
            for row in rows.iter().filter(|row| matches!(row.optional_number(RECORD_AT), Ok(Some(_)))) {
                about.records.push((read_record(row, RECORD_AT)?, self.read_journalled(row, ENTRY_AT)?));
            }
            found = Some(about);
            break;
        }
        let mut about =
            found.ok_or_else(|| StoreError::Keys("the key ring has no key for the index".to_owned()))?;
        // Under the pen the journal stands where the acts before this one left it.
        if let Some(head) = self.head {
            about.head = head;
        }
        Ok(about)
    }
}

impl Store {
    /// What is held about the subject with an identifier; see [`Reader::about`].
    ///
    /// # Errors
    /// See [`Reader::about`].
    pub async fn about(&self, identifier: &SubjectIdentifier) -> Result<About, StoreError> {
        loop {
            let (mut once, fresh) = Snapshot::once(&self.shared).await?;
            match once.about(identifier).await {
                Err(StoreError::Unreachable(_)) if !fresh => {}
                about => return about,
            }
        }
    }
}
