//! What becomes of a record: correction, revocation, withdrawal, restoration (Articles 14, 36, 38).

use law::{InformationClass, Severity};
use register::acts::information::correction::{CorrectRecord, CorrectionFacts, correct, revoke};
use register::acts::information::filing::FilingFacts;
use register::acts::rights::restoration::{RestoreRecord, restore};
use register::acts::rights::withdrawal::{WithdrawalFacts, resume, withdraw};
use register::event::Event;
use register::record::Content;
use register::ruling::Ruling;
use register::subject::{EntryNumber, SubjectKind};
use serde_json::{Value, json};

use super::fixture::{
    authority, catalogue, compiled, day, law_on, line, office, penalty, record, subject, subject_key,
};

fn code(ruling: &Ruling) -> Option<String> {
    match ruling {
        Ruling::Granted { .. } => None,
        Ruling::Refused { refusal, .. } => Some(refusal.grounds[0].code.to_string()),
    }
}

fn corrected(by: &str, fields: Value, reason: &str) -> Ruling {
    let catalogue = catalogue();
    let authority = authority("market");
    let mut content = line();
    content.remove("code");
    let facts = CorrectionFacts {
        record: Some(penalty(Severity::General, "2026-10-09")),
        subject: Some(subject(SubjectKind::LegalPerson)),
        content: Some(Content {
            document_number: "京市监〔2026〕1号".into(),
            certificate_number: None,
            fields: content,
        }),
        filing: Some(FilingFacts {
            authority: &authority,
            item: compiled(&catalogue, "penalty"),
            edition: 1,
        }),
    };
    let ask = CorrectRecord { fields: fields.as_object().unwrap().clone(), reason: reason.into() };
    correct(&law_on("2026-11-23"), &facts, ask, &office(by))
}

#[test]
fn article_14_a_correction_is_a_new_version_judged_like_a_filed_line() {
    let ruling = corrected("market", json!({"kinds": ["吊销许可证件"]}), "决定书更正");
    let Ruling::Granted { events, .. } = ruling else { panic!("{ruling:?}") };
    assert!(
        matches!(&events[0], Event::RecordCorrected(event) if event.version == 2 && event.severity == Some(Severity::Serious))
    );
    for (by, fields, reason, refused) in [
        ("tax", json!({"facts": "x"}), "r", "not_your_record"),
        ("market", json!({"facts": "x"}), " ", "reason_missing"),
        ("market", json!({"code": "911100001000044477"}), "r", "subject_is_fixed"),
        ("market", json!({"decided": "2026-02-30"}), "r", "not_of_the_format"),
        ("market", json!({"decided": "2026-10-10"}), "r", "display_lengthened"),
        ("market", json!({"kinds": null}), "r", "not_of_the_format"),
        ("market", json!({"facts": "未按规定公示年度报告"}), "r", "nothing_changes"),
    ] {
        assert_eq!(code(&corrected(by, fields, reason)).as_deref(), Some(refused));
    }
}

#[test]
fn article_14_only_the_filer_revokes_and_only_once() {
    let mut record = penalty(Severity::General, "2026-10-09");
    assert_eq!(code(&revoke(Some(&record), "错误".into(), &office("market"))), None);
    assert_eq!(
        code(&revoke(Some(&record), "错误".into(), &office("tax"))).as_deref(),
        Some("not_your_record")
    );
    assert_eq!(code(&revoke(None, "错误".into(), &office("market"))).as_deref(), Some("not_your_record"));
    record.revoked = Some(EntryNumber(5));
    assert_eq!(
        code(&revoke(Some(&record), "错误".into(), &office("market"))).as_deref(),
        Some("record_not_standing")
    );
}

#[test]
fn article_36_only_the_subject_withdraws_and_only_what_the_article_names() {
    let catalogue = catalogue();
    let facts = |item: &'static str, class| WithdrawalFacts {
        record: Some(record(1, item, class, None, day("2026-05-01"))),
        item: Some(&compiled(&catalogue, item).item),
    };
    let mut commendation = facts("commendation", InformationClass::Other);
    assert_eq!(code(&withdraw(&commendation, &subject_key(7))), None);
    assert_eq!(code(&withdraw(&commendation, &subject_key(8))).as_deref(), Some("not_about_you"));
    assert_eq!(code(&withdraw(&commendation, &office("market"))).as_deref(), Some("not_about_you"));
    assert_eq!(code(&resume(&commendation, &subject_key(7))).as_deref(), Some("not_withdrawn"));
    if let Some(record) = &mut commendation.record {
        record.withdrawn = Some(EntryNumber(4));
    }
    assert_eq!(code(&withdraw(&commendation, &subject_key(7))).as_deref(), Some("already_withdrawn"));
    assert_eq!(code(&resume(&commendation, &subject_key(7))), None);
    let penalty = facts("penalty", InformationClass::Untrustworthiness);
    assert_eq!(code(&withdraw(&penalty, &subject_key(7))).as_deref(), Some("not_withdrawable"));
}

#[test]
fn article_38_restoration_waits_for_the_shortest_display_and_its_documents() {
    let ask = || RestoreRecord {
        performance_document: "缴款凭证1".into(),
        commitment_document: "承诺书1".into(),
        reason: "已履行".into(),
    };
    let general = penalty(Severity::General, "2026-05-30");
    let on = |today: &str| code(&restore(&law_on(today), Some(&general), ask(), &office("market")));
    assert_eq!(on("2026-08-29").as_deref(), Some("too_early"));
    assert_eq!(on("2026-08-30"), None);
    let undocumented = RestoreRecord { performance_document: String::new(), ..ask() };
    let ruling = restore(&law_on("2026-11-23"), Some(&general), undocumented, &office("market"));
    assert_eq!(code(&ruling).as_deref(), Some("documents_missing"));
    assert_eq!(
        code(&restore(&law_on("2026-11-23"), Some(&general), ask(), &office("tax"))).as_deref(),
        Some("not_your_record")
    );
}
