//! acts/information/catalogue.rs, acts/information/commencement.rs, acts/information/verification.rs
//!
//! Publishing, commencement and the verification of codes (Articles 10, 11, 13, 14, 15, 56).

use register::acts::information::catalogue::{CatalogueFacts, enrol, publish};
use register::acts::information::commencement::{InstrumentVersion, take_force};
use register::acts::information::verification::{VerificationFacts, verify};
use register::event::Event;
use register::ruling::Ruling;
use register::subject::SubjectKind;
use serde_json::json;

use super::fixture::{authority, day, edition, item, law_on, office, subject};

fn code(ruling: &Ruling) -> Option<String> {
    match ruling {
        Ruling::Granted { .. } => None,
        Ruling::Refused { refusal, .. } => Some(refusal.grounds[0].code.to_string()),
    }
}

#[test]
fn article_10_an_edition_is_published_whole_and_never_with_a_fault() {
    let facts = || CatalogueFacts {
        newest: 2,
        current: Vec::new(),
        authorities: vec![authority("market")],
        today: day("2026-11-23"),
    };
    let good = || item("penalty", "untrustworthiness", &["legal_person"], "proactive", "unconditional", &[]);
    let Ruling::Granted { events, .. } = publish(&facts(), edition(vec![good()])) else {
        panic!("a good edition is published")
    };
    assert!(matches!(&events[0], Event::CataloguePublished(event) if event.number == 3));
    assert_eq!(code(&publish(&facts(), edition(vec![good(), good()]))).as_deref(), Some("catalogue_refused"));
    let mut strange = good();
    strange["providers"] = json!(["nobody"]);
    assert_eq!(code(&publish(&facts(), edition(vec![strange]))).as_deref(), Some("catalogue_refused"));
    assert_eq!(code(&enrol(authority("tax"))), None);
}

#[test]
fn article_15_only_a_law_or_an_administrative_regulation_extends_display() {
    let facts = CatalogueFacts {
        newest: 0,
        current: Vec::new(),
        authorities: vec![authority("market")],
        today: day("2026-11-23"),
    };
    for (rank, refused) in
        [("rule", true), ("local_regulation", true), ("administrative_regulation", false), ("law", false)]
    {
        let mut extended =
            item("penalty", "untrustworthiness", &["legal_person"], "proactive", "unconditional", &[]);
        extended["display_period"] =
            json!({"extended": {"months": 60, "basis": {"name": {"zh": "法", "en": "law"}, "rank": rank}}});
        let ruling = publish(&facts, edition(vec![extended]));
        assert_eq!(code(&ruling).is_some(), refused, "{rank}");
    }
}

#[test]
fn article_56_each_version_gets_its_entry_on_the_day_it_takes_force_and_no_second_one() {
    let before = take_force(&law_on("2026-03-31"), &[]);
    let recorded: Vec<InstrumentVersion> = before
        .iter()
        .map(|event| match event {
            Event::LawTookForce(event) => {
                InstrumentVersion { instrument: event.instrument.clone(), from: event.from }
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(take_force(&law_on("2026-03-31"), &recorded).is_empty());
    let on_the_day = take_force(&law_on("2026-04-01"), &recorded);
    assert!(matches!(on_the_day.as_slice(), [Event::LawTookForce(event)] if event.from == day("2026-04-01")));
}

#[test]
fn article_14_a_flagged_code_is_verified_by_the_big_data_centre_with_a_document() {
    let facts = |flagged: bool, by: &str| {
        let mut subject = subject(SubjectKind::LegalPerson);
        subject.flagged = flagged;
        VerificationFacts { subject: Some(subject), authority: Some(authority(by)) }
    };
    assert_eq!(code(&verify(&facts(true, "data-centre"), "执照".into(), &office("data-centre"))), None);
    for (flagged, by, reason, refused) in [
        (true, "market", "执照", "operator_only"),
        (true, "data-centre", " ", "reason_missing"),
        (false, "data-centre", "执照", "nothing_to_verify"),
    ] {
        assert_eq!(code(&verify(&facts(flagged, by), reason.into(), &office(by))).as_deref(), Some(refused));
    }
}

#[test]
fn article_15_a_new_edition_never_shows_longer_or_more_widely_what_was_filed_before() {
    let penalty = |disclosure: &str, period: serde_json::Value| {
        let mut item =
            item("penalty", "untrustworthiness", &["legal_person"], disclosure, "unconditional", &[]);
        item["display_period"] = period;
        item
    };
    let publish_after = |before: serde_json::Value, after: serde_json::Value| {
        let current = edition(vec![before]).items;
        let facts = CatalogueFacts {
            newest: 1,
            current,
            authorities: vec![authority("market")],
            today: day("2026-11-23"),
        };
        code(&publish(&facts, edition(vec![after])))
    };
    let (short, lawful) = (json!({"at_most_months": 6}), json!("by_law"));
    assert_eq!(
        publish_after(penalty("proactive", lawful.clone()), penalty("on_application", short.clone())),
        None
    );
    for after in [penalty("on_application", lawful), penalty("proactive", short.clone())] {
        let refused = publish_after(penalty("on_application", short.clone()), after);
        assert_eq!(refused.as_deref(), Some("catalogue_refused"));
    }
}
