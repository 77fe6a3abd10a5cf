//! The real program beyond its capacity.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use testkit::engine::{Engine, Place, on_both};
use testkit::lines::registration;
use testkit::wire::{Wire, get, post};

use super::server::{Made, ORGANISATION, ORGANISATION_NAME, Server, UNPACED};

/// What the program may hold in memory, in MiB, whatever is done to it.
const MEMORY_MIB_MAX: u64 = 512;
const SOON: Duration = Duration::from_secs(120);

fn made(engine: Engine) -> Made {
    let made = Made::new(Place::new(engine).unwrap());
    made.file("registration", "market-regulation", &[registration(ORGANISATION, ORGANISATION_NAME)]);
    made
}

pub fn duty() -> Value {
    json!({"identifier": ORGANISATION, "purpose": {"for": "duty", "duty": 1, "matter": "案2026-1"}})
}

/// Lets this process open as many files as the system lets it.
fn open_files() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

async fn is_answered_at_once(server: &Server, key: &str) {
    let asked = post("/api/v1/inquiries", key, &duty());
    let reply = tokio::time::timeout(SOON, async {
        Wire::connect(server.socket()).await.unwrap().ask(&asked).await.unwrap()
    });
    let reply = reply.await.unwrap();
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[test]
fn a_thousand_callers_beyond_capacity_are_answered_or_put_off_and_nothing_is_lost() {
    on_both(|engine| async move {
        let made = made(engine);
        let (_, key) = made.officer();
        let before = made.is_sound();
        let server = Arc::new(made.serve_within(&format!("waiting_max = 16\n{UNPACED}")));
        let asked = Arc::new(post("/api/v1/inquiries", &key, &duty()));
        let callers: Vec<_> = (0..1000)
            .map(|_| {
                let (server, asked) = (Arc::clone(&server), Arc::clone(&asked));
                tokio::spawn(async move {
                    let mut wire = Wire::connect(server.socket()).await.unwrap();
                    let mut entries = Vec::new();
                    for _ in 0..4 {
                        let reply = wire.ask(&asked).await.unwrap();
                        match reply.status {
                            200 => entries.push(reply.json()["entry"].as_u64().unwrap()),
                            _ => assert!(reply.is_put_off(), "{reply:?}"),
                        }
                    }
                    entries
                })
            })
            .collect();
        let mut health = Wire::connect(server.socket()).await.unwrap();
        assert_eq!(health.ask(&get("/livez")).await.unwrap().status, 200);
        assert_eq!(health.ask(&get("/readyz")).await.unwrap().status, 200);
        let mut entries = Vec::new();
        for caller in callers {
            entries.extend(caller.await.unwrap());
        }
        is_answered_at_once(&server, &key).await;
        assert!(server.memory_mib_max() < MEMORY_MIB_MAX, "{} MiB", server.memory_mib_max());
        assert!(entries.len() < 4000, "nobody was put off");
        entries.sort_unstable();
        let count = entries.len() as u64;
        assert_eq!(entries, (before..before + count).collect::<Vec<_>>());
        assert_eq!(Arc::into_inner(server).unwrap().stop(), 0);
        assert_eq!(made.is_sound(), before + count + 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_idle_connections_are_not_noticed() {
    const IDLE: usize = 10_000;
    if open_files() < IDLE as u64 + 1_000 {
        eprintln!(
            "NOT RUN: ten thousand connections need 11000 open files here, and the system allows {}",
            open_files()
        );
        return;
    }
    let made = made(Engine::Sqlite);
    let (_, key) = made.officer();
    let server = made.serve_within("idle_seconds_max = 3600");
    let mut idle = Vec::with_capacity(IDLE);
    for _ in 0..IDLE / 100 {
        // A hundred at a time, so that the system's own queue is not what is tested.
        let address = server.socket();
        let some: Vec<_> = (0..100)
            .map(|_| {
                tokio::spawn(async move {
                    let mut wire = Wire::connect_from("127.0.0.2", address).await.unwrap();
                    assert_eq!(wire.ask(&get("/livez")).await.unwrap().status, 200);
                    wire
                })
            })
            .collect();
        for wire in some {
            idle.push(wire.await.unwrap());
        }
    }
    for _ in 0..20 {
        is_answered_at_once(&server, &key).await;
    }
    for wire in idle.iter_mut().step_by(97) {
        assert_eq!(wire.ask(&get("/livez")).await.unwrap().status, 200, "it had a place and kept it");
    }
    assert!(server.memory_mib_max() < MEMORY_MIB_MAX, "{} MiB", server.memory_mib_max());
    assert_eq!(server.stop(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn few_descriptors_mean_fewer_connections_and_still_everyone_is_served() {
    let made = made(Engine::Sqlite);
    let (_, key) = made.officer();
    let server = Server::with_open_files(made.place.folder.path(), 640, &made.named());
    let mut flood = Vec::new();
    for _ in 0..500 {
        let mut wire = Wire::connect_from("127.0.0.2", server.socket()).await.unwrap();
        let _ = wire.send("GET /livez HTTP/1.1\r\nhos").await;
        flood.push(wire);
    }
    is_answered_at_once(&server, &key).await;
    assert_eq!(server.stop(), 0);
}

#[test]
fn who_is_asked_to_end_answers_what_was_accepted_and_nothing_else_is_in_the_journal() {
    on_both(|engine| async move {
        let made = made(engine);
        let (_, key) = made.officer();
        let before = made.is_sound();
        let server = made.serve();
        let over = Arc::new(AtomicBool::new(false));
        let asked = Arc::new(post("/api/v1/inquiries", &key, &duty()));
        let callers: Vec<_> = (0..32)
            .map(|_| {
                let (address, asked, over) = (server.socket(), Arc::clone(&asked), Arc::clone(&over));
                tokio::spawn(async move {
                    let mut answered = 0;
                    let Ok(mut wire) = Wire::connect(address).await else { return 0 };
                    // The connection ends with the server: before an answer, or after it.
                    while let Ok(reply) = wire.ask(&asked).await {
                        assert_eq!(reply.status, 200, "{reply:?}");
                        answered += 1;
                        over.store(true, Ordering::SeqCst);
                    }
                    answered
                })
            })
            .collect();
        while !over.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(tokio::task::spawn_blocking(move || server.stop()).await.unwrap(), 0);
        let mut answered = 0;
        for caller in callers {
            answered += caller.await.unwrap();
        }
        assert!(answered > 0);
        assert_eq!(made.is_sound(), before + answered);
    });
}
