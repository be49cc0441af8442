//! A root file system that can be read without changing it: a folder, an OCI image, files fetched from a host.
//!
//! Collectors produce one, the SBOM engine reads package databases out of it; neither knows the other.

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
