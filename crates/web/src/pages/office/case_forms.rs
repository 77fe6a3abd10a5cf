//! The forms of an officer in a case: which of them there are in each state, and the boxes of each (Articles 33, 37, 38).

use register::case::{CaseKind, CaseState, Outcome};
use service::cases::CaseView;

use super::Known;
use super::cases::is_granted;
use super::corrections::inputs;
use crate::pages::Page;
use crate::pages::fields::{Faults, FormField, Kind, Sent, place_in_list};

/// A step of an officer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Accept,
    Extend,
    Decide,
    SendBack,
    DecideRestoration,
    Review,
    Undo,
}

impl Act {
    const ALL: [Self; 7] = [
        Self::Accept,
        Self::Extend,
        Self::Decide,
        Self::SendBack,
        Self::DecideRestoration,
        Self::Review,
        Self::Undo,
    ];

    /// The word by which a form names it.
    const fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Extend => "extend",
            Self::Decide => "decide",
            Self::SendBack => "send_back",
            Self::DecideRestoration => "decide_restoration",
            Self::Review => "review",
            Self::Undo => "undo",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }

    /// The box of its reason: several forms stand on a page.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::Extend => "extend-reason",
            Self::Review => "review-reason",
            Self::Undo => "undo-reason",
            Self::Accept | Self::Decide | Self::SendBack | Self::DecideRestoration => "decide-reason",
        }
    }

    /// The keys of its heading, of what is said above it, and of its button.
    const fn words(self) -> [&'static str; 3] {
        match self {
            Self::Accept => ["case-accept", "case-accept-note", "case-accept-button"],
            Self::Extend => ["case-extend", "case-extend-note", "case-extend-button"],
            Self::Decide => ["case-decide", "case-decide-note", "case-decide-button"],
            Self::SendBack => ["case-send-back", "case-send-back-note", "case-send-back-button"],
            Self::DecideRestoration => ["case-grant", "case-grant-note", "case-decide-button"],
            Self::Review => ["case-review", "case-review-note", "case-review-button"],
            Self::Undo => ["case-undo", "case-undo-note", "case-undo-button"],
        }
    }
}

/// The box of what the law names in a step.
pub(super) fn place(act: Act, field: &str, sent: &Sent) -> Option<String> {
    match (place_in_list(field), field) {
        (Some(("answers", place, what)), _) => Some(format!("answers-{place}-{what}")),
        (Some(("missing", ..)), _) | (None, "missing") => Some("missing".to_owned()),
        (None, "reason") => Some(act.reason().to_owned()),
        (None, "outcome") if act == Act::Review => Some("review-outcome".to_owned()),
        (None, "outcome" | "fields") => Some("outcome".to_owned()),
        // What is wrong with a field of the record.
        (None, field) => Some(format!("now-{field}")).filter(|name| sent.contains_key(name)),
        (Some(_), _) => None,
    }
}

/// The forms of a case.
pub(super) struct CaseForms {
    pub(super) forms: Vec<CaseForm>,
    /// Whether the review waits for another department.
    pub(super) waits_for_review: bool,
}

/// A form with its groups of boxes.
pub(super) struct CaseForm {
    pub(super) act: &'static str,
    pub(super) title: String,
    pub(super) note: String,
    pub(super) button: String,
    pub(super) groups: Vec<Group>,
    /// Whether it is done rarely: then it opens.
    pub(super) is_folded: bool,
    pub(super) is_open: bool,
}

/// Boxes under a heading of their own.
pub(super) struct Group {
    pub(super) title: Option<String>,
    /// What they are about, in the subject's words.
    pub(super) about: Option<String>,
    pub(super) fields: Vec<FormField>,
    /// Whether they open: the fields of a correction are many.
    pub(super) is_folded: bool,
    pub(super) is_open: bool,
}

impl Group {
    fn plain(fields: Vec<FormField>) -> Self {
        Self { title: None, about: None, fields, is_folded: false, is_open: true }
    }
}

/// What the boxes are made from.
struct Boxes<'a> {
    p: &'a Page,
    sent: &'a Sent,
    faults: &'a Faults,
}

impl Boxes<'_> {
    fn long(&self, name: &str, label: &str) -> FormField {
        FormField::new(Kind::Text, name, self.p.t(label), self.sent, self.faults).required()
    }

    fn one_of(&self, name: &str, label: &str, choices: Vec<(String, String)>) -> FormField {
        FormField::new(Kind::Radio, name, self.p.t(label), self.sent, self.faults).choices(choices)
    }

    fn yes_or_no(&self, name: &str, label: &str, yes: &str, no: &str) -> FormField {
        let choices =
            [("yes", yes), ("no", no)].map(|(word, key)| (word.to_owned(), self.p.headed(self.p.t(key))));
        self.one_of(name, label, choices.into())
    }

    fn outcomes(&self, name: &str, among: &[Outcome]) -> FormField {
        let choice =
            |outcome: &Outcome| (outcome.word().to_owned(), self.p.headed(self.p.of(&outcome.title())));
        self.one_of(name, "case-outcome", among.iter().map(choice).collect())
    }

    fn form(&self, act: Act, groups: Vec<Group>, is_folded: bool) -> CaseForm {
        let [title, note, button] = act.words().map(|key| self.p.t(key).to_owned());
        let is_open = self.sent.get("act").is_some_and(|sent| sent == act.word());
        CaseForm { act: act.word(), title, note, button, groups, is_folded, is_open }
    }

    fn reasoned(&self, act: Act, is_folded: bool) -> CaseForm {
        self.form(act, vec![Group::plain(vec![self.long(act.reason(), "case-reason")])], is_folded)
    }
}

impl CaseForms {
    /// The forms that a case has for whoever may handle it, or for the competent department that reviews it.
    ///
    /// Articles: 33, 37, 38
    pub(super) fn new(
        p: &Page,
        view: &CaseView,
        known: &Known,
        is_competent: bool,
        sent: &Sent,
        faults: &Faults,
    ) -> Self {
        let boxes = Boxes { p, sent, faults };
        let may_handle = view.handling.is_none();
        let extension = || view.case.extended.is_none().then(|| boxes.reasoned(Act::Extend, true));
        let mut forms = Vec::new();
        match (view.state, view.right) {
            (CaseState::Lodged, right) if may_handle => {
                forms.push(boxes.form(Act::Accept, Vec::new(), false));
                if right == CaseKind::Restoration {
                    let missing = boxes.long("missing", "case-missing").hint(p.t("case-missing-hint"));
                    forms.push(boxes.form(Act::SendBack, vec![Group::plain(vec![missing])], true));
                }
            }
            (CaseState::Accepted, CaseKind::Objection) if may_handle => {
                forms.push(boxes.form(Act::Decide, decision(&boxes, view, known), false));
                forms.extend(extension());
            }
            (CaseState::Accepted, CaseKind::Restoration) if may_handle => {
                let granted =
                    boxes.yes_or_no("granted", "case-granted", "case-granted-yes", "case-granted-no");
                let reason = boxes.long(Act::DecideRestoration.reason(), "case-reason");
                forms.push(boxes.form(
                    Act::DecideRestoration,
                    vec![Group::plain(vec![granted, reason])],
                    false,
                ));
                forms.extend(extension());
            }
            (CaseState::UnderReview, _) if is_competent => {
                let among = [Outcome::Upheld, Outcome::DisplayStopped, Outcome::Removed];
                let fields = vec![
                    boxes.outcomes("review-outcome", &among),
                    boxes.long(Act::Review.reason(), "case-reason"),
                ];
                forms.push(boxes.form(Act::Review, vec![Group::plain(fields)], false));
            }
            (CaseState::Decided, CaseKind::Restoration) if is_granted(view) => {
                forms.push(boxes.reasoned(Act::Undo, true));
            }
            _ => {}
        }
        Self { forms, waits_for_review: view.state == CaseState::UnderReview && !is_competent }
    }
}

/// The boxes of a decision: an answer to each point, what comes of it, and the fields that are corrected.
fn decision(boxes: &Boxes<'_>, view: &CaseView, known: &Known) -> Vec<Group> {
    let (p, sent, faults) = (boxes.p, boxes.sent, boxes.faults);
    let answer = |(place, point): (usize, &register::case::Point)| {
        let name = |what: &str| format!("answers-{place}-{what}");
        let number = u64::try_from(place).unwrap_or(u64::MAX).saturating_add(1);
        Group {
            title: Some(format!("{} · {}", p.count("case-point", number), p.of(&point.claim.title()))),
            about: Some(point.statement.clone()),
            fields: vec![
                boxes.yes_or_no(&name("upheld"), "case-upheld", "case-point-upheld", "case-point-not-upheld"),
                boxes.long(&name("reply"), "case-reply"),
                boxes.long(&name("evidence"), "case-evidence"),
            ],
            is_folded: false,
            is_open: true,
        }
    };
    let mut groups: Vec<Group> = view.case.points().iter().enumerate().map(answer).collect();
    let hint = p.t("case-outcome-hint");
    groups.push(Group::plain(vec![boxes.outcomes("outcome", &Outcome::ALL).hint(hint)]));
    let item = view.item.as_ref().and_then(|item| known.catalogue.item(item));
    if let Some(item) = item {
        let fields: Vec<FormField> =
            inputs(p, item, None).into_iter().map(|input| input.into_field(sent, faults)).collect();
        let typed = |field: &FormField| !field.value.is_empty() || field.fault.is_some();
        groups.push(Group {
            title: Some(p.t("case-corrections").to_owned()),
            about: None,
            is_open: fields.iter().any(typed),
            fields,
            is_folded: true,
        });
    }
    groups
}
