//! OSV: `all.zip` of an ecosystem, a folder of records, one record, or one record a line.
//! <https://google.github.io/osv.dev/data/#data-dumps>

use std::io::{BufRead, Read as _};

use qlrf_core::advisory::{MAX_RECORD_BYTES, read_osv};
use time::format_description::well_known::Rfc3339;

use super::acquire::{Raw, open_file};
use super::out::Out;
use super::recognise::keys;
use super::unpack::{Line, Unpacked, io_error, next_line, unpack};
use super::{Code, FeedError, Kind, Record};

pub(super) const KIND: Kind = Kind {
    name: "osv",
    title: "OSV advisories",
    summary: "Advisories of distributions and language ecosystems in the OSV format, from osv.dev or a mirror of it",
    default_url,
    is_whole: false,
    comes_in_parts: true,
    begins,
    read,
};

/// Of the first CVE list. What states an earlier time states none: Go writes year 1 where nothing was set.
const FIRST_YEAR: i32 = 1999;

/// What each record must have, <https://ossf.github.io/osv-schema/>.
fn begins(start: &[u8]) -> bool {
    let keys = keys(start, None);
    ["id", "modified"]
        .iter()
        .all(|wanted| keys.iter().any(|key| key == wanted))
}

/// One archive an ecosystem, of all its releases: what stands behind a colon (`Debian:12`) has no archive of its own, see
/// "Ecosystem naming" in the documentation above. Blanks occur in names (`Rocky Linux`).
fn default_url(ecosystem: Option<&str>) -> Option<String> {
    let ecosystem = family(ecosystem?)?;
    Some(format!(
        "https://osv-vulnerabilities.storage.googleapis.com/{ecosystem}/all.zip"
    ))
}

/// The name of an ecosystem without its release, as it stands in a URL.
pub(super) fn family(ecosystem: &str) -> Option<String> {
    let known = |c: char| c.is_ascii_alphanumeric() || " .:-_".contains(c);
    if ecosystem.contains("..") || !ecosystem.chars().all(known) {
        return None;
    }
    let family = ecosystem.split(':').next().filter(|family| !family.is_empty())?;
    Some(family.replace(' ', "%20"))
}

fn read(raw: &mut Raw, out: &mut Out) -> Result<(), FeedError> {
    match raw {
        Raw::File { name, file, .. } => read_file(name, file, out),
        Raw::Folder { files, .. } => {
            for path in files {
                read_file(&path.display().to_string(), &open_file(path)?, out)?;
            }
            Ok(())
        }
    }
}

fn read_file(name: &str, file: &std::fs::File, out: &mut Out) -> Result<(), FeedError> {
    match unpack(name, file)? {
        Unpacked::Stream(mut stream) => read_stream(name, &mut *stream, out),
        Unpacked::Zip(mut archive) => {
            for member in 0..archive.len() {
                let mut file = match archive.by_index(member) {
                    Ok(file) => file,
                    Err(e) => {
                        out.problem(&format!("member {member}"), None, "zip_member_unreadable", e)?;
                        continue;
                    }
                };
                // Never used as a path.
                let entry = String::from_utf8_lossy(file.name_raw()).into_owned();
                if !file.is_file() || !entry.ends_with(".json") {
                    continue;
                }
                let mut json = Vec::new();
                match file
                    .by_ref()
                    .take(MAX_RECORD_BYTES as u64 + 1)
                    .read_to_end(&mut json)
                {
                    Ok(_) => read_record(&entry, None, &json, out)?,
                    Err(e) => out.problem(&entry, None, "zip_member_unreadable", e)?,
                }
            }
            Ok(())
        }
    }
}

/// A first line that is an object of its own makes it one record a line; otherwise all of it is one record.
fn read_stream(name: &str, stream: &mut dyn BufRead, out: &mut Out) -> Result<(), FeedError> {
    let mut number = 0;
    while let Some(line) = next_line(name, stream, MAX_RECORD_BYTES)? {
        number += 1;
        match line {
            Line::TooLong => {
                let detail = format!("a line of more than {MAX_RECORD_BYTES} bytes");
                out.problem(name, Some(number), "osv_too_large", detail)?;
            }
            Line::Text(text) | Line::Unended(text) if text.iter().all(u8::is_ascii_whitespace) => {}
            Line::Text(text) if number == 1 && begins_a_document(&text) => {
                let mut json = text;
                json.push(b'\n');
                let room = (MAX_RECORD_BYTES + 1).saturating_sub(json.len()) as u64;
                stream
                    .take(room)
                    .read_to_end(&mut json)
                    .map_err(|e| io_error(name, &e))?;
                return read_record(name, None, &json, out);
            }
            Line::Unended(text) if begins_a_document(&text) => {
                let detail = format!("{name:?} ends in the middle of line {number}");
                return Err(Code::Truncated.with(detail));
            }
            Line::Text(text) | Line::Unended(text) => read_record(name, Some(number), &text, out)?,
        }
    }
    Ok(())
}

/// It stops in the middle of a value that began here.
fn begins_a_document(line: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(line).is_err_and(|e| e.is_eof())
}

fn read_record(entry: &str, line: Option<u64>, json: &[u8], out: &mut Out) -> Result<(), FeedError> {
    match read_osv(json) {
        Ok(advisory) => {
            let modified = advisory
                .modified
                .to_offset(time::UtcOffset::UTC)
                .truncate_to_second();
            if modified.year() >= FIRST_YEAR {
                out.newest(modified.format(&Rfc3339).expect("it was read from that format"));
            }
            out.record(Record::Advisory(Box::new(advisory)))
        }
        Err(error) => out.problem(entry, line, error.code, error.detail),
    }
}
