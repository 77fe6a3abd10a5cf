//! Verification of a flagged code (Article 14).
//!
//! Real codes exist whose check digit fails. A record under such a code is filed, and held from the public and from officers
//! until someone compared the code with the registration and says so, with the document.

use law::Citation;
use serde::{Deserialize, Serialize};

use crate::authority::Authority;
use crate::caller::Caller;
use crate::change::{Change, Value};
use crate::event::Event;
use crate::rules::words;
use crate::ruling::{Bilingual, Ground, Ruling};
use crate::subject::{Subject, SubjectNumber};
use crate::tables;

/// What the law makes relevant to a verification.
#[derive(Debug)]
pub struct VerificationFacts {
    /// The subject, where it is known.
    pub subject: Option<Subject>,
    /// The office in whose name the caller acts.
    pub authority: Option<Authority>,
}

/// A flagged code was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentifierVerified {
    /// Whose.
    pub subject: SubjectNumber,
    /// By which document.
    pub reason: String,
}

impl IdentifierVerified {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Update {
            table: &tables::SUBJECT,
            key: vec![self.subject.0.into()],
            set: vec![("verified", Value::Entry)],
        }]
    }
}

/// Whether the caller verifies codes at all: the big data centre does.
///
/// Articles: 13
///
/// # Errors
/// The ground of the refusal.
pub fn may_verify(authority: Option<&Authority>, by: &Caller) -> Result<(), Ground> {
    if by.is_operator() || authority.is_some_and(|authority| authority.operates_platform) {
        return Ok(());
    }
    Err(Ground::new(
        "operator_only",
        Citation::article(13),
        Bilingual::new("由大数据中心核实", "the big data centre verifies codes"),
    ))
}

/// How a verification is refused where no code waits for it.
#[must_use]
pub fn nothing_to_verify() -> Ground {
    Ground::new(
        "nothing_to_verify",
        Citation::article(14),
        Bilingual::new("没有待核实的代码", "there is no code waiting for verification"),
    )
    .field("identifier")
}

/// Verifies a flagged code: the big data centre does it, naming the document that it compared.
///
/// Articles: 13, 14
#[must_use]
pub fn verify(facts: &VerificationFacts, reason: String, by: &Caller) -> Ruling {
    if let Err(ground) = may_verify(facts.authority.as_ref(), by) {
        return Ruling::refused(ground);
    }
    // Asked first, so that a refusal for want of a reason tells nothing of whose code waits.
    if let Err(ground) = words::reason(Citation::article(14), "reason", &reason) {
        return Ruling::refused(ground.remedy(Bilingual::new(
            "写明核对的文书，例如登记机关、文书名称和日期；不写证件号码",
            "name the document that was compared: who registers, which document, of which day; no identity number",
        )));
    }
    let Some(subject) = facts.subject.as_ref().filter(|subject| subject.is_held()) else {
        return Ruling::refused(nothing_to_verify());
    };
    Ruling::granted(
        Event::IdentifierVerified(IdentifierVerified { subject: subject.number, reason }),
        Vec::new(),
    )
}
