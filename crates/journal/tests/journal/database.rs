//! A database that was tampered with: what is found, and which entry is named.

use journal::{
    Hash, JournalVerifier, KeyRing, Leaf, Payload, Report, SealError, StoredEntry, open_payload, rewrap,
    seal_payload,
};
use proptest::prelude::*;

use crate::town::{Seeded, Town, said};

/// A row of the entry table.
#[derive(Clone)]
struct Row {
    number: u64,
    leaf: Leaf,
    hash: Hash,
    sealed: Vec<u8>,
    wrapped_key: Option<Vec<u8>>,
}

/// A database: rows in order, nodes, and a checkpoint for each size in `checkpoints`.
#[derive(Clone)]
struct Database {
    rows: Vec<Row>,
    nodes: Vec<(u8, u64, Hash)>,
    roots: Vec<(u64, Hash)>,
    erased: Vec<u64>,
    head: u64,
}

fn database(town: &Town, checkpoints: &[u64]) -> Database {
    let rows = town.leaves.iter().zip(&town.payloads).zip(town.hashes()).map(|((leaf, payload), hash)| Row {
        number: leaf.number,
        leaf: leaf.clone(),
        hash,
        sealed: payload.sealed.clone(),
        wrapped_key: Some(payload.wrapped_key.clone()),
    });
    Database {
        rows: rows.collect(),
        nodes: town.nodes(),
        roots: checkpoints.iter().map(|size| (*size, town.checkpoint(*size).root)).collect(),
        erased: Vec::new(),
        head: town.size(),
    }
}

impl Database {
    /// Nodes are stored over the whole journal.
    fn nodes_up_to(&self) -> u64 {
        self.head
    }
}

fn verify(database: &Database, ring: Option<&KeyRing>) -> Report {
    let mut verifier = JournalVerifier::new();
    if let Some(ring) = ring {
        verifier = verifier.with_key_ring(ring);
    }
    for (size, root) in &database.roots {
        verifier.expect_root(&format!("the checkpoint of {size} entries"), *size, *root);
    }
    verifier.expect_size("the journal's head", database.head);
    verifier.expect_nodes(database.nodes_up_to());
    for (level, index, hash) in &database.nodes {
        verifier.stored_node(*level, *index, *hash);
    }
    for row in &database.rows {
        let payload = match &row.wrapped_key {
            Some(wrapped_key) => Payload::Sealed { sealed: &row.sealed, wrapped_key },
            None => Payload::Missing,
        };
        verifier.push(&StoredEntry {
            number: row.number,
            leaf: row.leaf.fields(),
            hash: row.hash,
            tile: None,
            payload,
        });
    }
    for number in &database.erased {
        verifier.erased(*number);
    }
    verifier.finish()
}

#[test]
fn an_untouched_database_holds_with_and_without_the_key_ring() {
    let town = Town::new(600);
    let database = database(&town, &[0, 100, 256, 600]);
    let report = verify(&database, Some(&town.ring));
    assert_eq!(said(&report), Vec::<String>::new());
    assert_eq!((report.entries, report.root), (600, town.tree.root()));
    assert_eq!((report.checked.payloads, report.checked.payloads_unopened), (600, 0));
    assert_eq!((report.checked.leaves, report.checked.nodes, report.checked.roots), (600, 2, 4));
    let report = verify(&database, None);
    assert!(report.holds());
    assert_eq!((report.checked.payloads, report.checked.payloads_unopened), (0, 600));
}

#[test]
fn a_report_is_a_contract_for_scripts() {
    let town = Town::new(1);
    let mut database = database(&town, &[]);
    database.head = 2;
    let report = verify(&database, None);
    let expected = serde_json::json!({
        "entries": 1,
        "root": report.root_text(),
        "problems": [{"entry": 1, "what": "there are 1 entries, but the journal's head says 2"}],
        "more_problems": 0,
        "checked": {"leaves": 1, "nodes": 0, "files": 0, "signatures": 0, "roots": 0, "payloads": 0,
            "payloads_unopened": 1, "payloads_erased": 0},
    });
    assert_eq!(serde_json::to_value(&report).unwrap(), expected);
}

#[test]
fn a_changed_column_of_a_leaf_is_named() {
    let town = Town::new(300);
    let changes: [fn(&mut Leaf); 5] = [
        |leaf| leaf.minute += 1,
        |leaf| leaf.kind.push('x'),
        |leaf| leaf.office = "-".to_owned(),
        |leaf| leaf.article = "20(2)".to_owned(),
        |leaf| leaf.commitment[31] ^= 1,
    ];
    for change in changes {
        let mut database = database(&town, &[300]);
        change(&mut database.rows[120].leaf);
        let report = verify(&database, None);
        let problem = "120: the leaf does not give the hash stored for it: one of them was changed (the leaf was changed)";
        assert_eq!(said(&report), [problem]);
    }
}

#[test]
fn a_leaf_that_cannot_be_written_is_named() {
    let town = Town::new(10);
    let mut database = database(&town, &[10]);
    database.rows[3].leaf.office = "two words".to_owned();
    let expected = ["3: the leaf's office must be 1 to 64 printable ASCII characters without spaces"];
    assert_eq!(said(&verify(&database, None)), expected);
}

#[test]
fn a_removed_row_is_named() {
    let town = Town::new(600);
    let mut removed = database(&town, &[600]);
    removed.rows.remove(300);
    assert_eq!(said(&verify(&removed, Some(&town.ring))), ["300: the entry is missing"]);
    removed.rows.drain(305..315);
    let expected = ["300: the entry is missing", "306: the entries 306 to 315 are missing"];
    assert_eq!(said(&verify(&removed, Some(&town.ring))), expected);
}

#[test]
fn a_cut_off_end_is_named() {
    let town = Town::new(600);
    let mut cut = database(&town, &[600]);
    cut.rows.truncate(500);
    let expected = [
        "500: the entries 500 to 599 are missing: the checkpoint of 600 entries covers 600",
        "500: there are 500 entries, but the journal's head says 600",
        "-: the node 1/1 stands over entries that are not there",
    ];
    assert_eq!(said(&verify(&cut, None)), expected);
}

#[test]
fn rows_renumbered_after_a_removal_are_all_named() {
    let town = Town::new(10);
    let mut database = database(&town, &[10]);
    database.rows.remove(4);
    database.head = 9;
    for (number, row) in (0..).zip(&mut database.rows) {
        row.number = number;
        row.leaf.number = number;
    }
    let report = verify(&database, None);
    let named: Vec<_> = report.problems.iter().filter_map(|problem| problem.entry).collect();
    assert_eq!(named, [4, 5, 6, 7, 8, 9]);
}

#[test]
fn two_exchanged_rows_are_named_as_exchanged() {
    let town = Town::new(10);
    // The numbers of two rows were exchanged, so that each carries the other's hash and payload.
    let mut exchanged = database(&town, &[10]);
    exchanged.rows.swap(3, 6);
    for number in [3, 6] {
        exchanged.rows[number].number = number as u64;
        exchanged.rows[number].leaf.number = number as u64;
    }
    let expected = [
        "3: the leaf does not give the hash stored for it: one of them was changed; it was exchanged with entry 6",
        "6: it was exchanged with entry 3",
    ];
    let mut unsigned = exchanged.clone();
    unsigned.roots.clear();
    assert_eq!(said(&verify(&unsigned, None)), expected);
    // The payloads moved with the rows; the signed root tells no more than that the fields were right
    // elsewhere.
    assert!(names_both(&verify(&exchanged, Some(&town.ring))));
    // Only what the leaves say was exchanged.
    let mut exchanged = database(&town, &[]);
    let (third, sixth) = (exchanged.rows[3].leaf.clone(), exchanged.rows[6].leaf.clone());
    exchanged.rows[3].leaf = Leaf { number: 3, ..sixth };
    exchanged.rows[6].leaf = Leaf { number: 6, ..third };
    assert_eq!(said(&verify(&exchanged, None)), expected);
}

fn names_both(report: &Report) -> bool {
    [3, 6].into_iter().all(|entry| report.problems.iter().any(|problem| problem.entry == Some(entry)))
}

#[test]
fn rows_out_of_order_or_twice_are_named() {
    let town = Town::new(10);
    let mut twice = database(&town, &[10]);
    let row = twice.rows[3].clone();
    twice.rows.insert(7, row);
    assert_eq!(said(&verify(&twice, None)), ["3: the entry comes twice or out of order"]);
}

#[test]
fn a_number_far_beyond_is_named_and_not_filled() {
    let town = Town::new(10);
    let mut beyond = database(&town, &[10]);
    beyond.rows[9].number = u64::MAX;
    let report = verify(&beyond, None);
    assert_eq!(report.entries, 9);
    assert!(said(&report).iter().any(|said| said.contains("far beyond")), "{:?}", said(&report));
}

#[test]
fn a_payload_that_was_changed_moved_or_replaced_is_named() {
    let town = Town::new(10);
    let altered = "3: the payload: it does not open: it was changed or belongs elsewhere";
    let mut changed = database(&town, &[10]);
    changed.rows[3].sealed[5] ^= 1;
    assert_eq!(said(&verify(&changed, Some(&town.ring))), [altered]);
    let mut moved = database(&town, &[10]);
    (moved.rows[3].sealed, moved.rows[3].wrapped_key) =
        (moved.rows[4].sealed.clone(), moved.rows[4].wrapped_key.clone());
    assert_eq!(said(&verify(&moved, Some(&town.ring))), [altered]);
    // Someone who holds the key ring writes another payload: it opens, but the leaf commits to the first one.
    let mut replaced = database(&town, &[10]);
    let payload = seal_payload(&town.ring, &Seeded::new(9), 3, b"{\"subject\":8}").unwrap();
    (replaced.rows[3].sealed, replaced.rows[3].wrapped_key) = (payload.sealed, Some(payload.wrapped_key));
    let expected = ["3: the payload: it opens, but is not what the leaf commits to"];
    assert_eq!(said(&verify(&replaced, Some(&town.ring))), expected);
    // Without the ring payloads are only counted, and the report says so.
    let report = verify(&replaced, None);
    assert!(report.holds());
    assert_eq!(report.checked.payloads_unopened, 10);
}

#[test]
fn a_missing_payload_is_a_problem_unless_an_erasure_names_it() {
    let town = Town::new(10);
    let mut erased = database(&town, &[10]);
    erased.rows[3].wrapped_key = None;
    erased.rows[5].wrapped_key = None;
    erased.erased = vec![5];
    let report = verify(&erased, Some(&town.ring));
    assert_eq!(said(&report), ["3: the payload is missing, and no erasure names the entry"]);
    assert_eq!((report.checked.payloads, report.checked.payloads_erased), (8, 1));
}

#[test]
fn an_erased_entry_whose_key_is_still_there_is_named() {
    let town = Town::new(2);
    let row = &database(&town, &[]).rows[0];
    let mut verifier = JournalVerifier::new().with_key_ring(&town.ring);
    verifier.erased(0);
    let payload = Payload::Sealed { sealed: &row.sealed, wrapped_key: row.wrapped_key.as_ref().unwrap() };
    verifier.push(&StoredEntry { number: 0, leaf: row.leaf.fields(), hash: row.hash, tile: None, payload });
    assert_eq!(said(&verifier.finish()), ["0: it was erased, but its payload and key are still there"]);
}

#[test]
fn rewrapped_keys_change_neither_leaf_nor_root() {
    let mut town = Town::new(10);
    let mut rewrapped = database(&town, &[10]);
    town.ring.rotate(&Seeded::new(4)).unwrap();
    for row in &mut rewrapped.rows {
        let old = row.wrapped_key.as_ref().unwrap();
        row.wrapped_key = Some(rewrap(&town.ring, &Seeded::new(row.number), row.number, old).unwrap());
    }
    town.ring.retire();
    let report = verify(&rewrapped, Some(&town.ring));
    assert_eq!(said(&report), Vec::<String>::new());
    let old = &town.payloads[0];
    let unknown = open_payload(&town.ring, 0, &old.wrapped_key, &old.sealed);
    assert_eq!(unknown, Err(SealError::UnknownKey(journal::KeyId(1))));
}

#[test]
fn a_missing_or_superfluous_node_is_named() {
    let town = Town::new(600);
    let mut missing = database(&town, &[600]);
    missing.nodes.remove(1);
    assert_eq!(said(&verify(&missing, None)), ["256: the node 1/1 over the entries 256 to 511 is missing"]);
    let mut superfluous = database(&town, &[600]);
    superfluous.nodes.push((2, 0, [1; 32]));
    assert_eq!(said(&verify(&superfluous, None)), ["-: the node 2/0 stands over entries that are not there"]);
    let mut twice = database(&town, &[600]);
    twice.nodes.push((1, 1, [1; 32]));
    assert!(
        said(&verify(&twice, None)).contains(&"256: the node 1/1 is stored twice and differs".to_owned())
    );
}

#[test]
fn a_rewritten_database_is_still_found_by_a_signed_root_and_narrowed_down() {
    // The operator rewrites entry 300, its hash and all nodes over it.
    let town = Town::new(600);
    let other = Town::with_history(600, |number| i64::from(number == 300));
    let mut rewritten = database(&other, &[]);
    rewritten.roots = database(&town, &[280, 290, 310, 600]).roots;
    let report = verify(&rewritten, None);
    assert_eq!(report.problems.len(), 2);
    assert!(
        said(&report)[0]
            .starts_with("290: the entries 290 to 309 are not those of the checkpoint of 310 entries")
    );
    assert!(
        said(&report)[1]
            .starts_with("290: the entries 290 to 599 are not those of the checkpoint of 600 entries")
    );
}

#[test]
fn a_tile_that_holds_another_hash_names_the_entry_and_a_signed_root_says_which_was_changed() {
    let town = Town::new(600);
    let look = |leaf: &Leaf, forged: bool| {
        let mut verifier = JournalVerifier::new();
        verifier.expect_checkpoint("the checkpoint", &town.checkpoint(600));
        for (known, hash) in town.leaves.iter().zip(town.hashes()) {
            let leaf = if known.number == 300 { leaf } else { known };
            // Whoever rewrites an entry gives it the hash that fits; the tile over it is another row.
            let rewritten = leaf.hash().unwrap();
            let tile = if forged && known.number == 300 { [1; 32] } else { hash };
            let payload = Payload::NotGiven;
            let entry = StoredEntry {
                number: known.number,
                leaf: leaf.fields(),
                hash: rewritten,
                tile: Some(tile),
                payload,
            };
            verifier.push(&entry);
        }
        said(&verifier.finish())
    };
    let what = "300: the stored tile holds another hash for it: one of them was changed";
    assert_eq!(look(&town.leaves[300], true), [format!("{what} (the leaf is right)")]);
    let other = Leaf { office: "other".to_owned(), ..town.leaves[300].clone() };
    let found = look(&other, false);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.contains(&what.to_owned()), "{found:?}");
    assert!(found.iter().any(|what| what.contains("are not those of the checkpoint")), "{found:?}");
}

#[test]
fn many_problems_are_counted_and_not_all_listed() {
    let town = Town::new(50);
    let mut verifier = JournalVerifier::new().with_problems_max(7);
    for (leaf, hash) in town.leaves.iter().zip(town.hashes().iter().rev()) {
        verifier.push(&StoredEntry {
            number: leaf.number,
            leaf: leaf.fields(),
            hash: *hash,
            tile: None,
            payload: Payload::NotGiven,
        });
    }
    let report = verifier.finish();
    assert_eq!((report.problems.len(), report.more_problems), (7, 43));
    assert!(!report.holds());
}

#[test]
fn a_root_that_comes_late_is_not_taken_for_checked() {
    let town = Town::new(2);
    let mut verifier = JournalVerifier::new();
    for (leaf, hash) in town.leaves.iter().zip(town.hashes()) {
        verifier.push(&StoredEntry {
            number: leaf.number,
            leaf: leaf.fields(),
            hash,
            tile: None,
            payload: Payload::NotGiven,
        });
    }
    verifier.expect_checkpoint("the checkpoint", &town.checkpoint(1));
    assert_eq!(
        said(&verifier.finish()),
        ["-: the checkpoint came after its entries and could not be checked"]
    );
    let mut verifier = JournalVerifier::new();
    verifier.expect_root("the head", 0, [1; 32]);
    assert_eq!(
        said(&verifier.finish()),
        ["-: the head names a root for no entries that is not the empty one"]
    );
}

#[test]
fn nodes_of_two_levels_are_compared() {
    let town = Town::new(65_537);
    let mut higher = database(&town, &[65_537]);
    assert_eq!(higher.nodes.len(), 257);
    assert!(verify(&higher, None).holds());
    higher.nodes[256].2[0] ^= 1;
    let expected =
        ["0: the entries 0 to 65535 do not give the node 2/0 stored over them (the node was changed)"];
    assert_eq!(said(&verify(&higher, None)), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_single_change_is_found_and_named(
        size in 1..700_u64, place: prop::sample::Index, what in 0..6, bit in 0..256_usize,
    ) {
        let town = Town::new(size);
        let mut changed = database(&town, &[size]);
        let number = place.index(size as usize);
        let row = &mut changed.rows[number];
        match what {
            0 => row.hash[bit / 8] ^= 1 << (bit % 8),
            1 => row.leaf.commitment[bit / 8] ^= 1 << (bit % 8),
            2 => row.leaf.minute ^= 1 << (bit % 20),
            3 => {
                let place = bit % row.sealed.len();
                row.sealed[place] ^= 1;
            }
            4 => row.wrapped_key = None,
            _ => {
                changed.rows.remove(number);
            }
        }
        let report = verify(&changed, Some(&town.ring));
        prop_assert!(report.problems.iter().any(|problem| problem.entry == Some(number as u64)), "{:?}", said(&report));
    }
}
