//! People who mean harm, each with what they can get at: refused or found out, and the person concerned can see it.
//!
//! Replayed sign-ins and logout tokens are with the provider (`crates/web/tests/http/sign_in.rs`).

use std::net::SocketAddr;
use std::process::Command;

use serde_json::{Value, json};
use service::StoreAddress;
use testkit::codes::{company, person};
use testkit::engine::{Place, on_both, psql};
use testkit::lines::commendation;
use testkit::wire::{Reply, Wire, post};

use super::run_in;
use super::server::Made;

async fn told(to: SocketAddr, path: &str, key: &str, body: &Value) -> Reply {
    Wire::connect(to).await.unwrap().ask(&post(path, key, body)).await.unwrap()
}

async fn inquire(to: SocketAddr, key: &str, body: Value) -> Reply {
    told(to, "/api/v1/inquiries", key, &body).await
}

fn duty(identifier: &str, matter: &str) -> Value {
    json!({"identifier": identifier, "purpose": {"for": "duty", "duty": 1, "matter": matter}})
}

fn code(reply: &Reply) -> String {
    reply.json()["grounds"][0]["code"].as_str().unwrap_or_default().to_owned()
}

/// What someone sees about themselves.
async fn own(to: SocketAddr, key: &str) -> Value {
    let reply = inquire(to, key, json!({"purpose": {"for": "own"}})).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

#[test]
fn article_53_a_clerk_who_browses_neighbours_is_stopped_and_each_neighbour_sees_it() {
    on_both(|engine| async move {
        let made = Made::new(Place::new(engine).unwrap());
        let neighbour = person(1);
        let (_, key) = made.key(&["--subject", &neighbour]);
        let (_, clerk) = made.officer();
        let server = made.serve_within(
            "looks_per_subject_hour_max = 5\nempty_inquiries_slowed = 8\nempty_inquiries_refused = 12\n",
        );
        let to = server.socket();
        // Without a matter, and with the neighbour's number for one.
        for matter in ["", &neighbour] {
            assert_eq!(inquire(to, &clerk, duty(&neighbour, matter)).await.status, 422);
        }
        // For a duty that is not the clerk's.
        let other =
            json!({"identifier": neighbour, "purpose": {"for": "duty", "duty": 2, "matter": "2026-1"}});
        assert_eq!(inquire(to, &clerk, other).await.status, 403);
        // House by house: nobody is known under these, and the answers tell no more than that.
        let mut answered = 0;
        let mut last = None;
        for house in 100..140 {
            let reply = inquire(to, &clerk, duty(&person(house), "2026-2")).await;
            answered += u32::from(reply.status == 200);
            last = Some(reply);
        }
        assert!(answered <= 12, "{answered}");
        // First the clerk is slowed, and soon refused, with the article and when to come again.
        let last = last.unwrap();
        assert!(
            last.status == 429 && last.headers.contains_key("retry-after") || code(&last) == "enumeration"
        );
        // The neighbour sees the office and each refused look, and nothing was shown.
        let seen = own(to, &key).await;
        let looks: Vec<&Value> = seen["looks"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|look| look["by"] == "economy-informatization")
            .collect();
        assert_eq!(looks.len(), 3, "{seen}");
        assert!(looks.iter().all(|look| !look["refused"].as_array().unwrap().is_empty()), "{looks:?}");
        drop(server);
        made.is_sound();
    });
}

#[test]
fn article_35_a_subject_who_sends_anothers_identifier_learns_nothing_and_the_other_sees_the_attempt() {
    on_both(|engine| async move {
        let made = Made::new(Place::new(engine).unwrap());
        let (curious, other) = (person(1), person(2));
        let (_, of_curious) = made.key(&["--subject", &curious]);
        let (_, of_other) = made.key(&["--subject", &other]);
        let server = made.serve();
        let to = server.socket();
        let reply = inquire(to, &of_curious, json!({"identifier": other, "purpose": {"for": "own"}})).await;
        assert_eq!((reply.status, code(&reply).as_str()), (403, "not_ones_own"));
        assert!(!String::from_utf8_lossy(&reply.body).contains(&other));
        // Nor by another road: as an officer, by a consent that was never given, about a record that is another's.
        for body in [
            duty(&other, "2026-1"),
            json!({"identifier": other, "purpose": {"for": "consent", "consent": 1}}),
        ] {
            assert_eq!(inquire(to, &of_curious, body).await.status, 403);
        }
        assert_eq!(told(to, "/api/v1/records/1/withdrawals", &of_curious, &json!({})).await.status, 403);
        let seen = own(to, &of_other).await;
        let looks = seen["looks"].as_array().unwrap();
        let attempts = looks.iter().filter(|look| look["by"] == "another_subject").count();
        assert_eq!(attempts, 3, "{looks:?}");
        drop(server);
        made.is_sound();
    });
}

#[test]
fn article_19_a_stolen_key_opens_nothing_from_elsewhere_and_nothing_once_it_is_revoked() {
    on_both(|engine| async move {
        let made = Made::new(Place::new(engine).unwrap());
        let office = ["--office", "economy-informatization", "--duty", "1"];
        let (_, bound) = made.key(&[&office[..], &["--network", "10.0.0.0/8"]].concat());
        let (number, stolen) = made.officer();
        let (_, subject) = made.key(&["--subject", &person(1)]);
        let server = made.serve();
        let to = server.socket();
        assert_eq!(inquire(to, &bound, duty(&person(1), "2026-1")).await.status, 401);
        assert_eq!(inquire(to, &stolen, duty(&person(1), "2026-1")).await.status, 200);
        // An access token is no way around its key.
        let secret = stolen.rsplit('_').next().unwrap();
        let form = format!("grant_type=client_credentials&client_id={number}&client_secret={secret}");
        let asked = format!(
            "POST /oauth2/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{form}",
            form.len()
        );
        let given = Wire::connect(to).await.unwrap().ask(&asked).await.unwrap();
        let token = given.json()["access_token"].as_str().unwrap().to_owned();
        assert_eq!(inquire(to, &token, duty(&person(1), "2026-2")).await.status, 200);
        let altered = token.replacen(&format!("_{number}_"), &format!("_{}_", number + 1), 1);
        let longer = format!("{token}0");
        for forged in [altered.as_str(), &longer, &stolen[..stolen.len() - 1], "credence_1_", ""] {
            assert_eq!(inquire(to, forged, duty(&person(1), "2026-3")).await.status, 401, "{forged}");
        }
        made.run(&["key", "revoke", &number.to_string(), "--reason", "the key was stolen"]);
        for replayed in [&stolen, &token] {
            assert_eq!(inquire(to, replayed, duty(&person(1), "2026-4")).await.status, 401);
        }
        // Whom the thief looked at sees the two looks.
        let seen = own(to, &subject).await;
        assert_eq!(
            seen["looks"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|look| look["by"] == "economy-informatization")
                .count(),
            2
        );
        drop(server);
        made.is_sound();
    });
}

#[test]
fn article_53_an_approval_cannot_be_forged() {
    on_both(|engine| async move {
        let made = Made::new(Place::new(engine).unwrap());
        let date = Command::new("date").args(["-d", "+300 days", "+%F"]).output().unwrap();
        let last_day = String::from_utf8(date.stdout).unwrap().trim().to_owned();
        let operator = |account: &str, name: &str| {
            made.key(&["--operator", "--person", account, "--name", name, "--last-day", &last_day]).1
        };
        let (zhang, again) = (operator("Z-1", "张三"), operator("Z-1", "张三"));
        let li = operator("L-1", "李四");
        let server = made.serve();
        let to = server.socket();
        let body =
            json!({"act": "issue_key", "holder": {"for": "office", "authority": "tax"}, "label": "mine"});
        let made_up = told(to, "/api/v1/proposals", &zhang, &body).await;
        assert_eq!(made_up.status, 201, "{made_up:?}");
        let proposal = made_up.json()["proposal"].as_u64().unwrap();
        let token = made_up.json()["token"].as_str().unwrap().to_owned();
        assert_eq!(inquire(to, &token, duty(&person(1), "2026-1")).await.status, 401);
        let approvals = format!("/api/v1/proposals/{proposal}/approvals");
        // The proposer, under either key; a clerk; a name in the body; nobody.
        let (_, clerk) = (0, "credence_99_00".to_owned());
        for key in [&zhang, &again] {
            let refused = told(to, &approvals, key, &json!({})).await;
            assert_eq!(refused.status, 403, "{refused:?}");
        }
        assert_eq!(told(to, &approvals, &clerk, &json!({})).await.status, 401);
        assert_eq!(told(to, &approvals, &zhang, &json!({"approver": "L-1"})).await.status, 400);
        // Past the proposal: the command line alone, now that two persons hold an operator's key.
        let key = ["key", "add", "--office", "tax", "--label", "mine"];
        let erase = ["erase", "--record", "1", "--ground", "law", "--document", "none"];
        let in_ones_own_name = [&erase[..], &["--key", &zhang]].concat();
        for command in [&key[..], &erase, &in_ones_own_name] {
            let alone = run_in(made.place.folder.path(), &[command, &made.named()[..]].concat(), b"");
            assert!(
                alone.code == 4 && alone.err.contains("second_person_needed"),
                "{} {}",
                alone.out,
                alone.err
            );
        }
        assert_eq!(inquire(to, &token, duty(&person(1), "2026-1")).await.status, 401);
        assert_eq!(told(to, &approvals, &li, &json!({})).await.status, 200);
        assert_eq!(inquire(to, &token, duty(&person(1), "2026-1")).await.status, 200);
        // Both names stand in the entry of what followed.
        let decided = told(to, &approvals, &li, &json!({})).await;
        assert_ne!(decided.status, 200, "approved once, it is done");
        drop(server);
        made.is_sound();
    });
}

/// Writes past the program, as an operator with the database can.
fn tamper(place: &Place, sql: &str) {
    match &place.address {
        StoreAddress::Postgres(url) => psql(url, sql),
        StoreAddress::Folder(folder) => {
            let script = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()";
            let status = Command::new("python3")
                .args(["-c", script])
                .arg(folder.join("credence.sqlite"))
                .arg(sql)
                .status()
                .unwrap();
            assert!(status.success(), "{sql}");
        }
    }
}

#[test]
fn article_53_an_operator_who_edits_the_database_is_found_out() {
    on_both(|engine| async move {
        let made = Made::new(Place::new(engine).unwrap());
        let code = company(1);
        made.file(
            "commendation",
            "economy-informatization",
            &[commendation(&code, "北京某公司", "奖一", "2025-05-01")],
        );
        let (_, officer) = made.officer();
        let server = made.serve();
        assert_eq!(inquire(server.socket(), &officer, duty(&code, "2026-1")).await.status, 200);
        drop(server);
        let entries = made.is_sound();
        let fails = |command: &[&str]| {
            let run = run_in(made.place.folder.path(), &[command, &made.named(), &["--json"]].concat(), b"");
            assert_eq!(run.code, 1, "{} {}", run.out, run.err);
            run.out
        };
        // A look is hidden from its subject.
        tamper(&made.place, "update subject_inquiry set subject = subject + 1000");
        assert!(fails(&["rebuild", "--compare"]).contains("subject_inquiry"));
        tamper(&made.place, "update subject_inquiry set subject = subject - 1000");
        // A record is made to have been revoked.
        tamper(&made.place, "update record set revoked = 1 where number = 1");
        assert!(fails(&["rebuild", "--compare"]).contains("record"));
        tamper(&made.place, "update record set revoked = null where number = 1");
        made.is_sound();
        // The journal itself: another office is said to have looked; then the last entry was never there.
        let last = entries - 1;
        tamper(&made.place, &format!("update entry set office = 'tax' where number = {last}"));
        assert!(fails(&["verify"]).contains(&last.to_string()));
        tamper(
            &made.place,
            &format!("update entry set office = 'economy-informatization' where number = {last}"),
        );
        made.is_sound();
        tamper(&made.place, &format!("delete from payload_key where entry = {last}"));
        assert!(fails(&["verify"]).contains(&last.to_string()));
    });
}
