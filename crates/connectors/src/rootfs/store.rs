//! Where the blobs of an image are: a folder, or members of a tar archive that are read in place.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::document::DOCUMENT_BYTES_MAX;
use super::{Dir, OpenError, tar};

pub(super) enum Store {
    Folder {
        path: PathBuf,
        dir: Dir,
    },
    Archive {
        path: PathBuf,
        members: HashMap<String, Member>,
    },
}

pub(super) enum Member {
    Content {
        offset: u64,
        bytes: u64,
    },
    /// Old `docker save` archives link repeated layers.
    Link(String),
}

/// An archive has one member for each layer and a few documents.
const MEMBERS_MAX: usize = 10_000;

impl Store {
    pub(super) fn folder(path: &Path) -> Result<Self, OpenError> {
        let dir = Dir::open(path).map_err(|error| unreadable(path, &error))?;
        Ok(Self::Folder {
            path: path.into(),
            dir,
        })
    }

    pub(super) fn archive(path: &Path) -> Result<Self, OpenError> {
        let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let mut magic = [0; 4];
        let read = file
            .read(&mut magic)
            .and_then(|read| file.rewind().map(|()| read));
        let read = read.map_err(|error| unreadable(path, &error))?;
        if magic[..read].starts_with(&[0x1f, 0x8b]) || magic == [0x28, 0xb5, 0x2f, 0xfd] {
            return Err(OpenError::Compressed(path.into()));
        }
        let mut members = HashMap::new();
        let outcome = tar::entries(Seeking(BufReader::new(file)), &mut |entry, _, offset| {
            if members.len() == MEMBERS_MAX {
                return Err(tar::malformed("the archive has too many members"));
            }
            let member = match &entry.link {
                Some(target) if entry.kind.is_symlink() => Member::Link(beside(&entry.path, target)),
                Some(target) if entry.kind.is_hard_link() => Member::Link(target.clone()),
                _ if entry.kind.is_file() => Member::Content {
                    offset,
                    bytes: entry.bytes,
                },
                _ => return Ok(()),
            };
            members.insert(entry.path.clone(), member);
            Ok(())
        });
        let is_image = members.contains_key("index.json") || members.contains_key("manifest.json");
        match outcome {
            Ok(()) if is_image => Ok(Self::Archive {
                path: path.into(),
                members,
            }),
            Err(error) if is_image => Err(OpenError::Malformed(format!("the archive ends early: {error}"))),
            _ => Err(OpenError::NotRecognised(path.into())),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Self::Folder { dir, .. } => dir.open_inside(name).is_ok_and(|file| file.is_some()),
            Self::Archive { members, .. } => members.contains_key(name),
        }
    }

    pub(super) fn open(&self, name: &str) -> Result<Box<dyn Read>, OpenError> {
        let missing = || OpenError::Malformed(format!("it names \"{name}\", which is not there"));
        match self {
            Self::Folder { path, dir } => {
                let file = dir
                    .open_inside(name)
                    .map_err(|error| unreadable(&path.join(name), &error))?;
                Ok(Box::new(file.ok_or_else(missing)?))
            }
            Self::Archive { path, members } => {
                let member = match members.get(name) {
                    Some(Member::Link(target)) => members.get(target),
                    found => found,
                };
                let Some(Member::Content { offset, bytes }) = member else {
                    return Err(missing());
                };
                let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
                file.seek(SeekFrom::Start(*offset))
                    .map_err(|error| unreadable(path, &error))?;
                Ok(Box::new(file.take(*bytes)))
            }
        }
    }

    pub(super) fn document(&self, name: &str) -> Result<Vec<u8>, OpenError> {
        let mut content = Vec::new();
        let stream = self.open(name)?;
        stream
            .take(DOCUMENT_BYTES_MAX + 1)
            .read_to_end(&mut content)
            .map_err(|error| OpenError::Malformed(format!("\"{name}\" could not be read: {error}")))?;
        match content.len() as u64 {
            bytes if bytes > DOCUMENT_BYTES_MAX => Err(OpenError::TooLarge(format!(
                "\"{name}\" has more than {DOCUMENT_BYTES_MAX} bytes"
            ))),
            _ => Ok(content),
        }
    }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> OpenError {
    OpenError::Unreadable {
        path: path.into(),
        reason: error.to_string(),
    }
}

/// The target of a link, seen from the root of the archive.
fn beside(path: &str, target: &str) -> String {
    let mut out: Vec<&str> = path.split('/').collect();
    out.pop();
    for part in target.split('/') {
        match part {
            ".." => {
                out.pop();
            }
            "" | "." => {}
            part => out.push(part),
        }
    }
    out.join("/")
}

/// Skips over content by seeking: an archive of gigabytes is listed by reading its headers only.
struct Seeking(BufReader<File>);

impl Read for Seeking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl tar::Skip for Seeking {
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        let forward = i64::try_from(bytes).map_err(|_| tar::malformed("a member is too large"))?;
        let position = self.0.stream_position()?;
        let end = self.0.get_ref().metadata()?.len();
        if position.saturating_add(bytes) > end {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.0.seek_relative(forward)
    }
}
