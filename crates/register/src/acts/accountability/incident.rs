//! Security incidents (Article 19).
//!
//! Whoever holds credit information keeps it secure; where a serious leak or the like occurs, it is promptly dealt with and
//! reported to the municipal department for economy and information technology. So each incident is registered by a named human
//! being, classified by a declared rule, contained, reported, told to the subjects whom it concerns, and closed; each step is an act
//! with a deadline. Nothing is closed before it is reported and told; telling is left out only on a stated ground. A
//! classification is corrected by another one, never edited. No program registers an incident by itself.

mod events;

use law::{Citation, IncidentSeverity, Instant};

pub use events::{
    DepartmentNotified, IncidentClassified, IncidentClosed, IncidentContained, IncidentNotice,
    IncidentRegistered, SubjectTold, TellingCompleted, TellingDispensed,
};

use crate::authority::{Authority, AuthorityCode};
use crate::caller::Caller;
use crate::event::Event;
use crate::incident::{Incident, IncidentKind, IncidentNumber, NotTold, Scope, Step};
use crate::record::RecordNumber;
use crate::rules::access::{Undertaking, may_undertake};
use crate::rules::words;
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
use crate::subject::{EntryNumber, SubjectNumber};

/// What the law makes relevant to the handling of an incident.
#[derive(Debug)]
pub struct IncidentFacts {
    /// The incident, where there is one.
    pub incident: Option<Incident>,
    /// The number that a new one gets.
    pub next: IncidentNumber,
    /// The authority that the command names: where it happened, or who is notified.
    pub authority: Option<Authority>,
    /// The number of entries in the journal.
    pub size: u64,
    /// What time it is.
    pub now: Instant,
}

/// Whom an incident concerns, and by which of its records and entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerned {
    /// The subject.
    pub subject: SubjectNumber,
    /// Its records.
    pub records: Vec<RecordNumber>,
    /// The entries.
    pub entries: Vec<EntryNumber>,
    /// What it was told of this incident before.
    pub told: Option<SubjectTold>,
}

/// Registers an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterIncident {
    /// What befell the information.
    pub kind: IncidentKind,
    /// When it was noticed.
    pub noticed: Instant,
    /// The office where it happened; an office registers its own only.
    pub office: Option<AuthorityCode>,
    /// Where it happened, in words: a system, a room, a device.
    pub place: String,
    /// What happened.
    pub happened: String,
    /// The human being who answers for the entry; not asked of a person who signed in.
    pub responsible: Option<String>,
}

/// Takes a step of an incident, other than telling its subjects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandleIncident {
    /// Say how grave it is.
    Classify {
        /// The class.
        severity: IncidentSeverity,
        /// The kind, where it turned out to be another.
        kind: Option<IncidentKind>,
        /// Why, by the rule of the class.
        reason: String,
    },
    /// Take a measure against it.
    Contain {
        /// The measure.
        measure: String,
        /// The entries by which it was taken.
        acts: Vec<EntryNumber>,
    },
    /// Say that the competent department was notified.
    Notify {
        /// The department.
        department: AuthorityCode,
        /// The number of the notice.
        document_number: String,
    },
    /// Say that the subjects are not told.
    DispenseWithTelling {
        /// On what ground.
        ground: NotTold,
        /// Why it applies.
        reason: String,
    },
    /// End it.
    Close {
        /// What came of it.
        outcome: String,
    },
}

impl HandleIncident {
    /// The step that it takes.
    #[must_use]
    pub const fn step(&self) -> Step {
        match self {
            Self::Classify { .. } => Step::Classify,
            Self::Contain { .. } => Step::Contain,
            Self::Notify { .. } => Step::Notify,
            Self::DispenseWithTelling { .. } => Step::Tell,
            Self::Close { .. } => Step::Close,
        }
    }
}

/// Tells subjects of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TellSubjects {
    /// Whom it concerns.
    pub scope: Scope,
    /// What happened, in words for them.
    pub notice: String,
    /// Whom to ask.
    pub contact: String,
    /// The human being who answers for it; not asked of a person who signed in.
    pub responsible: Option<String>,
}

/// Whether a caller may register an incident at an office.
///
/// Articles: 6, 19
///
/// # Errors
/// The refusal with its article.
pub fn may_register(by: &Caller, office: Option<&AuthorityCode>) -> Result<(), Refusal> {
    may_undertake(Undertaking::RegisterIncident, by)?;
    match (by.office(), office) {
        (Some(own), Some(other)) if own != other => Err(refuse(
            "incident_of_another_office",
            "office",
            Bilingual::new("只能登记本单位的安全事件", "an office registers incidents of its own"),
        )
        .remedy(Bilingual::new("请告知该单位或者大数据中心", "tell that office or the big data centre"))
        .into()),
        _ => Ok(()),
    }
}

/// Whether a caller may take a step of an incident now.
///
/// Articles: 6, 19
///
/// # Errors
/// The refusal: nobody but the operator handles incidents, nothing is done to a closed one, and the steps have an order.
pub fn may_handle<'a>(
    step: Step,
    incident: Option<&'a Incident>,
    by: &Caller,
) -> Result<&'a Incident, Refusal> {
    may_undertake(Undertaking::HandleIncident, by)?;
    let incident = incident.ok_or_else(no_such_incident)?;
    if incident.is_closed() {
        return Err(refuse(
            "incident_closed",
            "incident",
            Bilingual::new("该事件已结案", "the incident is closed"),
        )
        .remedy(Bilingual::new("又有情况的，登记新的事件", "register what is new as another incident"))
        .into());
    }
    let needed: &[Step] = match step {
        Step::Classify | Step::Contain => &[],
        Step::Notify => &[Step::Classify],
        Step::Tell => &[Step::Contain],
        Step::Close => &[Step::Classify, Step::Contain, Step::Notify, Step::Tell],
    };
    let missing: Vec<Ground> = needed
        .iter()
        .filter(|needed| incident.first(**needed).is_none())
        .map(|needed| {
            let title = needed.title();
            refuse("step_missing",
                "incident",
                Bilingual::made(
                    format!("尚未完成：{}", title.zh),
                    format!("not done yet: {}", title.en),
                ),
            )
            .remedy(Bilingual::new(
                "按顺序办理：定级、处置、报告、告知、结案；告知只能依所列理由免除",
                "in order: classify, contain, notify, tell, close; telling is left out only on a stated ground",
            ))
        })
        .collect();
    if missing.is_empty() { Ok(incident) } else { Err(Refusal { grounds: missing }) }
}

/// Whether a caller may read an incident: the operator each, an office those of its own and those of which it was notified.
///
/// Articles: 6, 19
///
/// # Errors
/// The refusal; the same for an incident that is not there.
pub fn may_read<'a>(incident: Option<&'a Incident>, by: &Caller) -> Result<&'a Incident, Refusal> {
    may_undertake(Undertaking::ReadIncidents, by)?;
    incident
        .filter(|incident| by.office().is_none_or(|office| incident.concerns(office)))
        .ok_or_else(|| no_such_incident().into())
}

/// Registers an incident.
///
/// Articles: 19
#[must_use]
pub fn register(facts: &IncidentFacts, ask: RegisterIncident, by: &Caller) -> Ruling {
    decided(|| {
        may_register(by, ask.office.as_ref())?;
        let office = by.office().cloned().or(ask.office);
        if office.is_some() && facts.authority.is_none() {
            return Err(unknown_authority("office").into());
        }
        if ask.noticed > facts.now {
            return Err(refuse(
                "noticed_in_the_future",
                "noticed",
                Bilingual::new("发现时间不能晚于现在", "it cannot have been noticed later than now"),
            )
            .into());
        }
        Ok(vec![Event::IncidentRegistered(IncidentRegistered {
            incident: facts.next,
            kind: ask.kind,
            noticed: ask.noticed,
            office,
            place: words("place", &ask.place)?,
            happened: words("happened", &ask.happened)?,
            responsible: responsible(by, ask.responsible.as_deref())?,
        })])
    })
}

/// Takes a step of an incident.
///
/// Articles: 19
#[must_use]
pub fn handle(facts: &IncidentFacts, ask: HandleIncident, named: Option<&str>, by: &Caller) -> Ruling {
    decided(|| {
        let incident = may_handle(ask.step(), facts.incident.as_ref(), by)?.incident;
        let responsible = responsible(by, named)?;
        Ok(vec![match ask {
            HandleIncident::Classify { severity, kind, reason } => {
                let reason = words("reason", &reason)?;
                Event::IncidentClassified(IncidentClassified {
                    incident,
                    severity,
                    kind,
                    reason,
                    responsible,
                })
            }
            HandleIncident::Contain { measure, acts } => {
                if acts.iter().any(|entry| entry.0 >= facts.size) {
                    return Err(no_such_entry("acts").into());
                }
                let measure = words("measure", &measure)?;
                Event::IncidentContained(IncidentContained { incident, measure, acts, responsible })
            }
            HandleIncident::Notify { department, document_number } => {
                if facts.authority.is_none() {
                    return Err(unknown_authority("department").into());
                }
                let document_number = words("document_number", &document_number)?;
                Event::DepartmentNotified(DepartmentNotified {
                    incident,
                    department,
                    document_number,
                    responsible,
                })
            }
            HandleIncident::DispenseWithTelling { ground, reason } => {
                let reason = words("reason", &reason)?;
                Event::TellingDispensed(TellingDispensed { incident, ground, reason, responsible })
            }
            HandleIncident::Close { outcome } => {
                let outcome = words("outcome", &outcome)?;
                Event::IncidentClosed(IncidentClosed { incident, outcome, responsible })
            }
        }])
    })
}

/// Tells some of the subjects whom an incident concerns. Who was told all of it before is not told again; who was told a part is
/// told the whole.
///
/// Articles: 19, 34
#[must_use]
pub fn tell(facts: &IncidentFacts, ask: &TellSubjects, concerned: Vec<Concerned>, by: &Caller) -> Ruling {
    decided(|| {
        let incident = may_handle(Step::Tell, facts.incident.as_ref(), by)?;
        let happened = words("notice", &ask.notice)?;
        let contact = words::contact(Citation::article(19), "contact", &ask.contact)?;
        responsible(by, ask.responsible.as_deref())?;
        let mut events = Vec::with_capacity(concerned.len());
        for Concerned { subject, mut records, mut entries, told } in concerned {
            if let Some(SubjectTold { told, .. }) = told {
                let news = records.iter().any(|record| !told.records.contains(record))
                    || entries.iter().any(|entry| !told.entries.contains(entry));
                if !news {
                    continue;
                }
                records.extend(told.records);
                entries.extend(told.entries);
            }
            records.sort_unstable();
            records.dedup();
            entries.sort_unstable();
            entries.dedup();
            let told = IncidentNotice {
                incident: incident.incident,
                kind: incident.kind,
                noticed: incident.noticed,
                happened: happened.clone(),
                measures: incident.measures(),
                contact: contact.clone(),
                records,
                entries,
            };
            events.push(Event::SubjectTold(SubjectTold { subject, told }));
        }
        Ok(events)
    })
}

/// Says that every subject of a scope was told.
///
/// Articles: 19
#[must_use]
pub fn complete_telling(facts: &IncidentFacts, ask: TellSubjects, subjects: u64, by: &Caller) -> Ruling {
    decided(|| {
        let incident = may_handle(Step::Tell, facts.incident.as_ref(), by)?.incident;
        if subjects == 0 {
            return Err(refuse(
                "nobody_concerned",
                "scope",
                Bilingual::new("该范围不涉及任何信用主体", "the scope concerns no subject"),
            )
            .remedy(Bilingual::new(
                "核对范围；确实不涉及的，以“不涉及任何信用主体”为由免除告知",
                "check the scope; if it is so, leave out the telling on the ground `nobody_concerned`",
            ))
            .into());
        }
        Ok(vec![Event::TellingCompleted(TellingCompleted {
            incident,
            scope: ask.scope,
            subjects,
            notice: words("notice", &ask.notice)?,
            responsible: responsible(by, ask.responsible.as_deref())?,
        })])
    })
}

/// A ruling from what was decided.
fn decided(decide: impl FnOnce() -> Result<Vec<Event>, Refusal>) -> Ruling {
    match decide() {
        Ok(events) => Ruling::Granted { events, grounds: Vec::new() },
        Err(refusal) => Ruling::refused(refusal),
    }
}

fn refuse(code: &'static str, field: &str, reason: Bilingual) -> Ground {
    Ground::new(code, Citation::article(19), reason).field(field)
}

/// The refusal for an incident that is not there, or that the caller does not read.
///
/// Articles: 19
#[must_use]
pub fn no_such_incident() -> Ground {
    refuse("no_such_incident", "incident", Bilingual::new("没有该安全事件", "there is no such incident"))
        .remedy(Bilingual::new("用 `credence incident list` 查看", "see `credence incident list`"))
}

/// The refusal for an entry that the journal does not have.
///
/// Articles: 19
#[must_use]
pub fn no_such_entry(field: &str) -> Ground {
    refuse("no_such_entry", field, Bilingual::new("日志中没有该条目", "the journal has no such entry"))
}

fn unknown_authority(field: &str) -> Ground {
    refuse("unknown_authority", field, Bilingual::new("没有登记该单位", "no such authority is enrolled"))
        .remedy(Bilingual::new(
            "用 `credence catalogue authorities` 查看",
            "see `credence catalogue authorities`",
        ))
}

/// Words that will be read by more people than may see a number.
fn words(field: &str, given: &str) -> Result<String, Ground> {
    words::words(Citation::article(19), field, given)
}

/// The human being who answers for an entry: whoever signed in, or whom a key's holder or the console names.
fn responsible(by: &Caller, named: Option<&str>) -> Result<String, Ground> {
    match by.person() {
        Some(person) => Ok(person.name.clone()),
        None => words("responsible", named.unwrap_or_default()),
    }
}
