//! How each authority keeps the rights of Chapter IV: what came in, what was found right, how long it took, what is late
//! (Articles 33, 37, 38). Numbers of cases, nothing of anyone.

use std::collections::BTreeMap;
use std::sync::Arc;

use law::{Day, Instant};
use register::authority::AuthorityCode;
use register::case::CaseKind;
use serde::Serialize;
use store::CasesOf;

use crate::error::ServiceError;
use crate::platform::Platform;

/// How many cases are read at once.
const CASES_AT_ONCE: u64 = 200;
/// How old figures may be, in milliseconds: reading every case is not done for each visitor.
const KEPT_MILLISECONDS: i64 = 60_000;

/// One authority's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfficeFigures {
    /// The authority.
    pub office: AuthorityCode,
    /// Objections received.
    pub objections: u64,
    /// Those answered.
    pub answered: u64,
    /// Those in which the record was changed, taken off display or removed.
    pub found_right: u64,
    /// Half of the answers took no longer than so many working days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_working_days: Option<u32>,
    /// The longest answer took so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst_working_days: Option<u32>,
    /// Applications for restoration received.
    pub applications: u64,
    /// Those granted.
    pub restored: u64,
    /// Cases of either kind that are late now.
    pub overdue: u64,
    /// Notices of changes that are not acknowledged though their deadline has passed.
    pub notices_overdue: u64,
}

/// The figures of all authorities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RightsFigures {
    /// When they were made.
    pub as_of: Instant,
    /// By authority, in the order of their codes.
    pub offices: Vec<OfficeFigures>,
}

#[derive(Default)]
struct Counted {
    objections: u64,
    days: Vec<u32>,
    answered: u64,
    found_right: u64,
    applications: u64,
    restored: u64,
    overdue: u64,
    notices_overdue: u64,
}

impl Platform {
    /// How each authority keeps the rights of Chapter IV, at most a minute old.
    ///
    /// Articles: 33, 37, 38
    ///
    /// # Errors
    /// When the store fails.
    pub async fn rights_figures(&self) -> Result<Arc<RightsFigures>, ServiceError> {
        let mut kept = self.kept_figures().lock().await;
        let now = self.now();
        if let Some(figures) = kept.as_ref() {
            let age = now.milliseconds().saturating_sub(figures.as_of.milliseconds());
            if (0..KEPT_MILLISECONDS).contains(&age) {
                return Ok(Arc::clone(figures));
            }
        }
        let figures = Arc::new(self.count_rights(now).await?);
        *kept = Some(Arc::clone(&figures));
        Ok(figures)
    }

    async fn count_rights(&self, now: Instant) -> Result<RightsFigures, ServiceError> {
        let mut counted: BTreeMap<AuthorityCode, Counted> = BTreeMap::new();
        let mut snapshot = self.store().snapshot().await?;
        let mut before = None;
        loop {
            let numbers = snapshot.case_numbers(&CasesOf::Everyone, before, false, CASES_AT_ONCE).await?;
            for case in snapshot.cases(&numbers).await? {
                let view = self.case_view(case, None)?;
                let of_office = counted.entry(view.case.office.clone()).or_default();
                of_office.overdue += u64::from(view.is_overdue());
                let succeeded = u64::from(view.case.succeeded() == Some(true));
                match view.right {
                    CaseKind::Restoration => {
                        of_office.applications += 1;
                        of_office.restored += succeeded;
                    }
                    CaseKind::Objection => {
                        of_office.objections += 1;
                        of_office.found_right += succeeded;
                        if let Some(decided) = &view.case.decided {
                            of_office.answered += 1;
                            let (from, to) = (Day::of(view.case.lodged.at), Day::of(decided.at));
                            of_office.days.extend(self.calendar()?.between(from, to).ok());
                        }
                    }
                }
            }
            before = numbers.last().copied();
            if (numbers.len() as u64) < CASES_AT_ONCE {
                break;
            }
        }
        snapshot.end().await?;
        for office in self.offices_in_default().await? {
            counted.entry(office.office).or_default().notices_overdue = office.notices;
        }
        let offices = counted.into_iter().map(|(office, counted)| figures(office, counted)).collect();
        Ok(RightsFigures { as_of: now, offices })
    }
}

fn figures(office: AuthorityCode, mut counted: Counted) -> OfficeFigures {
    counted.days.sort_unstable();
    let middle = counted.days.len().saturating_sub(1) / 2;
    OfficeFigures {
        office,
        objections: counted.objections,
        answered: counted.answered,
        found_right: counted.found_right,
        median_working_days: counted.days.get(middle).copied(),
        worst_working_days: counted.days.last().copied(),
        applications: counted.applications,
        restored: counted.restored,
        overdue: counted.overdue,
        notices_overdue: counted.notices_overdue,
    }
}
