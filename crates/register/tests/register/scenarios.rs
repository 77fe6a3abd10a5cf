//! The scenarios beside the law: `regulations/scenarios/<topic>/<name>.toml`, read as sentences and tried with the real acts.
//!
//! A file says what is given, and step by step what happens and what follows. Each sentence is one of the forms below; one that is
//! none of them fails, as does a file that follows nothing. What the acts enter is applied to the record by the rows that the
//! entries really write.

mod given;
mod then;
mod when;
mod world;

use std::path::{Path, PathBuf};

use law::Citation;
use serde::Deserialize;
use toml::Spanned;

use self::world::World;

/// How many files there are at least.
const FILES_MIN: usize = 70;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    title_zh: String,
    title_en: String,
    articles: Vec<Citation>,
    given: Vec<Spanned<String>>,
    step: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    when: Spanned<String>,
    #[serde(default)]
    then: Vec<Spanned<String>>,
}

/// What the braces of a pattern stand for in a sentence; nothing where the sentence is of another form.
fn fit<'sentence>(pattern: &str, sentence: &'sentence str) -> Option<Vec<&'sentence str>> {
    let mut literals = pattern.split("{}");
    let mut rest = sentence.strip_prefix(literals.next()?)?;
    let mut found = Vec::new();
    let mut literals = literals.peekable();
    while let Some(literal) = literals.next() {
        let (value, after) = if literals.peek().is_none() {
            (rest.strip_suffix(literal)?, "")
        } else {
            rest.split_once(literal)?
        };
        if value.is_empty() {
            return None;
        }
        found.push(value);
        rest = after;
    }
    rest.is_empty().then_some(found)
}

/// What is wrong with a scenario, each with its line.
fn try_out(name: &str, text: &str) -> Vec<String> {
    let scenario: Scenario = match toml::from_str(text) {
        Ok(scenario) => scenario,
        Err(error) => {
            let start = error.span().map_or(0, |span| span.start);
            return vec![format!("{name}:{}: {}", line(text, start), error.message())];
        }
    };
    let Scenario { title_zh, title_en, articles, given, step } = scenario;
    let mut wrong = Vec::new();
    if title_zh.is_ascii() || title_en.trim().is_empty() || articles.is_empty() || given.is_empty() {
        wrong.push(format!("{name}:1: it lacks a title in both languages, an article, or what is given"));
    }
    if step.iter().all(|step| step.then.is_empty()) {
        wrong.push(format!("{name}:1: it asserts nothing"));
    }
    let mut world = World::new();
    let at = |sentence: &Spanned<String>, what: String| {
        format!("{name}:{}: `{}`: {what}", line(text, sentence.span().start), sentence.get_ref())
    };
    for sentence in &given {
        if let Err(what) = world.given(sentence.get_ref()) {
            wrong.push(at(sentence, what));
            return wrong;
        }
    }
    for step in &step {
        if let Err(what) = world.when(step.when.get_ref()) {
            wrong.push(at(&step.when, what));
            return wrong;
        }
        for sentence in &step.then {
            if let Err(what) = world.then(sentence.get_ref()) {
                wrong.push(at(sentence, what));
            }
        }
        if let Some(codes) = world.refusal_unsaid() {
            wrong.push(at(&step.when, format!("it is refused, and the step does not say so: {codes}")));
            return wrong;
        }
    }
    wrong
}

fn line(text: &str, start: usize) -> usize {
    text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
}

#[test]
fn article_37_the_scenarios_beside_the_law_come_out_as_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../regulations/scenarios");
    let mut found = Vec::new();
    files(&folder, &mut found);
    found.sort();
    assert!(found.len() >= FILES_MIN, "there are {} scenarios, fewer than {FILES_MIN}", found.len());
    let wrong: Vec<String> = found
        .iter()
        .flat_map(|path| {
            let name = path.strip_prefix(&folder).unwrap_or(path).display();
            try_out(&format!("regulations/scenarios/{name}"), &std::fs::read_to_string(path).unwrap())
        })
        .collect();
    assert!(wrong.is_empty(), "of {} scenarios:\n{}", found.len(), wrong.join("\n"));
}

#[test]
fn a_scenario_that_is_wrong_or_says_nothing_is_told_by_its_line() {
    let whole = "title_zh = \"题\"\ntitle_en = \"t\"\narticles = [\"15\"]\n\
                 given = [\"general untrustworthiness of a company, found on 2026-05-06 and filed on 2026-05-08\"]\n\
                 [[step]]\nwhen = \"on 2026-06-01\"\nthen = [\"it is displayed until 2027-05-06, ndrc-36\"]\n";
    assert_eq!(try_out("a", whole), Vec::<String>::new());
    for (from, to, expected) in [
        ("2027-05-06", "2027-05-07", "a:7: `it is displayed until 2027-05-07, ndrc-36`: "),
        ("title_en", "titel_en", "a:2: unknown field"),
        ("it is displayed", "it shines", "a:7: `it shines until 2027-05-06, ndrc-36`: no such sentence"),
        ("then = [\"it is displayed until 2027-05-06, ndrc-36\"]", "", "a:1: it asserts nothing"),
        ("of a company", "of a cow", "a:4: "),
        ("on 2026-06-01", "on 2026-06-31", "a:6: "),
        ("when = \"on 2026-06-01\"", "when = \"on 2026-06-01, the subject takes the case back\"", "a:6: "),
    ] {
        let wrong = try_out("a", &whole.replace(from, to));
        assert!(wrong.first().is_some_and(|wrong| wrong.starts_with(expected)), "{to}: {wrong:?}");
    }
}
