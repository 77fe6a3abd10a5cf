//! The register as a lawyer would try it: a small catalogue, a fixed day, and the acts one by one.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

mod cases;
mod catalogue;
mod disclosure;
mod erasure;
mod filing;
mod fixture;
mod incidents;
mod inquiry;
mod records;
mod scenarios;
