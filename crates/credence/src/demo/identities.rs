//! Who lives in the demo city. No identifier can be a real one: citizen IDs name a division that was never assigned, and the
//! organisation code in every unified code begins with `DM`, a series that was never issued.

use law::Day;
use law::identifier::{
    citizen_id_check_character, organisation_code_check_character, unified_code_check_character,
};
use register::subject::SubjectKind;

use super::draw::{Draw, Stream};
use super::names::DISTRICTS;

/// The division of every invented person: never assigned (GB/T 2260 has no 119999).
pub const DIVISION: &str = "119999";
/// The alphabet of unified codes, in the order of its values.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// How many organisation codes `DM` and six more characters give.
const SERIES: u64 = 31_u64.pow(6);
/// The first birth date, and how many days of birth follow: everyone is of age when the law takes force.
const FIRST_BIRTH: (i16, i8, i8) = (1948, 1, 1);
const BIRTH_DAYS: u64 = 18_000;
/// How many people can be born on a day: the sequence has three figures.
const SEQUENCES: u64 = 1000;

/// The legal form of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// 公司
    Company,
    /// 合伙企业
    Partnership,
    /// 农民专业合作社
    Cooperative,
    /// 律师事务所
    LawPractice,
    /// 社会团体
    Association,
    /// 民办非企业单位
    ServiceUnit,
    /// 基金会
    Foundation,
}

impl Form {
    /// The first two places of its code.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Company | Self::Partnership => "91",
            Self::Cooperative => "93",
            Self::LawPractice => "31",
            Self::Association => "51",
            Self::ServiceUnit => "52",
            Self::Foundation => "53",
        }
    }

    /// The form as the register writes it.
    #[must_use]
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Self::Company => "有限责任公司(自然人投资或控股)",
            Self::Partnership => "有限合伙企业",
            Self::Cooperative => "农民专业合作社",
            Self::LawPractice => "律师事务所",
            Self::Association => "社会团体",
            Self::ServiceUnit => "民办非企业单位",
            Self::Foundation => "基金会",
        }
    }

    /// The authority that registers it.
    #[must_use]
    pub const fn registering_authority(self) -> &'static str {
        match self {
            Self::Company | Self::Partnership | Self::Cooperative => "market-regulation",
            Self::LawPractice => "justice",
            Self::Association | Self::ServiceUnit | Self::Foundation => "civil-affairs",
        }
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its place among the organisations, from 0.
    pub place: u64,
    /// Its form.
    pub form: Form,
    /// Its unified social credit code.
    pub code: String,
    /// Whether the check character of its code is wrong, as real ones sometimes are: it waits for verification.
    pub flagged: bool,
}

/// A natural person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The citizen ID number.
    pub number: String,
    /// The birth date in it.
    pub birth: Day,
}

/// How many of each kind live in a city of so many subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Population {
    /// Legal persons and unincorporated organisations.
    pub organisations: u64,
    /// Individual businesses.
    pub businesses: u64,
    /// Natural persons.
    pub persons: u64,
}

impl Population {
    /// Divides so many subjects, at least three: half of them organisations, a sixth individual businesses, and one of each
    /// kind at the least.
    #[must_use]
    pub const fn of(subjects: u64) -> Self {
        let organisations = if subjects < 4 { 1 } else { subjects / 2 };
        let businesses = if subjects < 12 { 1 } else { subjects / 6 };
        Self { organisations, businesses, persons: subjects.saturating_sub(organisations + businesses) }
    }

    /// How many of a kind.
    #[must_use]
    pub const fn count(&self, kind: SubjectKind) -> u64 {
        match kind {
            SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrganisation => self.organisations,
            SubjectKind::IndividualBusiness => self.businesses,
            SubjectKind::NaturalPerson => self.persons,
        }
    }
}

/// The organisation at a place.
#[must_use]
pub fn organisation(seed: u64, place: u64) -> Organisation {
    let mut draw = Draw::new(seed, Stream::Identity, place.wrapping_mul(4));
    // The first ones are companies with right codes, so that every city has somebody to show.
    let form = if place < 8 {
        Form::Company
    } else {
        match draw.below(100) {
            0..=83 => Form::Company,
            84..=86 => Form::Partnership,
            87 => Form::Cooperative,
            88..=91 => Form::LawPractice,
            92..=94 => Form::Association,
            95..=98 => Form::ServiceUnit,
            _ => Form::Foundation,
        }
    };
    let division = draw.pick(DISTRICTS).1;
    // Two of the first hundred, then one in a few hundred.
    let flagged = place == 17 || place == 19 || place >= 100 && draw.below(400) == 0;
    let code = unified_code(form.prefix(), division, seed, place.wrapping_mul(2));
    let code = if flagged { with_wrong_check(&code) } else { code };
    Organisation { place, form, code, flagged }
}

/// The unified code of the individual business at a place.
#[must_use]
pub fn business_code(seed: u64, place: u64) -> String {
    let division = Draw::new(seed, Stream::Identity, place.wrapping_mul(4).wrapping_add(1)).pick(DISTRICTS).1;
    unified_code("92", division, seed, place.wrapping_mul(2).wrapping_add(1))
}

/// The person at a place.
#[must_use]
pub fn person(seed: u64, place: u64) -> Person {
    let slots = BIRTH_DAYS * SEQUENCES;
    let slot = scattered(seed, place, slots);
    let (year, month, day) = FIRST_BIRTH;
    let first = Day::new(year, month, day).unwrap_or_else(|| Day::of(law::Instant::from_milliseconds(0)));
    let birth = first.plus_days(i64::try_from(slot / SEQUENCES).unwrap_or_default());
    let body =
        format!("{DIVISION}{:04}{:02}{:02}{:03}", birth.year(), birth.month(), birth.day(), slot % SEQUENCES);
    let check = citizen_id_check_character(&body).unwrap_or('X');
    Person { number: format!("{body}{check}"), birth }
}

/// A valid unified code: prefix, division, the organisation code `DM` and six characters with its check, and the check.
#[must_use]
pub fn unified_code(prefix: &str, division: &str, seed: u64, place: u64) -> String {
    let mut rest = scattered(seed, place, SERIES);
    let mut six = [b'0'; 6];
    for character in six.iter_mut().rev() {
        let index = usize::try_from(rest % 31).unwrap_or_default();
        *character = ALPHABET.get(index).copied().unwrap_or(b'0');
        rest /= 31;
    }
    checked(prefix, division, &format!("DM{}", String::from_utf8_lossy(&six)))
}

/// A unified code of a body whose organisation code begins with these eight characters.
#[must_use]
pub fn checked(prefix: &str, division: &str, eight: &str) -> String {
    let organisation_check = organisation_code_check_character(eight).unwrap_or('0');
    let body = format!("{prefix}{division}{eight}{organisation_check}");
    let check = unified_code_check_character(&body).unwrap_or('0');
    format!("{body}{check}")
}

/// The same code with the next character of the alphabet as its check.
fn with_wrong_check(code: &str) -> String {
    let (body, check) = code.split_at(code.len() - 1);
    let place = ALPHABET.iter().position(|byte| check.as_bytes().first() == Some(byte)).unwrap_or_default();
    let next = ALPHABET.get((place + 1) % ALPHABET.len()).copied().unwrap_or(b'0');
    format!("{body}{}", char::from(next))
}

/// A place scattered over so many slots, no slot twice: steps of a size that has no factor in common with the number of
/// slots (2 and 5 and 3 for the days of birth, 31 for the series of codes).
fn scattered(seed: u64, place: u64, slots: u64) -> u64 {
    const STEP: u128 = 7_368_787;
    let start = Draw::new(seed, Stream::Identity, u64::MAX).below(slots);
    let slot = (u128::from(place) * STEP + u128::from(start)) % u128::from(slots);
    u64::try_from(slot).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use law::identifier::{Division, IdentifierKind, Verdict, check, division};
    use std::collections::BTreeSet;

    fn today() -> Day {
        Day::new(2016, 1, 1).unwrap()
    }

    #[test]
    fn every_person_has_a_valid_number_of_a_division_that_was_never_assigned_and_is_of_age() {
        assert_eq!(division(DIVISION), Division::NeverAssigned);
        let mut seen = BTreeSet::new();
        for place in 0..20_000 {
            let person = person(7, place);
            let found = check(&person.number, None, today());
            assert_eq!(
                (found.verdict, found.kind),
                (Verdict::Valid, Some(IdentifierKind::CitizenId)),
                "{place}"
            );
            assert!(law::period::is_of_age(person.birth, today(), 18));
            assert!(seen.insert(person.number));
        }
    }

    #[test]
    fn every_code_is_valid_or_flagged_as_it_says_and_no_two_are_the_same() {
        let mut seen = BTreeSet::new();
        let mut flagged = 0;
        for place in 0..20_000 {
            let organisation = organisation(7, place);
            let found = check(&organisation.code, None, today());
            assert_eq!(found.kind, Some(IdentifierKind::UnifiedCode));
            assert_eq!(found.verdict == Verdict::Flagged, organisation.flagged, "{}", organisation.code);
            assert_ne!(found.verdict, Verdict::Rejected);
            flagged += u32::from(organisation.flagged);
            assert!(seen.insert(organisation.code));
            let business = business_code(7, place);
            assert_eq!(check(&business, None, today()).verdict, Verdict::Valid);
            assert_eq!(
                register::rules::identification::kind_of_code(&business),
                SubjectKind::IndividualBusiness
            );
            assert!(seen.insert(business));
        }
        assert!((20..200).contains(&flagged), "{flagged}");
    }

    #[test]
    fn a_population_is_divided_without_a_rest() {
        for subjects in [3, 4, 5, 11, 12, 51, 2000, 1_000_003] {
            let population = Population::of(subjects);
            assert_eq!(population.organisations + population.businesses + population.persons, subjects);
            assert!(population.organisations > 0 && population.businesses > 0 && population.persons > 0);
        }
    }
}
