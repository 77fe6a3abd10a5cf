//! The pen: whoever holds it writes the next entries of the journal.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use journal::{KeyId, Leaf};
use law::Instant;
use register::acts::accountability::proposal::ProposalNumber;
use register::acts::rights::consent::ConsentNumber;
use register::caller::KeyNumber;
use register::case::CaseNumber;
use register::change::Table;
use register::event::Act;
use register::incident::IncidentNumber;
use register::record::{BatchNumber, RecordNumber};
use register::subject::{EntryNumber, SubjectNumber};
use register::tables;

use crate::entries::Entries;
use crate::error::StoreError;
use crate::foreseen::{Kept, Known};
use crate::project::Pending;
use crate::reader::{Head, Reader};
use crate::sql::{Connection, Sql, Value};
use crate::statements::statements;
use crate::store::Shared;

statements! {
    #[doc = "Takes the pen: the first statement of each write, so that numbers have no gaps and commit order is journal order."]
    TAKE = "update journal_head set taken = taken + 1 where journal = 0 returning size, time, ring";
    #[doc = "Lays it down."]
    LAY_DOWN = "update journal_head set size = $1, time = $2, ring = $3 where journal = 0";
    LAST_SUBJECT = "select max(number) from subject";
    LAST_RECORD = "select max(number) from record";
    LAST_BATCH = "select max(number) from batch";
    LAST_CONSENT = "select max(number) from consent";
    #[doc = "A number that is set aside for a key is never another's."]
    LAST_KEY = "select max(number) from (select max(number) as number from api_key union all \
        select max(key) as number from proposal) numbers";
    LAST_PROPOSAL = "select max(number) from proposal";
    LAST_INCIDENT = "select max(number) from incident";
    LAST_CASE = "select max(number) from rights_case";
}

/// How many of many acts are sealed while the database writes those before them.
const PART: usize = 256;

/// An entry that was written. It is durable when [`crate::Store::write`] answers, not before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Its number.
    pub number: EntryNumber,
    /// Its time.
    pub at: Instant,
    /// Its public leaf.
    pub leaf: Leaf,
}

/// Numbers that are given out next.
#[derive(Debug, Clone, Copy, Default)]
struct Numbers {
    subject: Option<u64>,
    record: Option<u64>,
    batch: Option<u64>,
    consent: Option<u64>,
    key: Option<u64>,
    proposal: Option<u64>,
    incident: Option<u64>,
    case: Option<u64>,
}

/// What an act that fails must leave as it was.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    head: Head,
    numbers: Numbers,
}

/// The right to write. It reads like a snapshot (through [`Reader`]), including what was written under it.
#[derive(Debug)]
pub struct Pen {
    reader: Reader,
    numbers: Numbers,
    /// Where the journal stood when the pen was taken.
    taken_at: Head,
    /// The key of the ring under which others have written before.
    ring: KeyId,
    /// The first leaf hash that was written: by it a commit whose answer was lost is recognised.
    first_leaf: Option<(u64, journal::Hash)>,
    known: Known,
    /// Whether the act that is being decided has changed keys, offices or editions, which may be undone.
    own_changes: bool,
}

/// What was handed on by the last holder of the pen in this program: where it left the journal, and what it knew.
#[derive(Debug)]
pub(crate) struct HandedOn {
    head: Head,
    kept: Kept,
}

impl Pen {
    /// Begins a transaction and takes the pen. The connection is lost with an error.
    pub(crate) async fn take(shared: Arc<Shared>, mut connection: Connection) -> Result<Self, StoreError> {
        connection.begin_writing().await?;
        let row = connection.row(TAKE, Vec::new()).await?;
        let row = row.ok_or_else(|| StoreError::Damaged("the journal's head is missing".to_owned()))?;
        let head = Head { size: row.number(0)?, time: Instant::from_milliseconds(row.integer(1)?) };
        let ring = KeyId(u32::try_from(row.number(2)?).unwrap_or(u32::MAX));
        drop(row);
        // Whoever writes after the first that wrote under a new key does so too: then nothing comes under the older ones any
        // more, and what a rotation has seen it need not look at again.
        shared.ring.reach(ring)?;
        let reader = Reader::of_pen(shared, connection, head);
        Ok(Self {
            reader,
            numbers: Numbers::default(),
            taken_at: head,
            ring,
            first_leaf: None,
            known: Known::default(),
            own_changes: false,
        })
    }

    /// Takes over what the last holder knew, if nobody else wrote since.
    pub(crate) fn take_over(&mut self, handed_on: Option<HandedOn>) {
        if let Some(handed_on) = handed_on.filter(|handed_on| handed_on.head == self.taken_at) {
            self.known.kept = handed_on.kept;
        }
    }

    /// What the next holder may take over, once this one's acts are committed.
    pub(crate) fn hand_on(&mut self) -> HandedOn {
        HandedOn { head: self.head_now(), kept: std::mem::take(&mut self.known.kept) }
    }

    pub(crate) fn known(&mut self) -> &mut Known {
        &mut self.known
    }

    pub(crate) fn reader_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }

    /// Whether the act that is being decided changed something that is kept: what it reads then may be undone.
    pub(crate) const fn has_own_changes(&self) -> bool {
        self.own_changes
    }

    fn head_now(&self) -> Head {
        self.reader.head.unwrap_or(self.taken_at)
    }

    /// The time at which acts are decided now: the later of the clock and the last entry's, so that a clock that jumps
    /// back never takes the journal back.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.reader.shared.clock.now().max(self.head_now().time)
    }

    /// The journal's size: the number that the next entry gets.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.head_now().size
    }

    /// Writes acts as the next entries, in order, and their rows into the tables. They come into being together with the
    /// whole act, or not at all.
    ///
    /// # Errors
    /// When an act cannot be written as an entry (a number with a fraction, U+0000, an office that is not printable
    /// ASCII) or the database fails.
    pub async fn append(&mut self, acts: &[Act]) -> Result<Vec<Appended>, StoreError> {
        let entries = Entries::seal(&self.reader.shared, acts, self.head_now(), self.now())?;
        Ok(self.adopt(entries))
    }

    /// The same for many acts: while the database writes some, the next ones are sealed beside it. The entries are those
    /// that [`Pen::append`] would write.
    ///
    /// # Errors
    /// See [`Pen::append`].
    pub async fn append_many(&mut self, acts: Vec<Act>) -> Result<Vec<Appended>, StoreError> {
        if acts.is_empty() {
            return Ok(Vec::new());
        }
        if acts.len() <= PART {
            return self.append(&acts).await;
        }
        let (acts, at) = (Arc::new(acts), self.now());
        let mut all = Vec::with_capacity(acts.len());
        let mut sealed = self.seal_part(&acts, 0, at).await?;
        for from in (PART..acts.len()).step_by(PART) {
            all.append(&mut self.adopt(sealed));
            // Begun only now that the part before is sealed: salts are drawn in the order of the entries.
            let next = self.seal_part(&acts, from, at);
            let (next, written) = futures::join!(next, self.reader.settle_own());
            written?;
            sealed = next?;
        }
        all.append(&mut self.adopt(sealed));
        Ok(all)
    }

    /// Seals a part of many acts on another thread, after what was adopted before.
    fn seal_part(
        &self,
        acts: &Arc<Vec<Act>>,
        from: usize,
        at: Instant,
    ) -> impl Future<Output = Result<Entries, StoreError>> + use<> {
        let (shared, acts, head) = (Arc::clone(&self.reader.shared), Arc::clone(acts), self.head_now());
        let sealing = tokio::task::spawn_blocking(move || {
            let part = acts.get(from..acts.len().min(from + PART)).unwrap_or_default();
            Entries::seal(&shared, part, head, at)
        });
        async move { sealing.await.unwrap_or(Err(StoreError::ActFailed)) }
    }

    /// Makes sealed acts a part of what this act writes.
    fn adopt(&mut self, mut entries: Entries) -> Vec<Appended> {
        for (table, subject) in entries.changed {
            self.own_changes |= self.known.changed(table, subject);
        }
        self.reader.own.absorb(&mut entries.pending);
        self.reader.head = Some(entries.head);
        self.first_leaf = self.first_leaf.or(entries.first_leaf);
        entries.appended
    }

    async fn next(
        &mut self,
        tables: &[&'static Table],
        last: &'static str,
        slot: fn(&mut Numbers) -> &mut Option<u64>,
    ) -> Result<u64, StoreError> {
        let next = match *slot(&mut self.numbers) {
            Some(next) => next,
            None => {
                let row = self.reader.row(tables, last, Vec::new()).await?;
                row.map(|row| row.optional_number(0)).transpose()?.flatten().unwrap_or(0) + 1
            }
        };
        *slot(&mut self.numbers) = Some(next + 1);
        Ok(next)
    }

    /// A number for a new subject.
    ///
    /// # Errors
    /// When the database fails; so with the others here.
    pub async fn next_subject(&mut self) -> Result<SubjectNumber, StoreError> {
        self.next(&[&tables::SUBJECT], LAST_SUBJECT, |numbers| &mut numbers.subject).await.map(SubjectNumber)
    }

    /// A number for a new record.
    ///
    /// # Errors
    /// See [`Pen::next_subject`].
    pub async fn next_record(&mut self) -> Result<RecordNumber, StoreError> {
        self.next(&[&tables::RECORD], LAST_RECORD, |numbers| &mut numbers.record).await.map(RecordNumber)
    }

    /// A number for a new batch.
    ///
    /// # Errors
    /// See [`Pen::next_subject`].
    pub async fn next_batch(&mut self) -> Result<BatchNumber, StoreError> {
        self.next(&[&tables::BATCH], LAST_BATCH, |numbers| &mut numbers.batch).await.map(BatchNumber)
    }

    /// A number for a new consent.
    ///
    /// # Errors
    /// See [`Pen::next_subject`].
    pub async fn next_consent(&mut self) -> Result<ConsentNumber, StoreError> {
        self.next(&[&tables::CONSENT], LAST_CONSENT, |numbers| &mut numbers.consent).await.map(ConsentNumber)
    }

    /// A number for a new key.
    ///
    /// # Errors
    /// See [`Pen::next_subject`].
    pub async fn next_key(&mut self) -> Result<KeyNumber, StoreError> {
        self.next(&[&tables::API_KEY, &tables::PROPOSAL], LAST_KEY, |numbers| &mut numbers.key)
            .await
            .map(KeyNumber)
    }

    /// A number for a new proposal.
    ///
    /// # Errors
    /// See [`Pen::next_subject`].
    pub async fn next_proposal(&mut self) -> Result<ProposalNumber, StoreError> {
        self.next(&[&tables::PROPOSAL], LAST_PROPOSAL, |numbers| &mut numbers.proposal)
            .await
            .map(ProposalNumber)
    }

    /// A number for a new incident.
    ///
    /// # Errors
    /// See [`Pen::next_subject`].
    pub async fn next_incident(&mut self) -> Result<IncidentNumber, StoreError> {
        self.next(&[&tables::INCIDENT], LAST_INCIDENT, |numbers| &mut numbers.incident)
            .await
            .map(IncidentNumber)
    }

    /// A number for a new case.
    ///
    /// # Errors
    /// See [`Pen::next_subject`].
    pub async fn next_case(&mut self) -> Result<CaseNumber, StoreError> {
        self.next(&[&tables::RIGHTS_CASE], LAST_CASE, |numbers| &mut numbers.case).await.map(CaseNumber)
    }

    /// Remembers where an act begins.
    pub(crate) fn mark(&self) -> Mark {
        Mark { head: self.head_now(), numbers: self.numbers }
    }

    /// Keeps what an act wrote.
    pub(crate) async fn keep(&mut self) -> Result<(), StoreError> {
        if self.reader.savepoint {
            let released = self.reader.connection()?.script("release savepoint act").await;
            self.reader.note(released)?;
            self.reader.savepoint = false;
        }
        let mut own = std::mem::take(&mut self.reader.own);
        self.reader.group.absorb(&mut own);
        self.own_changes = false;
        Ok(())
    }

    /// Undoes what an act wrote.
    pub(crate) async fn undo(&mut self, mark: Mark) -> Result<(), StoreError> {
        self.reader.own.clear();
        self.own_changes = false;
        if self.reader.savepoint {
            let undone =
                self.reader.connection()?.script("rollback to savepoint act; release savepoint act").await;
            self.reader.note(undone)?;
            self.reader.savepoint = false;
        }
        self.reader.head = Some(mark.head);
        self.numbers = mark.numbers;
        if self.first_leaf.is_some_and(|(number, _)| number >= mark.head.size) {
            self.first_leaf = None;
        }
        Ok(())
    }

    /// Whether the database failed under this pen.
    pub(crate) fn is_broken(&self) -> bool {
        self.reader.broken
    }

    /// Puts a row in the place of the one with its key. It is not the row of an event: what it says stays as it was, under
    /// another key of the ring.
    pub(crate) fn put_row(&mut self, table: &'static Table, row: Vec<Value>) {
        self.reader.own.replace(table, row);
    }

    /// Runs a statement as a part of the act, after what the act has written so far.
    pub(crate) async fn run(&mut self, sql: impl Into<Sql>, values: Vec<Value>) -> Result<u64, StoreError> {
        self.reader.settle_own().await?;
        let run = self.reader.connection()?.run(sql, values).await;
        self.reader.note(run)
    }

    /// Writes down everything that waits. The commit comes next.
    pub(crate) async fn finish(&mut self) -> Result<(), StoreError> {
        let group: Pending = std::mem::take(&mut self.reader.group);
        let head = self.head_now();
        let ring = self.reader.ring()?.current();
        let moved = head != self.taken_at || ring > self.ring;
        self.reader.put_down(group).await?;
        if moved {
            let connection = self.reader.connection()?;
            let values = vec![head.size.into(), head.time.milliseconds().into(), i64::from(ring.0).into()];
            connection.run(LAY_DOWN, values).await?;
        }
        Ok(())
    }

    /// Gives up the pen and hands back the connection, the first entry's number and leaf hash.
    pub(crate) fn into_parts(mut self) -> (Option<Connection>, Option<(u64, journal::Hash)>) {
        (self.reader.take_connection(), self.first_leaf)
    }
}

impl Deref for Pen {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl DerefMut for Pen {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.reader
    }
}
