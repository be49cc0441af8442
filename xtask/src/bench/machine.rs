//! On what it was measured: a figure without its machine is no figure.

use std::process::Command;

pub fn line() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let date = Command::new("date")
        .args(["-u", "+%Y-%m-%d"])
        .output()
        .map(|o| o.stdout)
        .unwrap_or_default();
    format!(
        "{cores} cores, {}, {}, Linux {}, load {} at the start",
        processor().unwrap_or_else(|| "unknown processor".to_owned()),
        String::from_utf8_lossy(&date).trim(),
        read("/proc/sys/kernel/osrelease"),
        read("/proc/loadavg").split(' ').next().unwrap_or("unknown"),
    )
}

fn processor() -> Option<String> {
    let info = read("/proc/cpuinfo");
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path)
        .unwrap_or_default()
        .trim()
        .to_owned()
}
