//! The other documents of natural persons. Most carry no check digit: their form is all that can be checked.

use super::{Findings, IdentifierKind, Reason, citizen_id};
use crate::time::Day;

/// A form: one pattern character a place. `9` is a figure, `A` a letter, `L` a letter but I and O, `*` a letter or
/// figure; a lower-case letter stands for itself in upper case.
type Form = &'static str;

const HONG_KONG_MACAU: &[Form] = &["h99999999", "m99999999", "h9999999999", "m9999999999"];
const TAIWAN: &[Form] = &["99999999"];
/// Older Taiwan permits, certainty H: ten figures, sometimes with the letter of the issue.
const TAIWAN_OLDER: &[Form] = &["9999999999", "9999999999A"];
/// Ordinary passports E, older ones G (certainty H), and the diplomatic, service and public affairs series.
const CHINESE_PASSPORT: &[Form] = &[
    "e99999999",
    "eL9999999",
    "g99999999",
    "d9999999",
    "de9999999",
    "s9999999",
    "s99999999",
    "se9999999",
    "p9999999",
    "pe9999999",
];
const OLD_PERMANENT_RESIDENT: &[Form] = &["AAA999999999999"];

fn fits(normalised: &str, form: Form) -> bool {
    normalised.len() == form.len()
        && normalised.bytes().zip(form.bytes()).all(|(byte, place)| match place {
            b'9' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            b'L' => byte.is_ascii_uppercase() && byte != b'I' && byte != b'O',
            letter => byte == letter.to_ascii_uppercase(),
        })
}

fn fits_any(normalised: &str, forms: &[Form]) -> bool {
    forms.iter().any(|form| fits(normalised, form))
}

/// The document that the form shows, where it shows one. A foreign passport has no form of its own; an older Taiwan
/// permit looks like too many other numbers and must be named.
pub(super) fn detect(normalised: &str) -> Option<IdentifierKind> {
    let forms = [
        (IdentifierKind::HongKongMacauPermit, HONG_KONG_MACAU),
        (IdentifierKind::TaiwanPermit, TAIWAN),
        (IdentifierKind::ChinesePassport, CHINESE_PASSPORT),
        (IdentifierKind::ForeignPermanentResident, OLD_PERMANENT_RESIDENT),
    ];
    forms.into_iter().find(|(_, forms)| fits_any(normalised, forms)).map(|(kind, _)| kind)
}

/// Checks the form of a document that has nothing else to check.
pub(super) fn examine(normalised: &str, kind: IdentifierKind) -> Findings {
    let mut findings = Findings::of(kind);
    let (passed, zh, en) = match kind {
        IdentifierKind::HongKongMacauPermit => (
            fits_any(normalised, HONG_KONG_MACAU),
            "港澳居民来往内地通行证号码应为H或M加8位（旧证10位）数字",
            "a travel permit of Hong Kong and Macau residents is H or M and 8 figures, on older permits 10",
        ),
        IdentifierKind::TaiwanPermit => (
            fits_any(normalised, TAIWAN) || fits_any(&without_brackets(normalised), TAIWAN_OLDER),
            "台湾居民来往大陆通行证号码应为8位数字（旧证10位）",
            "a travel permit of Taiwan residents has 8 figures, on older permits 10",
        ),
        IdentifierKind::ChinesePassport => (
            fits_any(normalised, CHINESE_PASSPORT),
            "护照号码应为E、G、D、S、P系列",
            "a Chinese passport is E and 8 figures, E, a letter and 7 figures, or of the series G, D, S, P",
        ),
        _ => (
            (5..=20).contains(&normalised.len())
                && normalised.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "外国护照号码应为5至20位字母或数字",
            "a foreign passport has 5 to 20 letters and figures",
        ),
    };
    if findings.must("shape", passed, || Reason::new(zh, en)) {
        findings.tell("form", "this document has no check digit that could be verified; its form is right");
    }
    findings
}

/// Checks the card of a foreign permanent resident: the old one of three letters and twelve figures, or the card issued
/// since 2023-12-01, eighteen figures that begin with 9, with a birth date and check as a citizen ID has.
pub(super) fn examine_permanent_resident(normalised: &str, today: Day) -> Findings {
    let mut findings = Findings::of(IdentifierKind::ForeignPermanentResident);
    let old = fits_any(normalised, OLD_PERMANENT_RESIDENT);
    let new = citizen_id::has_shape(normalised) && normalised.starts_with('9');
    findings.must("shape", old || new, || {
        Reason::new(
            "外国人永久居留身份证号码应为3位字母加12位数字，或以9开头的18位",
            "a foreign permanent resident card has 3 letters and 12 figures, or 18 places that begin with 9",
        )
    });
    if old {
        findings.tell("form", "the old form has no check digit that could be verified; its form is right");
    }
    if new {
        findings.must("birth_date", citizen_id::birth_date(normalised, today).is_some(), || {
            Reason::new(
                "第7至14位不是截至今日的真实出生日期",
                "places 7 to 14 are no birth date: not a real day, or not past yet",
            )
        });
        findings.should("check_digit", citizen_id::check_passes(normalised), || {
            Reason::new("校验码不符", "the check character in place 18 is not the one that the number gives")
        });
    }
    findings
}

/// Older Taiwan permits write the letter of the issue in brackets.
fn without_brackets(normalised: &str) -> String {
    normalised.chars().filter(|character| !matches!(character, '(' | ')')).collect()
}
