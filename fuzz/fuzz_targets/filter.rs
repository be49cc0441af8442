//! The filter language of lists.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_server::fleet::Filter;

fuzz_target!(|text: &str| {
    let _ = Filter::parse(text);
});
