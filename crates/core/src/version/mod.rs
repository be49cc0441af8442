//! The order of versions, by the rules of the package manager that installs them.
//!
//! A version becomes a [`Key`]: bytes whose plain order is the order of the versions. Making a key costs about as much
//! as one comparison of the texts; each comparison after that is a `memcmp`, and an index can sort and search by it.
//!
//! A version that its package manager would refuse has no place in the order: it is an error, never a guess.

use std::cmp::Ordering;

use crate::package::Ecosystem;

mod apk;
mod deb;
mod key;
mod pep440;
mod rpm;
mod sem;

use key::KeyBuilder;

/// Longer than any version that a distribution or a registry publishes; also keeps every digit run below 256, so that
/// its length fits the byte that precedes it in a key.
pub const MAX_VERSION_BYTES: usize = 255;

/// Whose rules order two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `deb-version(7)`: epoch, upstream, revision; `~` sorts before the end.
    Deb,
    /// `rpm-version(7)`: epoch, version, release; `~` before the end, `^` just after it.
    Rpm,
    /// Alpine's `apk`: numbers, one letter, `_alpha` … `_p` suffixes, `~commit`, `-rN`.
    Apk,
    /// SemVer 2.0.0 precedence, with what Go and hand-written advisories add: a leading `v`, and `1` or `1.2` for `1.2.0`.
    Semver,
    /// PEP 440.
    Pep440,
}

/// A version in comparable form. Keys of different schemes must not be compared; an index keeps them apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key(Box<[u8]>);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a version in the {scheme} scheme: {reason}")]
pub struct VersionError {
    pub scheme: Scheme,
    /// At most [`MAX_VERSION_BYTES`] of it.
    pub text: String,
    pub reason: &'static str,
}

impl Scheme {
    /// The scheme of an ecosystem; `None` when this code does not know it, which callers report as *unknown*.
    ///
    /// Names are those of <https://ossf.github.io/osv-schema/#defined-ecosystems>; distributions that are missing there
    /// go by the `ID` of their os-release.
    pub fn of(ecosystem: &Ecosystem) -> Option<Scheme> {
        Some(match ecosystem.family() {
            "Debian" | "Ubuntu" | "Echo" => Scheme::Deb,
            "AlmaLinux" | "Rocky Linux" | "Red Hat" | "openSUSE" | "SUSE" | "Azure Linux" | "Mageia"
            | "openEuler" | "Photon OS" | "Fedora" | "Amazon" | "Amazon Linux" | "Oracle Linux"
            | "CentOS" | "fedora" | "amzn" | "ol" | "centos" | "azurelinux" | "mariner" => Scheme::Rpm,
            "Alpine"
            | "Alpaquita"
            | "BellSoft Hardened Containers"
            | "Wolfi"
            | "Chainguard"
            | "MinimOS"
            | "postmarketos" => Scheme::Apk,
            "Go" | "npm" | "crates.io" => Scheme::Semver,
            "PyPI" => Scheme::Pep440,
            _ => return None,
        })
    }

    pub fn key(self, version: &str) -> Result<Key, VersionError> {
        let mut out = KeyBuilder::new();
        self.write_key(version, &mut out).map_err(|reason| VersionError {
            scheme: self,
            text: version.chars().take(MAX_VERSION_BYTES / 4).collect(),
            reason,
        })?;
        Ok(Key(out.finish()))
    }

    pub fn compare(self, a: &str, b: &str) -> Result<Ordering, VersionError> {
        Ok(self.key(a)?.cmp(&self.key(b)?))
    }

    fn write_key(self, version: &str, out: &mut KeyBuilder) -> Result<(), &'static str> {
        if version.is_empty() {
            return Err("it is empty");
        }
        if version.len() > MAX_VERSION_BYTES {
            return Err("it is longer than 255 bytes");
        }
        match self {
            Scheme::Deb => deb::write(version, out),
            Scheme::Rpm => rpm::write(version, out),
            Scheme::Apk => apk::write(version, out),
            Scheme::Semver => sem::write(version, out),
            Scheme::Pep440 => pep440::write(version, out),
        }
    }
}

impl std::fmt::Display for Scheme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Scheme::Deb => "deb",
            Scheme::Rpm => "rpm",
            Scheme::Apk => "apk",
            Scheme::Semver => "semver",
            Scheme::Pep440 => "pep440",
        })
    }
}

impl Key {
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Key {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests;
