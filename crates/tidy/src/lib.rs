//! A test that reads the repository and fails on a broken invariant.
//!
//! Some promises of the design cannot be kept by the compiler: that only one file names the database driver, that no
//! rule of law reads a clock, that nobody is given a score. Each is a [`Rule`]: a name, the reason, and a function from
//! the [`Repository`] to its [`Finding`]s. The rules lie under [`rules`], one topic a file, each with an example in its
//! own tests that it refuses. `tests/repository.rs` holds them all against this repository.
//!
//! | module | what is in it |
//! |---|---|
//! | [`repository`] | the files as they are committed |
//! | [`code`] | a Rust file without its comments, texts and tests |
//! | [`manifest`] | what a crate depends on |
//! | [`rules`] | the invariants |
//!
//! An exception to a rule stands in the rule's file with its reason, and an exception that is no longer needed is a
//! finding too, so that the lists only shrink.

pub mod code;
#[cfg(test)]
mod fixture;
pub mod manifest;
pub mod repository;
pub mod rules;

pub use repository::Repository;

/// An invariant of the repository.
pub struct Rule {
    /// Its name, as a sentence that is true of a tidy repository.
    pub name: &'static str,
    /// Looks for places where it is broken.
    pub check: fn(&Repository) -> Vec<Finding>,
}

/// A place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the top of the repository.
    pub file: String,
    /// The line, from 1; 0 where it is about the whole file.
    pub line: usize,
    /// What is wrong and what to do about it.
    pub what: String,
}

impl Finding {
    /// A finding.
    pub fn new(file: impl Into<String>, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.into(), line, what: what.into() }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(formatter, "{}: {}", self.file, self.what),
            line => write!(formatter, "{}:{line}: {}", self.file, self.what),
        }
    }
}

/// Every finding, with the name of the rule that it breaks, in the order of the rules.
#[must_use]
pub fn check(repository: &Repository) -> Vec<(&'static str, Finding)> {
    rules::ALL
        .iter()
        .flat_map(|rule| {
            let mut findings = (rule.check)(repository);
            findings.sort();
            findings.dedup();
            findings.into_iter().map(|finding| (rule.name, finding))
        })
        .collect()
}
