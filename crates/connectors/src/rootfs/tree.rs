//! The file system that layers add up to: the kept files and all symbolic links, nothing else.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use qlrf_core::rootfs::{RootFs, RootFsError};

/// As the kernel counts them (`MAXSYMLINKS`).
const LINKS_MAX: usize = 40;

#[derive(Default)]
pub(crate) struct Tree {
    nodes: BTreeMap<String, Placed>,
    /// Bytes of all kept files.
    pub bytes: u64,
}

struct Placed {
    node: Node,
    layer: usize,
}

#[derive(Clone)]
pub(crate) enum Node {
    File(Arc<[u8]>),
    Symlink(String),
    /// It is there and its content was not kept, for this reason.
    Lost(String),
}

impl Tree {
    /// Puts a node at `path`, in place of whatever is there.
    pub(crate) fn put(&mut self, path: String, node: Node, layer: usize) {
        self.remove(&path, layer + 1);
        if let Node::File(content) = &node {
            self.bytes += content.len() as u64;
        }
        self.nodes.insert(path, Placed { node, layer });
    }

    /// A folder takes the place of a file or link, and keeps what is below a folder.
    pub(super) fn put_folder(&mut self, path: &str) {
        if let Some(placed) = self.nodes.remove(path) {
            self.release(&placed);
        }
    }

    /// Removes `path` and all below it as far as it comes from a layer before `layer`.
    pub(super) fn remove(&mut self, path: &str, layer: usize) {
        self.remove_below(path, layer);
        if self.nodes.get(path).is_some_and(|placed| placed.layer < layer)
            && let Some(placed) = self.nodes.remove(path)
        {
            self.release(&placed);
        }
    }

    pub(super) fn remove_below(&mut self, path: &str, layer: usize) {
        let prefix = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        let below = self
            .nodes
            .range(prefix.clone()..)
            .take_while(|(key, _)| key.starts_with(&prefix));
        let gone: Vec<String> = below
            .filter(|(_, placed)| placed.layer < layer)
            .map(|(key, _)| key.clone())
            .collect();
        for key in gone {
            if let Some(placed) = self.nodes.remove(&key) {
                self.release(&placed);
            }
        }
    }

    fn release(&mut self, placed: &Placed) {
        if let Node::File(content) = &placed.node {
            self.bytes -= content.len() as u64;
        }
    }

    pub(super) fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path).map(|placed| &placed.node)
    }

    /// Is there a kept node at this path or below it?
    pub(super) fn holds(&self, path: &str) -> bool {
        let below = format!("{path}/");
        let mut from_below = self
            .nodes
            .range::<str, _>((Bound::Included(below.as_str()), Bound::Unbounded));
        self.nodes.contains_key(path) || from_below.next().is_some_and(|(key, _)| key.starts_with(&below))
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// `path` with the links of its folders followed; the last name stays as it is.
    pub(super) fn real_parent(&self, path: &str) -> Option<String> {
        match path.rsplit_once('/') {
            None => Some(path.to_owned()),
            Some((parent, name)) => {
                let parent = self.resolve(parent)?;
                Some(if parent.is_empty() {
                    name.to_owned()
                } else {
                    format!("{parent}/{name}")
                })
            }
        }
    }

    /// `path` with all links followed, inside the root. `None` when the links go in circles.
    fn resolve(&self, path: &str) -> Option<String> {
        let mut todo: Vec<&str> = path.split('/').rev().collect();
        let mut real = String::with_capacity(path.len());
        let mut links = 0;
        while let Some(part) = todo.pop() {
            let parent = real.len();
            match part {
                "" | "." => continue,
                ".." => {
                    real.truncate(real.rfind('/').unwrap_or(0));
                    continue;
                }
                _ if real.is_empty() => real.push_str(part),
                _ => {
                    real.push('/');
                    real.push_str(part);
                }
            }
            if let Some(Placed {
                node: Node::Symlink(target),
                ..
            }) = self.nodes.get(&real)
            {
                links += 1;
                if links > LINKS_MAX {
                    return None;
                }
                real.truncate(if target.starts_with('/') { 0 } else { parent });
                todo.extend(target.split('/').rev());
            }
        }
        Some(real)
    }
}

impl RootFs for Tree {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, RootFsError> {
        let unreadable = |reason: &str| RootFsError::Unreadable {
            path: path.into(),
            reason: reason.into(),
        };
        let real = self
            .resolve(path)
            .ok_or_else(|| unreadable("too many levels of symbolic links"))?;
        match self.get(&real) {
            Some(Node::File(content)) if content.len() as u64 > bytes_max => Err(RootFsError::TooLarge {
                path: path.into(),
                bytes: content.len() as u64,
                bytes_max,
            }),
            Some(Node::File(content)) => Ok(Some(content.to_vec())),
            Some(Node::Lost(reason)) => Err(unreadable(reason)),
            Some(Node::Symlink(_)) | None => Ok(None),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<String>, RootFsError> {
        let unreadable = |reason: &str| RootFsError::Unreadable {
            path: path.into(),
            reason: reason.into(),
        };
        let real = self
            .resolve(path)
            .ok_or_else(|| unreadable("too many levels of symbolic links"))?;
        if let Some(Node::Lost(reason)) = self.get(&real) {
            return Err(unreadable(reason));
        }
        let prefix = format!("{real}/");
        let below = self
            .nodes
            .range(prefix.clone()..)
            .map_while(|(key, _)| key.strip_prefix(prefix.as_str()));
        let mut names: Vec<String> = below
            .filter_map(|rest| rest.split('/').next())
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_could_not_be_listed_is_not_empty() {
        let mut tree = Tree::default();
        tree.put(
            "var/lib/dpkg/status".to_owned(),
            Node::File(b"x".to_vec().into()),
            0,
        );
        tree.put(
            "var/lib/rpm".to_owned(),
            Node::Lost("permission denied".to_owned()),
            0,
        );
        assert!(tree.list("var/lib/rpm").is_err());
        assert_eq!(tree.list("usr/lib/sysimage/rpm").unwrap(), Vec::<String>::new());
        assert_eq!(tree.list("var/lib/dpkg").unwrap(), ["status"]);
    }
}
