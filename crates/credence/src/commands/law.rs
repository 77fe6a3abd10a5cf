//! `credence law`: the articles and the code that carries them.

use law::table::{ArticleRow, article, articles};
use law::{Article, Citation};
use serde::Serialize;

use crate::arguments::LawArguments;
use crate::exit::{Exit, Failure};
use crate::output::{Language, Output};

/// What a place in the code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Rule,
    Act,
    Test,
    Page,
}

/// A place in the code that rests on an article.
#[derive(Debug, Clone, Copy)]
struct Row {
    article: u8,
    /// The citation as the code writes it, such as `20(1)`.
    place: &'static str,
    part: Part,
    path: &'static str,
}

/// Drawn from the sources by `build.rs`.
static ROWS: &[Row] = include!(concat!(env!("OUT_DIR"), "/articles.rs"));

/// Shows one article, or all.
///
/// # Errors
/// When the text names no article of the draft.
pub fn run(output: &Output, arguments: &LawArguments) -> Result<Exit, Failure> {
    let Some(text) = &arguments.article else {
        for row in articles() {
            show(output, row, None)?;
        }
        return Ok(Exit::Done);
    };
    let (citation, row) = read(text).ok_or_else(|| {
        Failure::usage(format!("`{text}` is no article: the draft has the articles 1 to 56"))
            .next("give a number such as `15`, or an item of an article such as `20(1)`")
    })?;
    let item = (citation.item.is_some() || citation.paragraph.is_some()).then_some(&citation);
    show(output, row, item)?;
    Ok(Exit::Done)
}

/// The articles with what carries them, for the platform's own pages.
#[must_use]
pub fn rows() -> Vec<web::LawRow> {
    let owned = |row: &ArticleRow, part| paths(row, None, part).into_iter().map(str::to_owned).collect();
    let mut rows = web::options::rows_without_code();
    for shown in &mut rows {
        if let Some(row) = article(shown.article) {
            shown.rules = owned(row, Part::Rule);
            shown.acts = owned(row, Part::Act);
            shown.tests = owned(row, Part::Test);
            shown.pages = owned(row, Part::Page);
        }
    }
    rows
}

/// Reads `15`, `20(1)`, `Article 15`, `第十五条`.
fn read(text: &str) -> Option<(Citation, &'static ArticleRow)> {
    let lower = text.trim().to_lowercase().replace('（', "(").replace('）', ")");
    let plain =
        ["article", "art.", "art"].iter().find_map(|word| lower.strip_prefix(word)).unwrap_or(&lower).trim();
    let citation = match Article::all().find(|article| article.in_chinese() == text.trim()) {
        Some(found) => Citation::from(found),
        None => plain.parse::<Citation>().ok()?,
    };
    Some((citation.clone(), article(citation.beijing_article()?)?))
}

/// The paths of one part that rest on an article, or on an item of it; what cites the whole article rests on its items too.
fn paths(row: &ArticleRow, item: Option<&Citation>, part: Part) -> Vec<&'static str> {
    let about = |place: &str| {
        item.is_none_or(|item| {
            place.parse::<Citation>().is_ok_and(|cited| {
                cited.item.is_none_or(|number| Some(number) == item.item)
                    && cited.paragraph.is_none_or(|number| Some(number) == item.paragraph)
            })
        })
    };
    let mut found: Vec<&str> = ROWS
        .iter()
        .filter(|known| known.article == row.article.number() && known.part == part && about(known.place))
        .map(|known| known.path)
        .collect();
    found.dedup();
    found.sort_unstable();
    found.dedup();
    found
}

fn show(output: &Output, row: &ArticleRow, item: Option<&Citation>) -> Result<(), Failure> {
    if output.json {
        output.object(&object(row, item, output.language))
    } else {
        output.text(page(row, item, output))
    }
}

/// The contract of `law --json`, one object an article.
#[derive(Serialize)]
struct ArticleObject {
    article: u8,
    title: &'static str,
    summary: &'static str,
    rules: Vec<&'static str>,
    acts: Vec<&'static str>,
    tests: Vec<&'static str>,
    pages: Vec<&'static str>,
    why_none: Option<&'static str>,
    why_none_zh: Option<&'static str>,
}

fn object(row: &ArticleRow, item: Option<&Citation>, language: Option<Language>) -> ArticleObject {
    let chinese = language == Some(Language::Zh);
    ArticleObject {
        article: row.article.number(),
        title: if chinese { row.title_zh } else { row.title },
        summary: if chinese { row.summary_zh } else { row.summary },
        rules: paths(row, item, Part::Rule),
        acts: paths(row, item, Part::Act),
        tests: paths(row, item, Part::Test),
        pages: paths(row, item, Part::Page),
        why_none: row.why_none,
        why_none_zh: row.why_none_zh,
    }
}

fn page(row: &ArticleRow, item: Option<&Citation>, output: &Output) -> String {
    let place = item.map_or_else(|| Citation::from(row.article), Clone::clone);
    let mut text = match output.language {
        Some(Language::Zh) => format!("{} {}\n  {}\n", place.in_chinese(), row.title_zh, row.summary_zh),
        Some(Language::En) => format!("{} {}\n  {}\n", place.in_english(), row.title, row.summary),
        None => format!(
            "{} {} | {} {}\n  {}\n  {}\n",
            place.in_chinese(),
            row.title_zh,
            place.in_english(),
            row.title,
            row.summary_zh,
            row.summary
        ),
    };
    for (part, name) in [
        (Part::Rule, output.pick("规则", "rules")),
        (Part::Act, output.pick("行为", "acts")),
        (Part::Page, output.pick("页面", "pages")),
        (Part::Test, output.pick("测试", "tests")),
    ] {
        let found = paths(row, item, part);
        if !found.is_empty() {
            text.push_str(&format!("  {name}:\n"));
            found.iter().for_each(|path| text.push_str(&format!("    {path}\n")));
        }
    }
    for discretion in row.discretions {
        let chinese =
            format!("“{}”→{}（{}）", discretion.open_zh, discretion.declared_zh, discretion.reason_zh);
        let english = format!("`{}` -> {} ({})", discretion.open, discretion.declared, discretion.reason);
        let label = output.pick("条文未定", "left open");
        text.push_str(&format!("  {label}: {}\n", output.pick(&chinese, &english)));
    }
    if let (Some(why), Some(why_zh)) = (row.why_none, row.why_none_zh) {
        let label = output.pick("无代码的原因", "why no code");
        text.push_str(&format!("  {label}: {}\n", output.pick(why_zh, why)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_article_has_code_that_carries_it_or_a_reason_why_not() {
        assert_eq!(articles().len(), usize::from(Article::COUNT), "the table has a row for each article");
        let without: Vec<u8> = articles()
            .iter()
            .filter(|row| row.why_none.is_none())
            .filter(|row| {
                [Part::Rule, Part::Act, Part::Test, Part::Page]
                    .iter()
                    .all(|part| paths(row, None, *part).is_empty())
            })
            .map(|row| row.article.number())
            .collect();
        assert_eq!(without, Vec::<u8>::new());
    }

    #[test]
    fn the_table_is_drawn_from_doc_comments_and_test_names() {
        let fifteen = ROWS.iter().filter(|row| row.article == 15);
        let has = |part: Part, path: &str| fifteen.clone().any(|row| row.part == part && row.path == path);
        assert!(has(Part::Rule, "crates/register/src/rules/display_period.rs::display"));
        assert!(has(Part::Act, "crates/register/src/acts/information/filing.rs::judge"));
        assert!(has(
            Part::Test,
            "crates/law/src/period.rs::article_15_three_years_from_29_february_end_on_28_february"
        ));
    }

    #[test]
    fn an_article_is_found_however_it_is_written() {
        for text in ["20(1)", "Article 20(1)", "20（1）", " art. 20(1) "] {
            assert_eq!(
                read(text).map(|(citation, row)| (citation.item, row.article.number())),
                Some((Some(1), 20)),
                "{text}"
            );
        }
        assert_eq!(read("第十五条").map(|(_, row)| row.article.number()), Some(15));
        assert!(["0", "57", "x", "", "ndrc-36:12"].iter().all(|text| read(text).is_none()));
    }

    #[test]
    fn an_item_shows_what_cites_it_or_the_whole_article() {
        let (citation, row) = read("20(1)").unwrap();
        assert!(paths(row, Some(&citation), Part::Act).len() <= paths(row, None, Part::Act).len());
    }
}
