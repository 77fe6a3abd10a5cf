//! Inclusion and consistency proofs of RFC 6962 section 2.1, computed from tiles and checked as RFC 9162
//! sections 2.1.3.2 and 2.1.4.2 say.
//!
//! Whoever holds the tiles, a database or a folder of static files, first asks which ones a proof needs
//! ([`tiles_for_inclusion`], [`tiles_for_consistency`], [`tiles_for_root`]), fetches them as it likes, puts
//! them into a [`TileMap`] and has the proof computed from it.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use crate::hash::{Hash, empty_root, node_hash, root_of};
use crate::tiles::{TILE_HEIGHT, TILE_WIDTH, TileId};

/// Whatever holds the hashes of a tree as tiles.
pub trait HashReader {
    /// The hashes of a tile: at least as many as its width says, from the left. `None` when it is not there.
    fn tile(&self, tile: TileId) -> Option<Cow<'_, [Hash]>>;
}

/// Tiles that were fetched beforehand.
#[derive(Clone, Debug, Default)]
pub struct TileMap {
    tiles: HashMap<(u8, u64), Vec<Hash>>,
}

impl TileMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tile. A wider version of the same tile serves as well as the narrow one that was asked for.
    pub fn insert(&mut self, tile: TileId, hashes: Vec<Hash>) {
        self.tiles.insert((tile.level, tile.index), hashes);
    }
}

impl HashReader for TileMap {
    fn tile(&self, tile: TileId) -> Option<Cow<'_, [Hash]>> {
        self.tiles.get(&(tile.level, tile.index)).map(|hashes| Cow::Borrowed(hashes.as_slice()))
    }
}

/// Why there is no proof, or why it does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The entry is not in a tree of that size.
    #[error("entry {index} is not in a tree of {size} entries")]
    Index {
        /// The entry's number.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// The older tree is larger than the newer one.
    #[error("a tree of {old} entries is not a beginning of one of {new}")]
    Sizes {
        /// The older size.
        old: u64,
        /// The newer size.
        new: u64,
    },
    /// A tile is not there, or is too narrow.
    #[error("the hashes {0} are not there")]
    Missing(TileId),
    /// The proof has another number of hashes than the sizes ask for.
    #[error("the proof has a wrong number of hashes")]
    Length,
    /// The proof does not lead to the root.
    #[error("the proof does not lead to the root")]
    Root,
    /// The proof does not begin at the older root.
    #[error("the proof does not lead to the older root")]
    OldRoot,
}

/// A perfect subtree: 2^`height` leaves from `index` * 2^`height`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Node {
    height: u8,
    index: u64,
}

/// A hash in a proof: the root over some leaves, made of perfect subtrees from left to right.
type Part = Vec<Node>;

impl Node {
    /// The tile that holds what this node is made of, as wide as a tree of `size` leaves has it, and the
    /// places in it.
    fn place(self, size: u64) -> (TileId, std::ops::Range<usize>) {
        let level = self.height / TILE_HEIGHT;
        let above_foot = self.height % TILE_HEIGHT;
        let first = self.index << above_foot;
        let index = first >> TILE_HEIGHT;
        let from = usize::try_from(first & u64::from(TILE_WIDTH - 1)).unwrap_or(usize::MAX);
        let tile = TileId { level, index, width: TileId::width_in(level, index, size) };
        (tile, from..from.saturating_add(1 << above_foot))
    }
}

/// The leaves from `from` up to `to` as perfect subtrees. `from` is a multiple of a power of two that is at
/// least as large as the range.
fn perfect_subtrees(from: u64, to: u64) -> Part {
    let mut part = Part::new();
    let mut from = from;
    while from < to {
        let height = (to - from).ilog2();
        part.push(Node { height: height as u8, index: from >> height });
        from += 1 << height;
    }
    part
}

/// The largest power of two below a number from 2 up.
fn split(size: u64) -> u64 {
    1 << size.saturating_sub(1).max(1).ilog2()
}

/// PATH(m, D[n]) of RFC 6962 section 2.1.1, from the leaf upwards.
fn inclusion_parts(index: u64, size: u64) -> Result<Vec<Part>, ProofError> {
    if index >= size {
        return Err(ProofError::Index { index, size });
    }
    let mut parts = Vec::new();
    let (mut from, mut to) = (0, size);
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            parts.push(perfect_subtrees(middle, to));
            to = middle;
        } else {
            parts.push(perfect_subtrees(from, middle));
            from = middle;
        }
    }
    parts.reverse();
    Ok(parts)
}

/// PROOF(m, D[n]) of RFC 6962 section 2.1.2.
fn consistency_parts(old: u64, new: u64) -> Result<Vec<Part>, ProofError> {
    if old > new {
        return Err(ProofError::Sizes { old, new });
    }
    let mut parts = Vec::new();
    if old == 0 || old == new {
        return Ok(parts);
    }
    let (mut from, mut to) = (0, new);
    // Until the range ends where the older tree ends.
    while to != old {
        let middle = from + split(to - from);
        if old <= middle {
            parts.push(perfect_subtrees(middle, to));
            to = middle;
        } else {
            parts.push(perfect_subtrees(from, middle));
            from = middle;
        }
    }
    // The older root itself is known to whoever checks when the older tree is a whole left subtree.
    if from != 0 {
        parts.push(perfect_subtrees(from, to));
    }
    parts.reverse();
    Ok(parts)
}

fn tiles_of<'a>(nodes: impl Iterator<Item = &'a Node>, size: u64) -> Vec<TileId> {
    nodes.map(|node| node.place(size).0).collect::<BTreeSet<_>>().into_iter().collect()
}

fn hash_of(part: &[Node], size: u64, reader: &(impl HashReader + ?Sized)) -> Result<Hash, ProofError> {
    let mut root: Option<Hash> = None;
    for node in part.iter().rev() {
        let (tile, places) = node.place(size);
        let hashes = reader.tile(tile).ok_or(ProofError::Missing(tile))?;
        let hash = root_of(hashes.get(places).ok_or(ProofError::Missing(tile))?);
        root = Some(root.map_or(hash, |right| node_hash(&hash, &right)));
    }
    Ok(root.unwrap_or_else(empty_root))
}

fn hashes_of(
    parts: &[Part],
    size: u64,
    reader: &(impl HashReader + ?Sized),
) -> Result<Vec<Hash>, ProofError> {
    parts.iter().map(|part| hash_of(part, size, reader)).collect()
}

/// The tiles that the root of a tree of `size` leaves is computed from, in order of level and index.
#[must_use]
pub fn tiles_for_root(size: u64) -> Vec<TileId> {
    tiles_of(perfect_subtrees(0, size).iter(), size)
}

/// The tiles that an inclusion proof is computed from.
///
/// # Errors
/// When the entry is not in a tree of that size.
pub fn tiles_for_inclusion(index: u64, size: u64) -> Result<Vec<TileId>, ProofError> {
    Ok(tiles_of(inclusion_parts(index, size)?.iter().flatten(), size))
}

/// The tiles that a consistency proof is computed from.
///
/// # Errors
/// When `old` is larger than `new`.
pub fn tiles_for_consistency(old: u64, new: u64) -> Result<Vec<TileId>, ProofError> {
    Ok(tiles_of(consistency_parts(old, new)?.iter().flatten(), new))
}

/// The root of the tree of the first `size` leaves.
///
/// # Errors
/// When a tile of [`tiles_for_root`] is missing.
pub fn root_at(size: u64, reader: &(impl HashReader + ?Sized)) -> Result<Hash, ProofError> {
    hash_of(&perfect_subtrees(0, size), size, reader)
}

/// The proof that the leaf at `index` is in the tree of the first `size` leaves, from the leaf upwards.
///
/// # Errors
/// When the entry is not in a tree of that size, or a tile of [`tiles_for_inclusion`] is missing.
pub fn inclusion_proof(
    index: u64,
    size: u64,
    reader: &(impl HashReader + ?Sized),
) -> Result<Vec<Hash>, ProofError> {
    hashes_of(&inclusion_parts(index, size)?, size, reader)
}

/// The proof that the tree of the first `old` leaves is a beginning of the tree of the first `new` ones. It
/// is empty when `old` is zero or equal to `new`.
///
/// # Errors
/// When `old` is larger than `new`, or a tile of [`tiles_for_consistency`] is missing.
pub fn consistency_proof(
    old: u64,
    new: u64,
    reader: &(impl HashReader + ?Sized),
) -> Result<Vec<Hash>, ProofError> {
    hashes_of(&consistency_parts(old, new)?, new, reader)
}

/// Checks that a leaf hash stands at `index` in the tree of `size` leaves with this root (RFC 9162 section
/// 2.1.3.2).
///
/// # Errors
/// [`ProofError::Index`], [`ProofError::Length`] or [`ProofError::Root`].
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Index { index, size });
    }
    let (mut place, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for other in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(other, &hash);
            // The right edge skips the heights at which it has no partner.
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, other);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if hash == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Checks that the tree of `old` leaves with `old_root` is a beginning of the tree of `new` leaves with
/// `new_root` (RFC 9162 section 2.1.4.2). The empty tree is a beginning of every tree.
///
/// # Errors
/// [`ProofError::Sizes`], [`ProofError::Length`], [`ProofError::OldRoot`] or [`ProofError::Root`].
pub fn verify_consistency(
    old: u64,
    new: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Sizes { old, new });
    }
    if old == 0 || old == new {
        let before = if old == 0 { empty_root() } else { *new_root };
        return match (proof.is_empty(), *old_root == before) {
            (false, _) => Err(ProofError::Length),
            (true, false) => Err(ProofError::OldRoot),
            // Two roots of the empty tree are the same one too.
            (true, true) if new == 0 && *new_root != before => Err(ProofError::Root),
            (true, true) => Ok(()),
        };
    }
    let (mut place, mut last) = (old - 1, new - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    // A whole left subtree begins with its own root, which the proof leaves out.
    let (first, rest) = if old.is_power_of_two() {
        (*old_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(ProofError::Length)?;
        (*first, rest)
    };
    let (mut old_hash, mut new_hash) = (first, first);
    for other in rest {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place & 1 == 1 || place == last {
            old_hash = node_hash(other, &old_hash);
            new_hash = node_hash(other, &new_hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, other);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if old_hash != *old_root {
        return Err(ProofError::OldRoot);
    }
    if new_hash == *new_root { Ok(()) } else { Err(ProofError::Root) }
}
