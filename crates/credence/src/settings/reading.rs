//! A configuration file, read by the table of settings: tables in tables, and lists of tables where a key says so.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::table::Known;
use super::value::Source;
use super::{Mistake, Settings, nearest};

/// A file that is being read.
pub(super) struct Reading<'a> {
    text: &'a str,
    known: &'a [&'a Known],
    settings: Settings,
    mistakes: Vec<Mistake>,
}

/// Where in the file something stands: its key, and the key by which the table of settings knows it.
#[derive(Clone)]
struct Place {
    key: String,
    pattern: String,
}

impl Place {
    fn inside(&self, name: &str) -> Self {
        let join = |outer: &str| if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") };
        Self { key: join(&self.key), pattern: join(&self.pattern) }
    }

    fn element(&self, place: usize) -> Self {
        Self { key: format!("{}[{place}]", self.key), pattern: format!("{}[]", self.pattern) }
    }
}

impl<'a> Reading<'a> {
    /// Reads a file by a table of settings; every mistake is found.
    pub(super) fn of(text: &'a str, known: &'a [&'a Known]) -> (Settings, Vec<Mistake>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut reading = Self { text, known, settings: Settings::default(), mistakes: Vec::new() };
        for error in errors {
            let what = format!("is no TOML: {}", error.message());
            let remedy = "write `key = value`, with texts in double quotes";
            reading.mistake(error.span().unwrap_or(0..0), "", &what, remedy);
        }
        reading.table(table.get_ref(), &Place { key: String::new(), pattern: String::new() });
        reading.mistakes.sort_by_key(|mistake| mistake.line);
        (reading.settings, reading.mistakes)
    }

    fn line(&self, span: &Range<usize>) -> usize {
        self.text.get(..span.start).unwrap_or(self.text).matches('\n').count() + 1
    }

    fn mistake(&mut self, span: Range<usize>, key: &str, what: &str, remedy: &str) {
        let line = self.line(&span);
        self.mistakes.push(Mistake {
            line,
            key: key.to_owned(),
            what: what.to_owned(),
            remedy: remedy.to_owned(),
        });
    }

    fn has_inside(&self, pattern: &str, mark: &str) -> bool {
        let inside = format!("{pattern}{mark}");
        self.known.iter().any(|known| known.key.starts_with(&inside))
    }

    fn table(&mut self, table: &DeTable<'_>, outer: &Place) {
        for (name, value) in table {
            let place = outer.inside(name.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) if self.has_inside(&place.pattern, ".") => self.table(inner, &place),
                DeValue::Array(elements) if self.has_inside(&place.pattern, "[].") => {
                    for (number, element) in elements.iter().enumerate() {
                        let place = place.element(number);
                        match element.get_ref() {
                            DeValue::Table(inner) => self.table(inner, &place),
                            _ => self.mistake(
                                element.span(),
                                &place.key,
                                "must be a table",
                                &format!("begin each with a line `[[{}]]`", outer.inside(name.get_ref()).key),
                            ),
                        }
                    }
                }
                _ => match self.known.iter().find(|known| known.key == place.pattern) {
                    Some(known) => self.value(known, &place.key, value),
                    None => self.unknown(name.span(), &place),
                },
            }
        }
    }

    fn unknown(&mut self, span: Range<usize>, place: &Place) {
        if self.has_inside(&place.pattern, ".") || self.has_inside(&place.pattern, "[].") {
            let remedy =
                format!("begin it with a line `[{}]`, or `[[{0}]]` where there may be several", place.key);
            return self.mistake(span, &place.key, "is a table and no value", &remedy);
        }
        let tables = self.known.iter().filter_map(|known| known.key.split_once('.').map(|(table, _)| table));
        let words = self.known.iter().map(|known| known.key).chain(tables);
        let remedy = nearest(&place.pattern, words).map_or_else(
            || "`credence config show` lists the keys, and docs/configuration.md explains them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        self.mistake(span, &place.key, "is no key of this file", &remedy);
    }

    fn value(&mut self, known: &Known, key: &str, value: &Spanned<DeValue<'_>>) {
        match known.read(value.get_ref()) {
            Ok(read) => {
                let source = Source::File(self.line(&value.span()));
                self.settings.set.insert(key.to_owned(), (read, source));
            }
            Err(what) => {
                let remedy = format!("give {}: `{}`", known.kind.words(), known.example);
                self.mistake(value.span(), key, &what, &remedy);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Value;
    use crate::settings::table::{KNOWN, Kind};

    #[test]
    fn every_mistake_is_explained_with_its_line() {
        let (_, mistakes) = Settings::read(
            "stor = \"./data\"\nlanguage = \"de\"\nlisten = \"8080\"\nkeys = 7\naddress = \" \"\n[limits]\nwaiting_max = -1\n\
             speed = 3\n[proxy]\ntrusted = \"10.0.0.0/8\"\n[prxy]\nheader = \"forwarded\"\n",
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
                (8, "limits.speed"),
                (10, "proxy.trusted"),
                (11, "prxy")
            ]
        );
        assert!(mistakes[0].remedy.contains("`store`"));
        assert!(mistakes[8].remedy.contains("`proxy`"));
        assert!(mistakes.iter().all(|mistake| !mistake.remedy.is_empty() && !mistake.what.is_empty()));
        let (_, mistakes) = Settings::read("limits = 7\n");
        assert_eq!(mistakes[0].what, "is a table and no value");
    }

    #[test]
    fn a_text_that_is_no_toml_is_told_with_its_line() {
        let (_, mistakes) = Settings::read("store = \"./data\"\nlisten = \nlanguage = \"zh\"\n");
        assert_eq!(mistakes.first().map(|mistake| mistake.line), Some(2));
        let (_, twice) = Settings::read("store = \"a\"\nstore = \"b\"\n");
        assert_eq!(twice.len(), 1);
    }

    #[test]
    fn tables_lie_in_tables_and_in_lists() {
        let known = |key| Known { key, kind: Kind::Text, usual: "", what: "a test", example: "" };
        let rows = [known("outer.inner.name"), known("outer.many[].name"), known("outer.many[].deep.name")];
        let rows: Vec<&Known> = rows.iter().collect();
        let (settings, mistakes) = Reading::of(
            "[outer.inner]\nname = \"a\"\n[[outer.many]]\nname = \"b\"\n[[outer.many]]\nname = \"c\"\ndeep.name = \"d\"\nnme = \"e\"\n",
            &rows,
        );
        let set: Vec<(&str, &str)> = settings
            .set
            .iter()
            .map(|(key, (value, _))| match value {
                Value::Text(text) => (key.as_str(), text.as_str()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            set,
            [
                ("outer.inner.name", "a"),
                ("outer.many[0].name", "b"),
                ("outer.many[1].deep.name", "d"),
                ("outer.many[1].name", "c")
            ]
        );
        assert_eq!((mistakes.len(), mistakes[0].line, mistakes[0].key.as_str()), (1, 8, "outer.many[1].nme"));
        let (_, mistakes) = Reading::of("[outer]\nmany = [7]\n", &rows);
        assert!(mistakes[0].remedy.contains("[[outer.many]]"));
        assert!(KNOWN.iter().all(|known| known.variable().is_some() != known.key.contains("[]")));
        assert_eq!(rows[1].variable(), None);
    }
}
