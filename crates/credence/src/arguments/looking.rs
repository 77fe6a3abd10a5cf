//! Commands that need no store, and the catalogue: checking, counting, reading the law.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use law::identifier::IdentifierKind;

use super::access::OperatorActor;

/// `credence check-id`
#[derive(Debug, Args)]
#[command(
    long_about = "Checks identifiers, each check by itself: the unified social credit code and the organisation code in \
                  it, the date and check of a citizen ID, the other documents of natural persons.\n\nWithout --kind, 18 \
                  characters with a real date from 1900 to today in places 7 to 14 are a person's, else an organisation \
                  code. A failing check digit is flagged; a wrong shape or alphabet, or an impossible date, is rejected. \
                  Whether the division exists is information and decides nothing. Nothing is ever corrected.\n\n\
                  The exit code is 0 when nothing is rejected, and 1 otherwise.",
    after_help = "Examples:\n  credence check-id 91110108551385082Q\n  credence check-id --kind foreign_passport X1234567\n  \
                  cut -d, -f2 companies.csv | credence check-id --json"
)]
pub struct CheckIdArguments {
    /// The identifiers; without any, the lines of standard input
    #[arg(value_name = "ID")]
    pub identifiers: Vec<String>,
    /// What they are; a foreign passport is only recognised so
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    pub kind: Option<IdentifierKind>,
    /// With --json, reason, suggestion and information too
    #[arg(long)]
    pub explain: bool,
}

/// `credence workdays`
#[derive(Debug, Args)]
#[command(
    long_about = "Counts working days. With +N: the day on which a deadline of N working days ends; the day of the act \
                  is not counted. With two days: how many working days lie between them, FROM excluded and TO \
                  included.\n\nThe calendar is published one year at a time. Where the count runs into a year that is not \
                  published the answer is unknown, with exit code 3; Monday to Friday would count public holidays.",
    after_help = "Examples:\n  credence workdays 2026-02-13 +7\n  credence workdays 2026-02-13 2026-03-02\n  \
                  credence workdays 2026-09-30 +7 --explain"
)]
pub struct WorkdaysArguments {
    /// The day of the act, such as 2026-02-13
    #[arg(value_name = "FROM")]
    pub from: String,
    /// How many working days, such as +7, or the last day, such as 2026-03-02
    #[arg(value_name = "+N|TO", allow_negative_numbers = true)]
    pub to: String,
    /// List every day between, and why it counts or not
    #[arg(long)]
    pub explain: bool,
}

/// `credence law`
#[derive(Debug, Args)]
#[command(
    long_about = "Shows the articles of the Beijing Social Credit Regulations (Draft): what each asks, in our words, and \
                  the rules, acts, tests and pages that carry it, drawn from the code; or why there is none.",
    after_help = "Examples:\n  credence law\n  credence law 15\n  credence law '20(1)'\n  credence law --json | jq -r .title"
)]
pub struct LawArguments {
    /// The article, 1 to 56, or an item of it, such as 20(1); all articles without it
    #[arg(value_name = "ARTICLE")]
    pub article: Option<String>,
}

/// `credence catalogue`
#[derive(Debug, Args)]
#[command(
    long_about = "Shows the catalogue of public credit information: its items, or one item with every element of \
                  Article 11 and its columns; `template` prints the heading of a CSV file for an item; `authorities` \
                  lists who may file and inquire. Without a store, the demo city's catalogue is shown.",
    after_help = "Examples:\n  credence catalogue --store ./data\n  credence catalogue administrative-penalty\n  \
                  credence catalogue template administrative-penalty > penalties.csv\n  credence catalogue authorities",
    args_conflicts_with_subcommands = true
)]
pub struct CatalogueArguments {
    /// The code of an item
    #[arg(value_name = "ITEM")]
    pub item: Option<String>,
    /// What else to show.
    #[command(subcommand)]
    pub command: Option<CatalogueCommand>,
}

/// `credence catalogue …`
#[derive(Debug, Subcommand)]
pub enum CatalogueCommand {
    /// The heading of a CSV file for an item
    #[command(after_help = "Example:\n  credence catalogue template administrative-penalty > penalties.csv")]
    Template {
        /// The code of the item
        #[arg(value_name = "ITEM")]
        item: String,
    },
    /// Publish an edition (Article 10)
    #[command(
        long_about = "Publishes an edition of the catalogue, whole, from a JSON file such as `credence init` takes. While the \
                      platform is being founded it is published at once; as soon as two persons hold an operator's key in \
                      their own names, one proposes it (--propose --key) and another approves it.",
        after_help = "Examples:\n  credence catalogue publish edition-2027.json --propose --key \"$MY_KEY\" --store ./data\n  \
                      credence proposal approve 3 --key \"$THEIR_KEY\" --store ./data"
    )]
    Publish {
        /// The file
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Who acts.
        #[command(flatten)]
        actor: OperatorActor,
    },
    /// Enrol an authority, or bring its entry up to date (Articles 5, 14)
    #[command(
        long_about = "Enrols an authority from a JSON file with one authority, in the form that `credence init` takes a list of. \
                      Two persons do it once the platform is founded: one with --propose --key, another approves.",
        after_help = "Example:\n  credence catalogue enrol authority.json --propose --key \"$MY_KEY\" --store ./data"
    )]
    Enrol {
        /// The file
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Who acts.
        #[command(flatten)]
        actor: OperatorActor,
    },
    /// Every authority with its duties
    #[command(after_help = "Example:\n  credence catalogue authorities --store ./data")]
    Authorities,
}

/// `credence config …`
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Explain every mistake in a configuration file, with its line and remedy
    #[command(
        long_about = "Reads a configuration file and the environment and explains every mistake with its line and \
                      remedy: unknown keys, values that are none, files that cannot be used, a certificate without its \
                      key, settings that contradict each other. It opens no store.\n\nOptions on the command line come \
                      first, then environment variables (`limits.waiting_max` is CREDENCE_LIMITS_WAITING_MAX), then the \
                      file. `credence config show` lists every key; docs/configuration.md explains them.",
        after_help = "Example:\n  credence config check credence.toml"
    )]
    Check {
        /// The file; without it, the one of --config
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
    },
    /// Show what holds, and where each value comes from
    #[command(
        long_about = "Prints every setting that has a value, and whether it comes from an option, an environment variable, \
                      a line of the configuration file, or is what is usual. Passwords are hidden.",
        after_help = "Example:\n  credence config show credence.toml"
    )]
    Show {
        /// The file; without it, the one of --config, if any
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: Option<PathBuf>,
    },
}

/// `credence completions`
#[derive(Debug, Args)]
#[command(
    long_about = "Prints a script that completes commands and options in your shell.",
    after_help = "Example:\n  credence completions bash > /etc/bash_completion.d/credence"
)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Reads a kind by its word, its hyphenated word or its term in Chinese.
pub(super) fn parse_kind(word: &str) -> Result<IdentifierKind, String> {
    let found = IdentifierKind::ALL.into_iter().find(|kind| kind.in_chinese() == word);
    found.map_or_else(
        || word.replace('-', "_").parse().map_err(|error: law::identifier::NoKind| error.to_string()),
        Ok,
    )
}
