//! How a secret is named: `env:NAME`, `file:/path`, `vault:mount/path#field`.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

const TEXT_CHARS_MAX: usize = 1_000;

/// Where a secret is kept. It says nothing of the secret itself, and may be stored and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A variable in the environment of the server.
    Env(String),
    /// A file on the machine of the server.
    File(PathBuf),
    /// A field of a secret in a key-value store, version 2, of Vault or OpenBao.
    Vault {
        mount: String,
        path: Vec<String>,
        field: String,
    },
}

/// The text that was given is not repeated: somebody may have put the secret itself there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it takes a reference to a secret, env:NAME, file:/path or vault:mount/path#field, and not the secret itself"
)]
pub struct NotAReference;

impl Reference {
    pub fn parse(text: &str) -> Result<Reference, NotAReference> {
        if text.chars().count() > TEXT_CHARS_MAX {
            return Err(NotAReference);
        }
        let (kind, rest) = text.split_once(':').ok_or(NotAReference)?;
        let reference = match kind {
            "env" => variable(rest).map(Reference::Env),
            "file" => absolute(rest).map(Reference::File),
            "vault" => {
                let (path, field) = rest.split_once('#').ok_or(NotAReference)?;
                let (mount, path) = mounted(path).ok_or(NotAReference)?;
                (!path.is_empty() && is_segment(field)).then(|| Reference::Vault {
                    mount,
                    path,
                    field: field.to_owned(),
                })
            }
            _ => None,
        };
        reference.ok_or(NotAReference)
    }
}

pub(crate) fn variable(text: &str) -> Option<String> {
    let sound = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let begins = text.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    (sound && begins).then(|| text.to_owned())
}

/// An absolute path without `..` and without control characters.
pub(crate) fn absolute(text: &str) -> Option<PathBuf> {
    let path = Path::new(text);
    let plain = path
        .components()
        .all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
    (path.is_absolute() && plain && !text.chars().any(char::is_control)).then(|| path.components().collect())
}

/// The mount, and the segments below it.
pub(super) fn mounted(text: &str) -> Option<(String, Vec<String>)> {
    let segments: Vec<&str> = text.split('/').collect();
    let (mount, path) = segments.split_first()?;
    let sound = segments.iter().all(|segment| is_segment(segment));
    sound.then(|| {
        (
            (*mount).to_owned(),
            path.iter().map(|s| (*s).to_owned()).collect(),
        )
    })
}

/// Nothing that a path or a URL gives a meaning to.
fn is_segment(text: &str) -> bool {
    let sound = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'@');
    !text.is_empty() && text != "." && text != ".." && text.bytes().all(sound)
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Env(name) => write!(f, "env:{name}"),
            Reference::File(path) => write!(f, "file:{}", path.display()),
            Reference::Vault { mount, path, field } => write!(f, "vault:{mount}/{}#{field}", path.join("/")),
        }
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer).map_err(|_| serde::de::Error::custom(NotAReference))?;
        Reference::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Reference {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecretReference".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "pattern": "^(env|file|vault):", "maxLength": TEXT_CHARS_MAX,
            "title": "Reference to a secret",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_and_written() {
        for text in [
            "env:EDGE_KEY",
            "file:/etc/qlrf/acme/id",
            "vault:kv/acme/edge#key",
            "vault:kv/a#b.c",
        ] {
            assert_eq!(Reference::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            Reference::parse("file:/etc//qlrf/./id").unwrap().to_string(),
            "file:/etc/qlrf/id"
        );
    }

    #[test]
    fn what_is_no_reference_is_refused_without_being_repeated() {
        let long = format!("file:/{}", "x".repeat(TEXT_CHARS_MAX));
        for text in [
            "hunter2",
            "",
            "env:",
            "env:A B",
            "env:1A",
            "env:A=B",
            "file:id",
            "file:/etc/../root/id",
            "file:/a\n/b",
            "vault:kv#x",
            "vault:kv/a",
            "vault:kv/a#",
            "vault:kv//a#x",
            "vault:kv/../sys#x",
            "vault:kv/a?x#y",
            "vault:kv/%2e%2e/a#y",
            "vault:/a#x",
            "https://x/",
            long.as_str(),
        ] {
            let wrong = serde_json::from_value::<Reference>(serde_json::json!(text)).unwrap_err();
            assert_eq!(wrong.to_string(), NotAReference.to_string(), "{text}");
        }
        let wrong = serde_json::from_value::<Reference>(serde_json::json!({"a": "hunter2"})).unwrap_err();
        assert!(!wrong.to_string().contains("hunter2"));
    }
}
