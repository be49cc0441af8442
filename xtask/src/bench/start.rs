//! Cold start on an empty data folder, warm start on a used one, and the memory of the idle process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::measure::{Cost, median};
use super::table::{Row, Table};
use super::{Area, Bench, Outcome};

pub const AREA: Area = Area { name: "start", run };

const START_MAX: Duration = Duration::from_secs(60);
const STOP_MAX: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(5);
/// After this long without a request the process counts as idle.
const IDLE: Duration = Duration::from_secs(3);

fn run(bench: &Bench) -> Result<Outcome> {
    let mut cold = Vec::new();
    let mut warm = Vec::new();
    for _ in 0..bench.repeats {
        let folder = tempfile::tempdir()?;
        cold.push(start_once(&bench.qlrf, folder.path())?);
        warm.push(start_once(&bench.qlrf, folder.path())?);
    }
    let row = |name: &str, costs: &[Cost]| Row {
        name: name.to_owned(),
        cost: median(costs),
        ratio: None,
    };
    Ok(Outcome::Measured(Table {
        about: "`qlrf serve` on the embedded database until `/readyz` answers 200; CPU and RSS of the qlrf process \
                alone, RSS after three idle seconds."
            .to_owned(),
        rows: vec![row("cold, empty data folder", &cold), row("warm, used data folder", &warm)],
        notes: Vec::new(),
    }))
}

fn start_once(qlrf: &Path, data: &Path) -> Result<Cost> {
    let begin = Instant::now();
    let mut child = Command::new(qlrf)
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("starting qlrf")?;
    let measured = measure_start(&mut child, begin);
    // Stopped whatever was measured, or a failed run leaves a server behind.
    stop(&mut child)?;
    measured
}

fn measure_start(child: &mut Child, begin: Instant) -> Result<Cost> {
    let address = printed_address(child, begin + START_MAX)?;
    while !is_ready(&address) {
        if begin.elapsed() > START_MAX {
            bail!(
                "`/readyz` of {address} did not answer 200 within {} s",
                START_MAX.as_secs()
            );
        }
        pause(POLL);
    }
    let wall_ms = begin.elapsed().as_secs_f64() * 1e3;
    let cpu_ms = cpu_ms(child.id())?;
    pause(IDLE);
    Ok(Cost {
        wall_ms,
        cpu_ms,
        rss_mib: rss_mib(child.id())?,
    })
}

/// The first `http://host:port` that the program prints.
fn printed_address(child: &mut Child, deadline: Instant) -> Result<String> {
    let output = child.stdout.take().expect("standard output is piped");
    let (send, receive) = mpsc::channel();
    // Reads to the end, so that the server never blocks on a full pipe.
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(address) = address_in(&line) {
                let _ = send.send(address);
            }
        }
    });
    receive
        .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        .context("qlrf printed no URL; it may have stopped, or asks for other options")
}

fn address_in(line: &str) -> Option<String> {
    let rest = &line[line.find("http://")? + "http://".len()..];
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || ".:-[]".contains(c)))
        .unwrap_or(rest.len());
    let address = &rest[..end];
    address.rsplit_once(':')?.1.parse::<u16>().ok()?;
    Some(address.to_owned())
}

fn is_ready(address: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else {
        return false;
    };
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut head = [0; 12];
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_exact(&mut head).is_ok()
        && head.ends_with(b" 200")
}

fn stop(child: &mut Child) -> Result<()> {
    kill(Pid::from_raw(i32::try_from(child.id())?), Signal::SIGTERM).context("stopping qlrf")?;
    let begin = Instant::now();
    while child.try_wait()?.is_none() {
        if begin.elapsed() > STOP_MAX {
            child.kill()?;
            child.wait()?;
            bail!("qlrf did not stop within {} s of SIGTERM", STOP_MAX.as_secs());
        }
        pause(POLL);
    }
    Ok(())
}

/// Fields 14 and 15 of proc_pid_stat(5), counted in ticks of 1/100 s on every Linux that we run on.
fn cpu_ms(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').context("reading /proc/…/stat")?;
    let ticks: f64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    Ok(ticks * 10.0)
}

fn rss_mib(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}

#[allow(
    clippy::disallowed_methods,
    reason = "waits for another process, which has no handle to wait on"
)]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_address_in_a_sentence() {
        assert_eq!(
            address_in("open http://127.0.0.1:8080/sign-in#x now"),
            Some("127.0.0.1:8080".to_owned())
        );
        assert_eq!(address_in("http://[::1]:80"), Some("[::1]:80".to_owned()));
        assert_eq!(address_in("http://example.org/"), None);
        assert_eq!(address_in("nothing"), None);
    }
}
