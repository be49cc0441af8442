//! Just enough of an HTTP client to measure with: one connection, kept alive.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// Beyond it the server counts as hung.
const ANSWER_MAX: Duration = Duration::from_secs(120);
const BODY_BYTES_MAX: u64 = 64 << 20;

pub struct Client {
    address: String,
    token: String,
    stream: BufReader<TcpStream>,
}

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body of a success; the body of a failure becomes the error.
    pub fn json(&self) -> Result<Value> {
        if !(200..300).contains(&self.status) {
            bail!("{}: {}", self.status, String::from_utf8_lossy(&self.body).trim());
        }
        serde_json::from_slice(&self.body).context("reading an answer")
    }
}

impl Client {
    pub fn connect(address: &str, token: &str) -> Result<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_MAX))?;
        Ok(Client {
            address: address.to_owned(),
            token: token.to_owned(),
            stream: BufReader::new(stream),
        })
    }

    /// Idle for longer than the server keeps a connection, it has to be made again.
    pub fn reconnect(&mut self) -> Result<()> {
        *self = Client::connect(&self.address, &self.token)?;
        Ok(())
    }

    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.request("GET", path, None)
    }

    pub fn request(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        self.send(method, path, body)?;
        let (status, length) = self.read_head()?;
        let body = match length {
            Some(length) => self.read_exactly(length)?,
            None => self.read_chunks()?,
        };
        Ok(Answer { status, body })
    }

    /// A request whose answer does not end: hands over the connection after the head.
    pub fn stream(mut self, path: &str) -> Result<(u16, BufReader<TcpStream>)> {
        self.send("GET", path, None)?;
        let (status, _) = self.read_head()?;
        Ok((status, self.stream))
    }

    fn send(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<()> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut request = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nAccept: */*\r\n",
            self.address, self.token
        );
        if method != "GET" {
            let length = body.len();
            request += &format!("Content-Type: application/json\r\nContent-Length: {length}\r\n");
        }
        request += "\r\n";
        request += &body;
        Ok(self.stream.get_mut().write_all(request.as_bytes())?)
    }

    /// Status, and the length of the body; `None` when it comes in chunks.
    fn read_head(&mut self) -> Result<(u16, Option<u64>)> {
        let status = self.read_line()?;
        let code = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let code: u16 = code.with_context(|| format!("\"{status}\" is no answer"))?;
        let mut length = Some(0);
        loop {
            let line = self.read_line()?.to_ascii_lowercase();
            if line.is_empty() {
                return Ok((code, length));
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = Some(value.trim().parse()?);
            } else if line.starts_with("transfer-encoding:") {
                length = None;
            }
        }
    }

    fn read_line(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(
            self.stream.read_line(&mut line)? > 0,
            "the server closed the connection"
        );
        Ok(line.trim_end().to_owned())
    }

    fn read_exactly(&mut self, length: u64) -> Result<Vec<u8>> {
        ensure!(length <= BODY_BYTES_MAX, "an answer of {length} bytes");
        let mut body = vec![0; length as usize];
        self.stream.read_exact(&mut body)?;
        Ok(body)
    }

    fn read_chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let length = u64::from_str_radix(self.read_line()?.trim(), 16)?;
            ensure!(
                length + body.len() as u64 <= BODY_BYTES_MAX,
                "an answer without end"
            );
            body.extend(self.read_exactly(length)?);
            self.read_line()?;
            if length == 0 {
                return Ok(body);
            }
        }
    }
}
