//! The filter language of every list: `platform:aws,gcp env:prod -drift:current cve:CVE-2024-6387 web`.
//!
//! Terms are joined by *and*, the values of one term by *or*, a leading `-` negates a term. A bare word matches the
//! name or the native id. `unknown` (or an empty value) matches what is not known. `lag:critical`, `updates:due`,
//! `findings:exploited` and `freshness:stale` are worked out at the moment that is asked about. A value with blanks, commas or
//! quotation marks goes in double quotes: `workload:"card payments"`, `site:"Basel, hall \"A\""`; a backslash there is written twice.

use qlrf_core::error::{Error, ErrorKind};
use qlrf_core::time::Timestamp;
use roaring::RoaringBitmap;

use super::Fleet;
use super::measure::Measure;
use super::row::Dimension;
use super::symbols::Symbol;
use super::words::{self, Word};

const TEXT_BYTES_MAX: usize = 1024;
const TERMS_MAX: usize = 32;

/// A filter as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    negated: bool,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Word(String),
    Is(Dimension, Vec<String>),
    Has(Measure, Vec<&'static str>),
    Cve(Vec<String>),
    Package(Vec<String>),
    /// Scopes of the coverage ledger, by id.
    Scope(Vec<i64>),
}

pub(super) fn check_length(text: &str) -> Result<(), Error> {
    if text.len() <= TEXT_BYTES_MAX {
        return Ok(());
    }
    Err(invalid(format!(
        "a filter has at most {TEXT_BYTES_MAX} bytes, this one has {}",
        text.len()
    )))
}

impl Filter {
    pub fn parse(text: &str) -> Result<Filter, Error> {
        check_length(text)?;
        let mut terms = Vec::new();
        let written = words::read(text);
        if !written.is_closed {
            return Err(invalid("a double quote is not closed".to_owned()));
        }
        for word in written.words {
            if terms.len() == TERMS_MAX {
                return Err(invalid(format!("a filter has at most {TERMS_MAX} terms")));
            }
            terms.push(Term::parse(&word)?);
        }
        Ok(Filter { terms })
    }

    /// Whether it accepts every asset.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The live assets that it accepts. Ages are told as of `at`.
    pub fn select(&self, fleet: &Fleet, at: Timestamp) -> RoaringBitmap {
        self.terms.iter().fold(fleet.live().clone(), |left, term| {
            let having = term.what.having(fleet, at);
            if term.negated {
                left - having
            } else {
                left & having
            }
        })
    }
}

impl What {
    fn having(&self, fleet: &Fleet, at: Timestamp) -> RoaringBitmap {
        let none = RoaringBitmap::new();
        match self {
            What::Word(word) => fleet
                .texts()
                .find(&word.to_lowercase())
                .map(|found| found.ordinal)
                .collect(),
            // A word that no asset carries matches no asset; it must not be dropped.
            What::Is(dimension, words) => words.iter().fold(none, |all, word| {
                let having = fleet.having_word(*dimension, word);
                match word.as_str() {
                    // Some fields have a value that is spelled "unknown"; both mean that it is not known.
                    "unknown" | "" => match fleet.having(*dimension, Symbol::UNKNOWN) {
                        Some(unknown) => all | having | unknown,
                        None => all | having,
                    },
                    _ => all | having,
                }
            }),
            What::Has(measure, values) => {
                let having = values.iter().map(|value| measure.having(value, fleet, at));
                having.fold(none, |all, some| all | some)
            }
            What::Cve(ids) => fleet.vulnerabilities.affected_by(ids),
            What::Package(names) => fleet.running_package(names),
            What::Scope(ids) => fleet.in_scopes(ids),
        }
    }
}

impl Term {
    fn parse(word: &Word) -> Result<Term, Error> {
        let stripped = word.strip('-');
        let (negated, rest) = (stripped.is_some(), stripped.as_ref().unwrap_or(word));
        let what = match rest.cut(':') {
            None => What::Word(rest.text()),
            Some((key, values)) => {
                let (key, values) = (key.text(), values.split(','));
                match &key[..] {
                    "cve" => What::Cve(values),
                    "package" => What::Package(values),
                    "scope" => What::Scope(scope_ids(&values)?),
                    _ => match (Dimension::parse(&key), Measure::parse(&key)) {
                        (Some(dimension), _) => What::Is(dimension, values),
                        (None, Some(measure)) => What::Has(measure, known_values(measure, &values)?),
                        (None, None) => return Err(unknown_key(&key)),
                    },
                }
            }
        };
        Ok(Term { negated, what })
    }
}

/// Every key of the language.
pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    let dimensions = Dimension::ALL.iter().map(|dimension| dimension.name());
    let measures = Measure::ALL.iter().map(|measure| measure.name());
    dimensions.chain(measures).chain(["cve", "package", "scope"])
}

/// What a measure can say is known beforehand: anything else is a mistake, and not a value that no asset has.
fn known_values(measure: Measure, values: &[String]) -> Result<Vec<&'static str>, Error> {
    let known = |value: &String| {
        let wanted = if value.is_empty() { "unknown" } else { value };
        let found = measure.values().iter().find(|known| **known == wanted);
        found.copied().ok_or_else(|| {
            invalid(format!("\"{value}\" is no value of \"{}\"", measure.name()))
                .hint(format!("known values: {}", measure.values().join(", ")))
        })
    };
    values.iter().map(known).collect()
}

fn scope_ids(values: &[String]) -> Result<Vec<i64>, Error> {
    let id = |value: &String| {
        value.parse().map_err(|_| {
            invalid(format!("\"{value}\" is no scope: a scope is told by its number"))
                .hint("the coverage ledger shows the number of each scope")
        })
    };
    values.iter().map(id).collect()
}

fn unknown_key(key: &str) -> Error {
    let known: Vec<&str> = keys().collect();
    invalid(format!("a filter cannot ask for \"{key}\"")).hint(format!("known keys: {}", known.join(", ")))
}

fn invalid(detail: String) -> Error {
    Error::new(ErrorKind::Invalid, "invalid_filter", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_that_is_not_closed_is_refused() {
        assert_eq!(Filter::parse("\"open").unwrap_err().code, "invalid_filter");
    }

    #[test]
    fn a_comma_within_quotes_is_part_of_the_value() {
        let values = |text: &str| Filter::parse(text).unwrap().terms.remove(0).what;
        let site =
            |words: &[&str]| What::Is(Dimension::Site, words.iter().map(|w| (*w).to_owned()).collect());
        assert_eq!(values("site:a,b"), site(&["a", "b"]));
        assert_eq!(values("site:\"a,b\",c"), site(&["a,b", "c"]));
        assert_eq!(values("\"site:a\""), What::Word("site:a".to_owned()));
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_known_ones() {
        let error = Filter::parse("plattform:aws").unwrap_err();
        assert_eq!(error.code, "invalid_filter");
        assert!(error.hint.unwrap().contains("platform"));
    }

    #[test]
    fn a_value_that_a_measure_cannot_have_is_refused() {
        assert!(Filter::parse("lag:critical,unknown -updates: findings:exploited").is_ok());
        let error = Filter::parse("lag:old").unwrap_err();
        assert!(error.hint.unwrap().contains("undated"));
    }

    #[test]
    fn a_filter_is_bounded() {
        assert!(Filter::parse(&"a ".repeat(TERMS_MAX)).is_ok());
        assert!(Filter::parse(&"a ".repeat(TERMS_MAX + 1)).is_err());
        assert!(Filter::parse(&"a".repeat(TEXT_BYTES_MAX + 1)).is_err());
    }
}
