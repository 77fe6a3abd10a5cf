//! No score, grade or rank of a human being, under any name: the words do not occur in the code that could do it.

use crate::repository::File;
use crate::{Finding, Repository};

/// Crates that know subjects.
const CRATES: &[&str] = &["register", "store", "service", "web"];

/// Parts of names that are not given, in English.
const WORDS: &[&str] = &[
    "score", "scores", "scored", "scoring", "grade", "grades", "graded", "grading", "rank", "ranks",
    "ranked", "ranking", "rating", "ratings",
];
/// The same in Chinese: 评分, 积分 and 等级.
const CHINESE_WORDS: &[&str] = &["评分", "积分", "等级"];

/// Where a word stands for something else, and for what.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "crates/register/src/catalogue.rs",
        "rank",
        "the rank of a legal basis: law, administrative regulation, rule",
    ),
    (
        "crates/web/src/api/documents/reference.rs",
        "rank",
        "the same in the interface's description of a catalogue item",
    ),
    ("crates/web/openapi.json", "rank", "the same, as it is published"),
    (
        "crates/store/src/search/mod.rs",
        "rank",
        "the order in which organisations' names answer a search text; nobody is judged by it",
    ),
    ("crates/store/src/search/index.rs", "rank", "the same"),
    ("crates/store/src/search/collected.rs", "rank", "the same"),
    ("crates/store/src/search/index.rs", "score", "the search library's word for it, which is switched off"),
    (
        "crates/register/src/authority.rs",
        "积分",
        "积分落户 is the name of merit-based registration in Article 20(4)",
    ),
];

/// Finds such a word: in a name, or in Chinese in a text or a page.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut used = Vec::new();
    for name in CRATES {
        for file in repository.files().filter(|file| file.path.starts_with(&format!("crates/{name}/"))) {
            for (line, word) in words(file) {
                match EXCEPTIONS
                    .iter()
                    .position(|(path, except, _)| file.path == *path && base(&word) == *except)
                {
                    Some(exception) => used.push(exception),
                    None => findings.push(Finding::new(
                        &file.path,
                        line,
                        format!("`{word}`: nobody is given a score, a grade or a rank"),
                    )),
                }
            }
        }
    }
    let unused = EXCEPTIONS
        .iter()
        .enumerate()
        .filter(|(place, (path, _, _))| repository.has(path) && !used.contains(place));
    findings.extend(unused.map(|(_, (path, word, _))| {
        Finding::new(*path, 0, format!("the exception for `{word}` is no longer needed: take it out of crates/tidy/src/rules/no_score.rs"))
    }));
    findings
}

/// The singular of a word, by which exceptions are given.
fn base(word: &str) -> &str {
    match word {
        "scores" | "scored" | "scoring" => "score",
        "grades" | "graded" | "grading" => "grade",
        "ranks" | "ranked" | "ranking" => "rank",
        "ratings" => "rating",
        other => other,
    }
}

fn words(file: &File) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    if let Some(code) = &file.code {
        if file.for_tests {
            return found;
        }
        for (line, name) in code.identifiers() {
            found.extend(
                parts(&name)
                    .into_iter()
                    .filter(|part| WORDS.contains(&part.as_str()))
                    .map(|part| (line, part)),
            );
            found.extend(chinese(&name).map(|word| (line, word)));
        }
        for text in code.texts.iter().filter(|text| !text.in_tests) {
            found.extend(chinese(&text.content).map(|word| (text.line, word)));
        }
    } else if file.path.ends_with(".html") || file.path.ends_with(".json") {
        for (place, line) in file.text.lines().enumerate() {
            let names =
                line.split(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
            found.extend(
                names
                    .flat_map(parts)
                    .filter(|part| WORDS.contains(&part.as_str()))
                    .map(|part| (place + 1, part)),
            );
            found.extend(chinese(line).map(|word| (place + 1, word)));
        }
    }
    found
}

fn chinese(text: &str) -> impl Iterator<Item = String> {
    CHINESE_WORDS.iter().filter(move |word| text.contains(**word)).map(|word| (*word).to_owned())
}

/// The words that a name is made of, in lower case: `CreditScore` and `credit_score` are credit and score.
fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut previous_is_lower = false;
    for character in name.chars() {
        if character == '_' || (character.is_uppercase() && previous_is_lower) {
            parts.push(String::new());
        }
        previous_is_lower = character.is_lowercase() || character.is_ascii_digit();
        if character != '_'
            && let Some(last) = parts.last_mut()
        {
            last.extend(character.to_lowercase());
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_score_of_a_subject_is_found_under_every_name() {
        let found = Fixture::new()
            .file(
                "crates/service/src/lib.rs",
                "// a score in a comment is no score\nstruct CreditScore;\nfn rank_subjects() {}\nconst GRADE_MAX: u8 = 1;\n\
                 fn f() -> &'static str { \"信用等级\" }\nfn upgrade(integrated: u8, generating: u8) {}\n",
            )
            .file("crates/web/templates/subject.html", "<p>{{ subject.rating }}</p>\n<p>积分</p>\n")
            .file("crates/law/src/lib.rs", "struct Score;")
            .places(check);
        let lines = |file: &str, lines: &[usize]| {
            lines.iter().map(|line| format!("{file}:{line}")).collect::<Vec<_>>()
        };
        let mut expected = lines("crates/service/src/lib.rs", &[2, 3, 4, 5]);
        expected.extend(lines("crates/web/templates/subject.html", &[1, 2]));
        assert_eq!(found, expected);
    }

    #[test]
    fn an_exception_holds_in_its_file_only_and_while_it_is_needed() {
        let (path, word, _) = EXCEPTIONS[0];
        let used = Fixture::new()
            .file(path, &format!("fn {word}() {{}}"))
            .file("crates/store/src/a.rs", "fn rank() {}");
        assert_eq!(used.places(check), ["crates/store/src/a.rs:1"]);
        assert_eq!(Fixture::new().file(path, "").places(check), [format!("{path}:0")]);
    }
}
