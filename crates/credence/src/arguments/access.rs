//! Commands about keys, and about what two persons do.

use clap::{Args, Subcommand};
use law::Day;
use register::acts::information::access::OVERLAP_DAYS_MAX;

/// Who acts for the operator.
#[derive(Debug, Clone, Args)]
pub struct OperatorActor {
    /// An operator's key, in your own name where something is proposed
    #[arg(long, value_name = "TOKEN", env = "CREDENCE_OPERATOR_KEY", hide_env_values = true)]
    pub key: Option<String>,
    /// Propose it: another person approves it with `credence proposal approve`
    #[arg(long, requires = "key")]
    pub propose: bool,
}

/// `credence key …`
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Issue a key; its token is printed once and kept nowhere
    Add(Box<KeyAddArguments>),
    /// Put a new key in the place of another, which goes on for some days
    #[command(
        long_about = "Puts a new key in the place of another: same holder, same terms, same end. The old one goes on for the \
                      overlap, so that no program stands still. Whoever holds the key does it with the key itself (--key), \
                      here or over HTTP (POST /api/v1/keys/{key}/rotations). The operator replaces someone else's key as it \
                      issues one: proposed by one person, approved by another. A key in a person's name is replaced by that \
                      person alone. To prolong a key, issue another one.",
        after_help = "Examples:\n  credence key rotate 3 --overlap 7d --key \"$THIS_KEY\" --store ./data\n  \
                      credence key rotate 3 --overlap 7d --propose --key \"$MY_OPERATOR_KEY\" --store ./data"
    )]
    Rotate {
        /// The key's number
        #[arg(value_name = "KEY")]
        number: u64,
        /// For how many days the old key goes on, such as `7d`; 30 at most
        #[arg(long, value_name = "DAYS", default_value = "0d", value_parser = parse_overlap)]
        overlap: u32,
        /// Who acts.
        #[command(flatten)]
        actor: OperatorActor,
    },
    /// List the keys, without anything secret, with their last use
    #[command(after_help = "Example:\n  credence key list --store ./data")]
    List,
    /// Revoke a key and every access token for it, at once; one person is enough
    #[command(
        after_help = "Example:\n  credence key revoke 3 --reason 'the clerk left the office' --store ./data"
    )]
    Revoke {
        /// The key's number
        #[arg(value_name = "KEY")]
        number: u64,
        /// Why
        #[arg(long)]
        reason: String,
        /// Whose name stands in the journal: an operator's key, or the key itself
        #[arg(long, value_name = "TOKEN", env = "CREDENCE_OPERATOR_KEY", hide_env_values = true)]
        key: Option<String>,
    },
}

fn parse_overlap(written: &str) -> Result<u32, String> {
    let days = written.strip_suffix('d').unwrap_or(written).parse::<u32>();
    days.ok()
        .filter(|days| *days <= OVERLAP_DAYS_MAX)
        .ok_or_else(|| format!("write a number of days from `0d` to `{OVERLAP_DAYS_MAX}d`"))
}

/// `credence key add`
#[derive(Debug, Args)]
#[command(
    long_about = "Issues an API key: to an office for named duties of Article 20, to a subject for what is its own, to a \
                  third party who acts only with a subject's consent, or to the operator. The token is printed once; only \
                  its digest is kept.\n\n\
                  A key in a person's name (--person, --name) is that person's alone: it proposes and approves what needs two. \
                  The platform is founded when two persons hold an operator's key in their own names. From then on keys are \
                  issued by two: one proposes (--propose --key) and is shown the token, which opens nothing before another \
                  approves (`credence proposal approve`). Whoever is given a key replaces it first (`credence key rotate`), so \
                  that nobody else knows it.\n\n\
                  A key may be bound to networks and to client certificates: from elsewhere it opens nothing. Programs may show \
                  it once for an access token of ten minutes (POST /oauth2/token, client credentials).",
    after_help = "Examples:\n  credence key add --office market-regulation --duty 1 --duty 3 --label 'licence desk' --last-day 2026-12-31\n  \
                  credence key add --operator --person 10023 --name 张三 --label 'Zhang San' --last-day 2027-06-30\n  \
                  credence key add --office tax --label gateway --network 10.8.0.0/16 --propose --key \"$MY_KEY\"\n  \
                  credence key add --subject 119999199003078517 --label 'service desk 4'\n  \
                  credence key add --third-party 某银行 --identifier 911100001000044477 --label loans",
    group = clap::ArgGroup::new("holder").required(true).args(["office", "subject", "third_party", "operator"])
)]
pub struct KeyAddArguments {
    /// For an office
    #[arg(long, value_name = "OFFICE")]
    pub office: Option<String>,
    /// A duty of Article 20, 1 to 6, that the key carries; can be given several times
    #[arg(long = "duty", value_name = "N", requires = "office")]
    pub duties: Vec<u8>,
    /// For a credit subject, by its full identifier
    #[arg(long, value_name = "ID")]
    pub subject: Option<String>,
    /// For someone else, by name
    #[arg(long, value_name = "NAME", requires = "identifier")]
    pub third_party: Option<String>,
    /// The third party's full identifier
    #[arg(long, value_name = "ID", requires = "third_party")]
    pub identifier: Option<String>,
    /// For staff of the big data centre
    #[arg(long)]
    pub operator: bool,
    /// In whose name: the account by which the person is known everywhere, such as a staff number
    #[arg(long, value_name = "NUMBER", requires = "name", conflicts_with_all = ["subject", "third_party"])]
    pub person: Option<String>,
    /// The person's name
    #[arg(long, value_name = "NAME", requires = "person")]
    pub name: Option<String>,
    /// A network from which the key opens anything; can be given several times; without it, from anywhere
    #[arg(long = "network", value_name = "CIDR")]
    pub networks: Vec<ipnet::IpNet>,
    /// SHA-256 of a client certificate (DER, hexadecimal) with which the key opens anything; can be given several times
    #[arg(long = "certificate", value_name = "SHA256", value_parser = parse_digest)]
    pub certificates: Vec<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    pub label: String,
    /// The last day on which it opens anything
    #[arg(long, value_name = "DAY")]
    pub last_day: Option<Day>,
    /// Who acts.
    #[command(flatten)]
    pub actor: OperatorActor,
}

fn parse_digest(written: &str) -> Result<String, String> {
    let digits: String = written.chars().filter(|sign| *sign != ':').collect();
    if digits.len() == 64 && digits.chars().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(digits.to_ascii_lowercase());
    }
    Err("write the 64 hexadecimal digits that `openssl x509 -noout -fingerprint -sha256` prints".to_owned())
}

/// `credence proposal …`
#[derive(Debug, Subcommand)]
pub enum ProposalCommand {
    /// List what was proposed in your office, the newest first
    #[command(after_help = "Example:\n  credence proposal list --key \"$MY_KEY\" --store ./data")]
    List {
        /// A key in your own name
        #[arg(long, value_name = "TOKEN", env = "CREDENCE_OPERATOR_KEY", hide_env_values = true)]
        key: String,
    },
    /// Show a proposal whole, before it is approved
    #[command(after_help = "Example:\n  credence proposal show 3 --key \"$MY_KEY\" --store ./data")]
    Show {
        /// The proposal's number
        #[arg(value_name = "PROPOSAL")]
        number: u64,
        /// A key in your own name
        #[arg(long, value_name = "TOKEN", env = "CREDENCE_OPERATOR_KEY", hide_env_values = true)]
        key: String,
    },
    /// Approve what another person of your office proposed; it is judged anew and done at once
    #[command(
        after_help = "Example:\n  credence proposal show 3 --key \"$MY_KEY\" && credence proposal approve 3 --key \"$MY_KEY\""
    )]
    Approve {
        /// The proposal's number
        #[arg(value_name = "PROPOSAL")]
        number: u64,
        /// A key in your own name
        #[arg(long, value_name = "TOKEN", env = "CREDENCE_OPERATOR_KEY", hide_env_values = true)]
        key: String,
    },
    /// Reject a proposal of your office, or take your own back
    #[command(
        after_help = "Example:\n  credence proposal reject 3 --reason 'the wrong office' --key \"$MY_KEY\""
    )]
    Reject {
        /// The proposal's number
        #[arg(value_name = "PROPOSAL")]
        number: u64,
        /// Why
        #[arg(long)]
        reason: String,
        /// A key in your own name
        #[arg(long, value_name = "TOKEN", env = "CREDENCE_OPERATOR_KEY", hide_env_values = true)]
        key: String,
    },
}
