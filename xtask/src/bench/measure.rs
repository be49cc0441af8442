//! What one run of a command costs.
//!
//! Each repeat runs below a fresh process of this tool (`cargo xtask measure`), because the kernel's account of waited-for
//! children only ever grows: in a fresh process it is this command's alone.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    pub wall_ms: f64,
    /// User and system time, of the command and of everything that it started and waited for.
    pub cpu_ms: f64,
    /// Peak memory of the largest single process.
    pub rss_mib: f64,
}

/// The median of several costs, each column by itself.
pub fn median(costs: &[Cost]) -> Cost {
    let column = |of: fn(&Cost) -> f64| middle(costs.iter().map(of).collect());
    Cost {
        wall_ms: column(|c| c.wall_ms),
        cpu_ms: column(|c| c.cpu_ms),
        rss_mib: column(|c| c.rss_mib),
    }
}

/// A high percentile of fewer values is their maximum.
pub const PERCENTILES_MIN: usize = 20;

/// The median; 0 of nothing.
pub fn middle(values: Vec<f64>) -> f64 {
    percentile(values, 50)
}

/// The smallest value that at least `percent` of the values do not exceed (nearest rank); 0 of nothing.
pub fn percentile(mut values: Vec<f64>, percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() * percent).div_ceil(100);
    values.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// Measures one run; fails when the command fails, since half a run is no measurement.
pub fn once(command: &[String]) -> Result<Cost> {
    let own = std::env::current_exe().context("finding this tool's own file")?;
    let output = Command::new(own)
        .arg("measure")
        .arg("--")
        .args(command)
        .output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let answer: Value = serde_json::from_slice(&output.stdout).context("reading what `measure` printed")?;
    let number = |key: &str| {
        answer[key]
            .as_f64()
            .with_context(|| format!("`measure` printed no {key}"))
    };
    Ok(Cost {
        wall_ms: number("wall_ms")?,
        cpu_ms: number("cpu_ms")?,
        rss_mib: number("rss_mib")?,
    })
}

/// Interleaves the commands: first of each, second of each, and so on.
pub fn interleaved(commands: &[Vec<String>], repeats: usize) -> Result<Vec<Cost>> {
    let mut costs = vec![Vec::with_capacity(repeats); commands.len()];
    for _ in 0..repeats {
        for (command, costs) in commands.iter().zip(&mut costs) {
            costs.push(once(command)?);
        }
    }
    Ok(costs.iter().map(|costs| median(costs)).collect())
}

/// The other side of [`once`].
pub fn child(command: &[String]) -> Result<()> {
    let (program, arguments) = command.split_first().expect("clap requires a command");
    let begin = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Asks the vendor's server for a newer version otherwise, which would be measured too.
        .env("SYFT_CHECK_FOR_APP_UPDATE", "false")
        .status()
        .with_context(|| format!("starting \"{program}\""))?;
    let wall_ms = begin.elapsed().as_secs_f64() * 1e3;
    if !status.success() {
        bail!("\"{}\" failed: {status}", command.join(" "));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("reading the resource usage")?;
    let cpu_us = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    let cost = json!({
        "wall_ms": wall_ms,
        "cpu_ms": cpu_us as f64 / 1e3,
        // Linux counts kibibytes here.
        "rss_mib": usage.max_rss() as f64 / 1024.0,
    });
    println!("{cost}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_one_slow_run() {
        let cost = |ms| Cost {
            wall_ms: ms,
            cpu_ms: ms * 2.0,
            rss_mib: 1.0,
        };
        let found = median(&[cost(3.0), cost(1.0), cost(900.0), cost(2.0), cost(4.0)]);
        assert_eq!(
            found,
            Cost {
                wall_ms: 3.0,
                cpu_ms: 6.0,
                rss_mib: 1.0
            }
        );
    }
}
