//! Enumeration: whoever asks about one identifier after another to see who is there, or without what an inquiry needs.
//!
//! The regulations ask for security and privacy (6) and hold officers to secrecy (53(6)); they give no number. The numbers
//! are declared here, each with its reason, and an operator may set others.
//!
//! What is counted is only what the caller sees anyway: that an answer showed nothing. Were it counted whether somebody is
//! known to the platform, then being slowed would tell that they are not.

use law::Citation;

use crate::ruling::{Bilingual, Ground};

/// From when on a caller is slowed and refused, within a sliding window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// The window, in minutes.
    pub window_minutes: u32,
    /// Inquiries that showed nothing, from which on a caller is slowed.
    pub empty_slowed: u32,
    /// The same, from which on it is refused.
    pub empty_refused: u32,
    /// How many in a hundred of the answered inquiries must have shown nothing for that.
    pub empty_share_percent: u32,
    /// Refused inquiries, from which on a caller is slowed.
    pub refused_slowed: u32,
    /// The same, from which on it is refused.
    pub refused_refused: u32,
    /// A slowed caller asks once in so many seconds.
    pub slowed_seconds: u32,
    /// A refused caller is refused for so many minutes.
    pub refused_minutes: u32,
}

/// The numbers as they are declared.
///
/// - An hour: the time in which a person notices, and an office's case is worked on.
/// - 2,000 and 3,000 answers without a record, where they are nine of ten: most people have no record, so an office that
///   checks its applicants sees many. Nobody reads 2,000 answers in an hour; a program that needs more is agreed on with the
///   operator beforehand. Sixteen districts times a birthday have 16,000 identity numbers: at this pace a person whose
///   birthday is known is not found by trying in less than a working day, and the subjects see each try.
/// - 50 and 200 refusals: whoever has a duty and a matter is not refused; a clerk who learns is, a few times.
/// - Once in two seconds: a person who works with the answers does not notice it.
/// - An hour of refusal: long enough that someone asks the operator why.
pub const DECLARED: Numbers = Numbers {
    window_minutes: 60,
    empty_slowed: 2_000,
    empty_refused: 3_000,
    empty_share_percent: 90,
    refused_slowed: 50,
    refused_refused: 200,
    slowed_seconds: 2,
    refused_minutes: 60,
};

/// What became of an inquiry, as its caller sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A record was shown, or withheld with a count.
    Shown,
    /// Nothing was shown: nobody is known, or nothing is held, which the answer does not tell apart.
    Empty,
    /// It was refused.
    Refused,
}

/// The inquiries of one caller within the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// That showed something.
    pub shown: u32,
    /// That showed nothing.
    pub empty: u32,
    /// That were refused.
    pub refused: u32,
}

impl Tally {
    /// Counts one more.
    pub const fn count(&mut self, outcome: Outcome) {
        let counted = match outcome {
            Outcome::Shown => &mut self.shown,
            Outcome::Empty => &mut self.empty,
            Outcome::Refused => &mut self.refused,
        };
        *counted = counted.saturating_add(1);
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            shown: self.shown.saturating_add(other.shown),
            empty: self.empty.saturating_add(other.empty),
            refused: self.refused.saturating_add(other.refused),
        }
    }
}

/// How a caller stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It asks as it likes.
    #[default]
    Free,
    /// It asks slowly.
    Slowed,
    /// It is refused.
    Refused,
}

/// How a caller stands by what it asked within the window.
///
/// Articles: 6, 53(6)
#[must_use]
pub const fn standing(numbers: &Numbers, tally: Tally) -> Standing {
    let answered = tally.shown as u64 + tally.empty as u64;
    let mostly_empty = tally.empty as u64 * 100 >= answered * numbers.empty_share_percent as u64;
    if mostly_empty && tally.empty >= numbers.empty_refused || tally.refused >= numbers.refused_refused {
        Standing::Refused
    } else if mostly_empty && tally.empty >= numbers.empty_slowed || tally.refused >= numbers.refused_slowed {
        Standing::Slowed
    } else {
        Standing::Free
    }
}

/// Whether a caller who stands so may inquire at all.
///
/// Articles: 6, 53(6)
///
/// # Errors
/// The ground of the refusal.
pub fn may_inquire(standing: Standing) -> Result<(), Ground> {
    if standing < Standing::Refused {
        return Ok(());
    }
    Err(Ground::new(
        "enumeration",
        Citation::article(6),
        Bilingual::new(
            "一小时内无结果或者被拒绝的查询过多，像是在逐个试探号码，暂停查询",
            "too many inquiries within the hour showed nothing or were refused, as if identifiers were tried out: \
             inquiries are suspended",
        ),
    )
    .remedy(Bilingual::new(
        "一小时后再试；确需批量核查的，请先与平台运行单位约定",
        "try again after an hour; agree with the platform's operator beforehand where many have to be checked",
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(shown: u32, empty: u32, refused: u32) -> Standing {
        standing(&DECLARED, Tally { shown, empty, refused })
    }

    #[test]
    fn article_6_whoever_tries_identifiers_is_slowed_first_and_refused_later() {
        assert_eq!(of(0, 1_999, 0), Standing::Free);
        assert_eq!(of(0, 2_000, 0), Standing::Slowed);
        assert_eq!(of(0, 3_000, 0), Standing::Refused);
        assert!(may_inquire(Standing::Slowed).is_ok());
        let ground = may_inquire(Standing::Refused).unwrap_err();
        assert_eq!((ground.code.as_ref(), ground.article), ("enumeration", Citation::article(6)));
        assert!(ground.remedy.is_some());
    }

    #[test]
    fn an_office_whose_inquiries_show_something_asks_as_much_as_it_needs() {
        assert_eq!(of(1_000_000, 100_000, 0), Standing::Free);
        assert_eq!(of(223, 2_000, 0), Standing::Free);
        assert_eq!(of(222, 2_000, 0), Standing::Slowed);
    }

    #[test]
    fn article_53_asking_without_duty_or_matter_again_and_again_is_not_borne() {
        assert_eq!(of(1_000, 0, 49), Standing::Free);
        assert_eq!(of(1_000, 0, 50), Standing::Slowed);
        assert_eq!(of(1_000, 0, 200), Standing::Refused);
    }

    #[test]
    fn counting_never_runs_over() {
        let mut tally = Tally { refused: u32::MAX, ..Tally::default() };
        tally.count(Outcome::Refused);
        assert_eq!(tally.and(tally).refused, u32::MAX);
    }
}
