//! Every act has the same five parts in the same order, so that whoever knows one act knows them all: what the articles
//! require; the facts that the law makes relevant; the command; `may_…` and the deciding function; the tests.
//!
//! Whether there is a command to be written down, only a reader can tell; the other parts are looked for.

use std::collections::BTreeMap;

use crate::code::{Code, Path};
use crate::repository::File;
use crate::{Finding, Repository};

const ACTS: &str = "crates/register/src/acts/";
const TESTS: &str = "crates/register/tests/";

/// A part of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Law,
    Facts,
    Permission,
    Decision,
    Tests,
}

impl Part {
    const fn what(self) -> &'static str {
        match self {
            Self::Law => {
                "begin with what the articles require, their numbers in the first line: `//! Consent (Article 35).`"
            }
            Self::Facts => "name the facts that the law makes relevant: `pub struct …Facts`",
            Self::Permission => {
                "say who may: `pub fn may_…`, which a page asks to show the button or the reason"
            }
            Self::Decision => "decide: a public function beside `may_…`",
            Self::Tests => {
                "show what the articles come to: by tests last in the file, or in the crate's tests, which name the act they use"
            }
        }
    }
}

/// Acts that lack a part for a reason.
const EXCEPTIONS: &[(&str, Part, &str)] = &[
    (
        "information/commencement",
        Part::Permission,
        "nobody asks for it: a version takes force by the calendar",
    ),
    (
        "information/commencement",
        Part::Facts,
        "its facts are the law itself and the versions recorded so far",
    ),
    (
        "information/catalogue",
        Part::Permission,
        "only the operator publishes and enrols: there is no button to show to others",
    ),
    ("rights/consent", Part::Permission, "every subject may at any time: there is nothing to ask beforehand"),
];

/// Finds an act that lacks a part, has them out of order, or has an exception that it does not need.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut acts: BTreeMap<String, Vec<(&File, &Code)>> = BTreeMap::new();
    for (file, code) in repository.program(ACTS) {
        if let Some(act) = act_of(&file.path) {
            acts.entry(act).or_default().push((file, code));
        }
    }
    let mut findings = Vec::new();
    for (act, files) in &acts {
        let file = files.first().map_or(ACTS, |(file, _)| file.path.as_str());
        for part in [Part::Law, Part::Facts, Part::Permission, Part::Decision, Part::Tests] {
            let present = has(repository, act, files, part);
            let excepted = EXCEPTIONS.iter().any(|(name, missing, _)| name == act && *missing == part);
            if !present && !excepted {
                findings.push(Finding::new(file, 0, format!("an act must {}", part.what())));
            }
            if present && excepted {
                findings.push(Finding::new(
                    file,
                    0,
                    format!("the exception from `{part:?}` is no longer needed: take it out"),
                ));
            }
        }
        findings.extend(files.iter().filter_map(|(file, code)| out_of_order(file, code)));
    }
    let gone = EXCEPTIONS.iter().filter(|(name, _, _)| !acts.is_empty() && !acts.contains_key(*name));
    findings.extend(gone.map(|(name, part, _)| {
        Finding::new(ACTS, 0, format!("`{name}` is no act any more: take its exception from `{part:?}` out"))
    }));
    findings
}

/// The act that a file belongs to: `rights/consent` for `rights/consent.rs` and all under `rights/consent/`; nothing for
/// the map of a chapter.
fn act_of(path: &str) -> Option<String> {
    let inside = path.strip_prefix(ACTS)?.trim_end_matches(".rs");
    let mut parts = inside.split('/');
    let (chapter, act) = (parts.next()?, parts.next()?);
    (act != "mod").then(|| format!("{chapter}/{act}"))
}

fn has(repository: &Repository, act: &str, files: &[(&File, &Code)], part: Part) -> bool {
    let functions = || files.iter().flat_map(|(_, code)| code.public_functions());
    match part {
        Part::Law => files.first().is_some_and(|(file, _)| {
            file.text.lines().next().is_some_and(|line| line.starts_with("//! ") && line.contains("Article"))
        }),
        Part::Facts => files.iter().any(|(_, code)| facts_at(code).is_some()),
        Part::Permission => functions().any(|function| function.name.starts_with("may_")),
        Part::Decision => functions().any(|function| !function.name.starts_with("may_")),
        Part::Tests => {
            let uses =
                |path: &Path| act.split('/').all(|part| path.parts.iter().any(|written| written == part));
            files.iter().any(|(_, code)| code.has_tests)
                || repository.rust(TESTS).any(|(_, code)| code.paths_with_tests().iter().any(uses))
        }
    }
}

fn facts_at(code: &Code) -> Option<usize> {
    code.bare
        .lines()
        .position(|line| {
            let name =
                line.trim_start().strip_prefix("pub struct ").map(|rest| rest.split(['<', ' ', '(']).next());
            name.flatten().is_some_and(|name| name.ends_with("Facts"))
        })
        .map(|place| place + 1)
}

fn out_of_order(file: &File, code: &Code) -> Option<Finding> {
    let first_function = code.public_functions().first().map(|function| function.line);
    if let (Some(facts), Some(function)) = (facts_at(code), first_function)
        && function < facts
    {
        return Some(Finding::new(&file.path, facts, "the facts stand before the functions that judge them"));
    }
    let last_code = last_line(&code.bare);
    let last = last_line(&code.with_tests);
    (code.has_tests && last_code >= last).then(|| Finding::new(&file.path, last_code, "the tests stand last"))
}

fn last_line(code: &str) -> usize {
    code.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(place, _)| place + 1)
        .last()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    const WHOLE: &str = "//! Objection (Article 37).\npub struct ObjectionFacts<'a> { a: &'a str }\npub fn may_lodge() {}\npub fn lodge() {}\n\
                         #[cfg(test)]\nmod tests {}\n";

    fn findings(text: &str) -> Vec<String> {
        let fixture = Fixture::new().file("crates/register/src/acts/rights/objection.rs", text);
        let of_the_act = |finding: &Finding| finding.file.ends_with("objection.rs");
        check(&fixture.read()).into_iter().filter(of_the_act).map(|finding| finding.what).collect()
    }

    #[test]
    fn an_act_with_its_parts_in_order_passes() {
        assert_eq!(findings(WHOLE), Vec::<String>::new());
    }

    #[test]
    fn each_missing_part_is_found() {
        for (cut, part) in [
            (" (Article 37)", Part::Law),
            ("pub struct ObjectionFacts<'a> { a: &'a str }\n", Part::Facts),
            ("pub fn may_lodge() {}\n", Part::Permission),
            ("pub fn lodge() {}\n", Part::Decision),
            ("#[cfg(test)]\nmod tests {}\n", Part::Tests),
        ] {
            assert_eq!(findings(&WHOLE.replace(cut, "")), [format!("an act must {}", part.what())]);
        }
    }

    #[test]
    fn parts_out_of_order_are_found() {
        let facts_late = WHOLE
            .replace("pub fn may_lodge() {}\n", "")
            .replace("//! Objection (Article 37).\n", "//! Objection (Article 37).\npub fn may_lodge() {}\n");
        assert_eq!(findings(&facts_late), ["the facts stand before the functions that judge them"]);
        assert_eq!(findings(&format!("{WHOLE}fn last() {{}}\n")), ["the tests stand last"]);
    }

    #[test]
    fn tests_may_lie_with_those_of_the_crate_where_they_name_the_act() {
        let fixture = Fixture::new()
            .file(
                "crates/register/src/acts/rights/objection.rs",
                &WHOLE.replace("#[cfg(test)]\nmod tests {}\n", ""),
            )
            .file(
                "crates/register/tests/register/cases.rs",
                "use register::acts::rights::{consent, objection::lodge};",
            );
        assert!(!check(&fixture.read()).iter().any(|finding| finding.file.ends_with("objection.rs")));
    }

    #[test]
    fn an_exception_that_is_not_needed_is_found() {
        let (act, part, _) = EXCEPTIONS[0];
        let fixture = Fixture::new().file(&format!("crates/register/src/acts/{act}.rs"), WHOLE);
        let found = check(&fixture.read());
        assert!(found.iter().any(|finding| {
            finding.what.contains(&format!("the exception from `{part:?}` is no longer needed"))
        }));
        assert!(found.iter().any(|finding| finding.what.contains("is no act any more")));
    }
}
