//! How well departments file (Articles 11, 14): what came when, against the update period that the catalogue fixes; what was
//! refused, and why. The same figures for an office about itself and for the operator about everyone.

use std::collections::BTreeMap;

use law::{Calendar, Day};
use register::acts::information::filing::{FilingFacts, may_file};
use register::authority::{Authority, AuthorityCode};
use register::caller::Caller;
use register::catalogue::{Catalogue, ItemCode};
use register::rules::access::{Undertaking, may_undertake};
use register::rules::deadlines::Due;
use register::ruling::Ground;
use serde::Serialize;
use store::{DaysIntake, KeptRefusal};

use crate::error::ServiceError;
use crate::filing::LineError;
use crate::platform::Platform;

/// How many months the figures cover, the present one included.
pub const MONTHS_COVERED: i64 = 12;
/// How many refused lines are read for the most frequent codes, the newest first.
pub const REFUSALS_READ_MAX: u64 = 2_000;
/// How many codes of refusals are named for each item.
const CODES_MAX: usize = 5;

/// How well an authority files one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilingQuality {
    /// The authority.
    pub authority: AuthorityCode,
    /// The item.
    pub item: ItemCode,
    /// Whether the catalogue in force has the authority file the item.
    pub provides: bool,
    /// The day on which a batch of it last came into force.
    pub last_filing: Option<Day>,
    /// The update period of the item in working days; none where the catalogue in force does not have the item.
    pub update_period_working_days: Option<u32>,
    /// When the update period ends that began with the last filing; none where nothing was filed yet.
    pub due: Option<Due>,
    /// Whether nothing came within the update period since the last filing; none where it is not known. A department that
    /// found nothing has nothing to file: it is a question to the department, never a finding against it.
    pub overdue: Option<bool>,
    /// Batches within the months covered.
    pub batches: u64,
    /// Those of them that are not closed: being filed, or broken off.
    pub open: u64,
    /// Lines filed.
    pub filed: u64,
    /// Lines that said what was held already.
    pub unchanged: u64,
    /// Lines refused.
    pub refused: u64,
    /// The same by month, the newest first; months without a batch are left out.
    pub months: Vec<MonthsIntake>,
    /// The most frequent grounds among the newest refused lines.
    pub refusals: Vec<RefusalCode>,
}

/// What was filed in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MonthsIntake {
    /// The first day of the month.
    pub month: Day,
    /// Batches opened.
    pub batches: u64,
    /// Lines filed.
    pub filed: u64,
    /// Lines that said what was held already.
    pub unchanged: u64,
    /// Lines refused.
    pub refused: u64,
}

/// A ground on which lines were refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusalCode {
    /// Its stable word.
    pub code: String,
    /// In how many of the lines that were read.
    pub lines: u64,
    /// One of them, in words: the newest. Values of persons are masked.
    pub sample: Ground,
}

impl FilingQuality {
    fn new(authority: AuthorityCode, item: ItemCode) -> Self {
        Self {
            authority,
            item,
            provides: false,
            last_filing: None,
            update_period_working_days: None,
            due: None,
            overdue: None,
            batches: 0,
            open: 0,
            filed: 0,
            unchanged: 0,
            refused: 0,
            months: Vec::new(),
            refusals: Vec::new(),
        }
    }

    fn count(&mut self, day: &DaysIntake) {
        self.batches += day.batches;
        self.open += day.open;
        self.filed += day.filed;
        self.unchanged += day.unchanged;
        self.refused += day.refused;
        let month = first_of_month(day.day);
        let known = self.months.iter().position(|known| known.month == month);
        let place = known.unwrap_or_else(|| {
            self.months.push(MonthsIntake { month, batches: 0, filed: 0, unchanged: 0, refused: 0 });
            self.months.len() - 1
        });
        if let Some(figures) = self.months.get_mut(place) {
            figures.batches += day.batches;
            figures.filed += day.filed;
            figures.unchanged += day.unchanged;
            figures.refused += day.refused;
        }
    }

    fn refuse(&mut self, line: LineError) {
        let mut named: Vec<String> = Vec::new();
        for ground in line.grounds {
            let code = ground.code.to_string();
            if named.contains(&code) {
                continue;
            }
            match self.refusals.iter_mut().find(|known| known.code == code) {
                Some(known) => known.lines += 1,
                None => self.refusals.push(RefusalCode { code: code.clone(), lines: 1, sample: ground }),
            }
            named.push(code);
        }
    }

    /// Puts the update period beside the last filing.
    fn judge(&mut self, update_period: Option<u32>, calendar: &Calendar, today: Day) {
        self.update_period_working_days = update_period;
        if let (Some(last), Some(period)) = (self.last_filing, update_period) {
            let due = match calendar.due(last, period) {
                Ok(due) => Due::Day { last_day: due.due },
                Err(unknown) => Due::Unknown { year: unknown.year, reminder: unknown.reminder },
            };
            self.overdue = due.is_past(today.start());
            self.due = Some(due);
        }
        self.months.sort_by_key(|month| std::cmp::Reverse(month.month));
        // Of equally frequent ones the order is by their word, so that it is the same each time.
        self.refusals.sort_by(|one, other| (other.lines, &one.code).cmp(&(one.lines, &other.code)));
        self.refusals.truncate(CODES_MAX);
    }
}

fn first_of_month(day: Day) -> Day {
    day.plus_days(1 - i64::from(day.day()))
}

/// Every pair of authority and item that there is something to say of.
type Pairs = BTreeMap<(AuthorityCode, ItemCode), FilingQuality>;

fn of<'a>(pairs: &'a mut Pairs, authority: &AuthorityCode, item: &ItemCode) -> &'a mut FilingQuality {
    pairs
        .entry((authority.clone(), item.clone()))
        .or_insert_with(|| FilingQuality::new(authority.clone(), item.clone()))
}

/// Those who are to file, whether they did or not.
fn provided(
    pairs: &mut Pairs,
    catalogue: &Catalogue,
    authorities: &[Authority],
    only: Option<&AuthorityCode>,
) {
    for authority in authorities.iter().filter(|authority| only.is_none_or(|only| authority.code == *only)) {
        for item in catalogue.items() {
            let facts = FilingFacts { authority, item, edition: catalogue.number };
            if may_file(&facts).is_ok() {
                of(pairs, &authority.code, &item.item.code).provides = true;
            }
        }
    }
}

impl Platform {
    /// How well departments file, by authority and item: of one office, or of all for the operator. An office reads its own.
    ///
    /// Articles: 11, 14
    ///
    /// # Errors
    /// When the caller asks about another office, or the store fails.
    pub async fn quality(
        &self,
        by: &Caller,
        office: Option<&AuthorityCode>,
    ) -> Result<Vec<FilingQuality>, ServiceError> {
        may_undertake(Undertaking::ReadBatch, by)?;
        let office = match (by.office(), office) {
            (Some(own), Some(asked)) if own != asked => {
                return Err(ServiceError::NotFound { what: format!("filing of `{asked}` by your office") });
            }
            (Some(own), _) => Some(own),
            (None, asked) => asked,
        };
        let today = self.today();
        let since = first_of_month(today).plus_months(1 - MONTHS_COVERED);
        let mut snapshot = self.store().snapshot().await?;
        let catalogue = self.catalogue_of(&mut snapshot).await?;
        let authorities = snapshot.authorities().await?;
        let days = snapshot.intake_by_day(since, office).await?;
        let last = snapshot.last_filings(office).await?;
        let refusals = snapshot.newest_refusals(office, REFUSALS_READ_MAX).await?;
        snapshot.end().await?;

        let mut pairs = Pairs::new();
        provided(&mut pairs, &catalogue, &authorities, office);
        for day in &days {
            of(&mut pairs, &day.authority, &day.item).count(day);
        }
        for (authority, item, at) in &last {
            of(&mut pairs, authority, item).last_filing = Some(Day::of(*at));
        }
        for KeptRefusal { authority, item, body, .. } in &refusals {
            let line: LineError = serde_json::from_str(body)
                .map_err(|error| store::StoreError::Damaged(format!("a refused line: {error}")))?;
            of(&mut pairs, authority, item).refuse(line);
        }
        let calendar = self.calendar()?;
        let mut found: Vec<FilingQuality> = pairs.into_values().collect();
        for quality in &mut found {
            let period = catalogue.item(&quality.item).map(|item| item.item.update_period_working_days);
            quality.judge(period, calendar, today);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use law::Citation;
    use register::ruling::Bilingual;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn quality() -> FilingQuality {
        FilingQuality::new(AuthorityCode("tax".to_owned()), ItemCode("x".to_owned()))
    }

    #[test]
    fn article_11_an_item_is_overdue_after_the_last_day_of_its_update_period_and_not_on_it() {
        let calendar = Calendar::load().unwrap();
        for (today, overdue) in [("2026-11-20", false), ("2026-11-21", true)] {
            let mut quality = quality();
            quality.last_filing = Some(day("2026-11-13"));
            quality.judge(Some(5), &calendar, day(today));
            assert_eq!(quality.due, Some(Due::Day { last_day: day("2026-11-20") }));
            assert_eq!(quality.overdue, Some(overdue), "{today}");
        }
        let mut nothing_filed = quality();
        nothing_filed.judge(Some(5), &calendar, day("2026-11-23"));
        assert_eq!((nothing_filed.due, nothing_filed.overdue), (None, None));
    }

    #[test]
    fn where_the_working_days_are_not_published_nobody_is_called_late() {
        let mut quality = quality();
        quality.last_filing = Some(day("2090-12-30"));
        quality.judge(Some(5), &Calendar::load().unwrap(), day("2091-03-01"));
        assert_eq!(quality.overdue, None);
        assert!(matches!(quality.due, Some(Due::Unknown { .. })));
    }

    #[test]
    fn a_line_counts_once_for_each_code_and_the_most_frequent_come_first() {
        let ground =
            |code: &'static str| Ground::new(code, Citation::article(14), Bilingual::new("由", "why"));
        let mut quality = quality();
        quality.refuse(LineError { line: 1, grounds: vec![ground("b"), ground("a"), ground("a")] });
        quality.refuse(LineError { line: 2, grounds: vec![ground("a")] });
        for (place, code) in ["c", "d", "e", "f"].into_iter().enumerate() {
            quality.refuse(LineError { line: place as u64, grounds: vec![ground(code)] });
        }
        quality.judge(None, &Calendar::load().unwrap(), day("2026-11-23"));
        let codes: Vec<(&str, u64)> =
            quality.refusals.iter().map(|refusal| (refusal.code.as_str(), refusal.lines)).collect();
        assert_eq!(codes, [("a", 2), ("b", 1), ("c", 1), ("d", 1), ("e", 1)]);
    }
}
