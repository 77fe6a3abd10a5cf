//! A mirror that was tampered with: what is found, and which entry is named.

use journal::tiles::{decode_bundle, encode_bundle, encode_hashes, entries_path};
use journal::{Checkpoint, Report, SignedNote};

use crate::town::{Mirror, Seeded, Town, said, signer};

fn leaves(mirror: &Mirror, index: u64, width: u16) -> Vec<Vec<u8>> {
    let bytes = &mirror.files[&entries_path(index, width)];
    decode_bundle(bytes, width).unwrap().into_iter().map(<[u8]>::to_vec).collect()
}

fn set_leaves(mirror: &mut Mirror, index: u64, width: u16, leaves: &[Vec<u8>]) {
    mirror.files.insert(entries_path(index, width), encode_bundle(leaves).unwrap());
}

fn names(report: &Report, entry: u64) -> bool {
    report.problems.iter().any(|problem| problem.entry == Some(entry))
}

#[test]
fn an_untouched_mirror_holds() {
    for size in [0, 1, 2, 255, 256, 257, 600] {
        let town = Town::new(size);
        let known: Vec<_> = [0, 1, 200, 256, 600].into_iter().filter(|known| *known <= size).collect();
        let known: Vec<_> = known.into_iter().map(|size| town.checkpoint(size)).collect();
        let report = town.mirror().verify(&known);
        assert_eq!(said(&report), Vec::<String>::new(), "{size}");
        assert!(report.holds());
        assert_eq!((report.entries, report.root), (size, town.tree.root()));
        assert_eq!(report.checked.leaves, size);
        assert_eq!(report.checked.nodes, size / 256);
        assert_eq!(report.checked.files, town.mirror().files.len() as u64);
        assert_eq!(report.checked.signatures, 1);
        assert_eq!(report.checked.roots, 1 + known.len() as u64);
    }
}

#[test]
fn every_changed_bit_of_a_small_mirror_is_found() {
    let mirror = Town::new(5).mirror();
    assert_eq!(mirror.files.len(), 3);
    for (path, bytes) in &mirror.files {
        for place in 0..bytes.len() * 8 {
            let mut changed = mirror.clone();
            changed.files.get_mut(path).unwrap()[place / 8] ^= 1 << (place % 8);
            assert!(!changed.verify(&[]).holds(), "{path}, bit {place}");
        }
    }
}

#[test]
fn a_changed_bit_in_a_larger_mirror_is_found_and_its_entry_named() {
    let town = Town::new(600);
    let mirror = town.mirror();
    let randomness = Seeded::new(5);
    for (path, bytes) in &mirror.files {
        for _ in 0..12 {
            let place = randomness.number(bytes.len() as u64) as usize;
            let mut changed = mirror.clone();
            changed.files.get_mut(path).unwrap()[place] ^= 1 << randomness.number(8);
            let report = changed.verify(&[]);
            let context = format!("{path}, byte {place}: {:?}", said(&report));
            assert!(!report.holds(), "{context}");
            if let Some(index) = path.strip_prefix("tile/0/") {
                let index: u64 = index[..3].parse().unwrap();
                assert!(names(&report, index * 256 + place as u64 / 32), "{context}");
                assert_eq!(report.problems.len(), 1, "{context}");
            } else if path.starts_with("tile/1/") {
                assert!(names(&report, place as u64 / 32 * 256), "{context}");
                assert_eq!(report.problems.len(), 1, "{context}");
            }
        }
    }
}

#[test]
fn a_changed_leaf_is_named() {
    let town = Town::new(600);
    let mut mirror = town.mirror();
    let mut bundle = leaves(&mirror, 1, 256);
    bundle[44] = String::from_utf8(bundle[44].clone()).unwrap().replace("20(1)", "20(2)").into_bytes();
    set_leaves(&mut mirror, 1, 256, &bundle);
    let problem =
        "300: the leaf does not give the hash stored for it: one of them was changed (the leaf was changed)";
    assert_eq!(said(&mirror.verify(&[])), [problem]);
}

#[test]
fn a_changed_hash_is_told_from_a_changed_leaf() {
    let mut mirror = Town::new(600).mirror();
    mirror.files.get_mut("tile/0/001").unwrap()[44 * 32] ^= 1;
    let problem =
        "300: the leaf does not give the hash stored for it: one of them was changed (the leaf is right)";
    assert_eq!(said(&mirror.verify(&[])), [problem]);
}

#[test]
fn a_leaf_changed_together_with_its_hash_is_narrowed_down_to_256_entries() {
    let town = Town::new(600);
    let mut mirror = town.mirror();
    let mut leaf = town.leaves[300].clone();
    leaf.minute += 1;
    let mut bundle = leaves(&mirror, 1, 256);
    bundle[44] = leaf.to_bytes().unwrap();
    set_leaves(&mut mirror, 1, 256, &bundle);
    let mut hashes = town.hashes()[256..512].to_vec();
    hashes[44] = leaf.hash().unwrap();
    mirror.files.insert("tile/0/001".to_owned(), encode_hashes(&hashes));
    let problem =
        "256: the entries 256 to 511 do not give the node 1/1 stored over them (an entry was changed)";
    assert_eq!(said(&mirror.verify(&[])), [problem]);
}

#[test]
fn a_changed_node_is_told_from_changed_entries() {
    let mut mirror = Town::new(600).mirror();
    mirror.files.get_mut("tile/1/000.p/2").unwrap()[32] ^= 1;
    let problem =
        "256: the entries 256 to 511 do not give the node 1/1 stored over them (the node was changed)";
    assert_eq!(said(&mirror.verify(&[])), [problem]);
}

#[test]
fn a_removed_entry_is_found() {
    let town = Town::new(10);
    let mut mirror = town.mirror();
    let mut bundle = leaves(&mirror, 0, 10);
    bundle.remove(4);
    set_leaves(&mut mirror, 0, 10, &bundle);
    let expected = ["0: the bundle from entry 0: a bundle of 10 entries has 9", "4: the leaf is missing"];
    assert_eq!(said(&mirror.verify(&[])), expected);

    // Even if a whole later entry takes its place.
    bundle.push(bundle[8].clone());
    set_leaves(&mut mirror, 0, 10, &bundle);
    let report = mirror.verify(&[]);
    assert!(!names(&report, 3) && names(&report, 4) && names(&report, 8), "{:?}", said(&report));
    assert_eq!(said(&report)[0], "4: the leaf of entry 5 stands in its place");
}

#[test]
fn a_reordered_pair_is_found() {
    let mut mirror = Town::new(10).mirror();
    let mut bundle = leaves(&mirror, 0, 10);
    bundle.swap(3, 4);
    set_leaves(&mut mirror, 0, 10, &bundle);
    let expected =
        ["3: the leaf of entry 4 stands in its place", "4: the leaf of entry 3 stands in its place"];
    assert_eq!(said(&mirror.verify(&[])), expected);
}

#[test]
fn a_missing_file_is_found_and_the_rest_still_checked() {
    let town = Town::new(600);
    for path in town.mirror().files.keys() {
        let mut mirror = town.mirror();
        mirror.files.remove(path);
        let report = mirror.verify(&[]);
        assert!(said(&report).iter().any(|said| said.contains(path)), "{path}: {:?}", said(&report));
        if path != "checkpoint" && !path.starts_with("tile/entries") {
            assert_eq!(report.checked.leaves, 600, "{path}");
        }
    }
    let mut mirror = town.mirror();
    mirror.files.remove("tile/0/001");
    mirror.files.remove("tile/entries/001");
    let report = mirror.verify(&[]);
    assert!(
        said(&report).contains(&"256: the entries 256 to 511 are missing".to_owned()),
        "{:?}",
        said(&report)
    );
    // The node over them stands in for them, so the signed root still confirms the others.
    assert_eq!(report.problems.len(), 3, "{:?}", said(&report));
    assert_eq!(report.entries, 600);
}

#[test]
fn an_empty_folder_is_not_a_mirror() {
    let report = Mirror { files: Default::default() }.verify(&[]);
    assert_eq!(said(&report), ["-: the file `checkpoint` is missing"]);
}

#[test]
fn a_forked_history_is_found_by_a_checkpoint_known_from_before() {
    let known: Vec<_> = [90, 120, 150].map(|size| Town::new(200).checkpoint(size)).to_vec();
    let forked = Town::with_history(200, |number| i64::from(number >= 100));
    assert!(forked.mirror().verify(&[]).holds());
    let report = forked.mirror().verify(&known);
    let expected = [
        "90: the entries 90 to 119 are not those of the known checkpoint of 120 entries: at least one of them was changed, removed, added or moved, or the history was forked",
        "90: the entries 90 to 149 are not those of the known checkpoint of 150 entries: at least one of them was changed, removed, added or moved, or the history was forked",
    ];
    assert_eq!(said(&report), expected);
}

#[test]
fn a_history_that_was_cut_off_is_found_by_a_checkpoint_known_from_before() {
    let known = [Town::new(200).checkpoint(200)];
    let report = Town::new(150).mirror().verify(&known);
    let expected =
        ["150: the entries 150 to 199 are missing: the known checkpoint of 200 entries covers 200"];
    assert_eq!(said(&report), expected);
}

#[test]
fn two_histories_of_one_size_are_evidence_against_the_signer() {
    let known = [Town::new(200).checkpoint(200)];
    let forked = Town::with_history(200, |number| i64::from(number == 7));
    let report = forked.mirror().verify(&known);
    assert!(said(&report)[0].contains("two histories were signed"), "{:?}", said(&report));
}

#[test]
fn a_checkpoint_of_another_key_or_journal_is_found() {
    let town = Town::new(10);
    let mut mirror = town.mirror();
    let other = journal::Signer::from_seed(signer().name(), &[8; 32]).unwrap();
    let note = town.checkpoint(10).sign(&other).unwrap();
    mirror.files.insert("checkpoint".to_owned(), note.to_text().into_bytes());
    let report = mirror.verify(&[]);
    assert_eq!(said(&report), ["-: the checkpoint: it is not signed by `credence.example/demo`"]);
    assert_eq!(report.checked.signatures, 0);
    // The entries are still looked at.
    assert_eq!(report.checked.leaves, 10);
    let elsewhere = Checkpoint { origin: "elsewhere".to_owned(), ..town.checkpoint(5) };
    let report = town.mirror().verify(&[elsewhere]);
    assert_eq!(said(&report), ["-: the known checkpoint is of `elsewhere`, not of `credence.example/demo`"]);
}

#[test]
fn cosignatures_of_witnesses_do_not_disturb() {
    let town = Town::new(10);
    let mut mirror = town.mirror();
    let mut note = SignedNote::parse(&mirror.files["checkpoint"]).unwrap();
    let witness = journal::Signer::from_seed("witness.example", &[9; 32]).unwrap();
    note.add(witness.signature(note.text())).unwrap();
    mirror.files.insert("checkpoint".to_owned(), note.to_text().into_bytes());
    assert!(mirror.verify(&[]).holds());
}

#[test]
fn a_right_edge_that_was_replaced_by_full_files_serves() {
    // A mirror that is fetched while the journal grows: the partial files have given way to full ones.
    let mut mirror = Town::new(600).mirror();
    let early = Town::new(300);
    mirror.files.insert("checkpoint".to_owned(), early.mirror().files["checkpoint"].clone());
    mirror.files.insert("tile/1/000.p/1".to_owned(), early.mirror().files["tile/1/000.p/1"].clone());
    let report = mirror.verify(&[]);
    assert_eq!(said(&report), Vec::<String>::new());
    assert_eq!(report.entries, 300);
}

#[test]
fn a_checkpoint_of_an_endless_journal_does_not_keep_the_verifier_busy() {
    let town = Town::new(300);
    let mut mirror = town.mirror();
    let endless = Checkpoint { size: 1 << 40, ..town.checkpoint(300) };
    mirror.files.insert("checkpoint".to_owned(), endless.sign(&signer()).unwrap().to_text().into_bytes());
    let report = mirror.verify(&[]);
    assert!(!report.holds());
    assert!(report.problems.len() <= 1000);
}
