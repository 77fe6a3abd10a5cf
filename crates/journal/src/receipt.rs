//! Receipts: what a person takes home about an entry, and can check without us.
//!
//! A receipt is a promise at once, signed before anyone is answered: this leaf stands at this number. Within
//! a second a checkpoint covers it, and the receipt can carry the proof. A promise that was not kept is
//! evidence against the journal.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::checkpoint::Checkpoint;
use crate::hash::{Hash, leaf_hash};
use crate::leaf::{Leaf, LeafError};
use crate::note::{NoteError, SignedNote, Signer, Verifier};
use crate::proof::verify_inclusion;

/// The format and version of the file.
const FORMAT: &str = "credence-receipt/1";
/// The first line of the promise; no checkpoint can begin so, as its second line is a number.
const PROMISE: &str = "credence-promise/1";
/// Separates the digest of the summary from every other use of SHA-256.
const SUMMARY: &[u8] = b"credence-receipt-act/1\0";

/// A receipt for one entry: a small JSON file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    format: String,
    origin: String,
    entry: u64,
    /// What was done, in words, for the person who holds the receipt. The promise covers it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    act: BTreeMap<String, String>,
    leaf: String,
    promise: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proof: Option<ReceiptProof>,
    vkey: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReceiptProof {
    checkpoint: String,
    hashes: Vec<String>,
}

/// Why a receipt cannot be made or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The leaf cannot be written.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// The promise cannot be signed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The file is not a receipt.
    #[error("it is not a receipt of the form {FORMAT}: {0}")]
    Form(String),
}

/// How much of a receipt there was to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptChecked {
    /// Only that the journal promised the entry.
    Promise,
    /// The promise, and that the entry stands in a signed checkpoint.
    PromiseAndProof,
}

/// The outcome of checking a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReceiptReport {
    /// The entry's number.
    pub entry: u64,
    /// What was checked.
    pub checked: ReceiptChecked,
    /// What does not hold; empty when all does.
    pub problems: Vec<String>,
}

impl Receipt {
    /// The receipt that is given at once: a signed promise that this leaf stands at its number.
    ///
    /// # Errors
    /// When the leaf cannot be written.
    pub fn promise(signer: &Signer, leaf: &Leaf) -> Result<Self, ReceiptError> {
        Self::promise_act(signer, leaf, BTreeMap::new())
    }

    /// As [`Receipt::promise`], with a summary of the act for whoever holds the receipt: names and values,
    /// masked where the holder is not entitled to more. The promise covers it.
    ///
    /// # Errors
    /// When the leaf cannot be written.
    pub fn promise_act(
        signer: &Signer,
        leaf: &Leaf,
        act: BTreeMap<String, String>,
    ) -> Result<Self, ReceiptError> {
        let bytes = leaf.to_bytes()?;
        let text = promise_text(signer.name(), leaf.number, &leaf_hash(&bytes), &act);
        Ok(Self {
            format: FORMAT.to_owned(),
            origin: signer.name().to_owned(),
            entry: leaf.number,
            act,
            leaf: String::from_utf8_lossy(&bytes).into_owned(),
            promise: signer.sign(&text)?.to_text(),
            proof: None,
            vkey: signer.verifier().to_vkey(),
        })
    }

    /// The same receipt with the proof that the entry is in a checkpoint.
    #[must_use]
    pub fn with_proof(mut self, checkpoint: &SignedNote, hashes: &[Hash]) -> Self {
        let hashes = hashes.iter().map(|hash| STANDARD.encode(hash)).collect();
        self.proof = Some(ReceiptProof { checkpoint: checkpoint.to_text(), hashes });
        self
    }

    /// Reads a receipt's file.
    ///
    /// # Errors
    /// When it is not JSON of this form.
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        let receipt: Self =
            serde_json::from_str(text).map_err(|error| ReceiptError::Form(error.to_string()))?;
        if receipt.format == FORMAT {
            Ok(receipt)
        } else {
            Err(ReceiptError::Form(format!("its format is `{}`", receipt.format)))
        }
    }

    /// The text of the receipt's file.
    ///
    /// # Errors
    /// Never in practice: [`ReceiptError::Form`].
    pub fn to_json(&self) -> Result<String, ReceiptError> {
        let mut text =
            serde_json::to_string_pretty(self).map_err(|error| ReceiptError::Form(error.to_string()))?;
        text.push('\n');
        Ok(text)
    }

    /// The entry's number.
    #[must_use]
    pub fn entry(&self) -> u64 {
        self.entry
    }

    /// The journal's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The summary of the act.
    #[must_use]
    pub fn act(&self) -> &BTreeMap<String, String> {
        &self.act
    }

    /// Whether the receipt holds a proof beside the promise.
    #[must_use]
    pub fn has_proof(&self) -> bool {
        self.proof.is_some()
    }

    /// The leaf.
    ///
    /// # Errors
    /// When its text is not a leaf's.
    pub fn leaf(&self) -> Result<Leaf, LeafError> {
        Leaf::parse(self.leaf.as_bytes())
    }

    /// Checks the receipt with nothing but the journal's public key, which must come from elsewhere: the key
    /// in the file is only a hint.
    #[must_use]
    pub fn verify(&self, verifier: &Verifier) -> ReceiptReport {
        let mut problems = Vec::new();
        if self.vkey != verifier.to_vkey() {
            problems.push(format!(
                "the receipt names the key `{}`, not the journal's `{}`",
                self.vkey,
                verifier.to_vkey()
            ));
        }
        if self.origin != verifier.name() {
            problems.push(format!(
                "the receipt is of the journal `{}`, not `{}`",
                self.origin,
                verifier.name()
            ));
        }
        match self.leaf() {
            Ok(leaf) if leaf.number != self.entry => {
                problems.push(format!(
                    "the receipt is for entry {}, but its leaf is of entry {}",
                    self.entry, leaf.number
                ));
            }
            Ok(_) => {}
            Err(error) => problems.push(error.to_string()),
        }
        let hash = leaf_hash(self.leaf.as_bytes());
        if let Err(problem) = self.verify_promise(verifier, &hash) {
            problems.push(problem);
        }
        let checked = match &self.proof {
            None => ReceiptChecked::Promise,
            Some(proof) => {
                if let Err(problem) = self.verify_proof(proof, verifier, &hash) {
                    problems.push(problem);
                }
                ReceiptChecked::PromiseAndProof
            }
        };
        ReceiptReport { entry: self.entry, checked, problems }
    }

    fn verify_promise(&self, verifier: &Verifier, hash: &Hash) -> Result<(), String> {
        let note =
            SignedNote::parse(self.promise.as_bytes()).map_err(|error| format!("the promise: {error}"))?;
        let text = note.verify(verifier).map_err(|error| format!("the promise: {error}"))?;
        if text == promise_text(verifier.name(), self.entry, hash, &self.act) {
            Ok(())
        } else {
            Err("the promise is about another entry, leaf or summary".to_owned())
        }
    }

    fn verify_proof(&self, proof: &ReceiptProof, verifier: &Verifier, hash: &Hash) -> Result<(), String> {
        let checkpoint = Checkpoint::open(proof.checkpoint.as_bytes(), verifier)
            .map_err(|error| format!("the checkpoint: {error}"))?;
        let hashes = proof
            .hashes
            .iter()
            .map(|hash| STANDARD.decode(hash).ok().and_then(|hash| hash.try_into().ok()))
            .collect::<Option<Vec<Hash>>>()
            .ok_or("the proof holds something that is not 32 bytes in base64")?;
        verify_inclusion(hash, self.entry, checkpoint.size, &hashes, &checkpoint.root)
            .map_err(|error| format!("the proof: {error}"))
    }
}

/// The text of the promise. The summary of the act is in it by its digest.
fn promise_text(origin: &str, entry: u64, leaf: &Hash, act: &BTreeMap<String, String>) -> String {
    let mut text = format!("{PROMISE}\n{origin}\nentry {entry}\nleaf {}\n", STANDARD.encode(leaf));
    if !act.is_empty() {
        let mut digest = Sha256::new();
        digest.update(SUMMARY);
        for part in act.iter().flat_map(|(name, value)| [name, value]) {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        }
        let digest: Hash = digest.finalize().into();
        text.push_str(&format!("act {}\n", STANDARD.encode(digest)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::inclusion_proof;
    use crate::tree::MemoryTree;

    fn signer() -> Signer {
        Signer::from_seed("credence.example/demo", &[3; 32]).unwrap()
    }

    fn leaf(number: u64) -> Leaf {
        Leaf {
            number,
            minute: 29_515_745,
            kind: "records-filed".to_owned(),
            office: "bj-market-supervision".to_owned(),
            article: "13".to_owned(),
            commitment: [7; 32],
        }
    }

    fn receipt() -> Receipt {
        let act =
            BTreeMap::from([("filed".to_owned(), "3".to_owned()), ("item".to_owned(), "permits".to_owned())]);
        Receipt::promise_act(&signer(), &leaf(5), act).unwrap()
    }

    fn proven() -> Receipt {
        let mut tree = MemoryTree::new();
        for number in 0..12 {
            tree.push(&leaf(number).to_bytes().unwrap());
        }
        let checkpoint = Checkpoint { origin: signer().name().to_owned(), size: 12, root: tree.root() };
        let proof = inclusion_proof(5, 12, &tree).unwrap();
        receipt().with_proof(&checkpoint.sign(&signer()).unwrap(), &proof)
    }

    fn problems(receipt: &Receipt) -> Vec<String> {
        receipt.verify(signer().verifier()).problems
    }

    #[test]
    fn a_promise_verifies_at_once_and_says_that_it_is_only_a_promise() {
        let read = Receipt::parse(&receipt().to_json().unwrap()).unwrap();
        assert_eq!(read, receipt());
        let report = read.verify(signer().verifier());
        assert_eq!(
            report,
            ReceiptReport { entry: 5, checked: ReceiptChecked::Promise, problems: Vec::new() }
        );
        let plain = Receipt::promise(&signer(), &leaf(5)).unwrap();
        assert_eq!(problems(&plain), Vec::<String>::new());
    }

    #[test]
    fn a_receipt_with_a_proof_verifies_without_us() {
        let read = Receipt::parse(&proven().to_json().unwrap()).unwrap();
        let report = read.verify(signer().verifier());
        let checked = ReceiptChecked::PromiseAndProof;
        assert_eq!(report, ReceiptReport { entry: 5, checked, problems: Vec::new() });
    }

    #[test]
    fn a_promise_of_another_leaf_entry_or_summary_does_not_hold() {
        let about = ["the promise is about another entry, leaf or summary"];
        let mut changed = receipt();
        changed.act.insert("filed".to_owned(), "4".to_owned());
        assert_eq!(problems(&changed), about);
        let mut changed = receipt();
        changed.act.clear();
        assert_eq!(problems(&changed), about);
        let mut changed = receipt();
        changed.leaf = changed.leaf.replace("records-filed", "records-fixed");
        assert_eq!(problems(&changed), about);
        let mut changed = receipt();
        changed.entry = 6;
        assert_eq!(problems(&changed), ["the receipt is for entry 6, but its leaf is of entry 5", about[0]]);
    }

    #[test]
    fn a_receipt_of_another_key_does_not_hold() {
        let other = Signer::from_seed("credence.example/demo", &[4; 32]).unwrap();
        let forged = Receipt::promise(&other, &leaf(5)).unwrap();
        let report = forged.verify(signer().verifier());
        assert_eq!(report.problems.len(), 2, "{:?}", report.problems);
        assert!(report.problems[1].contains("is not signed by"));
    }

    #[test]
    fn a_proof_of_something_else_does_not_hold() {
        let other = Receipt::promise(&signer(), &leaf(6)).unwrap();
        let moved = Receipt { proof: proven().proof, ..other };
        assert_eq!(problems(&moved), ["the proof: the proof does not lead to the root"]);
        let mut short = proven();
        short.proof.as_mut().unwrap().hashes.pop();
        assert_eq!(problems(&short), ["the proof: the proof has a wrong number of hashes"]);
    }

    #[test]
    fn a_truncated_receipt_is_refused() {
        let text = proven().to_json().unwrap();
        let text = text.trim_end();
        for length in 0..text.len() {
            assert!(text.get(..length).is_none_or(|text| Receipt::parse(text).is_err()), "{length}");
        }
    }

    #[test]
    fn every_changed_bit_of_a_receipt_is_noticed() {
        // Spaces and line ends between the members carry nothing, so they are left out.
        let text = serde_json::to_vec(&proven()).unwrap();
        for place in 0..text.len() * 8 {
            let mut changed = text.clone();
            changed[place / 8] ^= 1 << (place % 8);
            let holds = std::str::from_utf8(&changed)
                .ok()
                .and_then(|text| Receipt::parse(text).ok())
                .is_some_and(|receipt| problems(&receipt).is_empty());
            assert!(!holds, "bit {place}: {}", String::from_utf8_lossy(&changed));
        }
    }
}
