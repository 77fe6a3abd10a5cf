//! A citation is a type: the instrument, the article, and where it matters the paragraph and item.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The code of the instrument that this platform serves: the Beijing Social Credit Regulations (Draft).
pub const BEIJING_DRAFT: &str = "beijing-social-credit";

/// An article of the Beijing Social Credit Regulations (Draft), 1 to 56.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Article(u8);

impl Article {
    /// How many articles the draft has.
    pub const COUNT: u8 = 56;

    /// The article with this number, or nothing where the draft has none.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number >= 1 && number <= Self::COUNT { Some(Self(number)) } else { None }
    }

    /// For the rows of the article table, whose numbers a test checks.
    pub(crate) const fn of_row(number: u8) -> Self {
        Self(number)
    }

    /// Every article in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=Self::COUNT).map(Self)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The article as one cites it in Chinese: `第十五条`.
    #[must_use]
    pub fn in_chinese(self) -> String {
        format!("第{}条", chinese_number(u16::from(self.0)))
    }
}

impl fmt::Display for Article {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Article {}", self.0)
    }
}

impl TryFrom<u8> for Article {
    type Error = String;
    fn try_from(number: u8) -> Result<Self, String> {
        Self::new(number)
            .ok_or_else(|| format!("`{number}` is no article: the draft has the articles 1 to 56"))
    }
}

impl From<Article> for u8 {
    fn from(article: Article) -> Self {
        article.0
    }
}

impl From<Article> for Citation {
    fn from(article: Article) -> Self {
        Self::article(u16::from(article.0))
    }
}

/// Where the law says so.
///
/// Written short: `20(1)` is Article 20 item (1) of the Beijing draft, `35/2` its Article 35 paragraph 2,
/// `samr-45:14` article 14 of another instrument, named by its code, and `ndrc-36` that instrument as a whole, where the
/// number of the article is not known for certain: a wrong number would be worse than none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Citation {
    /// The code of the instrument; `beijing-social-credit` is left out in writing.
    pub instrument: Cow<'static, str>,
    /// The article; 0 for an instrument as a whole.
    pub article: u16,
    /// The paragraph (款), where only one is meant.
    pub paragraph: Option<u8>,
    /// The item (项), where only one is meant.
    pub item: Option<u8>,
}

/// A text that is no citation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no citation: write `20(1)`, `35/2`, `samr-45:14` or `ndrc-36`")]
pub struct NoCitation(String);

impl Citation {
    /// An article of the Beijing draft; the numbers are 1 to 56.
    #[must_use]
    pub const fn article(number: u16) -> Self {
        Self::of(BEIJING_DRAFT, number)
    }

    /// An article of another instrument, named by its code, such as `ndrc-36`.
    #[must_use]
    pub const fn of(instrument: &'static str, article: u16) -> Self {
        Self { instrument: Cow::Borrowed(instrument), article, paragraph: None, item: None }
    }

    /// An instrument as a whole, where the number of its article is not known for certain.
    #[must_use]
    pub const fn whole(instrument: &'static str) -> Self {
        Self::of(instrument, 0)
    }

    /// Whether it cites an instrument as a whole.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.article == 0
    }

    /// Only this paragraph (款).
    #[must_use]
    pub const fn paragraph(mut self, paragraph: u8) -> Self {
        self.paragraph = Some(paragraph);
        self
    }

    /// Only this item (项).
    #[must_use]
    pub const fn item(mut self, item: u8) -> Self {
        self.item = Some(item);
        self
    }

    /// The article of the Beijing draft that is cited, or nothing where another instrument is.
    #[must_use]
    pub fn beijing_article(&self) -> Option<Article> {
        if self.instrument != BEIJING_DRAFT {
            return None;
        }
        u8::try_from(self.article).ok().and_then(Article::new)
    }

    /// The place as one cites it in Chinese, without the instrument: `第二十条第（一）项`; nothing for a whole instrument.
    #[must_use]
    pub fn in_chinese(&self) -> String {
        if self.is_whole() {
            return String::new();
        }
        let mut text = format!("第{}条", chinese_number(self.article));
        if let Some(paragraph) = self.paragraph {
            text.push_str(&format!("第{}款", chinese_number(u16::from(paragraph))));
        }
        if let Some(item) = self.item {
            text.push_str(&format!("第（{}）项", chinese_number(u16::from(item))));
        }
        text
    }

    /// The place in an English sentence, without the instrument: `Article 20(1)`; nothing for a whole instrument.
    #[must_use]
    pub fn in_english(&self) -> String {
        if self.is_whole() {
            return String::new();
        }
        let mut text = format!("Article {}", self.article);
        if let Some(paragraph) = self.paragraph {
            text.push_str(&format!(" paragraph {paragraph}"));
            if let Some(item) = self.item {
                text.push_str(&format!(" item ({item})"));
            }
        } else if let Some(item) = self.item {
            text.push_str(&format!("({item})"));
        }
        text
    }
}

impl fmt::Display for Citation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_whole() {
            return formatter.write_str(&self.instrument);
        }
        if self.instrument != BEIJING_DRAFT {
            write!(formatter, "{}:", self.instrument)?;
        }
        write!(formatter, "{}", self.article)?;
        if let Some(paragraph) = self.paragraph {
            write!(formatter, "/{paragraph}")?;
        }
        if let Some(item) = self.item {
            write!(formatter, "({item})")?;
        }
        Ok(())
    }
}

impl FromStr for Citation {
    type Err = NoCitation;

    fn from_str(text: &str) -> Result<Self, NoCitation> {
        read_citation(text).ok_or_else(|| NoCitation(text.to_owned()))
    }
}

fn read_citation(text: &str) -> Option<Citation> {
    let (instrument, place) = match text.split_once(':') {
        Some((instrument, place)) => {
            if instrument == BEIJING_DRAFT || !is_instrument(instrument) {
                return None;
            }
            (Cow::Owned(instrument.to_owned()), place)
        }
        None if is_instrument(text) => {
            let instrument = Cow::Owned(text.to_owned());
            return Some(Citation { instrument, article: 0, paragraph: None, item: None });
        }
        None => (Cow::Borrowed(BEIJING_DRAFT), text),
    };
    let (place, item) = match place.split_once('(') {
        Some((place, rest)) => (place, Some(u8::try_from(number(rest.strip_suffix(')')?)?).ok()?)),
        None => (place, None),
    };
    let (article, paragraph) = match place.split_once('/') {
        Some((article, paragraph)) => (article, Some(u8::try_from(number(paragraph)?).ok()?)),
        None => (place, None),
    };
    let citation = Citation { instrument, article: number(article)?, paragraph, item };
    (citation.instrument != BEIJING_DRAFT || citation.beijing_article().is_some()).then_some(citation)
}

/// Whether it is the code of an instrument: lower-case words and figures joined by hyphens, a letter first.
fn is_instrument(text: &str) -> bool {
    let code = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.starts_with(|first: char| first.is_ascii_lowercase()) && text.bytes().all(code)
}

/// A number as the short form writes it: no sign, no leading zero.
fn number(text: &str) -> Option<u16> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    plain.then(|| text.parse().ok()).flatten()
}

impl TryFrom<String> for Citation {
    type Error = NoCitation;
    fn try_from(text: String) -> Result<Self, NoCitation> {
        text.parse()
    }
}

impl From<Citation> for String {
    fn from(citation: Citation) -> Self {
        citation.to_string()
    }
}

/// A number below a thousand in Chinese figures, as laws number their articles.
fn chinese_number(number: u16) -> String {
    let figure = |digit: u16| {
        ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"]
            .get(usize::from(digit))
            .copied()
            .unwrap_or("")
    };
    let (hundreds, tens, ones) = (number / 100 % 10, number / 10 % 10, number % 10);
    let mut text = String::new();
    if hundreds > 0 {
        text.push_str(figure(hundreds));
        text.push('百');
        if tens == 0 && ones > 0 {
            text.push('零');
        }
    }
    if tens > 0 {
        if tens > 1 || hundreds > 0 {
            text.push_str(figure(tens));
        }
        text.push('十');
    }
    text.push_str(figure(ones));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_short_form_names_article_paragraph_and_item() {
        assert_eq!(Citation::article(20).item(1).to_string(), "20(1)");
        assert_eq!(Citation::article(35).paragraph(2).to_string(), "35/2");
        assert_eq!(Citation::of("ndrc-36", 12).to_string(), "ndrc-36:12");
        assert_eq!(Citation::whole("ndrc-36").to_string(), "ndrc-36");
        assert_eq!("ndrc-36".parse(), Ok(Citation::whole("ndrc-36")));
        assert_eq!(Citation::whole("ndrc-36").in_chinese(), "");
        assert_eq!("ndrc-36:12/1(3)".parse(), Ok(Citation::of("ndrc-36", 12).paragraph(1).item(3)));
    }

    #[test]
    fn a_citation_of_an_article_that_does_not_exist_is_refused() {
        for text in [
            "57",
            "0",
            "",
            "20(",
            "20()",
            "20(1",
            "020",
            "+5",
            "x:",
            ":5",
            "beijing-social-credit:5",
            "35/",
            "20(300)",
            "x:0",
            "36-x",
            "X",
        ] {
            assert!(text.parse::<Citation>().is_err(), "{text}");
        }
        assert_eq!(Article::new(57), None);
        assert_eq!(Article::new(0), None);
    }

    #[test]
    fn chinese_citations_read_as_in_a_statute() {
        let article = |number| Article::new(number).unwrap().in_chinese();
        assert_eq!(article(15), "第十五条");
        assert_eq!(article(20), "第二十条");
        assert_eq!(article(3), "第三条");
        assert_eq!(article(56), "第五十六条");
        assert_eq!(Citation::of("law", 205).in_chinese(), "第二百零五条");
        assert_eq!(Citation::of("law", 110).in_chinese(), "第一百一十条");
        assert_eq!(Citation::article(20).item(1).in_chinese(), "第二十条第（一）项");
        assert_eq!(Citation::article(14).paragraph(2).in_english(), "Article 14 paragraph 2");
    }

    proptest! {
        #[test]
        fn a_citation_reads_back_from_its_text(
            other in any::<bool>(), article in 1_u16..=56, paragraph in proptest::option::of(1_u8..), item in proptest::option::of(1_u8..)
        ) {
            let instrument = if other { "ndrc-36" } else { BEIJING_DRAFT };
            let citation = Citation { paragraph, item, ..Citation::of(instrument, article) };
            prop_assert_eq!(citation.to_string().parse::<Citation>(), Ok(citation));
        }
    }
}
