//! Who acts: the holder of a key, or an operator at the command line who says for whom (Articles 6, 19, 53).

use serde::{Deserialize, Serialize};

use crate::authority::{AuthorityCode, Duty};
use crate::subject::{SubjectIdentifier, SubjectNumber};

/// The number of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyNumber(pub u64);

/// For whom a key was issued. It is fixed when the key is issued and never read from a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Holder {
    /// An office and the duties for which it may inquire.
    Office {
        /// The authority.
        authority: AuthorityCode,
        /// The duties of Article 20 that the key carries.
        duties: Vec<Duty>,
    },
    /// A credit subject, looking at what is held about itself.
    Subject {
        /// The subject.
        subject: SubjectNumber,
    },
    /// Someone else, who can act only with a subject's written consent.
    ThirdParty {
        /// Its name, as shown to the subject.
        name: String,
        /// Its identifier.
        identifier: SubjectIdentifier,
    },
    /// Staff of the big data centre (Article 13).
    Operator,
}

/// Who acts, as it is written into the journal's payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Caller {
    /// The holder of a key.
    Key {
        /// The key.
        key: KeyNumber,
        /// For whom it was issued.
        holder: Holder,
    },
    /// An operator at the command line without a key, claiming to act for an office: entered as just that.
    OperatorClaiming {
        /// The office named.
        office: AuthorityCode,
    },
    /// The operator itself: publishing, enrolling, issuing keys.
    Operator,
}

impl Caller {
    /// The office in whose name the caller acts, if it is an office.
    #[must_use]
    pub const fn office(&self) -> Option<&AuthorityCode> {
        match self {
            Self::Key { holder: Holder::Office { authority, .. }, .. } => Some(authority),
            Self::OperatorClaiming { office } => Some(office),
            Self::Key { .. } | Self::Operator => None,
        }
    }

    /// The subject that the caller is, if it is one.
    #[must_use]
    pub const fn subject(&self) -> Option<SubjectNumber> {
        match self {
            Self::Key { holder: Holder::Subject { subject }, .. } => Some(*subject),
            _ => None,
        }
    }

    /// Whether the caller is the operator of the platform.
    #[must_use]
    pub const fn is_operator(&self) -> bool {
        matches!(self, Self::Operator | Self::Key { holder: Holder::Operator, .. })
    }

    /// Whether the caller's key carries a duty. An operator claiming an office has no key: the office's own duties
    /// are asked instead.
    #[must_use]
    pub fn carries(&self, duty: Duty) -> bool {
        match self {
            Self::Key { holder: Holder::Office { duties, .. }, .. } => duties.contains(&duty),
            Self::OperatorClaiming { .. } => true,
            Self::Key { .. } | Self::Operator => false,
        }
    }
}
