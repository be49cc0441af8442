//! `rpm-version(7)` and its test suite, <https://rpm.org/docs/latest/man/rpm-version.7>.

use super::deb::epoch_of;
use super::key::{KeyBuilder, take_while};

// What may stand at the next place of a version, in order.
const TILDE: u8 = 1;
const END: u8 = 2;
const CARET: u8 = 3;
const LETTERS: u8 = 4;
const DIGITS: u8 = 5;

const NO_RELEASE: u8 = 0;
const RELEASE: u8 = 1;

/// `[epoch:]version[-release]`. As in rpm itself, no epoch is epoch 0 and no release sorts before every release.
pub(super) fn write(evr: &str, out: &mut KeyBuilder) -> Result<(), &'static str> {
    if !evr.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("it has a character that is not printable ASCII");
    }
    let (epoch, rest) = match evr.split_once(':') {
        Some((epoch, rest)) => (epoch_of(epoch)?, rest),
        None => (0, evr),
    };
    let (version, release) = match rest.rsplit_once('-') {
        Some((version, release)) => (version, Some(release)),
        None => (rest, None),
    };
    if version.is_empty() {
        return Err("it has no version");
    }
    if release == Some("") {
        return Err("the release after the last hyphen is empty");
    }
    out.number(epoch);
    write_part(version.as_bytes(), out);
    match release {
        None => out.byte(NO_RELEASE),
        Some(release) => {
            out.byte(RELEASE);
            write_part(release.as_bytes(), out);
        }
    }
    Ok(())
}

/// Separators only separate: how many there are and which ones makes no difference.
fn write_part(mut rest: &[u8], out: &mut KeyBuilder) {
    loop {
        rest = take_while(rest, |b| !b.is_ascii_alphanumeric() && b != b'~' && b != b'^').1;
        let Some(&next) = rest.first() else { break };
        rest = match next {
            b'~' => {
                out.byte(TILDE);
                &rest[1..]
            }
            b'^' => {
                out.byte(CARET);
                &rest[1..]
            }
            b if b.is_ascii_digit() => {
                let (digits, after) = take_while(rest, |b| b.is_ascii_digit());
                out.byte(DIGITS);
                out.decimal(digits);
                after
            }
            _ => {
                let (letters, after) = take_while(rest, |b| b.is_ascii_alphabetic());
                out.byte(LETTERS);
                out.bytes(letters);
                out.byte(0);
                after
            }
        };
    }
    out.byte(END);
}
