//! Inquiry and consent (Articles 20, 34, 35, 53(3)).

use law::Severity;
use register::acts::information::inquiry::{Inquire, Inquired, InquiryFacts, Purpose, inquire};
use register::acts::rights::consent::{Consent, ConsentNumber, Grantee};
use register::authority::Duty;
use register::caller::Caller;
use register::catalogue::ItemCode;
use register::event::Event;
use register::rules::enumeration::Standing;
use register::rules::identification::Identified;
use register::ruling::Ruling;
use register::subject::{EntryNumber, SubjectKind, SubjectNumber};

use super::fixture::{
    authority, bank, catalogue, content, day, law_on, office, penalty, subject, subject_key, third_party,
};

fn consent() -> Consent {
    Consent {
        number: ConsentNumber(1),
        subject: SubjectNumber(7),
        grantee: Grantee { name: "某银行".into(), identifier: bank() },
        items: vec![ItemCode("penalty".into())],
        purpose: "贷款".into(),
        last_day: day("2026-12-31"),
        uses_left: Some(2),
        given: EntryNumber(1),
        revoked: None,
    }
}

fn ask(
    known: bool,
    office_code: Option<&str>,
    consent: Option<Consent>,
    purpose: Purpose,
    by: &Caller,
) -> Inquired {
    let catalogue = catalogue();
    let subject = subject(SubjectKind::LegalPerson);
    let about = Identified { identifier: subject.identifier.clone(), kind: subject.kind, flagged: false };
    let records =
        if known { vec![(penalty(Severity::Serious, "2026-05-10"), content())] } else { Vec::new() };
    let authority = office_code.map(authority);
    let facts = InquiryFacts {
        catalogue: &catalogue,
        subject: known.then_some(&subject),
        next_subject: SubjectNumber(99),
        records: &records,
        authority: authority.as_ref(),
        consent: consent.as_ref(),
        read_at: 40,
        standing: Standing::Free,
    };
    inquire(&law_on("2026-11-23"), &facts, Inquire { about, purpose }, by)
}

fn duty(number: u8) -> Purpose {
    Purpose::Duty { duty: Duty::new(number).unwrap(), matter: "京市监案2026-17".into() }
}

fn events(inquired: &Inquired) -> &[Event] {
    match &inquired.ruling {
        Ruling::Granted { events, .. } | Ruling::Refused { events, .. } => events,
    }
}

#[test]
fn article_53_every_answer_has_an_event_that_names_what_was_shown() {
    let inquired = ask(true, Some("tax"), None, duty(1), &office("tax"));
    assert_eq!(inquired.records.len(), 1);
    let [Event::InquiryAnswered(event)] = events(&inquired) else { panic!("one answer, one event") };
    assert_eq!(event.shown.len(), 1);
    assert_eq!(event.read_at, 40);
    let masked = inquired.records[0].fields.iter().find(|field| field.name == "representative").unwrap();
    assert_eq!(masked.value, "欧**");
}

#[test]
fn article_20_an_office_without_the_duty_is_refused_and_the_subject_can_see_it() {
    let inquired = ask(true, Some("tax"), None, duty(4), &office("tax"));
    assert!(matches!(inquired.ruling, Ruling::Refused { .. }));
    assert!(inquired.records.is_empty());
    assert!(matches!(events(&inquired), [Event::InquiryRefused(event)] if event.subject == SubjectNumber(7)));
}

#[test]
fn article_20_an_inquiry_names_its_matter() {
    let purpose = Purpose::Duty { duty: Duty::new(1).unwrap(), matter: "  ".into() };
    assert!(matches!(ask(true, Some("tax"), None, purpose, &office("tax")).ruling, Ruling::Refused { .. }));
}

#[test]
fn article_34_a_look_at_someone_unknown_is_kept_for_whoever_it_turns_out_to_be() {
    let inquired = ask(false, Some("tax"), None, duty(1), &office("tax"));
    assert!(inquired.records.is_empty() && inquired.withheld.is_empty());
    let [Event::InquiryAnswered(answered)] = events(&inquired) else { panic!("one look, one event") };
    assert_eq!(answered.subject, SubjectNumber(99));
    assert_eq!(answered.registers.as_ref().map(|registered| registered.subject), Some(SubjectNumber(99)));
}

#[test]
fn article_35_ones_own_information_is_opened_to_oneself_only() {
    assert_eq!(ask(true, None, None, Purpose::Own, &subject_key(7)).records.len(), 1);
    for by in [subject_key(8), third_party(), office("tax")] {
        assert!(matches!(ask(true, Some("tax"), None, Purpose::Own, &by).ruling, Ruling::Refused { .. }));
    }
}

#[test]
fn article_35_a_consent_opens_what_it_names_to_whom_it_names_until_its_last_day() {
    let purpose = || Purpose::Consent { consent: ConsentNumber(1) };
    let granted = ask(true, None, Some(consent()), purpose(), &third_party());
    assert_eq!(granted.records.len(), 1);
    assert!(matches!(events(&granted), [Event::InquiryAnswered(event)] if event.uses_left == Some(1)));
    let refused = |change: fn(&mut Consent), by: &Caller| {
        let mut consent = consent();
        change(&mut consent);
        let inquired = ask(true, None, Some(consent), purpose(), by);
        assert!(inquired.records.is_empty());
        matches!(inquired.ruling, Ruling::Refused { .. })
    };
    assert!(refused(|consent| consent.revoked = Some(EntryNumber(9)), &third_party()));
    assert!(refused(|consent| consent.last_day = day("2026-11-22"), &third_party()));
    assert!(refused(|consent| consent.uses_left = Some(0), &third_party()));
    assert!(refused(|consent| consent.subject = SubjectNumber(8), &third_party()));
    assert!(refused(|_| (), &office("tax")));
    assert!(!refused_scope());
}

/// An item outside the scope is withheld and counted, not refused.
fn refused_scope() -> bool {
    let mut consent = consent();
    consent.items = vec![ItemCode("commendation".into())];
    let inquired =
        ask(true, None, Some(consent), Purpose::Consent { consent: ConsentNumber(1) }, &third_party());
    assert!(inquired.records.is_empty());
    assert_eq!(inquired.withheld[0].count, 1);
    matches!(inquired.ruling, Ruling::Refused { .. })
}
