//! The bytes of a file as filed: counted, digested, and cut into physical lines of bounded length.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use sha2::{Digest, Sha256};

/// How much of a file is looked at before anything is decided about it, in bytes.
const PREFIX_BYTES: usize = 64 * 1024;

/// A source whose bytes are counted and digested as they pass.
struct Metered<R> {
    inner: R,
    digest: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.digest.update(buffer.get(..read).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}

/// A physical line without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PhysicalLine {
    /// Its number, from 1.
    pub number: u64,
    /// Its bytes, or nothing where it was longer than the limit.
    pub bytes: Option<Vec<u8>>,
}

impl PhysicalLine {
    /// Whether there is nothing in it but spaces.
    pub fn is_blank(&self) -> bool {
        self.bytes
            .as_deref()
            .is_some_and(|bytes| bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == b'\x1a'))
    }
}

/// The beginning of a file, looked at before it is read.
pub(crate) struct Prefix {
    /// The bytes after a byte order mark of UTF-8.
    pub bytes: Vec<u8>,
    /// Whether the file begins with that mark.
    pub has_mark: bool,
    /// Whether this is the whole file.
    pub is_whole: bool,
}

/// A file cut into physical lines, in flat memory.
pub(crate) struct PhysicalLines<R> {
    source: Chain<Cursor<Vec<u8>>, BufReader<Metered<R>>>,
    terminator: u8,
    bytes_max: usize,
    number: u64,
    returned: VecDeque<PhysicalLine>,
}

impl<R: Read> PhysicalLines<R> {
    /// Opens a source and looks at its beginning.
    pub fn open(source: R, bytes_max: usize) -> io::Result<(Self, Prefix)> {
        let mut metered = Metered { inner: source, digest: Sha256::new(), bytes: 0 };
        let mut bytes = Vec::new();
        let limit = u64::try_from(PREFIX_BYTES).unwrap_or(u64::MAX);
        let read = (&mut metered).take(limit).read_to_end(&mut bytes)?;
        let has_mark = bytes.starts_with(b"\xef\xbb\xbf");
        if has_mark {
            bytes.drain(..3);
        }
        // Some programs end lines with a carriage return alone.
        let terminator = if !bytes.contains(&b'\n') && bytes.contains(&b'\r') { b'\r' } else { b'\n' };
        let prefix = Prefix { bytes: bytes.clone(), has_mark, is_whole: read < PREFIX_BYTES };
        let source = Cursor::new(bytes).chain(BufReader::with_capacity(PREFIX_BYTES, metered));
        Ok((Self { source, terminator, bytes_max, number: 0, returned: VecDeque::new() }, prefix))
    }

    /// The next line, or nothing at the end of the file.
    pub fn next(&mut self) -> io::Result<Option<PhysicalLine>> {
        if let Some(line) = self.returned.pop_front() {
            return Ok(Some(line));
        }
        let mut bytes = Vec::new();
        let limit = u64::try_from(self.bytes_max).unwrap_or(u64::MAX).saturating_add(1);
        let taken = (&mut self.source).take(limit).read_until(self.terminator, &mut bytes)?;
        if taken == 0 {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        let number = self.number;
        if bytes.last() == Some(&self.terminator) {
            bytes.pop();
        } else if bytes.len() > self.bytes_max {
            self.source.skip_until(self.terminator)?;
            return Ok(Some(PhysicalLine { number, bytes: None }));
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        Ok(Some(PhysicalLine { number, bytes: Some(bytes) }))
    }

    /// Puts lines back, in their order: they are the next ones again.
    pub fn put_back(&mut self, lines: impl DoubleEndedIterator<Item = PhysicalLine>) {
        for line in lines.rev() {
            self.returned.push_front(line);
        }
    }

    /// Reads what is left, and gives the digest in hexadecimal and the number of bytes of the whole file.
    pub fn finish(mut self) -> io::Result<(String, u64)> {
        io::copy(&mut self.source, &mut io::sink())?;
        let (_, reader) = self.source.into_inner();
        let metered = reader.into_inner();
        let digest = metered.digest.finalize();
        Ok((digest.iter().map(|byte| format!("{byte:02x}")).collect(), metered.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8], bytes_max: usize) -> Vec<(u64, Option<String>)> {
        let (mut lines, _) = PhysicalLines::open(bytes, bytes_max).unwrap();
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push((line.number, line.bytes.map(|bytes| String::from_utf8(bytes).unwrap())));
        }
        all
    }

    #[test]
    fn lines_end_with_any_of_the_three_usual_ends() {
        let expected = vec![(1, Some("a".to_owned())), (2, Some("b".to_owned()))];
        for text in ["a\nb\n", "a\r\nb", "a\rb\r", "\u{feff}a\nb"] {
            assert_eq!(lines(text.as_bytes(), 10), expected, "{text:?}");
        }
    }

    #[test]
    fn a_line_over_the_limit_is_skipped_and_the_rest_goes_on() {
        assert_eq!(
            lines(b"abc\nabcd\nabc\nabcde", 3),
            vec![(1, Some("abc".to_owned())), (2, None), (3, Some("abc".to_owned())), (4, None)]
        );
    }

    #[test]
    fn the_digest_is_that_of_the_bytes_as_filed_mark_and_ends_included() {
        let bytes = b"\xef\xbb\xbfabc\r\n";
        let (mut lines, prefix) = PhysicalLines::open(&bytes[..], 10).unwrap();
        assert!(prefix.has_mark && prefix.is_whole);
        lines.next().unwrap();
        let (digest, length) = lines.finish().unwrap();
        let expected: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((digest, length), (expected, 8));
    }

    #[test]
    fn the_digest_of_nothing_is_the_known_one() {
        let (lines, _) = PhysicalLines::open(&b""[..], 10).unwrap();
        let (digest, _) = lines.finish().unwrap();
        assert_eq!(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
