//! Pages that were drawn before. What a page shows is asked each time; only the drawing of the very same is not done twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use register::subject::EntryNumber;
use sha2::{Digest, Sha256};

use crate::language::Language;

/// How many bytes of pages are kept at most; beyond that all are let go.
const BYTES_MAX: usize = 64 << 20;

/// What a page was drawn from: where any of it differs, it is another page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct DrawnFrom {
    /// The digest of the public data, which name the day, the law and the edition of the catalogue.
    pub(crate) data: Arc<str>,
    /// The entry that enrolled an authority last.
    pub(crate) authorities: Option<EntryNumber>,
    /// In which language.
    pub(crate) language: Language,
}

/// A page as it is sent, and the digest by which it is told to be unchanged.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    pub(crate) html: Bytes,
    pub(crate) digest: Arc<str>,
}

impl Drawn {
    pub(crate) fn new(html: String) -> Self {
        let digest = hex::encode(Sha256::digest(&html)).into();
        Self { html: html.into(), digest }
    }
}

/// Pages about organisations; none about a human being is ever kept.
#[derive(Debug, Default)]
pub(crate) struct KeptPages(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    pages: HashMap<DrawnFrom, Drawn>,
    bytes: usize,
}

impl KeptPages {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page that was drawn from this.
    pub(crate) fn get(&self, from: &DrawnFrom) -> Option<Drawn> {
        self.kept().pages.get(from).cloned()
    }

    /// Keeps a page.
    pub(crate) fn keep(&self, from: DrawnFrom, drawn: &Drawn) {
        let mut kept = self.kept();
        if kept.bytes > BYTES_MAX {
            *kept = Kept::default();
        }
        kept.bytes += drawn.html.len() + 512;
        kept.pages.insert(from, drawn.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_other_data_another_language_or_other_authorities_is_another_page() {
        let kept = KeptPages::default();
        let from = |data: &str, language, entry| DrawnFrom {
            data: data.into(),
            authorities: Some(EntryNumber(entry)),
            language,
        };
        kept.keep(from("a", Language::Chinese, 1), &Drawn::new("page".to_owned()));
        assert_eq!(kept.get(&from("a", Language::Chinese, 1)).unwrap().html, "page");
        for other in [
            from("b", Language::Chinese, 1),
            from("a", Language::English, 1),
            from("a", Language::Chinese, 2),
        ] {
            assert!(kept.get(&other).is_none());
        }
    }

    #[test]
    fn what_is_kept_has_an_end() {
        let kept = KeptPages::default();
        let large = Drawn::new("x".repeat(BYTES_MAX / 4));
        for number in 0..20_u64 {
            let from =
                DrawnFrom { data: number.to_string().into(), authorities: None, language: Language::Chinese };
            kept.keep(from, &large);
            assert!(kept.kept().bytes <= BYTES_MAX * 2);
        }
    }
}
