//! The names of every asset of a view in one stretch of memory, so that looking for a word is one pass over it.

use std::sync::Arc;

use memchr::memmem::Finder;

use super::{Fleet, Ordinal};

/// PostgreSQL keeps no such character in a text, so that a name never holds it.
const END: char = '\0';

/// In lower case, each name followed by its native id.
#[derive(Default)]
pub struct Texts {
    text: String,
    /// Where each asset's part begins, ascending.
    starts: Vec<(usize, Ordinal)>,
}

/// An asset whose name or native id holds what was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    pub ordinal: Ordinal,
    /// In lower case.
    pub name: &'a str,
    pub native_id: &'a str,
}

impl Texts {
    fn of<'a>(assets: impl Iterator<Item = (Ordinal, &'a str, &'a str)>) -> Texts {
        let mut texts = Texts::default();
        for (ordinal, name, native_id) in assets {
            texts.starts.push((texts.text.len(), ordinal));
            for part in [name, native_id] {
                texts.push_lowercase(part);
                texts.text.push(END);
            }
        }
        texts
    }

    /// Names are ASCII nearly always: no copy then.
    fn push_lowercase(&mut self, part: &str) {
        let start = self.text.len();
        match part.is_ascii() {
            true => {
                self.text.push_str(part);
                self.text[start..].make_ascii_lowercase();
            }
            false => self.text.push_str(&part.to_lowercase()),
        }
    }

    /// Assets whose name or native id holds a word, which is in lower case. Every asset holds the empty one.
    pub fn find(&self, word: &str) -> impl Iterator<Item = Text<'_>> {
        let finder = Finder::new(word).into_owned();
        let mut from = if word.contains(END) { self.text.len() } else { 0 };
        std::iter::from_fn(move || {
            if from == self.text.len() {
                return None;
            }
            let at = from + finder.find(&self.text.as_bytes()[from..])?;
            let place = self
                .starts
                .partition_point(|(start, _)| *start <= at)
                .checked_sub(1)?;
            let (text, end) = self.at(place);
            from = end;
            Some(text)
        })
    }

    /// One asset's, and where the next one's begins.
    fn at(&self, place: usize) -> (Text<'_>, usize) {
        let (start, ordinal) = self.starts[place];
        let end = self
            .starts
            .get(place + 1)
            .map_or(self.text.len(), |(start, _)| *start);
        let (name, native_id) = self.text[start..end - 1].split_once(END).unwrap_or_default();
        (
            Text {
                ordinal,
                name,
                native_id,
            },
            end,
        )
    }
}

impl Fleet {
    /// Made when it is first asked for, and kept with the view.
    pub fn texts(&self) -> &Texts {
        self.texts.get_or_init(|| {
            let rows = self.iter();
            let names = rows.map(|(ordinal, row)| (ordinal, &row.name[..], &row.native_id[..]));
            Arc::new(Texts::of(names))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(assets: &[(&str, &str)], word: &str) -> Vec<Ordinal> {
        let numbered = (7..)
            .zip(assets)
            .map(|(ordinal, (name, id))| (ordinal, *name, *id));
        Texts::of(numbered).find(word).map(|text| text.ordinal).collect()
    }

    #[test]
    fn a_word_is_found_in_any_case_and_script() {
        let assets = [
            ("Web-01", "i-1"),
            ("db", "i-WEB"),
            ("STRASSE", ""),
            ("ÄPFEL", "x"),
            ("", "web web"),
        ];
        for (word, ordinals) in [
            ("web", &[7, 8, 11][..]),
            ("", &[7, 8, 9, 10, 11]),
            ("ass", &[9]),
            ("äpf", &[10]),
            ("apf", &[]),
            ("webweb", &[]),
            ("1\0i", &[]),
        ] {
            assert_eq!(found(&assets, word), ordinals, "{word}");
        }
        assert!(found(&[], "").is_empty());
    }

    #[test]
    fn a_word_does_not_reach_over_the_end_of_a_name() {
        assert!(found(&[("ab", "cd"), ("ef", "gh")], "bc").is_empty());
        assert!(found(&[("ab", "cd"), ("ef", "gh")], "de").is_empty());
        let texts = Texts::of([(1, "A", "B"), (2, "C", "")].into_iter());
        let all: Vec<(&str, &str)> = texts.find("").map(|text| (text.name, text.native_id)).collect();
        assert_eq!(all, [("a", "b"), ("c", "")]);
    }
}
