//! Commands about a whole store: creating, serving, verifying.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use law::Day;

/// `credence serve`
#[derive(Debug, Args)]
#[command(
    long_about = "Serves the pages, the API v1 and the journal's public files: with --tls-cert and --tls-key by TLS 1.2 and \
                  1.3, otherwise in plain text, for a proxy with TLS on the same machine or network (name it in \
                  `proxy.trusted`). A new certificate is taken over from its files within ten seconds, at SIGHUP at once, \
                  and no connection is dropped. A demo store is served with --demo only, and every page says that it is one.\n\n\
                  SIGTERM and SIGINT end it in order: nobody new is let in, and what was accepted is answered. One server \
                  serves a folder, with commands beside it; several servers may serve one store on PostgreSQL. What \
                  cannot be served in bounded time is refused with 503 and Retry-After; /livez and /readyz go on \
                  answering.",
    after_help = "Examples:\n  credence serve --store ./data --demo\n  \
                  credence serve --store postgres://credence@localhost/credence --keys ./keys --listen 0.0.0.0:8080\n  \
                  credence serve --store ./data --tls-cert /etc/credence/tls.pem --tls-key /etc/credence/tls.key \\\n    \
                  --listen 0.0.0.0:443 --metrics 127.0.0.1:9464"
)]
pub struct ServeArguments {
    /// Where to listen; port 0 takes a free one and prints it [default: 127.0.0.1:8080; env: CREDENCE_LISTEN]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// The server's certificate and those between it and its authority (PEM) [env: CREDENCE_TLS_CERTIFICATE]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "tls_key")]
    pub tls_cert: Option<String>,
    /// The certificate's private key (PEM) [env: CREDENCE_TLS_KEY]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "tls_cert")]
    pub tls_key: Option<String>,
    /// Where figures for Prometheus are given at /metrics, away from the public address [env: CREDENCE_METRICS_LISTEN]
    #[arg(long, value_name = "ADDRESS")]
    pub metrics: Option<String>,
    /// Serve a demo store
    #[arg(long)]
    pub demo: bool,
}

/// `credence demo`
#[derive(Debug, Args)]
#[command(
    long_about = "Builds the demo city: organisations, individual businesses and natural persons who do not exist, a \
                  dozen departments, and ten years of records, some expired, some ending on the very day, some restored \
                  or withdrawn. Seed, day and number of subjects fix the journal's root on both engines. Salts and keys \
                  come from the seed, so the store is marked as a demo and must never hold a real person's data.",
    after_help = "Examples:\n  credence demo --store ./data\n  credence demo --store ./big --subjects 1000000 --seed 7\n  \
                  credence demo --store ./data --replace --serve 127.0.0.1:8080"
)]
pub struct DemoArguments {
    /// How many subjects live in the city, at least 3
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u64).range(3..=50_000_000))]
    pub subjects: u64,
    /// The seed
    #[arg(long, value_name = "X", default_value_t = 7)]
    pub seed: u64,
    /// The city's present day; today without it
    #[arg(long, value_name = "DAY")]
    pub day: Option<Day>,
    /// Serve the city at this address once it is built
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:8080")]
    pub serve: Option<String>,
    /// Remove a demo store that is there already
    #[arg(long)]
    pub replace: bool,
}

/// `credence init`
#[derive(Debug, Args)]
#[command(
    long_about = "Creates a real store: keys from the operating system's generator, the authorities enrolled, the \
                  catalogue published, and nothing else. Keep a copy of the key ring apart from every backup of the \
                  store: without it no payload can be opened, with it every payload can.",
    after_help = "Example:\n  credence init --store /srv/credence --catalogue catalogue.json --authorities authorities.json \
                  --origin credence.beijing.example/2026"
)]
pub struct InitArguments {
    /// The catalogue's edition (JSON)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub catalogue: PathBuf,
    /// The authorities (JSON)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub authorities: PathBuf,
    /// The journal's name, under which its checkpoints are signed for ever, such as credence.beijing.example/2026
    #[arg(long, value_name = "NAME")]
    pub origin: String,
}

/// `credence verify`
#[derive(Debug, Args)]
#[command(
    long_about = "Verifies a journal. A store is checked entry by entry: leaves, tree, checkpoint and, as the key ring is \
                  there, every payload. A mirror is checked with nothing but the public key. A receipt is checked offline.\n\n\
                  What it proves: nothing journalled was changed or removed, and every answer that the program gave has \
                  its entry. It does not prove that nobody read the disk. The exit code is 0 only without problems.",
    after_help = "Examples:\n  credence verify --store ./data\n  \
                  credence verify --mirror ./mirror --key 'name+hash+key' --known checkpoint-of-last-year\n  \
                  credence verify --receipt penalties.csv.receipt.json --key journal.vkey"
)]
pub struct VerifyArguments {
    /// A folder with a journal's public files, as `credence mirror` makes it
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath, conflicts_with = "receipt")]
    pub mirror: Option<PathBuf>,
    /// A folder with a backup, as `credence backup` makes it
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath, conflicts_with_all = ["receipt", "mirror", "known"])]
    pub backup: Option<PathBuf>,
    /// A receipt
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub receipt: Option<PathBuf>,
    /// The journal's public key (name+hash+key), or a file that holds it
    #[arg(long, value_name = "VKEY|FILE")]
    pub key: Option<String>,
    /// A checkpoint kept from before, which the journal must still contain; can be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub known: Vec<PathBuf>,
}

/// `credence rebuild`
#[derive(Debug, Args)]
#[command(
    long_about = "Folds the journal into an empty database and compares it, table by table and row by row, with the \
                  tables of the store (opened values, not ciphertext). Nothing of the store is changed.",
    after_help = "Example:\n  credence rebuild --compare --store ./data"
)]
pub struct RebuildArguments {
    /// Compare and change nothing
    #[arg(long, required = true)]
    pub compare: bool,
}

/// `credence mirror`
#[derive(Debug, Args)]
#[command(
    long_about = "Downloads the public files of a journal: checkpoint, tiles and entry bundles. What is there already and \
                  complete is not asked for again. `credence verify --mirror` then checks them offline.",
    after_help = "Example:\n  credence mirror http://127.0.0.1:8080/journal/ --to ./mirror"
)]
pub struct MirrorArguments {
    /// Where the journal's files are served, such as http://127.0.0.1:8080/journal/
    #[arg(value_name = "URL", value_hint = ValueHint::Url)]
    pub url: String,
    /// The folder to write them to
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub to: PathBuf,
}

/// `credence backup`
#[derive(Debug, Args)]
#[command(
    long_about = "Backs a store up into a folder while it is being served. The form is the same for both engines. A folder that \
                  holds a backup of the journal already is brought up to date: only new entries are read, so run it daily into \
                  the same folder. A run that is broken off leaves the earlier backup whole; the next one goes on where it \
                  stopped. Every file is read again and compared before the manifest names it.\n\n\
                  The payloads' keys lie in a folder of their own, written anew each time: keep only the newest of it, and copy \
                  it with no other backup, or erasure does not reach it. The key ring and the signing key are in neither: keep \
                  them apart, since without them nothing can be restored.",
    after_help = "Examples:\n  credence backup --store ./data --to /backup/credence --keys-to /vault/credence\n  \
                  credence backup --store postgres://credence@localhost/credence --keys ./keys --to ./backup --json\n  \
                  credence verify --backup ./backup"
)]
pub struct BackupArguments {
    /// The folder of the backup; new, or one with a backup of the same journal
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub to: PathBuf,
    /// The folder of the payloads' keys [default: payload-keys in the folder of the backup]
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub keys_to: Option<PathBuf>,
}

/// `credence restore`
#[derive(Debug, Args)]
#[command(
    long_about = "Restores a backup into an empty store of either engine. Everything in the backup is checked before the first row \
                  is written; the tables are folded from the journal. A restoration that is broken off serves nobody, and the \
                  same command begins it again.\n\n\
                  A restored store may be read and verified, but acts and `serve` are refused and nothing is signed until it \
                  is shown the newest checkpoint that is known anywhere (ask a mirror, a witness, the newest receipt), or goes \
                  on under a new name: `--known`, `--new-origin`, or later `credence accept-checkpoint`.",
    after_help = "Examples:\n  credence restore --from ./backup --to ./restored --keys ./keys --known checkpoint\n  \
                  credence restore --from ./backup --keys-from /vault/credence --to postgres://credence@localhost/credence --keys ./keys"
)]
pub struct RestoreArguments {
    /// The folder of the backup
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub from: PathBuf,
    /// Where to: a folder without a store (SQLite) or the `postgres://` address of an empty database
    #[arg(long, value_name = "STORE", value_hint = ValueHint::DirPath)]
    pub to: String,
    /// The folder of the payloads' keys [default: payload-keys in the folder of the backup]
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub keys_from: Option<PathBuf>,
    /// The numbers of entries that are known to be erased, one a line; their keys are left out
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub erasures: Option<PathBuf>,
    /// By what the store may sign again.
    #[command(flatten)]
    pub confirmation: ConfirmationArguments,
}

/// `credence accept-checkpoint`
#[derive(Debug, Args)]
#[command(
    long_about = "Lets a restored store sign again, once it holds everything that the newest known checkpoint covers. A store that \
                  lacks entries is told which: look for a newer backup, or give the lost entries up openly and go on under a new \
                  name, with a new signing key, whose journal begins with what was restored.",
    after_help = "Examples:\n  credence accept-checkpoint --store ./restored --known checkpoint\n  \
                  credence accept-checkpoint --store ./restored --new-origin credence.beijing.example/2027"
)]
pub struct AcceptCheckpointArguments {
    /// By what the store may sign again.
    #[command(flatten)]
    pub confirmation: ConfirmationArguments,
}

/// By what a restored store may sign again.
#[derive(Debug, Clone, Args)]
#[group(multiple = false)]
pub struct ConfirmationArguments {
    /// The newest checkpoint that is known anywhere, a signed note
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub known: Option<PathBuf>,
    /// The name of a new journal, which begins with what was restored
    #[arg(long, value_name = "NAME")]
    pub new_origin: Option<String>,
}
