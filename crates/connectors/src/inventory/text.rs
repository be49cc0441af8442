//! What providers write, read the same way everywhere.

use qlrf_core::time::Timestamp;
use time::UtcOffset;
use time::format_description::well_known::Rfc3339;

/// An empty text is as good as none.
pub fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

pub fn moment(text: Option<&str>) -> Option<Timestamp> {
    let at = Timestamp::parse(text?, &Rfc3339).ok()?;
    Some(at.to_offset(UtcOffset::UTC))
}
