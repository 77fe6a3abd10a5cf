//! What one can do about a record of one's own today: the button, or the sentence that says why there is none (Articles 37, 38).

use register::record::RecordNumber;
use register::rules::restorability::Outlook;
use register::view::RecordView;
use service::cases::RecordRights;
use service::own::OwnLog;

use super::inquire;
use crate::pages::desk::Desk;
use crate::pages::grounds::GroundLine;
use crate::pages::{Cited, Page};
use crate::problem::Problem;
use crate::site::Site;

/// Objection and restoration as to a record.
pub(crate) struct RightsPanel {
    pub(crate) number: u64,
    /// Why no objection can be lodged; empty where one can.
    pub(crate) objection: Vec<GroundLine>,
    /// Why no restoration can be applied for; empty where it can.
    pub(crate) restoration: Vec<GroundLine>,
    /// Whether there is anything to restore at all.
    pub(crate) is_untrustworthiness: bool,
    pub(crate) earliest: Option<(String, Cited)>,
    /// The cases about the record so far.
    pub(crate) cases: Vec<u64>,
}

impl RightsPanel {
    /// Draws what can be done.
    ///
    /// Articles: 37, 38
    pub(crate) fn new(p: &Page, rights: &RecordRights) -> Self {
        Self {
            number: rights.record.0,
            objection: GroundLine::all(p, &rights.objection),
            restoration: GroundLine::all(p, &rights.restoration),
            is_untrustworthiness: rights.outlook != Outlook::NotUntrustworthiness,
            earliest: earliest(p, &rights.outlook),
            cases: rights.cases.iter().map(|case| case.0).collect(),
        }
    }
}

/// The first day on which restoration can be applied for, and the rule.
///
/// Articles: 38
pub(crate) fn earliest(p: &Page, outlook: &Outlook) -> Option<(String, Cited)> {
    match outlook {
        Outlook::NotYet { earliest, article } | Outlook::Open { earliest, article } => {
            Some((p.day(earliest), p.cite(article)))
        }
        _ => None,
    }
}

/// A record as a form about it names it.
pub(crate) struct RecordLine {
    pub(crate) number: u64,
    pub(crate) item: String,
    pub(crate) document: String,
    pub(crate) authority: String,
    pub(crate) found: String,
}

impl RecordLine {
    /// The record of one's own, by an inquiry that has its entry.
    pub(crate) async fn read(site: &Site, desk: &Desk, record: RecordNumber) -> Result<Self, Problem> {
        let (answer, known) = inquire(site, desk, OwnLog::Record(record), None).await?;
        let found = answer.records.iter().find(|view| view.record == record);
        let view: &RecordView = found.ok_or_else(Problem::not_found)?;
        let p = &desk.page;
        Ok(Self {
            number: record.0,
            item: p.of(&view.item_name).to_owned(),
            document: view.document_number.clone(),
            authority: known.office(p, &view.authority.0).unwrap_or_else(|| view.authority.0.clone()),
            found: p.day(view.finding_day),
        })
    }

    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        Self {
            number: 2,
            item: "行政处罚".to_owned(),
            document: crate::pages::samples::HARD_NAME.to_owned(),
            authority: "市场监督管理局".to_owned(),
            found: "2025-05-10".to_owned(),
        }
    }
}

/// What can be done about a record for which nothing, or both, is refused.
#[cfg(test)]
pub(crate) fn sample(refused: Vec<register::ruling::Ground>) -> RecordRights {
    RecordRights {
        record: RecordNumber(2),
        objection: refused.clone(),
        restoration: refused,
        outlook: Outlook::Open {
            earliest: law::Day::new(2026, 8, 10).unwrap(),
            article: law::Citation::article(38),
        },
        cases: vec![register::case::CaseNumber(3)],
    }
}
