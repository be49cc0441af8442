//! The running server as the system knows it: its pid file, whether it lives, and the signals that stop it.

use std::fs;
use std::path::{Path, PathBuf};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::error::{At, Result};

/// `postmaster.pid`: one value a line, written by the server as it comes up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PidFile {
    pub pid: u32,
    pub port: Option<u16>,
    pub socket_dir: Option<PathBuf>,
}

impl PidFile {
    pub fn read(cluster: &Path) -> Result<Option<PidFile>> {
        let path = path(cluster);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(PidFile::parse(&text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).at("read", &path),
        }
    }

    /// <https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/utils/pidfile.h>: line 1 the process id,
    /// 4 the port, 5 the first socket folder.
    fn parse(text: &str) -> Option<PidFile> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok().filter(|pid| *pid > 1)?;
        let port = lines.nth(2).and_then(|line| line.trim().parse().ok());
        let socket_dir = lines
            .next()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(PathBuf::from);
        Some(PidFile {
            pid,
            port,
            socket_dir,
        })
    }
}

/// Tells the server that its predecessor is gone although a process carries its number: a pid file that names the
/// starting parent counts as stale, while its shared memory key is still checked for surviving children. Removing the
/// file would lose that check.
pub(super) fn retire_pid_file(cluster: &Path) -> Result<()> {
    let path = path(cluster);
    let text = fs::read_to_string(&path).at("read", &path)?;
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    fs::write(&path, format!("{}\n{rest}", std::process::id())).at("write", &path)
}

fn path(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

/// Whether this process id is a live PostgreSQL and not a corpse or a stranger that got the number later.
pub(super) fn is_postgres(pid: u32) -> bool {
    let Ok(raw) = i32::try_from(pid) else { return false };
    if matches!(kill(Pid::from_raw(raw), None), Err(nix::errno::Errno::ESRCH)) {
        return false;
    }
    // `<pid> (<command>) <state> …`; a system without /proc asks `ps`.
    if let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) {
        let Some((head, tail)) = stat.rsplit_once(')') else {
            return false;
        };
        return is_name(head.split_once('(').map_or("", |(_, name)| name))
            && !tail.trim_start().starts_with(['Z', 'X']);
    }
    let ps = std::process::Command::new("ps")
        .args(["-o", "stat=,comm=", "-p", &pid.to_string()])
        .output();
    ps.is_ok_and(|output| {
        let text = String::from_utf8_lossy(&output.stdout);
        let (state, command) = text.trim().split_once(char::is_whitespace).unwrap_or_default();
        !state.starts_with('Z') && is_name(command.trim().rsplit('/').next().unwrap_or_default())
    })
}

fn is_name(command: &str) -> bool {
    matches!(command, "postgres" | "postmaster")
}

/// SIGINT is the server's fast shutdown: it ends the sessions, writes a checkpoint, exits.
pub(super) fn stop_fast(pid: u32) {
    signal(pid, Signal::SIGINT);
}

/// SIGQUIT exits without a checkpoint; the next start recovers from the log.
pub(super) fn stop_now(pid: u32) {
    signal(pid, Signal::SIGQUIT);
}

fn signal(pid: u32, signal: Signal) {
    if let Ok(raw) = i32::try_from(pid) {
        // A process that is gone already is what the signal wants.
        let _ = kill(Pid::from_raw(raw), signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_file_is_read_in_every_stage_of_being_written() {
        let whole = "4711\n/data\n1700000000\n5432\n/run/q\n\n  1234 5\nready   \n";
        let expected = PidFile {
            pid: 4711,
            port: Some(5432),
            socket_dir: Some("/run/q".into()),
        };
        assert_eq!(PidFile::parse(whole), Some(expected));
        assert_eq!(
            PidFile::parse("4711\n"),
            Some(PidFile {
                pid: 4711,
                port: None,
                socket_dir: None
            })
        );
        for text in ["", "\n", "abc\n", "-1\n", "0\n", "1\n", "99999999999999999999\n"] {
            assert_eq!(PidFile::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_stranger_with_the_same_number_is_not_postgres() {
        assert!(!is_postgres(std::process::id()));
        assert!(!is_postgres(u32::MAX));
    }
}
