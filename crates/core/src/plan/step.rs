//! Steps: what a plan does, as groups of typed actions. There is nothing in them to be parsed again: a command is a list
//! of arguments, and a secret is a reference.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Unique in the plan.
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(flatten)]
    pub node: Node,
    /// How what it changed is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Action>,
    /// Its author says that it cannot be taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub irreversible: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    /// One after the other.
    Sequence(Vec<Step>),
    /// At the same time; it ends when all have ended.
    Parallel(Vec<Step>),
    Wait(Wait),
    Gate(Gate),
    Approval(Approval),
    Act(Action),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    pub seconds: u32,
}

/// Holds until a probe was made often enough. Too few samples never pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    pub probe: Action,
    pub samples: u32,
    #[serde(default)]
    pub failures_max: u32,
}

/// Holds until people agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub approvers: u32,
    /// The least role of each.
    pub role: String,
    pub expires_minutes: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Ssh(Ssh),
    Http(Http),
    WaitForHealth(WaitForHealth),
    SqlProbe(SqlProbe),
    Notify(Notify),
    Terraform(Terraform),
    Ansible(Ansible),
    Helm(Helm),
    Packer(Packer),
}

/// A value as it is, or where a secret is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Given {
    Plain(String),
    Secret(SecretRef),
}

/// `env:NAME`, `file:/path` or `vault:mount/path#field`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretRef {
    pub secret: String,
}

/// A command on each target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ssh {
    /// Program and arguments; no shell reads them.
    pub command: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    pub timeout_seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    pub method: String,
    pub url: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, Given>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    pub expect_status: u32,
    pub timeout_seconds: u32,
}

/// One of the three ways to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitForHealth {
    /// One address, asked once for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// A port of each target that takes a connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u32>,
    /// A command on each target that ends with 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
    pub interval_seconds: u32,
    pub timeout_seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlProbe {
    /// A connection string carries a password: it is a secret as a whole.
    pub connection: SecretRef,
    pub query: String,
    /// The first value of the first row, as text.
    pub expect: String,
    pub timeout_seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    pub channel: String,
    pub message: String,
}

/// Files of a repository at one commit: what was planned is what is run, whatever a branch says later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub repository: String,
    pub commit: String,
    /// Below the root of the repository.
    pub path: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terraform {
    pub source: Source,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Given>,
    /// Resources that it may delete; none, if nothing is said.
    #[serde(default)]
    pub deletes_max: u32,
}

/// A playbook over all targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ansible {
    pub source: Source,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Given>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Helm {
    pub source: Source,
    pub release: String,
    pub namespace: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Given>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Packer {
    pub source: Source,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Given>,
}

impl Node {
    /// As documents write it: of an action, its own kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Node::Sequence(_) => "sequence",
            Node::Parallel(_) => "parallel",
            Node::Wait(_) => "wait",
            Node::Gate(_) => "gate",
            Node::Approval(_) => "approval",
            Node::Act(action) => action.kind(),
        }
    }

    /// The steps of a group; none of anything else.
    pub fn steps(&self) -> &[Step] {
        match self {
            Node::Sequence(steps) | Node::Parallel(steps) => steps,
            _ => &[],
        }
    }

    pub fn action(&self) -> Option<&Action> {
        match self {
            Node::Act(action) => Some(action),
            _ => None,
        }
    }

    /// The action that it makes, if only to look.
    fn used(&self) -> Option<&Action> {
        match self {
            Node::Act(action) => Some(action),
            Node::Gate(gate) => Some(&gate.probe),
            _ => None,
        }
    }
}

impl Action {
    pub fn kind(&self) -> &'static str {
        match self {
            Action::Ssh(_) => "ssh",
            Action::Http(_) => "http",
            Action::WaitForHealth(_) => "wait_for_health",
            Action::SqlProbe(_) => "sql_probe",
            Action::Notify(_) => "notify",
            Action::Terraform(_) => "terraform",
            Action::Ansible(_) => "ansible",
            Action::Helm(_) => "helm",
            Action::Packer(_) => "packer",
        }
    }

    /// Whether it may leave something other than it was.
    pub fn changes(&self) -> bool {
        match self {
            Action::WaitForHealth(_) | Action::SqlProbe(_) | Action::Notify(_) => false,
            Action::Http(http) => !matches!(&http.method[..], "GET" | "HEAD"),
            _ => true,
        }
    }

    /// Whether it acts on targets, and is nothing without them.
    pub fn needs_targets(&self) -> bool {
        match self {
            Action::Ssh(_) | Action::Ansible(_) => true,
            Action::WaitForHealth(health) => health.url.is_none(),
            _ => false,
        }
    }

    /// Whether what it changes is known only once its own program was asked.
    pub fn is_opaque(&self) -> bool {
        matches!(
            self,
            Action::Terraform(_) | Action::Ansible(_) | Action::Helm(_) | Action::Packer(_)
        )
    }
}

/// A step and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    pub step: &'a Step,
    /// The group that it stands in; `None` at the top.
    pub within: Option<&'a str>,
    /// Its place there, from 0.
    pub position: usize,
    pub depth: usize,
}

/// Every step, a group before what is in it.
pub fn walk(steps: &[Step]) -> Vec<Placed<'_>> {
    let mut placed = Vec::new();
    let mut open = Vec::new();
    push(&mut open, steps, None, 0);
    while let Some(next) = open.pop() {
        placed.push(next);
        push(
            &mut open,
            next.step.node.steps(),
            Some(&next.step.id),
            next.depth + 1,
        );
    }
    placed
}

/// The first of them is the next to be taken out.
fn push<'a>(open: &mut Vec<Placed<'a>>, steps: &'a [Step], within: Option<&'a str>, depth: usize) {
    let placed = steps.iter().enumerate().rev();
    open.extend(placed.map(|(position, step)| Placed {
        step,
        within,
        position,
        depth,
    }));
}

/// Whether any step, or what takes it back, acts on targets.
pub fn needs_targets(steps: &[Step]) -> bool {
    walk(steps).iter().any(|placed| {
        let step = placed.step;
        let used = step.node.used().into_iter().chain(&step.undo);
        used.into_iter().any(Action::needs_targets)
    })
}
