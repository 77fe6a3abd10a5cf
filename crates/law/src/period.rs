//! Periods of months and years: pure arithmetic of days. Which period applies is a question for
//! [`crate::LawInForce`].

use crate::time::Day;

/// The last day of a display period of so many months, itself included.
///
/// The day of the finding document is day 0. The last day is the corresponding day of the last month, or the last day
/// of that month where it has no such day.
///
/// Articles: 15
#[must_use]
pub fn last_display_day(finding: Day, months: u32) -> Day {
    finding.plus_months(i64::from(months))
}

/// The first day on which restoration may be asked for, where so many months must have passed since the finding.
///
/// The period is counted as the display period is; the day on which it is complete is the first one.
///
/// Articles: 38
#[must_use]
pub fn first_restoration_day(finding: Day, months: u32) -> Day {
    finding.plus_months(i64::from(months))
}

/// The age in completed years. A year of life is complete on the day after the birthday: so the courts count 周岁, and
/// so a person is never taken to be older than they are.
#[must_use]
pub fn age(birth: Day, on: Day) -> u32 {
    let mut years = 0;
    while birth.plus_months(12 * i64::from(years + 1)) < on {
        years += 1;
    }
    years
}

/// Whether a person born on one day had reached this age on another.
#[must_use]
pub fn is_of_age(birth: Day, on: Day, years: u32) -> bool {
    birth.plus_months(12 * i64::from(years)) < on
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn article_15_three_years_end_on_the_corresponding_day_which_is_included() {
        assert_eq!(last_display_day(day("2023-05-10"), 36), day("2026-05-10"));
    }

    #[test]
    fn article_15_three_years_from_29_february_end_on_28_february() {
        assert_eq!(last_display_day(day("2024-02-29"), 36), day("2027-02-28"));
        assert_eq!(last_display_day(day("2024-02-29"), 48), day("2028-02-29"));
    }

    #[test]
    fn article_15_three_months_from_30_november_end_on_the_last_day_of_february() {
        assert_eq!(last_display_day(day("2025-11-30"), 3), day("2026-02-28"));
        assert_eq!(last_display_day(day("2023-11-30"), 3), day("2024-02-29"));
    }

    #[test]
    fn a_person_is_of_age_from_the_day_after_the_birthday() {
        let birth = day("2008-02-29");
        assert!(!is_of_age(birth, day("2026-02-28"), 18));
        assert!(is_of_age(birth, day("2026-03-01"), 18));
        assert!(!is_of_age(day("2008-11-23"), day("2026-11-23"), 18));
        assert_eq!(age(day("2008-11-23"), day("2026-11-23")), 17);
        assert_eq!(age(day("2008-11-23"), day("2026-11-24")), 18);
        assert_eq!(age(day("2026-11-23"), day("2020-01-01")), 0);
    }

    proptest! {
        #[test]
        fn article_15_a_shorter_period_never_ends_later(from in 0_i64..20_000, shorter in 0_u32..120, more in 0_u32..120) {
            let finding = day("1990-01-01").plus_days(from);
            prop_assert!(last_display_day(finding, shorter) <= last_display_day(finding, shorter + more));
        }

        #[test]
        fn article_15_three_years_are_never_more_than_1096_days(from in 0_i64..40_000) {
            let finding = day("1990-01-01").plus_days(from);
            let days = finding.days_until(last_display_day(finding, 36));
            prop_assert!((1095..=1096).contains(&days));
        }

        #[test]
        fn age_and_being_of_age_agree(birth in 0_i64..20_000, later in 0_i64..30_000, years in 0_u32..90) {
            let birth = day("1930-01-01").plus_days(birth);
            let on = birth.plus_days(later + 1);
            prop_assert_eq!(is_of_age(birth, on, years), age(birth, on) >= years);
        }
    }
}
