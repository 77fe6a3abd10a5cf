//! A small journal to test with.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Mutex;

use journal::tiles::{encode_bundle, encode_hashes, entries_path, new_tiles};
use journal::{
    Checkpoint, Hash, HashReader, KeyRing, Leaf, MemoryTree, MirrorSource, Randomness, SealedPayload, Signer,
    Verifier, seal_payload,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// Randomness from a seed.
pub struct Seeded(Mutex<ChaCha20Rng>);

impl Seeded {
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }

    pub fn number(&self, below: u64) -> u64 {
        self.0.lock().unwrap().next_u64() % below
    }
}

impl Randomness for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap().fill_bytes(bytes);
    }
}

pub fn signer() -> Signer {
    Signer::from_seed("credence.example/demo", &[3; 32]).unwrap()
}

/// A journal in memory: leaves, sealed payloads, tree.
pub struct Town {
    pub ring: KeyRing,
    pub leaves: Vec<Leaf>,
    pub payloads: Vec<SealedPayload>,
    pub tree: MemoryTree,
}

impl Town {
    pub fn new(size: u64) -> Self {
        Self::with_history(size, |_| 0)
    }

    /// A journal whose entries were made at other minutes: another history.
    pub fn with_history(size: u64, later: impl Fn(u64) -> i64) -> Self {
        let randomness = Seeded::new(1);
        let ring = KeyRing::generate(&randomness).unwrap();
        let mut town = Self { ring, leaves: Vec::new(), payloads: Vec::new(), tree: MemoryTree::new() };
        for number in 0..size {
            let payload = seal_payload(&town.ring, &randomness, number, b"{\"subject\":7}").unwrap();
            let leaf = Leaf {
                number,
                minute: 29_515_745 + number as i64 / 3 + later(number),
                kind: ["inquiry-answered", "records-filed"][number as usize % 2].to_owned(),
                office: ["bj-market-supervision", "-"][number as usize % 2].to_owned(),
                article: "20(1)".to_owned(),
                commitment: payload.commitment,
            };
            town.tree.push(&leaf.to_bytes().unwrap());
            town.leaves.push(leaf);
            town.payloads.push(payload);
        }
        town
    }

    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    pub fn checkpoint(&self, size: u64) -> Checkpoint {
        let root = journal::root_at(size, &self.tree).unwrap();
        Checkpoint { origin: signer().name().to_owned(), size, root }
    }

    /// The leaf hashes as a database keeps them.
    pub fn hashes(&self) -> Vec<Hash> {
        self.leaves.iter().map(|leaf| leaf.hash().unwrap()).collect()
    }

    /// The nodes as a database keeps them.
    pub fn nodes(&self) -> Vec<(u8, u64, Hash)> {
        let mut nodes = Vec::new();
        for tile in new_tiles(0, self.size()).into_iter().filter(|tile| tile.level > 0) {
            let hashes = self.tree.tile(tile).unwrap();
            nodes.extend(
                (tile.index * 256..).zip(hashes.iter()).map(|(index, hash)| (tile.level, index, *hash)),
            );
        }
        nodes
    }

    /// The files of a mirror.
    pub fn mirror(&self) -> Mirror {
        let mut files = BTreeMap::new();
        let note = self.checkpoint(self.size()).sign(&signer()).unwrap();
        files.insert("checkpoint".to_owned(), note.to_text().into_bytes());
        for tile in new_tiles(0, self.size()) {
            files.insert(tile.path(), encode_hashes(&self.tree.tile(tile).unwrap()));
            if tile.level == 0 {
                let leaves = self.leaves.iter().skip(tile.index as usize * 256).take(tile.width.into());
                let leaves: Vec<_> = leaves.map(|leaf| leaf.to_bytes().unwrap()).collect();
                files.insert(entries_path(tile.index, tile.width), encode_bundle(&leaves).unwrap());
            }
        }
        Mirror { files }
    }
}

/// A downloaded mirror.
#[derive(Clone)]
pub struct Mirror {
    pub files: BTreeMap<String, Vec<u8>>,
}

impl MirrorSource for Mirror {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>, Box<dyn Error + Send + Sync>> {
        Ok(self.files.get(path).cloned())
    }
}

impl Mirror {
    pub fn verify(&self, known: &[Checkpoint]) -> journal::Report {
        journal::verify_mirror(self, &verifier(), known)
    }
}

pub fn verifier() -> Verifier {
    signer().verifier().clone()
}

/// The problems of a report as `entry: what`, `-` for none.
pub fn said(report: &journal::Report) -> Vec<String> {
    let entry = |entry: Option<u64>| entry.map_or("-".to_owned(), |entry| entry.to_string());
    report.problems.iter().map(|problem| format!("{}: {}", entry(problem.entry), problem.what)).collect()
}
