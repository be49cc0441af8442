//! SemVer 2.0.0, <https://semver.org/#spec-item-11>; build metadata has no part in the order.

use semver::{Prerelease, Version};

use super::key::KeyBuilder;

// What may stand at the next place of a pre-release, in order.
const END: u8 = 0;
const NUMERIC: u8 = 1;
const ALPHANUMERIC: u8 = 2;
/// No pre-release at all sorts after every pre-release.
const RELEASE: u8 = 255;

pub(super) fn write(text: &str, out: &mut KeyBuilder) -> Result<(), &'static str> {
    let version = parse(text).ok_or("it is not major.minor.patch with an optional pre-release and build")?;
    out.number(version.major);
    out.number(version.minor);
    out.number(version.patch);
    write_prerelease(&version.pre, out);
    Ok(())
}

/// With a leading `v`, and with the zeros that Go's `v1` and `v1.2` leave out.
fn parse(text: &str) -> Option<Version> {
    let text = text.strip_prefix('v').unwrap_or(text);
    if let Ok(version) = Version::parse(text) {
        return Some(version);
    }
    let short = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let dots = text.bytes().filter(|&b| b == b'.').count();
    match (short, dots) {
        (true, 0) => Version::parse(&format!("{text}.0.0")).ok(),
        (true, 1) => Version::parse(&format!("{text}.0")).ok(),
        _ => None,
    }
}

fn write_prerelease(pre: &Prerelease, out: &mut KeyBuilder) {
    if pre.is_empty() {
        return out.byte(RELEASE);
    }
    for identifier in pre.split('.') {
        if identifier.bytes().all(|b| b.is_ascii_digit()) {
            out.byte(NUMERIC);
            out.decimal(identifier.as_bytes());
        } else {
            out.byte(ALPHANUMERIC);
            out.bytes(identifier.as_bytes());
            out.byte(0);
        }
    }
    out.byte(END);
}
