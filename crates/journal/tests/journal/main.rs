//! The journal as others see it: published vectors, other implementations, mirrors and databases that were
//! tampered with.

#[cfg(test)]
mod database;
#[cfg(test)]
mod mirrors;
#[cfg(test)]
mod oracles;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod town;
#[cfg(test)]
mod vectors;
