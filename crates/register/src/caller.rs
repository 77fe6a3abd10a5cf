//! Who acts: the holder of a key, a person who signed in, two persons together, or an operator at the command line who says
//! for whom (Articles 6, 19, 53).

use serde::{Deserialize, Serialize};

use crate::authority::{AuthorityCode, Duty};
use crate::ruling::Bilingual;
use crate::subject::{SubjectIdentifier, SubjectNumber};

/// The number of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyNumber(pub u64);

/// The number of a session: a person's sign-in until its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionNumber(pub u64);

/// A human being: as the identity provider names whoever signed in, or as a key was issued to them by name. It stands in the
/// payload of what they do, never in a leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The account by which two sign-ins are known to be the same person's: a staff number, or what the provider gives.
    pub account: String,
    /// The name.
    pub name: String,
    /// For someone who acts for an organisation: the document that gives them the authority to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandate: Option<String>,
}

impl Person {
    /// Whether it is the same human being: the staff number counts, however it is written and whoever vouches for it, and not
    /// the name. An identity provider's accounts have its name before them (`staff:10023`), keys have the number alone; two
    /// providers that give the same number are taken for one person, so that nobody is two.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.number() == other.number()
    }

    /// The number by which the person is known whoever vouches for them.
    #[must_use]
    pub fn number(&self) -> String {
        let account = self.account.trim();
        account.split_once(':').map_or(account, |(_, number)| number).trim().to_lowercase()
    }
}

/// Whether an account is written in one way only: letters and digits of ASCII, hyphens, underscores, full stops. Two persons are
/// told apart by it, so nothing that merely looks the same may be another.
#[must_use]
pub fn is_plain_account(account: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=64).contains(&account.len()) && account.bytes().all(plain)
}

/// In whose place a caller acts. It is fixed when a key is issued or a person signs in and never read from a request.
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
        /// The person in whose name it was issued, where it is not a program's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<Person>,
    },
    /// A person who signed in.
    Person {
        /// The session.
        session: SessionNumber,
        /// Who it is.
        person: Person,
        /// In whose place they act.
        holder: Holder,
    },
    /// An operator at the command line without a key, claiming to act for an office: entered as just that.
    OperatorClaiming {
        /// The office named.
        office: AuthorityCode,
    },
    /// The operator itself at the command line, without a name: founding the platform.
    Operator,
    /// Two persons of one office, or of the operator: one proposed, another approved. It acts in the place of the approver, and
    /// both names stand in the entry.
    Together {
        /// Who proposed.
        proposer: Box<Caller>,
        /// Who approved.
        approver: Box<Caller>,
    },
}

/// The kinds of callers, by which it is first asked what someone may undertake at all
/// ([`crate::rules::access`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallerKind {
    /// Anyone, without a name.
    Anyone,
    /// An office's program, with a key.
    Program,
    /// An officer: a person who acts for an office, signed in or with a key in their own name.
    Officer,
    /// A credit subject: the person it is, or someone with authority to act for the organisation.
    Subject,
    /// Someone else, with a key.
    ThirdParty,
    /// The operator of the platform: its staff, its keys, and its set-up at the command line.
    Operator,
    /// The operator at the command line, claiming to act for an office.
    Console,
}

impl CallerKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Anyone,
        Self::Program,
        Self::Officer,
        Self::Subject,
        Self::ThirdParty,
        Self::Operator,
        Self::Console,
    ];

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::Anyone => Bilingual::new("任何人", "anyone"),
            Self::Program => Bilingual::new("机关的程序", "an office's program"),
            Self::Officer => Bilingual::new("机关工作人员", "an officer"),
            Self::Subject => Bilingual::new("信用主体", "a subject"),
            Self::ThirdParty => Bilingual::new("第三方", "a third party"),
            Self::Operator => Bilingual::new("平台运行单位", "the operator"),
            Self::Console => Bilingual::new("操作台代机关", "the operator's console for an office"),
        }
    }
}

impl Caller {
    /// In whose place the caller acts; nothing for an operator at the command line.
    #[must_use]
    pub fn holder(&self) -> Option<&Holder> {
        match self {
            Self::Key { holder, .. } | Self::Person { holder, .. } => Some(holder),
            Self::Together { approver, .. } => approver.holder(),
            Self::OperatorClaiming { .. } | Self::Operator => None,
        }
    }

    /// The person who acts, where that is known: whoever signed in, or in whose name the key was issued.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::Person { person, .. } => Some(person),
            Self::Key { person, .. } => person.as_ref(),
            Self::Together { approver, .. } => approver.person(),
            Self::OperatorClaiming { .. } | Self::Operator => None,
        }
    }

    /// Whose idea it was: the proposer where two act together, and otherwise the caller.
    #[must_use]
    pub fn first(&self) -> &Self {
        match self {
            Self::Together { proposer, .. } => proposer.first(),
            _ => self,
        }
    }

    /// The key that is used, if it is one.
    #[must_use]
    pub const fn key(&self) -> Option<KeyNumber> {
        match self {
            Self::Key { key, .. } => Some(*key),
            _ => None,
        }
    }

    /// The kind of caller.
    #[must_use]
    pub fn kind(&self) -> CallerKind {
        match (self, self.holder()) {
            (Self::OperatorClaiming { .. }, _) => CallerKind::Console,
            (_, Some(Holder::Office { .. })) if self.person().is_some() => CallerKind::Officer,
            (_, Some(Holder::Office { .. })) => CallerKind::Program,
            (_, Some(Holder::Subject { .. })) => CallerKind::Subject,
            (_, Some(Holder::ThirdParty { .. })) => CallerKind::ThirdParty,
            (_, Some(Holder::Operator) | None) => CallerKind::Operator,
        }
    }

    /// The office in whose name the caller acts, if it is an office.
    #[must_use]
    pub fn office(&self) -> Option<&AuthorityCode> {
        match (self, self.holder()) {
            (_, Some(Holder::Office { authority, .. })) => Some(authority),
            (Self::OperatorClaiming { office }, _) => Some(office),
            _ => None,
        }
    }

    /// The subject that the caller is, if it is one.
    #[must_use]
    pub fn subject(&self) -> Option<SubjectNumber> {
        match self.holder() {
            Some(Holder::Subject { subject }) => Some(*subject),
            _ => None,
        }
    }

    /// The third party's identifier, if the caller is one.
    #[must_use]
    pub fn third_party(&self) -> Option<&SubjectIdentifier> {
        match self.holder() {
            Some(Holder::ThirdParty { identifier, .. }) => Some(identifier),
            _ => None,
        }
    }

    /// Whether the caller is the operator of the platform.
    #[must_use]
    pub fn is_operator(&self) -> bool {
        matches!(self.kind(), CallerKind::Operator)
    }

    /// Whether the caller's key or sign-in carries a duty. An operator claiming an office has neither: the office's own duties
    /// are asked instead.
    #[must_use]
    pub fn carries(&self, duty: Duty) -> bool {
        match self.holder() {
            Some(Holder::Office { duties, .. }) => duties.contains(&duty),
            _ => matches!(self, Self::OperatorClaiming { .. }),
        }
    }
}
