//! Objections and applications for restoration (Articles 33, 37, 38): each step an act, what it changes in force with its commit.

mod figures;
mod reading;

use law::LawInForce;
use register::acts::information::correction::{CorrectRecord, CorrectionFacts, correct};
use register::acts::rights::objection::{self, CaseFacts, DecideObjection, LodgeObjection, ObjectionFacts};
use register::acts::rights::restoration::{self, ApplyForRestoration, RestorationFacts};
use register::caller::{Caller, Person};
use register::case::{CaseKind, CaseNumber, CaseState, Outcome, PointAnswer};
use register::event::Event;
use register::record::{Record, RecordNumber};
use register::rules::access::Undertaking;
use register::ruling::Ruling;
use register::subject::EntryNumber;
use serde::Serialize;
use serde_json::{Map, Value};
use store::{Pen, Reader};

pub use figures::{OfficeFigures, RightsFigures};
pub use reading::{CaseFilter, CaseView, RecordRights};

use crate::error::ServiceError;
use crate::facts::{self, RecordFacts};
use crate::platform::{Done, Platform};

/// How many entries are read at once.
const CHUNK: u64 = 200;

/// A case that was opened.
#[derive(Debug, Clone, Serialize)]
pub struct CaseDone {
    /// Its number.
    pub case: CaseNumber,
    /// The act.
    #[serde(flatten)]
    pub done: Done,
}

/// How an officer decides an objection.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The answer to each point, in their order.
    pub answers: Vec<PointAnswer>,
    /// What comes of it.
    pub outcome: Outcome,
    /// The fields that are corrected or added, with their new values.
    pub fields: Map<String, Value>,
}

impl Platform {
    /// Objects to a record.
    ///
    /// Articles: 37
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn object(
        &self,
        record: RecordNumber,
        ask: LodgeObjection,
        by: &Caller,
    ) -> Result<CaseDone, ServiceError> {
        let caller = by.clone();
        let (recorded, case) = self
            .act(Undertaking::LodgeObjection, by, move |pen, _| {
                let (caller, ask) = (caller.clone(), ask.clone());
                Box::pin(async move {
                    let next = pen.next_case().await?;
                    let facts = objection_facts(pen, record, next).await?;
                    Ok((objection::lodge(&facts, ask, &caller), next))
                })
            })
            .await?;
        Ok(CaseDone { case, done: self.done(&recorded)? })
    }

    /// Applies for restoration as to a record.
    ///
    /// Articles: 38
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn apply_for_restoration(
        &self,
        record: RecordNumber,
        ask: ApplyForRestoration,
        by: &Caller,
    ) -> Result<CaseDone, ServiceError> {
        let (platform, caller) = (self.clone(), by.clone());
        let (recorded, case) = self
            .act(Undertaking::ApplyForRestoration, by, move |pen, law| {
                let (platform, caller, ask) = (platform.clone(), caller.clone(), ask.clone());
                Box::pin(async move {
                    let catalogue = platform.catalogue_of(pen).await?;
                    let next = pen.next_case().await?;
                    let loaded = pen.record(record).await?;
                    let item = loaded.as_ref().and_then(|record| catalogue.item(&record.item));
                    let item = item.map(|item| &item.item);
                    let facts = restoration_facts(pen, loaded, item, next).await?;
                    Ok((restoration::apply(&law, &facts, ask, &caller), next))
                })
            })
            .await?;
        Ok(CaseDone { case, done: self.done(&recorded)? })
    }

    /// Takes one's own case back.
    ///
    /// Articles: 37, 38
    ///
    /// # Errors
    /// The refusal, or the store failed; so with the others here.
    pub async fn take_back_case(&self, case: CaseNumber, by: &Caller) -> Result<Done, ServiceError> {
        self.step(Undertaking::TakeBackCase, case, by, |_, facts, by| objection::take_back(facts, by)).await
    }

    /// Takes a case in hand.
    ///
    /// Articles: 37, 38
    ///
    /// # Errors
    /// See [`Platform::take_back_case`].
    pub async fn accept_case(&self, case: CaseNumber, by: &Caller) -> Result<Done, ServiceError> {
        self.step(Undertaking::HandleCase, case, by, |_, facts, by| objection::accept(facts, by)).await
    }

    /// Extends the time for deciding a case, once.
    ///
    /// Articles: 37, 38
    ///
    /// # Errors
    /// See [`Platform::take_back_case`].
    pub async fn extend_case(
        &self,
        case: CaseNumber,
        reason: &str,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let reason = reason.to_owned();
        self.step(Undertaking::HandleCase, case, by, move |_, facts, by| {
            objection::extend(facts, &reason, by)
        })
        .await
    }

    /// Decides an objection: point by point, and what comes of it at once.
    ///
    /// Articles: 14, 37
    ///
    /// # Errors
    /// See [`Platform::take_back_case`].
    pub async fn decide_objection(
        &self,
        case: CaseNumber,
        ask: Decided,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let (platform, caller) = (self.clone(), by.clone());
        let (recorded, ()) = self
            .act(Undertaking::HandleCase, by, move |pen, law| {
                let (platform, caller, ask) = (platform.clone(), caller.clone(), ask.clone());
                Box::pin(async move {
                    let facts = case_facts(pen, case, &caller).await?;
                    let correction = match (&facts.record, ask.fields.is_empty()) {
                        (Some(record), false) => {
                            Some(platform.correction(pen, &law, record.number, ask.fields, &caller).await?)
                        }
                        _ => None,
                    };
                    let ask = DecideObjection { answers: ask.answers, outcome: ask.outcome, correction };
                    Ok((objection::decide(&facts, ask, &caller), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }

    /// What the correction of a record would be, asked of the act of correction.
    async fn correction(
        &self,
        pen: &mut Pen,
        law: &LawInForce,
        record: RecordNumber,
        fields: Map<String, Value>,
        by: &Caller,
    ) -> Result<Ruling, ServiceError> {
        let catalogue = self.catalogue_of(pen).await?;
        let loaded = RecordFacts::load(pen, catalogue, record, by).await?;
        let facts = CorrectionFacts {
            record: loaded.record.clone(),
            subject: loaded.subject.clone(),
            content: loaded.content.clone(),
            filing: loaded.filing(),
        };
        // The answers to the points are its reason; they take this one's place.
        let reason = "objection".to_owned();
        Ok(correct(law, &facts, CorrectRecord { fields, reason }, by))
    }

    /// Sends an incomplete application for restoration back.
    ///
    /// Articles: 38
    ///
    /// # Errors
    /// See [`Platform::take_back_case`].
    pub async fn send_back_application(
        &self,
        case: CaseNumber,
        missing: Vec<String>,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        self.step(Undertaking::HandleCase, case, by, move |_, facts, by| {
            restoration::send_back(facts, &missing, by)
        })
        .await
    }

    /// Decides an application for restoration.
    ///
    /// Articles: 38
    ///
    /// # Errors
    /// See [`Platform::take_back_case`].
    pub async fn decide_restoration(
        &self,
        case: CaseNumber,
        granted: bool,
        reason: &str,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let reason = reason.to_owned();
        self.step(Undertaking::HandleCase, case, by, move |law, facts, by| {
            restoration::decide(law, facts, granted, &reason, by)
        })
        .await
    }

    /// Asks for the review of the answer to an objection.
    ///
    /// Articles: 33, 37
    ///
    /// # Errors
    /// See [`Platform::take_back_case`].
    pub async fn request_review(
        &self,
        case: CaseNumber,
        reason: &str,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let reason = reason.to_owned();
        self.step(Undertaking::LodgeObjection, case, by, move |_, facts, by| {
            objection::request_review(facts, &reason, by)
        })
        .await
    }

    /// Reviews the answer to an objection.
    ///
    /// Articles: 33, 37
    ///
    /// # Errors
    /// See [`Platform::take_back_case`].
    pub async fn review_case(
        &self,
        case: CaseNumber,
        outcome: Outcome,
        reason: &str,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let reason = reason.to_owned();
        self.step(Undertaking::ReviewCase, case, by, move |_, facts, by| {
            objection::review(facts, outcome, &reason, by)
        })
        .await
    }

    /// Undoes a restoration that was got with false materials.
    ///
    /// Articles: 38
    ///
    /// # Errors
    /// See [`Platform::take_back_case`].
    pub async fn undo_restoration(
        &self,
        record: RecordNumber,
        reason: &str,
        by: &Caller,
    ) -> Result<Done, ServiceError> {
        let (caller, reason) = (by.clone(), reason.to_owned());
        let (recorded, ()) = self
            .act(Undertaking::UndoRestoration, by, move |pen, law| {
                let (caller, reason) = (caller.clone(), reason.clone());
                Box::pin(async move {
                    let record = pen.record(record).await?;
                    Ok((restoration::undo(&law, record.as_ref(), &reason, &caller), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }

    /// A step in a case.
    async fn step<F>(
        &self,
        undertaking: Undertaking,
        case: CaseNumber,
        by: &Caller,
        decide: F,
    ) -> Result<Done, ServiceError>
    where
        F: Fn(&LawInForce, &CaseFacts, &Caller) -> Ruling + Clone + Send + Sync + 'static,
    {
        let caller = by.clone();
        let (recorded, ()) = self
            .act(undertaking, by, move |pen, law| {
                let (caller, decide) = (caller.clone(), decide.clone());
                Box::pin(async move {
                    let facts = case_facts(pen, case, &caller).await?;
                    Ok((decide(&law, &facts, &caller), ()))
                })
            })
            .await?;
        self.done(&recorded)
    }
}

/// The facts of an objection to a record.
pub(crate) async fn objection_facts(
    reader: &mut Reader,
    record: RecordNumber,
    next: CaseNumber,
) -> Result<ObjectionFacts, ServiceError> {
    let mut facts = ObjectionFacts { record: None, subject: None, filer: None, prior: Vec::new(), next };
    if let Some(record) = reader.record(record).await? {
        facts.subject = reader.subject(record.subject).await?;
        facts.filer = reader.authority(&record.authority).await?;
        facts.prior = reader.cases_of_record(record.subject, record.number).await?;
        facts.record = Some(record);
    }
    Ok(facts)
}

/// The facts of an application for restoration.
pub(crate) async fn restoration_facts<'a>(
    reader: &mut Reader,
    record: Option<Record>,
    item: Option<&'a register::catalogue::CatalogueItem>,
    next: CaseNumber,
) -> Result<RestorationFacts<'a>, ServiceError> {
    let mut facts = RestorationFacts { record: None, item, open: None, barred_until: None, next };
    if let Some(record) = record {
        let prior = reader.cases_of_record(record.subject, record.number).await?;
        let open = |state: CaseState| matches!(state, CaseState::Lodged | CaseState::Accepted);
        let mut open = prior.iter().filter(|case| case.kind() == CaseKind::Restoration && open(case.state()));
        facts.open = open.next().map(|case| case.case);
        facts.barred_until = reader.restoration_bar(record.subject).await?;
        facts.record = Some(record);
    }
    Ok(facts)
}

/// The facts of a step in a case.
pub(crate) async fn case_facts(
    reader: &mut Reader,
    case: CaseNumber,
    by: &Caller,
) -> Result<CaseFacts, ServiceError> {
    let mut facts =
        CaseFacts { case: None, record: None, involved: Vec::new(), authority: None, barred_until: None };
    facts.authority = facts::authority_of(reader, by).await?;
    facts.case = reader.cases(&[case]).await?.pop();
    if let Some(case) = &facts.case {
        facts.record = reader.record(case.record).await?;
        facts.involved = involved(reader, case).await?;
        facts.barred_until = reader.restoration_bar(case.subject).await?;
    }
    Ok(facts)
}

/// Who filed a record and corrected it, before the case was lodged.
async fn involved(reader: &mut Reader, case: &register::case::Case) -> Result<Vec<Person>, ServiceError> {
    let (mut found, mut before) = (Vec::new(), Some(case.lodged.entry));
    loop {
        let entries: Vec<EntryNumber> = reader.entries_of(case.subject, before, CHUNK).await?;
        for seen in reader.acts(&entries).await? {
            let Some(act) = seen.act.filter(|act| act.event.record() == Some(case.record)) else { continue };
            if matches!(act.event, Event::DisplayWithdrawn(_) | Event::DisplayResumed(_)) {
                continue;
            }
            found.extend(act.caller.first().person().cloned());
            found.extend(act.caller.person().cloned());
        }
        before = entries.last().copied();
        if (entries.len() as u64) < CHUNK {
            return Ok(found);
        }
    }
}
