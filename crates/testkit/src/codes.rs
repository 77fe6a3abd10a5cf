//! Identifiers that pass every check and belong to nobody.

use law::identifier::{
    citizen_id_check_character, organisation_code_check_character, unified_code_check_character,
};

/// The n-th company of the town: a valid unified code whose organisation code begins with `YY`.
#[must_use]
pub fn company(number: u32) -> String {
    coded("91110108", number)
}

/// The n-th individual business of the town.
#[must_use]
pub fn individual_business(number: u32) -> String {
    coded("92110108", number)
}

fn coded(prefix: &str, number: u32) -> String {
    let body = format!("YY{number:06}");
    let organisation = organisation_code_check_character(&body).expect("an organisation code");
    let most = format!("{prefix}{body}{organisation}");
    let check = unified_code_check_character(&most).expect("a unified code");
    format!("{most}{check}")
}

/// The n-th person of the town, born on 1 January 1980 or the days after, with a division that was never assigned.
#[must_use]
pub fn person(number: u32) -> String {
    let most = format!("1199991980{:02}{:02}{:03}", number / 28 % 12 + 1, number % 28 + 1, number % 1000);
    let check = citizen_id_check_character(&most).expect("a citizen's number");
    format!("{most}{check}")
}
