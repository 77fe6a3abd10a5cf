//! The table of faults, cell by cell: every statement of an act, on both engines.

use register::record::RecordNumber;
use register::subject::EntryNumber;

use super::hook::{self, CONNECT, Failing};
use crate::{Pen, SeededRandomness, Store, StoreAddress, StoreError, StoreOptions, VerifyKnown, Writing};

#[path = "../../tests/store/acts.rs"]
#[expect(dead_code, reason = "the events of the contract tests, of which a few are used here")]
mod acts;
#[path = "../../tests/store/harness.rs"]
#[expect(dead_code, reason = "the places of the contract tests, of which a few helpers are used here")]
mod harness;

use acts::{by_office, filed, looked, registered};
use harness::{Engine, Place};

/// What a step is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Step {
    Connect,
    Begin,
    TakePen,
    Read,
    WriteDown,
    LayDown,
    Commit,
    RollBack,
    Asked,
}

impl Step {
    fn of(text: &str) -> Self {
        match text {
            CONNECT => Self::Connect,
            "commit" => Self::Commit,
            "rollback" => Self::RollBack,
            text if text.starts_with("begin") => Self::Begin,
            text if text.starts_with("update journal_head set taken") => Self::TakePen,
            text if text.starts_with("update journal_head set size") => Self::LayDown,
            text if text.starts_with("select leaf from entry") => Self::Asked,
            text if text.starts_with("select") => Self::Read,
            _ => Self::WriteDown,
        }
    }
}

/// What the caller is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Answered,
    Retryable,
}

/// The table of the module's own description, for an act by itself over a connection that was used before.
fn told(step: Step, failing: Failing) -> Told {
    match (step, failing) {
        // A connection that was idle may have been cut since: a fresh one is tried.
        (Step::Begin | Step::TakePen, Failing::LostBefore | Failing::LostAfter) => Told::Answered,
        // The journal says that it stands there.
        (Step::Commit, Failing::LostAfter) => Told::Answered,
        _ => Told::Retryable,
    }
}

type Said = Result<(EntryNumber, EntryNumber), StoreError>;

/// An act that reads, writes two entries, and changes several tables.
fn act(pen: &mut Pen) -> Writing<'_, (EntryNumber, EntryNumber), StoreError> {
    Box::pin(async move {
        let subject = pen.next_subject().await?;
        let RecordNumber(record) = pen.next_record().await?;
        let acts = [
            by_office(registered(subject.0)),
            by_office(filed(record, subject.0, 1, false, Some("北京样例有限公司"))),
            by_office(looked(subject.0, record)),
        ];
        let appended = pen.append(&acts).await?;
        Ok((appended[0].number, appended[2].number))
    })
}

async fn size(store: &Store) -> u64 {
    let mut snapshot = store.snapshot().await.unwrap();
    let size = snapshot.head().await.unwrap().size;
    snapshot.end().await.unwrap();
    size
}

/// The answer is true to the journal: the entries are there, and nothing else was added.
async fn is_true(store: &Store, before: u64, said: &Said) {
    let now = size(store).await;
    match said {
        Ok((first, last)) => {
            assert_eq!((first.0, last.0, now), (before, before + 2, before + 3));
            let mut snapshot = store.snapshot().await.unwrap();
            assert_eq!(snapshot.leaves(*first, 10).await.unwrap().len(), 3);
            snapshot.end().await.unwrap();
        }
        Err(error) => {
            assert!(error.is_transient(), "it cannot be tried again: {error:?}");
            assert_eq!(now, before, "refused, and something of it is there");
        }
    }
}

async fn sound(store: &Store) {
    store.advance_checkpoint().await.unwrap();
    let report = store.verify(VerifyKnown::default(), &|_| ()).await.unwrap();
    assert!(report.holds(), "{:?}", report.problems);
    let compared = store.rebuild_compare(&|_| ()).await.unwrap();
    assert!(compared.holds(), "{:?}", compared.differences);
}

/// Faults concern one thread: the writer's task runs on the test's own.
fn on_both<R: Future<Output = ()>>(body: impl Fn(Place) -> R) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            match Place::new(engine).await {
                Some(place) => body(place).await,
                None => eprintln!("NOT RUN ON POSTGRESQL: set CREDENCE_TEST_POSTGRES to the address of a superuser of a running cluster"),
            }
        }
    });
}

#[test]
fn every_step_of_an_act_fails_in_every_way_and_the_caller_is_told_as_the_table_says() {
    on_both(|place| async move {
        let store = place.create().await;
        store.write(act).await.unwrap();
        hook::order(&[]);
        store.write(act).await.unwrap();
        let steps = hook::over();
        let kinds: Vec<Step> = steps.iter().map(|step| Step::of(step)).collect();
        for kind in [Step::Begin, Step::TakePen, Step::Read, Step::WriteDown, Step::LayDown, Step::Commit] {
            assert!(kinds.contains(&kind), "{steps:?}");
        }
        for table in ["entry", "payload", "payload_key", "subject", "record"] {
            assert!(
                steps.iter().any(|step| step.contains(&format!("insert into {table} "))),
                "{table}: {steps:?}"
            );
        }
        for (number, kind) in kinds.iter().enumerate() {
            for failing in Failing::ALL {
                let before = size(&store).await;
                hook::order(&[(number, failing)]);
                let said = store.write(act).await;
                let made = hook::over();
                let outcome = if said.is_ok() { Told::Answered } else { Told::Retryable };
                assert_eq!(
                    outcome,
                    told(*kind, failing),
                    "{kind:?} {failing:?} ({}): {said:?} {made:?}",
                    steps[number]
                );
                is_true(&store, before, &said).await;
                // The next one goes on with the same code.
                let before = size(&store).await;
                is_true(&store, before, &Ok(store.write(act).await.unwrap())).await;
            }
        }
        sound(&store).await;
        store.close().await;
    });
}

#[test]
fn acts_that_were_to_be_committed_together_are_each_answered_truly_whatever_step_fails() {
    on_both(|place| async move {
        let store = place.create().await;
        store.write(act).await.unwrap();
        let together = async || {
            let acts = (0..3).map(|_| store.write(act));
            futures::future::join_all(acts).await
        };
        hook::order(&[]);
        together().await;
        let steps = hook::over();
        let commits = steps.iter().filter(|step| Step::of(step) == Step::Commit).count();
        assert_eq!(commits, 1, "they were not committed together: {steps:?}");
        for number in 0..steps.len() {
            for failing in Failing::ALL {
                let before = size(&store).await;
                hook::order(&[(number, failing)]);
                let said: Vec<Said> = together().await;
                let _ = hook::over();
                // Tried one by one after the first failure, every one of them is written. Where nothing was decided yet the
                // first is told of it alone.
                let refused = said.iter().filter(|said| said.is_err()).count() as u64;
                let decided = !matches!(
                    Step::of(&steps[number]),
                    Step::Connect | Step::Begin | Step::TakePen | Step::Read
                );
                assert!(refused == 0 || refused == 1 && !decided, "{} {failing:?}: {said:?}", steps[number]);
                assert!(said.iter().flat_map(|said| said.as_ref().err()).all(StoreError::is_transient));
                let mut firsts: Vec<u64> = said.iter().flatten().map(|(first, _)| first.0).collect();
                firsts.sort_unstable();
                let expected: Vec<u64> = (0..3 - refused).map(|act| before + 3 * act).collect();
                assert_eq!(firsts, expected, "{} {failing:?}", steps[number]);
                assert_eq!(size(&store).await, before + 3 * (3 - refused));
                // A connection that was used before, as in the row of steps.
                store.write(act).await.unwrap();
            }
        }
        sound(&store).await;
        store.close().await;
    });
}

#[test]
fn a_commit_of_which_nobody_heard_is_settled_by_the_journal_however_often_asking_fails() {
    on_both(|place| async move {
        let store = place.create().await;
        store.write(act).await.unwrap();
        hook::order(&[]);
        store.write(act).await.unwrap();
        let commit = hook::over().iter().position(|step| step == "commit").unwrap();
        for (failing, stands) in [(Failing::LostAfter, true), (Failing::LostBefore, false)] {
            store.write(act).await.unwrap();
            let before = size(&store).await;
            // The three next steps are those of asking: to connect, and on PostgreSQL to take the pen.
            let orders: Vec<(usize, Failing)> = [(commit, failing)]
                .into_iter()
                .chain((1..4).map(|step| (commit + step, Failing::LostBefore)))
                .collect();
            hook::order(&orders);
            let said = store.write(act).await;
            let steps = hook::over();
            assert!(steps.iter().any(|step| Step::of(step) == Step::Asked), "{steps:?}");
            assert_eq!(said.is_ok(), stands, "{said:?} {steps:?}");
            is_true(&store, before, &said).await;
        }
        sound(&store).await;
        store.close().await;
    });
}

#[test]
fn an_act_is_refused_as_retryable_when_no_connection_comes_up_and_written_when_one_does() {
    on_both(|place| async move {
        let store = place.create().await;
        // The idle connection is found cut, and so is the fresh one.
        for failing in Failing::ALL {
            store.write(act).await.unwrap();
            let before = size(&store).await;
            hook::order(&[(0, Failing::LostBefore), (1, failing)]);
            let said = store.write(act).await;
            let steps = hook::over();
            assert_eq!((Step::of(&steps[0]), Step::of(&steps[1])), (Step::Begin, Step::Connect), "{steps:?}");
            assert!(said.is_err());
            is_true(&store, before, &said).await;
            is_true(&store, before, &Ok(store.write(act).await.unwrap())).await;
        }
        sound(&store).await;
        store.close().await;
    });
}
