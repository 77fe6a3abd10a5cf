//! The citizen ID number (GB 11643-1999) and the residence permit of Hong Kong, Macau and Taiwan residents, which has
//! the same form.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Findings, IdentifierCheck, IdentifierKind, Reason, Verdict, check, division};
use crate::period;
use crate::time::Day;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
const RESIDENCE_PERMIT_DIVISIONS: [&str; 3] = ["810000", "820000", "830000"];
/// From this year on a date in places 7 to 14 makes eighteen characters a person's without a given kind.
const DETECTED_FROM_YEAR: i16 = 1900;
/// Where the kind is given, any real birth date counts that a number was ever issued for: the standard's own sample
/// number has 1880.
const ISSUED_FROM_YEAR: i16 = 1800;

/// The check character of a citizen ID whose first seventeen figures are these; nothing where they are not seventeen
/// figures.
#[must_use]
pub fn citizen_id_check_character(first_seventeen: &str) -> Option<char> {
    if first_seventeen.len() != WEIGHTS.len() {
        return None;
    }
    let sum = first_seventeen
        .chars()
        .zip(WEIGHTS)
        .try_fold(0, |sum, (character, weight)| Some(sum + character.to_digit(10)? * weight))?;
    CHECK_CHARACTERS.get(usize::try_from(sum % 11).ok()?).copied()
}

/// Man or woman, as the sequence number says. It decides nothing anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// An even sequence number.
    Female,
    /// An odd sequence number.
    Male,
}

/// The number of a citizen ID that passes every check: a number that fails is nobody's, since nobody could ever see a
/// record under it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitizenId {
    number: String,
    birth: Day,
}

impl CitizenId {
    /// Reads a number; `today` bounds the birth date.
    ///
    /// # Errors
    /// The full check, where it is not valid.
    pub fn parse(input: &str, today: Day) -> Result<Self, Box<IdentifierCheck>> {
        let found = check(input, Some(IdentifierKind::CitizenId), today);
        match birth_date(&found.normalised, today) {
            Some(birth) if found.verdict == Verdict::Valid => Ok(Self { number: found.normalised, birth }),
            _ => Err(Box::new(found)),
        }
    }

    /// The number in its normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// The birth date.
    #[must_use]
    pub const fn birth_date(&self) -> Day {
        self.birth
    }

    /// Whether the person had reached this age on this day, see [`period::is_of_age`].
    #[must_use]
    pub fn is_of_age(&self, on: Day, years: u32) -> bool {
        period::is_of_age(self.birth, on, years)
    }

    /// Man or woman, as the sequence number says.
    #[must_use]
    pub fn sex(&self) -> Sex {
        let odd = self.number.as_bytes().get(16).is_some_and(|byte| byte % 2 == 1);
        if odd { Sex::Male } else { Sex::Female }
    }
}

// A log line must not carry an identity number.
impl fmt::Debug for CitizenId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CitizenId(…)")
    }
}

/// The real date from 1900 to today in places 7 to 14, by which a person's number is detected, if there is one.
pub(super) fn date_in_places_7_to_14(normalised: &str, today: Day) -> Option<Day> {
    birth_date(normalised, today).filter(|date| date.year() >= DETECTED_FROM_YEAR)
}

/// The real birth date in places 7 to 14, if there is one.
pub(super) fn birth_date(normalised: &str, today: Day) -> Option<Day> {
    let places: String = normalised.chars().skip(6).take(8).collect();
    if places.len() != 8 || !places.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) =
        (places.get(..4)?.parse().ok()?, places.get(4..6)?.parse().ok()?, places.get(6..)?.parse().ok()?);
    Day::new(year, month, day).filter(|date| date.year() >= ISSUED_FROM_YEAR && *date <= today)
}

/// Which document a person's eighteen characters are. No division begins with 9, and the new card of foreign permanent
/// residents does (its inner layout is known with certainty M only, and is not used).
pub(super) fn kind_by_first_places(normalised: &str) -> IdentifierKind {
    if RESIDENCE_PERMIT_DIVISIONS.iter().any(|division| normalised.starts_with(division)) {
        IdentifierKind::ResidencePermit
    } else if normalised.starts_with('9') {
        IdentifierKind::ForeignPermanentResident
    } else {
        IdentifierKind::CitizenId
    }
}

/// Whether it has the form of the fifteen-digit number that was issued until 1999.
pub(super) fn is_old_form(normalised: &str) -> bool {
    normalised.len() == 15 && normalised.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn examine(normalised: &str, kind: IdentifierKind, today: Day) -> Findings {
    // A residence permit filed as an identity card is a residence permit: else one number would be two persons.
    let permit = kind_by_first_places(normalised) == IdentifierKind::ResidencePermit;
    let kind = if permit { IdentifierKind::ResidencePermit } else { kind };
    let mut findings = Findings::of(kind);
    let shape = findings.must("shape", has_shape(normalised) && (permit || kind == IdentifierKind::CitizenId), || {
        if is_old_form(normalised) {
            return Reason::new(
                "15位旧身份证号码不再用于新记录，请使用18位公民身份号码",
                "old numbers of 15 digits have no check and are not accepted for new records; give the 18-digit number",
            );
        }
        if has_shape(normalised) {
            return Reason::new(
                "港澳台居民居住证号码应以810000、820000或830000开头",
                "a residence permit begins with 810000, 820000 or 830000",
            );
        }
        Reason::new("应为17位数字加1位数字或X", "a citizen ID has 17 figures and then a figure or X")
    });
    if !shape && !has_shape(normalised) {
        return findings;
    }
    findings.must("citizen_id_date", birth_date(normalised, today).is_some(), || {
        Reason::new(
            "第7至14位不是截至今日的真实出生日期",
            "places 7 to 14 are no birth date: not a real day, or not past yet",
        )
    });
    findings.should("citizen_id_check", check_passes(normalised), || {
        Reason::new("校验码不符", "the check character in place 18 is not the one that the number gives")
    });
    findings.tell("division", division(normalised.get(..6).unwrap_or_default()).to_string());
    findings
}

pub(super) fn has_shape(normalised: &str) -> bool {
    let bytes = normalised.as_bytes();
    bytes.len() == 18
        && bytes.iter().take(17).all(u8::is_ascii_digit)
        && bytes.last().is_some_and(|last| last.is_ascii_digit() || *last == b'X')
}

pub(super) fn check_passes(normalised: &str) -> bool {
    let expected = normalised.get(..17).and_then(citizen_id_check_character);
    expected.is_some_and(|expected| normalised.ends_with(expected))
}
