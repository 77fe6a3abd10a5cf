//! The words of the pages: one Fluent file a language, loaded once.
//!
//! A missing word shows its key, so that a fault is seen and nothing else breaks; tests hold the files equal in keys and
//! variables and hold every key of a template against them.

use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::language::Language;

/// The files of one language, a file for each part of the pages; the same files for both.
macro_rules! files {
    ($folder:literal) => {
        &[
            include_str!(concat!("../messages/", $folder, "/site.ftl")),
            include_str!(concat!("../messages/", $folder, "/desk.ftl")),
            include_str!(concat!("../messages/", $folder, "/statistics.ftl")),
            include_str!(concat!("../messages/", $folder, "/my.ftl")),
            include_str!(concat!("../messages/", $folder, "/office.ftl")),
            include_str!(concat!("../messages/", $folder, "/operations.ftl")),
            include_str!(concat!("../messages/", $folder, "/cases.ftl")),
        ]
    };
}

const CHINESE: &[&str] = files!("zh");
const ENGLISH: &[&str] = files!("en");

static WORDS: LazyLock<[Words; 2]> =
    LazyLock::new(|| [Words::load(Language::Chinese), Words::load(Language::English)]);

/// The words of one language.
pub struct Words {
    /// Texts without a variable, formatted once: nearly all of them.
    plain: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// The words of a language.
    #[must_use]
    pub fn of(language: Language) -> &'static Self {
        let [chinese, english] = &*WORDS;
        match language {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }

    fn load(language: Language) -> Self {
        let (tag, sources) = match language {
            Language::Chinese => ("zh-CN", CHINESE),
            Language::English => ("en-GB", ENGLISH),
        };
        let tag: LanguageIdentifier = tag.parse().unwrap_or_default();
        let keys: Vec<String> = sources.iter().copied().flat_map(keys).collect();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Variables are numbers and days of our own making; names stand in the templates inside <bdi>.
        bundle.set_use_isolating(false);
        for source in sources {
            bundle.add_resource_overriding(
                FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource),
            );
        }
        let mut plain = HashMap::with_capacity(keys.len());
        for key in keys {
            let mut errors = Vec::new();
            let text = bundle
                .get_message(&key)
                .and_then(|message| message.value())
                .map(|pattern| bundle.format_pattern(pattern, None, &mut errors).into_owned());
            if let (Some(text), true) = (text, errors.is_empty()) {
                plain.insert(key, text);
            }
        }
        Self { plain, bundle }
    }

    /// A text without variables.
    #[must_use]
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.plain.get(key).map_or(key, String::as_str)
    }

    /// A text with one variable; a number chooses the plural form.
    #[must_use]
    pub fn with<'a>(&self, key: &str, name: &'a str, value: impl Into<FluentValue<'a>>) -> String {
        self.with_all(key, [(name, value.into())])
    }

    /// A text with several variables.
    #[must_use]
    pub fn with_all<'a>(
        &self,
        key: &str,
        variables: impl IntoIterator<Item = (&'a str, FluentValue<'a>)>,
    ) -> String {
        let arguments: FluentArgs<'a> = variables.into_iter().collect();
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        pattern.map_or_else(
            || key.to_owned(),
            |pattern| self.bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned(),
        )
    }
}

/// The keys of a file: what stands at the beginning of a line before an equals sign.
fn keys(source: &str) -> Vec<String> {
    source
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once('='))
        .map(|(key, _)| key.trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    fn variables(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut current = String::new();
        for line in source.lines() {
            if line.starts_with(|first: char| first.is_ascii_lowercase()) {
                current = line.split('=').next().unwrap().trim().to_owned();
                assert!(found.insert(current.clone(), BTreeSet::new()).is_none(), "`{current}` stands twice");
            }
            for part in line.split('$').skip(1) {
                let name = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                found.get_mut(&current).unwrap().insert(name);
            }
        }
        found
    }

    #[test]
    fn both_languages_have_the_same_words_with_the_same_variables() {
        for (chinese, english) in CHINESE.iter().zip(ENGLISH) {
            assert_eq!(variables(chinese), variables(english));
        }
        let mut all: Vec<String> = CHINESE.iter().copied().flat_map(keys).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count, "a word stands in two files");
    }

    #[test]
    fn both_files_are_read_without_an_error() {
        for source in CHINESE.iter().chain(ENGLISH) {
            if let Err((_, errors)) = FluentResource::try_new((*source).to_owned()) {
                panic!("{errors:?}");
            }
        }
    }

    /// Every `t("…")`, `count("…"` and `with("…"` in templates and sources has its word, and every word is used there.
    #[test]
    fn every_word_of_a_page_is_in_the_files_and_every_word_in_the_files_is_on_a_page() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut sources = String::new();
        let mut folders = vec![root.join("templates"), root.join("src")];
        while let Some(folder) = folders.pop() {
            for file in std::fs::read_dir(folder).unwrap() {
                let path = file.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("words.rs") {
                    sources.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        let known: BTreeSet<String> = CHINESE.iter().copied().flat_map(keys).collect();
        for call in [".t(\"", ".with_all(\"", ".count(\"", ".with(\"", ".text(\"", ".on_day(\""] {
            for part in sources.split(call).skip(1) {
                let key = part.split('"').next().unwrap();
                assert!(known.contains(key), "`{key}` is used and has no words");
            }
        }
        for key in &known {
            // Families of words whose last part is a stable word of the register.
            let family = [
                "class-",
                "severity-",
                "disclosure-",
                "sharing-",
                "problem-",
                "chapter-",
                "state-",
                "form-",
                "intake-",
                "incident-",
            ];
            if family.iter().any(|family| key.starts_with(family)) {
                continue;
            }
            assert!(sources.contains(&format!("\"{key}\"")), "`{key}` has words and is not used");
        }
    }

    #[test]
    fn plural_forms_follow_the_number() {
        let english = Words::of(Language::English);
        assert_eq!(english.with("organisation-count", "count", 1), "1 record");
        assert_eq!(english.with("organisation-count", "count", 2), "2 records");
        assert_eq!(Words::of(Language::Chinese).with("organisation-count", "count", 2), "2条");
    }
}
