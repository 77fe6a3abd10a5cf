//! A Rust file without its comments, texts and tests, so that a rule about code is not set off by a word in a sentence.
//!
//! This is a lexer and no parser: it knows comments, texts, character literals, brackets and names. That is what the
//! rules ask, and it holds inside macros too, where a parser sees only tokens.

use std::ops::Range;

/// What the rules ask about a Rust file. Both texts have the length and the lines of the file.
#[derive(Debug, Clone, Default)]
pub struct Code {
    /// The code without comments, contents of texts, and items that are compiled for tests only.
    pub bare: String,
    /// The code without comments and contents of texts.
    pub with_tests: String,
    /// The texts, in order.
    pub texts: Vec<Text>,
    /// Whether it has an item that is compiled for tests only.
    pub has_tests: bool,
    /// Modules in files of their own that are compiled for tests only, as this file names them.
    pub test_modules: Vec<TestModule>,
}

/// A text literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// What stands between the quotes, as written.
    pub content: String,
    /// Whether it stands in an item that is compiled for tests only.
    pub in_tests: bool,
}

/// A module for tests in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestModule {
    /// Its name.
    pub name: String,
    /// Its file, where the code names one.
    pub path: Option<String>,
}

/// A name of several parts, such as `std::fs::read`, put together from where it is used or imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The line, from 1.
    pub line: usize,
    /// Its parts.
    pub parts: Vec<String>,
}

/// A function that is public and stands by itself, not in a type's `impl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicFunction {
    /// The line, from 1.
    pub line: usize,
    /// Its name.
    pub name: String,
}

impl Code {
    /// Reads a file.
    #[must_use]
    pub fn new(source: &str) -> Self {
        let (with_tests, spans) = blank_comments_and_texts(source);
        let (cut, test_modules) = test_items(&with_tests, source);
        let mut bare = with_tests.clone().into_bytes();
        for range in &cut {
            blank(&mut bare, range.clone());
        }
        let texts = spans
            .into_iter()
            .map(|span| Text {
                line: line_of(source, span.start),
                content: source.get(span.clone()).unwrap_or_default().to_owned(),
                in_tests: cut.iter().any(|range| range.contains(&span.start)),
            })
            .collect();
        Self { bare: text(bare), with_tests, texts, has_tests: !cut.is_empty(), test_modules }
    }

    /// How many lines it has, items for tests not counted.
    #[must_use]
    pub fn lines_without_tests(&self) -> usize {
        let all = self.with_tests.lines().count();
        let cut =
            self.with_tests.lines().zip(self.bare.lines()).filter(|(before, after)| before != after).count();
        all - cut
    }

    /// The names of several parts in the code without its tests.
    #[must_use]
    pub fn paths(&self) -> Vec<Path> {
        paths(&self.bare)
    }

    /// The names of several parts in the code, tests included.
    #[must_use]
    pub fn paths_with_tests(&self) -> Vec<Path> {
        paths(&self.with_tests)
    }

    /// Every identifier in the code without its tests, with its line.
    #[must_use]
    pub fn identifiers(&self) -> Vec<(usize, String)> {
        let mut line = 1;
        let mut found = Vec::new();
        for token in tokens(&self.bare) {
            match token {
                Token::Line => line += 1,
                Token::Name(name) => found.push((line, name.to_owned())),
                Token::Mark(_) => {}
            }
        }
        found
    }

    /// The public functions that stand by themselves, without those for tests.
    #[must_use]
    pub fn public_functions(&self) -> Vec<PublicFunction> {
        let mut found = Vec::new();
        let (mut line, mut depth) = (1, 0_u32);
        let mut before: [&str; 2] = ["", ""];
        for token in tokens(&self.bare) {
            match token {
                Token::Line => line += 1,
                Token::Mark('{') => depth += 1,
                Token::Mark('}') => depth = depth.saturating_sub(1),
                Token::Mark(_) => {
                    if depth == 0 {
                        before = ["", ""];
                    }
                }
                Token::Name(name) if depth == 0 => {
                    if before == ["pub", "fn"] {
                        found.push(PublicFunction { line, name: name.to_owned() });
                    }
                    // `pub const fn` and `pub async fn` are public functions too.
                    if !matches!(name, "const" | "async") {
                        let [_, last] = before;
                        before = [last, name];
                    }
                }
                Token::Name(_) => {}
            }
        }
        found
    }
}

/// The line of a place in a text, from 1.
#[must_use]
pub fn line_of(source: &str, offset: usize) -> usize {
    source.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

fn text(bytes: Vec<u8>) -> String {
    // Whole characters are blanked, so it stays UTF-8.
    String::from_utf8_lossy(&bytes).into_owned()
}

fn blank(bytes: &mut [u8], range: Range<usize>) {
    for byte in bytes.get_mut(range).unwrap_or_default() {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

/// Where a search for the end stops.
fn find(bytes: &[u8], from: usize, what: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.windows(what.len()).position(|window| window == what).map_or(bytes.len(), |place| from + place)
}

fn blank_comments_and_texts(source: &str) -> (String, Vec<Range<usize>>) {
    let bytes = source.as_bytes();
    let at = |place: usize| bytes.get(place).copied().unwrap_or_default();
    let mut out = bytes.to_vec();
    let mut texts = Vec::new();
    let mut place = 0;
    while place < bytes.len() {
        let before_is_name = place > 0 && is_name(at(place - 1));
        match at(place) {
            b'/' if at(place + 1) == b'/' => {
                let end = find(bytes, place, b"\n");
                blank(&mut out, place..end);
                place = end;
            }
            b'/' if at(place + 1) == b'*' => {
                let end = end_of_block_comment(bytes, place);
                blank(&mut out, place..end);
                place = end;
            }
            b'"' => {
                let end = end_of_text(bytes, place + 1);
                blank(&mut out, place + 1..end);
                texts.push(place + 1..end);
                place = end + 1;
            }
            b'r' | b'b' | b'c' if !before_is_name => match raw_text(bytes, place) {
                Some((content, end)) => {
                    blank(&mut out, content.clone());
                    texts.push(content);
                    place = end;
                }
                None => place += 1,
            },
            b'\'' => match end_of_character(bytes, place) {
                Some(end) => {
                    blank(&mut out, place + 1..end);
                    place = end + 1;
                }
                // A lifetime.
                None => place += 1,
            },
            _ => place += 1,
        }
    }
    (text(out), texts)
}

fn end_of_block_comment(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0_u32;
    let mut place = start;
    while place < bytes.len() {
        match bytes.get(place..place + 2) {
            Some(b"/*") => {
                depth += 1;
                place += 2;
            }
            Some(b"*/") => {
                depth -= 1;
                place += 2;
                if depth == 0 {
                    return place;
                }
            }
            _ => place += 1,
        }
    }
    bytes.len()
}

fn end_of_text(bytes: &[u8], from: usize) -> usize {
    let mut place = from;
    while let Some(byte) = bytes.get(place) {
        match byte {
            b'\\' => place += 2,
            b'"' => return place,
            _ => place += 1,
        }
    }
    bytes.len()
}

/// The content of a raw text that begins here, and where the literal ends.
fn raw_text(bytes: &[u8], start: usize) -> Option<(Range<usize>, usize)> {
    let mut place = start;
    if matches!(bytes.get(place), Some(b'b' | b'c')) {
        place += 1;
    }
    if bytes.get(place) != Some(&b'r') {
        return None;
    }
    place += 1;
    let hashes = bytes.get(place..)?.iter().take_while(|byte| **byte == b'#').count();
    place += hashes;
    if bytes.get(place) != Some(&b'"') {
        return None;
    }
    let mut closing = vec![b'"'];
    closing.extend(std::iter::repeat_n(b'#', hashes));
    let end = find(bytes, place + 1, &closing);
    Some((place + 1..end, end + closing.len()))
}

/// Where the closing quote of a character literal stands, or nothing for a lifetime.
fn end_of_character(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start + 1) == Some(&b'\\') {
        return Some(find(bytes, start + 3, b"'"));
    }
    let width = match bytes.get(start + 1)? {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    (bytes.get(start + 1 + width) == Some(&b'\'')).then_some(start + 1 + width)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The items that are compiled for tests only, and the modules among them that have a file of their own.
fn test_items(code: &str, source: &str) -> (Vec<Range<usize>>, Vec<TestModule>) {
    let bytes = code.as_bytes();
    if code.contains("#![cfg(test)]") {
        return (vec![0..code.len(); 1], Vec::new());
    }
    let mut cut = Vec::new();
    let mut modules = Vec::new();
    let mut from = 0;
    loop {
        let start = find(bytes, from, b"#[cfg(test)]").min(find(bytes, from, b"#[cfg(all(test"));
        if start >= bytes.len() {
            return (cut, modules);
        }
        let mut place = start;
        let mut round = 0_i32;
        let mut end = bytes.len();
        while let Some(byte) = bytes.get(place) {
            match byte {
                b'(' | b'[' => round += 1,
                b')' | b']' => round -= 1,
                b';' if round == 0 => {
                    end = place + 1;
                    break;
                }
                b'{' if round == 0 => {
                    end = matching_brace(bytes, place);
                    break;
                }
                _ => {}
            }
            place += 1;
        }
        let item = code.get(start..end).unwrap_or_default();
        if let Some(name) = item.trim_end().strip_suffix(';').and_then(module_name) {
            let written = source.get(start..end).unwrap_or_default();
            let path = written.split("#[path = \"").nth(1).and_then(|rest| rest.split('"').next());
            modules.push(TestModule { name, path: path.map(str::to_owned) });
        }
        cut.push(start..end);
        from = end;
    }
}

fn module_name(item: &str) -> Option<String> {
    let mut words = item.split_whitespace().rev();
    let name = words.next()?;
    (words.next() == Some("mod")).then(|| name.to_owned())
}

fn matching_brace(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0_u32;
    for (place, byte) in bytes.iter().enumerate().skip(start) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return place + 1;
                }
            }
            _ => {}
        }
    }
    bytes.len()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Name(&'a str),
    /// Any other character; `::` comes as one `:`.
    Mark(char),
    Line,
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        if first.is_alphanumeric() || first == '_' {
            let end = rest
                .find(|character: char| !(character.is_alphanumeric() || character == '_'))
                .unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            tokens.push(Token::Name(name));
            rest = after;
        } else if let Some(after) = rest.strip_prefix("::") {
            tokens.push(Token::Mark(':'));
            rest = after;
        } else {
            match first {
                '\n' => tokens.push(Token::Line),
                // A single colon is of no use to any rule and must not be taken for two.
                ':' => tokens.push(Token::Mark('.')),
                blank if blank.is_whitespace() => {}
                mark => tokens.push(Token::Mark(mark)),
            }
            rest = rest.split_at(first.len_utf8()).1;
        }
    }
    tokens
}

fn paths(code: &str) -> Vec<Path> {
    let mut found = Vec::new();
    let mut line = 1;
    // The parts gathered so far, and for each open group of an import what stands before it.
    let mut parts: Vec<String> = Vec::new();
    let mut groups: Vec<Vec<String>> = Vec::new();
    let mut joined = false;
    let mut alias = false;
    let finish = |parts: &mut Vec<String>, line: usize, found: &mut Vec<Path>| {
        if parts.len() > 1 {
            found.push(Path { line, parts: parts.clone() });
        }
        parts.clear();
    };
    for token in tokens(code) {
        match token {
            Token::Line => line += 1,
            // Another name for what a group imports is no part of the path.
            Token::Name("as") if !groups.is_empty() => alias = true,
            Token::Name(_) if alias => alias = false,
            Token::Name(name) => {
                if !joined {
                    finish(&mut parts, line, &mut found);
                    parts = groups.last().cloned().unwrap_or_default();
                }
                parts.push(name.to_owned());
                joined = false;
            }
            Token::Mark(':') => joined = true,
            Token::Mark('{') if joined && !parts.is_empty() => {
                groups.push(std::mem::take(&mut parts));
                joined = false;
            }
            Token::Mark('*') if joined => {
                parts.push("*".to_owned());
                joined = false;
            }
            Token::Mark('}') if !groups.is_empty() => {
                finish(&mut parts, line, &mut found);
                groups.pop();
                joined = false;
            }
            Token::Mark(_) => {
                finish(&mut parts, line, &mut found);
                joined = false;
            }
        }
    }
    finish(&mut parts, line, &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r###"//! A word: forbidden.
use std::{fs, io::{self, Read as _}, time::*};
const A: &str = "forbidden \" still";
const B: &str = r#"raw "forbidden""#;
const C: char = '"';
const D: u8 = b'\'';
/* forbidden /* nested */ forbidden */
pub const fn free<'a>(text: &'a str) -> tokio::Answer { inner::call(text) }
impl X { pub fn method() {} }
#[cfg(test)]
mod tests {
    fn f() { forbidden(); }
}
#[cfg(test)]
#[path = "other_tests.rs"]
mod other;
pub(crate) fn hidden() {}
pub fn last() {}
"###;

    #[test]
    fn comments_texts_and_tests_are_taken_out() {
        let code = Code::new(SOURCE);
        assert!(!code.bare.contains("forbidden"), "{}", code.bare);
        assert_eq!(code.with_tests.matches("forbidden").count(), 1);
        assert_eq!(code.bare.lines().count(), SOURCE.lines().count());
        assert_eq!(code.lines_without_tests(), SOURCE.lines().count() - 7);
        let texts: Vec<_> =
            code.texts.iter().map(|text| (text.line, text.content.as_str(), text.in_tests)).collect();
        assert_eq!(
            texts,
            [
                (3, "forbidden \\\" still", false),
                (4, "raw \"forbidden\"", false),
                (15, "other_tests.rs", true)
            ]
        );
    }

    #[test]
    fn modules_for_tests_are_known() {
        let code = Code::new(SOURCE);
        assert!(code.has_tests);
        let module = TestModule { name: "other".to_owned(), path: Some("other_tests.rs".to_owned()) };
        assert_eq!(code.test_modules, [module]);
    }

    #[test]
    fn imported_groups_are_put_together() {
        let paths: Vec<_> = Code::new(SOURCE).paths().into_iter().map(|path| path.parts.join("::")).collect();
        assert_eq!(
            paths,
            ["std::fs", "std::io::self", "std::io::Read", "std::time::*", "tokio::Answer", "inner::call"]
        );
    }

    #[test]
    fn only_functions_that_stand_by_themselves_and_are_public_are_found() {
        let names: Vec<_> =
            Code::new(SOURCE).public_functions().into_iter().map(|found| (found.line, found.name)).collect();
        assert_eq!(names, [(8, "free".to_owned()), (18, "last".to_owned())]);
    }
}
