//! Packages, the content-addressed sets they come in, and the ecosystems whose version order they follow.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::digest::{Digest, Hasher};

/// An OSV ecosystem with its release, e.g. `Debian:12`, `Ubuntu:22.04:LTS`, `AlmaLinux:9`, `Alpine:v3.19`, `PyPI`.
///
/// Names follow the OSV schema, <https://ossf.github.io/osv-schema/#affectedpackage-field>. A distribution that OSV
/// does not name keeps its os-release `ID:VERSION_ID`; nothing then matches it, and the caller reports it as unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ecosystem(pub Arc<str>);

impl Ecosystem {
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The part before the first colon: `Debian` of `Debian:12`.
    pub fn family(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// The part after the first colon: `12` of `Debian:12`, `22.04:LTS` of `Ubuntu:22.04:LTS`; empty when there is none.
    pub fn release(&self) -> &str {
        self.0
            .split_once(':')
            .map(|(_, release)| release)
            .unwrap_or_default()
    }
}

/// One installed package. Two packages are the same content when every field is the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Package {
    pub ecosystem: Ecosystem,
    pub name: Arc<str>,
    /// As the package manager prints it, epoch included (`1:1.2.3-4`).
    pub version: Arc<str>,
    /// The package manager's own word (`amd64`, `x86_64`, `noarch`); empty for language packages.
    pub arch: Arc<str>,
    /// The source package that this binary was built from; advisories of most distributions name sources.
    pub source_name: Arc<str>,
    pub source_version: Arc<str>,
    /// SPDX identifiers where the package's own text maps to one, else that text. Sorted, without repeats.
    pub licenses: Vec<Arc<str>>,
}

impl Package {
    pub fn digest(&self) -> Digest {
        let mut hasher = Hasher::new("package/1");
        for field in [
            &self.ecosystem.0,
            &self.name,
            &self.version,
            &self.arch,
            &self.source_name,
            &self.source_version,
        ] {
            hasher.field(field.as_bytes());
        }
        for license in &self.licenses {
            hasher.field(license.as_bytes());
        }
        hasher.finish()
    }
}

/// The packages of one root file system, addressed by their content: a thousand hosts from one image share one set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageSet {
    digest: Digest,
    packages: Vec<Package>,
}

impl PackageSet {
    pub fn new(mut packages: Vec<Package>) -> Self {
        packages.sort();
        packages.dedup();
        let mut hasher = Hasher::new("package-set/1");
        for package in &packages {
            hasher.field(&package.digest().0);
        }
        Self {
            digest: hasher.finish(),
            packages,
        }
    }

    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Sorted, without repeats.
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }
}
