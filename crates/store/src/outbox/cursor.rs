//! A position in a tenant's events.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

/// Opaque to clients: they hand back the text that they were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub(super) xid: u64,
    pub(super) id: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a position in the events")]
pub struct InvalidCursor(String);

/// Two numbers of at most twenty digits and a dash.
const TEXT_BYTES_MAX: usize = 41;

impl Cursor {
    /// Before the first event.
    pub const START: Cursor = Cursor { xid: 0, id: 0 };

    pub(super) fn from_row(xid: &str, id: i64) -> Result<Cursor> {
        let xid = xid
            .parse()
            .map_err(|_| Error::Corrupt(format!("the transaction id \"{xid}\"")))?;
        Ok(Cursor { xid, id })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.xid, self.id)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> std::result::Result<Cursor, InvalidCursor> {
        let invalid = || {
            InvalidCursor(
                text.chars()
                    .filter(|c| !c.is_control())
                    .take(TEXT_BYTES_MAX)
                    .collect(),
            )
        };
        let number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
        let (xid, id) = text.split_once('-').ok_or_else(invalid)?;
        if text.len() > TEXT_BYTES_MAX || !number(xid) || !number(id) {
            return Err(invalid());
        }
        Ok(Cursor {
            xid: xid.parse().map_err(|_| invalid())?,
            id: id.parse().map_err(|_| invalid())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        for cursor in [
            Cursor::START,
            Cursor {
                xid: u64::MAX,
                id: i64::MAX,
            },
        ] {
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let long = format!("1-{}", "0".repeat(100));
        for text in [
            "",
            "-",
            "1",
            "1-",
            "-1",
            "1--1",
            "+1-1",
            "1-+1",
            " 1-1",
            "1-1\n",
            "99999999999999999999-1",
            "1-9223372036854775808",
            "a-b",
            "1-1-1",
            &long,
            "١-١",
        ] {
            assert!(text.parse::<Cursor>().is_err(), "{text:?}");
        }
    }
}
