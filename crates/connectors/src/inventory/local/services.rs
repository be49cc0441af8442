//! States of the services of this host, where systemd runs them.

use std::collections::BTreeMap;

use super::super::host::services::{UNIT_FILES, UNITS, merged};
use super::command::{self, CommandError};

/// `Ok(None)`: systemctl could not say.
pub async fn states() -> Result<Option<BTreeMap<String, String>>, CommandError> {
    let units = systemctl(UNITS).await?;
    let files = systemctl(UNIT_FILES).await?;
    if units.code != Some(0) || files.code != Some(0) {
        return Ok(None);
    }
    Ok(merged(&units.stdout, &files.stdout))
}

async fn systemctl(command: &'static str) -> Result<command::Output, CommandError> {
    let mut words = command.split(' ');
    let program = words.next().unwrap_or_default();
    let arguments: Vec<&str> = words.collect();
    command::run(program, &arguments).await
}
