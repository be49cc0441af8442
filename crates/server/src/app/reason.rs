//! Why a person did what cannot be seen from what was done.

use qlrf_core::error::{Error, ErrorKind, Result};

const REASON_CHARS_MAX: usize = 500;

pub fn checked<'a>(reason: &'a str, hint: &str) -> Result<&'a str> {
    let reason = reason.trim();
    let length = reason.chars().count();
    if length == 0 || length > REASON_CHARS_MAX || reason.chars().any(|c| c.is_control() && c != '\n') {
        let detail = format!("a reason is 1 to {REASON_CHARS_MAX} printable characters");
        return Err(Error::new(ErrorKind::Invalid, "invalid_reason", detail).hint(hint));
    }
    Ok(reason)
}
