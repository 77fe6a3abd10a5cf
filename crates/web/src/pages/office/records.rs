//! One of one's own records: found by its document number, opened by an act that its subject sees.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::{Citation, InformationClass};
use register::authority::AuthorityCode;
use register::catalogue::ItemCode;
use register::record::{BatchNumber, RecordNumber};
use register::view::HistoryLine;
use serde::Deserialize;
use service::filed::{FoundLines, LineWanted};
use service::records::OwnRecord;

use super::batches::LineRow;
use super::corrections::{Input, inputs};
use super::{Choice, Fault, Known, item_choices, refused};
use crate::extract::{PathPart, number};
use crate::pages::cases::happened_key;
use crate::pages::desk::faulty;
use crate::pages::desk::{Desk, DeskForm, DeskHead};
use crate::pages::record::{Around, RecordCard};
use crate::pages::{Cited, Page};
use crate::problem::Problem;
use crate::site::Site;

/// The longest document number that is looked for, in characters.
const DOCUMENT_MAX: usize = 200;

/// What is looked for, as it was sent.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    document: Option<String>,
    item: Option<String>,
    batch: Option<String>,
}

#[derive(Template)]
#[template(path = "office/records.html")]
struct FindPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    document: &'a str,
    batch: &'a str,
    items: Vec<Choice>,
    faults: Vec<Fault>,
    found: Option<Vec<LineRow>>,
    looked: u64,
    is_complete: bool,
}

impl<'a> FindPage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        asked: &'a Asked,
        items: Vec<Choice>,
        faults: Vec<Fault>,
        found: Option<&FoundLines>,
    ) -> Self {
        Self {
            p,
            d,
            document: asked.document.as_deref().unwrap_or_default(),
            batch: asked.batch.as_deref().unwrap_or_default(),
            items,
            faults,
            found: found.map(|found| found.lines.iter().map(|line| LineRow::new(p, line)).collect()),
            looked: found.map_or(0, |found| found.looked),
            is_complete: found.is_none_or(|found| found.complete),
        }
    }

    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.words.as_str())
    }
}

/// The form by which one of one's own records is found.
///
/// Articles: 14
pub(crate) async fn form(State(site): State<Arc<Site>>, desk: Desk) -> Result<Response, Problem> {
    let known = Known::read(&site).await?;
    let asked = Asked::default();
    let items = item_choices(&desk.page, &known, known.office(&desk), None);
    desk.page.show_once(&FindPage::new(&desk.page, desk.head(), &asked, items, Vec::new(), None))
}

/// The lines of one's own office under a document number. Whom they are about is not told.
///
/// Articles: 14
pub(crate) async fn find(
    State(site): State<Arc<Site>>,
    DeskForm { desk, form: asked }: DeskForm<Asked>,
) -> Result<Response, Problem> {
    let p = &desk.page;
    let known = Known::read(&site).await?;
    let items = item_choices(p, &known, known.office(&desk), asked.item.as_deref());
    let mut faults = Vec::new();
    let document = asked.document.as_deref().map(str::trim).unwrap_or_default();
    if document.is_empty() || document.chars().count() > DOCUMENT_MAX {
        faults.push(Fault { field: "document", words: p.t("office-fault-document").to_owned() });
    }
    let item = asked.item.clone().unwrap_or_default();
    if !items.iter().any(|known| known.value == item) {
        faults.push(Fault { field: "item", words: p.t("office-fault-item").to_owned() });
    }
    let batch = asked.batch.as_deref().map(|batch| batch.trim().parse::<u64>());
    let batch = match batch {
        None => None,
        Some(Ok(batch)) if i64::try_from(batch).is_ok() => Some(BatchNumber(batch)),
        Some(_) => {
            faults.push(Fault { field: "batch", words: p.t("office-fault-batch").to_owned() });
            None
        }
    };
    if !faults.is_empty() {
        return faulty(p.show_once(&FindPage::new(p, desk.head(), &asked, items, faults, None)));
    }
    let wanted = LineWanted { item: ItemCode(item), document_number: document.to_owned(), batch };
    let found = site.platform.find_filed(&wanted, &desk.caller()).await?;
    p.show_once(&FindPage::new(p, desk.head(), &asked, items, faults, Some(&found)))
}

#[derive(Template)]
#[template(path = "office/record_closed.html")]
struct ClosedPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    number: u64,
    path: String,
}

impl<'a> ClosedPage<'a> {
    fn new(p: &'a Page, d: DeskHead<'a>, number: u64) -> Self {
        Self { p, d, number, path: p.href(&format!("/office/records/{number}")) }
    }
}

/// A record that is not opened: to open it is an act, which is sent and not followed.
///
/// Articles: 14, 34
pub(crate) async fn closed(PathPart(record): PathPart<u64>, desk: Desk) -> Result<Response, Problem> {
    let number = number("record", record)?;
    desk.page.show_once(&ClosedPage::new(&desk.page, desk.head(), number))
}

#[derive(Template)]
#[template(path = "office/own_record.html")]
struct OpenPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    number: u64,
    path: String,
    kind: String,
    identifier: &'a str,
    item_name: String,
    item_code: String,
    record: Option<RecordCard>,
    history: Vec<HistoryRow>,
    entry: u64,
    /// The fields of a correction; none where the record does not stand any more.
    inputs: Vec<Input>,
    may_revoke: bool,
    may_restore: bool,
    article_14: Cited,
    article_38: Cited,
}

struct HistoryRow {
    at: String,
    what: &'static str,
    by: String,
    reason: Option<String>,
    entry: u64,
    article: Cited,
}

/// What was done with a record, in words.
fn act_key(kind: &str) -> &'static str {
    match kind {
        "record_filed" => "office-act-filed",
        "record_corrected" => "office-act-corrected",
        "record_revoked" => "office-act-revoked",
        "record_restored" => "office-act-restored",
        "display_withdrawn" => "office-act-withdrawn",
        "display_resumed" => "office-act-resumed",
        _ => happened_key(kind).unwrap_or("office-act-other"),
    }
}

impl<'a> OpenPage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        number: RecordNumber,
        own: &'a OwnRecord,
        known: &Known,
        today: law::Day,
    ) -> Self {
        let around = Around { catalogue: Some(&known.catalogue), authorities: &known.authorities, today };
        let view = own.answer.records.first();
        let happened = |kind: &str| own.history.iter().any(|line| line.kind == kind);
        let stands = view.is_some() && !happened("record_revoked");
        let item = view.and_then(|view| known.catalogue.item(&view.item));
        let adverse = view.is_some_and(|view| view.class == InformationClass::Untrustworthiness);
        let row = |line: &HistoryLine| HistoryRow {
            at: p.moment(line.at),
            what: act_key(&line.kind),
            by: match line.by.as_str() {
                "self" | "another_subject" => p.t("office-by-subject").to_owned(),
                "operator" => p.t("desk-operator").to_owned(),
                code => known.authority_name(p, &AuthorityCode(code.to_owned())),
            },
            reason: line.reason.clone(),
            entry: line.entry.0,
            article: p.cite(&line.article),
        };
        Self {
            p,
            d,
            number: number.0,
            path: p.href(&format!("/office/records/{}", number.0)),
            kind: p.of(&own.answer.subject.kind.term()).to_owned(),
            identifier: &own.answer.subject.identifier,
            item_name: view.map_or_else(String::new, |view| p.of(&view.item_name).to_owned()),
            item_code: view.map_or_else(String::new, |view| view.item.0.clone()),
            record: view.map(|view| RecordCard::new(p, view, around)),
            history: own.history.iter().map(row).collect(),
            entry: own.answer.entry.0,
            inputs: match (item, view) {
                (Some(item), Some(view)) if stands => inputs(p, item, Some(view)),
                _ => Vec::new(),
            },
            may_revoke: stands,
            may_restore: stands && adverse && !happened("record_restored"),
            article_14: p.cite(&Citation::article(14)),
            article_38: p.cite(&Citation::article(38)),
        }
    }
}

/// Opens a record of one's own office with what was done with it. The opening is an inquiry with its entry, which the subject sees.
///
/// Articles: 14, 34, 53(3)
pub(crate) async fn open(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    DeskForm { desk, form: super::filing::Nothing {} }: DeskForm<super::filing::Nothing>,
) -> Result<Response, Problem> {
    let record = RecordNumber(number("record", record)?);
    let own = match site.platform.record_history(record, &desk.caller()).await {
        Ok(own) => own,
        Err(error) => {
            let back = ("/office/records", "office-back-records");
            return refused(&desk, error, "office-refused-opening", None, back);
        }
    };
    let known = Known::read(&site).await?;
    let today = site.platform.today();
    desk.page.show_once(&OpenPage::new(&desk.page, desk.head(), record, &own, &known, today))
}

#[cfg(test)]
mod tests {
    use law::{Day, Instant};
    use register::acts::information::inquiry::Purpose;
    use register::subject::{EntryNumber, SubjectKind};
    use service::filed::{FiledLine, LineStanding};
    use service::inquiry::{Answer, SubjectView};

    use super::*;
    use crate::pages::samples;

    fn known() -> Known {
        Known { catalogue: Arc::new(samples::catalogue()), authorities: samples::enrolled() }
    }

    fn own(acts: &[&str]) -> OwnRecord {
        let record = samples::record(2, InformationClass::Untrustworthiness);
        let line = |kind: &&str| HistoryLine {
            entry: EntryNumber(9),
            at: Instant::from_milliseconds(1_795_000_000_000),
            kind: (*kind).to_owned(),
            article: Citation::article(14),
            by: "market-regulation".to_owned(),
            record: Some(RecordNumber(2)),
            reason: Some("理由<b>".to_owned()),
            content: None,
            case: None,
            notice: None,
        };
        OwnRecord {
            answer: Answer {
                result: "records",
                viewer: "filer",
                subject: SubjectView {
                    kind: SubjectKind::NaturalPerson,
                    identifier: "119*************15".to_owned(),
                    held_for_verification: false,
                },
                as_of: "2026-11-23T09:30:00+08:00".to_owned(),
                journal_size: 9,
                law: Vec::new(),
                catalogue: "beijing-demo-2026".to_owned(),
                records: vec![record],
                withheld: Vec::new(),
                looks: None,
                lost_looks: Vec::new(),
                history: None,
                consents: None,
                next: None,
                entry: EntryNumber(10),
                purpose: Purpose::OwnFiling { record: RecordNumber(2) },
            },
            history: acts.iter().map(line).collect(),
        }
    }

    #[test]
    fn a_record_is_found_by_its_document_number_and_nobody_is_named() {
        let line = FiledLine {
            record: RecordNumber(7),
            batch: BatchNumber(1),
            line: 3,
            document_number: "京市监罚〔2026〕7号".to_owned(),
            finding_day: Day::new(2026, 10, 9).unwrap(),
            version: 1,
            standing: LineStanding::Standing,
        };
        let known = known();
        let office = known.authorities.iter().find(|one| one.code.0 == "market-regulation");
        for page in samples::pages("/office/records") {
            let session = samples::session(samples::office(), None);
            let asked = Asked { document: Some("\"><b>".to_owned()), ..Asked::default() };
            let of = |found: Option<&FoundLines>, faults: Vec<Fault>| {
                let items = item_choices(&page, &known, office, None);
                let head = DeskHead::new(&page, &session);
                let html = FindPage::new(&page, head, &asked, items, faults, found).render().unwrap();
                samples::check(&page, &html);
                html
            };
            let found = FoundLines { lines: vec![line.clone()], looked: 1, complete: true };
            let html = of(Some(&found), Vec::new());
            assert!(html.contains(&format!("action=\"{}\"", page.href("/office/records/7"))));
            let none = FoundLines { lines: Vec::new(), looked: 20_000, complete: false };
            assert!(of(Some(&none), Vec::new()).contains(page.t("office-find-none")));
            let fault = Fault { field: "document", words: "x".to_owned() };
            assert!(of(None, vec![fault]).contains("href=\"#document\""));
        }
    }

    #[test]
    fn article_34_an_unopened_record_says_that_opening_it_is_entered() {
        for page in samples::pages("/office/records/7") {
            let session = samples::session(samples::office(), None);
            let html = ClosedPage::new(&page, DeskHead::new(&page, &session), 7).render().unwrap();
            samples::check(&page, &html);
            assert!(html.contains(page.t("office-open-note")));
        }
    }

    #[test]
    fn article_14_an_opened_record_offers_what_may_still_be_done_with_it() {
        let known = known();
        let today = Day::new(2026, 11, 23).unwrap();
        for page in samples::pages("/office/records/2") {
            let session = samples::session(samples::office(), None);
            let of = |acts: &[&str]| {
                let own = own(acts);
                let head = DeskHead::new(&page, &session);
                let html = OpenPage::new(&page, head, RecordNumber(2), &own, &known, today).render().unwrap();
                samples::check(&page, &html);
                assert!(!html.contains("<b>"));
                ["correct", "revoke", "restore"]
                    .map(|act| html.contains(&format!("/office/records/2/{act}\"")))
            };
            assert_eq!(of(&["record_filed"]), [true, true, true]);
            assert_eq!(of(&["record_filed", "record_restored"]), [true, true, false]);
            assert_eq!(of(&["record_filed", "record_revoked"]), [false, false, false]);
            of(&["display_withdrawn", "display_resumed", "record_corrected", "of_a_later_version"]);
        }
    }
}
