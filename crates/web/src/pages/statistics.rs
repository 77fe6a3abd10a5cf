//! The statistics page: what the journal's public leaves add up to, as charts with their tables.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::Day;
use register::authority::Authority;
use service::statistics::{ByKind, Month, Statistics};

use super::Page;
use super::chart::{Chart, Figures, Row};
use crate::language::Language;
use crate::problem::Problem;
use crate::site::Site;

/// How many months are drawn.
const MONTHS: usize = 12;
/// How many offices are drawn.
const OFFICES_MAX: usize = 15;

#[derive(Template)]
#[template(path = "statistics.html")]
struct StatisticsPage<'a> {
    p: &'a Page,
    size: u64,
    figures: Vec<(String, &'a str)>,
    charts: Vec<Chart>,
}

fn of(counts: &ByKind, kinds: &[&str]) -> u64 {
    kinds.iter().filter_map(|kind| counts.get(*kind)).sum()
}

/// A month in words, and in short.
fn month(p: &Page, month: Month) -> (String, String) {
    const SHORT: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = usize::try_from(month.month - 1).ok().and_then(|place| SHORT.get(place)).unwrap_or(&"");
    match p.language {
        Language::Chinese => (format!("{}年{}月", month.year, month.month), format!("{}月", month.month)),
        Language::English => (format!("{name} {}", month.year), (*name).to_owned()),
    }
}

impl<'a> StatisticsPage<'a> {
    fn new(p: &'a Page, statistics: &Statistics, authorities: &[Authority], today: Day) -> Self {
        let mut months = vec![Month::of(today)];
        while months.len() < MONTHS {
            months.extend(months.last().map(|month| month.before()));
        }
        months.reverse();
        let empty = ByKind::new();
        let by_month = |id, title, series: &[(&str, &[&str])]| {
            let row = |at: &Month| {
                let counts = statistics.months.get(at).unwrap_or(&empty);
                let (name, mut short) = month(p, *at);
                if at.month == 1 || months.first() == Some(at) {
                    short.push_str(&format!("\n{}", at.year));
                }
                Row { name, short, values: series.iter().map(|(_, kinds)| of(counts, kinds)).collect() }
            };
            Figures {
                id,
                title: p.t(title).to_owned(),
                of: p.t("statistics-month").to_owned(),
                series: series.iter().map(|(name, _)| p.t(name).to_owned()).collect(),
                rows: months.iter().map(row).collect(),
            }
        };
        let filed = Chart::upright(
            p,
            by_month("filed", "statistics-filed-by-month", &[("statistics-filed", &["record_filed"])]),
        );
        let looked = Chart::upright(
            p,
            by_month(
                "inquiries",
                "statistics-inquiries-by-month",
                &[
                    ("statistics-answered", &["inquiry_answered"]),
                    ("statistics-refused", &["inquiry_refused"]),
                ],
            ),
        );
        let mended = Chart::upright(
            p,
            by_month(
                "mended",
                "statistics-mended-by-month",
                &[
                    ("statistics-corrected", &["record_corrected", "record_revoked"]),
                    ("statistics-restored", &["record_restored"]),
                    ("statistics-withdrawn", &["display_withdrawn"]),
                ],
            ),
        );
        Self {
            p,
            size: statistics.journal_size,
            figures: [
                ("statistics-filed", &["record_filed"][..]),
                ("statistics-answered", &["inquiry_answered"]),
                ("statistics-refused", &["inquiry_refused"]),
                ("statistics-restored", &["record_restored"]),
            ]
            .into_iter()
            .map(|(key, kinds)| (p.number(of(&statistics.total, kinds)), p.t(key)))
            .collect(),
            charts: vec![filed, looked, mended, offices(p, statistics, authorities)],
        }
    }
}

/// The offices that filed most.
fn offices(p: &Page, statistics: &Statistics, authorities: &[Authority]) -> Chart {
    let mut rows: Vec<Row> = statistics
        .offices
        .iter()
        .map(|(code, counts)| {
            let known = authorities.iter().find(|authority| authority.code.0 == *code);
            let name = known.map_or_else(|| code.clone(), |authority| p.of(&authority.name).to_owned());
            let short = shortened(&name);
            Row { name, short, values: vec![of(counts, &["record_filed"])] }
        })
        .filter(|row| row.values.iter().any(|value| *value > 0))
        .collect();
    rows.sort_by(|one, other| other.values.cmp(&one.values).then_with(|| one.name.cmp(&other.name)));
    rows.truncate(OFFICES_MAX);
    let figures = Figures {
        id: "offices",
        title: p.t("statistics-filed-by-office").to_owned(),
        of: p.t("statistics-office").to_owned(),
        series: vec![p.t("statistics-filed").to_owned()],
        rows,
    };
    Chart::lying(p, figures)
}

/// A name that fits beside its bar: a Chinese character takes the room of two others.
pub(crate) fn shortened(name: &str) -> String {
    let mut room = 42_usize;
    let mut short = String::new();
    for character in name.chars() {
        let width = if character.is_ascii() { 1 } else { 2 };
        if room < width {
            return format!("{}…", short.trim_end());
        }
        room -= width;
        short.push(character);
    }
    short
}

/// What the platform did, in numbers, month by month.
///
/// Articles: 7, 13
pub(crate) async fn statistics(State(site): State<Arc<Site>>, page: Page) -> Result<Response, Problem> {
    let statistics = site.platform.statistics().await?;
    let authorities = site.platform.authorities().await?;
    page.show(&StatisticsPage::new(&page, &statistics, &authorities, site.platform.today()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn each_chart_has_its_table_with_the_same_numbers() {
        let mut statistics = Statistics { journal_size: 1_234_567, ..Statistics::default() };
        let counts: ByKind = [("record_filed", 1_000_001), ("inquiry_answered", 234), ("inquiry_refused", 5)]
            .into_iter()
            .map(|(kind, count)| (kind.to_owned(), count))
            .collect();
        statistics.total = counts.clone();
        statistics.months.insert(Month { year: 2026, month: 11 }, counts.clone());
        statistics.offices.insert("market-regulation".to_owned(), counts.clone());
        statistics.offices.insert(samples::HARD_NAME.to_owned(), counts);
        for statistics in [statistics, Statistics::default()] {
            let authorities = samples::authorities();
            for page in samples::pages("/statistics") {
                let today = Day::new(2026, 11, 23).unwrap();
                let html = StatisticsPage::new(&page, &statistics, &authorities, today).render().unwrap();
                samples::check(&page, &html);
                assert_eq!(html.matches("<svg").count(), 4);
                assert_eq!(html.matches("<table>").count(), 4);
                assert_eq!(html.contains("1,000,001"), statistics.journal_size > 0);
            }
        }
    }

    #[test]
    fn a_long_name_is_shortened_for_its_bar() {
        assert_eq!(shortened("北京市市场监督管理局"), "北京市市场监督管理局");
        let office = "北京市规划和自然资源委员会朝阳分局第二管理所";
        assert_eq!(shortened(office), "北京市规划和自然资源委员会朝阳分局第二管理…");
    }
}
