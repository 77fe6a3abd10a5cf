//! What an inquiry reads about a subject.
//!
//! One statement reads it for many subjects at once: what is asked for while an earlier statement runs is read by the next one
//! together ([`crate::asking`]). A statement alone reads one state of the store, so no transaction stands around it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use journal::{KeyRing, blind_indexes, open_payload};
use law::Instant;
use register::event::Act;
use register::record::Record;
use register::subject::{EntryNumber, Subject, SubjectIdentifier, SubjectNumber};
use register::tables::{
    BATCH, CATALOGUE_EDITION, IDENTIFIER_DOMAIN, IDENTIFIER_INDEX, ORGANISATION_NAME, RECORD, SUBJECT,
    SUBJECT_ENTRY,
};

use crate::error::StoreError;
use crate::read::entries::read_act;
use crate::read::records::{RECORD_COLUMNS, read_record};
use crate::read::subjects::{SUBJECT_COLUMNS, fill, read_subject};
use crate::reader::{Head, Reader};
use crate::schema::{JOURNAL_HEAD, PAYLOAD, PAYLOAD_KEY};
use crate::sql::{Connection, Row, Value};
use crate::statements::{of_size, padded, statements};

statements! {
    ABOUT = "select h.size, h.time, (select max(number) from catalogue_edition), i.digest, n.name, \
        s.number, s.kind, s.identifier, s.flagged, s.entry, s.verified, \
        (select max(entry) from subject_entry where subject_entry.subject = s.number), \
        r.number, r.subject, r.item, r.edition, r.authority, r.class, r.severity, r.finding_day, \
        r.filed_day, r.batch, r.line, r.version, r.entry, case when r.staged = 0 then 1 else \
        (select count(*) from batch where batch.number = r.batch and batch.in_force is not null) end, \
        r.revoked, r.restored, r.withdrawn, r.objection, r.stopped, p.sealed, k.wrapped \
        from journal_head h left join identifier_index i on i.index_key = $1 and i.digest in (#2) \
        left join subject s on s.number = i.subject left join organisation_name n on n.subject = s.number \
        left join record r on r.subject = s.number left join payload p on p.entry = r.entry \
        left join payload_key k on k.entry = r.entry where h.journal = 0";
    STANDS = "select i.digest, i.subject, \
        (select max(entry) from subject_entry where subject_entry.subject = i.subject), \
        (select max(number) from catalogue_edition), (select max(entry) from authority) \
        from identifier_index i where i.index_key = $1 and i.digest in (#2)";
}

/// Where the columns of the digest, the name, the subject, a record and its payload begin.
const DIGEST_AT: usize = 3;
const NAME_AT: usize = 4;
const SUBJECT_AT: usize = 5;
const RECORD_AT: usize = SUBJECT_AT + SUBJECT_COLUMNS;
const PAYLOAD_AT: usize = RECORD_AT + RECORD_COLUMNS;

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
    /// present content; none where that was erased.
    pub records: Vec<(Record, Option<Act>)>,
}

/// How a subject stands: unchanged means that what was read about it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubjectStanding {
    /// The subject's number.
    pub subject: SubjectNumber,
    /// The newest entry that changed what is held about it.
    pub version: EntryNumber,
    /// The number of the newest edition of the catalogue; 0 where there is none.
    pub edition: u64,
    /// The entry that enrolled an authority last.
    pub authorities: Option<EntryNumber>,
}

/// A statement that can be asked about many subjects at once.
#[derive(Debug)]
pub(crate) struct Question {
    text: &'static str,
    /// The column with the digest by which a row is told to be about whom.
    digest_at: usize,
}

/// Everything that is held.
pub(crate) static WHOLE: Question = Question { text: ABOUT, digest_at: DIGEST_AT };
/// Only how the subject stands.
pub(crate) static STANDING: Question = Question { text: STANDS, digest_at: 0 };

/// The rows about one subject, not opened yet; none where nobody has the identifier.
pub(crate) struct Found {
    /// Rows about anyone of the same reading, which tell where the journal stood; shared.
    any: Arc<Vec<Row>>,
    /// Shared: several may ask about the same subject at the same time.
    rows: Arc<Vec<Row>>,
}

/// The digests of an identifier under every index key of the ring, the newest key first.
pub(crate) type Digests = Vec<(u32, Vec<u8>)>;

/// Under which digests an identifier is looked for.
pub(crate) fn digests(ring: &KeyRing, identifier: &SubjectIdentifier) -> Result<Digests, StoreError> {
    let indexes = blind_indexes(ring, IDENTIFIER_DOMAIN, &identifier.lookup_text())?;
    Ok(indexes.into_iter().map(|(key, digest)| (key.0, digest.to_vec())).collect())
}

/// Reads the rows about many, in the order in which they are asked for. Each is looked for under every index key, so that
/// nobody is missed while keys rotate.
pub(crate) async fn find(
    connection: &mut Connection,
    question: &Question,
    asked: &[&Digests],
) -> Result<Vec<Found>, StoreError> {
    // The older key first: a rotation moves from the older to the newer, so nobody is passed by.
    let mut by_key: BTreeMap<u32, Vec<&[u8]>> = BTreeMap::new();
    for (key, digest) in asked.iter().flat_map(|digests| digests.iter()) {
        by_key.entry(*key).or_default().push(digest);
    }
    let mut grouped: HashMap<Vec<u8>, Vec<Row>> = HashMap::with_capacity(asked.len());
    for (key, mut digests) in by_key {
        digests.sort_unstable();
        digests.dedup();
        for (part, size) in padded(&digests) {
            let mut values: Vec<Value> = Vec::with_capacity(size + 1);
            values.push(i64::from(key).into());
            values.extend(fill(part, size, |digest| (*digest).into()));
            for row in connection.rows(of_size(question.text, size), values).await? {
                let digest = row.optional_bytes(question.digest_at)?.unwrap_or_default();
                match grouped.get_mut(digest) {
                    Some(rows) => rows.push(row),
                    None => {
                        let digest = digest.to_vec();
                        grouped.insert(digest, vec![row]);
                    }
                }
            }
        }
    }
    let grouped: HashMap<Vec<u8>, Arc<Vec<Row>>> =
        grouped.into_iter().map(|(digest, rows)| (digest, Arc::new(rows))).collect();
    let any = grouped.values().next().map(Arc::clone).unwrap_or_default();
    let of = |digests: &&Digests| {
        let rows = digests.iter().find_map(|(_, digest)| grouped.get(digest)).map(Arc::clone);
        Found { any: Arc::clone(&any), rows: rows.unwrap_or_default() }
    };
    Ok(asked.iter().map(of).collect())
}

impl Found {
    /// Whether nobody was found.
    pub(crate) fn is_nobody(&self) -> bool {
        self.rows.is_empty()
    }

    /// Opens what was found.
    pub(crate) fn open(&self, ring: &KeyRing) -> Result<About, StoreError> {
        // Their own rows say as of when they were read; where there are none, any of the same reading.
        let any = self.rows.first().or_else(|| self.any.first());
        let any = any.ok_or_else(|| StoreError::Damaged("the journal's head is missing".to_owned()))?;
        let mut about = About {
            head: Head { size: any.number(0)?, time: Instant::from_milliseconds(any.integer(1)?) },
            edition: any.optional_number(2)?.unwrap_or(0),
            subject: None,
            organisation_name: None,
            records: Vec::with_capacity(self.rows.len()),
        };
        if let Some(first) =
            self.rows.first().filter(|row| matches!(row.optional_integer(SUBJECT_AT), Ok(Some(_))))
        {
            about.subject = Some(read_subject(ring, first, SUBJECT_AT)?);
            about.organisation_name = first.optional_text(NAME_AT)?.map(str::to_owned);
        }
        for row in self.rows.iter() {
            if row.optional_integer(RECORD_AT)?.is_none() {
                continue;
            }
            let record = read_record(row, RECORD_AT)?;
            let entry = record.entry.0;
            let act = match (row.optional_bytes(PAYLOAD_AT)?, row.optional_bytes(PAYLOAD_AT + 1)?) {
                (Some(sealed), Some(wrapped)) => {
                    Some(read_act(entry, &open_payload(ring, entry, wrapped, sealed)?.plaintext)?)
                }
                _ => None,
            };
            about.records.push((record, act));
        }
        about.records.sort_unstable_by_key(|(record, _)| record.number);
        Ok(about)
    }
}

impl Found {
    /// How the subject stands, if it is known.
    pub(crate) fn standing(&self) -> Result<Option<SubjectStanding>, StoreError> {
        let read = |row: &Row| {
            Ok(SubjectStanding {
                subject: SubjectNumber(row.number(1)?),
                version: EntryNumber(row.optional_number(2)?.unwrap_or(0)),
                edition: row.optional_number(3)?.unwrap_or(0),
                authorities: row.optional_number(4)?.map(EntryNumber),
            })
        };
        self.rows.first().map(read).transpose()
    }
}

impl Reader {
    /// What is held about the subject with an identifier, in the state that is read.
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
            &PAYLOAD,
            &PAYLOAD_KEY,
        ];
        self.settle(&tables).await?;
        let mut used = self.shared.ring.now()?;
        let mut found = self.found(identifier).await?;
        while found.is_nobody() && self.shared.ring.renewed_since(&used)? {
            used = self.shared.ring.now()?;
            found = self.found(identifier).await?;
        }
        let mut about = self.shared.ring.using(|ring| found.open(ring))?;
        // Under the pen the journal stands where the acts before this one left it.
        if let Some(head) = self.head {
            about.head = head;
        }
        Ok(about)
    }

    async fn found(&mut self, identifier: &SubjectIdentifier) -> Result<Found, StoreError> {
        let digests = digests(&*self.ring()?, identifier)?;
        let found = find(self.connection()?, &WHOLE, &[&digests]).await;
        self.note(found)?.pop().ok_or(StoreError::Closed)
    }
}
