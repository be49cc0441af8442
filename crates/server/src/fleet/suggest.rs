//! What may follow in a half-written filter: keys of the language, and values with the assets behind them.

use qlrf_core::error::Error;
use qlrf_core::time::Timestamp;
use roaring::RoaringBitmap;

use super::filter::keys;
use super::measure::Measure;
use super::row::Dimension;
use super::words::{self, quoted};
use super::{Filter, Fleet};

/// Suggestions for the last term of a filter text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestions {
    /// Where the term starts in the text, in bytes: what is chosen replaces everything from here on.
    pub from: usize,
    /// Assets that the terms before it accept: the denominator of the counts.
    pub assets: u64,
    pub items: Vec<Suggestion>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The whole term, quoted where it must be; a key ends with its colon.
    pub insert: String,
    /// The key or the value alone.
    pub label: String,
    /// `None` for keys.
    pub assets: Option<u64>,
}

/// The last term, taken apart as far as it is written.
struct Last {
    negation: &'static str,
    /// `None` while the colon is not there yet.
    key: Option<String>,
    /// Values of the same term that stand already.
    before: Vec<String>,
    typed: String,
}

impl Fleet {
    /// At most `limit` of each sort, the likeliest first: the most assets behind it, then by name.
    pub fn suggest(&self, text: &str, limit: usize, at: Timestamp) -> Result<Suggestions, Error> {
        super::filter::check_length(text)?;
        let from = words::read(text).last;
        let filter = Filter::parse(&text[..from])?;
        let within = filter.select(self, at);
        let last = Last::read(&text[from..]);
        let items = match &last.key {
            None => last.keys(limit),
            Some(key) => last.values(key, self.values(key, &last.typed, &within, at)?, limit),
        };
        Ok(Suggestions {
            from,
            assets: within.len(),
            items,
        })
    }

    /// Values of a key that hold what was typed, with how many of the assets carry each.
    fn values(
        &self,
        key: &str,
        typed: &str,
        within: &RoaringBitmap,
        at: Timestamp,
    ) -> Result<Vec<(String, u64)>, Error> {
        let typed = typed.to_lowercase();
        let holds = |word: &str| word.to_lowercase().contains(&typed);
        Ok(match key {
            "cve" => self
                .vulnerabilities
                .iter()
                .filter(|v| holds(&v.id))
                .map(|v| (v.id.to_string(), within.intersection_len(&v.assets)))
                .collect(),
            // Every letter narrows the names; without one there are too many to count the assets of each.
            "package" if typed.is_empty() => Vec::new(),
            "package" => self.packages_holding(&typed, within),
            // Numbers tell nobody anything; the coverage ledger links to its scopes.
            "scope" => Vec::new(),
            _ => {
                if let Some(measure) = Measure::parse(key) {
                    let values = measure.values().iter().filter(|value| holds(value));
                    let having = |value: &&str| within.intersection_len(&measure.having(value, self, at));
                    return Ok(values.map(|value| ((*value).to_owned(), having(value))).collect());
                }
                let Some(dimension) = Dimension::parse(key) else {
                    // Says which keys there are.
                    return Filter::parse(&format!("{key}:x")).map(|_| Vec::new());
                };
                let word = |symbol| {
                    self.symbols
                        .word(symbol)
                        .map_or("unknown", |word| word)
                        .to_owned()
                };
                let counts = self.count_by(within, dimension);
                let words = counts.map(|(symbol, assets)| (word(symbol), assets));
                words.filter(|(word, _)| holds(word)).collect()
            }
        })
    }

    fn packages_holding(&self, typed: &str, within: &RoaringBitmap) -> Vec<(String, u64)> {
        let mut names: Vec<&str> = self
            .packages
            .keys()
            .map(|name| &name[..])
            .filter(|name| name.to_lowercase().contains(typed))
            .collect();
        // Walking the sets for each name is the cost: only the names that come first are counted.
        const COUNTED_MAX: usize = 20;
        names.sort_by_key(|name| (!name.starts_with(typed), name.len(), *name));
        names.truncate(COUNTED_MAX);
        let count = |name: &str| self.running_package(&[name.to_owned()]).intersection_len(within);
        names
            .into_iter()
            .map(|name| (name.to_owned(), count(name)))
            .collect()
    }
}

impl Last {
    fn read(term: &str) -> Last {
        let word = words::read(term).words.pop().unwrap_or_default();
        let stripped = word.strip('-');
        let negation = if stripped.is_some() { "-" } else { "" };
        let rest = stripped.unwrap_or(word);
        let Some((key, values)) = rest.cut(':') else {
            return Last {
                negation,
                key: None,
                before: Vec::new(),
                typed: rest.text(),
            };
        };
        let mut before = values.split(',');
        let typed = before.pop().unwrap_or_default();
        Last {
            negation,
            key: Some(key.text()),
            before,
            typed,
        }
    }

    fn keys(&self, limit: usize) -> Vec<Suggestion> {
        let keys = keys().filter(|key| key.starts_with(&self.typed[..]));
        let suggestion = |key: &str| Suggestion {
            insert: format!("{}{key}:", self.negation),
            label: key.to_owned(),
            assets: None,
        };
        keys.map(suggestion).take(limit).collect()
    }

    fn values(&self, key: &str, mut found: Vec<(String, u64)>, limit: usize) -> Vec<Suggestion> {
        found.retain(|(_, assets)| *assets > 0);
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let before: String = self
            .before
            .iter()
            .map(|value| format!("{},", quoted(value)))
            .collect();
        let suggestion = |(label, assets): (String, u64)| Suggestion {
            insert: format!("{}{key}:{before}{}", self.negation, quoted(&label)),
            label,
            assets: Some(assets),
        };
        found.into_iter().take(limit).map(suggestion).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_the_negation_and_values_their_neighbours() {
        let insert = |term: &str| Last::read(term).keys(9)[0].insert.clone();
        assert_eq!(
            (insert("-si"), insert("cv")),
            ("-site:".to_owned(), "cve:".to_owned())
        );
        let last = Last::read("-workload:\"a b\",c");
        let found = vec![
            ("card payments".to_owned(), 2),
            ("x\"y".to_owned(), 9),
            ("none".to_owned(), 0),
        ];
        let items = last.values("workload", found, 9);
        let inserts: Vec<&str> = items.iter().map(|item| &item.insert[..]).collect();
        assert_eq!(
            inserts,
            [r#"-workload:"a b","x\"y""#, r#"-workload:"a b","card payments""#]
        );
    }
}
