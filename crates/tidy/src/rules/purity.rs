//! The law, the register and the journal are pure: facts go in, a ruling comes out. They read no clock, no file, no
//! network, no environment, and draw no chance; time and randomness are parameters.

use crate::code::Path;
use crate::manifest::DependencyKind;
use crate::{Finding, Repository};

const PURE: &[&str] = &["law", "register", "journal"];

/// What nobody pure names, each as the beginning of a name. `std::time` itself may not be imported, so that its clocks do
/// not come in under a shorter name.
const IMPURE: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "net"],
    &["std", "env"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "time", "SystemTime"],
    &["std", "time", "Instant"],
    &["std", "time", "*"],
    &["std", "time", "self"],
    &["tokio"],
    &["rand"],
    &["getrandom"],
];

/// Values that stand beside what is not pure: an address is a number that someone was given, and asks nothing of the network.
const VALUES: &[&[&str]] =
    &[&["std", "net", "IpAddr"], &["std", "net", "Ipv4Addr"], &["std", "net", "Ipv6Addr"]];

/// Names by which the clocks of the standard library and of the calendar crate are read, wherever they were imported from.
const CLOCKS: &[&[&str]] =
    &[&["SystemTime", "now"], &["Timestamp", "now"], &["Zoned", "now"], &["Instant", "now"]];

/// What nobody pure depends on.
const IMPURE_PACKAGES: &[&str] =
    &["tokio", "rand", "getrandom", "fastrand", "async-std", "smol", "tempfile", "walkdir"];

/// Finds a clock, a file, the network or chance in a pure crate, tests excluded.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in repository.manifests().iter().filter(|manifest| PURE.contains(&manifest.name.as_str())) {
        for dependency in &manifest.dependencies {
            if dependency.kind != DependencyKind::Test
                && IMPURE_PACKAGES.contains(&dependency.package.as_str())
            {
                let what =
                    format!("`{}` is pure and may not depend on `{}`", manifest.name, dependency.package);
                findings.push(Finding::new(&manifest.path, dependency.line, what));
            }
        }
    }
    for name in PURE {
        for (file, code) in repository.program(&format!("crates/{name}/src/")) {
            let impure = code.paths().into_iter().filter(is_impure);
            findings.extend(impure.map(|path| {
                let what = format!(
                    "`{name}` is pure and may not name `{}`: take it as a parameter",
                    path.parts.join("::")
                );
                Finding::new(&file.path, path.line, what)
            }));
        }
    }
    findings
}

fn is_impure(path: &Path) -> bool {
    let parts: Vec<&str> = path.parts.iter().map(String::as_str).collect();
    if VALUES.iter().any(|value| parts.starts_with(value)) {
        return false;
    }
    parts == ["std", "time"]
        || IMPURE.iter().any(|impure| parts.starts_with(impure))
        || CLOCKS.iter().any(|clock| parts.ends_with(clock))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_rule_of_law_may_not_look_at_the_clock_or_the_disk() {
        let found = Fixture::new()
            .file(
                "crates/register/src/rules.rs",
                "use std::{collections::BTreeMap, fs};\nuse std::time;\nfn f() { std::time::Instant::now(); }\n\
                 fn g() { tokio::spawn(()); }\nfn h() { jiff::Timestamp::now(); }\nfn i() { let rand = 1; fs(rand); }\n\
                 #[cfg(test)]\nmod tests { use std::fs; }",
            )
            .file("crates/journal/Cargo.toml", "[package]\nname = \"journal\"\n[build-dependencies]\nrand = \"1\"\n")
            .file("crates/store/src/lib.rs", "use std::fs::File;")
            .places(check);
        let register = (1..=5).map(|line| format!("crates/register/src/rules.rs:{line}"));
        assert_eq!(
            found,
            ["crates/journal/Cargo.toml:4".to_owned()].into_iter().chain(register).collect::<Vec<_>>()
        );
    }

    #[test]
    fn durations_and_embedded_files_are_no_clock_and_no_disk() {
        let found = Fixture::new()
            .file("crates/law/src/lib.rs", "use std::time::Duration;\nconst A: &str = include_str!(\"a.toml\");\nuse crate::time::Instant;")
            .places(check);
        assert_eq!(found, Vec::<String>::new());
    }
}
