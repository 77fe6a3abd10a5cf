//! Cases as the operator sees them: what is late, whose it is, and the figures (Articles 33, 37, 38). What is said in a case is for its
//! subject and the offices that answer.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use service::cases::{CaseFilter, RightsFigures};

use crate::extract::Query;
use crate::pages::Page;
use crate::pages::cases::{CaseLine, CasesQuery, PAGE, Shown, filters, next_href};
use crate::pages::desk::{Desk, DeskHead};
use crate::pages::record::Around;
use crate::problem::Problem;
use crate::site::Site;

const HERE: &str = "/operations/cases";

#[derive(Template)]
#[template(path = "operations/cases.html")]
struct CasesPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    figures: [(String, &'a str); 4],
    filters: Vec<Shown>,
    lines: Vec<CaseLine>,
    next: Option<String>,
    is_later: bool,
}

/// What all offices together received and owe.
fn figures<'a>(p: &'a Page, figures: &RightsFigures) -> [(String, &'a str); 4] {
    let sum =
        |of: fn(&service::cases::OfficeFigures) -> u64| p.number(figures.offices.iter().map(of).sum::<u64>());
    [
        (sum(|office| office.objections), p.t("rights-objections")),
        (sum(|office| office.applications), p.t("rights-applications")),
        (sum(|office| office.overdue), p.t("rights-overdue")),
        (sum(|office| office.notices_overdue), p.t("rights-notices-overdue")),
    ]
}

/// The cases of the city, those that are late first of all.
///
/// Articles: 33, 37, 38
pub(crate) async fn cases(
    State(site): State<Arc<Site>>,
    Query(query): Query<CasesQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    let (p, platform) = (&desk.page, &site.platform);
    let chosen = query.filter(CaseFilter::Overdue);
    let (views, next) = platform.cases(chosen, query.before()?, PAGE, &desk.caller()).await?;
    let (catalogue, authorities) = (platform.catalogue().await?, platform.authorities().await?);
    let around = Around { catalogue: Some(&catalogue), authorities: &authorities, today: platform.today() };
    let has = [CaseFilter::Overdue, CaseFilter::Open, CaseFilter::UnderReview, CaseFilter::All];
    p.show_once(&CasesPage {
        p,
        d: desk.head(),
        figures: figures(p, &*platform.rights_figures().await?),
        filters: filters(p, HERE, &has, chosen),
        lines: CaseLine::all(p, &views, around),
        next: next_href(p, HERE, chosen, next),
        is_later: query.is_later(),
    })
}

#[cfg(test)]
mod tests {
    use register::caller::Holder;

    use super::*;
    use crate::pages::cases::examples;
    use crate::pages::{rights, samples};

    #[test]
    fn article_33_what_is_late_is_told_by_office_without_what_it_is_about() {
        let (catalogue, authorities) = (samples::catalogue(), samples::authorities());
        let around = Around {
            catalogue: Some(&catalogue),
            authorities: &authorities,
            today: law::Day::new(2026, 11, 23).unwrap(),
        };
        for page in samples::pages(HERE) {
            let session = samples::session(Holder::Operator, None);
            for views in [vec![examples::overdue(3)], Vec::new()] {
                let shown = CasesPage {
                    p: &page,
                    d: DeskHead::new(&page, &session),
                    figures: figures(&page, &rights::sample()),
                    filters: filters(&page, HERE, &[CaseFilter::Overdue], CaseFilter::Overdue),
                    lines: CaseLine::all(&page, &views, around),
                    next: None,
                    is_later: false,
                };
                let html = shown.render().unwrap();
                samples::check(&page, &html);
                assert_eq!(html.contains(page.t("operations-cases-none")), views.is_empty());
                assert!(!html.contains("罚款金额") && html.contains("2,451"));
            }
        }
    }
}
