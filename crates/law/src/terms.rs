//! Terms that rules are keyed by: of display and restoration, and of the handling of incidents.

use serde::{Deserialize, Serialize};

/// How severe a finding of untrustworthiness is (轻微, 一般, 严重): the three levels of the national restoration rule,
/// judged by the published standard of each sector. The order is the order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 轻微: a warning, a criticism, a penalty by the simplified procedure. In principle not displayed.
    Minor,
    /// 一般: a larger fine, a confiscation.
    General,
    /// 严重: a huge fine, a revocation, a ban from an industry or occupation.
    Serious,
}

impl Severity {
    /// Every level, the least grave first.
    pub const ALL: [Self; 3] = [Self::Minor, Self::General, Self::Serious];

    /// The stable word used in files, answers and columns.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::General => "general",
            Self::Serious => "serious",
        }
    }

    /// The level that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }

    /// The term in Chinese.
    #[must_use]
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Self::Minor => "轻微",
            Self::General => "一般",
            Self::Serious => "严重",
        }
    }
}

/// The three classes of public credit information of Article 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InformationClass {
    /// 基本信息: identity and basic situation.
    Basic,
    /// 失信信息: penalties, compulsion, false or broken pledges.
    Untrustworthiness,
    /// 其他信息: permits, commendations, awards and the like.
    Other,
}

impl InformationClass {
    /// Every class.
    pub const ALL: [Self; 3] = [Self::Basic, Self::Untrustworthiness, Self::Other];

    /// The stable word used in files, answers and columns.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Untrustworthiness => "untrustworthiness",
            Self::Other => "other",
        }
    }

    /// The class that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.word() == word)
    }

    /// The term in Chinese.
    #[must_use]
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Self::Basic => "基本信息",
            Self::Untrustworthiness => "失信信息",
            Self::Other => "其他信息",
        }
    }
}

/// How grave a security incident is (一般, 较大, 重大): which rule makes it so stands in the regulations' data. The order is the
/// order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentSeverity {
    /// 一般
    Ordinary,
    /// 较大
    Serious,
    /// 重大
    Grave,
}

impl IncidentSeverity {
    /// Every class, the least grave first.
    pub const ALL: [Self; 3] = [Self::Ordinary, Self::Serious, Self::Grave];

    /// The stable word used in files and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Serious => "serious",
            Self::Grave => "grave",
        }
    }

    /// The class that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.word() == word)
    }

    /// The term in Chinese.
    #[must_use]
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Self::Ordinary => "一般",
            Self::Serious => "较大",
            Self::Grave => "重大",
        }
    }
}
