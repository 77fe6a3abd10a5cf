//! The folders in which indexes lie: each in one of its own, so that a new one is built beside the one in use.

use std::path::{Path, PathBuf};

use crate::store::Store;

/// How the temporary folder of a process begins; its number follows.
const OWN: &str = "credence-search-";
/// The processes that run. Where this is not there nothing is known of them.
const PROCESSES: &str = "/proc";

/// A temporary folder of this process. What processes that were killed left behind is removed.
pub(crate) fn own_folder(store: &Store) -> PathBuf {
    let mut drawn = [0; 8];
    store.shared.randomness.fill(&mut drawn);
    let name: String = drawn.iter().map(|byte| format!("{byte:02x}")).collect();
    let all = std::env::temp_dir();
    for left in left_behind(&all, Path::new(PROCESSES)) {
        // Another process may be removing it too.
        let _ = std::fs::remove_dir_all(left);
    }
    all.join(format!("{OWN}{}-{name}", std::process::id()))
}

/// The folders of processes that do not run any more.
fn left_behind(all: &Path, processes: &Path) -> Vec<PathBuf> {
    let (Ok(entries), true) = (std::fs::read_dir(all), processes.join("self").exists()) else {
        return Vec::new();
    };
    let is_left = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix(OWN));
        let number =
            name.and_then(|name| name.split('-').next()).and_then(|number| number.parse::<u32>().ok());
        number.is_some_and(|number| !processes.join(number.to_string()).exists())
    };
    entries.flatten().map(|entry| entry.path()).filter(is_left).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_of_processes_that_are_gone_are_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let (all, processes) = (folder.path().join("tmp"), folder.path().join("proc"));
        for name in
            ["credence-search-7-aa", "credence-search-8-bb", "credence-search-x", "credence-filing-8", "8"]
        {
            std::fs::create_dir_all(all.join(name)).unwrap();
        }
        std::fs::create_dir_all(processes.join("7")).unwrap();
        assert_eq!(left_behind(&all, &processes), Vec::<PathBuf>::new(), "nothing is known of processes");
        std::fs::create_dir_all(processes.join("self")).unwrap();
        assert_eq!(left_behind(&all, &processes), [all.join("credence-search-8-bb")]);
    }
}
