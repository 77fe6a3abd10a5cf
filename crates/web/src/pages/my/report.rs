//! Everything about me to take home: a report to print, and one file for programs (Article 34).

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use law::Instant;
use register::acts::information::inquiry::Purpose;
use service::inquiry::Answer;
use service::own::OwnLog;

use super::consents::ConsentLine;
use super::look::LookLine;
use super::record::MyRecord;
use super::{Known, inquire, receipt_href};
use crate::pages::Page;
use crate::pages::desk::Desk;
use crate::problem::{Problem, ProblemKind};
use crate::site::Site;

/// A year of looks, in milliseconds.
const YEAR: i64 = 366 * 24 * 60 * 60 * 1000;

#[derive(Template)]
#[template(path = "my/report.html")]
struct Report<'a> {
    p: &'a Page,
    name: &'a str,
    mandate: Option<&'a str>,
    kind: String,
    answer: &'a Answer,
    made: String,
    size: String,
    records: Vec<MyRecord>,
    looks: Vec<LookLine>,
    own_looks: String,
    consents: Vec<ConsentLine>,
    receipt: String,
    /// The address of the page of the receipt, to be read on paper.
    receipt_address: String,
}

impl<'a> Report<'a> {
    fn new(
        p: &'a Page,
        name: &'a str,
        mandate: Option<&'a str>,
        answer: &'a Answer,
        known: &Known,
        made: Instant,
        address: &str,
    ) -> Self {
        let held = answer.subject.held_for_verification;
        let looks = answer.looks.as_deref().unwrap_or_default();
        let is_own =
            |look: &&register::view::Look| matches!(look.purpose, Purpose::Own) && look.refused.is_empty();
        let own = looks.iter().filter(is_own).count();
        let receipt = receipt_href(p, answer.entry.0);
        Self {
            name,
            mandate,
            kind: p.of(&answer.subject.kind.term()).to_owned(),
            made: p.moment(made),
            size: p.count("my-report-entries", answer.journal_size),
            records: answer.records.iter().map(|record| MyRecord::new(p, record, held, known)).collect(),
            looks: looks
                .iter()
                .filter(|look| !is_own(look))
                .map(|look| LookLine::new(p, look, &answer.records, known))
                .collect(),
            own_looks: p.count("my-report-own-looks", u64::try_from(own).unwrap_or(u64::MAX)),
            consents: answer
                .consents
                .iter()
                .flatten()
                .map(|consent| ConsentLine::new(p, consent, known))
                .collect(),
            receipt_address: format!("{address}{receipt}"),
            receipt,
            answer,
            p,
        }
    }
}

/// A report on what is held about me, to be printed.
///
/// Articles: 34
pub(crate) async fn report(State(site): State<Arc<Site>>, desk: Desk) -> Result<Response, Problem> {
    let now = site.platform.now();
    let log = OwnLog::Since(now.plus_milliseconds(-YEAR));
    let (answer, known) = inquire(&site, &desk, log, None).await?;
    let person = &desk.session.person;
    let mandate = person.mandate.as_deref();
    let address = &site.options.address;
    desk.page.show_once(&Report::new(&desk.page, &person.name, mandate, &answer, &known, now, address))
}

/// Everything about me as one file: the document of the API, with all looks and all that was done.
///
/// Articles: 34
pub(crate) async fn download(State(site): State<Arc<Site>>, desk: Desk) -> Result<Response, Problem> {
    let log = OwnLog::Since(Instant::from_milliseconds(0));
    let answer = site.platform.inquire_own(log, None, &desk.caller()).await?;
    let body = serde_json::to_vec_pretty(&answer).map_err(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        Problem::new(ProblemKind::Internal)
    })?;
    let named = format!("attachment; filename=\"my-credit-{}.json\"", site.platform.today());
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, named),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from(body)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::my::examples;
    use crate::pages::samples;

    #[test]
    fn article_34_a_report_names_its_day_its_entry_and_the_law_and_holds_everything() {
        for count in [0, 300] {
            let mut answer = examples::answer(count);
            if count > 0 {
                answer.looks = Some(examples::looks());
                answer.consents = Some(examples::consents());
            }
            for page in samples::pages("/my/report") {
                let made = Instant::from_milliseconds(1_795_000_000_000);
                let mandate = Some("授权书（2026）1号");
                let address = "https://credence.example";
                let known = examples::known();
                let report = Report::new(&page, samples::HARD_NAME, mandate, &answer, &known, made, address);
                let html = report.render().unwrap();
                samples::check(&page, &html);
                assert_eq!(html.matches("class=\"record\"").count() as u64, count);
                assert!(html.contains("4321") && html.contains("beijing-social-credit@2016-01-01"));
                assert!(html.contains("data-print hidden") && html.contains(page.t("my-report-note")));
                assert_eq!(html.contains(page.t("my-report-looks-none")), count == 0);
            }
        }
    }
}
