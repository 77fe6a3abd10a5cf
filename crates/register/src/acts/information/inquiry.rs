//! Inquiry (Articles 20, 34, 35, 53(2)-(3)).
//!
//! Departments inquire when they perform a duty of Article 20; a subject inquires into what is its own, free and always;
//! another's personal information is opened by written consent only (35). Every inquiry is kept in a long-term log (53(3))
//! that its subject sees (34): the entry is in the journal before the answer leaves, and a refused look is entered too.
//! What the public sees is publication and leaves no trace of the visitor.

use law::{Citation, LawInForce};
use serde::{Deserialize, Serialize};

use crate::acts::information::filing::SubjectRegistered;
use crate::acts::information::verification::{may_verify, nothing_to_verify};
use crate::acts::rights::consent::{Consent, ConsentNumber};
use crate::authority::{Authority, AuthorityCode, Duty};
use crate::caller::Caller;
use crate::catalogue::Catalogue;
use crate::change::{Change, Value};
use crate::event::Event;
use crate::record::{Content, Record, RecordNumber};
use crate::rules::access::{Undertaking, may_undertake, no_consent, not_ones_own, not_your_record};
use crate::rules::disclosure::{Viewer, WithheldReason, reach, see};
use crate::rules::enumeration::{self, Standing};
use crate::rules::identification::Identified;
use crate::rules::masking::mask_text;
use crate::rules::{competence, personal_numbers};
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
use crate::subject::{Subject, SubjectNumber};
use crate::tables;
use crate::view::{RecordView, Withheld};

// --- facts -------------------------------------------------------------------------------------------------------------

/// What the law makes relevant to an inquiry.
#[derive(Debug)]
pub struct InquiryFacts<'a> {
    /// The catalogue in force.
    pub catalogue: &'a Catalogue,
    /// The subject, where it is known.
    pub subject: Option<&'a Subject>,
    /// The number that an unknown subject would get.
    pub next_subject: SubjectNumber,
    /// Its records with their present content; none for an unknown subject.
    pub records: &'a [(Record, Content)],
    /// The office in whose name an officer asks, as it is enrolled.
    pub authority: Option<&'a Authority>,
    /// The consent that a third party names.
    pub consent: Option<&'a Consent>,
    /// The journal's size when this was read.
    pub read_at: u64,
    /// How the caller stands by what it asked of late.
    pub standing: Standing,
}

// --- command -----------------------------------------------------------------------------------------------------------

/// Why someone looks, as it stands in the journal and before the subject's eyes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Purpose {
    /// One's own information (Article 35).
    Own,
    /// A duty of Article 20 in a named matter.
    Duty {
        /// The duty.
        duty: Duty,
        /// The matter's number, as the office keeps it.
        matter: String,
    },
    /// A written consent (Article 35).
    Consent {
        /// The consent.
        consent: ConsentNumber,
    },
    /// The filing authority opens a record of its own, to check or correct it (Article 14).
    OwnFiling {
        /// The record.
        record: RecordNumber,
    },
    /// The big data centre opens a record whose subject's code waits for verification (Articles 13, 14).
    Verification {
        /// The record.
        record: RecordNumber,
    },
}

impl Purpose {
    /// The purpose with any identity or telephone number in its matter hidden.
    fn masked(self) -> Self {
        match self {
            Self::Duty { duty, matter } => Self::Duty { duty, matter: mask_text(&matter) },
            other => other,
        }
    }

    /// What is undertaken by such a look.
    #[must_use]
    pub const fn undertaking(&self) -> Undertaking {
        match self {
            Self::Own => Undertaking::InquireOwn,
            Self::Duty { .. } => Undertaking::InquireForDuty,
            Self::Consent { .. } => Undertaking::InquireByConsent,
            Self::OwnFiling { .. } => Undertaking::OpenOwnFiling,
            Self::Verification { .. } => Undertaking::VerifyIdentifier,
        }
    }

    /// The article under which the look is taken.
    #[must_use]
    pub const fn article(&self) -> Citation {
        match self {
            Self::Own | Self::Consent { .. } => Citation::article(35),
            Self::Duty { duty, .. } => Citation::article(20).item(duty.number()),
            Self::OwnFiling { .. } | Self::Verification { .. } => Citation::article(14),
        }
    }
}

/// Asks about one subject by its full identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquire {
    /// Whom it is about.
    pub about: Identified,
    /// Why.
    pub purpose: Purpose,
}

/// A record and the version in which it was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The record.
    pub record: RecordNumber,
    /// The version.
    pub version: u32,
}

/// An inquiry was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryAnswered {
    /// About whom.
    pub subject: SubjectNumber,
    /// The registration of someone unknown: in the same entry, so that neither the number of entries nor a leaf tells a
    /// known subject without records from an unknown one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registers: Option<SubjectRegistered>,
    /// Why.
    pub purpose: Purpose,
    /// The journal's size at which the facts were read.
    pub read_at: u64,
    /// The versions of the law by which it was judged.
    pub law: Vec<String>,
    /// The catalogue's edition.
    pub edition: u64,
    /// The records shown.
    pub shown: Vec<Shown>,
    /// What was withheld.
    pub withheld: Vec<Withheld>,
    /// Uses that a limited consent has left after this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses_left: Option<u32>,
}

/// An inquiry about an identified subject was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryRefused {
    /// About whom.
    pub subject: SubjectNumber,
    /// The registration of someone unknown, as in [`InquiryAnswered`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registers: Option<SubjectRegistered>,
    /// Why it was asked.
    pub purpose: Purpose,
    /// Why it was refused.
    pub grounds: Vec<Ground>,
}

impl InquiryAnswered {
    pub(crate) fn changes(&self) -> Vec<Change> {
        let mut changes = registration(self.registers.as_ref());
        if let (Purpose::Consent { consent }, Some(left)) = (&self.purpose, self.uses_left) {
            changes.push(Change::Update {
                table: &tables::CONSENT,
                key: vec![consent.0.into()],
                set: vec![("uses_left", Value::Integer(i64::from(left)))],
            });
        }
        changes
    }
}

impl InquiryRefused {
    pub(crate) fn changes(&self) -> Vec<Change> {
        registration(self.registers.as_ref())
    }
}

/// The rows of someone registered by an inquiry: those of any registration, and the first version of what is held.
fn registration(registers: Option<&SubjectRegistered>) -> Vec<Change> {
    registers.map_or_else(Vec::new, |registered| {
        let mut changes = registered.changes();
        changes.push(Change::Insert {
            table: &tables::SUBJECT_ENTRY,
            row: vec![registered.subject.0.into(), Value::Entry],
        });
        changes
    })
}

// --- deciding ----------------------------------------------------------------------------------------------------------

/// Whether this caller may look at this subject for this purpose.
///
/// Articles: 6, 20, 35, 53(2)
///
/// # Errors
/// The refusal with its article.
pub fn may_inquire(
    law: &LawInForce,
    facts: &InquiryFacts<'_>,
    ask: &Inquire,
    by: &Caller,
) -> Result<(), Refusal> {
    may_undertake(ask.purpose.undertaking(), by)?;
    if !matches!(ask.purpose, Purpose::Own) {
        enumeration::may_inquire(facts.standing)?;
    }
    match &ask.purpose {
        Purpose::Own => {
            let own = by.subject();
            if own.is_some() && own == facts.subject.map(|subject| subject.number) {
                return Ok(());
            }
            Err(not_ones_own().into())
        }
        Purpose::Duty { duty, matter } => {
            let Some(authority) = facts.authority else {
                return Err(Undertaking::InquireForDuty.refusal().into());
            };
            competence::may_inquire(authority, by, *duty).map_err(Refusal::from)?;
            let refuse = |code: &'static str, article: Citation, reason: Bilingual| {
                Ground::new(code, article, reason).field("matter").remedy(Bilingual::new(
                    "填写本单位的案卷或事项编号",
                    "enter your office's file or matter number",
                ))
            };
            if matter.trim().is_empty() {
                let reason = Bilingual::new("必须写明事项编号", "the number of the matter must be named");
                return Err(refuse("matter_missing", Citation::article(20), reason).into());
            }
            if personal_numbers::holds_citizen_id(matter) {
                let reason = Bilingual::new("证件号码不是事项编号", "an identity number is no matter number");
                return Err(refuse("personal_number_in_matter", Citation::article(6), reason).into());
            }
            Ok(())
        }
        Purpose::Consent { .. } => may_use_consent(law, facts, by).map_err(Refusal::from),
        Purpose::OwnFiling { record } => {
            let own = |(held, _): &&(Record, Content)| {
                held.number == *record && by.office() == Some(&held.authority)
            };
            facts.records.iter().find(own).map(|_| ()).ok_or_else(|| not_your_record().into())
        }
        Purpose::Verification { record } => {
            may_verify(facts.authority, by)?;
            let waits = facts.subject.is_some_and(Subject::is_held)
                && facts.records.iter().any(|(held, _)| held.number == *record);
            if waits { Ok(()) } else { Err(nothing_to_verify().into()) }
        }
    }
}

fn may_use_consent(law: &LawInForce, facts: &InquiryFacts<'_>, by: &Caller) -> Result<(), Ground> {
    let consent = facts.consent.ok_or_else(no_consent)?;
    let grantee = by.third_party() == Some(&consent.grantee.identifier);
    if !grantee || facts.subject.map(|subject| subject.number) != Some(consent.subject) {
        return Err(no_consent());
    }
    let over = |code: &'static str, zh: &'static str, en: &'static str| {
        Ground::new(code, Citation::article(35), Bilingual::new(zh, en))
            .field("consent")
            .remedy(Bilingual::new("请本人重新授权", "ask the subject for a new consent"))
    };
    if consent.revoked.is_some() {
        return Err(over("consent_revoked", "本人已撤回同意", "the subject has taken the consent back"));
    }
    if law.day() > consent.last_day {
        return Err(over("consent_expired", "同意已过期", "the consent has ended"));
    }
    if consent.uses_left == Some(0) {
        return Err(over(
            "consent_used_up",
            "同意的使用次数已用完",
            "the consent has been used as often as it allows",
        ));
    }
    Ok(())
}

/// What an inquiry yields: the ruling to journal and, when granted, the records that the viewer sees.
#[derive(Debug)]
pub struct Inquired {
    /// The events, granted or refused.
    pub ruling: Ruling,
    /// The records shown; empty when refused.
    pub records: Vec<RecordView>,
    /// What was withheld, by reason.
    pub withheld: Vec<Withheld>,
}

/// Answers or refuses an inquiry. An unknown subject gets a number in the same entry, so that whoever it turns
/// out to be can see who looked; the answer says no more than that there are no records.
///
/// Articles: 11, 20, 34, 35, 53(3)
#[must_use]
pub fn inquire(law: &LawInForce, facts: &InquiryFacts<'_>, ask: Inquire, by: &Caller) -> Inquired {
    let permission = may_inquire(law, facts, &ask, by);
    let mut events = Vec::new();
    let subject = facts.subject.map_or(facts.next_subject, |subject| subject.number);
    let registers = facts.subject.is_none().then(|| SubjectRegistered {
        subject,
        kind: ask.about.kind,
        identifier: ask.about.identifier.clone(),
        flagged: ask.about.flagged,
    });
    if let Err(refusal) = permission {
        events.push(Event::InquiryRefused(InquiryRefused {
            subject,
            registers,
            purpose: ask.purpose.masked(),
            grounds: refusal.grounds.clone(),
        }));
        return Inquired {
            ruling: Ruling::Refused { refusal, events },
            records: Vec::new(),
            withheld: Vec::new(),
        };
    }
    let (records, withheld) = facts.subject.map_or_else(
        || (Vec::new(), Vec::new()),
        |subject| match &ask.purpose {
            Purpose::Own => select(law, facts.catalogue, &Viewer::Subject, subject, facts.records),
            Purpose::Duty { duty, .. } => {
                let office = by.office().cloned().unwrap_or(AuthorityCode(String::new()));
                let viewer = Viewer::Officer { authority: &office, duty: *duty };
                select(law, facts.catalogue, &viewer, subject, facts.records)
            }
            Purpose::Consent { .. } => facts.consent.map_or_else(
                || (Vec::new(), Vec::new()),
                |consent| {
                    select(law, facts.catalogue, &Viewer::ConsentHolder { consent }, subject, facts.records)
                },
            ),
            // The big data centre sees of it what the filer does: its statements, persons masked.
            Purpose::OwnFiling { record } | Purpose::Verification { record } => {
                let of_filer: Vec<_> =
                    facts.records.iter().filter(|(held, _)| held.number == *record).cloned().collect();
                select(law, facts.catalogue, &Viewer::Filer, subject, &of_filer)
            }
        },
    );
    let uses_left = match &ask.purpose {
        Purpose::Consent { .. } => {
            facts.consent.and_then(|consent| consent.uses_left).map(|left| left.saturating_sub(1))
        }
        _ => None,
    };
    events.push(Event::InquiryAnswered(InquiryAnswered {
        subject,
        registers,
        purpose: ask.purpose,
        read_at: facts.read_at,
        law: law.versions(),
        edition: facts.catalogue.number,
        shown: records.iter().map(|view| Shown { record: view.record, version: view.version }).collect(),
        withheld: withheld.clone(),
        uses_left,
    }));
    Inquired { ruling: Ruling::Granted { events, grounds: Vec::new() }, records, withheld }
}

/// The records that a viewer sees, newest finding first, and what is withheld by reason. The same function serves the four
/// viewers.
///
/// Articles: 11, 15, 20, 35
#[must_use]
pub fn select(
    law: &LawInForce,
    catalogue: &Catalogue,
    viewer: &Viewer<'_>,
    subject: &Subject,
    records: &[(Record, Content)],
) -> (Vec<RecordView>, Vec<Withheld>) {
    let mut shown = Vec::new();
    let mut withheld: std::collections::BTreeMap<WithheldReason, u64> = std::collections::BTreeMap::new();
    // A record whose batch is not in force was not filed yet: nobody sees it and nobody counts it.
    for (record, content) in records.iter().filter(|(record, _)| record.in_force) {
        let item = catalogue.item(&record.item);
        match see(viewer, subject, record, item.map(|item| &item.item), law) {
            Ok(extent) => {
                let seen_by = matches!(viewer, Viewer::Subject)
                    .then(|| reach(subject, record, item.map(|item| &item.item), law));
                shown.push(RecordView::new(record, content, item, &extent, seen_by));
            }
            Err(reason) => *withheld.entry(reason).or_default() += 1,
        }
    }
    shown
        .sort_by(|left, right| right.finding_day.cmp(&left.finding_day).then(left.record.cmp(&right.record)));
    let withheld = withheld
        .into_iter()
        .map(|(reason, count)| Withheld {
            count,
            article: reason.article(),
            code: reason,
            reason: reason.sentence(),
        })
        .collect();
    (shown, withheld)
}
