//! Identity and telephone numbers in free text: a line that carries one is held back until the department has taken
//! it out, since free text is read by more people than may see a number.

use std::ops::Range;

use law::Day;

use crate::text::half_width;

/// Where in a text there is an identity number (18 or 15 digits with a real date in place, spaces and hyphens
/// between digits ignored, full-width digits too) or a telephone number (a mobile number, or an area code with a
/// subscriber's number). Byte ranges, in order, not overlapping.
///
/// Articles: 6, 17, 35
#[must_use]
pub fn find(text: &str) -> Vec<Range<usize>> {
    if !has_digits(text, PERSONAL_DIGITS_MIN) {
        return Vec::new();
    }
    runs(text).into_iter().filter(|run| is_personal(&run.digits)).map(|run| run.range).collect()
}

/// Whether a text holds a citizen's number that passes its check, or is shaped like one. Asked of every text that is no
/// identifier of the subject: a file whose columns slipped by one must not publish a number in a column of names.
///
/// Articles: 6, 35
#[must_use]
pub fn holds_citizen_id(text: &str) -> bool {
    has_digits(text, IDENTITY_DIGITS_MIN)
        && runs(text).iter().any(|run| run.digits.len() == 18 && is_identity_number(&run.digits))
}

/// The shortest number that is a person's has so many digits: an area code with a subscriber's number.
const PERSONAL_DIGITS_MIN: usize = 10;
/// An identity number has seventeen digits, and then a digit or X.
const IDENTITY_DIGITS_MIN: usize = 17;

/// Whether a text has so many digits at all, of half or full width: most have not, and need not be read.
fn has_digits(text: &str, count: usize) -> bool {
    let bytes = text.as_bytes();
    let half = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    // U+FF10 to U+FF19.
    let is_full = |bytes: &[u8]| matches!(bytes, [0xef, 0xbc, 0x90..=0x99]);
    half >= count || half + bytes.windows(3).filter(|bytes| is_full(bytes)).count() >= count
}

struct Run {
    range: Range<usize>,
    digits: String,
}

/// Runs of digits, joined over single spaces, hyphens and dots, with a final X kept.
fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut digits = String::new();
    let mut start = 0;
    let mut end = 0;
    let mut separators = 0;
    let mut flush = |digits: &mut String, start: usize, end: usize| {
        if !digits.is_empty() {
            runs.push(Run { range: start..end, digits: std::mem::take(digits) });
        }
    };
    for (place, character) in text.char_indices() {
        let plain = half_width(character);
        if plain.is_ascii_digit() || (matches!(plain, 'X' | 'x') && digits.len() == 17) {
            if digits.is_empty() {
                start = place;
            }
            digits.push(plain.to_ascii_uppercase());
            end = place + character.len_utf8();
            separators = 0;
        } else if matches!(plain, ' ' | '-' | '.' | '\u{2014}' | '\u{00a0}')
            && !digits.is_empty()
            && separators == 0
        {
            separators = 1;
        } else {
            flush(&mut digits, start, end);
            separators = 0;
        }
    }
    flush(&mut digits, start, end);
    runs
}

fn is_personal(digits: &str) -> bool {
    let length = digits.len();
    // The international prefix of a Chinese mobile number.
    let national = digits
        .strip_prefix("0086")
        .or_else(|| digits.strip_prefix("86").filter(|_| length == 13))
        .unwrap_or(digits);
    let mobile = national.len() == 11
        && national.starts_with('1')
        && national.as_bytes().get(1).is_some_and(|second| (b'3'..=b'9').contains(second));
    let landline = (10..=12).contains(&length) && digits.starts_with('0') && !digits.starts_with("00");
    mobile || landline || is_identity_number(digits)
}

/// Whether digits have the shape of an identity number with a real date in its place: 18, or the old 15 with a year of two
/// digits. The check digit is not asked: a number with a slip in it is still somebody's.
fn is_identity_number(digits: &str) -> bool {
    let number = |range: Range<usize>| digits.get(range).and_then(|text| text.parse::<i16>().ok());
    let date = match digits.len() {
        18 => (number(6..10), number(10..12), number(12..14)),
        15 => (number(6..8).map(|year| 1900 + year), number(8..10), number(10..12)),
        _ => return false,
    };
    let (Some(year), Some(month), Some(day)) = date else { return false };
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else { return false };
    (1900..2100).contains(&year) && Day::new(year, month, day).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_35_identity_and_telephone_numbers_are_found_however_they_are_written() {
        for text in [
            "当事人身份证号119999199003078515",
            "身份证 119999 19900307 8515",
            "身份证：１１９９９９１９９００３０７８５１５",
            "号码11010519491231002x。",
            "电话13812345678",
            "电话 138-1234-5678",
            "+86 13812345678",
            "座机010-62345678",
            "旧号 110105491231002",
        ] {
            assert_eq!(find(text).len(), 1, "`{text}`");
        }
    }

    #[test]
    fn article_6_a_citizens_number_is_known_in_any_text_and_a_code_of_an_organisation_is_none() {
        assert!(holds_citizen_id("119999199003078512"));
        assert!(holds_citizen_id("文号119999199003078512之一"));
        for text in ["91110108551385082Q", "110108012345678", "13812345678", "京市监罚〔2026〕80000009号"]
        {
            assert!(!holds_citizen_id(text), "`{text}`");
        }
    }

    #[test]
    fn a_number_is_found_where_the_digits_just_suffice_in_half_and_full_width_mixed() {
        for text in ["座机010-6234567", "座机０１０-6234567", "电话１３８12345678"] {
            assert_eq!(find(text).len(), 1, "`{text}`");
        }
        assert!(find("座机010-623456").is_empty());
        assert!(holds_citizen_id("１１０１０５１９４９１２３１002x"));
    }

    #[test]
    fn amounts_days_and_document_numbers_are_left_alone() {
        for text in [
            "罚款 1234567890 元",
            "京市监处罚〔2026〕1234567号",
            "2026年2月13日至2026-08-31",
            "91110108551385082Q",
            "依据第12345678901号文件",
            "",
        ] {
            assert!(find(text).is_empty(), "`{text}`");
        }
    }
}
