//! Identity and telephone numbers in free text: a line that carries one is held back until the department has taken
//! it out, since free text is read by more people than may see a number.

use std::ops::Range;

use law::Day;
use law::identifier::citizen_id_check_character;

use crate::text::{half_width, is_invisible};

/// Where in a text there is an identity number (18 or 15 digits with a real date in place) or a telephone number (a mobile
/// number, or an area code with a subscriber's number). Digits of full width count, what cannot be seen is passed over, and so are
/// spaces, hyphens, slashes and the like between digits. Byte ranges, in order, not overlapping.
///
/// Articles: 6, 17, 35
#[must_use]
pub fn find(text: &str) -> Vec<Range<usize>> {
    if !has_digits(text, PERSONAL_DIGITS_MIN) {
        return Vec::new();
    }
    found(text, is_personal, is_personal_apart)
}

/// Whether a text holds a citizen's number that passes its check, or is shaped like one. Asked of every text that is no
/// identifier of the subject: a file whose columns slipped by one must not publish a number in a column of names.
///
/// Articles: 6, 35
#[must_use]
pub fn holds_citizen_id(text: &str) -> bool {
    let shaped = |digits: &str| digits.len() == 18 && is_identity_number(digits);
    has_digits(text, IDENTITY_DIGITS_MIN)
        && !found(text, shaped, |digits, _| is_citizens_apart(digits)).is_empty()
}

/// The shortest number that is a person's has so many digits: an area code with a subscriber's number.
const PERSONAL_DIGITS_MIN: usize = 10;
/// An identity number has seventeen digits, and then a digit or X.
const IDENTITY_DIGITS_MIN: usize = 17;
/// The longest number that is a person's has so many digits.
const PERSONAL_DIGITS_MAX: usize = 18;
/// From this year on what is shaped like an identity number with signs between its parts may be the number of a document with its
/// day in the middle, and is taken for a person's only where its check digit holds.
const DOCUMENT_YEAR: i16 = 2014;

/// Whether a text has so many digits at all, of half or full width: most have not, and need not be read.
fn has_digits(text: &str, count: usize) -> bool {
    let bytes = text.as_bytes();
    let half = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    // U+FF10 to U+FF19.
    let is_full = |bytes: &[u8]| matches!(bytes, [0xef, 0xbc, 0x90..=0x99]);
    half >= count || half + bytes.windows(3).filter(|bytes| is_full(bytes)).count() >= count
}

/// What stands between a group of digits and the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    /// A single space, hyphen or dot, as numbers are commonly written in groups.
    Little,
    /// More of them, or other signs.
    Much,
    /// A word, or nothing before it: the two have nothing to do with each other.
    Words,
}

/// Digits that follow each other.
struct Group {
    range: Range<usize>,
    digits: String,
    before: Between,
}

/// The groups of digits of a text.
fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut before = Between::Words;
    let mut follows = false;
    for (place, character) in text.char_indices().filter(|(_, character)| !is_invisible(*character)) {
        let plain = half_width(character);
        let end = place + character.len_utf8();
        let is_last = matches!(plain, 'X' | 'x') && before != Between::Words && may_end_in_x(&groups);
        if plain.is_ascii_digit() || is_last {
            let digit = plain.to_ascii_uppercase();
            match groups.last_mut().filter(|_| follows) {
                Some(group) => {
                    group.digits.push(digit);
                    group.range.end = end;
                }
                None => groups.push(Group { range: place..end, digits: digit.to_string(), before }),
            }
            (follows, before) = (true, Between::Little);
            if is_last {
                (follows, before) = (false, Between::Words);
            }
        } else if is_between(plain) && before != Between::Words {
            let is_little = matches!(plain, ' ' | '-' | '.' | '\u{2014}' | '\u{00a0}');
            before = if follows && is_little { Between::Little } else { Between::Much };
            follows = false;
        } else {
            (follows, before) = (false, Between::Words);
        }
    }
    groups
}

/// Whether the last groups together have the seventeen digits that an X may follow.
fn may_end_in_x(groups: &[Group]) -> bool {
    let mut count = 0;
    for group in groups.iter().rev() {
        count += group.digits.len();
        if count >= IDENTITY_DIGITS_MIN || group.before == Between::Words {
            break;
        }
    }
    count == IDENTITY_DIGITS_MIN
}

/// What may stand between the digits of one number.
fn is_between(character: char) -> bool {
    character == '\t'
        || matches!(
            character,
            '-' | '.' | '/' | '\\' | '_' | '*' | '+' | '~' | '|' | '\u{00b7}' | '\u{2027}' | '\u{30fb}'
        )
        || matches!(character, '\u{2010}'..='\u{2015}' | '\u{2022}' | '\u{2212}' | '\u{22c5}')
        || character.is_whitespace() && !character.is_control()
}

/// The numbers of a text: groups with little between them as one, and any groups that follow each other where they are a
/// person's number for certain.
fn found(
    text: &str,
    is_one: impl Fn(&str) -> bool,
    is_one_apart: impl Fn(&str, &[usize]) -> bool,
) -> Vec<Range<usize>> {
    let groups = groups(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut rest = groups.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let together = 1 + others.iter().take_while(|group| group.before == Between::Little).count();
        let run = rest.get(..together).unwrap_or_default();
        // A run is judged whole where it begins; within one, and beyond one, only what is certain.
        let begins = first.before != Between::Little;
        let whole = begins && is_one(&joined(run));
        let count = if whole { Some(together) } else { certain(rest, &is_one_apart) };
        let taken = count.and_then(|count| rest.get(..count)).and_then(<[Group]>::last);
        match (taken, count) {
            (Some(last), Some(count)) => {
                found.push(first.range.start..last.range.end);
                rest = rest.get(count..).unwrap_or_default();
            }
            _ => rest = others,
        }
    }
    found
}

fn joined(groups: &[Group]) -> String {
    groups.iter().map(|group| group.digits.as_str()).collect()
}

/// How many of these groups, from the first, are a number for certain.
fn certain(groups: &[Group], is_one_apart: impl Fn(&str, &[usize]) -> bool) -> Option<usize> {
    let mut digits = String::new();
    let mut lengths = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        if place > 0 && group.before == Between::Words {
            return None;
        }
        digits.push_str(&group.digits);
        lengths.push(group.digits.len());
        if digits.len() > PERSONAL_DIGITS_MAX {
            return None;
        }
        let much = groups.iter().take(place + 1).skip(1).any(|group| group.before == Between::Much);
        // With little between them, and part of more: only what passes its check.
        if much && is_one_apart(&digits, &lengths) || passes_check(&digits) {
            return Some(place + 1);
        }
    }
    None
}

fn is_personal(digits: &str) -> bool {
    let length = digits.len();
    // The international prefix of a Chinese mobile number.
    let national = digits
        .strip_prefix("0086")
        .or_else(|| digits.strip_prefix("86").filter(|_| length == 13))
        .unwrap_or(digits);
    let landline = (10..=12).contains(&length) && digits.starts_with('0') && !digits.starts_with("00");
    is_mobile(national) || landline || is_identity_number(digits)
}

fn is_mobile(digits: &str) -> bool {
    let second = digits.as_bytes().get(1);
    digits.len() == 11
        && digits.starts_with('1')
        && second.is_some_and(|second| (b'3'..=b'9').contains(second))
}

/// Whether digits in groups of these lengths, with signs of any kind between them, are a person's number: written as such
/// numbers are, so that days, amounts and numbers of documents are left alone.
fn is_personal_apart(digits: &str, lengths: &[usize]) -> bool {
    let by_ones = lengths.iter().all(|length| *length == 1);
    let as_mobile = by_ones || matches!(lengths, [3, 4, 4] | [3, 8] | [7, 4]);
    let as_old = by_ones || matches!(lengths, [6, 6, 3]);
    as_mobile && is_mobile(digits)
        || as_old && digits.len() == 15 && is_identity_number(digits)
        || is_citizens_apart(digits)
}

fn is_citizens_apart(digits: &str) -> bool {
    let year = digits.get(6..10).and_then(|year| year.parse::<i16>().ok());
    digits.len() == 18
        && is_identity_number(digits)
        && (year.is_some_and(|year| year < DOCUMENT_YEAR) || passes_check(digits))
}

/// Whether digits are an identity number of today's form with a check digit that holds.
fn passes_check(digits: &str) -> bool {
    digits.len() == 18
        && is_identity_number(digits)
        && digits.get(..17).and_then(citizen_id_check_character) == digits.chars().last()
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

    #[test]
    fn article_6_no_sign_between_its_digits_hides_a_number() {
        for text in [
            "119999/19900307/8515",
            "119999_19900307_8515",
            "119999·19900307·8515",
            "119999  19900307  8515",
            "119999 - 19900307 - 8515",
            "119999\t19900307\t8515",
            "119999\u{200b}19900307\u{200b}8515",
            "1\u{200b}3\u{200d}8\u{feff}12345678",
            "１１９９９９／１９９００３０７／８５１５",
            "１３８＿１２３４＿５６７８",
            "138/1234/5678",
            "1/3/8/1/2/3/4/5/6/7/8",
            "110105_19491231_002x",
            "110105 / 491231 / 002",
            "案号 2026 11010519491231002X",
        ] {
            assert_eq!(find(text).len(), 1, "`{text}`");
        }
        for text in ["119999/19900307/8515", "11010519\u{2060}491231002X", "2026 110105/19491231/002X"] {
            assert!(holds_citizen_id(text), "`{text}`");
        }
        assert_eq!(find("119999/19900307/8515 和 138/1234/5678").len(), 2);
    }

    #[test]
    fn days_amounts_and_numbers_of_documents_with_signs_between_them_are_left_alone() {
        for text in [
            "2026/02/13 2026/08/31 12",
            "2026/2/13  2026/8/31",
            "110108/20260213/0001",
            "0101/20260001",
            "1,234,567.00 / 89",
            "15/03/2026 300",
            "1380/1234/567",
            "12345678  2026  1000",
            "010_20261123",
        ] {
            assert!(find(text).is_empty(), "`{text}`");
            assert!(!holds_citizen_id(text), "`{text}`");
        }
    }
}
