//! What goes in and out as files: no database, no HTTP, no clock.
//!
//! | file | what is in it |
//! |---|---|
//! | [`reader`] | a department's file becomes judged-to-be-readable lines, in flat memory |
//! | [`opening`] | why a file as a whole is refused, and what to do |
//! | [`layout`] | kinds of file, limits, a line, the summary at the end |
//! | [`error_file`] | a list of what was refused, with reason, article and remedy |
//! | [`returned`] | the refused lines as they were filed, each with what is wrong with it, to be corrected and filed again |
//! | [`templates`] | the double-publicity columns, and an empty template for a format |
//! | [`writer`] | canonical lines written as a department would send them |
//!
//! A line leaves here as a map keyed by our property names, with values in canonical form: trimmed text, ISO days, whole
//! fen, lists as arrays. What a field *means* is judged by `register`; here it is only read, exactly or not at all
//! (Article 14: accurate and complete). Columns outside the format are named and never kept (Article 11), and a line that
//! carries a special category under any key is refused (Article 17).

pub mod error_file;
pub mod layout;
pub mod opening;
pub mod reader;
pub mod returned;
pub mod templates;
pub mod writer;

mod cells;
mod day;
mod decoding;
mod form;
mod grounds;
mod headings;
mod json;
mod number;
mod prohibited;
mod records;
mod source;

#[cfg(test)]
mod testing;

pub use error_file::ErrorFile;
pub use layout::{Encoding, FileKind, Layout, Limits, Line, Summary};
pub use opening::Opening;
pub use reader::{Lines, read_lines};
pub use returned::return_lines;
pub use templates::{TemplateColumn, template_csv};
pub use writer::{CsvStyle, Headings, write_csv, write_json_lines};
