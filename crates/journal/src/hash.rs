//! The hashes of RFC 6962 section 2.1, over SHA-256.

use sha2::{Digest, Sha256};

/// A SHA-256 digest: of a leaf, of an inner node, or of a whole tree (a root).
pub type Hash = [u8; 32];

/// The hash of a leaf: SHA-256 of a zero byte and the leaf's bytes. The prefix keeps a leaf from being passed
/// off as an inner node.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    let mut digest = Sha256::new();
    digest.update([0x00]);
    digest.update(leaf);
    digest.finalize().into()
}

/// The hash of an inner node: SHA-256 of a one byte and the hashes of its two children.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut digest = Sha256::new();
    digest.update([0x01]);
    digest.update(left);
    digest.update(right);
    digest.finalize().into()
}

/// The root of the empty tree: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The root over the hashes of consecutive subtrees of one height, of which at most the last may be followed
/// by nothing. With leaf hashes it is the tree hash of RFC 6962; with none it is the root of the empty tree.
#[must_use]
pub fn root_of(hashes: &[Hash]) -> Hash {
    let Some(first) = hashes.first() else { return empty_root() };
    if hashes.len() == 1 {
        return *first;
    }
    let mut layer = next_layer(hashes);
    while layer.len() > 1 {
        layer = next_layer(&layer);
    }
    layer.first().copied().unwrap_or_else(empty_root)
}

/// Pairs are hashed; a last one without a partner rises as it is, which is what splitting at the largest
/// power of two below the size comes to.
fn next_layer(hashes: &[Hash]) -> Vec<Hash> {
    let mut pairs = hashes.chunks_exact(2);
    let mut layer: Vec<Hash> = Vec::with_capacity(hashes.len().div_ceil(2));
    for pair in &mut pairs {
        if let [left, right] = pair {
            layer.push(node_hash(left, right));
        }
    }
    layer.extend_from_slice(pairs.remainder());
    layer
}
