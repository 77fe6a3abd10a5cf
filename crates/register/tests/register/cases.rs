//! Cases at their edges, where the scenarios beside the law do not go: who reads them, and what may be written (Articles 6, 33,
//! 37, 38).

use law::InformationClass::Other;
use law::Severity::General;
use register::acts::rights::objection::{
    CaseFacts, LodgeObjection, MATERIALS_MAX, ObjectionFacts, POINTS_MAX, lodge, may_read,
};
use register::acts::rights::restoration::{RestoreRecord, restore, undo};
use register::authority::AuthorityCode;
use register::caller::{Caller, Holder, KeyNumber, Person, SessionNumber};
use register::case::{Case, CaseNumber, Claim, Material, Point};
use register::event::Act;
use register::record::Record;
use register::ruling::Ruling;
use register::subject::{EntryNumber, SubjectKind};

use super::fixture::{authority, day, law_on, office, penalty, record, subject, subject_key};

fn codes(ruling: &Ruling) -> Vec<(String, Option<String>)> {
    match ruling {
        Ruling::Granted { .. } => Vec::new(),
        Ruling::Refused { refusal, .. } => {
            let grounds = refusal.grounds.iter();
            grounds.map(|ground| (ground.code.to_string(), ground.field.clone())).collect()
        }
    }
}

fn facts() -> ObjectionFacts {
    ObjectionFacts {
        record: Some(penalty(General, "2026-05-06")),
        subject: Some(subject(SubjectKind::LegalPerson)),
        filer: Some(authority("market")),
        prior: Vec::new(),
        next: CaseNumber(1),
    }
}

fn point(statement: &str) -> Point {
    Point { claim: Claim::Untrue, statement: statement.into() }
}

fn material(title: &str, text: &str) -> Material {
    Material { title: title.into(), document_number: None, text: text.into() }
}

fn lodged(points: Vec<Point>, materials: Vec<Material>) -> Ruling {
    lodge(&facts(), LodgeObjection { points, materials }, &subject_key(7))
}

fn officer(office: &str) -> Caller {
    Caller::Person {
        session: SessionNumber(1),
        person: Person { account: "staff:1".into(), name: "李".into(), mandate: None },
        holder: Holder::Office { authority: AuthorityCode(office.into()), duties: Vec::new() },
    }
}

#[test]
fn article_06_what_is_written_in_an_objection_is_plain_and_everything_wrong_is_said_at_once() {
    assert_eq!(codes(&lodged(vec![point("未作出该处罚")], vec![material("判决书", "")])), []);
    let wrong = lodged(vec![point(" "), point("未作出"), point("致电 13812345678")], Vec::new());
    let expected =
        [("words_missing", "points[0].statement"), ("personal_number_in_words", "points[2].statement")]
            .map(|(code, field)| (code.to_owned(), Some(field.to_owned())));
    assert_eq!(codes(&wrong), expected);
    let wrong = lodged(vec![point("未作出")], vec![material("", "见附件"), material("证明", "a\u{0}")]);
    let expected = [("words_missing", "materials[0].title"), ("words_not_plain", "materials[1].text")]
        .map(|(code, field)| (code.to_owned(), Some(field.to_owned())));
    assert_eq!(codes(&wrong), expected);
}

#[test]
fn article_37_points_and_materials_have_a_measure() {
    let points = |count| vec![point("未作出"); count];
    assert_eq!(codes(&lodged(points(POINTS_MAX), vec![material("证明", ""); MATERIALS_MAX])), []);
    assert_eq!(codes(&lodged(points(POINTS_MAX + 1), Vec::new()))[0].0, "points_missing");
    assert_eq!(
        codes(&lodged(points(1), vec![material("证明", ""); MATERIALS_MAX + 1]))[0].0,
        "too_many_materials"
    );
}

#[test]
fn article_37_only_the_subject_lodges() {
    let ask = || LodgeObjection { points: vec![point("未作出")], materials: Vec::new() };
    for by in [office("market"), officer("market"), Caller::Operator] {
        assert_eq!(codes(&lodge(&facts(), ask(), &by))[0].0, "subject_only");
    }
    assert_eq!(codes(&lodge(&facts(), ask(), &subject_key(8)))[0].0, "not_about_you");
}

#[test]
fn articles_33_37_a_case_is_read_by_whom_it_concerns_and_there_is_one_answer_for_everyone_else() {
    let ruling = lodged(vec![point("未作出")], Vec::new());
    let Ruling::Granted { events, .. } = ruling else { panic!("{ruling:?}") };
    let act = Act { caller: subject_key(7), event: events[0].clone() };
    let case = Case::of([(EntryNumber(9), day("2026-06-01").start(), act)]);
    assert!(case.as_ref().is_some_and(|case| case.state().is_open() && case.lodged.officer.is_none()));
    let read = |by: &Caller, superior| {
        let facts = CaseFacts {
            case: case.clone(),
            record: None,
            involved: Vec::new(),
            authority: by.office().map(|office| authority(&office.0)),
            barred_until: None,
        };
        let read = may_read(&facts, superior, by).map(|case| case.case);
        read.map_err(|refusal| refusal.grounds[0].code.to_string())
    };
    for (by, superior) in [
        (subject_key(7), false),
        (officer("market"), false),
        (officer("government"), true),
        (officer("economy"), false),
        (Caller::Operator, false),
    ] {
        assert_eq!(read(&by, superior), Ok(CaseNumber(1)), "{by:?}");
    }
    for by in [subject_key(8), officer("tax")] {
        assert_eq!(read(&by, false), Err("no_such_case".to_owned()), "{by:?}");
    }
}

#[test]
fn article_37_a_case_begins_with_what_lodges_it() {
    let accepted = serde_json::json!({"event": "case_accepted", "case": 1, "kind": "objection", "subject": 7, "record": 1});
    let act = Act { caller: officer("market"), event: serde_json::from_value(accepted).unwrap() };
    assert_eq!(Case::of([(EntryNumber(9), day("2026-06-01").start(), act)]), None);
    assert_eq!(Case::of([]), None);
}

#[test]
fn article_38_only_what_is_untrustworthy_and_not_restored_is_restored_by_its_filer() {
    let ask = || RestoreRecord {
        performance_document: "缴款凭证".into(),
        commitment_document: "承诺书".into(),
        reason: "已履行".into(),
    };
    let law = law_on("2026-11-23");
    let by = officer("market");
    let restored = |record: &Record, by: &Caller| codes(&restore(&law, Some(record), ask(), by));
    let standing = penalty(General, "2026-05-06");
    assert_eq!(restored(&standing, &by), []);
    let commendation = record(1, "commendation", Other, None, day("2026-05-06"));
    assert_eq!(restored(&commendation, &by)[0].0, "nothing_to_restore");
    let again = Record { restored: Some(EntryNumber(9)), ..standing.clone() };
    assert_eq!(restored(&again, &by)[0].0, "already_restored");
    let revoked = Record { revoked: Some(EntryNumber(9)), ..standing.clone() };
    assert_eq!(restored(&revoked, &by)[0].0, "record_not_standing");
    // Undoing it is for a person of the same office, with a reason.
    let undone = |record: &Record, reason: &str, by: &Caller| codes(&undo(&law, Some(record), reason, by));
    assert_eq!(undone(&again, "凭证系伪造", &by), []);
    assert_eq!(undone(&again, " ", &by)[0].0, "reason_missing");
    assert_eq!(undone(&again, "凭证系伪造", &officer("tax"))[0].0, "not_your_record");
    let program = Caller::Key {
        key: KeyNumber(1),
        holder: Holder::Office { authority: AuthorityCode("market".into()), duties: Vec::new() },
        person: None,
    };
    assert_eq!(undone(&again, "凭证系伪造", &program)[0].0, "person_needed");
    assert_eq!(undone(&standing, "凭证系伪造", &by)[0].0, "not_restored");
}
