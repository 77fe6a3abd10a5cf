//! The key ring: the keys that payload keys are wrapped under, that columns are sealed under, and that blind
//! indexes are made with. It is one JSON file that lies outside the database and outside its backups.

use std::fmt;

use aes_gcm_siv::{Aes256GcmSiv, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use hmac::Hmac;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::random::Randomness;

/// The format and version of the file.
const FORMAT: &str = "credence-keys/1";

/// The number of a key in the ring. It stands in front of everything sealed under that key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub u32);

/// The number of a blind-index key in the ring. It stands beside every index in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IndexKeyId(pub u32);

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Display for IndexKeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Why a key ring cannot be read or changed. No message holds a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// The file is not JSON of the right shape; line and column say where.
    #[error("the key ring is not of the form {FORMAT}: line {line}, column {column}")]
    Form {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The file has another format or version.
    #[error("the key ring is not of the form {FORMAT}")]
    Format,
    /// A key is not 32 bytes in base64.
    #[error("key {0} is not 32 bytes in base64")]
    Key(u32),
    /// Two keys have one number.
    #[error("key {0} is in the ring twice")]
    Twice(u32),
    /// The key that is current, or that was named, is not in the ring.
    #[error("key {0} is not in the ring")]
    Unknown(u32),
    /// A sub-key could not be derived.
    #[error("a key could not be derived")]
    Derivation,
}

/// One key-encryption key, with the ciphers built from it once.
#[derive(Clone)]
pub(crate) struct RingKey {
    id: KeyId,
    secret: Zeroizing<[u8; 32]>,
    /// Wraps payload keys.
    pub(crate) wrap: Aes256GcmSiv,
    /// Seals columns.
    pub(crate) column: Aes256GcmSiv,
}

/// One blind-index key, with its keyed state built once.
#[derive(Clone)]
pub(crate) struct IndexKey {
    id: IndexKeyId,
    secret: Zeroizing<[u8; 32]>,
    pub(crate) mac: Hmac<Sha256>,
}

/// The keys of a store. New things are sealed under the current key; older keys open what was sealed before,
/// until everything is rewrapped.
#[derive(Clone)]
pub struct KeyRing {
    current: KeyId,
    keys: Vec<RingKey>,
    current_index: IndexKeyId,
    index_keys: Vec<IndexKey>,
}

/// Only the numbers of the keys are shown.
impl fmt::Debug for KeyRing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("KeyRing")
            .field("current", &self.current)
            .field("keys", &self.key_ids().collect::<Vec<_>>())
            .field("current_index", &self.current_index)
            .field("index_keys", &self.index_key_ids().collect::<Vec<_>>())
            .finish()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RingFile {
    format: String,
    current: u32,
    current_index: u32,
    keys: Vec<KeyEntry>,
    index_keys: Vec<KeyEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyEntry {
    id: u32,
    key: String,
}

impl Drop for KeyEntry {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

impl KeyEntry {
    fn new(id: u32, secret: &[u8; 32]) -> Self {
        Self { id, key: STANDARD.encode(secret) }
    }

    fn secret(&self) -> Result<Zeroizing<[u8; 32]>, KeyRingError> {
        let bytes = Zeroizing::new(STANDARD.decode(&self.key).map_err(|_| KeyRingError::Key(self.id))?);
        let mut secret = Zeroizing::new([0; 32]);
        if bytes.len() != secret.len() {
            return Err(KeyRingError::Key(self.id));
        }
        secret.copy_from_slice(&bytes);
        Ok(secret)
    }
}

/// One key for one use: HKDF (RFC 5869) over SHA-256, told apart by the use's name.
fn derive(secret: &[u8; 32], usage: &str) -> Result<Zeroizing<[u8; 32]>, KeyRingError> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, secret)
        .expand(usage.as_bytes(), key.as_mut_slice())
        .map_err(|_| KeyRingError::Derivation)?;
    Ok(key)
}

fn fresh(randomness: &dyn Randomness) -> Zeroizing<[u8; 32]> {
    let mut secret = Zeroizing::new([0; 32]);
    randomness.fill(secret.as_mut_slice());
    secret
}

fn cipher(key: &[u8; 32]) -> Aes256GcmSiv {
    Aes256GcmSiv::new(key.into())
}

impl RingKey {
    fn new(id: KeyId, secret: Zeroizing<[u8; 32]>) -> Result<Self, KeyRingError> {
        let wrap = cipher(&*derive(&secret, "credence payload key wrapping 1")?);
        let column = cipher(&*derive(&secret, "credence column sealing 1")?);
        Ok(Self { id, secret, wrap, column })
    }
}

impl IndexKey {
    fn new(id: IndexKeyId, secret: Zeroizing<[u8; 32]>) -> Result<Self, KeyRingError> {
        let key = derive(&secret, "credence blind index 1")?;
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.as_slice())
            .map_err(|_| KeyRingError::Derivation)?;
        Ok(Self { id, secret, mac })
    }
}

impl KeyRing {
    /// A new ring with one key and one blind-index key, both number 1.
    ///
    /// # Errors
    /// Never in practice: [`KeyRingError::Derivation`].
    pub fn generate(randomness: &dyn Randomness) -> Result<Self, KeyRingError> {
        Ok(Self {
            current: KeyId(1),
            keys: vec![RingKey::new(KeyId(1), fresh(randomness))?],
            current_index: IndexKeyId(1),
            index_keys: vec![IndexKey::new(IndexKeyId(1), fresh(randomness))?],
        })
    }

    /// Reads a ring from its file's text.
    ///
    /// # Errors
    /// When the text is not a key ring; see [`KeyRingError`].
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let file: RingFile = serde_json::from_str(text)
            .map_err(|error| KeyRingError::Form { line: error.line(), column: error.column() })?;
        if file.format != FORMAT {
            return Err(KeyRingError::Format);
        }
        let mut ring = Self {
            current: KeyId(file.current),
            keys: Vec::new(),
            current_index: IndexKeyId(file.current_index),
            index_keys: Vec::new(),
        };
        for entry in &file.keys {
            ring.insert_key(RingKey::new(KeyId(entry.id), entry.secret()?)?)?;
        }
        for entry in &file.index_keys {
            ring.insert_index_key(IndexKey::new(IndexKeyId(entry.id), entry.secret()?)?)?;
        }
        ring.key(ring.current).ok_or(KeyRingError::Unknown(file.current))?;
        ring.index_key(ring.current_index).ok_or(KeyRingError::Unknown(file.current_index))?;
        Ok(ring)
    }

    /// The text of the ring's file, wiped from memory when dropped.
    ///
    /// # Errors
    /// Never in practice: [`KeyRingError::Format`].
    pub fn to_json(&self) -> Result<Zeroizing<String>, KeyRingError> {
        let file = RingFile {
            format: FORMAT.to_owned(),
            current: self.current.0,
            current_index: self.current_index.0,
            keys: self.keys.iter().map(|key| KeyEntry::new(key.id.0, &key.secret)).collect(),
            index_keys: self.index_keys.iter().map(|key| KeyEntry::new(key.id.0, &key.secret)).collect(),
        };
        let mut text = Zeroizing::new(serde_json::to_string_pretty(&file).map_err(|_| KeyRingError::Format)?);
        text.push('\n');
        Ok(text)
    }

    /// The key that new things are sealed under.
    #[must_use]
    pub fn current(&self) -> KeyId {
        self.current
    }

    /// The blind-index key that new indexes are made with.
    #[must_use]
    pub fn current_index(&self) -> IndexKeyId {
        self.current_index
    }

    /// The numbers of all keys, in order.
    pub fn key_ids(&self) -> impl Iterator<Item = KeyId> + '_ {
        self.keys.iter().map(|key| key.id)
    }

    /// The numbers of all blind-index keys, in order.
    pub fn index_key_ids(&self) -> impl Iterator<Item = IndexKeyId> + '_ {
        self.index_keys.iter().map(|key| key.id)
    }

    /// Adds a fresh key and a fresh blind-index key, which become the current ones, and returns their numbers. The old
    /// ones stay: they open and find what is still under them.
    ///
    /// # Errors
    /// Never in practice: [`KeyRingError::Derivation`].
    pub fn rotate(&mut self, randomness: &dyn Randomness) -> Result<(KeyId, IndexKeyId), KeyRingError> {
        self.prepare(randomness)?;
        self.use_newest();
        Ok((self.current, self.current_index))
    }

    /// Adds a fresh key and a fresh blind-index key that are not used yet, so that the ring can be brought to every
    /// server before the first thing is sealed under them.
    ///
    /// # Errors
    /// Never in practice: [`KeyRingError::Derivation`].
    pub fn prepare(&mut self, randomness: &dyn Randomness) -> Result<(), KeyRingError> {
        let id = KeyId(self.newest().0.saturating_add(1));
        self.insert_key(RingKey::new(id, fresh(randomness))?)?;
        let newest = self.index_key_ids().max().map_or(0, |IndexKeyId(newest)| newest);
        let id = IndexKeyId(newest.saturating_add(1));
        self.insert_index_key(IndexKey::new(id, fresh(randomness))?)
    }

    /// The newest key, whether it is used already or only prepared.
    #[must_use]
    pub fn newest(&self) -> KeyId {
        self.key_ids().max().unwrap_or(self.current)
    }

    /// Makes the newest keys the current ones.
    pub fn use_newest(&mut self) {
        self.current = self.newest();
        self.current_index = self.index_key_ids().max().unwrap_or(self.current_index);
    }

    /// Whether there are keys older than the current ones.
    #[must_use]
    pub fn has_older(&self) -> bool {
        self.key_ids().any(|id| id < self.current) || self.index_key_ids().any(|id| id < self.current_index)
    }

    /// Takes the keys older than the current ones out, and gives them back as a ring of their own; none where there are
    /// none. What is still under them can be opened only with that ring.
    pub fn retire(&mut self) -> Option<Self> {
        let mut retired = self.clone();
        retired.keys.retain(|key| key.id < self.current);
        retired.index_keys.retain(|key| key.id < self.current_index);
        self.keys.retain(|key| key.id >= self.current);
        self.index_keys.retain(|key| key.id >= self.current_index);
        retired.current = retired.key_ids().max()?;
        retired.current_index = retired.index_key_ids().max()?;
        Some(retired)
    }

    /// Takes over another ring's keys that this one does not have; which ones are current stays as it is.
    ///
    /// # Errors
    /// When both have a key of one number and the keys differ.
    pub fn absorb(&mut self, other: &Self) -> Result<(), KeyRingError> {
        for key in &other.keys {
            match self.key(key.id) {
                Some(own) if own.secret != key.secret => return Err(KeyRingError::Twice(key.id.0)),
                Some(_) => {}
                None => self.insert_key(key.clone())?,
            }
        }
        for key in &other.index_keys {
            match self.index_key(key.id) {
                Some(own) if own.secret != key.secret => return Err(KeyRingError::Twice(key.id.0)),
                Some(_) => {}
                None => self.insert_index_key(key.clone())?,
            }
        }
        Ok(())
    }

    pub(crate) fn key(&self, id: KeyId) -> Option<&RingKey> {
        self.keys.iter().find(|key| key.id == id)
    }

    pub(crate) fn index_key(&self, id: IndexKeyId) -> Option<&IndexKey> {
        self.index_keys.iter().find(|key| key.id == id)
    }

    fn insert_key(&mut self, key: RingKey) -> Result<(), KeyRingError> {
        match self.keys.binary_search_by_key(&key.id, |key| key.id) {
            Ok(_) => Err(KeyRingError::Twice(key.id.0)),
            Err(place) => {
                self.keys.insert(place, key);
                Ok(())
            }
        }
    }

    fn insert_index_key(&mut self, key: IndexKey) -> Result<(), KeyRingError> {
        match self.index_keys.binary_search_by_key(&key.id, |key| key.id) {
            Ok(_) => Err(KeyRingError::Twice(key.id.0)),
            Err(place) => {
                self.index_keys.insert(place, key);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Seeded;

    #[test]
    fn a_ring_reads_back_as_it_was_written() {
        let randomness = Seeded::new(1);
        let mut ring = KeyRing::generate(&randomness).unwrap();
        assert_eq!(ring.rotate(&randomness), Ok((KeyId(2), IndexKeyId(2))));
        let text = ring.to_json().unwrap();
        let read = KeyRing::parse(&text).unwrap();
        assert_eq!(read.to_json().unwrap(), text);
        assert_eq!(read.current(), KeyId(2));
        assert_eq!(read.key_ids().collect::<Vec<_>>(), [KeyId(1), KeyId(2)]);
    }

    #[test]
    fn nothing_secret_is_shown() {
        let ring = KeyRing::generate(&Seeded::new(1)).unwrap();
        let shown = format!("{ring:?}");
        assert_eq!(
            shown,
            "KeyRing { current: KeyId(1), keys: [KeyId(1)], current_index: IndexKeyId(1), index_keys: [IndexKeyId(1)] }"
        );
    }

    #[test]
    fn a_damaged_ring_is_refused_without_repeating_it() {
        let text = KeyRing::generate(&Seeded::new(1)).unwrap().to_json().unwrap();
        for (from, to, expected) in [
            ("credence-keys/1", "credence-keys/2", KeyRingError::Format),
            ("\"current\": 1", "\"current\": 7", KeyRingError::Unknown(7)),
            ("\"current_index\": 1", "\"current_index\": 7", KeyRingError::Unknown(7)),
            ("\"key\": \"", "\"key\": \"!", KeyRingError::Key(1)),
            ("\"key\": \"", "\"key\": \"AAAA", KeyRingError::Key(1)),
            ("\"format\"", "\"kind\"", KeyRingError::Form { line: 2, column: 8 }),
        ] {
            let error = KeyRing::parse(&text.replacen(from, to, 1)).unwrap_err();
            assert_eq!(error, expected);
        }
        assert!(KeyRing::parse("").is_err());
    }

    #[test]
    fn two_keys_cannot_have_one_number() {
        let text = KeyRing::generate(&Seeded::new(1)).unwrap().to_json().unwrap();
        let mut file: serde_json::Value = serde_json::from_str(&text).unwrap();
        let key = file["keys"][0].clone();
        file["keys"].as_array_mut().unwrap().push(key);
        assert_eq!(KeyRing::parse(&file.to_string()).unwrap_err(), KeyRingError::Twice(1));
    }

    #[test]
    fn prepared_keys_are_used_when_they_are_made_current_and_older_ones_can_be_retired() {
        let randomness = Seeded::new(1);
        let mut ring = KeyRing::generate(&randomness).unwrap();
        assert!(ring.retire().is_none() && !ring.has_older());
        ring.prepare(&randomness).unwrap();
        assert_eq!((ring.current(), ring.newest(), ring.has_older()), (KeyId(1), KeyId(2), false));
        assert!(ring.clone().retire().is_none(), "a prepared key is not retired");
        ring.use_newest();
        assert_eq!((ring.current(), ring.current_index()), (KeyId(2), IndexKeyId(2)));
        let mut retired = ring.retire().unwrap();
        assert_eq!(ring.key_ids().collect::<Vec<_>>(), [KeyId(2)]);
        assert_eq!(retired.index_key_ids().collect::<Vec<_>>(), [IndexKeyId(1)]);
        ring.rotate(&randomness).unwrap();
        retired.absorb(&ring.retire().unwrap()).unwrap();
        assert_eq!(retired.key_ids().collect::<Vec<_>>(), [KeyId(1), KeyId(2)]);
        assert_eq!(retired.current(), KeyId(1));
        let another = KeyRing::generate(&randomness).unwrap();
        assert_eq!(retired.absorb(&another), Err(KeyRingError::Twice(1)));
    }
}
