//! How a filter is written: terms stand between blanks, and what is in double quotes means just itself, whatever the
//! letters mean elsewhere. Within quotes, `\"` is a quotation mark and `\\` a backslash.

use std::borrow::Cow;

/// A letter, and whether quotes took its meaning away.
type Letter = (char, bool);

/// A piece of a filter as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Word(Vec<Letter>);

impl Word {
    /// What stands before and after the first such sign.
    pub(super) fn cut(&self, sign: char) -> Option<(Word, Word)> {
        let at = self.0.iter().position(|letter| *letter == (sign, false))?;
        Some((Word(self.0[..at].to_vec()), Word(self.0[at + 1..].to_vec())))
    }

    /// What follows such a sign at its beginning, when anything does.
    pub(super) fn strip(&self, sign: char) -> Option<Word> {
        let (first, rest) = self.0.split_first()?;
        (*first == (sign, false) && !rest.is_empty()).then(|| Word(rest.to_vec()))
    }

    pub(super) fn split(&self, sign: char) -> Vec<String> {
        self.0
            .split(|letter| *letter == (sign, false))
            .map(text)
            .collect()
    }

    pub(super) fn text(&self) -> String {
        text(&self.0)
    }
}

fn text(letters: &[Letter]) -> String {
    letters.iter().map(|(c, _)| c).collect()
}

/// A text as far as it is written: its last quotation mark may still be missing.
pub(super) struct Written {
    pub(super) words: Vec<Word>,
    /// Where the last word starts, in bytes; the end of the text when that is a blank.
    pub(super) last: usize,
    pub(super) is_closed: bool,
}

pub(super) fn read(text: &str) -> Written {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let (mut last, mut quoted) = (0, false);
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        match c {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => {
                words.extend(word.take());
                last = at + c.len_utf8();
            }
            c => {
                let escaped = letters.next_if(|(_, next)| c == '\\' && quoted && matches!(next, '"' | '\\'));
                let meant = escaped.map_or(c, |(_, next)| next);
                word.get_or_insert_default().0.push((meant, quoted));
            }
        }
    }
    words.extend(word);
    Written {
        words,
        last,
        is_closed: !quoted,
    }
}

/// One term of the language.
pub fn term(key: &str, value: &str) -> String {
    format!("{key}:{}", quoted(value))
}

/// A value as it is written, in quotes where it must be.
pub(super) fn quoted(value: &str) -> Cow<'_, str> {
    match value.contains(|c: char| c.is_whitespace() || matches!(c, '"' | ',')) {
        true => Cow::Owned(in_quotes(value)),
        false => Cow::Borrowed(value),
    }
}

/// A text that means just itself: part of a name, even where it looks like a term.
pub fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        read(text).words.iter().map(Word::text).collect()
    }

    #[test]
    fn words_split_at_blanks_outside_quotes() {
        assert_eq!(words("a  b:\"c d\" -e"), ["a", "b:c d", "-e"]);
        assert!(!read("\"open").is_closed);
        assert!(read("\"\\\"\"").is_closed);
    }

    #[test]
    fn the_last_word_starts_after_the_last_blank_outside_quotes() {
        for (text, start) in [("", 0), ("env:p", 0), ("env:p ", 6), ("a b:\"c d", 2), ("ä ö", 3)] {
            assert_eq!(read(text).last, start, "{text}");
        }
    }

    #[test]
    fn a_value_comes_back_as_it_was_whatever_is_in_it() {
        for value in [
            "a",
            "a b",
            "a,b",
            "say \"x\"",
            "\"",
            "\\",
            "a\\ b",
            "\\\"",
            "a:b",
            ", ,",
        ] {
            let written = read(&term("site", value));
            assert!(written.is_closed, "{value}");
            let (key, values) = written.words[0].cut(':').unwrap();
            assert_eq!(
                (written.words.len(), key.text()),
                (1, "site".to_owned()),
                "{value}"
            );
            assert_eq!(values.split(','), [value]);
        }
    }

    #[test]
    fn what_is_quoted_has_no_meaning_but_itself() {
        let written = read("\"-a:b,c\"");
        assert_eq!(written.words[0].cut(':'), None);
        assert_eq!(written.words[0].strip('-'), None);
        assert_eq!(written.words[0].split(','), ["-a:b,c"]);
    }
}
