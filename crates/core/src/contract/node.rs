//! YAML or JSON text as a tree of values that know where they stand.
//!
//! The tree is built from parser events with an explicit stack, so depth costs no call stack. Differences from YAML 1.2,
//! each so that a contract means the same to every reader:
//! - only numbers that JSON can write are numbers; `007`, `0x1f`, `+5` and `.inf` are text;
//! - a number keeps its spelling, so that version `1.10` does not become `1.1`;
//! - aliases and tags other than `!!str` are refused, and so are a second document and a repeated key.

use granit_parser::{Event, Parser, ScalarStyle, Span};
use serde_json::Value as Json;

use super::problem::{Position, Problem, quote};

/// A contract is written by a person; the largest real ones have a few thousand lines.
pub const DOCUMENT_BYTES_MAX: usize = 1024 * 1024;
pub const DEPTH_MAX: usize = 16;
pub const VALUES_MAX: usize = 50_000;
pub const KEY_BYTES_MAX: usize = 256;

#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub at: Position,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Flag(bool),
    /// As written; always valid as a JSON number.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    pub at: Position,
    pub text: String,
}

impl Node {
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|(k, _)| k.text == key)
            .map(|(_, node)| node)
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// A scalar as it was written; none for null, lists and maps.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text),
            Value::Flag(true) => Some("true"),
            Value::Flag(false) => Some("false"),
            _ => None,
        }
    }

    /// JSON pointer of `target`, which is this node or one below it.
    pub fn pointer_of(&self, target: &Node) -> String {
        let mut path = String::new();
        if find(self, target, &mut path) {
            path
        } else {
            String::new()
        }
    }

    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Flag(flag) => Json::Bool(*flag),
            Value::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| Json::String(text.clone())),
            Value::Text(text) => Json::String(text.clone()),
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|(k, v)| (k.text.clone(), v.to_json()))
                .collect(),
        }
    }
}

/// One escaped reference token of RFC 6901 with its leading slash.
pub fn push_pointer(path: &mut String, token: &str) {
    path.push('/');
    path.push_str(&token.replace('~', "~0").replace('/', "~1"));
}

fn find(node: &Node, target: &Node, path: &mut String) -> bool {
    if std::ptr::eq(node, target) {
        return true;
    }
    let len = path.len();
    let keyed = node
        .entries()
        .iter()
        .map(|(key, child)| (key.text.clone(), child));
    let listed = node
        .items()
        .iter()
        .enumerate()
        .map(|(index, child)| (index.to_string(), child));
    for (token, child) in keyed.chain(listed) {
        push_pointer(path, &token);
        if find(child, target, path) {
            return true;
        }
        path.truncate(len);
    }
    false
}

/// Reads one document. The first thing that cannot be read ends it: after that, places mean nothing.
pub fn read(bytes: &[u8]) -> Result<Node, Problem> {
    let start = Position { line: 1, column: 1 };
    if bytes.len() > DOCUMENT_BYTES_MAX {
        let message = format!(
            "the document has {} bytes, more than the {DOCUMENT_BYTES_MAX} that are read",
            bytes.len()
        );
        return Err(problem(start, "document_too_large", message));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        let message = format!("byte {} is not UTF-8", error.valid_up_to());
        problem(Position { line, column: 1 }, "not_utf8", message)
    })?;
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
    };
    let mut builder = Builder::default();
    for event in Parser::new_from_str_with_options(text.trim_start_matches('\u{feff}'), options) {
        let (event, span) = event.map_err(|error| {
            let mark = error.marker();
            let at = Position {
                line: mark.line().max(1),
                column: mark.col() + 1,
            };
            problem(
                at,
                "syntax",
                format!("not readable as YAML or JSON: {}", quote(&error.info())),
            )
        })?;
        builder.event(event, span)?;
    }
    builder
        .root
        .ok_or_else(|| problem(start, "empty_document", "the document is empty".into()))
}

fn problem(at: Position, code: &'static str, message: String) -> Problem {
    Problem {
        at,
        pointer: String::new(),
        code,
        message,
        hint: None,
    }
}

#[derive(Default)]
struct Builder {
    root: Option<Node>,
    open: Vec<Open>,
    documents: usize,
    values: usize,
}

struct Open {
    node: Node,
    /// The key that waits for its value; maps only.
    key: Option<Key>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        let at = Position {
            line: span.start.line().max(1),
            column: span.start.col() + 1,
        };
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(
                        problem(at, "several_documents", "a second document starts here".into())
                            .hinted("put each contract into its own file"),
                    );
                }
            }
            Event::Scalar(text, style, _, tag) => {
                let forced = match tag {
                    None => false,
                    Some(tag) if tag.is_yaml_core_schema_tag("str") => true,
                    Some(tag) => return Err(tag_refused(at, &tag.to_string())),
                };
                if self.open.last().is_some_and(Open::wants_key) {
                    return self.key(Key {
                        at,
                        text: text.into_owned(),
                    });
                }
                let quoted = forced || style != ScalarStyle::Plain;
                let value = if quoted {
                    Value::Text(text.into_owned())
                } else {
                    plain(&text)
                };
                self.put(Node { at, value })?;
            }
            Event::SequenceStart(_, _, tag) | Event::MappingStart(_, _, tag) if tag.is_some() => {
                return Err(tag_refused(
                    at,
                    &tag.map(|tag| tag.to_string()).unwrap_or_default(),
                ));
            }
            Event::SequenceStart(..) => self.begin(Node {
                at,
                value: Value::List(Vec::new()),
            })?,
            Event::MappingStart(..) => self.begin(Node {
                at,
                value: Value::Map(Vec::new()),
            })?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(done) = self.open.pop() {
                    self.put(done.node)?;
                }
            }
            Event::Alias(_) => {
                return Err(problem(at, "alias_not_supported", "aliases are not read".into())
                    .hinted("write the value where it is used"));
            }
            _ => {}
        }
        Ok(())
    }

    fn key(&mut self, key: Key) -> Result<(), Problem> {
        if key.text.len() > KEY_BYTES_MAX {
            let message = format!(
                "the key {} is longer than {KEY_BYTES_MAX} bytes",
                quote(&key.text)
            );
            return Err(problem(key.at, "key_too_long", message));
        }
        let open = self
            .open
            .last_mut()
            .expect("a key is read only inside an open map");
        open.key = Some(key);
        Ok(())
    }

    fn begin(&mut self, node: Node) -> Result<(), Problem> {
        if self.open.last().is_some_and(Open::wants_key) {
            return Err(problem(node.at, "key_not_text", "a key must be text".into()));
        }
        if self.open.len() >= DEPTH_MAX {
            let message = format!("more than {DEPTH_MAX} levels deep");
            return Err(problem(node.at, "nested_too_deep", message));
        }
        self.open.push(Open { node, key: None });
        Ok(())
    }

    fn put(&mut self, node: Node) -> Result<(), Problem> {
        self.values += 1;
        if self.values > VALUES_MAX {
            let message = format!("the document has more than {VALUES_MAX} values");
            return Err(problem(node.at, "too_many_values", message));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open {
                node:
                    Node {
                        value: Value::List(items),
                        ..
                    },
                ..
            }) => items.push(node),
            Some(Open {
                node:
                    Node {
                        value: Value::Map(entries),
                        ..
                    },
                key,
            }) => {
                if let Some(key) = key.take() {
                    entries.push((key, node));
                }
            }
            Some(_) => {}
        }
        Ok(())
    }
}

impl Open {
    fn wants_key(&self) -> bool {
        matches!(self.node.value, Value::Map(_)) && self.key.is_none()
    }
}

impl Problem {
    pub(super) fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

fn tag_refused(at: Position, tag: &str) -> Problem {
    problem(
        at,
        "tag_not_supported",
        format!("the tag {} is not read", quote(tag)),
    )
    .hinted("leave the tag out; only !!str is understood")
}

fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Flag(true),
        "false" | "False" | "FALSE" => Value::Flag(false),
        _ if is_json_number(text) => Value::Number(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    }
}

fn is_json_number(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && !text.ends_with(char::is_whitespace)
        && serde_json::from_str::<serde_json::Number>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_place_and_keep_their_spelling() {
        let root = read(b"a:\n  - 1.10\n  - \"x\"\nb/c: {d: true}\n").unwrap();
        let first = &root.get("a").unwrap().items()[0];
        assert_eq!(first.at, Position { line: 2, column: 5 });
        assert_eq!(first.value, Value::Number("1.10".into()));
        assert_eq!(
            root.pointer_of(root.get("b/c").unwrap().get("d").unwrap()),
            "/b~1c/d"
        );
    }

    #[test]
    fn hostile_documents_are_refused_with_a_code() {
        let deep = "[".repeat(100_000);
        let wide = format!("[{}]", "1,".repeat(VALUES_MAX + 1));
        let long_key = format!("{{\"{}\": 1}}", "k".repeat(KEY_BYTES_MAX + 1));
        let bomb = "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n";
        let cases: &[(&[u8], &str)] = &[
            (b"", "empty_document"),
            (b"\xff\xfe", "not_utf8"),
            (b"a: 1\n---\nb: 2\n", "several_documents"),
            (b"a: [1", "syntax"),
            (b"{[1]: 2}", "key_not_text"),
            (b"a: !!binary aGk=", "tag_not_supported"),
            (bomb.as_bytes(), "alias_not_supported"),
            (wide.as_bytes(), "too_many_values"),
            (long_key.as_bytes(), "key_too_long"),
            (&[b'#'; DOCUMENT_BYTES_MAX + 1], "document_too_large"),
        ];
        for (bytes, code) in cases {
            assert_eq!(
                read(bytes).unwrap_err().code,
                *code,
                "{}",
                String::from_utf8_lossy(&bytes[..bytes.len().min(40)])
            );
        }
        assert!(["syntax", "nested_too_deep"].contains(&read(deep.as_bytes()).unwrap_err().code));
    }
}
