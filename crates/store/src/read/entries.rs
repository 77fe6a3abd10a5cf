//! Entries of the journal: their leaves, the acts in their payloads, and who looked at whom.

use std::collections::HashMap;

use journal::{Leaf, open_payload};
use law::{Day, Instant};
use register::event::Act;
use register::subject::{EntryNumber, SubjectNumber};
use register::tables::{SUBJECT_ENTRY, SUBJECT_INQUIRY};

use crate::error::StoreError;
use crate::read::subjects::fill;
use crate::reader::Reader;
use crate::schema::{ENTRY, PAYLOAD, PAYLOAD_KEY};
use crate::sql::Row;
use crate::statements::{of_size, padded, statements};

statements! {
    ACTS = "select e.number, e.minute, p.sealed, k.wrapped from entry e left join payload p on p.entry = e.number \
        left join payload_key k on k.entry = e.number where e.number in (#1)";
    LEAVES = "select number, minute, kind, office, article, commitment from entry where number >= $1 \
        order by number limit $2";
    TALLY = "select (minute + 480) / 1440, kind, office, count(*) from entry where number >= $1 and number < $2 \
        group by 1, 2, 3";
    INQUIRIES = "select entry from subject_inquiry where subject = $1 and entry < $2 order by entry desc limit $3";
    INQUIRIES_OF_OFFICES = "select i.entry from subject_inquiry i join entry e on e.number = i.entry \
        where i.subject = $1 and i.entry < $2 and (e.office <> '-' or e.kind = 'inquiry_refused') \
        order by i.entry desc limit $3";
    INQUIRIES_COUNT = "select count(*) from subject_inquiry where subject = $1";
    ENTRIES_OF = "select entry from subject_entry where subject = $1 and entry < $2 order by entry desc limit $3";
}

/// An act as the journal holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalledAct {
    /// The entry.
    pub entry: EntryNumber,
    /// When, to the minute: the public leaf tells no more.
    pub at: Instant,
    /// What was done by whom; nothing where it was erased.
    pub act: Option<Act>,
}

/// How many entries of one kind were made on one day in one office's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntriesTallied {
    /// The civil day.
    pub day: Day,
    /// The kind of act.
    pub kind: String,
    /// The office, as the public leaf names it.
    pub office: String,
    /// How many.
    pub count: u64,
}

/// Reads a leaf's fields from the first columns, the number first.
pub(crate) fn read_leaf(row: &Row) -> Result<Leaf, StoreError> {
    read_leaf_from(row, 0)
}

/// Reads a leaf's fields from consecutive columns, the number first.
pub(crate) fn read_leaf_from(row: &Row, first: usize) -> Result<Leaf, StoreError> {
    let commitment = row.bytes(first + 5)?;
    Ok(Leaf {
        number: row.number(first)?,
        minute: row.integer(first + 1)?,
        kind: row.text(first + 2)?.to_owned(),
        office: row.text(first + 3)?.to_owned(),
        article: row.text(first + 4)?.to_owned(),
        commitment: commitment
            .try_into()
            .map_err(|_| StoreError::Damaged("a commitment is not 32 bytes".to_owned()))?,
    })
}

/// Reads the act from an opened payload.
pub(crate) fn read_act(entry: u64, plaintext: &[u8]) -> Result<Act, StoreError> {
    serde_json::from_slice(plaintext)
        .map_err(|error| StoreError::Damaged(format!("the act of entry {entry} cannot be read: {error}")))
}

impl Reader {
    /// The acts of these entries, in the same order. An entry that does not exist is left out; of one that was erased
    /// only the time is known.
    ///
    /// # Errors
    /// When the database fails or a payload does not open; so with the others here.
    pub async fn acts(&mut self, entries: &[EntryNumber]) -> Result<Vec<JournalledAct>, StoreError> {
        let mut found: HashMap<EntryNumber, JournalledAct> = HashMap::with_capacity(entries.len());
        for (part, size) in padded(entries) {
            let values = fill(part, size, |entry| entry.0.into()).collect();
            let rows = self.rows(&[&ENTRY, &PAYLOAD, &PAYLOAD_KEY], of_size(ACTS, size), values).await?;
            for row in rows {
                let journalled = self.read_journalled(&row, 0)?;
                found.insert(journalled.entry, journalled);
            }
        }
        Ok(entries.iter().filter_map(|entry| found.get(entry).cloned()).collect())
    }

    /// Reads an entry's number, minute, sealed payload and wrapped key from consecutive columns.
    pub(crate) fn read_journalled(&self, row: &Row, first: usize) -> Result<JournalledAct, StoreError> {
        let entry = row.number(first)?;
        let act = match (row.optional_bytes(first + 2)?, row.optional_bytes(first + 3)?) {
            (Some(sealed), Some(wrapped)) => {
                let opened = self
                    .shared
                    .ring
                    .using(|ring| Ok(open_payload(ring, entry, wrapped, sealed)?.plaintext))?;
                Some(read_act(entry, &opened)?)
            }
            _ => None,
        };
        let at = Instant::from_milliseconds(row.integer(first + 1)?.saturating_mul(60_000));
        Ok(JournalledAct { entry: EntryNumber(entry), at, act })
    }

    /// The act of an entry.
    ///
    /// # Errors
    /// See [`Reader::acts`].
    pub async fn act(&mut self, entry: EntryNumber) -> Result<Option<JournalledAct>, StoreError> {
        Ok(self.acts(&[entry]).await?.into_iter().next())
    }

    /// Leaves from an entry on, in order.
    ///
    /// # Errors
    /// See [`Reader::acts`].
    pub async fn leaves(&mut self, from: EntryNumber, limit: u64) -> Result<Vec<Leaf>, StoreError> {
        let rows = self.rows(&[&ENTRY], LEAVES, vec![from.0.into(), limit.into()]).await?;
        rows.iter().map(read_leaf).collect()
    }

    /// How many entries there are from one up to before another, by day, kind of act and office: nothing but what the public
    /// leaves say.
    ///
    /// # Errors
    /// See [`Reader::acts`].
    pub async fn tally(
        &mut self,
        from: EntryNumber,
        before: EntryNumber,
    ) -> Result<Vec<EntriesTallied>, StoreError> {
        let rows = self.rows(&[&ENTRY], TALLY, vec![from.0.into(), before.0.into()]).await?;
        // Minutes of the leaves are of the epoch's zone; 480 of them make Beijing's day, whose first eight hours lie in this one.
        let day_of = |number: i64| Day::of(Instant::from_milliseconds(number.saturating_mul(86_400_000)));
        rows.iter()
            .map(|row| {
                Ok(EntriesTallied {
                    day: day_of(row.integer(0)?),
                    kind: row.text(1)?.to_owned(),
                    office: row.text(2)?.to_owned(),
                    count: row.number(3)?,
                })
            })
            .collect()
    }

    /// The leaf of an entry.
    ///
    /// # Errors
    /// See [`Reader::acts`].
    pub async fn leaf(&mut self, entry: EntryNumber) -> Result<Option<Leaf>, StoreError> {
        Ok(self.leaves(entry, 1).await?.into_iter().find(|leaf| leaf.number == entry.0))
    }

    /// Inquiries about a subject, answered and refused, the newest first, before one of them.
    ///
    /// # Errors
    /// See [`Reader::acts`].
    pub async fn inquiries_of(
        &mut self,
        subject: SubjectNumber,
        before: Option<EntryNumber>,
        limit: u64,
    ) -> Result<Vec<EntryNumber>, StoreError> {
        let values = vec![subject.0.into(), before.map_or(u64::MAX, |entry| entry.0).into(), limit.into()];
        let rows = self.rows(&[&SUBJECT_INQUIRY], INQUIRIES, values).await?;
        rows.iter().map(|row| row.number(0).map(EntryNumber)).collect()
    }

    /// As [`Reader::inquiries_of`], without those that leaves show to be answers to the subject itself or to a holder of a consent:
    /// no leaf tells these two apart.
    ///
    /// # Errors
    /// See [`Reader::acts`].
    pub async fn inquiries_of_offices(
        &mut self,
        subject: SubjectNumber,
        before: Option<EntryNumber>,
        limit: u64,
    ) -> Result<Vec<EntryNumber>, StoreError> {
        let values = vec![subject.0.into(), before.map_or(u64::MAX, |entry| entry.0).into(), limit.into()];
        let rows = self.rows(&[&SUBJECT_INQUIRY, &ENTRY], INQUIRIES_OF_OFFICES, values).await?;
        rows.iter().map(|row| row.number(0).map(EntryNumber)).collect()
    }

    /// How many inquiries about a subject there were.
    ///
    /// # Errors
    /// See [`Reader::acts`].
    pub async fn inquiries_count(&mut self, subject: SubjectNumber) -> Result<u64, StoreError> {
        let row = self.row(&[&SUBJECT_INQUIRY], INQUIRIES_COUNT, vec![subject.0.into()]).await?;
        row.map_or(Ok(0), |row| row.number(0))
    }

    /// Entries that changed what is held about a subject, the newest first, before one of them.
    ///
    /// # Errors
    /// See [`Reader::acts`].
    pub async fn entries_of(
        &mut self,
        subject: SubjectNumber,
        before: Option<EntryNumber>,
        limit: u64,
    ) -> Result<Vec<EntryNumber>, StoreError> {
        let values = vec![subject.0.into(), before.map_or(u64::MAX, |entry| entry.0).into(), limit.into()];
        let rows = self.rows(&[&SUBJECT_ENTRY], ENTRIES_OF, values).await?;
        rows.iter().map(|row| row.number(0).map(EntryNumber)).collect()
    }
}
