//! Software inventory: package databases of a root file system into packages, and packages into SBOM documents and back.
//!
//! What is wrong with a database is a [`Problem`] beside the packages that could be read, never an error: half an
//! inventory that says so is worth more than none.

mod apk;
mod copyright;
pub mod cyclonedx;
mod document;
mod dpkg;
pub mod license;
mod os;
mod problem;
pub mod purl;
mod rpm;
pub mod spdx;

use qlrf_core::asset::Os;
pub use qlrf_core::distribution::Manager;
use qlrf_core::package::{Ecosystem, Package, PackageSet};
use qlrf_core::rootfs::RootFs;

pub use document::{Document, DocumentError, read_document};
pub use problem::{Problem, ProblemKind};

/// Grows when the same databases give other packages than before, so that what was read by an older one is read again.
pub const READER: i16 = 2;

/// What one root file system has installed, as far as its own package databases say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// From os-release(5); kernel and architecture stay empty, a file system does not say what runs on it.
    pub os: Option<Os>,
    /// Of the distribution. `None` without os-release; packages then carry the bare word of their [`Manager`].
    pub ecosystem: Option<Ecosystem>,
    /// The package manager of the distribution, for distributions that are known.
    pub manager: Option<Manager>,
    pub packages: PackageSet,
    pub problems: Vec<Problem>,
}

impl Inventory {
    /// Whether everything that the databases hold was read. When it was not, what is missing here proves nothing.
    pub fn is_whole(&self) -> bool {
        !self.problems.iter().any(Problem::stops_reading)
    }
}

/// Reads every package database that `root` holds. A root may hold several; all are read.
pub fn read(root: &dyn RootFs) -> Inventory {
    let mut problems = Vec::new();
    let release = os::read(root, &mut problems);
    let mut reader = Reader {
        root,
        release: release.as_ref(),
        packages: Vec::new(),
        problems,
    };
    let databases = dpkg::read(&mut reader) + rpm::read(&mut reader) + apk::read(&mut reader);
    let Reader {
        packages,
        mut problems,
        ..
    } = reader;
    if databases == 0 {
        problems.push(Problem::new(
            ProblemKind::NoDatabase,
            "/",
            "no dpkg, rpm or apk database was found, so what is installed is unknown",
        ));
    }
    let (os, ecosystem, manager) = match release {
        Some(release) => (Some(release.os), Some(release.ecosystem), release.manager),
        None => (None, None, None),
    };
    Inventory {
        os,
        ecosystem,
        manager,
        packages: PackageSet::new(packages),
        problems,
    }
}

/// What the readers of single databases share.
struct Reader<'a> {
    root: &'a dyn RootFs,
    release: Option<&'a os::Release>,
    packages: Vec<Package>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// The ecosystem of packages in a database of `manager`. The database of another manager than the distribution's
    /// own (rpm on Debian) says nothing about the distribution's advisories: its packages keep the manager's bare word.
    fn ecosystem(&self, manager: Manager) -> Ecosystem {
        match self.release {
            Some(release) if release.manager.is_none_or(|own| own == manager) => release.ecosystem.clone(),
            _ => Ecosystem::new(manager.as_str()),
        }
    }

    /// The whole file, or `None` with a problem where it is there and cannot be read.
    fn file(&mut self, path: &str, bytes_max: u64) -> Option<Vec<u8>> {
        self.root.read(path, bytes_max).unwrap_or_else(|error| {
            self.problems.push(Problem::from_rootfs(path, &error));
            None
        })
    }

    fn list(&mut self, path: &str) -> Vec<String> {
        self.root.list(path).unwrap_or_else(|error| {
            self.problems.push(Problem::from_rootfs(path, &error));
            Vec::new()
        })
    }

    fn problem(&mut self, kind: ProblemKind, path: &str, detail: impl Into<String>) {
        self.problems.push(Problem::new(kind, path, detail));
    }
}

/// Longest name, version or architecture that is taken for one; package managers allow far less.
const WORD_BYTES_MAX: usize = 1024;

/// A name, version or architecture as package managers write them: printable, without white space.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= WORD_BYTES_MAX
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '\u{feff}')
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
