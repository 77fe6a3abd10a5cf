//! Connections to PostgreSQL cut on the wire, by a proxy that stands in between: at any byte, before a commit arrives, and
//! after it was done; and askers who went away. The table of faults, statement by statement, is beside the code.

use std::time::Duration;

use store::{Cut, CuttingProxy, Store, StoreAddress, StoreError};

use crate::acts::*;
use crate::fire::sound;
use crate::harness::{Engine, Place, on_both};

/// A store that is reached through a proxy.
async fn behind_a_proxy(place: &Place) -> (Store, CuttingProxy) {
    place.create().await.close().await;
    let StoreAddress::Postgres(url) = &place.address else { unreachable!() };
    let (before, rest) = url.split_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let proxy = CuttingProxy::start(server.to_owned()).await.unwrap();
    let mut options = place.options();
    options.address = StoreAddress::Postgres(format!("{before}@{}/{database}", proxy.address()));
    (Store::open(options).await.unwrap(), proxy)
}

async fn look(store: &Store) -> Result<u64, StoreError> {
    store
        .write(|pen| Box::pin(async move { Ok(pen.append(&[by_office(looked(1, 1))]).await?[0].number.0) }))
        .await
}

/// The size as it is, by whatever connection comes up.
async fn size(store: &Store) -> u64 {
    for _ in 0..100 {
        if let Ok(mut snapshot) = store.snapshot().await
            && let Ok(head) = snapshot.head().await
        {
            // In order: what ends later could be taken for the commit that is to be cut.
            let _ = snapshot.end().await;
            return head.size;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the store cannot be read");
}

fn on_postgres(story: impl AsyncFn(Place)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        match Place::new(Engine::Postgres).await {
            Some(place) => story(place).await,
            None => eprintln!("NOT RUN ON POSTGRESQL: set CREDENCE_TEST_POSTGRES to cut its connections"),
        }
    });
}

#[test]
fn a_commit_that_did_not_arrive_is_refused_and_one_that_was_done_is_answered() {
    on_postgres(async |place| {
        let (store, proxy) = behind_a_proxy(&place).await;
        let first = look(&store).await.unwrap();
        for round in 0..10 {
            let before = size(&store).await;
            proxy.cut(Cut::BeforeCommit);
            let refused = look(&store).await.unwrap_err();
            assert!(refused.is_transient(), "{refused}");
            assert_eq!((size(&store).await, proxy.cuts()), (before, round * 2 + 1));
            proxy.cut(Cut::AfterCommit);
            assert_eq!(look(&store).await.unwrap(), before, "what was done is acknowledged");
            assert_eq!((size(&store).await, proxy.cuts()), (before + 1, round * 2 + 2));
        }
        assert_eq!(look(&store).await.unwrap(), first + 11);
        store.advance_checkpoint().await.unwrap();
        sound(&store).await;
        store.close().await;
    });
}

#[test]
fn a_connection_that_is_cut_at_any_byte_loses_nothing_acknowledged_and_leaves_nothing_half_done() {
    on_postgres(async |place| {
        let (store, proxy) = behind_a_proxy(&place).await;
        look(&store).await.unwrap();
        let before = size(&store).await;
        let (mut answered, mut refused) = (0, 0);
        // One act takes about three thousand bytes to and fro.
        for bytes in (0..6000).step_by(31) {
            let cuts = proxy.cuts();
            proxy.cut(Cut::AfterBytes(bytes));
            while proxy.cuts() == cuts {
                let size_before = before + answered;
                match look(&store).await {
                    Ok(number) => {
                        assert_eq!(number, size_before);
                        answered += 1;
                    }
                    Err(error) => {
                        assert!(error.is_transient(), "cut after {bytes} bytes: {error:?}");
                        refused += 1;
                    }
                }
            }
        }
        assert_eq!(size(&store).await, before + answered, "{refused} refused");
        assert!(answered > 0 && refused > 0, "{answered} answered, {refused} refused");
        store.advance_checkpoint().await.unwrap();
        sound(&store).await;
        store.close().await;
    });
}

#[test]
fn an_act_whose_asker_went_away_stands_or_was_never_begun() {
    on_both(|place: Place| async move {
        let store = place.create().await;
        let mut asked = Vec::new();
        for number in 0..100_u64 {
            let store = store.clone();
            let asking = tokio::spawn(async move { look(&store).await });
            if number % 3 == 0 {
                tokio::task::yield_now().await;
            }
            asking.abort();
            asked.push(asking);
        }
        let mut answered = 0;
        for asking in asked {
            answered += u64::from(asking.await.is_ok_and(|said| said.is_ok()));
        }
        let last = look(&store).await.unwrap();
        assert!((answered..=100).contains(&last), "{answered} answered, {last} written");
        assert_eq!(size(&store).await, last + 1);
        store.advance_checkpoint().await.unwrap();
        sound(&store).await;
        store.close().await;
    });
}
