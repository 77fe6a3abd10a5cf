//! The salted digest that stands in the leaf for everything that is not public, and the one text of a JSON
//! value that it is taken over.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::hash::Hash;

/// Separates a commitment from every other use of SHA-256 in the program.
const PREFIX: &[u8] = b"credence-commitment/1\0";
/// Values nested deeper than this are refused: no act needs it, and reading them back would be refused too.
pub(crate) const DEPTH_MAX: usize = 100;

/// The commitment to a payload: SHA-256 over a prefix, a fresh salt and the canonical plaintext. Without the
/// salt, nobody can find out by trying whether an entry is about a given person.
#[must_use]
pub fn commitment(salt: &[u8; 32], canonical_plaintext: &[u8]) -> Hash {
    let mut digest = Sha256::new();
    digest.update(PREFIX);
    digest.update(salt);
    digest.update(canonical_plaintext);
    digest.finalize().into()
}

/// Why a value has no canonical text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// Numbers with a fraction or an exponent have more than one text; amounts are whole fen.
    #[error("`{0}` is not a whole number between -2^63 and 2^64 - 1")]
    Fraction(String),
    /// U+0000 cannot be kept by every database.
    #[error("the text holds the character U+0000")]
    Nul,
    /// The value is nested too deeply.
    #[error("the value is nested more than {DEPTH_MAX} levels deep")]
    Depth,
    /// It cannot be written as JSON at all.
    #[error("the value has no form in JSON: {0}")]
    NoForm(String),
}

/// The one text of a JSON value: no spaces, keys sorted, only the escapes that JSON demands. For whole
/// numbers up to 2^53 it is the text of RFC 8785. Keys are sorted here, whatever order the value keeps them
/// in.
///
/// # Errors
/// When the value holds a number that is not whole, U+0000, or more than a hundred levels.
pub fn canonical_json(value: &Value) -> Result<String, CanonicalError> {
    let mut text = String::new();
    write_value(value, &mut text, 0)?;
    Ok(text)
}

fn write_value(value: &Value, text: &mut String, depth: usize) -> Result<(), CanonicalError> {
    if depth > DEPTH_MAX {
        return Err(CanonicalError::Depth);
    }
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) if number.is_i64() || number.is_u64() => text.push_str(&number.to_string()),
        Value::Number(number) => return Err(CanonicalError::Fraction(number.to_string())),
        Value::String(string) => write_string(string, text)?,
        Value::Array(values) => {
            text.push('[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_value(value, text, depth + 1)?;
            }
            text.push(']');
        }
        Value::Object(map) => write_object(map, text, depth)?,
    }
    Ok(())
}

fn write_object(map: &Map<String, Value>, text: &mut String, depth: usize) -> Result<(), CanonicalError> {
    let mut members: Vec<(&String, &Value)> = map.iter().collect();
    members.sort_by(|(left, _), (right, _)| order(left, right));
    text.push('{');
    for (place, (name, value)) in members.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        write_string(name, text)?;
        text.push(':');
        write_value(value, text, depth + 1)?;
    }
    text.push('}');
    Ok(())
}

/// RFC 8785 section 3.2.3 sorts names by UTF-16 units, which differs from byte order only beyond the basic plane.
pub(crate) fn order(left: &str, right: &str) -> std::cmp::Ordering {
    if left.is_ascii() && right.is_ascii() {
        left.cmp(right)
    } else {
        left.encode_utf16().cmp(right.encode_utf16())
    }
}

pub(crate) fn write_string(string: &str, text: &mut String) -> Result<(), CanonicalError> {
    text.push('"');
    let plain = |byte: &u8| *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
    if string.as_bytes().iter().all(plain) {
        text.push_str(string);
    } else {
        for character in string.chars() {
            match character {
                '\0' => return Err(CanonicalError::Nul),
                '"' => text.push_str("\\\""),
                '\\' => text.push_str("\\\\"),
                '\u{8}' => text.push_str("\\b"),
                '\t' => text.push_str("\\t"),
                '\n' => text.push_str("\\n"),
                '\u{c}' => text.push_str("\\f"),
                '\r' => text.push_str("\\r"),
                control if control < ' ' => {
                    let code = u32::from(control);
                    text.push_str("\\u00");
                    text.extend(
                        [char::from_digit(code >> 4, 16), char::from_digit(code & 15, 16)]
                            .into_iter()
                            .flatten(),
                    );
                }
                plain => text.push(plain),
            }
        }
    }
    text.push('"');
    Ok(())
}

#[cfg(test)]
pub(crate) mod testing {
    use proptest::prelude::*;
    use serde_json::Value;

    /// Any value that has a canonical text.
    pub(crate) fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[^\0]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec(("[^\0]{0,6}", inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::testing::values;
    use super::*;

    #[test]
    fn a_commitment_is_sha_256_over_prefix_salt_and_text() {
        let expected = Sha256::digest([PREFIX, &[7; 32], b"{}"].concat());
        assert_eq!(commitment(&[7; 32], b"{}"), <[u8; 32]>::from(expected));
        assert_ne!(commitment(&[7; 32], b"{}"), commitment(&[8; 32], b"{}"));
    }

    #[test]
    fn keys_are_sorted_as_rfc_8785_sorts_them() {
        // The example of RFC 8785 section 3.2.3.
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control",
            "\u{f6}": "Latin Small Letter O With Diaeresis",
        });
        let text = canonical_json(&value).unwrap();
        let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"];
        let places: Vec<_> = order.iter().map(|word| text.find(word).unwrap()).collect();
        assert!(places.is_sorted(), "{text}");
    }

    #[test]
    fn text_and_numbers_have_one_form() {
        let value =
            json!({"b": [1, -2, u64::MAX, true, null], "a": "\u{1}\u{1f}\u{8}\t\n\u{c}\r\"\\/\u{7f}市"});
        let expected = "{\"a\":\"\\u0001\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\u{7f}市\",\"b\":[1,-2,18446744073709551615,true,null]}";
        assert_eq!(canonical_json(&value).unwrap(), expected);
    }

    #[test]
    fn fractions_nul_and_endless_nesting_are_refused() {
        assert_eq!(canonical_json(&json!([1.5])), Err(CanonicalError::Fraction("1.5".to_owned())));
        assert!(matches!(canonical_json(&json!(1e3)), Err(CanonicalError::Fraction(_))));
        assert_eq!(canonical_json(&json!("a\0b")), Err(CanonicalError::Nul));
        assert_eq!(canonical_json(&json!({"a\0": 1})), Err(CanonicalError::Nul));
        let nested = (0..200).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(canonical_json(&nested), Err(CanonicalError::Depth));
    }

    proptest! {
        #[test]
        fn the_text_reads_back_as_the_same_value_and_writes_the_same_text(value in values()) {
            let text = canonical_json(&value).unwrap();
            let read: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&read, &value);
            prop_assert_eq!(canonical_json(&read).unwrap(), text);
        }
    }
}
