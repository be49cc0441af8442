//! Runs one read-only command of the host: fixed words, no shell, bounded in time and output.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;

/// Planning an upgrade takes a second or two; a loaded small machine takes far longer.
const TIME_MAX: Duration = Duration::from_secs(120);
const OUTPUT_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Only these are looked in: the environment that the fabric was started with chooses no program.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("\"{0}\" is not installed")]
    Absent(&'static str),
    #[error("\"{0}\" did not end within {seconds} s", seconds = TIME_MAX.as_secs())]
    TimedOut(&'static str),
    #[error("\"{0}\" printed more than {OUTPUT_BYTES_MAX} bytes")]
    TooMuch(&'static str),
    #[error("\"{0}\" could not be run: {1}")]
    Failed(&'static str, String),
}

pub struct Output {
    pub code: Option<i32>,
    pub stdout: String,
}

/// Dropping the future kills the command.
pub async fn run(program: &'static str, arguments: &[&str]) -> Result<Output, CommandError> {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .env("PATH", PATH)
        .env("LC_ALL", "C")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => CommandError::Absent(program),
            _ => CommandError::Failed(program, error.to_string()),
        })?;
    let pipe = child.stdout.take().expect("stdout was asked for as a pipe");
    let failed = |error: std::io::Error| CommandError::Failed(program, error.to_string());
    let work = async {
        let mut bytes = Vec::new();
        pipe.take(OUTPUT_BYTES_MAX + 1)
            .read_to_end(&mut bytes)
            .await
            .map_err(failed)?;
        if bytes.len() as u64 > OUTPUT_BYTES_MAX {
            return Err(CommandError::TooMuch(program));
        }
        let status = child.wait().await.map_err(failed)?;
        Ok(Output {
            code: status.code(),
            stdout: String::from_utf8_lossy(&bytes).into_owned(),
        })
    };
    match tokio::time::timeout(TIME_MAX, work).await {
        Ok(done) => done,
        Err(_) => Err(CommandError::TimedOut(program)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_missing_program_and_endless_output_are_told_apart() {
        assert!(matches!(
            run("no-such-program-here", &[]).await,
            Err(CommandError::Absent(_))
        ));
        assert!(matches!(run("yes", &[]).await, Err(CommandError::TooMuch(_))));
        let said = run("printf", &["%s", "a;b $(c)"]).await.unwrap();
        assert_eq!((said.code, said.stdout.as_str()), (Some(0), "a;b $(c)"));
    }
}
