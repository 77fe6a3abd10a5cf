//! The command line: what can be asked of the program, with words that teach it.

mod access;
mod acts;
mod bench;
mod incidents;
mod keys;
mod looking;
mod simulating;
mod soaking;
mod stores;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};

pub use access::{KeyAddArguments, KeyCommand, OperatorActor, ProposalCommand};
pub use acts::{
    Actor, ConsentCommand, EraseArguments, FileFormat, GroundWord, ImportArguments, InquireArguments,
    RecordCommand,
};
pub use bench::{BenchArguments, Benchmark};
pub use incidents::{IncidentCommand, NamedActor, RegisterArguments, TellArguments};
pub use keys::{KeysCommand, KeysRotateArguments};
pub use looking::{
    CatalogueArguments, CatalogueCommand, CheckIdArguments, CompletionsArguments, ConfigCommand,
    LawArguments, WorkdaysArguments,
};
pub use simulating::SimulateArguments;
pub use soaking::{SoakArguments, SoakEngine};
pub use stores::{
    AcceptCheckpointArguments, BackupArguments, ConfirmationArguments, DemoArguments, InitArguments,
    MirrorArguments, RebuildArguments, RestoreArguments, ServeArguments, VerifyArguments,
};

use crate::exit::EXIT_CODES;
use crate::output::Language;

/// Credence: a city's public credit information platform, with the person in the record first
#[derive(Debug, Parser)]
#[command(
    name = "credence",
    version,
    long_about = "Credence: a city's public credit information platform under the Beijing Social Credit Regulations \
                  (Draft).\n\nEvery use of power over a person is an act: judged by the law in force on that day, \
                  written into a journal that cannot be changed unseen before anyone is answered, and visible to the \
                  person it is about. No command shows a person's records without journalling the inquiry.",
    after_help = EXIT_CODES,
    max_term_width = 110,
    propagate_version = true,
    arg_required_else_help = true
)]
pub struct Arguments {
    /// Options of every command.
    #[command(flatten)]
    pub shared: Shared,
    /// What is asked.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Shared {
    /// The store: a folder (SQLite) or a `postgres://` address
    #[arg(long, global = true, env = "CREDENCE_STORE", value_name = "STORE", value_hint = ValueHint::DirPath, hide_env_values = true)]
    pub store: Option<String>,
    /// The folder of the store's keys; for a PostgreSQL store, whose keys must not lie in the database
    #[arg(long, global = true, env = "CREDENCE_KEYS", value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub keys: Option<PathBuf>,
    /// A file with the key ring, where it does not lie with the other keys; the environment variable may hold the ring itself
    #[arg(long, global = true, env = "CREDENCE_KEY_RING", value_name = "FILE", value_hint = ValueHint::FilePath, hide_env_values = true)]
    pub key_ring: Option<String>,
    /// One JSON object a line on standard output, for scripts
    #[arg(long, global = true)]
    pub json: bool,
    /// A configuration file (TOML); options and environment variables come before it
    #[arg(long, global = true, env = "CREDENCE_CONFIG", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// The language of messages; both where none is chosen
    #[arg(long, global = true, env = "CREDENCE_LANGUAGE", value_enum, value_name = "LANGUAGE")]
    pub language: Option<Language>,
}

/// What is asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve pages, API and journal over HTTP
    Serve(ServeArguments),
    /// Build the demo city: a seeded, invented city over ten years
    Demo(DemoArguments),
    /// Create a real store, with keys of its own
    Init(InitArguments),
    /// File a batch of records from a department's file (Article 14)
    Import(ImportArguments),
    /// Look at what is held about a subject; the look is journalled first (Articles 20, 35)
    Inquire(InquireArguments),
    /// Correct, revoke or restore a record, verify a code, withdraw a record from display (Articles 14, 36, 38)
    #[command(subcommand)]
    Record(RecordCommand),
    /// Erase records for good, on one of three grounds (Articles 6, 14)
    Erase(EraseArguments),
    /// Give and take back written consent (Article 35)
    #[command(subcommand)]
    Consent(ConsentCommand),
    /// Verify a journal: a store, a mirror with nothing but the public key, or a receipt
    Verify(VerifyArguments),
    /// Fold the journal into an empty database and compare it with the tables
    Rebuild(RebuildArguments),
    /// Back a store up into a folder, while it is served
    Backup(BackupArguments),
    /// Restore a backup into an empty store of either engine
    Restore(RestoreArguments),
    /// Let a restored store sign again: by the newest known checkpoint, or as a new journal
    AcceptCheckpoint(AcceptCheckpointArguments),
    /// Download a journal's public files, to be verified elsewhere
    Mirror(MirrorArguments),
    /// Start the program, load it, kill it, and look every acknowledged answer up in the journal
    Soak(SoakArguments),
    /// Let an invented city act at random on a virtual clock, and ask after every day whether everyone's rights were kept
    Simulate(SimulateArguments),
    /// Issue, replace, list and revoke API keys (Articles 6, 19)
    #[command(subcommand)]
    Key(KeyCommand),
    /// The keys that the store is sealed under: list, rotate, retire (Articles 6, 19)
    #[command(subcommand)]
    Keys(KeysCommand),
    /// See, approve and reject what needs two persons (Articles 6, 53)
    #[command(subcommand)]
    Proposal(ProposalCommand),
    /// Register, contain, report and tell a leak or another incident (Article 19)
    #[command(subcommand)]
    Incident(IncidentCommand),
    /// Show the catalogue: items, one item's columns, a template, the authorities (Articles 10-12)
    Catalogue(CatalogueArguments),
    /// Show the articles with the rules, acts, tests and pages that carry them
    Law(LawArguments),
    /// Check identifiers: organisation codes, citizen IDs and other documents (Article 14)
    CheckId(CheckIdArguments),
    /// Count working days as the State Council published them
    Workdays(WorkdaysArguments),
    /// Check a configuration file
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Measure the platform against a limit measured in the same run
    Bench(BenchArguments),
    /// Print the completions of a shell
    Completions(CompletionsArguments),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_teaches_with_an_example() {
        fn look(command: &clap::Command, found: &mut Vec<String>) {
            if command.has_subcommands() {
                command
                    .get_subcommands()
                    .filter(|command| command.get_name() != "help")
                    .for_each(|command| look(command, found));
            } else if !command.get_after_help().is_some_and(|text| text.to_string().contains("Example")) {
                found.push(command.get_name().to_owned());
            }
        }
        let mut without = Vec::new();
        look(&Arguments::command(), &mut without);
        assert_eq!(without, Vec::<String>::new());
    }

    #[test]
    fn a_number_of_working_days_is_no_option() {
        let parsed = Arguments::try_parse_from(["credence", "workdays", "2026-02-13", "+7"]).unwrap();
        assert!(matches!(parsed.command, Command::Workdays(WorkdaysArguments { ref to, .. }) if to == "+7"));
        assert!(Arguments::try_parse_from(["credence", "workdays", "2026-02-13", "-7"]).is_ok());
    }
}
