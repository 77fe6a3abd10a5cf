//! Checkpoints, proofs, verification and the comparison with the journal.

use journal::{Checkpoint, TileId, leaf_hash, verify_consistency, verify_inclusion};
use register::subject::EntryNumber;
use store::{Store, VerifyKnown};

use crate::acts::*;
use crate::contract::town;
use crate::harness::{Place, on_both, write};

fn silent(_: store::Progress) {}

async fn problems(place: &Place) -> Vec<(Option<u64>, String)> {
    let store = Store::open_to_verify(place.options()).await.unwrap();
    let report = store.verify(VerifyKnown::default(), &silent).await.unwrap();
    store.close().await;
    report.problems.into_iter().map(|problem| (problem.entry, problem.what)).collect()
}

#[test]
fn a_checkpoint_covers_what_is_durable_and_its_proofs_verify() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        assert!(store.current_checkpoint().await.unwrap().is_none());
        let mut older: Option<Checkpoint> = None;
        for round in 1..=4_u64 {
            town(&store, round * 90).await;
            let kept = store.advance_checkpoint().await.unwrap();
            assert_eq!(store.advance_checkpoint().await.unwrap(), kept);
            let checkpoint = Checkpoint::open(kept.note.as_bytes(), store.verifier().unwrap()).unwrap();
            let mut snapshot = store.snapshot().await.unwrap();
            assert_eq!(checkpoint.size, snapshot.head().await.unwrap().size);
            for entry in [0, 1, 255, 256, checkpoint.size / 2, checkpoint.size - 1] {
                let leaf = snapshot.leaf(EntryNumber(entry)).await.unwrap().unwrap();
                let (size, proof) = snapshot.inclusion(EntryNumber(entry), None).await.unwrap().unwrap();
                verify_inclusion(&leaf.hash().unwrap(), entry, size, &proof, &checkpoint.root).unwrap();
            }
            assert_eq!(snapshot.inclusion(EntryNumber(checkpoint.size), None).await.unwrap(), None);
            if let Some(older) = &older {
                let proof = snapshot.consistency(older.size, checkpoint.size).await.unwrap().unwrap();
                verify_consistency(older.size, checkpoint.size, &proof, &older.root, &checkpoint.root)
                    .unwrap();
            }
            let tile = TileId { level: 0, index: 0, width: 256 };
            let hashes = snapshot.tile(tile).await.unwrap().unwrap();
            let bundle = snapshot.entry_bundle(0, 256).await.unwrap().unwrap();
            let leaves = journal::tiles::decode_bundle(&bundle, 256).unwrap();
            let of_leaves: Vec<_> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
            assert_eq!(journal::tiles::decode_hashes(&hashes, 256).unwrap(), of_leaves);
            assert!(snapshot.tile(TileId { level: 0, index: 9999, width: 1 }).await.unwrap().is_none());
            older = Some(checkpoint);
        }
        store.close().await;
        assert_eq!(problems(&place).await, []);
    });
}

#[test]
fn servers_that_race_leave_one_checkpoint_that_never_goes_back() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        let other = Store::open(place.options()).await.unwrap();
        let mut last = 0;
        for _ in 0..10 {
            town(&store, 30).await;
            let (one, two) = tokio::join!(store.advance_checkpoint(), other.advance_checkpoint());
            let newest = store.current_checkpoint().await.unwrap().unwrap();
            assert!(one.unwrap().size.max(two.unwrap().size) <= newest.size);
            assert!(newest.size > last);
            last = newest.size;
        }
        other.close().await;
        store.close().await;
        assert_eq!(problems(&place).await, []);
    });
}

#[test]
fn entries_after_the_last_checkpoint_are_verified_too() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        town(&store, 100).await;
        store.advance_checkpoint().await.unwrap();
        town(&store, 300).await;
        let report = store.verify(VerifyKnown::default(), &silent).await.unwrap();
        assert_eq!((report.entries, report.problems), (302 + 902, Vec::new()));
        assert_eq!(report.checked.payloads, 1204);
        assert!(report.checked.signatures >= 1);
        store.close().await;
    });
}

/// What someone with the database in hands may do, and what must be said of it: the entry named, and a word of it.
#[test]
fn whatever_is_changed_is_found_and_named() {
    let tampered: &[(&str, Option<u64>, &str)] = &[
        ("update entry set minute = minute + 1 where number = 300", Some(300), "leaf"),
        ("update entry set office = 'other' where number = 7", Some(7), "leaf"),
        ("update entry set kind = 'x y' where number = 7", Some(7), ""),
        ("update entry set leaf = commitment where number = 9", Some(9), ""),
        ("update entry set commitment = leaf where number = 310", Some(310), ""),
        (
            "update payload set sealed = (select sealed from payload where entry = 5) where entry = 6",
            Some(6),
            "payload",
        ),
        (
            "update payload_key set wrapped = (select wrapped from payload_key where entry = 5) where entry = 6",
            Some(6),
            "payload",
        ),
        ("delete from payload where entry = 11", Some(11), "missing"),
        ("delete from payload_key where entry = 11", Some(11), "missing"),
        (
            "delete from entry where number = 12; delete from payload where entry = 12; delete from payload_key where entry = 12",
            Some(12),
            "missing",
        ),
        ("delete from entry where number = 401", Some(401), "401"),
        (
            "delete from entry where number >= 401; delete from payload where entry >= 401; delete from payload_key where entry >= 401; update journal_head set size = 401",
            Some(401),
            "missing",
        ),
        (
            "insert into payload (entry, sealed) select 5000, sealed from payload where entry = 1",
            Some(5000),
            "not there",
        ),
        (
            "update entry set number = -1 where number = 20; update entry set number = 20 where number = 21; update entry set number = 21 where number = -1",
            Some(20),
            "",
        ),
        (
            // The node of level 1 over the first 256 entries.
            "update tile set hashes = (select leaf from entry where number = 0) where place = 281474976710656",
            Some(0),
            "node",
        ),
        ("delete from tile where place = 281474976710656", Some(0), "node"),
        ("delete from tile where place = 0", Some(0), "tile 0/0"),
        (
            "update tile set hashes = (select t.hashes from tile t where t.place = 1) where place = 0",
            Some(0),
            "tile 0/0",
        ),
        ("insert into tile select 2, hashes from tile where place = 0", None, "no checkpoint"),
        ("insert into tile select -1, hashes from tile where place = 0", None, "no checkpoint"),
        ("update checkpoint set size = size - 1", None, "checkpoint"),
        ("update checkpoint set note = replace(note, '403', '401')", None, "checkpoint"),
        ("update journal_head set size = size + 1", Some(403), "head"),
        ("delete from journal_head", None, "head"),
        ("delete from checkpoint where day = '2026-11-23'", None, "a checkpoint of a day was removed"),
        ("delete from receipt where entry = 3", None, "a receipt was removed"),
        (
            "update receipt set body = (select body from receipt where entry = 4) where entry = 3",
            Some(3),
            "another entry",
        ),
        (
            "insert into receipt (entry, body) select 5, body from receipt where entry = 4",
            Some(5),
            "another entry",
        ),
        ("update meta set value = 'b' where name = 'note'", None, "a note about the store was changed"),
        ("delete from meta where name = 'note'", None, "a note about the store was removed"),
        (
            "update meta set value = 'other.example' where name = 'origin'",
            None,
            "calls its journal `other.example`",
        ),
        (
            "update meta set value = replace(value, 'receipt 2', 'receipt 1') where name = 'inventory'",
            None,
            "inventory",
        ),
        ("delete from meta where name = 'inventory'", None, "missing"),
    ];
    on_both(|place: Place| async move {
        let store = place.create().await;
        town(&store, 100).await;
        for number in 0..100 {
            write(&store, move |pen| {
                Box::pin(
                    async move { pen.append(&[by_office(looked(number % 100 + 1, 1))]).await.map(|_| ()) },
                )
            })
            .await;
        }
        store.advance_checkpoint().await.unwrap();
        for entry in [3, 4] {
            let mut snapshot = store.snapshot().await.unwrap();
            let leaf = snapshot.leaf(EntryNumber(entry)).await.unwrap().unwrap();
            let receipt =
                journal::Receipt::promise(store.signer().unwrap(), &leaf).unwrap().to_json().unwrap();
            write(&store, move |pen| {
                let receipt = receipt.clone();
                Box::pin(async move {
                    pen.put_receipt(EntryNumber(entry), &receipt);
                    pen.put_receipt(EntryNumber(entry), "a second one does not replace it");
                    pen.put_meta("note", "a");
                    Ok(())
                })
            })
            .await;
        }
        place.clock.advance(86_400_000);
        write(&store, |pen| {
            Box::pin(async move { pen.append(&[by_office(looked(1, 1))]).await.map(|_| ()) })
        })
        .await;
        assert_eq!(store.advance_checkpoint().await.unwrap().size, 403);
        store.close().await;
        assert_eq!(problems(&place).await, []);
        place.tamper(
            "create table k_entry as select * from entry; create table k_payload as select * from payload; \
             create table k_key as select * from payload_key; create table k_tile as select * from tile; \
             create table k_checkpoint as select * from checkpoint; create table k_head as select * from journal_head; \
             create table k_meta as select * from meta; create table k_receipt as select * from receipt;",
        );
        for (sql, entry, word) in tampered {
            place.tamper(sql);
            let found = problems(&place).await;
            // The exact finding comes first, before what only follows from it.
            assert!(found.iter().any(|(at, what)| at == entry && what.contains(word)), "{sql}: {found:?}");
            if let Some(entry) = entry.filter(|_| !word.is_empty()) {
                assert_eq!(found[0].0, Some(entry), "{sql}: {found:?}");
            }
            place.tamper(
                "delete from entry; insert into entry select * from k_entry; delete from payload; \
                 insert into payload select * from k_payload; delete from payload_key; \
                 insert into payload_key select * from k_key; delete from tile; insert into tile select * from k_tile; \
                 delete from checkpoint; insert into checkpoint select * from k_checkpoint; \
                 delete from journal_head; insert into journal_head select * from k_head; \
                 delete from meta; insert into meta select * from k_meta; \
                 delete from receipt; insert into receipt select * from k_receipt;",
            );
            assert_eq!(problems(&place).await, [], "after undoing {sql}");
        }
    });
}

#[test]
fn a_flipped_bit_in_the_file_is_a_problem_and_never_a_panic() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let place = Place::new(crate::harness::Engine::Sqlite).await.unwrap();
        let store = place.create().await;
        town(&store, 60).await;
        store.advance_checkpoint().await.unwrap();
        store.close().await;
        let file = place.address.folder().unwrap().join("credence.sqlite");
        let sound = std::fs::read(&file).unwrap();
        let table_pages = sound.len() / 4096;
        let (mut found, mut tried) = (0, 0);
        for step in 0..60 {
            let mut damaged = sound.clone();
            let at = (step * 7919 + 4096 * (1 + step % (table_pages - 1))) % damaged.len();
            damaged[at] ^= 1 << (step % 8);
            std::fs::write(&file, &damaged).unwrap();
            tried += 1;
            match Store::open_to_verify(place.options()).await {
                Err(_) => found += 1,
                Ok(store) => {
                    let report = store.verify(VerifyKnown::default(), &silent).await;
                    let compared = store.rebuild_compare(&silent).await;
                    store.close().await;
                    let sound = report.is_ok_and(|report| report.holds())
                        && compared.is_ok_and(|compared| compared.holds());
                    found += i32::from(!sound);
                }
            }
        }
        std::fs::write(&file, &sound).unwrap();
        assert_eq!(problems(&place).await, []);
        // Free space in pages holds nothing: a bit there changes nothing that was stored.
        assert!(found * 10 >= tried * 4, "{found} of {tried}");
    });
}

#[test]
fn folding_the_journal_gives_the_tables_and_a_changed_row_is_named() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        town(&store, 50).await;
        write(&store, |pen| {
            Box::pin(async move {
                let acts = [
                    consented(1, 1, Some(2)),
                    consent_used(1, 1, 1),
                    key_issued(1),
                    opened(2, true),
                    filed(101, 2, 2, true, Some("北京更名有限公司")),
                    closed(2, true, 1),
                    looked(3, 5),
                ];
                pen.append(&acts.map(by_office)).await.map(|_| ())
            })
        })
        .await;
        let report = store.rebuild_compare(&silent).await.unwrap();
        assert!(report.holds(), "{:?}", report.differences);
        assert_eq!(report.entries, 152 + 7);
        store.close().await;

        for (sql, table, key, column) in [
            (
                "update record set finding_day = '2020-01-01' where number = 7",
                "record",
                "7",
                Some("finding_day"),
            ),
            ("delete from subject_inquiry where subject = 3", "subject_inquiry", "3|158", None),
            ("insert into subject_inquiry (subject, entry) values (4, 1)", "subject_inquiry", "4|1", None),
            (
                "update subject set identifier = (select identifier from subject where number = 1) where number = 2",
                "subject",
                "2",
                Some("identifier"),
            ),
            ("update consent set uses_left = 9", "consent", "1", Some("uses_left")),
            ("update api_key set secret_digest = 'ee'", "api_key", "1", Some("secret_digest")),
        ] {
            place.tamper(sql);
            let store = Store::open_to_verify(place.options()).await.unwrap();
            let report = store.rebuild_compare(&silent).await.unwrap();
            store.close().await;
            assert!(
                report
                    .differences
                    .iter()
                    .any(|found| (found.table, found.key.as_str(), found.column) == (table, key, column)),
                "{sql}: {:?}",
                report.differences
            );
        }
    });
}
