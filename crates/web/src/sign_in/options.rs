//! Where people sign in: identity providers, and what their claims mean here.

use std::path::PathBuf;
use std::time::Duration;

/// For whom an identity provider may vouch. A provider of the city's staff has no say about citizens, nor the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Admitted {
    /// Officers of authorities.
    Officer,
    /// Credit subjects: people, and those with authority to act for an organisation.
    Subject,
    /// Staff of the operator.
    Operator,
}

impl Admitted {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Officer, Self::Subject, Self::Operator];

    /// The word for it in the configuration and in a claim.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Subject => "subject",
            Self::Operator => "operator",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An identity provider (OpenID Connect Discovery 1.0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderOptions {
    /// Its place in our addresses, such as `staff`: letters, digits and hyphens.
    pub id: String,
    /// What people see on the button.
    pub name: register::ruling::Bilingual,
    /// The issuer's address.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: Secret,
    /// For whom it vouches.
    pub admits: Vec<Admitted>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The ways of signing in that are strong enough (`acr`); none listed means any.
    pub strengths: Vec<String>,
    /// A certificate authority of its own, in PEM; without it those that everyone trusts.
    pub certificate_authority: Option<PathBuf>,
    /// Names of claims.
    pub claims: ClaimNames,
}

/// A secret, which no log and no message shows.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("(secret)")
    }
}

/// Under which names the provider says what we need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimNames {
    /// `officer`, `subject` or `operator`. May be left out where the provider vouches for one kind only.
    pub role: String,
    /// The account by which a person is known again: a staff number; the subject identifier where it is left out.
    pub account: String,
    /// An officer's authority, by its code.
    pub office: String,
    /// An officer's duties of Article 20: numbers.
    pub duties: String,
    /// A person's identity number.
    pub citizen_id: String,
    /// The code of the organisation for which a person acts.
    pub organisation_code: String,
    /// The document that gives the authority to act for it.
    pub mandate: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            role: "credence_role".to_owned(),
            account: "staff_number".to_owned(),
            office: "credence_office".to_owned(),
            duties: "credence_duties".to_owned(),
            citizen_id: "citizen_id".to_owned(),
            organisation_code: "organisation_code".to_owned(),
            mandate: "mandate".to_owned(),
        }
    }
}

/// How people sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInOptions {
    /// The providers.
    pub providers: Vec<ProviderOptions>,
    /// How long a session may be unused.
    pub idle_max: Duration,
    /// How long a session lasts at most.
    pub lasts_max: Duration,
    /// How many sessions a person may have open.
    pub open_max: usize,
    /// The invented people of a demo city; read only where the store is a demo.
    pub demo_accounts: Vec<DemoAccount>,
}

impl Default for SignInOptions {
    fn default() -> Self {
        Self {
            providers: Vec::new(),
            idle_max: Duration::from_secs(30 * 60),
            lasts_max: Duration::from_secs(8 * 60 * 60),
            open_max: 20,
            demo_accounts: Vec::new(),
        }
    }
}

/// An invented person of a demo city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// The account.
    pub account: String,
    /// The name.
    pub name: String,
    /// Who that is, in Chinese and English.
    pub about: register::ruling::Bilingual,
    /// In whose place they act.
    pub as_whom: service::sessions::SignInAs,
    /// Whether they act for an organisation, and by which document.
    pub mandate: Option<String>,
}
