//! A root file system that can be read without changing it: a folder, an OCI image, files fetched from a host.
//!
//! Collectors produce one, the SBOM engine reads package databases out of it; neither knows the other.

use std::collections::{BTreeMap, BTreeSet};

/// Paths are relative to the root, `/`-separated, without a leading slash: `var/lib/dpkg/status`. Symbolic links are
/// resolved inside the root and never leave it.
pub trait RootFs: Send + Sync {
    /// The whole file, or `None` where there is none. A file above `bytes_max` is an error, not a truncation.
    fn read(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, RootFsError>;
    /// Names in a folder, sorted; empty where there is no such folder.
    fn list(&self, path: &str) -> Result<Vec<String>, RootFsError>;
}

#[derive(Debug, thiserror::Error)]
pub enum RootFsError {
    #[error("\"{path}\" has {bytes} bytes, more than the {bytes_max} that are read")]
    TooLarge {
        path: String,
        bytes: u64,
        bytes_max: u64,
    },
    #[error("\"{path}\" could not be read: {reason}")]
    Unreadable { path: String, reason: String },
}

/// Files that are given, without links: for trying what reads a root file system with any content.
#[derive(Default)]
pub struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    pub fn new<P: AsRef<str>, C: AsRef<[u8]>>(files: &[(P, C)]) -> Files {
        let files = files.iter();
        files.fold(Files::default(), |all, (path, content)| {
            all.file(path.as_ref(), content)
        })
    }

    pub fn file(mut self, path: &str, content: impl AsRef<[u8]>) -> Files {
        self.0.insert(path.to_owned(), content.as_ref().to_vec());
        self
    }
}

impl RootFs for Files {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, RootFsError> {
        match self.0.get(path) {
            Some(content) if content.len() as u64 > bytes_max => Err(RootFsError::TooLarge {
                path: path.to_owned(),
                bytes: content.len() as u64,
                bytes_max,
            }),
            found => Ok(found.cloned()),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<String>, RootFsError> {
        let prefix = format!("{path}/");
        let below = self.0.keys().filter_map(|key| key.strip_prefix(&prefix));
        // Of the files of one folder others may stand in between: `a/b.c` sorts before `a/b/c`.
        let names: BTreeSet<&str> = below.map(|rest| rest.split('/').next().unwrap_or(rest)).collect();
        Ok(names.into_iter().map(str::to_owned).collect())
    }
}

/// Files that say what is installed.
pub const PACKAGE_FILES: [&str; 5] = [
    "etc/os-release",
    "usr/lib/os-release",
    "var/lib/dpkg/status",
    "lib/apk/db/installed",
    "usr/lib/apk/db/installed",
];

/// Folders whose files do.
pub const PACKAGE_FOLDERS: [&str; 3] = ["var/lib/dpkg/status.d", "usr/lib/sysimage/rpm", "var/lib/rpm"];

/// Does the inventory of installed software read files at or below this path? Collectors that cannot keep a whole file
/// system (a streamed image) keep these and all symbolic links.
pub fn is_package_metadata(path: &str) -> bool {
    let is_copyright = || path.starts_with("usr/share/doc/") && path.ends_with("/copyright");
    let below = |folder: &str| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    PACKAGE_FILES.contains(&path) || PACKAGE_FOLDERS.iter().any(|folder| below(folder)) || is_copyright()
}
