//! Records that are held back until a code is verified. The list says where each came from; opening one is an inquiry, which its
//! subject sees (Articles 13, 14, 34).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::identifier::{self, IdentifierKind};
use register::authority::Authority;
use register::catalogue::Catalogue;
use register::record::RecordNumber;
use register::ruling::Bilingual;
use serde::Deserialize;
use service::inquiry::Answer;
use service::operation::HeldRecord;

use super::office_name;
use crate::extract::{Query, number};
use crate::pages::Page;
use crate::pages::desk::{Desk, DeskForm, DeskHead};
use crate::pages::record::{Around, RecordCard};
use crate::problem::Problem;
use crate::site::Site;

/// How many stand on a page.
const PAGE: u64 = 50;
/// Where the answer of a form leads in the other language: what was sent is not sent again for it.
const LIST: &str = "/operations/verification";

#[derive(Debug, Deserialize)]
pub(crate) struct WaitingQuery {
    after: Option<u64>,
}

#[derive(Template)]
#[template(path = "operations/verification.html")]
struct Waiting<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    lines: Vec<Line>,
    is_later: bool,
    next: Option<u64>,
}

struct Line {
    record: u64,
    office: String,
    item: String,
    batch: u64,
    line: u64,
    filed_day: law::Day,
}

impl<'a> Waiting<'a> {
    fn new(
        desk: &'a Desk,
        held: &[HeldRecord],
        is_later: bool,
        catalogue: &Catalogue,
        authorities: &[Authority],
    ) -> Self {
        let p = &desk.page;
        let full = u64::try_from(held.len()).is_ok_and(|count| count >= PAGE);
        let line = |held: &HeldRecord| Line {
            record: held.record.0,
            office: office_name(p, authorities, &held.authority),
            item: catalogue
                .item(&held.item)
                .map_or_else(|| held.item.0.clone(), |item| p.of(&item.item.name).to_owned()),
            batch: held.batch.0,
            line: held.line,
            filed_day: held.filed_day,
        };
        let next = held.last().filter(|_| full).map(|last| last.record.0);
        Self { p, d: desk.head(), lines: held.iter().map(line).collect(), is_later, next }
    }
}

/// What waits for verification.
///
/// Articles: 13, 14
pub(crate) async fn waiting(
    State(site): State<Arc<Site>>,
    Query(asked): Query<WaitingQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    let after = asked.after.map(|after| number("after", after)).transpose()?.map(RecordNumber);
    let held = site.platform.held_records(after, PAGE, &desk.caller()).await?;
    let catalogue = site.platform.catalogue().await?;
    let authorities = site.platform.authorities().await?;
    desk.page.show_once(&Waiting::new(&desk, &held, after.is_some(), &catalogue, &authorities))
}

#[derive(Debug, Deserialize)]
pub(crate) struct OpenForm {
    record: u64,
}

#[derive(Template)]
#[template(path = "operations/held_record.html")]
struct Opened<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    identifier: &'a str,
    kind: String,
    /// Which check of the code failed, in words.
    failed: Option<String>,
    entry: u64,
    records: Vec<RecordCard>,
}

impl<'a> Opened<'a> {
    fn new(desk: &'a Desk, answer: &'a Answer, around: Around<'_>) -> Self {
        let p = &desk.page;
        Self {
            p,
            d: desk.head(),
            identifier: &answer.subject.identifier,
            kind: p.of(&answer.subject.kind.term()).to_owned(),
            failed: failed_check(&answer.subject.identifier, around.today)
                .map(|words| p.of(&words).to_owned()),
            entry: answer.entry.0,
            records: answer.records.iter().map(|record| RecordCard::new(p, record, around)).collect(),
        }
    }
}

/// Why a code waits: the check that it fails.
fn failed_check(code: &str, today: law::Day) -> Option<Bilingual> {
    let check = identifier::check(code, Some(IdentifierKind::UnifiedCode), today);
    Some(Bilingual::made(check.reason_zh?, check.reason?))
}

/// Opens one: an inquiry with its entry.
///
/// Articles: 13, 14, 34
pub(crate) async fn open(
    State(site): State<Arc<Site>>,
    DeskForm { mut desk, form }: DeskForm<OpenForm>,
) -> Result<Response, Problem> {
    desk.page.path = LIST.to_owned();
    let record = RecordNumber(number("record", form.record)?);
    let answer = site.platform.open_held_record(record, &desk.caller()).await?;
    let catalogue = site.platform.catalogue().await?;
    let authorities = site.platform.authorities().await?;
    let around =
        Around { catalogue: Some(&catalogue), authorities: &authorities, today: site.platform.today() };
    desk.page.show_once(&Opened::new(&desk, &answer, around))
}

#[derive(Debug, Deserialize)]
pub(crate) struct VerifiedForm {
    identifier: String,
    #[serde(default)]
    reason: String,
}

#[derive(Template)]
#[template(path = "operations/verified.html")]
struct Verified<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    entry: u64,
}

/// Says that a code was compared with the registration, and by which document.
///
/// Articles: 13, 14
pub(crate) async fn verified(
    State(site): State<Arc<Site>>,
    DeskForm { mut desk, form }: DeskForm<VerifiedForm>,
) -> Result<Response, Problem> {
    desk.page.path = LIST.to_owned();
    let done = site.platform.verify_identifier(&form.identifier, &form.reason, &desk.caller()).await?;
    desk.page.show_once(&Verified { p: &desk.page, d: desk.head(), entry: done.entry.0 })
}

#[cfg(test)]
mod tests {
    use law::{Day, InformationClass};
    use register::acts::information::inquiry::Purpose;
    use register::authority::AuthorityCode;
    use register::caller::Holder;
    use register::catalogue::ItemCode;
    use register::record::BatchNumber;
    use register::subject::{EntryNumber, SubjectKind};
    use service::inquiry::SubjectView;

    use super::*;
    use crate::pages::samples;

    fn desk(page: Page) -> Desk {
        Desk { page, session: samples::session(Holder::Operator, None) }
    }

    #[test]
    fn the_list_says_where_a_record_came_from_and_nothing_of_what_it_says() {
        let held = |number: u64| HeldRecord {
            record: RecordNumber(number),
            authority: AuthorityCode("market-regulation".to_owned()),
            item: ItemCode("administrative-penalty".to_owned()),
            class: InformationClass::Untrustworthiness,
            batch: BatchNumber(3),
            line: 7,
            filed_day: Day::new(2026, 11, 1).unwrap(),
        };
        for count in [0, 1, PAGE] {
            let list: Vec<HeldRecord> = (1..=count).map(held).collect();
            for page in samples::pages("/operations/verification") {
                let desk = desk(page);
                let shown = Waiting::new(&desk, &list, true, &samples::catalogue(), &samples::authorities());
                let html = shown.render().unwrap();
                samples::check(&desk.page, &html);
                assert_eq!(html.matches("name=\"record\"").count() as u64, count);
                assert_eq!(html.contains("rel=\"next\""), count == PAGE);
            }
        }
    }

    #[test]
    fn an_opened_record_names_its_entry_and_asks_for_the_document_that_was_compared() {
        let answer = Answer {
            result: "records",
            viewer: "verifier",
            subject: SubjectView {
                kind: SubjectKind::LegalPerson,
                identifier: "911100001000054748".to_owned(),
                held_for_verification: false,
            },
            as_of: String::new(),
            journal_size: 7,
            law: Vec::new(),
            catalogue: String::new(),
            records: vec![samples::record(2, InformationClass::Untrustworthiness)],
            withheld: Vec::new(),
            looks: None,
            lost_looks: Vec::new(),
            history: None,
            consents: None,
            next: None,
            entry: EntryNumber(4_321),
            purpose: Purpose::Verification { record: RecordNumber(2) },
        };
        let (catalogue, authorities) = (samples::catalogue(), samples::authorities());
        let today = Day::new(2026, 11, 23).unwrap();
        let around = Around { catalogue: Some(&catalogue), authorities: &authorities, today };
        for page in samples::pages("/operations/verification/open") {
            let desk = desk(page);
            let html = Opened::new(&desk, &answer, around).render().unwrap();
            samples::check(&desk.page, &html);
            assert!(html.contains("name=\"reason\"") && html.contains("4321"));
            // The code is typed afresh, from the registration: what is there already would be confirmed with a look at nothing.
            assert!(!html.contains("value=\"911100001000054748\""));
            let failed = failed_check("911100001000054747", today).unwrap();
            assert!(failed_check("911100001000054748", today).is_none());
            assert!(!failed.zh.is_empty() && failed.zh != failed.en);
            let html = Verified { p: &desk.page, d: desk.head(), entry: 9 }.render().unwrap();
            samples::check(&desk.page, &html);
        }
    }
}
