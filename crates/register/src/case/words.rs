//! The words of a case: which right, what is said of a record, what came of it, how it stands (Articles 37, 38).

use serde::{Deserialize, Serialize};

use crate::ruling::Bilingual;

/// Which right is exercised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// 异议 (Article 37).
    Objection,
    /// 信用修复 (Article 38).
    Restoration,
}

impl CaseKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Objection, Self::Restoration];

    /// The stable word used in answers and tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Objection => "objection",
            Self::Restoration => "restoration",
        }
    }

    /// The kind that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::Objection => Bilingual::new("异议", "objection"),
            Self::Restoration => Bilingual::new("信用修复", "restoration"),
        }
    }
}

/// What an objection says of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// 不实: it is untrue.
    Untrue,
    /// 不是本人: it is about someone else.
    NotMine,
    /// 不应公开: it is not to be disclosed.
    NotToBeDisclosed,
    /// 已过时: it is out of date.
    OutOfDate,
    /// 期限错误: it is displayed for a wrong period.
    WrongPeriod,
}

impl Claim {
    /// Every claim.
    pub const ALL: [Self; 5] =
        [Self::Untrue, Self::NotMine, Self::NotToBeDisclosed, Self::OutOfDate, Self::WrongPeriod];

    /// The stable word used in answers and forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Untrue => "untrue",
            Self::NotMine => "not_mine",
            Self::NotToBeDisclosed => "not_to_be_disclosed",
            Self::OutOfDate => "out_of_date",
            Self::WrongPeriod => "wrong_period",
        }
    }

    /// The claim that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|claim| claim.word() == word)
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::Untrue => Bilingual::new("内容不实", "untrue"),
            Self::NotMine => Bilingual::new("不是我的信息", "not mine"),
            Self::NotToBeDisclosed => Bilingual::new("依法不应公开", "not to be disclosed"),
            Self::OutOfDate => Bilingual::new("信息已过时", "out of date"),
            Self::WrongPeriod => Bilingual::new("期限错误", "a wrong period"),
        }
    }
}

/// One point of an objection: each gets an answer of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// What is said of the record.
    pub claim: Claim,
    /// Why, in the subject's words.
    pub statement: String,
}

/// A material that supports a case: a document by its name and number, with what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// What it is called.
    pub title: String,
    /// Its number, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// What it shows, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// The answer to one point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointAnswer {
    /// Whether the point was found right.
    pub upheld: bool,
    /// The answer, in words for the subject.
    pub reply: String,
    /// On what evidence.
    pub evidence: String,
}

/// What came of an objection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 更正: the record was corrected.
    Corrected,
    /// 补充: what was missing was added.
    Supplemented,
    /// 停止公示: it is displayed and shared no more.
    DisplayStopped,
    /// 删除: it was removed.
    Removed,
    /// 维持: it stands as it was.
    Upheld,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 5] =
        [Self::Corrected, Self::Supplemented, Self::DisplayStopped, Self::Removed, Self::Upheld];

    /// The stable word used in answers and forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Corrected => "corrected",
            Self::Supplemented => "supplemented",
            Self::DisplayStopped => "display_stopped",
            Self::Removed => "removed",
            Self::Upheld => "upheld",
        }
    }

    /// The outcome that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::Corrected => Bilingual::new("更正", "corrected"),
            Self::Supplemented => Bilingual::new("补充", "supplemented"),
            Self::DisplayStopped => Bilingual::new("停止公示", "taken off display"),
            Self::Removed => Bilingual::new("删除", "removed"),
            Self::Upheld => Bilingual::new("维持原记录", "the record stands"),
        }
    }

    /// Whether the subject got anything of what it asked for.
    #[must_use]
    pub const fn changes_the_record(self) -> bool {
        !matches!(self, Self::Upheld)
    }
}

/// How a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Nobody has taken it in hand yet.
    Lodged,
    /// An officer has it in hand.
    Accepted,
    /// It is decided.
    Decided,
    /// Its review was asked for.
    UnderReview,
    /// The review is decided.
    Reviewed,
    /// The application was sent back as incomplete.
    Returned,
    /// The subject took it back.
    TakenBack,
}

impl CaseState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Lodged,
        Self::Accepted,
        Self::Decided,
        Self::UnderReview,
        Self::Reviewed,
        Self::Returned,
        Self::TakenBack,
    ];

    /// The stable word used in answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lodged => "lodged",
            Self::Accepted => "accepted",
            Self::Decided => "decided",
            Self::UnderReview => "under_review",
            Self::Reviewed => "reviewed",
            Self::Returned => "returned",
            Self::TakenBack => "taken_back",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> Bilingual {
        match self {
            Self::Lodged => Bilingual::new("待受理", "waiting to be accepted"),
            Self::Accepted => Bilingual::new("核查中", "being verified"),
            Self::Decided => Bilingual::new("已答复", "answered"),
            Self::UnderReview => Bilingual::new("复核中", "under review"),
            Self::Reviewed => Bilingual::new("复核完毕", "reviewed"),
            Self::Returned => Bilingual::new("已退回补正", "returned to be completed"),
            Self::TakenBack => Bilingual::new("已撤回", "taken back"),
        }
    }

    /// Whether an office still has to do something.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Lodged | Self::Accepted | Self::UnderReview)
    }
}
