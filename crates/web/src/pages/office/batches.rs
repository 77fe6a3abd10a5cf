//! One's own filings: by batch, with their refused lines and their lines by document number.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::Day;
use register::catalogue::ItemCode;
use register::record::{BatchNumber, RecordNumber};
use serde::Deserialize;
use service::filed::{BatchLine, BatchState, BatchesWanted, FiledLine, LineStanding};
use service::filing::{BatchView, LineError};

use super::filing::ErrorLine;
use super::{Choice, Known, as_file, item_choices};
use crate::extract::{PathPart, Query, number};
use crate::pages::desk::{Desk, DeskHead};
use crate::pages::{Page, query_text};
use crate::problem::Problem;
use crate::refused_lines::table;
use crate::site::Site;

/// How many batches, refused lines and filed lines stand on a page.
const BATCHES: u64 = 30;
const REFUSED: u64 = 50;
const LINES: u64 = 50;
/// How many refused lines are kept at most, and so written into one file.
const REFUSED_MAX: u64 = 100_000;

/// Which batches are asked for, as it stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    item: String,
    #[serde(default)]
    state: String,
    before: Option<u64>,
}

#[derive(Template)]
#[template(path = "office/batches.html")]
struct ListPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    items: Vec<Choice>,
    states: Vec<Choice>,
    rows: Vec<BatchRow>,
    is_filtered: bool,
    first: Option<String>,
    next: Option<String>,
}

struct BatchRow {
    number: u64,
    path: String,
    at: String,
    item: String,
    filed: u64,
    unchanged: u64,
    refused: u64,
    state: &'static str,
    tag: &'static str,
}

/// How a batch stands: the key of its word, and its kind of tag.
const fn standing(batch: &BatchView) -> (&'static str, &'static str) {
    match (batch.closed, batch.in_force) {
        (None, _) => ("office-batch-open", "tag tag-adverse"),
        (Some(_), Some(_)) => ("office-batch-in-force", "tag"),
        (Some(_), None) => ("office-batch-abandoned", "tag tag-quiet"),
    }
}

const fn state_key(state: BatchState) -> &'static str {
    match state {
        BatchState::InForce => "office-batch-in-force",
        BatchState::Open => "office-batch-open",
        BatchState::WithRefused => "office-batch-with-refused",
    }
}

impl<'a> ListPage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        asked: &Asked,
        known: &Known,
        items: Vec<Choice>,
        mut batches: Vec<BatchLine>,
    ) -> Self {
        let here =
            format!("/office/batches?item={}&state={}", query_text(&asked.item), query_text(&asked.state));
        let is_full = u64::try_from(batches.len()).is_ok_and(|count| count > BATCHES);
        batches.truncate(usize::try_from(BATCHES).unwrap_or(usize::MAX));
        let last = batches.last().map(|line| line.batch.batch.0).filter(|_| is_full);
        let row = |line: BatchLine| {
            let (state, tag) = standing(&line.batch);
            BatchRow {
                number: line.batch.batch.0,
                path: p.href(&format!("/office/batches/{}", line.batch.batch.0)),
                at: p.moment(line.at),
                item: known.item_name(p, &line.batch.item),
                filed: line.batch.filed,
                unchanged: line.batch.unchanged,
                refused: line.batch.refused,
                state,
                tag,
            }
        };
        Self {
            p,
            d,
            items,
            states: BatchState::ALL
                .into_iter()
                .map(|state| Choice {
                    value: state.word().to_owned(),
                    name: p.t(state_key(state)).to_owned(),
                    chosen: asked.state == state.word(),
                })
                .collect(),
            rows: batches.into_iter().map(row).collect(),
            is_filtered: !asked.item.is_empty() || !asked.state.is_empty(),
            first: asked.before.map(|_| p.href(&here)),
            next: last.map(|last| p.href(&format!("{here}&before={last}"))),
        }
    }
}

/// The batches of one's own office, the newest first.
///
/// Articles: 14
pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    desk: Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let state = match asked.state.as_str() {
        "" => None,
        word => Some(BatchState::from_word(word).ok_or_else(|| {
            Problem::malformed(
                "state",
                "须为 `in_force`、`open` 或 `with_refused`",
                "it is one of `in_force`, `open`, `with_refused`",
            )
        })?),
    };
    let wanted = BatchesWanted {
        item: (!asked.item.is_empty()).then(|| ItemCode(asked.item.clone())),
        state,
        before: asked.before.map(|before| number("before", before)).transpose()?.map(BatchNumber),
    };
    // One more than is shown tells whether there is a next page.
    let batches = site.platform.batches(&wanted, BATCHES + 1, &desk.caller()).await?;
    let known = Known::read(&site).await?;
    let items = item_choices(&desk.page, &known, known.office(&desk), Some(&asked.item));
    desk.page.show_once(&ListPage::new(&desk.page, desk.head(), &asked, &known, items, batches))
}

/// Which refused lines and which lines are asked for, as it stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Parts {
    #[serde(default)]
    refused_after: u64,
    record_after: Option<u64>,
}

#[derive(Template)]
#[template(path = "office/batch.html")]
struct BatchPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    number: u64,
    item: String,
    item_path: String,
    digest: &'a str,
    all_or_nothing: bool,
    state: &'static str,
    tag: &'static str,
    filed: u64,
    unchanged: u64,
    refused: u64,
    opened: u64,
    closed: Option<u64>,
    errors: Vec<ErrorLine>,
    errors_next: Option<String>,
    refused_path: String,
    revoke_path: String,
    lines: Vec<LineRow>,
    lines_next: Option<String>,
}

/// A filed line as a page shows it: where it stands and how, not about whom.
pub(super) struct LineRow {
    pub(super) record: u64,
    pub(super) batch: u64,
    pub(super) line: u64,
    pub(super) document_number: String,
    pub(super) finding_day: Day,
    pub(super) version: u64,
    pub(super) state: &'static str,
    pub(super) tag: &'static str,
    pub(super) path: String,
}

impl LineRow {
    pub(super) fn new(p: &Page, line: &FiledLine) -> Self {
        let (state, tag) = match line.standing {
            LineStanding::Standing => ("office-line-standing", "tag"),
            LineStanding::NotInForce => ("office-line-not-in-force", "tag tag-quiet"),
            LineStanding::Revoked => ("office-line-revoked", "tag tag-fault"),
            LineStanding::Restored => ("office-line-restored", "tag tag-quiet"),
            LineStanding::Withdrawn => ("office-line-withdrawn", "tag tag-quiet"),
        };
        Self {
            record: line.record.0,
            batch: line.batch.0,
            line: line.line,
            document_number: line.document_number.clone(),
            finding_day: line.finding_day,
            version: u64::from(line.version),
            state,
            tag,
            path: p.href(&format!("/office/records/{}", line.record.0)),
        }
    }
}

impl<'a> BatchPage<'a> {
    fn new(
        p: &'a Page,
        d: DeskHead<'a>,
        batch: &'a BatchView,
        known: &Known,
        parts: &Parts,
        errors: &[LineError],
        lines: &[FiledLine],
    ) -> Self {
        let (state, tag) = standing(batch);
        let path = format!("/office/batches/{}", batch.batch.0);
        let read = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let more_errors = read(errors.len()) > REFUSED;
        let more_lines = read(lines.len()) > LINES;
        let shown = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let lines: Vec<LineRow> = lines.iter().take(shown(LINES)).map(|line| LineRow::new(p, line)).collect();
        let last = lines.last().map_or(0, |line| line.record);
        Self {
            p,
            d,
            number: batch.batch.0,
            item: known.item_name(p, &batch.item),
            item_path: p.href(&format!("/catalogue/{}", batch.item)),
            digest: &batch.file_digest,
            all_or_nothing: batch.all_or_nothing,
            state,
            tag,
            filed: batch.filed,
            unchanged: batch.unchanged,
            refused: batch.refused,
            opened: batch.opened.0,
            closed: batch.closed.map(|entry| entry.0),
            errors: ErrorLine::all(p, errors, shown(REFUSED), known.catalogue.item(&batch.item)),
            errors_next: more_errors.then(|| {
                p.href(&format!(
                    "{path}?refused_after={}#refused",
                    parts.refused_after.saturating_add(REFUSED)
                ))
            }),
            refused_path: p.href(&format!("{path}/refused")),
            revoke_path: p.href(&format!("{path}/revoke")),
            lines,
            lines_next: more_lines.then(|| p.href(&format!("{path}?record_after={last}#lines"))),
        }
    }
}

/// A batch of one's own office: its figures, its refused lines, its lines by document number, its receipt.
///
/// Articles: 14
pub(crate) async fn batch(
    State(site): State<Arc<Site>>,
    PathPart(batch): PathPart<u64>,
    desk: Desk,
    Query(parts): Query<Parts>,
) -> Result<Response, Problem> {
    let (platform, caller) = (&site.platform, desk.caller());
    let batch = BatchNumber(number("batch", batch)?);
    let after = number("refused_after", parts.refused_after)?;
    let record = parts.record_after.map(|record| number("record_after", record)).transpose()?;
    let view = platform.batch(batch, &caller).await?;
    let errors = platform.batch_errors(batch, &caller, after, REFUSED + 1).await?;
    let lines = platform.batch_lines(batch, record.map(RecordNumber), LINES + 1, &caller).await?;
    let known = Known::read(&site).await?;
    desk.page.show_once(&BatchPage::new(&desk.page, desk.head(), &view, &known, &parts, &errors, &lines))
}

/// The refused lines of a batch, as a table.
///
/// Articles: 14
pub(crate) async fn refused_lines(
    State(site): State<Arc<Site>>,
    PathPart(batch): PathPart<u64>,
    desk: Desk,
) -> Result<Response, Problem> {
    let batch = BatchNumber(number("batch", batch)?);
    let lines = site.platform.batch_errors(batch, &desk.caller(), 0, REFUSED_MAX).await?;
    Ok(as_file(&format!("credence-batch-{}-refused-lines.csv", batch.0), table(&lines)))
}

#[cfg(test)]
mod tests {
    use law::{Citation, Instant};
    use register::authority::AuthorityCode;
    use register::ruling::{Bilingual, Ground};
    use register::subject::EntryNumber;

    use super::*;
    use crate::pages::samples;

    fn known() -> Known {
        Known { catalogue: Arc::new(samples::catalogue()), authorities: samples::enrolled() }
    }

    fn view(number: u64) -> BatchView {
        BatchView {
            batch: BatchNumber(number),
            authority: AuthorityCode("market-regulation".to_owned()),
            item: ItemCode("administrative-penalty".to_owned()),
            file_digest: "ab".repeat(32),
            all_or_nothing: number == 2,
            opened: EntryNumber(number),
            closed: (number != 3).then_some(EntryNumber(number + 1)),
            in_force: (number == 1).then_some(EntryNumber(number + 1)),
            filed: 1_234_567,
            unchanged: 1,
            refused: 300,
        }
    }

    pub(super) fn line(record: u64, standing: LineStanding) -> FiledLine {
        FiledLine {
            record: RecordNumber(record),
            batch: BatchNumber(1),
            line: record,
            document_number: format!("京市监罚〔2026〕<b>{record}号"),
            finding_day: Day::new(2026, 10, 9).unwrap(),
            version: 2,
            standing,
        }
    }

    #[test]
    fn batches_are_listed_with_how_they_stand_and_the_next_page() {
        let known = known();
        for page in samples::pages("/office/batches") {
            let session = samples::session(samples::office(), None);
            let batches = |count: u64| {
                (1..=count)
                    .map(|number| BatchLine { batch: view(number), at: Instant::from_milliseconds(0) })
                    .collect()
            };
            let asked = Asked { item: "a&b".to_owned(), state: "open".to_owned(), before: Some(900) };
            let of = |count| {
                let head = DeskHead::new(&page, &session);
                let html = ListPage::new(&page, head, &asked, &known, Vec::new(), batches(count));
                let html = html.render().unwrap();
                samples::check(&page, &html);
                html
            };
            let html = of(31);
            assert!(html.contains("item=a%26b&#38;state=open&#38;before=30"));
            for key in ["office-batch-open", "office-batch-in-force", "office-batch-abandoned"] {
                assert!(html.contains(page.t(key)), "{key}");
            }
            assert!(of(0).contains(page.t("office-batches-none-filtered")));
        }
    }

    #[test]
    fn article_14_a_batch_shows_its_refused_lines_and_its_lines_and_nobody_they_are_about() {
        let known = known();
        let ground = Ground::new("x", Citation::article(14), Bilingual::new("金额<b>", "an amount <b>"))
            .field("fine_amount")
            .remedy(Bilingual::new("改正", "mend it"));
        let errors: Vec<LineError> =
            (1..=51).map(|line| LineError { line, grounds: vec![ground.clone()] }).collect();
        let states = [
            LineStanding::Standing,
            LineStanding::NotInForce,
            LineStanding::Revoked,
            LineStanding::Restored,
            LineStanding::Withdrawn,
        ];
        let lines: Vec<FiledLine> =
            (1..=51).map(|record| line(record, states[record as usize % 5])).collect();
        for page in samples::pages("/office/batches/1") {
            let session = samples::session(samples::office(), None);
            for number in 1..=3 {
                let view = view(number);
                let of = |errors: &[LineError], lines: &[FiledLine]| {
                    let head = DeskHead::new(&page, &session);
                    let parts = Parts::default();
                    let html = BatchPage::new(&page, head, &view, &known, &parts, errors, lines);
                    let html = html.render().unwrap();
                    samples::check(&page, &html);
                    html
                };
                let html = of(&errors, &lines);
                assert_eq!(html.matches("class=\"refused-line\"").count(), 50);
                assert!(html.contains("refused_after=50#refused") && html.contains("record_after=50#lines"));
                // To open a record is an act: it is sent, not followed.
                assert_eq!(html.matches("aria-describedby=\"open-note\"").count(), 50);
                assert_eq!(
                    html.contains(&page.href(&format!("/office/batches/{number}/revoke"))),
                    number != 3
                );
                assert!(!html.contains("<b>"));
                of(&[], &[]);
            }
        }
    }
}
