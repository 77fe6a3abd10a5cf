//! What a decision says: its grounds with their articles, or a refusal with its remedy.

use std::borrow::Cow;

use law::Citation;
use serde::{Deserialize, Serialize};

use crate::event::Event;

/// A text in both languages of the platform; Chinese comes first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Simplified Chinese.
    pub zh: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

impl Bilingual {
    /// A text known when the program is written.
    #[must_use]
    pub const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
    }

    /// A text made at run time.
    #[must_use]
    pub fn made(zh: String, en: String) -> Self {
        Self { zh: Cow::Owned(zh), en: Cow::Owned(en) }
    }
}

/// One reason of a decision, with the article it rests on and, for a refusal, what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// A stable word for programs, such as `not_in_catalogue`.
    pub code: Cow<'static, str>,
    /// Where the law says so.
    pub article: Citation,
    /// The field of the input concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is the matter. Values of persons are masked.
    pub reason: Bilingual,
    /// What the reader can do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Bilingual>,
}

impl Ground {
    /// A ground with its code, article and reason.
    #[must_use]
    pub const fn new(code: &'static str, article: Citation, reason: Bilingual) -> Self {
        Self { code: Cow::Borrowed(code), article, field: None, reason, remedy: None }
    }

    /// Names the field of the input.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Says what the reader can do.
    #[must_use]
    pub fn remedy(mut self, remedy: Bilingual) -> Self {
        self.remedy = Some(remedy);
        self
    }
}

/// A refusal: one ground at least.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("refused: {}", self.grounds.iter().map(|ground| format!("{} ({})", ground.reason.en, ground.article)).collect::<Vec<_>>().join("; "))]
pub struct Refusal {
    /// Why, each with its article and remedy.
    pub grounds: Vec<Ground>,
}

impl From<Ground> for Refusal {
    fn from(ground: Ground) -> Self {
        Self { grounds: vec![ground] }
    }
}

/// What was decided about a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Ruling {
    /// The act is lawful: the events to journal, and the grounds that carry it.
    Granted {
        /// What happened, in order.
        events: Vec<Event>,
        /// What it rests on.
        grounds: Vec<Ground>,
    },
    /// The act is refused. Where a subject is identified the refusal itself is an event, which the subject sees.
    Refused {
        /// Why.
        refusal: Refusal,
        /// What is journalled about the refusal, if anything.
        events: Vec<Event>,
    },
}

impl Ruling {
    /// A grant of one event.
    #[must_use]
    pub fn granted(event: Event, grounds: Vec<Ground>) -> Self {
        Self::Granted { events: vec![event], grounds }
    }

    /// A refusal that leaves no trace: malformed input, or nobody identified.
    #[must_use]
    pub fn refused(refusal: impl Into<Refusal>) -> Self {
        Self::Refused { refusal: refusal.into(), events: Vec::new() }
    }
}
