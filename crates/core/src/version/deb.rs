//! `deb-version(7)`, <https://manpages.debian.org/bookworm/dpkg-dev/deb-version.7.en.html>.

use super::key::{KeyBuilder, take_while};

/// dpkg holds the epoch in an `int`.
const MAX_EPOCH: u64 = i32::MAX as u64;

/// What stands where a run of non-digits ends: after `~`, before every letter.
const END: u8 = 2;
const TILDE: u8 = 1;
/// Punctuation sorts after letters.
const PUNCTUATION: u8 = 128;

pub(super) fn write(version: &str, out: &mut KeyBuilder) -> Result<(), &'static str> {
    let (epoch, rest) = match version.split_once(':') {
        Some((epoch, rest)) => (epoch_of(epoch)?, rest),
        None => (0, version),
    };
    let (upstream, revision) = match rest.rsplit_once('-') {
        Some((_, "")) => return Err("the revision after the last hyphen is empty"),
        Some((upstream, revision)) => (upstream, revision),
        None => (rest, ""),
    };
    if !upstream.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("the upstream version does not start with a digit");
    }
    if !upstream
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-+.~:".contains(&b))
    {
        return Err("the upstream version has a character other than letters, digits and . + - ~ :");
    }
    if !revision
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"+.~".contains(&b))
    {
        return Err("the revision has a character other than letters, digits and . + ~");
    }
    out.number(epoch);
    write_part(upstream.as_bytes(), out);
    write_part(revision.as_bytes(), out);
    Ok(())
}

pub(super) fn epoch_of(text: &str) -> Result<u64, &'static str> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err("the epoch before the colon is not a number");
    }
    text.parse()
        .ok()
        .filter(|&epoch| epoch <= MAX_EPOCH)
        .ok_or("the epoch is larger than 2147483647")
}

/// Runs of non-digits and of digits in turn. A text that ends is followed by empty runs for ever, which are the zero
/// of both orders; so the empty text and `0` are the same.
fn write_part(mut rest: &[u8], out: &mut KeyBuilder) {
    let mut first = true;
    while first || !rest.is_empty() {
        first = false;
        let (word, after) = take_while(rest, |b| !b.is_ascii_digit());
        for &b in word {
            out.byte(match b {
                b'~' => TILDE,
                b if b.is_ascii_alphabetic() => b,
                b => b + PUNCTUATION,
            });
        }
        out.byte(END);
        let (digits, after) = take_while(after, |b| b.is_ascii_digit());
        out.decimal(digits);
        rest = after;
    }
    out.byte(END);
}
