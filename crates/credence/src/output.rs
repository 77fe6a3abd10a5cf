//! What the program writes: text for people, or with `--json` one object a line, which is a contract with scripts.

use std::io::{self, Write};

use clap::ValueEnum;
use register::ruling::Bilingual;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::exit::{Exit, Failure, ground_lines};

/// The language of what people read. Where none is chosen, both are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Simplified Chinese
    Zh,
    /// English
    En,
}

/// Where and how a command writes.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// One JSON object a line instead of text.
    pub json: bool,
    /// The language chosen.
    pub language: Option<Language>,
}

impl Output {
    /// Writes one object on a line of its own, when scripts read.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn object(&self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value)
            .map_err(|error| Failure::failed(format!("the answer cannot be written as JSON: {error}")))?;
        write_line(&text)
    }

    /// Writes lines of text.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn text(&self, text: impl AsRef<str>) -> Result<(), Failure> {
        write_line(text.as_ref())
    }

    /// Writes the object with `--json`, the text without.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn either(&self, value: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json { self.object(value) } else { self.text(text()) }
    }

    /// A remark for people on standard error; nothing with `--json`.
    pub fn remark(&self, text: impl AsRef<str>) {
        if !self.json {
            // Nobody is left to be told when standard error is closed.
            let _ = writeln!(io::stderr().lock(), "{}", text.as_ref());
        }
    }

    /// A text in the language chosen, or in both.
    #[must_use]
    pub fn say(&self, text: &Bilingual) -> String {
        self.pick(&text.zh, &text.en)
    }

    /// One of two texts by the language chosen, or both.
    #[must_use]
    pub fn pick(&self, zh: &str, en: &str) -> String {
        match self.language {
            Some(Language::Zh) => zh.to_owned(),
            Some(Language::En) => en.to_owned(),
            None if zh == en => zh.to_owned(),
            None => format!("{zh} | {en}"),
        }
    }

    /// Reports a failure: text on standard error, and with `--json` one object on standard output besides.
    pub fn failure(&self, failure: &Failure) -> Exit {
        if failure.message.is_empty() {
            // Whoever read standard output went away: nothing is left to say.
            return failure.exit;
        }
        if self.json {
            let mut object = json!({ "error": failure.message, "grounds": failure.grounds });
            if let (Some(next), Some(fields)) = (&failure.next, object.as_object_mut()) {
                fields.insert("next".to_owned(), json!(next));
            }
            let _ = write_line(&object.to_string());
        }
        let mut text = String::new();
        if failure.grounds.is_empty() {
            text.push_str(&format!("error: {}\n", failure.message));
        } else {
            text.push_str(&format!("{}\n", self.pick("不予办理：", "refused by the law:")));
            for ground in &failure.grounds {
                text.push_str(&ground_lines(ground, |words| self.say(words)));
                text.push('\n');
            }
        }
        if let Some(next) = &failure.next {
            text.push_str(&format!("  -> {next}\n"));
        }
        let _ = io::stderr().lock().write_all(text.as_bytes());
        failure.exit
    }
}

fn write_line(text: &str) -> Result<(), Failure> {
    let mut standard = io::stdout().lock();
    let written = standard
        .write_all(text.as_bytes())
        .and_then(|()| standard.write_all(b"\n"))
        .and_then(|()| standard.flush());
    written.map_err(|error| match error.kind() {
        // `credence law --json | head -1` is no failure worth a message.
        io::ErrorKind::BrokenPipe => Failure { message: String::new(), ..Failure::failed("") },
        _ => Failure::failed(format!("standard output cannot be written: {error}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_chosen_language_both_are_written() {
        let output = |language| Output { json: false, language };
        assert_eq!(output(None).pick("法人", "legal person"), "法人 | legal person");
        assert_eq!(output(Some(Language::Zh)).pick("法人", "legal person"), "法人");
        assert_eq!(output(Some(Language::En)).pick("法人", "legal person"), "legal person");
    }
}
