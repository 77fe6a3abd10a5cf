//! Masking: what is shown of a person's identifier, name or number to whoever is not entitled to it.

use super::personal_numbers;

/// An identifier with its middle hidden: enough to recognise one's own, too little to use another's. For the
/// 18 characters of a citizen's number the first three and the last two are shown: neither the district, nor the
/// birth date, nor the sequence can be read.
///
/// Articles: 6, 35
#[must_use]
pub fn mask_identifier(value: &str) -> String {
    let characters: Vec<char> = value.chars().collect();
    let length = characters.len();
    let (head, tail) = if length >= 15 {
        (3, 2)
    } else if length >= 8 {
        (2, 1)
    } else {
        (1, 0)
    };
    characters
        .iter()
        .enumerate()
        .map(
            |(place, character)| {
                if place < head.min(length) || place >= length.saturating_sub(tail) {
                    *character
                } else {
                    '*'
                }
            },
        )
        .collect()
}

/// A person's name with everything but the first character hidden.
///
/// Articles: 6, 35
#[must_use]
pub fn mask_name(name: &str) -> String {
    let mut characters = name.chars();
    characters
        .next()
        .map_or_else(String::new, |first| std::iter::once(first).chain(characters.map(|_| '*')).collect())
}

/// A text in which every identity and telephone number is hidden.
///
/// Articles: 6, 35
#[must_use]
pub fn mask_text(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for found in personal_numbers::find(text) {
        masked.push_str(text.get(from..found.start).unwrap_or_default());
        masked.push_str(&mask_identifier(text.get(found.clone()).unwrap_or_default()));
        from = found.end;
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_35_a_masked_number_shows_neither_birth_date_nor_sequence() {
        assert_eq!(mask_identifier("119999199003078515"), "119*************15");
        assert_eq!(mask_identifier("H12345678"), "H1******8");
        assert_eq!(mask_identifier("AB12"), "A***");
        assert_eq!(mask_identifier(""), "");
    }

    #[test]
    fn article_35_a_masked_name_shows_its_first_character_only() {
        assert_eq!(mask_name("欧阳雪"), "欧**");
        assert_eq!(mask_name("𠮷田"), "𠮷*");
        assert_eq!(mask_name(""), "");
    }

    #[test]
    fn a_text_keeps_everything_but_the_numbers() {
        assert_eq!(mask_text("联系人 13812345678, 罚款 500 元"), "联系人 13********8, 罚款 500 元");
    }
}
