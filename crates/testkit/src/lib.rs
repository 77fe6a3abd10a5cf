//! A small town with a fixed clock, for tests only: the demo's catalogue and authorities, a store of either engine, and the
//! few lines that a story needs.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up should stop")]

pub mod browser;
pub mod certificates;
pub mod clock;
pub mod codes;
pub mod engine;
pub mod lines;
pub mod provider;
pub mod tls;
pub mod town;
pub mod wire;

pub use clock::TownClock;
pub use engine::{Engine, on_both};
pub use town::Town;
