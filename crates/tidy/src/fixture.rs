//! Small trees in a temporary folder, to show that each rule refuses what it is there to refuse.

use std::path::PathBuf;

use crate::{Finding, Repository};

pub struct Fixture {
    folder: tempfile::TempDir,
}

impl Fixture {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// The tree with one more file.
    pub fn file(self, path: &str, text: &str) -> Self {
        let path: PathBuf = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    pub fn read(self) -> Repository {
        Repository::read(self.folder.path()).unwrap()
    }

    /// The findings of one rule as `file:line`, so that an example shows where it bites.
    pub fn places(self, check: fn(&Repository) -> Vec<Finding>) -> Vec<String> {
        let mut findings = check(&self.read());
        findings.sort();
        findings.dedup();
        findings.into_iter().map(|finding| format!("{}:{}", finding.file, finding.line)).collect()
    }
}
