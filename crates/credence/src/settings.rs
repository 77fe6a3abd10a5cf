//! The settings of a run: options on the command line come first, then environment variables, then the configuration file.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::exit::Failure;
use crate::output::Language;

/// Where `serve` listens when nobody says otherwise.
pub const LISTEN: &str = "127.0.0.1:8080";

/// What a configuration file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// A folder, or a `postgres://` address.
    pub store: Option<String>,
    /// The folder of the keys of a PostgreSQL store.
    pub keys: Option<PathBuf>,
    /// The language of messages.
    pub language: Option<Language>,
    /// Where `serve` listens.
    pub listen: Option<String>,
    /// The address under which the platform is reached, for the commands on its pages.
    pub address: Option<String>,
    /// Limits of requests.
    pub limits: Limits,
}

/// Limits of requests; what is absent stays as the program has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// The longest body of a filed batch, in bytes.
    pub body_bytes_max: Option<u64>,
    /// The longest time that a request may take, in seconds.
    pub request_seconds_max: Option<u64>,
    /// How many requests may wait before more are refused with `Retry-After`.
    pub waiting_max: Option<u64>,
    /// How many connections may be open at a time.
    pub connections_max: Option<u64>,
    /// How many files may be received and filed at a time.
    pub uploads_max: Option<u64>,
    /// How long a connection may stay open without a request, in seconds.
    pub idle_seconds_max: Option<u64>,
    /// How long open requests are waited for when the program stops, in seconds.
    pub stop_seconds_max: Option<u64>,
}

impl Limits {
    /// The limit of this name.
    fn named(&mut self, name: &str) -> Option<&mut Option<u64>> {
        Some(match name {
            "body_bytes_max" => &mut self.body_bytes_max,
            "request_seconds_max" => &mut self.request_seconds_max,
            "waiting_max" => &mut self.waiting_max,
            "connections_max" => &mut self.connections_max,
            "uploads_max" => &mut self.uploads_max,
            "idle_seconds_max" => &mut self.idle_seconds_max,
            "stop_seconds_max" => &mut self.stop_seconds_max,
            _ => return None,
        })
    }
}

/// A mistake in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1.
    pub line: usize,
    /// The key concerned, with its table; empty where the text is no TOML.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

/// A key that the file may have, what stands there, and the variable that comes before it.
struct Known {
    key: &'static str,
    what: &'static str,
    example: &'static str,
    variable: Option<&'static str>,
}

const KNOWN: &[Known] = &[
    Known {
        key: "store",
        what: "a folder or a `postgres://` address",
        example: "store = \"./data\"",
        variable: Some("CREDENCE_STORE"),
    },
    Known { key: "keys", what: "a folder", example: "keys = \"./keys\"", variable: Some("CREDENCE_KEYS") },
    Known {
        key: "language",
        what: "`zh` or `en`",
        example: "language = \"zh\"",
        variable: Some("CREDENCE_LANGUAGE"),
    },
    Known {
        key: "listen",
        what: "an address and a port",
        example: "listen = \"127.0.0.1:8080\"",
        variable: Some("CREDENCE_LISTEN"),
    },
    Known {
        key: "address",
        what: "the address under which people reach the platform",
        example: "address = \"https://credit.example\"",
        variable: None,
    },
    Known {
        key: "limits.body_bytes_max",
        what: "a whole number above zero",
        example: "body_bytes_max = 268435456",
        variable: None,
    },
    Known {
        key: "limits.request_seconds_max",
        what: "a whole number above zero",
        example: "request_seconds_max = 30",
        variable: None,
    },
    Known {
        key: "limits.waiting_max",
        what: "a whole number above zero",
        example: "waiting_max = 1024",
        variable: None,
    },
    Known {
        key: "limits.connections_max",
        what: "a whole number above zero",
        example: "connections_max = 12288",
        variable: None,
    },
    Known {
        key: "limits.uploads_max",
        what: "a whole number above zero",
        example: "uploads_max = 4",
        variable: None,
    },
    Known {
        key: "limits.idle_seconds_max",
        what: "a whole number above zero",
        example: "idle_seconds_max = 75",
        variable: None,
    },
    Known {
        key: "limits.stop_seconds_max",
        what: "a whole number above zero",
        example: "stop_seconds_max = 20",
        variable: None,
    },
];

/// The environment variables that come before keys of the file, each with its key.
pub fn variables() -> impl Iterator<Item = (&'static str, &'static str)> {
    KNOWN.iter().filter_map(|known| known.variable.map(|variable| (variable, known.key)))
}

impl Settings {
    /// Reads a file; every mistake is found, not only the first.
    #[must_use]
    pub fn read(text: &str) -> (Self, Vec<Mistake>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut reading = Reading { text, settings: Self::default(), mistakes: Vec::new() };
        for error in errors {
            let what = format!("is no TOML: {}", error.message());
            reading.mistake(
                error.span().unwrap_or(0..0),
                "",
                &what,
                "write `key = value`, with texts in double quotes",
            );
        }
        reading.table(table.get_ref(), "");
        reading.mistakes.sort_by_key(|mistake| mistake.line);
        (reading.settings, reading.mistakes)
    }

    /// Reads the file of `--config` for a command that needs it.
    ///
    /// # Errors
    /// When it cannot be read or has a mistake.
    pub fn load(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
        let (settings, mistakes) = Self::read(&text);
        match mistakes.first() {
            None => Ok(settings),
            Some(mistake) => Err(Failure::usage(format!(
                "`{}` line {}: {} {}",
                path.display(),
                mistake.line,
                quoted(&mistake.key),
                mistake.what
            ))
            .next(format!("`credence config check {}` explains every mistake", path.display()))),
        }
    }
}

/// A key in back-ticks; nothing for none.
#[must_use]
pub fn quoted(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("`{key}`") }
}

struct Reading<'text> {
    text: &'text str,
    settings: Settings,
    mistakes: Vec<Mistake>,
}

impl Reading<'_> {
    fn mistake(&mut self, span: Range<usize>, key: &str, what: &str, remedy: &str) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        self.mistakes.push(Mistake {
            line,
            key: key.to_owned(),
            what: what.to_owned(),
            remedy: remedy.to_owned(),
        });
    }

    fn table(&mut self, table: &DeTable<'_>, prefix: &str) {
        for (name, value) in table {
            let key = format!("{prefix}{}", name.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) if prefix.is_empty() && key == "limits" => self.table(inner, "limits."),
                _ => match KNOWN.iter().find(|known| known.key == key) {
                    Some(known) => self.value(known, value),
                    None => {
                        let remedy = nearest(&key, KNOWN.iter().map(|known| known.key)).map_or_else(
                            || format!("the keys are: {}", key_list()),
                            |near| format!("did you mean `{near}`?"),
                        );
                        self.mistake(name.span(), &key, "is no key of this file", &remedy);
                    }
                },
            }
        }
    }

    fn value(&mut self, known: &Known, value: &Spanned<DeValue<'_>>) {
        let wrong = |this: &mut Self, what: &str| {
            this.mistake(value.span(), known.key, what, &format!("give {}: `{}`", known.what, known.example));
        };
        if let Some(name) = known.key.strip_prefix("limits.") {
            let number = match value.get_ref() {
                DeValue::Integer(number) => {
                    u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
                }
                _ => None,
            };
            let Some(number) = number.filter(|number| *number > 0) else {
                return wrong(self, "must be a whole number above zero");
            };
            if let Some(limit) = self.settings.limits.named(name) {
                *limit = Some(number);
            }
            return;
        }
        let DeValue::String(text) = value.get_ref() else {
            return wrong(self, "must be a text in double quotes");
        };
        if text.trim().is_empty() {
            return wrong(self, "is empty");
        }
        match known.key {
            "store" => self.settings.store = Some(text.to_string()),
            "keys" => self.settings.keys = Some(PathBuf::from(text.as_ref())),
            "language" => match text.as_ref() {
                "zh" => self.settings.language = Some(Language::Zh),
                "en" => self.settings.language = Some(Language::En),
                _ => wrong(self, "is no language of the platform"),
            },
            "listen" if text.parse::<std::net::SocketAddr>().is_ok() => {
                self.settings.listen = Some(text.to_string())
            }
            "listen" => wrong(self, "is no address with a port"),
            _ if text.starts_with("http://") || text.starts_with("https://") => {
                self.settings.address = Some(text.trim_end_matches('/').to_owned());
            }
            _ => wrong(self, "is no address that begins with `http://` or `https://`"),
        }
    }
}

fn key_list() -> String {
    KNOWN.iter().map(|known| format!("`{}`", known.key)).collect::<Vec<_>>().join(", ")
}

/// The word that is nearest to another, if one is near.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    known
        .map(|candidate| (distance(word, candidate), candidate))
        .min()
        .filter(|(distance, _)| *distance <= limit)
        .map(|(_, word)| word)
}

/// How many letters must be changed, added, left out or exchanged to make one word of another.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, letter) in from.chars().enumerate() {
        let mut next = vec![above + 1];
        for (place, other) in to.iter().enumerate() {
            let kept = row.get(place).copied().unwrap_or_default() + usize::from(letter != *other);
            let removed = row.get(place + 1).copied().unwrap_or_default() + 1;
            let added = next.last().copied().unwrap_or_default() + 1;
            next.push(kept.min(removed).min(added));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_is_read() {
        let (settings, mistakes) = Settings::read(
            "store = \"./data\"\nkeys = \"./keys\"\nlanguage = \"zh\"\nlisten = \"0.0.0.0:80\"\naddress = \"https://a.example/\"\n\
             [limits]\nbody_bytes_max = 1_000\nrequest_seconds_max = 30\nwaiting_max = 0x10\n",
        );
        assert_eq!(mistakes, Vec::new());
        assert_eq!(settings.language, Some(Language::Zh));
        assert_eq!(
            settings.limits,
            Limits {
                body_bytes_max: Some(1000),
                request_seconds_max: Some(30),
                waiting_max: Some(16),
                ..Limits::default()
            }
        );
        assert_eq!(settings.keys, Some(PathBuf::from("./keys")));
        assert_eq!(settings.address.as_deref(), Some("https://a.example"));
    }

    #[test]
    fn every_limit_that_is_known_can_be_set() {
        let mut limits = Limits::default();
        for name in KNOWN.iter().filter_map(|known| known.key.strip_prefix("limits.")) {
            let text = format!("[limits]\n{name} = 7\n");
            let (settings, mistakes) = Settings::read(&text);
            assert_eq!(mistakes, Vec::new());
            assert_ne!(settings.limits, Limits::default(), "{name}");
            *limits.named(name).unwrap() = Some(7);
        }
        assert!(!format!("{limits:?}").contains("None"), "{limits:?}");
    }

    #[test]
    fn every_mistake_is_explained_with_its_line() {
        let (_, mistakes) = Settings::read(
            "stor = \"./data\"\nlanguage = \"de\"\nlisten = \"8080\"\nkeys = 7\naddress = \" \"\n[limits]\nwaiting_max = -1\nspeed = 3\n",
        );
        let lines: Vec<(usize, &str)> =
            mistakes.iter().map(|mistake| (mistake.line, mistake.key.as_str())).collect();
        assert_eq!(
            lines,
            [
                (1, "stor"),
                (2, "language"),
                (3, "listen"),
                (4, "keys"),
                (5, "address"),
                (7, "limits.waiting_max"),
                (8, "limits.speed")
            ]
        );
        assert!(mistakes[0].remedy.contains("`store`"));
        assert!(mistakes.iter().all(|mistake| !mistake.remedy.is_empty() && !mistake.what.is_empty()));
    }

    #[test]
    fn a_text_that_is_no_toml_is_told_with_its_line() {
        let (_, mistakes) = Settings::read("store = \"./data\"\nlisten = \nlanguage = \"zh\"\n");
        assert_eq!(mistakes.first().map(|mistake| mistake.line), Some(2));
        let (_, twice) = Settings::read("store = \"a\"\nstore = \"b\"\n");
        assert_eq!(twice.len(), 1);
    }

    #[test]
    fn the_nearest_word_is_offered_only_when_it_is_near() {
        assert_eq!(
            nearest("administrative-penalties", ["administrative-penalty", "permit"].into_iter()),
            Some("administrative-penalty")
        );
        assert_eq!(nearest("tax", ["administrative-penalty", "transport"].into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
