//! Commands on a store: the demo city, filing, inquiry, verification.

use std::path::Path;

use serde_json::{Value, json};

use super::{names, run, run_in};

/// A small demo city in a folder of its own.
struct City {
    folder: tempfile::TempDir,
    built: Value,
}

impl City {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let built = run_in(
            folder.path(),
            &["demo", "--store", "data", "--subjects", "60", "--day", "2026-11-20", "--json"],
            b"",
        );
        assert_eq!(built.code, 0, "{}", built.err);
        Self { built: built.object(), folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, arguments: &[&str]) -> super::Run {
        run_in(self.path(), &[arguments, &["--store", "data"]].concat(), b"")
    }

    fn example(&self, name: &str) -> &str {
        self.built["examples"][name].as_str().unwrap()
    }

    fn sample(&self, name: &str) -> String {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/samples").join(name);
        std::fs::copy(from, self.path().join(name)).unwrap();
        name.to_owned()
    }
}

#[test]
fn the_demo_city_follows_from_its_seed_and_verifies_and_rebuilds() {
    let city = City::new();
    assert_eq!(
        names(&city.built),
        ["day", "entries", "examples", "records", "root", "seed", "store", "subjects"]
    );
    let again = run_in(
        city.path(),
        &["demo", "--store", "other", "--subjects", "60", "--day", "2026-11-20", "--json"],
        b"",
    )
    .object();
    assert_eq!((&again["root"], &again["examples"]), (&city.built["root"], &city.built["examples"]));
    let seeded = run_in(
        city.path(),
        &["demo", "--store", "third", "--subjects", "60", "--seed", "8", "--day", "2026-11-20", "--json"],
        b"",
    );
    assert_ne!(seeded.object()["root"], city.built["root"]);

    let verified = city.run(&["verify", "--json"]);
    let report = verified.object();
    assert_eq!(verified.code, 0, "{report}");
    assert_eq!(names(&report), ["checked", "entries", "problems", "root"]);
    assert_eq!((&report["entries"], &report["root"]), (&city.built["entries"], &city.built["root"]));
    assert_eq!(report["checked"]["payloads"], report["entries"]);
    let compared = city.run(&["rebuild", "--compare", "--json"]);
    assert_eq!((compared.code, &compared.object()["differences"]), (0, &json!([])));
    assert!(std::fs::read_to_string(city.path().join("data/try.txt")).unwrap().matches("curl ").count() == 3);
}

#[test]
fn the_smallest_city_has_as_many_subjects_as_asked_for_too() {
    let folder = tempfile::tempdir().unwrap();
    for (subjects, day) in [("3", "2026-11-20"), ("10", "2016-02-01"), ("21", "2024-02-29")] {
        let built = run_in(
            folder.path(),
            &["demo", "--store", subjects, "--subjects", subjects, "--day", day, "--json"],
            b"",
        );
        assert_eq!(built.code, 0, "{subjects}: {}", built.err);
        assert_eq!(built.object()["subjects"].to_string(), subjects);
        assert_eq!(run_in(folder.path(), &["verify", "--store", subjects], b"").code, 0);
    }
    assert_eq!(run_in(folder.path(), &["demo", "--store", "x", "--subjects", "2"], b"").code, 2);
}

#[test]
fn a_store_is_not_built_over_and_a_demo_is_replaced_only_when_asked() {
    let city = City::new();
    assert_eq!(city.run(&["demo", "--subjects", "60"]).code, 5);
    assert_eq!(city.run(&["demo", "--subjects", "60", "--day", "2026-11-20", "--replace"]).code, 0);
    assert_eq!(city.run(&["verify"]).code, 0);
    assert_eq!(run_in(city.path(), &["demo", "--store", "early", "--day", "2016-01-31"], b"").code, 2);
}

#[test]
fn article_14_a_departments_file_is_filed_once_and_its_receipt_holds() {
    let city = City::new();
    let file = city.sample("penalty-organisations.csv");
    let filing =
        ["import", &file, "--item", "administrative-penalty", "--as", "market-regulation-haidian", "--json"];
    let first = city.run(&filing);
    let object = first.object();
    assert_eq!(first.code, 0, "{object}");
    assert_eq!(names(&object), ["errors_file", "filed", "receipt_file", "refused", "unchanged"]);
    assert!(object["filed"].as_u64().unwrap() > 0 && object["errors_file"].is_null());
    let receipt = object["receipt_file"].as_str().unwrap().to_owned();
    let text = std::fs::read_to_string(city.path().join(&receipt)).unwrap();

    let second = city.run(&filing).object();
    assert_eq!((&second["filed"], &second["unchanged"]), (&json!(0), &object["filed"]));
    assert_eq!(std::fs::read_to_string(city.path().join(&receipt)).unwrap(), text, "the same receipt");
    let checked = run_in(city.path(), &["verify", "--receipt", &receipt, "--json"], b"");
    assert_eq!((checked.code, &checked.object()["problems"]), (0, &json!([])));
    std::fs::write(city.path().join("forged.json"), text.replacen("\"entry\": ", "\"entry\": 1", 1)).unwrap();
    assert_eq!(run_in(city.path(), &["verify", "--receipt", "forged.json"], b"").code, 1);
}

#[test]
fn article_14_bad_lines_come_back_and_good_ones_are_filed() {
    let city = City::new();
    let file = city.sample("penalty-with-errors.csv");
    let found = city.run(&[
        "import",
        &file,
        "--item",
        "administrative-penalty",
        "--as",
        "market-regulation-haidian",
        "--json",
    ]);
    let object = found.object();
    assert_eq!(found.code, 1);
    assert!(object["filed"].as_u64().unwrap() > 0 && object["refused"].as_u64().unwrap() > 0);
    let errors = std::fs::read_to_string(city.path().join(object["errors_file"].as_str().unwrap())).unwrap();
    assert!(errors.contains("第十四条") && errors.contains("impossible_day"), "{errors}");
    let none = city.run(&[
        "import",
        &file,
        "--item",
        "administrative-penalty",
        "--as",
        "market-regulation",
        "--all-or-nothing",
        "--errors-file",
        "all.csv",
        "--json",
    ]);
    assert_eq!((none.code, &none.object()["filed"]), (1, &json!(0)));
}

#[test]
fn article_11_another_departments_item_and_an_unknown_one_are_refused_by_the_law() {
    let city = City::new();
    let file = city.sample("penalty-organisations.csv");
    for (item, office, ground) in [
        ("administrative-penalty", "high-court", "not_a_providing_unit"),
        ("administrative-penalties", "market-regulation", "not_in_catalogue"),
        ("administrative-penalty", "market", "unknown_authority"),
    ] {
        let found = city.run(&["import", &file, "--item", item, "--as", office, "--json"]);
        assert_eq!((found.code, &found.object()["grounds"][0]["code"]), (4, &json!(ground)));
    }
    assert_eq!(
        city.run(&["import", "missing.csv", "--item", "administrative-penalty", "--as", "tax"]).code,
        5
    );
    assert_eq!(city.run(&["import", &file, "--item", "administrative-penalty"]).code, 2);
}

#[test]
fn a_file_comes_by_standard_input_too() {
    let city = City::new();
    let text =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/samples/commendations.jsonl"))
            .unwrap();
    let found = run_in(
        city.path(),
        &[
            "import",
            "-",
            "--item",
            "commendation",
            "--as",
            "economy-informatization",
            "--store",
            "data",
            "--json",
        ],
        &text,
    );
    assert_eq!((found.code, &found.object()["receipt_file"]), (0, &json!("stdin.receipt.json")));
}

#[test]
fn article_53_every_look_has_its_entry_and_the_subject_sees_it() {
    let city = City::new();
    let person = city.example("person");
    let entries = || city.run(&["verify", "--json"]).object()["entries"].as_u64().unwrap();
    let before = entries();
    let look = city.run(&[
        "inquire",
        person,
        "--as",
        "market-regulation",
        "--duty",
        "1",
        "--matter",
        "2026-77",
        "--json",
    ]);
    let answer = look.object();
    assert_eq!((look.code, &answer["viewer"], &answer["entry"]), (0, &json!("officer"), &json!(before)));
    assert!(!look.out.contains(person), "a person's number is masked");
    let refused =
        city.run(&["inquire", person, "--as", "tax", "--duty", "4", "--matter", "2026-78", "--json"]);
    assert_eq!(
        (refused.code, &refused.object()["grounds"][0]["code"]),
        (4, &json!("not_a_duty_of_the_office"))
    );
    assert_eq!(entries(), before + 2, "the refused look has its entry");

    let own = city.run(&["inquire", "--key", city.example("person_token"), "--json"]).object();
    assert_eq!((&own["viewer"], &own["subject"]["identifier"]), (&json!("subject"), &json!(person)));
    let looks = own["looks"].as_array().unwrap();
    let seen = |matter: &str| looks.iter().find(|look| look["purpose"]["matter"] == matter);
    assert_eq!(seen("2026-77").unwrap()["claimed_by_operator"], true);
    assert!(!seen("2026-78").unwrap()["refused"].as_array().unwrap().is_empty());
}

#[test]
fn article_35_a_third_party_looks_with_consent_only() {
    let city = City::new();
    let (person, token) = (city.example("person"), city.example("third_party_token"));
    let with = city.run(&["inquire", person, "--key", token, "--consent", city.example("consent"), "--json"]);
    assert_eq!((with.code, &with.object()["viewer"]), (0, &json!("consent_holder")));
    let without = city.run(&["inquire", person, "--key", token, "--consent", "2", "--json"]);
    assert_eq!((without.code, &without.object()["grounds"][0]["code"]), (4, &json!("consent_revoked")));
    assert_eq!(city.run(&["inquire", person, "--key", token, "--json"]).code, 4);
}

#[test]
fn nobody_looks_without_saying_who_and_why() {
    let city = City::new();
    let person = city.example("person");
    assert_eq!(city.run(&["inquire", person]).code, 2);
    assert_eq!(city.run(&["inquire", person, "--as", "tax"]).code, 2);
    assert_eq!(city.run(&["inquire", person, "--as", "tax", "--duty", "1"]).code, 2);
    assert_eq!(city.run(&["inquire", person, "--as", "tax", "--duty", "7", "--matter", "1"]).code, 2);
    assert_eq!(city.run(&["inquire", "--key", "credence_1_0000"]).code, 4);
}

#[test]
fn article_19_a_key_is_shown_once_and_opens_nothing_once_revoked() {
    let city = City::new();
    let issued = city
        .run(&[
            "key",
            "add",
            "--office",
            "tax",
            "--duty",
            "1",
            "--label",
            "desk",
            "--last-day",
            "2099-12-31",
            "--json",
        ])
        .object();
    let token = issued["token"].as_str().unwrap();
    let ask = || {
        city.run(&[
            "inquire",
            city.example("organisation"),
            "--key",
            token,
            "--duty",
            "1",
            "--matter",
            "9",
            "--json",
        ])
    };
    assert_eq!(ask().code, 0);
    let list = city.run(&["key", "list", "--json"]);
    assert!(!list.out.contains(token.rsplit('_').next().unwrap()));
    assert_eq!(list.objects().len(), 6);
    let number = issued["key"].to_string();
    assert_eq!(city.run(&["key", "revoke", &number, "--reason", "left"]).code, 0);
    assert_eq!(ask().code, 4);
    assert_eq!(city.run(&["key", "add", "--office", "tax", "--duty", "4", "--label", "x"]).code, 4);
    assert_eq!(city.run(&["key", "add", "--label", "x"]).code, 2);
}

#[test]
fn a_damaged_store_has_problems_and_no_crash() {
    let city = City::new();
    let database = city.path().join("data/credence.sqlite");
    let whole = std::fs::read(&database).unwrap();
    let middle = whole.len() / 2;
    let flipped = whole
        .iter()
        .enumerate()
        .map(|(place, byte)| if (middle..middle + 600).contains(&place) { byte ^ 0x55 } else { *byte })
        .collect();
    let damages: [(&str, Vec<u8>); 4] = [
        ("flipped", flipped),
        ("cut", whole[..middle].to_vec()),
        ("empty", Vec::new()),
        ("noise", vec![0xA5; 50_000]),
    ];
    for (name, bytes) in damages {
        std::fs::write(&database, bytes).unwrap();
        for rest in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(city.path().join(format!("data/credence.sqlite{rest}")));
        }
        let found = city.run(&["verify", "--json"]);
        assert_eq!(found.code, 1, "{name}: {} {}", found.out, found.err);
        assert!(!found.object()["problems"].as_array().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn a_store_that_is_not_there_is_a_failure_and_says_what_to_do() {
    let found = run(&["verify", "--store", "/nowhere/at/all"]);
    assert_eq!(found.code, 5);
    assert!(found.err.contains("credence demo"), "{}", found.err);
    assert_eq!(run(&["verify"]).code, 2);
    assert_eq!(run(&["verify", "--store", "mysql://a/b"]).code, 2);
}

#[test]
fn a_real_store_is_created_with_keys_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    let (catalogue, authorities) = (demo.join("catalogue.json"), demo.join("authorities.json"));
    let arguments = [
        "init",
        "--store",
        "real",
        "--catalogue",
        catalogue.to_str().unwrap(),
        "--authorities",
        authorities.to_str().unwrap(),
        "--origin",
        "credence.test/1",
        "--json",
    ];
    let created = run_in(folder.path(), &arguments, b"");
    assert_eq!(created.code, 0, "{}", created.err);
    assert!(created.object()["vkey"].as_str().unwrap().starts_with("credence.test/1+"));
    assert_eq!(run_in(folder.path(), &arguments, b"").code, 5);
    assert_eq!(run_in(folder.path(), &["verify", "--store", "real"], b"").code, 0);
    assert_eq!(
        run_in(folder.path(), &["demo", "--store", "real", "--replace"], b"").code,
        5,
        "a real store is never removed"
    );
    assert_eq!(run_in(folder.path(), &["verify", "--store", "real"], b"").code, 0);
}

#[test]
fn both_engines_give_one_city_the_same_root() {
    let Ok(cluster) = std::env::var("CREDENCE_TEST_POSTGRES") else {
        eprintln!(
            "NOT RUN ON POSTGRESQL: set CREDENCE_TEST_POSTGRES to the address of a superuser of a running cluster"
        );
        return;
    };
    let city = City::new();
    let name = format!("program_{}", std::process::id());
    let psql = |sql: &str| {
        let done =
            std::process::Command::new("psql").args(["-X", "-q", &cluster, "-c", sql]).status().unwrap();
        assert!(done.success(), "{sql}");
    };
    psql(&format!("create database {name} template template0 lc_collate 'C' lc_ctype 'C' encoding 'UTF8'"));
    let address = format!("{}/{name}", cluster.rsplit_once('/').unwrap().0);
    let there = |arguments: &[&str]| {
        run_in(city.path(), &[arguments, &["--store", &address, "--json"]].concat(), b"")
    };
    let built = there(&["demo", "--subjects", "60", "--day", "2026-11-20"]);
    let verified = there(&["verify"]);
    let compared = there(&["rebuild", "--compare"]);
    psql(&format!("drop database {name} with (force)"));
    assert_eq!(built.code, 0, "{}", built.err);
    assert_eq!(built.object()["root"], city.built["root"]);
    assert_eq!(built.object()["examples"], city.built["examples"]);
    assert_eq!((verified.code, compared.code), (0, 0), "{} {}", verified.out, compared.out);
}
