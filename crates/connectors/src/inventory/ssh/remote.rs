//! The files of a host on the other side of a connection.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use qlrf_core::rootfs::{PACKAGE_FILES, PACKAGE_FOLDERS, RootFs, RootFsError};
use tokio::runtime::Handle;

use super::session::HostError;
use super::sftp::{Sftp, SftpError};
use crate::rootfs::{Node, Tree};

/// For one file or folder.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(60);
/// The largest package database that the inventory reads, and all of one host together.
const PACKAGES_BYTES_MAX: u64 = 256 << 20;
/// The names under which rpm keeps its database; beside them lie indexes and locks that nobody reads.
const RPM_FILES: [&str; 3] = ["rpmdb.sqlite", "Packages.db", "Packages"];

type Stream = russh::ChannelStream<russh::client::Msg>;

/// Blocks; used on a thread of its own. Once the connection broke, everything is unreadable, and [`Remote::broken`] says
/// that what was learned is worth nothing.
pub struct Remote {
    sftp: tokio::sync::Mutex<Sftp<Stream>>,
    runtime: Handle,
    broken: Mutex<Option<String>>,
}

impl Remote {
    pub fn new(sftp: Sftp<Stream>, runtime: Handle) -> Remote {
        Remote {
            sftp: tokio::sync::Mutex::new(sftp),
            runtime,
            broken: Mutex::new(None),
        }
    }

    pub fn check(&self) -> Result<(), HostError> {
        let broken = self.broken.lock().expect("nothing panics while it is locked");
        match &*broken {
            Some(reason) => Err(HostError::Broken(reason.clone())),
            None => Ok(()),
        }
    }

    /// The processor's name in the head of a program that every system has.
    pub fn architecture(&self) -> Option<String> {
        let named = super::super::host::word(self, "proc/sys/kernel/arch");
        named.or_else(|| {
            let head = self
                .ask("bin/sh", async |sftp| sftp.head("/bin/sh").await)
                .ok()??;
            machine(&head).map(str::to_owned)
        })
    }

    /// Package databases as they are now, so that a connection that breaks later takes nothing back.
    pub fn packages(&self) -> Arc<dyn RootFs> {
        let mut tree = Tree::default();
        for path in PACKAGE_FILES {
            self.fetch(&mut tree, path);
        }
        for folder in PACKAGE_FOLDERS {
            let names = match self.list(folder) {
                Ok(names) => names,
                // Half of what is installed must not look like all of it.
                Err(error) => {
                    tree.put(folder.to_owned(), Node::Lost(error.to_string()), 0);
                    continue;
                }
            };
            let is_rpm = folder.ends_with("rpm");
            for name in names {
                if !is_rpm || RPM_FILES.contains(&name.as_str()) {
                    self.fetch(&mut tree, &format!("{folder}/{name}"));
                }
            }
            // Where one folder is a link to the other, once is enough.
            if is_rpm && tree.bytes > 0 && !tree.list(folder).unwrap_or_default().is_empty() {
                break;
            }
        }
        Arc::new(tree)
    }

    /// Where its packages are recorded, found without reading them.
    pub fn package_database(&self) -> Result<Option<String>, RootFsError> {
        for path in PACKAGE_FILES.iter().filter(|path| !path.ends_with("os-release")) {
            let full = format!("/{path}");
            if self.ask(path, async |sftp| sftp.head(&full).await)?.is_some() {
                return Ok(Some((*path).to_owned()));
            }
        }
        for folder in PACKAGE_FOLDERS {
            let names = self.list(folder)?;
            if names
                .iter()
                .any(|name| !folder.ends_with("rpm") || RPM_FILES.contains(&name.as_str()))
            {
                return Ok(Some(folder.to_owned()));
            }
        }
        Ok(None)
    }

    fn fetch(&self, tree: &mut Tree, path: &str) {
        let left = PACKAGES_BYTES_MAX.saturating_sub(tree.bytes);
        let node = match self.read(path, left) {
            Ok(Some(content)) => Node::File(content.into()),
            Ok(None) => return,
            Err(RootFsError::Unreadable { reason, .. }) => Node::Lost(reason),
            Err(other) => Node::Lost(other.to_string()),
        };
        tree.put(path.to_owned(), node, 0);
    }

    fn ask<T>(
        &self,
        path: &str,
        question: impl AsyncFnOnce(&mut Sftp<Stream>) -> Result<T, SftpError>,
    ) -> Result<T, RootFsError> {
        let unreadable = |reason: String| RootFsError::Unreadable {
            path: path.to_owned(),
            reason,
        };
        self.check().map_err(|error| unreadable(error.to_string()))?;
        let answer = self.runtime.block_on(async {
            let mut sftp = self.sftp.lock().await;
            tokio::time::timeout(ANSWER_TIME_MAX, question(&mut sftp)).await
        });
        let error = match answer {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => error,
            Err(_) => SftpError::Broken(format!("no answer about \"{path}\" in time")),
        };
        if let SftpError::Broken(reason) = &error {
            *self.broken.lock().expect("nothing panics while it is locked") = Some(reason.clone());
        }
        Err(unreadable(error.to_string()))
    }
}

impl RootFs for Remote {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, RootFsError> {
        let full = format!("/{path}");
        self.ask(path, async |sftp| sftp.read(&full, bytes_max).await)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, RootFsError> {
        let full = format!("/{path}");
        self.ask(path, async |sftp| sftp.list(&full).await)
    }
}

/// ELF: class and byte order stand in the fifth and sixth byte, the machine in the 19th and 20th. Names as `uname -m`.
fn machine(head: &[u8]) -> Option<&'static str> {
    let [0x7f, b'E', b'L', b'F', class, order, ..] = head else {
        return None;
    };
    let machine: [u8; 2] = head.get(18..20)?.try_into().ok()?;
    let machine = match order {
        1 => u16::from_le_bytes(machine),
        _ => u16::from_be_bytes(machine),
    };
    Some(match (machine, class, order) {
        (62, ..) => "x86_64",
        (183, ..) => "aarch64",
        (3, ..) => "i686",
        (40, ..) => "armv7l",
        (21, 2, 1) => "ppc64le",
        (22, 2, _) => "s390x",
        (243, 2, _) => "riscv64",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::machine;

    #[test]
    fn the_processor_stands_in_the_head_of_a_program() {
        let of = |order: u8, low: u8, high: u8| {
            let mut head = [0_u8; 64];
            head[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, order]);
            (head[18], head[19]) = (low, high);
            machine(&head)
        };
        assert_eq!(of(1, 62, 0), Some("x86_64"));
        assert_eq!(of(1, 183, 0), Some("aarch64"));
        assert_eq!(of(2, 0, 22), Some("s390x"));
        assert_eq!(of(1, 255, 255), None);
        assert_eq!(machine(b"\x7fELF"), None);
        assert_eq!(machine(b"#!/bin/false"), None);
    }
}
