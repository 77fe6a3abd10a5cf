//! Files are short enough to be read in one go.

use crate::{Finding, Repository};

/// Lines of a file, items for tests not counted.
const LINES_MAX: usize = 500;

/// Finds files that are too long. Files for tests may be longer: a table of cases is read by looking things up.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Finding> {
    repository
        .program("crates/")
        .filter_map(|(file, code)| {
            let lines = code.lines_without_tests();
            let what = format!(
                "has {lines} lines without its tests; {LINES_MAX} is the limit: see whether it is one room"
            );
            (lines > LINES_MAX).then(|| Finding::new(&file.path, 0, what))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn five_hundred_lines_are_enough_and_tests_are_not_counted() {
        let long = "fn f() {}\n".repeat(500);
        let tests = format!("#[cfg(test)]\nmod tests {{\n{long}}}\n");
        let found = Fixture::new()
            .file("crates/law/src/a.rs", &format!("{long}{tests}"))
            .file("crates/law/src/b.rs", &format!("{long}fn g() {{}}\n{tests}"))
            .file("crates/law/tests/it/main.rs", &format!("{long}{long}"))
            .places(check);
        assert_eq!(found, ["crates/law/src/b.rs:0"]);
    }
}
