//! SQL is written once for both engines: the tables in one place, and only words that SQLite and PostgreSQL take alike.

use crate::{Finding, Repository};

/// Where the tables are made.
const SCHEMA: &str = "crates/store/src/schema.rs";
/// The one test that plays someone with the database in hands, who copies tables to put them back.
const TAMPERING: &str = "crates/store/tests/store/proof.rs";
/// The yardstick of the benchmarks, which makes tables of its own beside a store of invented data and drops them.
const YARDSTICK: &str = "crates/store/src/yardstick.rs";
/// The function there that lists them all, and where those are declared that events write.
const LIST: &str = "tables";
const PROJECTED: &str = "crates/register/src/tables.rs";

/// What one engine lacks, or reads differently, and what to do instead.
const BANNED: &[(&str, &str)] = &[
    ("now()", "time is a parameter: bind the instant"),
    ("current_timestamp", "time is a parameter: bind the instant"),
    ("random()", "randomness is a parameter"),
    ("like", "names are normalised in Rust and found by the name index"),
    ("ilike", "names are normalised in Rust and found by the name index"),
    ("lower(", "names are normalised in Rust"),
    ("autoincrement", "numbers are ours, never the engine's"),
    ("serial", "numbers are ours, never the engine's"),
    ("bigserial", "numbers are ours, never the engine's"),
    ("create trigger", "tables are written from events only"),
    ("create sequence", "numbers are ours, never the engine's"),
    ("for update", "the pen is the only lock"),
];

/// Finds tables made elsewhere, a schema without its list, and SQL that only one engine speaks.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    match repository.file(SCHEMA).and_then(|file| file.code.as_ref()) {
        Some(code) if code.public_functions().iter().any(|function| function.name == LIST) => {}
        Some(_) => findings.push(Finding::new(SCHEMA, 0, format!("must list every table: `pub fn {LIST}`"))),
        None => findings.push(Finding::new(SCHEMA, 0, "is missing: the tables are declared there")),
    }
    for (file, code) in repository.program("crates/") {
        for (line, name) in declared(&code.bare) {
            if file.path != SCHEMA && file.path != PROJECTED {
                let what = format!("the table `{name}` is declared outside {SCHEMA} and {PROJECTED}");
                findings.push(Finding::new(&file.path, line, what));
            } else if code.identifiers().iter().filter(|(_, found)| *found == name).count() < 2 {
                findings.push(Finding::new(
                    &file.path,
                    line,
                    format!("the table `{name}` is not in the list"),
                ));
            }
        }
    }
    // This crate names what it looks for.
    let looked_at = |path: &str| !path.starts_with("crates/tidy/") && path != TAMPERING && path != YARDSTICK;
    for (file, code) in repository.rust("crates/").filter(|(file, _)| looked_at(&file.path)) {
        for text in &code.texts {
            if file.path != SCHEMA && normal(&text.content).contains("create table") {
                findings.push(Finding::new(
                    &file.path,
                    text.line,
                    format!("tables are made in {SCHEMA} only"),
                ));
            }
        }
    }
    for file in repository.files().filter(|file| file.path.ends_with(".sql")) {
        findings.push(Finding::new(
            &file.path,
            0,
            format!("tables are made in {SCHEMA} only, not in a file of SQL"),
        ));
    }
    for (file, code) in repository.program("crates/store/src/").filter(|(file, _)| file.path != YARDSTICK) {
        for text in code.texts.iter().filter(|text| !text.in_tests) {
            let content = normal(&text.content);
            for (words, instead) in BANNED.iter().filter(|(words, _)| has_words(&content, words)) {
                findings.push(Finding::new(
                    &file.path,
                    text.line,
                    format!("`{words}` is not in the common dialect: {instead}"),
                ));
            }
        }
    }
    findings
}

/// The tables that a code declares: `static NAME: Table = …`.
fn declared(code: &str) -> impl Iterator<Item = (usize, String)> {
    code.lines().enumerate().filter_map(|(place, line)| {
        let (before, _) = line.split_once(": Table =")?;
        let mut words = before.split_whitespace().rev();
        let name = words.next()?;
        matches!(words.next(), Some("static" | "const")).then(|| (place + 1, name.to_owned()))
    })
}

/// Lower case, with one space where there was any, so that a break in the line hides nothing.
fn normal(text: &str) -> String {
    text.replace("\\n", " ")
        .replace('\\', " ")
        .to_ascii_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether words stand in a text as whole words.
fn has_words(text: &str, words: &str) -> bool {
    let part_of_name = |character: Option<char>| {
        character.is_some_and(|character| character.is_ascii_alphanumeric() || character == '_')
    };
    text.match_indices(words).any(|(start, _)| {
        let end = start + words.len();
        let after = text.get(end..).and_then(|rest| rest.chars().next());
        let before = text.get(..start).and_then(|rest| rest.chars().next_back());
        !part_of_name(before) && (!part_of_name(after) || words.ends_with('('))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn store() -> Fixture {
        Fixture::new()
            .file(SCHEMA, "pub fn tables() -> &'static str { \"create table record (number bigint)\" }")
    }

    #[test]
    fn a_table_that_is_made_elsewhere_is_found_even_in_a_test() {
        let found = store()
            .file("crates/store/src/session.rs", "const A: &str = \"CREATE\n    TABLE session\";")
            .file("crates/web/tests/it.rs", "const A: &str = \"create table x\";")
            .file("crates/store/migrations/1.sql", "")
            .places(check);
        assert_eq!(
            found,
            ["crates/store/migrations/1.sql:0", "crates/store/src/session.rs:1", "crates/web/tests/it.rs:1"]
        );
    }

    #[test]
    fn a_schema_without_its_list_is_found() {
        assert_eq!(Fixture::new().places(check), [format!("{SCHEMA}:0")]);
        assert_eq!(Fixture::new().file(SCHEMA, "fn f() {}").places(check), [format!("{SCHEMA}:0")]);
    }

    #[test]
    fn a_table_that_is_declared_elsewhere_or_not_listed_is_found() {
        let found = store()
            .file(PROJECTED, "pub static RECORD: Table = Table {};\npub static LOST: Table = Table {};\nconst ALL: &[&Table] = &[&RECORD];")
            .file("crates/web/src/lib.rs", "static SESSION: Table = Table {};\nfn f() { SESSION; }")
            .places(check);
        assert_eq!(found, [format!("{PROJECTED}:2"), "crates/web/src/lib.rs:1".to_owned()]);
    }

    #[test]
    fn words_of_one_engine_are_found() {
        for (words, _) in BANNED {
            let text = format!("const A: &str = \"select {words} 1) from record\";");
            assert_eq!(
                store().file("crates/store/src/a.rs", &text).places(check),
                ["crates/store/src/a.rs:1"],
                "`{words}`"
            );
        }
    }

    #[test]
    fn harmless_words_pass() {
        let text = "const A: &str = \"serialised, alike, known(), lowered, likely\";\nfn f(text: &str) { text.to_lowercase(); }";
        assert_eq!(store().file("crates/store/src/a.rs", text).places(check), Vec::<String>::new());
    }
}
