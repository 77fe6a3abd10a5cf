//! Stories of a town, told on both engines; after each the journal verifies and the tables are its fold.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod cases;
mod concurrency;
mod erasure;
mod filing;
mod incidents;
mod keys;
mod looking;
mod proposals;
mod quality;
mod random;
mod rights;
mod standing;
mod support;
