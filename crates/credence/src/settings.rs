//! The settings of a run: options on the command line come first, then environment variables, then the configuration file.
//!
//! There is one table of them (`settings/table.rs`): file, environment, `config check`, `config show` and the documentation
//! know nothing else.

mod checks;
#[cfg(test)]
mod documentation;
mod nearest;
mod reading;
pub mod sign_in;
pub mod table;
mod value;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ipnet::IpNet;

use crate::arguments::Shared;
use crate::exit::Failure;
use crate::output::Language;
use reading::Reading;
use table::{KNOWN, Known};

pub use checks::contradictions;
pub use nearest::nearest;
pub use value::{Source, Value};

/// What is set, by key. In a list of tables the key has the place: `sign_in[0].issuer`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    set: BTreeMap<String, (Value, Source)>,
}

/// Variables under which nobody is told that they ask too often: where the program is measured or hurt, a few callers stand
/// for a whole city.
pub const UNPACED: [(&str, &str); 6] = [
    ("CREDENCE_LIMITS_CALLER_REQUESTS_PER_SECOND_MAX", "1000000000"),
    ("CREDENCE_LIMITS_LOOKS_PER_SUBJECT_HOUR_MAX", "1000000000"),
    ("CREDENCE_LIMITS_EMPTY_INQUIRIES_SLOWED", "1000000000"),
    ("CREDENCE_LIMITS_EMPTY_INQUIRIES_REFUSED", "1000000000"),
    ("CREDENCE_LIMITS_REFUSED_INQUIRIES_SLOWED", "1000000000"),
    ("CREDENCE_LIMITS_REFUSED_INQUIRIES_REFUSED", "1000000000"),
];

/// A mistake in the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line of the file, from 1; 0 where it lies in the environment or in several places.
    pub line: usize,
    /// The key concerned, with its table; empty where the text is no TOML.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl Settings {
    /// Reads a file; every mistake is found, not only the first.
    #[must_use]
    pub fn read(text: &str) -> (Self, Vec<Mistake>) {
        Reading::of(text, KNOWN)
    }

    /// Reads the file of `--config`, where there is one, and the environment, for a command that needs it.
    ///
    /// # Errors
    /// When the file cannot be read, or a setting has a mistake.
    pub fn load(path: Option<&Path>) -> Result<Self, Failure> {
        let (mut settings, mut mistakes) = match path {
            None => (Self::default(), Vec::new()),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
                Self::read(&text)
            }
        };
        mistakes.extend(settings.read_environment(|variable| std::env::var(variable).ok()));
        mistakes.first().map_or(Ok(settings), |mistake| Err(refused(path, mistake)))
    }

    /// Puts options of every command, environment and configuration file together.
    ///
    /// # Errors
    /// See [`Settings::load`].
    pub fn of(shared: &Shared) -> Result<Self, Failure> {
        let mut settings = Self::load(shared.config.as_deref())?;
        settings.take_shared(shared)?;
        Ok(settings)
    }

    /// Takes the options of every command.
    ///
    /// # Errors
    /// When one is not what stands there.
    pub fn take_shared(&mut self, shared: &Shared) -> Result<(), Failure> {
        self.take(&table::STORE, shared.store.as_deref())?;
        self.take(&table::KEYS, shared.keys.as_ref().and_then(|keys| keys.to_str()))?;
        self.take(
            &table::LANGUAGE,
            shared.language.map(|language| match language {
                Language::Zh => "zh",
                Language::En => "en",
            }),
        )
    }

    /// Reads the variables that come before the file; an empty one counts as none.
    pub fn read_environment(&mut self, variable: impl Fn(&str) -> Option<String>) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        for known in KNOWN {
            let Some(name) = known.variable() else { continue };
            let Some(text) = variable(&name).filter(|text| !text.is_empty()) else { continue };
            match known.read_text(&text) {
                Ok(value) => {
                    self.set.insert(known.key.to_owned(), (value, Source::Variable(name)));
                }
                Err(what) => mistakes.push(Mistake {
                    line: 0,
                    key: known.key.to_owned(),
                    what: format!("{what}, in the environment variable `{name}`"),
                    remedy: format!("give {}, or take the variable away", known.kind.words()),
                }),
            }
        }
        mistakes
    }

    /// Takes an option of the command line, where it was given.
    ///
    /// # Errors
    /// When it is not what stands there.
    pub fn take(&mut self, known: &Known, option: Option<&str>) -> Result<(), Failure> {
        let Some(text) = option else { return Ok(()) };
        let value = known.read_text(text).map_err(|what| {
            Failure::usage(format!("`{text}` {what}")).next(format!("give {}", known.kind.words()))
        })?;
        // What is read from the variable by the command line itself came from the variable.
        if self.source(known).is_some_and(|source| matches!(source, Source::Variable(_)))
            && self.value(known) == Some(&value)
        {
            return Ok(());
        }
        self.set.insert(known.key.to_owned(), (value, Source::Option));
        Ok(())
    }

    /// What a setting is set to, if anybody said anything.
    #[must_use]
    pub fn value(&self, known: &Known) -> Option<&Value> {
        self.set.get(known.key).map(|(value, _)| value)
    }

    /// Where it comes from.
    #[must_use]
    pub fn source(&self, known: &Known) -> Option<&Source> {
        self.set.get(known.key).map(|(_, source)| source)
    }

    /// A text, or what is usual.
    #[must_use]
    pub fn text(&self, known: &'static Known) -> Option<&str> {
        match self.value(known) {
            Some(Value::Text(text)) => Some(text),
            _ => (!known.usual.is_empty()).then_some(known.usual),
        }
    }

    /// A path.
    #[must_use]
    pub fn path(&self, known: &'static Known) -> Option<PathBuf> {
        self.text(known).map(PathBuf::from)
    }

    /// A number, or what is usual.
    #[must_use]
    pub fn count(&self, known: &Known) -> u64 {
        match self.value(known) {
            Some(Value::Count(count)) => *count,
            // A test holds that every number has a usual one.
            _ => known.usual.parse().unwrap_or(u64::MAX),
        }
    }

    /// Networks.
    #[must_use]
    pub fn networks(&self, known: &Known) -> &[IpNet] {
        match self.value(known) {
            Some(Value::Networks(networks)) => networks,
            _ => &[],
        }
    }

    /// The language chosen.
    #[must_use]
    pub fn language(&self) -> Option<Language> {
        match self.text(&table::LANGUAGE) {
            Some("zh") => Some(Language::Zh),
            Some("en") => Some(Language::En),
            _ => None,
        }
    }

    /// Every setting that has a value, with what is shown of it and where it comes from.
    #[must_use]
    pub fn effective(&self) -> Vec<(&str, String, &Source)> {
        self.effective_of(KNOWN)
    }

    fn effective_of(&self, table: &[&'static Known]) -> Vec<(&str, String, &Source)> {
        let mut all = Vec::new();
        for known in table {
            let before = all.len();
            let set = self.set.iter().filter(|(key, _)| is_of(key, known.key));
            all.extend(set.map(|(key, (value, source))| (key.as_str(), known.shown(value), source)));
            if all.len() == before && !known.usual.is_empty() {
                all.push((known.key, known.usual.to_owned(), &Source::Usual));
            }
        }
        all
    }
}

/// Whether a key is the one of the table; in a list of tables whatever its place: `a[7].b` is `a[].b`.
fn is_of(key: &str, known: &str) -> bool {
    let (mut key, mut parts) = (key, known.split("[]"));
    let Some(rest) = parts.next().and_then(|part| key.strip_prefix(part)) else { return false };
    key = rest;
    for part in parts {
        let place = key.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let Some((place, rest)) = place else { return false };
        let Some(rest) = rest.strip_prefix(part).filter(|_| place.parse::<usize>().is_ok()) else {
            return false;
        };
        key = rest;
    }
    key.is_empty()
}

/// Why a command does not begin with such settings.
#[must_use]
pub fn refused(path: Option<&Path>, mistake: &Mistake) -> Failure {
    let place = path.filter(|_| mistake.line > 0);
    let place = place.map(|path| format!("`{}` line {}: ", path.display(), mistake.line));
    let failure =
        Failure::usage(format!("{}{} {}", place.unwrap_or_default(), quoted(&mistake.key), mistake.what));
    match path {
        Some(path) => {
            failure.next(format!("`credence config check {}` explains every mistake", path.display()))
        }
        None => failure.next(mistake.remedy.clone()),
    }
}

/// A key in back-ticks; nothing for none.
#[must_use]
pub fn quoted(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("`{key}`") }
}

#[cfg(test)]
mod tests {
    use super::table::{Kind, limits};
    use super::*;

    #[test]
    fn a_whole_file_is_read_and_what_it_does_not_say_is_usual() {
        let (settings, mistakes) = Settings::read(
            "store = \"./data\"\nkeys = \"./keys\"\nlanguage = \"zh\"\naddress = \"https://a.example/\"\n\
             [tls]\ncertificate = \"c.pem\"\nkey = \"c.key\"\n[proxy]\ntrusted = [\"10.0.0.0/8\", \"192.0.2.7\"]\n\
             [limits]\nbody_bytes_max = 1_000\nrequest_seconds_max = 30\nwaiting_max = 0x10\n",
        );
        assert_eq!(mistakes, Vec::new());
        assert_eq!(settings.language(), Some(Language::Zh));
        let counts = [&limits::BODY_BYTES, &limits::REQUEST_SECONDS, &limits::WAITING, &limits::UPLOADS];
        assert_eq!(counts.map(|known| settings.count(known)), [1000, 30, 16, 4]);
        assert_eq!(settings.path(&table::KEYS), Some(PathBuf::from("./keys")));
        assert_eq!(settings.text(&table::ADDRESS), Some("https://a.example"));
        assert_eq!(settings.text(&table::LISTEN), Some("127.0.0.1:8080"));
        assert_eq!(settings.text(&table::METRICS_LISTEN), None);
        assert_eq!(settings.networks(&table::PROXY_TRUSTED).len(), 2);
        assert_eq!(settings.source(&table::TLS_KEY), Some(&Source::File(7)));
    }

    #[test]
    fn every_setting_can_be_set_in_the_file_and_in_the_environment_as_its_example_says() {
        for known in KNOWN {
            let (table, _) = known.key.rsplit_once('.').unwrap_or_default();
            if known.key.contains("[]") {
                continue;
            }
            let head = if table.is_empty() { String::new() } else { format!("[{table}]\n") };
            let (from_file, mistakes) = Settings::read(&format!("{head}{}\n", known.example));
            assert_eq!(mistakes, Vec::new(), "{}", known.key);
            let value = from_file.value(known).unwrap_or_else(|| panic!("{}", known.key));
            let text = known.example.split_once('=').unwrap().1.trim().trim_matches(['"', '[', ']']);
            let mut from_environment = Settings::default();
            let variable = known.variable().unwrap();
            let mistakes = from_environment
                .read_environment(|name| (name == variable).then(|| text.trim_matches('"').to_owned()));
            assert_eq!(mistakes, Vec::new(), "{}", known.key);
            assert_eq!(from_environment.value(known), Some(value), "{}", known.key);
            if known.kind == Kind::Count {
                assert!(known.usual.parse::<u64>().is_ok_and(|count| count > 0), "{}", known.key);
            } else if !known.usual.is_empty() {
                assert!(known.read_text(known.usual).is_ok(), "{}", known.key);
            }
        }
    }

    #[test]
    fn settings_in_lists_are_shown_with_their_places() {
        const NAME: Known =
            Known { key: "many[].deep.name", kind: Kind::Text, usual: "", what: "a test", example: "" };
        let (settings, mistakes) =
            Reading::of("[[many]]\ndeep.name = \"a\"\n[[many]]\ndeep.name = \"b\"\n", &[&NAME]);
        assert_eq!(mistakes, Vec::new());
        let shown = settings.effective_of(&[&NAME]);
        let shown: Vec<(&str, &str)> = shown.iter().map(|(key, value, _)| (*key, value.as_str())).collect();
        assert_eq!(shown, [("many[0].deep.name", "a"), ("many[1].deep.name", "b")]);
        assert!(
            !is_of("many[0].deep", NAME.key)
                && !is_of("many.deep.name", NAME.key)
                && !is_of("listen2", "listen")
        );
    }

    #[test]
    fn what_lifts_the_paces_are_settings_that_there_are() {
        for (variable, count) in UNPACED {
            let mut settings = Settings::default();
            let mistakes = settings.read_environment(|name| (name == variable).then(|| count.to_owned()));
            assert!(mistakes.is_empty() && settings.set.len() == 1, "{variable}");
        }
    }

    #[test]
    fn options_come_before_variables_and_those_before_the_file() {
        let (mut settings, _) = Settings::read("listen = \"127.0.0.1:1\"\nlog = \"info\"\n");
        let say = |name: &str| match name {
            "CREDENCE_LISTEN" => Some("127.0.0.1:2".to_owned()),
            "CREDENCE_LIMITS_UPLOADS_MAX" => Some("many".to_owned()),
            "CREDENCE_KEYS" => Some(String::new()),
            _ => None,
        };
        let mistakes = settings.read_environment(say);
        assert_eq!(mistakes.len(), 1);
        assert!(mistakes[0].what.contains("CREDENCE_LIMITS_UPLOADS_MAX"));
        assert_eq!(settings.text(&table::LISTEN), Some("127.0.0.1:2"));
        settings.take(&table::LISTEN, Some("127.0.0.1:2")).unwrap();
        assert_eq!(settings.source(&table::LISTEN), Some(&Source::Variable("CREDENCE_LISTEN".to_owned())));
        settings.take(&table::LISTEN, Some("127.0.0.1:3")).unwrap();
        settings.take(&table::LISTEN, None).unwrap();
        assert_eq!(settings.text(&table::LISTEN), Some("127.0.0.1:3"));
        assert!(settings.take(&table::LISTEN, Some("here")).is_err());
        let shown = settings.effective();
        let of = |key: &str| {
            shown
                .iter()
                .find(|(known, ..)| *known == key)
                .map(|(_, value, source)| (value.as_str(), (*source).clone()))
        };
        assert_eq!(of("listen"), Some(("127.0.0.1:3", Source::Option)));
        assert_eq!(of("log"), Some(("info", Source::File(2))));
        assert_eq!(of("limits.uploads_max"), Some(("4", Source::Usual)));
        assert_eq!(of("tls.key"), None);
    }
}
