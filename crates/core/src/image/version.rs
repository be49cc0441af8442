//! The order of image versions.
//!
//! Two versions that are both Semantic Versioning 2.0.0 <https://semver.org/#spec-item-11> compare by its precedence.
//! Families also use dates (`2026.01.15`), two-part numbers (`22.04`) and words (`base-2026`), and one family may mix
//! them. So there is one total order for any text, which agrees with semver wherever semver applies:
//!
//! - a leading `v` and everything from the first `+` are set aside; the first `-` starts a pre-release;
//! - the release part is cut into numbers and words; numbers compare by value, a word sorts below a number, and
//!   trailing zeros do not count (`1.6` is `1.6.0`);
//! - a pre-release sorts below its release and compares by the identifiers of semver;
//! - what is still equal (`1.6` and `1.6.0`, `1.0+a` and `1.0+b`) is told apart by its text, so that sorting is stable.

use std::cmp::Ordering;

/// An image version prepared for sorting.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionKey {
    release: Vec<Part>,
    stage: Stage,
    text: String,
}

impl VersionKey {
    pub fn new(text: &str) -> Self {
        let bare = text
            .strip_prefix(['v', 'V'])
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let bare = bare.unwrap_or(text).split('+').next().unwrap_or_default();
        let (release, pre) = match bare.split_once('-') {
            Some((release, pre)) => (
                release,
                Stage::PreRelease(pre.split('.').map(identifier).collect()),
            ),
            None => (bare, Stage::Released),
        };
        Self {
            release: parts(release),
            stage: pre,
            text: text.to_owned(),
        }
    }

    /// Same place in the order, though perhaps written otherwise.
    pub fn is_same_release(&self, other: &Self) -> bool {
        self.release == other.release && self.stage == other.stage
    }
}

/// Order of two image versions; equal only when the texts are equal.
pub fn compare_versions(a: &str, b: &str) -> Ordering {
    VersionKey::new(a).cmp(&VersionKey::new(b))
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Stage {
    PreRelease(Vec<Identifier>),
    Released,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    Word(String),
    Number(Number),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Identifier {
    Number(Number),
    Word(String),
}

/// A natural number of any size: without leading zeros, longer is larger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Number {
    len: usize,
    digits: String,
}

fn number(digits: &str) -> Number {
    let digits = digits.trim_start_matches('0');
    Number {
        len: digits.len(),
        digits: digits.to_owned(),
    }
}

fn identifier(text: &str) -> Identifier {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        Identifier::Number(number(text))
    } else {
        Identifier::Word(text.to_owned())
    }
}

fn parts(release: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = release;
    while let Some(first) = rest.chars().next() {
        if !first.is_alphanumeric() {
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let digits = first.is_ascii_digit();
        let end = rest
            .find(|c: char| !c.is_alphanumeric() || c.is_ascii_digit() != digits)
            .unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        parts.push(if digits {
            Part::Number(number(token))
        } else {
            Part::Word(token.to_owned())
        });
        rest = after;
    }
    while matches!(parts.last(), Some(Part::Number(n)) if n.len == 0) {
        parts.pop();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn versions_sort_as_people_expect() {
        let sorted = [
            "base-2025",
            "base-2026",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-rc.2",
            "1.0.0-rc.10",
            "1.0.0",
            "1.6.3",
            "v1.10",
            "22.04",
            "2025.12.31",
            "2026.01.02",
            "2026.1.10",
        ];
        let mut shuffled = sorted.to_vec();
        shuffled.reverse();
        shuffled.sort_by(|a, b| compare_versions(a, b));
        assert_eq!(shuffled, sorted);
        assert!(VersionKey::new("v1.6").is_same_release(&VersionKey::new("1.6.0+build.7")));
        assert!(!VersionKey::new("1.6").is_same_release(&VersionKey::new("1.6.0-rc.1")));
    }

    proptest! {
        #[test]
        fn agrees_with_semver_precedence(
            a in "[0-3]\\.[0-3]\\.[0-3](-(a|rc|[1-9])(\\.(b|[1-9]|10))?)?(\\+x)?",
            b in "[0-3]\\.[0-3]\\.[0-3](-(a|rc|[1-9])(\\.(b|[1-9]|10))?)?(\\+x)?",
        ) {
            let expected = semver::Version::parse(&a).unwrap().cmp_precedence(&semver::Version::parse(&b).unwrap());
            let (a, b) = (VersionKey::new(&a), VersionKey::new(&b));
            let ours = if a.is_same_release(&b) { Ordering::Equal } else { a.cmp(&b) };
            prop_assert_eq!(ours, expected);
        }

        #[test]
        fn is_a_total_order_on_any_text(mut texts in prop::collection::vec(".{0,12}", 0..40)) {
            texts.sort_by(|a, b| compare_versions(a, b));
            for pair in texts.windows(2) {
                prop_assert!(compare_versions(&pair[0], &pair[1]) != Ordering::Greater);
            }
        }
    }
}
