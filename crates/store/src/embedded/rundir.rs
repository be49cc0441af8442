//! The folder of the socket. A socket path has about 100 bytes, so a deep data folder gets a short folder elsewhere.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use qlrf_core::digest::Digest;

use super::account::Account;
use super::error::{At, Error, Result};
use super::process;

/// `sun_path` without its closing zero: unix(7), and `<sys/un.h>` of macOS.
const PATH_BYTES: usize = if cfg!(target_os = "macos") { 103 } else { 107 };
pub(super) const PORT: u16 = 5432;

/// Takes `wished`, else `run` in the data folder, else a folder in the system's temporary one named after it.
pub(super) fn prepare(wished: Option<&Path>, data_dir: &Path, account: &Account) -> Result<PathBuf> {
    if let Some(dir) = wished {
        return if fits(dir) {
            make(dir, account)
        } else {
            Err(too_long(dir))
        };
    }
    let inside = data_dir.join("run");
    if fits(&inside) {
        return make(&inside, account);
    }
    let digest = Digest::of(data_dir.as_os_str().as_encoded_bytes()).to_string();
    let name = format!("qlrf-{}", &digest[..16]);
    for parent in [std::env::temp_dir(), PathBuf::from("/tmp")] {
        let dir = parent.join(&name);
        if fits(&dir)
            && parent
                .canonicalize()
                .is_ok_and(|parent| account.can_enter(&parent).is_ok())
        {
            return make(&dir, account);
        }
    }
    Err(too_long(&inside))
}

pub(super) fn socket(dir: &Path) -> PathBuf {
    dir.join(format!(".s.PGSQL.{PORT}"))
}

fn fits(dir: &Path) -> bool {
    socket(dir).as_os_str().len() <= PATH_BYTES
}

fn too_long(dir: &Path) -> Error {
    Error::SocketPathTooLong {
        path: socket(dir),
        limit: PATH_BYTES,
    }
}

/// A killed server leaves the lock file of its socket, and in a container that reaps no orphans its number stays taken.
/// The cluster is known to be served by nobody; a lock that names a living server belongs to another cluster and stays.
pub(super) fn clear_stale_lock(dir: &Path) -> Result<()> {
    let mut lock = socket(dir).into_os_string();
    lock.push(".lock");
    let lock = PathBuf::from(lock);
    let text = match fs::read_to_string(&lock) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).at("read", &lock),
    };
    let pid = text.lines().next().and_then(|line| line.trim().parse().ok());
    if pid.is_some_and(process::is_postgres) {
        return Ok(());
    }
    fs::remove_file(&lock).at("remove the stale lock", &lock)
}

/// Makes the folder, or takes the one that is there if nobody else could have put something into it.
fn make(dir: &Path, account: &Account) -> Result<PathBuf> {
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => account.own(dir)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let meta = fs::symlink_metadata(dir).at("read", dir)?;
            if !meta.is_dir() || ![account.uid, nix::unistd::Uid::effective().as_raw()].contains(&meta.uid())
            {
                return Err(Error::UnsafeRunDir(dir.to_owned()));
            }
            fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).at("restrict", dir)?;
            account.own(dir)?;
        }
        Err(error) => return Err(error).at("create", dir),
    }
    Ok(dir.to_owned())
}
