//! What policy says of a plan: allowed, or denied with a rule, a reason and a remedy each.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// Whose rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Shipped with the program; no organisation can take it away.
    Baseline,
    Organisation,
}

impl Source {
    pub fn name(self) -> &'static str {
        match self {
            Source::Baseline => "baseline",
            Source::Organisation => "organisation",
        }
    }
}

/// Why a rule denies. Whatever is not an answer denies as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The rule says so.
    Rule,
    /// Its evaluation ended with an error.
    Failed,
    /// It took more steps than one may.
    Limit,
    /// It has no value.
    Undefined,
    /// Its value is not a set of reasons and remedies.
    Shape,
    /// What it is asked about is more than a policy is given.
    TooLarge,
}

impl Cause {
    pub fn name(self) -> &'static str {
        match self {
            Cause::Rule => "rule",
            Cause::Failed => "failed",
            Cause::Limit => "limit",
            Cause::Undefined => "undefined",
            Cause::Shape => "shape",
            Cause::TooLarge => "too_large",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Denial {
    pub source: Source,
    pub rule: String,
    pub cause: Cause,
    pub reason: String,
    pub remedy: String,
}

/// One answer, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The shipped rules.
    pub baseline: Digest,
    /// Those of the organisation, if it has any.
    pub bundle: Option<Digest>,
    /// The canonical JSON of what the rules were given.
    pub input: Digest,
    /// By source, then rule; none means allowed.
    pub denials: Vec<Denial>,
}

impl Verdict {
    pub fn is_allowed(&self) -> bool {
        self.denials.is_empty()
    }
}
