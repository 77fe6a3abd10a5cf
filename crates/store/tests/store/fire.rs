//! Connections that are cut, files that cannot be written, and random sequences of acts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use register::acts::rights::consent::ConsentNumber;
use register::caller::KeyNumber;
use register::event::Event;
use register::record::RecordNumber;
use register::subject::{EntryNumber, SubjectNumber};
use store::{Pen, Store, StoreError, VerifyKnown};

use crate::acts::*;
use crate::contract::town;
use crate::harness::{Engine, Place, on_both, write};

fn silent(_: store::Progress) {}

async fn sound(store: &Store) {
    let report = store.verify(VerifyKnown::default(), &silent).await.unwrap();
    assert!(report.holds(), "{:?}", report.problems);
    let compared = store.rebuild_compare(&silent).await.unwrap();
    assert!(compared.holds(), "{:?}", compared.differences);
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_half_done_when_connections_are_cut() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(place) = Place::new(Engine::Postgres).await else {
            eprintln!("NOT RUN ON POSTGRESQL: set CREDENCE_TEST_POSTGRES to cut its connections");
            return;
        };
        let place = Arc::new(place);
        let store = place.create().await;
        let over = Arc::new(AtomicBool::new(false));
        let mut callers = Vec::new();
        for caller in 0..16_u64 {
            let (store, over) = (store.clone(), Arc::clone(&over));
            callers.push(tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                let mut failed = 0;
                while !over.load(Ordering::SeqCst) {
                    let written = store
                        .write::<_, StoreError, _>(move |pen| {
                            Box::pin(async move {
                                let appended = pen.append(&[by_office(looked(caller + 1, 1))]).await?;
                                Ok((appended[0].number, appended[0].leaf.clone()))
                            })
                        })
                        .await;
                    match written {
                        Ok(answer) => acknowledged.push(answer),
                        Err(error) => {
                            assert!(
                                error.is_transient() || matches!(error, StoreError::Database(_)),
                                "{error}"
                            );
                            failed += 1;
                        }
                    }
                }
                (acknowledged, failed)
            }));
        }
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let place = Arc::clone(&place);
            tokio::task::spawn_blocking(move || {
                place.tamper(
                    "select pg_terminate_backend(pid) from pg_stat_activity \
                     where datname = current_database() and pid <> pg_backend_pid()",
                );
            })
            .await
            .unwrap();
        }
        over.store(true, Ordering::SeqCst);
        let mut acknowledged = Vec::new();
        for caller in callers {
            acknowledged.extend(caller.await.unwrap().0);
        }
        assert!(acknowledged.len() > 100);
        let mut snapshot = store.snapshot().await.unwrap();
        let size = snapshot.head().await.unwrap().size;
        assert!(size >= acknowledged.len() as u64);
        for (number, leaf) in acknowledged {
            assert_eq!(snapshot.leaf(number).await.unwrap(), Some(leaf));
        }
        drop(snapshot);
        store.advance_checkpoint().await.unwrap();
        sound(&store).await;
        store.close().await;
    });
}

#[test]
fn another_process_that_writes_the_same_file_is_waited_for_and_reading_goes_on() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let place = Place::new(Engine::Sqlite).await.unwrap();
        let store = place.create().await;
        town(&store, 20).await;
        let before = store.snapshot().await.unwrap().head().await.unwrap().size;
        let script = "import sqlite3,sys,time; c=sqlite3.connect(sys.argv[1], timeout=30); c.execute('begin immediate'); \
                      print('held', flush=True); time.sleep(1)";
        let mut other = std::process::Command::new("python3")
            .args(["-c", script])
            .arg(place.address.folder().unwrap().join("credence.sqlite"))
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = other.stdout.take().unwrap();
        std::io::Read::read_exact(&mut said, &mut [0; 5]).unwrap();
        let writing = tokio::spawn({
            let store = store.clone();
            async move {
                write(&store, |pen| Box::pin(async move { pen.append(&[by_office(looked(1, 1))]).await }))
                    .await
            }
        });
        assert_eq!(store.snapshot().await.unwrap().head().await.unwrap().size, before);
        assert_eq!(writing.await.unwrap()[0].number, EntryNumber(before));
        assert!(other.wait().unwrap().success());
        drop(said);
        store.close().await;
    });
}

/// Reads version and key, as an inquiry does; and where the journal stands.
fn read_again(pen: &mut Pen) -> store::Writing<'_, (Option<EntryNumber>, bool, u64), StoreError> {
    Box::pin(async move {
        let version = pen.subject_version(SubjectNumber(1)).await?;
        let stands = pen.key(KeyNumber(1)).await?.is_some_and(|key| !key.revoked);
        Ok((version, stands, pen.size()))
    })
}

#[test]
fn what_is_known_under_the_pen_is_forgotten_with_each_thing_that_changes_it() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        let start = [registered(1), registered(2), consented(1, 1, Some(2)), key_issued(1)];
        write(&store, move |pen| {
            let acts = start.clone().map(by_office);
            Box::pin(async move { pen.append(&acts).await.map(|_| ()) })
        })
        .await;
        let foreseen = store::Foreseen { subject: Some(SubjectNumber(1)) };
        let other = store::Foreseen { subject: Some(SubjectNumber(2)) };
        let change = |event: Event, fails: bool| {
            let act = by_office(event);
            let store = store.clone();
            async move {
                store
                    .write_foreseen(foreseen, move |pen| {
                        let act = act.clone();
                        Box::pin(async move {
                            pen.append(&[act]).await?;
                            // What is read after one's own change is not kept when the change is undone.
                            pen.key(KeyNumber(1)).await?;
                            pen.subject_version(SubjectNumber(1)).await?;
                            if fails {
                                Err(StoreError::ActFailed)
                            } else {
                                Ok((None::<EntryNumber>, true, pen.size()))
                            }
                        })
                    })
                    .await
            }
        };
        let ask = |foreseen| {
            let store = store.clone();
            async move { store.write_foreseen(foreseen, read_again).await }
        };
        for round in 0..3 {
            let before = ask(foreseen).await.unwrap();
            assert!(before.1);
            let (one, two, undone, three, filed_now, four, look, five) = tokio::join!(
                ask(foreseen),
                ask(other),
                change(key_revoked(1), true),
                ask(foreseen),
                change(filed(100 + round, 1, 1, false, None), false),
                ask(foreseen),
                change(looked(1, 1), false),
                ask(foreseen),
            );
            assert!(undone.is_err());
            let (filed_now, look) = (filed_now.unwrap(), look.unwrap());
            assert_eq!(one.unwrap(), before);
            assert_eq!(two.unwrap(), before);
            assert_eq!(three.unwrap(), before);
            let filed_at = EntryNumber(filed_now.2 - 1);
            assert_eq!(four.unwrap(), (Some(filed_at), true, filed_now.2));
            // A look changes nothing of what is held.
            assert_eq!(five.unwrap(), (Some(filed_at), true, look.2));
        }
        // Another program that writes to the same store is noticed by where it left the journal.
        let elsewhere = store::Store::open(place.options()).await.unwrap();
        write(&elsewhere, |pen| {
            let act = by_office(key_revoked(1));
            Box::pin(async move { pen.append(&[act]).await.map(|_| ()) })
        })
        .await;
        assert!(!ask(foreseen).await.unwrap().1);
        elsewhere.close().await;

        let about = store.about(&organisation(1)).await.unwrap();
        assert_eq!(about.records.len(), 3);
        assert_eq!(about.head.size, store.snapshot().await.unwrap().head().await.unwrap().size);
        assert!(matches!(about.records[0].1.act.as_ref().unwrap().event, Event::RecordFiled(_)));
        let unknown = store.about(&organisation(77)).await.unwrap();
        assert_eq!((unknown.subject, unknown.records.len()), (None, 0));
        store.close().await;
    });
}

/// A step of a random story.
#[derive(Debug, Clone)]
enum Step {
    Register,
    File {
        subject: u64,
        staged: bool,
        named: bool,
    },
    Look {
        subject: u64,
    },
    Consent {
        subject: u64,
    },
    UseConsent {
        consent: u64,
        left: u32,
    },
    Rename {
        subject: u64,
    },
    Checkpoint,
    /// Ends an act: what follows is in another one.
    Cut {
        fails: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Register),
        4 => (any::<u64>(), any::<bool>(), any::<bool>()).prop_map(|(subject, staged, named)| Step::File { subject, staged, named }),
        4 => any::<u64>().prop_map(|subject| Step::Look { subject }),
        2 => any::<u64>().prop_map(|subject| Step::Consent { subject }),
        2 => (any::<u64>(), 0..9_u32).prop_map(|(consent, left)| Step::UseConsent { consent, left }),
        2 => any::<u64>().prop_map(|subject| Step::Rename { subject }),
        1 => Just(Step::Checkpoint),
        4 => prop::bool::weighted(0.2).prop_map(|fails| Step::Cut { fails }),
    ]
}

#[test]
fn for_any_story_folding_the_journal_gives_the_tables() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    runner
        .run(&prop::collection::vec(step(), 1..120), |steps| {
            runtime.block_on(async {
                let place = Place::new(Engine::Sqlite).await.unwrap();
                let store = place.create().await;
                for part in steps.split_inclusive(|step| matches!(step, Step::Cut { .. } | Step::Checkpoint))
                {
                    let fails = matches!(part.last(), Some(Step::Cut { fails: true }));
                    let checkpoint = matches!(part.last(), Some(Step::Checkpoint));
                    let part = part.to_vec();
                    let written = store.write(move |pen| {
                        let part = part.clone();
                        Box::pin(async move {
                            tell(pen, &part).await?;
                            if fails { Err(StoreError::Entry("refused".into())) } else { Ok(()) }
                        })
                    });
                    assert_eq!(written.await.is_err(), fails);
                    if checkpoint {
                        store.advance_checkpoint().await.unwrap();
                    }
                }
                sound(&store).await;
                store.close().await;
            });
            Ok(())
        })
        .unwrap();
}

async fn tell(pen: &mut store::Pen, steps: &[Step]) -> Result<(), StoreError> {
    // What is there already is asked through the pen, so that rows come into the tables at random moments.
    let known = |next: u64| next - 1;
    for step in steps {
        let subjects = match pen.next_subject().await? {
            SubjectNumber(next) => {
                // The number was only looked at: the next one is given out by the step that registers.
                known(next)
            }
        };
        let of = |any: u64| (subjects > 0).then(|| any % subjects + 1);
        let event = match step {
            Step::Register => None,
            Step::File { subject, staged, named } => match of(*subject) {
                Some(subject) if pen.subject(SubjectNumber(subject)).await?.is_some() => {
                    let RecordNumber(record) = pen.next_record().await?;
                    Some(filed(record, subject, 1, *staged, named.then_some("北京样例有限公司")))
                }
                _ => None,
            },
            Step::Look { subject } => of(*subject).map(|subject| looked(subject, 1)),
            Step::Consent { subject } => match of(*subject) {
                Some(subject) => Some(consented(pen.next_consent().await?.0, subject, Some(3))),
                None => None,
            },
            Step::UseConsent { consent, left } => match pen.consent(ConsentNumber(consent % 5 + 1)).await? {
                Some(consent) => Some(consent_used(consent.number.0, consent.subject.0, *left)),
                None => None,
            },
            Step::Rename { subject } => match of(*subject) {
                Some(subject) => {
                    let RecordNumber(record) = pen.next_record().await?;
                    Some(filed(record, subject, 1, false, Some("北京更名有限公司")))
                }
                None => None,
            },
            Step::Checkpoint | Step::Cut { .. } => None,
        };
        // Each step has taken a number; it is given to somebody, so that numbers stay without gaps.
        pen.append(&[by_office(registered(subjects + 1))]).await?;
        if let Some(event) = event {
            pen.append(&[by_office(event)]).await?;
        }
    }
    Ok(())
}
