//! What a server takes of its machine: descriptors for its connections, a folder for files that arrive, and a store's folder
//! for itself.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use store::StoreAddress;

use crate::exit::Failure;

/// Descriptors that are kept for everything but connections: the database, the search index, files that are filed, the log.
const DESCRIPTORS_KEPT: u64 = 512;
/// With fewer connections than this nothing is served.
const CONNECTIONS_MIN: u64 = 64;

/// How many connections can be served, and what to say if that is fewer than were asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Descriptors {
    /// The connections.
    pub connections: usize,
    /// What to say.
    pub warning: Option<String>,
}

/// Sees to it that so many connections have descriptors, as far as the system allows.
///
/// # Errors
/// When there are too few to serve at all.
pub fn descriptors_for(connections: usize) -> Result<Descriptors, Failure> {
    let limit = getrlimit(Resource::Nofile);
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(DESCRIPTORS_KEPT);
    let mut allowed = limit.current.unwrap_or(u64::MAX);
    if allowed < wanted {
        // The soft limit is ours to raise, up to the hard one.
        let raised = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
        let asked = Rlimit { current: Some(raised), maximum: limit.maximum };
        if raised > allowed && setrlimit(Resource::Nofile, asked).is_ok() {
            allowed = raised;
        }
    }
    within(connections, wanted, allowed)
}

fn within(connections: usize, wanted: u64, allowed: u64) -> Result<Descriptors, Failure> {
    if allowed >= wanted {
        return Ok(Descriptors { connections, warning: None });
    }
    let remedy =
        format!("raise the limit of open files to {wanted} (`ulimit -n`, or `LimitNOFILE` of systemd)");
    let left = allowed.saturating_sub(DESCRIPTORS_KEPT);
    if left < CONNECTIONS_MIN {
        return Err(
            Failure::failed(format!("the system allows {allowed} open files, too few to serve")).next(remedy)
        );
    }
    Ok(Descriptors {
        connections: usize::try_from(left).unwrap_or(connections),
        warning: Some(format!(
            "the system allows {allowed} open files: {left} connections are served at a time instead of {connections}; {remedy}"
        )),
    })
}

/// Makes this process the only server of a store in a folder. Commands may work beside it; a second server would only wait
/// for the first one's pen. The lock is the system's and ends with the process, however that ends.
///
/// # Errors
/// When another server has it.
pub fn only_server(address: &StoreAddress) -> Result<Option<File>, Failure> {
    let Some(folder) = address.folder() else { return Ok(None) };
    let path = folder.join("serve.lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|error| Failure::file(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => {
            Err(Failure::failed(format!("`{}` is being served by another process", folder.display()))
                .next("one server serves a folder; several servers serve one store on PostgreSQL"))
        }
        Err(TryLockError::Error(error)) => Err(Failure::file(&path, &error)),
    }
}

/// A folder of this process's own for files that are being filed, removed when the server ends.
#[derive(Debug)]
pub struct Spool {
    /// The folder.
    pub folder: PathBuf,
    _lock: File,
}

/// What the names of these folders begin with, and while they are being made.
const SPOOL: &str = "credence-filing-";
const SPOOL_MADE: &str = "credence-making-";
/// The file whose lock tells that a folder is in use.
const IN_USE: &str = "in-use";

impl Spool {
    /// Makes the folder. What a killed server left in its own is removed: it may hold what a department filed about people.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(under: &Path) -> Result<Self, Failure> {
        sweep(under);
        let failed = |error: std::io::Error| Failure::file(under, &error);
        let made = tempfile::Builder::new().prefix(SPOOL_MADE).tempdir_in(under).map_err(failed)?;
        let lock = File::create_new(made.path().join(IN_USE)).map_err(failed)?;
        lock.lock().map_err(failed)?;
        // It gets its name when it is locked: nobody finds it in between.
        let name = made.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let folder = under.join(name.replacen(SPOOL_MADE, SPOOL, 1));
        std::fs::rename(made.path(), &folder).map_err(failed)?;
        let _ = made.keep();
        Ok(Self { folder, _lock: lock })
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // What cannot be removed now is swept by the next server.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Removes the folders whose process is gone. Whatever cannot be looked at is somebody else's.
fn sweep(under: &Path) {
    let Ok(entries) = std::fs::read_dir(under) else { return };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(SPOOL));
        if is_ours && File::open(entry.path().join(IN_USE)).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_descriptors_mean_fewer_connections_and_say_so() {
        assert_eq!(within(1000, 1512, 2000).unwrap(), Descriptors { connections: 1000, warning: None });
        let fewer = within(1000, 1512, 1024).unwrap();
        assert_eq!(fewer.connections, 512);
        assert!(fewer.warning.unwrap().contains("1512"));
        let none = within(1000, 1512, 520).unwrap_err();
        assert!(none.next.unwrap().contains("ulimit"));
    }

    #[test]
    fn a_folder_of_files_goes_with_its_server_and_what_a_killed_one_left_is_swept() {
        let under = tempfile::tempdir().unwrap();
        let left = under.path().join("credence-filing-left");
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join("batch"), "110101199003078515").unwrap();
        drop(File::create(left.join(IN_USE)).unwrap());
        let spool = Spool::new(under.path()).unwrap();
        assert!(!left.exists());
        let other = Spool::new(under.path()).unwrap();
        assert!(spool.folder.exists() && other.folder.exists(), "theirs are in use");
        drop((spool, other));
        assert_eq!(std::fs::read_dir(under.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_has_one_server_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let address = StoreAddress::Folder(folder.path().to_owned());
        let first = only_server(&address).unwrap();
        let refused = only_server(&address).unwrap_err();
        assert!(refused.message.contains("another process"));
        drop(first);
        assert!(only_server(&address).unwrap().is_some());
    }
}
