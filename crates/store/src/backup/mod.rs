//! Backup and restoration, the same on both engines: what is carried are the rows of the journal's own and the operational
//! tables. The projected tables follow from the journal and are folded from it again.
//!
//! | room | what is in it |
//! |---|---|
//! | `files` | files of rows, of bounded size |
//! | `manifest` | what a backup holds, written last |
//! | `take` | [`crate::Store::backup`]: online, incremental, resumable |
//! | `check` | [`check_backup`]: every digest, the tree and the signatures, without a store |
//! | `restore` | [`crate::Store::restore`]: into an empty store of either engine |
//! | `confirm` | [`crate::Store::confirm`]: before a restored store signs again |
//!
//! A folder of a backup holds `manifest.json`, a folder for each run that added files, and, unless they are kept elsewhere, a
//! folder `payload-keys` with the payloads' wrapped keys and their own manifest. These keys are kept apart so that erasure
//! reaches them: each run brings that folder to the store's present state and removes what was there before, so an erased
//! payload stays shut in every older copy of the journal. The key ring and the signing key are never in a backup.

mod check;
mod confirm;
mod files;
mod manifest;
mod restore;
mod take;

#[cfg(test)]
pub(crate) use confirm::STATEMENTS as CONFIRM_STATEMENTS;
#[cfg(test)]
pub(crate) use restore::STATEMENTS as RESTORE_STATEMENTS;

pub use check::{BackupChecked, check_backup};
pub use confirm::{Confirmation, Confirmed};
pub(crate) use confirm::{Past, PublicKeys};
pub use restore::{RestoreOptions, RestoreReport, RestoreStep};
pub use take::BackupReport;

use std::path::{Path, PathBuf};

/// The format of manifest and files, and its version.
pub(crate) const FORMAT: &str = "credence-backup/1";
/// The manifest of a backup, and of its payload keys.
pub(crate) const MANIFEST: &str = "manifest.json";
/// Where the payloads' keys lie when nothing else is said.
pub(crate) const KEYS: &str = "payload-keys";

/// The folder of the payload keys.
pub(crate) fn keys_folder(folder: &Path, keys: Option<&Path>) -> PathBuf {
    keys.map_or_else(|| folder.join(KEYS), Path::to_path_buf)
}
