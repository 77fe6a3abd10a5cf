//! Writes the samples of every target into a folder each, as the fuzzer's first corpus: `cargo run -p hostile --example samples -- FOLDER`.
#![expect(clippy::expect_used, reason = "a tool for tests: what cannot be written should stop")]

use std::path::PathBuf;

fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("name a folder"));
    for target in hostile::TARGETS {
        let place = folder.join(target.name);
        std::fs::create_dir_all(&place).expect("a folder for the samples");
        for (number, sample) in (target.samples)().into_iter().enumerate() {
            std::fs::write(place.join(format!("sample-{number}")), sample).expect("a sample");
        }
    }
}
