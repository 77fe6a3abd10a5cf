//! How the program ends: exit codes that mean something, and failures that say what to do next.

use register::ruling::{Bilingual, Ground, Refusal};

/// Exit codes, part of the contract with scripts. They stand in `--help` and in the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, and nothing is wrong.
    Done,
    /// 1: done, and something was found: a refused line, a rejected identifier, a problem in the journal, a difference.
    Found,
    /// 2: the command or its input cannot be understood, or names something that does not exist.
    Usage,
    /// 3: unknown: the working days of that year are not published.
    Unknown,
    /// 4: the law refuses it, or the key opens nothing.
    Refused,
    /// 5: the store, a file or the network failed.
    Failed,
}

impl Exit {
    /// Its number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 1,
            Self::Usage => 2,
            Self::Unknown => 3,
            Self::Refused => 4,
            Self::Failed => 5,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The codes as every `--help` lists them.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done, and nothing is wrong
  1  done, and something was found: a refused line, a rejected identifier, a problem, a difference
  2  the command or its input cannot be understood, or names something that does not exist
  3  unknown: the working days of that year are not published
  4  refused by the law, or the key opens nothing
  5  the store, a file or the network failed";

/// Why a command did not do what it was asked.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What is the matter: lower case, no full stop.
    pub message: String,
    /// What to do next.
    pub next: Option<String>,
    /// The grounds, where the law refused.
    pub grounds: Vec<Ground>,
    /// How the program ends.
    pub exit: Exit,
}

impl Failure {
    /// The command or its input cannot be understood.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), next: None, grounds: Vec::new(), exit: Exit::Usage }
    }

    /// The store, a file or the network failed.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, ..Self::usage(message) }
    }

    /// A file could not be read or written.
    #[must_use]
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::failed(format!("`{}`: {error}", path.display()))
    }

    /// The law refused.
    #[must_use]
    pub fn refused(refusal: Refusal) -> Self {
        let reasons: Vec<String> = refusal
            .grounds
            .iter()
            .map(|ground| format!("{} ({})", ground.reason.en, ground.article))
            .collect();
        let message = format!("refused: {}", reasons.join("; "));
        Self { message, next: None, grounds: refusal.grounds, exit: Exit::Refused }
    }

    /// The same failure with what to do next.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }
}

/// The text of a refusal's ground for a terminal: reason, article, remedy.
#[must_use]
pub fn ground_lines(ground: &Ground, say: impl Fn(&Bilingual) -> String) -> String {
    let place = ground.field.as_deref().map_or_else(String::new, |field| format!("`{field}` "));
    let article = match ground.article.beijing_article() {
        Some(_) => format!("{} {}", ground.article.in_english(), ground.article.in_chinese()),
        None => ground.article.to_string(),
    };
    let mut text = format!("  {place}{} [{article}; {}]", say(&ground.reason), ground.code);
    if let Some(remedy) = &ground.remedy {
        text.push_str(&format!("\n    -> {}", say(remedy)));
    }
    text
}
