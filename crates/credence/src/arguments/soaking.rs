//! The command that tries the program under fire.

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::soak::fault::Fault;

/// An engine of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SoakEngine {
    /// SQLite, in a folder
    Sqlite,
    /// PostgreSQL: a cluster of its own, which is killed too
    Postgres,
}

/// `credence soak`
#[derive(Debug, Args)]
#[command(
    long_about = "Founds an invented city in a temporary folder, serves it with this very program on a free port, loads it \
                  with inquiries, batches, openings, withdrawals and consents from many connections at once, hurts it, kills \
                  it with SIGKILL at a random moment, starts it again, and checks every answer that was acknowledged: its \
                  entry stands in the journal with that kind, office and minute, its receipt holds, what was withdrawn or \
                  taken back is in force in every later answer, no number was given twice, and a batch sent again gives the \
                  same receipt. Then the journal is verified and the tables are compared with it.\n\n\
                  Seed, connections and number of rounds fix what is asked and what is done when; what comes of it is the \
                  machine's. PostgreSQL gets a cluster of its own, since it is killed too: no server of yours is touched. \
                  With --store FOLDER the temporary folder is made there, to try that disk. What the machine does not give \
                  (PostgreSQL's programs, the right to mount a small file system, libfaketime) is listed as not run.\n\n\
                  The exit code is 1 when anything was found.",
    after_help = "Examples:\n  credence soak\n  credence soak --engine sqlite --rounds 500 --seed 3 --json\n  \
                  credence soak --engine postgres --fault connections-cut --fault database-killed --rounds 50"
)]
pub struct SoakArguments {
    /// How many rounds on each engine
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub rounds: u32,
    /// The seed
    #[arg(long, value_name = "X", default_value_t = 7)]
    pub seed: u64,
    /// The engine; both without it
    #[arg(long, value_enum)]
    pub engine: Option<SoakEngine>,
    /// How many connections ask at once
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub connections: u64,
    /// Only this fault; can be given several times
    #[arg(long = "fault", value_enum, value_name = "FAULT")]
    pub faults: Vec<Fault>,
}
