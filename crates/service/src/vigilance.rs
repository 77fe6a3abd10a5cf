//! Watches over callers who inquire: whoever tries identifiers is slowed, refused and reported (Articles 6, 53(6)).
//!
//! The rule is the register's ([`register::rules::enumeration`]). Here is only what each caller did within the last hour, in
//! memory and for this process: what a caller does at several servers is counted by each, so that it may do as much at each.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use law::Instant;
use metrics::counter;
use register::acts::information::inquiry::Purpose;
use register::authority::AuthorityCode;
use register::caller::{Caller, KeyNumber};
use register::rules::enumeration::{Numbers, Outcome, Standing, Tally, standing};
use register::subject::SubjectIdentifier;

use crate::error::ServiceError;
use crate::pace::{Pace, Rate};

/// In how many parts the callers are kept, so that they seldom wait for each other.
const PARTS: usize = 16;
/// How many callers each part keeps at most.
const PART_MAX: usize = 4096;
/// How many pairs of caller and subject are kept in mind.
const PAIRS_MAX: usize = 262_144;
/// How often a refusal for asking too often about one subject has an entry.
const ENTERED_EVERY: Duration = Duration::from_secs(3600);
/// In how many slots the window slides.
const SLOTS: i64 = 12;
/// How many reports wait at most; of more the oldest are dropped.
const REPORTS_MAX: usize = 1024;

/// A caller, as far as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Key(KeyNumber),
    /// A person by their account, whichever session they use.
    Person(String),
    Claiming(AuthorityCode),
    Operator,
}

impl Who {
    fn of(caller: &Caller) -> Self {
        match caller {
            Caller::Key { person: Some(person), .. } | Caller::Person { person, .. } => {
                Self::Person(person.number())
            }
            Caller::Key { key, .. } => Self::Key(*key),
            Caller::Together { approver, .. } => Self::of(approver),
            Caller::OperatorClaiming { office } => Self::Claiming(office.clone()),
            Caller::Operator => Self::Operator,
        }
    }
}

impl std::fmt::Display for Who {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Key(number) => write!(formatter, "key {}", number.0),
            // The log has no account and nothing from which one could be found: the journal's entries name the person.
            Self::Person(_) => formatter.write_str("a person who signed in or has a key in their own name"),
            Self::Claiming(office) => write!(formatter, "the operator claiming `{office}`"),
            Self::Operator => formatter.write_str("the operator"),
        }
    }
}

/// A caller who inquires as if identifiers were tried out, for the operator and the register of incidents (Article 19).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbuseReport {
    /// The caller: a key's number or an office, never a person's name.
    pub caller: String,
    /// The office, where it is one.
    pub office: Option<AuthorityCode>,
    /// How it stands now.
    pub standing: Standing,
    /// What it did within the window.
    pub tally: Tally,
    /// When it was noticed.
    pub at: Instant,
}

/// What one caller did.
#[derive(Debug, Default, Clone)]
struct Watched {
    /// Slots of the window by number, oldest first.
    slots: VecDeque<(i64, Tally)>,
    refused_until: Option<Instant>,
    standing: Standing,
}

/// Watches over callers.
#[derive(Debug)]
pub struct Vigilance {
    numbers: Numbers,
    hasher: std::collections::hash_map::RandomState,
    parts: [Mutex<HashMap<Who, Watched>>; PARTS],
    slowly: Pace,
    looks: Pace,
    /// Taken once in an hour by each pair whose refusal was entered.
    entered: Pace,
    reports: Mutex<VecDeque<AbuseReport>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Vigilance {
    /// Watches with these numbers, and lets one caller look at one subject so often.
    #[must_use]
    pub fn new(numbers: Numbers, looks: Rate) -> Self {
        let slowly = Rate::new(1, Duration::from_secs(u64::from(numbers.slowed_seconds.max(1))));
        Self {
            numbers,
            hasher: std::collections::hash_map::RandomState::new(),
            parts: std::array::from_fn(|_| Mutex::default()),
            slowly: Pace::new(slowly, PARTS * PART_MAX),
            looks: Pace::new(looks, PAIRS_MAX),
            entered: Pace::new(Rate::new(1, ENTERED_EVERY), PAIRS_MAX),
            reports: Mutex::default(),
        }
    }

    /// Whether a caller may inquire about a subject now, and how it stands. One's own information is open always.
    ///
    /// # Errors
    /// [`ServiceError::TooOften`]: nothing was looked at; whether the refusal has an entry, [`Vigilance::is_first_refusal`] says.
    pub(crate) fn admit(
        &self,
        by: &Caller,
        about: &SubjectIdentifier,
        purpose: &Purpose,
        now: Instant,
    ) -> Result<Standing, ServiceError> {
        let who = Who::of(by);
        let standing =
            self.part(&who).get_mut(&who).map_or(Standing::Free, |watched| watched.judge(&self.numbers, now));
        if standing > Standing::Free {
            self.slowly.take(&who).map_err(|wait| too_often("slowed", wait))?;
        }
        if !matches!(purpose, Purpose::Own) {
            self.looks.take(&(&who, about)).map_err(|wait| too_often("subject", wait))?;
        }
        Ok(standing)
    }

    /// Whether a caller who asks too often names this subject so for the first time within an hour: then the subject has to see it.
    pub(crate) fn is_first_refusal(&self, by: &Caller, about: &SubjectIdentifier) -> bool {
        self.entered.take(&(&Who::of(by), about)).is_ok()
    }

    /// A key takes the place of another: what the one did counts for the other.
    pub(crate) fn succeeds(&self, before: KeyNumber, next: KeyNumber) {
        let (before, next) = (Who::Key(before), Who::Key(next));
        let watched = self.part(&before).get(&before).cloned();
        if let Some(watched) = watched {
            self.part(&next).insert(next, watched);
        }
    }

    /// Counts what became of an inquiry, and reports a caller who stands worse from now on.
    pub(crate) fn note(&self, by: &Caller, outcome: Outcome, now: Instant) {
        let who = Who::of(by);
        let (before, after, tally) = {
            let mut part = self.part(&who);
            if part.len() >= PART_MAX && !part.contains_key(&who) {
                // Whoever did nothing of late is forgotten; where that is nobody, all who stand free are.
                let slot = self.slot(now);
                part.retain(|_, watched| watched.slots.back().is_some_and(|(last, _)| slot - last < SLOTS));
                if part.len() >= PART_MAX {
                    part.retain(|_, watched| watched.standing > Standing::Free);
                }
            }
            let watched = part.entry(who.clone()).or_default();
            let before = watched.standing;
            watched.count(self.slot(now), outcome);
            (before, watched.judge(&self.numbers, now), watched.tally())
        };
        if after > before {
            self.report(AbuseReport {
                caller: who.to_string(),
                office: by.office().cloned(),
                standing: after,
                tally,
                at: now,
            });
        }
    }

    fn report(&self, report: AbuseReport) {
        let standing = if report.standing == Standing::Refused { "refused" } else { "slowed" };
        counter!("credence_enumeration_reports_total", "standing" => standing).increment(1);
        tracing::warn!(
            caller = report.caller,
            standing,
            empty = report.tally.empty,
            refused = report.tally.refused,
            "a caller inquires as if identifiers were tried out"
        );
        let mut reports = lock(&self.reports);
        if reports.len() >= REPORTS_MAX {
            reports.pop_front();
        }
        reports.push_back(report);
    }

    /// What was noticed since it was asked last.
    pub(crate) fn reports(&self) -> Vec<AbuseReport> {
        lock(&self.reports).drain(..).collect()
    }

    fn slot(&self, now: Instant) -> i64 {
        let slot = i64::from(self.numbers.window_minutes.max(1)) * 60_000 / SLOTS;
        now.milliseconds() / slot.max(1)
    }

    fn part(&self, who: &Who) -> MutexGuard<'_, HashMap<Who, Watched>> {
        let place = usize::try_from(self.hasher.hash_one(who) % PARTS as u64).unwrap_or_default();
        let [first, others @ ..] = &self.parts;
        lock(others.get(place).unwrap_or(first))
    }
}

impl Watched {
    fn count(&mut self, slot: i64, outcome: Outcome) {
        match self.slots.back_mut() {
            // A clock that was set back counts in the newest slot.
            Some((last, tally)) if *last >= slot => tally.count(outcome),
            _ => {
                let mut tally = Tally::default();
                tally.count(outcome);
                self.slots.push_back((slot, tally));
            }
        }
        while self.slots.front().is_some_and(|(first, _)| slot - first >= SLOTS) {
            self.slots.pop_front();
        }
    }

    fn tally(&self) -> Tally {
        self.slots.iter().fold(Tally::default(), |all, (_, tally)| all.and(*tally))
    }

    fn judge(&mut self, numbers: &Numbers, now: Instant) -> Standing {
        let longest = i64::from(numbers.refused_minutes) * 60_000;
        if let Some(until) = self.refused_until {
            let left = until.milliseconds() - now.milliseconds();
            // More than the whole time is left only where the clock was set back.
            if 0 < left && left <= longest {
                return Standing::Refused;
            }
            // The time is served: what led to it counts no more.
            *self = Self::default();
        }
        self.forget(numbers, now);
        self.standing = standing(numbers, self.tally());
        if self.standing == Standing::Refused {
            self.refused_until = Some(Instant::from_milliseconds(now.milliseconds() + longest));
        }
        self.standing
    }

    fn forget(&mut self, numbers: &Numbers, now: Instant) {
        let slot = i64::from(numbers.window_minutes.max(1)) * 60_000 / SLOTS;
        let slot = now.milliseconds() / slot.max(1);
        while self.slots.front().is_some_and(|(first, _)| slot - first >= SLOTS) {
            self.slots.pop_front();
        }
    }
}

fn too_often(limit: &'static str, wait: Duration) -> ServiceError {
    counter!("credence_rate_limited_total", "limit" => limit).increment(1);
    ServiceError::TooOften { limit, wait }
}

#[cfg(test)]
mod tests {
    use register::caller::Holder;

    use super::*;

    const FEW: Numbers = Numbers {
        window_minutes: 60,
        empty_slowed: 3,
        empty_refused: 5,
        empty_share_percent: 90,
        refused_slowed: 2,
        refused_refused: 4,
        slowed_seconds: 1_000,
        refused_minutes: 60,
    };

    fn vigilance() -> Vigilance {
        Vigilance::new(FEW, Rate::new(2, Duration::from_secs(100_000)))
    }

    fn key(number: u64) -> Caller {
        Caller::Key { key: KeyNumber(number), person: None, holder: Holder::Operator }
    }

    fn minute(number: i64) -> Instant {
        Instant::from_milliseconds(1_800_000_000_000 + number * 60_000)
    }

    fn stands(vigilance: &Vigilance, by: &Caller, now: Instant) -> Standing {
        let who = Who::of(by);
        vigilance.part(&who).get_mut(&who).map_or(Standing::Free, |watched| watched.judge(&FEW, now))
    }

    #[test]
    fn who_tries_identifiers_is_slowed_refused_and_reported_once_for_each() {
        let vigilance = vigilance();
        let mut seen = Vec::new();
        for number in 0..7 {
            vigilance.note(&key(1), Outcome::Empty, minute(number));
            seen.push(stands(&vigilance, &key(1), minute(number)));
        }
        use Standing::{Free, Refused, Slowed};
        assert_eq!(seen, [Free, Free, Slowed, Slowed, Refused, Refused, Refused]);
        assert_eq!(stands(&vigilance, &key(2), minute(7)), Free);
        let reports = vigilance.reports();
        assert_eq!(reports.iter().map(|report| report.standing).collect::<Vec<_>>(), [Slowed, Refused]);
        assert_eq!((reports[1].caller.as_str(), reports[1].tally.empty), ("key 1", 5));
        assert_eq!(vigilance.reports(), Vec::new());
        // The hour of refusal begins when the number is reached, and then all is forgotten.
        assert_eq!(stands(&vigilance, &key(1), minute(63)), Refused);
        assert_eq!(stands(&vigilance, &key(1), minute(64)), Free);
    }

    #[test]
    fn the_window_slides_and_a_clock_that_is_set_back_locks_nobody_out() {
        let vigilance = vigilance();
        for number in 0..3 {
            vigilance.note(&key(1), Outcome::Empty, minute(number));
        }
        assert_eq!(stands(&vigilance, &key(1), minute(50)), Standing::Slowed);
        assert_eq!(stands(&vigilance, &key(1), minute(70)), Standing::Free);
        for _ in 0..4 {
            vigilance.note(&key(2), Outcome::Refused, minute(100));
        }
        assert_eq!(stands(&vigilance, &key(2), minute(100)), Standing::Refused);
        assert_eq!(stands(&vigilance, &key(2), minute(-5_000)), Standing::Free);
    }

    #[test]
    fn many_callers_take_a_bounded_place() {
        let vigilance = vigilance();
        for number in 0..200_000 {
            vigilance.note(&key(number), Outcome::Empty, minute(0));
        }
        let kept: usize = vigilance.parts.iter().map(|part| lock(part).len()).sum();
        assert!(kept <= PARTS * PART_MAX, "{kept}");
    }
}
