//! The display period (公示期限): until which day a record may be shown, computed each time from the record, the law and
//! the day, and never stored.

use law::period::last_display_day;
use law::{Citation, Day, DisplayEnd, LawInForce};
use serde::{Deserialize, Serialize};

use crate::catalogue::{CatalogueItem, DisplayPeriod};
use crate::record::Record;

/// Whether and until when a record is displayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Display {
    /// Displayed without a last day (basic and other information, Article 15).
    LongTerm,
    /// Displayed up to and including a day.
    Until {
        /// The last day, itself included.
        last_day: Day,
        /// The rule that sets it.
        article: Citation,
    },
    /// Was displayed; its last day is past.
    Ended {
        /// The last day on which it was displayed.
        last_day: Day,
        /// The rule that set it.
        article: Citation,
    },
    /// Is not displayed.
    Not {
        /// Why, as a stable word: `minor`, `revoked`, `restored`, `withdrawn`, `stopped`, `staged`.
        why: String,
        /// The article.
        article: Citation,
    },
}

impl Display {
    /// Whether the record is displayed on the day for which this was computed.
    #[must_use]
    pub const fn is_displayed(&self) -> bool {
        matches!(self, Self::LongTerm | Self::Until { .. })
    }

    /// The last day, where there is one.
    #[must_use]
    pub const fn last_day(&self) -> Option<Day> {
        match self {
            Self::Until { last_day, .. } | Self::Ended { last_day, .. } => Some(*last_day),
            Self::LongTerm | Self::Not { .. } => None,
        }
    }
}

/// Whether and until when a record is displayed on the day of the law given.
///
/// The period of untrustworthiness runs from the day of the finding and is the shortest of: the ceiling of Article 15, the
/// limit of the severity under the rules of the filing day, that of every later rule in force by now (a later, shorter
/// limit shortens; a longer one never lengthens), and the item's own. Only a law or an administrative regulation named
/// in the item makes it longer. Minor untrustworthiness is not displayed.
///
/// Articles: 11, 15, 36, 37, 38
#[must_use]
pub fn display(record: &Record, item: &CatalogueItem, law: &LawInForce) -> Display {
    let not =
        |why: &str, article: u16| Display::Not { why: why.to_owned(), article: Citation::article(article) };
    if !record.in_force {
        return not("staged", 14);
    }
    if record.revoked.is_some() {
        return not("revoked", 14);
    }
    if record.restored.is_some() {
        return not("restored", 38);
    }
    if record.withdrawn.is_some() {
        return not("withdrawn", 36);
    }
    if record.stopped.is_some() {
        return not("stopped", 37);
    }
    let term = law.display_term(record.class, record.severity, record.finding_day, record.filed_day);
    if term.end == DisplayEnd::NotDisplayed {
        return not("minor", 15);
    }
    let (end, article) = match &item.display_period {
        DisplayPeriod::ByLaw => (term.end, term.citation),
        DisplayPeriod::AtMostMonths(months) => {
            let own = DisplayEnd::LastDay(last_display_day(record.finding_day, *months));
            if own < term.end { (own, Citation::article(11)) } else { (term.end, term.citation) }
        }
        DisplayPeriod::Extended { months, .. } => {
            (DisplayEnd::LastDay(last_display_day(record.finding_day, *months)), Citation::article(15))
        }
    };
    match end {
        DisplayEnd::LastDay(last_day) if law.day() <= last_day => Display::Until { last_day, article },
        DisplayEnd::LastDay(last_day) => Display::Ended { last_day, article },
        DisplayEnd::LongTerm | DisplayEnd::NotDisplayed => Display::LongTerm,
    }
}
