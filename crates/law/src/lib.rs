//! What the law says: days, citations, articles, dated numbers, working days and identifiers.
//!
//! Everything here is pure. It reads no clock and no file: the numbers in `regulations/` are part of the program.

pub mod calendar;
pub mod citation;
pub mod identifier;
pub mod instruments;
pub mod period;
pub mod table;
pub mod terms;
pub mod time;

pub use calendar::{Calendar, CalendarError, CalendarUnknown, Due};
pub use citation::{Article, BEIJING_DRAFT, Citation, NoCitation};
pub use instruments::{
    Certainty, Deadline, DisplayEnd, DisplayLength, DisplayLimit, DisplayRule, DisplayTerm, FindingsBefore,
    IncidentClass, Law, LawError, LawInForce, Parameter, Version,
};
pub use terms::{IncidentSeverity, InformationClass, Severity};
pub use time::{Clock, Day, Instant, NoDay, NoInstant, Weekday};
