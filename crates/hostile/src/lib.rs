//! What a stranger may send, given to everything that reads it. Each body takes any bytes whatever and stops where a promise of
//! the reader does not hold: that it never panics, that what it took is what it writes again, that nothing unsigned passes for
//! signed, that no number of a person is said again.
//!
//! The bodies are used twice: by the fuzz targets in `fuzz/`, for as long as one likes, and by the property tests of this crate,
//! for a bounded time on the stable toolchain, with bytes out of nowhere and with samples that were damaged a little ([`attack`]).
//!
//! For tests only. The program's own configuration is read in the program, and attacked there (`crates/credence/src/hostile_settings.rs`).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a sample that cannot be made should stop; a broken promise must"
)]

mod damage;
mod files;
mod journals;
mod words;

pub use damage::attack;
pub use files::format_of;

/// A reader of outside input, and how it is tried.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name; the fuzz target has the same one.
    pub name: &'static str,
    /// Gives it these bytes.
    pub body: fn(&[u8]),
    /// What it reads without complaint, to be damaged.
    pub samples: fn() -> Vec<Vec<u8>>,
}

/// Every reader of outside input.
pub const TARGETS: &[Target] = &[
    Target { name: "identifiers", body: words::identifiers, samples: words::identifier_samples },
    Target { name: "days", body: words::days, samples: words::day_samples },
    Target { name: "citations", body: words::citations, samples: words::citation_samples },
    Target { name: "masking", body: words::masking, samples: words::masking_samples },
    Target { name: "paths", body: words::paths, samples: words::path_samples },
    Target { name: "places", body: words::places, samples: words::place_samples },
    Target { name: "addresses", body: words::addresses, samples: words::address_samples },
    Target { name: "tokens", body: words::tokens, samples: words::token_samples },
    Target { name: "csv", body: files::csv, samples: files::csv_samples },
    Target { name: "json_lines", body: files::json_lines, samples: files::json_line_samples },
    Target { name: "cells", body: files::cells, samples: files::cell_samples },
    Target { name: "catalogues", body: files::catalogues, samples: files::catalogue_samples },
    Target { name: "notes", body: journals::notes, samples: journals::note_samples },
    Target { name: "checkpoints", body: journals::checkpoints, samples: journals::checkpoint_samples },
    Target { name: "receipts", body: journals::receipts, samples: journals::receipt_samples },
    Target { name: "proofs", body: journals::proofs, samples: journals::proof_samples },
    Target { name: "tiles", body: journals::tiles, samples: journals::tile_samples },
    Target { name: "leaves", body: journals::leaves, samples: journals::leaf_samples },
    Target { name: "keys", body: journals::keys, samples: journals::key_samples },
    Target { name: "seals", body: journals::seals, samples: journals::seal_samples },
    Target { name: "canonical", body: journals::canonical, samples: journals::canonical_samples },
];

/// Gives a target these bytes; a name that is no target's stops at once.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of this name");
    (target.body)(bytes);
}

/// The bytes as a text, what is no text replaced.
fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
