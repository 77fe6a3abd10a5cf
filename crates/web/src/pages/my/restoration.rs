//! Where one applies for restoration as to a record: the three conditions, the earliest day, and the form (Article 38).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::Citation;
use register::acts::rights::restoration::ApplyForRestoration;
use register::record::RecordNumber;
use service::cases::RecordRights;

use super::cases::done_href;
use super::materials::{MaterialBoxes, box_of, materials};
use super::rights::{RecordLine, earliest};
use crate::extract::{PathPart, number};
use crate::pages::desk::{Desk, DeskForm, DeskHead, faulty, to};
use crate::pages::fields::{Faults, FormField, Kind, Sent, place_in_list};
use crate::pages::grounds::GroundLine;
use crate::pages::{Cited, Page};
use crate::problem::Problem;
use crate::site::Site;

#[derive(Template)]
#[template(path = "my/restoration.html")]
struct RestorationPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    record: RecordLine,
    /// The first day, and the rule.
    earliest: Option<(String, Cited)>,
    /// Why none can be applied for now.
    grounds: Vec<GroundLine>,
    faults: Faults,
    performance: FormField,
    commitment: FormField,
    materials: MaterialBoxes,
    article: Cited,
}

impl<'a> RestorationPage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        record: RecordLine,
        rights: &RecordRights,
        sent: &Sent,
        faults: Faults,
    ) -> Self {
        let text = |name: &str, label: &str, hint: &str| {
            FormField::new(Kind::Text, name, p.t(label), sent, &faults).hint(p.t(hint)).required()
        };
        Self {
            record,
            earliest: earliest(p, &rights.outlook),
            grounds: GroundLine::all(p, &rights.restoration),
            performance: text("performance", "restoration-performance", "restoration-performance-hint"),
            commitment: text("commitment", "restoration-commitment", "restoration-commitment-hint"),
            materials: MaterialBoxes::new(p, sent, &faults, true),
            article: p.cite(&Citation::article(38)),
            faults,
            p,
            d,
        }
    }
}

async fn show(
    site: &Site,
    desk: &Desk,
    record: RecordNumber,
    sent: &Sent,
    faults: Faults,
) -> Result<Response, Problem> {
    let rights = site.platform.rights_of_record(record, &desk.caller()).await?;
    let line = RecordLine::read(site, desk, record).await?;
    desk.page.show_once(&RestorationPage::new(&desk.page, desk.head(), line, &rights, sent, faults))
}

/// Where one applies for restoration; or why it cannot be applied for now.
///
/// Articles: 38
pub(crate) async fn form(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    desk: Desk,
) -> Result<Response, Problem> {
    let record = RecordNumber(number("record", record)?);
    show(&site, &desk, record, &Sent::new(), Faults::default()).await
}

/// Applies for restoration; everything that is missing is said at once.
///
/// Articles: 38
pub(crate) async fn apply(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    DeskForm { desk, form: sent }: DeskForm<Sent>,
) -> Result<Response, Problem> {
    let record = RecordNumber(number("record", record)?);
    let p = &desk.page;
    let text = |name: &str| sent.get(name).cloned().unwrap_or_default();
    let proof = materials(&sent);
    let ask = ApplyForRestoration {
        performance: text("performance"),
        materials: proof.iter().map(|(_, material)| material.clone()).collect(),
        commitment: text("commitment"),
    };
    let place = |field: &str| match (place_in_list(field), field) {
        (Some(("materials", place, what)), _) => box_of(&proof, place, what),
        (None, "materials") => Some("material-1-title".to_owned()),
        (None, "performance" | "commitment") => Some(field.to_owned()),
        _ => None,
    };
    match site.platform.apply_for_restoration(record, ask, &desk.caller()).await {
        Ok(done) => Ok(to(&done_href(p, done.case, done.done.entry.0))),
        Err(error) => {
            let faults = Faults::said(p, error, place)?;
            faulty(show(&site, &desk, record, &sent, faults).await)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    fn rendered(page: &Page, rights: &RecordRights, sent: &Sent, faults: Faults) -> String {
        let session = samples::session(samples::subject(), None);
        let head = DeskHead::new(page, &session);
        let record = RecordLine::sample();
        let html = RestorationPage::new(page, head, record, rights, sent, faults).render().unwrap();
        samples::check(page, &html);
        html
    }

    #[test]
    fn article_38_the_earliest_day_and_the_three_conditions_stand_above_the_form() {
        for page in samples::pages("/my/records/2/restoration") {
            let html =
                rendered(&page, &super::super::rights::sample(Vec::new()), &Sent::new(), Faults::default());
            for key in
                ["restoration-condition-time", "restoration-condition-duty", "restoration-condition-words"]
            {
                assert!(html.contains(page.t(key)), "{key}");
            }
            assert!(html.contains(&page.day("2026-08-10".parse::<law::Day>().unwrap())));
            assert!(html.contains("id=\"performance\"") && html.contains("id=\"material-3-title\""));
            let refusal = register::acts::rights::objection::no_such_case();
            let closed = super::super::rights::sample(vec![refusal]);
            let html = rendered(&page, &closed, &Sent::new(), Faults::default());
            assert!(!html.contains("id=\"performance\""));
        }
    }

    #[test]
    fn article_38_everything_that_is_missing_is_said_at_once() {
        for page in samples::pages("/my/records/2/restoration") {
            let mut faults = Faults::default();
            for name in ["performance", "commitment", "material-1-title"] {
                faults.add(name, "missing");
            }
            let html = rendered(&page, &super::super::rights::sample(Vec::new()), &Sent::new(), faults);
            assert_eq!(html.matches("aria-invalid=\"true\"").count(), 3);
            assert_eq!(html.matches("<li><a href=\"#").count(), 3);
        }
    }
}
