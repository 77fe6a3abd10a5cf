//! Samples damaged a little, and bytes out of nowhere: the same ones in every run.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// What is done to a sample.
#[derive(Debug, Clone)]
enum Damage {
    Set(prop::sample::Index, u8),
    Flip(prop::sample::Index, u8),
    Remove(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
    Repeat(prop::sample::Index, usize, usize),
    Cut(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
}

/// What readers stumble over.
const STONES: &[&[u8]] = &[
    b"\0",
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\n",
    b"\r\n",
    b"\r",
    b"\t",
    b"'",
    b"\\",
    b"\\u0000",
    b"{",
    b"}",
    b"[",
    b"]",
    b"-",
    b"+",
    b".",
    b"0",
    b"00",
    b"1e999",
    b"-1",
    b"18446744073709551616",
    b"9223372036854775808",
    b"/",
    b"//",
    b"../",
    b"%00",
    b"?",
    b"#",
    b"@",
    b":",
    b" ",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xc3\x28",
    b"\xf0\x9f\x98\x80",
    "\u{3000}".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{202e}".as_bytes(),
    "９".as_bytes(),
    "；".as_bytes(),
    "年".as_bytes(),
    "\u{2014} ".as_bytes(),
    b"\n\n",
    b"null",
    b"true",
    b"_",
    b"(",
    b")",
    b"x",
    b"p/",
];

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        (place(), 0_u8..8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        (place(), 1_usize..40).prop_map(|(at, length)| Damage::Remove(at, length)),
        (place(), prop::sample::select(STONES)).prop_map(|(at, stone)| Damage::Insert(at, stone.to_vec())),
        (place(), prop::collection::vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (place(), 1_usize..40, 1_usize..40).prop_map(|(at, length, times)| Damage::Repeat(at, length, times)),
        place().prop_map(Damage::Cut),
        (place(), place()).prop_map(|(left, right)| Damage::Swap(left, right)),
    ]
}

fn damaged(mut bytes: Vec<u8>, done: &[Damage]) -> Vec<u8> {
    for damage in done {
        if bytes.is_empty() {
            bytes.push(b'0');
        }
        let length = bytes.len();
        match damage {
            Damage::Set(at, new) => {
                bytes.iter_mut().skip(at.index(length)).take(1).for_each(|byte| *byte = *new)
            }
            Damage::Flip(at, bit) => {
                bytes.iter_mut().skip(at.index(length)).take(1).for_each(|byte| *byte ^= 1 << bit);
            }
            Damage::Remove(at, count) => {
                let from = at.index(length);
                bytes.drain(from..length.min(from + count));
            }
            Damage::Insert(at, more) => {
                let from = at.index(length + 1);
                bytes.splice(from..from, more.iter().copied());
            }
            Damage::Repeat(at, count, times) => {
                let from = at.index(length);
                let part = bytes.get(from..length.min(from + count)).unwrap_or_default().repeat(*times);
                bytes.splice(from..from, part);
            }
            Damage::Cut(at) => bytes.truncate(at.index(length)),
            Damage::Swap(left, right) => bytes.swap(left.index(length), right.index(length)),
        }
    }
    bytes
}

/// How many inputs each reader gets; `CREDENCE_HOSTILE_CASES` gives more.
fn cases() -> u32 {
    std::env::var("CREDENCE_HOSTILE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(400)
}

/// Gives a reader its samples, nothing, bytes out of nowhere, and its samples damaged a little. The inputs are the same in every
/// run; where more are asked for, they go on where fewer ended. It stops at the first input with which a promise breaks, made as
/// small as it can be made.
pub fn attack(name: &str, body: fn(&[u8]), samples: Vec<Vec<u8>>) {
    assert!(!samples.is_empty(), "{name} has no samples");
    for sample in &samples {
        body(sample);
    }
    body(b"");
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[41; 32]);
    let config =
        Config { cases: cases(), failure_persistence: None, max_shrink_iters: 4000, ..Config::default() };
    let nowhere = prop::collection::vec(any::<u8>(), 0..256);
    let near = (prop::sample::select(samples), prop::collection::vec(damage(), 1..5))
        .prop_map(|(bytes, done)| damaged(bytes, &done));
    let outcome = TestRunner::new_with_rng(config, rng).run(&prop_oneof![1 => nowhere, 4 => near], |bytes| {
        body(&bytes);
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = outcome {
        let told = error.to_string();
        assert!(told.is_empty(), "{name}: {told}");
    }
}
