//! What each department filed, against the update period that the catalogue fixes (Article 11).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::Day;
use register::authority::Authority;
use register::catalogue::Catalogue;
use register::rules::deadlines::Due;
use serde::Deserialize;
use service::quality::FilingQuality;

use super::office_name;
use crate::extract::Query;
use crate::pages::desk::{Desk, DeskHead};
use crate::pages::{Page, query_text};
use crate::problem::Problem;
use crate::site::Site;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct IntakeQuery {
    #[serde(default)]
    office: String,
    #[serde(default)]
    state: String,
}

impl IntakeQuery {
    /// Whether an item's state is one that was asked for.
    fn fits(&self, state: &str) -> bool {
        self.state.is_empty() || state.strip_prefix("intake-") == Some(self.state.as_str())
    }
}

#[derive(Template)]
#[template(path = "operations/intake.html")]
struct Intake<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    offices: Vec<(&'a str, String, bool)>,
    states: Vec<(&'static str, &'static str, bool)>,
    /// Where no department is chosen: how each stands, the latest first.
    overview: Vec<Standing>,
    departments: Vec<Department>,
}

/// How a department stands with all its items.
struct Standing {
    name: String,
    path: String,
    /// Items that are overdue and of which something came within a year.
    late: u64,
    /// Items that are overdue, and of which nothing came for a year: nothing may have been found.
    dormant: u64,
    /// The last day by which the longest of the late ones was due.
    oldest: Option<Day>,
    filed: u64,
    refused: u64,
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
        today: Day,
    ) -> Self {
        let p = &desk.page;
        let mut departments: Vec<Department> = Vec::new();
        let overview =
            if asked.office.is_empty() { overview(p, asked, found, authorities, today) } else { Vec::new() };
        for pair in found.iter().filter(|_| !asked.office.is_empty()) {
            let state = state(pair);
            if asked.office != pair.authority.0 || !asked.fits(state.0) {
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
        Self { p, d: desk.head(), offices: offices.collect(), states: states.into(), overview, departments }
    }
}

/// How many months without a filing make an item dormant.
const DORMANT_MONTHS: i64 = 12;

/// How the departments stand that filed something, the latest first.
fn overview(
    p: &Page,
    asked: &IntakeQuery,
    found: &[FilingQuality],
    authorities: &[Authority],
    today: Day,
) -> Vec<Standing> {
    let mut departments: Vec<(&str, Standing)> = Vec::new();
    for pair in found {
        let (Some(last), true) = (pair.last_filing, asked.fits(state(pair).0)) else { continue };
        let code = pair.authority.0.as_str();
        if departments.last().is_none_or(|(known, _)| *known != code) {
            let path = format!("/operations/intake?office={code}&state={}", query_text(&asked.state));
            let name = office_name(p, authorities, &pair.authority);
            let (late, dormant, filed, refused) = (0, 0, 0, 0);
            departments.push((code, Standing { name, path, late, dormant, oldest: None, filed, refused }));
        }
        let Some((_, department)) = departments.last_mut() else { continue };
        department.filed += pair.filed;
        department.refused += pair.refused;
        if pair.overdue != Some(true) {
            continue;
        }
        if last < today.plus_months(-DORMANT_MONTHS) {
            department.dormant += 1;
            continue;
        }
        department.late += 1;
        if let Some(Due::Day { last_day }) = &pair.due {
            department.oldest = Some(department.oldest.map_or(*last_day, |known| known.min(*last_day)));
        }
    }
    let mut departments: Vec<Standing> = departments.into_iter().map(|(_, department)| department).collect();
    departments.sort_by_key(|department| (std::cmp::Reverse(department.late), department.oldest));
    departments
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
    let today = site.platform.today();
    desk.page.show_once(&Intake::new(&desk, &asked, &found, &catalogue, &authorities, today))
}

#[cfg(test)]
mod tests {
    use law::Citation;
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

    fn today() -> Day {
        Day::new(2026, 11, 23).unwrap()
    }

    #[test]
    fn article_11_the_departments_that_are_late_come_first_and_dormant_items_are_counted_apart() {
        let of = |office: &str, last: &str, overdue| FilingQuality {
            authority: AuthorityCode(office.to_owned()),
            ..pair("administrative-penalty", Some(last.parse().unwrap()), Some(overdue))
        };
        let found = [
            of("tax", "2026-11-01", false),
            of("tax", "2019-01-02", true),
            of("transport", "2026-08-03", true),
            of("transport", "2026-05-04", true),
            of("market-regulation", "2026-09-05", true),
        ];
        let authorities = samples::authorities();
        for page in samples::pages("/operations/intake") {
            let late = |state: &str| {
                let asked = IntakeQuery { office: String::new(), state: state.to_owned() };
                overview(&page, &asked, &found, &authorities, today())
            };
            let all = late("");
            let figures: Vec<_> = all.iter().map(|one| (one.late, one.dormant)).collect();
            assert_eq!(figures, [(2, 0), (1, 0), (0, 1)]);
            assert_eq!(all[0].oldest, Some("2026-05-14".parse().unwrap()), "ten days after the filing");
            assert!(all[0].path.contains("office=transport"));
            assert_eq!(late("overdue").len(), 3);
            assert_eq!(late("in-time").len(), 1);
            let desk = Desk { page, session: samples::session(Holder::Operator, None) };
            let asked = IntakeQuery::default();
            let html = Intake::new(&desk, &asked, &found, &samples::catalogue(), &authorities, today());
            let html = html.render().unwrap();
            samples::check(&desk.page, &html);
            assert_eq!(html.matches("<tr class=\"standing\">").count(), 3);
            assert!(!html.contains("<tr class=\"intake\">"));
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
        for (word, lines) in [("", 3), ("overdue", 1), ("never", 1), ("x", 0)] {
            let asked = IntakeQuery { office: "market-regulation".to_owned(), state: word.to_owned() };
            for page in samples::pages("/operations/intake") {
                let desk = Desk { page, session: samples::session(Holder::Operator, None) };
                let html =
                    Intake::new(&desk, &asked, &found, &catalogue, &authorities, today()).render().unwrap();
                samples::check(&desk.page, &html);
                assert_eq!(html.matches("<tr class=\"intake\">").count(), lines);
                assert_eq!(html.matches("tag-fault").count(), usize::from(lines > 0 && word != "never"));
            }
        }
    }
}
