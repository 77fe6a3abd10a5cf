//! Commands that are acts under the law: filing, inquiry, correction, rights, keys.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use law::Day;
use law::identifier::IdentifierKind;

use super::access::OperatorActor;
use super::looking::parse_kind;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    /// Comma-separated values with a heading, UTF-8 or GB18030
    Csv,
    /// JSON Lines
    Jsonl,
}

/// `credence import`
#[derive(Debug, Args)]
#[command(
    long_about = "Files a department's records (Article 14): CSV with the field codes or Chinese names of the \
                  double-publicity templates, or JSON Lines; UTF-8 or GB18030. Each line is judged by itself: good lines \
                  are filed, bad ones come back in an error file with line, field, reason, article and remedy. The same \
                  batch files nothing twice. Columns outside the item's format are dropped, reported and never stored.\n\n\
                  The exit code is 0 when nothing was refused and 1 when some lines were. Without an API key the entry \
                  reads `operator, claiming AUTHORITY`.",
    after_help = "Examples:\n  credence import penalties.csv --item administrative-penalty --as market-regulation --store ./data\n  \
                  credence import - --format jsonl --item administrative-permit --as market-regulation < permits.jsonl\n  \
                  credence import penalties.csv --item administrative-penalty --as market-regulation --all-or-nothing"
)]
pub struct ImportArguments {
    /// The file, or `-` for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// The code of the catalogue item; `credence catalogue` lists them
    #[arg(long, value_name = "CODE")]
    pub item: String,
    /// The authority that files; `credence catalogue authorities` lists them
    #[arg(long = "as", value_name = "AUTHORITY")]
    pub authority: Option<String>,
    /// An API key of the authority
    #[arg(long, value_name = "TOKEN", env = "CREDENCE_API_KEY", hide_env_values = true)]
    pub key: Option<String>,
    /// File every line or none: the batch comes into force by one entry
    #[arg(long)]
    pub all_or_nothing: bool,
    /// A key of your own under which the same request gives the same receipt
    #[arg(long, value_name = "KEY")]
    pub idempotency_key: Option<String>,
    /// Where refused lines are explained [default: FILE.errors.csv]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub errors_file: Option<PathBuf>,
    /// Where the receipt is written [default: FILE.receipt.json]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub receipt_file: Option<PathBuf>,
    /// The form of the file; without it, seen from name and content
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<FileFormat>,
}

/// `credence inquire`
#[derive(Debug, Args)]
#[command(
    long_about = "Shows what is held about a subject, as far as the law lets you see it. The inquiry is in the journal, \
                  before the subject's eyes, when the answer appears; a refused look is entered too.\n\n\
                  An office names its duty of Article 20 and the matter's number (--as, --duty, --matter). With a \
                  subject's key and without an identifier: what is held about oneself, free and always (Article 35). \
                  With a third party's key: --consent.\n\nWithout an API key the entry reads `operator, claiming OFFICE`.",
    after_help = "Examples:\n  credence inquire 91110108551385082Q --as market-regulation --duty 1 --matter 2026-0001 --store ./data\n  \
                  credence inquire --key \"$MY_KEY\"\n  credence inquire 119999199003078517 --key \"$BANK_KEY\" --consent 3"
)]
pub struct InquireArguments {
    /// The full identifier; may be absent where one looks at oneself
    #[arg(value_name = "ID")]
    pub identifier: Option<String>,
    /// The office that asks
    #[arg(long = "as", value_name = "OFFICE")]
    pub office: Option<String>,
    /// The duty of Article 20, 1 to 6
    #[arg(long, value_name = "N", requires = "matter")]
    pub duty: Option<u8>,
    /// The number of the matter, as the office keeps it
    #[arg(long, value_name = "M")]
    pub matter: Option<String>,
    /// An API key
    #[arg(long, value_name = "TOKEN", env = "CREDENCE_API_KEY", hide_env_values = true)]
    pub key: Option<String>,
    /// The number of the subject's written consent
    #[arg(long, value_name = "N", conflicts_with_all = ["duty", "matter"])]
    pub consent: Option<u64>,
    /// What the identifier is; a foreign passport is only recognised so
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    pub kind: Option<IdentifierKind>,
    /// Older inquiries about oneself: those before this entry
    #[arg(long, value_name = "ENTRY")]
    pub looks_before: Option<u64>,
}

/// Who acts.
#[derive(Debug, Clone, Args)]
pub struct Actor {
    /// The office in whose name the operator acts
    #[arg(long = "as", value_name = "OFFICE")]
    pub office: Option<String>,
    /// An API key
    #[arg(long, value_name = "TOKEN", env = "CREDENCE_API_KEY", hide_env_values = true)]
    pub key: Option<String>,
}

/// `credence record …`
#[derive(Debug, Subcommand)]
pub enum RecordCommand {
    /// Correct fields of a record; only the authority that filed it (Article 14)
    #[command(
        after_help = "Example:\n  credence record correct 17 --fields '{\"fine_fen\": 500000}' --reason 'decision 2026-9' --as market-regulation"
    )]
    Correct {
        /// The record's number
        #[arg(value_name = "RECORD")]
        record: u64,
        /// The fields that change, as a JSON object in our own names; null takes a field out
        #[arg(long, value_name = "JSON")]
        fields: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who acts.
        #[command(flatten)]
        actor: Actor,
    },
    /// Revoke a record that should not have been filed (Article 14)
    #[command(
        after_help = "Example:\n  credence record revoke 17 --reason 'the decision was annulled' --as market-regulation"
    )]
    Revoke {
        /// The record's number
        #[arg(value_name = "RECORD")]
        record: u64,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who acts.
        #[command(flatten)]
        actor: Actor,
    },
    /// Propose to revoke what still stands of a batch; another person of the office approves (Articles 14, 53)
    #[command(
        long_about = "Proposes to revoke every record of a batch that still stands, each with an entry that its subject sees. \
                      It is done when another person of the same office approves (`credence proposal approve`). At most \
                      5000 records are revoked at once: name the lines of the file for more.",
        after_help = "Example:\n  credence record revoke-batch 12 --reason 'the file was of another year' --key \"$MY_OFFICER_KEY\""
    )]
    RevokeBatch {
        /// The batch's number
        #[arg(value_name = "BATCH")]
        batch: u64,
        /// The first line of the file that is meant
        #[arg(long, value_name = "LINE")]
        first_line: Option<u64>,
        /// The last line of the file that is meant
        #[arg(long, value_name = "LINE")]
        last_line: Option<u64>,
        /// Why
        #[arg(long)]
        reason: String,
        /// A key of the office in your own name
        #[arg(long, value_name = "TOKEN", env = "CREDENCE_API_KEY", hide_env_values = true)]
        key: String,
    },
    /// Decide that credit is restored as to a record (Article 38)
    #[command(
        after_help = "Example:\n  credence record restore 17 --performance 'receipt 2026-1' --commitment 'pledge 2026-1' \
                      --reason 'duty performed' --as market-regulation"
    )]
    Restore {
        /// The record's number
        #[arg(value_name = "RECORD")]
        record: u64,
        /// The document that shows the duty to be performed
        #[arg(long, value_name = "DOCUMENT")]
        performance: String,
        /// The document of the credit commitment
        #[arg(long, value_name = "DOCUMENT")]
        commitment: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who acts.
        #[command(flatten)]
        actor: Actor,
    },
    /// Say that a flagged organisation code was compared with the registration (Article 14)
    #[command(
        after_help = "Example:\n  credence record verify-code 91350203M0001QAY9B --reason 'licence compared' --as big-data-centre"
    )]
    VerifyCode {
        /// The code
        #[arg(value_name = "CODE")]
        code: String,
        /// The document that was compared
        #[arg(long)]
        reason: String,
        /// Who acts.
        #[command(flatten)]
        actor: Actor,
    },
    /// Have a commendation, volunteer service or the like no longer displayed (Article 36)
    #[command(after_help = "Example:\n  credence record withdraw 17 --key \"$MY_KEY\"")]
    Withdraw {
        /// The record's number
        #[arg(value_name = "RECORD")]
        record: u64,
        /// The subject's own key
        #[arg(long, value_name = "TOKEN", env = "CREDENCE_API_KEY", hide_env_values = true)]
        key: String,
    },
    /// Have a withdrawn record displayed again (Article 36)
    #[command(after_help = "Example:\n  credence record resume 17 --key \"$MY_KEY\"")]
    Resume {
        /// The record's number
        #[arg(value_name = "RECORD")]
        record: u64,
        /// The subject's own key
        #[arg(long, value_name = "TOKEN", env = "CREDENCE_API_KEY", hide_env_values = true)]
        key: String,
    },
}

/// `credence erase`
#[derive(Debug, Args)]
#[command(
    long_about = "Erases records for good: the keys of their entries are destroyed, so that nobody can open what they said, and \
                  the rows go. The journal keeps the leaves, and the subject sees that an erasure took place, of what kind of \
                  entries, when and why. Elimination under Article 36 takes off display and is no ground; inquiries stay known \
                  (53(3)). The operator, or the authority that filed the record: one person proposes (--propose --key), another of \
                  the same office approves (`credence proposal approve`).",
    after_help = "Examples:\n  credence erase --record 17 --record 18 --ground unlawful-collection --document 'finding 2026-3' --propose --key \"$MY_KEY\"\n  \
                  credence erase --record 17 --ground retention --months 60 --document 'archive rule 9' --propose --key \"$MY_KEY\"\n  \
                  credence erase --record 17 --ground law --document 'Personal Information Protection Law, Article 47' --propose --key \"$MY_KEY\""
)]
pub struct EraseArguments {
    /// A record's number; can be given several times
    #[arg(long = "record", value_name = "N", required = true)]
    pub records: Vec<u64>,
    /// Why
    #[arg(long, value_enum)]
    pub ground: GroundWord,
    /// What it rests on: the source of the period, the document of the finding, or the law and its article
    #[arg(long, value_name = "TEXT")]
    pub document: String,
    /// The retention period in months as the catalogue sets it, from the day of the finding
    #[arg(long, value_name = "N", required_if_eq("ground", "retention"))]
    pub months: Option<u32>,
    /// Who acts.
    #[command(flatten)]
    pub actor: OperatorActor,
}

/// The grounds of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum GroundWord {
    /// A configured retention period has ended
    Retention,
    /// It should not have been collected
    UnlawfulCollection,
    /// A law requires it
    Law,
}

/// `credence consent …`
#[derive(Debug, Subcommand)]
pub enum ConsentCommand {
    /// Give a written consent
    Grant(GrantArguments),
    /// Take a consent back, at once and without a reason
    #[command(after_help = "Example:\n  credence consent revoke 3 --key \"$MY_KEY\"")]
    Revoke {
        /// The consent's number
        #[arg(value_name = "CONSENT")]
        consent: u64,
        /// The subject's own key
        #[arg(long, value_name = "TOKEN", env = "CREDENCE_API_KEY", hide_env_values = true)]
        key: String,
    },
}

/// `credence consent grant`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  credence consent grant --to-name 某银行 --to 911100001000044477 --item administrative-permit \
                  --purpose 'a loan' --last-day 2026-12-31 --uses 3 --key \"$MY_KEY\""
)]
pub struct GrantArguments {
    /// The name of whoever may look
    #[arg(long, value_name = "NAME")]
    pub to_name: String,
    /// Their full identifier
    #[arg(long, value_name = "ID")]
    pub to: String,
    /// An item that may be looked at; can be given several times
    #[arg(long = "item", value_name = "CODE", required = true)]
    pub items: Vec<String>,
    /// What for
    #[arg(long)]
    pub purpose: String,
    /// The last day, itself included
    #[arg(long, value_name = "DAY")]
    pub last_day: Day,
    /// How often; without it, as often as needed until the last day
    #[arg(long, value_name = "N")]
    pub uses: Option<u32>,
    /// The subject's own key
    #[arg(long, value_name = "TOKEN", env = "CREDENCE_API_KEY", hide_env_values = true)]
    pub key: String,
}
