//! The position of an event stream, as `Last-Event-ID` brings it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_store::outbox::Cursor;

fuzz_target!(|text: &str| {
    if let Ok(cursor) = text.parse::<Cursor>() {
        assert_eq!(cursor.to_string().parse::<Cursor>().ok(), Some(cursor));
    }
});
