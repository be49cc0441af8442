//! Mapping rules as people write them: YAML or JSON, with every mistake at its place.

use qlrf_core::contract::node::{self, Node, push_pointer};
use qlrf_core::contract::problem::{Problem, Problems};
use qlrf_core::contract::shape;
use serde_json::Value as Json;

use super::compile::{Mistake, compile};
use super::pattern::PATTERN_CHARS_MAX;
use super::shape::DOCUMENT;
use super::{Mapper, Pattern, RuleSet};

/// Rules that were read, compiled, and proved by their own examples.
#[derive(Debug)]
pub struct Parsed {
    pub rules: RuleSet,
    pub mapper: Mapper,
}

/// JSON Schema 2020-12; shipped as `contracts/mapping/rules.schema.json`.
pub fn json_schema() -> Json {
    let id = "https://ql-rf.io/contracts/mapping/rules.schema.json";
    shape::json_schema(&DOCUMENT, id, "Mapping rules")
}

/// Reads rules, at most [`node::DOCUMENT_BYTES_MAX`] bytes of them.
///
/// # Errors
/// Every problem that was found, in document order; never an empty list. An example that comes out other than it says
/// is a problem at its place.
pub fn parse(bytes: &[u8]) -> Result<Parsed, Vec<Problem>> {
    let root = node::read(bytes).map_err(|problem| vec![problem])?;
    let mut problems = Problems::default();
    shape::check(&root, &DOCUMENT, &mut problems);
    if !problems.is_empty() {
        return Err(problems.into_vec());
    }
    let rules: RuleSet = serde_json::from_value(root.to_json())
        .expect("a document that has the shape of rules can be read as rules");
    let place = |mistake: Mistake| at(&root, mistake);
    for mistake in too_long(&rules) {
        problems.push(place(mistake));
    }
    if !problems.is_empty() {
        return Err(problems.into_vec());
    }
    match compile(&rules) {
        Ok(mapper) => {
            for mistake in failed_examples(&rules, &mapper) {
                problems.push(place(mistake));
            }
            match problems.is_empty() {
                true => Ok(Parsed { rules, mapper }),
                false => Err(problems.into_vec()),
            }
        }
        Err(mistakes) => {
            mistakes
                .into_iter()
                .for_each(|mistake| problems.push(place(mistake)));
            Err(problems.into_vec())
        }
    }
}

fn too_long(rules: &RuleSet) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (index, rule) in rules.rules.iter().enumerate() {
        let texts = rule.when.texts.iter().map(|(fact, p)| ("", fact.name(), p));
        let labels = rule.when.labels.iter().map(|(key, p)| ("/labels", &key[..], p));
        for (below, key, pattern) in texts.chain(labels) {
            let (Pattern::Glob(text) | Pattern::Regex { regex: text }) = pattern;
            if text.chars().count() > PATTERN_CHARS_MAX {
                let mut pointer = format!("/rules/{index}/when{below}");
                push_pointer(&mut pointer, key);
                mistakes.push(Mistake {
                    pointer,
                    code: "too_long",
                    message: format!("a condition has at most {PATTERN_CHARS_MAX} characters"),
                    hint: None,
                });
            }
        }
    }
    mistakes
}

fn failed_examples(rules: &RuleSet, mapper: &Mapper) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (index, example) in rules.examples.iter().enumerate() {
        for difference in example.differences(mapper) {
            let field = difference.field.name();
            let place = match difference.expected {
                Some(_) => format!("/expect/{field}"),
                None => "/unknown".to_owned(),
            };
            mistakes.push(Mistake {
                pointer: format!("/examples/{index}{place}"),
                code: "example_failed",
                message: format!("the example \"{}\" fails: {}", example.name, difference.message()),
                hint: Some("correct the rule, or what the example says"),
            });
        }
    }
    mistakes
}

/// A pointer that leads nowhere in the document has the place of what it leads to last.
fn at(root: &Node, mistake: Mistake) -> Problem {
    let mut found = root;
    for token in mistake.pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let item = token
            .parse()
            .ok()
            .and_then(|index: usize| found.items().get(index));
        let Some(next) = found.get(&token).or(item) else {
            break;
        };
        found = next;
    }
    Problem {
        at: found.at,
        pointer: mistake.pointer,
        code: mistake.code,
        message: mistake.message,
        hint: mistake.hint.map(str::to_owned),
    }
}
