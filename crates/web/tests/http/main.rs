//! The API and the pages over a real platform on a store of its own.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod access;
mod ask;
mod cases;
mod city;
mod described;
mod desks;
mod filing;
mod fire;
mod flow;
mod incidents;
mod limits;
mod my;
mod office;
mod paces;
mod proof;
mod public;
mod refusals;
mod serving;
mod sign_in;
mod tls;
