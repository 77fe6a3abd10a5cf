//! A line of JSON, read exactly: numbers keep their digits, repeated keys are seen, and what no store can hold is refused.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// How deep objects and lists may nest.
const DEPTH_MAX: usize = 32;

/// A JSON value with its numbers as written. It borrows from its line where it can: a line has some twenty texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Json<'l> {
    /// `null`
    Nothing,
    /// `true` or `false`
    Flag(bool),
    /// The digits of a number.
    Number(Cow<'l, str>),
    /// A text.
    Text(Cow<'l, str>),
    /// A list.
    List(Vec<Json<'l>>),
    /// An object, in the order of the line; keys may repeat.
    Object(Vec<(Cow<'l, str>, Json<'l>)>),
}

/// Why a line is no JSON object that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JsonFault {
    /// It is JSON, but no object.
    NotAnObject,
    /// It is no JSON: something is wrong at this character, from 1.
    Malformed {
        /// The place.
        column: usize,
    },
    /// It nests too deep.
    TooDeep,
    /// It holds half of a surrogate pair, which is no character.
    LoneSurrogate,
    /// It holds the character U+0000.
    NulCharacter,
    /// A key stands twice in one object.
    RepeatedKey(String),
}

/// The pairs of the object on a line.
pub(crate) fn read_object(line: &str) -> Result<Vec<(Cow<'_, str>, Json<'_>)>, JsonFault> {
    let raw: &RawValue = serde_json::from_str(line).map_err(|error| malformed(line, &error))?;
    if !raw.get().starts_with('{') {
        return Err(JsonFault::NotAnObject);
    }
    match value(raw, 0, true)? {
        Json::Object(pairs) => Ok(pairs),
        _ => Err(JsonFault::NotAnObject),
    }
}

/// The object on a line with one more member, the values as they were written; a member of that name that it had is gone. Nothing
/// where the line is no object.
pub(crate) fn with_member(line: &str, name: &str, value: &impl serde::Serialize) -> Option<String> {
    let pairs: Pairs<'_> = serde_json::from_str(line).ok()?;
    let mut text = String::from("{");
    for (Key(key), raw) in pairs.0.iter().filter(|(Key(key), _)| key != name) {
        text.push_str(&serde_json::to_string(key).ok()?);
        text.push(':');
        text.push_str(raw.get());
        text.push(',');
    }
    text.push_str(&serde_json::to_string(name).ok()?);
    text.push(':');
    text.push_str(&serde_json::to_string(value).ok()?);
    text.push('}');
    Some(text)
}

/// A value in which only prohibited keys are looked for: what else is wrong with it does not matter there.
pub(crate) fn read_leniently(text: &str) -> Option<Json<'_>> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    value(raw, 0, false).ok()
}

fn value(raw: &RawValue, depth: usize, strict: bool) -> Result<Json<'_>, JsonFault> {
    if depth > DEPTH_MAX {
        return Err(JsonFault::TooDeep);
    }
    let text = raw.get();
    let deeper = depth.saturating_add(1);
    match text.as_bytes().first() {
        Some(b'{') => {
            let pairs: Pairs<'_> = serde_json::from_str(text).map_err(|error| malformed(text, &error))?;
            if strict {
                check_keys(&pairs.0)?;
            }
            let mut read = Vec::with_capacity(pairs.0.len());
            for (Key(key), raw) in pairs.0 {
                read.push((key, value(raw, deeper, strict)?));
            }
            Ok(Json::Object(read))
        }
        Some(b'[') => {
            let values: Vec<&RawValue> =
                serde_json::from_str(text).map_err(|error| malformed(text, &error))?;
            values.into_iter().map(|raw| value(raw, deeper, strict)).collect::<Result<_, _>>().map(Json::List)
        }
        Some(b'"') => {
            let read = string(text)?;
            if strict && read.contains('\0') {
                return Err(JsonFault::NulCharacter);
            }
            Ok(Json::Text(read))
        }
        Some(b't') => Ok(Json::Flag(true)),
        Some(b'f') => Ok(Json::Flag(false)),
        Some(b'n') => Ok(Json::Nothing),
        _ => Ok(Json::Number(Cow::Borrowed(text))),
    }
}

/// The text that a JSON string stands for. It was parsed as a part of its line: without an escape it is what it says.
fn string(text: &str) -> Result<Cow<'_, str>, JsonFault> {
    match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') => Ok(Cow::Borrowed(plain)),
        _ => serde_json::from_str(text).map(Cow::Owned).map_err(|error| malformed(text, &error)),
    }
}

/// So many keys are compared with each other; more are looked up.
const KEYS_COMPARED: usize = 32;

/// No key of an object stands twice or holds U+0000.
fn check_keys(pairs: &[(Key<'_>, &RawValue)]) -> Result<(), JsonFault> {
    let mut seen = HashSet::new();
    for (place, (Key(key), _)) in pairs.iter().enumerate() {
        if key.contains('\0') {
            return Err(JsonFault::NulCharacter);
        }
        let repeated = if pairs.len() <= KEYS_COMPARED {
            pairs.iter().take(place).any(|(earlier, _)| earlier.0 == *key)
        } else {
            !seen.insert(key)
        };
        if repeated {
            return Err(JsonFault::RepeatedKey(key.clone().into_owned()));
        }
    }
    Ok(())
}

/// A key of an object.
struct Key<'l>(Cow<'l, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The fault that a parse error stands for. Its own words may repeat values, so only its place is told.
fn malformed(text: &str, error: &serde_json::Error) -> JsonFault {
    let names_a_surrogate = text
        .as_bytes()
        .windows(4)
        .any(|window| matches!(window, [b'\\', b'u', b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F']));
    if names_a_surrogate && error.to_string().contains("hex escape") {
        return JsonFault::LoneSurrogate;
    }
    JsonFault::Malformed { column: error.column() }
}

/// The pairs of an object, values unread.
struct Pairs<'a>(Vec<(Key<'a>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_keeps_every_digit() {
        let pairs = read_object(r#"{"a": 123456789012.123456, "b": 1.10}"#).unwrap();
        assert_eq!(
            pairs,
            [
                ("a".into(), Json::Number("123456789012.123456".into())),
                ("b".into(), Json::Number("1.10".into()))
            ]
        );
    }

    #[test]
    fn what_is_no_object_is_refused_with_its_own_reason() {
        for (line, fault) in [
            ("[1]", JsonFault::NotAnObject),
            ("12", JsonFault::NotAnObject),
            ("{\"a\":1", JsonFault::Malformed { column: 6 }),
            ("{\"a\":1}{\"a\":1}", JsonFault::Malformed { column: 8 }),
            ("{\"a\":01}", JsonFault::Malformed { column: 7 }),
            ("{\"a\":1,\"a\":1}", JsonFault::RepeatedKey("a".to_owned())),
            ("{\"b\":{\"a\":1,\"a\":1}}", JsonFault::RepeatedKey("a".to_owned())),
            ("{\"a\":\"\\ud800\"}", JsonFault::LoneSurrogate),
            ("{\"a\":\"\\uD800x\"}", JsonFault::LoneSurrogate),
            ("{\"a\":\"\\udc00\"}", JsonFault::LoneSurrogate),
            ("{\"\\ud800\":1}", JsonFault::LoneSurrogate),
            ("{\"a\":[\"\\u0000\"]}", JsonFault::NulCharacter),
            ("{\"\\u0000\":1}", JsonFault::NulCharacter),
        ] {
            assert_eq!(read_object(line), Err(fault), "{line}");
        }
        assert!(read_object("{\"a\":\"\\ud842\\udfb7\"}").is_ok(), "a whole pair is a character");
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));
        assert_eq!(read_object(&deep), Err(JsonFault::TooDeep));
        let deeper = format!("{{\"a\":{}{}}}", "[".repeat(400_000), "]".repeat(400_000));
        assert!(read_object(&deeper).is_err(), "nesting does not exhaust the stack");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,60}", json in "[\\[\\]{}\":,0-9a-fu\\\\ ]{0,60}") {
            for line in [text, json] {
                let _ = read_object(&line);
                let _ = read_leniently(&line);
            }
        }
    }
}
