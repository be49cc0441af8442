//! Bodies that are documents which people write: YAML or JSON, with every mistake told at its place.

use axum::http::{HeaderMap, header};
use qlrf_core::contract;
use qlrf_core::error::Error;

use super::types::problem::FieldProblem;
use super::{Problem, Result};

pub fn check_type(headers: &HeaderMap) -> Result<()> {
    const TYPES: &[&str] = &[
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        "application/json",
        "text/plain",
    ];
    let declared = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(|value| {
            value
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase()
        });
    if declared.is_some_and(|declared| TYPES.contains(&&declared[..])) {
        return Ok(());
    }
    Err(Problem::unsupported_document_type())
}

/// `3 mistakes`
pub fn count(problems: &[contract::Problem]) -> String {
    let count = problems.len();
    let noun = if count == 1 { "mistake" } else { "mistakes" };
    format!("{count} {noun}")
}

/// The answer to a document that was not taken.
pub fn rejected(error: Error, problems: Vec<contract::Problem>) -> Problem {
    let field = |problem: contract::Problem| FieldProblem {
        path: problem.pointer.trim_start_matches('/').replace('/', "."),
        detail: problem.message,
        line: Some(problem.at.line),
        column: Some(problem.at.column),
        pointer: Some(problem.pointer),
        code: Some(problem.code.to_owned()),
        hint: problem.hint,
    };
    Problem::from(error).fields(problems.into_iter().map(field).collect())
}
