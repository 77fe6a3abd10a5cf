//! What is read, by chapter. Every reading has a set-wise form where a hot path needs it: one statement for many rows,
//! in a few fixed sizes.

pub(crate) mod about;
pub(crate) mod access;
pub(crate) mod batches;
pub(crate) mod cases;
pub(crate) mod catalogue;
pub(crate) mod entries;
pub(crate) mod incidents;
pub(crate) mod intake;
pub(crate) mod records;
pub(crate) mod subjects;

use law::Day;

use crate::error::StoreError;

/// A day as it is stored.
pub(crate) fn day(text: &str) -> Result<Day, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged(format!("`{text}` stands where a day belongs")))
}

/// A word as it is stored.
pub(crate) fn word<T>(known: Option<T>, text: &str) -> Result<T, StoreError> {
    known.ok_or_else(|| StoreError::Damaged(format!("`{text}` is a word that this program does not know")))
}
