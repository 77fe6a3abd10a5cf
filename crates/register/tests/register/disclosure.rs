//! Who sees what until when (Articles 11, 15, 20, 35), at the edges and for any sequence.

use law::{Day, InformationClass, Law, Severity};
use proptest::prelude::*;
use register::authority::{AuthorityCode, Duty};
use register::catalogue::DisplayPeriod;
use register::rules::disclosure::{Reach, Viewer, WithheldReason, reach, see};
use register::rules::display_period::{Display, display};
use register::subject::{EntryNumber, SubjectKind};

use super::fixture::{catalogue, compiled, day, law_on, penalty, record, subject};

#[test]
fn article_15_the_last_day_is_itself_included() {
    let catalogue = catalogue();
    let item = &compiled(&catalogue, "penalty").item;
    let serious = penalty(Severity::Serious, "2023-05-10");
    assert!(display(&serious, item, &law_on("2026-05-10")).is_displayed());
    assert!(
        matches!(display(&serious, item, &law_on("2026-05-11")), Display::Ended { last_day, .. } if last_day == day("2026-05-10"))
    );
    let leap = penalty(Severity::Serious, "2024-02-29");
    assert_eq!(display(&leap, item, &law_on("2026-11-23")).last_day(), Some(day("2027-02-28")));
}

#[test]
fn article_15_a_later_shorter_limit_shortens_from_the_day_it_takes_force() {
    let catalogue = catalogue();
    let item = &compiled(&catalogue, "penalty").item;
    let general = penalty(Severity::General, "2024-06-30");
    assert_eq!(display(&general, item, &law_on("2026-03-31")).last_day(), Some(day("2027-06-30")));
    assert!(
        matches!(display(&general, item, &law_on("2026-04-01")), Display::Ended { last_day, .. } if last_day == day("2025-06-30"))
    );
}

#[test]
fn article_15_minor_untrustworthiness_is_never_displayed() {
    let catalogue = catalogue();
    let item = &compiled(&catalogue, "penalty").item;
    for on in ["2022-06-01", "2024-06-01", "2026-06-01"] {
        let minor = penalty(Severity::Minor, "2022-05-01");
        assert!(
            matches!(display(&minor, item, &law_on(on)), Display::Not { why, .. } if why == "minor"),
            "{on}"
        );
    }
}

#[test]
fn article_15_basic_and_other_information_is_displayed_long_term() {
    let catalogue = catalogue();
    let item = &compiled(&catalogue, "commendation").item;
    let old = record(1, "commendation", InformationClass::Other, None, day("2016-05-01"));
    assert_eq!(display(&old, item, &law_on("2026-11-23")), Display::LongTerm);
}

#[test]
fn article_35_a_flagged_code_is_held_from_all_but_its_subject() {
    let catalogue = catalogue();
    let item = &compiled(&catalogue, "penalty").item;
    let mut flagged = subject(SubjectKind::LegalPerson);
    flagged.flagged = true;
    let law = law_on("2026-11-23");
    let record = penalty(Severity::Serious, "2026-05-10");
    let office = AuthorityCode("market".into());
    let officer = Viewer::Officer { authority: &office, duty: Duty::new(1).unwrap() };
    for viewer in [Viewer::Public, officer] {
        assert_eq!(
            see(&viewer, &flagged, &record, Some(item), &law),
            Err(WithheldReason::HeldForVerification)
        );
    }
    assert!(see(&Viewer::Subject, &flagged, &record, Some(item), &law).is_ok());
    flagged.verified = Some(EntryNumber(9));
    assert!(see(&Viewer::Public, &flagged, &record, Some(item), &law).is_ok());
}

#[test]
fn article_20_an_officer_sees_what_the_sharing_category_allows_the_duty() {
    let catalogue = catalogue();
    let law = law_on("2026-11-23");
    let company = subject(SubjectKind::LegalPerson);
    let sees = |office: &str, duty: u8, item: &str| {
        let office = AuthorityCode(office.into());
        let viewer = Viewer::Officer { authority: &office, duty: Duty::new(duty).unwrap() };
        let record = record(1, item, InformationClass::Other, None, day("2026-05-01"));
        see(&viewer, &company, &record, Some(&compiled(&catalogue, item).item), &law).is_ok()
    };
    assert!(sees("tax", 5, "commendation"));
    assert!(!sees("tax", 1, "commendation"));
    assert!(!sees("tax", 1, "internal"));
    assert!(sees("market", 1, "internal"));
}

#[test]
fn article_34_a_subject_is_told_who_sees_a_record_as_it_is() {
    let catalogue = catalogue();
    let law = law_on("2026-11-23");
    let reach_of = |kind, code: &str, record: &register::record::Record| {
        reach(&subject(kind), record, Some(&compiled(&catalogue, code).item), &law)
    };
    let internal = record(1, "internal", InformationClass::Other, None, day("2026-05-01"));
    let own = reach_of(SubjectKind::LegalPerson, "internal", &internal);
    assert!(!own.everyone && own.duties.is_empty() && own.filing_office);
    let recent = penalty(Severity::Serious, "2026-05-10");
    let company = reach_of(SubjectKind::LegalPerson, "penalty", &recent);
    let person = reach_of(SubjectKind::NaturalPerson, "penalty", &recent);
    assert!(company.everyone && !person.everyone);
    assert_eq!((company.duties, company.by_consent), (person.duties, person.by_consent));
    // What is no longer displayed is seen by nobody but its subject, whatever the item says.
    let over = penalty(Severity::Serious, "2020-05-10");
    let nobody = Reach { everyone: false, duties: Vec::new(), filing_office: false, by_consent: false };
    assert_eq!(reach_of(SubjectKind::LegalPerson, "penalty", &over), nobody);
}

fn any_day(from: &'static str, days: i64) -> impl Strategy<Value = Day> {
    (0..days).prop_map(move |offset| day(from).plus_days(offset))
}

proptest! {
    /// For any law version, any severity, any filing delay, any item limit and any sequence of acts on the record.
    #[test]
    fn article_15_no_untrustworthiness_is_in_a_public_view_after_its_last_day(
        finding in any_day("2013-01-01", 5000),
        delay in 0_i64..800,
        today in any_day("2016-01-01", 4700),
        severity in prop_oneof![Just(Severity::Minor), Just(Severity::General), Just(Severity::Serious)],
        months in 1_u32..100,
        limited in any::<bool>(),
        revoked in any::<bool>(), restored in any::<bool>(), in_force in any::<bool>(),
        kind in prop::sample::select(SubjectKind::ALL.to_vec()),
    ) {
        let filed = finding.plus_days(delay);
        prop_assume!(filed <= today && filed >= day("2016-01-01"));
        let catalogue = catalogue();
        let mut item = compiled(&catalogue, "penalty").item.clone();
        if limited { item.display_period = DisplayPeriod::AtMostMonths(months); }
        let law = Law::load().unwrap().on(today).unwrap();
        let mut record = record(1, "penalty", InformationClass::Untrustworthiness, Some(severity), finding);
        record.filed_day = filed;
        record.in_force = in_force;
        record.revoked = revoked.then_some(EntryNumber(4));
        record.restored = restored.then_some(EntryNumber(5));
        if let Ok(extent) = see(&Viewer::Public, &subject(kind), &record, Some(&item), &law) {
            prop_assert!(!kind.is_human());
            prop_assert!(in_force && !revoked && !restored);
            prop_assert!(severity != Severity::Minor);
            prop_assert!(today <= finding.plus_months(36));
            prop_assert!(!limited || today <= finding.plus_months(i64::from(months)));
            if today >= day("2026-04-01") && severity == Severity::General {
                prop_assert!(today <= finding.plus_months(12));
            }
            prop_assert_eq!(extent.public_fields_only, true);
        }
    }

    /// The subject sees every record in force about them, whatever was done to it.
    #[test]
    fn article_34_nothing_is_withheld_from_its_subject(
        finding in any_day("2016-01-01", 3900),
        revoked in any::<bool>(), restored in any::<bool>(), withdrawn in any::<bool>(), flagged in any::<bool>(),
        kind in prop::sample::select(SubjectKind::ALL.to_vec()),
    ) {
        let catalogue = catalogue();
        let item = &compiled(&catalogue, "penalty").item;
        let mut record = record(1, "penalty", InformationClass::Untrustworthiness, Some(Severity::General), finding);
        record.revoked = revoked.then_some(EntryNumber(4));
        record.restored = restored.then_some(EntryNumber(5));
        record.withdrawn = withdrawn.then_some(EntryNumber(6));
        let mut subject = subject(kind);
        subject.flagged = flagged;
        let extent = see(&Viewer::Subject, &subject, &record, Some(item), &law_on("2026-11-23"));
        prop_assert!(extent.is_ok_and(|extent| extent.unmasked && !extent.public_fields_only));
    }
}
