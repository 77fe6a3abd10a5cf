//! The word that somebody may have meant.

/// The word that is nearest to another, if one is near.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    known
        .map(|candidate| (distance(word, candidate), candidate))
        .min()
        .filter(|(distance, _)| *distance <= limit)
        .map(|(_, word)| word)
}

/// How many letters must be changed, added, left out or exchanged to make one word of another.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, letter) in from.chars().enumerate() {
        let mut next = vec![above + 1];
        for (place, other) in to.iter().enumerate() {
            let kept = row.get(place).copied().unwrap_or_default() + usize::from(letter != *other);
            let removed = row.get(place + 1).copied().unwrap_or_default() + 1;
            let added = next.last().copied().unwrap_or_default() + 1;
            next.push(kept.min(removed).min(added));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_only_when_it_is_near() {
        assert_eq!(
            nearest("administrative-penalties", ["administrative-penalty", "permit"].into_iter()),
            Some("administrative-penalty")
        );
        assert_eq!(nearest("tax", ["administrative-penalty", "transport"].into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
