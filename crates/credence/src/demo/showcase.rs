//! What every demo city has to show: records that end on the very day, that are over, restored, revoked or withdrawn, codes
//! that wait for verification, and offices that looked.

use law::{Calendar, Day, DisplayEnd, InformationClass, Law, Severity};

use super::building::Due;
use super::city::{City, Follow, Wanted};
use super::draw::{Draw, Stream};
use super::lines::Who;
use super::timeline::{Span, working_day};

/// Subjects are known when the first weeks are over.
const FIRST_WEEKS: i64 = 45;
/// How many inquiries of offices there are besides those about the subjects that are shown.
const INQUIRIES: u64 = 24;
/// Offices that look, and for which duty.
const LOOKERS: &[(&str, u8)] = &[
    ("market-regulation", 1),
    ("transport", 3),
    ("human-resources-social-security", 4),
    ("tax", 1),
    ("housing-construction", 3),
    ("emergency-management-chaoyang", 2),
    ("economy-informatization", 5),
];

/// Everything that is due on some day for the sake of showing it.
#[must_use]
pub fn due(city: &City, law: &Law, calendar: &Calendar) -> Vec<(Day, Due)> {
    let span = city.span;
    let mut found = Vec::new();
    let wanted = shown(span)
        .into_iter()
        .chain(ending_today(span, law))
        .map(|wanted| Wanted { who: living(city, wanted.who), ..wanted });
    for wanted in wanted.filter(|wanted| wanted.finding >= span.first.plus_days(FIRST_WEEKS)) {
        let filed = working_day(calendar, span, span.first.days_until(wanted.finding) + 2);
        found.push((filed, Due::File(wanted)));
    }
    // One of the two codes with a wrong check among the first hundred was compared with its licence; the other waits.
    let verified = span.last.plus_months(-2);
    if verified > span.first && city.population.organisations > 20 {
        found.push((
            working_day(calendar, span, span.first.days_until(verified)),
            Due::Verify(Who::Organisation(17)),
        ));
    }
    found.extend(looks(city, calendar));
    found
}

/// Somebody who lives in the city, however small it is.
const fn living(city: &City, who: Who) -> Who {
    match who {
        Who::Organisation(place) => Who::Organisation(place % city.population.organisations),
        other => other,
    }
}

fn wanted(
    item: &'static str,
    who: Who,
    finding: Day,
    severity: Option<Severity>,
    follow: Option<Follow>,
) -> Wanted {
    Wanted { item, who, finding, severity, follow }
}

/// What is there to see about the first company, the first person and the first individual business.
fn shown(span: Span) -> Vec<Wanted> {
    let ago = |months: i64| span.last.plus_months(-months);
    let (company, person, business) = (Who::Organisation(0), Who::Person(0), Who::Business(0));
    let (minor, general, serious) = (Some(Severity::Minor), Some(Severity::General), Some(Severity::Serious));
    vec![
        wanted("administrative-permit", company, ago(20), None, None),
        wanted("administrative-permit", company, ago(3), None, None),
        wanted("administrative-penalty", company, ago(40), general, None),
        wanted("administrative-penalty", company, ago(14), general, Some(Follow::Revoke)),
        wanted("administrative-penalty", company, ago(9), general, Some(Follow::Restore)),
        wanted("administrative-penalty", company, ago(8), serious, None),
        wanted("administrative-penalty", company, ago(4), general, Some(Follow::Correct)),
        wanted("administrative-penalty", company, ago(2), general, None),
        wanted("administrative-penalty", company, ago(1), minor, None),
        wanted("credit-pledge", company, ago(6), None, None),
        wanted("commendation", company, ago(11), None, None),
        wanted("commendation", company, ago(5), None, Some(Follow::Withdraw)),
        wanted("administrative-penalty", Who::Organisation(5), ago(15), general, Some(Follow::Restore)),
        wanted("administrative-penalty", Who::Organisation(6), ago(19), general, Some(Follow::Restore)),
        wanted("abnormal-operation", Who::Organisation(7), ago(10), general, Some(Follow::Restore)),
        wanted("administrative-permit", business, ago(10), None, None),
        wanted("administrative-penalty", business, ago(5), general, None),
        wanted("administrative-permit-person", person, ago(15), None, None),
        wanted("administrative-penalty-person", person, ago(3), general, None),
        wanted("professional-title", person, ago(30), None, None),
        wanted("commendation-person", person, ago(7), None, None),
        wanted("volunteer-service", person, ago(2), None, None),
    ]
}

/// Records whose last day of display is the city's present day.
fn ending_today(span: Span, law: &Law) -> Vec<Wanted> {
    let kinds = [
        ("administrative-penalty", 1, Severity::General),
        ("administrative-penalty", 2, Severity::Serious),
        ("abnormal-operation", 3, Severity::General),
        ("pledge-breach", 4, Severity::General),
    ];
    let found = |severity| finding_that_ends(span, law, severity);
    kinds
        .into_iter()
        .filter_map(|(item, place, severity)| {
            Some(wanted(item, Who::Organisation(place), found(severity)?, Some(severity), None))
        })
        .collect()
}

/// The day of a finding whose display ends on the last day.
fn finding_that_ends(span: Span, law: &Law, severity: Severity) -> Option<Day> {
    let in_force = law.on(span.last).ok()?;
    [3, 6, 12, 24, 36].into_iter().flat_map(|months| (0..4).map(move |days| (months, days))).find_map(
        |(months, days)| {
            let finding = span.last.plus_months(-months).plus_days(-days);
            let term = in_force.display_term(
                InformationClass::Untrustworthiness,
                Some(severity),
                finding,
                finding.plus_days(3),
            );
            (term.end == DisplayEnd::LastDay(span.last)).then_some(finding)
        },
    )
}

fn looks(city: &City, calendar: &Calendar) -> Vec<(Day, Due)> {
    let span = city.span;
    let mut draw = Draw::new(city.seed, Stream::Choice, 0);
    let mut found = Vec::new();
    let earliest = span.first.days_until(span.last.plus_months(-18).max(span.first.plus_days(FIRST_WEEKS)));
    let length = u64::try_from(span.first.days_until(span.last) - earliest).unwrap_or_default();
    let mut plan = |office, duty, who, draw: &mut Draw| {
        let day =
            working_day(calendar, span, earliest + i64::try_from(draw.below(length)).unwrap_or_default());
        found.push((day, Due::Inquire { office, duty, who }));
    };
    for (office, duty) in LOOKERS.iter().take(3) {
        plan(office, *duty, Who::Organisation(0), &mut draw);
    }
    plan("human-resources-social-security", 4, Who::Person(0), &mut draw);
    plan("market-regulation", 1, Who::Business(0), &mut draw);
    // The tax bureau does not perform this duty: the look is refused, and the person sees that too.
    plan("tax", 4, Who::Person(0), &mut draw);
    // Whoever was there from the beginning is known in any city.
    let third = |count: u64| (count / 4).max(1);
    for _ in 0..INQUIRIES {
        let (office, duty) = draw.pick(LOOKERS);
        let who = match draw.below(3) {
            0 => Who::Person(draw.below(third(city.population.persons))),
            1 => Who::Business(draw.below(third(city.population.businesses))),
            _ => Who::Organisation(draw.below(third(city.population.organisations))),
        };
        plan(office, duty, who, &mut draw);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(day: &str) -> Span {
        Span::ending(day.parse().unwrap()).unwrap()
    }

    #[test]
    fn article_15_the_city_has_records_that_end_on_its_very_day_whatever_day_that_is() {
        let law = Law::load().unwrap();
        for day in ["2026-11-23", "2026-11-30", "2025-02-28", "2022-06-15", "2020-03-31"] {
            let wanted = ending_today(span(day), &law);
            assert!(!wanted.is_empty(), "{day}");
            for wanted in wanted {
                let term = law.on(day.parse().unwrap()).unwrap().display_term(
                    InformationClass::Untrustworthiness,
                    wanted.severity,
                    wanted.finding,
                    wanted.finding.plus_days(3),
                );
                assert_eq!(term.end, DisplayEnd::LastDay(day.parse().unwrap()), "{day} {wanted:?}");
            }
        }
    }
}
