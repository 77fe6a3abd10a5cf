//! The keys of a store that is served are rotated: under load, killed in the middle, gone on with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::codes::company;
use testkit::engine::{Engine, Place, on_both};
use testkit::lines::registration;
use testkit::wire::{Wire, post};

use super::program;
use super::server::{Made, Server};

/// How many organisations are there before anything rotates.
const TOWN: u32 = 1500;

/// Ends the load when the test ends, in whichever way: nobody would wait for it otherwise.
struct Over(Arc<AtomicBool>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn lines(range: std::ops::Range<u32>) -> Vec<Value> {
    range.map(|number| registration(&company(number), &format!("北京轮换{number}有限公司"))).collect()
}

fn keys_file(made: &Made) -> PathBuf {
    made.place.folder.path().join("keys/keys.json")
}

fn current(made: &Made) -> u64 {
    let ring: Value = serde_json::from_slice(&std::fs::read(keys_file(made)).unwrap()).unwrap();
    ring["current"].as_u64().unwrap()
}

/// Rotates and kills it in the middle; gives the key to which it was rotating.
fn rotate_and_kill(made: &Made) -> u64 {
    for attempt in 0..30 {
        let before = current(made);
        let mut rotating = program(made.place.folder.path())
            .args(["keys", "rotate"])
            .args(made.named())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while current(made) == before && rotating.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(20 + attempt * 5));
        rotating.kill().unwrap();
        rotating.wait().unwrap();
        let listed = made.run(&["keys", "list", "--count"]);
        if listed["rotating"] == true && listed["under"]["payload_keys"].as_object().unwrap().len() > 1 {
            return listed["current"].as_u64().unwrap();
        }
    }
    panic!("it could not be killed in the middle");
}

/// Asks about one organisation after the other until it is over; every answer tells what is held.
fn ask(server: &Server, key: &str, over: &Arc<AtomicBool>, first: u32) -> tokio::task::JoinHandle<u64> {
    let (address, key, over) = (server.socket(), key.to_owned(), Arc::clone(over));
    tokio::spawn(async move {
        let mut wire = Wire::connect(address).await.unwrap();
        let (mut answered, mut number) = (0, first);
        while !over.load(Ordering::SeqCst) {
            number = (number * 7 + 3) % TOWN;
            let asked = json!({"identifier": company(number), "purpose": {"for": "duty", "duty": 1, "matter": "案2026-1"}});
            let reply = wire.ask(&post("/api/v1/inquiries", &key, &asked)).await.unwrap();
            if reply.is_put_off() {
                continue;
            }
            assert_eq!(reply.status, 200, "{reply:?}");
            let answer = reply.json();
            assert_eq!(answer["records"].as_array().unwrap().len(), 1, "{number}: {answer:#}");
            answered += 1;
        }
        answered
    })
}

#[test]
fn keys_rotate_while_inquiries_and_filing_go_on_and_a_killed_rotation_goes_on() {
    on_both(|engine| async move {
        let made = Arc::new(Made::new(Place::new(engine).unwrap()));
        made.file("registration", "market-regulation", &lines(0..TOWN));
        let (_, key) = made.officer();
        let mut servers = vec![made.serve()];
        if engine == Engine::Postgres {
            servers.push(made.serve());
        }
        let over = Arc::new(AtomicBool::new(false));
        let _over = Over(Arc::clone(&over));
        let callers: Vec<_> = (0..4_u32)
            .map(|caller| ask(&servers[caller as usize % servers.len()], &key, &over, caller * 11))
            .collect();
        let (filing, end) = (Arc::clone(&made), Arc::clone(&over));
        let filer = tokio::task::spawn_blocking(move || {
            let mut filed = TOWN;
            while !end.load(Ordering::SeqCst) {
                filing.file("registration", "market-regulation", &lines(filed..filed + 40));
                // The same again, some of it from before: nothing is registered or filed twice.
                let again: Vec<Value> = lines(filed - 20..filed + 40);
                filing.file("registration", "market-regulation", &again);
                filed += 40;
            }
            filed
        });
        let work = Arc::clone(&made);
        tokio::task::spawn_blocking(move || {
            let key = rotate_and_kill(&work);
            work.is_sound();
            let refused = program(work.place.folder.path())
                .args(["keys", "retire"])
                .args(work.named())
                .output()
                .unwrap();
            assert_eq!(refused.status.code(), Some(5), "{refused:?}");
            let report = work.run(&["keys", "rotate"]);
            assert_eq!(
                (report["resumed"].as_bool(), report["key"].as_u64()),
                (Some(true), Some(key)),
                "{report:#}"
            );
            assert!(report["payload_keys"].as_u64().unwrap() > 0);
            let retired = work.run(&["keys", "retire"]);
            assert!(
                retired["retired"].as_array().unwrap().iter().all(|retired| retired.as_u64().unwrap() < key)
            );
        })
        .await
        .unwrap();
        // A little longer, with the retired keys gone.
        tokio::time::sleep(Duration::from_millis(300)).await;
        over.store(true, Ordering::SeqCst);
        let filed = filer.await.unwrap();
        for caller in callers {
            assert!(caller.await.unwrap() > 0);
        }
        for server in servers {
            assert_eq!(server.stop(), 0);
        }
        made.is_sound();
        let listed = made.run(&["keys", "list", "--count"]);
        assert_eq!((listed["keys"].as_array().unwrap().len(), &listed["rotating"]), (1, &json!(false)));
        let under: BTreeMap<String, u64> =
            serde_json::from_value(listed["under"]["indexes"].clone()).unwrap();
        assert_eq!(
            under.into_values().collect::<Vec<_>>(),
            [u64::from(filed)],
            "nobody was registered twice"
        );
        let ring = std::fs::read_to_string(keys_file(&made)).unwrap();
        assert!(!listed.to_string().contains(&ring[ring.len() - 60..ring.len() - 20]), "no key is shown");
    });
}

#[test]
fn a_ring_may_stand_in_the_environment_and_a_demo_store_keeps_its_own() {
    let place = Place::new(Engine::Sqlite).unwrap();
    let made = Made::new(place);
    made.file("registration", "market-regulation", &lines(0..3));
    let folder = made.place.folder.path();
    let ring = std::fs::read_to_string(keys_file(&made)).unwrap();
    std::fs::rename(keys_file(&made), folder.join("elsewhere.json")).unwrap();
    let run = |ring: &str, arguments: &[&str]| {
        let output = program(folder)
            .env("CREDENCE_KEY_RING", ring)
            .args(arguments)
            .args(made.named())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!text.contains("\"key\""), "{text}");
        (output.status.code().unwrap(), text)
    };
    assert_eq!(run(&ring, &["rebuild", "--compare"]).0, 0);
    let (code, told) = run(&ring, &["keys", "rotate"]);
    assert!(code == 5 && told.contains("CREDENCE_KEY_RING"), "{told}");
    assert_eq!(run("elsewhere.json", &["keys", "rotate"]).0, 0);
    assert_eq!(run("elsewhere.json", &["keys", "retire"]).0, 0);
    assert!(folder.join("elsewhere.retired.json").is_file());
    assert_eq!(run("elsewhere.json", &["rebuild", "--compare"]).0, 0);
    assert_eq!(run(&ring, &["rebuild", "--compare"]).0, 5, "the old ring opens nothing any more");
    let (code, told) = run("{\"broken", &["rebuild", "--compare"]);
    assert!(code == 5 && !told.contains("broken"), "{told}");
    let demo = program(folder).args(["demo", "--store", "demo", "--subjects", "3"]).output().unwrap();
    assert!(demo.status.success());
    let refused = program(folder).args(["keys", "rotate", "--store", "demo"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("published seed"));
}
