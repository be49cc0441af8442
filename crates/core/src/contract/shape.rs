//! What may stand where in a contract: tables of data that check a document and are published as JSON Schema.
//!
//! One table serves both, so that an editor with the schema and the fabric say the same of a document.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use super::node::{Key, Node, Value, push_pointer};
use super::problem::{Problem, Problems, quote};

pub const TEXT_CHARS_MAX: usize = 1024;

pub enum Shape {
    Text(Pattern),
    /// A version: text, or a number taken by its spelling so that an unquoted `1.10` stays `1.10`.
    Version,
    /// A setting's value: text, number or flag.
    Setting,
    Flag,
    Integer {
        min: i64,
        max: i64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// RFC 3339, with a zone.
    Time,
    List {
        of: &'static Shape,
        max: usize,
    },
    Map {
        keys: Pattern,
        of: &'static Shape,
        max: usize,
    },
    Object(&'static Object),
    /// The alternatives differ in their JSON type, so that a value belongs to at most one of them.
    Either(&'static [Shape]),
    /// Anything, carried as it is.
    Any,
}

pub struct Object {
    pub fields: &'static [Field],
    /// Whether other keys than [`Object::fields`] are carried along rather than refused.
    pub open: bool,
}

pub struct Field {
    pub name: &'static str,
    pub required: bool,
    pub shape: Shape,
    /// For the schema: shown by editors.
    pub about: &'static str,
}

pub const fn required(name: &'static str, shape: Shape, about: &'static str) -> Field {
    Field {
        name,
        required: true,
        shape,
        about,
    }
}

pub const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Field {
    Field {
        name,
        required: false,
        shape,
        about,
    }
}

/// Which text is meant. Each is a regular expression for the schema and a function for us; a test compares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// One line: anything but control characters.
    Line,
    /// A name that is safe in a path and a URL.
    Name,
    /// `sysctl:…`, `sshd:…` and others of that kind.
    SettingKey,
    /// `name`, `name=version` or `name>=version`.
    Package,
    /// `sha256:` and 64 hexadecimal digits.
    Digest,
}

impl Pattern {
    pub const ALL: &[Pattern] = &[
        Pattern::Line,
        Pattern::Name,
        Pattern::SettingKey,
        Pattern::Package,
        Pattern::Digest,
    ];

    pub fn regex(self) -> &'static str {
        match self {
            Pattern::Line => r"^[^\u0000-\u001f\u007f]+$",
            Pattern::Name => r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$",
            Pattern::SettingKey => r"^[a-z][a-z0-9_]*:[^\u0000-\u0020\u007f]+$",
            Pattern::Package => r"^[A-Za-z0-9@][^\u0000-\u0020\u007f<>=!]*(>?=[^\u0000-\u0020\u007f<>=!]+)?$",
            Pattern::Digest => r"^sha256:[0-9a-f]{64}$",
        }
    }

    pub fn matches(self, text: &str) -> bool {
        let visible = |t: &str| !t.is_empty() && t.chars().all(|c| c > '\u{20}' && c != '\u{7f}');
        match self {
            Pattern::Line => !text.is_empty() && text.chars().all(|c| c > '\u{1f}' && c != '\u{7f}'),
            Pattern::Name => {
                let bytes = text.as_bytes();
                bytes.first().is_some_and(u8::is_ascii_alphanumeric)
                    && bytes.len() <= 128
                    && bytes
                        .iter()
                        .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(b))
            }
            Pattern::SettingKey => text.split_once(':').is_some_and(|(kind, key)| {
                kind.starts_with(|c: char| c.is_ascii_lowercase())
                    && kind
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
                    && visible(key)
            }),
            Pattern::Package => {
                let (name, version) = match text.split_once(['>', '=']) {
                    None => (text, None),
                    Some((name, rest)) => {
                        let minimum = text.as_bytes()[name.len()] == b'>';
                        (
                            name,
                            Some(if minimum {
                                rest.strip_prefix('=').unwrap_or_default()
                            } else {
                                rest
                            }),
                        )
                    }
                };
                let plain = |t: &str| visible(t) && !t.contains(['<', '>', '=', '!']);
                name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@')
                    && plain(name)
                    && version.is_none_or(plain)
            }
            Pattern::Digest => text.strip_prefix("sha256:").is_some_and(|hex| {
                hex.len() == 64
                    && hex
                        .bytes()
                        .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            }),
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Pattern::Line => "one line of text without control characters",
            Pattern::Name => {
                "letters, digits, '.', '_' and '-', starting with a letter or digit, at most 128"
            }
            Pattern::SettingKey => {
                "a kind and a key, such as sysctl:net.ipv4.ip_forward or sshd:PermitRootLogin"
            }
            Pattern::Package => "name, name=version or name>=version",
            Pattern::Digest => "sha256: and 64 lower-case hexadecimal digits",
        }
    }
}

/// Reports everything in `root` that `shape` does not allow.
pub fn check(root: &Node, shape: &Shape, problems: &mut Problems) {
    let mut checker = Checker {
        problems,
        path: String::new(),
    };
    checker.value(root, shape);
}

struct Checker<'a> {
    problems: &'a mut Problems,
    path: String,
}

impl Checker<'_> {
    fn value(&mut self, node: &Node, shape: &Shape) {
        match shape {
            Shape::Either(alternatives) => match alternatives.iter().find(|shape| fits(node, shape)) {
                Some(shape) => self.value(node, shape),
                None => self.wrong_type(node, shape),
            },
            _ if !fits(node, shape) => self.wrong_type(node, shape),
            Shape::Any => self.anything(node),
            Shape::Text(pattern) => self.text(node, *pattern),
            Shape::Version => {
                self.text(node, Pattern::Line);
            }
            Shape::Setting => match &node.value {
                Value::Text(text) if text.chars().count() > TEXT_CHARS_MAX => self.too_long(node),
                _ => {}
            },
            Shape::Flag => {}
            Shape::Integer { min, max } => self.integer(node, *min, *max),
            Shape::Choice(words) => {
                let text = node.text().unwrap_or_default();
                if !words.contains(&text) {
                    let message = format!("{} is not one of {}", quote(text), words.join(", "));
                    self.report(node, "not_one_of", message, nearest(text, words.iter().copied()));
                }
            }
            Shape::Time => {
                let text = node.text().unwrap_or_default();
                if parse_time(text).is_none() {
                    let hint = Some("write it as 2026-01-31T09:30:00Z".to_owned());
                    self.report(
                        node,
                        "bad_time",
                        format!("{} is not a time of RFC 3339", quote(text)),
                        hint,
                    );
                }
            }
            Shape::List { of, max } => self.list(node, of, *max),
            Shape::Map { keys, of, max } => self.map(node, *keys, of, *max),
            Shape::Object(object) => self.object(node, object),
        }
    }

    fn text(&mut self, node: &Node, pattern: Pattern) {
        let text = node.text().unwrap_or_default();
        if text.chars().count() > TEXT_CHARS_MAX {
            self.too_long(node);
        } else if text.is_empty() {
            let hint = Some("leave the key out or give it a value".to_owned());
            self.report(node, "empty_value", "the text is empty".into(), hint);
        } else if !pattern.matches(text) {
            let message = format!("{} is not {}", quote(text), pattern.wanted());
            self.report(node, "bad_value", message, None);
        }
    }

    fn too_long(&mut self, node: &Node) {
        self.report(
            node,
            "too_long",
            format!("the text has more than {TEXT_CHARS_MAX} characters"),
            None,
        );
    }

    fn integer(&mut self, node: &Node, min: i64, max: i64) {
        let text = node.text().unwrap_or_default();
        if whole(text).is_none_or(|n| n < min || n > max) {
            let message = format!("{} is not a whole number from {min} to {max}", quote(text));
            self.report(node, "out_of_range", message, None);
        }
    }

    fn list(&mut self, node: &Node, of: &Shape, max: usize) {
        if node.items().len() > max {
            let message = format!("{} items, more than the {max} that are read", node.items().len());
            self.report(node, "too_many_items", message, None);
            return;
        }
        for (index, item) in node.items().iter().enumerate() {
            self.below(&index.to_string(), |checker| checker.value(item, of));
        }
    }

    fn map(&mut self, node: &Node, keys: Pattern, of: &Shape, max: usize) {
        if node.entries().len() > max {
            let message = format!("{} keys, more than the {max} that are read", node.entries().len());
            self.report(node, "too_many_items", message, None);
            return;
        }
        self.repeated_keys(node);
        for (key, item) in node.entries() {
            self.below(&key.text, |checker| {
                if !keys.matches(&key.text) {
                    let message = format!("the key {} is not {}", quote(&key.text), keys.wanted());
                    checker.report_key(key, "bad_key", message, None);
                }
                checker.value(item, of);
            });
        }
    }

    fn object(&mut self, node: &Node, object: &Object) {
        self.repeated_keys(node);
        for (key, item) in node.entries() {
            self.below(&key.text, |checker| {
                match object.fields.iter().find(|field| field.name == key.text) {
                    Some(field) => checker.value(item, &field.shape),
                    None if object.open => checker.anything(item),
                    None => {
                        let names = object.fields.iter().map(|field| field.name);
                        let hint = nearest(&key.text, names.clone()).or_else(|| {
                            Some(format!("known here: {}", names.collect::<Vec<_>>().join(", ")))
                        });
                        let message = format!("the key {} is not known here", quote(&key.text));
                        checker.report_key(key, "unknown_key", message, hint);
                    }
                }
            });
        }
        for field in object
            .fields
            .iter()
            .filter(|field| field.required && node.get(field.name).is_none())
        {
            let message = format!("the key \"{}\" is missing", field.name);
            self.report(node, "missing_key", message, Some(field.about.to_owned()));
        }
    }

    fn anything(&mut self, node: &Node) {
        self.repeated_keys(node);
        for (key, item) in node.entries() {
            self.below(&key.text, |checker| checker.anything(item));
        }
        for (index, item) in node.items().iter().enumerate() {
            self.below(&index.to_string(), |checker| checker.anything(item));
        }
    }

    fn repeated_keys(&mut self, node: &Node) {
        let mut seen = HashSet::new();
        for (key, _) in node.entries() {
            if !seen.insert(key.text.as_str()) {
                let message = format!("the key {} is written twice", quote(&key.text));
                self.below(&key.text, |checker| {
                    checker.report_key(key, "duplicate_key", message, None)
                });
            }
        }
    }

    fn below(&mut self, token: &str, inner: impl FnOnce(&mut Self)) {
        let len = self.path.len();
        push_pointer(&mut self.path, token);
        inner(self);
        self.path.truncate(len);
    }

    fn wrong_type(&mut self, node: &Node, shape: &Shape) {
        let found = type_name(node);
        let mut message = format!("{} expected, {found} found", wanted(shape));
        let mut hint = None;
        if matches!(node.value, Value::Null) {
            "leave the key out or give it a value".clone_into(hint.get_or_insert_with(String::new));
        } else if let (Some(text), Shape::Text(_)) = (node.text(), shape) {
            message = format!("text expected, {found} found");
            hint = Some(format!("put it in quotes: \"{text}\""));
        }
        self.report(node, "wrong_type", message, hint);
    }

    fn report(&mut self, node: &Node, code: &'static str, message: String, hint: Option<String>) {
        let pointer = self.path.clone();
        self.problems.push(Problem {
            at: node.at,
            pointer,
            code,
            message,
            hint,
        });
    }

    fn report_key(&mut self, key: &Key, code: &'static str, message: String, hint: Option<String>) {
        let pointer = self.path.clone();
        self.problems.push(Problem {
            at: key.at,
            pointer,
            code,
            message,
            hint,
        });
    }
}

/// A moment in UTC, for [`Shape::Time`].
pub fn parse_time(text: &str) -> Option<crate::time::Timestamp> {
    let at = crate::time::Timestamp::parse(text, &time::format_description::well_known::Rfc3339).ok()?;
    at.checked_to_offset(time::UtcOffset::UTC)
        .map(crate::time::truncate)
}

/// The value of [`Shape::Integer`]; `2.0` is whole, as JSON Schema says.
pub fn whole(text: &str) -> Option<i64> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    text.parse().ok().or_else(|| {
        let value: f64 = text.parse().ok()?;
        (value.fract() == 0.0 && value.abs() <= EXACT_MAX).then_some(value as i64)
    })
}

fn fits(node: &Node, shape: &Shape) -> bool {
    match (shape, &node.value) {
        (Shape::Any, _) => true,
        (Shape::Text(_) | Shape::Choice(_) | Shape::Time, Value::Text(_)) => true,
        (Shape::Version, Value::Text(_) | Value::Number(_)) => true,
        (Shape::Setting, Value::Text(_) | Value::Number(_) | Value::Flag(_)) => true,
        (Shape::Flag, Value::Flag(_)) => true,
        (Shape::Integer { .. }, Value::Number(_)) => true,
        (Shape::List { .. }, Value::List(_)) => true,
        (Shape::Map { .. } | Shape::Object(_), Value::Map(_)) => true,
        (Shape::Either(alternatives), _) => alternatives.iter().any(|shape| fits(node, shape)),
        _ => false,
    }
}

fn wanted(shape: &Shape) -> String {
    match shape {
        Shape::Text(_) | Shape::Choice(_) => "text".into(),
        Shape::Version => "a version".into(),
        Shape::Setting => "text, a number or true/false".into(),
        Shape::Flag => "true or false".into(),
        Shape::Integer { min, max } => format!("a whole number from {min} to {max}"),
        Shape::Time => "a time".into(),
        Shape::List { .. } => "a list".into(),
        Shape::Map { .. } | Shape::Object(_) => "a map".into(),
        Shape::Either(alternatives) => alternatives.iter().map(wanted).collect::<Vec<_>>().join(" or "),
        Shape::Any => "anything".into(),
    }
}

fn type_name(node: &Node) -> &'static str {
    match node.value {
        Value::Null => "nothing",
        Value::Flag(_) => "true/false",
        Value::Number(_) => "a number",
        Value::Text(_) => "text",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
    }
}

fn nearest<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> Option<String> {
    const COMPARED_CHARS_MAX: usize = 40;
    if text.chars().count() > COMPARED_CHARS_MAX {
        return None;
    }
    let simplify = |t: &str| t.to_ascii_lowercase().replace(['_', '-'], "");
    let wanted = simplify(text);
    words
        .map(|word| (distance(&wanted, &simplify(word)), word))
        .filter(|(distance, word)| *distance <= 1 + word.len() / 5)
        .min()
        .map(|(_, word)| format!("did you mean \"{word}\"?"))
}

/// Levenshtein distance in one row.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (diagonal + usize::from(x != *y))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

/// JSON Schema 2020-12 of a document of this shape.
pub fn json_schema(shape: &Shape, id: &str, title: &str) -> Json {
    let mut schema = schema_of(shape);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["$id"] = json!(id);
    schema["title"] = json!(title);
    schema
}

fn schema_of(shape: &Shape) -> Json {
    match shape {
        Shape::Text(pattern) => {
            json!({"type": "string", "maxLength": TEXT_CHARS_MAX, "pattern": pattern.regex()})
        }
        Shape::Version => {
            json!({"type": ["string", "number"], "maxLength": TEXT_CHARS_MAX, "pattern": Pattern::Line.regex()})
        }
        Shape::Setting => json!({"type": ["string", "number", "boolean"], "maxLength": TEXT_CHARS_MAX}),
        Shape::Flag => json!({"type": "boolean"}),
        Shape::Integer { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Shape::Choice(words) => json!({"type": "string", "enum": words}),
        Shape::Time => json!({"type": "string", "format": "date-time"}),
        Shape::List { of, max } => json!({"type": "array", "maxItems": max, "items": schema_of(of)}),
        Shape::Map { keys, of, max } => json!({
            "type": "object", "maxProperties": max, "propertyNames": {"pattern": keys.regex()},
            "additionalProperties": schema_of(of),
        }),
        Shape::Object(object) => object_schema(object),
        Shape::Either(alternatives) => {
            json!({"anyOf": alternatives.iter().map(schema_of).collect::<Vec<_>>()})
        }
        Shape::Any => json!({}),
    }
}

fn object_schema(object: &Object) -> Json {
    let mut properties = serde_json::Map::new();
    for field in object.fields {
        let mut schema = schema_of(&field.shape);
        schema["description"] = json!(field.about);
        properties.insert(field.name.to_owned(), schema);
    }
    let required: Vec<_> = object
        .fields
        .iter()
        .filter(|field| field.required)
        .map(|f| f.name)
        .collect();
    json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": object.open,
    })
}
