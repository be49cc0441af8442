//! Which feed a file is, told by how it begins once it is unpacked and not by what it is called.

use std::fmt;
use std::io::Read;
use std::path::Path;

use qlrf_core::advisory::MAX_RECORD_BYTES;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::acquire::{Raw, open, open_file};
use super::unpack::{Unpacked, io_error, unpack};
use super::{Code, FeedError, KINDS, Kind};

/// A record tells what it is wherever in it the keys stand, so as much is looked at as a record may have.
const START_BYTES_MAX: u64 = MAX_RECORD_BYTES as u64;
/// Of a folder or an archive. Other files may lie before the first record.
const FILES_LOOKED_AT: usize = 16;

/// Reads no more than the beginning: a file that begins as a feed and goes on otherwise is left to the reader of that feed.
pub fn recognise(path: &Path) -> Result<&'static Kind, FeedError> {
    let found = match open(path)? {
        Raw::File { name, file, .. } => of_file(&name, &file)?,
        Raw::Folder { files, .. } if files.is_empty() => {
            return Err(Code::Empty.with(format!("{} holds no file of a feed", path.display())));
        }
        Raw::Folder { files, .. } => of_folder(&files)?,
    };
    found.ok_or_else(|| {
        let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        Code::NotRecognised.with(format!(
            "{} does not begin as any feed: there are {}",
            path.display(),
            known.join(", ")
        ))
    })
}

fn of_folder(files: &[std::path::PathBuf]) -> Result<Option<&'static Kind>, FeedError> {
    for path in files.iter().take(FILES_LOOKED_AT) {
        let found = of_file(&path.display().to_string(), &open_file(path)?)?;
        if found.is_some_and(|kind| kind.comes_in_parts) {
            return Ok(found);
        }
    }
    Ok(None)
}

fn of_file(name: &str, file: &std::fs::File) -> Result<Option<&'static Kind>, FeedError> {
    let mut archive = match unpack(name, file)? {
        Unpacked::Stream(stream) => {
            let start = start_of(stream).map_err(|e| io_error(name, &e))?;
            if start.is_empty() {
                return Err(Code::Empty.with(format!("{name} is empty")));
            }
            return Ok(KINDS.iter().find(|kind| (kind.begins)(&start)));
        }
        Unpacked::Zip(archive) => archive,
    };
    for member in 0..archive.len().min(FILES_LOOKED_AT) {
        // A member that cannot be read is a problem for the reader of the feed to tell; the next one may say what it is.
        let Ok(start) = archive
            .by_index(member)
            .map_err(std::io::Error::from)
            .and_then(start_of)
        else {
            continue;
        };
        let found = KINDS.iter().find(|kind| (kind.begins)(&start));
        if found.is_some_and(|kind| kind.comes_in_parts) {
            return Ok(found);
        }
    }
    Ok(None)
}

fn start_of(stream: impl Read) -> std::io::Result<Vec<u8>> {
    let mut start = Vec::new();
    stream.take(START_BYTES_MAX).read_to_end(&mut start)?;
    Ok(start)
}

/// Keys of the JSON object that a text begins with or, with `list`, of the first object in its list of that name. What
/// comes before the text ends or stops being JSON counts.
pub(super) fn keys(text: &[u8], list: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    let keys = Keys {
        list,
        found: &mut found,
    };
    // The end of what was looked at is no fault.
    let _ = keys.deserialize(&mut serde_json::Deserializer::from_slice(text));
    found
}

struct Keys<'a> {
    list: Option<&'a str>,
    found: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Keys<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if self.list == Some(&*key) {
                map.next_value_seed(First(&mut *self.found))?;
                continue;
            }
            if self.list.is_none() {
                self.found.push(key);
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// The first object of a list.
struct First<'a>(&'a mut Vec<String>);

impl<'de> DeserializeSeed<'de> for First<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for First<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let first = Keys {
            list: None,
            found: self.0,
        };
        list.next_element_seed(first)?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}
