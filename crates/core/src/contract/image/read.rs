//! Reads parts that the three forms share. The document has passed its shape, so what is read here has its type.

use std::collections::BTreeMap;

use crate::contract::node::{Node, Value};
use crate::contract::problem::{Problem, Problems, quote};
use crate::contract::shape::whole;
use crate::image::{Constraint, PackageExpectation, ServiceExpectation};
use crate::package::Ecosystem;

pub struct Reader<'a> {
    pub root: &'a Node,
    pub problems: &'a mut Problems,
}

impl Reader<'_> {
    pub fn contradiction(&mut self, node: &Node, message: String) {
        self.report(node, "contradiction", message);
    }

    pub fn report(&mut self, node: &Node, code: &'static str, message: String) {
        let pointer = self.root.pointer_of(node);
        self.problems.push(Problem {
            at: node.at,
            pointer,
            code,
            message,
            hint: None,
        });
    }

    pub fn packages(&mut self, list: Option<&Node>, into: &mut Vec<PackageExpectation>) {
        for item in list.map(Node::items).unwrap_or_default() {
            let expectation = match &item.value {
                Value::Text(text) => package_of_text(text),
                _ => self.package_of_map(item),
            };
            self.add_package(item, expectation, into);
        }
    }

    fn package_of_map(&mut self, node: &Node) -> PackageExpectation {
        let absent = text(node, "state").as_deref() == Some("absent");
        let (exact, minimum) = (text(node, "version"), text(node, "minVersion"));
        if exact.is_some() && minimum.is_some() {
            self.contradiction(node, "both \"version\" and \"minVersion\" are given".into());
        }
        if absent && (exact.is_some() || minimum.is_some()) {
            self.contradiction(node, "a package that must be absent has no version".into());
        }
        let constraint = match (absent, exact, minimum) {
            (true, ..) => Constraint::Absent,
            (false, Some(version), _) => constraint_of_version(&version),
            (false, None, Some(version)) => Constraint::Minimum(version),
            (false, None, None) => Constraint::Present,
        };
        PackageExpectation {
            name: text(node, "name").unwrap_or_default(),
            ecosystem: text(node, "ecosystem").map(Ecosystem::new),
            constraint,
        }
    }

    pub fn absent_packages(&mut self, list: Option<&Node>, into: &mut Vec<PackageExpectation>) {
        for item in list.map(Node::items).unwrap_or_default() {
            let name = item.text().unwrap_or_default().to_owned();
            let expectation = PackageExpectation {
                name,
                ecosystem: None,
                constraint: Constraint::Absent,
            };
            self.add_package(item, expectation, into);
        }
    }

    pub fn runtimes(&mut self, list: Option<&Node>, into: &mut Vec<PackageExpectation>) {
        for item in list.map(Node::items).unwrap_or_default() {
            into.push(PackageExpectation {
                name: text(item, "name").unwrap_or_default(),
                ecosystem: None,
                constraint: Constraint::Runtime(text(item, "version").unwrap_or_default()),
            });
        }
    }

    fn add_package(&mut self, at: &Node, new: PackageExpectation, into: &mut Vec<PackageExpectation>) {
        let clash = into.iter().find(|old| {
            old.name == new.name
                && old.ecosystem == new.ecosystem
                && !matches!(old.constraint, Constraint::Runtime(_))
                && old.constraint != new.constraint
        });
        if clash.is_some() {
            self.contradiction(
                at,
                format!(
                    "the package {} is expected in two different ways",
                    quote(&new.name)
                ),
            );
        } else {
            into.push(new);
        }
    }

    pub fn units(&mut self, map: Option<&Node>, into: &mut BTreeMap<String, ServiceExpectation>) {
        for (key, value) in map.map(Node::entries).unwrap_or_default() {
            if let Some(expectation) = value.text().and_then(ServiceExpectation::parse) {
                self.add_unit(value, &key.text, expectation, into);
            }
        }
    }

    /// A unit name or a list of them, each of which must run.
    pub fn running(&mut self, names: Option<&Node>, into: &mut BTreeMap<String, ServiceExpectation>) {
        for node in one_or_many(names) {
            let name = node.text().unwrap_or_default();
            self.add_unit(node, name, ServiceExpectation::Running, into);
        }
    }

    fn add_unit(
        &mut self,
        at: &Node,
        name: &str,
        expectation: ServiceExpectation,
        into: &mut BTreeMap<String, ServiceExpectation>,
    ) {
        let name = name.strip_suffix(".service").unwrap_or(name);
        if into
            .insert(name.to_owned(), expectation)
            .is_some_and(|old| old != expectation)
        {
            self.contradiction(
                at,
                format!("the unit {} is expected in two different states", quote(name)),
            );
        }
    }

    /// Settings under a kind: `sysctl` and `net.ipv4.ip_forward` give `sysctl:net.ipv4.ip_forward`.
    pub fn settings(&mut self, kind: &str, map: Option<&Node>, into: &mut BTreeMap<String, String>) {
        for (key, value) in map.map(Node::entries).unwrap_or_default() {
            let full = if kind.is_empty() {
                key.text.clone()
            } else {
                format!("{kind}:{}", key.text)
            };
            let wanted = setting_text(&full, value);
            if into
                .insert(full.clone(), wanted.clone())
                .is_some_and(|old| old != wanted)
            {
                self.contradiction(
                    value,
                    format!("the setting {} is expected with two values", quote(&full)),
                );
            }
        }
    }
}

/// `sshd_config` says yes and no where a YAML author may say true and false.
fn setting_text(key: &str, value: &Node) -> String {
    match (&value.value, key.starts_with("sshd:")) {
        (Value::Flag(true), true) => "yes".into(),
        (Value::Flag(false), true) => "no".into(),
        _ => value.text().unwrap_or_default().to_owned(),
    }
}

fn package_of_text(text: &str) -> PackageExpectation {
    let (name, constraint) = match (text.split_once(">="), text.split_once('=')) {
        (Some((name, version)), _) => (name, Constraint::Minimum(version.to_owned())),
        (None, Some((name, version))) => (name, Constraint::Exact(version.to_owned())),
        (None, None) => (text, Constraint::Present),
    };
    PackageExpectation {
        name: name.to_owned(),
        ecosystem: None,
        constraint,
    }
}

fn constraint_of_version(version: &str) -> Constraint {
    match version.strip_prefix(">=") {
        Some(minimum) => Constraint::Minimum(minimum.trim().to_owned()),
        None => Constraint::Exact(version.strip_prefix('=').unwrap_or(version).trim().to_owned()),
    }
}

pub fn text(node: &Node, key: &str) -> Option<String> {
    node.get(key).and_then(Node::text).map(str::to_owned)
}

pub fn flag(node: &Node, key: &str) -> Option<bool> {
    match node.get(key)?.value {
        Value::Flag(flag) => Some(flag),
        _ => None,
    }
}

pub fn number<N: TryFrom<i64>>(node: &Node, key: &str) -> Option<N> {
    whole(node.get(key)?.text()?).and_then(|n| N::try_from(n).ok())
}

pub fn texts(node: Option<&Node>) -> Vec<String> {
    node.map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::text)
        .map(str::to_owned)
        .collect()
}

pub fn text_map(node: Option<&Node>) -> BTreeMap<String, String> {
    let entries = node.map(Node::entries).unwrap_or_default();
    entries
        .iter()
        .filter_map(|(k, v)| Some((k.text.clone(), v.text()?.to_owned())))
        .collect()
}

/// The node itself, or its items when it is a list.
pub fn one_or_many(node: Option<&Node>) -> &[Node] {
    match node {
        Some(node) if matches!(node.value, Value::List(_)) => node.items(),
        Some(node) => std::slice::from_ref(node),
        None => &[],
    }
}
