//! Crates have one shape: the lints of the workspace, at most one binary of integration tests, no test ignored silently.

use crate::code::line_of;
use crate::{Finding, Repository};

/// Finds a crate without the lints, a second test binary, and an ignored test without a reason.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in repository.manifests() {
        if !manifest.takes_lints {
            findings.push(Finding::new(&manifest.path, 0, "must take the lints: `[lints] workspace = true`"));
        }
        let tests = manifest.path.replace("Cargo.toml", "tests/");
        let binaries: Vec<&str> = repository
            .rust(&tests)
            .map(|(file, _)| file.path.as_str())
            .filter(|path| path.strip_prefix(&tests).is_some_and(is_binary))
            .collect();
        findings.extend(binaries.iter().skip(1).map(|path| {
            Finding::new(*path, 0, "is a second binary of integration tests, to be linked by itself: make it a module of the first")
        }));
    }
    for (file, code) in repository.rust("crates/") {
        for (start, _) in code.with_tests.match_indices("#[ignore") {
            let reason = code
                .with_tests
                .get(start..)
                .and_then(|rest| rest.split(']').next())
                .is_some_and(|item| item.contains('='));
            if !reason {
                let what = "an ignored test says why: `#[ignore = \"…\"]`";
                findings.push(Finding::new(&file.path, line_of(&code.with_tests, start), what));
            }
        }
    }
    findings
}

/// Whether cargo makes a binary of a file under `tests/`: one directly in it, or the `main.rs` of a folder.
fn is_binary(path: &str) -> bool {
    match path.split_once('/') {
        None => true,
        Some((_, rest)) => rest == "main.rs",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    const MANIFEST: &str = "[package]\nname = \"law\"\n[lints]\nworkspace = true\n";

    #[test]
    fn a_crate_without_the_lints_is_found() {
        assert_eq!(
            Fixture::new().file("crates/law/Cargo.toml", "[package]\n").places(check),
            ["crates/law/Cargo.toml:0"]
        );
        assert_eq!(
            Fixture::new().file("crates/law/Cargo.toml", MANIFEST).places(check),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_second_test_binary_is_found() {
        let found = Fixture::new()
            .file("crates/law/Cargo.toml", MANIFEST)
            .file("crates/law/tests/it/main.rs", "mod days;")
            .file("crates/law/tests/it/days.rs", "")
            .file("crates/law/tests/vectors.rs", "")
            .places(check);
        assert_eq!(found, ["crates/law/tests/vectors.rs:0"]);
    }

    #[test]
    fn a_test_that_is_ignored_without_a_reason_is_found() {
        let found = Fixture::new()
            .file("crates/law/src/lib.rs", "#[cfg(test)]\nmod tests {\n    #[test]\n    #[ignore]\n    fn a() {}\n    #[ignore = \"slow: an hour\"]\n    fn b() {}\n}\n")
            .places(check);
        assert_eq!(found, ["crates/law/src/lib.rs:4"]);
    }
}
