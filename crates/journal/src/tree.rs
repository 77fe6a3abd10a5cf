//! The tree of RFC 6962: its frontier, which is all that appending needs, and a whole tree in memory.

use std::borrow::Cow;

use crate::hash::{Hash, empty_root, leaf_hash, node_hash};
use crate::proof::HashReader;
use crate::tiles::{TILE_HEIGHT, TileId};

/// A node at the foot of a tile above level 0, complete for ever: the hash of 256^`level` leaves. A store
/// keeps these as rows when they come up, and needs no other inner node to serve tiles and proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompleteNode {
    /// The tile level, from 1.
    pub level: u8,
    /// The node's place at that level, from zero: it covers the leaves from `index` * 256^`level`.
    pub index: u64,
    /// Its hash.
    pub hash: Hash,
}

/// The right edge of a tree: the hashes of the perfect subtrees it is made of, from the largest to the
/// smallest, one for each bit of the size. Appending and the root need nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

/// Why stored bytes are not a frontier.
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

    /// A frontier as it was stored: the size, and its hashes one after the other, the largest subtree first.
    ///
    /// # Errors
    /// When the bytes do not fit the size.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, FrontierError> {
        let (hashes, []) = bytes.as_chunks::<32>() else { return Err(FrontierError::Bytes) };
        Self::from_hashes(size, hashes.to_vec())
    }

    /// A frontier from its parts.
    ///
    /// # Errors
    /// When there is not one hash for each bit of the size.
    pub fn from_hashes(size: u64, hashes: Vec<Hash>) -> Result<Self, FrontierError> {
        let expected = size.count_ones() as usize;
        if hashes.len() == expected {
            Ok(Self { size, hashes })
        } else {
            Err(FrontierError::Length { size, expected, found: hashes.len() })
        }
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

    /// The hashes of the perfect subtrees, the largest first.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
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

    /// Appends a leaf by its hash, and notes the nodes above tile level 0 that became complete by it.
    pub fn append_noting(&mut self, leaf: Hash, complete: &mut Vec<CompleteNode>) {
        self.append_with(leaf, |level, index, hash| {
            complete.push(CompleteNode { level, index, hash: *hash })
        });
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
