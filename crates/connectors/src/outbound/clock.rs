//! How far this machine's clock is from a provider's. What is signed carries a time, and is refused when the two differ.

use std::fmt;

use qlrf_core::time::{Duration, Timestamp, now};
use reqwest::header::DATE;
use time::format_description::well_known::Rfc2822;

use super::Answer;

/// Providers take what is five minutes off. From here on the clock is named as the cause, as the SDKs of AWS do.
const NOTABLE: Duration = Duration::minutes(4);

/// By which this machine's clock is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockOffset(Duration);

impl ClockOffset {
    /// By the `Date` of an answer that has just come (RFC 9110, 6.6.1). `None` when it says nothing, or the clocks agree.
    pub fn notable(answer: &Answer) -> Option<ClockOffset> {
        ClockOffset::at(answer, now())
    }

    fn at(answer: &Answer, now: Timestamp) -> Option<ClockOffset> {
        let date = answer.headers.get(DATE)?.to_str().ok()?;
        let ahead = now - Timestamp::parse(date, &Rfc2822).ok()?;
        (ahead.abs() >= NOTABLE).then_some(ClockOffset(ahead))
    }
}

impl fmt::Display for ClockOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (side, by) = (
            if self.0.is_negative() {
                "behind"
            } else {
                "ahead of"
            },
            span(self.0),
        );
        write!(f, "this machine's clock is {by} {side} the server's")
    }
}

/// In the largest unit of which there are two or more.
pub fn span(length: Duration) -> String {
    let minutes = (length.abs() + Duration::seconds(30)).whole_minutes();
    match minutes {
        0..120 => format!("{minutes} minutes"),
        120..2880 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / (24 * 60)),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderValue};
    use time::macros::datetime;

    use super::*;

    #[test]
    fn an_offset_is_told_from_the_date_of_an_answer() {
        let told = |date: &'static str| {
            let answer = Answer {
                status: StatusCode::BAD_REQUEST,
                headers: HeaderMap::from_iter([(DATE, HeaderValue::from_static(date))]),
                body: Vec::new(),
            };
            let offset = ClockOffset::at(&answer, datetime!(2026-11-22 12:00 UTC));
            offset.map(|offset| offset.to_string())
        };
        for (date, said) in [
            ("Sun, 22 Nov 2026 12:20:10 GMT", Some("20 minutes behind")),
            ("Sun, 22 Nov 2026 11:40:00 GMT", Some("20 minutes ahead of")),
            ("Sun, 22 Nov 2026 09:01:00 GMT", Some("2 hours ahead of")),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some("20779 days ahead of")),
            ("Sun, 22 Nov 2026 12:03:59 GMT", None),
            ("Sun, 22 Nov 2026 11:57:00 GMT", None),
            ("yesterday", None),
            ("", None),
        ] {
            let expected = said.map(|said| format!("this machine's clock is {said} the server's"));
            assert_eq!(told(date), expected, "{date}");
        }
    }
}
