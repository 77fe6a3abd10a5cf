//! Sealed columns and blind indexes: AES-256-GCM-SIV (RFC 8452) and HMAC-SHA-256.
//!
//! What a table holds about a person is sealed under the ring's key and bound to its place; it is found by a keyed
//! digest that tells nothing without the index key.

use hmac::Mac;

use crate::keys::{IndexKeyId, KeyRing};
use crate::random::Randomness;
use crate::seal::{NONCE_BYTES, SealError, Sealed, TAG_BYTES, seal_under};

/// What a column's value is bound to: its table, column and row. Lengths stand before the names, so that no
/// two places run together.
fn column_bound_to(table: &str, column: &str, row_key: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(48 + table.len() + column.len() + row_key.len());
    bytes.extend_from_slice(b"credence-column/1");
    for part in [table, column, row_key] {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

/// Seals one value of a column under the ring's current key, bound to its table, column and row.
///
/// # Errors
/// When the plaintext is longer than the cipher allows (64 GiB).
pub fn seal_column(
    ring: &KeyRing,
    randomness: &dyn Randomness,
    table: &str,
    column: &str,
    row_key: &str,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    let id = ring.current();
    let cipher = &ring.key(id).ok_or(SealError::UnknownKey(id))?.column;
    let mut nonce = [0; NONCE_BYTES];
    randomness.fill(&mut nonce);
    let mut sealed = Vec::with_capacity(5 + NONCE_BYTES + plaintext.len() + TAG_BYTES);
    seal_under(cipher, id, &nonce, &column_bound_to(table, column, row_key), plaintext, &mut sealed)?;
    Ok(sealed)
}

/// Opens one value of a column.
///
/// # Errors
/// When the form, the key, the place or the bytes are not right; see [`SealError`].
pub fn open_column(
    ring: &KeyRing,
    table: &str,
    column: &str,
    row_key: &str,
    sealed: &[u8],
) -> Result<Vec<u8>, SealError> {
    let sealed = Sealed::parse(sealed)?;
    let mut plaintext = sealed.body.to_vec();
    sealed.open(&sealed.key_in(ring)?.column, &column_bound_to(table, column, row_key), &mut plaintext)?;
    Ok(plaintext)
}

/// A blind index: 16 bytes that are equal for equal values of a domain, and tell nothing without the key.
/// Values are normalised by the caller. Keyed fingerprints are made the same way, with domains of their own.
///
/// # Errors
/// When the index key is not in the ring.
pub fn blind_index(
    ring: &KeyRing,
    key: IndexKeyId,
    domain: &str,
    value: &str,
) -> Result<[u8; 16], SealError> {
    let mut mac = ring.index_key(key).ok_or(SealError::UnknownIndexKey(key))?.mac.clone();
    mac.update(&(domain.len() as u64).to_be_bytes());
    mac.update(domain.as_bytes());
    mac.update(value.as_bytes());
    let digest: [u8; 32] = mac.finalize().into_bytes().into();
    digest.first_chunk::<16>().copied().ok_or(SealError::Form)
}

/// The blind index of a value under every index key of the ring, the current one first: what to look for
/// while keys rotate.
///
/// # Errors
/// Never in practice: [`SealError::UnknownIndexKey`].
pub fn blind_indexes(
    ring: &KeyRing,
    domain: &str,
    value: &str,
) -> Result<Vec<(IndexKeyId, [u8; 16])>, SealError> {
    let current = ring.current_index();
    std::iter::once(current)
        .chain(ring.index_key_ids().filter(|key| *key != current))
        .map(|key| Ok((key, blind_index(ring, key, domain, value)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::seal::seal_payload;
    use crate::testing::Seeded;

    fn ring() -> KeyRing {
        KeyRing::generate(&Seeded::new(1)).unwrap()
    }

    #[test]
    fn a_column_opens_in_its_own_place_only() {
        let (ring, randomness) = (ring(), Seeded::new(2));
        let sealed = seal_column(&ring, &randomness, "subject", "phone", "12", b"13800000000").unwrap();
        assert_eq!(open_column(&ring, "subject", "phone", "12", &sealed).unwrap(), b"13800000000");
        for (table, column, row_key) in [
            ("subjects", "phone", "12"),
            ("subject", "mail", "12"),
            ("subject", "phone", "13"),
            ("subjectp", "hone", "12"),
        ] {
            assert_eq!(open_column(&ring, table, column, row_key, &sealed), Err(SealError::Altered));
        }
        for place in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[place / 8] ^= 1 << (place % 8);
            assert!(open_column(&ring, "subject", "phone", "12", &changed).is_err(), "bit {place}");
        }
        // A payload's key cannot be passed off as a column, nor the other way round.
        let payload = seal_payload(&ring, &randomness, 12, b"{}").unwrap();
        assert_eq!(
            open_column(&ring, "subject", "phone", "12", &payload.wrapped_key),
            Err(SealError::Altered)
        );
    }

    #[test]
    fn a_blind_index_is_equal_for_equal_values_of_one_domain_and_key() {
        let mut ring = ring();
        let first = ring.current_index();
        let index = |ring: &KeyRing, key, domain, value| blind_index(ring, key, domain, value).unwrap();
        let of_a = index(&ring, first, "citizen-id", "a");
        assert_eq!(of_a, index(&ring, first, "citizen-id", "a"));
        assert_ne!(of_a, index(&ring, first, "citizen-id", "b"));
        assert_ne!(of_a, index(&ring, first, "organisation-code", "a"));
        assert_ne!(index(&ring, first, "ab", "c"), index(&ring, first, "a", "bc"));
        let (_, second) = ring.rotate(&Seeded::new(3)).unwrap();
        let all = blind_indexes(&ring, "citizen-id", "a").unwrap();
        assert_eq!(all, [(second, index(&ring, second, "citizen-id", "a")), (first, of_a)]);
        let unknown = IndexKeyId(9);
        assert_eq!(blind_index(&ring, unknown, "a", "b"), Err(SealError::UnknownIndexKey(unknown)));
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(plaintext: Vec<u8>, seed: u64, row_key: String) {
            let (ring, randomness) = (ring(), Seeded::new(seed));
            let sealed = seal_column(&ring, &randomness, "t", "c", &row_key, &plaintext).unwrap();
            prop_assert_eq!(open_column(&ring, "t", "c", &row_key, &sealed).unwrap(), plaintext);
        }

        #[test]
        fn no_bytes_make_opening_fail_otherwise(sealed: Vec<u8>) {
            prop_assert!(open_column(&ring(), "t", "c", "r", &sealed).is_err());
        }
    }
}
