//! The account that the server runs as. PostgreSQL refuses root, because a database that can be talked into writing a
//! file must not be able to write every file.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{Group, Uid, User};

use super::error::{At, Error, Result};

#[derive(Clone, Debug)]
pub(super) struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
    /// We are root and become this account for every child.
    pub dropped: bool,
}

/// In order of preference: an account of our own, the one that packages of PostgreSQL create, the one every system has.
const CANDIDATES: &[&str] = &["qlrf", "postgres", "nobody"];

impl Account {
    /// Root serves a folder as the account that owns it, so that a cluster made by an ordinary user stays theirs.
    pub fn choose(cluster: &Path) -> Result<Account> {
        let me = Uid::effective();
        if !me.is_root() {
            return Ok(Account::of(me, nix::unistd::Gid::effective().as_raw(), false));
        }
        match std::fs::metadata(cluster) {
            Ok(meta) if meta.uid() != 0 => {
                return Ok(Account::of(Uid::from_raw(meta.uid()), meta.gid(), true));
            }
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).at("read", cluster),
        }
        for name in CANDIDATES {
            if let Ok(Some(user)) = User::from_name(name) {
                return Ok(Account {
                    name: user.name,
                    uid: user.uid.as_raw(),
                    gid: user.gid.as_raw(),
                    dropped: true,
                });
            }
        }
        Err(Error::NoAccount(CANDIDATES.join(", ")))
    }

    fn of(uid: Uid, gid: u32, dropped: bool) -> Account {
        let name = User::from_uid(uid)
            .ok()
            .flatten()
            .map_or_else(|| uid.to_string(), |user| user.name);
        Account {
            name,
            uid: uid.as_raw(),
            gid,
            dropped,
        }
    }

    /// A child that runs as this account, with nothing of our environment: a stray `PGDATA`, `PGPORT` or locale must
    /// not reach it. The standard library clears the supplementary groups when root drops.
    pub fn command(&self, program: &Path) -> Command {
        use std::os::unix::process::CommandExt;
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("LC_ALL", "C")
            .stdin(std::process::Stdio::null());
        if self.dropped {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    pub fn own(&self, path: &Path) -> Result<()> {
        if self.dropped {
            std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid)).at("change the owner of", path)?;
        }
        Ok(())
    }

    /// Fails with the first folder on the way to `path` that this account may not enter. `path` is absolute and free
    /// of links. Access lists beyond the mode bits are not read: they surface in the log of the server instead.
    pub fn can_enter(&self, path: &Path) -> Result<()> {
        let mut folders: Vec<&Path> = path.ancestors().collect();
        folders.reverse();
        for folder in folders {
            let meta = std::fs::metadata(folder).at("read", folder)?;
            let execute = if meta.uid() == self.uid {
                0o100
            } else if meta.gid() == self.gid || (!self.dropped && self.in_group(meta.gid())) {
                0o010
            } else {
                0o001
            };
            if meta.mode() & execute == 0 {
                return Err(Error::Unreachable {
                    account: self.name.clone(),
                    folder: folder.to_owned(),
                });
            }
        }
        Ok(())
    }

    fn in_group(&self, gid: u32) -> bool {
        Group::from_gid(gid.into())
            .ok()
            .flatten()
            .is_some_and(|group| group.mem.contains(&self.name))
    }
}
