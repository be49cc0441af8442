//! Reads files over SFTP, version 3 (draft-ietf-secsh-filexfer-02), which every OpenSSH speaks. Only what reads: there is no
//! message here that could change anything.
//!
//! What a host answers is hostile input: packets, names and files have bounds, and an answer that nobody asked for ends it.

use std::collections::{BTreeMap, HashMap};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

const VERSION: u32 = 3;
const PACKET_BYTES_MAX: usize = 256 * 1024;
/// As much as OpenSSH answers at once to old clients.
const CHUNK_BYTES: u32 = 32 * 1024;
/// Chunks of a large file that are under way at a time; hides the time of the way.
const WINDOW: usize = 32;
const NAMES_MAX: usize = 100_000;
/// Answers that are thrown away before the one that is waited for: late ones of what was broken off.
const STRAY_MAX: usize = 2 * WINDOW + 16;

const OPEN_READ: u32 = 1;
const STATUS_EOF: u32 = 1;
const STATUS_ABSENT: u32 = 2;
const STATUS_DENIED: u32 = 3;
const MODE_KIND: u32 = 0o170_000;
const MODE_FILE: u32 = 0o100_000;

#[derive(Debug, thiserror::Error)]
pub enum SftpError {
    #[error("permission denied")]
    Denied,
    #[error("it is no regular file")]
    Special,
    #[error("it has more than {0} bytes")]
    TooLarge(u64),
    #[error("the host refuses to read it (status {0})")]
    Refused(u32),
    /// The connection is of no more use.
    #[error("{0}")]
    Broken(String),
}

pub struct Sftp<S> {
    stream: S,
    last_id: u32,
}

struct Reply {
    id: u32,
    kind: u8,
    body: Vec<u8>,
}

struct Attributes {
    size: Option<u64>,
    mode: Option<u32>,
}

mod kind {
    pub const INIT: u8 = 1;
    pub const VERSION: u8 = 2;
    pub const OPEN: u8 = 3;
    pub const CLOSE: u8 = 4;
    pub const READ: u8 = 5;
    pub const FSTAT: u8 = 8;
    pub const OPENDIR: u8 = 11;
    pub const READDIR: u8 = 12;
    pub const STATUS: u8 = 101;
    pub const HANDLE: u8 = 102;
    pub const DATA: u8 = 103;
    pub const NAME: u8 = 104;
    pub const ATTRS: u8 = 105;
}

impl<S: AsyncRead + AsyncWrite + Unpin> Sftp<S> {
    pub async fn begin(stream: S) -> Result<Sftp<S>, SftpError> {
        let mut sftp = Sftp { stream, last_id: 0 };
        let mut packet = vec![0, 0, 0, 5, kind::INIT];
        packet.extend(VERSION.to_be_bytes());
        sftp.write(&packet).await?;
        match sftp.packet().await?.first() {
            Some(&kind::VERSION) => Ok(sftp),
            _ => Err(broken("the host does not speak SFTP")),
        }
    }

    /// `None`: there is none. At most `bytes_max` bytes, else an error.
    pub async fn read(&mut self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, SftpError> {
        let Some(handle) = self.open(path).await? else {
            return Ok(None);
        };
        let read = self.content(&handle, bytes_max).await;
        self.close(&handle, read).await
    }

    /// The first bytes, as many as one answer holds.
    pub async fn head(&mut self, path: &str) -> Result<Option<Vec<u8>>, SftpError> {
        let Some(handle) = self.open(path).await? else {
            return Ok(None);
        };
        let id = self.ask_chunk(&handle, 0, 64).await?;
        let reply = self.expect(id).await?;
        let head = match reply.kind {
            kind::DATA => field(&mut &reply.body[..]),
            _ => Err(status(&reply)),
        };
        self.close(&handle, head.map(<[u8]>::to_vec)).await
    }

    /// Names in a folder; none where there is no such folder.
    pub async fn list(&mut self, path: &str) -> Result<Vec<String>, SftpError> {
        let id = self.ask(kind::OPENDIR, &string(path.as_bytes())).await?;
        let reply = self.expect(id).await?;
        let handle = match reply.kind {
            kind::HANDLE => field(&mut &reply.body[..])?.to_vec(),
            _ if status_code(&reply) == Some(STATUS_ABSENT) => return Ok(Vec::new()),
            _ => return Err(status(&reply)),
        };
        let names = self.names(&handle).await;
        Ok(self.close(&handle, names).await?.unwrap_or_default())
    }

    async fn open(&mut self, path: &str) -> Result<Option<Vec<u8>>, SftpError> {
        let mut body = string(path.as_bytes());
        body.extend(OPEN_READ.to_be_bytes());
        body.extend(0_u32.to_be_bytes());
        let id = self.ask(kind::OPEN, &body).await?;
        let reply = self.expect(id).await?;
        match reply.kind {
            kind::HANDLE => Ok(Some(field(&mut &reply.body[..])?.to_vec())),
            _ if status_code(&reply) == Some(STATUS_ABSENT) => Ok(None),
            _ => Err(status(&reply)),
        }
    }

    async fn content(&mut self, handle: &[u8], bytes_max: u64) -> Result<Vec<u8>, SftpError> {
        let about = self.ask(kind::FSTAT, &string(handle)).await?;
        let attributes = attributes(&self.expect(about).await?)?;
        if attributes.mode.is_some_and(|mode| mode & MODE_KIND != MODE_FILE) {
            return Err(SftpError::Special);
        }
        let size = attributes.size.unwrap_or_default();
        if size > bytes_max {
            return Err(SftpError::TooLarge(bytes_max));
        }
        let first = self.ask_chunk(handle, 0, CHUNK_BYTES).await?;
        let mut pending = HashMap::from([(first, (0, CHUNK_BYTES))]);
        let mut parts: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
        let (mut next, mut bytes) = (u64::from(CHUNK_BYTES), 0_u64);
        while !pending.is_empty() {
            // The size is a hint: files of /proc have none and still hold something.
            while next < size && pending.len() < WINDOW {
                pending.insert(
                    self.ask_chunk(handle, next, CHUNK_BYTES).await?,
                    (next, CHUNK_BYTES),
                );
                next += u64::from(CHUNK_BYTES);
            }
            let reply = self.reply().await?;
            let Some((at, asked)) = pending.remove(&reply.id) else {
                continue;
            };
            if reply.kind != kind::DATA {
                match status_code(&reply) {
                    Some(STATUS_EOF) => continue,
                    _ => return Err(status(&reply)),
                }
            }
            let data = field(&mut &reply.body[..])?.to_vec();
            let got = u32::try_from(data.len()).unwrap_or(u32::MAX);
            if got == 0 || got > asked {
                return Err(broken("the host answered with more or less than was asked for"));
            }
            bytes += u64::from(got);
            if bytes > bytes_max {
                return Err(SftpError::TooLarge(bytes_max));
            }
            parts.insert(at, data);
            let (end, rest) = (at + u64::from(got), asked - got);
            if rest > 0 {
                pending.insert(self.ask_chunk(handle, end, rest).await?, (end, rest));
            } else if end >= next {
                // It may have grown, or have had no size at all.
                pending.insert(
                    self.ask_chunk(handle, next, CHUNK_BYTES).await?,
                    (next, CHUNK_BYTES),
                );
                next += u64::from(CHUNK_BYTES);
            }
        }
        whole(parts)
    }

    async fn names(&mut self, handle: &[u8]) -> Result<Vec<String>, SftpError> {
        let mut names = Vec::new();
        loop {
            let id = self.ask(kind::READDIR, &string(handle)).await?;
            let reply = self.expect(id).await?;
            if reply.kind != kind::NAME {
                match status_code(&reply) {
                    Some(STATUS_EOF) => break,
                    _ => return Err(status(&reply)),
                }
            }
            let mut body = &reply.body[..];
            for _ in 0..number(&mut body)? {
                let name = field(&mut body)?;
                field(&mut body)?;
                skip_attributes(&mut body)?;
                if name != b"." && name != b".." {
                    // A name that is not UTF-8 is no path of this interface, and no package manager writes one.
                    names.extend(String::from_utf8(name.to_vec()).ok());
                }
            }
            if names.len() > NAMES_MAX {
                return Err(SftpError::TooLarge(NAMES_MAX as u64));
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Its answer is thrown away when it comes.
    async fn close<T>(&mut self, handle: &[u8], read: Result<T, SftpError>) -> Result<Option<T>, SftpError> {
        if !matches!(read, Err(SftpError::Broken(_))) {
            self.ask(kind::CLOSE, &string(handle)).await?;
        }
        read.map(Some)
    }

    async fn ask_chunk(&mut self, handle: &[u8], at: u64, bytes: u32) -> Result<u32, SftpError> {
        let mut body = string(handle);
        body.extend(at.to_be_bytes());
        body.extend(bytes.to_be_bytes());
        self.ask(kind::READ, &body).await
    }

    async fn ask(&mut self, kind: u8, body: &[u8]) -> Result<u32, SftpError> {
        self.last_id = self.last_id.wrapping_add(1);
        let length = u32::try_from(body.len() + 5).map_err(|_| broken("a path is too long"))?;
        let mut packet = length.to_be_bytes().to_vec();
        packet.push(kind);
        packet.extend(self.last_id.to_be_bytes());
        packet.extend(body);
        self.write(&packet).await?;
        Ok(self.last_id)
    }

    async fn expect(&mut self, id: u32) -> Result<Reply, SftpError> {
        for _ in 0..STRAY_MAX {
            let reply = self.reply().await?;
            if reply.id == id {
                return Ok(reply);
            }
        }
        Err(broken("the host answers what it was not asked"))
    }

    async fn reply(&mut self) -> Result<Reply, SftpError> {
        let packet = self.packet().await?;
        let [kind, a, b, c, d, body @ ..] = &packet[..] else {
            return Err(broken("the host sent half an answer"));
        };
        Ok(Reply {
            id: u32::from_be_bytes([*a, *b, *c, *d]),
            kind: *kind,
            body: body.to_vec(),
        })
    }

    async fn packet(&mut self) -> Result<Vec<u8>, SftpError> {
        let lost = |error: std::io::Error| broken(&format!("the connection broke: {error}"));
        let length = self.stream.read_u32().await.map_err(lost)? as usize;
        if length == 0 || length > PACKET_BYTES_MAX {
            return Err(broken("the host sent an answer that is too large"));
        }
        let mut packet = vec![0; length];
        self.stream.read_exact(&mut packet).await.map_err(lost)?;
        Ok(packet)
    }

    async fn write(&mut self, packet: &[u8]) -> Result<(), SftpError> {
        let lost = |error: std::io::Error| broken(&format!("the connection broke: {error}"));
        self.stream.write_all(packet).await.map_err(lost)?;
        self.stream.flush().await.map_err(lost)
    }
}

/// Parts that follow one another from the beginning.
fn whole(parts: BTreeMap<u64, Vec<u8>>) -> Result<Vec<u8>, SftpError> {
    let mut content = Vec::new();
    for (at, data) in parts {
        if at != content.len() as u64 {
            return Err(broken("the file changed while it was read"));
        }
        content.extend(data);
    }
    Ok(content)
}

fn broken(reason: &str) -> SftpError {
    SftpError::Broken(reason.to_owned())
}

fn status(reply: &Reply) -> SftpError {
    match status_code(reply) {
        Some(STATUS_DENIED) => SftpError::Denied,
        Some(code) => SftpError::Refused(code),
        None => broken("the host answered something else than was asked for"),
    }
}

fn status_code(reply: &Reply) -> Option<u32> {
    (reply.kind == kind::STATUS).then(|| number(&mut &reply.body[..]).ok())?
}

fn attributes(reply: &Reply) -> Result<Attributes, SftpError> {
    match reply.kind {
        kind::ATTRS => read_attributes(&mut &reply.body[..]),
        _ => Err(status(reply)),
    }
}

fn read_attributes(body: &mut &[u8]) -> Result<Attributes, SftpError> {
    let flags = number(body)?;
    let size = match flags & 1 {
        0 => None,
        _ => Some((u64::from(number(body)?) << 32) | u64::from(number(body)?)),
    };
    if flags & 2 != 0 {
        number(body)?;
        number(body)?;
    }
    let mode = match flags & 4 {
        0 => None,
        _ => Some(number(body)?),
    };
    if flags & 8 != 0 {
        number(body)?;
        number(body)?;
    }
    if flags & 0x8000_0000 != 0 {
        for _ in 0..number(body)? {
            field(body)?;
            field(body)?;
        }
    }
    Ok(Attributes { size, mode })
}

fn skip_attributes(body: &mut &[u8]) -> Result<(), SftpError> {
    read_attributes(body).map(drop)
}

fn number(body: &mut &[u8]) -> Result<u32, SftpError> {
    let (number, rest) = body
        .split_first_chunk::<4>()
        .ok_or_else(|| broken("the host sent half an answer"))?;
    *body = rest;
    Ok(u32::from_be_bytes(*number))
}

fn field<'a>(body: &mut &'a [u8]) -> Result<&'a [u8], SftpError> {
    let length = number(body)? as usize;
    let (field, rest) = body
        .split_at_checked(length)
        .ok_or_else(|| broken("the host sent half an answer"))?;
    *body = rest;
    Ok(field)
}

fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut out = length.to_be_bytes().to_vec();
    out.extend(bytes);
    out
}
