//! Benchmarks: what the program does in a second beside what the machine could do at most, measured in the same run.
//!
//! A benchmark makes its data with the code that files them in a city, measures the limit without law, HTTP and hashing,
//! measures the program as it is served, and prints both with their ratio. The places and figures are written in
//! `docs/benchmarks.md`.

pub mod bare;
pub mod city;
pub mod filing;
pub mod gauge;
pub mod inquiry;
pub mod load;
pub mod open;
pub mod page;
pub mod place;
pub mod process;
pub mod proof;
pub mod protection;
pub mod public;
pub mod quick;
pub mod report;
pub mod search;
pub mod server;
pub mod verify;
