//! The tree of RFC 6962: its frontier, which is all that appending needs, and a whole tree in memory.

use std::borrow::Cow;

use crate::hash::{Hash, empty_root, leaf_hash, node_hash, root_of};
use crate::proof::{HashReader, ProofError};
use crate::tiles::{TILE_HEIGHT, TILE_WIDTH, TileId};

/// The right edge of a tree: the hashes of the perfect subtrees it is made of, from the largest to the
/// smallest, one for each bit of the size. Appending and the root need nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

/// Why bytes that were written down are not a frontier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrontierError {
    /// The number of hashes does not fit the size.
    #[error("a frontier of {size} leaves has {expected} hashes, not {found}")]
    Length {
        /// The number of leaves.
        size: u64,
        /// How many hashes it must have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// The bytes are not whole hashes.
    #[error("the frontier's bytes are not whole hashes of 32 bytes")]
    Bytes,
}

impl Frontier {
    /// The frontier of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A frontier as it was written down: the size, and its hashes one after the other, the largest subtree first.
    ///
    /// # Errors
    /// When the bytes do not fit the size.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, FrontierError> {
        let (hashes, []) = bytes.as_chunks::<32>() else { return Err(FrontierError::Bytes) };
        let expected = size.count_ones() as usize;
        if hashes.len() != expected {
            return Err(FrontierError::Length { size, expected, found: hashes.len() });
        }
        Ok(Self { size, hashes: hashes.to_vec() })
    }

    /// The hashes one after the other, the largest subtree first: at most 64 times 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.concat()
    }

    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root_above(None).unwrap_or_else(empty_root)
    }

    /// The root of this tree with one more subtree to its right, smaller than any of its own.
    pub(crate) fn root_above(&self, right: Option<Hash>) -> Option<Hash> {
        self.hashes.iter().rev().fold(right, |root, left| match root {
            Some(root) => Some(node_hash(left, &root)),
            None => Some(*left),
        })
    }

    /// Appends a leaf by its hash.
    pub fn append(&mut self, leaf: Hash) {
        self.append_with(leaf, |_, _, _| {});
    }

    /// Appends a leaf; each node at the foot of a tile that becomes complete is shown before it is used, and
    /// may be replaced.
    pub(crate) fn append_with(&mut self, leaf: Hash, mut complete: impl FnMut(u8, u64, &mut Hash)) {
        let mut hash = leaf;
        let mut height: u8 = 0;
        // As adding one carries over the set bits of the size, each carry joins two subtrees of equal height.
        while (self.size >> height) & 1 == 1 {
            let Some(left) = self.hashes.pop() else { break };
            hash = node_hash(&left, &hash);
            height += 1;
            if height.is_multiple_of(TILE_HEIGHT) {
                complete(height / TILE_HEIGHT, self.size >> height, &mut hash);
            }
        }
        self.hashes.push(hash);
        self.size += 1;
    }
}

/// The right edge of a tree as tiles: of each level the last tile, as far as it is filled. A store keeps these beside the
/// full ones, and needs nothing else to append, to sign the root and to serve proofs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TileEdge {
    size: u64,
    /// By level from zero; each shorter than a full tile.
    levels: Vec<Vec<Hash>>,
}

impl TileEdge {
    /// The edge of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tiles at the edge of a tree of `size` leaves that are not full.
    pub fn tiles_at(size: u64) -> impl Iterator<Item = TileId> {
        (0..8_u8).filter_map(move |level| {
            let complete = size >> (level * TILE_HEIGHT);
            let width = complete % u64::from(TILE_WIDTH);
            let index = complete / u64::from(TILE_WIDTH);
            u16::try_from(width).ok().filter(|width| *width > 0).map(|width| TileId { level, index, width })
        })
    }

    /// The edge of a tree of `size` leaves from its tiles.
    ///
    /// # Errors
    /// When one of [`TileEdge::tiles_at`] is missing or too narrow.
    pub fn from_tiles(size: u64, reader: &(impl HashReader + ?Sized)) -> Result<Self, ProofError> {
        let mut levels = Vec::new();
        for tile in Self::tiles_at(size) {
            let hashes = reader.tile(tile).ok_or(ProofError::Missing(tile))?;
            let hashes = hashes.get(..usize::from(tile.width)).ok_or(ProofError::Missing(tile))?;
            levels.resize(usize::from(tile.level), Vec::new());
            levels.push(hashes.to_vec());
        }
        Ok(Self { size, levels })
    }

    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut root: Option<Hash> = None;
        for hashes in &self.levels {
            let mut rest = hashes.as_slice();
            // From the right: each set bit of the width is a perfect subtree, the smallest last.
            while let Some((left, subtree)) = rest.split_at_checked(rest.len() & rest.len().wrapping_sub(1))
                && !subtree.is_empty()
            {
                let hash = root_of(subtree);
                root = Some(root.map_or(hash, |right| node_hash(&hash, &right)));
                rest = left;
            }
        }
        root.unwrap_or_else(empty_root)
    }

    /// Appends a leaf by its hash, and notes the tiles that became full by it.
    pub fn append(&mut self, leaf: Hash, full: &mut Vec<(TileId, Vec<Hash>)>) {
        self.size += 1;
        let mut hash = leaf;
        for level in 0_u8.. {
            let place = usize::from(level);
            if self.levels.len() == place {
                self.levels.push(Vec::with_capacity(usize::from(TILE_WIDTH)));
            }
            let Some(hashes) = self.levels.get_mut(place) else { return };
            hashes.push(hash);
            if hashes.len() < usize::from(TILE_WIDTH) {
                return;
            }
            hash = root_of(hashes);
            let index = (self.size >> (level * TILE_HEIGHT)).saturating_sub(1) / u64::from(TILE_WIDTH);
            let tile = TileId { level, index, width: TILE_WIDTH };
            full.push((tile, std::mem::replace(hashes, Vec::with_capacity(usize::from(TILE_WIDTH)))));
        }
    }

    /// The tiles at the edge that are not full, with their hashes.
    pub fn partial(&self) -> impl Iterator<Item = (TileId, &[Hash])> {
        Self::tiles_at(self.size).filter_map(|tile| {
            self.levels.get(usize::from(tile.level)).map(|hashes| (tile, hashes.as_slice()))
        })
    }
}

/// A whole tree in memory, for tests, demonstrations and small mirrors: the leaf hashes and the complete
/// nodes above them, as a store keeps them.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    frontier: Frontier,
    levels: Vec<Vec<Hash>>,
}

impl MemoryTree {
    /// The empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a leaf by its bytes.
    pub fn push(&mut self, leaf: &[u8]) {
        self.push_hash(leaf_hash(leaf));
    }

    /// Appends a leaf by its hash.
    pub fn push_hash(&mut self, leaf: Hash) {
        let levels = &mut self.levels;
        let mut put = |level: usize, hash: Hash| {
            while levels.len() <= level {
                levels.push(Vec::new());
            }
            if let Some(row) = levels.get_mut(level) {
                row.push(hash);
            }
        };
        put(0, leaf);
        self.frontier.append_with(leaf, |level, _, hash| put(usize::from(level), *hash));
    }

    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The root of the whole tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// The right edge.
    #[must_use]
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }
}

impl HashReader for MemoryTree {
    fn tile(&self, tile: TileId) -> Option<Cow<'_, [Hash]>> {
        let row = self.levels.get(usize::from(tile.level))?;
        let first = usize::try_from(tile.index.checked_mul(256)?).ok()?;
        row.get(first..first.checked_add(usize::from(tile.width))?).map(Cow::Borrowed)
    }
}
