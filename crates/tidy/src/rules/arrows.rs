//! The arrows of the design: which crate may depend on which, and on no other.

use crate::manifest::{DependencyKind, Manifest};
use crate::{Finding, Repository};

/// Crates that exist for tests only.
const FOR_TESTS: &[&str] = &["testkit", "hostile", "tidy"];

/// Each crate of the house and the crates that it may depend on (design, section 3).
const ARROWS: &[(&str, &[&str])] = &[
    ("law", &[]),
    ("register", &["law"]),
    ("journal", &[]),
    ("exchange", &["register", "law"]),
    ("store", &["register", "law", "journal"]),
    ("service", &["register", "law", "journal", "store", "exchange"]),
    ("web", &["service", "register", "law", "journal"]),
    ("credence", &["law", "register", "journal", "store", "exchange", "service", "web"]),
    ("testkit", &["law", "register", "journal", "store", "exchange", "service", "web"]),
    ("hostile", &["law", "register", "journal", "store", "exchange", "service", "web", "testkit"]),
    ("tidy", &["law", "register", "journal", "store", "exchange", "service", "web"]),
];

/// Finds a dependency that the design does not draw, a crate that it does not know, and a crate that is missing.
#[must_use]
pub fn check(repository: &Repository) -> Vec<Finding> {
    let manifests = repository.manifests();
    let missing = ARROWS
        .iter()
        .filter(|(name, _)| !manifests.iter().any(|manifest| manifest.name == *name))
        .map(|(name, _)| Finding::new(format!("crates/{name}/Cargo.toml"), 0, "the crate is missing"));
    manifests.iter().flat_map(of_crate).chain(missing).collect()
}

fn of_crate(manifest: &Manifest) -> Vec<Finding> {
    if let Some(error) = &manifest.error {
        return vec![Finding::new(&manifest.path, 0, format!("cannot be read: {error}"))];
    }
    let Some((_, permitted)) = ARROWS.iter().find(|(name, _)| *name == manifest.name) else {
        let what = format!(
            "`{}` is no crate of the design: draw its arrows in crates/tidy/src/rules/arrows.rs",
            manifest.name
        );
        return vec![Finding::new(&manifest.path, 0, what)];
    };
    manifest
        .dependencies
        .iter()
        .filter(|dependency| ARROWS.iter().any(|(name, _)| *name == dependency.package))
        .filter(|dependency| {
            let for_tests =
                dependency.kind == DependencyKind::Test && FOR_TESTS.contains(&dependency.package.as_str());
            !for_tests && !permitted.contains(&dependency.package.as_str())
        })
        .map(|dependency| {
            let when = if FOR_TESTS.contains(&dependency.package.as_str()) { ", but in tests" } else { "" };
            let what = format!("`{}` may not depend on `{}`{when}", manifest.name, dependency.package);
            Finding::new(&manifest.path, dependency.line, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn house() -> Fixture {
        ARROWS.iter().fold(Fixture::new(), |fixture, (name, _)| {
            fixture.file(&format!("crates/{name}/Cargo.toml"), &format!("[package]\nname = \"{name}\"\n"))
        })
    }

    #[test]
    fn the_house_as_it_is_drawn_passes() {
        let web = "[package]\nname = \"web\"\n[dependencies]\nservice.workspace = true\n[dev-dependencies]\ntestkit.workspace = true\n";
        assert_eq!(house().file("crates/web/Cargo.toml", web).places(check), Vec::<String>::new());
    }

    #[test]
    fn web_may_not_reach_around_the_service_to_the_store_not_even_in_tests() {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let web = format!("[package]\nname = \"web\"\n[{section}]\nstore.workspace = true\n");
            assert_eq!(
                house().file("crates/web/Cargo.toml", &web).places(check),
                ["crates/web/Cargo.toml:4"]
            );
        }
    }

    #[test]
    fn the_testkit_stays_in_tests() {
        let store = "[package]\nname = \"store\"\n[dependencies]\ntestkit = { path = \"../testkit\" }\n";
        assert_eq!(
            house().file("crates/store/Cargo.toml", store).places(check),
            ["crates/store/Cargo.toml:4"]
        );
    }

    #[test]
    fn a_crate_that_the_design_does_not_know_and_a_missing_one_are_found() {
        let house = house().file("crates/law/Cargo.toml", "[package]\nname = \"lore\"\n");
        assert_eq!(house.places(check), ["crates/law/Cargo.toml:0", "crates/law/Cargo.toml:0"]);
    }
}
