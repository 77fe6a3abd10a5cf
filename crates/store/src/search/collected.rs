//! Names on their way into a new index, sorted by length: kept in files, one for each length, since there may be millions.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use register::subject::SubjectNumber;

use crate::search::normalise::normalise;
use crate::search::rank;

/// Bytes of a subject's number and of the length of its name.
const SUBJECT_BYTES: usize = 8;
const LENGTH_BYTES: usize = 2;

/// A name in its normal form, with its place in the order in which names are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ranked {
    pub(crate) key: u64,
    pub(crate) normal: String,
}

impl Ranked {
    pub(crate) fn new(subject: SubjectNumber, name: &str) -> Self {
        let normal = normalise(name);
        Self { key: rank::key(&normal, subject), normal }
    }
}

/// The names, in a folder of their own that is removed with them.
#[derive(Debug)]
pub(crate) struct Collected {
    folder: PathBuf,
    files: BTreeMap<u64, BufWriter<File>>,
    count: u64,
}

impl Collected {
    /// None yet.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub(crate) fn new(folder: PathBuf) -> std::io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder, files: BTreeMap::new(), count: 0 })
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Adds a name. A name of more than 65,535 bytes is nobody's and is left out.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(crate) fn push(&mut self, subject: SubjectNumber, name: &str) -> std::io::Result<()> {
        let Ranked { key, normal } = Ranked::new(subject, name);
        let Ok(bytes) = u16::try_from(normal.len()) else { return Ok(()) };
        let length = rank::length_of(key);
        let file = match self.files.entry(length) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(BufWriter::new(File::create(path(&self.folder, length))?))
            }
        };
        file.write_all(&subject.0.to_le_bytes())?;
        file.write_all(&bytes.to_le_bytes())?;
        file.write_all(normal.as_bytes())?;
        self.count += 1;
        Ok(())
    }

    /// Gives the names in the order in which they are shown.
    ///
    /// # Errors
    /// When a file cannot be read, or what is done with a name fails.
    pub(crate) fn in_order<E: From<std::io::Error>>(
        mut self,
        mut each: impl FnMut(u64, &str) -> Result<(), E>,
    ) -> Result<(), E> {
        for (length, mut file) in std::mem::take(&mut self.files) {
            file.flush()?;
            drop(file);
            let path = path(&self.folder, length);
            let bytes = std::fs::read(&path)?;
            std::fs::remove_file(&path)?;
            let mut names: Vec<(u64, &str)> = names(&bytes).collect();
            // They come by entry, which is nearly the order of subjects.
            names.sort_unstable();
            for (subject, name) in names {
                each(rank::key_of(length, SubjectNumber(subject)), name)?;
            }
        }
        Ok(())
    }
}

impl Drop for Collected {
    fn drop(&mut self) {
        // What cannot be removed goes with the folder of the index it lies in.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn path(folder: &Path, length: u64) -> PathBuf {
    folder.join(format!("length-{length}"))
}

fn names(bytes: &[u8]) -> impl Iterator<Item = (u64, &str)> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (subject, after) = rest.split_first_chunk::<SUBJECT_BYTES>()?;
        let (length, after) = after.split_first_chunk::<LENGTH_BYTES>()?;
        let (name, after) = after.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
        rest = after;
        Some((u64::from_le_bytes(*subject), std::str::from_utf8(name).unwrap_or_default()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_by_length_and_subject_and_leave_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("collected");
        let mut collected = Collected::new(own.clone()).unwrap();
        for (subject, name) in [(9, "北京样例"), (3, "（北京）样例"), (7, "北京"), (1, "Ａbc 有限")]
        {
            collected.push(SubjectNumber(subject), name).unwrap();
        }
        assert_eq!(collected.count(), 4);
        let mut found = Vec::new();
        collected
            .in_order(|key, name| {
                found.push((rank::subject_of(key).0, name.to_owned()));
                Ok::<(), std::io::Error>(())
            })
            .unwrap();
        let expected = [(7, "北京"), (3, "北京样例"), (9, "北京样例"), (1, "ABC有限")];
        assert_eq!(found, expected.map(|(subject, name)| (subject, name.to_owned())));
        assert!(!own.exists());
    }
}
