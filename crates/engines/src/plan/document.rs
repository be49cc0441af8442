//! An ExecutionSpec as people write it: YAML or JSON, with every mistake at its place.

use qlrf_core::contract::Problem;
use qlrf_core::contract::node::{self, Node};
use qlrf_core::contract::problem::Problems;
use qlrf_core::contract::shape;
use qlrf_core::plan::step::Action;
use qlrf_core::plan::{Expected, Limits, Selection, Step, Window};
use qlrf_core::time::truncate;
use serde::Deserialize;
use serde_json::Value as Json;
use time::UtcOffset;

use super::Spec;
use super::check::check;
use super::shape::DOCUMENT;

#[derive(Deserialize)]
struct Document {
    metadata: Metadata,
    spec: Body,
}

#[derive(Deserialize)]
struct Metadata {
    title: String,
}

#[derive(Deserialize)]
struct Body {
    targets: Option<Selection>,
    steps: Vec<Step>,
    #[serde(default)]
    limits: Limits,
    window: Option<Window>,
    #[serde(default)]
    expected: Expected,
}

/// JSON Schema 2020-12; shipped as `contracts/plan/execution.schema.json`.
pub fn json_schema() -> Json {
    let id = "https://ql-rf.io/contracts/plan/execution.schema.json";
    shape::json_schema(&DOCUMENT, id, "Execution spec")
}

/// Reads a specification, at most [`node::DOCUMENT_BYTES_MAX`] bytes of it.
///
/// # Errors
/// Every problem that was found, in document order; never an empty list.
pub fn parse(bytes: &[u8]) -> Result<Spec, Vec<Problem>> {
    let root = node::read(bytes).map_err(|problem| vec![problem])?;
    let mut problems = Problems::default();
    shape::check(&root, &DOCUMENT, &mut problems);
    if !problems.is_empty() {
        return Err(problems.into_vec());
    }
    check(&root, &mut problems);
    if !problems.is_empty() {
        return Err(problems.into_vec());
    }
    let document: Document = serde_json::from_value(whole_numbers(root.to_json()))
        .expect("a document that was checked can be read as a specification");
    Ok(document.into())
}

impl From<Document> for Spec {
    fn from(Document { metadata, spec }: Document) -> Spec {
        let utc = |window: Window| Window {
            starts_at: truncate(window.starts_at.to_offset(UtcOffset::UTC)),
            ends_at: truncate(window.ends_at.to_offset(UtcOffset::UTC)),
            ..window
        };
        Spec {
            title: metadata.title,
            selection: spec.targets,
            steps: spec.steps,
            limits: spec.limits,
            window: spec.window.map(utc),
            expected: spec.expected,
        }
    }
}

pub(super) fn read_action(place: &Place<'_>) -> Option<Action> {
    serde_json::from_value(whole_numbers(place.node.to_json())).ok()
}

/// The shape takes `2.0` for a whole number, as JSON Schema does.
fn whole_numbers(value: Json) -> Json {
    match value {
        Json::Number(number) if number.is_f64() => {
            shape::whole(&number.to_string()).map_or(Json::Number(number), Json::from)
        }
        Json::Array(items) => items.into_iter().map(whole_numbers).collect(),
        Json::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| (key, whole_numbers(value)))
            .collect(),
        other => other,
    }
}

/// Where a problem lies, and its pointer.
#[derive(Clone)]
pub(super) struct Place<'a> {
    pub node: &'a Node,
    pub pointer: String,
}

impl<'a> Place<'a> {
    pub fn root(node: &'a Node) -> Place<'a> {
        Place {
            node,
            pointer: String::new(),
        }
    }

    pub fn get(&self, key: &str) -> Option<Place<'a>> {
        let node = self.node.get(key)?;
        Some(self.at(node, key))
    }

    pub fn items(&self) -> impl Iterator<Item = Place<'a>> {
        let items = self.node.items().iter().enumerate();
        items.map(|(index, node)| self.at(node, &index.to_string()))
    }

    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Place<'a>)> {
        let entries = self.node.entries().iter();
        entries.map(|(key, node)| (&key.text[..], self.at(node, &key.text)))
    }

    pub fn text(&self) -> &'a str {
        self.node.text().unwrap_or_default()
    }

    fn at(&self, node: &'a Node, token: &str) -> Place<'a> {
        let mut pointer = self.pointer.clone();
        node::push_pointer(&mut pointer, token);
        Place { node, pointer }
    }

    pub fn problem(&self, code: &'static str, message: impl Into<String>, hint: &str) -> Problem {
        Problem {
            at: self.node.at,
            pointer: self.pointer.clone(),
            code,
            message: message.into(),
            hint: (!hint.is_empty()).then(|| hint.to_owned()),
        }
    }
}
