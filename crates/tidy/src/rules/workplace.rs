//! What is committed builds anywhere: it names no host that packages are fetched from, and nothing of the place where it
//! was written.

use crate::{Finding, Repository};

/// What is not named, each put together here so that this file does not name it either.
const UNNAMED: &[(&str, &str)] = &[
    (concat!("crates", ".io"), "a host of packages"),
    (concat!("pypi", ".org"), "a host of packages"),
    (concat!("python", "hosted.org"), "a host of packages"),
    (concat!("npm", "js.org"), "a host of packages"),
    (concat!("npm", "js.com"), "a host of packages"),
    (concat!("deb.", "debian.org"), "a host of packages"),
    (concat!("security.", "debian.org"), "a host of packages"),
    (concat!("proxy.", "golang.org"), "a host of packages"),
    (concat!("/", "work/"), "a folder of the workplace"),
    (concat!("farm", "-"), "a tool of the workplace"),
    (concat!("issues", " show"), "a tool of the workplace"),
    (concat!("duplicates", " --"), "a tool of the workplace"),
];

/// Finds the name of a package host or of the workplace in any file. The lock file names its source by nature.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in repository.files() {
        let is_lock = file.path.ends_with("Cargo.lock");
        for (place, line) in file.text.lines().enumerate() {
            if is_lock && line.starts_with("source = ") {
                continue;
            }
            let lower = line.to_ascii_lowercase();
            for (name, kind) in UNNAMED.iter().filter(|(name, _)| stands(&lower, name)) {
                findings.push(Finding::new(
                    &file.path,
                    place + 1,
                    format!("`{name}` is {kind} and is not named here"),
                ));
            }
        }
    }
    findings
}

/// Whether a name stands in a line where a name can begin, so that `network/` and `crowd-farm-` are left alone.
fn stands(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(start, _)| {
        let before = line.get(..start).and_then(|rest| rest.chars().next_back());
        !before.is_some_and(|character| {
            character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '$' | '}' | ')')
        }) || name.contains('.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn each_unnamed_name_is_found_in_any_file() {
        for (name, _) in UNNAMED {
            let found = Fixture::new().file("docs/a.md", &format!("one\nsee `{name}x`\n")).places(check);
            assert_eq!(found, ["docs/a.md:2"], "`{name}`");
        }
    }

    #[test]
    fn the_lock_file_may_say_where_packages_come_from() {
        let line = format!("source = \"registry+https://github.com/rust-lang/{}-index\"\n", UNNAMED[0].0);
        assert_eq!(Fixture::new().file("Cargo.lock", &line).places(check), Vec::<String>::new());
        assert_eq!(Fixture::new().file("docs/lock.md", &line).places(check), ["docs/lock.md:1"]);
    }
}
