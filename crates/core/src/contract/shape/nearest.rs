//! What somebody who mistyped a word may have meant.

pub(super) fn nearest<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> Option<String> {
    const COMPARED_CHARS_MAX: usize = 40;
    if text.chars().count() > COMPARED_CHARS_MAX {
        return None;
    }
    let simplify = |t: &str| t.to_ascii_lowercase().replace(['_', '-'], "");
    let wanted = simplify(text);
    words
        .map(|word| (distance(&wanted, &simplify(word)), word))
        .filter(|(distance, word)| *distance <= 1 + word.len() / 5)
        .min()
        .map(|(_, word)| format!("did you mean \"{word}\"?"))
}

/// Levenshtein distance in one row.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (diagonal + usize::from(x != *y))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}
