//! What each department filed, against the update period that the catalogue fixes (Article 11).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use register::authority::Authority;
use register::catalogue::Catalogue;
use register::rules::deadlines::Due;
use serde::Deserialize;
use service::quality::FilingQuality;

use super::office_name;
use crate::extract::Query;
use crate::pages::Page;
use crate::pages::desk::{Desk, DeskHead};
use crate::problem::Problem;
use crate::site::Site;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct IntakeQuery {
    #[serde(default)]
    office: String,
    #[serde(default)]
    state: String,
}

#[derive(Template)]
#[template(path = "operations/intake.html")]
struct Intake<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    offices: Vec<(&'a str, String, bool)>,
    states: Vec<(&'static str, &'static str, bool)>,
    departments: Vec<Department>,
}

struct Department {
    code: String,
    name: String,
    lines: Vec<Line>,
}

/// A department's filing of one item.
struct Line {
    item_name: String,
    item_path: String,
    last_filing: String,
    period: String,
    due: String,
    /// The key of the word, and the class of its tag.
    state: (&'static str, &'static str),
    batches: u64,
    open: u64,
    filed: u64,
    unchanged: u64,
    refused: u64,
    refusals: Vec<String>,
}

fn state(pair: &FilingQuality) -> (&'static str, &'static str) {
    match (pair.last_filing, pair.overdue) {
        (None, _) => ("intake-never", "tag-quiet"),
        (Some(_), Some(true)) => ("intake-overdue", "tag-fault"),
        (Some(_), Some(false)) => ("intake-in-time", ""),
        (Some(_), None) => ("intake-unknown", "tag-quiet"),
    }
}

impl<'a> Intake<'a> {
    fn new(
        desk: &'a Desk,
        asked: &IntakeQuery,
        found: &[FilingQuality],
        catalogue: &Catalogue,
        authorities: &'a [Authority],
    ) -> Self {
        let p = &desk.page;
        let mut departments: Vec<Department> = Vec::new();
        for pair in found {
            let state = state(pair);
            let wanted = asked.office.is_empty() || asked.office == pair.authority.0;
            // What was never filed is shown where it is asked for, or one department is: most items have nothing to file.
            let fits = match asked.state.as_str() {
                "" => state.0 != "intake-never" || !asked.office.is_empty(),
                asked => state.0.strip_prefix("intake-") == Some(asked),
            };
            if !wanted || !fits {
                continue;
            }
            let line = line(p, pair, state, catalogue);
            match departments.last_mut().filter(|last| last.code == pair.authority.0) {
                Some(last) => last.lines.push(line),
                None => departments.push(Department {
                    code: pair.authority.0.clone(),
                    name: office_name(p, authorities, &pair.authority),
                    lines: vec![line],
                }),
            }
        }
        let offices = authorities.iter().map(|authority| {
            let code = authority.code.0.as_str();
            (code, p.of(&authority.name).to_owned(), code == asked.office)
        });
        let states =
            [("overdue", "intake-overdue"), ("in-time", "intake-in-time"), ("never", "intake-never")]
                .map(|(word, key)| (word, key, word == asked.state));
        Self { p, d: desk.head(), offices: offices.collect(), states: states.into(), departments }
    }
}

fn line(p: &Page, pair: &FilingQuality, state: (&'static str, &'static str), catalogue: &Catalogue) -> Line {
    let item = catalogue.item(&pair.item);
    Line {
        item_name: item.map_or_else(|| pair.item.0.clone(), |item| p.of(&item.item.name).to_owned()),
        item_path: format!("/catalogue/{}", pair.item.0),
        last_filing: pair.last_filing.map_or_else(|| "—".to_owned(), |day| p.day(day)),
        period: pair
            .update_period_working_days
            .map_or_else(|| "—".to_owned(), |days| p.count("item-update-days", u64::from(days))),
        due: match &pair.due {
            Some(Due::Day { last_day }) => p.day(last_day),
            Some(Due::Unknown { reminder, .. }) => p.on_day("intake-due-unknown", reminder),
            _ => "—".to_owned(),
        },
        state,
        batches: pair.batches,
        open: pair.open,
        filed: pair.filed,
        unchanged: pair.unchanged,
        refused: pair.refused,
        refusals: pair
            .refusals
            .iter()
            .map(|refusal| format!("{} × {}", p.number(refusal.lines), p.of(&refusal.sample.reason)))
            .collect(),
    }
}

/// What each department filed, when, and what was refused.
///
/// Articles: 11, 14
pub(crate) async fn intake(
    State(site): State<Arc<Site>>,
    Query(asked): Query<IntakeQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    let found = site.platform.quality(&desk.caller(), None).await?;
    let catalogue = site.platform.catalogue().await?;
    let authorities = site.platform.authorities().await?;
    desk.page.show_once(&Intake::new(&desk, &asked, &found, &catalogue, &authorities))
}

#[cfg(test)]
mod tests {
    use law::{Citation, Day};
    use register::authority::AuthorityCode;
    use register::caller::Holder;
    use register::catalogue::ItemCode;
    use register::ruling::{Bilingual, Ground};
    use service::quality::RefusalCode;

    use super::*;
    use crate::pages::samples;

    fn pair(item: &str, last_filing: Option<Day>, overdue: Option<bool>) -> FilingQuality {
        FilingQuality {
            authority: AuthorityCode("market-regulation".to_owned()),
            item: ItemCode(item.to_owned()),
            provides: true,
            last_filing,
            update_period_working_days: Some(7),
            due: last_filing.map(|day| Due::Day { last_day: day.plus_days(10) }),
            overdue,
            batches: 3,
            open: 1,
            filed: 1_234_567,
            unchanged: 5,
            refused: 10,
            months: Vec::new(),
            refusals: vec![RefusalCode {
                code: "x".to_owned(),
                lines: 7,
                sample: Ground::new("x", Citation::article(14), Bilingual::new("<由>", "<why>")),
            }],
        }
    }

    #[test]
    fn article_11_a_department_that_is_late_is_marked_and_one_that_filed_nothing_is_asked_nothing() {
        let day = Day::new(2026, 11, 1).unwrap();
        let found = [
            pair("administrative-penalty", Some(day), Some(true)),
            pair("registration", Some(day), Some(false)),
            pair("not-in-the-catalogue", None, None),
        ];
        let (catalogue, authorities) = (samples::catalogue(), samples::authorities());
        for (word, lines) in [("", 2), ("overdue", 1), ("never", 1), ("x", 0)] {
            let asked = IntakeQuery { office: String::new(), state: word.to_owned() };
            for page in samples::pages("/operations/intake") {
                let desk = Desk { page, session: samples::session(Holder::Operator, None) };
                let html = Intake::new(&desk, &asked, &found, &catalogue, &authorities).render().unwrap();
                samples::check(&desk.page, &html);
                assert_eq!(html.matches("<tr class=\"intake\">").count(), lines);
                assert_eq!(html.matches("tag-fault").count(), usize::from(lines > 0 && word != "never"));
            }
        }
    }
}
