//! Reading cases: their subject's, an office's, those that are late as the office above sees them (Articles 33, 37, 38).

use law::Day;
use register::acts::rights::objection::{self, may_read};
use register::acts::rights::restoration;
use register::authority::AuthorityCode;
use register::caller::Caller;
use register::case::{Case, CaseKind, CaseNumber, CaseState};
use register::catalogue::ItemCode;
use register::record::RecordNumber;
use register::rules::access::{Undertaking, may_undertake};
use register::rules::deadlines::{CaseStep, StepStanding, case_steps};
use register::rules::restorability::{Outlook, outlook};
use register::ruling::{Ground, Refusal};
use serde::Serialize;
use store::{CasesOf, Reader};

use super::{case_facts, objection_facts, restoration_facts};
use crate::error::ServiceError;
use crate::platform::Platform;

/// How many cases are read at once.
const CASES_AT_ONCE: u64 = 50;
/// How many cases are passed over for one page at most.
const PASSED_OVER_MAX: u64 = 2000;

/// Which cases are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseFilter {
    /// All.
    All,
    /// Those in which something is still to be done.
    Open,
    /// Those with a step whose deadline has passed.
    Overdue,
    /// Those whose review waits: for the competent department.
    UnderReview,
}

/// A case with its deadlines, and what the caller can do in it.
#[derive(Debug, Clone, Serialize)]
pub struct CaseView {
    /// The case.
    #[serde(flatten)]
    pub case: Case,
    /// Which right it exercises.
    pub right: CaseKind,
    /// How it stands.
    pub state: CaseState,
    /// The item of the record, where the record is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemCode>,
    /// What is owed in it, until when, and how that was counted.
    pub steps: Vec<StepStanding<CaseStep>>,
    /// Why the caller cannot handle it, where it cannot; nothing where it can.
    #[serde(skip)]
    pub handling: Option<Refusal>,
    /// Whether the caller can ask for its review.
    #[serde(skip)]
    pub reviewable: bool,
}

impl CaseView {
    /// Whether the deadline of a step has passed and it is not taken.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.steps.iter().any(StepStanding::is_overdue)
    }
}

/// What a subject can do about a record today: the button, or the sentence that says why there is none.
#[derive(Debug, Clone, Serialize)]
pub struct RecordRights {
    /// The record.
    pub record: RecordNumber,
    /// Why no objection can be lodged now; nothing where one can.
    pub objection: Vec<Ground>,
    /// Why no restoration can be applied for now; nothing where it can.
    pub restoration: Vec<Ground>,
    /// How restoration stands.
    pub outlook: Outlook,
    /// The cases about the record so far, oldest first.
    pub cases: Vec<CaseNumber>,
}

impl Platform {
    /// A case.
    ///
    /// Articles: 33, 37, 38
    ///
    /// # Errors
    /// The refusal, which is the same for a case that is not there; or the store failed.
    pub async fn case(&self, number: CaseNumber, by: &Caller) -> Result<CaseView, ServiceError> {
        may_undertake(Undertaking::ReadCases, by)?;
        self.read_case(number, by).await
    }

    /// A case of the caller's own.
    ///
    /// Articles: 37, 38
    ///
    /// # Errors
    /// As [`Platform::case`].
    pub async fn own_case(&self, number: CaseNumber, by: &Caller) -> Result<CaseView, ServiceError> {
        may_undertake(Undertaking::ReadOwnCases, by)?;
        self.read_case(number, by).await
    }

    async fn read_case(&self, number: CaseNumber, by: &Caller) -> Result<CaseView, ServiceError> {
        let mut snapshot = self.store().snapshot().await?;
        let facts = case_facts(&mut snapshot, number, by).await?;
        let superior = match (&facts.case, by.office()) {
            (Some(case), Some(office)) => is_above(&mut snapshot, office, &case.office).await?,
            _ => false,
        };
        snapshot.end().await?;
        let case = may_read(&facts, superior, by)?.clone();
        let item = facts.record.as_ref().map(|record| record.item.clone());
        let mut view = self.case_view(case, item)?;
        view.handling = objection::may_handle(&facts, by).err();
        view.reviewable = by.subject().is_some() && objection::may_request_review(&facts, by).is_ok();
        Ok(view)
    }

    /// Cases before one of them, the newest first: those of the caller's office, and as far as they are late or under review those
    /// of the offices below it; all of them for the competent department and the operator. Beside them, where the next begin.
    ///
    /// Articles: 33, 37, 38
    ///
    /// # Errors
    /// The refusal, or the store failed.
    pub async fn cases(
        &self,
        filter: CaseFilter,
        before: Option<CaseNumber>,
        limit: usize,
        by: &Caller,
    ) -> Result<(Vec<CaseView>, Option<CaseNumber>), ServiceError> {
        may_undertake(Undertaking::ReadCases, by)?;
        self.read_cases(filter, before, limit, by).await
    }

    /// The caller's own cases before one of them, the newest first.
    ///
    /// Articles: 37, 38
    ///
    /// # Errors
    /// As [`Platform::cases`].
    pub async fn own_cases(
        &self,
        filter: CaseFilter,
        before: Option<CaseNumber>,
        limit: usize,
        by: &Caller,
    ) -> Result<(Vec<CaseView>, Option<CaseNumber>), ServiceError> {
        may_undertake(Undertaking::ReadOwnCases, by)?;
        self.read_cases(filter, before, limit, by).await
    }

    async fn read_cases(
        &self,
        filter: CaseFilter,
        before: Option<CaseNumber>,
        limit: usize,
        by: &Caller,
    ) -> Result<(Vec<CaseView>, Option<CaseNumber>), ServiceError> {
        let own = by.subject();
        let mut snapshot = self.store().snapshot().await?;
        let below = match by.office() {
            Some(office) => offices_below(&mut snapshot, office).await?,
            None => Vec::new(),
        };
        let competent = match by.office() {
            Some(office) => {
                snapshot.authority(office).await?.is_some_and(|authority| authority.competent_department)
            }
            None => false,
        };
        // What is late and what is under review goes up.
        let goes_up = matches!(filter, CaseFilter::Overdue | CaseFilter::UnderReview);
        let of = match (own, by.office()) {
            (Some(subject), _) => CasesOf::Subject(subject),
            (None, Some(_)) if competent || (goes_up && !below.is_empty()) => CasesOf::Everyone,
            (None, Some(office)) => CasesOf::Office(office.clone()),
            (None, None) => CasesOf::Everyone,
        };
        let seen = |case: &Case| match by.office() {
            Some(office) if !competent => case.office == *office || (goes_up && below.contains(&case.office)),
            _ => true,
        };
        let (mut before, mut passed, mut found) = (before, 0, Vec::new());
        let next = 'pages: loop {
            let open_only = filter != CaseFilter::All;
            let numbers = snapshot.case_numbers(&of, before, open_only, CASES_AT_ONCE).await?;
            passed += CASES_AT_ONCE;
            for case in snapshot.cases(&numbers).await? {
                if !seen(&case)
                    || (filter == CaseFilter::UnderReview && case.state() != CaseState::UnderReview)
                {
                    continue;
                }
                let view = self.case_view(case, None)?;
                if filter == CaseFilter::Overdue && !view.is_overdue() {
                    continue;
                }
                if found.len() == limit {
                    break 'pages found.last().map(|view: &CaseView| view.case.case);
                }
                found.push(view);
            }
            before = numbers.last().copied();
            if (numbers.len() as u64) < CASES_AT_ONCE {
                break None;
            }
            if passed >= PASSED_OVER_MAX {
                break before;
            }
        };
        let records: Vec<RecordNumber> = found.iter().map(|view| view.case.record).collect();
        let items = snapshot.records(&records).await?;
        snapshot.end().await?;
        for view in &mut found {
            let record = items.iter().find(|record| record.number == view.case.record);
            view.item = record.map(|record| record.item.clone());
        }
        Ok((found, next))
    }

    /// What a subject can do about records of its own today.
    ///
    /// Articles: 37, 38
    ///
    /// # Errors
    /// The refusal for a record that is not the caller's own, or the store failed.
    pub async fn rights_of_record(
        &self,
        record: RecordNumber,
        by: &Caller,
    ) -> Result<RecordRights, ServiceError> {
        may_undertake(Undertaking::ReadOwnCases, by)?;
        let catalogue = self.catalogue().await?;
        let law = self.law_on(self.today())?;
        let mut snapshot = self.store().snapshot().await?;
        // No number is given for what is only asked.
        let none = CaseNumber(0);
        let facts = objection_facts(&mut snapshot, record, none).await?;
        let loaded = facts.record.clone().filter(|record| Some(record.subject) == by.subject());
        let item = loaded.as_ref().and_then(|record| catalogue.item(&record.item)).map(|item| &item.item);
        let application = restoration_facts(&mut snapshot, loaded.clone(), item, none).await?;
        snapshot.end().await?;
        let Some(loaded) = loaded else {
            return Err(match objection::may_lodge(&facts, by) {
                Err(refusal) => refusal.into(),
                Ok(_) => ServiceError::Unauthorised,
            });
        };
        Ok(RecordRights {
            record,
            objection: grounds(objection::may_lodge(&facts, by)),
            restoration: grounds(restoration::may_apply(&law, &application, by)),
            outlook: outlook(&law, &loaded, item, application.barred_until),
            cases: facts.prior.iter().map(|case| case.case).collect(),
        })
    }

    pub(super) fn case_view(&self, case: Case, item: Option<ItemCode>) -> Result<CaseView, ServiceError> {
        let law = self.law().on(Day::of(case.lodged.at))?;
        let steps = case_steps(&law, self.calendar()?, &case, self.now())?;
        let (right, state) = (case.kind(), case.state());
        Ok(CaseView { case, right, state, item, steps, handling: None, reviewable: false })
    }
}

fn grounds<T>(asked: Result<T, Refusal>) -> Vec<Ground> {
    asked.err().map_or_else(Vec::new, |refusal| refusal.grounds)
}

/// Whether an office stands above another.
async fn is_above(
    reader: &mut Reader,
    office: &AuthorityCode,
    other: &AuthorityCode,
) -> Result<bool, ServiceError> {
    let other = reader.authority(other).await?;
    Ok(other.is_some_and(|other| other.parent.as_ref() == Some(office)))
}

/// The offices of which an office is the one above.
async fn offices_below(
    reader: &mut Reader,
    office: &AuthorityCode,
) -> Result<Vec<AuthorityCode>, ServiceError> {
    let all = reader.authorities().await?;
    Ok(all
        .into_iter()
        .filter(|authority| authority.parent.as_ref() == Some(office))
        .map(|authority| authority.code)
        .collect())
}
