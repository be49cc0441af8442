//! The golden image contract: three forms of document, one model.
//!
//! | form | told by | written by |
//! |---|---|---|
//! | A | `apiVersion` or `kind` | platform teams; the full form |
//! | B | `schema` | teams that keep a short, flat baseline |
//! | C | `base`, or `name` with `family` | authors of image builds |

mod forms;
mod read;
pub mod shapes;

use serde::Serialize;
use serde_json::Value as Json;

use super::node::{self, Node};
use super::problem::{Problem, Problems};
use super::shape;
use crate::image::ImageContract;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    A,
    B,
    C,
}

impl Form {
    pub const ALL: &[Form] = &[Form::A, Form::B, Form::C];

    pub fn name(self) -> &'static str {
        match self {
            Form::A => "a",
            Form::B => "b",
            Form::C => "c",
        }
    }

    /// JSON Schema 2020-12; shipped as `contracts/image/form-{a,b,c}.schema.json`.
    pub fn json_schema(self) -> Json {
        let name = self.name();
        let id = format!("https://ql-rf.io/contracts/image/form-{name}.schema.json");
        shape::json_schema(
            self.shape(),
            &id,
            &format!("Golden image contract, form {}", name.to_uppercase()),
        )
    }

    fn shape(self) -> &'static shape::Shape {
        match self {
            Form::A => &shapes::FORM_A,
            Form::B => &shapes::FORM_B,
            Form::C => &shapes::FORM_C,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    pub form: Form,
    pub contract: ImageContract,
}

/// Codes of problems that no JSON Schema can state; every other problem is also found by the published schema, except
/// those of [`node`], which are about the text itself.
pub const MEANING_CODES: &[&str] = &["contradiction", "check_unclear"];

/// Reads a contract of any form, in YAML or JSON, at most [`node::DOCUMENT_BYTES_MAX`] bytes.
///
/// # Errors
/// Every problem that was found, in document order; never an empty list.
pub fn parse(bytes: &[u8]) -> Result<Parsed, Vec<Problem>> {
    let root = node::read(bytes).map_err(|problem| vec![problem])?;
    let form = detect(&root).map_err(|problem| vec![problem])?;
    let mut problems = Problems::default();
    shape::check(&root, form.shape(), &mut problems);
    if !problems.is_empty() {
        return Err(problems.into_vec());
    }
    let contract = forms::read(&root, form, &mut problems);
    if problems.is_empty() {
        Ok(Parsed { form, contract })
    } else {
        Err(problems.into_vec())
    }
}

fn detect(root: &Node) -> Result<Form, Problem> {
    let has = |key: &str| root.get(key).is_some();
    if has("apiVersion") || has("kind") {
        return Ok(Form::A);
    }
    if has("schema") {
        return Ok(Form::B);
    }
    if has("base") || (has("name") && has("family")) {
        return Ok(Form::C);
    }
    Err(Problem {
        at: root.at,
        pointer: String::new(),
        code: "form_unknown",
        message: "this is none of the three forms of an image contract".into(),
        hint: Some(
            "start with apiVersion: ql-rf.io/v1 (form A), schema: v1 (form B), or name, family and base (form C)"
                .into(),
        ),
    })
}
