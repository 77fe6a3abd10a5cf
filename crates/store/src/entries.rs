//! Acts as entries: what the journal and the tables get of them. No database is asked here, so it may be done beside one.

use journal::{Leaf, canonical_text, seal_payload};
use law::Instant;
use register::change::Table;
use register::event::{Act, Event};
use register::subject::{EntryNumber, SubjectNumber};
use register::tables;

use crate::error::StoreError;
use crate::pen::Appended;
use crate::project::{Pending, Sealing};
use crate::reader::Head;
use crate::schema::{ENTRY, PAYLOAD, PAYLOAD_KEY};
use crate::store::Shared;

/// Acts that are sealed and wait to be written.
#[derive(Debug)]
pub(crate) struct Entries {
    /// Their rows.
    pub(crate) pending: Pending,
    /// The tables that they change, and about which subject.
    pub(crate) changed: Vec<(&'static Table, Option<SubjectNumber>)>,
    /// What is answered about them.
    pub(crate) appended: Vec<Appended>,
    /// Where the journal stands with them.
    pub(crate) head: Head,
    /// The number and leaf hash of the first of them.
    pub(crate) first_leaf: Option<(u64, journal::Hash)>,
}

impl Entries {
    /// Seals acts as the entries from a head on.
    ///
    /// # Errors
    /// When an act cannot be written as an entry: a number with a fraction, U+0000, an office that is not printable ASCII.
    pub(crate) fn seal(shared: &Shared, acts: &[Act], head: Head, at: Instant) -> Result<Self, StoreError> {
        let ring = shared.ring()?;
        let sealing = Sealing::new(&ring, shared.randomness.as_ref());
        let mut entries = Self {
            pending: Pending::default(),
            changed: Vec::with_capacity(acts.len() * 4),
            appended: Vec::with_capacity(acts.len()),
            head,
            first_leaf: None,
        };
        for act in acts {
            entries.add(act, at, &sealing)?;
        }
        if !acts.is_empty() {
            entries.head.time = at;
        }
        Ok(entries)
    }

    fn add(&mut self, act: &Act, at: Instant, sealing: &Sealing<'_>) -> Result<(), StoreError> {
        let number = self.head.size;
        let plaintext = canonical_text(act)?;
        let payload = seal_payload(sealing.ring, sealing.randomness, number, plaintext.as_bytes())?;
        let leaf = Leaf {
            number,
            minute: at.minute(),
            kind: act.event.kind().to_owned(),
            office: act.leaf_office(),
            article: act.event.article().to_string(),
            commitment: payload.commitment,
        };
        let hash = leaf.hash()?;
        self.first_leaf.get_or_insert((number, hash));
        self.pending.insert(
            &ENTRY,
            vec![
                number.into(),
                leaf.minute.into(),
                leaf.kind.as_str().into(),
                leaf.office.as_str().into(),
                leaf.article.as_str().into(),
                leaf.commitment.to_vec().into(),
                hash.to_vec().into(),
            ],
        );
        self.pending.insert(&PAYLOAD, vec![number.into(), payload.sealed.into()]);
        self.pending.insert(&PAYLOAD_KEY, vec![number.into(), payload.wrapped_key.into()]);
        for change in tables::changes(&act.event) {
            self.changed.push((change.table(), act.event.subject()));
            self.pending.change(change, number, sealing)?;
        }
        if let Event::RecordsErased(erased) = &act.event {
            // With its key gone a payload can be opened by nobody.
            for erased in &erased.entries {
                self.pending.delete(&PAYLOAD_KEY, vec![erased.entry.0.into()]);
            }
        }
        self.head.size += 1;
        self.appended.push(Appended { number: EntryNumber(number), at, leaf });
        Ok(())
    }
}
