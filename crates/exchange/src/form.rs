//! From a value as it was filed to a value in canonical form, exactly or not at all.

use register::format::{Field, Form, Format, Role};
use register::ruling::Ground;
use register::text::half_width;
use serde_json::Value;

use crate::day::{self, DayFault};
use crate::grounds;
use crate::headings::Reading;
use crate::json::Json;
use crate::number::{Notation, NumberFault};
use crate::templates;

/// What some departments write for nothing. In an optional field of a form or an identifier it is read as absent; in names
/// and free text it stays as it is, since there it may be meant.
const PLACEHOLDERS: [&str; 14] =
    ["无", "空", "无数据", "/", "\\", "-", "--", "—", "——", "－", "NULL", "N/A", "NA", "NONE"];

/// How a field is read: its form, where the schema is more exact than the annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Day,
    TenThousandYuan,
    Yuan,
    Integer,
    Flag,
    List {
        /// Whether the list holds whole numbers.
        integers: bool,
    },
}

/// How a field of a format is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan<'a> {
    /// The field.
    pub field: &'a Field,
    shape: Shape,
    /// Whether a placeholder means that there is no value.
    placeholders: bool,
    /// Whether it holds a code or number that a spreadsheet program may have spoilt.
    identifier: bool,
    /// Whether the format is of lines about persons.
    of_persons: bool,
}

/// A value as it stands in a file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given<'v> {
    /// A cell.
    Cell(&'v str),
    /// A JSON value.
    Json(&'v Json<'v>),
}

impl<'a> Plan<'a> {
    pub fn new(format: &Format, field: &'a Field) -> Self {
        let property = format.schema().get("properties").and_then(|properties| properties.get(&field.name));
        let kind = |schema: Option<&Value>| {
            schema
                .and_then(|schema| schema.get("type"))
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let items = kind(property.and_then(|property| property.get("items")));
        let shape = match (field.annotation.form, kind(property).as_str()) {
            (Form::Day, _) => Shape::Day,
            (Form::TenThousandYuan, _) => Shape::TenThousandYuan,
            (Form::Yuan, _) => Shape::Yuan,
            (Form::List, _) | (_, "array") => Shape::List { integers: items == "integer" },
            (Form::Integer, _) | (_, "integer") => Shape::Integer,
            (_, "boolean") => Shape::Flag,
            (Form::Text, _) => Shape::Text,
        };
        let role = field.annotation.role;
        let identifier = shape == Shape::Text
            && !field.annotation.free_text
            && (matches!(
                role,
                Some(
                    Role::SubjectCode
                        | Role::SubjectDocumentNumber
                        | Role::DocumentDigest
                        | Role::CertificateNumber
                        | Role::AuthorityCode
                )
            ) || field.annotation.code.as_deref().is_some_and(templates::is_identifier));
        let placeholders = !field.required
            && (shape != Shape::Text || identifier || role == Some(Role::SubjectDocumentType));
        let of_persons = format.role(Role::SubjectDocumentNumber).is_some();
        Self { field, shape, placeholders, identifier, of_persons }
    }

    /// Whether amounts of this field are written in another unit outside than inside.
    pub const fn decimals_outside(&self) -> Option<usize> {
        match self.shape {
            Shape::TenThousandYuan => Some(Notation::TEN_THOUSAND_YUAN.decimals_max),
            Shape::Yuan => Some(Notation::YUAN.decimals_max),
            _ => None,
        }
    }

    /// Reads a value. Nothing is `None`: an empty cell, `null`, an empty list, a placeholder in an optional field.
    ///
    /// # Errors
    /// The ground on which the line is refused; the value is masked in it.
    pub fn read(&self, given: Given<'_>, reading: Reading) -> Result<Option<Value>, Box<Ground>> {
        match given {
            Given::Cell(cell) => self.read_text(cell, reading),
            Given::Json(Json::Nothing) => Ok(None),
            Given::Json(Json::Text(text)) => self.read_text(text, reading),
            Given::Json(Json::Number(digits)) => self.read_number(digits, reading).map(Some),
            Given::Json(Json::Flag(flag)) if self.shape == Shape::Flag => Ok(Some(Value::Bool(*flag))),
            Given::Json(Json::List(values)) if matches!(self.shape, Shape::List { .. }) => {
                let mut read = Vec::with_capacity(values.len());
                for value in values {
                    let item = match value {
                        Json::Nothing => None,
                        Json::Text(text) => self.read_item(text)?,
                        Json::Number(digits) => Some(self.read_number(digits, reading)?),
                        _ => return Err(self.wrong_type()),
                    };
                    push_new(&mut read, item);
                }
                Ok(list(read))
            }
            Given::Json(Json::Flag(_) | Json::List(_) | Json::Object(_)) => Err(self.wrong_type()),
        }
    }

    fn read_text(&self, written: &str, reading: Reading) -> Result<Option<Value>, Box<Ground>> {
        let text = clean(written, self.field.annotation.free_text);
        if text.is_empty() || (self.placeholders && is_placeholder(text)) {
            return Ok(None);
        }
        self.check_characters(text)?;
        let value = match self.shape {
            Shape::Text => self.text(text)?,
            Shape::Day => self.day(text)?,
            Shape::Flag => self.flag(text)?,
            Shape::Integer => self.number(Notation::WHOLE, text)?,
            Shape::TenThousandYuan | Shape::Yuan => self.number(self.amount_notation(reading), text)?,
            Shape::List { .. } => {
                let mut read = Vec::new();
                for item in text.split([';', '；']) {
                    push_new(&mut read, self.read_item(item)?);
                }
                return Ok(list(read));
            }
        };
        Ok(Some(value))
    }

    fn read_item(&self, item: &str) -> Result<Option<Value>, Box<Ground>> {
        let item = clean(item, self.field.annotation.free_text);
        if item.is_empty() {
            return Ok(None);
        }
        self.check_characters(item)?;
        match self.shape {
            Shape::List { integers: true } => self.number(Notation::WHOLE, item).map(Some),
            _ => self.text(item).map(Some),
        }
    }

    fn read_number(&self, digits: &str, reading: Reading) -> Result<Value, Box<Ground>> {
        match self.shape {
            Shape::Integer | Shape::List { integers: true } => self.number(Notation::WHOLE.in_json(), digits),
            Shape::TenThousandYuan | Shape::Yuan => {
                self.number(self.amount_notation(reading).in_json(), digits)
            }
            // A code, a status or a day may come as a JSON number; its digits are taken as they stand.
            Shape::Text | Shape::List { integers: false } if is_digits(digits) => {
                Ok(Value::String(digits.to_owned()))
            }
            Shape::Day if is_digits(digits) => self.day(digits),
            Shape::Text | Shape::Day | Shape::Flag | Shape::List { .. } => Err(self.wrong_type()),
        }
    }

    const fn amount_notation(&self, reading: Reading) -> Notation {
        match (reading, self.shape) {
            (Reading::Canonical, _) => Notation::FEN,
            (Reading::Outside, Shape::Yuan) => Notation::YUAN,
            (Reading::Outside, _) => Notation::TEN_THOUSAND_YUAN,
        }
    }

    fn text(&self, text: &str) -> Result<Value, Box<Ground>> {
        if self.identifier && looks_like_power_of_ten(text) {
            let (value, value_en) = grounds::shown(self.of_persons, text);
            return Err(self.refuse(
                "power_of_ten",
                (
                    format!("的值 {value} 是电子表格改写的科学计数法，原来的数字已经丢失"),
                    format!(
                        "is {value_en}: a spreadsheet program has turned a long number into a power of ten"
                    ),
                ),
                ("把该列设为文本格式后从源系统重新导出", "make the column a text column and export it again"),
            ));
        }
        // Most texts have no line end, and looking for one byte is quicker than for two.
        let text = if text.contains('\r') { text.replace("\r\n", "\n") } else { text.to_owned() };
        Ok(Value::String(text))
    }

    fn day(&self, text: &str) -> Result<Value, Box<Ground>> {
        let until = self.field.annotation.role == Some(Role::ValidUntil);
        if until && day::is_open_ended(text) {
            return Ok(Value::String(day::OPEN_ENDED.to_owned()));
        }
        let read = day::read(text).map_err(|fault| self.no_day(fault, text))?;
        let read = read.to_string();
        // The templates' day for "without end" is 2099-12-31; some systems know a later one.
        let is_open_ended = until && read.as_str() > day::OPEN_ENDED;
        Ok(Value::String(if is_open_ended { day::OPEN_ENDED.to_owned() } else { read }))
    }

    fn no_day(&self, fault: DayFault, text: &str) -> Box<Ground> {
        let (value, value_en) = grounds::shown(self.of_persons, text);
        let remedy = (
            "核对文书上的日期，写成“年-月-日”，例如 2026-02-13",
            "check the date in the document and write it as year-month-day, for example 2026-02-13",
        );
        match fault {
            DayFault::Impossible => self.refuse(
                "impossible_day",
                (
                    format!("的值 {value} 不是日历上的日期"),
                    format!("is {value_en}, a day that the calendar does not have"),
                ),
                remedy,
            ),
            DayFault::Form => self.refuse(
                "no_day",
                (format!("的值 {value} 不是日期"), format!("is {value_en}, which is no day")),
                remedy,
            ),
            DayFault::TimeOfDay => self.refuse(
                "day_with_time",
                (format!("的值 {value} 带有时刻"), format!("is {value_en}, a time and not a day")),
                ("只写北京时间的日期，如 2026-02-13", "write the day in Beijing alone, such as 2026-02-13"),
            ),
            DayFault::SerialNumber => self.refuse(
                "day_as_number",
                (
                    format!("的值 {value} 是电子表格内部的日期序号"),
                    format!("is {value_en}, the number by which a spreadsheet program counts days"),
                ),
                ("把该列设为日期格式后重新导出", "make the column a date column and export it again"),
            ),
        }
    }

    fn flag(&self, text: &str) -> Result<Value, Box<Ground>> {
        match text.to_ascii_lowercase().as_str() {
            "是" | "true" | "1" | "y" | "yes" => Ok(Value::Bool(true)),
            "否" | "false" | "0" | "n" | "no" => Ok(Value::Bool(false)),
            _ => {
                let (value, value_en) = grounds::shown(self.of_persons, text);
                Err(self.refuse(
                    "no_flag",
                    (
                        format!("的值 {value} 既不是“是”也不是“否”"),
                        format!("is {value_en}, neither yes nor no"),
                    ),
                    ("填写“是”或“否”", "write 是 or 否"),
                ))
            }
        }
    }

    fn number(&self, notation: Notation, text: &str) -> Result<Value, Box<Ground>> {
        notation.read(text).map(Value::from).map_err(|fault| self.no_number(fault, notation, text))
    }

    fn no_number(&self, fault: NumberFault, notation: Notation, text: &str) -> Box<Ground> {
        let (value, value_en) = grounds::shown(self.of_persons, text);
        let (unit_zh, unit_en) = match notation.unit {
            "万元" => ("以万元为单位", "in 10,000 yuan"),
            "元" => ("以元为单位", "in yuan"),
            "分" => ("以分为单位", "in whole fen"),
            _ => ("写成整数", "as a whole number"),
        };
        let most = notation.decimals_max;
        let (code, zh, en) = match fault {
            NumberFault::NotANumber => {
                ("no_number", format!("的值 {value} 不是数字"), format!("is {value_en}, which is no number"))
            }
            NumberFault::Decimals { given } => (
                "too_many_decimals",
                format!("的值 {value} 有 {given} 位小数，{unit_zh}时最多 {most} 位"),
                format!("is {value_en}, with {given} decimals; {unit_en} it has {most} at most"),
            ),
            NumberFault::Negative => (
                "negative_amount",
                format!("的值 {value} 是负数"),
                format!("is {value_en}, a negative amount"),
            ),
            NumberFault::TooLarge => (
                "amount_too_large",
                format!("的值 {value} 超出可登记的范围"),
                format!("is {value_en}, more than the register can hold"),
            ),
            NumberFault::Separators => (
                "separators",
                format!("的值 {value} 中的逗号不是千位分隔符"),
                format!("is {value_en}, with separators that do not part thousands"),
            ),
            NumberFault::PowerOfTen => (
                "power_of_ten",
                format!("的值 {value} 是科学计数法，可能已丢失位数"),
                format!("is {value_en}, a power of ten that may have lost digits"),
            ),
            NumberFault::Unit => (
                "other_unit",
                format!("的值 {value} 的单位与该字段不同，该字段{unit_zh}"),
                format!("is {value_en}, in another unit than the field, which is {unit_en}"),
            ),
        };
        let remedy = match notation.unit {
            "万元" => (
                "核对文书金额，换算成万元，最多六位小数，不写单位",
                "check the amount in the document and write it in 10,000 yuan, with six decimals at most and no unit",
            ),
            "元" => (
                "核对文书金额，换算成元，最多两位小数，不写单位",
                "check the amount in the document and write it in yuan, with two decimals at most and no unit",
            ),
            "分" => (
                "核对文书金额，换算成整数分，不写单位",
                "check the amount in the document and write it in whole fen, without a unit",
            ),
            _ => ("核对后写成整数", "check it and write a whole number"),
        };
        self.refuse(code, (zh, en), remedy)
    }

    fn check_characters(&self, text: &str) -> Result<(), Box<Ground>> {
        let is_control = |character: char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
        // Control characters are single bytes, or of two bytes of which the first is 0xC2.
        let may_be_control = |byte: u8| byte < b' ' || byte == 0x7f || byte == 0xc2;
        if text.bytes().any(may_be_control) && text.contains(is_control) {
            return Err(self.refuse(
                "control_character",
                ("含有控制字符".to_owned(), "holds a control character".to_owned()),
                ("从源系统重新导出该行", "export the line again from the system it comes from"),
            ));
        }
        if text.contains('\u{fffd}') {
            return Err(self.refuse(
                "lost_character",
                (
                    "含有替换符（�），说明此前转换编码时已丢失文字".to_owned(),
                    "holds a replacement character (�): an earlier conversion has lost text".to_owned(),
                ),
                (
                    "从源系统以 UTF-8 或 GB18030 重新导出",
                    "export it again from the system it comes from, in UTF-8 or GB18030",
                ),
            ));
        }
        Ok(())
    }

    fn wrong_type(&self) -> Box<Ground> {
        let (zh, en) = match self.shape {
            Shape::Text => ("应为文字", "must be a text"),
            Shape::Day => ("应为日期", "must be a day"),
            Shape::TenThousandYuan | Shape::Yuan => ("应为金额", "must be an amount"),
            Shape::Integer => ("应为整数", "must be a whole number"),
            Shape::Flag => ("应为是或否", "must be true or false"),
            Shape::List { .. } => ("应为一组文字", "must be a list of texts"),
        };
        self.refuse(
            "wrong_type",
            (zh.to_owned(), en.to_owned()),
            ("按目录条目的数据格式填写该字段", "write the field as the item's data format has it"),
        )
    }

    fn refuse(
        &self,
        code: &'static str,
        what: (String, String),
        remedy: (&'static str, &'static str),
    ) -> Box<Ground> {
        Box::new(grounds::field(code, self.field, what, remedy))
    }
}

/// A cell without what spreadsheet programs and exports put around it to keep a number a text: `="0012"`, `'0012`, a tab.
fn clean(written: &str, free_text: bool) -> &str {
    let text = trim(written);
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'))
        && !inner.contains('"')
    {
        return trim(inner);
    }
    match text.strip_prefix('\'') {
        Some(rest) if !free_text && rest.starts_with(|first: char| first.is_ascii_digit()) => rest,
        _ => text,
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| {
        character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}')
    })
}

fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.iter().any(|placeholder| placeholder.eq_ignore_ascii_case(text))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `9.11101E+17`: the form in which a spreadsheet program shows a number of more than eleven digits.
fn looks_like_power_of_ten(text: &str) -> bool {
    let text: String = text.chars().map(half_width).collect();
    text.split_once("E+").or_else(|| text.split_once("e+")).is_some_and(|(mantissa, exponent)| {
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        whole.len() == 1
            && (2..=3).contains(&exponent.len())
            && [whole, fraction, exponent].into_iter().all(is_digits)
    })
}

fn push_new(values: &mut Vec<Value>, value: Option<Value>) {
    if let Some(value) = value.filter(|value| !values.contains(value)) {
        values.push(value);
    }
}

fn list(values: Vec<Value>) -> Option<Value> {
    (!values.is_empty()).then_some(Value::Array(values))
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
