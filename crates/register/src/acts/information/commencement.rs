//! Commencement (Articles 15, 56).
//!
//! The regulations take effect on a day that the draft leaves open (56); the rules that they refer to change on days of their
//! own. A later, shorter limit shortens what is on display from the day it takes force: that day has its entry, so that
//! anyone can see by which rules the platform answered at each moment.

use law::{Day, LawInForce};
use serde::{Deserialize, Serialize};

use crate::change::{Change, Value};
use crate::event::Event;
use crate::tables;

/// A version of an instrument, as it is named in the journal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InstrumentVersion {
    /// The instrument's folder under `regulations/`.
    pub instrument: String,
    /// Its first day.
    pub from: Day,
}

/// A version of an instrument took force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawTookForce {
    /// The instrument's folder under `regulations/`.
    pub instrument: String,
    /// Its first day.
    pub from: Day,
    /// Its name as answers cite it, with the mark `(assumed)` where its first day is a declared parameter.
    pub version: String,
}

impl LawTookForce {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Insert {
            table: &tables::LAW_IN_FORCE,
            row: vec![
                self.instrument.as_str().into(),
                self.version.as_str().into(),
                self.from.to_string().into(),
                Value::Entry,
            ],
        }]
    }
}

/// The entries that are due: each version in force today, or passed through since, that the journal does not name yet.
///
/// Articles: 15, 56
#[must_use]
pub fn take_force(law: &LawInForce, recorded: &[InstrumentVersion]) -> Vec<Event> {
    law.texts()
        .filter(|version| {
            !recorded
                .iter()
                .any(|known| known.instrument == version.instrument && known.from == version.first_day)
        })
        .map(|version| {
            Event::LawTookForce(LawTookForce {
                instrument: version.instrument.clone(),
                from: version.first_day,
                version: version.to_string(),
            })
        })
        .collect()
}
