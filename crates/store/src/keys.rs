//! The keys of a store: the ring that seals, the key that signs, and the public key that checks.
//!
//! They lie in files beside the database and never in it, so that a copy of the database opens nothing. A demo store
//! is the exception: its keys come from its published seed, and it says so.

use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;

use journal::{KeyRing, Randomness, Signer, Verifier, leaf_hash};

use crate::error::StoreError;
use crate::ring::{GivenRing, RingFile, RingKeeper};

/// The file with the key ring.
const RING: &str = "keys.json";
/// The file with the signing key.
const SIGNING: &str = "signing.key";
/// The file with the public key.
const PUBLIC: &str = "journal.vkey";

/// The keys, as far as they are at hand.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) ring: Option<KeyRing>,
    pub(crate) signer: Option<SignerKey>,
    pub(crate) verifier: Option<Verifier>,
}

/// The signing key; its debug form shows the public half only.
pub(crate) struct SignerKey(pub(crate) Signer);

impl std::fmt::Debug for SignerKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.verifier().fmt(formatter)
    }
}

/// Bytes that follow from a seed and a purpose, for demo stores only: whoever knows the seed knows them.
#[derive(Debug)]
pub struct SeededRandomness {
    label: Vec<u8>,
    next: Mutex<u64>,
}

impl SeededRandomness {
    /// The bytes of a seed for one purpose, such as `keys` or `salts`. Two purposes share nothing.
    #[must_use]
    pub fn new(seed: u64, purpose: &str) -> Self {
        let label = format!("credence demo randomness\n{seed}\n{purpose}\n").into_bytes();
        Self { label, next: Mutex::new(0) }
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        let mut next = self.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for block in bytes.chunks_mut(32) {
            let mut counted = self.label.clone();
            counted.extend_from_slice(&next.to_be_bytes());
            *next += 1;
            for (byte, drawn) in block.iter_mut().zip(leaf_hash(&counted)) {
                *byte = drawn;
            }
        }
    }
}

pub(crate) fn fault(error: impl std::fmt::Display) -> StoreError {
    StoreError::Keys(error.to_string())
}

impl Keys {
    /// Fresh keys.
    pub(crate) fn generate(origin: &str, randomness: &dyn Randomness) -> Result<Self, StoreError> {
        let ring = KeyRing::generate(randomness).map_err(fault)?;
        let mut seed = [0; 32];
        randomness.fill(&mut seed);
        let signer = Signer::from_seed(origin, &seed).map_err(fault)?;
        let verifier = Some(signer.verifier().clone());
        Ok(Self { ring: Some(ring), signer: Some(SignerKey(signer)), verifier })
    }

    /// The same without a ring of its own, where one is given.
    pub(crate) fn with_given(self, given: Option<&GivenRing>) -> Result<Self, StoreError> {
        let Some(given) = given else { return Ok(self) };
        let keeper = given.keeper();
        // A file that is named and not there yet gets the ring.
        if let (None, Some(ring)) = (keeper.read()?, &self.ring) {
            keeper.keep(ring)?;
        }
        Ok(Self { ring: None, ..self })
    }

    /// The keys of a demo store.
    pub(crate) fn of_demo(origin: &str, seed: u64) -> Result<Self, StoreError> {
        Self::generate(origin, &SeededRandomness::new(seed, "keys"))
    }

    /// What keeps the ring: what was given, or the file in the folder.
    pub(crate) fn keeper(folder: Option<&Path>, given: Option<&GivenRing>) -> Option<Box<dyn RingKeeper>> {
        match (given, folder) {
            (Some(given), _) => Some(given.keeper()),
            (None, Some(folder)) => Some(Box::new(RingFile::new(&folder.join(RING)))),
            (None, None) => None,
        }
    }

    /// Reads the keys that sign and check from a folder, and the ring from what keeps it; what is not there is left out.
    pub(crate) fn read(folder: Option<&Path>, keeper: Option<&dyn RingKeeper>) -> Result<Self, StoreError> {
        let ring = keeper.map(RingKeeper::read).transpose()?.flatten();
        let Some(folder) = folder else { return Ok(Self { ring, signer: None, verifier: None }) };
        let signing = read_if_there(&folder.join(SIGNING))?;
        let public = read_if_there(&folder.join(PUBLIC))?;
        Ok(Self {
            ring,
            signer: signing
                .map(|text| Signer::parse(text.trim()).map(SignerKey))
                .transpose()
                .map_err(fault)?,
            verifier: public.map(|text| Verifier::parse(text.trim())).transpose().map_err(fault)?,
        })
    }

    /// Writes the keys into a folder; only the owner reads the secret ones. A key that is there is never overwritten.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), StoreError> {
        std::fs::create_dir_all(folder).map_err(|error| StoreError::file(folder, &error))?;
        if let Some(ring) = &self.ring {
            write_new(&folder.join(RING), ring.to_json().map_err(fault)?.as_bytes(), 0o600)?;
        }
        if let Some(signer) = &self.signer {
            let mut text = signer.0.to_skey();
            text.push('\n');
            write_new(&folder.join(SIGNING), text.as_bytes(), 0o600)?;
        }
        if let Some(verifier) = &self.verifier {
            write_new(&folder.join(PUBLIC), format!("{}\n", verifier.to_vkey()).as_bytes(), 0o644)?;
        }
        // The names must be as durable as the files before the first thing is sealed under these keys.
        let sync = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
        sync.map_err(|error| StoreError::file(folder, &error))
    }
}

impl Keys {
    /// Puts a new signing key and its public key in the place of the former ones. The former signing key is kept beside as
    /// `signing.key.former`, where none is kept yet: nothing is signed with it any more.
    pub(crate) fn write_signing(&self, folder: &Path) -> Result<(), StoreError> {
        let former = folder.join(format!("{SIGNING}.former"));
        let signing = folder.join(SIGNING);
        if signing.exists() && !former.exists() {
            std::fs::rename(&signing, &former).map_err(|error| StoreError::file(&signing, &error))?;
        }
        for name in [SIGNING, PUBLIC] {
            let file = folder.join(name);
            match std::fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::file(&file, &error));
                }
                _ => {}
            }
        }
        self.write(folder)
    }
}

pub(crate) fn read_if_there(file: &Path) -> Result<Option<String>, StoreError> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::file(file, &error)),
    }
}

/// Puts a file of secrets in the place of the one that is there, whole and durable: a crash leaves the one or the other.
pub(crate) fn write_in_place(file: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let part = file.with_extension("part");
    let replace = || -> std::io::Result<()> {
        match std::fs::remove_file(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        write_secret(&part, bytes, 0o600)?;
        std::fs::rename(&part, file)?;
        std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    replace().map_err(|error| StoreError::file(file, &error))
}

fn write_new(file: &Path, bytes: &[u8], mode: u32) -> Result<(), StoreError> {
    write_secret(file, bytes, mode).map_err(|error| StoreError::file(file, &error))
}

fn write_secret(file: &Path, bytes: &[u8], mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut open = std::fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(file)?;
    open.write_all(bytes)?;
    open.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_a_demo_store_follow_from_its_seed_and_those_of_another_seed_differ() {
        let vkey = |seed| Keys::of_demo("demo", seed).unwrap().verifier.unwrap().to_vkey();
        assert_eq!(vkey(1), vkey(1));
        assert_ne!(vkey(1), vkey(2));
    }

    #[test]
    fn a_purpose_shares_nothing_with_another_and_a_stream_never_repeats() {
        let (keys, salts) = (SeededRandomness::new(1, "keys"), SeededRandomness::new(1, "salts"));
        let draw = |source: &SeededRandomness| {
            let mut bytes = [0; 40];
            source.fill(&mut bytes);
            bytes
        };
        let first = draw(&keys);
        assert_ne!(first, draw(&keys));
        assert_ne!(first, draw(&salts));
    }
}
