//! Files of rows: a line that names format and table, and the rows one after the other as [`crate::rows::encode`] writes them.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use register::change::Table;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::rows;
use crate::schema;
use crate::sql::Value;

/// A file is ended once it holds so many bytes; a single row may carry it beyond.
pub(crate) const FILE_BYTES_MAX: u64 = 64 << 20;
/// The longest value that is believed: nothing that the program writes comes near it.
const VALUE_BYTES_MAX: u32 = 256 << 20;

/// A file as the manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileOf {
    /// Its place under the backup's folder.
    pub(crate) name: String,
    /// Its length.
    pub(crate) bytes: u64,
    /// How many rows it holds.
    pub(crate) rows: u64,
    /// SHA-256 over its bytes, in hexadecimal.
    pub(crate) sha256: String,
}

fn title(table: &Table) -> String {
    format!("{} {}\n", super::FORMAT, table.name)
}

/// Damage to a file of a backup.
pub(crate) fn damaged(path: &Path, what: impl std::fmt::Display) -> StoreError {
    StoreError::Backup(format!("`{}`: {what}", path.display()))
}

/// Writes rows of one table into files of bounded size, each made durable before it is named.
pub(crate) struct RowsWriter<'a> {
    folder: &'a Path,
    /// What the files are called, without number and ending.
    stem: String,
    table: &'static Table,
    open: Option<Open>,
    done: Vec<FileOf>,
    row: Vec<u8>,
}

struct Open {
    name: String,
    file: BufWriter<File>,
    digest: Sha256,
    bytes: u64,
    rows: u64,
}

impl Open {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes)
    }
}

impl<'a> RowsWriter<'a> {
    /// Files `folder/stem-0001.rows` and so on.
    pub(crate) fn new(folder: &'a Path, stem: String, table: &'static Table) -> Self {
        Self { folder, stem, table, open: None, done: Vec::new(), row: Vec::new() }
    }

    /// Writes a row.
    pub(crate) fn put(&mut self, row: &[Value]) -> Result<(), StoreError> {
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.begin()?,
        };
        self.row.clear();
        rows::encode(row, &mut self.row);
        open.write(&self.row).map_err(|error| StoreError::file(&self.folder.join(&open.name), &error))?;
        open.rows += 1;
        if open.bytes >= FILE_BYTES_MAX {
            self.end(open)?;
        } else {
            self.open = Some(open);
        }
        Ok(())
    }

    fn begin(&self) -> Result<Open, StoreError> {
        let name = format!("{}-{:04}.rows", self.stem, self.done.len() + 1);
        let path = self.folder.join(&name);
        let begin = || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let file = BufWriter::with_capacity(1 << 18, File::create(&path)?);
            let mut open = Open { name, file, digest: Sha256::new(), bytes: 0, rows: 0 };
            open.write(title(self.table).as_bytes())?;
            Ok(open)
        };
        begin().map_err(|error| StoreError::file(&path, &error))
    }

    fn end(&mut self, open: Open) -> Result<(), StoreError> {
        let path = self.folder.join(&open.name);
        let file = open.file.into_inner().map_err(|error| StoreError::file(&path, error.error()))?;
        file.sync_all().map_err(|error| StoreError::file(&path, &error))?;
        self.done.push(FileOf {
            name: open.name,
            bytes: open.bytes,
            rows: open.rows,
            sha256: hex::encode(open.digest.finalize()),
        });
        Ok(())
    }

    /// Ends the last file and names them all.
    pub(crate) fn finish(mut self) -> Result<Vec<FileOf>, StoreError> {
        if let Some(open) = self.open.take() {
            self.end(open)?;
        }
        Ok(self.done)
    }
}

/// Reads the rows of a file again, and at its end compares length, count and digest with what the manifest says. A row is
/// good for use in a store that is thrown away when the end is not good.
pub(crate) struct RowsReader<'a> {
    table: &'static Table,
    of: &'a FileOf,
    path: std::path::PathBuf,
    file: BufReader<Hashing>,
    rows: u64,
    /// What its rows lack, written before the table had these columns.
    lacking: Vec<Value>,
}

/// A file that is hashed while it is read.
struct Hashing {
    file: File,
    digest: Sha256,
    bytes: u64,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.digest.update(buffer.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}

impl<'a> RowsReader<'a> {
    /// Opens a file of a backup that was taken by a program of this version of the tables.
    pub(crate) fn open(
        folder: &Path,
        of: &'a FileOf,
        table: &'static Table,
        version: i64,
    ) -> Result<Self, StoreError> {
        let path = folder.join(&of.name);
        let file = File::open(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => damaged(&path, "the file is missing"),
            _ => StoreError::file(&path, &error),
        })?;
        let hashing = Hashing { file, digest: Sha256::new(), bytes: 0 };
        let lacking = schema::added_since(table, version)
            .map(|value| value.map_or(Value::NoInteger, Value::Integer))
            .collect();
        let file = BufReader::with_capacity(1 << 18, hashing);
        let mut reader = Self { table, of, path, file, rows: 0, lacking };
        let expected = title(table);
        let mut found = vec![0; expected.len()];
        if !reader.take(&mut found)? || found != expected.as_bytes() {
            return Err(damaged(&reader.path, format!("it is no file of rows of `{}`", table.name)));
        }
        Ok(reader)
    }

    /// Fills the buffer; false at the very end of the file.
    fn take(&mut self, buffer: &mut [u8]) -> Result<bool, StoreError> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let read = self.file.read(rest).map_err(|error| StoreError::file(&self.path, &error))?;
            if read == 0 {
                if filled == 0 {
                    return Ok(false);
                }
                return Err(damaged(&self.path, "it ends in the middle of a row"));
            }
            filled += read;
        }
        Ok(true)
    }

    fn whole(&mut self, buffer: &mut [u8]) -> Result<(), StoreError> {
        if self.take(buffer)? { Ok(()) } else { Err(damaged(&self.path, "it ends in the middle of a row")) }
    }

    fn long(&mut self) -> Result<Vec<u8>, StoreError> {
        let mut length = [0; 4];
        self.whole(&mut length)?;
        let length = u32::from_be_bytes(length);
        if length > VALUE_BYTES_MAX {
            return Err(damaged(&self.path, "a value is longer than any can be"));
        }
        let mut bytes = vec![0; length as usize];
        if length > 0 {
            self.whole(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// The next row; none at the end, once everything fits the manifest.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<Value>>, StoreError> {
        let mut row = Vec::with_capacity(self.table.columns.len());
        for place in 0..self.table.columns.len().saturating_sub(self.lacking.len()) {
            let mut letter = [0];
            if place == 0 {
                if !self.take(&mut letter)? {
                    return self.ended().map(|()| None);
                }
            } else {
                self.whole(&mut letter)?;
            }
            row.push(match letter {
                [b'I'] => {
                    let mut number = [0; 8];
                    self.whole(&mut number)?;
                    Value::Integer(i64::from_be_bytes(number))
                }
                [b'T'] => Value::Text(
                    String::from_utf8(self.long()?)
                        .map_err(|_| damaged(&self.path, "a text is not UTF-8"))?,
                ),
                [b'B'] => Value::Bytes(self.long()?),
                [b'i'] => Value::NoInteger,
                [b't'] => Value::NoText,
                [b'b'] => Value::NoBytes,
                _ => return Err(damaged(&self.path, "a row is not of the known form")),
            });
        }
        self.rows += 1;
        row.extend(self.lacking.iter().cloned());
        Ok(Some(row))
    }

    fn ended(&self) -> Result<(), StoreError> {
        let hashing = self.file.get_ref();
        compare(&self.path, self.of, hashing.bytes, &hex::encode(hashing.digest.clone().finalize()))?;
        if self.rows == self.of.rows {
            Ok(())
        } else {
            Err(damaged(&self.path, format!("it holds {} rows, not {}", self.rows, self.of.rows)))
        }
    }
}

fn compare(path: &Path, of: &FileOf, bytes: u64, sha256: &str) -> Result<(), StoreError> {
    if bytes != of.bytes {
        return Err(damaged(path, format!("it has {bytes} bytes, the manifest says {}", of.bytes)));
    }
    if sha256 != of.sha256 {
        return Err(damaged(path, "its digest is not the one in the manifest: it was changed or is broken"));
    }
    Ok(())
}

/// Reads a file once and compares its length and digest with what the manifest says.
pub(crate) fn check_file(folder: &Path, of: &FileOf) -> Result<(), StoreError> {
    let path = folder.join(&of.name);
    let mut file = File::open(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => damaged(&path, "the file is missing"),
        _ => StoreError::file(&path, &error),
    })?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer).map_err(|error| StoreError::file(&path, &error))?;
        if read == 0 {
            return compare(&path, of, bytes, &hex::encode(digest.finalize()));
        }
        digest.update(buffer.get(..read).unwrap_or_default());
        bytes += read as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{META, RECEIPT, SCHEMA_VERSION};

    fn rows() -> Vec<Vec<Value>> {
        vec![
            vec![Value::Integer(-5), "回执 \u{0}".into()],
            vec![Value::NoInteger, Value::NoText],
            vec![Value::Integer(i64::MAX), Value::Bytes(vec![])],
            vec![Value::NoBytes, "".into()],
        ]
    }

    fn read(folder: &Path, of: &FileOf) -> Result<Vec<Vec<Value>>, StoreError> {
        let mut reader = RowsReader::open(folder, of, &RECEIPT, SCHEMA_VERSION)?;
        let mut found = Vec::new();
        while let Some(row) = reader.next()? {
            found.push(row);
        }
        Ok(found)
    }

    #[test]
    fn rows_come_back_as_they_were_and_every_changed_or_missing_byte_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = RowsWriter::new(folder.path(), "run/receipt".to_owned(), &RECEIPT);
        rows().iter().for_each(|row| writer.put(row).unwrap());
        let files = writer.finish().unwrap();
        let [of] = files.as_slice() else { panic!("{files:?}") };
        assert_eq!(read(folder.path(), of).unwrap(), rows());
        assert!(RowsReader::open(folder.path(), of, &META, SCHEMA_VERSION).is_err());
        let path = folder.path().join(&of.name);
        let sound = std::fs::read(&path).unwrap();
        for place in 0..sound.len() {
            let mut changed = sound.clone();
            changed[place] ^= 1;
            std::fs::write(&path, &changed).unwrap();
            assert!(read(folder.path(), of).is_err() && check_file(folder.path(), of).is_err(), "{place}");
            std::fs::write(&path, &sound[..place]).unwrap();
            assert!(read(folder.path(), of).is_err() && check_file(folder.path(), of).is_err(), "{place}");
        }
        std::fs::write(&path, [sound.as_slice(), b"it"].concat()).unwrap();
        assert!(read(folder.path(), of).is_err());
        std::fs::write(&path, &sound).unwrap();
        assert!(check_file(folder.path(), of).is_ok());
    }
}
