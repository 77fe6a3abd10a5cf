//! Restoration (修复, Article 38).
//!
//! Subjects have the right of restoration regarding information on untrustworthiness; requirements and procedure are those of
//! the uniform state provisions. Whoever made the finding decides. Here stands the decision: the shortest display has run, the
//! duty is performed, a commitment was given. Display and sharing stop with the commit. The subject applies with all of it at hand, is
//! told at once of everything that is missing, and reads who decided and why. What was got with false materials is undone, and
//! nothing of the subject is restored for the time that the rule names.

use law::{Citation, Day, LawError, LawInForce};
use serde::{Deserialize, Serialize};

use super::objection::events::{ApplicationReturned, RestorationApplied, RestorationDecided};
use super::objection::{CaseFacts, decided, in_hand, materials, may_handle, no_such_case, own_record};
use crate::acts::information::correction::may_correct;
use crate::caller::Caller;
use crate::case::{Case, CaseKind, CaseNumber, CaseState, Material, Request};
use crate::catalogue::CatalogueItem;
use crate::change::{Change, Value};
use crate::event::Event;
use crate::record::{Record, RecordNumber};
use crate::rules::access::{Undertaking, may_undertake};
use crate::rules::restorability::{Outlook, outlook};
use crate::rules::words::words;
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
use crate::subject::SubjectNumber;
use crate::tables;

/// Decides that credit is restored as to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreRecord {
    /// By which document the duty is shown to be performed.
    pub performance_document: String,
    /// By which document the subject gave its credit commitment.
    pub commitment_document: String,
    /// Why.
    pub reason: String,
}

/// Credit was restored as to a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRestored {
    /// The record.
    pub record: RecordNumber,
    /// Its subject.
    pub subject: SubjectNumber,
    /// The proof of performance.
    pub performance_document: String,
    /// The commitment.
    pub commitment_document: String,
    /// Why.
    pub reason: String,
}

impl RecordRestored {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![Change::Update {
            table: &tables::RECORD,
            key: vec![self.record.0.into()],
            set: vec![("restored", Value::Entry)],
        }]
    }
}

/// A restoration was undone: it had been got with false materials (Article 38).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestorationUndone {
    /// The record.
    pub record: RecordNumber,
    /// Its subject.
    pub subject: SubjectNumber,
    /// What was false, and how that is known.
    pub reason: String,
    /// Until when nothing of the subject is restored, itself included.
    pub barred_until: Day,
}

impl RestorationUndone {
    pub(crate) fn changes(&self) -> Vec<Change> {
        vec![
            Change::Mark {
                table: &tables::RECORD,
                key: vec![self.record.0.into()],
                set: vec![("restored", Value::Null)],
            },
            Change::Replace {
                table: &tables::RESTORATION_BAR,
                row: vec![self.subject.0.into(), self.barred_until.to_string().into(), Value::Entry],
            },
        ]
    }
}

/// What the law makes relevant to an application for restoration.
#[derive(Debug)]
pub struct RestorationFacts<'a> {
    /// The record, where there is one.
    pub record: Option<Record>,
    /// Its item in the catalogue in force.
    pub item: Option<&'a CatalogueItem>,
    /// The open application as to this record, where there is one.
    pub open: Option<CaseNumber>,
    /// Until when false materials bar restoration.
    pub barred_until: Option<Day>,
    /// The number that a new case gets.
    pub next: CaseNumber,
}

/// Applies for restoration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplyForRestoration {
    /// How the duty was performed, in words.
    pub performance: String,
    /// The proof.
    pub materials: Vec<Material>,
    /// The credit commitment, in words.
    pub commitment: String,
}

fn refuse(code: &'static str, field: &str, reason: Bilingual) -> Ground {
    Ground::new(code, Citation::article(38), reason).field(field)
}

/// Whether a subject may apply for restoration as to a record now; the outlook says since when.
///
/// Articles: 38
///
/// # Errors
/// The refusal: with the earliest day, with the law that excludes it, or with the reason for which none is needed.
pub fn may_apply<'a>(
    law: &LawInForce,
    facts: &'a RestorationFacts<'_>,
    by: &Caller,
) -> Result<&'a Record, Refusal> {
    may_undertake(Undertaking::ApplyForRestoration, by)?;
    let record = own_record(facts.record.as_ref(), by)?;
    if let Some(case) = facts.open {
        let reason = Bilingual::made(
            format!("对该记录的修复申请（案件第{}号）正在办理", case.0),
            format!("an application as to this record is open already: case {}", case.0),
        );
        return Err(refuse("application_open", "record", reason)
            .remedy(Bilingual::new("可以在该案件中查看进展", "see how that case stands"))
            .into());
    }
    match outlook(law, record, facts.item, facts.barred_until) {
        Outlook::Open { .. } => Ok(record),
        other => Err(other.refusal().into()),
    }
}

/// Applies for restoration. Everything that is missing is said at once.
///
/// Articles: 38
#[must_use]
pub fn apply(
    law: &LawInForce,
    facts: &RestorationFacts<'_>,
    ask: ApplyForRestoration,
    by: &Caller,
) -> Ruling {
    decided(|| {
        let record = may_apply(law, facts, by)?;
        let article = || Citation::article(38);
        let performance = words(article(), "performance", &ask.performance);
        let commitment = words(article(), "commitment", &ask.commitment);
        let proof = if ask.materials.is_empty() {
            let reason = Bilingual::new("须有履行义务的证明", "proof of performance is required");
            Err(refuse("documents_missing", "materials", reason)
                .remedy(Bilingual::new(
                    "列出证明材料，例如缴款凭证或者验收文书及其编号",
                    "name the proof, such as a receipt of payment or a report of acceptance, with its number",
                ))
                .into())
        } else {
            materials(article(), ask.materials)
        };
        match (performance, commitment, proof) {
            (Ok(performance), Ok(commitment), Ok(materials)) => {
                Ok(vec![Event::RestorationApplied(RestorationApplied {
                    case: facts.next,
                    subject: record.subject,
                    record: record.number,
                    office: record.authority.clone(),
                    performance,
                    commitment,
                    materials,
                })])
            }
            (performance, commitment, proof) => {
                let mut grounds: Vec<Ground> =
                    [performance.err(), commitment.err()].into_iter().flatten().collect();
                grounds.extend(proof.err().into_iter().flat_map(|refusal: Refusal| refusal.grounds));
                Err(Refusal { grounds })
            }
        }
    })
}

/// Sends an incomplete application back, everything that is missing named at once. The subject may apply again on the same day.
///
/// Articles: 38
#[must_use]
pub fn send_back(facts: &CaseFacts, missing: &[String], by: &Caller) -> Ruling {
    decided(|| {
        let case = application(may_handle(facts, by)?)?;
        if case.state() != CaseState::Lodged {
            let reason = Bilingual::new("已受理的申请须作出决定", "an accepted application is decided");
            return Err(refuse("already_accepted", "case", reason).into());
        }
        if missing.is_empty() {
            let reason =
                Bilingual::new("须一次写明全部缺少的内容", "name at once everything that is missing");
            return Err(refuse("missing_unnamed", "missing", reason).into());
        }
        let named = missing.iter().enumerate();
        let named =
            named.map(|(place, what)| words(Citation::article(38), &format!("missing[{place}]"), what));
        Ok(vec![Event::ApplicationReturned(ApplicationReturned {
            case: case.case,
            subject: case.subject,
            record: case.record,
            missing: named.collect::<Result<_, _>>()?,
        })])
    })
}

fn application(case: &Case) -> Result<&Case, Ground> {
    if case.kind() == CaseKind::Restoration {
        return Ok(case);
    }
    Err(refuse(
        "not_an_application",
        "case",
        Bilingual::new("该案件不是修复申请", "the case is no application"),
    ))
}

/// Decides an application. Granted, display and sharing of the record end with the same commit; refused, the subject reads why.
///
/// Articles: 38
#[must_use]
pub fn decide(law: &LawInForce, facts: &CaseFacts, granted: bool, reason: &str, by: &Caller) -> Ruling {
    decided(|| {
        let case = in_hand(application(may_handle(facts, by)?)?)?;
        let record = facts.record.as_ref().ok_or_else(no_such_case)?;
        let reason = words(Citation::article(38), "reason", reason)?;
        // A bar that came after the application binds the decision too.
        if let Some(until) = facts.barred_until.filter(|until| granted && law.day() <= *until) {
            return Err(Outlook::Barred { until }.refusal().into());
        }
        let mut events = vec![Event::RestorationDecided(RestorationDecided {
            case: case.case,
            subject: case.subject,
            record: case.record,
            granted,
            reason: reason.clone(),
        })];
        if let (true, Request::Restoration { commitment, .. }) = (granted, &case.request) {
            let proof: Vec<&str> = case.materials.iter().map(|material| material.title.as_str()).collect();
            let ask = RestoreRecord {
                performance_document: proof.join("; "),
                commitment_document: commitment.clone(),
                reason,
            };
            match restore(law, Some(record), ask, by) {
                Ruling::Granted { events: restored, .. } => events.extend(restored),
                Ruling::Refused { refusal, .. } => return Err(refusal),
            }
        }
        Ok(events)
    })
}

/// Restores credit as to a record without an application, as where a department does it of itself or at a desk: what bars or
/// excludes an application bars this too, and an open application is decided instead.
///
/// Articles: 38
#[must_use]
pub fn restore_unasked(
    law: &LawInForce,
    facts: &RestorationFacts<'_>,
    ask: RestoreRecord,
    by: &Caller,
) -> Ruling {
    // Whoever did not file the record learns nothing of what stands in the way.
    if let Ok(record) = may_correct(facts.record.as_ref(), by, &ask.reason) {
        if let Some(case) = facts.open {
            let reason = Bilingual::made(
                format!("该记录的修复申请（案件第{}号）尚未办结", case.0),
                format!("an application as to this record is open: case {}", case.0),
            );
            return Ruling::refused(
                refuse("application_open", "record", reason)
                    .remedy(Bilingual::new("在该案件中作出决定", "decide it in that case")),
            );
        }
        if let barred @ (Outlook::Excluded { .. } | Outlook::Barred { .. }) =
            outlook(law, record, facts.item, facts.barred_until)
        {
            return Ruling::refused(barred.refusal());
        }
    }
    restore(law, facts.record.as_ref(), ask, by)
}

/// Undoes a restoration that was got with false materials: the record is displayed again for what is left of its period, and
/// nothing of the subject is restored for the time that the rule names.
///
/// Articles: 38
#[must_use]
pub fn undo(law: &LawInForce, record: Option<&Record>, reason: &str, by: &Caller) -> Ruling {
    decided(|| {
        may_undertake(Undertaking::UndoRestoration, by)?;
        let record = may_correct(record, by, reason)?;
        if record.restored.is_none() {
            let said = Bilingual::new("该记录没有修复", "credit is not restored as to this record");
            return Err(refuse("not_restored", "record", said)
                .remedy(Bilingual::new("只能撤销已经作出的修复", "only what was restored is undone"))
                .into());
        }
        let reason = words(Citation::article(38), "reason", reason)?;
        let months = law.restoration_bar_months().map_err(|error| no_rule(&error))?.value;
        Ok(vec![Event::RestorationUndone(RestorationUndone {
            record: record.number,
            subject: record.subject,
            reason,
            barred_until: law::period::last_display_day(law.day(), months),
        })])
    })
}

/// The refusal where the law of the day has no number.
pub(crate) fn no_rule(error: &LawError) -> Ground {
    refuse(
        "no_rule_applies",
        "record",
        Bilingual::made(
            format!("没有可适用的修复规则：{error}"),
            format!("no rule of restoration applies: {error}"),
        ),
    )
    .remedy(Bilingual::new("请询问大数据中心", "ask the big data centre"))
}

/// Restores credit as to a record.
///
/// Articles: 38
#[must_use]
pub fn restore(law: &LawInForce, record: Option<&Record>, ask: RestoreRecord, by: &Caller) -> Ruling {
    let record = match may_correct(record, by, &ask.reason) {
        Ok(record) => record,
        Err(refusal) => return Ruling::refused(refusal),
    };
    let refuse = |code, field: &str, reason| Ruling::refused(refuse(code, field, reason));
    if record.class != law::InformationClass::Untrustworthiness {
        return refuse(
            "nothing_to_restore",
            "record",
            Bilingual::new("不是失信信息", "is no information on untrustworthiness"),
        );
    }
    if record.restored.is_some() {
        return refuse(
            "already_restored",
            "record",
            Bilingual::new("已经修复", "credit is restored already"),
        );
    }
    if ask.performance_document.trim().is_empty() || ask.commitment_document.trim().is_empty() {
        return refuse(
            "documents_missing",
            "performance_document",
            Bilingual::new(
                "须有履行义务的证明和信用承诺",
                "proof of performance and a credit commitment are required",
            ),
        );
    }
    let Some(severity) = record.severity else {
        return refuse(
            "no_rule_applies",
            "record",
            Bilingual::new("该记录没有严重程度", "the record has no severity"),
        );
    };
    let months = match law.restoration_minimum_months(severity) {
        Ok(months) => months.value,
        Err(error) => {
            return Ruling::refused(no_rule(&error));
        }
    };
    let earliest = law::period::first_restoration_day(record.finding_day, months);
    if law.day() < earliest {
        return refuse(
            "too_early",
            "record",
            Bilingual::made(
                format!("最早可于 {earliest} 修复"),
                format!("the earliest day of restoration is {earliest}"),
            ),
        );
    }
    Ruling::granted(
        Event::RecordRestored(RecordRestored {
            record: record.number,
            subject: record.subject,
            performance_document: ask.performance_document,
            commitment_document: ask.commitment_document,
            reason: ask.reason,
        }),
        Vec::new(),
    )
}
