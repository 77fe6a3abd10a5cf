//! The kinds of identifiers, with the words that files and departments use for them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a text that identifies a subject is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum IdentifierKind {
    /// 统一社会信用代码 (GB 32100-2015): an organisation's or an individual business's.
    #[serde(rename = "unified_social_credit_code")]
    UnifiedCode,
    /// 公民身份号码 (GB 11643-1999).
    #[serde(rename = "citizen_id")]
    CitizenId,
    /// 港澳台居民居住证: eighteen places as a citizen ID, from 810000, 820000 or 830000.
    #[serde(rename = "residence_permit")]
    ResidencePermit,
    /// 港澳居民来往内地通行证.
    #[serde(rename = "hong_kong_macau_travel_permit")]
    HongKongMacauPermit,
    /// 台湾居民来往大陆通行证.
    #[serde(rename = "taiwan_travel_permit")]
    TaiwanPermit,
    /// 护照 of a Chinese citizen.
    #[serde(rename = "chinese_passport")]
    ChinesePassport,
    /// 外国人永久居留身份证, old and new card.
    #[serde(rename = "foreign_permanent_resident_id")]
    ForeignPermanentResident,
    /// 护照 of another state; only where the kind is given.
    #[serde(rename = "foreign_passport")]
    ForeignPassport,
}

/// A word that names no kind of identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is no kind of identifier: give one of {}", IdentifierKind::words())]
pub struct NoKind {
    word: String,
}

impl IdentifierKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::UnifiedCode,
        Self::CitizenId,
        Self::ResidencePermit,
        Self::HongKongMacauPermit,
        Self::TaiwanPermit,
        Self::ChinesePassport,
        Self::ForeignPermanentResident,
        Self::ForeignPassport,
    ];

    /// The stable word used in files, answers and columns.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnifiedCode => "unified_social_credit_code",
            Self::CitizenId => "citizen_id",
            Self::ResidencePermit => "residence_permit",
            Self::HongKongMacauPermit => "hong_kong_macau_travel_permit",
            Self::TaiwanPermit => "taiwan_travel_permit",
            Self::ChinesePassport => "chinese_passport",
            Self::ForeignPermanentResident => "foreign_permanent_resident_id",
            Self::ForeignPassport => "foreign_passport",
        }
    }

    /// The term in Chinese.
    #[must_use]
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Self::UnifiedCode => "统一社会信用代码",
            Self::CitizenId => "公民身份号码",
            Self::ResidencePermit => "港澳台居民居住证",
            Self::HongKongMacauPermit => "港澳居民来往内地通行证",
            Self::TaiwanPermit => "台湾居民来往大陆通行证",
            Self::ChinesePassport => "中国护照",
            Self::ForeignPermanentResident => "外国人永久居留身份证",
            Self::ForeignPassport => "外国护照",
        }
    }

    /// The word for it in the document-type column of the double-publicity templates: [`Self::of_document_type`] reads it
    /// back. The templates have one word for every passport.
    #[must_use]
    pub const fn document_type(self) -> &'static str {
        match self {
            Self::CitizenId => "身份证",
            Self::ChinesePassport | Self::ForeignPassport => "护照号",
            Self::UnifiedCode
            | Self::ResidencePermit
            | Self::HongKongMacauPermit
            | Self::TaiwanPermit
            | Self::ForeignPermanentResident => self.in_chinese(),
        }
    }

    /// Whether only a natural person has such an identifier. A unified code may still be an individual business's:
    /// see [`super::UnifiedCode::category`].
    #[must_use]
    pub const fn is_natural_persons(self) -> bool {
        !matches!(self, Self::UnifiedCode)
    }

    /// The kind that a document type of the double-publicity templates means (`身份证`, `护照号`, …), for this number:
    /// the templates have one word for identity cards and residence permits, and one for every passport.
    #[must_use]
    pub fn of_document_type(document_type: &str, normalised_number: &str) -> Option<Self> {
        let document_type = document_type.trim().trim_start_matches("其他-");
        match document_type {
            "身份证" | "居民身份证" | "身份证号" | "公民身份号码" | "港澳台居民居住证" =>
            {
                let permit =
                    ["810000", "820000", "830000"].iter().any(|prefix| normalised_number.starts_with(prefix));
                Some(if permit || document_type == "港澳台居民居住证" {
                    Self::ResidencePermit
                } else {
                    Self::CitizenId
                })
            }
            "护照" | "护照号" => Some(match super::documents::detect(normalised_number) {
                Some(Self::ChinesePassport) => Self::ChinesePassport,
                _ => Self::ForeignPassport,
            }),
            "港澳居民来往内地通行证" => Some(Self::HongKongMacauPermit),
            "台湾居民来往大陆通行证" => Some(Self::TaiwanPermit),
            "外国人永久居留身份证" => Some(Self::ForeignPermanentResident),
            _ => Self::ALL.into_iter().find(|kind| kind.in_chinese() == document_type),
        }
    }

    fn words() -> String {
        Self::ALL.map(|kind| format!("`{}`", kind.word())).join(", ")
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for IdentifierKind {
    type Err = NoKind;

    fn from_str(word: &str) -> Result<Self, NoKind> {
        Self::ALL.into_iter().find(|kind| kind.word() == word).ok_or_else(|| NoKind { word: word.to_owned() })
    }
}
