//! Boxes of a form: each with its label, its hint, what was typed, and what is wrong with it in words beside it.

use std::collections::HashMap;

use service::ServiceError;

use super::Page;
use crate::problem::{Problem, ProblemKind};

/// What a form was sent with, by the names of its boxes; an empty one is not there.
pub(crate) type Sent = HashMap<String, String>;

/// A choice in a form: what is sent, what is read, and whether it is chosen.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

/// How a box is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A line.
    Line,
    /// Several lines.
    Text,
    /// One of a list that opens.
    List,
    /// One of a few that stand open.
    Radio,
}

/// A box of a form.
pub(crate) struct FormField {
    /// Where the page points to it.
    pub(crate) id: String,
    /// Under what it is sent.
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: Option<String>,
    pub(crate) value: String,
    pub(crate) fault: Option<String>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) is_required: bool,
    kind: Kind,
}

impl FormField {
    /// A box with what was sent in it and what is wrong with it.
    pub(crate) fn new(
        kind: Kind,
        id: impl Into<String>,
        label: impl Into<String>,
        sent: &Sent,
        faults: &Faults,
    ) -> Self {
        let id = id.into();
        Self {
            label: label.into(),
            hint: None,
            value: sent.get(&id).cloned().unwrap_or_default(),
            fault: faults.of(&id).map(str::to_owned),
            choices: Vec::new(),
            is_required: false,
            name: id.clone(),
            id,
            kind,
        }
    }

    pub(crate) fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }

    pub(crate) fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// The choices, as what is sent and what is read.
    pub(crate) fn choices(mut self, choices: impl IntoIterator<Item = (String, String)>) -> Self {
        let value = &self.value;
        let choice = |(sent, name): (String, String)| Choice { chosen: sent == *value, value: sent, name };
        self.choices = choices.into_iter().map(choice).collect();
        self
    }

    pub(crate) fn is_text(&self) -> bool {
        self.kind == Kind::Text
    }

    pub(crate) fn is_list(&self) -> bool {
        self.kind == Kind::List
    }

    pub(crate) fn is_radio(&self) -> bool {
        self.kind == Kind::Radio
    }

    /// What stands beside the box, for whoever hears the page.
    pub(crate) fn described(&self) -> Option<String> {
        let part = |has: bool, end: &str| has.then(|| format!("{}-{end}", self.id));
        let parts = [part(self.hint.is_some(), "hint"), part(self.fault.is_some(), "fault")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

/// What is wrong with a form.
pub(crate) struct Fault {
    /// The box, where it lies in one.
    pub(crate) field: Option<String>,
    pub(crate) words: String,
}

/// Everything that is wrong with a form, in the order in which it was found.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn all(&self) -> &[Fault] {
        &self.0
    }

    pub(crate) fn add(&mut self, field: impl Into<String>, words: &str) {
        self.0.push(Fault { field: Some(field.into()), words: words.to_owned() });
    }

    /// What is wrong with a box.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        let found = self.0.iter().find(|fault| fault.field.as_deref() == Some(field));
        found.map(|fault| fault.words.as_str())
    }

    /// What the law said against a form; `place` finds the box of what a ground names. Anything else is a problem of its own.
    pub(crate) fn said(
        p: &Page,
        error: ServiceError,
        place: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Problem> {
        let problem = Problem::from(error);
        let is_said = matches!(
            problem.kind,
            ProblemKind::Refused | ProblemKind::ContentRefused | ProblemKind::Malformed
        );
        if !is_said || problem.grounds.is_empty() {
            return Err(problem);
        }
        let fault = |ground: &register::ruling::Ground| {
            let reason = p.of(&ground.reason).to_owned();
            let words = match &ground.remedy {
                Some(remedy) => format!("{reason}{}{}", p.t("form-pause"), p.of(remedy)),
                None => reason,
            };
            Fault { field: ground.field.as_deref().and_then(&place), words }
        };
        Ok(Self(problem.grounds.iter().map(fault).collect()))
    }
}

/// The parts of a name such as `points[1].statement`: the list, the place, and what of it.
pub(crate) fn place_in_list(field: &str) -> Option<(&str, usize, &str)> {
    let (list, rest) = field.split_once('[')?;
    let (place, rest) = rest.split_once(']')?;
    Some((list, place.parse().ok()?, rest.trim_start_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_list_has_its_place() {
        assert_eq!(place_in_list("points[1].statement"), Some(("points", 1, "statement")));
        assert_eq!(place_in_list("missing[0]"), Some(("missing", 0, "")));
        for field in ["reason", "points[x].statement", "points[1"] {
            assert_eq!(place_in_list(field), None, "{field}");
        }
    }

    #[test]
    fn a_box_is_described_by_its_hint_and_by_what_is_wrong_with_it() {
        let mut faults = Faults::default();
        faults.add("reason", "not empty");
        let sent = Sent::from([("reason".to_owned(), "typed".to_owned())]);
        let field = FormField::new(Kind::Text, "reason", "why", &sent, &faults).hint("in words");
        assert_eq!(field.described().as_deref(), Some("reason-hint reason-fault"));
        assert_eq!((field.value.as_str(), field.fault.as_deref()), ("typed", Some("not empty")));
        let chosen = FormField::new(Kind::List, "reason", "why", &sent, &Faults::default())
            .choices([("typed".to_owned(), "A".to_owned()), ("b".to_owned(), "B".to_owned())]);
        assert!(chosen.choices[0].chosen && !chosen.choices[1].chosen && chosen.described().is_none());
    }
}
