//! The canonical text of whatever can be serialised, written in one pass.
//!
//! It is the text that [`canonical_json`](crate::canonical_json) writes for the same value, without the value in between:
//! the members of an object are written as they come and put in order where they did not come in order.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use serde::ser::{self, Serialize};

use crate::commitment::{CanonicalError, DEPTH_MAX, order, write_string};

/// The one text of a value: see [`canonical_json`](crate::canonical_json).
///
/// # Errors
/// When it holds a number that is not whole, U+0000, a key that is no text, or more than a hundred levels.
pub fn canonical_text<T: Serialize + ?Sized>(value: &T) -> Result<String, CanonicalError> {
    let mut writer = Writer { text: String::with_capacity(1024), depth: 0 };
    value.serialize(&mut writer)?;
    Ok(writer.text)
}

impl ser::Error for CanonicalError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::NoForm(message.to_string())
    }
}

struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    fn deeper(&mut self) -> Result<(), CanonicalError> {
        if self.depth > DEPTH_MAX {
            return Err(CanonicalError::Depth);
        }
        self.depth += 1;
        Ok(())
    }

    fn leaf(&self) -> Result<(), CanonicalError> {
        if self.depth > DEPTH_MAX { Err(CanonicalError::Depth) } else { Ok(()) }
    }

    fn plain(&mut self, text: std::fmt::Arguments<'_>) -> Result<(), CanonicalError> {
        self.leaf()?;
        self.text.write_fmt(text).map_err(|error| CanonicalError::NoForm(error.to_string()))
    }

    fn list(&mut self) -> Result<List<'_>, CanonicalError> {
        self.deeper()?;
        self.text.push('[');
        Ok(List { writer: self, first: true, within_variant: false })
    }

    fn object(&mut self) -> Result<Object<'_>, CanonicalError> {
        self.deeper()?;
        self.text.push('{');
        let begin = self.text.len();
        Ok(Object {
            writer: self,
            begin,
            members: Vec::with_capacity(16),
            in_order: true,
            key: None,
            within_variant: false,
        })
    }

    /// The object with one member that a variant with content is.
    fn variant(&mut self, name: &str) -> Result<(), CanonicalError> {
        self.deeper()?;
        self.text.push('{');
        write_string(name, &mut self.text)?;
        self.text.push(':');
        Ok(())
    }

    fn end_variant(&mut self) {
        self.text.push('}');
        self.depth -= 1;
    }
}

/// A list while it is written.
struct List<'w> {
    writer: &'w mut Writer,
    first: bool,
    within_variant: bool,
}

impl List<'_> {
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        if !std::mem::take(&mut self.first) {
            self.writer.text.push(',');
        }
        value.serialize(&mut *self.writer)
    }

    fn close(self) {
        self.writer.text.push(']');
        self.writer.depth -= 1;
        if self.within_variant {
            self.writer.end_variant();
        }
    }
}

/// An object while it is written.
struct Object<'w> {
    writer: &'w mut Writer,
    /// Where its first member stands.
    begin: usize,
    /// The names of its members, and where each stands with its value.
    members: Vec<(Cow<'static, str>, Range<usize>)>,
    /// Whether they came in order, each once.
    in_order: bool,
    /// A name whose value comes next.
    key: Option<String>,
    within_variant: bool,
}

impl Object<'_> {
    fn member<T: Serialize + ?Sized>(
        &mut self,
        name: Cow<'static, str>,
        value: &T,
    ) -> Result<(), CanonicalError> {
        if let Some((last, _)) = self.members.last() {
            self.in_order &= order(last, &name).is_lt();
            self.writer.text.push(',');
        }
        let from = self.writer.text.len();
        write_string(&name, &mut self.writer.text)?;
        self.writer.text.push(':');
        value.serialize(&mut *self.writer)?;
        self.members.push((name, from..self.writer.text.len()));
        Ok(())
    }

    fn close(mut self) {
        if !self.in_order {
            // Stable, and a name that comes twice means what it meant last, as in a map.
            self.members.sort_by(|(left, _), (right, _)| order(left, right));
            let written = self.writer.text.split_off(self.begin);
            let mut places = self.members.iter().peekable();
            let mut first = true;
            while let Some((name, place)) = places.next() {
                if places.peek().is_some_and(|(next, _)| next == name) {
                    continue;
                }
                if !std::mem::take(&mut first) {
                    self.writer.text.push(',');
                }
                let place = place.start - self.begin..place.end - self.begin;
                self.writer.text.push_str(written.get(place).unwrap_or_default());
            }
        }
        self.writer.text.push('}');
        self.writer.depth -= 1;
        if self.within_variant {
            self.writer.end_variant();
        }
    }
}

macro_rules! whole {
    ($($method:ident: $kind:ty),*) => {
        $(fn $method(self, value: $kind) -> Result<(), CanonicalError> {
            self.plain(format_args!("{value}"))
        })*
    };
}

impl<'w> ser::Serializer for &'w mut Writer {
    type Ok = ();
    type Error = CanonicalError;
    type SerializeSeq = List<'w>;
    type SerializeTuple = List<'w>;
    type SerializeTupleStruct = List<'w>;
    type SerializeTupleVariant = List<'w>;
    type SerializeMap = Object<'w>;
    type SerializeStruct = Object<'w>;
    type SerializeStructVariant = Object<'w>;

    whole!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    fn serialize_f32(self, value: f32) -> Result<(), CanonicalError> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result<(), CanonicalError> {
        Err(CanonicalError::Fraction(value.to_string()))
    }

    fn serialize_char(self, value: char) -> Result<(), CanonicalError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), CanonicalError> {
        self.leaf()?;
        write_string(value, &mut self.text)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), CanonicalError> {
        let mut list = self.list()?;
        value.iter().try_for_each(|byte| list.value(byte))?;
        list.close();
        Ok(())
    }

    fn serialize_none(self) -> Result<(), CanonicalError> {
        self.plain(format_args!("null"))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), CanonicalError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), CanonicalError> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), CanonicalError> {
        self.serialize_none()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), CanonicalError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), CanonicalError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), CanonicalError> {
        self.variant(variant)?;
        value.serialize(&mut *self)?;
        self.end_variant();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'w>, CanonicalError> {
        self.list()
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'w>, CanonicalError> {
        self.list()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'w>, CanonicalError> {
        self.list()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'w>, CanonicalError> {
        self.variant(variant)?;
        self.list().map(|list| List { within_variant: true, ..list })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'w>, CanonicalError> {
        self.object()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'w>, CanonicalError> {
        self.object()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Object<'w>, CanonicalError> {
        self.variant(variant)?;
        self.object().map(|object| Object { within_variant: true, ..object })
    }
}

macro_rules! lists {
    ($($kind:ident: $method:ident),*) => {
        $(impl ser::$kind for List<'_> {
            type Ok = ();
            type Error = CanonicalError;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
                self.value(value)
            }
            fn end(self) -> Result<(), CanonicalError> {
                self.close();
                Ok(())
            }
        })*
    };
}
lists!(
    SerializeSeq: serialize_element, SerializeTuple: serialize_element, SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
);

macro_rules! objects {
    ($($kind:ident),*) => {
        $(impl ser::$kind for Object<'_> {
            type Ok = ();
            type Error = CanonicalError;
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), CanonicalError> {
                self.member(Cow::Borrowed(name), value)
            }
            fn end(self) -> Result<(), CanonicalError> {
                self.close();
                Ok(())
            }
        })*
    };
}
objects!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Object<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), CanonicalError> {
        let mut name = Writer { text: String::new(), depth: 0 };
        key.serialize(&mut name)?;
        // A text is its own name; a number's name is its digits.
        let name = match name.text.starts_with('"') {
            true => {
                serde_json::from_str(&name.text).map_err(|error| CanonicalError::NoForm(error.to_string()))?
            }
            false if name.text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => name.text,
            false => return Err(CanonicalError::NoForm("a key is no text".to_owned())),
        };
        self.key = Some(name);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CanonicalError> {
        let key = self.key.take().ok_or_else(|| CanonicalError::NoForm("a value has no key".to_owned()))?;
        self.member(Cow::Owned(key), value)
    }

    fn end(self) -> Result<(), CanonicalError> {
        self.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::{Value, json};

    use super::*;
    use crate::canonical_json;
    use crate::commitment::testing::values;

    fn both<T: Serialize>(value: &T) -> (Result<String, CanonicalError>, Result<String, CanonicalError>) {
        (canonical_text(value), canonical_json(&serde_json::to_value(value).unwrap()))
    }

    #[derive(Serialize)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Tagged {
        Given {
            zone: u8,
            area: Option<char>,
            #[serde(flatten)]
            more: HashMap<String, i64>,
        },
        Wrapped(Wrapped),
        Nothing,
    }

    #[derive(Serialize)]
    struct Wrapped {
        beta: (u8, &'static str),
        alpha: Plain,
        #[serde(skip_serializing_if = "Option::is_none")]
        absent: Option<u8>,
        unit: (),
    }

    #[derive(Serialize)]
    enum Plain {
        Unit,
        One(Vec<bool>),
        Two(i8, u64),
        Named { y: i64, x: [u8; 2] },
    }

    #[test]
    fn every_shape_has_the_text_that_its_value_has() {
        let more = HashMap::from([
            ("\u{1f600}".to_owned(), -1),
            ("\u{fb33}".to_owned(), 2),
            ("a\"\n".to_owned(), 3),
        ]);
        let wrapped =
            |alpha| Tagged::Wrapped(Wrapped { beta: (1, "市\u{1}"), alpha, absent: None, unit: () });
        let shapes = vec![
            Tagged::Given { zone: 1, area: Some('区'), more },
            wrapped(Plain::Unit),
            wrapped(Plain::One(vec![true, false])),
            wrapped(Plain::Two(-128, u64::MAX)),
            wrapped(Plain::Named { y: i64::MIN, x: [0, 255] }),
            Tagged::Nothing,
        ];
        let (text, expected) = both(&shapes);
        assert_eq!(text, expected);
        let (text, expected) = both(&HashMap::from([(10, "a"), (9, "b"), (-1, "c")]));
        assert_eq!(text, expected);
    }

    #[test]
    fn what_has_no_canonical_text_is_refused_for_the_same_reason() {
        for value in [json!([1.5]), json!({"a\0": 1}), json!({"b": "a\0b"})] {
            let (text, expected) = both(&value);
            assert!(text.is_err());
            assert_eq!(text, expected);
        }
        for levels in [99, 100, 101, 102, 200] {
            let nested = (0..levels).fold(json!(1), |inner, _| json!([inner]));
            let (text, expected) = both(&nested);
            assert_eq!(text, expected, "{levels}");
        }
        assert!(matches!(canonical_text(&HashMap::from([(true, 1)])), Err(CanonicalError::NoForm(_))));
    }

    proptest! {
        #[test]
        fn any_value_has_the_text_of_the_other_way(value in values()) {
            prop_assert_eq!(canonical_text(&value), canonical_json(&value));
            let members: Vec<(String, Value)> = value.as_object().into_iter().flatten()
                .map(|(name, value)| (name.clone(), value.clone())).rev().collect();
            let unordered: HashMap<_, _> = members.into_iter().collect();
            prop_assert_eq!(canonical_text(&unordered), canonical_json(&serde_json::to_value(&unordered).unwrap()));
        }
    }
}
