//! Samples for the tests of this room.

use std::sync::Arc;

use law::InformationClass::{Basic, Other, Untrustworthiness};
use law::{Citation, Day, Instant};
use register::acts::accountability::incident::IncidentNotice;
use register::acts::information::inquiry::{Purpose, Shown};
use register::acts::rights::consent::ConsentNumber;
use register::authority::Duty;
use register::catalogue::ItemCode;
use register::incident::{IncidentKind, IncidentNumber};
use register::record::{Content, RecordNumber};
use register::rules::access::Undertaking;
use register::rules::disclosure::{Reach, WithheldReason};
use register::rules::display_period::Display;
use register::ruling::Bilingual;
use register::subject::{EntryNumber, SubjectKind};
use register::view::{HistoryLine, Look, RecordView, Standing, Withheld};
use serde_json::json;
use service::inquiry::{Answer, ConsentView, LostLook, SubjectView};

use super::Known;
use crate::pages::samples;

const NOON: Instant = Instant::from_milliseconds(1_795_000_000_000);

/// What the demo city's pages know.
pub(crate) fn known() -> Known {
    let today = Day::new(2026, 11, 23).unwrap();
    Known { catalogue: Arc::new(samples::catalogue()), authorities: samples::enrolled(), today }
}

fn record(number: u64) -> RecordView {
    let class = [Untrustworthiness, Other, Basic][number as usize % 3];
    let mut view = samples::record(number, class);
    let mut standing = Standing {
        disclosure: "proactive".to_owned(),
        sharing: "conditional".to_owned(),
        duties: vec![2, 3],
        revoked: None,
        restored: None,
        withdrawn: None,
        objection: None,
        stopped: None,
        seen_by: Reach { everyone: true, duties: vec![2, 3], filing_office: true, by_consent: true },
        remedies: vec![register::ruling::Bilingual::new("可以提出异议", "object to it")],
    };
    let gone = Reach { everyone: false, duties: Vec::new(), filing_office: false, by_consent: false };
    if number % 7 == 1 {
        view.item = ItemCode("commendation".to_owned());
        view.display = Display::Not { why: "withdrawn".to_owned(), article: Citation::article(36) };
        (standing.withdrawn, standing.seen_by) = (Some(EntryNumber(99)), gone);
    } else if number % 7 == 3 {
        view.display = Display::Not { why: "minor".to_owned(), article: Citation::article(15) };
        (standing.restored, standing.seen_by) = (Some(EntryNumber(98)), gone);
    }
    view.standing = Some(standing);
    view
}

/// The subject's own answer with so many records.
pub(crate) fn answer(records: u64) -> Answer {
    Answer {
        result: "records",
        viewer: "subject",
        subject: SubjectView {
            kind: SubjectKind::NaturalPerson,
            identifier: "119999199305175051".to_owned(),
            held_for_verification: false,
        },
        as_of: NOON.to_string(),
        journal_size: 4321,
        law: vec!["beijing-social-credit@2016-01-01 (assumed)".to_owned()],
        catalogue: "beijing-demo-2026".to_owned(),
        records: (0..records).map(record).collect(),
        withheld: Vec::new(),
        looks: None,
        lost_looks: Vec::new(),
        history: None,
        consents: None,
        next: None,
        entry: EntryNumber(4321),
        purpose: Purpose::Own,
    }
}

/// A look of which only its place in the journal is left.
pub(crate) fn lost_look() -> LostLook {
    let note = Bilingual::new("内容缺失", "its content is missing");
    LostLook { entry: EntryNumber(9876), at: NOON, note }
}

/// Looks of every kind: an office's, a refused one, a consent holder's, an own filing's, another subject's, one's own.
pub(crate) fn looks() -> Vec<Look> {
    let look = |entry, by: &str, purpose| Look {
        entry: EntryNumber(entry),
        at: NOON,
        by: by.to_owned(),
        claimed_by_operator: false,
        purpose,
        shown: vec![
            Shown { record: RecordNumber(2), version: 1 },
            Shown { record: RecordNumber(900), version: 1 },
        ],
        withheld: Vec::new(),
        refused: Vec::new(),
    };
    let duty = || Purpose::Duty { duty: Duty::new(1).unwrap(), matter: "京市监〔2026〕7号".to_owned() };
    let refused = |look: Look, undertaking: Undertaking| Look {
        shown: Vec::new(),
        refused: vec![undertaking.refusal()],
        ..look
    };
    let mut seen = look(20, "market-regulation", duty());
    seen.shown = (0..300).map(|record| Shown { record: RecordNumber(record), version: 1 }).collect();
    let reason = WithheldReason::NotShared;
    seen.withheld =
        vec![Withheld { count: 2, article: reason.article(), code: reason, reason: reason.sentence() }];
    let mut claimed = look(19, "market-regulation", Purpose::OwnFiling { record: RecordNumber(2) });
    claimed.claimed_by_operator = true;
    vec![
        seen,
        claimed,
        refused(look(18, "market-regulation", duty()), Undertaking::InquireForDuty),
        look(17, samples::HARD_NAME, Purpose::Consent { consent: ConsentNumber(3) }),
        refused(look(16, "another_subject", Purpose::Own), Undertaking::InquireOwn),
        look(15, "self", Purpose::Own),
        look(14, "operator", duty()),
    ]
}

fn line(entry: u64, kind: &str, record: Option<u64>) -> HistoryLine {
    HistoryLine {
        entry: EntryNumber(entry),
        at: NOON,
        kind: kind.to_owned(),
        article: Citation::article(14),
        by: "market-regulation".to_owned(),
        record: record.map(RecordNumber),
        reason: None,
        content: None,
        case: None,
        notice: None,
    }
}

fn content(fine: u64) -> Option<Content> {
    let fields = json!({"organisation_name": samples::HARD_NAME, "fine_fen": fine, "remark": null});
    let fields = fields.as_object().unwrap().clone();
    Some(Content {
        document_number: "京市监罚〔2025〕2号".to_owned(), certificate_number: None, fields
    })
}

/// What was done with a record: filed, corrected, withdrawn.
pub(crate) fn history_of(record: u64) -> Vec<HistoryLine> {
    let mut filed = line(10, "record_filed", Some(record));
    filed.content = content(3_500_000);
    let mut corrected = line(11, "record_corrected", Some(record));
    corrected.content = content(4_500_000);
    corrected.reason = Some(format!("金额有误 {}", samples::HARD_NAME));
    let mut withdrawn = line(12, "display_withdrawn", Some(record));
    withdrawn.by = "self".to_owned();
    vec![withdrawn, corrected, filed]
}

/// What was done about a subject, a notice of an incident among it.
pub(crate) fn history() -> Vec<HistoryLine> {
    let mut told = line(30, "subject_told", None);
    told.by = "operator".to_owned();
    told.notice = Some(IncidentNotice {
        incident: IncidentNumber(1),
        kind: IncidentKind::UnlawfulAccess,
        noticed: NOON,
        happened: "一名工作人员的密钥被盗用".to_owned(),
        measures: vec!["密钥已撤销".to_owned()],
        contact: "大数据中心 010-12345".to_owned(),
        records: vec![RecordNumber(2), RecordNumber(900)],
        entries: vec![EntryNumber(20)],
    });
    let mut all = vec![told, line(29, "something_new", None)];
    all.extend(history_of(2));
    all
}

/// Consents in every state.
pub(crate) fn consents() -> Vec<ConsentView> {
    let consent = |number, last_day: (i16, i8, i8), uses_left, revoked: Option<u64>| ConsentView {
        consent: ConsentNumber(number),
        grantee: samples::HARD_NAME.to_owned(),
        items: vec!["administrative-penalty".to_owned(), "not-in-the-catalogue".to_owned()],
        purpose: "贷款审批".to_owned(),
        last_day: Day::new(last_day.0, last_day.1, last_day.2).unwrap(),
        uses_left,
        revoked: revoked.map(EntryNumber),
    };
    vec![
        consent(1, (2027, 1, 31), None, None),
        consent(2, (2027, 1, 31), Some(3), Some(77)),
        consent(3, (2026, 1, 31), None, None),
        consent(4, (2027, 1, 31), Some(0), None),
    ]
}
