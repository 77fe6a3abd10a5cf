//! The unified social credit code (GB 32100-2015 with Amendment 1 of 2016) and the organisation code (GB 11714) in it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::registering::{Authority, registering};
use super::{Findings, IdentifierCheck, IdentifierKind, Reason, Verdict, check, division};
use crate::time::Day;

/// The alphabet: a character's place is its value. I, O, S, V and Z never occur.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Powers of 3 modulo 31, for places 1 to 17.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// Weights of the organisation code, for its places 1 to 8.
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// The check character of a unified code whose first seventeen characters are these; nothing where they are not
/// seventeen characters of the alphabet.
#[must_use]
pub fn unified_code_check_character(first_seventeen: &str) -> Option<char> {
    if first_seventeen.len() != WEIGHTS.len() {
        return None;
    }
    let sum = first_seventeen.bytes().zip(WEIGHTS).try_fold(0_u32, |sum, (byte, weight)| {
        let value = ALPHABET.iter().position(|known| *known == byte)?;
        Some(sum + u32::try_from(value).ok()? * weight)
    })?;
    // The outer remainder matters: a sum divisible by 31 gives `0`.
    let index = usize::try_from((31 - sum % 31) % 31).ok()?;
    ALPHABET.get(index).map(|byte| char::from(*byte))
}

/// The check character of an organisation code whose first eight characters are these; nothing where they are not
/// eight figures or upper-case letters.
#[must_use]
pub fn organisation_code_check_character(first_eight: &str) -> Option<char> {
    if first_eight.len() != ORGANISATION_WEIGHTS.len() {
        return None;
    }
    let sum = first_eight.chars().zip(ORGANISATION_WEIGHTS).try_fold(0, |sum, (character, weight)| {
        let value = if character.is_ascii_lowercase() { None } else { character.to_digit(36) };
        Some(sum + value? * weight)
    })?;
    match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(digit, 10),
    }
}

/// What the first two places say the organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationCategory {
    /// 11 机关: an organ of the state.
    PublicOrgan,
    /// 12 事业单位: a public institution.
    PublicInstitution,
    /// 13 编办直接管理机构编制的群众团体: a mass organisation.
    MassOrganisation,
    /// 51 社会团体: a social association.
    SocialAssociation,
    /// 52 民办非企业单位: a private non-enterprise unit.
    PrivateNonEnterpriseUnit,
    /// 53 基金会: a foundation.
    Foundation,
    /// 91 企业: an enterprise.
    Enterprise,
    /// 92 个体工商户: an individual business, one human being under a licence.
    IndividualBusiness,
    /// 93 农民专业合作社: a farmers' cooperative.
    FarmersCooperative,
    /// N1, N2, N3: a collective economic organisation.
    CollectiveEconomicOrganisation,
    /// 31 律师执业机构 and other bodies registered by the justice authorities.
    JusticeBody,
    /// Another category of the table.
    Other,
    /// Not in the table.
    Unknown,
}

/// A unified social credit code in its normal form and right shape; whether its checks pass is a property of it, since
/// real codes with a failing check exist and go to verification (Article 14).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnifiedCode(String);

impl UnifiedCode {
    /// Reads a code.
    ///
    /// # Errors
    /// The full check, where it is rejected: wrong shape or alphabet, or zeros that identify nobody.
    pub fn parse(input: &str) -> Result<Self, Box<IdentifierCheck>> {
        // No birth date is looked at for this kind, so any day will do.
        let found =
            check(input, Some(IdentifierKind::UnifiedCode), Day::of(crate::Instant::from_milliseconds(0)));
        if found.verdict == Verdict::Rejected { Err(Box::new(found)) } else { Ok(Self(found.normalised)) }
    }

    /// The code in its normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both check characters and the registering category are right.
    #[must_use]
    pub fn passes(&self) -> bool {
        examine(&self.0).verdict() == Verdict::Valid
    }

    /// What the first two places say the organisation is.
    #[must_use]
    pub fn category(&self) -> OrganisationCategory {
        category(&self.0)
    }

    /// The division of the registering authority (GB/T 2260). It is not where a public body sits: the branches of
    /// municipal bodies in the districts keep the city's division.
    #[must_use]
    pub fn registering_division(&self) -> &str {
        self.0.get(2..8).unwrap_or_default()
    }

    /// The organisation code in it (GB 11714), nine characters without hyphen.
    #[must_use]
    pub fn organisation_code(&self) -> &str {
        self.0.get(8..17).unwrap_or_default()
    }
}

impl fmt::Display for UnifiedCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for UnifiedCode {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|found| found.reason.unwrap_or_default())
    }
}

impl From<UnifiedCode> for String {
    fn from(code: UnifiedCode) -> Self {
        code.0
    }
}

fn category(code: &str) -> OrganisationCategory {
    let mut places = code.chars();
    match (places.next().unwrap_or_default(), places.next().unwrap_or_default()) {
        ('1', '1') => OrganisationCategory::PublicOrgan,
        ('1', '2') => OrganisationCategory::PublicInstitution,
        ('1', '3') => OrganisationCategory::MassOrganisation,
        ('5', '1') => OrganisationCategory::SocialAssociation,
        ('5', '2') => OrganisationCategory::PrivateNonEnterpriseUnit,
        ('5', '3') => OrganisationCategory::Foundation,
        ('9', '1') => OrganisationCategory::Enterprise,
        ('9', '2') => OrganisationCategory::IndividualBusiness,
        ('9', '3') => OrganisationCategory::FarmersCooperative,
        ('N', '1' | '2' | '3') => OrganisationCategory::CollectiveEconomicOrganisation,
        ('3', '1'..='5') => OrganisationCategory::JusticeBody,
        _ if registering(code).is_some_and(|(_, category)| category.is_some()) => OrganisationCategory::Other,
        _ => OrganisationCategory::Unknown,
    }
}

pub(super) fn examine(normalised: &str) -> Findings {
    let mut findings = Findings::of(IdentifierKind::UnifiedCode);
    let eighteen = normalised.chars().count() == 18;
    let bytes = normalised.as_bytes();
    let places = |range: std::ops::Range<usize>| bytes.get(range).unwrap_or_default();
    let prefix = matches!(places(0..2), [b'1'..=b'9' | b'A' | b'N' | b'Y', b'1'..=b'5' | b'9']);
    let division_digits = places(2..8).iter().all(u8::is_ascii_digit);
    findings.must("shape", eighteen && prefix && division_digits, || {
        if !eighteen {
            let length = normalised.chars().count();
            return Reason {
                zh: format!("应为18位，实为{length}位"),
                en: format!("a unified social credit code has 18 characters, this has {length}"),
            };
        }
        Reason::new(
            "第1至8位不符合统一社会信用代码的构成",
            "places 1 to 8 are not a registering authority, a category and the six figures of a division",
        )
    });
    let strangers: String = normalised
        .chars()
        .filter(|character| !(character.is_ascii() && ALPHABET.contains(&(*character as u8))))
        .collect();
    findings.must("alphabet", strangers.is_empty(), || Reason {
        zh: format!("含有代码字符集以外的字符`{strangers}`"),
        en: format!("`{strangers}` does not occur in unified social credit codes"),
    });
    if !(eighteen && strangers.is_empty()) {
        return findings;
    }
    if prefix {
        let known = registering(normalised);
        let category = known.and_then(|(_, category)| category);
        findings.should("registering_category", category.is_some(), || {
            Reason::new(
                "登记管理部门与机构类别代码组合未知",
                "the registering authority has no such category",
            )
        });
        if let Some((Authority { zh, en, .. }, _)) = known {
            findings.tell("registering_authority", format!("{en} ({zh})"));
        }
        if let Some(category) = category {
            findings.tell("category", category);
        }
    }
    let (body, last) = normalised.split_at(17);
    findings.should(
        "unified_social_credit_code_check",
        unified_code_check_character(body).is_some_and(|expected| last.starts_with(expected)),
        || {
            Reason::new(
                "统一社会信用代码校验码不符",
                "the check character in place 18 is not the one that the code gives",
            )
        },
    );
    let (organisation, organisation_check) =
        (body.get(8..16).unwrap_or_default(), body.get(16..).unwrap_or_default());
    findings.should(
        "organisation_code_check",
        organisation_code_check_character(organisation)
            .is_some_and(|expected| organisation_check.starts_with(expected)),
        || {
            Reason::new(
                "主体标识码（组织机构代码）校验码不符",
                "the check character of the organisation code in places 9 to 17 is wrong",
            )
        },
    );
    findings.tell("division", division(normalised.get(2..8).unwrap_or_default()).to_string());
    findings
}
