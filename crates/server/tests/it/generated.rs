//! Checked-in files that are made from the code, and the rules that only the whole list of routes can show.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use qlrf_server::api::{self, openapi};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_checked_in_files_are_current() {
    for (path, fresh) in qlrf_server::cli::generated::files() {
        let stored = std::fs::read_to_string(repository().join(path)).unwrap_or_default();
        assert!(
            stored == fresh,
            "{path} is stale; `cargo xtask gen` writes it again, review the difference"
        );
    }
}

#[test]
fn every_route_is_described_and_every_description_is_a_route() {
    let mut document = openapi::document();
    let routes = api::routes();
    let mut declared = BTreeSet::new();
    for route in routes.declared() {
        declared.insert(format!("{} {}", route.method, route.path));
        let operation = openapi::find_operation(&mut document, route);
        assert!(
            operation.is_some(),
            "{} {} is not in the OpenAPI document",
            route.method,
            route.path
        );
        let summary = operation.unwrap().operation_id.clone();
        assert!(summary.is_some(), "{} has no operation id", route.path);
    }
    let described: BTreeSet<String> = document
        .paths
        .paths
        .iter()
        .flat_map(|(path, item)| {
            [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ]
            .into_iter()
            .filter(|(_, operation)| operation.is_some())
            .map(move |(method, _)| format!("{method} {path}"))
        })
        .collect();
    assert_eq!(described, declared);
}

#[test]
fn every_error_code_has_a_page_and_every_page_a_code() {
    let mut codes = BTreeSet::new();
    collect_codes(&repository().join("crates"), &mut codes);
    let pages: BTreeSet<String> = std::fs::read_dir(repository().join("docs/errors"))
        .unwrap()
        .filter_map(|entry| {
            entry
                .unwrap()
                .file_name()
                .to_str()
                .unwrap()
                .strip_suffix(".md")
                .map(str::to_owned)
        })
        .collect();
    let missing: Vec<&String> = codes.difference(&pages).collect();
    let stale: Vec<&String> = pages.difference(&codes).collect();
    assert!(
        missing.is_empty(),
        "codes without a page in docs/errors: {missing:?}"
    );
    assert!(
        stale.is_empty(),
        "pages in docs/errors whose code no source has: {stale:?}"
    );
}

#[test]
fn error_pages_say_cause_proof_and_remedy() {
    for entry in std::fs::read_dir(repository().join("docs/errors")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        for heading in ["## Cause", "## How to confirm", "## How to fix"] {
            assert!(
                text.contains(heading),
                "{} has no section \"{heading}\"",
                path.display()
            );
        }
    }
}

fn collect_codes(dir: &Path, codes: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && name != "tests" && name != "target" {
            collect_codes(&path, codes);
        } else if name.ends_with(".rs") {
            codes.extend(codes_of(&std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The literal after `ErrorKind::Name,` in calls of `Error::new`, those of functions called `code` or said to be so, those
/// that a connector refuses to collect with, and those that the command line gives its own failures.
fn codes_of(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices("ErrorKind::") {
        let rest = source[at..]
            .trim_start_matches(|c: char| c.is_alphanumeric() || c == ':')
            .trim_start();
        found.extend(rest.strip_prefix(',').and_then(|rest| literal(rest.trim_start())));
    }
    let functions = [
        "fn code(&self) -> &'static str",
        "/// As in `docs/errors/`.\n    pub fn name(self) -> &'static str",
    ];
    for (at, _) in functions
        .iter()
        .flat_map(|function| source.match_indices(function))
    {
        let body = &source[at..source[at..].find("\n    }").map_or(source.len(), |end| at + end)];
        found.extend(
            body.match_indices("=> \"")
                .filter_map(|(at, _)| literal(&body[at + 3..])),
        );
    }
    const REFUSED: &str = "ConnectError::Refused {";
    found.extend(source.match_indices(REFUSED).filter_map(|(at, _)| {
        let rest = source[at + REFUSED.len()..].trim_start();
        literal(rest.strip_prefix("code: ")?)
    }));
    // Failures of the command line alone.
    const ASSIGNED: &str = ".code = Some(";
    found.extend(
        source
            .match_indices(ASSIGNED)
            .filter_map(|(at, _)| literal(&source[at + ASSIGNED.len()..])),
    );
    found
}

fn literal(text: &str) -> Option<String> {
    let (code, _) = text.strip_prefix('"')?.split_once('"')?;
    let snake = !code.is_empty()
        && code
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    snake.then(|| code.to_owned())
}

#[test]
fn the_reader_of_codes_finds_them() {
    let source = "Error::new(\n  ErrorKind::Invalid,\n  \"a_code\", x); match e { ErrorKind::Invalid => 1 }";
    assert_eq!(codes_of(source), ["a_code"]);
}
