//! What is held about me (Article 34).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::{InformationClass, Severity};
use register::rules::display_period::Display;
use register::view::RecordView;
use service::cases::CaseFilter;
use service::inquiry::Answer;
use service::own::{Lookers, OwnLog};

use super::look::LookLine;
use super::record::MyRecord;
use super::{Known, inquire, receipt_href};
use crate::pages::Page;
use crate::pages::desk::{Desk, DeskHead};
use crate::problem::Problem;
use crate::site::Site;

/// How many of the newest looks stand on the first page.
const RECENT: usize = 3;

#[derive(Template)]
#[template(path = "my/overview.html")]
struct Overview<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    kind: String,
    identifier: &'a str,
    is_held: bool,
    count: String,
    of_count: String,
    adverse: String,
    /// The next day on which a record leaves display, and that record.
    ends: Option<(String, u64)>,
    waiting: Waiting,
    recent: Vec<LookLine>,
    /// Whether there are older looks, which were not read for this page.
    has_older_looks: bool,
    sections: Vec<Section<'a>>,
    entry: u64,
    entry_href: String,
}

/// What waits: open cases, those of them that an office is late with, and notices that were not followed in time.
#[derive(Default)]
struct Waiting {
    cases: u64,
    overdue: u64,
    late_notices: u64,
}

impl Waiting {
    /// How many are counted at most: the rest stands on the pages that are linked.
    const COUNTED_MAX: usize = 50;

    async fn read(site: &Site, desk: &Desk) -> Result<Self, Problem> {
        let caller = desk.caller();
        let (open, _) = site.platform.own_cases(CaseFilter::Open, None, Self::COUNTED_MAX, &caller).await?;
        let told = site.platform.own_notices(None, Self::COUNTED_MAX as u64, &caller).await?;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Ok(Self {
            cases: count(open.len()),
            overdue: count(open.iter().filter(|case| case.is_overdue()).count()),
            late_notices: count(told.iter().filter(|notice| notice.overdue == Some(true)).count()),
        })
    }
}

/// The records of a class.
struct Section<'a> {
    anchor: &'static str,
    title: &'a str,
    note: Option<&'a str>,
    none: &'a str,
    total: String,
    records: Vec<MyRecord>,
}

impl<'a> Overview<'a> {
    fn new(p: &'a Page, d: DeskHead<'a>, answer: &'a Answer, known: &Known, waiting: Waiting) -> Self {
        let held = answer.subject.held_for_verification;
        let number = |records: &[&RecordView]| u64::try_from(records.len()).unwrap_or(u64::MAX);
        // What is minor is never displayed: it has no last day, and does not stand among what has one.
        let is_minor = |record: &RecordView| record.severity == Some(Severity::Minor);
        let of_class = |class| -> Vec<&RecordView> {
            answer.records.iter().filter(|record| record.class == class && !is_minor(record)).collect()
        };
        let minor: Vec<&RecordView> = answer.records.iter().filter(|record| is_minor(record)).collect();
        let section = |class, anchor, title, note: Option<&'static str>, none| {
            let records = match class {
                Some(class) => of_class(class),
                None => minor.clone(),
            };
            Section {
                anchor,
                title: p.t(title),
                note: note.map(|note| p.t(note)),
                none: p.t(none),
                total: p.count("organisation-count", number(&records)),
                records: records.into_iter().map(|record| MyRecord::new(p, record, held, known)).collect(),
            }
        };
        let ends = answer.records.iter().filter_map(|record| match record.display {
            Display::Until { last_day, .. } => Some((last_day, record.record.0)),
            _ => None,
        });
        let count = u64::try_from(answer.records.len()).unwrap_or(u64::MAX);
        let looks = answer.looks.iter().flatten();
        Self {
            kind: p.of(&answer.subject.kind.term()).to_owned(),
            identifier: &answer.subject.identifier,
            is_held: held,
            waiting,
            count: p.number(count),
            of_count: p.count("my-figure-records", count),
            adverse: p.number(number(&of_class(InformationClass::Untrustworthiness))),
            ends: ends.min().map(|(day, record)| (p.day(day), record)),
            recent: looks.map(|look| LookLine::new(p, look, &answer.records, known)).collect(),
            sections: vec![
                section(
                    Some(InformationClass::Untrustworthiness),
                    "untrustworthiness",
                    "my-adverse",
                    Some("my-adverse-note"),
                    "my-adverse-none",
                ),
                section(Some(InformationClass::Other), "other", "my-other", None, "my-other-none"),
                section(Some(InformationClass::Basic), "basic", "my-basic", None, "my-basic-none"),
                section(None, "minor", "my-minor", Some("my-minor-note"), "my-minor-none"),
            ]
            .into_iter()
            .filter(|section| section.anchor != "minor" || !section.records.is_empty())
            .collect(),
            has_older_looks: answer.next.is_some(),
            entry: answer.entry.0,
            entry_href: receipt_href(p, answer.entry.0),
            p,
            d,
        }
    }
}

/// What is held about me.
///
/// Articles: 34
pub(crate) async fn overview(State(site): State<Arc<Site>>, desk: Desk) -> Result<Response, Problem> {
    let log = OwnLog::Looks { by: Lookers::Others, limit: RECENT };
    let (answer, known) = inquire(&site, &desk, log, None).await?;
    let waiting = Waiting::read(&site, &desk).await?;
    desk.page.show_once(&Overview::new(&desk.page, desk.head(), &answer, &known, waiting))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::my::examples;
    use crate::pages::samples;

    fn rendered(page: &Page, answer: &Answer) -> String {
        let session = samples::session(samples::subject(), Some(samples::HARD_NAME));
        let head = DeskHead::new(page, &session);
        let waiting = Waiting { cases: 2, overdue: 1, late_notices: 3 };
        let html = Overview::new(page, head, answer, &examples::known(), waiting).render().unwrap();
        samples::check(page, &html);
        html
    }

    #[test]
    fn article_34_three_hundred_records_stand_with_who_sees_them_until_when_and_what_one_can_do() {
        let mut answer = examples::answer(300);
        answer.looks = Some(examples::looks());
        answer.subject.held_for_verification = true;
        for page in samples::pages("/my") {
            let html = rendered(&page, &answer);
            assert_eq!(html.matches("class=\"record\"").count(), 300);
            assert_eq!(html.matches("class=\"record-about\"").count(), 300);
            assert!(html.contains("㐀𠮷𡈽") && html.contains("شركة") && !html.contains("<b>"));
            assert!(html.contains(page.t("my-held")) && html.contains(page.t("my-sees-everyone")));
            assert!(html.contains(page.t("my-mark-withdrawn")) && html.contains(page.t("my-resume")));
            assert!(html.contains(&page.day("2027-05-10".parse::<law::Day>().unwrap())));
            assert!(html.contains(&page.count("my-own-entry", 4321_u64)));
        }
    }

    #[test]
    fn someone_about_whom_nothing_is_held_is_told_so() {
        let answer = examples::answer(0);
        for page in samples::pages("/my") {
            let html = rendered(&page, &answer);
            for key in
                ["my-adverse-none", "my-other-none", "my-basic-none", "my-recent-none", "my-figure-ends-none"]
            {
                assert!(html.contains(page.t(key)), "{key}");
            }
        }
    }
}
