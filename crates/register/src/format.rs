//! The data format of a catalogue item (Article 11): a closed JSON Schema whose properties say, under the key
//! `credence`, what each field is: its code in the field's templates, its form in a file, its role in the act.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How a value is written in a department's file; inside, amounts are whole fen and days ISO text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Text as it is.
    #[default]
    Text,
    /// A civil day: `2026-02-13`, `2026/2/13`, `20260213`, `2026年2月13日`.
    Day,
    /// An amount in 10,000 yuan with at most six decimals, kept as whole fen (1 万元 = 1,000,000 fen).
    TenThousandYuan,
    /// An amount in yuan with at most two decimals, kept as whole fen.
    Yuan,
    /// A whole number.
    Integer,
    /// Several values joined by `;` or `；`, kept as a list.
    List,
}

/// What a field does in the act of filing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The subject's unified social credit code.
    SubjectCode,
    /// The kind of a natural person's document, as the templates write it (身份证 …).
    SubjectDocumentType,
    /// The number of a natural person's document.
    SubjectDocumentNumber,
    /// The subject's category as the templates write it (法人及非法人组织 / 自然人 / 个体工商户).
    SubjectCategory,
    /// The subject's name.
    SubjectName,
    /// The number of the document that has legal effect (Article 14).
    DocumentNumber,
    /// The SHA-256 of that document, 64 hexadecimal digits.
    DocumentDigest,
    /// The number of a certificate, which tells apart several grants under one document.
    CertificateNumber,
    /// The day of the finding, decision or event: day 0 of every period (Article 15).
    FindingDay,
    /// The day of the conduct, where the format carries it: nothing adverse about conduct before 18.
    ConductDay,
    /// Last day of validity.
    ValidUntil,
    /// The unified code of the deciding authority.
    AuthorityCode,
}

/// The annotations of one property, under the key `credence` of its schema.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Annotation {
    /// The field's code in the templates, such as `CF_WSH`.
    pub code: Option<String>,
    /// Other headings under which departments send it.
    pub aliases: Vec<String>,
    /// How it is written in a file.
    pub form: Form,
    /// What it does in the act.
    pub role: Option<Role>,
    /// Whether it may be published when the record is displayed.
    pub public: bool,
    /// Whether it names or describes a human being and is masked for those not entitled.
    pub personal: bool,
    /// Whether it is free text, in which identity and telephone numbers are looked for.
    pub free_text: bool,
}

/// One field of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The property's name in our own form, such as `decision_document_number`.
    pub name: String,
    /// Its Chinese name in the templates (the schema's `title`).
    pub chinese_name: String,
    /// Whether the format requires it.
    pub required: bool,
    /// Its annotations.
    pub annotation: Annotation,
}

impl Field {
    /// Every name under which the field is known: ours, the templates', its code and its aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [self.name.as_str(), self.chinese_name.as_str()]
            .into_iter()
            .chain(self.annotation.code.as_deref())
            .chain(self.annotation.aliases.iter().map(String::as_str))
    }
}

/// A format: the schema and what was read from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Format {
    schema: Value,
    fields: Vec<Field>,
}

/// Why a schema is no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the data format is refused at `{place}`: {reason}")]
pub struct FormatError {
    /// The property or keyword.
    pub place: String,
    /// What is wrong.
    pub reason: String,
}

impl Format {
    /// Reads a schema. It must be closed: an object, `additionalProperties` false, every property a scalar or a
    /// list of scalars with a bounded length (design: the formats of items are closed schemas).
    ///
    /// # Errors
    /// [`FormatError`] naming the property.
    pub fn new(schema: Value) -> Result<Self, FormatError> {
        let refuse =
            |place: &str, reason: &str| FormatError { place: place.to_owned(), reason: reason.to_owned() };
        if schema.get("type").and_then(Value::as_str) != Some("object") {
            return Err(refuse("type", "must be `object`"));
        }
        if schema.get("additionalProperties") != Some(&Value::Bool(false)) {
            return Err(refuse("additionalProperties", "must be `false`: a format is closed"));
        }
        let properties = schema
            .get("properties")
            .and_then(Value::as_object)
            .ok_or_else(|| refuse("properties", "is missing"))?;
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let mut fields = Vec::with_capacity(properties.len());
        for (name, property) in properties {
            if let Some(reason) = openness(property) {
                return Err(refuse(name, reason));
            }
            let annotation = match property.get("credence") {
                None => Annotation::default(),
                Some(value) => {
                    Annotation::deserialize(value).map_err(|error| refuse(name, &error.to_string()))?
                }
            };
            let chinese_name = property.get("title").and_then(Value::as_str).unwrap_or(name).to_owned();
            fields.push(Field {
                name: name.clone(),
                chinese_name,
                required: required.contains(&name.as_str()),
                annotation,
            });
        }
        // JSON objects have no order of their own; the schema says in which one its fields are read.
        let order: Vec<&str> = schema
            .pointer("/credence/order")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        if let Some(stranger) = order.iter().find(|name| !properties.contains_key(**name)) {
            return Err(refuse(stranger, "is named in the order but not described"));
        }
        fields.sort_by_key(|field: &Field| {
            order.iter().position(|name| *name == field.name).unwrap_or(usize::MAX)
        });
        if let Some(missing) = required.iter().find(|name| !properties.contains_key(**name)) {
            return Err(refuse(missing, "is required but not described"));
        }
        Ok(Self { schema, fields })
    }

    /// The JSON Schema as published.
    #[must_use]
    pub const fn schema(&self) -> &Value {
        &self.schema
    }

    /// Its fields.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field with this name of our own.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field that plays a role.
    #[must_use]
    pub fn role(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|field| field.annotation.role == Some(role))
    }

    /// The text that plays a role in a line's content.
    #[must_use]
    pub fn text_of<'a>(&self, role: Role, content: &'a Map<String, Value>) -> Option<&'a str> {
        content.get(&self.role(role)?.name).and_then(Value::as_str)
    }
}

/// Why a property would leave the format open, if it would.
fn openness(property: &Value) -> Option<&'static str> {
    match property.get("type").and_then(Value::as_str) {
        Some("string") => {
            let bounded = property.get("maxLength").is_some()
                || property.get("enum").is_some()
                || property.get("format").and_then(Value::as_str) == Some("date");
            (!bounded).then_some("text needs `maxLength`, `enum` or the format `date`")
        }
        Some("integer" | "boolean") => None,
        Some("array") => {
            let items = property.get("items");
            match items {
                None => Some("a list must describe its items"),
                Some(items) if items.get("type").and_then(Value::as_str) == Some("array") => {
                    Some("a list of lists is not closed")
                }
                Some(items) if property.get("maxItems").is_none() => {
                    let _ = items;
                    Some("a list needs `maxItems`")
                }
                Some(items) => openness(items),
            }
        }
        _ => Some("must be text, a whole number, a flag, or a list of those"),
    }
}
