//! `credence incident`: the register of incidents (Article 19).

use clap::{Args, Subcommand, ValueEnum};
use law::{IncidentSeverity, Instant};
use register::incident::{IncidentKind, NotTold};

use super::acts::Actor;

/// `credence incident …`
#[derive(Debug, Subcommand)]
#[command(
    long_about = "The register of incidents (Article 19). A leak, a loss, an alteration, unlawful access or unavailability of \
                  credit information is registered by a named human being, classified by a declared rule, contained, reported \
                  to the competent department, told to the subjects whom it concerns, and closed. Each step is an entry in the \
                  journal with a deadline; `credence incident list --overdue` shows what is late. Nothing is closed before it \
                  is reported and told.\n\nWithout an API key and without `--as` the operator acts; `--name` says which human \
                  being answers for the entry."
)]
pub enum IncidentCommand {
    /// Register an incident; prints its number
    #[command(
        after_help = "Example:\n  credence incident register --kind unlawful-access --noticed 2026-11-23T08:30 --place 'licence desk, window 4' \
                      --happened 'the key of the desk was copied and used from another building' --name 王敏"
    )]
    Register(RegisterArguments),
    /// Say how grave it is, by the declared rule of the class; saying it anew keeps what was said before
    #[command(
        after_help = "Classes (the rules stand in regulations/beijing-social-credit/):\n  ordinary  reported by the end of the next \
                      working day\n  serious   reported within 24 hours\n  grave     reported within 4 hours\n\nExample:\n  credence \
                      incident classify 1 --severity serious --reason 'records of natural persons were shown' --name 王敏"
    )]
    Classify {
        /// The incident
        #[arg(value_name = "INCIDENT")]
        incident: u64,
        /// How grave it is
        #[arg(long, value_parser = parse_severity, value_name = "CLASS")]
        severity: IncidentSeverity,
        /// What it is, where it turned out to be something else
        #[arg(long, value_enum, value_name = "KIND")]
        kind: Option<Kind>,
        /// Why, by the rule of the class
        #[arg(long)]
        reason: String,
        /// Who acts.
        #[command(flatten)]
        actor: NamedActor,
    },
    /// Enter a measure that was taken against it
    #[command(
        after_help = "Example:\n  credence key revoke 3 --reason 'copied'\n  credence incident contain 1 --measure 'the key was \
                      revoked' --act 4711 --name 王敏"
    )]
    Contain {
        /// The incident
        #[arg(value_name = "INCIDENT")]
        incident: u64,
        /// The measure, in words that the subjects will read too
        #[arg(long)]
        measure: String,
        /// An entry of the journal by which it was taken; can be given several times
        #[arg(long = "act", value_name = "ENTRY")]
        acts: Vec<u64>,
        /// Who acts.
        #[command(flatten)]
        actor: NamedActor,
    },
    /// Enter that the competent department was notified; it reads the incident from then on
    #[command(
        after_help = "Example:\n  credence incident notify 1 --department economy-informatization --document 京数安〔2026〕3号 --name 王敏"
    )]
    Notify {
        /// The incident
        #[arg(value_name = "INCIDENT")]
        incident: u64,
        /// The department; `credence catalogue authorities` lists them
        #[arg(long, value_name = "AUTHORITY")]
        department: String,
        /// The number of the notice
        #[arg(long, value_name = "NUMBER")]
        document: String,
        /// Who acts.
        #[command(flatten)]
        actor: NamedActor,
    },
    /// Tell the subjects concerned, each in their own view; or say on what ground they are not told
    Tell(TellArguments),
    /// Close it: after it was classified, contained, reported and told
    #[command(
        after_help = "Example:\n  credence incident close 1 --outcome 'keys of the desk now end each month and name their networks' --name 王敏"
    )]
    Close {
        /// The incident
        #[arg(value_name = "INCIDENT")]
        incident: u64,
        /// What came of it, and what was changed so that it does not happen again
        #[arg(long)]
        outcome: String,
        /// Who acts.
        #[command(flatten)]
        actor: NamedActor,
    },
    /// List incidents, the newest first
    #[command(
        after_help = "Examples:\n  credence incident list --overdue\n  credence incident list --open --json | jq .steps\n  credence \
                      incident list --as market-regulation"
    )]
    List {
        /// Those that are not closed
        #[arg(long, conflicts_with = "overdue")]
        open: bool,
        /// Those with a step that should have been taken
        #[arg(long)]
        overdue: bool,
        /// Who reads.
        #[command(flatten)]
        actor: Actor,
    },
    /// Show an incident: what happened, what was done, until when each step is to be taken
    #[command(after_help = "Example:\n  credence incident show 1")]
    Show {
        /// The incident
        #[arg(value_name = "INCIDENT")]
        incident: u64,
        /// Who reads.
        #[command(flatten)]
        actor: Actor,
    },
}

/// Who acts, and which human being answers for it.
#[derive(Debug, Clone, Args)]
pub struct NamedActor {
    /// The human being who answers for the entry
    #[arg(long = "name", value_name = "NAME")]
    pub responsible: String,
    /// Who acts.
    #[command(flatten)]
    pub actor: Actor,
}

/// `credence incident register`
#[derive(Debug, Args)]
pub struct RegisterArguments {
    /// What befell the information
    #[arg(long, value_enum, value_name = "KIND")]
    pub kind: Kind,
    /// When it was noticed, in Beijing time; now where it is left out
    #[arg(long, value_name = "DAYTHH:MM")]
    pub noticed: Option<Instant>,
    /// The office where it happened; none for the platform itself
    #[arg(long = "office", id = "office_of_the_incident", value_name = "OFFICE")]
    pub office: Option<String>,
    /// Where it happened: a system, a room, a device; nobody's number
    #[arg(long)]
    pub place: String,
    /// What happened; nobody's number
    #[arg(long)]
    pub happened: String,
    /// Who acts.
    #[command(flatten)]
    pub actor: NamedActor,
}

/// `credence incident tell`
#[derive(Debug, Args)]
#[command(
    long_about = "Tells the subjects whom an incident concerns: each gets an entry in their own view, with what happened, which of \
                  their records are concerned, what was done and whom to ask. Whom it concerns is named by what was touched, never \
                  by searching for people: the looks of a key between two entries (a stolen key), records, entries, or a batch. \
                  Broken off, it goes on where it stopped when it is asked again; nobody is told the same twice.\n\nWhere telling is \
                  left out, that is entered too, with one of two grounds.",
    after_help = "Examples:\n  credence incident tell 1 --looks-of-key 3 --from 4000 --to 4711 --notice 'someone looked at your records with a \
                  stolen key' --contact '大数据中心 010-12345' --name 王敏\n  credence incident tell 2 --record 17 --record 18 --notice '…' --contact \
                  '…' --name 王敏\n  credence incident tell 3 --not-told nobody-concerned --reason 'a test system without data' --name 王敏",
    group = clap::ArgGroup::new("scope").required(true).args(["looks_of_key", "records", "entries", "batch", "not_told"])
)]
pub struct TellArguments {
    /// The incident
    #[arg(value_name = "INCIDENT")]
    pub incident: u64,
    /// Everyone whom this key was shown anything about, between two entries
    #[arg(long, value_name = "KEY", requires_all = ["from", "to", "notice", "contact"])]
    pub looks_of_key: Option<u64>,
    /// The first entry of the key's looks
    #[arg(long, value_name = "ENTRY", requires = "looks_of_key")]
    pub from: Option<u64>,
    /// The last entry of the key's looks
    #[arg(long, value_name = "ENTRY", requires = "looks_of_key")]
    pub to: Option<u64>,
    /// The subject of this record; can be given several times
    #[arg(long = "record", value_name = "RECORD", requires_all = ["notice", "contact"])]
    pub records: Vec<u64>,
    /// The subject of this entry; can be given several times
    #[arg(long = "entry", value_name = "ENTRY", requires_all = ["notice", "contact"])]
    pub entries: Vec<u64>,
    /// The subjects of the records of this batch
    #[arg(long, value_name = "BATCH", requires_all = ["notice", "contact"])]
    pub batch: Option<u64>,
    /// What happened, in words for the subjects; nobody's number
    #[arg(long, value_name = "TEXT")]
    pub notice: Option<String>,
    /// Whom they ask
    #[arg(long, value_name = "TEXT")]
    pub contact: Option<String>,
    /// Tell nobody, on this ground
    #[arg(long, value_enum, value_name = "GROUND", requires = "reason")]
    pub not_told: Option<Ground>,
    /// Why the ground applies
    #[arg(long, requires = "not_told")]
    pub reason: Option<String>,
    /// Who acts.
    #[command(flatten)]
    pub actor: NamedActor,
}

/// What befell the information.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// It came to someone who may not have it
    Leak,
    /// It is gone
    Loss,
    /// It was changed by someone who may not, or broken
    Alteration,
    /// Someone used a way in that is not theirs
    UnlawfulAccess,
    /// Nobody could use it
    Unavailability,
}

impl From<Kind> for IncidentKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Leak => Self::Leak,
            Kind::Loss => Self::Loss,
            Kind::Alteration => Self::Alteration,
            Kind::UnlawfulAccess => Self::UnlawfulAccess,
            Kind::Unavailability => Self::Unavailability,
        }
    }
}

/// On what ground nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ground {
    /// It concerns no subject
    NobodyConcerned,
    /// What was done kept any harm from those concerned
    HarmPrevented,
}

impl From<Ground> for NotTold {
    fn from(ground: Ground) -> Self {
        match ground {
            Ground::NobodyConcerned => Self::NobodyConcerned,
            Ground::HarmPrevented => Self::HarmPrevented,
        }
    }
}

fn parse_severity(text: &str) -> Result<IncidentSeverity, String> {
    IncidentSeverity::from_word(text)
        .ok_or_else(|| format!("`{text}` is no class: give `ordinary`, `serious` or `grave`"))
}
