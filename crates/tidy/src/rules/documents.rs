//! Documents name only what is there: a map that leads to a wall is worse than none.

use crate::repository::File;
use crate::{Finding, Repository};

/// How a path in a document begins.
const PLACES: &[&str] = &["crates/", "docs/", "regulations/", "tests/", "demo/", ".ci/"];

/// Finds a path in back-ticks, or a link, that leads nowhere: in README.md, ARCHITECTURE.md, STYLE.md and all under `docs/`.
/// What a changelog names may be gone.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Finding> {
    repository
        .files()
        .filter(|file| {
            matches!(file.path.as_str(), "README.md" | "ARCHITECTURE.md" | "STYLE.md")
                || file.path.starts_with("docs/")
        })
        .filter(|file| file.path.ends_with(".md"))
        .flat_map(|file| of_document(repository, file))
        .collect()
}

fn of_document(repository: &Repository, file: &File) -> Vec<Finding> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut findings = Vec::new();
    let mut fenced = false;
    for (place, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        for path in code_spans(line).filter_map(as_path) {
            // Crates are called by their names too: `store/src/sql.rs`.
            if !repository.has(path) && !repository.has(&format!("crates/{path}")) {
                findings.push(Finding::new(&file.path, place + 1, format!("`{path}` is not there")));
            }
        }
        for link in links(line) {
            let target = join(folder, link);
            if !repository.has(&target) {
                findings.push(Finding::new(
                    &file.path,
                    place + 1,
                    format!("the link to `{link}` leads nowhere"),
                ));
            }
        }
    }
    findings
}

/// What stands between back-ticks.
fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// A code span as a path, if it looks like one that is not a pattern.
fn as_path(span: &str) -> Option<&str> {
    let path = span.strip_prefix("./").unwrap_or(span);
    let is_pattern =
        path.contains(['*', '<', '>', '{', '}', '…', '$', ' ', '(', ':']) || path.contains("NNNN");
    let crate_path =
        path.split_once('/').is_some_and(|(_, rest)| rest.starts_with("src/") || rest.starts_with("tests/"));
    let is_path = PLACES.iter().any(|place| path.starts_with(place)) || crate_path;
    (is_path && !is_pattern).then_some(path)
}

/// The targets of links to files of the repository.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:"))
}

fn join(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_path_or_a_link_that_leads_nowhere_is_found() {
        let found = Fixture::new()
            .file("crates/store/src/sql.rs", "")
            .file("README.md", "`crates/store/src/sql.rs`, `store/src/sql.rs`, `crates/store/`\n`crates/gone.rs` and `store/src/gone.rs`\n")
            .file("docs/decisions/0001.md", "[the map](../../README.md#map) [a site](https://example.org/)\n[gone](../gone.md)\n")
            .places(check);
        assert_eq!(found, ["README.md:2", "README.md:2", "docs/decisions/0001.md:2"]);
    }

    #[test]
    fn patterns_commands_and_listings_are_no_paths() {
        let found = Fixture::new()
            .file("README.md", "`crates/*/tests/`, `docs/decisions/NNNN-title.md`, `cargo test crates/x`\n```\n`crates/gone`\n```\n")
            .places(check);
        assert_eq!(found, Vec::<String>::new());
    }
}
