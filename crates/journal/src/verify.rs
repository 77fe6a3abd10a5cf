//! Finding what was changed in a journal, and where: a verifier that entries are pushed into, in order, from
//! a database, a folder or a mirror. It keeps going after a problem.

use std::collections::{BTreeSet, VecDeque};

use crate::checkpoint::Checkpoint;
use crate::followed::{FollowedTree, these};
use crate::hash::{Hash, leaf_hash};
use crate::keys::KeyRing;
use crate::leaf::Leaf;
use crate::note::Verifier;
use crate::report::Findings;
pub use crate::report::{Checked, Problem, Report};
use crate::seal::{OpenedPayload, SealError, open_payload};

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
    pub leaf: &'a Leaf,
    /// The leaf hash stored beside it.
    pub hash: Hash,
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

/// Opens a payload and compares it with what the leaf commits to.
///
/// # Errors
/// When it does not open, or is something else; see [`SealError`].
pub fn check_payload(
    ring: &KeyRing,
    leaf: &Leaf,
    wrapped_key: &[u8],
    sealed: &[u8],
) -> Result<OpenedPayload, SealError> {
    let opened = open_payload(ring, leaf.number, wrapped_key, sealed)?;
    if opened.commitment() == leaf.commitment { Ok(opened) } else { Err(SealError::Commitment) }
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
    missing: BTreeSet<u64>,
    findings: Findings,
    buffer: Vec<u8>,
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

    /// Says that nodes above the leaves are stored, so that each complete one must be given by
    /// [`JournalVerifier::stored_node`] before the last of its entries.
    pub fn expect_nodes(&mut self) {
        self.tree.expect_nodes();
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

    /// Takes the next entry. The opened payload is given back, so that a caller can read erasures from it.
    pub fn push(&mut self, entry: &StoredEntry<'_>) -> Option<OpenedPayload> {
        if !self.reach(entry.number) {
            return None;
        }
        let leaf = entry.leaf;
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let computed = match leaf.write_to(&mut buffer) {
            Ok(()) => leaf_hash(&buffer),
            Err(error) => {
                self.tree.reported();
                self.problem(Some(entry.number), error.to_string());
                entry.hash
            }
        };
        self.buffer = buffer;
        if leaf.number != entry.number {
            self.tree.reported();
            self.problem(
                Some(entry.number),
                format!("the leaf of entry {} stands in its place", leaf.number),
            );
        } else if computed != entry.hash {
            self.changed(leaf, entry.hash);
        }
        self.findings.checked.leaves += 1;
        self.tree.append(computed, entry.hash, &mut self.findings);
        self.payload(entry)
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
    fn changed(&mut self, leaf: &Leaf, hash: Hash) {
        self.tree.reported();
        let fits = |leaf: &Leaf, number: u64, hashes: [Hash; 2]| {
            let leaf = Leaf { number, ..leaf.clone() };
            leaf.hash().is_ok_and(|hash| hashes.contains(&hash))
        };
        let other = self.suspects.iter().find(|other| {
            let hashes = [hash, other.hash];
            fits(leaf, other.leaf.number, hashes) && fits(&other.leaf, leaf.number, hashes)
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
        self.suspects.push_back(Suspect { leaf: leaf.clone(), hash, place });
    }

    fn payload(&mut self, entry: &StoredEntry<'_>) -> Option<OpenedPayload> {
        match entry.payload {
            Payload::NotGiven => None,
            Payload::Missing => {
                self.missing.insert(entry.number);
                None
            }
            Payload::Sealed { sealed, wrapped_key } => {
                if self.erased.contains(&entry.number) {
                    self.problem(
                        Some(entry.number),
                        "it was erased, but its payload and key are still there".to_owned(),
                    );
                }
                let Some(ring) = self.ring else {
                    self.findings.checked.payloads_unopened += 1;
                    return None;
                };
                match check_payload(ring, entry.leaf, wrapped_key, sealed) {
                    Ok(opened) => {
                        self.findings.checked.payloads += 1;
                        Some(opened)
                    }
                    Err(error) => {
                        self.problem(Some(entry.number), format!("the payload: {error}"));
                        None
                    }
                }
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
        for number in std::mem::take(&mut self.missing) {
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
