//! What a shape cannot say of an action's parameters. A secret may stand in a plan as a reference only: what a plan says
//! is stored, shown and signed.

use std::path::{Component, Path};

use qlrf_core::contract::node::Value;
use qlrf_core::contract::problem::{Problems, quote};

use super::document::Place;

pub(super) const ACTIONS: &[&str] = &[
    "ssh",
    "http",
    "wait_for_health",
    "sql_probe",
    "notify",
    "terraform",
    "ansible",
    "helm",
    "packer",
];
pub(super) const PROBES: &[&str] = &["http", "wait_for_health", "sql_probe"];
const WAYS: &[&str] = &["url", "port", "command"];
/// What a name holds whose value is not for everybody.
const CONFIDENTIAL: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "privatekey",
    "authorization",
    "cookie",
    "credential",
];

pub(super) fn check(kind: &str, given: &Place<'_>, problems: &mut Problems) {
    if let Some(command) = given.get("command")
        && command.node.items().is_empty()
    {
        problems.push(command.problem("empty_list", "a command has at least a program", ""));
    }
    if let Some(url) = given.get("url") {
        address(&url, &["https", "http"], problems);
    }
    if let Some(source) = given.get("source") {
        pinned(&source, problems);
    }
    if let Some(connection) = given.get("connection") {
        reference(&connection, problems);
    }
    for key in ["headers", "variables", "values"] {
        if let Some(map) = given.get(key) {
            values(&map, problems);
        }
    }
    if kind == "wait_for_health" && WAYS.iter().filter(|way| given.get(way).is_some()).count() != 1 {
        let message = format!("exactly one of {} is wanted here", WAYS.join(", "));
        problems.push(given.problem("one_wanted", message, ""));
    }
}

fn values(map: &Place<'_>, problems: &mut Problems) {
    for (name, value) in map.entries() {
        let plain = matches!(value.node.value, Value::Text(_));
        let bare: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let bare = bare.to_ascii_lowercase();
        if !plain {
            reference(&value, problems);
        } else if CONFIDENTIAL.iter().any(|word| bare.contains(word)) {
            // The value is not repeated: it may be the secret itself.
            let message = format!(
                "{} is given as it is, and everybody who sees the plan reads it",
                quote(name)
            );
            let hint = "keep it elsewhere and write {secret: \"vault:mount/path#field\"}";
            problems.push(value.problem("secret_in_plain", message, hint));
        }
    }
}

fn reference(place: &Place<'_>, problems: &mut Problems) {
    let Some(secret) = place.get("secret") else { return };
    if !is_reference(secret.text()) {
        let message = "it takes a reference to a secret, and not the secret itself";
        let hint = "write env:NAME, file:/path or vault:mount/path#field";
        problems.push(secret.problem("bad_secret_reference", message, hint));
    }
}

fn is_reference(text: &str) -> bool {
    let segment = |text: &str| {
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'@');
        !text.is_empty() && text != "." && text != ".." && text.bytes().all(sound)
    };
    match text.split_once(':') {
        Some(("env", name)) => {
            let sound = name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            sound && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
        }
        Some(("file", path)) => Path::new(path).is_absolute() && plain_path(path),
        Some(("vault", place)) => place.split_once('#').is_some_and(|(path, field)| {
            path.contains('/') && path.split('/').all(segment) && segment(field)
        }),
        _ => false,
    }
}

fn plain_path(path: &str) -> bool {
    let parts = Path::new(path).components();
    path.split('/').all(|part| part != "." && part != "..")
        && parts
            .into_iter()
            .all(|part| matches!(part, Component::RootDir | Component::Normal(_)))
}

/// Credentials in an address would be stored and shown with the plan.
fn address(place: &Place<'_>, schemes: &[&str], problems: &mut Problems) {
    let text = place.text();
    let authority = schemes.iter().find_map(|scheme| {
        let rest = text.strip_prefix(scheme)?.strip_prefix("://")?;
        rest.split(['/', '?', '#']).next()
    });
    let host = authority.map(|authority| authority.rsplit('@').next().unwrap_or_default());
    if text.contains(char::is_whitespace) || host.is_none_or(|host| host.is_empty() || host.starts_with(':'))
    {
        let hint = format!("write {}://host/path", schemes.join(":// or "));
        problems.push(place.problem("bad_address", format!("{} is no address", quote(text)), &hint));
        return;
    }
    let user = authority
        .and_then(|authority| authority.rsplit_once('@'))
        .map(|(user, _)| user);
    let allowed = text.starts_with("ssh://") && user.is_some_and(|user| !user.contains(':'));
    if user.is_some() && !allowed {
        let message = "the address holds credentials, and everybody who sees the plan reads it";
        problems.push(place.problem("secret_in_plain", message, "leave them out"));
    }
}

/// What was planned is what is run: a branch or a tag may be another tomorrow.
fn pinned(source: &Place<'_>, problems: &mut Problems) {
    if let Some(repository) = source.get("repository") {
        address(&repository, &["https", "ssh"], problems);
    }
    if let Some(commit) = source.get("commit") {
        let text = commit.text();
        let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !digits || !matches!(text.len(), 40 | 64) {
            let message = format!("{} is no whole commit id", quote(text));
            problems.push(commit.problem("bad_commit", message, "`git rev-parse HEAD` prints it"));
        }
    }
    if let Some(path) = source.get("path")
        && (Path::new(path.text()).is_absolute() || !plain_path(path.text()))
    {
        let message = format!(
            "{} does not stay below the root of the repository",
            quote(path.text())
        );
        problems.push(path.problem("bad_path", message, "write it relative, without . and .."));
    }
}
