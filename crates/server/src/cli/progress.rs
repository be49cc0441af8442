//! Progress on the terminal, beside the result; nothing where standard error is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use qlrf_connectors::feed::Progress;

const TICK: Duration = Duration::from_millis(100);

/// Something of unknown length.
pub fn spinner(what: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(what.to_owned());
    bar.enable_steady_tick(TICK);
    bar
}

/// Bytes that are sent or fetched.
pub fn bytes(total: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(total).with_message(what.to_owned());
    let style = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {eta}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// How far the reading of a feed is.
pub fn show_feed(bar: &ProgressBar, what: &str, progress: Progress) {
    let text = match progress.records {
        0 => format!("{what}: {} bytes", progress.bytes),
        records => format!("{what}: {records} records"),
    };
    bar.set_message(text);
}
