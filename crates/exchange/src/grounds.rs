//! The grounds on which a line cannot be read: each with its article, and what to do, in both languages.

use law::Citation;
use register::format::Field;
use register::rules::masking::mask_text;
use register::ruling::{Bilingual, Ground};

use crate::decoding::Undecodable;
use crate::json::JsonFault;
use crate::prohibited::shown_name;
use crate::records::RecordFault;

/// What is filed must be accurate and complete (14).
pub(crate) const ACCURATE: Citation = Citation::article(14);
/// What is filed has the catalogue item's data format (11).
pub(crate) const FORMAT: Citation = Citation::article(11);
/// Special categories are not collected (17).
const SPECIAL_CATEGORY: Citation = Citation::article(17);

/// The longest value that a reason repeats, in characters.
const SHOWN_CHARACTERS_MAX: usize = 24;
/// The most digits of such a value: a time has fourteen.
const SHOWN_DIGITS_MAX: usize = 14;

/// A ground about a line as a whole.
pub(crate) fn line(
    code: &'static str,
    article: Citation,
    reason: (String, String),
    remedy: (&'static str, &'static str),
) -> Ground {
    Ground::new(code, article, Bilingual::made(reason.0, reason.1)).remedy(Bilingual::new(remedy.0, remedy.1))
}

/// A ground about a field: `what` follows the field's name.
pub(crate) fn field(
    code: &'static str,
    field: &Field,
    what: (String, String),
    remedy: (&'static str, &'static str),
) -> Ground {
    let (zh, en) = label(field);
    line(code, ACCURATE, (format!("{zh}{}", what.0), format!("{en} {}", what.1)), remedy).field(&field.name)
}

/// A field's name in both languages: for a Chinese reader as the column is headed.
pub(crate) fn label(field: &Field) -> (String, String) {
    let code = field.annotation.code.as_deref().map_or_else(String::new, |code| format!(" ({code})"));
    (format!("“{}”", field.chinese_name), format!("`{}`{code}", field.name))
}

/// A value as a reason may repeat it, in both languages. The reason is also read where the file is not: at the desks of those who watch
/// the quality of what is filed. So it repeats only what days and amounts are made of, and in a file about persons nothing: where
/// columns have slipped, any of them may hold a name or a number. Whoever filed the line has it before them.
pub(crate) fn shown(of_persons: bool, value: &str) -> (String, String) {
    let characters = value.chars().count();
    // A letter only in a power of ten: a passport begins with an E.
    let is_power_of_ten = value.contains("E+") || value.contains("e+");
    let is_of_a_day_or_amount = |one: char| {
        one.is_ascii_digit()
            || "-/.,:+年月日万元分 ".contains(one)
            || (is_power_of_ten && matches!(one, 'E' | 'e'))
    };
    // A longer row of digits may be the number of a document or of an account.
    let digits = value.chars().filter(char::is_ascii_digit).count();
    if of_persons
        || characters > SHOWN_CHARACTERS_MAX
        || digits > SHOWN_DIGITS_MAX
        || !value.chars().all(is_of_a_day_or_amount)
    {
        (format!("（{characters} 个字符）"), format!("a text of {characters} characters"))
    } else {
        let shown = format!("`{}`", mask_text(value));
        (shown.clone(), shown)
    }
}

/// A line that is longer than the limit.
pub(crate) fn too_long(bytes_max: usize) -> Ground {
    line(
        "line_too_long",
        ACCURATE,
        (
            format!("该行超过 {bytes_max} 字节，未读取"),
            format!("the line is longer than {bytes_max} bytes and was not read"),
        ),
        (
            "检查该行是否缺少换行；每条记录各占一行",
            "look for missing line ends: each record stands on a line of its own",
        ),
    )
}

/// A record that could not be cut.
pub(crate) fn record(fault: RecordFault, last: u64, number: u64, bytes_max: usize) -> Ground {
    match fault {
        RecordFault::TooLong => too_long(bytes_max),
        RecordFault::Quotes => {
            let (zh, en) = if last > number {
                (
                    format!("，第 {number} 至 {last} 行未读取"),
                    format!(": lines {number} to {last} were not read"),
                )
            } else {
                (String::new(), String::new())
            };
            line(
                "quotes",
                ACCURATE,
                (
                    format!("该行的双引号没有正确成对{zh}"),
                    format!("a double quote opens here and does not close where a cell ends{en}"),
                ),
                (
                    "单元格内的双引号写两次（\"\"），整个单元格再用双引号括起",
                    "write a quote inside a cell twice (\"\") and put the whole cell in quotes",
                ),
            )
        }
    }
}

/// A line that is no text in the file's encoding.
pub(crate) fn undecodable(fault: Undecodable) -> Ground {
    let remedy = (
        "整个文件用同一种编码保存（UTF-8 或 GB18030）后重新报送",
        "save the whole file in one encoding (UTF-8 or GB18030) and file it again",
    );
    match fault {
        Undecodable::OtherEncoding { file, line: own } => line(
            "other_encoding",
            ACCURATE,
            (
                format!("该行的编码是 {}，而文件的编码是 {}", own.name(), file.name()),
                format!("the line is in {}, the file in {}", own.name(), file.name()),
            ),
            remedy,
        ),
        Undecodable::Neither => line(
            "undecodable",
            ACCURATE,
            (
                "该行含有既非 UTF-8 也非 GB18030 的字节".to_owned(),
                "the line has bytes that are neither UTF-8 nor GB18030".to_owned(),
            ),
            remedy,
        ),
    }
}

/// A line with the character U+0000.
pub(crate) fn nul_character() -> Ground {
    line(
        "nul_character",
        ACCURATE,
        ("该行含有空字符（U+0000）".to_owned(), "the line holds the character U+0000".to_owned()),
        ("从源系统重新导出该行", "export the line again from the system it comes from"),
    )
}

/// A line of JSON that cannot be read.
pub(crate) fn json(fault: &JsonFault) -> Ground {
    match fault {
        JsonFault::NulCharacter => nul_character(),
        JsonFault::NotAnObject => line(
            "not_an_object",
            ACCURATE,
            ("该行不是 JSON 对象".to_owned(), "the line is no JSON object".to_owned()),
            ("每行写一个 JSON 对象", "write one JSON object on each line"),
        ),
        JsonFault::Malformed { column } => line(
            "not_json",
            ACCURATE,
            (
                format!("该行第 {column} 个字节处不是合法的 JSON"),
                format!("the line is no JSON: see byte {column}"),
            ),
            ("每行写一个完整的 JSON 对象", "write one whole JSON object on each line"),
        ),
        JsonFault::TooDeep => line(
            "nested_too_deep",
            ACCURATE,
            ("该行的 JSON 嵌套过深".to_owned(), "the line's JSON nests too deep".to_owned()),
            ("每个字段只写一个值", "write one value for each field"),
        ),
        JsonFault::LoneSurrogate => line(
            "lone_surrogate",
            ACCURATE,
            (
                "该行含有半个字符（不成对的 UTF-16 代理项）".to_owned(),
                "the line holds half a character (a lone UTF-16 surrogate)".to_owned(),
            ),
            (
                "从源系统重新导出；该字符应写成完整的一对或直接写出",
                "export it again: the character is written as a whole pair or as itself",
            ),
        ),
        JsonFault::RepeatedKey(key) => {
            let key = shown_name(key);
            line(
                "repeated_key",
                ACCURATE,
                (format!("`{key}` 在同一对象中出现两次"), format!("`{key}` stands twice in one object")),
                ("只保留正确的一个", "keep the right one"),
            )
            .field(key)
        }
    }
}

/// Two keys of a line that mean the same field.
pub(crate) fn same_field_twice(known: &Field, first: &str, second: &str) -> Ground {
    let (first, second) = (shown_name(first), shown_name(second));
    field(
        "same_field_twice",
        known,
        (
            format!("被写了两次：`{first}` 和 `{second}`"),
            format!("is written twice, as `{first}` and as `{second}`"),
        ),
        ("只保留正确的一个", "keep the right one"),
    )
}

/// A record with another number of cells than there are headings.
pub(crate) fn cell_count(cells: usize, headings: usize) -> Ground {
    line(
        "cell_count",
        ACCURATE,
        (
            format!("该行有 {cells} 个单元格，而表头有 {headings} 列"),
            format!("the line has {cells} cells and the file has {headings} columns"),
        ),
        (
            "补齐缺少的单元格（空值也要保留分隔符）；含逗号的单元格用双引号括起",
            "complete the cells (an empty one keeps its comma), and put a cell with a comma in quotes",
        ),
    )
}

/// A column or key of a special category.
pub(crate) fn special_category(path: &str) -> Ground {
    line(
        "special_category",
        SPECIAL_CATEGORY,
        (
            format!("`{path}` 属于法律禁止归集的信息"),
            format!("`{path}` is of a special category that must not be collected"),
        ),
        (
            "删去该列或该键后重新报送该行；其内容没有保存",
            "take the column or key out and file the line again; its content was not kept",
        ),
    )
    .field(path)
}
