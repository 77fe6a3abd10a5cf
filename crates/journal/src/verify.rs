//! Finding what was changed in a journal, and where: a verifier that entries are pushed into, in order, from
//! a database, a folder or a mirror. It keeps going after a problem.

use std::collections::{BTreeSet, VecDeque};

use zeroize::Zeroizing;

use crate::checkpoint::Checkpoint;
use crate::commitment::commitment;
use crate::followed::{FollowedTree, these};
use crate::hash::{Hash, leaf_hash};
use crate::keys::KeyRing;
use crate::leaf::{Leaf, LeafError, LeafFields};
use crate::note::Verifier;
use crate::report::Findings;
pub use crate::report::{Checked, Problem, Report};
use crate::seal::{SealError, open_payload_into};

/// A gap in the numbers up to this size is filled; a number beyond it is taken for a changed number.
const GAP_MAX: u64 = 1 << 20;
/// So many changed entries are remembered to see whether two of them were exchanged.
const SUSPECTS: usize = 16;

/// An entry as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct StoredEntry<'a> {
    /// The place where it stands, from zero.
    pub number: u64,
    /// The leaf's fields.
    pub leaf: LeafFields<'a>,
    /// The leaf hash stored beside it.
    pub hash: Hash,
    /// The hash that the stored tile over it holds, where tiles are kept beside the leaf hashes.
    pub tile: Option<Hash>,
    /// Its payload.
    pub payload: Payload<'a>,
}

/// The payload of an entry, as far as it is there.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'a> {
    /// Payloads are not looked at, as in a mirror.
    NotGiven,
    /// The sealed payload and its wrapped key. Without a key ring it is only counted.
    Sealed {
        /// The sealed payload.
        sealed: &'a [u8],
        /// Its wrapped key.
        wrapped_key: &'a [u8],
    },
    /// The payload or its key is not there: right only if an erasure names the entry.
    Missing,
}

/// What an entry says when it is looked at by itself: the half of a verification that needs no other entry, so that it
/// can be done for many at once, on every processor.
#[derive(Clone, Debug)]
pub struct Examined {
    number: u64,
    leaf_number: u64,
    hash: Hash,
    tile: Option<Hash>,
    /// The hash of the leaf's text, or why it cannot be written.
    computed: Result<Hash, LeafError>,
    /// The leaf, where it does not give the stored hash.
    changed: Option<Box<Leaf>>,
    payload: ExaminedPayload,
}

/// What was found of a payload.
#[derive(Clone, Debug)]
enum ExaminedPayload {
    NotGiven,
    Missing,
    Unopened,
    Opened(Result<(), SealError>),
}

/// Looks at entries by themselves. It keeps its buffers from one entry to the next.
#[derive(Default)]
pub struct Examiner<'ring> {
    ring: Option<&'ring KeyRing>,
    text: Vec<u8>,
    plaintext: Zeroizing<Vec<u8>>,
}

impl<'ring> Examiner<'ring> {
    /// One that opens each payload where a key ring is given.
    #[must_use]
    pub fn new(ring: Option<&'ring KeyRing>) -> Self {
        Self { ring, ..Self::default() }
    }

    /// Hashes the leaf, and opens the payload and compares it with the leaf where the key ring is at hand.
    pub fn examine(&mut self, entry: &StoredEntry<'_>) -> Examined {
        self.text.clear();
        let computed = entry.leaf.write_to(&mut self.text).map(|()| leaf_hash(&self.text));
        let payload = match (entry.payload, self.ring) {
            (Payload::NotGiven, _) => ExaminedPayload::NotGiven,
            (Payload::Missing, _) => ExaminedPayload::Missing,
            (Payload::Sealed { .. }, None) => ExaminedPayload::Unopened,
            (Payload::Sealed { sealed, wrapped_key }, Some(ring)) => {
                ExaminedPayload::Opened(self.open(ring, &entry.leaf, wrapped_key, sealed))
            }
        };
        let is_changed = computed.as_ref().is_ok_and(|computed| *computed != entry.hash);
        Examined {
            number: entry.number,
            leaf_number: entry.leaf.number,
            hash: entry.hash,
            tile: entry.tile,
            computed,
            changed: is_changed.then(|| Box::new(entry.leaf.to_leaf())),
            payload,
        }
    }

    fn open(
        &mut self,
        ring: &KeyRing,
        leaf: &LeafFields<'_>,
        wrapped_key: &[u8],
        sealed: &[u8],
    ) -> Result<(), SealError> {
        let salt = open_payload_into(ring, leaf.number, wrapped_key, sealed, &mut self.plaintext)?;
        let fits = commitment(&salt, &self.plaintext) == leaf.commitment;
        if fits { Ok(()) } else { Err(SealError::Commitment) }
    }
}

/// A changed entry: its fields, and the hash that was stored for it.
struct Suspect {
    leaf: Leaf,
    hash: Hash,
    /// Where its problem is listed.
    place: Option<usize>,
}

/// Verifies a journal, entry by entry. Give it what is known first (checkpoints, nodes, the key ring), then
/// push the entries in order, then finish.
#[derive(Default)]
pub struct JournalVerifier<'ring> {
    ring: Option<&'ring KeyRing>,
    tree: FollowedTree,
    size_expected: Option<(String, u64)>,
    suspects: VecDeque<Suspect>,
    erased: BTreeSet<u64>,
    /// Entries without payload, as ranges: a store whose keys were left out of a backup misses all of them.
    missing: Vec<(u64, u64)>,
    findings: Findings,
}

impl<'ring> JournalVerifier<'ring> {
    /// A verifier that knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens each payload with this key ring and compares it with its leaf.
    #[must_use]
    pub fn with_key_ring(mut self, ring: &'ring KeyRing) -> Self {
        self.ring = Some(ring);
        self
    }

    /// Lists at most this many problems; the others are counted. The default is 1000.
    #[must_use]
    pub fn with_problems_max(mut self, problems_max: usize) -> Self {
        self.findings.limit(problems_max);
        self
    }

    /// Expects this root at this size. Give it before the entries; `label` says in a problem where it is
    /// from.
    pub fn expect_root(&mut self, label: &str, size: u64, root: Hash) {
        self.tree.expect_root(label, size, root, &mut self.findings);
    }

    /// Expects a checkpoint whose signature was checked before, such as one that a witness or a receipt
    /// holder kept.
    pub fn expect_checkpoint(&mut self, label: &str, checkpoint: &Checkpoint) {
        self.expect_root(label, checkpoint.size, checkpoint.root);
    }

    /// Checks the signature of a checkpoint and expects it. Without a good signature it is a problem and
    /// nothing more is expected of it.
    pub fn expect_signed_checkpoint(
        &mut self,
        label: &str,
        note: &[u8],
        verifier: &Verifier,
    ) -> Option<Checkpoint> {
        match Checkpoint::open(note, verifier) {
            Ok(checkpoint) => {
                self.findings.checked.signatures += 1;
                self.expect_checkpoint(label, &checkpoint);
                Some(checkpoint)
            }
            Err(error) => {
                self.problem(None, format!("{label}: {error}"));
                None
            }
        }
    }

    /// Expects so many entries in all, as the journal's head says.
    pub fn expect_size(&mut self, label: &str, size: u64) {
        self.size_expected = Some((label.to_owned(), size));
    }

    /// Says that the nodes above the first `size` entries are stored, so that each complete one must be given by
    /// [`JournalVerifier::stored_node`] before the last of its entries.
    pub fn expect_nodes(&mut self, size: u64) {
        self.tree.expect_nodes(size);
    }

    /// A stored node: the hash over the 256^`level` entries from `index` * 256^`level`, `level` from 1.
    pub fn stored_node(&mut self, level: u8, index: u64, hash: Hash) {
        self.tree.stored_node(level, index, hash, &mut self.findings);
    }

    /// Says that an erasure names this entry, before or after the entry itself.
    pub fn erased(&mut self, number: u64) {
        self.erased.insert(number);
    }

    /// Notes a problem that the caller found, such as a row that cannot be read.
    pub fn problem(&mut self, entry: Option<u64>, what: String) {
        self.findings.problem(entry, what);
    }

    /// Notes a problem that may only follow from another one, such as what the database's own check says.
    pub fn consequence(&mut self, entry: Option<u64>, what: String) {
        self.findings.consequence(entry, what);
    }

    /// The number of the entry that is expected next.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.tree.size()
    }

    /// Looks at the next entry and takes it.
    pub fn push(&mut self, entry: &StoredEntry<'_>) {
        let examined = Examiner::new(self.ring).examine(entry);
        self.take(examined);
    }

    /// Takes the next entry, which was looked at before.
    pub fn take(&mut self, examined: Examined) {
        let Examined { number, leaf_number, hash, tile, computed, changed, payload } = examined;
        if !self.reach(number) {
            return;
        }
        let computed = match computed {
            Ok(computed) => computed,
            Err(error) => {
                self.tree.reported();
                self.problem(Some(number), error.to_string());
                hash
            }
        };
        if leaf_number != number {
            self.tree.reported();
            self.problem(Some(number), format!("the leaf of entry {leaf_number} stands in its place"));
        } else if let Some(leaf) = changed {
            self.changed(*leaf, hash);
        } else if tile.is_some_and(|tile| tile != hash) {
            self.tree.reported();
            let what = "the stored tile holds another hash for it: one of them was changed".to_owned();
            let place = self.findings.problem(Some(number), what);
            self.tree.undecided(place);
        }
        self.findings.checked.leaves += 1;
        self.tree.append(computed, hash, &mut self.findings);
        self.payload(number, payload);
    }

    /// Takes an entry whose leaf cannot be read: only its stored hash is known.
    pub fn push_unreadable(&mut self, number: u64, hash: Hash, what: String) {
        if self.reach(number) {
            self.tree.reported();
            self.problem(Some(number), what);
            self.tree.append(hash, hash, &mut self.findings);
        }
    }

    /// Goes on to an entry: names those that are missing before it. False when it cannot be taken.
    fn reach(&mut self, number: u64) -> bool {
        if number < self.next() {
            self.problem(Some(number), "the entry comes twice or out of order".to_owned());
            return false;
        }
        if number - self.next() > GAP_MAX {
            self.problem(
                Some(number),
                format!("the number is far beyond the entry expected, {}", self.next()),
            );
            return false;
        }
        if number > self.next() {
            let (first, last) = (self.next(), number - 1);
            self.problem(Some(first), format!("{} missing", these(first, last)));
            while self.next() < number {
                self.tree.reported();
                self.tree.append([0; 32], [0; 32], &mut self.findings);
            }
        }
        true
    }

    /// An entry whose fields do not give its stored hash: says so, or that two entries were exchanged.
    fn changed(&mut self, leaf: Leaf, hash: Hash) {
        self.tree.reported();
        let fits = |leaf: &Leaf, number: u64, hashes: [Hash; 2]| {
            let leaf = Leaf { number, ..leaf.clone() };
            leaf.hash().is_ok_and(|hash| hashes.contains(&hash))
        };
        let other = self.suspects.iter().find(|other| {
            let hashes = [hash, other.hash];
            fits(&leaf, other.leaf.number, hashes) && fits(&other.leaf, leaf.number, hashes)
        });
        let place = if let Some(other) = other {
            if let Some(place) = other.place {
                self.findings.amend(place, &format!("; it was exchanged with entry {}", leaf.number));
            }
            let what = format!("it was exchanged with entry {}", other.leaf.number);
            self.findings.problem(Some(leaf.number), what)
        } else {
            let what = "the leaf does not give the hash stored for it: one of them was changed".to_owned();
            let place = self.findings.problem(Some(leaf.number), what);
            self.tree.undecided(place);
            place
        };
        if self.suspects.len() == SUSPECTS {
            self.suspects.pop_front();
        }
        self.suspects.push_back(Suspect { leaf, hash, place });
    }

    fn payload(&mut self, number: u64, payload: ExaminedPayload) {
        if matches!(payload, ExaminedPayload::Unopened | ExaminedPayload::Opened(_))
            && self.erased.contains(&number)
        {
            let what = "it was erased, but its payload and key are still there".to_owned();
            self.problem(Some(number), what);
        }
        match payload {
            ExaminedPayload::NotGiven => {}
            ExaminedPayload::Missing => match self.missing.last_mut() {
                Some((_, last)) if *last + 1 == number => *last = number,
                _ => self.missing.push((number, number)),
            },
            ExaminedPayload::Unopened => self.findings.checked.payloads_unopened += 1,
            ExaminedPayload::Opened(Ok(())) => self.findings.checked.payloads += 1,
            ExaminedPayload::Opened(Err(error)) => {
                self.problem(Some(number), format!("the payload: {error}"));
            }
        }
    }

    /// Ends the verification.
    #[must_use]
    pub fn finish(mut self) -> Report {
        let entries = self.tree.size();
        self.tree.finish(&mut self.findings);
        if let Some((label, size)) = self.size_expected.take()
            && size != entries
        {
            self.consequence(
                Some(entries.min(size)),
                format!("there are {entries} entries, but {label} says {size}"),
            );
        }
        for number in std::mem::take(&mut self.missing).into_iter().flat_map(|(first, last)| first..=last) {
            if self.erased.contains(&number) {
                self.findings.checked.payloads_erased += 1;
            } else {
                self.problem(
                    Some(number),
                    "the payload is missing, and no erasure names the entry".to_owned(),
                );
            }
        }
        self.findings.into_report(entries, self.tree.root_of_leaves())
    }
}
