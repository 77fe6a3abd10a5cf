//! This repository against every rule.

use std::path::Path;

use tidy::{Repository, check, rules};

#[test]
fn the_repository_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let repository = Repository::read(&root).expect("the repository can be read");
    assert!(repository.has("crates/tidy/src/lib.rs"), "this is not the repository: {}", root.display());
    let findings = check(&repository);
    let mut report = String::new();
    for rule in rules::ALL {
        let mut of_rule = findings.iter().filter(|(name, _)| *name == rule.name).peekable();
        if of_rule.peek().is_some() {
            report.push_str(&format!("\nbroken: {}\n", rule.name));
        }
        for (_, finding) in of_rule {
            report.push_str(&format!("  {finding}\n"));
        }
    }
    assert!(findings.is_empty(), "{} findings\n{report}", findings.len());
}
