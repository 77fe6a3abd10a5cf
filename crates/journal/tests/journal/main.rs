//! The journal as others see it: published vectors, other implementations, mirrors and databases that were tampered
//! with.

mod database;
mod mirrors;
mod oracles;
mod proofs;
mod town;
mod vectors;
