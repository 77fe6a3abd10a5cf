//! The manifest: what a backup holds, written last and in one piece, so that a backup is whole or is not there.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use journal::{Frontier, SignedNote, Signer, Verifier};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::backup::files::{FileOf, damaged};
use crate::error::StoreError;

/// Entries that lie together, and the payloads of the same entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Segment {
    /// The first entry.
    pub(crate) first: u64,
    /// The entry after the last.
    pub(crate) end: u64,
    /// The right edge of the tree after the last entry: the next run goes on from it without reading again.
    pub(crate) frontier: String,
    /// The files of the entries.
    pub(crate) entries: Vec<FileOf>,
    /// The files of their sealed payloads.
    pub(crate) payloads: Vec<FileOf>,
}

impl Segment {
    /// The right edge of the tree after the last entry.
    pub(crate) fn frontier(&self) -> Result<Frontier, StoreError> {
        let bytes = STANDARD.decode(&self.frontier).ok();
        bytes
            .and_then(|bytes| Frontier::from_bytes(self.end, &bytes).ok())
            .ok_or_else(|| StoreError::Backup("the manifest's tree hashes are not in order".to_owned()))
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &FileOf> {
        self.entries.iter().chain(&self.payloads)
    }
}

/// The hashes of a frontier as the manifest writes them.
pub(crate) fn frontier_text(frontier: &Frontier) -> String {
    STANDARD.encode(frontier.to_bytes())
}

/// What a demo store was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoOf {
    pub(crate) seed: u64,
    pub(crate) day: String,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// The format and its version.
    pub(crate) format: String,
    /// How many runs have gone into this folder.
    pub(crate) run: u64,
    /// The journal's name.
    pub(crate) origin: String,
    /// Its public key.
    pub(crate) vkey: String,
    /// The version of the tables.
    pub(crate) schema: i64,
    /// What the store was made from, if it is a demo.
    pub(crate) demo: Option<DemoOf>,
    /// When it was taken.
    pub(crate) taken_at: String,
    /// The number of entries.
    pub(crate) size: u64,
    /// The root over them, in base64 as in a checkpoint.
    pub(crate) root: String,
    /// The newest checkpoint, a signed note; it covers all entries or all but the last moment's.
    pub(crate) checkpoint: Option<String>,
    /// Entries and payloads, in order.
    pub(crate) journal: Vec<Segment>,
    /// The other tables.
    pub(crate) tables: BTreeMap<String, Vec<FileOf>>,
}

/// A manifest with its digest, and the journal's signature over it where the signing key was at hand.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    manifest: Manifest,
    sha256: String,
    signature: Option<String>,
}

fn digest_of(manifest: &Manifest) -> Result<String, StoreError> {
    let text = serde_json::to_string(manifest).map_err(|error| StoreError::Backup(error.to_string()))?;
    Ok(hex::encode(Sha256::digest(text.as_bytes())))
}

/// What is signed: never to be taken for a checkpoint, whose second line is a number.
fn signed_text(manifest: &Manifest, digest: &str) -> String {
    format!("credence backup manifest 1\n{}\n{}\n{digest}\n", manifest.origin, manifest.size)
}

impl Manifest {
    /// Every file that it names.
    pub(crate) fn files(&self) -> impl Iterator<Item = &FileOf> {
        self.journal.iter().flat_map(Segment::files).chain(self.tables.values().flatten())
    }

    /// Reads a manifest and checks its digest and its form; none where there is no such file.
    pub(crate) fn read(path: &Path) -> Result<Option<(Self, Option<String>)>, StoreError> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::file(path, &error)),
        };
        let envelope: Envelope = serde_json::from_slice(&bytes)
            .map_err(|error| damaged(path, format!("the manifest cannot be read: {error}")))?;
        let manifest = envelope.manifest;
        if manifest.format != super::FORMAT {
            return Err(damaged(
                path,
                format!("its format is `{}`, not `{}`", manifest.format, super::FORMAT),
            ));
        }
        if digest_of(&manifest)? != envelope.sha256 {
            return Err(damaged(
                path,
                "the manifest was changed or is broken: it does not give its own digest",
            ));
        }
        // A name that led out of the folder would have other files read, or removed.
        let strays = |of: &&FileOf| of.name.starts_with('/') || of.name.split('/').any(|part| part == "..");
        if let Some(of) = manifest.files().find(strays) {
            return Err(damaged(path, format!("it names a file outside its folder: `{}`", of.name)));
        }
        Ok(Some((manifest, envelope.signature)))
    }

    /// Whether the signature is this key's; false where there is none.
    pub(crate) fn signed_by(&self, signature: Option<&str>, key: &Verifier) -> Result<bool, StoreError> {
        let Some(signature) = signature else { return Ok(false) };
        let wrong = |why: String| StoreError::Backup(format!("the manifest's signature: {why}"));
        let note = SignedNote::parse(signature.as_bytes()).map_err(|error| wrong(error.to_string()))?;
        let text = note.verify(key).map_err(|error| wrong(error.to_string()))?;
        if text == signed_text(self, &digest_of(self)?) {
            Ok(true)
        } else {
            Err(wrong("it is of another manifest".to_owned()))
        }
    }

    /// Writes it beside its place and moves it there, durable before and after.
    pub(crate) fn write(&self, path: &Path, signer: Option<&Signer>) -> Result<(), StoreError> {
        let sha256 = digest_of(self)?;
        let signature = signer
            .map(|signer| signer.sign(&signed_text(self, &sha256)))
            .transpose()
            .map_err(|error| StoreError::Keys(error.to_string()))?;
        let signature = signature.map(|note| note.to_text());
        let envelope = Envelope { manifest: self.clone(), sha256, signature };
        let text = serde_json::to_string(&envelope).map_err(|error| StoreError::Backup(error.to_string()))?;
        let part = path.with_extension("part");
        let write = || -> std::io::Result<()> {
            let mut file = std::fs::File::create(&part)?;
            file.write_all(text.as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            std::fs::rename(&part, path)?;
            path.parent().map_or(Ok(()), |folder| std::fs::File::open(folder)?.sync_all())
        };
        write().map_err(|error| StoreError::file(path, &error))
    }
}
