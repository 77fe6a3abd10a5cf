//! The law explorer: each article in our own words, and what the platform does about it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use law::{Article, Day};

use super::Page;
use crate::extract::PathPart;
use crate::language::Language;
use crate::options::{Discretion, LawRow};
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
    match p.language {
        Language::Chinese => &row.title_zh,
        Language::English => &row.title,
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
    discretions: &'a [Discretion],
    parts: Vec<Part<'a>>,
    previous: Option<(String, String)>,
    next: Option<(String, String)>,
}

struct Part<'a> {
    anchor: &'static str,
    title: &'a str,
    lines: &'a [String],
}

impl<'a> ArticlePage<'a> {
    fn new(p: &'a Page, row: &'a LawRow) -> Self {
        let part =
            |anchor: &'static str, title: &'static str, lines| Part { anchor, title: p.t(title), lines };
        let neighbour = |number: u8| {
            let article = Article::new(number)?;
            Some((format!("/law/{number}"), self::number(p, article)))
        };
        Self {
            p,
            number: number(p, row.article),
            chapter: p.t(chapter_of(row.article)),
            title: title(p, row),
            summary: if p.language == Language::Chinese { &row.summary_zh } else { &row.summary },
            why_none: row.why_none.as_deref(),
            discretions: &row.discretions,
            parts: vec![
                part("rules", "article-rules", &row.rules),
                part("acts", "article-acts", &row.acts),
                part("pages", "article-pages", &row.pages),
                part("tests", "article-tests", &row.tests),
            ],
            previous: neighbour(row.article.number().wrapping_sub(1)),
            next: neighbour(row.article.number().wrapping_add(1)),
        }
    }
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
    use super::*;
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
            pages: Vec::new(),
            why_none: Some("a duty of people".to_owned()),
            discretions: vec![Discretion {
                open: "promptly".into(),
                declared: "5".into(),
                reason: "r".into(),
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
            assert!(html.contains("article_56_test_55") && html.contains("promptly"));
            assert!(html.contains("rel=\"prev\"") && !html.contains("rel=\"next\""));
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
