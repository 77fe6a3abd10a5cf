//! From bytes to text: UTF-8 or GB18030, decided once for a file and then held to.
//!
//! Both encodings leave the bytes of comma, quote and line end to those characters alone, so that lines and cells are cut
//! before they are decoded, and one undecodable line is one error.

use std::borrow::Cow;

use encoding_rs::GB18030;

use crate::layout::Encoding;
use crate::source::Prefix;

/// Why a line is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undecodable {
    /// It is text in another encoding than the file.
    OtherEncoding {
        /// The file's encoding.
        file: Encoding,
        /// The line's.
        line: Encoding,
    },
    /// It is text in neither encoding.
    Neither,
}

/// The file's encoding, once it is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decoder {
    decided: Option<Encoding>,
}

impl Decoder {
    /// Decides by the beginning of a file: the mark, or what most of its lines that are not plain ASCII are. Where there is
    /// no such line yet, the first one decides.
    ///
    /// A line of Chinese in GB18030 is hardly ever valid UTF-8 by accident, while the reverse is common: hence UTF-8 first.
    pub fn new(prefix: &Prefix) -> Self {
        if prefix.has_mark {
            return Self { decided: Some(Encoding::Utf8WithMark) };
        }
        let mut lines: Vec<&[u8]> = prefix.bytes.split(|byte| *byte == b'\n').collect();
        if !prefix.is_whole {
            // The last line may be cut in the middle of a character.
            lines.pop();
        }
        let (mut utf_8, mut gb18030) = (0_u32, 0_u32);
        for line in lines.into_iter().filter(|line| !line.is_ascii()) {
            if std::str::from_utf8(line).is_ok() {
                utf_8 += 1;
            } else if gb18030_text(line).is_some() {
                gb18030 += 1;
            }
        }
        let decided = match (utf_8, gb18030) {
            (0, 0) => None,
            (utf_8, gb18030) if utf_8 >= gb18030 => Some(Encoding::Utf8),
            _ => Some(Encoding::Gb18030),
        };
        Self { decided }
    }

    /// The encoding found so far; a file of plain ASCII is UTF-8.
    pub fn encoding(self) -> Encoding {
        self.decided.unwrap_or(Encoding::Utf8)
    }

    /// The text of a line.
    pub fn decode<'b>(&mut self, bytes: &'b [u8]) -> Result<Cow<'b, str>, Undecodable> {
        let utf_8 = std::str::from_utf8(bytes);
        match (utf_8, self.decided) {
            (Ok(text), _) if text.is_ascii() => Ok(Cow::Borrowed(text)),
            (Ok(text), None) => {
                self.decided = Some(Encoding::Utf8);
                Ok(Cow::Borrowed(text))
            }
            (Ok(text), Some(Encoding::Utf8 | Encoding::Utf8WithMark)) => Ok(Cow::Borrowed(text)),
            // Two bytes that are a letter of UTF-8 may well be one Chinese character of GB18030; three that are a Chinese
            // character of UTF-8, all through a line, were not written as GB18030.
            (Ok(text), Some(file @ Encoding::Gb18030)) => {
                if text.chars().any(|character| character >= '\u{800}') {
                    Err(Undecodable::OtherEncoding { file, line: Encoding::Utf8 })
                } else {
                    gb18030_text(bytes).ok_or(Undecodable::Neither)
                }
            }
            (Err(_), decided) => {
                let text = gb18030_text(bytes).ok_or(Undecodable::Neither)?;
                match decided {
                    None => {
                        self.decided = Some(Encoding::Gb18030);
                        Ok(text)
                    }
                    Some(Encoding::Gb18030) => Ok(text),
                    Some(file) => Err(Undecodable::OtherEncoding { file, line: Encoding::Gb18030 }),
                }
            }
        }
    }
}

fn gb18030_text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    GB18030.decode_without_bom_handling_and_without_replacement(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(bytes: &[u8]) -> Prefix {
        Prefix { bytes: bytes.to_vec(), has_mark: false, is_whole: true }
    }

    #[test]
    fn gb18030_is_found_by_the_majority_of_lines() {
        let (gb, _, _) = GB18030.encode("行政相对人名称\n北京某某有限公司\n");
        assert_eq!(Decoder::new(&prefix(&gb)).encoding(), Encoding::Gb18030);
        assert_eq!(Decoder::new(&prefix("行政相对人名称\n".as_bytes())).encoding(), Encoding::Utf8);
        assert_eq!(Decoder::new(&prefix(b"CF_WSH\n")).encoding(), Encoding::Utf8);
    }

    #[test]
    fn after_ascii_the_first_other_line_decides() {
        let mut decoder = Decoder::new(&prefix(b"CF_WSH\n"));
        let (gb, _, _) = GB18030.encode("京市监处罚");
        assert_eq!(decoder.decode(&gb).unwrap(), "京市监处罚");
        assert_eq!(decoder.encoding(), Encoding::Gb18030);
    }

    #[test]
    fn a_line_in_another_encoding_is_named_as_such() {
        let (gb, _, _) = GB18030.encode("违法事实");
        let mut decoder = Decoder { decided: Some(Encoding::Utf8) };
        assert_eq!(
            decoder.decode(&gb),
            Err(Undecodable::OtherEncoding { file: Encoding::Utf8, line: Encoding::Gb18030 })
        );
        assert_eq!(decoder.decode(b"\xff\xff\xff"), Err(Undecodable::Neither));
        let mut decoder = Decoder { decided: Some(Encoding::Gb18030) };
        assert_eq!(
            decoder.decode("违法事实".as_bytes()),
            Err(Undecodable::OtherEncoding { file: Encoding::Gb18030, line: Encoding::Utf8 })
        );
    }

    #[test]
    fn rare_characters_of_four_bytes_are_read() {
        let (gb, _, unmappable) = GB18030.encode("𠮷䶮");
        assert!(!unmappable);
        let mut decoder = Decoder { decided: Some(Encoding::Gb18030) };
        assert_eq!(decoder.decode(&gb).unwrap(), "𠮷䶮");
    }

    #[test]
    fn an_encoded_surrogate_is_no_text() {
        let mut decoder = Decoder { decided: Some(Encoding::Utf8) };
        assert!(decoder.decode(b"{\"a\":\"\xed\xa0\x80\"}").is_err());
    }
}
