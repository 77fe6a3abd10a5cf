//! Acts and rules name the articles that they carry out, in a line that `credence law` reads: `Articles: 15, 20(1)`.

use law::Citation;

use crate::repository::File;
use crate::{Finding, Repository};

const ACTS: &str = "crates/register/src/acts/";
const RULES: &str = "crates/register/src/rules/";
const LABEL: &str = "Articles:";

/// Finds an act or a rule without its articles, and an article that the regulations do not have.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, code) in repository.program(ACTS) {
        // A chapter's map has no function: its articles are those of its acts.
        let is_map =
            code.public_functions().is_empty() && !code.identifiers().iter().any(|(_, name)| name == "fn");
        if !is_map && lines(file).next().is_none() {
            findings.push(Finding::new(
                &file.path,
                0,
                format!("an act names its articles: add a doc line `{LABEL} …`"),
            ));
        }
    }
    for (file, code) in repository.program(RULES) {
        for function in code.public_functions() {
            if !documentation(&file.text, function.line).any(|line| line.starts_with(LABEL)) {
                let what =
                    format!("the rule `{}` names its articles: add a doc line `{LABEL} …`", function.name);
                findings.push(Finding::new(&file.path, function.line, what));
            }
        }
    }
    for (file, _) in repository.program("crates/").filter(|(file, _)| !file.path.starts_with("crates/tidy/"))
    {
        for (line, written) in lines(file) {
            let unknown = written.split(',').map(str::trim).filter(|part| !is_article(part));
            findings.extend(unknown.map(|part| {
                Finding::new(
                    &file.path,
                    line,
                    format!("`{part}` is no article of the regulations: write `15` or `20(1)`, 1 to 56"),
                )
            }));
        }
    }
    findings
}

fn is_article(written: &str) -> bool {
    written.parse::<Citation>().is_ok_and(|citation| citation.beijing_article().is_some())
}

/// The lines with articles, with what stands behind the label.
fn lines(file: &File) -> impl Iterator<Item = (usize, &str)> {
    file.text
        .lines()
        .enumerate()
        .filter_map(|(place, line)| Some((place + 1, doc(line)?.strip_prefix(LABEL)?.trim())))
}

/// The doc lines right above a line.
fn documentation(text: &str, line: usize) -> impl Iterator<Item = &str> {
    let above: Vec<&str> = text.lines().take(line.saturating_sub(1)).collect();
    above
        .into_iter()
        .rev()
        .take_while(|line| {
            let line = line.trim();
            line.starts_with("///") || !(line.is_empty() || line.ends_with('}') || line.ends_with(';'))
        })
        .filter_map(doc)
}

fn doc(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("///").or_else(|| line.strip_prefix("//!")).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_rule_or_an_act_without_its_articles_is_found() {
        let found = Fixture::new()
            .file(
                "crates/register/src/rules/display.rs",
                "/// Shown?\n///\n/// Articles: 15, 20(1)\n#[expect(\n    clippy::x,\n    reason = \"r\"\n)]\npub const fn a() {}\n\
                 /// No line of its own.\npub fn b() {}\nimpl X { pub fn c() {} }\nfn d() {}\n",
            )
            .file("crates/register/src/acts/rights/consent.rs", "//! Consent (Article 35).\npub fn grant() {}\n")
            .file("crates/register/src/acts/rights.rs", "pub mod consent;\n")
            .places(check);
        assert_eq!(
            found,
            ["crates/register/src/acts/rights/consent.rs:0", "crates/register/src/rules/display.rs:10"]
        );
    }

    #[test]
    fn an_article_that_the_regulations_do_not_have_is_found() {
        for wrong in ["57", "0", "ndrc-36:12", "fifteen", "15 and 16", ""] {
            let found = Fixture::new()
                .file(
                    "crates/web/src/pages/home.rs",
                    &format!("/// Home.\n/// Articles: 15, {wrong}\nfn home() {{}}\n"),
                )
                .places(check);
            assert_eq!(found, ["crates/web/src/pages/home.rs:2"], "`{wrong}`");
        }
    }
}
