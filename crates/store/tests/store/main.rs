//! Contract tests of the store: one body for both engines.

mod acts;
mod contract;
mod harness;
mod proof;
