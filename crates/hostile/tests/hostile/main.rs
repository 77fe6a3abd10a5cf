//! Every reader of outside input, with bytes out of nowhere and with samples that were damaged a little (`hostile`).
//! `fuzz/README.md` says how the same is done for longer.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use hostile::TARGETS;

macro_rules! attacks {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                let target = TARGETS.iter().find(|target| target.name == stringify!($name)).unwrap();
                hostile::attack(target.name, target.body, (target.samples)());
            }
        )*

        #[test]
        fn every_target_is_attacked() {
            let attacked = [$(stringify!($name)),*];
            let targets: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(attacked.to_vec(), targets);
        }
    };
}

attacks![
    identifiers,
    days,
    citations,
    masking,
    paths,
    places,
    addresses,
    tokens,
    csv,
    json_lines,
    cells,
    catalogues,
    notes,
    checkpoints,
    receipts,
    proofs,
    tiles,
    leaves,
    keys,
    seals,
    canonical,
];

/// Where the program keeps each target for longer runs.
#[test]
fn every_target_has_its_fuzz_target() {
    let fuzz = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for target in TARGETS {
        let file = format!("fuzz_targets/{}.rs", target.name);
        let text =
            std::fs::read_to_string(fuzz.join(&file)).unwrap_or_else(|_| panic!("fuzz/{file} is missing"));
        assert!(
            text.contains(&format!("hostile::run(\"{}\", bytes)", target.name)),
            "fuzz/{file} runs another target"
        );
        assert!(manifest.contains(&format!("path = \"{file}\"")), "fuzz/Cargo.toml does not name {file}");
    }
}

/// A line of a hundred megabytes is refused with its number, and no more of it is kept than the limit says.
#[test]
fn a_line_of_a_hundred_megabytes_is_read_in_flat_memory() {
    use std::io::Read;
    let format = hostile::format_of("administrative-penalty");
    let good = "{\"x\":1}\n".as_bytes();
    let endless = good.chain(std::io::repeat(b'a').take(100 << 20)).chain("\n{\"x\":2}\n".as_bytes());
    let limits = exchange::Limits::default();
    let before = resident();
    let mut lines = exchange::read_lines(
        endless,
        exchange::Layout { format: &format, kind: exchange::FileKind::JsonLines, file_name: None },
        limits,
    )
    .unwrap();
    let numbers: Vec<(u64, bool)> =
        lines.by_ref().map(|line| line.unwrap()).map(|line| (line.number, line.outcome.is_ok())).collect();
    assert_eq!(numbers.len(), 3);
    assert_eq!(numbers[1], (2, false));
    assert!(lines.finish().unwrap().bytes > 100 << 20);
    assert!(resident().saturating_sub(before) < 32 << 20, "the line was kept");
}

/// The most memory that this process had so far, in bytes (`VmHWM` of the system).
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}
