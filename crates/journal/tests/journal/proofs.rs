//! Proofs for every size up to 600 against the recursive definitions of RFC 6962, and for random larger
//! trees.

use std::borrow::Cow;
use std::collections::HashMap;

use journal::{
    Frontier, Hash, HashReader, MemoryTree, ProofError, TileEdge, TileId, TileMap, consistency_proof,
    empty_root, inclusion_proof, leaf_hash, node_hash, root_at, tiles_for_consistency, tiles_for_inclusion,
    tiles_for_root, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

/// RFC 6962 section 2.1, word for word, with a memory.
struct Naive {
    leaves: Vec<Hash>,
    known: HashMap<(usize, usize), Hash>,
}

impl Naive {
    fn new(size: u64) -> Self {
        Self { leaves: (0..size).map(leaf).collect(), known: HashMap::new() }
    }

    fn split(size: usize) -> usize {
        let mut split = 1;
        while split * 2 < size {
            split *= 2;
        }
        split
    }

    fn tree_hash(&mut self, from: usize, to: usize) -> Hash {
        match to - from {
            0 => empty_root(),
            1 => self.leaves[from],
            size => {
                if let Some(hash) = self.known.get(&(from, to)) {
                    return *hash;
                }
                let middle = from + Self::split(size);
                let hash = node_hash(&self.tree_hash(from, middle), &self.tree_hash(middle, to));
                self.known.insert((from, to), hash);
                hash
            }
        }
    }

    fn path(&mut self, index: usize, from: usize, to: usize) -> Vec<Hash> {
        if to - from == 1 {
            return Vec::new();
        }
        let middle = from + Self::split(to - from);
        if index < middle {
            let mut path = self.path(index, from, middle);
            path.push(self.tree_hash(middle, to));
            path
        } else {
            let mut path = self.path(index, middle, to);
            path.push(self.tree_hash(from, middle));
            path
        }
    }

    fn subproof(&mut self, old: usize, from: usize, to: usize, is_known: bool) -> Vec<Hash> {
        if old == to {
            return if is_known { Vec::new() } else { vec![self.tree_hash(from, to)] };
        }
        let middle = from + Self::split(to - from);
        if old <= middle {
            let mut proof = self.subproof(old, from, middle, is_known);
            proof.push(self.tree_hash(middle, to));
            proof
        } else {
            let mut proof = self.subproof(old, middle, to, false);
            proof.push(self.tree_hash(from, middle));
            proof
        }
    }
}

fn leaf(number: u64) -> Hash {
    leaf_hash(&number.to_be_bytes())
}

fn tree(size: u64) -> MemoryTree {
    let mut tree = MemoryTree::new();
    (0..size).for_each(|number| tree.push_hash(leaf(number)));
    tree
}

/// Only the tiles that were asked for.
fn fetch(tree: &MemoryTree, tiles: &[TileId]) -> TileMap {
    let mut map = TileMap::new();
    for tile in tiles {
        map.insert(*tile, tree.tile(*tile).unwrap().into_owned());
    }
    map
}

#[test]
fn proofs_verify_for_every_size_up_to_600() {
    let tree = tree(600);
    let mut naive = Naive::new(600);
    let mut frontier = Frontier::new();
    for size in 1..=600_u64 {
        frontier.append(leaf(size - 1));
        let root = naive.tree_hash(0, size as usize);
        assert_eq!(frontier.root(), root);
        assert_eq!(root_at(size, &fetch(&tree, &tiles_for_root(size))).unwrap(), root);
        let edge = TileEdge::from_tiles(size, &tree).unwrap();
        assert_eq!((edge.size(), edge.root()), (size, root));
        for other in 0..size {
            let path = naive.path(other as usize, 0, size as usize);
            assert_eq!(verify_inclusion(&leaf(other), other, size, &path, &root), Ok(()));
            let proof = naive.subproof(other.max(1) as usize, 0, size as usize, true);
            let old_root = naive.tree_hash(0, other.max(1) as usize);
            assert_eq!(verify_consistency(other.max(1), size, &proof, &old_root, &root), Ok(()));
            // Computing from tiles hashes hundreds of leaves each time, so beyond a tile every seventh is
            // enough; which ones shifts with the size.
            if size <= 260 || other % 7 == size % 7 || [0, 255, 256, 257, size - 1].contains(&other) {
                assert_eq!(inclusion_proof(other, size, &tree).unwrap(), path, "{other} in {size}");
                assert_eq!(consistency_proof(other.max(1), size, &tree).unwrap(), proof, "{other} to {size}");
            }
        }
    }
}

#[test]
fn the_tiles_that_are_named_are_enough_and_all_of_them_are_needed() {
    let tree = tree(70_000);
    for (index, size) in
        [(0, 1), (5, 256), (255, 257), (256, 257), (65_535, 65_536), (0, 70_000), (69_999, 70_000)]
    {
        let tiles = tiles_for_inclusion(index, size).unwrap();
        let whole = inclusion_proof(index, size, &tree).unwrap();
        assert_eq!(inclusion_proof(index, size, &fetch(&tree, &tiles)).unwrap(), whole);
        for missing in &tiles {
            let rest: Vec<_> = tiles.iter().filter(|tile| *tile != missing).copied().collect();
            let proof = inclusion_proof(index, size, &fetch(&tree, &rest));
            assert_eq!(proof, Err(ProofError::Missing(*missing)));
            let mut narrow = fetch(&tree, &tiles);
            narrow.insert(*missing, Vec::new());
            assert_eq!(inclusion_proof(index, size, &narrow), Err(ProofError::Missing(*missing)));
        }
    }
    // The tiles of the leaf at two levels, and of the right edge at two.
    assert_eq!(tiles_for_inclusion(0, 70_000).unwrap().len(), 4);
    assert_eq!(tiles_for_root(70_000).len(), 3);
    assert_eq!(tiles_for_root(0), []);
    assert_eq!(tiles_for_consistency(0, 70_000).unwrap(), []);
}

#[test]
fn an_edge_grows_into_the_tiles_of_the_tree() {
    let tree = tree(66_000);
    let (mut edge, mut full) = (TileEdge::new(), Vec::new());
    for number in 0..66_000 {
        edge.append(leaf(number), &mut full);
        // A store stops anywhere and goes on from what it kept.
        if [1, 255, 256, 257, 65_535, 65_536, 65_792].contains(&(number + 1)) {
            let mut kept = TileMap::new();
            edge.partial().for_each(|(tile, hashes)| kept.insert(tile, hashes.to_vec()));
            assert_eq!(TileEdge::from_tiles(number + 1, &kept).unwrap().root(), edge.root());
            edge = TileEdge::from_tiles(number + 1, &kept).unwrap();
        }
    }
    assert_eq!(edge.root(), tree.root());
    assert_eq!(full.len(), 66_000 / 256 + 1);
    for (tile, hashes) in full {
        assert_eq!(tree.tile(tile).unwrap(), hashes, "{tile}");
    }
    for (tile, hashes) in edge.partial() {
        assert_eq!(tree.tile(tile).unwrap(), hashes, "{tile}");
    }
}

#[test]
fn an_edge_with_a_missing_or_narrow_tile_is_refused() {
    let tree = tree(70_000);
    let tiles: Vec<_> = TileEdge::tiles_at(70_000).collect();
    assert_eq!(tiles, tiles_for_root(70_000));
    for missing in &tiles {
        let rest: Vec<_> = tiles.iter().filter(|tile| *tile != missing).copied().collect();
        let refused = Err(ProofError::Missing(*missing));
        assert_eq!(TileEdge::from_tiles(70_000, &fetch(&tree, &rest)), refused);
        let mut narrow = fetch(&tree, &tiles);
        narrow.insert(*missing, Vec::new());
        assert_eq!(TileEdge::from_tiles(70_000, &narrow), refused);
    }
    assert_eq!(TileEdge::from_tiles(0, &tree).unwrap(), TileEdge::new());
}

/// A tree of any size whose leaves are all alike: the hash of a perfect subtree depends on its height alone.
struct Uniform(Vec<Hash>);

impl Uniform {
    fn new() -> Self {
        let mut hashes = vec![leaf_hash(b"same")];
        for height in 0..63 {
            hashes.push(node_hash(&hashes[height], &hashes[height]));
        }
        Self(hashes)
    }
}

impl HashReader for Uniform {
    fn tile(&self, tile: TileId) -> Option<Cow<'_, [Hash]>> {
        Some(Cow::Owned(vec![self.0[usize::from(tile.level) * 8]; tile.width.into()]))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn proofs_of_trees_of_any_size_verify(new in 1..1_u64 << 48, place: u64, other: u64) {
        let reader = Uniform::new();
        let root = root_at(new, &reader).unwrap();
        let index = place % new;
        let proof = inclusion_proof(index, new, &reader).unwrap();
        prop_assert!(proof.len() <= 48);
        prop_assert_eq!(verify_inclusion(&reader.0[0], index, new, &proof, &root), Ok(()));
        prop_assert!(tiles_for_inclusion(index, new).unwrap().len() <= 12);
        let old = other % new + 1;
        let proof = consistency_proof(old, new, &reader).unwrap();
        let old_root = root_at(old, &reader).unwrap();
        prop_assert_eq!(verify_consistency(old, new, &proof, &old_root, &root), Ok(()));
    }

    #[test]
    fn proofs_of_random_larger_trees_verify_and_changed_ones_do_not(
        new in 601..3000_u64, place: u64, other: u64, changed: prop::sample::Index, bit in 0..256_usize,
    ) {
        let tree = tree(new);
        let index = place % new;
        let tiles = tiles_for_inclusion(index, new).unwrap();
        let mut proof = inclusion_proof(index, new, &fetch(&tree, &tiles)).unwrap();
        prop_assert_eq!(verify_inclusion(&leaf(index), index, new, &proof, &tree.root()), Ok(()));
        prop_assert!(verify_inclusion(&leaf(index + 1), index, new, &proof, &tree.root()).is_err());
        for wrong in [index ^ 1, new, new + 1] {
            prop_assert!(verify_inclusion(&leaf(index), wrong, new, &proof, &tree.root()).is_err());
        }
        let place = changed.index(proof.len());
        proof[place][bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(
            verify_inclusion(&leaf(index), index, new, &proof, &tree.root()), Err(ProofError::Root)
        );
        proof.push([0; 32]);
        prop_assert_eq!(
            verify_inclusion(&leaf(index), index, new, &proof, &tree.root()), Err(ProofError::Length)
        );

        let old = other % (new - 1) + 1;
        let tiles = tiles_for_consistency(old, new).unwrap();
        let mut proof = consistency_proof(old, new, &fetch(&tree, &tiles)).unwrap();
        let (old_root, root) = (root_at(old, &tree).unwrap(), tree.root());
        prop_assert_eq!(verify_consistency(old, new, &proof, &old_root, &root), Ok(()));
        prop_assert_eq!(verify_consistency(old, new, &proof, &root, &root).is_ok(), false);
        prop_assert_eq!(verify_consistency(old, new, &proof, &old_root, &old_root).is_ok(), false);
        prop_assert!(verify_consistency(old, new, &proof[1..], &old_root, &root).is_err());
        let place = changed.index(proof.len());
        proof[place][bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify_consistency(old, new, &proof, &old_root, &root).is_err());
    }

    #[test]
    fn no_proof_makes_the_checks_fail_otherwise(
        index: u64, size: u64, proof in prop::collection::vec(any::<[u8; 32]>(), 0..70),
    ) {
        prop_assert!(verify_inclusion(&[1; 32], index, size, &proof, &[2; 32]).is_err());
        prop_assert!(verify_consistency(index, size, &proof, &[1; 32], &[2; 32]).is_err());
    }
}
