//! The two languages of the platform: how each writes days, amounts and citations, and where its pages lie.
//!
//! Chinese comes first and has the plain address; English lies under `/en`. The address alone decides the language: one
//! address has one content, so that a link means the same to everyone and a cache needs no `Vary`.

use std::collections::HashMap;
use std::sync::LazyLock;

use law::{Citation, Day, Instant, Law};
use register::ruling::Bilingual;

/// The titles of the instruments, by the code under which their articles are cited. The law's data are a part of the program;
/// where they are not in order nothing is served, so that here a code may stand for its title.
static TITLES: LazyLock<HashMap<String, Bilingual>> = LazyLock::new(|| {
    let title = |version: &law::Version| {
        (version.short_name.clone(), Bilingual::made(version.title_zh.clone(), version.title_en.clone()))
    };
    Law::load().map(|law| law.versions().map(title).collect()).unwrap_or_default()
});

/// A language of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Both, Chinese first.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The language tag for `lang` attributes (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-Hans",
            Self::English => "en",
        }
    }

    /// What stands before every path of its pages.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Chinese => "",
            Self::English => "/en",
        }
    }

    /// The other language.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    /// The language of a path, and the path without the language's prefix.
    #[must_use]
    pub fn of_path(path: &str) -> (Self, &str) {
        match path.strip_prefix("/en") {
            Some("") => (Self::English, "/"),
            Some(rest) if rest.starts_with('/') => (Self::English, rest),
            _ => (Self::Chinese, path),
        }
    }

    /// The address of a page in this language; `path` begins with a slash.
    #[must_use]
    pub fn href(self, path: &str) -> String {
        match (self, path) {
            (Self::English, "/") => "/en/".to_owned(),
            _ => format!("{}{path}", self.prefix()),
        }
    }

    /// The text in this language.
    #[must_use]
    pub fn of(self, text: &Bilingual) -> &str {
        match self {
            Self::Chinese => &text.zh,
            Self::English => &text.en,
        }
    }

    /// A day as the language writes it: `2026年2月13日`, `13 February 2026`.
    #[must_use]
    pub fn day(self, day: Day) -> String {
        match self {
            Self::Chinese => format!("{}{}日", self.month(day), day.day()),
            Self::English => format!("{} {}", day.day(), self.month(day)),
        }
    }

    /// The month of a day as the language writes it: `2026年2月`, `February 2026`.
    #[must_use]
    pub fn month(self, day: Day) -> String {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        match self {
            Self::Chinese => format!("{}年{}月", day.year(), day.month()),
            Self::English => {
                let month =
                    usize::try_from(day.month()).ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
                format!("{} {}", month.copied().unwrap_or_default(), day.year())
            }
        }
    }

    /// A moment to the minute in Beijing time: `2026年11月23日09:30`, `23 November 2026, 09:30`.
    #[must_use]
    pub fn moment(self, at: Instant) -> String {
        let written = at.to_string();
        let time = written.split('T').nth(1).and_then(|time| time.get(..5)).unwrap_or_default();
        let separator = if self == Self::Chinese { " " } else { ", " };
        format!("{}{separator}{time}", self.day(Day::of(at)))
    }

    /// A whole number with its groups of three digits.
    #[must_use]
    pub fn number(self, number: u64) -> String {
        grouped(&number.to_string())
    }

    /// An amount of whole fen in yuan: `35,000.00元`, `CNY 35,000.00`.
    #[must_use]
    pub fn yuan(self, fen: i64) -> String {
        let sign = if fen < 0 { "-" } else { "" };
        let fen = fen.unsigned_abs();
        let amount = format!("{sign}{}.{:02}", grouped(&(fen / 100).to_string()), fen % 100);
        match self {
            Self::Chinese => format!("{amount}元"),
            Self::English => format!("CNY {amount}"),
        }
    }

    /// A citation in a sentence: `第十五条`, `Article 15`; another instrument is named by its title, as far as the law's data
    /// know it.
    #[must_use]
    pub fn citation(self, citation: &Citation) -> String {
        let place = match self {
            Self::Chinese => citation.in_chinese(),
            Self::English => citation.in_english(),
        };
        if citation.beijing_article().is_some() {
            return place;
        }
        let title = TITLES
            .get(citation.instrument.as_ref())
            .map_or(citation.instrument.as_ref(), |title| self.of(title));
        format!("{title} {place}").trim_end().to_owned()
    }
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_its_language() {
        assert_eq!(Language::of_path("/en"), (Language::English, "/"));
        assert_eq!(Language::of_path("/en/law/15"), (Language::English, "/law/15"));
        assert_eq!(Language::of_path("/law/15"), (Language::Chinese, "/law/15"));
        assert_eq!(Language::of_path("/enterprise"), (Language::Chinese, "/enterprise"));
        for language in Language::ALL {
            for path in ["/", "/law/15"] {
                assert_eq!(Language::of_path(&language.href(path)), (language, path));
            }
        }
    }

    #[test]
    fn days_and_amounts_read_as_each_language_writes_them() {
        let day = Day::new(2026, 2, 3).unwrap();
        assert_eq!(Language::Chinese.day(day), "2026年2月3日");
        assert_eq!(Language::English.day(day), "3 February 2026");
        assert_eq!(Language::Chinese.yuan(3_500_000), "35,000.00元");
        assert_eq!(Language::English.yuan(-5), "CNY -0.05");
        assert_eq!(Language::English.yuan(i64::MIN), "CNY -92,233,720,368,547,758.08");
        assert_eq!(Language::English.number(1_234_567), "1,234,567");
        assert_eq!(Language::English.number(123), "123");
    }

    #[test]
    fn citations_read_as_each_language_cites() {
        let citation = Citation::article(20).item(1);
        assert_eq!(Language::Chinese.citation(&citation), "第二十条第（一）项");
        assert_eq!(Language::English.citation(&citation), "Article 20(1)");
        assert_eq!(
            Language::English.citation(&Citation::of("ndrc-36", 12)),
            "NDRC Order 36 on credit restoration Article 12"
        );
        assert_eq!(Language::English.citation(&Citation::of("unheard-of", 1)), "unheard-of Article 1");
        let whole: Citation = "ndrc-36".parse().unwrap();
        assert_eq!(Language::Chinese.citation(&whole), "信用修复管理办法（国家发展和改革委员会令第36号）");
    }
}
