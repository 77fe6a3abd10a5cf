//! Four eyes on the command line (Articles 6, 53): the founding, proposals, keys in persons' names.

use law::{Day, Instant};
use serde_json::{Value, json};
use testkit::engine::{Engine, Place};

use super::run_in;
use super::server::Made;

/// The code of the first ground on which a command is refused.
fn refused(made: &Made, arguments: &[&str]) -> String {
    let run = run_in(made.place.folder.path(), &[arguments, &made.named(), &["--json"]].concat(), b"");
    assert_eq!(run.code, 4, "{arguments:?}: {} {}", run.out, run.err);
    run.object()["grounds"][0]["code"].as_str().unwrap().to_owned()
}

/// A day so many days from the one on which the store was made.
fn day_after(made: &Made, days: i64) -> String {
    let made_at = std::fs::metadata(made.place.folder.path()).unwrap().modified().unwrap();
    let since = made_at.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    Day::of(Instant::from_milliseconds(i64::try_from(since).unwrap())).plus_days(days).to_string()
}

fn founder(made: &Made, number: &str, ends: &str) -> (String, String) {
    let person = ["--operator", "--person", number, "--name", "某人", "--last-day", ends];
    let (key, token) = made.key(&person);
    (key.to_string(), token)
}

#[test]
fn article_53_the_platform_is_founded_by_two_persons_and_run_by_two_from_then_on() {
    let made = Made::new(Place::new(Engine::Sqlite).unwrap());
    let (soon, late) = (day_after(&made, 300), day_after(&made, 500));
    let endless = ["key", "add", "--operator", "--person", "1", "--name", "某人", "--label", "x"];
    assert_eq!(refused(&made, &endless), "key_without_end");
    assert_eq!(refused(&made, &[&endless[..], &["--last-day", &late]].concat()), "key_without_end");
    let (first_number, first) = founder(&made, "10001", &soon);
    let (_, second) = founder(&made, "10002", &soon);

    let office = ["key", "add", "--office", "tax", "--network", "127.0.0.0/8", "--label", "gateway"];
    assert_eq!(refused(&made, &office), "second_person_needed");
    assert_eq!(refused(&made, &[&office[..], &["--key", &first]].concat()), "second_person_needed");
    let proposed = made.run(&[&office[..], &["--propose", "--key", &first]].concat());
    let (number, token) = (proposed["proposal"].to_string(), proposed["token"].as_str().unwrap());
    let whose = ["inquire", "91110108551385082Q", "--duty", "1", "--matter", "案1"];
    let inquire = [&whose[..], &["--key", token]].concat();
    let before = run_in(made.place.folder.path(), &[&inquire[..], &made.named()].concat(), b"");
    assert_eq!(before.code, 4, "{} {}", before.out, before.err);
    let shown = made.run(&["proposal", "show", &number, "--key", &second]);
    assert_eq!(shown["what"]["terms"]["networks"], json!(["127.0.0.0/8"]));
    assert_eq!((&shown["state"], &shown["proposer_account"]), (&json!("open"), &json!("10001")));
    assert_eq!(refused(&made, &["proposal", "approve", &number, "--key", &first]), "same_person");
    let approved = made.run(&["proposal", "approve", &number, "--key", &second]);
    assert_eq!(approved["key"], proposed["key"]);
    made.run(&inquire);

    // What is rejected is done.
    let enrol = made.place.folder.path().join("authority.json");
    let authority = json!({
        "code": "new-office", "name": { "zh": "新单位", "en": "new office" }, "level": "municipal",
        "division": "110000", "duties": [1], "operates_platform": false,
    });
    std::fs::write(&enrol, authority.to_string()).unwrap();
    let enrol = ["catalogue", "enrol", enrol.to_str().unwrap()];
    assert_eq!(refused(&made, &enrol), "second_person_needed");
    let proposed = made.run(&[&enrol[..], &["--propose", "--key", &second]].concat());
    let number = proposed["proposal"].to_string();
    made.run(&["proposal", "reject", &number, "--reason", "名称有误", "--key", &first]);
    assert_eq!(refused(&made, &["proposal", "approve", &number, "--key", &first]), "proposal_decided");
    let run = run_in(
        made.place.folder.path(),
        &[&["proposal", "list", "--key", &first], &made.named()[..], &["--json"]].concat(),
        b"",
    );
    let states: Vec<Value> = run.objects().into_iter().map(|proposal| proposal["state"].clone()).collect();
    assert_eq!(states, ["rejected", "approved"]);

    // Whoever holds a key replaces it alone; the old one goes on for the overlap, and is listed with its last use.
    let new = made.run(&["key", "rotate", &first_number, "--overlap", "7d", "--key", &first]);
    made.run(&["proposal", "list", "--key", new["token"].as_str().unwrap()]);
    made.run(&["proposal", "list", "--key", &first]);
    made.run(&["key", "revoke", &first_number, "--reason", "replaced", "--key", &second]);
    let run =
        run_in(made.place.folder.path(), &[&["key", "list"], &made.named()[..], &["--json"]].concat(), b"");
    let listed = run.objects();
    let first = listed.iter().find(|key| key["key"] == first_number.parse::<u64>().unwrap()).unwrap();
    assert_eq!((&first["revoked"], &first["person"]), (&json!(true), &json!("10001")));
    assert!(first["used"].is_string(), "{first}");
    made.is_sound();
}
