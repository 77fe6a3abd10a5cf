//! What a server takes of its machine: descriptors for its connections, a folder for files that arrive, and a store's folder
//! for itself.

use std::fs::{File, TryLockError};

use journal::Randomness as _;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use store::{OwnFolder, StoreAddress};

use crate::context::store_failure;
use crate::edge::OsRandomness;
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

/// A folder of this process's own for files that are being filed.
///
/// # Errors
/// When it cannot be made.
pub fn spool() -> Result<OwnFolder, Failure> {
    let mut drawn = [0; 8];
    OsRandomness.fill(&mut drawn);
    let word = format!("{:016x}", u64::from_be_bytes(drawn));
    OwnFolder::new(&std::env::temp_dir(), "credence-filing-", &word).map_err(|error| store_failure(&error))
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
