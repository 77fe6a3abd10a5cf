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

/// A step of checking a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptStep {
    /// The receipt names the journal's key.
    Key,
    /// It is a receipt of that journal.
    Journal,
    /// Its leaf can be read and is the entry's.
    Leaf,
    /// The journal signed the promise about this entry, leaf and summary.
    Promise,
    /// The journal signed the checkpoint.
    Checkpoint,
    /// The leaf stands in the checkpoint's tree.
    Inclusion,
}

impl ReceiptStep {
    /// Every step, in the order in which they are taken.
    pub const ALL: [Self; 6] =
        [Self::Key, Self::Journal, Self::Leaf, Self::Promise, Self::Checkpoint, Self::Inclusion];

    /// A stable word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Journal => "journal",
            Self::Leaf => "leaf",
            Self::Promise => "promise",
            Self::Checkpoint => "checkpoint",
            Self::Inclusion => "inclusion",
        }
    }
}

/// What a step of checking a receipt comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// It holds.
    Holds,
    /// It does not, with the reason.
    Fails(String),
    /// There is nothing to check.
    NotChecked,
}

impl From<Result<(), String>> for StepOutcome {
    fn from(checked: Result<(), String>) -> Self {
        match checked {
            Ok(()) => Self::Holds,
            Err(reason) => Self::Fails(reason),
        }
    }
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
        let checked = match self.proof {
            None => ReceiptChecked::Promise,
            Some(_) => ReceiptChecked::PromiseAndProof,
        };
        let problems = self
            .examine(verifier)
            .into_iter()
            .filter_map(|(_, outcome)| match outcome {
                StepOutcome::Fails(problem) => Some(problem),
                StepOutcome::Holds | StepOutcome::NotChecked => None,
            })
            .collect();
        ReceiptReport { entry: self.entry, checked, problems }
    }

    /// As [`Receipt::verify`], step by step: each with its outcome, in the order of [`ReceiptStep::ALL`]. Without a
    /// proof the last two are not checked; nor is the way to a root that the checkpoint does not vouch for.
    #[must_use]
    pub fn examine(&self, verifier: &Verifier) -> Vec<(ReceiptStep, StepOutcome)> {
        let hash = leaf_hash(self.leaf.as_bytes());
        let key = if self.vkey == verifier.to_vkey() {
            Ok(())
        } else {
            Err(format!(
                "the receipt names the key `{}`, not the journal's `{}`",
                self.vkey,
                verifier.to_vkey()
            ))
        };
        let journal = if self.origin == verifier.name() {
            Ok(())
        } else {
            Err(format!("the receipt is of the journal `{}`, not `{}`", self.origin, verifier.name()))
        };
        let leaf = match self.leaf() {
            Ok(leaf) if leaf.number == self.entry => Ok(()),
            Ok(leaf) => Err(format!(
                "the receipt is for entry {}, but its leaf is of entry {}",
                self.entry, leaf.number
            )),
            Err(error) => Err(error.to_string()),
        };
        let checkpoint = self.proof.as_ref().map(|proof| {
            Checkpoint::open(proof.checkpoint.as_bytes(), verifier)
                .map_err(|error| format!("the checkpoint: {error}"))
        });
        let inclusion = match (&self.proof, &checkpoint) {
            (Some(proof), Some(Ok(checkpoint))) => self.verify_proof(proof, checkpoint, &hash).into(),
            _ => StepOutcome::NotChecked,
        };
        let checkpoint = checkpoint.map_or(StepOutcome::NotChecked, |opened| opened.map(|_| ()).into());
        vec![
            (ReceiptStep::Key, key.into()),
            (ReceiptStep::Journal, journal.into()),
            (ReceiptStep::Leaf, leaf.into()),
            (ReceiptStep::Promise, self.verify_promise(verifier, &hash).into()),
            (ReceiptStep::Checkpoint, checkpoint),
            (ReceiptStep::Inclusion, inclusion),
        ]
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

    fn verify_proof(&self, proof: &ReceiptProof, checkpoint: &Checkpoint, hash: &Hash) -> Result<(), String> {
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

    /// What each step of the check of a receipt comes to.
    fn outcomes(receipt: &Receipt) -> Vec<(&'static str, &'static str)> {
        let word = |outcome| match outcome {
            StepOutcome::Holds => "holds",
            StepOutcome::Fails(_) => "fails",
            StepOutcome::NotChecked => "not_checked",
        };
        let steps = receipt.examine(signer().verifier());
        assert_eq!(steps.iter().map(|(step, _)| *step).collect::<Vec<_>>(), ReceiptStep::ALL);
        steps.into_iter().map(|(step, outcome)| (step.word(), word(outcome))).collect()
    }

    /// Receipts whole and damaged, with what each step of their check comes to. The script of the page that checks receipts in
    /// the browser is held to them (`crates/web/tests/http/receipt.rs`). To renew them: `CREDENCE_RENEW=1`.
    #[test]
    fn the_vectors_say_what_each_step_comes_to() {
        let plain = Receipt::promise(&signer(), &leaf(5)).unwrap();
        let mut cases = vec![("promise", receipt()), ("promise and proof", proven()), ("no summary", plain)];
        for size in [1, 2, 3, 7, 8, 64, 100] {
            let mut tree = MemoryTree::new();
            for number in 0..size {
                tree.push(&leaf(number).to_bytes().unwrap());
            }
            let checkpoint = Checkpoint { origin: signer().name().to_owned(), size, root: tree.root() };
            let note = checkpoint.sign(&signer()).unwrap();
            for number in [0, size / 2, size - 1] {
                let proof = inclusion_proof(number, size, &tree).unwrap();
                let promised = Receipt::promise(&signer(), &leaf(number)).unwrap();
                cases.push(("proof in a tree of another size", promised.with_proof(&note, &proof)));
            }
        }
        let summary = BTreeMap::from([
            ("\u{20bb7}条目".to_owned(), "许可".to_owned()),
            ("\u{fb01}".to_owned(), String::new()),
            ("item".to_owned(), "permits".to_owned()),
        ]);
        cases.push(("rare characters", Receipt::promise_act(&signer(), &leaf(5), summary).unwrap()));
        let mut damage = |what: &'static str, change: fn(&mut Receipt)| {
            let mut damaged = proven();
            change(&mut damaged);
            cases.push((what, damaged));
        };
        damage("summary changed", |receipt| {
            receipt.act.insert("filed".to_owned(), "4".to_owned());
        });
        damage("another entry", |receipt| receipt.entry = 6);
        damage("leaf changed", |receipt| {
            receipt.leaf = receipt.leaf.replace("records-filed", "records-fixed");
        });
        damage("leaf cut off", |receipt| receipt.leaf.truncate(60));
        damage("leaf of an impossible day", |receipt| {
            let day = receipt.leaf.find("minute ").unwrap() + 7;
            receipt.leaf.replace_range(day..day + 10, "2026-02-30");
        });
        damage("another journal", |receipt| receipt.origin = "credence.example/other".to_owned());
        damage("another key named", |receipt| receipt.vkey = receipt.vkey.replacen('+', "+0", 1));
        damage("promise changed", |receipt| {
            receipt.promise = receipt.promise.replacen("entry 5", "entry 4", 1);
        });
        damage("promise unsigned", |receipt| receipt.promise = receipt.promise.replace("/demo ", "/demi "));
        damage("promise cut off", |receipt| receipt.promise.truncate(40));
        damage("checkpoint changed", |receipt| {
            let proof = receipt.proof.as_mut().unwrap();
            proof.checkpoint = proof.checkpoint.replacen("\n12\n", "\n13\n", 1);
        });
        damage("proof too short", |receipt| {
            receipt.proof.as_mut().unwrap().hashes.pop();
        });
        damage("proof too long", |receipt| {
            let proof = receipt.proof.as_mut().unwrap();
            proof.hashes.extend(proof.hashes.clone());
        });
        damage("proof of something else", |receipt| receipt.proof.as_mut().unwrap().hashes.reverse());
        damage("no hashes", |receipt| {
            receipt.proof.as_mut().unwrap().hashes = vec!["AAAA".to_owned()];
        });
        let other = Signer::from_seed("credence.example/demo", &[4; 32]).unwrap();
        cases.push(("signed by a namesake", Receipt::promise(&other, &leaf(5)).unwrap()));
        let vectors: Vec<serde_json::Value> = cases
            .iter()
            .map(|(what, receipt)| {
                let steps: BTreeMap<_, _> = outcomes(receipt).into_iter().collect();
                serde_json::json!({"what": what, "receipt": receipt, "steps": steps})
            })
            .collect();
        let vkey = signer().verifier().to_vkey();
        let all = serde_json::json!({"vkey": vkey, "vectors": vectors});
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/receipts.json");
        if std::env::var_os("CREDENCE_RENEW").is_some() {
            std::fs::write(path, format!("{}\n", serde_json::to_string_pretty(&all).unwrap())).unwrap();
        }
        let kept: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(kept, all);
    }

    #[test]
    fn each_step_of_a_damaged_receipt_says_whether_it_holds() {
        let all = |named: &[(&str, &'static str)]| -> Vec<(&'static str, &'static str)> {
            let of = |step: ReceiptStep| {
                named.iter().find(|(word, _)| *word == step.word()).map_or("holds", |(_, outcome)| *outcome)
            };
            ReceiptStep::ALL.into_iter().map(|step| (step.word(), of(step))).collect()
        };
        assert_eq!(outcomes(&proven()), all(&[]));
        assert_eq!(outcomes(&receipt()), all(&[("checkpoint", "not_checked"), ("inclusion", "not_checked")]));
        let mut changed = proven();
        changed.leaf = changed.leaf.replace("records-filed", "records-fixed");
        assert_eq!(outcomes(&changed), all(&[("promise", "fails"), ("inclusion", "fails")]));
        let mut changed = proven();
        changed.proof.as_mut().unwrap().checkpoint.insert(0, 'x');
        assert_eq!(outcomes(&changed), all(&[("checkpoint", "fails"), ("inclusion", "not_checked")]));
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
