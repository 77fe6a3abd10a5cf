//! The law explorer: each article in our own words, and what the platform does about it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::{Article, Day};

use super::Page;
use crate::extract::PathPart;
use crate::language::Language;
use crate::options::LawRow;
use crate::problem::Problem;
use crate::site::Site;

/// The first articles of the eight chapters.
const CHAPTERS: [(u8, &str); 8] = [
    (1, "chapter-1"),
    (9, "chapter-2"),
    (21, "chapter-3"),
    (33, "chapter-4"),
    (39, "chapter-5"),
    (44, "chapter-6"),
    (53, "chapter-7"),
    (55, "chapter-8"),
];

/// The pages that everyone can open, by the code that `LawRow::pages` names: their addresses and titles.
const ADDRESSES: [(&str, &str, &str); 7] = [
    ("crates/web/src/pages/search.rs::search", "/search", "search-title"),
    ("crates/web/src/pages/catalogue.rs::catalogue", "/catalogue", "catalogue-title"),
    ("crates/web/src/pages/law.rs::law", "/law", "law-title"),
    ("crates/web/src/pages/journal.rs::journal", "/journal", "journal-title"),
    ("crates/web/src/pages/statistics.rs::statistics", "/statistics", "nav-statistics"),
    ("crates/web/src/pages/rights.rs::rights", "/rights", "rights-title"),
    ("crates/web/src/pages/developers.rs::developers", "/developers", "developers-title"),
];

fn chapter_of(article: Article) -> &'static str {
    let before = CHAPTERS.iter().rev().find(|(first, _)| *first <= article.number());
    before.map_or("chapter-1", |(_, key)| key)
}

#[derive(Template)]
#[template(path = "law.html")]
struct LawPage<'a> {
    p: &'a Page,
    today: Day,
    versions: Vec<String>,
    chapters: Vec<Chapter<'a>>,
}

struct Chapter<'a> {
    anchor: &'static str,
    title: &'a str,
    rows: Vec<RowLine<'a>>,
}

struct RowLine<'a> {
    path: String,
    number: String,
    title: &'a str,
    carried: String,
}

impl<'a> LawPage<'a> {
    fn new(p: &'a Page, rows: &'a [LawRow], today: Day, versions: Vec<String>) -> Self {
        let chapter = |(_, key): (u8, &'static str)| Chapter {
            anchor: key,
            title: p.t(key),
            rows: rows.iter().filter(|row| chapter_of(row.article) == key).map(|row| line(p, row)).collect(),
        };
        let chapters = CHAPTERS.into_iter().map(chapter).filter(|chapter| !chapter.rows.is_empty()).collect();
        Self { p, today, versions, chapters }
    }
}

fn line<'a>(p: &'a Page, row: &'a LawRow) -> RowLine<'a> {
    let places = row.rules.len() + row.acts.len() + row.pages.len() + row.tests.len();
    RowLine {
        path: format!("/law/{}", row.article.number()),
        number: number(p, row.article),
        title: title(p, row),
        carried: match (places, &row.why_none) {
            (0, Some(_)) => p.t("law-why-none").to_owned(),
            (0, None) => p.t("law-nothing").to_owned(),
            (places, _) => p.count("law-carried", u64::try_from(places).unwrap_or(u64::MAX)),
        },
    }
}

fn number(p: &Page, article: Article) -> String {
    match p.language {
        Language::Chinese => article.in_chinese(),
        Language::English => article.to_string(),
    }
}

fn title<'a>(p: &Page, row: &'a LawRow) -> &'a str {
    either(p, &row.title_zh, &row.title)
}

/// The text in the page's language.
fn either<'a>(p: &Page, chinese: &'a str, english: &'a str) -> &'a str {
    match p.language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

/// Every article with what carries it.
///
/// Articles: 7
pub(crate) async fn law(State(site): State<Arc<Site>>, page: Page) -> Result<Response, Problem> {
    let today = site.platform.today();
    let versions = site.platform.law_on(today)?.versions();
    page.show(&LawPage::new(&page, &site.options.law, today, versions))
}

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage<'a> {
    p: &'a Page,
    number: String,
    chapter: &'a str,
    title: &'a str,
    summary: &'a str,
    why_none: Option<&'a str>,
    matters: Vec<OpenMatter<'a>>,
    links: Vec<PageLink<'a>>,
    parts: Vec<Part<'a>>,
    previous: Option<(String, String)>,
    next: Option<(String, String)>,
}

/// What the article leaves open, in the page's language.
struct OpenMatter<'a> {
    open: &'a str,
    declared: &'a str,
    reason: &'a str,
}

/// A page that shows what the article asks, as a visitor opens it.
struct PageLink<'a> {
    path: &'static str,
    title: &'a str,
}

/// Places in the code, with a line that says what they are and how many.
struct Part<'a> {
    summary: String,
    lines: Vec<&'a str>,
}

impl<'a> ArticlePage<'a> {
    fn new(p: &'a Page, row: &'a LawRow) -> Self {
        let neighbour = |number: u8| {
            let article = Article::new(number)?;
            Some((format!("/law/{number}"), self::number(p, article)))
        };
        Self {
            p,
            number: number(p, row.article),
            chapter: p.t(chapter_of(row.article)),
            title: title(p, row),
            summary: either(p, &row.summary_zh, &row.summary),
            why_none: match p.language {
                Language::Chinese => row.why_none_zh.as_deref(),
                Language::English => row.why_none.as_deref(),
            },
            matters: matters(p, row),
            links: links(p, row),
            parts: parts(p, row),
            previous: neighbour(row.article.number().wrapping_sub(1)),
            next: neighbour(row.article.number().wrapping_add(1)),
        }
    }
}

fn matters<'a>(p: &Page, row: &'a LawRow) -> Vec<OpenMatter<'a>> {
    let matters = row.discretions.iter().map(|matter| OpenMatter {
        open: either(p, &matter.open_zh, &matter.open),
        declared: either(p, &matter.declared_zh, &matter.declared),
        reason: either(p, &matter.reason_zh, &matter.reason),
    });
    matters.collect()
}

fn links<'a>(p: &'a Page, row: &LawRow) -> Vec<PageLink<'a>> {
    let shown = ADDRESSES.into_iter().filter(|(code, _, _)| row.pages.iter().any(|page| page == code));
    shown.map(|(_, path, title)| PageLink { path, title: p.t(title) }).collect()
}

/// The places in the code that carry the article, without kinds of which there is none and without the pages that are linked.
fn parts<'a>(p: &Page, row: &'a LawRow) -> Vec<Part<'a>> {
    let is_linked = |page: &str| ADDRESSES.iter().any(|(code, _, _)| page == *code);
    let lines = |places: &'a [String]| places.iter().map(String::as_str).collect::<Vec<_>>();
    let mut other_pages = lines(&row.pages);
    other_pages.retain(|page| !is_linked(page));
    [
        ("article-rules", lines(&row.rules)),
        ("article-acts", lines(&row.acts)),
        ("article-other-pages", other_pages),
        ("article-tests", lines(&row.tests)),
    ]
    .into_iter()
    .filter(|(_, lines)| !lines.is_empty())
    .map(|(key, lines)| Part { summary: p.count(key, u64::try_from(lines.len()).unwrap_or(u64::MAX)), lines })
    .collect()
}

/// One article: what it asks, what carries it, what it leaves open.
///
/// Articles: 7
pub(crate) async fn article(
    State(site): State<Arc<Site>>,
    PathPart(number): PathPart<String>,
    page: Page,
) -> Result<Response, Problem> {
    let row = find(&site.options.law, &number).ok_or(Problem::not_found())?;
    page.show(&ArticlePage::new(&page, row))
}

/// The row of the article with this number.
pub(crate) fn find<'a>(rows: &'a [LawRow], number: &str) -> Option<&'a LawRow> {
    let article = number.parse().ok().and_then(Article::new)?;
    rows.iter().find(|row| row.article == article)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::options::Discretion;
    use crate::pages::samples;

    fn row(article: u8, tests: usize) -> LawRow {
        LawRow {
            article: Article::new(article).unwrap(),
            title: "Title".to_owned(),
            title_zh: "标题".to_owned(),
            summary: "Summary & more".to_owned(),
            summary_zh: "概括".to_owned(),
            rules: vec!["register/src/rules/x.rs::y".to_owned()],
            acts: Vec::new(),
            tests: (0..tests).map(|test| format!("article_{article:02}_test_{test}")).collect(),
            pages: vec![
                "crates/web/src/pages/law.rs::law".to_owned(),
                "crates/web/src/api/reference.rs::law".to_owned(),
            ],
            why_none: Some("a duty of people".to_owned()),
            why_none_zh: Some("应由人履行的职责".to_owned()),
            discretions: vec![Discretion {
                open: "promptly".to_owned(),
                open_zh: "及时".to_owned(),
                declared: "5 days".to_owned(),
                declared_zh: "5日内".to_owned(),
                reason: "as elsewhere".to_owned(),
                reason_zh: "与其他地方一致".to_owned(),
            }],
        }
    }

    #[test]
    fn every_article_stands_in_its_chapter() {
        let key = |number| chapter_of(Article::new(number).unwrap());
        for (number, chapter) in
            [(1, 1), (8, 1), (9, 2), (20, 2), (21, 3), (32, 3), (38, 4), (39, 5), (52, 6), (54, 7), (56, 8)]
        {
            assert_eq!(key(number), format!("chapter-{chapter}"));
        }
    }

    #[test]
    fn the_law_page_lists_all_articles_and_an_article_page_its_sources() {
        let rows: Vec<LawRow> = (1..=56).map(|article| row(article, usize::from(article))).collect();
        for page in samples::pages("/law") {
            let html = LawPage::new(&page, &rows, Day::new(2026, 11, 23).unwrap(), vec!["v".to_owned()])
                .render()
                .unwrap();
            samples::check(&page, &html);
            assert_eq!(html.matches("class=\"article-number\"").count(), 56);
        }
        for page in samples::pages("/law/56") {
            let html = ArticlePage::new(&page, &rows[55]).render().unwrap();
            samples::check(&page, &html);
            assert!(html.contains("article_56_test_55"));
            assert!(html.contains("rel=\"prev\"") && !html.contains("rel=\"next\""));
        }
    }

    #[test]
    fn what_an_article_leaves_open_is_told_in_the_language_of_the_page_and_in_no_other() {
        let chinese = ["及时", "5日内", "与其他地方一致", "应由人履行的职责"];
        let english = ["promptly", "5 days", "as elsewhere", "a duty of people"];
        let row = row(14, 2);
        for page in samples::pages("/law/14") {
            let html = ArticlePage::new(&page, &row).render().unwrap();
            let (own, other) = match page.language {
                Language::Chinese => (chinese, english),
                Language::English => (english, chinese),
            };
            assert!(own.iter().all(|text| html.contains(text)), "{html}");
            assert!(!other.iter().any(|text| html.contains(text)), "{html}");
        }
    }

    #[test]
    fn the_code_of_an_article_is_folded_with_its_number_and_its_pages_are_links() {
        let row = row(14, 2);
        for page in samples::pages("/law/14") {
            let html = ArticlePage::new(&page, &row).render().unwrap();
            let folded: Vec<&str> = html.split("<summary>").skip(1).collect();
            assert_eq!(folded.len(), 3, "rules, other pages and tests; there are no acts");
            let first = |text: &str| text.split("</summary>").next().map(str::to_owned).unwrap();
            assert!(first(folded[0]).contains('1') && first(folded[2]).contains('2'));
            assert!(folded[1].contains("crates/web/src/api/reference.rs::law"));
            assert!(!html.contains("crates/web/src/pages/law.rs::law"));
            let link = format!("<li><a href=\"{}\">{}</a></li>", page.href("/law"), page.t("law-title"));
            assert!(html.contains(&link), "{html}");
        }
    }

    #[test]
    fn every_page_that_an_article_links_is_a_function_of_this_crate() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for (code, path, title) in ADDRESSES {
            let (file, function) = code.split_once("::").unwrap();
            let source = std::fs::read_to_string(crates.parent().unwrap().join(file)).unwrap();
            assert!(source.contains(&format!("pub(crate) async fn {function}(")), "{code}");
            for page in samples::pages(path) {
                assert_ne!(page.t(title), title, "{code}");
            }
        }
    }

    #[test]
    fn an_article_that_does_not_exist_is_not_found() {
        let rows = [row(1, 0)];
        assert!(find(&rows, "1").is_some());
        for number in ["0", "57", "x", "", "300"] {
            assert!(find(&rows, number).is_none(), "{number}");
        }
    }
}
