//! Who received my records, and was told of what was done with them: until when each must follow, who has answered, who is late
//! (Articles 34, 36, 37, 38).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use register::acts::rights::notice::Cause;
use register::subject::EntryNumber;
use serde::Deserialize;
use service::recipients::NoticeView;

use super::{Known, receipt_href};
use crate::extract::{Query, number};
use crate::pages::Page;
use crate::pages::desk::{Desk, DeskHead};
use crate::pages::steps::due_words;
use crate::problem::Problem;
use crate::site::Site;

/// How many notices stand on a page, about.
const NOTICES: u64 = 50;

#[derive(Template)]
#[template(path = "my/notices.html")]
struct NoticesPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    lines: Vec<Line>,
    older: Option<String>,
    newest: Option<String>,
}

struct Line {
    record: u64,
    cause: &'static str,
    recipient: String,
    at: String,
    duty: String,
    due: String,
    is_late: bool,
    acknowledged: Option<(u64, String)>,
}

/// What was done with a record, in words.
pub(crate) const fn cause_key(cause: Cause) -> &'static str {
    match cause {
        Cause::Corrected => "notice-corrected",
        Cause::Removed => "notice-removed",
        Cause::Withdrawn => "notice-withdrawn",
        Cause::DisplayStopped => "notice-display-stopped",
        Cause::Restored => "notice-restored",
    }
}

impl<'a> NoticesPage<'a> {
    fn new(p: &'a Page, d: DeskHead<'a>, notices: &[NoticeView], known: &Known, before: Option<u64>) -> Self {
        let here = p.href("/my/notices");
        let is_full = notices.len() as u64 >= NOTICES;
        let last = notices.last().map(|notice| notice.notice.0).filter(|_| is_full);
        let line = |notice: &NoticeView| Line {
            record: notice.record.0,
            cause: cause_key(notice.cause),
            recipient: known.office(p, &notice.recipient).unwrap_or_else(|| notice.recipient.clone()),
            at: p.moment(notice.at),
            duty: p.of(&notice.duty).to_owned(),
            due: due_words(p, notice.limit.due),
            is_late: notice.overdue == Some(true),
            acknowledged: notice.acknowledged.map(|entry| (entry.0, receipt_href(p, entry.0))),
        };
        Self {
            lines: notices.iter().map(line).collect(),
            older: last.map(|last| format!("{here}?before={last}")),
            newest: before.map(|_| here),
            p,
            d,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticesQuery {
    before: Option<u64>,
}

/// Notices of changes to my records.
///
/// Articles: 34, 36, 37, 38
pub(crate) async fn notices(
    State(site): State<Arc<Site>>,
    Query(query): Query<NoticesQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    let before = query.before.map(|before| number("before", before)).transpose()?;
    let found = site.platform.own_notices(before.map(EntryNumber), NOTICES, &desk.caller()).await?;
    let known = Known::read(&site).await?;
    desk.page.show_once(&NoticesPage::new(&desk.page, desk.head(), &found, &known, before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::cases::examples;
    use crate::pages::{my, samples};

    #[test]
    fn articles_37_and_38_who_was_told_until_when_and_who_has_answered_is_named() {
        for page in samples::pages("/my/notices") {
            let session = samples::session(samples::subject(), None);
            let known = my::examples::known();
            let head = || DeskHead::new(&page, &session);
            let html = NoticesPage::new(&page, head(), &examples::notices(), &known, Some(9));
            let html = html.render().unwrap();
            samples::check(&page, &html);
            assert_eq!(html.matches("<tr>").count(), 6);
            assert_eq!(html.matches(page.t("notice-late")).count(), 1);
            assert!(html.contains("entry=210") && !html.contains("<b>"));
            let none = NoticesPage::new(&page, head(), &[], &known, None).render().unwrap();
            samples::check(&page, &none);
            assert!(none.contains(page.t("my-notices-none")));
        }
    }
}
