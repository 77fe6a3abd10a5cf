//! Several processes on one store.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::engine::{Engine, Place};
use testkit::lines::{commendation, registration};
use testkit::wire::{Reply, Wire, get, post};

use super::fire::duty;
use super::run_in;
use super::server::{Made, ORGANISATION, ORGANISATION_NAME};

async fn ask(address: SocketAddr, text: &str) -> Reply {
    Wire::connect(address).await.unwrap().ask(text).await.unwrap()
}

fn on_postgres() -> Option<Made> {
    let place = Place::new(Engine::Postgres);
    if place.is_none() {
        eprintln!("NOT RUN: set CREDENCE_TEST_POSTGRES to serve one store with several servers");
    }
    place.map(Made::new)
}

/// The entries of an officer's looks, as their subject sees them through a server.
async fn looks(address: SocketAddr, key: &str) -> Vec<u64> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let body = match before {
            Some(before) => json!({"purpose": {"for": "own"}, "before": before}),
            None => json!({"purpose": {"for": "own"}}),
        };
        let reply = ask(address, &post("/api/v1/inquiries", key, &body)).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let answer = reply.json();
        found.extend(answer["looks"].as_array().unwrap().iter().map(|look| look["entry"].as_u64().unwrap()));
        match answer["next"].as_u64() {
            Some(next) => before = Some(next),
            None => return found,
        }
    }
}

/// The size in a checkpoint's second line.
fn size_of(reply: &Reply) -> u64 {
    String::from_utf8_lossy(&reply.body).lines().nth(1).unwrap().parse().unwrap()
}

/// Reads one server's checkpoint after the other's: the size never goes back.
async fn watch(addresses: [SocketAddr; 2], over: Arc<AtomicBool>) -> u64 {
    let mut last = 0;
    while !over.load(Ordering::SeqCst) {
        for address in addresses {
            let Ok(mut wire) = Wire::connect(address).await else { continue };
            let Ok(reply) = wire.ask(&get("/journal/checkpoint")).await else { continue };
            if reply.status == 200 {
                let size = size_of(&reply);
                assert!(size >= last, "{size} after {last}");
                last = size;
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_write_one_journal_and_one_goes_on_when_the_other_is_killed() {
    let Some(made) = on_postgres() else { return };
    made.file("registration", "market-regulation", &[registration(ORGANISATION, ORGANISATION_NAME)]);
    let (_, officer) = made.officer();
    let (_, subject) = made.key(&["--subject", ORGANISATION]);
    let before = made.is_sound();
    let (mut first, second) = (made.serve(), made.serve());
    let addresses = [first.socket(), second.socket()];
    let over = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn(watch(addresses, Arc::clone(&over)));
    let answered = Arc::new(AtomicU64::new(0));
    let asked = Arc::new(post("/api/v1/inquiries", &officer, &duty()));
    let callers: Vec<_> = (0..24_usize)
        .map(|caller| {
            let (asked, answered) = (Arc::clone(&asked), Arc::clone(&answered));
            tokio::spawn(async move {
                let mut entries = Vec::new();
                let mut address = addresses[caller % 2];
                let mut wire = Wire::connect(address).await.unwrap();
                while entries.len() < 60 {
                    match wire.ask(&asked).await {
                        Ok(reply) if reply.status == 200 => {
                            entries.push(reply.json()["entry"].as_u64().unwrap());
                            answered.fetch_add(1, Ordering::SeqCst);
                        }
                        Ok(reply) => assert!(reply.is_put_off(), "{reply:?}"),
                        Err(_) => {
                            assert_eq!(address, addresses[0], "only the killed one lets anybody down");
                            address = addresses[1];
                            wire = Wire::connect(address).await.unwrap();
                        }
                    }
                }
                entries
            })
        })
        .collect();
    while answered.load(Ordering::SeqCst) < 400 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    first.kill();
    let mut entries = Vec::new();
    for caller in callers {
        entries.extend(caller.await.unwrap());
    }
    let acknowledged = entries.len();
    entries.sort_unstable();
    entries.dedup();
    assert_eq!(entries.len(), acknowledged, "no number was given out twice");
    let seen = looks(second.socket(), &subject).await;
    assert!(
        entries.iter().all(|entry| seen.contains(entry)),
        "the subject sees every look that was answered"
    );
    // At most what the killed server had in hand was written and not answered.
    let size = u64::try_from(acknowledged).unwrap() + before;
    let third = made.serve();
    assert_eq!(ask(third.socket(), &asked).await.status, 200);
    over.store(true, Ordering::SeqCst);
    assert!(watching.await.unwrap() > before);
    assert_eq!((second.stop(), third.stop()), (0, 0));
    let found = made.is_sound();
    let own = u64::try_from(seen.len() / 50 + 2).unwrap();
    assert!((size + 1..=size + 1 + 12 + own).contains(&found), "{size} {found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_with_the_pen_in_hand_does_not_hang_the_other() {
    let Some(made) = on_postgres() else { return };
    made.file("registration", "market-regulation", &[registration(ORGANISATION, ORGANISATION_NAME)]);
    let (_, officer) = made.officer();
    let (first, second) = (made.serve(), made.serve());
    let answered = Arc::new(AtomicU64::new(0));
    let asked = Arc::new(post("/api/v1/inquiries", &officer, &duty()));
    let callers: Vec<_> = (0..16)
        .map(|_| {
            let (address, asked, answered) = (first.socket(), Arc::clone(&asked), Arc::clone(&answered));
            tokio::spawn(async move {
                let mut wire = Wire::connect(address).await.unwrap();
                while wire.ask(&asked).await.is_ok_and(|reply| reply.status == 200) {
                    answered.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    while answered.load(Ordering::SeqCst) < 100 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    first.signal("-STOP");
    // Until the database takes the pen back, whoever asks is put off.
    let again = tokio::time::timeout(Duration::from_secs(120), async {
        loop {
            let reply = ask(second.socket(), &asked).await;
            if reply.status == 200 {
                break;
            }
            assert!(reply.is_put_off(), "{reply:?}");
        }
    });
    again.await.unwrap();
    first.signal("-CONT");
    for caller in callers {
        caller.abort();
    }
    let reply = loop {
        let reply = ask(first.socket(), &asked).await;
        if !reply.is_put_off() {
            break reply;
        }
    };
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!((first.stop(), second.stop()), (0, 0));
    made.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_server_changes_is_in_force_in_the_other_with_its_next_answer() {
    let Some(made) = on_postgres() else { return };
    made.file("registration", "market-regulation", &[registration(ORGANISATION, ORGANISATION_NAME)]);
    made.file(
        "commendation",
        "economy-informatization",
        &[commendation(ORGANISATION, ORGANISATION_NAME, "表〔2026〕1号", "2026-11-20")],
    );
    let (number, officer) = made.officer();
    let (_, subject) = made.key(&["--subject", ORGANISATION]);
    let (first, second) = (made.serve(), made.serve());
    let looked = post("/api/v1/inquiries", &officer, &duty());
    let page = get(&format!("/api/v1/organisations/{ORGANISATION}"));
    let is_shown = |reply: &Reply| String::from_utf8_lossy(&reply.body).contains("表〔2026〕1号");
    // Both have answered, so that whatever they keep is kept.
    for server in [&first, &second] {
        assert_eq!(ask(server.socket(), &looked).await.status, 200);
    }
    let shown = ask(second.socket(), &page).await;
    assert!(is_shown(&shown), "{}", shown.json());
    let shown = shown.json()["records"].as_array().cloned().unwrap();
    let commended = shown.iter().find(|record| record.to_string().contains("表〔2026〕1号")).unwrap();
    let record = commended["record"].as_u64().unwrap();

    // Withdrawn in one, resumed in the other (Article 36).
    let withdrawn = post(&format!("/api/v1/records/{record}/withdrawals"), &subject, &json!({}));
    assert_eq!(ask(first.socket(), &withdrawn).await.status, 200);
    assert!(!is_shown(&ask(second.socket(), &page).await));
    let resumed = post(&format!("/api/v1/records/{record}/displays"), &subject, &json!({}));
    assert_eq!(ask(second.socket(), &resumed).await.status, 200);
    assert!(is_shown(&ask(first.socket(), &page).await));

    // A name that came through a third process.
    made.file(
        "registration",
        "market-regulation",
        &[registration("91110108YY0000028L", "北京示例吉祥茶业有限公司")],
    );
    for server in [&first, &second] {
        let found = server.get("/api/v1/organisations?name=%E5%90%89%E7%A5%A5");
        assert!(found.contains("91110108YY0000028L"), "{found}");
    }

    // Revoked through a third process: at once, on a connection that was let in before too.
    let mut wire = Wire::connect(second.socket()).await.unwrap();
    assert_eq!(wire.ask(&looked).await.unwrap().status, 200);
    made.run(&["key", "revoke", &number.to_string(), "--reason", "left"]);
    assert_eq!(wire.ask(&looked).await.unwrap().status, 401);
    assert_eq!(ask(first.socket(), &looked).await.status, 401);
    assert_eq!((first.stop(), second.stop()), (0, 0));
    made.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_has_one_server_and_commands_work_beside_it() {
    let made = Made::new(Place::new(Engine::Sqlite).unwrap());
    made.file("registration", "market-regulation", &[registration(ORGANISATION, ORGANISATION_NAME)]);
    let (number, officer) = made.officer();
    let server = made.serve();
    let second = [&["serve"], &made.named()[..], &["--listen", "127.0.0.1:0"]].concat();
    let refused = run_in(made.place.folder.path(), &second, b"");
    assert_eq!(refused.code, 5, "{}", refused.err);
    assert!(refused.err.contains("PostgreSQL"), "{}", refused.err);

    // The command line files while officers ask.
    let asked = Arc::new(post("/api/v1/inquiries", &officer, &duty()));
    let over = Arc::new(AtomicBool::new(false));
    let (begun, mut asking) = tokio::sync::mpsc::unbounded_channel();
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let (address, asked, over) = (server.socket(), Arc::clone(&asked), Arc::clone(&over));
            let begun = begun.clone();
            tokio::spawn(async move {
                let mut wire = Wire::connect(address).await.unwrap();
                let mut answered = 0;
                while !over.load(Ordering::SeqCst) {
                    let reply = wire.ask(&asked).await.unwrap();
                    // The key is revoked towards the end.
                    assert!([200, 401].contains(&reply.status) || reply.is_put_off(), "{reply:?}");
                    answered += u64::from(reply.status == 200);
                    let _ = begun.send(());
                }
                answered
            })
        })
        .collect();
    asking.recv().await.unwrap();
    let lines: Vec<Value> = (0..300)
        .map(|place| {
            commendation(ORGANISATION, ORGANISATION_NAME, &format!("表〔2026〕{place}号"), "2026-11-20")
        })
        .collect();
    made.file("commendation", "economy-informatization", &lines);
    made.run(&["key", "revoke", &number.to_string(), "--reason", "left"]);
    over.store(true, Ordering::SeqCst);
    let mut answered = 0;
    for caller in callers {
        answered += caller.await.unwrap();
    }
    assert!(answered > 0);
    assert_eq!(ask(server.socket(), &asked).await.status, 401);
    assert_eq!(server.stop(), 0);
    made.is_sound();
}
