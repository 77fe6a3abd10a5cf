//! Reasons: what is written beside an act, in one's own words.
//!
//! A reason stands in the journal for good, and is read by everyone who may read of the act: the subject, the office, the operator,
//! the supervisor. So it is short and plain, and holds nobody's number.

use law::Citation;

use super::personal_numbers;
use crate::ruling::{Bilingual, Ground};

/// The longest reason, in characters.
pub const CHARACTERS_MAX: usize = 500;

/// Whether a reason may stand beside an act: there is one, and it is [`plain`].
///
/// Articles: 6, 14
///
/// # Errors
/// The ground of the refusal: `article` asks for the reason.
pub fn given(field: &'static str, text: &str, article: Citation) -> Result<(), Ground> {
    if text.trim().is_empty() {
        return Err(Ground::new(
            "reason_missing",
            article,
            Bilingual::new("必须说明理由", "a reason must be given"),
        )
        .field(field)
        .remedy(Bilingual::new("写明依据和原因", "say on what ground and why")));
    }
    plain(field, text, article)
}

/// Whether words may stand beside an act: not too long, nothing in them that commands a screen, and nobody's identity or telephone
/// number.
///
/// Articles: 6, 14
///
/// # Errors
/// The ground of the refusal.
pub fn plain(field: &'static str, text: &str, article: Citation) -> Result<(), Ground> {
    let commands = |one: char| {
        (one.is_control() && !matches!(one, '\n' | '\r' | '\t'))
            || matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
    };
    if text.chars().count() > CHARACTERS_MAX || text.contains(commands) {
        return Err(Ground::new(
            "reason_not_plain",
            article,
            Bilingual::made(
                format!("须为{CHARACTERS_MAX}字以内的纯文本"),
                format!("must be plain text of at most {CHARACTERS_MAX} characters"),
            ),
        )
        .field(field)
        .remedy(Bilingual::new(
            "缩短，并删去看不见的控制字符",
            "shorten it, and take out control characters",
        )));
    }
    if personal_numbers::find(text).is_empty() {
        return Ok(());
    }
    Err(Ground::new(
        "personal_number_in_words",
        Citation::article(6),
        Bilingual::new("含有证件号码或电话号码", "it holds an identity or telephone number"),
    )
    .field(field)
    .remedy(Bilingual::new(
        "删去号码，用文书号、记录或条目的编号指明",
        "take the number out; name the document, the record or the entry by its number",
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<String> {
        given("reason", text, Citation::article(14)).err().map(|ground| {
            assert!(ground.remedy.is_some() && ground.field.as_deref() == Some("reason"));
            ground.code.into_owned()
        })
    }

    #[test]
    fn article_06_a_reason_is_short_and_plain_and_holds_nobody_s_number() {
        assert_eq!(refused("决定书已撤销（京罚撤〔2026〕1号）\r\n见附件"), None);
        assert_eq!(refused(&"字".repeat(CHARACTERS_MAX)), None);
        for (text, code) in [
            (" \n", "reason_missing"),
            (&"字".repeat(CHARACTERS_MAX + 1), "reason_not_plain"),
            ("a\u{7}b", "reason_not_plain"),
            ("a\u{0}b", "reason_not_plain"),
            ("a\u{202e}b", "reason_not_plain"),
            ("本人 119999198704286168 来电", "personal_number_in_words"),
            ("联系 13812345678", "personal_number_in_words"),
        ] {
            assert_eq!(refused(text).as_deref(), Some(code), "{text:?}");
        }
    }
}
