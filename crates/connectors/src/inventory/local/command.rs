//! Runs one read-only command of the host: fixed words, bounded in time and output.

use std::time::Duration;

use crate::command::Command;
pub use crate::command::CommandError;

/// Planning an upgrade takes a second or two; a loaded small machine takes far longer.
const TIME_MAX: Duration = Duration::from_secs(120);
const OUTPUT_BYTES_MAX: u64 = 16 * 1024 * 1024;

pub struct Output {
    pub code: Option<i32>,
    pub stdout: String,
}

/// Dropping the future kills the command.
pub async fn run(program: &str, arguments: &[&str]) -> Result<Output, CommandError> {
    let command = Command {
        program,
        arguments,
        environment: &[],
        time_max: TIME_MAX,
        output_bytes_max: OUTPUT_BYTES_MAX,
    };
    let output = command.run().await?;
    Ok(Output {
        code: output.code,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
    })
}
