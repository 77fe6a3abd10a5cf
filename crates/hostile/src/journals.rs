//! What proves the journal: notes, checkpoints, receipts, proofs, tiles, leaves, keys, seals, canonical JSON.

use std::sync::LazyLock;

use journal::tiles::{decode_bundle, decode_hashes, encode_bundle, encode_hashes};
use journal::{
    Checkpoint, Hash, KeyRing, Leaf, MemoryTree, Receipt, SealError, SignedNote, Signer, TilePath, Verifier,
    canonical_json, consistency_proof, inclusion_proof, leaf_hash, open_column, open_payload, root_at,
    seal_column, seal_payload, sealed_under, tiles_for_consistency, tiles_for_inclusion, verify_consistency,
    verify_inclusion,
};
use serde_json::Value;
use store::SeededRandomness;

use crate::text;

const ORIGIN: &str = "town.example/journal";
const LEAVES: u64 = 300;

/// A small journal with its key, its receipts and something sealed.
struct Journal {
    signer: Signer,
    tree: MemoryTree,
    root: Hash,
    checkpoint: SignedNote,
    receipts: Vec<Receipt>,
    ring: KeyRing,
    wrapped: Vec<u8>,
    sealed: Vec<u8>,
    column: Vec<u8>,
}

const PLAIN: &[u8] = b"{\"identifier\":\"119999198001011010\"}";

fn leaf(number: u64) -> Leaf {
    Leaf {
        number,
        minute: 29_000_000 + i64::try_from(number).unwrap(),
        kind: "inquiry_answered".to_owned(),
        office: "market-regulation".to_owned(),
        article: "20(1)".to_owned(),
        commitment: leaf_hash(&number.to_be_bytes()),
    }
}

static JOURNAL: LazyLock<Journal> = LazyLock::new(|| {
    let signer = Signer::from_seed(ORIGIN, &[7; 32]).unwrap();
    let mut tree = MemoryTree::new();
    for number in 0..LEAVES {
        tree.push(&leaf(number).to_bytes().unwrap());
    }
    let root = tree.root();
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: LEAVES, root }.sign(&signer).unwrap();
    let act = [("act".to_owned(), "查询".to_owned())];
    let receipts = [3, 255, 299]
        .map(|number| {
            let proof = inclusion_proof(number, LEAVES, &tree).unwrap();
            Receipt::promise_act(&signer, &leaf(number), act.clone().into())
                .unwrap()
                .with_proof(&checkpoint, &proof)
        })
        .to_vec();
    let randomness = SeededRandomness::new(1, "hostile");
    let ring = KeyRing::generate(&randomness).unwrap();
    let payload = seal_payload(&ring, &randomness, 5, PLAIN).unwrap();
    let column = seal_column(&ring, &randomness, "subject", "identifier", "7", PLAIN).unwrap();
    Journal {
        signer,
        tree,
        root,
        checkpoint,
        receipts,
        ring,
        wrapped: payload.wrapped_key,
        sealed: payload.sealed,
        column,
    }
});

/// Signed notes: one text each way, and no signature that the journal's key did not make.
pub(super) fn notes(input: &[u8]) {
    let Ok(note) = SignedNote::parse(input) else { return };
    assert_eq!(note.to_text().as_bytes(), input, "a note is written in one way");
    if let Ok(signed) = note.verify(JOURNAL.signer.verifier()) {
        assert_eq!(signed, JOURNAL.checkpoint.text(), "only what was signed is signed");
    }
}

pub(super) fn note_samples() -> Vec<Vec<u8>> {
    let other = Signer::from_seed("witness.example", &[9; 32]).unwrap();
    let mut both = JOURNAL.checkpoint.clone();
    both.add(other.signature(JOURNAL.checkpoint.text())).unwrap();
    let unsigned = other.sign("town.example/journal\n5\nAAAA\n").unwrap();
    [&JOURNAL.checkpoint, &both, &unsigned].map(|note| note.to_text().into_bytes()).to_vec()
}

/// Checkpoints.
pub(super) fn checkpoints(input: &[u8]) {
    let written = text(input);
    if let Ok(checkpoint) = Checkpoint::parse(&written) {
        assert_eq!(checkpoint.to_text(), written, "a checkpoint is written in one way");
    }
    if let Ok(opened) = Checkpoint::open(input, JOURNAL.signer.verifier()) {
        assert_eq!(
            (opened.size, opened.root),
            (LEAVES, JOURNAL.root),
            "only the journal's own checkpoint opens"
        );
    }
}

pub(super) fn checkpoint_samples() -> Vec<Vec<u8>> {
    let mut samples = note_samples();
    samples.push(JOURNAL.checkpoint.text().as_bytes().to_vec());
    samples
}

/// Receipts: a changed one is never found to be in order, unless what it says is the same.
pub(super) fn receipts(input: &[u8]) {
    let Ok(receipt) = Receipt::parse(&text(input)) else { return };
    let written = receipt.to_json().unwrap();
    assert_eq!(Receipt::parse(&written).as_ref(), Ok(&receipt), "a receipt is read as it is written");
    if receipt.verify(JOURNAL.signer.verifier()).problems.is_empty() {
        let known = JOURNAL
            .receipts
            .iter()
            .find(|known| known.entry() == receipt.entry())
            .expect("an entry that was promised");
        assert_eq!(
            (receipt.act(), receipt.leaf()),
            (known.act(), known.leaf()),
            "only what was promised holds"
        );
    }
}

pub(super) fn receipt_samples() -> Vec<Vec<u8>> {
    JOURNAL.receipts.iter().map(|receipt| receipt.to_json().unwrap().into_bytes()).collect()
}

/// Takes whole numbers and hashes from the front of the input.
struct Parts<'a>(&'a [u8]);

impl Parts<'_> {
    fn number(&mut self) -> u64 {
        let Some((bytes, rest)) = self.0.split_first_chunk::<8>() else { return 0 };
        self.0 = rest;
        u64::from_be_bytes(*bytes)
    }

    fn hashes(&self) -> Vec<Hash> {
        self.0.as_chunks::<32>().0.to_vec()
    }
}

/// Proofs of any numbers with any hashes: a leaf that is not in the journal is never proved, nor another past.
pub(super) fn proofs(input: &[u8]) {
    let mut parts = Parts(input);
    let (first, second) = (parts.number(), parts.number());
    let hashes = parts.hashes();
    let journal = &*JOURNAL;
    let stranger = leaf_hash(b"never journalled");
    assert!(
        verify_inclusion(&stranger, first, LEAVES, &hashes, &journal.root).is_err(),
        "a stranger is proved to be in the journal"
    );
    let past = [first % LEAVES, second];
    for old in past {
        let proved = verify_consistency(old, LEAVES, &hashes, &stranger, &journal.root).is_ok();
        assert!(!proved, "a past that never was is proved");
    }
    let _ = verify_inclusion(&stranger, first, second, &hashes, &journal.root);
    let _ = verify_consistency(first, second, &hashes, &stranger, &journal.root);
    if let Ok(tiles) = tiles_for_inclusion(first, second) {
        assert!(tiles.len() <= 128, "a proof needs few tiles");
    }
    if let Ok(tiles) = tiles_for_consistency(first, second) {
        assert!(tiles.len() <= 256, "a proof needs few tiles");
    }
    // A tree of which only some tiles are there says so.
    if second <= LEAVES {
        if let Ok(proof) = inclusion_proof(first, second, &journal.tree) {
            let root = root_at(second, &journal.tree).expect("the root of a part");
            let own = leaf_hash(&leaf(first).to_bytes().unwrap());
            assert_eq!(
                verify_inclusion(&own, first, second, &proof, &root),
                Ok(()),
                "what is there is proved"
            );
        }
        if let Ok(proof) = consistency_proof(first, second, &journal.tree) {
            let (old, new) = (
                root_at(first, &journal.tree).expect("a root"),
                root_at(second, &journal.tree).expect("a root"),
            );
            assert_eq!(
                verify_consistency(first, second, &proof, &old, &new),
                Ok(()),
                "a past that was is proved"
            );
        }
    } else {
        assert!(inclusion_proof(first, second, &journal.tree).is_err(), "what is not there is not proved");
    }
}

pub(super) fn proof_samples() -> Vec<Vec<u8>> {
    let joined = |numbers: [u64; 2], hashes: &[Hash]| {
        [numbers.map(u64::to_be_bytes).concat(), hashes.concat()].concat()
    };
    vec![
        joined([17, LEAVES], &inclusion_proof(17, LEAVES, &JOURNAL.tree).unwrap()),
        joined([255, 256], &inclusion_proof(255, 256, &JOURNAL.tree).unwrap()),
        joined([100, LEAVES], &consistency_proof(100, LEAVES, &JOURNAL.tree).unwrap()),
        joined([0, 0], &[]),
        joined([u64::MAX, u64::MAX], &[[1; 32]; 64]),
        joined([u64::MAX - 1, u64::MAX], &[[1; 32]; 64]),
    ]
}

/// Paths of tiles, tiles of hashes, bundles of entries.
pub(super) fn tiles(input: &[u8]) {
    let path = text(input);
    if let Some(tile) = TilePath::parse(&path) {
        assert_eq!(tile.path(), path, "a path is written in one way");
    }
    let width = u16::try_from(input.len() / 32).unwrap_or(u16::MAX);
    if let Ok(hashes) = decode_hashes(input, width) {
        assert_eq!(encode_hashes(&hashes), input);
    }
    for width in [0, 1, 2, 256, u16::from(input.first().copied().unwrap_or_default())] {
        if let Ok(leaves) = decode_bundle(input, width) {
            assert_eq!(leaves.len(), usize::from(width));
            assert_eq!(encode_bundle(&leaves).as_deref(), Ok(input), "a bundle is written in one way");
        }
    }
}

pub(super) fn tile_samples() -> Vec<Vec<u8>> {
    let paths = [
        "checkpoint",
        "tile/0/000",
        "tile/1/x001/234.p/7",
        "tile/entries/x001/x234/067.p/255",
        "tile/63/000",
        "tile/0/x000/001",
    ];
    let mut samples: Vec<Vec<u8>> = paths.map(|path| path.as_bytes().to_vec()).to_vec();
    let leaves: Vec<Vec<u8>> = (0..2).map(|number| leaf(number).to_bytes().unwrap()).collect();
    samples.extend([encode_bundle(&leaves).unwrap(), encode_hashes(&[[3; 32]; 2])]);
    samples
}

/// Leaves.
pub(super) fn leaves(input: &[u8]) {
    if let Ok(leaf) = Leaf::parse(input) {
        assert_eq!(leaf.to_bytes().as_deref(), Ok(input), "a leaf is written in one way");
    }
}

pub(super) fn leaf_samples() -> Vec<Vec<u8>> {
    [0, u64::MAX].map(|number| Leaf { number, ..leaf(1) }.to_bytes().unwrap()).to_vec()
}

/// Keys: the public one that anyone is given, and the files that an operator keeps.
pub(super) fn keys(input: &[u8]) {
    let written = text(input);
    if let Ok(verifier) = Verifier::parse(&written) {
        assert_eq!(verifier.to_vkey(), written, "a public key is written in one way");
    }
    match Signer::parse(&written) {
        Ok(signer) => assert!(!format!("{signer:?}").contains(&*written), "a secret key is not in a log"),
        Err(error) => assert!(
            written.len() < 16 || !error.to_string().contains(&*written),
            "a broken key is not said again"
        ),
    }
    if let Ok(ring) = KeyRing::parse(&written) {
        let again = ring.to_json().unwrap();
        assert_eq!(
            KeyRing::parse(&again).unwrap().to_json().unwrap(),
            again,
            "a key ring is read as it is written"
        );
    }
}

pub(super) fn key_samples() -> Vec<Vec<u8>> {
    vec![
        JOURNAL.signer.verifier().to_vkey().into_bytes(),
        JOURNAL.signer.to_skey().as_bytes().to_vec(),
        JOURNAL.ring.to_json().unwrap().as_bytes().to_vec(),
    ]
}

/// What is sealed: nothing that was changed opens.
pub(super) fn seals(input: &[u8]) {
    let journal = &*JOURNAL;
    let _ = sealed_under(input);
    let whole = |opened: Result<Vec<u8>, SealError>, is_same: bool| match opened {
        Ok(plain) => assert!(is_same && plain == PLAIN, "what was changed opens"),
        Err(error) => assert!(!is_same, "what was sealed does not open: {error}"),
    };
    whole(
        open_payload(&journal.ring, 5, &journal.wrapped, input).map(|opened| opened.plaintext),
        input == journal.sealed,
    );
    whole(
        open_payload(&journal.ring, 5, input, &journal.sealed).map(|opened| opened.plaintext),
        input == journal.wrapped,
    );
    assert!(
        open_payload(&journal.ring, 6, &journal.wrapped, input).is_err(),
        "a payload opens under another entry"
    );
    whole(open_column(&journal.ring, "subject", "identifier", "7", input), input == journal.column);
    assert!(
        open_column(&journal.ring, "subject", "identifier", "8", input).is_err(),
        "a value opens in another row"
    );
}

pub(super) fn seal_samples() -> Vec<Vec<u8>> {
    vec![JOURNAL.sealed.clone(), JOURNAL.wrapped.clone(), JOURNAL.column.clone()]
}

/// Canonical JSON: one text for one value.
pub(super) fn canonical(input: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(input) else { return };
    let Ok(canonical) = canonical_json(&value) else { return };
    let again: Value = serde_json::from_str(&canonical).expect("canonical text is JSON");
    assert_eq!(canonical_json(&again).as_deref(), Ok(canonical.as_str()), "canonical text is its own");
}

pub(super) fn canonical_samples() -> Vec<Vec<u8>> {
    [
        "{\"b\":[1,-2,18446744073709551615],\"a\":\"\\u0001\\\"é\\ud83d\\ude00\"}",
        "[null,true,false,{}]",
        "1.5",
        "[[[[[[[[[[]]]]]]]]]]",
    ]
    .map(|sample| sample.as_bytes().to_vec())
    .to_vec()
}
