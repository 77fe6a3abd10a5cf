//! Filing by upload: a file is looked at first, and filed when its sender says so.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use register::authority::Authority;
use register::caller::Caller;
use register::catalogue::CompiledItem;
use register::record::BatchNumber;
use register::ruling::Ground;
use serde::Deserialize;
use service::ServiceError;
use service::filing::{FilingPreview, FilingProgress, FilingReport, LineError, PreviewLine};

use super::returned::give_back;
use super::{Choice, GroundLine, Known, item_choices};
use crate::extract::PathPart;
use crate::pages::Page;
use crate::pages::desk::{Desk, DeskForm, DeskHead, faulty, to};
use crate::pages::record::{FieldLine, field_line_of, label_of};
use crate::problem::{Problem, ProblemKind};
use crate::site::{Site, UploadPlace};
use crate::staging::{Stage, Staged};

/// How many refused lines stand on a page; all of them are in the file.
const REFUSED_SHOWN: usize = 50;
/// How many refused lines of a filed file are kept for its page.
const REFUSED_KEPT_MAX: usize = 2_000;

#[derive(Template)]
#[template(path = "office/file.html")]
struct FormPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    items: Vec<Choice>,
    megabytes: u64,
    fault: Option<(&'a str, String)>,
}

impl<'a> FormPage<'a> {
    fn new(p: &'a Page, d: DeskHead<'a>, known: &Known, office: Option<&Authority>, bytes_max: u64) -> Self {
        let items = item_choices(p, known, office, None);
        Self { p, d, items, megabytes: bytes_max / (1 << 20), fault: None }
    }

    fn is_faulty(&self, field: &str) -> bool {
        self.fault.as_ref().is_some_and(|(faulty, _)| *faulty == field)
    }
}

/// The form: the item, the file, and whether all lines are filed or none.
///
/// Articles: 11, 14
pub(crate) async fn form(State(site): State<Arc<Site>>, desk: Desk) -> Result<Response, Problem> {
    let known = Known::read(&site).await?;
    let bytes_max = site.options.limits.batch_bytes_max;
    desk.page.show_once(&FormPage::new(&desk.page, desk.head(), &known, known.office(&desk), bytes_max))
}

/// The form once more, with what is wrong with it.
pub(super) async fn again(
    site: &Site,
    desk: &Desk,
    field: &'static str,
    words: &'static str,
) -> Result<Response, Problem> {
    let known = Known::read(site).await?;
    let bytes_max = site.options.limits.batch_bytes_max;
    let mut page = FormPage::new(&desk.page, desk.head(), &known, known.office(desk), bytes_max);
    page.fault = Some((field, desk.page.t(words).to_owned()));
    faulty(desk.page.show_once(&page))
}

pub(super) fn place(site: &Site, caller: &Caller) -> Result<UploadPlace, Problem> {
    site.uploads.take(caller).ok_or_else(|| {
        Problem::new(ProblemKind::Overloaded).detail("正在归集的文件过多", "too many files are being filed")
    })
}

pub(super) fn failed(error: ServiceError) -> Stage {
    Stage::Failed(Problem::from(error))
}

/// How a filing ended that was not finished: a refusal comes before the first line, anything else in the middle.
fn broken_off(error: ServiceError) -> Stage {
    match error {
        ServiceError::Refused(_) => failed(error),
        error => Stage::BrokenOff(Problem::from(error)),
    }
}

/// Works on a file in a task of its own: when the sender goes away in the middle it is finished all the same.
pub(super) fn work(staged: Arc<Staged>, working: impl Future<Output = Stage> + Send + 'static) {
    tokio::spawn(async move {
        let stage = tokio::spawn(working).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the work on a file ended early");
            Stage::Failed(Problem::new(ProblemKind::Internal))
        });
        staged.end(stage);
    });
}

#[derive(Template)]
#[template(path = "office/staged.html")]
struct StagedPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    title: &'a str,
    name: &'a str,
    item_name: String,
    all_or_nothing: bool,
    here: String,
    /// Whether the refused lines can be fetched, to be corrected.
    is_returned: bool,
    /// Whether nothing was filed because of them, or would be.
    is_refused_whole: bool,
    progress: Option<ProgressView>,
    preview: Option<PreviewView>,
    report: Option<ReportView>,
    failure: Option<FailureView>,
}

struct ProgressView {
    is_filing: bool,
    lines: u64,
    filed: u64,
    unchanged: u64,
    refused: u64,
    hundredths: u64,
}

struct PreviewView {
    digest: String,
    filed: u64,
    unchanged: u64,
    refused: u64,
    dropped: Vec<String>,
    first: Vec<FirstLine>,
    errors: Vec<ErrorLine>,
    /// Whether more lines would be refused than stand on the page.
    is_cut: bool,
    /// Whether more lines would be refused than are listed at all.
    is_list_cut: bool,
    before: Option<BatchLink>,
    /// Whether pressing the button files anything.
    may_file: bool,
}

/// A batch and its page.
struct BatchLink {
    number: u64,
    path: String,
}

impl BatchLink {
    fn new(p: &Page, batch: BatchNumber) -> Self {
        Self { number: batch.0, path: p.href(&format!("/office/batches/{}", batch.0)) }
    }
}

struct FirstLine {
    line: u64,
    fields: Vec<FieldLine>,
}

/// A refused line as a page shows it.
pub(super) struct ErrorLine {
    pub(super) line: u64,
    pub(super) grounds: Vec<GroundLine>,
}

struct ReportView {
    digest: String,
    batch: Option<BatchLink>,
    filed: u64,
    unchanged: u64,
    refused: u64,
    repeated: bool,
    entry: Option<u64>,
    errors: Vec<ErrorLine>,
}

struct FailureView {
    is_part_filed: bool,
    title: String,
    detail: String,
    remedy: String,
    grounds: Vec<GroundLine>,
}

impl ErrorLine {
    pub(super) fn all(
        p: &Page,
        errors: &[LineError],
        shown: usize,
        item: Option<&CompiledItem>,
    ) -> Vec<Self> {
        let ground = |ground: &Ground| {
            let mut line = GroundLine::new(p, ground);
            // A field is called what the catalogue calls it.
            let field = ground.field.as_ref().and_then(|name| item?.format.field(name));
            if let Some(field) = field {
                line.field = Some(label_of(p, &field.name, &field.chinese_name, field.annotation.form));
            }
            line
        };
        let line = |error: &LineError| Self {
            line: error.line,
            grounds: error.grounds.iter().map(ground).collect(),
        };
        errors.iter().take(shown).map(line).collect()
    }
}

impl ProgressView {
    fn new(progress: FilingProgress, is_filing: bool) -> Self {
        let read = progress.bytes_read.saturating_mul(100);
        Self {
            is_filing,
            lines: progress.lines,
            filed: progress.filed,
            unchanged: progress.unchanged,
            refused: progress.refused,
            hundredths: read.checked_div(progress.bytes_total).unwrap_or(0).min(100),
        }
    }
}

impl PreviewView {
    fn new(p: &Page, preview: &FilingPreview, known: &Known, staged: &Staged) -> Self {
        let item = known.catalogue.item(&staged.item);
        let first = |line: &PreviewLine| FirstLine {
            line: line.line,
            fields: line
                .fields
                .iter()
                .filter(|field| !field.value.is_null())
                .map(|field| field_line_of(p, field, item))
                .collect(),
        };
        let whole = !staged.all_or_nothing || preview.refused == 0;
        Self {
            digest: preview.file_digest.clone(),
            filed: preview.filed,
            unchanged: preview.unchanged,
            refused: preview.refused,
            dropped: preview.dropped_columns.clone(),
            first: preview.first.iter().map(first).collect(),
            errors: ErrorLine::all(p, &preview.errors, REFUSED_SHOWN, item),
            is_cut: preview.errors.len() > REFUSED_SHOWN,
            is_list_cut: preview.refused > preview.errors.len() as u64,
            before: preview.before.map(|batch| BatchLink::new(p, batch)),
            may_file: preview.before.is_none() && whole && preview.lines > 0,
        }
    }
}

impl<'a> StagedPage<'a> {
    fn new(p: &'a Page, d: DeskHead<'a>, staged: &'a Staged, stage: &Stage, known: &Known) -> Self {
        let title = match stage {
            Stage::Judging(_) => "office-judging-title",
            Stage::Judged(_) => "office-preview-title",
            Stage::Filing(_) => "office-filing-title",
            Stage::Filed(_) => "office-filed-title",
            Stage::Failed(_) => "office-failed-title",
            Stage::BrokenOff(_) => "office-broken-off-title",
        };
        let mut page = Self {
            p,
            d,
            title: p.t(title),
            name: &staged.name,
            item_name: known.item_name(p, &staged.item),
            all_or_nothing: staged.all_or_nothing,
            here: p.href(&format!("/office/file/{}", staged.word)),
            is_returned: staged.returned().is_some(),
            is_refused_whole: staged.all_or_nothing,
            progress: None,
            preview: None,
            report: None,
            failure: None,
        };
        match stage {
            Stage::Judging(progress) => page.progress = Some(ProgressView::new(*progress, false)),
            Stage::Filing(progress) => page.progress = Some(ProgressView::new(*progress, true)),
            Stage::Judged(preview) => page.preview = Some(PreviewView::new(p, preview, known, staged)),
            Stage::Filed(report) => {
                page.report = Some(ReportView::new(p, report, known.catalogue.item(&staged.item)))
            }
            Stage::Failed(problem) | Stage::BrokenOff(problem) => {
                page.failure = Some(FailureView {
                    is_part_filed: matches!(stage, Stage::BrokenOff(_)),
                    title: problem.kind.title(p.language),
                    detail: problem
                        .detail
                        .as_ref()
                        .map_or_else(|| problem.kind.meaning(p.language), |detail| p.of(detail).to_owned()),
                    remedy: problem.kind.remedy(p.language),
                    grounds: GroundLine::all(p, &problem.grounds),
                });
            }
        }
        page
    }
}

impl ReportView {
    fn new(p: &Page, report: &FilingReport, item: Option<&CompiledItem>) -> Self {
        Self {
            digest: report.file_digest.clone(),
            batch: report.batch.map(|batch| BatchLink::new(p, batch)),
            filed: report.filed,
            unchanged: report.unchanged,
            refused: report.refused,
            repeated: report.repeated,
            entry: report.receipt.as_ref().map(|receipt| receipt.entry()),
            errors: ErrorLine::all(p, &report.errors, REFUSED_SHOWN, item),
        }
    }
}

pub(super) fn found(site: &Site, desk: &Desk, word: &str) -> Result<Arc<Staged>, Problem> {
    site.staging.find(word, desk.session.number).ok_or_else(Problem::not_found)
}

/// How far a file has come: being judged, the preview, being filed, or the result with its receipt. While the work goes on the
/// browser asks again by itself, without a script.
///
/// Articles: 14
pub(crate) async fn staged(
    State(site): State<Arc<Site>>,
    PathPart(word): PathPart<String>,
    desk: Desk,
) -> Result<Response, Problem> {
    let staged = found(&site, &desk, &word)?;
    let stage = staged.stage_soon().await;
    let known = Known::read(&site).await?;
    let mut response =
        desk.page.show_once(&StagedPage::new(&desk.page, desk.head(), &staged, &stage, &known))?;
    if stage.is_busy() {
        response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from_static("2"));
    }
    Ok(response)
}

/// Nothing but the button was sent.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

/// Files what was looked at.
///
/// Articles: 11, 14
pub(crate) async fn file(
    State(site): State<Arc<Site>>,
    PathPart(word): PathPart<String>,
    DeskForm { desk, form: Nothing {} }: DeskForm<Nothing>,
) -> Result<Response, Problem> {
    let staged = found(&site, &desk, &word)?;
    let caller = desk.caller();
    let place = place(&site, &caller)?;
    let there = to(&desk.page.href(&format!("/office/file/{}", staged.word)));
    if !staged.begin_filing() {
        return Ok(there);
    }
    let site = Arc::clone(&site);
    work(Arc::clone(&staged), async move {
        let Some(request) = staged.request() else { return Stage::Failed(Problem::not_found()) };
        let filed = site.platform.file(request.clone(), &caller, &|now| staged.progress(now)).await;
        let stage = match filed {
            Ok(mut report) => {
                give_back(&site, &staged, request, &mut report.errors).await;
                // All of them are kept with the batch, whose page shows them.
                report.errors.truncate(REFUSED_KEPT_MAX);
                Stage::Filed(Arc::new(report))
            }
            Err(error) => broken_off(error),
        };
        drop(place);
        stage
    });
    Ok(there)
}

#[cfg(test)]
mod tests {
    use law::Citation;
    use register::ruling::Bilingual;
    use register::view::FieldView;

    use register::catalogue::ItemCode;

    use super::*;
    use crate::pages::samples;
    use crate::staging::Returned;

    fn known() -> Known {
        Known { catalogue: Arc::new(samples::catalogue()), authorities: samples::enrolled() }
    }

    fn preview(refused: u64) -> FilingPreview {
        let ground = Ground::new("x", Citation::article(14), Bilingual::new("金额<b>", "an amount <b>"))
            .field("fine_amount")
            .remedy(Bilingual::new("改正", "mend it"));
        let field = |value: &str| FieldView {
            name: "organisation_name".to_owned(),
            chinese_name: "行政相对人名称".to_owned(),
            value: value.into(),
            masked: true,
        };
        FilingPreview {
            file_digest: "ab".repeat(32),
            lines: 300,
            filed: 300 - refused,
            unchanged: 0,
            refused,
            dropped_columns: vec!["备注<i>".to_owned()],
            first: (1..=5)
                .map(|line| PreviewLine { line, fields: vec![field(samples::HARD_NAME)] })
                .collect(),
            errors: (0..refused).map(|line| LineError { line, grounds: vec![ground.clone()] }).collect(),
            before: None,
        }
    }

    fn rendered(page: &Page, stage: &Stage, all_or_nothing: bool) -> String {
        let session = samples::session(samples::office(), None);
        let file = tempfile::NamedTempFile::new().unwrap();
        let item = ItemCode("administrative-penalty".to_owned());
        let name = "\"><script>.csv".to_owned();
        let staged = Staged::new(
            "word".to_owned(),
            &samples::session(samples::office(), None),
            name,
            item,
            all_or_nothing,
            file,
        );
        let file = tempfile::NamedTempFile::new().unwrap();
        staged.give_back(Some(Returned { file, extension: "csv" }));
        let known = known();
        let html =
            StagedPage::new(page, DeskHead::new(page, &session), &staged, stage, &known).render().unwrap();
        samples::check(page, &html);
        html
    }

    #[test]
    fn the_form_offers_what_the_office_provides_and_nothing_else() {
        let known = known();
        let office = known.authorities.iter().find(|one| one.code.0 == "market-regulation");
        for page in samples::pages("/office/file") {
            let session = samples::session(samples::office(), None);
            let head = DeskHead::new(&page, &session);
            let html = FormPage::new(&page, head, &known, office, 1 << 30).render().unwrap();
            samples::check(&page, &html);
            assert_eq!(html.matches("<option").count(), known.items(office).count() + 1);
            assert!(html.contains("enctype=\"multipart/form-data\""));
            // What is asked before the file comes before it: the session's word first.
            let place = |text: &str| html.find(text).unwrap();
            assert!(place("name=\"form_token\" value=\"word\"><div") < place("name=\"file\""));
        }
    }

    #[test]
    fn article_14_every_stage_has_its_page() {
        let progress =
            FilingProgress { bytes_read: 5, bytes_total: 10, lines: 3, ..FilingProgress::default() };
        let failed = Problem::refused(
            Ground::new("workbook", Citation::article(14), Bilingual::new("工作簿", "a workbook")).into(),
        );
        for page in samples::pages("/office/file/word") {
            let html = rendered(&page, &Stage::Judging(progress), false);
            assert!(html.contains("<progress max=\"100\" value=\"50\""));
            rendered(&page, &Stage::Filing(progress), false);
            assert!(rendered(&page, &Stage::Failed(failed.clone()), false).contains(&page.href("/law/14")));
            let broken_off = Stage::BrokenOff(Problem::new(ProblemKind::Overloaded));
            assert!(rendered(&page, &broken_off, false).contains(page.t("office-batch-open-note")));

            let html = rendered(&page, &Stage::Judged(Arc::new(preview(120))), false);
            assert_eq!(html.matches("class=\"refused-line\"").count(), REFUSED_SHOWN);
            assert!(html.contains("<form class=\"form\"") && html.contains("/refused\""));
            // All or nothing: with a refused line there is no button.
            let html = rendered(&page, &Stage::Judged(Arc::new(preview(1))), true);
            assert!(!html.contains("<form class=\"form\""));
            assert!(html.contains(page.t("office-preview-nothing")));
            let before = FilingPreview { before: Some(BatchNumber(7)), ..preview(0) };
            let html = rendered(&page, &Stage::Judged(Arc::new(before)), false);
            assert!(!html.contains("<form class=\"form\""));
            assert!(html.contains(&page.href("/office/batches/7")));
        }
    }
}
