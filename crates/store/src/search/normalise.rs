//! The form in which names are compared: compatibility forms joined (NFKC), letters upper-case, spaces and brackets left
//! out, so that `北京（集团）有限公司` is found by `北京集团有限公司`.

use unicode_normalization::UnicodeNormalization as _;

/// The normal form of a name or of a part of one.
#[must_use]
pub(crate) fn normalise(text: &str) -> String {
    text.nfkc().filter(|character| !is_left_out(*character)).flat_map(char::to_uppercase).collect()
}

fn is_left_out(character: char) -> bool {
    let bracket = matches!(
        character,
        '(' | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '<'
            | '>'
            | '《'
            | '》'
            | '〈'
            | '〉'
            | '【'
            | '】'
            | '〔'
            | '〕'
            | '「'
            | '」'
            | '『'
            | '』'
    );
    let mark = matches!(character, '·' | '•' | '・' | '"' | '\'' | '“' | '”' | '‘' | '’' | '-' | '－');
    let without_width =
        matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}');
    bracket || mark || without_width || character.is_whitespace() || character.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_spaces_and_brackets_do_not_tell_names_apart() {
        assert_eq!(normalise("北京（集团） Ａbc 有限公司"), "北京集团ABC有限公司");
        assert_eq!(normalise("北京(集团)ABC有限公司"), "北京集团ABC有限公司");
    }
}
