//! How each authority keeps the rights of the persons in its records: what came in, what was found right, how long it took, what is
//! late; and who has not followed what others were told (Articles 33, 37, 38). Numbers of cases and names of offices, nothing of
//! anyone.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use register::authority::{Authority, AuthorityCode};
use register::ruling::Bilingual;
use service::cases::{OfficeFigures, RightsFigures};
use service::recipients::OfficeInDefault;

use super::Page;
use super::chart::{Chart, Figures, Row};
use super::statistics::shortened;
use crate::problem::Problem;
use crate::refused_lines::csv_cell;
use crate::site::Site;

/// How many offices are drawn.
const OFFICES_MAX: usize = 15;

#[derive(Template)]
#[template(path = "rights.html")]
struct RightsPage<'a> {
    p: &'a Page,
    as_of: String,
    offices: Vec<OfficeRow>,
    chart: Option<Chart>,
    defaults: Vec<DefaultRow>,
}

/// An office's figures, in the order of the table's columns.
struct OfficeRow {
    name: String,
    figures: Vec<String>,
}

/// An office that has not followed in time.
struct DefaultRow {
    name: String,
    notices: u64,
    since: String,
}

fn name(authorities: &[Authority], code: &AuthorityCode) -> Bilingual {
    authorities
        .iter()
        .find(|authority| authority.code == *code)
        .map_or_else(|| Bilingual::made(code.0.clone(), code.0.clone()), |authority| authority.name.clone())
}

impl<'a> RightsPage<'a> {
    fn new(
        p: &'a Page,
        figures: &RightsFigures,
        defaults: &[OfficeInDefault],
        authorities: &[Authority],
    ) -> Self {
        let days = |days: Option<u32>| days.map_or_else(|| "—".to_owned(), |days| p.number(u64::from(days)));
        let row = |office: &OfficeFigures| OfficeRow {
            name: p.of(&name(authorities, &office.office)).to_owned(),
            figures: vec![
                p.number(office.objections),
                p.number(office.answered),
                p.number(office.found_right),
                days(office.median_working_days),
                days(office.worst_working_days),
                p.number(office.applications),
                p.number(office.restored),
                p.number(office.overdue),
                p.number(office.notices_overdue),
            ],
        };
        let default = |office: &OfficeInDefault| DefaultRow {
            name: p.of(&name(authorities, &office.office)).to_owned(),
            notices: office.notices,
            since: p.day(office.oldest),
        };
        Self {
            p,
            as_of: p.moment(figures.as_of),
            offices: figures.offices.iter().map(row).collect(),
            chart: chart(p, figures, authorities),
            defaults: defaults.iter().map(default).collect(),
        }
    }
}

/// The offices that received most.
fn chart(p: &Page, figures: &RightsFigures, authorities: &[Authority]) -> Option<Chart> {
    let received = |office: &&OfficeFigures| office.objections + office.applications > 0;
    let mut offices: Vec<&OfficeFigures> = figures.offices.iter().filter(received).collect();
    offices.sort_by_key(|office| std::cmp::Reverse(office.objections + office.applications));
    offices.truncate(OFFICES_MAX);
    let row = |office: &&OfficeFigures| {
        let name = p.of(&name(authorities, &office.office)).to_owned();
        Row { short: shortened(&name), name, values: vec![office.objections, office.applications] }
    };
    let figures = Figures {
        id: "received",
        title: p.t("rights-chart").to_owned(),
        of: p.t("statistics-office").to_owned(),
        series: vec![p.t("rights-objections").to_owned(), p.t("rights-applications").to_owned()],
        rows: offices.iter().map(row).collect(),
    };
    (!figures.rows.is_empty()).then(|| Chart::lying(p, figures))
}

/// How each authority keeps these rights, and which offices have not followed in time.
///
/// Articles: 33, 37, 38
pub(crate) async fn rights(State(site): State<Arc<Site>>, page: Page) -> Result<Response, Problem> {
    let figures = site.platform.rights_figures().await?;
    let defaults = site.platform.offices_in_default().await?;
    let authorities = site.platform.authorities().await?;
    page.show(&RightsPage::new(&page, &figures, &defaults, &authorities))
}

/// The same figures as a table for a spreadsheet.
///
/// Articles: 33, 37, 38
pub(crate) async fn table(State(site): State<Arc<Site>>) -> Result<Response, Problem> {
    let figures = site.platform.rights_figures().await?;
    let authorities = site.platform.authorities().await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"rights.csv\""),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, written(&figures, &authorities)).into_response())
}

fn written(figures: &RightsFigures, authorities: &[Authority]) -> String {
    let mut text = String::from(
        "\u{feff}office,name_zh,name_en,objections,answered,found_right,median_working_days,worst_working_days,\
         applications,restored,overdue,notices_overdue\r\n",
    );
    for office in &figures.offices {
        let name = name(authorities, &office.office);
        let days = |days: Option<u32>| days.map(|days| days.to_string()).unwrap_or_default();
        let cells = [
            csv_cell(&office.office.0),
            csv_cell(&name.zh),
            csv_cell(&name.en),
            office.objections.to_string(),
            office.answered.to_string(),
            office.found_right.to_string(),
            days(office.median_working_days),
            days(office.worst_working_days),
            office.applications.to_string(),
            office.restored.to_string(),
            office.overdue.to_string(),
            office.notices_overdue.to_string(),
        ];
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// Figures of two offices, one of them no longer enrolled.
#[cfg(test)]
pub(crate) fn sample() -> RightsFigures {
    let office = |code: &str, objections, median| OfficeFigures {
        office: AuthorityCode(code.to_owned()),
        objections,
        answered: 12,
        found_right: 3,
        median_working_days: median,
        worst_working_days: median.map(|days| days + 9),
        applications: 1_234 - objections,
        restored: 1_000,
        overdue: 2,
        notices_overdue: 5,
    };
    RightsFigures {
        as_of: law::Instant::from_milliseconds(1_795_000_000_000),
        offices: vec![office("market-regulation", 17, Some(4)), office("no, longer", 0, None)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn articles_33_37_and_38_each_office_is_named_with_what_it_owes() {
        let defaults = [OfficeInDefault {
            office: AuthorityCode("market-regulation".to_owned()),
            notices: 5,
            oldest: law::Day::new(2026, 5, 8).unwrap(),
        }];
        for page in samples::pages("/rights") {
            let authorities = samples::authorities();
            let html = RightsPage::new(&page, &sample(), &defaults, &authorities).render().unwrap();
            samples::check(&page, &html);
            assert!(html.contains("1,217") && html.contains("<svg") && html.contains("—"));
            assert!(html.contains(&page.day(law::Day::new(2026, 5, 8).unwrap())));
            let empty = RightsFigures { offices: Vec::new(), ..sample() };
            let html = RightsPage::new(&page, &empty, &[], &authorities).render().unwrap();
            samples::check(&page, &html);
            assert!(html.contains(page.t("rights-none")) && html.contains(page.t("rights-default-none")));
            assert!(!html.contains("<svg"));
        }
    }

    #[test]
    fn the_table_of_figures_has_a_row_for_each_office_and_as_many_cells_as_its_head() {
        let text = written(&sample(), &samples::authorities());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0].split(',').count(), 12);
        assert!(
            lines[1].starts_with("\"market-regulation\",")
                && lines[1].ends_with(",17,12,3,4,13,1217,1000,2,5")
        );
        assert!(lines[2].starts_with("\"no, longer\",") && lines[2].ends_with(",0,12,3,,,1234,1000,2,5"));
    }
}
