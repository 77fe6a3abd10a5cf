//! The article table: what each of the 56 articles asks, in our own words, and what it leaves open.
//!
//! Which code, tests and pages carry an article is drawn from the code by the program; here stands what the code
//! cannot know: why an article needs none, and what is declared where its words decide nothing by themselves.

mod establishments;
mod general;
mod information;
mod integrity;
mod responsibility;
mod rights;
mod supervision;

use std::sync::LazyLock;

use serde::Serialize;

use crate::citation::Article;

/// A matter that an article leaves open and code cannot decide: what is declared for it, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Discretion {
    /// The word of the article that leaves it open, such as `promptly`.
    pub open: &'static str,
    /// The same in Chinese, such as `及时`.
    pub open_zh: &'static str,
    /// What is declared for it.
    pub declared: &'static str,
    /// The same in Chinese.
    pub declared_zh: &'static str,
    /// Why.
    pub reason: &'static str,
    /// The same in Chinese.
    pub reason_zh: &'static str,
}

/// A row of the article table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ArticleRow {
    /// The article.
    pub article: Article,
    /// What it is about, in our words.
    pub title: &'static str,
    /// The same in Chinese.
    pub title_zh: &'static str,
    /// What it asks, in our words.
    pub summary: &'static str,
    /// The same in Chinese.
    pub summary_zh: &'static str,
    /// Why no code acts on it: it is a duty of people, or a later capability brings it.
    pub why_none: Option<&'static str>,
    /// The same in Chinese.
    pub why_none_zh: Option<&'static str>,
    /// What it leaves open.
    pub discretions: &'static [Discretion],
}

impl ArticleRow {
    /// The number, the title in English and Chinese, the summary in English and Chinese.
    const fn new(
        number: u8,
        title: &'static str,
        title_zh: &'static str,
        summary: &'static str,
        summary_zh: &'static str,
    ) -> Self {
        let article = Article::of_row(number);
        Self {
            article,
            title,
            title_zh,
            summary,
            summary_zh,
            why_none: None,
            why_none_zh: None,
            discretions: &[],
        }
    }

    /// Says why no code acts on it, in English and Chinese.
    const fn none(mut self, why: &'static str, why_zh: &'static str) -> Self {
        self.why_none = Some(why);
        self.why_none_zh = Some(why_zh);
        self
    }

    /// Says what it leaves open.
    const fn open(mut self, discretions: &'static [Discretion]) -> Self {
        self.discretions = discretions;
        self
    }
}

static ARTICLES: LazyLock<Vec<ArticleRow>> = LazyLock::new(|| {
    [
        general::ROWS,
        information::ROWS,
        supervision::ROWS,
        rights::ROWS,
        establishments::ROWS,
        integrity::ROWS,
        responsibility::ROWS,
    ]
    .concat()
});

/// Every article of the Beijing draft, in order.
#[must_use]
pub fn articles() -> &'static [ArticleRow] {
    &ARTICLES
}

/// The row of an article.
#[must_use]
pub fn article(article: Article) -> Option<&'static ArticleRow> {
    articles().iter().find(|row| row.article == article)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_article_has_one_row_in_order() {
        assert!(articles().iter().map(|row| row.article).eq(Article::all()));
        assert_eq!(article(Article::new(15).unwrap()).unwrap().article.number(), 15);
    }

    fn chinese(text: &str) -> bool {
        text.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
    }

    /// A fragment of a page: Chinese words, punctuation of full width, no full stop.
    fn is_chinese_fragment(text: &str) -> bool {
        chinese(text) && !text.ends_with('。') && !text.contains([',', ';', ':', '(', ')', '`'])
    }

    /// The same in English.
    fn is_english_fragment(text: &str) -> bool {
        !text.is_empty() && text.is_ascii() && !text.ends_with('.') && !text.contains('`')
    }

    #[test]
    fn every_row_says_in_both_languages_what_its_article_asks() {
        for row in articles() {
            assert!(row.title.is_ascii() && !row.title.is_empty(), "{}", row.article);
            assert!(
                row.summary.len() > 40 && row.summary.ends_with('.') && !chinese(row.summary),
                "{}",
                row.article
            );
            assert!(
                chinese(row.title_zh) && chinese(row.summary_zh) && row.summary_zh.ends_with('。'),
                "{}",
                row.article
            );
        }
        let mut titles: Vec<_> = articles().iter().map(|row| row.title).collect();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), articles().len());
    }

    #[test]
    fn why_no_code_acts_and_what_is_left_open_stand_in_both_languages() {
        for row in articles() {
            match (row.why_none, row.why_none_zh) {
                (Some(why), Some(why_zh)) => assert!(
                    why.len() > 20 && is_english_fragment(why) && is_chinese_fragment(why_zh),
                    "{}",
                    row.article
                ),
                (why, why_zh) => assert_eq!((why, why_zh), (None, None), "{}", row.article),
            }
            for open in row.discretions {
                for english in [open.open, open.declared, open.reason] {
                    assert!(is_english_fragment(english), "{}: {english}", row.article);
                }
                for translated in [open.open_zh, open.declared_zh, open.reason_zh] {
                    assert!(is_chinese_fragment(translated), "{}: {translated}", row.article);
                }
            }
        }
    }

    #[test]
    fn every_article_that_says_promptly_declares_how_soon() {
        for number in [14, 19, 31, 36, 37] {
            let row = article(Article::new(number).unwrap()).unwrap();
            let is_said = |open: &Discretion| open.open.contains("promptly") && open.open_zh.contains("及时");
            assert!(row.discretions.iter().any(is_said), "{}", row.article);
        }
    }
}
