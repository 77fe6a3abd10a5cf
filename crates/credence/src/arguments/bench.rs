//! `credence bench`.

use clap::{Args, ValueEnum};

/// `credence bench`
#[derive(Debug, Args)]
#[command(
    long_about = "Measures the platform against a limit that is measured in the same run, and prints limit, result and \
                  ratio. Each benchmark makes its own store with its own invented data and removes it; nothing of a \
                  city's store is touched. `--store` says where: a folder (SQLite) or the `postgres://` address of a \
                  server on which this user may create databases. Durability is what a city runs with.\n\n\
                  Times of a busy machine say little: figures are given per second and per second of processor time of \
                  program and database, and the load generator's own time is printed beside them.",
    after_help = "Examples:\n  credence bench inquiry --records 5000000 --seconds 30\n  \
                  credence bench inquiry --store postgres://postgres@localhost/postgres --records 5000000 --json\n  \
                  credence bench filing --records 1000000 --store /fast-disk/bench"
)]
pub struct BenchArguments {
    /// What is measured
    #[arg(value_enum)]
    pub what: Benchmark,
    /// How many records (entries, names) the store holds; a fifth as many subjects
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(100..=100_000_000))]
    pub records: u64,
    /// How long each part is measured, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub seconds: u64,
    /// How many connections ask at the same time
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub connections: u32,
    /// Leave the store where it is, and use it again in the next run with as many records
    #[arg(long)]
    pub keep: bool,
    /// For the bare handlers: the file whose bytes they send
    #[arg(long, value_name = "FILE", hide = true)]
    pub bytes: Option<std::path::PathBuf>,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Benchmark {
    /// Inquiries of an officer over HTTP, each journalled before its answer
    Inquiry,
    /// The same while files are being filed
    InquiryWhileFiling,
    /// What authentication, the access question and decryption add to the processor time of an inquiry
    Protection,
    /// Filing records from JSON Lines files, beside the bare load of the rows that come of it
    Filing,
    /// Public data of organisations over HTTP, asked for the first time
    Public,
    /// Public data of organisations over HTTP, asked for again and again
    PublicAgain,
    /// Pages of organisations with 50 records each over HTTP, drawn anew and asked for again
    Page,
    /// The handlers without a platform behind them, for the three above
    #[value(hide = true)]
    BareHandlers,
    /// Verifying a journal of N entries, with and without the key ring
    Verify,
    /// Inclusion proofs and receipts of any of N entries
    Proof,
    /// Finding organisations among N by two, four and six characters of a name, and building the index
    Search,
    /// Starting the server on N records, and its memory while it serves and searches
    Open,
}

impl Benchmark {
    /// Which store it needs: those of one word and size serve each other when they are kept.
    #[must_use]
    pub const fn store_word(self) -> &'static str {
        match self {
            Self::Inquiry
            | Self::InquiryWhileFiling
            | Self::Protection
            | Self::Public
            | Self::PublicAgain
            | Self::BareHandlers => "city",
            Self::Filing => "filing",
            Self::Verify | Self::Proof => "journal",
            Self::Search => "names",
            Self::Open => "records",
            Self::Page => "pages",
        }
    }
}
