//! Backup and restoration, from each engine to each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use journal::{Checkpoint, Signer};
use law::Day;
use register::record::BatchNumber;
use register::subject::{EntryNumber, SubjectNumber};
use serde_json::Value;
use store::{
    BatchError, Confirmation, Confirmed, RestoreOptions, RestoreReport, Store, StoreError, VerifyKnown,
    check_backup,
};

use crate::acts::*;
use crate::contract::town;
use crate::harness::{Engine, Place, on_both, write};

fn silent(_: store::Progress) {}

/// A store with something in every table that a backup carries, and a checkpoint over all of it.
async fn lived_in(place: &Place) -> Store {
    let store = place.create().await;
    town(&store, 100).await;
    store.advance_checkpoint().await.unwrap();
    place.clock.advance(86_400_000);
    let mut snapshot = store.snapshot().await.unwrap();
    let leaf = snapshot.leaf(EntryNumber(301)).await.unwrap().unwrap();
    snapshot.end().await.unwrap();
    let receipt = journal::Receipt::promise(store.signer().unwrap(), &leaf).unwrap().to_json().unwrap();
    write(&store, move |pen| {
        let receipt = receipt.clone();
        Box::pin(async move {
            pen.append(&[by_office(looked(1, 1)), by_office(key_issued(1))]).await?;
            pen.put_receipt(EntryNumber(301), &receipt);
            pen.put_batch_errors(BatchNumber(1), &[BatchError { ordinal: 1, body: "{}".to_owned() }]);
            pen.put_meta("batch 1 dropped columns", "[\"多余\"]");
            Ok(())
        })
    })
    .await;
    store.count_public_look(SubjectNumber(3), "2026-11-24".parse::<Day>().unwrap());
    store.advance_checkpoint().await.unwrap();
    store
}

/// Backs up a store that is open for reading only, as the program does.
async fn back_up(place: &Place, to: &Path) -> store::BackupReport {
    let store = Store::open_to_verify(place.options()).await.unwrap();
    let report = store.backup(to, None, &silent).await.unwrap();
    store.close().await;
    report
}

fn asked(from: &Path) -> RestoreOptions {
    RestoreOptions { from: from.to_path_buf(), keys_from: None, erased: BTreeSet::new() }
}

/// Options of a target with the keys of the store that was backed up.
fn options(target: &Place, source: &Place) -> store::StoreOptions {
    let mut options = target.options();
    options.keys = source.options().keys.or_else(|| source.address.folder().map(PathBuf::from));
    options
}

async fn restore(target: &Place, source: &Place, from: &Path) -> Result<RestoreReport, StoreError> {
    Store::restore(&options(target, source), &asked(from), &|_, _| ()).await
}

async fn confirm(target: &Place, source: &Place, by: Confirmation) -> Result<Confirmed, StoreError> {
    Store::confirm(&options(target, source), &by).await
}

async fn assert_sound(target: &Place, source: &Place) {
    let store = Store::open_to_verify(options(target, source)).await.unwrap();
    let report = store.verify(VerifyKnown::default(), &silent).await.unwrap();
    assert_eq!(report.problems, []);
    assert_eq!(report.checked.payloads + report.checked.payloads_erased, report.entries);
    let compared = store.rebuild_compare(&silent).await.unwrap();
    assert_eq!(compared.differences, []);
    store.close().await;
}

/// The digests of each table's files: equal ones mean the same rows, byte for byte, whatever the engine.
fn digests(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for manifest in ["manifest.json", "payload-keys/manifest.json"] {
        let text = std::fs::read_to_string(folder.join(manifest)).unwrap();
        let manifest: Value = serde_json::from_str(&text).unwrap();
        let manifest = manifest.get("manifest").unwrap();
        let mut add = |table: &str, files: &Value| {
            let digest = |of: &Value| of.get("sha256").unwrap().as_str().unwrap().to_owned();
            let digests = files.as_array().unwrap().iter().map(digest);
            found.entry(table.to_owned()).or_insert_with(Vec::new).extend(digests);
        };
        for segment in manifest.get("journal").unwrap().as_array().unwrap() {
            add("entry", segment.get("entries").unwrap());
            add("payload", segment.get("payloads").unwrap());
        }
        for (table, files) in manifest.get("tables").unwrap().as_object().unwrap() {
            add(table, files);
        }
    }
    found
}

async fn newest_note(place: &Place) -> String {
    let store = Store::open_to_verify(place.options()).await.unwrap();
    let note = store.current_checkpoint().await.unwrap().unwrap().note;
    store.close().await;
    note
}

async fn targets() -> Vec<Place> {
    let mut targets = vec![Place::new(Engine::Sqlite).await.unwrap()];
    targets.extend(Place::new(Engine::Postgres).await);
    targets
}

#[test]
fn a_backup_restores_on_either_engine_byte_for_byte_and_signs_nothing_before_it_is_confirmed() {
    on_both(|place: Place| async move {
        let store = lived_in(&place).await;
        store.close().await;
        let backup = place.folder.path().join("backup");
        let report = back_up(&place, &backup).await;
        assert_eq!((report.entries, report.checkpoint_size, report.carried, report.keys), (304, 304, 0, 304));
        assert!(report.signed);
        let note = newest_note(&place).await;
        let checked = check_backup(&backup, None, None, &silent).unwrap();
        assert_eq!(
            (checked.entries, checked.root, checked.checkpoint),
            (304, report.root, Some(note.clone()))
        );
        for target in targets().await {
            let restored = restore(&target, &place, &backup).await.unwrap();
            assert_eq!((restored.entries, restored.without_key, restored.erased), (304, 0, 0));
            assert_sound(&target, &place).await;
            let again = target.folder.path().join("again");
            let locked = Store::open_to_verify(options(&target, &place)).await.unwrap();
            locked.backup(&again, None, &silent).await.unwrap();
            locked.close().await;
            let (mut before, mut after) = (digests(&backup), digests(&again));
            // The notes differ by the one about the restoration.
            assert_ne!(before.remove("meta"), after.remove("meta"));
            for table in
                ["public_count", "batch_error", "receipt", "checkpoint", "tile", "payload_key", "payload"]
            {
                assert!(!before[table].is_empty(), "{table} is not tried");
            }
            assert_eq!(before, after);

            let refused = Store::open(options(&target, &place)).await.unwrap_err();
            assert!(matches!(refused, StoreError::Unconfirmed(_)), "{refused}");
            let refused = restore(&target, &place, &backup).await.unwrap_err();
            assert!(matches!(refused, StoreError::Exists(_)), "{refused}");

            let confirmed = confirm(&target, &place, Confirmation::Known(note.clone())).await.unwrap();
            assert_eq!((confirmed.entries, confirmed.covered), (304, 304));
            assert!(confirm(&target, &place, Confirmation::Known(note.clone())).await.is_err());
            let store = Store::open(options(&target, &place)).await.unwrap();
            write(&store, |pen| {
                Box::pin(async move { pen.append(&[by_office(looked(2, 1))]).await.map(|_| ()) })
            })
            .await;
            assert_eq!(store.advance_checkpoint().await.unwrap().size, 305);
            store.close().await;
            assert_sound(&target, &place).await;
        }
    });
}

#[test]
fn a_second_run_adds_only_what_is_new_and_a_broken_one_goes_on() {
    on_both(|place: Place| async move {
        let store = lived_in(&place).await;
        let backup = place.folder.path().join("backup");
        back_up(&place, &backup).await;
        let first = backup.join("run-000001/entry-000000000000-0001.rows");
        let written = std::fs::metadata(&first).unwrap().modified().unwrap();
        town(&store, 50).await;
        store.advance_checkpoint().await.unwrap();

        // What a run leaves that is killed before its manifest: finished segments, a half file, files nobody names.
        let unfinished = backup.join("run-000002");
        std::fs::create_dir_all(&unfinished).unwrap();
        std::fs::write(unfinished.join("entry-000000000304-0001.rows"), "half").unwrap();
        std::fs::write(unfinished.join("unfinished.jsonl"), "{\"first\":304").unwrap();
        assert_eq!(
            check_backup(&backup, None, None, &silent).unwrap().entries,
            304,
            "the earlier one is whole"
        );
        let report = back_up(&place, &backup).await;
        assert_eq!((report.run, report.carried, report.entries), (2, 304, 456));
        assert_eq!(std::fs::metadata(&first).unwrap().modified().unwrap(), written);
        assert!(!unfinished.join("unfinished.jsonl").exists());
        assert!(!backup.join("run-000001/meta-0001.rows").exists(), "what is superseded is removed");
        let keys: Vec<_> = std::fs::read_dir(backup.join("payload-keys")).unwrap().collect();
        assert_eq!(keys.len(), 3, "one generation of keys: {keys:?}");

        // A run whose segments were all finished before it was killed: they are not read again.
        let text = std::fs::read_to_string(backup.join("manifest.json")).unwrap();
        let manifest: Value = serde_json::from_str(&text).unwrap();
        let segment = serde_json::to_string(&manifest["manifest"]["journal"][1]).unwrap();
        std::fs::write(unfinished.join("unfinished.jsonl"), format!("{segment}\n")).unwrap();
        std::fs::remove_file(backup.join("manifest.json")).unwrap();
        let report = back_up(&place, &backup).await;
        assert_eq!(report.entries, 456);

        let same = back_up(&place, &backup).await;
        assert_eq!((same.carried, same.entries), (456, 456));
        store.close().await;
        let target = Place::new(place.engine).await.unwrap();
        restore(&target, &place, &backup).await.unwrap();
        assert_sound(&target, &place).await;

        let other = Place::new(Engine::Sqlite).await.unwrap();
        let store = lived_in(&other).await;
        let refused = store.backup(&backup, None, &silent).await.unwrap_err();
        assert!(refused.to_string().contains("holds a backup of"), "{refused}");
        let refused = store.backup(other.folder.path(), None, &silent).await.unwrap_err();
        assert!(refused.to_string().contains("holds `data` and no backup"), "{refused}");
        store.close().await;
    });
}

#[test]
fn a_backup_taken_while_acts_are_written_is_one_moment() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        town(&store, 300).await;
        store.advance_checkpoint().await.unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let writing = tokio::spawn({
            let (store, stop) = (store.clone(), Arc::clone(&stop));
            async move {
                let mut written = 0_u64;
                while !stop.load(Ordering::SeqCst) {
                    town(&store, 5).await;
                    written += 17;
                    if written.is_multiple_of(4) {
                        store.advance_checkpoint().await.unwrap();
                    }
                }
                written
            }
        });
        let backup = place.folder.path().join("backup");
        let mut last = 0;
        for _ in 0..5 {
            let report = back_up(&place, &backup).await;
            assert!(report.entries >= last && report.checkpoint_size <= report.entries);
            last = report.entries;
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        stop.store(true, Ordering::SeqCst);
        let written = writing.await.unwrap();
        store.close().await;
        assert!(written > 0 && last <= 902 + written);
        let target = Place::new(place.engine).await.unwrap();
        let restored = restore(&target, &place, &backup).await.unwrap();
        assert_eq!(restored.entries, last);
        assert_sound(&target, &place).await;
    });
}

#[test]
fn whatever_is_changed_in_a_backup_is_found_before_anything_is_written() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let place = Place::new(Engine::Sqlite).await.unwrap();
        lived_in(&place).await.close().await;
        let backup = place.folder.path().join("backup");
        back_up(&place, &backup).await;
        let mut files: Vec<PathBuf> =
            vec![backup.join("manifest.json"), backup.join("payload-keys/manifest.json")];
        for run in [backup.join("run-000001"), backup.join("payload-keys/run-000001")] {
            files.extend(std::fs::read_dir(run).unwrap().map(|file| file.unwrap().path()));
        }
        assert!(files.len() >= 11, "{files:?}");
        for file in &files {
            let sound = std::fs::read(file).unwrap();
            let mut flipped = sound.clone();
            let middle = sound.len() / 2;
            flipped[middle] ^= 1;
            let cut = sound[..sound.len() - 1 - usize::from(file.ends_with("manifest.json"))].to_vec();
            for damaged in [Some(flipped), Some(cut), None] {
                match &damaged {
                    Some(bytes) => std::fs::write(file, bytes).unwrap(),
                    None => std::fs::remove_file(file).unwrap(),
                }
                let target = Place::new(Engine::Sqlite).await.unwrap();
                let refused = restore(&target, &place, &backup).await;
                assert!(refused.is_err(), "{file:?} {:?}", damaged.map(|bytes| bytes.len()));
                assert!(!Store::exists(&target.address).await.unwrap());
                std::fs::write(file, &sound).unwrap();
            }
        }
        // A manifest that gives its own digest and is signed by nobody's key is another's.
        let text = std::fs::read_to_string(backup.join("manifest.json")).unwrap();
        let mut changed: Value = serde_json::from_str(&text).unwrap();
        changed["signature"] = Value::Null;
        std::fs::write(backup.join("manifest.json"), changed.to_string()).unwrap();
        assert!(
            !check_backup(&backup, None, None, &silent).unwrap().signed,
            "a manifest may be unsigned, and says so"
        );
        std::fs::write(backup.join("manifest.json"), &text).unwrap();
        let stranger = Signer::from_seed("test.example/journal", &[9; 32]).unwrap();
        assert!(check_backup(&backup, None, Some(stranger.verifier()), &silent).is_err());
        assert!(check_backup(&backup, None, None, &silent).unwrap().signed);
    });
}

#[test]
fn a_restoration_that_was_broken_off_serves_nobody_and_begins_again() {
    on_both(|place: Place| async move {
        let store = lived_in(&place).await;
        store.close().await;
        let backup = place.folder.path().join("backup");
        back_up(&place, &backup).await;
        let target = Place::new(place.engine).await.unwrap();
        restore(&target, &place, &backup).await.unwrap();
        // As it stands before the last transaction of a restoration.
        target.tamper(
            "delete from meta where name = 'restored'; insert into meta (name, value) values ('restoring', ''); \
             delete from record where number > 3;",
        );
        for opened in [
            Store::open(options(&target, &place)).await,
            Store::open_to_verify(options(&target, &place)).await,
        ] {
            assert!(matches!(opened.unwrap_err(), StoreError::Restoring(_)));
        }
        restore(&target, &place, &backup).await.unwrap();
        assert_sound(&target, &place).await;
        // A store that lives is never taken for one.
        let refused = restore(&place, &place, &backup).await.unwrap_err();
        assert!(matches!(refused, StoreError::Exists(_)), "{refused}");
    });
}

#[test]
fn a_restored_store_signs_only_what_continues_the_newest_known_checkpoint() {
    on_both(|place: Place| async move {
        let store = lived_in(&place).await;
        let older = store.current_checkpoint().await.unwrap().unwrap().note;
        town(&store, 10).await;
        let at_backup = store.advance_checkpoint().await.unwrap().note;
        let backup = place.folder.path().join("backup");
        back_up(&place, &backup).await;
        town(&store, 10).await;
        let lost = store.advance_checkpoint().await.unwrap().note;
        let verifier = store.verifier().unwrap().clone();
        let size = Checkpoint::open(at_backup.as_bytes(), &verifier).unwrap().size;
        let forked = Checkpoint { origin: verifier.name().to_owned(), size, root: [7; 32] };
        let forked = forked.sign(store.signer().unwrap()).unwrap().to_text();
        store.close().await;

        let target = Place::new(place.engine).await.unwrap();
        restore(&target, &place, &backup).await.unwrap();
        for (known, word) in [
            (lost.clone(), "the entries 336 to 367 are missing"),
            (forked, "are not those of the known checkpoint"),
            (older, "a newer one must be known"),
            ("nonsense".to_owned(), "the known checkpoint"),
        ] {
            let refused = confirm(&target, &place, Confirmation::Known(known)).await.unwrap_err();
            assert!(refused.to_string().contains(word), "{word}: {refused}");
            assert!(Store::open(options(&target, &place)).await.is_err());
        }
        // The entries are lost: the journal goes on openly as another one, and what the former signed still verifies.
        let other = Confirmation::NewOrigin("test.example/after-the-fire".to_owned());
        assert!(
            confirm(&target, &place, Confirmation::NewOrigin("test.example/journal".to_owned()))
                .await
                .is_err()
        );
        let confirmed = confirm(&target, &place, other).await.unwrap();
        assert_eq!((confirmed.origin.as_str(), confirmed.entries), ("test.example/after-the-fire", 336));
        let store = Store::open(options(&target, &place)).await.unwrap();
        assert_eq!(store.verifier().unwrap().to_vkey(), confirmed.vkey);
        assert_eq!(store.current_checkpoint().await.unwrap().unwrap().size, 336);
        town(&store, 10).await;
        let note = store.advance_checkpoint().await.unwrap().note;
        assert!(note.starts_with("test.example/after-the-fire\n"));
        let known = VerifyKnown { verifier: None, checkpoints: vec![("the backup's".to_owned(), at_backup)] };
        let report = store.verify(known, &silent).await.unwrap();
        assert_eq!(report.problems, []);
        let known = VerifyKnown { verifier: None, checkpoints: vec![("the lost one".to_owned(), lost)] };
        assert!(!store.verify(known, &silent).await.unwrap().holds());
        store.close().await;
        assert_sound(&target, &place).await;
        let keys = options(&target, &place).keys.unwrap();
        assert!(keys.join("signing.key.former").exists());
    });
}

#[test]
fn what_is_known_to_be_erased_is_not_restored() {
    on_both(|place: Place| async move {
        let store = lived_in(&place).await;
        store.close().await;
        let note = newest_note(&place).await;
        let backup = place.folder.path().join("backup");
        back_up(&place, &backup).await;
        let target = Place::new(place.engine).await.unwrap();
        let mut erasing = asked(&backup);
        // One that the backup holds, one that was written after it.
        erasing.erased = BTreeSet::from([302, 9999]);
        let restored = Store::restore(&options(&target, &place), &erasing, &|_, _| ()).await.unwrap();
        assert_eq!((restored.erased, restored.without_key), (1, 1));
        for _ in 0..2 {
            let store = Store::open_to_verify(options(&target, &place)).await.unwrap();
            let report = store.verify(VerifyKnown::default(), &silent).await.unwrap();
            assert_eq!((report.problems, report.checked.payloads_erased), (Vec::new(), 1));
            assert!(store.rebuild_compare(&silent).await.unwrap().holds());
            let mut snapshot = store.snapshot().await.unwrap();
            assert_eq!(snapshot.act(EntryNumber(302)).await.unwrap().unwrap().act, None);
            snapshot.end().await.unwrap();
            store.close().await;
            // Before and after it is confirmed.
            let _ = confirm(&target, &place, Confirmation::Known(note.clone())).await;
        }
        assert!(Store::open(options(&target, &place)).await.is_ok());

        // A backup of a store that waits brings along what was left out of it.
        let waiting = Place::new(place.engine).await.unwrap();
        Store::restore(&options(&waiting, &place), &erasing, &|_, _| ()).await.unwrap();
        let again = waiting.folder.path().join("again");
        let store = Store::open_to_verify(options(&waiting, &place)).await.unwrap();
        store.backup(&again, None, &silent).await.unwrap();
        store.close().await;
        let second = Place::new(place.engine).await.unwrap();
        restore(&second, &place, &again).await.unwrap();
        assert_sound(&second, &place).await;

        // What the store itself has erased since is in the newest keys, and so in no older journal.
        place.tamper("delete from payload_key where entry = 7");
        let keys = place.folder.path().join("newest-keys");
        let scrap = place.folder.path().join("scrap");
        let store = Store::open_to_verify(place.options()).await.unwrap();
        store.backup(&scrap, Some(&keys), &silent).await.unwrap();
        store.close().await;
        let target = Place::new(place.engine).await.unwrap();
        let mut newest = asked(&backup);
        newest.keys_from = Some(keys);
        let restored = Store::restore(&options(&target, &place), &newest, &|_, _| ()).await.unwrap();
        assert_eq!((restored.erased, restored.without_key), (0, 1));
    });
}

#[test]
fn without_the_keys_of_the_store_nothing_is_restored() {
    on_both(|place: Place| async move {
        lived_in(&place).await.close().await;
        let backup = place.folder.path().join("backup");
        back_up(&place, &backup).await;
        let target = Place::new(place.engine).await.unwrap();
        let mut options = target.options();
        options.keys = Some(target.folder.path().join("nothing"));
        let refused = Store::restore(&options, &asked(&backup), &|_, _| ()).await.unwrap_err();
        assert!(matches!(refused, StoreError::Keys(_)), "{refused}");
        let other = Place::new(Engine::Sqlite).await.unwrap();
        other.create().await.close().await;
        let refused = restore(&target, &other, &backup).await.unwrap_err();
        assert!(refused.to_string().contains("the backup is of"), "{refused}");
        std::fs::remove_dir_all(backup.join("payload-keys")).unwrap();
        let refused = restore(&target, &place, &backup).await.unwrap_err();
        assert!(refused.to_string().contains("payload keys"), "{refused}");
        assert!(!Store::exists(&target.address).await.unwrap());
    });
}
