//! What the store promises to those who read and write.

use register::acts::rights::consent::ConsentNumber;
use register::caller::{Caller, Holder, KeyNumber};
use register::event::{Act, Event};
use register::record::BatchNumber;
use register::subject::{EntryNumber, SubjectNumber};
use store::{BatchError, StatementAsked, Store, StoreError};

use crate::acts::*;
use crate::harness::{Place, on_both, write};

/// A town of so many organisations with two records each, in one batch.
pub async fn town(store: &Store, organisations: u64) {
    write(store, move |pen| {
        Box::pin(async move {
            let batch = pen.next_batch().await?.0;
            let mut acts = vec![by_office(opened(batch, false))];
            for _ in 0..organisations {
                let subject = pen.next_subject().await?.0;
                acts.push(by_office(registered(subject)));
                for place in 0..2 {
                    let record = pen.next_record().await?.0;
                    let name = format!("北京样例{subject}科技有限公司");
                    acts.push(by_office(filed(
                        record,
                        subject,
                        batch,
                        false,
                        (place == 0).then_some(name.as_str()),
                    )));
                }
            }
            acts.push(by_office(closed(batch, true, organisations * 2)));
            pen.append(&acts).await.map(|_| ())
        })
    })
    .await;
}

#[test]
fn entries_are_numbered_without_gaps_and_what_was_written_is_read_back() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        town(&store, 100).await;
        let mut snapshot = store.snapshot().await.unwrap();
        assert_eq!(snapshot.head().await.unwrap().size, 302);
        let leaves = snapshot.leaves(EntryNumber(0), 1000).await.unwrap();
        assert_eq!(leaves.iter().map(|leaf| leaf.number).collect::<Vec<_>>(), (0..302).collect::<Vec<_>>());
        assert_eq!(leaves[0].kind, "batch_opened");
        assert_eq!(leaves[0].office, "market-regulation");
        assert_eq!(leaves[0].article, "14");

        let identifiers: Vec<_> = (1..=101).map(organisation).collect();
        let found = snapshot.subjects_of(&identifiers.iter().collect::<Vec<_>>()).await.unwrap();
        assert_eq!(found[..100], (1..=100).map(|number| Some(SubjectNumber(number))).collect::<Vec<_>>());
        assert_eq!(found[100], None);

        let subject = snapshot.subject_by_identifier(&organisation(42)).await.unwrap().unwrap();
        assert_eq!(subject.identifier, organisation(42));
        assert_eq!(Some(subject.version), snapshot.subject_version(subject.number).await.unwrap());
        let records = snapshot.records_of(subject.number).await.unwrap();
        assert_eq!(records.len(), 2);
        assert!(records.iter().all(|record| record.in_force && record.subject == subject.number));

        let entries: Vec<_> = records.iter().map(|record| record.entry).collect();
        let acts = snapshot.acts(&entries).await.unwrap();
        for (record, journalled) in records.iter().zip(acts) {
            let Some(Event::RecordFiled(filed)) = journalled.act.map(|act| act.event) else { panic!() };
            assert_eq!((filed.record, filed.subject), (record.number, record.subject));
        }
        let batch = snapshot.batch_of_request(&office(), "request-1").await.unwrap().unwrap();
        assert_eq!((batch.number, batch.filed, batch.closed), (BatchNumber(1), 200, Some(EntryNumber(301))));
        assert_eq!(
            snapshot.organisation_name(subject.number).await.unwrap().unwrap().name,
            "北京样例42科技有限公司"
        );
        snapshot.end().await.unwrap();
        store.close().await;
    });
}

#[test]
fn a_snapshot_sees_one_state_and_the_pen_sees_what_was_written_under_it() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        town(&store, 1).await;
        let mut before = store.snapshot().await.unwrap();
        let size = before.head().await.unwrap().size;
        let seen = write(&store, |pen| {
            Box::pin(async move {
                let subject = pen.next_subject().await?;
                pen.append(&[by_office(registered(subject.0))]).await?;
                let seen = pen.subject_by_identifier(&organisation(subject.0)).await?;
                pen.append(&[by_office(looked(subject.0, 1))]).await?;
                Ok((
                    seen.map(|subject| subject.number),
                    pen.inquiries_of(subject, None, 10).await?,
                    pen.size(),
                ))
            })
        })
        .await;
        assert_eq!(seen, (Some(SubjectNumber(2)), vec![EntryNumber(size + 1)], size + 2));
        assert!(before.subject_by_identifier(&organisation(2)).await.unwrap().is_none());
        assert!(
            store.snapshot().await.unwrap().subject_by_identifier(&organisation(2)).await.unwrap().is_some()
        );
        store.close().await;
    });
}

#[test]
fn article_34_looks_of_offices_are_found_among_many_of_ones_own() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        town(&store, 1).await;
        write(&store, |pen| {
            Box::pin(async move {
                let holder = Holder::Subject { subject: SubjectNumber(1) };
                let caller = Caller::Key { key: KeyNumber(1), holder, person: None };
                let own = Act { caller, event: looked(1, 1) };
                let acts = [own.clone(), by_office(looked(1, 2)), own.clone(), own, by_office(looked(1, 3))];
                pen.append(&acts).await.map(|_| ())
            })
        })
        .await;
        let mut snapshot = store.snapshot().await.unwrap();
        let subject = SubjectNumber(1);
        let all = snapshot.inquiries_of(subject, None, 10).await.unwrap();
        let offices = snapshot.inquiries_of_offices(subject, None, 10).await.unwrap();
        assert_eq!((all.len(), offices), (5, vec![all[0], all[3]]));
        assert_eq!(snapshot.inquiries_of_offices(subject, Some(all[0]), 10).await.unwrap(), [all[3]]);
        assert_eq!(snapshot.inquiries_of_offices(subject, None, 1).await.unwrap(), [all[0]]);
        assert!(snapshot.inquiries_of_offices(SubjectNumber(2), None, 10).await.unwrap().is_empty());
        snapshot.end().await.unwrap();
        store.close().await;
    });
}

#[test]
fn an_act_that_refuses_leaves_nothing_and_does_not_touch_its_neighbours() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        let mut waiting = Vec::new();
        for number in 0..60_u64 {
            let store = store.clone();
            waiting.push(tokio::spawn(async move {
                store
                    .write(move |pen| {
                        Box::pin(async move {
                            let subject = pen.next_subject().await?;
                            let appended = pen.append(&[by_office(registered(subject.0))]).await?;
                            if number % 2 == 0 {
                                // Brings the rows into the tables, so that undoing has something to undo there.
                                pen.subject(subject).await?;
                            }
                            if number % 3 == 0 {
                                return Err(StoreError::Entry("refused".into()));
                            }
                            Ok(appended[0].number)
                        })
                    })
                    .await
            }));
        }
        let mut numbers = Vec::new();
        for (place, task) in waiting.into_iter().enumerate() {
            match task.await.unwrap() {
                Ok(number) => numbers.push(number.0),
                Err(error) => {
                    assert_eq!(error, StoreError::Entry("refused".into()));
                    assert_eq!(place % 3, 0);
                }
            }
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (0..40).collect::<Vec<_>>());
        let mut snapshot = store.snapshot().await.unwrap();
        assert_eq!(snapshot.head().await.unwrap().size, 40);
        let all: Vec<_> = (1..=60).map(SubjectNumber).collect();
        assert_eq!(snapshot.subjects(&all).await.unwrap().len(), 40);
        drop(snapshot);
        store.close().await;
    });
}

#[test]
fn one_act_that_fails_in_the_database_or_panics_does_not_fail_another() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        let mut waiting = Vec::new();
        for number in 1..=30_u64 {
            let store = store.clone();
            waiting.push(tokio::spawn(async move {
                store
                    .write::<u64, StoreError, _>(move |pen| {
                        Box::pin(async move {
                            assert!(number != 7, "a mistake in the program");
                            // The same subject twice: the second one fails in the database.
                            let subject = if number == 9 { 8 } else { number };
                            let appended = pen.append(&[by_office(registered(subject))]).await?;
                            Ok(appended[0].number.0)
                        })
                    })
                    .await
            }));
        }
        let mut failed = Vec::new();
        for (place, task) in waiting.into_iter().enumerate() {
            if let Err(error) = task.await.unwrap() {
                failed.push((place + 1, error));
            }
        }
        assert_eq!(failed.len(), 2, "{failed:?}");
        assert_eq!(failed[0], (7, StoreError::ActFailed));
        assert!(matches!(failed[1], (8 | 9, StoreError::Duplicate(_))), "{failed:?}");
        assert_eq!(store.snapshot().await.unwrap().head().await.unwrap().size, 28);
        store.close().await;
    });
}

#[test]
fn journal_time_never_goes_back_with_the_clock() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        let at = |store: Store, subject: u64| async move {
            write(&store, move |pen| {
                Box::pin(async move { Ok(pen.append(&[by_office(registered(subject))]).await?[0].at) })
            })
            .await
        };
        let first = at(store.clone(), 1).await;
        place.clock.advance(-86_400_000);
        assert_eq!(at(store.clone(), 2).await, first);
        place.clock.advance(86_400_000 + 5);
        assert_eq!(at(store.clone(), 3).await.milliseconds(), first.milliseconds() + 5);
        store.close().await;
    });
}

#[test]
fn statements_that_are_held_are_told_apart_from_changed_revoked_and_abandoned_ones() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        write(&store, |pen| {
            Box::pin(async move {
                let acts = [
                    opened(1, false),
                    registered(1),
                    filed(1, 1, 1, false, None),
                    opened(2, true),
                    filed(2, 1, 2, true, None),
                    closed(2, false, 1),
                    opened(3, true),
                    filed(3, 1, 3, true, None),
                ];
                pen.append(&acts.map(by_office)).await.map(|_| ())
            })
        })
        .await;
        let mut snapshot = store.snapshot().await.unwrap();
        let asked = |record: u64, other: bool| {
            let Event::RecordFiled(filed) = filed(record, 1, 1, false, None) else { unreachable!() };
            let mut content = std::sync::Arc::unwrap_or_clone(filed.content);
            let statement = content.identity_text(&filed.item, &filed.authority, filed.subject);
            if other {
                content.fields.insert("amount".into(), 1.into());
            }
            (statement, content)
        };
        let asked = [asked(1, false), asked(1, true), asked(2, false), asked(3, false), asked(4, false)];
        let asked: Vec<_> = asked
            .iter()
            .map(|(statement, content)| StatementAsked {
                subject: SubjectNumber(1),
                statement: statement.clone(),
                content,
            })
            .collect();
        let held = snapshot.held_statements(&asked).await.unwrap();
        let told: Vec<_> =
            held.iter().map(|held| held.map(|held| (held.record.0, held.same_content))).collect();
        assert_eq!(told, [Some((1, true)), Some((1, false)), None, Some((3, true)), None]);
        let records = snapshot.records_of(SubjectNumber(1)).await.unwrap();
        assert_eq!(records.iter().map(|record| record.in_force).collect::<Vec<_>>(), [true, false, false]);
        drop(snapshot);
        store.close().await;
    });
}

#[test]
fn consents_keys_receipts_and_refused_lines_are_read_as_they_were_written() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        write(&store, |pen| {
            Box::pin(async move {
                let acts = [registered(1), consented(1, 1, Some(2)), key_issued(1), consent_used(1, 1, 1)];
                let appended = pen.append(&acts.map(by_office)).await?;
                pen.put_receipt(appended[0].number, "first");
                pen.put_batch_errors(BatchNumber(1), &[BatchError { ordinal: 1, body: "{}".into() }]);
                pen.put_meta("note", "a");
                pen.put_meta("note", "b");
                Ok(())
            })
        })
        .await;
        write(&store, |pen| {
            Box::pin(async move {
                pen.put_receipt(EntryNumber(0), "second");
                Ok(())
            })
        })
        .await;
        let mut snapshot = store.snapshot().await.unwrap();
        let consent = snapshot.consent(ConsentNumber(1)).await.unwrap().unwrap();
        assert_eq!((consent.uses_left, consent.purpose.as_str()), (Some(1), "loan"));
        assert_eq!(snapshot.consents_of(SubjectNumber(1)).await.unwrap(), [consent]);
        let key = snapshot.key(KeyNumber(1)).await.unwrap().unwrap();
        assert_eq!((key.label.as_str(), key.revoked), ("tests", false));
        assert_eq!(snapshot.keys(None, 10).await.unwrap(), [key]);
        assert_eq!(snapshot.receipt(EntryNumber(0)).await.unwrap().unwrap(), "first");
        assert_eq!(snapshot.batch_errors(BatchNumber(1), 0, 10).await.unwrap().len(), 1);
        assert_eq!(snapshot.meta("note").await.unwrap().unwrap(), "b");
        drop(snapshot);
        store.close().await;
    });
}

#[test]
fn many_writers_at_once_get_numbers_without_gaps() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        let mut waiting = Vec::new();
        for number in 0..500_u64 {
            let store = store.clone();
            waiting.push(tokio::spawn(async move {
                write(&store, move |pen| {
                    Box::pin(async move {
                        let appended = pen.append(&[by_office(looked(number + 1, 1))]).await?;
                        Ok(appended[0].number.0)
                    })
                })
                .await
            }));
        }
        let mut numbers = Vec::new();
        for task in waiting {
            numbers.push(task.await.unwrap());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (0..500).collect::<Vec<_>>());
        store.close().await;
    });
}

#[test]
fn what_waits_beyond_the_bound_is_refused_at_once() {
    on_both(|place: Place| async move {
        let mut options = place.options();
        place.create().await.close().await;
        options.limits.waiting_max = 2;
        let store = Store::open(options).await.unwrap();
        let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
        let mut waiting = Vec::new();
        for _ in 0..8 {
            let (store, gate) = (store.clone(), gate.clone());
            waiting.push(tokio::spawn(async move {
                store
                    .write::<(), StoreError, _>(move |_| {
                        let gate = gate.clone();
                        Box::pin(async move {
                            gate.acquire().await.unwrap().forget();
                            Ok(())
                        })
                    })
                    .await
            }));
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        gate.add_permits(8);
        let mut overloaded = 0;
        for task in waiting {
            overloaded += u32::from(task.await.unwrap() == Err(StoreError::Overloaded));
        }
        assert_eq!(overloaded, 5);
        store.close().await;
        let closed = store.write::<(), StoreError, _>(|_| Box::pin(async { Ok(()) })).await;
        assert_eq!(closed, Err(StoreError::Closed));
    });
}

#[test]
fn what_waits_longer_than_the_bound_is_refused_and_leaves_nothing() {
    on_both(|place: Place| async move {
        let mut options = place.options();
        place.create().await.close().await;
        options.limits.waiting_milliseconds_max = 100;
        options.limits.readers_max = 1;
        let store = Store::open(options).await.unwrap();
        let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
        let holding = tokio::spawn({
            let (store, gate) = (store.clone(), gate.clone());
            async move {
                store
                    .write::<(), StoreError, _>(move |_| {
                        let gate = gate.clone();
                        Box::pin(async move {
                            gate.acquire().await.unwrap().forget();
                            Ok(())
                        })
                    })
                    .await
            }
        });
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        let waiting = store.write::<_, StoreError, _>(|pen| {
            Box::pin(async move { pen.append(&[by_office(looked(1, 1))]).await })
        });
        assert_eq!(waiting.await, Err(StoreError::Overloaded));
        // What was begun is answered, however long it takes.
        gate.add_permits(1);
        assert_eq!(holding.await.unwrap(), Ok(()));
        let mut held = store.snapshot().await.unwrap();
        assert_eq!(store.snapshot().await.unwrap_err(), StoreError::Overloaded);
        assert_eq!(held.head().await.unwrap().size, 0);
        held.end().await.unwrap();
        assert!(store.snapshot().await.is_ok());
        store.close().await;
    });
}

#[test]
fn opening_says_what_is_the_matter() {
    on_both(|place: Place| async move {
        assert!(matches!(Store::open(place.options()).await, Err(StoreError::Missing(_))));
        let store = place.create().await;
        town(&store, 1).await;
        store.close().await;
        assert!(matches!(Store::create(place.options(), "other", None).await, Err(StoreError::Exists(_))));
        let again = Store::open(place.options()).await.unwrap();
        assert_eq!(again.origin(), "test.example/journal");
        assert_eq!(again.snapshot().await.unwrap().head().await.unwrap().size, 5);
        again.close().await;

        place.tamper("update meta set value = '99' where name = 'schema'");
        assert!(matches!(
            Store::open(place.options()).await,
            Err(StoreError::SchemaVersion { found: 99, .. })
        ));
        place.tamper("update meta set value = '3' where name = 'schema'");
        let mut elsewhere = place.options();
        elsewhere.keys = Some(place.folder.path().join("nowhere"));
        assert!(matches!(Store::open(elsewhere).await, Err(StoreError::Keys(_))));
    });
}
