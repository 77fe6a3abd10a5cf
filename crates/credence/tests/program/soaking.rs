//! `soak`: the program under fire, ten rounds an engine.

use serde_json::Value;

use super::{Run, names, run};

fn soaked(engine: &str) -> Run {
    let rounds =
        ["soak", "--engine", engine, "--rounds", "10", "--seed", "11", "--connections", "24", "--json"];
    run(&rounds)
}

/// Tells every finding, and what the machine did not let us try.
fn holds(soaked: &Run) {
    let mut objects = soaked.objects();
    let sums = objects.pop().unwrap();
    let findings: Vec<&Value> =
        objects.iter().flat_map(|round| round["findings"].as_array().unwrap()).collect();
    assert!(findings.is_empty(), "{findings:#?}");
    for missing in sums["not_run"].as_array().unwrap() {
        eprintln!("NOT RUN: {missing}");
        if missing.get("fault").is_none() {
            return;
        }
    }
    assert_eq!(soaked.code, 0, "{}", soaked.err);
    assert_eq!((&sums["rounds"], &sums["kills"], &sums["findings"]), (&10.into(), &10.into(), &0.into()));
    assert!(sums["acknowledged"].as_u64().unwrap() > 100, "{sums}");
    assert!(objects.iter().all(|round| round["acknowledged"].as_u64().unwrap() > 0), "{objects:#?}");
    assert_eq!(
        names(&objects[0]),
        [
            "acknowledged",
            "engine",
            "entries",
            "fault",
            "findings",
            "lost",
            "milliseconds",
            "refused",
            "requests",
            "round",
            "unavailable"
        ]
    );
}

#[test]
fn everything_acknowledged_before_a_kill_is_in_the_journal_on_sqlite() {
    holds(&soaked("sqlite"));
}

#[test]
fn everything_acknowledged_before_a_kill_is_in_the_journal_on_postgresql() {
    holds(&soaked("postgres"));
}

#[test]
fn a_database_server_of_somebody_else_is_never_killed() {
    let refused = run(&["soak", "--store", "postgres://somebody@127.0.0.1:1/city"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--engine postgres"), "{}", refused.err);
}
