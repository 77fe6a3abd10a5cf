//! Rotating keys: everything comes under the new ones, while others read and write, and it can be broken off at any moment.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use register::catalogue::ItemCode;
use register::record::RecordNumber;
use register::subject::SubjectNumber;
use store::{GivenRing, RestoreOptions, StatementAsked, Store, StoreError, VerifyKnown};

use crate::acts::*;
use crate::harness::{Engine, Place, on_both, write};

fn silent(_: store::Progress) {}

/// The folder of a place's keys.
fn keys(place: &Place) -> PathBuf {
    place.options().keys.or_else(|| place.address.folder().map(Path::to_path_buf)).unwrap()
}

/// So many organisations with a record each.
async fn town(store: &Store, organisations: u64) {
    write(store, move |pen| {
        Box::pin(async move {
            let mut acts = vec![opened(1, false)];
            acts.extend(
                (1..=organisations)
                    .flat_map(|number| [registered(number), filed(number, number, 1, false, None)]),
            );
            pen.append(&acts.into_iter().map(by_office).collect::<Vec<_>>()).await.map(|_| ())
        })
    })
    .await;
}

async fn is_sound(store: &Store) {
    let report = store.verify(VerifyKnown::default(), &silent).await.unwrap();
    assert_eq!(report.problems, []);
    assert_eq!(report.checked.payloads, report.entries, "every payload opens");
    let compared = store.rebuild_compare(&silent).await.unwrap();
    assert_eq!((compared.differences, compared.more_differences), (vec![], 0));
}

/// Everybody is found by identifier, with what is held about them, and what is held already is known to be.
async fn finds_everyone(store: &Store, count: u64) {
    for number in 1..=count {
        let about = store.about(&organisation(number)).await.unwrap();
        let subject = about.subject.unwrap();
        assert_eq!((subject.number, subject.identifier), (SubjectNumber(number), organisation(number)));
        assert_eq!(about.records.len(), 1);
        assert!(about.records.iter().all(|(_, act)| act.is_some()));
        assert_eq!(store.standing(&organisation(number)).await.unwrap().unwrap().subject.0, number);
    }
    let item = ItemCode("administrative-penalty".into());
    let contents: Vec<_> =
        (1..=count).map(|number| content(&format!("京市监罚〔2026〕{number}号"))).collect();
    let asked: Vec<_> = (1..=count)
        .zip(&contents)
        .map(|(number, content)| StatementAsked {
            subject: SubjectNumber(number),
            statement: content.identity_text(&item, &office(), SubjectNumber(number)),
            content,
        })
        .collect();
    let mut snapshot = store.snapshot().await.unwrap();
    let held = snapshot.held_statements(&asked).await.unwrap();
    snapshot.end().await.unwrap();
    for (number, held) in (1..=count).zip(held) {
        let held = held.unwrap();
        assert_eq!((held.record, held.same_content), (RecordNumber(number), true));
    }
}

/// What a backup and the tree rest on: every leaf and every sealed payload.
async fn unchanging(store: &Store) -> String {
    store.current_checkpoint().await.unwrap().unwrap().note
}

#[test]
fn everything_comes_under_the_new_keys_and_the_old_ones_are_retired_only_then() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        town(&store, 60).await;
        write(&store, |pen| {
            Box::pin(async move {
                let acts = [key_issued(1), consented(1, 1, Some(2)), looked(2, 2)];
                pen.append(&acts.map(by_office)).await.map(|_| ())
            })
        })
        .await;
        store.advance_checkpoint().await.unwrap();
        let entries = store.verify(VerifyKnown::default(), &silent).await.unwrap().entries;
        // Another server, that has read the ring and looked people up before anything happened.
        let other = Store::open(place.options()).await.unwrap();
        finds_everyone(&other, 60).await;
        assert!(store.retire_keys().await.unwrap().retired.is_empty());
        let backup = place.folder.path().join("backup");
        store.backup(&backup, None, &silent).await.unwrap();
        let before = unchanging(&store).await;

        let report = store.rotate(&silent).await.unwrap();
        assert_eq!((report.key, report.index_key, report.resumed), (2, 2, false));
        assert_eq!((report.payload_keys, report.sealed_rows), (entries, 61));
        let numbers = store.key_numbers().await.unwrap();
        assert_eq!((numbers.current.0, numbers.keys.len(), numbers.rotating), (2, 2, false));
        let left = store.left().await.unwrap();
        assert_eq!(left.payload_keys.into_iter().collect::<Vec<_>>(), [(2, entries)]);
        assert_eq!(left.sealed_rows.into_iter().collect::<Vec<_>>(), [(2, 61)]);
        assert_eq!(left.indexes.into_iter().collect::<Vec<_>>(), [(2, 60)]);
        assert_eq!(unchanging(&store).await, before);
        finds_everyone(&other, 60).await;
        // The other server writes under the new key too, whom it registers is found by the first, and nobody twice.
        write(&other, |pen| {
            Box::pin(async move {
                pen.append(&[by_office(registered(61)), by_office(filed(61, 61, 1, false, None))])
                    .await
                    .map(|_| ())
            })
        })
        .await;
        finds_everyone(&store, 61).await;
        is_sound(&store).await;
        other.close().await;

        let retired = store.retire_keys().await.unwrap();
        assert_eq!(retired.retired.iter().map(|key| key.0).collect::<Vec<_>>(), [1]);
        finds_everyone(&store, 61).await;
        is_sound(&store).await;
        store.close().await;
        let mode =
            std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(keys(&place).join("keys.json")).unwrap());
        assert_eq!(mode & 0o777, 0o600);
        let store = Store::open(place.options()).await.unwrap();
        assert_eq!(store.key_numbers().await.unwrap().keys.len(), 1);
        finds_everyone(&store, 61).await;
        // And once more, from the new key to a third.
        assert_eq!(store.rotate(&silent).await.unwrap().key, 3);
        finds_everyone(&store, 61).await;
        is_sound(&store).await;
        store.close().await;

        // A backup from before opens with the retired key, and what is restored needs it no more.
        let target = Place::new(Engine::Sqlite).await.unwrap();
        let mut options = target.options();
        options.keys = Some(keys(&place));
        let asked = RestoreOptions { from: backup, keys_from: None, erased: Default::default() };
        let restored = Store::restore(&options, &asked, &|_, _| ()).await.unwrap();
        assert_eq!(restored.without_key, 0);
        std::fs::remove_file(keys(&place).join("keys.retired.json")).unwrap();
        let store = Store::open_to_verify(options.clone()).await.unwrap();
        is_sound(&store).await;
        assert_eq!(store.left().await.unwrap().payload_keys.into_keys().collect::<Vec<_>>(), [3]);
        store.close().await;
        let target = Place::new(Engine::Sqlite).await.unwrap();
        options.address = target.address.clone();
        assert!(matches!(Store::restore(&options, &asked, &|_, _| ()).await, Err(StoreError::UnknownKey(_))));
    });
}

#[test]
fn a_rotation_that_is_broken_off_anywhere_goes_on_and_the_store_is_sound_in_between() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        town(&store, 300).await;
        store.advance_checkpoint().await.unwrap();
        let entries = store.verify(VerifyKnown::default(), &silent).await.unwrap().entries;
        let mut broken_off = 0;
        for stop_after in [1, 2, 2] {
            // Another server that holds the ring of before.
            let other = Store::open(place.options()).await.unwrap();
            finds_everyone(&other, 1).await;
            let rotating = Store::open(place.options()).await.unwrap();
            let seen = Arc::new(AtomicU64::new(0));
            let (notices, task) = (Arc::clone(&seen), rotating.clone());
            let task = tokio::spawn(async move {
                let stop = || notices.fetch_add(1, Ordering::SeqCst) + 1 >= stop_after;
                let progress = |_| {
                    if stop() {
                        // It stops in the middle, as a process that is killed does.
                        panic!("killed");
                    }
                };
                task.rotate(&progress).await
            });
            assert!(task.await.is_err(), "it was over before it could be broken off");
            rotating.close().await;
            broken_off += 1;
            let numbers = store.key_numbers().await.unwrap();
            assert!(numbers.rotating);
            let left = store.left().await.unwrap();
            assert_eq!(left.payload_keys.values().sum::<u64>(), entries);
            assert!(left.payload_keys.len() == 2 && left.indexes.len() == 2, "{left:?}");
            assert!(matches!(store.retire_keys().await, Err(StoreError::KeysStay(_))));
            finds_everyone(&other, 300).await;
            is_sound(&other).await;
            other.close().await;
            let fresh = Store::open_to_verify(place.options()).await.unwrap();
            is_sound(&fresh).await;
            fresh.close().await;
        }
        assert_eq!(broken_off, 3);
        // A row that is gone is found while two keys are in use, too.
        let report = store.rotate(&silent).await.unwrap();
        assert!(report.resumed && report.key == 2, "{report:?}");
        assert_eq!(store.left().await.unwrap().indexes.into_iter().collect::<Vec<_>>(), [(2, 300)]);
        finds_everyone(&store, 300).await;
        is_sound(&store).await;
        store.close().await;
        place.tamper("delete from identifier_index where subject = 7");
        let store = Store::open_to_verify(place.options()).await.unwrap();
        let compared = store.rebuild_compare(&silent).await.unwrap();
        assert_eq!(compared.differences.len(), 1);
        assert_eq!(compared.differences[0].key, "subject 7");
        store.close().await;
    });
}

#[test]
fn readers_and_writers_go_on_while_keys_rotate_again_and_again() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        town(&store, 80).await;
        let other = Store::open(place.options()).await.unwrap();
        let over = Arc::new(AtomicBool::new(false));
        let (reading, end) = (other.clone(), Arc::clone(&over));
        let reader = tokio::spawn(async move {
            let mut rounds = 0;
            while !end.load(Ordering::SeqCst) {
                finds_everyone(&reading, 80).await;
                rounds += 1;
            }
            rounds
        });
        let (writing, end) = (other.clone(), Arc::clone(&over));
        let writer = tokio::spawn(async move {
            let mut next = 81;
            while !end.load(Ordering::SeqCst) && next < 400 {
                let number = next;
                write(&writing, move |pen| {
                    Box::pin(async move {
                        // The identifier is looked up under the pen, as filing does: nobody gets a second number.
                        for known in [1, number - 1] {
                            assert_eq!(pen.subject_of(&organisation(known)).await?.unwrap().0, known);
                        }
                        assert_eq!(pen.subject_of(&organisation(number)).await?, None);
                        let acts = [registered(number), filed(number, number, 1, false, None)];
                        pen.append(&acts.map(by_office)).await.map(|_| ())
                    })
                })
                .await;
                next += 1;
            }
            next - 1
        });
        for _ in 0..3 {
            store.rotate(&silent).await.unwrap();
            is_sound(&store).await;
        }
        over.store(true, Ordering::SeqCst);
        let written = writer.await.unwrap();
        assert!(reader.await.unwrap() > 0 && written > 80);
        let retired = store.retire_keys().await.unwrap();
        assert_eq!(retired.retired.len(), 3);
        finds_everyone(&other, written).await;
        finds_everyone(&store, written).await;
        is_sound(&store).await;
        other.close().await;
        store.close().await;
    });
}

#[test]
fn a_server_with_a_ring_of_its_own_writes_again_once_it_has_the_new_key() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        town(&store, 10).await;
        // Another machine has a copy of the ring.
        let copy = place.folder.path().join("copy.json");
        let ring = keys(&place).join("keys.json");
        std::fs::copy(&ring, &copy).unwrap();
        let mut options = place.options();
        options.ring = Some(GivenRing::File(copy.clone()));
        options.keys = Some(keys(&place));
        let other = Store::open(options.clone()).await.unwrap();
        let look = |store: &Store| {
            let store = store.clone();
            async move {
                store
                    .write::<_, StoreError, _>(|pen| {
                        Box::pin(async move { pen.append(&[by_office(looked(1, 1))]).await.map(|_| ()) })
                    })
                    .await
            }
        };
        // With the key prepared and copied, it goes on as if nothing had happened.
        assert_eq!(store.prepare_rotation().await.unwrap().0, 2);
        assert_eq!(store.prepare_rotation().await.unwrap().0, 2);
        std::fs::copy(&ring, &copy).unwrap();
        assert_eq!(store.rotate(&silent).await.unwrap().key, 2);
        look(&other).await.unwrap();
        finds_everyone(&other, 10).await;
        // Without it nothing is written, and it is told what is missing.
        assert_eq!(store.rotate(&silent).await.unwrap().key, 3);
        let refused = look(&other).await;
        assert!(matches!(&refused, Err(StoreError::Keys(why)) if why.contains("keys.json")), "{refused:?}");
        std::fs::copy(&ring, &copy).unwrap();
        look(&other).await.unwrap();
        finds_everyone(&other, 10).await;
        other.close().await;
        is_sound(&store).await;
        // A ring that stands in the environment itself opens the store and cannot be changed from here.
        options.ring = Some(GivenRing::from(std::fs::read_to_string(&ring).unwrap()));
        let given = Store::open(options).await.unwrap();
        finds_everyone(&given, 10).await;
        assert!(matches!(given.rotate(&silent).await, Err(StoreError::KeysStay(_))));
        given.close().await;
        store.close().await;
    });
}

#[test]
fn a_store_of_the_tables_before_and_its_backup_are_brought_up_to_date() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        town(&store, 5).await;
        store.advance_checkpoint().await.unwrap();
        store.close().await;
        place.tamper(
            "drop table session; drop table key_use; drop table operator_key; drop table proposal; drop table incident; \
             drop table incident_entry; drop table incident_subject; drop table erased_entry; drop table rights_case; drop table rights_case_entry; drop table restoration_bar; \
             drop table notice; alter table record drop column objection; alter table record drop column stopped; \
             alter table journal_head drop column ring; update meta set value = '1' where name = 'schema'",
        );
        let old = Store::open_to_verify(place.options()).await.unwrap();
        old.close().await;
        let store = Store::open(place.options()).await.unwrap();
        finds_everyone(&store, 5).await;
        assert_eq!(store.rotate(&silent).await.unwrap().key, 2);
        is_sound(&store).await;
        store.close().await;
    });
}
