use super::*;

/// Codes of well-known bodies; each passes both checks. The last ones are public bodies of Beijing.
const REAL_CODES: &[&str] = &[
    "9111000071093123XX",
    "911100007109250324",
    "91110000710939135P",
    "91110000100010433L",
    "911100001000054748",
    "911100001000044477",
    "91110108551385082Q",
    "91110000101461180X",
    "911100001016367613",
    "91110000600007281U",
    "91110000100003495Y",
    "91310000132260250X",
    "91310000631696382C",
    "91220101571145270J",
    "913100001322004345",
    "91100000100003962T",
    "911000001000013428",
    "9111000010169286X1",
    "91110000100018267J",
    "9131000010000595XD",
    "914403001922038216",
    "91440300708461136T",
    "91330100799655058B",
    "91110000802100433B",
    "531000005000160090",
    "52410000663412719U",
    "11110000000021135M",
    "11110000000021485U",
    "1111000000002888XF",
    "11110000000028898F",
    "111100000000289003",
    "11110000000028943G",
    "11110000000028935M",
    "11100000MB03271699",
    "11100000MB0341032Y",
    "11420000MB15291767",
    "11320100MB1886843H",
];

/// Sample numbers from the standard's own explanations.
const SAMPLE_CITIZEN_IDS: &[&str] =
    &["11010519491231002X", "440524188001010014", "34052419800101001X", "110101199003078515"];

fn today() -> Day {
    "2026-11-23".parse().unwrap()
}

fn look(input: &str) -> IdentifierCheck {
    check(input, None, today())
}

fn look_as(input: &str, kind: IdentifierKind) -> IdentifierCheck {
    check(input, Some(kind), today())
}

fn results(found: &IdentifierCheck) -> Vec<(&str, bool)> {
    found.checks.iter().map(|check| (check.name.as_ref(), check.passed)).collect()
}

#[test]
fn codes_of_known_bodies_are_valid() {
    for code in REAL_CODES {
        let found = look(code);
        assert_eq!(
            (found.kind, found.verdict),
            (Some(IdentifierKind::UnifiedCode), Verdict::Valid),
            "{code}"
        );
        assert!(UnifiedCode::parse(code).unwrap().passes());
    }
}

#[test]
fn each_check_of_an_organisation_code_is_reported_by_itself() {
    let expected = |unified, organisation| {
        vec![
            ("shape", true),
            ("alphabet", true),
            ("registering_category", true),
            ("unified_social_credit_code_check", unified),
            ("organisation_code_check", organisation),
        ]
    };
    assert_eq!(results(&look("91110000600037341L")), expected(true, true));
    for (code, unified, organisation) in [
        ("91110000600037341N", false, true),
        ("91110000100000000X", false, false),
        ("91350203M0001QAY9B", false, true),
        ("91350203M0001QAY99", true, true),
        ("91110000100000000R", true, false),
    ] {
        let found = look(code);
        assert_eq!(results(&found), expected(unified, organisation), "{code}");
        assert_eq!(
            found.verdict,
            if unified && organisation { Verdict::Valid } else { Verdict::Flagged },
            "{code}"
        );
        assert_eq!(found.reason.is_some(), found.verdict == Verdict::Flagged);
    }
}

#[test]
fn a_sum_divisible_by_31_gives_the_check_character_0() {
    let divisible = REAL_CODES.iter().find(|code| code.ends_with('0')).unwrap();
    assert_eq!(unified_code_check_character(&divisible[..17]), Some('0'));
    assert_eq!(look(divisible).verdict, Verdict::Valid);
    assert_eq!(unified_code_check_character("00000000000000000"), Some('0'));
}

#[test]
fn check_characters_need_the_right_length_and_alphabet() {
    assert_eq!(unified_code_check_character("9111000060000728"), None);
    assert_eq!(unified_code_check_character("9111000060000728I"), None);
    assert_eq!(organisation_code_check_character("7109312"), None);
    assert_eq!(organisation_code_check_character("710931é"), None);
    assert_eq!(organisation_code_check_character("mb032716"), None);
    assert_eq!(organisation_code_check_character("MB032716"), Some('9'));
    assert_eq!(organisation_code_check_character("71093123"), Some('X'));
    assert_eq!(citizen_id_check_character("1101051949123100"), None);
    assert_eq!(citizen_id_check_character("1101051949123100X"), None);
    assert_eq!(citizen_id_check_character("11010519491231002"), Some('X'));
}

#[test]
fn wrong_shape_or_alphabet_is_rejected_with_the_reason() {
    for (code, shape, alphabet) in [
        ("9111000060000728U", false, true),
        ("91110000600007281UU", false, true),
        ("9111000060000728IU", true, false),
        ("91110000600O07281U", true, false),
        ("01110000600007281U", false, true),
        ("96110000600007281U", false, true),
        ("911100A0600007281U", false, true),
        ("ABC", false, true),
        ("11010519490231002X1", false, true),
        ("公司", false, false),
    ] {
        let found = look(code);
        assert_eq!(found.kind, Some(IdentifierKind::UnifiedCode), "{code}");
        assert_eq!(found.verdict, Verdict::Rejected, "{code}");
        assert_eq!(results(&found)[..2], [("shape", shape), ("alphabet", alphabet)], "{code}");
        assert!(found.reason.is_some() && found.reason_zh.is_some(), "{code}");
    }
    assert_eq!(look("").kind, None);
    assert_eq!(look(" - ").verdict, Verdict::Rejected);
}

#[test]
fn a_category_that_its_authority_does_not_have_is_flagged_for_verification() {
    let code = "94110000600007281";
    let code = format!("{code}{}", unified_code_check_character(code).unwrap());
    let found = look(&code);
    assert_eq!(found.verdict, Verdict::Flagged);
    assert_eq!(results(&found)[2], ("registering_category", false));
}

#[test]
fn codes_that_begin_with_a_letter_are_read() {
    for (prefix, category) in [
        ("A1", OrganisationCategory::Other),
        ("N2", OrganisationCategory::CollectiveEconomicOrganisation),
        ("Y1", OrganisationCategory::Other),
    ] {
        let code = format!("{prefix}11010871093123X");
        let code = format!("{code}{}", unified_code_check_character(&code).unwrap());
        assert_eq!(look(&code).verdict, Verdict::Valid, "{code}");
        assert_eq!(UnifiedCode::parse(&code).unwrap().category(), category);
    }
}

#[test]
fn article_14_eighteen_zeros_identify_nobody() {
    for kind in [
        None,
        Some(IdentifierKind::UnifiedCode),
        Some(IdentifierKind::CitizenId),
        Some(IdentifierKind::ForeignPassport),
    ] {
        let found = check("000000000000000000", kind, today());
        assert_eq!(found.verdict, Verdict::Rejected);
        assert_eq!(found.reason.as_deref(), Some("zeros identify nobody"));
    }
    assert_eq!(look("00000000").verdict, Verdict::Rejected);
    assert!(UnifiedCode::parse("000000000000000000").is_err());
}

#[test]
fn an_organisation_code_tells_what_it_is_and_where_it_is_registered() {
    let code = UnifiedCode::parse("91110108551385082q").unwrap();
    assert_eq!(code.as_str(), "91110108551385082Q");
    assert_eq!(code.category(), OrganisationCategory::Enterprise);
    assert_eq!((code.registering_division(), code.organisation_code()), ("110108", "551385082"));
    let category = |code: &str| UnifiedCode::parse(code).unwrap().category();
    assert_eq!(category("92110108551385082Q"), OrganisationCategory::IndividualBusiness);
    assert_eq!(category("531000005000160090"), OrganisationCategory::Foundation);
    assert_eq!(category("1111000000002888XF"), OrganisationCategory::PublicOrgan);
    let told = |name: &str| {
        look("91110108551385082Q").information.iter().find(|told| told.name == name).unwrap().value.clone()
    };
    assert_eq!(told("division"), "Haidian (海淀)");
    assert_eq!(told("registering_authority"), "market regulation (市场监督管理)");
    assert_eq!(told("category"), "enterprise");
}

#[test]
fn an_identifier_is_read_however_it_is_written() {
    for written in [
        " 91110108551385082Q ",
        "91110108551385082q",
        "９１１１０１０８５５１３８５０８２Ｑ",
        "9111 0108 5513 8508 2Q",
        "91110108-551385082-Q",
        "\u{feff}91110108551385082Q\u{202c}",
        "911101085513\u{3000}85082Q\u{2014}",
    ] {
        let found = look(written);
        assert_eq!(
            (found.normalised.as_str(), found.verdict),
            ("91110108551385082Q", Verdict::Valid),
            "{written}"
        );
        assert_eq!(found.input, written);
    }
    assert_eq!(look("11010519491231002x").verdict, Verdict::Valid);
}

#[test]
fn a_letter_is_never_read_as_a_figure_but_offered_as_a_suggestion() {
    let found = look("911101O855I385O82Q");
    assert_eq!((found.verdict, found.normalised.as_str()), (Verdict::Rejected, "911101O855I385O82Q"));
    assert_eq!(found.suggestion.as_deref(), Some("91110108551385082Q"));
    // The reading must pass every check; else nothing is offered.
    assert_eq!(look("911101O855I385O83Q").suggestion, None);
    // A person's number with letters outside the date is still a person's.
    let found = look("11010519491231OO2X");
    assert_eq!((found.kind, found.verdict), (Some(IdentifierKind::CitizenId), Verdict::Rejected));
    assert_eq!(found.suggestion.as_deref(), Some("11010519491231002X"));
    assert_eq!(look("91110108551385082P").suggestion, None);
}

#[test]
fn sample_citizen_ids_are_valid() {
    for number in SAMPLE_CITIZEN_IDS {
        let found = look_as(number, IdentifierKind::CitizenId);
        assert_eq!(found.verdict, Verdict::Valid, "{number}");
        assert_eq!(
            results(&found),
            [("shape", true), ("citizen_id_date", true), ("citizen_id_check", true)],
            "{number}"
        );
        // One of them has a birth year before 1900: a person's only where the kind is given.
        let old = &number[6..10] == "1880";
        let detected = if old { IdentifierKind::UnifiedCode } else { IdentifierKind::CitizenId };
        assert_eq!(look(number).kind, Some(detected));
    }
}

#[test]
fn a_citizen_id_tells_the_birth_date_and_nothing_is_decided_by_the_rest() {
    let number = CitizenId::parse("11010519491231002x", today()).unwrap();
    assert_eq!(number.as_str(), "11010519491231002X");
    assert_eq!(number.birth_date().to_string(), "1949-12-31");
    assert_eq!(number.sex(), Sex::Female);
    assert!(number.is_of_age(today(), 18));
    assert!(!format!("{number:?}").contains("1949"));
    assert_eq!(CitizenId::parse("110101199003078515", today()).unwrap().sex(), Sex::Male);
}

#[test]
fn article_14_a_failing_citizen_id_is_flagged_and_is_no_citizens_number() {
    let found = look("110105194912310021");
    assert_eq!(found.verdict, Verdict::Flagged);
    assert_eq!(results(&found)[2], ("citizen_id_check", false));
    assert_eq!(CitizenId::parse("110105194912310021", today()).unwrap_err().verdict, Verdict::Flagged);
}

#[test]
fn an_impossible_or_future_birth_date_is_rejected_where_the_kind_is_given() {
    for (number, detected) in [
        ("110105194902310020", IdentifierKind::UnifiedCode),
        ("110105179912310029", IdentifierKind::UnifiedCode),
        ("11010520261124001X", IdentifierKind::UnifiedCode),
        ("110105202611230017", IdentifierKind::CitizenId),
    ] {
        let found = look_as(number, IdentifierKind::CitizenId);
        let passed = detected == IdentifierKind::CitizenId;
        assert_eq!(results(&found)[1], ("citizen_id_date", passed), "{number}");
        assert_eq!(found.verdict == Verdict::Rejected, !passed, "{number}");
        assert_eq!(look(number).kind, Some(detected), "{number}");
    }
}

#[test]
fn an_abolished_or_never_assigned_division_is_information_only() {
    let number = |division: &str| {
        let first = format!("{division}19900307851");
        format!("{first}{}", citizen_id_check_character(&first).unwrap())
    };
    for (code, told) in [
        ("110103", "Chongwen (崇文), abolished in 2010"),
        ("110223", "Tong county (通县), abolished"),
        (NEVER_ASSIGNED_DIVISION, "never assigned"),
        ("440524", "a division of Guangdong (广东)"),
        ("660000", "unknown"),
    ] {
        let found = look(&number(code));
        assert_eq!((found.kind, found.verdict), (Some(IdentifierKind::CitizenId), Verdict::Valid), "{code}");
        assert_eq!(found.information.first().unwrap().value, told);
    }
    assert_eq!(look_as(&number("999999"), IdentifierKind::CitizenId).verdict, Verdict::Valid);
    assert_eq!(division("100000"), Division::National);
}

#[test]
fn old_numbers_of_fifteen_digits_are_rejected_with_the_reason() {
    let found = look("110105491231002");
    assert_eq!((found.kind, found.verdict), (Some(IdentifierKind::CitizenId), Verdict::Rejected));
    assert!(found.reason.unwrap().contains("15 digits"));
    assert_eq!(results(&look_as("110105491231002", IdentifierKind::CitizenId)), [("shape", false)]);
}

#[test]
fn residence_permits_are_known_by_their_first_places() {
    for division in ["810000", "820000", "830000"] {
        let first = format!("{division}19900307851");
        let number = format!("{first}{}", citizen_id_check_character(&first).unwrap());
        for kind in [None, Some(IdentifierKind::CitizenId), Some(IdentifierKind::ResidencePermit)] {
            let found = check(&number, kind, today());
            assert_eq!((found.kind, found.verdict), (Some(IdentifierKind::ResidencePermit), Verdict::Valid));
        }
    }
    let found = look_as("110101199003078515", IdentifierKind::ResidencePermit);
    assert_eq!(found.verdict, Verdict::Rejected);
    assert!(found.reason.unwrap().contains("810000"));
}

#[test]
fn other_documents_are_known_by_their_form() {
    for (number, kind) in [
        ("H12345678", IdentifierKind::HongKongMacauPermit),
        ("m1234567890", IdentifierKind::HongKongMacauPermit),
        ("12345678", IdentifierKind::TaiwanPermit),
        ("E12345678", IdentifierKind::ChinesePassport),
        ("EA1234567", IdentifierKind::ChinesePassport),
        ("G12345678", IdentifierKind::ChinesePassport),
        ("DE1234567", IdentifierKind::ChinesePassport),
        ("S1234567", IdentifierKind::ChinesePassport),
        ("PE1234567", IdentifierKind::ChinesePassport),
        ("USA110080010112", IdentifierKind::ForeignPermanentResident),
    ] {
        let found = look(number);
        assert_eq!((found.kind, found.verdict), (Some(kind), Verdict::Valid), "{number}");
        assert_eq!(look_as(number, kind).verdict, Verdict::Valid, "{number}");
    }
    for (number, kind) in [
        ("H1234567", IdentifierKind::HongKongMacauPermit),
        ("K12345678", IdentifierKind::HongKongMacauPermit),
        ("1234567", IdentifierKind::TaiwanPermit),
        ("EI1234567", IdentifierKind::ChinesePassport),
        ("E1234567", IdentifierKind::ChinesePassport),
        ("US1110080010112", IdentifierKind::ForeignPermanentResident),
        ("AB-1", IdentifierKind::ForeignPassport),
        ("ABCDEFGHIJ12345678901", IdentifierKind::ForeignPassport),
        ("ПА1234567", IdentifierKind::ForeignPassport),
    ] {
        assert_eq!(results(&look_as(number, kind)), [("shape", false)], "{number}");
        assert_eq!(look_as(number, kind).verdict, Verdict::Rejected, "{number}");
    }
    assert_eq!(look_as("0123456789(B)", IdentifierKind::TaiwanPermit).verdict, Verdict::Valid);
}

#[test]
fn a_foreign_passport_is_one_only_where_the_kind_is_given() {
    assert_eq!(look_as("C01X00T47", IdentifierKind::ForeignPassport).verdict, Verdict::Valid);
    let found = look("C01X00T47");
    assert_eq!((found.kind, found.verdict), (Some(IdentifierKind::UnifiedCode), Verdict::Rejected));
}

#[test]
fn the_new_card_of_a_foreign_permanent_resident_begins_with_9() {
    let first = "91184019800101001";
    let number = format!("{first}{}", citizen_id_check_character(first).unwrap());
    let found = look(&number);
    assert_eq!((found.kind, found.verdict), (Some(IdentifierKind::ForeignPermanentResident), Verdict::Valid));
    assert_eq!(results(&found), [("shape", true), ("birth_date", true), ("check_digit", true)]);
    let wrong = look_as("911840198013010019", IdentifierKind::ForeignPermanentResident);
    assert_eq!((results(&wrong)[1], wrong.verdict), (("birth_date", false), Verdict::Rejected));
    let wrong = look_as("111840198001010019", IdentifierKind::ForeignPermanentResident);
    assert_eq!(results(&wrong), [("shape", false)]);
}

#[test]
fn a_company_whose_code_has_a_date_in_places_7_to_14_is_taken_for_a_person_and_told_so() {
    // Registered in Yanqing, with a subject code that begins 800101.
    let organisation = "80010112";
    let first = format!("91110119{organisation}{}", organisation_code_check_character(organisation).unwrap());
    let code = format!("{first}{}", unified_code_check_character(&first).unwrap());
    assert_eq!(&code[6..14], "19800101");
    let found = look(&code);
    assert_eq!(found.kind, Some(IdentifierKind::ForeignPermanentResident));
    assert_ne!(found.verdict, Verdict::Valid);
    assert!(found.information.iter().any(|told| told.name == "organisation_checks"));
    assert_eq!(look_as(&code, IdentifierKind::UnifiedCode).verdict, Verdict::Valid);
}

#[test]
fn the_result_is_written_as_the_contract_says() {
    let written = serde_json::to_string(&look("91110000600037341n")).unwrap();
    assert!(written.starts_with(
        r#"{"input":"91110000600037341n","kind":"unified_social_credit_code","normalised":"91110000600037341N","verdict":"flagged","checks":[{"name":"shape","passed":true},{"name":"alphabet","passed":true},"#
    ));
    let valid = serde_json::to_value(look("H12345678")).unwrap();
    assert!(valid.get("reason").is_none() && valid.get("suggestion").is_none());
    let nothing = serde_json::to_value(look("")).unwrap();
    assert!(nothing["kind"].is_null());
}

#[test]
fn a_kind_reads_back_from_its_word() {
    for kind in IdentifierKind::ALL {
        assert_eq!(kind.word().parse(), Ok(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
    }
    assert!(
        "passport"
            .parse::<IdentifierKind>()
            .unwrap_err()
            .to_string()
            .starts_with("`passport` is no kind of identifier")
    );
}

#[test]
fn the_document_types_of_the_templates_name_their_kinds() {
    let kind = |document: &str, number: &str| IdentifierKind::of_document_type(document, number);
    assert_eq!(kind("身份证", "11010519491231002X"), Some(IdentifierKind::CitizenId));
    assert_eq!(kind("身份证", "810000199003078519"), Some(IdentifierKind::ResidencePermit));
    assert_eq!(kind("护照号", "E12345678"), Some(IdentifierKind::ChinesePassport));
    assert_eq!(kind("护照号", "C01X00T47"), Some(IdentifierKind::ForeignPassport));
    assert_eq!(kind("港澳居民来往内地通行证", "H12345678"), Some(IdentifierKind::HongKongMacauPermit));
    assert_eq!(kind("外国人永久居留身份证", ""), Some(IdentifierKind::ForeignPermanentResident));
    for (identifier, number) in [
        (IdentifierKind::CitizenId, "11010519491231002X"),
        (IdentifierKind::ResidencePermit, "810000199003078519"),
        (IdentifierKind::ChinesePassport, "E12345678"),
        (IdentifierKind::ForeignPassport, "C01X00T47"),
        (IdentifierKind::HongKongMacauPermit, "H12345678"),
        (IdentifierKind::TaiwanPermit, "12345678"),
        (IdentifierKind::ForeignPermanentResident, ""),
    ] {
        assert_eq!(kind(identifier.document_type(), number), Some(identifier));
    }
    assert_eq!(kind("其他-港澳台居民居住证", ""), Some(IdentifierKind::ResidencePermit));
    assert_eq!(kind("驾驶证", ""), None);
}
