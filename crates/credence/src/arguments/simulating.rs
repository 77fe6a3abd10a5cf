//! The command that simulates a city.

use clap::Args;
use law::Day;

/// `credence simulate`
#[derive(Debug, Args)]
#[command(
    long_about = "Founds an invented city in a temporary folder, on a virtual clock, and lets everyone act at random: offices file, \
                  look, answer or do not, subjects object, apply, withdraw and take back, hostile offices try what they may not, \
                  the program crashes and starts again. What should be is kept in a model that knows nothing of the platform's \
                  tables. After every day: nothing is shown beyond its day, nothing is withheld from its subject, every deadline \
                  is met or on the list of what is late, every change is known to everyone who received the record or they are \
                  named. At the end the journal is verified and folded.\n\n\
                  A seed fixes everything. The exit code is 1 when anything was found; a finding names its seed and day.",
    after_help = "Examples:\n  credence simulate --subjects 50 --days 60 --seeds 200\n  \
                  credence simulate --subjects 10000 --days 365 --monthly --seed 3 --json"
)]
pub struct SimulateArguments {
    /// The first seed
    #[arg(long, value_name = "X", default_value_t = 1)]
    pub seed: u64,
    /// How many seeds, one after the other
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub seeds: u64,
    /// How many subjects live there
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u64).range(10..=1_000_000))]
    pub subjects: u64,
    /// How many days
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3660))]
    pub days: u32,
    /// The first day
    #[arg(long, value_name = "DAY", default_value = "2026-03-01")]
    pub first_day: Day,
    /// Fold the journal at the end of every month too
    #[arg(long)]
    pub monthly: bool,
}
