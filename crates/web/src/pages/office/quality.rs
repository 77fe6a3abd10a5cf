//! How well one's own office files: what came when, against the update period, and why lines were refused.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::Day;
use register::rules::deadlines::Due;
use service::quality::{FilingQuality, MonthsIntake, RefusalCode};

use super::{GroundLine, Known};
use crate::pages::Page;
use crate::pages::desk::{Desk, DeskHead};
use crate::problem::Problem;
use crate::site::Site;

#[derive(Template)]
#[template(path = "office/quality.html")]
struct QualityPage<'a> {
    p: &'a Page,
    d: DeskHead<'a>,
    filed: u64,
    unchanged: u64,
    refused: u64,
    overdue: u64,
    rows: Vec<ItemRow>,
    details: Vec<ItemDetail>,
}

struct ItemRow {
    name: String,
    path: String,
    anchor: Option<String>,
    last: Option<Day>,
    period: Option<u64>,
    due: String,
    is_overdue: bool,
    filed: u64,
    unchanged: u64,
    refused: u64,
}

/// What is said further of an item of which something was filed.
struct ItemDetail {
    name: String,
    anchor: String,
    open: u64,
    months: Vec<MonthRow>,
    refusals: Vec<RefusalRow>,
}

struct MonthRow {
    month: String,
    batches: u64,
    filed: u64,
    unchanged: u64,
    refused: u64,
}

struct RefusalRow {
    lines: u64,
    code: String,
    sample: GroundLine,
}

impl<'a> QualityPage<'a> {
    fn new(p: &'a Page, d: DeskHead<'a>, known: &Known, quality: &[FilingQuality]) -> Self {
        let sum = |of: fn(&FilingQuality) -> u64| quality.iter().map(of).sum();
        let name = |quality: &FilingQuality| known.item_name(p, &quality.item);
        let anchor = |quality: &FilingQuality| {
            (quality.batches > 0 || !quality.refusals.is_empty()).then(|| format!("item-{}", quality.item))
        };
        let mut rows: Vec<&FilingQuality> = quality.iter().collect();
        // What is overdue comes first, then what was filed, then what never was.
        rows.sort_by_key(|one| {
            (one.overdue != Some(true), one.last_filing.is_none(), std::cmp::Reverse(one.last_filing))
        });
        let row = |one: &&FilingQuality| ItemRow {
            name: name(one),
            path: p.href(&format!("/catalogue/{}", one.item)),
            anchor: anchor(one),
            last: one.last_filing,
            period: one.update_period_working_days.map(u64::from),
            due: due_words(p, one),
            is_overdue: one.overdue == Some(true),
            filed: one.filed,
            unchanged: one.unchanged,
            refused: one.refused,
        };
        let detail = |one: &&FilingQuality| {
            Some(ItemDetail {
                name: name(one),
                anchor: anchor(one)?,
                open: one.open,
                months: one.months.iter().map(|month| MonthRow::new(p, month)).collect(),
                refusals: one.refusals.iter().map(|refusal| RefusalRow::new(p, refusal)).collect(),
            })
        };
        Self {
            p,
            d,
            filed: sum(|one| one.filed),
            unchanged: sum(|one| one.unchanged),
            refused: sum(|one| one.refused),
            overdue: sum(|one| u64::from(one.overdue == Some(true))),
            rows: rows.iter().map(row).collect(),
            details: rows.iter().filter_map(detail).collect(),
        }
    }
}

/// Until when the next filing is expected, in words.
fn due_words(p: &Page, quality: &FilingQuality) -> String {
    match quality.due {
        None => p.t("office-quality-never").to_owned(),
        Some(Due::Day { last_day }) => p.day(last_day),
        Some(Due::Hour { until }) => p.moment(until),
        Some(Due::Unknown { reminder, .. }) => p.on_day("office-quality-due-unknown", reminder),
    }
}

impl MonthRow {
    fn new(p: &Page, month: &MonthsIntake) -> Self {
        Self {
            month: p.month(month.month),
            batches: month.batches,
            filed: month.filed,
            unchanged: month.unchanged,
            refused: month.refused,
        }
    }
}

impl RefusalRow {
    fn new(p: &Page, refusal: &RefusalCode) -> Self {
        Self { lines: refusal.lines, code: refusal.code.clone(), sample: GroundLine::new(p, &refusal.sample) }
    }
}

/// How well one's own office files.
///
/// Articles: 11, 14
pub(crate) async fn quality(State(site): State<Arc<Site>>, desk: Desk) -> Result<Response, Problem> {
    let quality = site.platform.quality(&desk.caller(), None).await?;
    let known = Known::read(&site).await?;
    desk.page.show_once(&QualityPage::new(&desk.page, desk.head(), &known, &quality))
}

#[cfg(test)]
mod tests {
    use law::Citation;
    use register::authority::AuthorityCode;
    use register::catalogue::ItemCode;
    use register::ruling::{Bilingual, Ground};

    use super::*;
    use crate::pages::samples;

    fn quality(item: &str, last: Option<&str>, overdue: Option<bool>) -> FilingQuality {
        let day: Option<Day> = last.map(|day| day.parse().unwrap());
        let ground = Ground::new("x", Citation::article(14), Bilingual::new("金额<b>", "an amount <b>"));
        let months = day.map(|month| MonthsIntake { month, batches: 1, filed: 2, unchanged: 3, refused: 4 });
        FilingQuality {
            authority: AuthorityCode("market-regulation".to_owned()),
            item: ItemCode(item.to_owned()),
            provides: true,
            last_filing: day,
            update_period_working_days: Some(7),
            due: day.map(|last_day| Due::Day { last_day }),
            overdue,
            batches: u64::from(day.is_some()),
            open: 0,
            filed: 1_234_567,
            unchanged: 3,
            refused: 4,
            months: months.into_iter().collect(),
            refusals: vec![RefusalCode { code: "x".to_owned(), lines: 4, sample: ground }],
        }
    }

    #[test]
    fn article_11_what_is_overdue_is_marked_in_words_and_what_was_never_filed_is_not_called_late() {
        let known = Known { catalogue: Arc::new(samples::catalogue()), authorities: samples::enrolled() };
        let all = [
            quality("administrative-penalty", Some("2026-11-20"), Some(false)),
            quality("administrative-permit", Some("2026-01-20"), Some(true)),
            quality("not-in-the-catalogue", None, None),
        ];
        for page in samples::pages("/office/quality") {
            let session = samples::session(samples::office(), None);
            let of = |all: &[FilingQuality]| {
                let head = DeskHead::new(&page, &session);
                let html = QualityPage::new(&page, head, &known, all).render().unwrap();
                samples::check(&page, &html);
                html
            };
            let html = of(&all);
            let tag =
                format!("<span class=\"tag tag-fault\">{}</span>", page.t("office-quality-overdue-tag"));
            assert_eq!(html.matches(&tag).count(), 1);
            assert!(html.contains(page.t("office-quality-never")) && !html.contains("<b>"));
            of(&[]);
        }
    }
}
