//! What processes cost, as the kernel tells it in /proc.

use anyhow::{Context, Result};

/// proc_pid_stat(5) counts in ticks of 1/100 s on every Linux that we run on.
const TICK_MS: f64 = 10.0;
/// `utime` and `stime` in proc_pid_stat(5), counted from the field after the command.
const CPU_FIELDS: std::ops::Range<usize> = 11..13;
/// `cutime` and `cstime`: of children that ended and were waited for.
const ENDED_CHILDREN_FIELDS: std::ops::Range<usize> = 13..15;
const PARENT_FIELD: usize = 1;

/// User and system time of one process.
pub fn cpu_ms(pid: u32) -> Result<f64> {
    sum(pid, CPU_FIELDS)
}

/// User and system time of a process, its living children, and those that it waited for: a PostgreSQL server and
/// every session that it ever had. None of them may have threads.
pub fn family_cpu_ms(pid: u32) -> Result<f64> {
    loop {
        let ended = sum(pid, ENDED_CHILDREN_FIELDS)?;
        let mut living = thread_cpu_ms(pid)?;
        for child in children(pid)? {
            living += thread_cpu_ms(child).unwrap_or_default();
        }
        // A child that ended in between was counted neither as living nor in its parent: ask again.
        if sum(pid, ENDED_CHILDREN_FIELDS)? == ended {
            return Ok(ended + living);
        }
    }
}

/// Of the first thread of a process, which the kernel tells in nanoseconds.
fn thread_cpu_ms(pid: u32) -> Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/schedstat"))?;
    let nanoseconds = text
        .split_whitespace()
        .next()
        .context("reading /proc/…/schedstat")?;
    Ok(nanoseconds.parse::<f64>()? / 1e6)
}

/// Resident memory now.
pub fn rss_mib(pid: u32) -> Result<f64> {
    status_mib(pid, "VmRSS:")
}

/// The most that was ever resident.
pub fn peak_mib(pid: u32) -> Result<f64> {
    status_mib(pid, "VmHWM:")
}

/// Memory of a process and its children, each shared page counted in parts (proportional set size).
pub fn family_pss_mib(pid: u32) -> Result<f64> {
    let mut total = 0.0;
    for pid in children(pid)?.into_iter().chain([pid]) {
        let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        total += line_mib(&text, "Pss:").unwrap_or_default();
    }
    Ok(total)
}

pub fn children(parent: u32) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if stat(pid).is_ok_and(|fields| fields.get(PARENT_FIELD) == Some(&parent.to_string())) {
            found.push(pid);
        }
    }
    Ok(found)
}

fn sum(pid: u32, fields: std::ops::Range<usize>) -> Result<f64> {
    let stat = stat(pid)?;
    let ticks = stat.get(fields).context("reading /proc/…/stat")?.iter();
    Ok(ticks.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() * TICK_MS)
}

/// The fields after the command, which may hold blanks and parentheses.
fn stat(pid: u32) -> Result<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').context("reading /proc/…/stat")?;
    Ok(fields.split_whitespace().map(str::to_owned).collect())
}

fn status_mib(pid: u32, key: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    line_mib(&status, key).with_context(|| format!("/proc/{pid}/status has no {key}"))
}

fn line_mib(text: &str, key: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_costs_something() {
        let own = std::process::id();
        assert!(rss_mib(own).unwrap() > 1.0);
        assert!(peak_mib(own).unwrap() >= rss_mib(own).unwrap());
        assert!(family_cpu_ms(own).unwrap() > 0.0);
    }

    #[test]
    fn a_child_is_found_until_it_ends() {
        let mut child = std::process::Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        assert!(children(std::process::id()).unwrap().contains(&child.id()));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!children(std::process::id()).unwrap().contains(&child.id()));
    }
}
