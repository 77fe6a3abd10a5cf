//! Short texts: identifiers, days, citations, numbers of persons in a text, paths, places between pages, addresses, tokens.

use std::fmt::Write;

use law::identifier::{CitizenId, IdentifierKind, UnifiedCode, Verdict, check, normalise};
use law::{Citation, Day};
use register::rules::identification::identify;
use register::rules::masking::{mask_identifier, mask_name, mask_text};
use register::rules::personal_numbers;
use store::{SearchPlace, StoreAddress};
use testkit::codes::{company, person};
use web::language::Language;

use crate::text;

fn bytes(samples: &[&str]) -> Vec<Vec<u8>> {
    samples.iter().map(|sample| sample.as_bytes().to_vec()).collect()
}

fn today() -> Day {
    "2026-11-23".parse().unwrap()
}

/// Identifiers of subjects, as someone wrote them, under every kind.
pub(super) fn identifiers(input: &[u8]) {
    let written = text(input);
    let today = today();
    for kind in IdentifierKind::ALL.map(Some).into_iter().chain([None]) {
        let found = check(&written, kind, today);
        assert_eq!(
            normalise(&found.normalised),
            found.normalised,
            "the normal form has itself as normal form"
        );
        let again = check(&found.normalised, kind, today);
        assert_eq!(
            (again.verdict, again.kind),
            (found.verdict, found.kind),
            "the normal form is the same identifier"
        );
        assert_eq!(found.reason.is_some(), found.verdict != Verdict::Valid, "a verdict has its reason");
        match identify(&written, kind, today) {
            Ok(identified) => {
                let value = &identified.identifier.value;
                assert!(
                    !value.is_empty() && !value.chars().any(char::is_whitespace),
                    "what identifies is one word"
                );
                let again =
                    identify(value, Some(identified.identifier.kind), today).expect("it identifies again");
                assert_eq!(again.identifier, identified.identifier);
            }
            Err(ground) => {
                let normal = &found.normalised;
                let told = format!("{}{}", ground.reason.zh, ground.reason.en);
                // An organisation's code is nobody's secret, and whoever wrote it must find the wrong character.
                let of_organisation =
                    found.kind == Some(IdentifierKind::UnifiedCode) && !normal.starts_with("92");
                assert!(
                    of_organisation || normal.chars().count() < 8 || !told.contains(normal.as_str()),
                    "a refusal does not say the number again"
                );
            }
        }
    }
    if let Ok(number) = CitizenId::parse(&written, today) {
        assert_eq!(CitizenId::parse(number.as_str(), today).ok().as_ref(), Some(&number));
        assert!(!format!("{number:?}").contains(number.as_str()), "a number is not in a log");
    }
    if let Ok(code) = UnifiedCode::parse(&written) {
        assert_eq!(
            UnifiedCode::parse(code.as_str()).ok().as_ref().map(UnifiedCode::as_str),
            Some(code.as_str())
        );
    }
}

pub(super) fn identifier_samples() -> Vec<Vec<u8>> {
    let mut samples = bytes(&[
        "91110108551385082Q",
        " 9111 0108-5513 85082q",
        "11010519491231002X",
        "１１９９９９１９８００１０１１０１０",
        "H1234567890",
        "E12345678",
        "ABC123456789012",
        "12345678",
        "810000199408230021",
        "110105491231002",
        "9111O108551385082Q",
    ]);
    samples.extend([company(7).into_bytes(), person(9).into_bytes()]);
    samples
}

/// Days of the calendar.
pub(super) fn days(input: &[u8]) {
    let written = text(input);
    let Ok(day) = written.parse::<Day>() else { return };
    assert_eq!(day.to_string(), written, "a day is written in one way");
    for moved in
        [day.plus_days(i64::MAX), day.plus_days(i64::MIN), day.plus_months(i64::MAX), day.plus_months(-1)]
    {
        assert_eq!(moved.to_string().parse::<Day>().ok(), Some(moved), "a day moved is a day");
    }
    assert_eq!(Day::of(day.start()), day);
}

pub(super) fn day_samples() -> Vec<Vec<u8>> {
    bytes(&["2026-02-28", "2024-02-29", "0001-01-01", "9999-12-31", "2026-2-3", "+026-01-01"])
}

/// Citations of articles.
pub(super) fn citations(input: &[u8]) {
    let written = text(input);
    if let Ok(citation) = written.parse::<Citation>() {
        assert_eq!(
            citation.to_string().parse::<Citation>().ok(),
            Some(citation),
            "a citation is read as it is written"
        );
    }
    if let Ok(kind) = written.parse::<IdentifierKind>() {
        assert_eq!(kind.to_string().parse::<IdentifierKind>().ok(), Some(kind));
    }
}

pub(super) fn citation_samples() -> Vec<Vec<u8>> {
    bytes(&["20(1)", "53(3)", "ndrc-36", "pipl-2021:47", "35/2(3)", "57", "20()", "citizen_id"])
}

/// Numbers of persons in a text, and what hides them.
pub(super) fn masking(input: &[u8]) {
    let written = text(input);
    let masked = mask_text(&written);
    for found in personal_numbers::find(&written) {
        assert!(written.get(found).is_some(), "what is found lies in the text");
    }
    assert!(personal_numbers::find(&masked).is_empty(), "a masked text holds no number");
    assert!(!personal_numbers::holds_citizen_id(&masked));
    let length = written.chars().count();
    for masked in [mask_identifier(&written), mask_name(&written)] {
        assert_eq!(masked.chars().count(), length, "masking hides and leaves nothing out");
    }
    let shown = mask_identifier(&written).chars().filter(|character| *character != '*').count();
    assert!(shown <= 5, "five characters of an identifier are shown at most");
}

pub(super) fn masking_samples() -> Vec<Vec<u8>> {
    let mut long = String::new();
    for number in 0..4 {
        let _ = write!(long, "{}{}", person(number), if number % 2 == 0 { "" } else { "，" });
    }
    let mut samples = bytes(&[
        "联系人 13812345678, 罚款 500 元",
        "11010519491231002X",
        "身份证：１１０１０５１９４９１２３１００２Ｘ",
    ]);
    samples.extend([long.into_bytes(), format!("甲{}乙1380013800", person(3)).into_bytes()]);
    samples
}

/// Paths of pages in both languages.
pub(super) fn paths(input: &[u8]) {
    let path = text(input);
    let (language, rest) = Language::of_path(&path);
    if path.starts_with('/') {
        assert!(rest.starts_with('/'), "what is left of a path is a path");
        let (again, same) = (language.href(rest), path.as_ref());
        assert!(
            again == same || (same == "/en" && again == "/en/"),
            "a path is put together as it was taken apart"
        );
    }
    let _ = language.number(rest.len() as u64);
}

pub(super) fn path_samples() -> Vec<Vec<u8>> {
    bytes(&[
        "/",
        "/en",
        "/en/",
        "/en/law/35",
        "/english",
        "/organisations/91110108551385082Q",
        "en/",
        "//en/x",
    ])
}

/// Places between two pages of a search.
pub(super) fn places(input: &[u8]) {
    let written = text(input);
    if let Ok(place) = written.parse::<SearchPlace>() {
        assert_eq!(place.to_string(), written);
    }
}

pub(super) fn place_samples() -> Vec<Vec<u8>> {
    bytes(&["0-0-0", "1-8-42", "1-65535-281474976710655", "1-08-42", "2-1-1"])
}

/// Addresses of stores: whatever is wrong with one, its password is not said again.
pub(super) fn addresses(input: &[u8]) {
    let written = text(input);
    let shown = match written.parse::<StoreAddress>() {
        Ok(address) => format!("{address} {address:?}"),
        Err(error) => format!("{error} {error:?}"),
    };
    let has_password =
        [":s3cretpw@", "?password=s3cretpw", "&password=s3cretpw"].iter().any(|part| written.contains(part));
    assert!(
        !(has_password && written.contains("://") && shown.contains("s3cretpw")),
        "a password is shown: {shown}"
    );
}

pub(super) fn address_samples() -> Vec<Vec<u8>> {
    bytes(&[
        "./data",
        "postgres://city:s3cretpw@db.example:5432/credence?password=s3cretpw",
        "postgresql://city:s3cretpw@/credence?host=/run",
        "postgres://city:a?s3cretpw@db/credence",
        "mysql://city:s3cretpw@db/credence",
        "postgres://city:a@s3cretpw@db/credence",
    ])
}

/// Tokens of API keys.
pub(super) fn tokens(input: &[u8]) {
    let written = text(input);
    if let Some((number, secret)) = service::access::token_parts(&written) {
        assert_eq!(format!("credence_{}_{secret}", number.0), written, "a token is written in one way");
    }
}

pub(super) fn token_samples() -> Vec<Vec<u8>> {
    bytes(&[
        "credence_1_5bb048bf11cd8b180634fed98c6a156d6e872fa777fb4650682e51de05327e54",
        "credence_18446744073709551615_",
        "credence_+1_x",
        "credence__",
        "credence_1",
    ])
}
