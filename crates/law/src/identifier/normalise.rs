//! The form in which identifiers are compared and stored.

/// Full-width characters become half-width and letters upper-case; spaces, hyphens and dashes, and marks without
/// width that copying from tables brings along, are left out. Nothing else changes: a letter is never read as a figure.
#[must_use]
pub fn normalise(input: &str) -> String {
    input
        .chars()
        .map(half_width)
        .filter(|character| !is_filler(*character))
        .map(|character| character.to_ascii_uppercase())
        .collect()
}

fn half_width(character: char) -> char {
    const FULL_WIDTH_OFFSET: u32 = 0xFEE0;
    match character {
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(character) - FULL_WIDTH_OFFSET).unwrap_or(character)
        }
        other => other,
    }
}

fn is_filler(character: char) -> bool {
    let dash = matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{AD}');
    let without_width =
        matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}');
    character.is_whitespace() || dash || without_width
}
