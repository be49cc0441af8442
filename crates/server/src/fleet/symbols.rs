//! Words of low cardinality, stored once and compared as numbers.

use std::collections::HashMap;
use std::sync::Arc;

/// A word of the table that made it. Zero is "not known".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Symbol(u32);

impl Symbol {
    pub const UNKNOWN: Symbol = Symbol(0);

    pub fn is_known(self) -> bool {
        self != Self::UNKNOWN
    }
}

#[derive(Clone, Default)]
pub struct Symbols {
    words: Vec<Arc<str>>,
    index: HashMap<Arc<str>, Symbol>,
}

impl Symbols {
    pub fn intern(&mut self, word: Option<&str>) -> Symbol {
        let Some(word) = word.filter(|word| !word.is_empty()) else {
            return Symbol::UNKNOWN;
        };
        if let Some(symbol) = self.index.get(word) {
            return *symbol;
        }
        let word: Arc<str> = word.into();
        self.words.push(word.clone());
        let symbol =
            Symbol(u32::try_from(self.words.len()).expect("fewer than 2^32 distinct words fit in memory"));
        self.index.insert(word, symbol);
        symbol
    }

    pub fn find(&self, word: &str) -> Option<Symbol> {
        self.index.get(word).copied()
    }

    /// `None` for "not known".
    pub fn word(&self, symbol: Symbol) -> Option<&Arc<str>> {
        symbol.0.checked_sub(1).map(|at| &self.words[at as usize])
    }
}
