use super::*;
use crate::terms::InformationClass::{Basic, Other, Untrustworthiness};
use proptest::prelude::*;

fn law() -> Law {
    Law::load().unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn on(text: &str) -> LawInForce {
    law().on(day(text)).unwrap()
}

fn last(text: &str) -> DisplayEnd {
    DisplayEnd::LastDay(day(text))
}

/// The end of display of a record of untrustworthiness as the law stands on `today`.
fn end(today: &str, severity: Severity, finding: &str, filed: &str) -> DisplayEnd {
    on(today).display_term(Untrustworthiness, Some(severity), day(finding), day(filed)).end
}

/// The carried files with one of them changed.
fn changed(name: &str, from: &str, to: &str) -> Result<Law, LawError> {
    let files: Vec<(&str, String)> = Law::carried_files()
        .iter()
        .map(|(known, text)| {
            assert!(*known != name || text.contains(from), "`{from}` is not in `{name}`");
            (*known, if *known == name { text.replacen(from, to, 1) } else { (*text).to_owned() })
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Law::from_files(&files)
}

const DRAFT: &str = "beijing-social-credit/2016-01-01.toml";
const ORDER_58: &str = "ndrc-credit-restoration/2023-05-01.toml";
const ORDER_36: &str = "ndrc-credit-restoration/2026-04-01.toml";

#[test]
fn the_versions_in_force_are_named_with_their_first_day() {
    assert_eq!(on("2016-01-01").versions(), ["beijing-social-credit@2016-01-01 (assumed)"]);
    assert_eq!(on("2023-04-30").versions(), ["beijing-social-credit@2016-01-01 (assumed)"]);
    assert_eq!(
        on("2026-03-31").versions(),
        ["beijing-social-credit@2016-01-01 (assumed)", "ndrc-credit-restoration@2023-05-01"]
    );
    assert_eq!(
        on("2026-11-23").versions(),
        ["beijing-social-credit@2016-01-01 (assumed)", "ndrc-credit-restoration@2026-04-01"]
    );
}

#[test]
fn article_56_a_day_before_the_assumed_first_day_has_no_law() {
    let error = law().on(day("2015-12-31")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no law applies on 2015-12-31: the first day of `beijing-social-credit` is 2016-01-01"
    );
    assert_eq!(law().first_day(), Some(day("2016-01-01")));
}

#[test]
fn article_15_basic_and_other_information_is_displayed_long_term() {
    for class in [Basic, Other] {
        for severity in [None, Some(Severity::Serious)] {
            let term = on("2026-11-23").display_term(class, severity, day("2016-02-01"), day("2016-02-02"));
            assert_eq!((term.end, term.citation), (DisplayEnd::LongTerm, Citation::article(15)));
        }
    }
}

#[test]
fn article_15_untrustworthiness_is_never_displayed_after_three_years() {
    assert_eq!(end("2023-05-10", Severity::Serious, "2023-05-10", "2023-05-10"), last("2026-05-10"));
    assert_eq!(end("2026-11-23", Severity::Serious, "2024-02-29", "2024-03-01"), last("2027-02-28"));
    assert_eq!(end("2018-01-01", Severity::General, "2017-01-01", "2017-01-05"), last("2020-01-01"));
}

#[test]
fn article_15_minor_untrustworthiness_is_not_displayed() {
    for today in ["2016-01-01", "2024-01-01", "2026-11-23"] {
        assert_eq!(end(today, Severity::Minor, "2016-01-01", "2016-01-01"), DisplayEnd::NotDisplayed);
    }
    let rules = on("2026-11-23").display_rules_since(day("2026-11-23"));
    let named = rules
        .iter()
        .filter_map(|rule| rule.limit(Untrustworthiness, Some(Severity::Minor))?.named_rule_months);
    assert_eq!(named.collect::<Vec<_>>(), [3, 3]);
}

#[test]
fn article_15_untrustworthiness_without_a_severity_is_shown_to_nobody() {
    let term = on("2026-11-23").display_term(Untrustworthiness, None, day("2026-11-01"), day("2026-11-02"));
    assert_eq!(term.end, DisplayEnd::NotDisplayed);
}

#[test]
fn article_15_a_later_shorter_limit_shortens_from_its_first_day() {
    let (finding, filed) = ("2025-02-10", "2025-02-12");
    assert_eq!(end("2026-03-31", Severity::General, finding, filed), last("2028-02-10"));
    let term =
        on("2026-04-01").display_term(Untrustworthiness, Some(Severity::General), day(finding), day(filed));
    assert_eq!(term.end, last("2026-02-10"));
    assert!(!term.end.allows(day("2026-04-01")));
    assert_eq!(
        (term.citation.to_string().as_str(), term.version.as_str()),
        ("ndrc-36", "ndrc-credit-restoration@2026-04-01")
    );
    assert_eq!(end("2026-04-01", Severity::Serious, finding, filed), last("2028-02-10"));
}

#[test]
fn article_15_a_later_longer_limit_never_lengthens() {
    let shorter = changed(
        ORDER_58,
        "severity = \"general\"\nlength = \"months\"\nmonths = 36",
        "severity = \"general\"\nlength = \"months\"\nmonths = 6",
    )
    .unwrap();
    let today = shorter.on(day("2026-11-23")).unwrap();
    let term =
        today.display_term(Untrustworthiness, Some(Severity::General), day("2026-03-01"), day("2026-03-31"));
    assert_eq!((term.end, term.version.as_str()), (last("2026-09-01"), "ndrc-credit-restoration@2023-05-01"));
    // Filed a day later, it never lived under the older rule.
    let term =
        today.display_term(Untrustworthiness, Some(Severity::General), day("2026-03-01"), day("2026-04-01"));
    assert_eq!(term.end, last("2027-03-01"));
    // And a finding from before the older rule was left alone by it.
    let term =
        today.display_term(Untrustworthiness, Some(Severity::General), day("2023-04-30"), day("2023-05-01"));
    assert_eq!((term.end, term.version.as_str()), (last("2024-04-30"), "ndrc-credit-restoration@2026-04-01"));
}

#[test]
fn article_15_findings_before_the_first_restoration_rule_have_the_ceiling_alone() {
    let term = on("2023-06-01").display_term(
        Untrustworthiness,
        Some(Severity::General),
        day("2021-07-01"),
        day("2021-07-02"),
    );
    assert_eq!((term.end, term.citation), (last("2024-07-01"), Citation::article(15)));
    assert_eq!(on("2023-04-30").display_rules_since(day("2020-01-01")).len(), 1);
    assert_eq!(on("2023-05-01").display_rules_since(day("2020-01-01")).len(), 2);
    assert_eq!(on("2026-04-01").display_rules_since(day("2020-01-01")).len(), 3);
    assert_eq!(on("2026-04-01").display_rules_since(day("2026-04-01")).len(), 2);
    assert_eq!(on("2026-04-01").display_rules_since(day("2030-04-01")).len(), 2);
}

#[test]
fn article_38_restoration_may_be_asked_for_after_the_minimum_of_the_severity() {
    let today = on("2026-11-23");
    let months = Severity::ALL.map(|severity| today.restoration_minimum_months(severity).unwrap().value);
    assert_eq!(months, [0, 3, 12]);
    assert_eq!(
        on("2025-01-01").restoration_minimum_months(Severity::General).unwrap().citation.to_string(),
        "ndrc-58"
    );
    assert_eq!(
        on("2023-04-30").restoration_minimum_months(Severity::General).unwrap_err().to_string(),
        "no rule in force on 2023-04-30 gives when restoration may be asked for"
    );
}

#[test]
fn article_37_objection_deadlines_are_declared_and_say_so() {
    let today = on("2026-11-23");
    let days = [
        Deadline::ObjectionMark,
        Deadline::ObjectionAccept,
        Deadline::ObjectionDecideOwnData,
        Deadline::ObjectionDecideWithProvider,
    ]
    .map(|deadline| today.deadline_working_days(deadline).unwrap());
    assert_eq!(days.map(|days| days.value), [0, 1, 3, 7]);
    assert!(
        days.iter()
            .all(|days| days.certainty == Certainty::Declared && days.citation == Citation::article(37))
    );
}

#[test]
fn article_19_every_class_of_incidents_has_a_declared_rule_and_the_graver_is_reported_sooner() {
    let today = on("2026-11-23");
    let classes = IncidentSeverity::ALL.map(|severity| today.incident_class(severity).unwrap());
    for class in classes {
        assert!(!class.rule_zh.is_empty() && class.rule_en.len() > 40);
        assert_eq!((class.citation.to_string().as_str(), class.certainty), ("19", Certainty::Declared));
    }
    assert_eq!(classes.map(|class| class.report_hours), [None, Some(24), Some(4)]);
    let deadlines = [
        Deadline::IncidentClassify,
        Deadline::IncidentContain,
        Deadline::IncidentReport,
        Deadline::IncidentTell,
        Deadline::IncidentClose,
    ];
    let days = deadlines.map(|deadline| today.deadline_working_days(deadline).unwrap());
    assert_eq!(days.map(|days| days.value), [1, 1, 1, 3, 30]);
    assert!(days.iter().all(|days| days.certainty == Certainty::Declared));
}

#[test]
fn article_38_deadlines_follow_the_version_in_force() {
    let days = |today: &str, deadline| on(today).deadline_working_days(deadline).map(|days| days.value).ok();
    assert_eq!(days("2026-04-01", Deadline::RestorationAccept), Some(3));
    assert_eq!(days("2026-04-01", Deadline::RestorationDecide), Some(7));
    assert_eq!(days("2026-04-01", Deadline::RestorationForward), None);
    assert_eq!(days("2026-03-31", Deadline::RestorationForward), Some(3));
    assert_eq!(days("2026-03-31", Deadline::RestorationReply), Some(10));
    assert_eq!(days("2020-01-01", Deadline::RestorationReply), None);
    assert_eq!(days("2020-01-01", Deadline::Publication), Some(7));
}

#[test]
fn article_2_conduct_counts_from_eighteen() {
    assert_eq!(on("2026-11-23").minimum_age_years().unwrap().value, 18);
}

#[test]
fn versions_that_take_force_are_told_for_the_journal() {
    let names = |versions: Vec<&Version>| versions.iter().map(ToString::to_string).collect::<Vec<_>>();
    let law = law();
    assert_eq!(
        names(law.versions_taking_force_on(day("2026-04-01"))),
        ["ndrc-credit-restoration@2026-04-01"]
    );
    assert!(law.versions_taking_force_on(day("2026-04-02")).is_empty());
    assert_eq!(
        names(law.versions_between(day("2016-01-01"), day("2026-04-01"))),
        ["ndrc-credit-restoration@2023-05-01", "ndrc-credit-restoration@2026-04-01"]
    );
    assert_eq!(law.versions().count(), 3);
}

#[test]
fn overlapping_versions_and_gaps_are_refused() {
    for end in ["last_day = \"2026-04-01\"", "last_day = \"2026-03-30\"", ""] {
        let error = changed(ORDER_58, "last_day = \"2026-03-31\"", end).unwrap_err();
        assert!(matches!(error, LawError::Sequence { .. }), "{error}");
    }
    let files: Vec<_> = Law::carried_files().iter().filter(|(name, _)| *name != DRAFT).copied().collect();
    assert!(matches!(Law::from_files(&files), Err(LawError::Sequence { .. })));
}

#[test]
fn a_day_after_the_end_of_an_instrument_is_a_loud_error() {
    let law = changed(
        ORDER_36,
        "first_day = \"2026-04-01\"",
        "first_day = \"2026-04-01\"\nlast_day = \"2026-12-31\"",
    )
    .unwrap();
    assert!(law.on(day("2026-12-31")).is_ok());
    let error = law.on(day("2027-01-01")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no law applies on 2027-01-01: `ndrc-credit-restoration` ended on 2026-12-31"
    );
}

#[test]
fn rules_that_disagree_are_refused() {
    for (name, from, to) in [
        // Longer than Article 15 allows, in another instrument and in the draft itself.
        (
            ORDER_36,
            "severity = \"serious\"\nlength = \"months\"\nmonths = 36",
            "severity = \"serious\"\nlength = \"months\"\nmonths = 37",
        ),
        (
            DRAFT,
            "severity = \"serious\"\nlength = \"months\"\nmonths = 36",
            "severity = \"serious\"\nlength = \"months\"\nmonths = 60",
        ),
        (
            DRAFT,
            "severity = \"serious\"\nlength = \"months\"\nmonths = 36",
            "severity = \"serious\"\nlength = \"long_term\"",
        ),
        // Longer than another instrument's ceiling in force at the same time.
        (
            DRAFT,
            "severity = \"general\"\nlength = \"months\"\nmonths = 36",
            "severity = \"general\"\nlength = \"months\"\nmonths = 24",
        ),
        // What is less grave displayed longer.
        (ORDER_36, "length = \"months\"\nmonths = 36", "length = \"months\"\nmonths = 6"),
        // The same thing twice, or missing.
        (
            ORDER_36,
            "severity = \"general\"\nlength = \"months\"",
            "severity = \"serious\"\nlength = \"months\"",
        ),
        (ORDER_36, "severity = \"general\"\nafter_months = 3", "severity = \"minor\"\nafter_months = 3"),
        (ORDER_36, "severity = \"serious\"\nafter_months = 12", "severity = \"serious\"\nafter_months = 37"),
        (ORDER_36, "name = \"restoration_decide\"", "name = \"restoration_reply\""),
        (DRAFT, "class = \"other\"", "class = \"basic\""),
        (DRAFT, "severity = \"grave\"", "severity = \"serious\""),
        // One deadline in two instruments.
        (ORDER_36, "name = \"restoration_decide\"", "name = \"correction\""),
        (
            ORDER_36,
            "[[deadline]]",
            "[minimum_age]\nyears = 18\narticle = \"ndrc-36\"\nsource = \"\"\ncertainty = \"L\"\n\n[[deadline]]",
        ),
    ] {
        let error = changed(name, from, to).unwrap_err();
        assert!(matches!(error, LawError::Contradiction { .. }), "{to}: {error}");
    }
}

#[test]
fn files_that_are_not_what_they_should_be_are_refused() {
    for (name, from, to) in [
        (ORDER_36, "first_day = \"2026-04-01\"", "first_day = \"2026-04-02\""),
        (ORDER_36, "article = \"ndrc-36\"", "article = \"ndrc-58\""),
        (ORDER_36, "article = \"ndrc-36\"", "article = \"57\""),
        (ORDER_36, "findings_before_first_day = \"covered\"", ""),
        (ORDER_36, "months = 12", "days = 12"),
        (ORDER_36, "length = \"months\"\nmonths = 12", "length = \"months\""),
        (ORDER_36, "length = \"months\"\nmonths = 12", "length = \"months\"\nmonths = 0"),
        (ORDER_36, "length = \"months\"\nmonths = 12", "length = \"long_term\"\nmonths = 12"),
        (ORDER_36, "months = 12", "months = 12\nnamed_rule_months = 3"),
        (ORDER_36, "severity = \"serious\"\nlength", "length"),
        (ORDER_58, "last_day = \"2026-03-31\"", "last_day = \"2023-04-30\""),
    ] {
        let error = changed(name, from, to).unwrap_err();
        assert!(matches!(error, LawError::Unreadable { .. }), "{to}: {error}");
    }
}

#[test]
fn every_file_of_the_folder_is_carried() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../regulations");
    let mut found = Vec::new();
    for instrument in
        std::fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir())
    {
        for version in std::fs::read_dir(instrument.path()).unwrap().map(Result::unwrap) {
            let name = format!("{}/{}", instrument.file_name().display(), version.file_name().display());
            // The working days are carried by the calendar, and what a lawyer tries by nobody.
            if !["working-days/", "scenarios/"].iter().any(|beside| name.starts_with(beside)) {
                found.push(name);
            }
        }
    }
    found.sort();
    assert_eq!(found, Law::carried_files().iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>());
}

fn some_day() -> impl Strategy<Value = Day> {
    (0_i64..7300).prop_map(|days| day("2016-01-01").plus_days(days))
}

proptest! {
    #[test]
    fn article_15_no_law_and_no_filing_day_displays_untrustworthiness_past_three_years(
        today in some_day(), finding in some_day(), filed in some_day(), severity in 0_usize..3
    ) {
        let in_force = law().on(today).unwrap();
        let term = in_force.display_term(Untrustworthiness, Some(Severity::ALL[severity]), finding, filed);
        prop_assert!(term.end <= DisplayEnd::LastDay(crate::period::last_display_day(finding, 36)));
        prop_assert!(!term.end.allows(finding.plus_days(1097)));
    }

    #[test]
    fn article_15_as_days_pass_the_end_of_a_display_only_comes_nearer(
        today in some_day(), later in 0_i64..4000, finding in some_day(), filed in some_day(), severity in 0_usize..3
    ) {
        let filed = filed.min(today);
        let severity = Some(Severity::ALL[severity]);
        let law = law();
        let end = |on: Day| law.on(on).unwrap().display_term(Untrustworthiness, severity, finding, filed).end;
        prop_assert!(end(today.plus_days(later)) <= end(today));
    }

    #[test]
    fn the_version_on_a_day_is_one_and_contains_it(today in some_day()) {
        let in_force = law().on(today).unwrap();
        let mut instruments: Vec<_> = in_force.texts().map(|version| version.instrument.clone()).collect();
        instruments.dedup();
        prop_assert_eq!(instruments.len(), in_force.texts().count());
        prop_assert!(in_force.texts().all(|version| version.is_in_force(today)));
    }
}
