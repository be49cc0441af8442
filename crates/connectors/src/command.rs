//! Runs a program of this machine: a vector of arguments and never a shell, an environment that is given and not inherited,
//! bounded in time and output.

use std::process::Stdio;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;
use tokio::io::AsyncReadExt;
use tokio::process;

/// Only these are looked in: the environment that the fabric was started with chooses no program.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("\"{0}\" is not installed")]
    Absent(String),
    #[error("\"{program}\" did not end within {seconds} s")]
    TimedOut { program: String, seconds: u64 },
    #[error("\"{program}\" printed more than {bytes_max} bytes")]
    TooMuch { program: String, bytes_max: u64 },
    #[error("\"{program}\" could not be run: {reason}")]
    Failed { program: String, reason: String },
}

pub struct Command<'a> {
    /// A path, or the name of a program of the system.
    pub program: &'a str,
    pub arguments: &'a [&'a str],
    /// Beside `PATH` and `LC_ALL`.
    pub environment: &'a [(&'a str, &'a str)],
    pub time_max: Duration,
    pub output_bytes_max: u64,
}

pub struct Output {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
}

impl Command<'_> {
    /// Dropping the future kills the program, and what it has started.
    pub async fn run(&self) -> Result<Output, CommandError> {
        let mut child = self.spawn()?;
        let mut group = Some(Group(child.id()));
        let pipe = child.stdout.take().expect("stdout was asked for as a pipe");
        let work = async {
            let mut stdout = Vec::new();
            pipe.take(self.output_bytes_max + 1)
                .read_to_end(&mut stdout)
                .await
                .map_err(|error| self.failed(&error))?;
            if stdout.len() as u64 > self.output_bytes_max {
                return Err(CommandError::TooMuch {
                    program: self.program.to_owned(),
                    bytes_max: self.output_bytes_max,
                });
            }
            // Until it is waited for, its number is nobody else's.
            ended(child.id()).await;
            drop(group.take());
            let status = child.wait().await.map_err(|error| self.failed(&error))?;
            Ok(Output {
                code: status.code(),
                stdout,
            })
        };
        let done = tokio::time::timeout(self.time_max, work).await;
        done.unwrap_or_else(|_| {
            Err(CommandError::TimedOut {
                program: self.program.to_owned(),
                seconds: self.time_max.as_secs(),
            })
        })
    }

    fn spawn(&self) -> Result<process::Child, CommandError> {
        let child = process::Command::new(self.program)
            .args(self.arguments)
            .env_clear()
            .env("PATH", PATH)
            .env("LC_ALL", "C")
            .envs(self.environment.iter().copied())
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        child.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => CommandError::Absent(self.program.to_owned()),
            _ => self.failed(&error),
        })
    }

    fn failed(&self, error: &std::io::Error) -> CommandError {
        CommandError::Failed {
            program: self.program.to_owned(),
            reason: error.to_string(),
        }
    }
}

/// Waits for the end of a program, and leaves it to be waited for.
async fn ended(id: Option<u32>) {
    let Some(id) = id.and_then(|id| i32::try_from(id).ok()) else {
        return;
    };
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
    let wait = move || while waitid(Id::Pid(Pid::from_raw(id)), flags) == Err(Errno::EINTR) {};
    // Whatever it says, the program is waited for next.
    let _ = tokio::task::spawn_blocking(wait).await;
}

/// Of a program that nobody has waited for, with all that it started and did not take out of its group.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(id) = self.0.and_then(|id| i32::try_from(id).ok()) {
            // When nobody is left in it, that is what was wanted.
            let _ = killpg(Pid::from_raw(id), Signal::SIGKILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command<'a>(program: &'a str, arguments: &'a [&'a str]) -> Command<'a> {
        Command {
            program,
            arguments,
            environment: &[("GIVEN", "so")],
            time_max: Duration::from_secs(20),
            output_bytes_max: 1 << 20,
        }
    }

    #[tokio::test]
    async fn a_missing_program_and_endless_output_are_told_apart() {
        let absent = command("no-such-program-here", &[]).run().await;
        assert!(matches!(absent, Err(CommandError::Absent(_))));
        let endless = command("yes", &[]).run().await;
        assert!(matches!(endless, Err(CommandError::TooMuch { .. })));
        let said = command("printf", &["%s", "a;b $(c)"]).run().await.unwrap();
        assert_eq!((said.code, said.stdout.as_slice()), (Some(0), &b"a;b $(c)"[..]));
    }

    #[tokio::test]
    async fn nothing_is_inherited_and_time_is_bounded() {
        let said = command("env", &[]).run().await.unwrap().stdout;
        let mut lines: Vec<&str> = std::str::from_utf8(&said).unwrap().lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["GIVEN=so", "LC_ALL=C", &format!("PATH={PATH}")]);
        // The pipe stays open in what it started.
        let slow = Command {
            time_max: Duration::from_millis(200),
            ..command("sh", &["-c", "sleep 1000 & exit 0"])
        };
        assert!(matches!(slow.run().await, Err(CommandError::TimedOut { .. })));
    }

    #[tokio::test]
    async fn what_a_program_started_ends_with_it() {
        let (endless, told) = beside_a_sleeper("yes").await;
        assert!(matches!(endless, Err(CommandError::TooMuch { .. })));
        assert_eq!(told, b"begun");
        let (done, told) = beside_a_sleeper("exit 3").await;
        assert_eq!((done.unwrap().code, told.as_slice()), (Some(3), &b"begun"[..]));
    }

    /// What became of a program that leaves another one, and what was read from a pipe that the other one holds open: all of
    /// it is read when nobody holds its other end any more.
    async fn beside_a_sleeper(then: &str) -> (Result<Output, CommandError>, Vec<u8>) {
        let home = tempfile::tempdir().unwrap();
        let pipe = home.path().join("pipe").display().to_string();
        let made = command("mkfifo", &[&pipe]).run().await.unwrap();
        assert_eq!(made.code, Some(0));
        let from = pipe.clone();
        let read = tokio::task::spawn_blocking(move || std::fs::read(from).unwrap());
        let script = format!("exec 3> \"$0\"; sleep 1000 > /dev/null & printf begun >&3; {then}");
        let run = command("sh", &["-c", &script, &pipe]).run().await;
        (run, read.await.unwrap())
    }
}
