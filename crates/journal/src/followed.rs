//! The tree of a journal under verification, followed three ways: from the leaves' texts, from the hashes
//! stored beside them, and from the stored nodes above them.
//!
//! Wherever two of these disagree, the entry or the range of 256 entries is named; a signed root then tells
//! which of them was right.

use std::collections::BTreeMap;

use crate::hash::{Hash, empty_root, root_of};
use crate::report::Findings;
use crate::tiles::entries_under;
use crate::tree::Frontier;

/// Entries under one node at tile level 1.
const GROUP: u64 = 256;

/// A listed problem of which a signed root may still tell what was changed.
enum Undecided {
    /// A leaf and its stored hash do not fit.
    Leaf(usize),
    /// Entries and the node stored over them do not fit.
    Node(usize),
}

/// A root that the journal must have had at some size.
struct Expected {
    label: String,
    root: Hash,
}

/// The tree so far.
#[derive(Default)]
pub(crate) struct FollowedTree {
    size: u64,
    /// Hashes since the last multiple of 256, computed from the leaves.
    computed: Vec<Hash>,
    /// The same from the stored hashes, once they differ.
    stored: Option<Vec<Hash>>,
    /// An entry of this group of 256 is already known to be wrong.
    group_reported: bool,
    computed_spine: Frontier,
    stored_spine: Frontier,
    /// Takes the stored nodes where they differ, so that one wrong group does not make everything above it
    /// wrong too.
    node_spine: Frontier,
    nodes: BTreeMap<(u8, u64), Hash>,
    /// The nodes over so many entries are stored.
    nodes_up_to: u64,
    expected: BTreeMap<u64, Vec<Expected>>,
    /// The smallest size in `expected`, zero when there is none.
    next_expected: u64,
    /// The size of the largest root that was found to be right.
    confirmed: u64,
    undecided: Vec<Undecided>,
}

impl FollowedTree {
    /// The number of entries so far.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The root over the leaves' texts.
    pub(crate) fn root_of_leaves(&self) -> Hash {
        root(&self.computed_spine, &self.computed)
    }

    pub(crate) fn expect_root(&mut self, label: &str, size: u64, root: Hash, findings: &mut Findings) {
        if size == 0 {
            findings.checked.roots += 1;
            if root != empty_root() {
                findings
                    .problem(None, format!("{label} names a root for no entries that is not the empty one"));
            }
            return;
        }
        if size <= self.size {
            findings.problem(None, format!("{label} came after its entries and could not be checked"));
            return;
        }
        let others = self.expected.entry(size).or_default();
        if others.iter().any(|other| other.root == root) {
            findings.checked.roots += 1;
            return;
        }
        if let Some(other) = others.first() {
            let what = format!(
                "two histories were signed: {label} and {} name different roots for {size} entries",
                other.label
            );
            findings.problem(None, what);
        }
        others.push(Expected { label: label.to_owned(), root });
        self.find_next_expected();
    }

    fn find_next_expected(&mut self) {
        self.next_expected = self.expected.keys().next().copied().unwrap_or(0);
    }

    pub(crate) fn expect_nodes(&mut self, size: u64) {
        self.nodes_up_to = size;
    }

    pub(crate) fn stored_node(&mut self, level: u8, index: u64, hash: Hash, findings: &mut Findings) {
        if self.nodes.insert((level, index), hash).is_some_and(|other| other != hash) {
            let what = format!("the node {level}/{index} is stored twice and differs");
            findings.problem(Some(first_under(level, index)), what);
        }
    }

    /// An entry of the present group is known to be wrong: a node that differs is no news.
    pub(crate) fn reported(&mut self) {
        self.group_reported = true;
    }

    /// A problem about a leaf and its stored hash was listed at this place.
    pub(crate) fn undecided(&mut self, place: Option<usize>) {
        self.undecided.extend(place.map(Undecided::Leaf));
    }

    /// Appends the hash that the leaf's text gives and the one that is stored.
    pub(crate) fn append(&mut self, computed: Hash, stored: Hash, findings: &mut Findings) {
        if computed != stored && self.stored.is_none() {
            self.stored = Some(self.computed.clone());
        }
        self.computed.push(computed);
        if let Some(hashes) = &mut self.stored {
            hashes.push(stored);
        }
        self.size += 1;
        if self.size.is_multiple_of(GROUP) {
            self.complete_group(findings);
        }
        if self.size == self.next_expected {
            self.compare_roots(findings);
        }
    }

    /// Compares 256 entries with the node stored over them, and the nodes above that became complete.
    fn complete_group(&mut self, findings: &mut Findings) {
        let computed = root_of(&self.computed);
        let stored = self.stored.take().map_or(computed, |hashes| root_of(&hashes));
        self.computed.clear();
        let reported = std::mem::take(&mut self.group_reported);
        let node = self.compare_node(1, self.size / GROUP - 1, &[computed, stored], reported, findings);

        let mut complete: BTreeMap<(u8, u64), Vec<Hash>> = BTreeMap::new();
        for (spine, hash) in [(&mut self.computed_spine, computed), (&mut self.stored_spine, stored)] {
            spine.append_with(hash, |level, index, hash| {
                complete.entry((level, index)).or_default().push(*hash)
            });
        }
        let mut spine = std::mem::take(&mut self.node_spine);
        spine.append_with(node, |level, index, hash| {
            let mut candidates = complete.remove(&(level, index)).unwrap_or_default();
            candidates.push(*hash);
            // The leaves of a spine are themselves nodes at level 1.
            *hash = self.compare_node(level.saturating_add(1), index, &candidates, false, findings);
        });
        self.node_spine = spine;
    }

    /// Compares a stored node with what its entries give, and gives the hash to go on with.
    fn compare_node(
        &mut self,
        level: u8,
        index: u64,
        candidates: &[Hash],
        reported: bool,
        findings: &mut Findings,
    ) -> Hash {
        let first = first_under(level, index);
        let last = first.saturating_add(entries_under(level)) - 1;
        let Some(node) = self.nodes.remove(&(level, index)) else {
            if last < self.nodes_up_to {
                let what = format!("the node {level}/{index} over the entries {first} to {last} is missing");
                findings.problem(Some(first), what);
            }
            return candidates.last().copied().unwrap_or_else(empty_root);
        };
        findings.checked.nodes += 1;
        if !candidates.contains(&node) && !reported {
            let what = format!(
                "the entries {first} to {last} do not give the node {level}/{index} stored over them"
            );
            self.undecided.extend(findings.problem(Some(first), what).map(Undecided::Node));
        }
        node
    }

    fn compare_roots(&mut self, findings: &mut Findings) {
        let size = self.size;
        let expected = self.expected.remove(&size).unwrap_or_default();
        self.find_next_expected();
        let leaves = &self.computed;
        let hashes = self.stored.as_ref().unwrap_or(leaves);
        let of_leaves = root(&self.computed_spine, leaves);
        let of_hashes = root(&self.stored_spine, hashes);
        let of_nodes = [root(&self.node_spine, leaves), root(&self.node_spine, hashes)];
        let mixed = [root(&self.computed_spine, hashes), root(&self.stored_spine, leaves)];
        let first = self.confirmed;
        for Expected { label, root } in expected {
            findings.checked.roots += 1;
            if root == of_leaves {
                self.decide(" (the leaf is right)", " (the node was changed)", findings);
            } else if root == of_hashes {
                self.decide(" (the leaf was changed)", " (the node was changed)", findings);
            } else if of_nodes.contains(&root) {
                self.decide("", " (an entry was changed)", findings);
            } else if !mixed.contains(&root) {
                let last = size - 1;
                let what = format!(
                    "the entries {first} to {last} are not those of {label}: at least one of them was changed, \
                     removed, added or moved, or the history was forked"
                );
                findings.consequence(Some(first), what);
                continue;
            }
            self.confirmed = size;
        }
    }

    /// A signed root told which of two things that do not fit was changed.
    fn decide(&mut self, of_leaves: &str, of_nodes: &str, findings: &mut Findings) {
        for undecided in self.undecided.drain(..) {
            match undecided {
                Undecided::Leaf(place) => findings.amend(place, of_leaves),
                Undecided::Node(place) => findings.amend(place, of_nodes),
            }
        }
    }

    /// Names the roots and nodes that stand beyond the last entry.
    pub(crate) fn finish(&mut self, findings: &mut Findings) {
        for (size, expected) in std::mem::take(&mut self.expected) {
            for Expected { label, .. } in expected {
                let what = format!("{} missing: {label} covers {size}", these(self.size, size - 1));
                findings.consequence(Some(self.size), what);
            }
        }
        for (level, index) in std::mem::take(&mut self.nodes).into_keys() {
            let what = format!("the node {level}/{index} stands over entries that are not there");
            findings.consequence(None, what);
        }
    }
}

fn root(spine: &Frontier, end: &[Hash]) -> Hash {
    let right = (!end.is_empty()).then(|| root_of(end));
    spine.root_above(right).unwrap_or_else(empty_root)
}

/// The number of the first entry under a node.
fn first_under(level: u8, index: u64) -> u64 {
    index.saturating_mul(entries_under(level))
}

/// The subject and verb of a sentence about entries.
pub(crate) fn these(first: u64, last: u64) -> String {
    if first >= last { "the entry is".to_owned() } else { format!("the entries {first} to {last} are") }
}
