//! Vulnerability feeds: read a published file, archive, folder or URL, and hand its records to a sink in batches.
//!
//! A feed is one file with a [`Kind`] constant and one line in [`KINDS`].

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use qlrf_core::advisory::{Advisory, ExploitScore, Exploited};
use qlrf_core::digest::Digest;

mod acquire;
mod epss;
mod http;
mod kev;
mod osv;
mod out;
mod reach;
mod recognise;
mod sync;
mod unpack;

pub use recognise::recognise;
pub use sync::{Fetched, fetch, sync};

pub struct Kind {
    /// As written in the API and the CLI: `osv`, `kev`, `epss`.
    pub name: &'static str,
    pub title: &'static str,
    /// One sentence for the operator who chooses a feed.
    pub summary: &'static str,
    /// Where its publisher offers it. The argument is the part that is wanted (an OSV ecosystem such as `Debian:12`);
    /// `None` when there is no default for it.
    pub default_url: fn(Option<&str>) -> Option<String>,
    /// Each snapshot is the whole of the feed and takes the place of the one before it, whatever source that came from.
    /// Otherwise records are added, and each tells by itself whether it is newer than what is held.
    pub is_whole: bool,
    /// It also comes as an archive or a folder of many files.
    pub comes_in_parts: bool,
    /// Whether an unpacked file that begins so is this feed.
    begins: fn(&[u8]) -> bool,
    read: fn(&mut acquire::Raw, &mut out::Out) -> Result<(), FeedError>,
}

pub const KINDS: &[Kind] = &[osv::KIND, kev::KIND, epss::KIND];

pub fn find_kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file or a folder.
    Path(PathBuf),
    Url(String),
    /// A URL that the operator of the server configured: it may lead inside.
    Mirror(String),
}

impl Source {
    pub fn parse(text: &str) -> Self {
        if text.starts_with("http://") || text.starts_with("https://") {
            Source::Url(text.to_owned())
        } else {
            Source::Path(text.into())
        }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Path(path) => path.display().fmt(f),
            Source::Url(url) | Source::Mirror(url) => f.write_str(url),
        }
    }
}

/// Where a mirror offers a part of a feed; `None` when it offers the feed in parts and `part` is none of them.
pub fn mirror_url(template: &str, part: Option<&str>) -> Option<String> {
    const PART: &str = "{ecosystem}";
    if !template.contains(PART) {
        return Some(template.to_owned());
    }
    Some(template.replace(PART, &osv::family(part?)?))
}

#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    Advisory(Box<Advisory>),
    Exploited(Exploited),
    Score(ExploitScore),
}

/// A record that could not be read. The rest of the feed goes on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The file or archive member, without control characters.
    pub entry: String,
    /// From 1; `None` where the entry is one record.
    pub line: Option<u64>,
    /// Stable, `snake_case`.
    pub code: &'static str,
    pub detail: String,
}

#[derive(Debug, Default)]
pub struct Batch {
    pub records: Vec<Record>,
    pub problems: Vec<Problem>,
}

/// Where a feed goes. Batches arrive before the end of the feed is known to be sound: keep them aside, and let them
/// count only once [`sync`] has returned a snapshot.
#[async_trait]
pub trait Sink: Send {
    async fn take(&mut self, batch: Batch) -> Result<(), FeedError>;
}

/// What was read, so that two findings can be told to rest on the same data.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Snapshot {
    pub feed: &'static str,
    pub source: String,
    /// SHA-256 of the raw bytes as they were fetched; of a folder, of its sorted names and contents.
    pub sha256: Digest,
    /// Raw bytes.
    pub bytes: u64,
    pub records: u64,
    /// All of them; the sink is given the first [`MAX_PROBLEMS`].
    pub problems: u64,
    /// The newest `modified` (OSV, RFC 3339), the catalogue version (KEV) or the score date (EPSS), when the feed says.
    pub newest: Option<String>,
}

/// How many problems of one feed are worth keeping; beyond that only their number grows.
pub const MAX_PROBLEMS: u64 = 1000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Raw bytes fetched so far.
    pub bytes: u64,
    /// When the source says it.
    pub total_bytes: Option<u64>,
    /// Records read so far; zero while it is still being fetched.
    pub records: u64,
    pub problems: u64,
}

/// Called now and then from whichever thread does the work; must not block.
pub type OnProgress = Arc<dyn Fn(Progress) + Send + Sync>;

/// The feed as a whole could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct FeedError {
    pub code: Code,
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The file or folder is not there or may not be read.
    Unreadable,
    /// Not a URL that can be fetched, or a redirect to where we do not go.
    BadUrl,
    Unreachable,
    TimedOut,
    /// The server answered with something other than success.
    HttpStatus,
    /// More bytes than a feed has, packed or unpacked.
    TooLarge,
    /// It ends in the middle.
    Truncated,
    /// The compression or archive is damaged.
    Corrupt,
    /// It is something else than this feed: a web page, another format, or not one readable record.
    WrongContent,
    /// It begins as none of the feeds, and nobody said which one it is.
    NotRecognised,
    /// There is nothing in it.
    Empty,
    /// The sink refused.
    Sink,
    /// Whoever asked is gone.
    Cancelled,
}

impl Code {
    /// As in `docs/errors/`.
    pub fn name(self) -> &'static str {
        match self {
            Code::Unreadable => "feed_unreadable",
            Code::BadUrl => "feed_bad_url",
            Code::Unreachable => "feed_unreachable",
            Code::TimedOut => "feed_timed_out",
            Code::HttpStatus => "feed_http_status",
            Code::TooLarge => "feed_too_large",
            Code::Truncated => "feed_truncated",
            Code::Corrupt => "feed_corrupt",
            Code::WrongContent => "feed_wrong_content",
            Code::NotRecognised => "feed_not_recognised",
            Code::Empty => "feed_empty",
            Code::Sink => "feed_sink",
            Code::Cancelled => "feed_cancelled",
        }
    }

    pub(crate) fn with(self, detail: impl Into<String>) -> FeedError {
        FeedError {
            code: self,
            detail: detail.into(),
        }
    }
}

#[cfg(test)]
mod tests;
