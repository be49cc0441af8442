//! A server of the product with a data folder of its own, on the loopback interface, for as long as it is measured.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::http::Client;

const START_MAX: Duration = Duration::from_secs(60);
const STOP_MAX: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(5);

pub struct Server {
    child: Child,
    data: PathBuf,
    pub address: String,
}

/// The private database below a server.
pub struct Postgres {
    pub pid: u32,
    psql: PathBuf,
    socket: String,
    port: String,
}

impl Server {
    /// Starts and waits for the first 200 of `/readyz`.
    pub fn start(qlrf: &Path, data: &Path) -> Result<Server> {
        let begin = Instant::now();
        let mut child = Command::new(qlrf)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--feed-interval",
                "off",
                "--data-dir",
            ])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting qlrf")?;
        let address = match printed_address(&mut child, begin + START_MAX) {
            Ok(address) => address,
            Err(error) => {
                stop(&mut child)?;
                return Err(error);
            }
        };
        let server = Server {
            child,
            data: data.to_owned(),
            address,
        };
        while !is_ready(&server.address) {
            if begin.elapsed() > START_MAX {
                bail!(
                    "`/readyz` of {} did not answer 200 within {} s",
                    server.address,
                    START_MAX.as_secs()
                );
            }
            pause(POLL);
        }
        Ok(server)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// As the command line of this machine gets in.
    pub fn client(&self) -> Result<Client> {
        let text = std::fs::read(self.data.join("cli.json")).context("reading cli.json")?;
        let access: Value = serde_json::from_slice(&text)?;
        let token = access["token"].as_str().context("cli.json has no token")?;
        Client::connect(&self.address, token)
    }

    /// By what the command line prints for people; it works once.
    pub fn sign_in_link(&self, qlrf: &Path) -> Result<String> {
        let output = Command::new(qlrf)
            .arg("--data-dir")
            .arg(&self.data)
            .arg("sign-in-link")
            .stdin(Stdio::null())
            .output()
            .context("starting qlrf")?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let link = printed
            .split_whitespace()
            .find(|word| word.contains("/sign-in?link="));
        link.map(str::to_owned)
            .with_context(|| format!("`qlrf sign-in-link` printed no link: {printed}"))
    }

    pub fn postgres(&self) -> Result<Postgres> {
        let (cluster, file) = pid_file(&self.data)?;
        let lines: Vec<&str> = file.lines().map(str::trim).collect();
        // PostgreSQL, miscadmin.h: pid, data folder, start time, port, socket folder.
        let [pid, _, _, port, socket, ..] = lines[..] else {
            bail!("\"{}\" has an unfinished postmaster.pid", cluster.display());
        };
        let pid = pid.parse()?;
        let program =
            std::fs::read_link(format!("/proc/{pid}/exe")).context("finding PostgreSQL's program")?;
        Ok(Postgres {
            pid,
            psql: program.with_file_name("psql"),
            socket: socket.to_owned(),
            port: port.to_owned(),
        })
    }

    pub fn stop(mut self) -> Result<()> {
        stop(&mut self.child)
    }
}

/// A failed measurement must not leave a server behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = stop(&mut self.child);
    }
}

impl Postgres {
    /// A session as superuser, to which a script is written.
    pub fn psql(&self) -> Command {
        let mut command = Command::new(&self.psql);
        command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]);
        command.args(["--set", "ON_ERROR_STOP=1", "--username", "postgres"]);
        command.args(["--host", &self.socket, "--port", &self.port, "--dbname", "qlrf"]);
        command
    }

    /// Statement by statement, each committed by itself.
    pub fn script(&self, statements: &str) -> Result<()> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(statements.as_bytes())?;
        let output = self.psql().arg("--file").arg(file.path()).output()?;
        if !output.status.success() {
            bail!("psql: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }

    /// Does now what the database would do soon in the background, and charge to whatever is measured then.
    pub fn settle(&self) -> Result<()> {
        self.script("VACUUM ANALYZE;\nCHECKPOINT;\n")
    }

    pub fn run(&self, script: &str) -> Result<String> {
        let output = self.psql().arg("--command").arg(script).output()?;
        if !output.status.success() {
            bail!("psql: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }
}

/// The data folder holds one cluster, whatever its name.
fn pid_file(data: &Path) -> Result<(PathBuf, String)> {
    for entry in std::fs::read_dir(data)? {
        let folder = entry?.path();
        if let Ok(text) = std::fs::read_to_string(folder.join("postmaster.pid")) {
            return Ok((folder, text));
        }
    }
    bail!("\"{}\" holds no running database", data.display())
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
    if child.try_wait()?.is_some() {
        return Ok(());
    }
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

#[allow(
    clippy::disallowed_methods,
    reason = "waits for another process, which has no handle to wait on"
)]
pub fn pause(time: Duration) {
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
