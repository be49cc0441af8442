//! PEP 440, <https://packaging.python.org/en/latest/specifications/version-specifiers/>.

use std::str::FromStr;

use pep440_rs::{LocalSegment, PrereleaseKind, Version};

use super::key::KeyBuilder;

const END: u8 = 0;
const SEGMENT: u8 = 1;

// The place of the pre-release part: a bare `.devN` comes before everything, a final release after every pre-release.
const DEV_ONLY: u8 = 0;
const ALPHA: u8 = 1;
const BETA: u8 = 2;
const CANDIDATE: u8 = 3;
const FINAL: u8 = 4;

const NO_POST: u8 = 0;
const POST: u8 = 1;
const DEV: u8 = 0;
const NO_DEV: u8 = 1;

const LOCAL_TEXT: u8 = 1;
const LOCAL_NUMBER: u8 = 2;

pub(super) fn write(text: &str, out: &mut KeyBuilder) -> Result<(), &'static str> {
    let version = Version::from_str(text).map_err(|_| "PEP 440 does not allow it")?;
    out.number(version.epoch());
    write_release(version.release(), out);
    match version.pre() {
        Some(pre) => {
            out.byte(match pre.kind {
                PrereleaseKind::Alpha => ALPHA,
                PrereleaseKind::Beta => BETA,
                PrereleaseKind::Rc => CANDIDATE,
            });
            out.number(pre.number);
        }
        None if version.post().is_none() && version.dev().is_some() => out.byte(DEV_ONLY),
        None => out.byte(FINAL),
    }
    match version.post() {
        None => out.byte(NO_POST),
        Some(post) => {
            out.byte(POST);
            out.number(post);
        }
    }
    match version.dev() {
        Some(dev) => {
            out.byte(DEV);
            out.number(dev);
        }
        None => out.byte(NO_DEV),
    }
    write_local(version.local(), out);
    Ok(())
}

/// Zeros at the end do not count: `1.0` is `1`.
fn write_release(release: &[u64], out: &mut KeyBuilder) {
    let used = release.iter().rposition(|&n| n != 0).map_or(0, |last| last + 1);
    for &segment in &release[..used] {
        out.byte(SEGMENT);
        out.number(segment);
    }
    out.byte(END);
}

fn write_local(local: &[LocalSegment], out: &mut KeyBuilder) {
    for segment in local {
        match segment {
            LocalSegment::String(text) => {
                out.byte(LOCAL_TEXT);
                out.bytes(text.as_bytes());
                out.byte(0);
            }
            LocalSegment::Number(number) => {
                out.byte(LOCAL_NUMBER);
                out.number(*number);
            }
        }
    }
    out.byte(END);
}
