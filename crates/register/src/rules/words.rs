//! What a human being writes into an act: plain text, not empty, not endless, and without anybody's identity or telephone number,
//! since it is read by more people than may see a number (Articles 6, 35).

use law::Citation;

use crate::rules::personal_numbers;
use crate::ruling::{Bilingual, Ground};

/// The longest text that an act takes, in characters.
pub const WORDS_MAX: usize = 1000;

/// A text as it may stand in an entry, without space around it.
///
/// Articles: 6, 35
///
/// # Errors
/// The ground, with the article of the act, when it is empty, too long, not plain, or holds somebody's number.
pub fn words(article: Citation, field: &str, given: &str) -> Result<String, Ground> {
    let given = plain(article, field, given)?;
    if !personal_numbers::find(&given).is_empty() {
        return Err(personal_number(field));
    }
    Ok(given)
}

/// A text that may be left out.
///
/// Articles: 6, 35
///
/// # Errors
/// As [`words`], but for the empty one.
pub fn words_or_nothing(article: Citation, field: &str, given: &str) -> Result<String, Ground> {
    if given.trim().is_empty() { Ok(String::new()) } else { words(article, field, given) }
}

/// A text as [`words`] takes it, which may hold a telephone number: an office's, to be called.
///
/// Articles: 6, 35
///
/// # Errors
/// As [`words`], but a telephone number may stand in it.
pub fn contact(article: Citation, field: &str, given: &str) -> Result<String, Ground> {
    let given = plain(article, field, given)?;
    if personal_numbers::holds_citizen_id(&given) {
        return Err(personal_number(field));
    }
    Ok(given)
}

/// A reason: [`words`], and where there are none, what to write.
///
/// Articles: 6, 14, 53
///
/// # Errors
/// As [`words`].
pub fn reason(article: Citation, field: &str, given: &str) -> Result<String, Ground> {
    if given.trim().is_empty() {
        return Err(Ground::new(
            "reason_missing",
            article,
            Bilingual::new("必须说明理由", "a reason must be given"),
        )
        .field(field)
        .remedy(Bilingual::new("写明依据和原因", "say on what ground and why")));
    }
    words(article, field, given)
}

fn plain(article: Citation, field: &str, given: &str) -> Result<String, Ground> {
    let given = given.trim();
    if given.is_empty() {
        let reason = Bilingual::new("不能为空", "must not be empty");
        return Err(Ground::new("words_missing", article, reason)
            .field(field)
            .remedy(Bilingual::new("请填写", "fill it in")));
    }
    // A browser ends lines with a carriage return too. What turns the direction of writing makes a text read as another.
    let is_plain = |character: char| match character {
        '\n' | '\r' | '\t' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        character => !character.is_control(),
    };
    if given.chars().count() > WORDS_MAX || !given.chars().all(is_plain) {
        let reason =
            Bilingual::new("须为一千字以内的纯文本", "must be plain text of at most 1000 characters");
        return Err(Ground::new("words_not_plain", article, reason)
            .field(field)
            .remedy(Bilingual::new("缩短，并去掉控制字符", "shorten it and take control characters out")));
    }
    Ok(given.to_owned())
}

fn personal_number(field: &str) -> Ground {
    let reason =
        Bilingual::new("不得写入身份证件号码或电话号码", "no identity or telephone number may stand here");
    Ground::new("personal_number_in_words", Citation::article(6), reason).field(field).remedy(Bilingual::new(
        "去掉号码；用文书、记录、条目或者批次的编号指明",
        "take it out; name documents, records, entries or batches by their numbers",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<String> {
        reason(Citation::article(14), "reason", text).err().map(|ground| {
            assert!(ground.remedy.is_some() && ground.field.as_deref() == Some("reason"));
            ground.code.into_owned()
        })
    }

    #[test]
    fn article_06_a_reason_is_short_and_plain_and_holds_nobody_s_number() {
        assert_eq!(refused("决定书已撤销（京罚撤〔2026〕1号）\r\n见附件"), None);
        assert_eq!(refused(&"字".repeat(WORDS_MAX)), None);
        for (text, code) in [
            (" \n", "reason_missing"),
            (&"字".repeat(WORDS_MAX + 1), "words_not_plain"),
            ("a\u{7}b", "words_not_plain"),
            ("a\u{0}b", "words_not_plain"),
            ("a\u{202e}b", "words_not_plain"),
            ("本人 119999198704286168 来电", "personal_number_in_words"),
            ("联系 13812345678", "personal_number_in_words"),
        ] {
            assert_eq!(refused(text).as_deref(), Some(code), "{text:?}");
        }
    }
}
