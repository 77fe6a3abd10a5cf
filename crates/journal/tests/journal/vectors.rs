//! The test vectors that certificate transparency's implementations share for RFC 6962.

use journal::{
    Frontier, Hash, MemoryTree, ProofError, consistency_proof, empty_root, inclusion_proof, root_at,
    verify_consistency, verify_inclusion,
};

const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const INCLUSION: [(u64, u64, &[&str]); 6] = [
    (0, 1, &[]),
    (
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        &[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (4, 5, &["d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
];

const CONSISTENCY: [(u64, u64, &[&str]); 4] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

fn hash(text: &str) -> Hash {
    hex::decode(text).unwrap().try_into().unwrap()
}

fn hashes(texts: &[&str]) -> Vec<Hash> {
    texts.iter().map(|text| hash(text)).collect()
}

fn tree() -> MemoryTree {
    let mut tree = MemoryTree::new();
    for leaf in LEAVES {
        tree.push(&hex::decode(leaf).unwrap());
    }
    tree
}

#[test]
fn the_published_roots_come_out() {
    let empty = hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(empty_root(), empty);
    assert_eq!(Frontier::new().root(), empty);
    assert_eq!(root_at(0, &tree()).unwrap(), empty);
    let mut growing = MemoryTree::new();
    for (size, (leaf, root)) in (1..).zip(LEAVES.iter().zip(ROOTS)) {
        growing.push(&hex::decode(leaf).unwrap());
        assert_eq!(growing.root(), hash(root));
        assert_eq!(root_at(size, &tree()).unwrap(), hash(root));
    }
}

#[test]
fn the_published_inclusion_proofs_come_out_and_verify() {
    for (index, size, expected) in INCLUSION {
        let expected = hashes(expected);
        assert_eq!(inclusion_proof(index, size, &tree()).unwrap(), expected);
        let leaf = journal::leaf_hash(&hex::decode(LEAVES[index as usize]).unwrap());
        let root = hash(ROOTS[size as usize - 1]);
        assert_eq!(verify_inclusion(&leaf, index, size, &expected, &root), Ok(()));
    }
    assert_eq!(inclusion_proof(8, 8, &tree()), Err(ProofError::Index { index: 8, size: 8 }));
    assert_eq!(
        verify_inclusion(&[0; 32], 0, 0, &[], &empty_root()),
        Err(ProofError::Index { index: 0, size: 0 })
    );
}

#[test]
fn the_published_consistency_proofs_come_out_and_verify() {
    for (old, new, expected) in CONSISTENCY {
        let expected = hashes(expected);
        assert_eq!(consistency_proof(old, new, &tree()).unwrap(), expected);
        let (old_root, new_root) = (hash(ROOTS[old as usize - 1]), hash(ROOTS[new as usize - 1]));
        assert_eq!(verify_consistency(old, new, &expected, &old_root, &new_root), Ok(()));
    }
    assert_eq!(consistency_proof(8, 7, &tree()), Err(ProofError::Sizes { old: 8, new: 7 }));
}

#[test]
fn the_empty_tree_is_a_beginning_of_every_tree_and_of_nothing_else() {
    let root = hash(ROOTS[7]);
    assert_eq!(consistency_proof(0, 8, &tree()).unwrap(), Vec::<Hash>::new());
    assert_eq!(verify_consistency(0, 8, &[], &empty_root(), &root), Ok(()));
    assert_eq!(verify_consistency(0, 0, &[], &empty_root(), &empty_root()), Ok(()));
    assert_eq!(verify_consistency(0, 0, &[], &empty_root(), &root), Err(ProofError::Root));
    assert_eq!(verify_consistency(0, 0, &[], &root, &root), Err(ProofError::OldRoot));
    assert_eq!(verify_consistency(0, 8, &[], &root, &root), Err(ProofError::OldRoot));
    assert_eq!(verify_consistency(0, 8, &[root], &empty_root(), &root), Err(ProofError::Length));
    assert_eq!(verify_consistency(8, 8, &[], &root, &root), Ok(()));
    assert_eq!(verify_consistency(8, 8, &[], &empty_root(), &root), Err(ProofError::OldRoot));
    assert_eq!(verify_consistency(8, 8, &[root], &root, &root), Err(ProofError::Length));
}
