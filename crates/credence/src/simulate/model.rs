//! What should be, kept apart from the platform.

use std::collections::{BTreeMap, BTreeSet};

use law::{Calendar, Day};
use register::acts::rights::notice::Cause;
use register::authority::AuthorityCode;
use register::case::{CaseKind, CaseNumber};
use register::record::RecordNumber;

/// A record.
#[derive(Debug, Clone)]
pub struct Held {
    /// Whom it is about.
    pub subject: usize,
    /// Who filed it.
    pub office: AuthorityCode,
    /// The item.
    pub item: &'static str,
    /// Day 0.
    pub finding: Day,
    /// Whether nobody but its subject may be shown it any more: removed, restored, stopped, withdrawn.
    pub gone: bool,
    /// Whether it was removed: then nothing stands to be reviewed.
    pub removed: bool,
    /// Whether it can come back: withdrawn by its subject.
    pub withdrawn: bool,
    /// Whether an objection took it off display until the decision.
    pub suspended: bool,
    /// The open objection.
    pub objection: Option<CaseNumber>,
    /// Whether somebody said before that it is another's.
    pub called_anothers: bool,
    /// How many officers of the office that filed it have decided about it since.
    pub judged: usize,
    /// Who was shown it: `office:` or `bank`.
    pub received: BTreeSet<String>,
}

/// A case.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Which right.
    pub kind: CaseKind,
    /// The record.
    pub record: RecordNumber,
    /// Whose.
    pub subject: usize,
    /// Who owes the steps.
    pub office: AuthorityCode,
    /// When it was lodged.
    pub lodged: Day,
    /// When it was taken in hand.
    pub accepted: Option<Day>,
    /// When its time was extended.
    pub extended: Option<Day>,
    /// Which officer verifies it: who decided about the record before does not.
    pub handler: usize,
    /// How many points it has.
    pub points: usize,
    /// Whether a point says that the record is another's.
    pub not_mine: bool,
    /// When its review was asked for; then nothing else is owed.
    pub review: Option<Day>,
}

/// A change of which recipients were to be told.
#[derive(Debug, Clone)]
pub struct Told {
    /// The record.
    pub record: RecordNumber,
    /// What was done.
    pub cause: Cause,
    /// When.
    pub day: Day,
    /// Who has not acknowledged.
    pub owing: BTreeSet<String>,
    /// Who was to be told.
    pub all: BTreeSet<String>,
}

/// What should be.
#[derive(Debug, Default)]
pub struct Model {
    /// Records by number.
    pub records: BTreeMap<RecordNumber, Held>,
    /// Open cases by number.
    pub cases: BTreeMap<CaseNumber, Pending>,
    /// Decided objections whose review can be asked for.
    pub reviewable: BTreeMap<CaseNumber, Pending>,
    /// Changes by subject.
    pub told: BTreeMap<usize, Vec<Told>>,
    /// Subjects of whom nothing more is restored, and until when.
    pub barred: BTreeMap<usize, Day>,
    /// Subjects touched since the last check.
    pub touched: BTreeSet<usize>,
    /// How many records were filed.
    pub filed: u64,
    /// How many acts were done, and how many were refused as they should be.
    pub done: u64,
    /// Refusals that were due.
    pub refused: u64,
}

impl Model {
    /// A record was changed by someone: whoever received it is to be told, but not whoever acts.
    pub fn changed(&mut self, record: RecordNumber, cause: Cause, by: Option<&AuthorityCode>, day: Day) {
        let Some(held) = self.records.get(&record) else { return };
        let mut all = held.received.clone();
        if let Some(office) = by {
            all.remove(&format!("office:{office}"));
        }
        let subject = held.subject;
        self.touched.insert(subject);
        if !all.is_empty() {
            let told = Told { record, cause, day, owing: all.clone(), all };
            self.told.entry(subject).or_default().push(told);
        }
    }

    /// Which cases are late on a day, by the calendar alone.
    #[must_use]
    pub fn late(&self, calendar: &Calendar, today: Day) -> BTreeSet<CaseNumber> {
        let due = |from: Day, days: u32| calendar.due(from, days).ok().map(|due| due.due);
        let past = |last: Option<Day>| last.is_some_and(|last| today > last);
        let new_order = Day::new(2026, 4, 1);
        // An extension counts where it came in time.
        let extended = |case: &Pending, last: Option<Day>, prolonged: Option<Day>| match case.extended {
            Some(day) if last.is_none_or(|last| day <= last) => prolonged,
            _ => last,
        };
        let is_late = |case: &Pending| {
            if let Some(asked) = case.review {
                return past(due(asked, 7));
            }
            let lodged = case.lodged;
            match case.kind {
                CaseKind::Objection => {
                    let last = extended(case, due(lodged, 7), due(lodged, 10));
                    (case.accepted.is_none() && past(due(lodged, 1))) || past(last)
                }
                CaseKind::Restoration if new_order.is_some_and(|first| lodged >= first) => {
                    // Ten days from the application and seven from the acceptance: the earlier one.
                    let both = |more: u32| match case.accepted {
                        Some(day) => due(lodged, 10 + more).min(due(day, 7 + more)),
                        None => due(lodged, 10 + more),
                    };
                    let last = extended(case, both(0), both(10));
                    (case.accepted.is_none() && past(due(lodged, 3))) || past(last)
                }
                CaseKind::Restoration => past(due(lodged, 10)),
            }
        };
        self.cases.iter().filter(|(_, case)| is_late(case)).map(|(number, _)| *number).collect()
    }

    /// How many notices each office owes past its deadline.
    #[must_use]
    pub fn in_default(&self, calendar: &Calendar, today: Day) -> BTreeMap<String, u64> {
        let mut owed = BTreeMap::new();
        for told in self.told.values().flatten() {
            if !calendar.due(told.day, 3).is_ok_and(|due| today > due.due) {
                continue;
            }
            for office in told.owing.iter().filter_map(|owing| owing.strip_prefix("office:")) {
                *owed.entry(office.to_owned()).or_default() += 1;
            }
        }
        owed
    }
}
