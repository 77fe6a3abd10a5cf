//! When the demo city's departments filed what: the batches of ten years in order, and the acts that follow some records.

use law::{Calendar, Day, Instant};
use register::catalogue::Catalogue;
use register::subject::SubjectKind;

use super::identities::Population;

/// The first day of the law that the demo city lives under.
pub const FIRST_DAY: (i16, i8, i8) = (2016, 1, 1);
/// How long the city has lived.
const YEARS: i64 = 10;
/// Of a hundred subjects, so many were there when the platform began.
const THERE_FROM_THE_BEGINNING: u64 = 35;
/// What was there from the beginning is filed in the first days.
const BEGINNING_DAYS: i64 = 30;
/// A batch has at least so many lines, where there are enough, and at most so many.
const LINES_MIN: u64 = 40;
const LINES_MAX: u64 = 4000;

/// Subjects come to be known in so many batches at the least.
const BATCHES_MIN: u64 = 12;

/// How the records of an item come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Every subject of the item's kinds has one: by it the subject comes to be known.
    OneEach,
    /// So many records for a hundred subjects.
    InAHundred(u64),
}

/// The course of an item, by its code.
#[must_use]
pub fn course(item: &str) -> Course {
    Course::InAHundred(match item {
        "registration" | "registration-individual-business" | "identity-basics" => return Course::OneEach,
        "administrative-permit" => 160,
        "administrative-permit-person" | "volunteer-service" => 100,
        "credit-pledge" | "social-insurance-payment" => 80,
        "administrative-penalty" => 60,
        "contract-performance" => 40,
        "professional-title" => 30,
        "administrative-compulsion" | "pledge-breach" | "judgment-debtor-person" => 2,
        "judgment-debtor" | "tax-arrears" | "social-insurance-arrears" => 3,
        "abnormal-operation" => 6,
        _ => 10,
    })
}

/// The first and the last day of the city's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub first: Day,
    /// The city's present day.
    pub last: Day,
}

impl Span {
    /// Ten years before a day, or as long as there is a law.
    #[must_use]
    pub fn ending(last: Day) -> Option<Self> {
        let (year, month, day) = FIRST_DAY;
        let law = Day::new(year, month, day)?;
        (last >= law.plus_months(1)).then(|| Self { first: last.plus_months(-12 * YEARS).max(law), last })
    }

    fn days(&self) -> i64 {
        self.first.days_until(self.last)
    }
}

/// A batch that a department files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// The day on which it is filed.
    pub day: Day,
    /// The item, by its place in the catalogue.
    pub item: usize,
    /// Who files, by the place among those who may.
    pub turn: u64,
    /// The item's records in it: from this one.
    pub from: u64,
    /// To this one, itself excluded.
    pub to: u64,
    /// How many days before the filing the earliest finding lies.
    pub spread_days: i64,
    /// Whether it tells what was there before the platform.
    pub beginning: bool,
}

impl Batch {
    /// How many lines it has.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        self.to - self.from
    }
}

/// How many records of an item there are in all.
#[must_use]
pub fn records(item: &register::catalogue::CatalogueItem, population: &Population) -> u64 {
    let organisations = item
        .subject_kinds
        .iter()
        .any(|kind| matches!(kind, SubjectKind::LegalPerson | SubjectKind::UnincorporatedOrganisation));
    let mut subjects = if organisations { population.organisations } else { 0 };
    for kind in [SubjectKind::IndividualBusiness, SubjectKind::NaturalPerson] {
        if item.subject_kinds.contains(&kind) {
            subjects += population.count(kind);
        }
    }
    match course(&item.code.0) {
        Course::OneEach => subjects,
        Course::InAHundred(rate) => (subjects * rate).div_ceil(100),
    }
}

/// Every ordinary batch in the order of filing.
#[must_use]
pub fn batches(
    catalogue: &Catalogue,
    population: &Population,
    span: Span,
    calendar: &Calendar,
) -> Vec<Batch> {
    let months = u64::try_from(span.days() / 30).unwrap_or_default().max(1);
    let mut found = Vec::new();
    for (place, item) in catalogue.items().iter().enumerate() {
        let total = records(&item.item, population);
        if total == 0 {
            continue;
        }
        let lines = (total / months).clamp(LINES_MIN, LINES_MAX);
        let one_each = course(&item.item.code.0) == Course::OneEach;
        // However small the city, its subjects come over the years.
        let count = total.div_ceil(lines).max(if one_each { total.min(BATCHES_MIN) } else { 1 });
        for number in 0..count {
            // In thousandths, and by the middle of the batch: where in the item's life it stands.
            let position = (number * 2 + 1) * 1000 / (count * 2);
            let beginning = one_each && position < THERE_FROM_THE_BEGINNING * 10;
            let day = working_day(calendar, span, offset(span, position, one_each));
            let gap = (span.days() / i64::try_from(count).unwrap_or(1)).clamp(6, 27);
            found.push(Batch {
                day,
                item: place,
                turn: number,
                from: total * number / count,
                to: total * (number + 1) / count,
                spread_days: gap,
                beginning,
            });
        }
    }
    // What makes subjects known comes first on its day; the order of the catalogue decides the rest.
    found.sort_by_key(|batch| (batch.day, batch.item, batch.turn));
    found
}

/// Days from the first day to a position of an item's life, in thousandths.
fn offset(span: Span, position: u64, one_each: bool) -> i64 {
    let position = i64::try_from(position).unwrap_or_default();
    let share = i64::try_from(THERE_FROM_THE_BEGINNING * 10).unwrap_or_default();
    let beginning = BEGINNING_DAYS.min(span.days() / 2);
    if !one_each {
        // Nothing is filed about anybody before the first subjects are known.
        return beginning + (span.days() - beginning) * position / 1000;
    }
    if position < share {
        beginning * position / share
    } else {
        beginning + (span.days() - beginning) * (position - share) / (1000 - share)
    }
}

/// The working day at or after so many days, but not after the last day.
#[must_use]
pub fn working_day(calendar: &Calendar, span: Span, days: i64) -> Day {
    let mut day = span.first.plus_days(days).min(span.last);
    while day < span.last && !calendar.is_working_day(day).unwrap_or(!day.is_weekend()) {
        day = day.plus_days(1);
    }
    day
}

/// The instant of the n-th act of a day: from nine o'clock, a few seconds apart.
#[must_use]
pub fn instant(day: Day, number: u64) -> Instant {
    const NINE: i64 = 9 * 3_600_000;
    let number = i64::try_from(number).unwrap_or_default();
    // However many acts a day has, they end before midnight.
    day.start().plus_milliseconds(NINE + (number * 7_000).min(14 * 3_600_000))
}
