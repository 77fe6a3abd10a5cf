//! The same questions asked of implementations that we did not write.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use journal::tiles::CHECKPOINT_PATH;
use journal::{
    Checkpoint, Hash, MemoryTree, SignedNote, Signer, TileId, TilePath, Verifier, consistency_proof,
    inclusion_proof,
};
use sha2::Sha256;
use signed_note::{Signer as _, StandardSigner, StandardVerifier, VerifierList};

use crate::town::{Town, signer};

fn leaf(number: u64) -> Vec<u8> {
    format!("leaf {number}").into_bytes()
}

#[test]
fn another_tree_gives_the_same_roots_and_proofs() {
    let mut ours = MemoryTree::new();
    let mut theirs: MemoryBackedTree<Sha256, Vec<u8>> = MemoryBackedTree::new();
    for size in 1..=300_u64 {
        ours.push(&leaf(size - 1));
        theirs.push(leaf(size - 1));
        assert_eq!(ours.root(), <Hash>::from(*theirs.root().as_bytes()));
        if size % 37 == 0 {
            for index in 0..size {
                let proof = inclusion_proof(index, size, &ours).unwrap();
                assert_eq!(proof.concat(), theirs.prove_inclusion(index as usize).as_bytes());
            }
            for old in 1..size {
                let proof = consistency_proof(old, size, &ours).unwrap();
                assert_eq!(proof.concat(), theirs.prove_consistency((size - old) as usize).as_bytes());
            }
        }
    }
}

/// The other tile reader over our tree.
struct Stored(Vec<tlog_tiles::Hash>);

impl tlog_tiles::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

#[test]
fn another_log_accepts_our_proofs_and_gives_the_same() {
    let mut ours = MemoryTree::new();
    let mut stored = Stored(Vec::new());
    for number in 0..1000 {
        ours.push(&leaf(number));
        let hashes = tlog_tiles::stored_hashes(number, &leaf(number), &stored).unwrap();
        stored.0.extend(hashes);
    }
    let root = tlog_tiles::Hash(ours.root());
    assert_eq!(tlog_tiles::tree_hash(1000, &stored).unwrap(), root);
    for index in (0..1000).step_by(7).chain([999]) {
        let proof: Vec<_> =
            inclusion_proof(index, 1000, &ours).unwrap().into_iter().map(tlog_tiles::Hash).collect();
        assert_eq!(proof, tlog_tiles::prove_record(1000, index, &stored).unwrap());
        let hash = tlog_tiles::record_hash(&leaf(index));
        assert!(tlog_tiles::check_record(&proof, 1000, root, index, hash).is_ok());
    }
    for old in (1..=1000).step_by(7).chain([256, 512, 1000]) {
        let proof: Vec<_> =
            consistency_proof(old, 1000, &ours).unwrap().into_iter().map(tlog_tiles::Hash).collect();
        assert_eq!(proof, tlog_tiles::prove_tree(1000, old, &stored).unwrap());
        let old_root = tlog_tiles::tree_hash(old, &stored).unwrap();
        assert!(tlog_tiles::check_tree(&proof, 1000, root, old, old_root).is_ok());
    }
}

#[test]
fn another_log_names_the_same_tiles() {
    // Their paths carry the height of a tile, ours are of height 8 as tlog-tiles says.
    for (old, size) in [(0, 1), (0, 256), (0, 257), (300, 70_000), (65_535, 65_537)] {
        let mut theirs: Vec<_> = tlog_tiles::Tile::new_tiles(8, old, size)
            .iter()
            .map(|tile| tile.path().replacen("tile/8/", "tile/", 1))
            .collect();
        let mut ours: Vec<_> = journal::tiles::new_tiles(old, size).iter().map(TileId::path).collect();
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs);
        assert!(ours.iter().all(|path| matches!(TilePath::parse(path), Some(TilePath::Hashes(_)))));
    }
}

#[test]
fn another_reader_opens_our_notes_and_checkpoints() {
    let town = Town::new(10);
    let mirror = town.mirror();
    let bytes = &mirror.files[CHECKPOINT_PATH];
    let note = signed_note::Note::from_bytes(bytes).unwrap();
    let verifier = StandardVerifier::new(&signer().verifier().to_vkey()).unwrap();
    let verifiers = VerifierList::new(vec![Box::new(verifier)]);
    let (known, unknown) = note.verify(&verifiers).unwrap();
    assert_eq!((known.len(), unknown.len()), (1, 0));
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!(checkpoint.origin(), signer().name());
    assert_eq!(checkpoint.size(), 10);
    assert_eq!(checkpoint.hash().0, town.tree.root());
}

#[test]
fn we_open_notes_that_others_sign_with_our_key_and_beside_it() {
    let theirs = StandardSigner::new(&signer().to_skey()).unwrap();
    let witness = Signer::from_seed("witness.example", &[9; 32]).unwrap();
    let beside = StandardSigner::new(&witness.to_skey()).unwrap();
    assert_eq!(theirs.name(), signer().name());
    let checkpoint = Town::new(10).checkpoint(10);
    let mut note = signed_note::Note::new(checkpoint.to_text().as_bytes(), &[]).unwrap();
    note.add_sigs(&[&theirs, &beside]).unwrap();
    let bytes = note.to_bytes();
    assert_eq!(Checkpoint::open(&bytes, signer().verifier()).unwrap(), checkpoint);
    let read = SignedNote::parse(&bytes).unwrap();
    assert_eq!(read.signatures().len(), 2);
    assert!(read.verify(witness.verifier()).is_ok());
    assert_eq!(read.to_text().into_bytes(), bytes);
    assert_eq!(read.signatures()[0], signer().signature(&checkpoint.to_text()));
}

#[test]
fn keys_are_numbered_as_others_number_them() {
    let vkey = signer().verifier().to_vkey();
    let theirs = StandardVerifier::new(&vkey).unwrap();
    assert_eq!(signed_note::Verifier::key_id(&theirs), Verifier::parse(&vkey).unwrap().key_id());
}
