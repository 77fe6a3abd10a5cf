//! Checking a backup without a store: every file against the manifest, the entries against root and checkpoint, and the
//! signatures against the journal's public key.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use journal::{Checkpoint, Frontier, Verifier};

use crate::backup::files::{RowsReader, check_file};
use crate::backup::manifest::Manifest;
use crate::backup::take::Following;
use crate::backup::{MANIFEST, keys_folder};
use crate::error::StoreError;
use crate::schema::ENTRY;
use crate::verify::Progress;

/// What was found in a backup that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupChecked {
    /// The journal's name.
    pub origin: String,
    /// Its public key, as the manifest names it or as it was given.
    pub vkey: String,
    /// When it was taken.
    pub taken_at: String,
    /// The number of entries.
    pub entries: u64,
    /// The root over them, in base64.
    pub root: String,
    /// The newest checkpoint in it, a signed note.
    pub checkpoint: Option<String>,
    /// How many entries that checkpoint covers.
    pub checkpoint_size: u64,
    /// Payload keys, where their folder is there.
    pub keys: Option<u64>,
    /// The files that were read.
    pub files: u64,
    /// Whether the manifests are signed by the journal's key.
    pub signed: bool,
}

/// A backup that was checked, with its payload keys where they are there.
pub(super) struct Sound {
    pub(super) journal: Manifest,
    pub(super) keys: Option<Manifest>,
    pub(super) checked: BackupChecked,
}

/// Checks a backup: every file against its digest, each entry against its leaf hash, all of them against the root and the
/// newest checkpoint, and the signatures against the public key, which is the manifest's own when none is given.
///
/// # Errors
/// [`StoreError::Backup`] or [`StoreError::Tree`] with the first thing that is wrong.
pub fn check_backup(
    folder: &Path,
    keys: Option<&Path>,
    key: Option<&Verifier>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<BackupChecked, StoreError> {
    check(folder, keys, key, progress).map(|sound| sound.checked)
}

pub(super) fn check(
    folder: &Path,
    keys: Option<&Path>,
    key: Option<&Verifier>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Sound, StoreError> {
    let keys_folder = keys_folder(folder, keys);
    let (journal, signature) = Manifest::read(&folder.join(MANIFEST))?.ok_or_else(|| {
        StoreError::Backup(format!("there is no whole backup in `{}`: no `{MANIFEST}`", folder.display()))
    })?;
    let own = Verifier::parse(&journal.vkey).map_err(|error| StoreError::Backup(error.to_string()))?;
    let key = key.unwrap_or(&own);
    if *key != own || journal.origin != own.name() {
        let what = format!("it is a backup of `{}`, not of `{}`", journal.vkey, key.to_vkey());
        return Err(StoreError::Backup(what));
    }
    let mut signed = journal.signed_by(signature.as_deref(), key)?;
    let of_keys = match Manifest::read(&keys_folder.join(MANIFEST))? {
        Some((of_keys, signature)) => {
            signed &= of_keys.signed_by(signature.as_deref(), key)?;
            if of_keys.vkey != journal.vkey {
                let what =
                    format!("`{}` holds the payload keys of `{}`", keys_folder.display(), of_keys.vkey);
                return Err(StoreError::Backup(what));
            }
            if of_keys.size < journal.size {
                return Err(StoreError::Backup(format!(
                    "the payload keys in `{}` are older than the backup: they cover {} entries of {}",
                    keys_folder.display(),
                    of_keys.size,
                    journal.size
                )));
            }
            for of in of_keys.files() {
                check_file(&keys_folder, of)?;
            }
            Some(of_keys)
        }
        None if keys.is_some() => {
            return Err(StoreError::Backup(format!(
                "there are no payload keys in `{}`",
                keys_folder.display()
            )));
        }
        None => None,
    };
    let note = journal.checkpoint.as_deref();
    let checkpoint = note.map(|note| Checkpoint::open(note.as_bytes(), key)).transpose();
    let checkpoint = checkpoint.map_err(|error| StoreError::Backup(format!("its checkpoint: {error}")))?;
    let checkpoint_size = checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size);
    follow(folder, &journal, checkpoint, progress)?;
    for of in
        journal.journal.iter().flat_map(|segment| &segment.payloads).chain(journal.tables.values().flatten())
    {
        check_file(folder, of)?;
    }
    let files = journal.files().count() + of_keys.as_ref().map_or(0, |of_keys| of_keys.files().count());
    let checked = BackupChecked {
        origin: journal.origin.clone(),
        vkey: journal.vkey.clone(),
        taken_at: journal.taken_at.clone(),
        entries: journal.size,
        root: journal.root.clone(),
        checkpoint: journal.checkpoint.clone(),
        checkpoint_size,
        keys: of_keys.as_ref().map(|of_keys| of_keys.files().map(|of| of.rows).sum()),
        files: files as u64,
        signed,
    };
    Ok(Sound { journal, keys: of_keys, checked })
}

/// Follows the tree through every entry, up to checkpoint, root and size.
fn follow(
    folder: &Path,
    manifest: &Manifest,
    checkpoint: Option<Checkpoint>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(), StoreError> {
    let covered = checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size);
    let mut following = Following::new(Frontier::new(), checkpoint)?;
    for segment in &manifest.journal {
        for of in &segment.entries {
            let mut rows = RowsReader::open(folder, of, &ENTRY, manifest.schema)?;
            while let Some(row) = rows.next()? {
                following.push(&row)?;
            }
        }
        progress(Progress { done: following.frontier.size(), total: manifest.size });
    }
    let (size, root) = (following.frontier.size(), STANDARD.encode(following.frontier.root()));
    if size != manifest.size || size < covered {
        let what =
            format!("it holds {size} entries; its manifest says {}, its checkpoint {covered}", manifest.size);
        return Err(StoreError::Backup(what));
    }
    if root != manifest.root {
        return Err(StoreError::Backup(format!("its entries give the root {root}, not {}", manifest.root)));
    }
    Ok(())
}
