//! How it is proved: the journal's leaves, tree, checkpoints, proofs, seals and receipts.
//!
//! This crate is pure. It reads no clock, no file, no network and no database, and it draws no randomness of
//! its own: what it needs is passed in ([`Randomness`], [`HashReader`], [`MirrorSource`]).
//!
//! The map of the crate:
//!
//! | module | what it holds | where it comes from |
//! |---|---|---|
//! | [`leaf`] | what is public about an entry | design, "What an entry holds" |
//! | [`commitment`](mod@commitment) | the salted digest that stands in the leaf for everything else, and canonical JSON | RFC 8785 for the text |
//! | [`keys`], [`seal`], [`column`](mod@column) | the key ring, sealed payloads, sealed columns and blind indexes | RFC 8452 (AES-GCM-SIV), RFC 5869 (HKDF) |
//! | [`hash`](mod@hash), [`tree`], [`proof`] | leaf and node hashes, the tree and its right edge, inclusion and consistency proofs | RFC 6962, RFC 9162 |
//! | [`tiles`] | static files that anyone can mirror | C2SP tlog-tiles |
//! | [`note`], [`checkpoint`] | signed notes and the tree heads in them | C2SP signed-note, tlog-checkpoint |
//! | [`receipt`] | what a person takes home | |
//! | [`verify`], [`mirror`] | finding what was changed, and where | |
//!
//! Entry numbers are leaf indexes of RFC 6962: they begin at zero and have no gaps.
//!
//! What the journal proves is regulation Article 53(3): that inquiries and changes leave a trace that nobody
//! can remove unseen. It does not prove that nobody read the disk.

mod canonical;
pub mod checkpoint;
pub mod column;
pub mod commitment;
mod followed;
pub mod hash;
pub mod keys;
pub mod leaf;
pub mod mirror;
pub mod note;
pub mod proof;
pub mod random;
pub mod receipt;
mod report;
pub mod seal;
pub mod tiles;
pub mod tree;
pub mod verify;

#[cfg(test)]
mod testing;

pub use canonical::canonical_text;
pub use checkpoint::{Checkpoint, CheckpointError};
pub use column::{blind_index, blind_indexes, open_column, seal_column};
pub use commitment::{CanonicalError, canonical_json, commitment};
pub use hash::{Hash, empty_root, leaf_hash, node_hash};
pub use keys::{IndexKeyId, KeyId, KeyRing, KeyRingError};
pub use leaf::{Leaf, LeafError, LeafFields};
pub use mirror::{MirrorSource, verify_mirror};
pub use note::{NoteError, NoteSignature, SignedNote, Signer, Verifier};
pub use proof::{
    HashReader, ProofError, TileMap, consistency_proof, inclusion_proof, root_at, tiles_for_consistency,
    tiles_for_inclusion, tiles_for_root, verify_consistency, verify_inclusion,
};
pub use random::Randomness;
pub use receipt::{Receipt, ReceiptChecked, ReceiptError, ReceiptReport, ReceiptStep, StepOutcome};
pub use seal::{OpenedPayload, SealError, SealedPayload, open_payload, rewrap, seal_payload, sealed_under};
pub use tiles::{TileId, TilePath};
pub use tree::{Frontier, FrontierError, MemoryTree, TileEdge};
pub use verify::{Checked, Examined, Examiner, JournalVerifier, Payload, Problem, Report, StoredEntry};
