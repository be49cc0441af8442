//! Conditions on text: globs, and regular expressions of bounded cost.

use regex::{Captures, Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use crate::link::glob;

pub const PATTERN_CHARS_MAX: usize = 512;
/// Longer texts fit no condition: labels are written by strangers, and every condition is compared with each.
pub const TEXT_BYTES_MAX: usize = 4 * 1024;
/// Of one compiled expression. It is linear in the text whatever it says; this bounds what one character can cost.
const REGEX_BYTES_MAX: usize = 256 * 1024;

/// As written in a document: text is a glob (`*`, `?`) over the whole value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Pattern {
    Glob(String),
    Regex { regex: String },
}

#[derive(Debug)]
pub enum Matcher {
    Glob(String),
    Regex(Regex),
}

impl Matcher {
    /// The message of an error is that of the expression's own syntax.
    pub fn new(pattern: &Pattern) -> Result<Matcher, String> {
        match pattern {
            Pattern::Glob(text) => Ok(Matcher::Glob(text.clone())),
            Pattern::Regex { regex } => RegexBuilder::new(regex)
                .size_limit(REGEX_BYTES_MAX)
                .dfa_size_limit(REGEX_BYTES_MAX)
                .build()
                .map(Matcher::Regex)
                .map_err(|error| reason(&error)),
        }
    }

    /// `None` when it does not fit; the groups are there for an expression alone.
    pub fn fit<'t>(&self, text: &'t str) -> Option<Option<Captures<'t>>> {
        if text.len() > TEXT_BYTES_MAX {
            return None;
        }
        match self {
            Matcher::Glob(pattern) => glob(pattern, text).then_some(None),
            Matcher::Regex(regex) => regex.captures(text).map(Some),
        }
    }

    pub fn regex(&self) -> Option<&Regex> {
        match self {
            Matcher::Glob(_) => None,
            Matcher::Regex(regex) => Some(regex),
        }
    }
}

/// The last line of a syntax error says what is wrong; those before it draw the expression again.
fn reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(limit) => {
            format!("it needs more than {limit} bytes when it is compiled")
        }
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.trim_start_matches("error: ").to_owned()
        }
    }
}
