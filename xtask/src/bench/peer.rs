//! The programs that ours is compared with, installed by `scripts/bench-peers.sh` into the cache folder.

use std::path::PathBuf;

use crate::repo::Repo;

const FOLDER: &str = ".cache/peers/bin";

/// `None` where it is not installed: the caller prints `skipped`.
pub fn find(repo: &Repo, name: &str) -> Option<PathBuf> {
    let path = repo.path(FOLDER).join(name);
    path.is_file().then_some(path)
}
