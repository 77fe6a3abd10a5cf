//! Samples of cases, in each of their states.

use law::{Calendar, Day, Instant, Law};
use register::authority::AuthorityCode;
use register::caller::Person;
use register::case::{
    Case, CaseNumber, Claim, Decision, Material, Outcome, Point, PointAnswer, Request, Taken,
};
use register::catalogue::ItemCode;
use register::record::RecordNumber;
use register::rules::deadlines::{case_steps, notice_due};
use register::subject::{EntryNumber, SubjectNumber};
use service::cases::CaseView;
use service::recipients::NoticeView;

use crate::pages::samples::HARD_NAME;

/// Half past ten on a Thursday before a holiday.
const LODGED: Instant = Instant::from_milliseconds(1_777_516_200_000);
const HOUR: i64 = 3_600_000;

fn taken(entry: u64, hours: i64, reason: &str) -> Option<Taken> {
    let person =
        Person { account: "staff:2".to_owned(), name: format!("赵示例 {HARD_NAME}"), mandate: None };
    Some(Taken {
        entry: EntryNumber(entry),
        at: LODGED.plus_milliseconds(hours * HOUR),
        officer: Some(person.name.clone()),
        person: Some(person),
        reason: reason.to_owned(),
    })
}

fn by_subject(entry: u64, hours: i64, reason: &str) -> Option<Taken> {
    taken(entry, hours, reason).map(|taken| Taken { officer: None, person: None, ..taken })
}

fn case(number: u64, request: Request) -> Case {
    let material = |text: &str, document_number: Option<&str>| Material {
        title: format!("缴款凭证 {HARD_NAME}"),
        document_number: document_number.map(str::to_owned),
        text: text.to_owned(),
    };
    Case {
        case: CaseNumber(number),
        subject: SubjectNumber(7),
        record: RecordNumber(2),
        office: AuthorityCode("market-regulation".to_owned()),
        request,
        materials: vec![material("", Some("〔2026〕3号")), material("已缴清<b>", None)],
        suspends: true,
        own_data: false,
        lodged: by_subject(100, 0, "").unwrap(),
        accepted: None,
        extended: None,
        decided: None,
        decision: None,
        review_requested: None,
        reviewed: None,
        returned: None,
        missing: Vec::new(),
        taken_back: None,
    }
}

fn objection(number: u64) -> Case {
    let point = |claim, statement: &str| Point { claim, statement: statement.to_owned() };
    let points = vec![point(Claim::Untrue, "罚款金额应为9元<b>"), point(Claim::OutOfDate, HARD_NAME)];
    case(number, Request::Objection { points })
}

fn application(number: u64) -> Case {
    let performance = "罚款已于5月缴清<b>".to_owned();
    case(number, Request::Restoration { performance, commitment: format!("承诺 {HARD_NAME}") })
}

/// A case as the platform shows it, so many hours after it was lodged.
fn view(case: Case, hours: i64) -> CaseView {
    let law = Law::load().unwrap();
    let law = law.on(Day::of(LODGED)).unwrap();
    let calendar = Calendar::load().unwrap();
    let now = LODGED.plus_milliseconds(hours * HOUR);
    CaseView {
        right: case.kind(),
        state: case.state(),
        item: Some(ItemCode("administrative-penalty".to_owned())),
        steps: case_steps(&law, &calendar, &case, now).unwrap(),
        case,
        handling: None,
        reviewable: false,
    }
}

/// An objection that waits.
pub(crate) fn lodged(number: u64) -> CaseView {
    view(objection(number), 1)
}

/// An objection that nobody took in hand in time.
pub(crate) fn overdue(number: u64) -> CaseView {
    view(objection(number), 24 * 30)
}

/// An objection in hand, whose time was extended.
pub(crate) fn accepted(number: u64) -> CaseView {
    let accepted = Case {
        accepted: taken(101, 2, ""),
        extended: taken(102, 30, "须向作出决定的法院查询<b>"),
        ..objection(number)
    };
    view(accepted, 40)
}

fn answered(number: u64) -> Case {
    let answer = |upheld, reply: &str| PointAnswer {
        upheld,
        reply: reply.to_owned(),
        evidence: "决定书正本（〔2026〕3号）".to_owned(),
    };
    let answers = vec![answer(true, "金额登记有误<b>，已更正"), answer(false, "公示期未满")];
    Case {
        decided: taken(103, 50, ""),
        decision: Some(Decision::Objection { outcome: Outcome::Corrected, answers }),
        ..accepted(number).case
    }
}

/// An objection that was answered.
pub(crate) fn decided(number: u64) -> CaseView {
    CaseView { reviewable: true, ..view(answered(number), 60) }
}

/// An objection whose review waits.
pub(crate) fn under_review(number: u64) -> CaseView {
    view(Case { review_requested: by_subject(104, 70, "第二点没有核查<b>"), ..answered(number) }, 80)
}

/// An objection that was reviewed.
pub(crate) fn reviewed(number: u64) -> CaseView {
    let reviewed = Case { reviewed: taken(105, 90, "维持"), ..under_review(number).case };
    view(reviewed, 100)
}

/// An application that waits.
pub(crate) fn applied(number: u64) -> CaseView {
    view(application(number), 1)
}

/// An application in hand.
pub(crate) fn application_in_hand(number: u64) -> CaseView {
    view(Case { accepted: taken(101, 2, ""), ..application(number) }, 3)
}

/// An application that was granted.
pub(crate) fn restored(number: u64) -> CaseView {
    let granted = Case {
        accepted: taken(101, 2, ""),
        decided: taken(102, 3, "三项条件均已满足<b>"),
        decision: Some(Decision::Restoration { granted: true }),
        ..application(number)
    };
    view(granted, 4)
}

/// An application that was sent back.
pub(crate) fn returned(number: u64) -> CaseView {
    let missing = vec!["缴款凭证的编号<b>".to_owned(), "承诺书".to_owned()];
    view(Case { returned: taken(101, 2, ""), missing, ..application(number) }, 4)
}

/// A case that its subject took back.
pub(crate) fn taken_back(number: u64) -> CaseView {
    view(Case { taken_back: by_subject(101, 2, ""), ..objection(number) }, 4)
}

/// One in each state.
pub(crate) fn each() -> Vec<CaseView> {
    vec![
        lodged(1),
        overdue(2),
        accepted(3),
        decided(4),
        under_review(5),
        reviewed(6),
        applied(7),
        application_in_hand(8),
        restored(9),
        returned(10),
        taken_back(11),
    ]
}

/// Notices: one that waits, a late one, one that was acknowledged; to offices and to the holder of a consent.
pub(crate) fn notices() -> Vec<NoticeView> {
    use register::acts::rights::notice::Cause;
    let law = Law::load().unwrap();
    let law = law.on(Day::of(LODGED)).unwrap();
    let limit = notice_due(&law, &Calendar::load().unwrap(), LODGED).unwrap();
    let notice = |entry: u64, cause: Cause, office: bool, overdue, acknowledged: Option<u64>| NoticeView {
        notice: EntryNumber(entry),
        at: LODGED,
        recipient: if office { "tax".to_owned() } else { HARD_NAME.to_owned() },
        recipient_key: if office { "office:tax".to_owned() } else { "consent:3".to_owned() },
        office,
        record: RecordNumber(2),
        cause,
        duty: cause.duty(),
        limit: limit.clone(),
        overdue,
        acknowledged: acknowledged.map(EntryNumber),
    };
    vec![
        notice(205, Cause::Corrected, true, Some(false), None),
        notice(204, Cause::Removed, true, Some(true), None),
        notice(203, Cause::Restored, false, Some(false), Some(210)),
        notice(202, Cause::Withdrawn, false, None, None),
        notice(201, Cause::DisplayStopped, true, Some(false), Some(211)),
    ]
}
