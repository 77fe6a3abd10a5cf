//! Every reader of outside input, with bytes out of nowhere and with samples that were damaged a little (`hostile`).
//! `fuzz/README.md` says how the same is done for longer.

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
