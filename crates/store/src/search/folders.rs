//! The folders in which indexes lie: each in one of its own, so that a new one is built beside the one in use.

use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::own_folder::OwnFolder;
use crate::store::Store;

/// A temporary folder of this process.
pub(crate) fn own_folder(store: &Store) -> Result<OwnFolder, StoreError> {
    let mut drawn = [0; 8];
    store.shared.randomness.fill(&mut drawn);
    let drawn: String = drawn.iter().map(|byte| format!("{byte:02x}")).collect();
    // A demo's randomness is its seed's: two processes draw the same.
    let word = format!("{}-{drawn}", std::process::id());
    OwnFolder::new(&std::env::temp_dir(), "credence-search-", &word)
}

/// The folders of indexes, the newest first.
pub(crate) fn generations(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<(u64, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.strip_prefix("names-")?.parse().ok()?;
            Some((number, entry.path()))
        })
        .collect();
    found.sort_unstable_by(|left, right| right.cmp(left));
    found.into_iter().map(|(_, path)| path).collect()
}

/// The name of the next folder.
pub(crate) fn next_generation(old: &[PathBuf]) -> String {
    let newest = old.first().and_then(|path| path.file_name()).and_then(|name| name.to_str());
    let number =
        newest.and_then(|name| name.strip_prefix("names-")).and_then(|number| number.parse::<u64>().ok());
    format!("names-{}", number.unwrap_or(0) + 1)
}
