//! Many rows at once: as a list of values a column, and in the binary form of PostgreSQL's `copy`.

use register::change::{ColumnKind, Table};

use crate::sql::Value;

/// The values of one column, row by row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Values {
    Integers(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

/// The rows of a table turned into its columns.
pub(crate) fn columns(table: &Table, rows: Vec<Vec<Value>>) -> Vec<Values> {
    let mut columns: Vec<Values> = table
        .columns
        .iter()
        .map(|column| match column.kind {
            ColumnKind::Integer => Values::Integers(Vec::with_capacity(rows.len())),
            ColumnKind::Text => Values::Texts(Vec::with_capacity(rows.len())),
            ColumnKind::Bytes | ColumnKind::Sealed => Values::Bytes(Vec::with_capacity(rows.len())),
        })
        .collect();
    for row in rows {
        // The width of each row was compared with the table's when it was made.
        for (column, value) in columns.iter_mut().zip(row) {
            match (column, value) {
                (Values::Integers(values), Value::Integer(number)) => values.push(Some(number)),
                (Values::Integers(values), _) => values.push(None),
                (Values::Texts(values), Value::Text(text)) => values.push(Some(text)),
                (Values::Texts(values), _) => values.push(None),
                (Values::Bytes(values), Value::Bytes(bytes)) => values.push(Some(bytes)),
                (Values::Bytes(values), _) => values.push(None),
            }
        }
    }
    columns
}

/// What the form begins with: its signature, no flags, nothing further in the head.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What stands where the next row's width would: the end.
const END: i16 = -1;
/// The length of nothing.
const NOTHING: i32 = -1;

/// Writes rows in the order of the table's columns.
pub(crate) fn encode(rows: &[Vec<Value>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64 + rows.iter().map(|row| length(row)).sum::<usize>());
    bytes.extend_from_slice(HEAD);
    for row in rows {
        bytes.extend_from_slice(&i16::try_from(row.len()).unwrap_or(i16::MAX).to_be_bytes());
        for value in row {
            match value {
                Value::Integer(number) => put(&mut bytes, &number.to_be_bytes()),
                Value::Text(text) => put(&mut bytes, text.as_bytes()),
                Value::Bytes(content) => put(&mut bytes, content),
                Value::NoInteger | Value::NoText | Value::NoBytes => {
                    bytes.extend_from_slice(&NOTHING.to_be_bytes())
                }
            }
        }
    }
    bytes.extend_from_slice(&END.to_be_bytes());
    bytes
}

fn length(row: &[Value]) -> usize {
    let content = |value: &Value| match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        _ => 8,
    };
    2 + row.iter().map(|value| 4 + content(value)).sum::<usize>()
}

fn put(bytes: &mut Vec<u8>, content: &[u8]) {
    // A value of two gigabytes is beyond what the database takes, and it says so by the length that is too large.
    bytes.extend_from_slice(&i32::try_from(content.len()).unwrap_or(i32::MAX).to_be_bytes());
    bytes.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns_with_their_empty_places() {
        let rows = vec![
            vec![Value::Integer(1), Value::Text("a".to_owned())],
            vec![Value::NoInteger, Value::Text("b".to_owned())],
        ];
        let table = crate::schema::tables().find(|table| table.name == "receipt").unwrap();
        let expected = [
            Values::Integers(vec![Some(1), None]),
            Values::Texts(vec![Some("a".to_owned()), Some("b".to_owned())]),
        ];
        assert_eq!(columns(table, rows), expected);
    }

    #[test]
    fn rows_have_the_form_of_the_manual() {
        let encoded = encode(&[vec![Value::Integer(-2), Value::Text("市".to_owned()), Value::NoBytes]]);
        let (head, rows) = encoded.split_at(19);
        assert_eq!(head, b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0");
        let expected: Vec<u8> = [
            &[0, 3, 0, 0, 0, 8][..],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe],
            &[0, 0, 0, 3],
            "市".as_bytes(),
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ]
        .concat();
        assert_eq!(rows, expected);
    }
}
