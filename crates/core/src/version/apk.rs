//! `apk-package(5)` versions, <https://man.archlinux.org/man/apk-package.5.en>:
//! `number{.number}{letter}{_suffix{number}}{~commit}{-rN}`.

use super::key::{KeyBuilder, take_while};

/// Suffixes before the plain version, in order.
const BEFORE: &[&str] = &["alpha", "beta", "pre", "rc"];
/// Suffixes after it, in order.
const AFTER: &[&str] = &["cvs", "svn", "git", "hg", "p"];

// What may stand at the next place of a version, in order; `BEFORE_BASE` leaves room for one value a suffix.
const BEFORE_BASE: u8 = 1;
const END: u8 = 10;
const REVISION: u8 = 11;
const COMMIT: u8 = 12;
const SUFFIX_NUMBER: u8 = 13;
const AFTER_BASE: u8 = 20;
const LETTER: u8 = 30;
const NUMBER: u8 = 31;

// A later number that starts with a zero is a fraction: it sorts as text, before those that do not.
const FRACTION: u8 = 0;
const WHOLE: u8 = 1;

pub(super) fn write(version: &str, out: &mut KeyBuilder) -> Result<(), &'static str> {
    let rest = write_numbers(version.as_bytes(), out)?;
    let rest = match rest.first() {
        Some(letter) if letter.is_ascii_lowercase() => {
            out.bytes(&[LETTER, *letter]);
            &rest[1..]
        }
        _ => rest,
    };
    let rest = write_suffixes(rest, out)?;
    let rest = write_commit(rest, out)?;
    if let Some(revision) = rest.strip_prefix(b"-r") {
        if revision.is_empty() || !revision.iter().all(u8::is_ascii_digit) {
            return Err("the revision after -r is not a number");
        }
        out.byte(REVISION);
        out.decimal(revision);
    } else if !rest.is_empty() {
        return Err("it goes on with something other than a number, letter, suffix, commit or revision");
    }
    out.byte(END);
    Ok(())
}

fn write_numbers<'a>(text: &'a [u8], out: &mut KeyBuilder) -> Result<&'a [u8], &'static str> {
    let (first, mut rest) = take_while(text, |b| b.is_ascii_digit());
    if first.is_empty() {
        return Err("it does not start with a digit");
    }
    out.decimal(first);
    while let Some(after) = rest.strip_prefix(b".") {
        let (digits, after) = take_while(after, |b| b.is_ascii_digit());
        match digits.first() {
            None => return Err("a dot is not followed by a number"),
            Some(b'0') => {
                out.bytes(&[NUMBER, FRACTION]);
                out.bytes(digits);
                out.byte(0);
            }
            Some(_) => {
                out.bytes(&[NUMBER, WHOLE]);
                out.decimal(digits);
            }
        }
        rest = after;
    }
    Ok(rest)
}

fn write_suffixes<'a>(mut rest: &'a [u8], out: &mut KeyBuilder) -> Result<&'a [u8], &'static str> {
    while let Some(after) = rest.strip_prefix(b"_") {
        let (name, after) = take_while(after, |b| b.is_ascii_lowercase());
        let place = |list: &[&str], base: u8| {
            let at = list.iter().position(|s| s.as_bytes() == name)?;
            Some(base + u8::try_from(at).expect("there are fewer than ten suffixes"))
        };
        let tag = place(BEFORE, BEFORE_BASE).or_else(|| place(AFTER, AFTER_BASE));
        out.byte(tag.ok_or("it has a suffix that apk does not know")?);
        let (digits, after) = take_while(after, |b| b.is_ascii_digit());
        if !digits.is_empty() {
            out.byte(SUFFIX_NUMBER);
            out.decimal(digits);
        }
        rest = after;
    }
    Ok(rest)
}

fn write_commit<'a>(rest: &'a [u8], out: &mut KeyBuilder) -> Result<&'a [u8], &'static str> {
    let Some(after) = rest.strip_prefix(b"~") else {
        return Ok(rest);
    };
    let (commit, after) = take_while(after, |b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if commit.is_empty() {
        return Err("the commit after ~ is empty");
    }
    out.byte(COMMIT);
    out.bytes(commit);
    out.byte(0);
    Ok(after)
}
