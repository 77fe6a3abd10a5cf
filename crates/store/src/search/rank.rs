//! In which order names are shown: names that begin with what was looked for, then names that hold it elsewhere; among these
//! the shorter first, so that the whole name comes before all others, then the one registered first. The order depends on nothing that
//! changes between two pages, so a page begins exactly where the last one ended.

use std::fmt;
use std::str::FromStr;

use register::subject::SubjectNumber;

/// How a name holds what was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    Beginning,
    Elsewhere,
}

impl Tier {
    pub(crate) const ALL: [Self; 2] = [Self::Beginning, Self::Elsewhere];

    /// How a normalised name holds a normalised text, if it does.
    pub(crate) fn of(name: &str, text: &str) -> Option<Self> {
        match name.find(text)? {
            0 => Some(Self::Beginning),
            _ => Some(Self::Elsewhere),
        }
    }
}

/// The order within a tier in one number: the characters of the normalised name, then the subject.
pub(crate) fn key(name: &str, subject: SubjectNumber) -> u64 {
    key_of(name.chars().count().min(0xFFFF) as u64, subject)
}

/// The key of a name of so many characters.
pub(crate) fn key_of(length: u64, subject: SubjectNumber) -> u64 {
    (length << 48) | (subject.0 & 0xFFFF_FFFF_FFFF)
}

/// The length in a key.
pub(crate) fn length_of(key: u64) -> u64 {
    key >> 48
}

/// The subject in a key.
pub(crate) fn subject_of(key: u64) -> SubjectNumber {
    SubjectNumber(key & 0xFFFF_FFFF_FFFF)
}

/// Where a page ended and the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SearchPlace {
    pub(crate) tier: Tier,
    pub(crate) key: u64,
}

impl fmt::Display for SearchPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}-{}", self.tier as u8, length_of(self.key), subject_of(self.key).0)
    }
}

/// A text that names no place between two pages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no place between two pages: give the `next` of the page before")]
pub struct NoPlace(String);

impl FromStr for SearchPlace {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NoPlace(text.to_owned());
        let mut parts = text.split('-').map(|part| part.parse::<u64>().map_err(|_| wrong()));
        let mut part = || parts.next().unwrap_or_else(|| Err(wrong()));
        let (tier, length, subject) = (part()?, part()?, part()?);
        let tier = usize::try_from(tier).ok().and_then(|tier| Tier::ALL.get(tier)).ok_or_else(wrong)?;
        if length > 0xFFFF || subject > 0xFFFF_FFFF_FFFF {
            return Err(wrong());
        }
        let place = Self { tier: *tier, key: key_of(length, SubjectNumber(subject)) };
        if place.to_string() == text { Ok(place) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written_and_nothing_else_is_one() {
        let place =
            SearchPlace { tier: Tier::Elsewhere, key: key("北京样例有限公司", SubjectNumber(42)) };
        assert_eq!(place.to_string(), "1-8-42");
        assert_eq!(place.to_string().parse(), Ok(place));
        for wrong in ["", "1-8", "2-8-42", "1-8-42-1", "1-08-42", "-1-8-42", "1-70000-1"] {
            assert!(wrong.parse::<SearchPlace>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn whole_names_come_before_beginnings_and_beginnings_before_the_rest() {
        assert_eq!(Tier::of("北京样例", "北京样例"), Some(Tier::Beginning));
        assert_eq!(Tier::of("北京样例", "北京"), Some(Tier::Beginning));
        assert_eq!(Tier::of("北京样例", "样例"), Some(Tier::Elsewhere));
        assert_eq!(Tier::of("北京样例", "京例"), None);
        assert!(Tier::Beginning < Tier::Elsewhere);
        assert!(key("北京", SubjectNumber(9)) < key("北京样例", SubjectNumber(1)));
    }
}
