//! Keyed digests of texts of ours, such as access tokens: whoever has not the key ring can make none.

use journal::{blind_index, blind_indexes};

use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// The keyed digest of a text under the current index key, in hexadecimal. Domains keep texts of different kinds apart.
    ///
    /// # Errors
    /// When the key ring is not at hand.
    pub fn keyed_digest(&self, domain: &str, text: &str) -> Result<String, StoreError> {
        let ring = self.shared.ring()?;
        Ok(hexadecimal(blind_index(&ring, ring.current_index(), domain, text)?))
    }

    /// Takes up the key ring that is kept, where another program has changed it; says whether there was one. What is not among
    /// the digests may be under a key that came since.
    ///
    /// # Errors
    /// When the key ring cannot be read.
    pub fn take_up_ring(&self) -> Result<bool, StoreError> {
        self.shared.ring.renew()
    }

    /// The keyed digests of a text under every index key of the ring: while keys rotate, each of them was the current one.
    ///
    /// # Errors
    /// When the key ring is not at hand.
    pub fn keyed_digests(&self, domain: &str, text: &str) -> Result<Vec<String>, StoreError> {
        let digests = blind_indexes(&*self.shared.ring()?, domain, text)?;
        Ok(digests.into_iter().map(|(_, digest)| hexadecimal(digest)).collect())
    }
}

fn hexadecimal(digest: [u8; 16]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
