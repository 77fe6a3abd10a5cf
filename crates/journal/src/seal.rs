//! Sealed payloads: AES-256-GCM-SIV (RFC 8452). Sealed columns and blind indexes are in [`crate::column`].
//!
//! A payload is sealed under a key of its own, and that key is wrapped under the ring's. Erasing an entry
//! destroys the wrapped key; rotating the ring rewraps keys and touches neither leaf nor payload.

use aes_gcm_siv::aead::AeadInOut;
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce, Tag};
use zeroize::Zeroizing;

use crate::commitment::commitment;
use crate::hash::Hash;
use crate::keys::{IndexKeyId, KeyId, KeyRing, RingKey};
use crate::random::Randomness;

/// The first byte of everything sealed: the version of its form.
const VERSION: u8 = 1;
pub(crate) const NONCE_BYTES: usize = 12;
pub(crate) const TAG_BYTES: usize = 16;
const SALT_BYTES: usize = 32;
/// Version, key number, nonce, the payload key and the tag.
const WRAPPED_BYTES: usize = 1 + 4 + NONCE_BYTES + 32 + TAG_BYTES;

/// Why something sealed cannot be opened. No message holds a key or a plaintext.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The bytes are not of the form that sealing gives.
    #[error("the sealed bytes are not of a known form")]
    Form,
    /// The key it was sealed under is not in the ring.
    #[error("it is sealed under key {0}, which is not in the ring")]
    UnknownKey(KeyId),
    /// It was changed, or sealed for another place.
    #[error("it does not open: it was changed or belongs elsewhere")]
    Altered,
    /// It opens, but is not what the leaf commits to.
    #[error("it opens, but is not what the leaf commits to")]
    Commitment,
    /// It is too long to be sealed.
    #[error("it is too long to be sealed")]
    TooLong,
    /// The blind-index key is not in the ring.
    #[error("index key {0} is not in the ring")]
    UnknownIndexKey(IndexKeyId),
}

/// A payload as it is stored: what is sealed, the key that opens it, and what the leaf says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedPayload {
    /// The salt and the plaintext, sealed under the payload's own key.
    pub sealed: Vec<u8>,
    /// The payload's key, wrapped under the ring's current key. Kept apart, outside ordinary backups:
    /// destroying it is what erasure does.
    pub wrapped_key: Vec<u8>,
    /// The commitment for the leaf.
    pub commitment: Hash,
}

/// An opened payload.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedPayload {
    /// The salt of the commitment.
    pub salt: [u8; 32],
    /// The canonical plaintext.
    pub plaintext: Vec<u8>,
}

impl OpenedPayload {
    /// The commitment to this payload, to be compared with the leaf's.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        commitment(&self.salt, &self.plaintext)
    }
}

/// The plaintext is not shown.
impl std::fmt::Debug for OpenedPayload {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("OpenedPayload")
            .field("plaintext_bytes", &self.plaintext.len())
            .finish_non_exhaustive()
    }
}

/// What a payload is bound to: its entry.
fn payload_bound_to(entry: u64) -> [u8; 26] {
    bound_to(b"credence-payload/1", entry)
}

/// What a wrapped payload key is bound to: its entry.
fn key_bound_to(entry: u64) -> [u8; 30] {
    bound_to(b"credence-payload-key/1", entry)
}

fn bound_to<const LENGTH: usize>(name: &[u8], entry: u64) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    for (byte, value) in bytes.iter_mut().zip(name.iter().copied().chain(entry.to_be_bytes())) {
        *byte = value;
    }
    bytes
}

/// A payload key seals one payload, once, so its nonce need not vary.
fn payload_nonce() -> Nonce {
    Nonce::default()
}

/// Seals a payload for the entry with this number: draws a salt and a key, and makes the commitment.
///
/// # Errors
/// When the plaintext is longer than the cipher allows (64 GiB).
pub fn seal_payload(
    ring: &KeyRing,
    randomness: &dyn Randomness,
    entry: u64,
    plaintext: &[u8],
) -> Result<SealedPayload, SealError> {
    // One draw for the salt, the payload's key and the nonce of its wrapping.
    let mut drawn = Zeroizing::new([0; SALT_BYTES + 32 + NONCE_BYTES]);
    randomness.fill(drawn.as_mut_slice());
    let (salt, rest) = drawn.split_first_chunk::<SALT_BYTES>().ok_or(SealError::Form)?;
    let (key, nonce) = rest.split_first_chunk::<32>().ok_or(SealError::Form)?;
    let nonce: &[u8; NONCE_BYTES] = nonce.try_into().map_err(|_| SealError::Form)?;

    let mut sealed = Vec::with_capacity(1 + plaintext.len() + SALT_BYTES + TAG_BYTES);
    sealed.push(VERSION);
    sealed.extend_from_slice(plaintext);
    // The salt stands last, so that opening can cut it off without moving the plaintext.
    sealed.extend_from_slice(salt);
    let body = sealed.get_mut(1..).ok_or(SealError::Form)?;
    let tag = Aes256GcmSiv::new(key.into())
        .encrypt_inout_detached(&payload_nonce(), &payload_bound_to(entry), body.into())
        .map_err(|_| SealError::TooLong)?;
    sealed.extend_from_slice(&tag);

    let wrapped_key = wrap(ring, entry, key, nonce)?;
    Ok(SealedPayload { sealed, wrapped_key, commitment: commitment(salt, plaintext) })
}

/// Opens a payload with the ring. The caller compares [`OpenedPayload::commitment`] with the leaf's.
///
/// # Errors
/// When the form, the key or the bytes are not right; see [`SealError`].
pub fn open_payload(
    ring: &KeyRing,
    entry: u64,
    wrapped_key: &[u8],
    sealed: &[u8],
) -> Result<OpenedPayload, SealError> {
    let mut plaintext = Vec::new();
    let salt = open_payload_into(ring, entry, wrapped_key, sealed, &mut plaintext)?;
    Ok(OpenedPayload { salt, plaintext })
}

/// Opens a payload into a buffer, so that a loop over many payloads needs only one, and gives the salt. After an error
/// the buffer is empty.
///
/// # Errors
/// See [`open_payload`].
pub(crate) fn open_payload_into(
    ring: &KeyRing,
    entry: u64,
    wrapped_key: &[u8],
    sealed: &[u8],
    plaintext: &mut Vec<u8>,
) -> Result<[u8; SALT_BYTES], SealError> {
    plaintext.clear();
    let key = unwrap(ring, entry, wrapped_key)?;
    let (version, body) = sealed.split_first().ok_or(SealError::Form)?;
    let (body, tag) = body.split_last_chunk::<TAG_BYTES>().ok_or(SealError::Form)?;
    if *version != VERSION || body.len() < SALT_BYTES {
        return Err(SealError::Form);
    }
    plaintext.extend_from_slice(body);
    let opened = Aes256GcmSiv::new((&*key).into()).decrypt_inout_detached(
        &payload_nonce(),
        &payload_bound_to(entry),
        plaintext.as_mut_slice().into(),
        &Tag::from(*tag),
    );
    if opened.is_err() {
        plaintext.clear();
        return Err(SealError::Altered);
    }
    let (_, salt) = plaintext.split_last_chunk::<SALT_BYTES>().ok_or(SealError::Form)?;
    let salt = *salt;
    plaintext.truncate(plaintext.len() - SALT_BYTES);
    Ok(salt)
}

/// Wraps a payload's key anew under the ring's current key. Neither leaf nor payload changes.
///
/// # Errors
/// When the wrapped key does not open.
pub fn rewrap(
    ring: &KeyRing,
    randomness: &dyn Randomness,
    entry: u64,
    wrapped_key: &[u8],
) -> Result<Vec<u8>, SealError> {
    let key = unwrap(ring, entry, wrapped_key)?;
    let mut nonce = [0; NONCE_BYTES];
    randomness.fill(&mut nonce);
    wrap(ring, entry, &key, &nonce)
}

/// The key of the ring that something was sealed or wrapped under, if its form is known: what still has to be
/// rewrapped is told by it.
#[must_use]
pub fn sealed_under(sealed: &[u8]) -> Option<KeyId> {
    let (version, rest) = sealed.split_first()?;
    let (id, _) = rest.split_first_chunk::<4>()?;
    (*version == VERSION).then(|| KeyId(u32::from_be_bytes(*id)))
}

fn wrap(ring: &KeyRing, entry: u64, key: &[u8; 32], nonce: &[u8; NONCE_BYTES]) -> Result<Vec<u8>, SealError> {
    let id = ring.current();
    let cipher = &ring.key(id).ok_or(SealError::UnknownKey(id))?.wrap;
    let mut wrapped = Vec::with_capacity(WRAPPED_BYTES);
    seal_under(cipher, id, nonce, &key_bound_to(entry), key, &mut wrapped)?;
    Ok(wrapped)
}

fn unwrap(ring: &KeyRing, entry: u64, wrapped_key: &[u8]) -> Result<Zeroizing<[u8; 32]>, SealError> {
    let bytes: &[u8; WRAPPED_BYTES] = wrapped_key.try_into().map_err(|_| SealError::Form)?;
    let sealed = Sealed::parse(bytes)?;
    let mut key = Zeroizing::new([0; 32]);
    key.copy_from_slice(sealed.body);
    sealed.open(&sealed.key_in(ring)?.wrap, &key_bound_to(entry), key.as_mut_slice())?;
    Ok(key)
}

/// What stands behind the version byte of a column or a wrapped key.
pub(crate) struct Sealed<'a> {
    id: KeyId,
    nonce: &'a [u8; NONCE_BYTES],
    pub(crate) body: &'a [u8],
    tag: &'a [u8; TAG_BYTES],
}

impl<'a> Sealed<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, SealError> {
        let id = sealed_under(bytes).ok_or(SealError::Form)?;
        let rest = bytes.get(5..).ok_or(SealError::Form)?;
        let (nonce, rest) = rest.split_first_chunk().ok_or(SealError::Form)?;
        let (body, tag) = rest.split_last_chunk().ok_or(SealError::Form)?;
        Ok(Self { id, nonce, body, tag })
    }

    pub(crate) fn key_in<'r>(&self, ring: &'r KeyRing) -> Result<&'r RingKey, SealError> {
        ring.key(self.id).ok_or(SealError::UnknownKey(self.id))
    }

    /// Opens a copy of the body in place.
    pub(crate) fn open(
        &self,
        cipher: &Aes256GcmSiv,
        bound_to: &[u8],
        body: &mut [u8],
    ) -> Result<(), SealError> {
        cipher
            .decrypt_inout_detached(&Nonce::from(*self.nonce), bound_to, body.into(), &Tag::from(*self.tag))
            .map_err(|_| SealError::Altered)
    }
}

/// Seals bytes behind version, key number and nonce.
pub(crate) fn seal_under(
    cipher: &Aes256GcmSiv,
    id: KeyId,
    nonce: &[u8; NONCE_BYTES],
    bound_to: &[u8],
    plaintext: &[u8],
    sealed: &mut Vec<u8>,
) -> Result<(), SealError> {
    sealed.push(VERSION);
    sealed.extend_from_slice(&id.0.to_be_bytes());
    sealed.extend_from_slice(nonce);
    sealed.extend_from_slice(plaintext);
    let body = sealed.get_mut(5 + NONCE_BYTES..).ok_or(SealError::Form)?;
    let tag = cipher
        .encrypt_inout_detached(&Nonce::from(*nonce), bound_to, body.into())
        .map_err(|_| SealError::TooLong)?;
    sealed.extend_from_slice(&tag);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::Seeded;

    fn ring() -> KeyRing {
        KeyRing::generate(&Seeded::new(1)).unwrap()
    }

    #[test]
    fn a_payload_opens_for_its_own_entry_only() {
        let (ring, randomness) = (ring(), Seeded::new(2));
        let payload = seal_payload(&ring, &randomness, 7, b"{}").unwrap();
        let opened = open_payload(&ring, 7, &payload.wrapped_key, &payload.sealed).unwrap();
        assert_eq!(opened.plaintext, b"{}");
        assert_eq!(opened.commitment(), payload.commitment);
        assert_eq!(open_payload(&ring, 8, &payload.wrapped_key, &payload.sealed), Err(SealError::Altered));
        // Neither does another entry's key open it.
        let other = seal_payload(&ring, &randomness, 7, b"{}").unwrap();
        assert_eq!(open_payload(&ring, 7, &other.wrapped_key, &payload.sealed), Err(SealError::Altered));
        assert_ne!(other.commitment, payload.commitment);
    }

    #[test]
    fn without_its_wrapped_key_nothing_of_a_payload_is_left() {
        let (ring, randomness) = (ring(), Seeded::new(2));
        let payload = seal_payload(&ring, &randomness, 7, b"{}").unwrap();
        assert_eq!(open_payload(&ring, 7, &[], &payload.sealed), Err(SealError::Form));
    }

    #[test]
    fn every_changed_bit_of_a_payload_and_its_key_is_noticed() {
        let (ring, randomness) = (ring(), Seeded::new(2));
        let payload = seal_payload(&ring, &randomness, 7, b"{\"a\":1}").unwrap();
        for place in 0..payload.sealed.len() * 8 {
            let mut sealed = payload.sealed.clone();
            sealed[place / 8] ^= 1 << (place % 8);
            assert!(open_payload(&ring, 7, &payload.wrapped_key, &sealed).is_err(), "bit {place}");
        }
        for place in 0..payload.wrapped_key.len() * 8 {
            let mut wrapped_key = payload.wrapped_key.clone();
            wrapped_key[place / 8] ^= 1 << (place % 8);
            assert!(open_payload(&ring, 7, &wrapped_key, &payload.sealed).is_err(), "bit {place}");
        }
        for length in 0..payload.sealed.len() {
            assert!(open_payload(&ring, 7, &payload.wrapped_key, &payload.sealed[..length]).is_err());
        }
    }

    #[test]
    fn rotating_rewraps_keys_and_touches_no_payload() {
        let randomness = Seeded::new(2);
        let mut ring = ring();
        let payload = seal_payload(&ring, &randomness, 7, b"{}").unwrap();
        ring.rotate(&randomness).unwrap();
        // The old key opens meanwhile.
        assert!(open_payload(&ring, 7, &payload.wrapped_key, &payload.sealed).is_ok());
        let rewrapped = rewrap(&ring, &randomness, 7, &payload.wrapped_key).unwrap();
        assert_eq!(sealed_under(&payload.wrapped_key), Some(KeyId(1)));
        assert_eq!(sealed_under(&rewrapped), Some(KeyId(2)));
        ring.retire();
        let opened = open_payload(&ring, 7, &rewrapped, &payload.sealed).unwrap();
        assert_eq!(opened.commitment(), payload.commitment);
        let old = open_payload(&ring, 7, &payload.wrapped_key, &payload.sealed);
        assert_eq!(old, Err(SealError::UnknownKey(KeyId(1))));
        assert_eq!(rewrap(&ring, &randomness, 8, &rewrapped), Err(SealError::Altered));
    }

    #[test]
    fn an_opened_payload_does_not_show_itself() {
        let opened = OpenedPayload { salt: [1; 32], plaintext: b"secret".to_vec() };
        assert_eq!(format!("{opened:?}"), "OpenedPayload { plaintext_bytes: 6, .. }");
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(entry: u64, plaintext: Vec<u8>, seed: u64) {
            let (ring, randomness) = (ring(), Seeded::new(seed));
            let payload = seal_payload(&ring, &randomness, entry, &plaintext).unwrap();
            let opened = open_payload(&ring, entry, &payload.wrapped_key, &payload.sealed).unwrap();
            prop_assert_eq!(opened.commitment(), payload.commitment);
            prop_assert_eq!(&opened.plaintext, &plaintext);
        }

        #[test]
        fn no_bytes_make_opening_fail_otherwise(entry: u64, wrapped_key: Vec<u8>, sealed: Vec<u8>) {
            prop_assert!(open_payload(&ring(), entry, &wrapped_key, &sealed).is_err());
        }
    }
}
