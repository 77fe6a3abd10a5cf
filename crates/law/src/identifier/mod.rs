//! Identifiers of credit subjects: the unified social credit code of organisations, and the documents of natural
//! persons. Each check is reported by itself; nothing is ever corrected silently.
//!
//! Without a given kind the form decides, see [`detect`]. The rule for eighteen characters is: with a real date from
//! 1900 to today in places 7 to 14 they are a person's, else an organisation code. Some organisation codes have such
//! a date there by chance (a code registered in Yanqing, division 110119, with a subject code that begins `800101`).
//! The doubt goes to the person's side, because taking a company for a person hides a company, and the other way
//! round would publish a person; the result then says that the organisation checks pass, and that the kind can be given.

mod citizen_id;
mod division;
mod documents;
mod kind;
mod normalise;
mod registering;
mod unified_code;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::time::Day;

pub use citizen_id::{CitizenId, Sex, citizen_id_check_character};
pub use division::{Division, NEVER_ASSIGNED_DIVISION, division};
pub use kind::{IdentifierKind, NoKind};
pub use normalise::normalise;
pub use unified_code::{
    OrganisationCategory, UnifiedCode, organisation_code_check_character, unified_code_check_character,
};

/// What the checks say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every check passes.
    Valid,
    /// The form is right and a check digit (or the registering category) is not: somebody must verify it.
    Flagged,
    /// Wrong shape, a character outside the alphabet, or an impossible date: it identifies nobody.
    Rejected,
}

/// One check by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// A stable word: `shape`, `alphabet`, `registering_category`, `unified_social_credit_code_check`,
    /// `organisation_code_check`, `citizen_id_date`, `citizen_id_check`, `birth_date`, `check_digit`.
    pub name: Cow<'static, str>,
    /// Whether it passes.
    pub passed: bool,
}

/// Something the identifier tells that decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Information {
    /// A stable word: `registering_authority`, `category`, `division`, `form`, `organisation_checks`.
    pub name: Cow<'static, str>,
    /// What it tells, in English.
    pub value: String,
}

/// What is found out about a text that should identify a subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentifierCheck {
    /// The text as given.
    pub input: String,
    /// The kind given or detected; none for a text without any character that counts.
    pub kind: Option<IdentifierKind>,
    /// The text as it is stored and compared, see [`normalise()`].
    pub normalised: String,
    /// What the checks say together.
    pub verdict: Verdict,
    /// Every check that could be made, in order.
    pub checks: Vec<Check>,
    /// Why it is flagged or rejected, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same in Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_zh: Option<String>,
    /// A text that passes every check and differs only in letters that look like figures (O for 0). It is never used
    /// in place of the input: a person decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// What the identifier tells besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub information: Vec<Information>,
}

/// Checks a text as this kind of identifier, or as the kind that its form shows.
///
/// `today` bounds the dates that can be a birth date.
///
/// Articles: 14
#[must_use]
pub fn check(input: &str, kind: Option<IdentifierKind>, today: Day) -> IdentifierCheck {
    let normalised = normalise(input);
    let mut findings = examine(&normalised, kind, today);
    if findings.verdict() == Verdict::Rejected {
        findings.suggestion = suggest(&normalised, kind, today);
    }
    let verdict = findings.verdict();
    IdentifierCheck {
        input: input.to_owned(),
        kind: findings.kind,
        normalised,
        verdict,
        checks: findings.checks,
        reason: findings.reason.as_ref().map(|reason| reason.en.clone()),
        reason_zh: findings.reason.map(|reason| reason.zh),
        suggestion: findings.suggestion,
        information: findings.information,
    }
}

/// The kind that the form of a normalised text shows; none only for an empty text.
///
/// Eighteen characters: see above. Other lengths: fifteen figures are an old citizen ID (which is then rejected);
/// three letters and twelve figures an old foreign permanent residence card; `H` or `M` and eight or ten figures a
/// travel permit of Hong Kong and Macau residents; eight figures one of Taiwan residents; `E12345678` and its like a
/// Chinese passport. A foreign passport has no form of its own and is never detected. All else is looked at as an
/// organisation code, and rejected by its shape.
#[must_use]
pub fn detect(normalised: &str, today: Day) -> Option<IdentifierKind> {
    if normalised.is_empty() {
        return None;
    }
    if normalised.chars().count() == 18 {
        if citizen_id::date_in_places_7_to_14(normalised, today).is_none() {
            return Some(IdentifierKind::UnifiedCode);
        }
        return Some(citizen_id::kind_by_first_places(normalised));
    }
    if citizen_id::is_old_form(normalised) {
        return Some(IdentifierKind::CitizenId);
    }
    Some(documents::detect(normalised).unwrap_or(IdentifierKind::UnifiedCode))
}

/// A reason in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reason {
    en: String,
    zh: String,
}

impl Reason {
    fn new(zh: &str, en: &str) -> Self {
        Self { en: en.to_owned(), zh: zh.to_owned() }
    }
}

/// What one kind's examination finds.
#[derive(Debug, Default)]
struct Findings {
    kind: Option<IdentifierKind>,
    checks: Vec<Check>,
    rejected: bool,
    flagged: bool,
    reason: Option<Reason>,
    suggestion: Option<String>,
    information: Vec<Information>,
}

impl Findings {
    fn of(kind: IdentifierKind) -> Self {
        Self { kind: Some(kind), ..Self::default() }
    }

    /// Notes a check whose failure rejects; says whether it passed.
    fn must(&mut self, name: &'static str, passed: bool, reason: impl FnOnce() -> Reason) -> bool {
        self.checks.push(Check { name: Cow::Borrowed(name), passed });
        if !passed {
            self.rejected = true;
            self.reason.get_or_insert_with(reason);
        }
        passed
    }

    /// Notes a check whose failure flags.
    fn should(&mut self, name: &'static str, passed: bool, reason: impl FnOnce() -> Reason) {
        self.checks.push(Check { name: Cow::Borrowed(name), passed });
        if !passed {
            self.flagged = true;
            self.reason.get_or_insert_with(reason);
        }
    }

    fn tell(&mut self, name: &'static str, value: impl Into<String>) {
        self.information.push(Information { name: Cow::Borrowed(name), value: value.into() });
    }

    fn verdict(&self) -> Verdict {
        match (self.rejected, self.flagged) {
            (true, _) => Verdict::Rejected,
            (false, true) => Verdict::Flagged,
            (false, false) => Verdict::Valid,
        }
    }
}

fn examine(normalised: &str, kind: Option<IdentifierKind>, today: Day) -> Findings {
    let Some(found) = kind.or_else(|| detect(normalised, today)) else {
        let mut findings = Findings::default();
        findings.must("shape", false, || Reason::new("内容为空", "nothing is given"));
        return findings;
    };
    if normalised.chars().all(|character| character == '0') {
        let mut findings = Findings::of(found);
        findings.must("shape", false, || Reason::new("全为零，不能识别任何主体", "zeros identify nobody"));
        return findings;
    }
    let mut findings = match found {
        IdentifierKind::UnifiedCode => unified_code::examine(normalised),
        IdentifierKind::CitizenId | IdentifierKind::ResidencePermit => {
            citizen_id::examine(normalised, found, today)
        }
        IdentifierKind::ForeignPermanentResident => documents::examine_permanent_resident(normalised, today),
        _ => documents::examine(normalised, found),
    };
    let doubtful =
        kind.is_none() && found != IdentifierKind::UnifiedCode && findings.verdict() != Verdict::Valid;
    if doubtful && unified_code::examine(normalised).verdict() == Verdict::Valid {
        findings.tell(
            "organisation_checks",
            "as an organisation code it passes every check; give the kind `unified_social_credit_code` if it is one",
        );
    }
    findings
}

/// A reading of the same text with figures for the letters that look like them, if that reading is valid.
fn suggest(normalised: &str, kind: Option<IdentifierKind>, today: Day) -> Option<String> {
    let read = |letter| match letter {
        'O' => '0',
        'I' => '1',
        'Z' => '2',
        'S' => '5',
        other => other,
    };
    let reading: String = normalised.chars().map(read).collect();
    let valid = reading != normalised && examine(&reading, kind, today).verdict() == Verdict::Valid;
    valid.then_some(reading)
}

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;
