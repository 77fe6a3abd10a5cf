//! Credit subjects (信用主体): who a record is about (Article 2).

use law::identifier::IdentifierKind;
use serde::{Deserialize, Serialize};

use crate::ruling::Bilingual;

/// The number of an entry in the journal: its zero-based leaf index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryNumber(pub u64);

/// Our own number for a credit subject; it says nothing about the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubjectNumber(pub u64);

/// The four kinds of credit subject that the platform tells apart (Article 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// 法人: a company, a public institution, a foundation.
    LegalPerson,
    /// 非法人组织: a partnership, a law practice.
    UnincorporatedOrganisation,
    /// 个体工商户: one human being under a licence; protected as a human being.
    IndividualBusiness,
    /// 自然人: a human being.
    NaturalPerson,
}

impl SubjectKind {
    /// Every kind, in the order of the design.
    pub const ALL: [Self; 4] =
        [Self::LegalPerson, Self::UnincorporatedOrganisation, Self::IndividualBusiness, Self::NaturalPerson];

    /// Whether a record about this kind is a record about one human being: then nothing about it is ever
    /// published, searched, scored or listed.
    #[must_use]
    pub const fn is_human(self) -> bool {
        matches!(self, Self::IndividualBusiness | Self::NaturalPerson)
    }

    /// The stable word used in files, answers and columns.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LegalPerson => "legal_person",
            Self::UnincorporatedOrganisation => "unincorporated_organisation",
            Self::IndividualBusiness => "individual_business",
            Self::NaturalPerson => "natural_person",
        }
    }

    /// The kind that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The legal term in both languages.
    #[must_use]
    pub fn term(self) -> Bilingual {
        match self {
            Self::LegalPerson => Bilingual::new("法人", "legal person"),
            Self::UnincorporatedOrganisation => Bilingual::new("非法人组织", "unincorporated organisation"),
            Self::IndividualBusiness => Bilingual::new("个体工商户", "individual business"),
            Self::NaturalPerson => Bilingual::new("自然人", "natural person"),
        }
    }
}

/// A normalised identifier with its kind. Two subjects never share one; a person may have several.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SubjectIdentifier {
    /// Which document or code it is.
    pub kind: IdentifierKind,
    /// The normalised value.
    pub value: String,
}

impl SubjectIdentifier {
    /// The text under which the identifier is found: kind and value, since uniqueness is on the pair.
    #[must_use]
    pub fn lookup_text(&self) -> String {
        format!("{}|{}", self.kind.word(), self.value)
    }

    /// The identifier as anyone who is not entitled to it sees it.
    #[must_use]
    pub fn masked(&self) -> String {
        crate::rules::masking::mask_identifier(&self.value)
    }
}

// A log line or a panic message must not carry an identity number: the debug form is the masked one.
impl std::fmt::Debug for SubjectIdentifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.kind.word(), self.masked())
    }
}

/// A credit subject as the platform holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Our own number.
    pub number: SubjectNumber,
    /// Which of the four kinds.
    pub kind: SubjectKind,
    /// The identifier under which it was first filed or asked for.
    pub identifier: SubjectIdentifier,
    /// Whether a check digit of the code failed, so that records are held back until someone verifies it.
    pub flagged: bool,
    /// The entry by which a flagged code was verified.
    pub verified: Option<EntryNumber>,
    /// The newest entry that changed what is held about the subject (inquiries are not counted).
    pub version: EntryNumber,
}

impl Subject {
    /// Whether records are held from the public and from officers: the code failed its check and nobody has
    /// verified it yet. The subject sees them all the same (Articles 14, 34).
    #[must_use]
    pub const fn is_held(&self) -> bool {
        self.flagged && self.verified.is_none()
    }
}
