//! A folder of one process's own for what it need not keep: removed when it ends, however it ends.

use std::fs::{DirBuilder, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// A folder that nobody else reads, removed when dropped. What a process leaves that was killed is removed by the next one
/// that makes such a folder in the same place: it may hold what a department filed about people.
#[derive(Debug)]
pub struct OwnFolder {
    path: PathBuf,
    /// Its lock is the system's: it ends with the process.
    _lock: File,
}

/// The file whose lock tells that a folder is in use.
const IN_USE: &str = "in-use";
/// What stands before the name of a folder that is being made.
const MAKING: &str = "making-";

impl OwnFolder {
    /// Makes a folder. The prefix says what it is for; the word that follows is nobody else's.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(under: &Path, prefix: &str, word: &str) -> Result<Self, StoreError> {
        sweep(under, prefix);
        let making = under.join(format!("{MAKING}{prefix}{word}"));
        let path = under.join(format!("{prefix}{word}"));
        let made = || -> std::io::Result<File> {
            DirBuilder::new().mode(0o700).create(&making)?;
            let lock = File::create_new(making.join(IN_USE))?;
            lock.lock()?;
            // It gets its name when it is locked: nobody finds it in between.
            std::fs::rename(&making, &path)?;
            Ok(lock)
        };
        let lock = made().map_err(|error| StoreError::file(&making, &error))?;
        Ok(Self { path, _lock: lock })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for OwnFolder {
    fn drop(&mut self) {
        // What cannot be removed now is swept later.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Removes the folders whose process is gone. Whatever cannot be looked at is somebody else's.
fn sweep(under: &Path, prefix: &str) {
    let Ok(entries) = std::fs::read_dir(under) else { return };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(prefix));
        if is_ours && File::open(entry.path().join(IN_USE)).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_with_its_process_and_what_a_killed_one_left_is_swept() {
        let under = tempfile::tempdir().unwrap();
        let left = under.path().join("ours-left");
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join("batch"), "a person").unwrap();
        drop(File::create(left.join(IN_USE)).unwrap());
        let others = under.path().join("theirs");
        std::fs::create_dir(&others).unwrap();
        let first = OwnFolder::new(under.path(), "ours-", "1").unwrap();
        assert!(!left.exists());
        let second = OwnFolder::new(under.path(), "ours-", "2").unwrap();
        assert!(first.path().exists() && second.path().exists(), "both are in use");
        assert!(OwnFolder::new(under.path(), "ours-", "2").is_err());
        drop((first, second));
        assert!(others.exists());
    }
}
