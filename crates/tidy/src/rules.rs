//! The invariants, one topic a file.

pub mod acts;
pub mod arrows;
pub mod articles;
pub mod documents;
pub mod doors;
pub mod length;
pub mod no_score;
pub mod people;
pub mod purity;
pub mod shape;
pub mod tables;
pub mod workplace;

use crate::Rule;

/// Every rule, in the order in which findings are reported.
pub const ALL: &[Rule] = &[
    Rule { name: "crates depend on each other along the arrows of the design only", check: arrows::check },
    Rule { name: "one file names the database driver, one crate the database", check: doors::database },
    Rule { name: "one crate names HTTP and HTML", check: doors::web },
    Rule { name: "the law and the journal read no clock, file, network or chance", check: purity::check },
    Rule { name: "no file has more than 500 lines, tests excluded", check: length::check },
    Rule { name: "every act and every rule names its articles", check: articles::check },
    Rule { name: "every act has its five parts in order", check: acts::check },
    Rule { name: "nobody is given a score, a grade or a rank", check: no_score::check },
    Rule { name: "no catalogue asks for special-category data", check: people::special_category },
    Rule { name: "no address lists or searches people", check: people::no_search },
    Rule {
        name: "tables are declared in one place, in a dialect that both engines speak",
        check: tables::check,
    },
    Rule {
        name: "crates have one shape: the lints, one test binary, no silently ignored test",
        check: shape::check,
    },
    Rule { name: "nothing of the workplace is committed", check: workplace::check },
    Rule { name: "documents name only what is there", check: documents::check },
];
