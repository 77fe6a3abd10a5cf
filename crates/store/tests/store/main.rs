//! Contract tests of the store: one body for both engines.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected is to stop there"
)]

mod acts;
mod backup;
mod contract;
mod faults;
mod fire;
mod harness;
mod proof;
mod rotation;
mod search;
mod search_faults;

use store::{Pen, SeededRandomness, Store, StoreAddress, StoreError, StoreOptions, Writing};
