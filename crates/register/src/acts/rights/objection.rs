//! Objection (异议, Article 37).
//!
//! Whoever finds that a record about itself is untrue or not to be disclosed objects in writing, with materials; it is promptly
//! verified and addressed, and the result is told. So: point by point, each answered with its evidence. The record bears the mark
//! from the objection's own entry on, which forwards it to whoever filed it as well. An officer verifies who took no part in the
//! record; the review, once, is for the competent department (Articles 4, 33). A record that a human being says is someone else's
//! is off display and sharing until that is decided, once a record; what is said of an organisation stays up, marked.

mod answer;
pub mod events;
mod review;

use law::{Citation, Day};

use self::answer::{answers, consistent, effect, reasons, stops, stops_display};
use self::events::{CaseAccepted, CaseExtended, ObjectionDecided, ObjectionLodged};
pub use self::review::{may_request_review, request_review, review, take_back};
use crate::authority::Authority;
use crate::caller::{Caller, Person};
use crate::case::{Case, CaseKind, CaseNumber, CaseState, Claim, Material, Outcome, Point, PointAnswer};
use crate::event::Event;
use crate::record::Record;
use crate::rules::access::{Undertaking, may_undertake, person_needed};
use crate::rules::words::{words, words_or_nothing};
use crate::ruling::{Bilingual, Ground, Refusal, Ruling};
use crate::subject::Subject;

/// How many points an objection has at most.
pub const POINTS_MAX: usize = 10;
/// How many materials support a case at most.
pub const MATERIALS_MAX: usize = 10;

// --- facts -------------------------------------------------------------------------------------------------------------

/// What the law makes relevant to an objection before there is one.
#[derive(Debug)]
pub struct ObjectionFacts {
    /// The record, where there is one.
    pub record: Option<Record>,
    /// Its subject.
    pub subject: Option<Subject>,
    /// The authority that filed it.
    pub filer: Option<Authority>,
    /// Every case about the record so far, oldest first.
    pub prior: Vec<Case>,
    /// The number that a new case gets.
    pub next: CaseNumber,
}

/// What the law makes relevant to a step in a case.
#[derive(Debug)]
pub struct CaseFacts {
    /// The case, where there is one.
    pub case: Option<Case>,
    /// The record that it is about.
    pub record: Option<Record>,
    /// Who filed the record and corrected it: they do not verify it.
    pub involved: Vec<Person>,
    /// The office in whose name the caller acts, as it is enrolled.
    pub authority: Option<Authority>,
    /// Until when false materials bar restoration of anything of the subject.
    pub barred_until: Option<Day>,
}

// --- commands ----------------------------------------------------------------------------------------------------------

/// Objects to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LodgeObjection {
    /// The points.
    pub points: Vec<Point>,
    /// What supports them.
    pub materials: Vec<Material>,
}

/// Decides an objection.
#[derive(Debug, Clone)]
pub struct DecideObjection {
    /// The answer to each point, in their order.
    pub answers: Vec<PointAnswer>,
    /// What comes of it.
    pub outcome: Outcome,
    /// For a correction or a supplement: what the correction itself decided, asked of
    /// [`correct`](crate::acts::information::correction::correct).
    pub correction: Option<Ruling>,
}

// --- lodging -----------------------------------------------------------------------------------------------------------

fn refuse(code: &'static str, field: &str, reason: Bilingual) -> Ground {
    Ground::new(code, Citation::article(37), reason).field(field)
}

/// The refusal for a record that is not about the caller, or none: one answer.
fn not_about_you() -> Ground {
    refuse(
        "not_about_you",
        "record",
        Bilingual::new("没有关于您的该记录", "there is no such record about you"),
    )
    .remedy(Bilingual::new("在“我的信用”中查看", "see what is held about you under My credit"))
}

/// The record, where it is the caller's own and in force.
pub(super) fn own_record<'a>(record: Option<&'a Record>, by: &Caller) -> Result<&'a Record, Ground> {
    let subject = by.subject();
    record.filter(|record| subject == Some(record.subject) && record.in_force).ok_or_else(not_about_you)
}

/// Whether a caller may object to a record now: its subject, while it stands and no objection to it is open.
///
/// Articles: 37
///
/// # Errors
/// The refusal, with what else the subject can do.
pub fn may_lodge<'a>(facts: &'a ObjectionFacts, by: &Caller) -> Result<&'a Record, Refusal> {
    may_undertake(Undertaking::LodgeObjection, by)?;
    let record = own_record(facts.record.as_ref(), by)?;
    if record.revoked.is_some() {
        let reason = Bilingual::new("该记录已撤销", "the record is revoked");
        return Err(refuse("record_not_standing", "record", reason)
            .remedy(Bilingual::new(
                "已撤销的记录不再公示和共享，无需提出异议",
                "what is revoked is neither displayed nor shared: there is nothing to object to",
            ))
            .into());
    }
    if let Some(case) = record.objection {
        let reason = Bilingual::made(
            format!("对该记录的异议（案件第{}号）正在处理", case.0),
            format!("an objection to this record is open already: case {}", case.0),
        );
        return Err(refuse("objection_open", "record", reason)
            .remedy(Bilingual::new(
                "可以在该案件中查看进展，或者撤回后重新提出",
                "see how that case stands, or take it back and object anew",
            ))
            .into());
    }
    Ok(record)
}

/// Objects to a record. It is marked with this entry; a human being's first claim that it is someone else's takes it off display
/// and sharing until the decision.
///
/// Articles: 37
#[must_use]
pub fn lodge(facts: &ObjectionFacts, ask: LodgeObjection, by: &Caller) -> Ruling {
    decided(|| {
        let record = may_lodge(facts, by)?;
        let points = points(ask.points)?;
        let materials = materials(Citation::article(37), ask.materials)?;
        let suspends = suspends(facts, &points);
        Ok(vec![Event::ObjectionLodged(ObjectionLodged {
            case: facts.next,
            subject: record.subject,
            record: record.number,
            office: record.authority.clone(),
            points,
            materials,
            suspends: suspends && record.stopped.is_none(),
            own_data: facts.filer.as_ref().is_some_and(|filer| filer.operates_platform),
        })])
    })
}

/// Whether display stops until the decision: a human being says for the first time that it is not theirs.
fn suspends(facts: &ObjectionFacts, points: &[Point]) -> bool {
    let not_mine = |points: &[Point]| points.iter().any(|point| point.claim == Claim::NotMine);
    facts.subject.as_ref().is_some_and(|subject| subject.kind.is_human())
        && not_mine(points)
        && !facts.prior.iter().any(|case| not_mine(case.points()))
}

fn points(given: Vec<Point>) -> Result<Vec<Point>, Refusal> {
    if given.is_empty() || given.len() > POINTS_MAX {
        let reason = Bilingual::made(
            format!("异议须有一至{POINTS_MAX}点"),
            format!("an objection has one to {POINTS_MAX} points"),
        );
        return Err(refuse("points_missing", "points", reason)
            .remedy(Bilingual::new("逐点写明认为何处不对", "say point by point what is wrong"))
            .into());
    }
    let read = given.into_iter().enumerate().map(|(place, point)| {
        let field = format!("points[{place}].statement");
        Ok(Point { claim: point.claim, statement: words(Citation::article(37), &field, &point.statement)? })
    });
    all(read)
}

/// The materials of a case as they may stand in an entry.
pub(super) fn materials(article: Citation, given: Vec<Material>) -> Result<Vec<Material>, Refusal> {
    if given.len() > MATERIALS_MAX {
        let reason = Bilingual::made(
            format!("证明材料不超过{MATERIALS_MAX}件"),
            format!("at most {MATERIALS_MAX} materials"),
        );
        return Err(Ground::new("too_many_materials", article, reason)
            .field("materials")
            .remedy(Bilingual::new("合并或者择要列出", "combine them, or name the most important"))
            .into());
    }
    let read = given.into_iter().enumerate().map(|(place, material)| {
        let number = material.document_number.unwrap_or_default();
        let number =
            words_or_nothing(article.clone(), &format!("materials[{place}].document_number"), &number)?;
        Ok(Material {
            title: words(article.clone(), &format!("materials[{place}].title"), &material.title)?,
            document_number: Some(number).filter(|number| !number.is_empty()),
            text: words_or_nothing(article.clone(), &format!("materials[{place}].text"), &material.text)?,
        })
    });
    all(read)
}

/// Everything that was read, or everything that is wrong with it at once.
fn all<T>(read: impl Iterator<Item = Result<T, Ground>>) -> Result<Vec<T>, Refusal> {
    let (mut found, mut grounds) = (Vec::new(), Vec::new());
    for one in read {
        match one {
            Ok(one) => found.push(one),
            Err(ground) => grounds.push(ground),
        }
    }
    if grounds.is_empty() { Ok(found) } else { Err(Refusal { grounds }) }
}

// --- handling ----------------------------------------------------------------------------------------------------------

/// The refusal for a case that is not there or is none of the caller's: one answer, so that numbers are not tried out.
///
/// Articles: 37, 38
#[must_use]
pub fn no_such_case() -> Ground {
    refuse("no_such_case", "case", Bilingual::new("没有该案件", "there is no such case"))
        .remedy(Bilingual::new("在案件列表中查看", "see the list of your cases"))
}

/// Whether a caller may read a case: its subject, the office to which it was forwarded, the offices above it, the competent
/// department, and the operator.
///
/// Articles: 33, 37, 38
///
/// # Errors
/// The refusal; the same for a case that is not there.
pub fn may_read<'a>(facts: &'a CaseFacts, superior: bool, by: &Caller) -> Result<&'a Case, Refusal> {
    may_undertake(
        if by.subject().is_some() { Undertaking::ReadOwnCases } else { Undertaking::ReadCases },
        by,
    )?;
    let reads = |case: &&Case| match (by.subject(), by.office()) {
        (Some(subject), _) => case.subject == subject,
        (None, Some(office)) => case.office == *office || superior || is_competent(facts),
        (None, None) => by.is_operator(),
    };
    facts.case.as_ref().filter(reads).ok_or_else(|| no_such_case().into())
}

fn is_competent(facts: &CaseFacts) -> bool {
    facts.authority.as_ref().is_some_and(|authority| authority.competent_department)
}

/// The case, where the caller is an officer of the office that has it, who took no part in the record.
///
/// Articles: 37, 38
///
/// # Errors
/// The refusal: someone else's case, one that is over, or an officer who judged the record before.
pub fn may_handle<'a>(facts: &'a CaseFacts, by: &Caller) -> Result<&'a Case, Refusal> {
    may_undertake(Undertaking::HandleCase, by)?;
    let case =
        facts.case.as_ref().filter(|case| by.office() == Some(&case.office)).ok_or_else(no_such_case)?;
    if !matches!(case.state(), CaseState::Lodged | CaseState::Accepted) {
        return Err(case_over(case).into());
    }
    let Some(person) = by.person() else { return Err(person_needed(article(case.kind())).into()) };
    if facts.involved.iter().any(|involved| involved.is_same(person)) {
        return Err(Ground::new(
            "took_the_decision",
            article(case.kind()),
            Bilingual::new(
                "您经办过该记录，须由其他工作人员核查",
                "you had a hand in this record: another officer verifies it",
            ),
        )
        .field("case")
        .remedy(Bilingual::new("请本单位其他工作人员办理", "have another officer of your office take it"))
        .into());
    }
    Ok(case)
}

pub(super) const fn article(kind: CaseKind) -> Citation {
    match kind {
        CaseKind::Objection => Citation::article(37),
        CaseKind::Restoration => Citation::article(38),
    }
}

pub(super) fn case_over(case: &Case) -> Ground {
    let title = case.state().title();
    Ground::new(
        "case_over",
        article(case.kind()),
        Bilingual::made(
            format!("案件第{}号：{}", case.case.0, title.zh),
            format!("case {} is over: {}", case.case.0, title.en),
        ),
    )
    .field("case")
    .remedy(Bilingual::new("该案件不再办理", "nothing more is done in it"))
}

/// Takes a case in hand.
///
/// Articles: 37, 38
#[must_use]
pub fn accept(facts: &CaseFacts, by: &Caller) -> Ruling {
    decided(|| {
        let case = may_handle(facts, by)?;
        if case.accepted.is_some() {
            let reason = Bilingual::new("该案件已受理", "the case is in hand already");
            return Err(Ground::new("already_accepted", article(case.kind()), reason).field("case").into());
        }
        Ok(vec![Event::CaseAccepted(CaseAccepted {
            case: case.case,
            kind: case.kind(),
            subject: case.subject,
            record: case.record,
        })])
    })
}

/// Extends the time for deciding a case: once, with a reason, which the subject reads.
///
/// Articles: 37, 38
#[must_use]
pub fn extend(facts: &CaseFacts, reason: &str, by: &Caller) -> Ruling {
    decided(|| {
        let case = in_hand(may_handle(facts, by)?)?;
        let article = article(case.kind());
        if case.extended.is_some() {
            let said = Bilingual::new("期限只能延长一次", "the time is extended once only");
            return Err(Ground::new("already_extended", article, said).field("case").into());
        }
        Ok(vec![Event::CaseExtended(CaseExtended {
            case: case.case,
            kind: case.kind(),
            subject: case.subject,
            record: case.record,
            reason: words(article, "reason", reason)?,
        })])
    })
}

/// The case, where an officer has taken it in hand.
pub(super) fn in_hand(case: &Case) -> Result<&Case, Ground> {
    if case.accepted.is_some() {
        return Ok(case);
    }
    let reason = Bilingual::new("该案件尚未受理", "nobody has taken the case in hand yet");
    Err(Ground::new("not_accepted", article(case.kind()), reason)
        .field("case")
        .remedy(Bilingual::new("先受理，再办理", "accept it first")))
}

/// Decides an objection: each point is answered with its evidence, and what comes of it is in force with the same commit.
///
/// Articles: 14, 37
#[must_use]
pub fn decide(facts: &CaseFacts, ask: DecideObjection, by: &Caller) -> Ruling {
    decided(|| {
        let case = in_hand(may_handle(facts, by)?)?;
        let record = facts.record.as_ref().ok_or_else(no_such_case)?;
        if case.kind() != CaseKind::Objection {
            let reason = Bilingual::new("该案件不是异议", "the case is no objection");
            return Err(refuse("not_an_objection", "case", reason).into());
        }
        let answers = answers(case, ask.answers)?;
        consistent(case, &answers, ask.outcome)?;
        let reason = reasons(&answers);
        let mut events = effect(record, ask.outcome, ask.correction, reason)?;
        events.insert(
            0,
            Event::ObjectionDecided(ObjectionDecided {
                case: case.case,
                subject: case.subject,
                record: case.record,
                answers,
                outcome: ask.outcome,
                resumes: case.suspends,
            }),
        );
        if stops_display(ask.outcome) {
            events.push(stops(case));
        }
        Ok(events)
    })
}

pub(super) fn decided(decide: impl FnOnce() -> Result<Vec<Event>, Refusal>) -> Ruling {
    match decide() {
        Ok(events) => Ruling::Granted { events, grounds: Vec::new() },
        Err(refusal) => Ruling::refused(refusal),
    }
}
