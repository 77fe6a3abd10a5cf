//! Where salts and keys come from.

/// The only source of salts, nonces and keys. It is implemented at the program's edge, by the operating
/// system's generator, and in the demo city by a generator with a seed.
pub trait Randomness: Send + Sync {
    /// Fills `bytes` with bytes that nobody can predict.
    fn fill(&self, bytes: &mut [u8]);
}

impl<R: Randomness + ?Sized> Randomness for std::sync::Arc<R> {
    fn fill(&self, bytes: &mut [u8]) {
        (**self).fill(bytes);
    }
}
