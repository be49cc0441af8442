//! Compares a document with a shape; each difference is a problem with its place.

use std::collections::HashSet;

use super::nearest::nearest;
use super::{Object, Pattern, Shape, TEXT_CHARS_MAX, parse_time, whole};
use crate::contract::node::{Key, Node, Value, push_pointer};
use crate::contract::problem::{Problem, Problems, quote};

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
            Shape::Named { of, .. } => self.value(node, of()),
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

fn fits(node: &Node, shape: &Shape) -> bool {
    match (shape, &node.value) {
        (Shape::Any, _) => true,
        (Shape::Named { of, .. }, _) => fits(node, of()),
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
        Shape::Named { of, .. } => wanted(of()),
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
