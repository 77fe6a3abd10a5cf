//! What was done about me and my records, and notices of incidents (Articles 19, 34).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use register::view::{HistoryLine, RecordView};
use serde::Deserialize;
use service::inquiry::Answer;
use service::own::OwnLog;

use super::{Known, RecordLink, inquire, receipt_href};
use crate::extract::Query;
use crate::pages::cases::happened_key;
use crate::pages::desk::{Desk, DeskHead};
use crate::pages::{Cited, Page};
use crate::problem::Problem;
use crate::site::Site;

/// Something that was done, in words.
pub(crate) struct Message {
    pub(crate) entry: u64,
    pub(crate) receipt: String,
    pub(crate) when: String,
    pub(crate) title: String,
    pub(crate) is_grave: bool,
    pub(crate) by: String,
    pub(crate) record: Option<RecordLink>,
    /// The case of which it is a step.
    pub(crate) case: Option<u64>,
    pub(crate) reason: Option<String>,
    pub(crate) article: Cited,
    pub(crate) notice: Option<Notice>,
}

/// What was told of an incident.
pub(crate) struct Notice {
    pub(crate) kind: String,
    pub(crate) number: u64,
    pub(crate) noticed: String,
    pub(crate) happened: String,
    pub(crate) measures: Vec<String>,
    pub(crate) contact: String,
    pub(crate) records: Vec<RecordLink>,
    pub(crate) entries: Vec<(u64, String)>,
}

/// The sentence for a kind of act.
fn title_key(kind: &str) -> &'static str {
    match kind {
        "record_filed" => "my-happened-filed",
        "record_corrected" => "my-happened-corrected",
        "record_revoked" => "my-happened-revoked",
        "record_restored" => "my-happened-restored",
        "display_withdrawn" => "my-happened-withdrawn",
        "display_resumed" => "my-happened-resumed",
        "identifier_verified" => "my-happened-verified",
        "subject_registered" => "my-happened-registered",
        "consent_granted" => "my-happened-consented",
        "consent_revoked" => "my-happened-consent-revoked",
        "records_erased" => "my-happened-erased",
        "subject_told" => "my-happened-told",
        "inquiry_answered" | "inquiry_refused" => "my-happened-looked",
        _ => happened_key(kind).unwrap_or("my-happened-other"),
    }
}

impl Message {
    /// Draws a line of history.
    ///
    /// Articles: 19, 34
    pub(crate) fn new(p: &Page, line: &HistoryLine, held: &[RecordView], known: &Known) -> Self {
        let notice = line.notice.as_ref().map(|notice| Notice {
            kind: p.of(&notice.kind.title()).to_owned(),
            number: notice.incident.0,
            noticed: p.moment(notice.noticed),
            happened: notice.happened.clone(),
            measures: notice.measures.clone(),
            contact: notice.contact.clone(),
            records: notice.records.iter().map(|record| RecordLink::new(p, *record, held)).collect(),
            entries: notice.entries.iter().map(|entry| (entry.0, receipt_href(p, entry.0))).collect(),
        });
        let by = known.office(p, &line.by).unwrap_or_else(|| match line.by.as_str() {
            "self" => p.t("my-look-own").to_owned(),
            "another_subject" => p.t("my-look-another-subject").to_owned(),
            "operator" => p.t("my-look-operator").to_owned(),
            name => name.to_owned(),
        });
        Self {
            entry: line.entry.0,
            receipt: receipt_href(p, line.entry.0),
            when: p.moment(line.at),
            title: p.t(title_key(&line.kind)).to_owned(),
            is_grave: notice.is_some(),
            by,
            record: line.record.map(|record| RecordLink::new(p, record, held)),
            case: line.case.map(|case| case.0),
            reason: line.reason.clone(),
            article: p.cite(&line.article),
            notice,
        }
    }
}

#[derive(Template)]
#[template(path = "my/messages.html")]
struct MessagesPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    messages: Vec<Message>,
    older: Option<String>,
    newest: Option<String>,
    entry: u64,
    entry_href: String,
}

impl<'a> MessagesPage<'a> {
    fn new(p: &'a Page, d: DeskHead<'a>, answer: &Answer, known: &Known, before: Option<u64>) -> Self {
        let here = p.href("/my/messages");
        let lines = answer.history.iter().flatten();
        Self {
            messages: lines.map(|line| Message::new(p, line, &answer.records, known)).collect(),
            older: answer.next.map(|next| format!("{here}?before={}", next.0)),
            newest: before.map(|_| here),
            entry: answer.entry.0,
            entry_href: receipt_href(p, answer.entry.0),
            p,
            d,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessagesQuery {
    before: Option<u64>,
}

/// What was done about me and my records.
///
/// Articles: 19, 34
pub(crate) async fn messages(
    State(site): State<Arc<Site>>,
    Query(query): Query<MessagesQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    let (answer, known) = inquire(&site, &desk, OwnLog::History, query.before).await?;
    desk.page.show_once(&MessagesPage::new(&desk.page, desk.head(), &answer, &known, query.before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::my::examples;
    use crate::pages::samples;

    fn rendered(page: &Page, answer: &Answer, before: Option<u64>) -> String {
        let session = samples::session(samples::subject(), None);
        let head = DeskHead::new(page, &session);
        let html = MessagesPage::new(page, head, answer, &examples::known(), before).render().unwrap();
        samples::check(page, &html);
        html
    }

    #[test]
    fn article_19_a_notice_says_what_happened_what_was_done_and_whom_to_ask() {
        let mut answer = examples::answer(4);
        answer.history = Some(examples::history());
        for page in samples::pages("/my/messages") {
            let html = rendered(&page, &answer, None);
            for text in ["一名工作人员的密钥被盗用", "密钥已撤销", "010-12345"] {
                assert!(html.contains(text), "{text}");
            }
            assert!(html.contains(page.t("my-happened-told")) && !html.contains("my-happened"));
            assert!(html.contains(&page.href("/my/records/2")));
        }
    }

    #[test]
    fn every_kind_of_act_has_its_sentence() {
        for page in samples::pages("/my/messages") {
            for kind in [
                "record_filed",
                "record_corrected",
                "record_revoked",
                "record_restored",
                "display_withdrawn",
                "display_resumed",
                "identifier_verified",
                "subject_registered",
                "consent_granted",
                "consent_revoked",
                "records_erased",
                "subject_told",
                "inquiry_answered",
            ] {
                assert_ne!(title_key(kind), "my-happened-other", "{kind}");
                assert_ne!(page.t(title_key(kind)), title_key(kind));
            }
        }
    }

    #[test]
    fn nothing_having_been_done_is_said() {
        for page in samples::pages("/my/messages") {
            let mut answer = examples::answer(0);
            answer.history = Some(Vec::new());
            assert!(rendered(&page, &answer, Some(3)).contains(page.t("my-messages-none")));
        }
    }
}
