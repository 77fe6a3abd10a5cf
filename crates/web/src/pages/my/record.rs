//! A record of one's own: who sees it, until when, what can be done about it, its history, and the withdrawal from display
//! (Articles 34, 36).

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::{Citation, InformationClass};
use register::authority::Duty;
use register::record::RecordNumber;
use register::rules::disclosure::Reach;
use register::rules::display_period::Display;
use register::view::RecordView;
use serde_json::Value;
use service::cases::RecordRights;
use service::inquiry::Answer;
use service::own::OwnLog;

use super::look::LookLine;
use super::messages::Message;
use super::rights::RightsPanel;
use super::{Confirm, Confirmed, DoneQuery, Known, inquire, receipt_href};
use crate::extract::{PathPart, Query, number};
use crate::language::Language;
use crate::pages::desk::{Desk, DeskForm, DeskHead, to};
use crate::pages::record::{FieldLine, RecordCard, field_line, form_of};
use crate::pages::{Cited, Page};
use crate::problem::Problem;
use crate::site::Site;

/// A record as its subject sees it.
pub(crate) struct MyRecord {
    pub(crate) card: RecordCard,
    pub(crate) item_name: String,
    /// The page of its item, while the catalogue has it.
    pub(crate) item_path: Option<String>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) seen_by: Vec<Seer>,
    pub(crate) remedies: Vec<String>,
    /// Whether it can be withdrawn from display now.
    pub(crate) withdrawable: bool,
    /// Whether it can be displayed again.
    pub(crate) resumable: bool,
    /// Whether the way to an objection stands beside it.
    pub(crate) objectable: bool,
    /// Whether the way to restoration stands beside it.
    pub(crate) restorable: bool,
}

/// In what state a record is, the article, and the receipt of the entry that made it so.
pub(crate) struct Mark {
    pub(crate) text: String,
    pub(crate) article: Cited,
    pub(crate) receipt: Option<(u64, String)>,
}

/// Someone who sees a record.
pub(crate) struct Seer {
    pub(crate) text: String,
    pub(crate) article: Option<Cited>,
}

impl MyRecord {
    /// Draws a record for its subject.
    ///
    /// Articles: 14, 15, 34, 36
    pub(crate) fn new(p: &Page, record: &RecordView, held: bool, known: &Known) -> Self {
        let item = known.catalogue.item(&record.item);
        let mut card = RecordCard::whole(p, record, known.around());
        if matches!(&record.display, Display::Not { why, .. } if why == "minor") {
            card.display = p.t("my-display-minor").to_owned();
        }
        let standing = record.standing.as_ref();
        let withdrawn = standing.and_then(|standing| standing.withdrawn);
        let may_be_withdrawn = item.is_some_and(|item| item.item.withdrawable);
        Self {
            item_name: p.of(&record.item_name).to_owned(),
            item_path: item.map(|_| p.href(&format!("/catalogue/{}", record.item.0))),
            marks: marks(p, record, held),
            seen_by: standing.map(|standing| seers(p, &standing.seen_by)).unwrap_or_default(),
            remedies: standing
                .map(|standing| standing.remedies.iter().map(|remedy| p.of(remedy).to_owned()).collect())
                .unwrap_or_default(),
            withdrawable: may_be_withdrawn && withdrawn.is_none() && record.display.is_displayed(),
            resumable: may_be_withdrawn && withdrawn.is_some(),
            objectable: standing
                .is_some_and(|standing| standing.revoked.is_none() && standing.objection.is_none()),
            restorable: record.class == InformationClass::Untrustworthiness && record.display.is_displayed(),
            card,
        }
    }
}

fn marks(p: &Page, record: &RecordView, held: bool) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut mark = |key: &str, article: Citation, entry: Option<u64>| {
        let receipt = entry.map(|entry| (entry, receipt_href(p, entry)));
        marks.push(Mark { text: p.t(key).to_owned(), article: p.cite(&article), receipt });
    };
    if let Some(standing) = &record.standing {
        for (key, article, entry) in [
            ("my-mark-revoked", 14, standing.revoked),
            ("my-mark-restored", 38, standing.restored),
            ("my-mark-withdrawn", 36, standing.withdrawn),
            ("my-mark-stopped", 37, standing.stopped),
        ] {
            if let Some(entry) = entry {
                mark(key, Citation::article(article), Some(entry.0));
            }
        }
    }
    match &record.display {
        Display::Not { why, article } if why == "minor" => mark("my-mark-minor", article.clone(), None),
        Display::Ended { article, .. } => mark("my-mark-ended", article.clone(), None),
        _ => {}
    }
    if held {
        mark("my-mark-held", Citation::article(14), None);
    }
    marks
}

/// Who sees a record, in plain words; its subject comes last and always.
///
/// Articles: 20, 34, 35
fn seers(p: &Page, reach: &Reach) -> Vec<Seer> {
    let mut seers = Vec::new();
    let mut sees = |text: String, article: Option<Citation>| {
        seers.push(Seer { text, article: article.map(|article| p.cite(&article)) })
    };
    if reach.everyone {
        sees(p.t("my-sees-everyone").to_owned(), Some(Citation::article(13)));
    }
    if reach.duties.len() == Duty::ALL.len() {
        sees(p.t("my-sees-any-office").to_owned(), Some(Citation::article(20)));
    } else if !reach.duties.is_empty() {
        let titles: Vec<String> = reach
            .duties
            .iter()
            .filter_map(|duty| Some(p.of(&Duty::new(*duty)?.title()).to_owned()))
            .collect();
        let gap = if p.language == Language::English { " " } else { "" };
        let titles = titles.join(p.t("my-sees-duty-separator"));
        let text = format!("{}{gap}{titles}", p.t("my-sees-offices"));
        sees(text, Some(Citation::article(20)));
    } else if reach.filing_office {
        sees(p.t("my-sees-filing-office").to_owned(), Some(Citation::article(20)));
    }
    if reach.by_consent {
        sees(p.t("my-sees-consent").to_owned(), Some(Citation::article(35)));
    }
    if seers.is_empty() {
        return vec![Seer {
            text: p.t("my-sees-only-you").to_owned(),
            article: Some(p.cite(&Citation::article(34))),
        }];
    }
    seers.push(Seer { text: p.t("my-sees-you").to_owned(), article: None });
    seers
}

// --- its page ------------------------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "my/one_record.html")]
struct RecordPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    mine: MyRecord,
    rights: RightsPanel,
    history: Vec<Step>,
    looks: Vec<LookLine>,
    has_more_looks: bool,
    /// What was done just now.
    done: Option<(String, String)>,
    entry: u64,
    entry_href: String,
}

/// A step of a record's history.
pub(crate) struct Step {
    pub(crate) message: Message,
    /// The version that it made.
    pub(crate) version: Option<u64>,
    /// What it changed: the field's label, and its values before and after.
    pub(crate) changes: Vec<(String, String, String)>,
}

impl<'a> RecordPage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        answer: &Answer,
        rights: &RecordRights,
        known: &Known,
        done: Option<u64>,
    ) -> Result<Self, Problem> {
        let number = rights.record;
        let found = answer.records.iter().find(|view| view.record == number);
        let record = found.ok_or_else(Problem::not_found)?;
        let history = history(p, record, answer, known);
        let looks = answer.looks.iter().flatten();
        // Only what this record's history tells was done is said to be done, whatever the address says.
        let done = done
            .and_then(|done| history.iter().find(|step| step.message.entry == done))
            .map(|step| (step.message.title.clone(), p.count("my-done-receipt", step.message.entry)))
            .zip(done)
            .map(|((title, text), _)| (title, text));
        let mine = MyRecord::new(p, record, answer.subject.held_for_verification, known);
        Ok(Self {
            // What can be done today stands in a part of its own here.
            mine: MyRecord { objectable: false, restorable: false, ..mine },
            rights: RightsPanel::new(p, rights),
            looks: looks.map(|look| LookLine::new(p, look, &answer.records, known)).collect(),
            has_more_looks: answer.next.is_some(),
            history,
            done,
            entry: answer.entry.0,
            entry_href: receipt_href(p, answer.entry.0),
            p,
            d,
        })
    }
}

/// What was done with a record, newest first, with what each correction changed.
fn history(p: &Page, record: &RecordView, answer: &Answer, known: &Known) -> Vec<Step> {
    let item = known.catalogue.item(&record.item);
    let (mut steps, mut version, mut former) = (Vec::new(), 0, None);
    for line in answer.history.iter().flatten().rev() {
        let mut changes = Vec::new();
        let mut made = None;
        if let Some(content) = &line.content {
            version += 1;
            made = Some(version);
            if let Some(former) = former {
                changes = differences(p, former, &content.fields, |name| {
                    let known = record.fields.iter().find(|field| field.name == name);
                    let chinese_name = known.map_or(name, |field| &field.chinese_name);
                    (chinese_name.to_owned(), form_of(item, name))
                });
            }
            former = Some(&content.fields);
        }
        steps.push(Step { message: Message::new(p, line, &answer.records, known), version: made, changes });
    }
    steps.reverse();
    steps
}

/// The fields in which two versions differ, in words.
fn differences(
    p: &Page,
    before: &serde_json::Map<String, Value>,
    after: &serde_json::Map<String, Value>,
    known: impl Fn(&str) -> (String, register::format::Form),
) -> Vec<(String, String, String)> {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let line = |name: &str, value: Option<&Value>| -> FieldLine {
        let (chinese_name, form) = known(name);
        let value = value.cloned().unwrap_or(Value::Null);
        let field = register::view::FieldView { name: name.to_owned(), chinese_name, value, masked: false };
        field_line(p, &field, form)
    };
    let words = |value: Option<&Value>, line: &FieldLine| match value {
        None | Some(Value::Null) => p.t("my-record-empty").to_owned(),
        Some(_) => line.values.join(p.t("my-sees-duty-separator")),
    };
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| {
            let (old, new) = (before.get(name), after.get(name));
            let (old_line, new_line) = (line(name, old), line(name, new));
            let (old, new) = (words(old, &old_line), words(new, &new_line));
            (new_line.label, old, new)
        })
        .collect()
}

/// A record of one's own with its history and who saw it.
///
/// Articles: 14, 15, 34
pub(crate) async fn record(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    Query(query): Query<DoneQuery>,
    desk: Desk,
) -> Result<Response, Problem> {
    let record = RecordNumber(number("record", record)?);
    let (answer, known) = inquire(&site, &desk, OwnLog::Record(record), None).await?;
    // What is not there is told by the inquiry, in the same words for everything.
    if !answer.records.iter().any(|view| view.record == record) {
        return Err(Problem::not_found());
    }
    let rights = site.platform.rights_of_record(record, &desk.caller()).await?;
    desk.page.show_once(&RecordPage::new(&desk.page, desk.head(), &answer, &rights, &known, query.entry)?)
}

// --- withdrawal from display ---------------------------------------------------------------------------------------------------

/// Asks whether a record is to be withdrawn from display, or displayed again.
async fn ask(
    site: &Site,
    desk: &Desk,
    record: u64,
    words: [&'static str; 3],
    place: &str,
) -> Result<Response, Problem> {
    let record = RecordNumber(number("record", record)?);
    let (answer, known) = inquire(site, desk, OwnLog::Record(record), None).await?;
    let found = answer.records.iter().find(|view| view.record == record);
    let mine = MyRecord::new(&desk.page, found.ok_or_else(Problem::not_found)?, false, &known);
    let p = &desk.page;
    let [title, lead, button] = words.map(|key| p.t(key));
    let back = p.href(&format!("/my/records/{}", record.0));
    p.show_once(&Confirm {
        p,
        d: desk.head(),
        title,
        lead,
        article: p.cite(&Citation::article(36)),
        about: vec![
            (p.t("my-record-item"), mine.item_name),
            (p.t("my-message-record"), mine.card.document_number),
            (p.t("my-message-by"), mine.card.authority),
        ],
        action: format!("{back}/{place}"),
        button,
        back,
    })
}

/// Asks whether a record is to be withdrawn from display.
///
/// Articles: 36
pub(crate) async fn ask_withdrawal(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    desk: Desk,
) -> Result<Response, Problem> {
    let words = ["my-confirm-withdraw", "my-confirm-withdraw-lead", "my-withdraw"];
    ask(&site, &desk, record, words, "withdrawal").await
}

/// Asks whether a record is to be displayed again.
///
/// Articles: 36
pub(crate) async fn ask_display(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    desk: Desk,
) -> Result<Response, Problem> {
    let words = ["my-confirm-resume", "my-confirm-resume-lead", "my-resume"];
    ask(&site, &desk, record, words, "display").await
}

fn done(page: &Page, record: u64, entry: u64) -> Response {
    to(&format!("{}?entry={entry}", page.href(&format!("/my/records/{record}"))))
}

/// Withdraws a record from display.
///
/// Articles: 36
pub(crate) async fn withdraw(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    DeskForm { desk, form: Confirmed {} }: DeskForm<Confirmed>,
) -> Result<Response, Problem> {
    let number = RecordNumber(number("record", record)?);
    let acted = site.platform.withdraw(number, &desk.caller()).await?;
    Ok(done(&desk.page, record, acted.entry.0))
}

/// Has a record displayed again.
///
/// Articles: 36
pub(crate) async fn resume(
    State(site): State<Arc<Site>>,
    PathPart(record): PathPart<u64>,
    DeskForm { desk, form: Confirmed {} }: DeskForm<Confirmed>,
) -> Result<Response, Problem> {
    let number = RecordNumber(number("record", record)?);
    let acted = site.platform.resume(number, &desk.caller()).await?;
    Ok(done(&desk.page, record, acted.entry.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::pages::my::examples;
    use crate::pages::samples;

    fn rendered(page: &Page, answer: &Answer, done: Option<u64>) -> String {
        let session = samples::session(samples::subject(), Some(samples::HARD_NAME));
        let head = DeskHead::new(page, &session);
        let rights = crate::pages::my::rights::sample(Vec::new());
        let shown = RecordPage::new(page, head, answer, &rights, &examples::known(), done);
        let html = shown.ok().unwrap().render().unwrap();
        samples::check(page, &html);
        html
    }

    #[test]
    fn article_34_a_record_has_its_versions_what_changed_and_who_saw_it() {
        let mut answer = examples::answer(10);
        answer.history = Some(examples::history_of(2));
        answer.looks = Some(examples::looks());
        for page in samples::pages("/my/records/2") {
            let html = rendered(&page, &answer, None);
            assert!(html.contains(&p_count(&page, "my-record-version", 2)) && html.contains("㐀𠮷𡈽"));
            let (before, after) = match page.language {
                Language::Chinese => ("35,000.00元", "45,000.00元"),
                Language::English => ("CNY 35,000.00", "CNY 45,000.00"),
            };
            assert!(html.contains(before) && html.contains(after), "{html}");
            assert!(html.contains(page.t("my-look-refused")));
            assert!(!html.contains(page.t("my-done")));
        }
    }

    fn p_count(page: &Page, key: &str, number: u64) -> String {
        page.count(key, number)
    }

    #[test]
    fn only_what_the_history_tells_is_said_to_be_done() {
        let mut answer = examples::answer(10);
        answer.history = Some(examples::history_of(2));
        let entry = answer.history.as_ref().unwrap()[0].entry.0;
        for page in samples::pages("/my/records/2") {
            assert!(rendered(&page, &answer, Some(entry)).contains(page.t("my-done")));
            assert!(!rendered(&page, &answer, Some(entry + 1)).contains(page.t("my-done")));
        }
    }

    #[test]
    fn articles_20_and_35_who_sees_a_record_is_said_in_plain_words() {
        let page = Page::at(false, "/en/my");
        let texts = |reach: &Reach| -> Vec<String> {
            seers(&page, reach).into_iter().map(|seer| seer.text).collect()
        };
        let nobody = Reach { everyone: false, duties: Vec::new(), filing_office: false, by_consent: false };
        assert_eq!(texts(&nobody), [page.t("my-sees-only-you")]);
        let some = Reach { duties: vec![2, 3], filing_office: true, by_consent: true, ..nobody.clone() };
        let told = texts(&some);
        assert_eq!(told.len(), 3);
        assert!(told[0].starts_with(page.t("my-sees-offices")) && told[0].contains(", "), "{told:?}");
        let all = Reach { everyone: true, duties: (1..=6).collect(), ..nobody };
        assert_eq!(
            texts(&all),
            ["my-sees-everyone", "my-sees-any-office", "my-sees-you"].map(|key| page.t(key))
        );
    }

    #[test]
    fn a_confirmation_names_what_it_is_about_and_has_a_way_back() {
        for page in samples::pages("/my/records/2/withdrawal") {
            let session = samples::session(samples::subject(), None);
            let html = Confirm {
                p: &page,
                d: DeskHead::new(&page, &session),
                title: page.t("my-confirm-withdraw"),
                lead: page.t("my-confirm-withdraw-lead"),
                article: page.cite(&Citation::article(36)),
                about: vec![(page.t("my-message-record"), samples::HARD_NAME.to_owned())],
                action: "/my/records/2/withdrawal".to_owned(),
                button: page.t("my-withdraw"),
                back: "/my/records/2".to_owned(),
            }
            .render()
            .unwrap();
            samples::check(&page, &html);
            assert_eq!(html.matches("name=\"form_token\" value=\"word\"").count(), 2);
        }
    }
}
