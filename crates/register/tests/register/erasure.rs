//! Erasure: three grounds, and who may (Articles 6, 14, 15).

use register::acts::information::erasure::{
    EraseRecords, ErasedEntry, ErasedRecord, ErasureFacts, ErasureGround, OfSubject, erase,
};
use register::caller::Caller;
use register::catalogue::Retention;
use register::event::Event;
use register::ruling::Ruling;
use register::subject::EntryNumber;

use super::fixture::{catalogue, compiled, day, law_on, office, penalty};

/// The rule of the catalogue's retention period.
const RULE: &str = "档案管理规定第9条";

fn asked(ground: ErasureGround, by: &Caller, on: &str, found: bool) -> Ruling {
    let catalogue = catalogue();
    let record = penalty(law::Severity::General, "2023-05-10");
    let subject = record.subject;
    let ask = EraseRecords { records: vec![record.number], ground };
    let entries =
        vec![ErasedEntry { entry: EntryNumber(7), kind: "record_filed".into(), day: day("2023-05-11") }];
    let record = found.then_some(record);
    let mut item = compiled(&catalogue, "penalty").item.clone();
    // The catalogue keeps them five years; nobody else sets a period.
    item.retention = Some(Retention { months: 60, source: RULE.into() });
    let facts = ErasureFacts {
        records: vec![ErasedRecord { record, item: Some(&item) }],
        subjects: vec![(subject, OfSubject { entries, ..OfSubject::default() })],
    };
    erase(&law_on(on), &facts, &ask, by)
}

fn code(ruling: &Ruling) -> Option<String> {
    match ruling {
        Ruling::Granted { .. } => None,
        Ruling::Refused { refusal, .. } => Some(refusal.grounds[0].code.to_string()),
    }
}

fn unlawful(document: &str) -> ErasureGround {
    ErasureGround::UnlawfulCollection { document: document.into() }
}

#[test]
fn article_14_the_operator_and_the_filing_authority_may_erase_and_nobody_else() {
    for (by, refused) in
        [(Caller::Operator, None), (office("market"), None), (office("tax"), Some("not_your_record"))]
    {
        let ruling = asked(unlawful("认定书2026-1"), &by, "2026-11-23", true);
        assert_eq!(code(&ruling).as_deref(), refused, "{by:?}");
    }
    let ruling = asked(unlawful("认定书2026-1"), &Caller::Operator, "2026-11-23", false);
    assert_eq!(code(&ruling).as_deref(), Some("not_your_record"));
    let Ruling::Granted { events, .. } =
        asked(unlawful("认定书2026-1"), &Caller::Operator, "2026-11-23", true)
    else {
        panic!("granted");
    };
    let [Event::RecordsErased(erased)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(erased.told(), "unlawful-collection: 认定书2026-1; record_filed 2023-05-11 (7)");
}

#[test]
fn article_15_retention_ends_after_its_last_day_and_never_while_the_record_is_displayed() {
    let retention = |months| ErasureGround::Retention { months, source: RULE.into() };
    for (months, on, refused) in [
        (60, "2028-05-10", Some("still_retained")),
        (60, "2028-05-11", None),
        (1, "2024-01-01", Some("retention_not_configured")),
        (0, "2040-01-01", Some("retention_not_configured")),
    ] {
        let ruling = asked(retention(months), &Caller::Operator, on, true);
        assert_eq!(code(&ruling).as_deref(), refused, "{months} {on}");
    }
    // A law that is named needs no period; a ground that names nothing is none.
    let law = |law: &str| ErasureGround::NamedLaw { law: law.into() };
    assert_eq!(code(&asked(law("个人信息保护法第47条"), &Caller::Operator, "2024-01-01", true)), None);
    for empty in [law(" "), unlawful("")] {
        let ruling = asked(empty, &Caller::Operator, "2026-11-23", true);
        assert_eq!(code(&ruling).as_deref(), Some("ground_missing"));
    }
}
