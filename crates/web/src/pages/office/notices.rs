//! Notices of what was done with records that one's office received: what is to be done, until when, and the acknowledgement
//! (Articles 14, 36, 37, 38).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use register::subject::EntryNumber;
use serde::Deserialize;
use service::recipients::NoticeView;

use crate::extract::{Query, number};
use crate::pages::Cited;
use crate::pages::Page;
use crate::pages::desk::{Desk, DeskForm, DeskHead, faulty, to};
use crate::pages::fields::{Faults, FormField, Kind, Sent};
use crate::pages::my::notices::cause_key;
use crate::pages::steps::due_words;
use crate::problem::Problem;
use crate::site::Site;

/// How many notices stand on a page.
const NOTICES: u64 = 20;
const HERE: &str = "/office/notices";

#[derive(Template)]
#[template(path = "office/notices.html")]
struct NoticesPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    open_only: bool,
    faults: Faults,
    notices: Vec<Notice>,
    next: Option<String>,
    is_later: bool,
}

struct Notice {
    number: u64,
    record: u64,
    cause: &'static str,
    duty: String,
    article: Cited,
    at: String,
    due: String,
    arithmetic: Option<String>,
    is_late: bool,
    acknowledged: Option<u64>,
    done: FormField,
}

fn box_of(notice: u64) -> String {
    format!("done-{notice}")
}

impl<'a> NoticesPage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        found: &[NoticeView],
        query: &NoticesQuery,
        (sent, faults): (&Sent, Faults),
    ) -> Self {
        let notice = |view: &NoticeView| Notice {
            number: view.notice.0,
            record: view.record.0,
            cause: cause_key(view.cause),
            duty: p.of(&view.duty).to_owned(),
            article: p.cite(&view.cause.article()),
            at: p.moment(view.at),
            due: due_words(p, view.limit.due),
            arithmetic: view.limit.arithmetic.as_ref().map(|counted| p.of(counted).to_owned()),
            is_late: view.overdue == Some(true),
            acknowledged: view.acknowledged.map(|entry| entry.0),
            done: FormField::new(Kind::Text, box_of(view.notice.0), p.t("notice-done"), sent, &faults)
                .required(),
        };
        let is_full = found.len() as u64 >= NOTICES;
        let last = found.last().map(|view| view.notice.0).filter(|_| is_full);
        let show = if query.all { "?all=true&" } else { "?" };
        Self {
            open_only: !query.all,
            notices: found.iter().map(notice).collect(),
            next: last.map(|last| format!("{}{show}before={last}", p.href(HERE))),
            is_later: query.before.is_some(),
            faults,
            p,
            d,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticesQuery {
    #[serde(default)]
    all: bool,
    before: Option<u64>,
}

async fn show(
    site: &Site,
    desk: &Desk,
    query: &NoticesQuery,
    form: (&Sent, Faults),
) -> Result<Response, Problem> {
    let before = query.before.map(|before| number("before", before)).transpose()?.map(EntryNumber);
    let found = site.platform.notices(before, !query.all, NOTICES, &desk.caller()).await?;
    desk.page.show_once(&NoticesPage::new(&desk.page, desk.head(), &found, query, form))
}

/// Notices to one's office.
///
/// Articles: 34, 36, 37, 38
pub(crate) async fn notices(
    State(site): State<Arc<Site>>,
    Query(query): Query<NoticesQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    show(&site, &desk, &query, (&Sent::new(), Faults::default())).await
}

/// Acknowledges a notice with what was done.
///
/// Articles: 36, 37, 38
pub(crate) async fn acknowledge(
    State(site): State<Arc<Site>>,
    DeskForm { desk, form: sent }: DeskForm<Sent>,
) -> Result<Response, Problem> {
    let notice = sent.get("notice").and_then(|text| text.parse::<u64>().ok());
    let notice =
        notice.ok_or_else(|| Problem::malformed("notice", "须为通知编号", "it is a notice's number"))?;
    let name = box_of(number("notice", notice)?);
    let done = sent.get(&name).map(String::as_str).unwrap_or_default();
    match site.platform.acknowledge(EntryNumber(notice), None, done, &desk.caller()).await {
        Ok(_) => Ok(to(&format!("{}?all=true", desk.page.href(HERE)))),
        Err(error) => {
            let place = |field: &str| (field == "done").then(|| name.clone());
            let faults = Faults::said(&desk.page, error, place)?;
            faulty(show(&site, &desk, &NoticesQuery::default(), (&sent, faults)).await)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::cases::examples;
    use crate::pages::samples;

    #[test]
    fn articles_37_and_38_what_is_to_be_done_stands_with_its_day_and_is_acknowledged_once() {
        for page in samples::pages(HERE) {
            let session = samples::session(samples::office(), None);
            let shown = |found: &[NoticeView], sent: &Sent, faults| {
                let query = NoticesQuery { all: true, before: Some(300) };
                let head = DeskHead::new(&page, &session);
                let html = NoticesPage::new(&page, head, found, &query, (sent, faults)).render().unwrap();
                samples::check(&page, &html);
                html
            };
            let html = shown(&examples::notices(), &Sent::new(), Faults::default());
            assert_eq!(html.matches("<textarea").count(), 3, "two are acknowledged");
            assert_eq!(html.matches(page.t("notice-late")).count(), 1);
            assert!(html.contains("2026-04-30"), "how the day was counted");
            let mut faults = Faults::default();
            faults.add("done-205", "x");
            let sent = Sent::from([("done-205".to_owned(), "已更新<b>".to_owned())]);
            let html = shown(&examples::notices(), &sent, faults);
            assert!(html.contains("已更新&#60;b&#62;") && html.contains("href=\"#done-205\""));
            assert!(shown(&[], &Sent::new(), Faults::default()).contains(page.t("notices-none")));
        }
    }
}
