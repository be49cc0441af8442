//! Collects what a reader finds into batches, and counts it.

use tokio::sync::mpsc::Sender;

use super::{Batch, Code, FeedError, MAX_PROBLEMS, OnProgress, Problem, Progress, Record};

/// Large enough to write in one statement, small enough to hold a few of.
pub(super) const BATCH: usize = 500;
const MAX_ENTRY_CHARS: usize = 200;
const MAX_DETAIL_CHARS: usize = 500;

pub(super) struct Out {
    sender: Sender<Batch>,
    on_progress: OnProgress,
    bytes: u64,
    batch: Batch,
    total: Total,
}

#[derive(Default)]
pub(super) struct Total {
    pub records: u64,
    pub problems: u64,
    pub first_problem: Option<Problem>,
    pub newest: Option<String>,
}

impl Out {
    pub fn new(sender: Sender<Batch>, on_progress: OnProgress, bytes: u64) -> Self {
        Self {
            sender,
            on_progress,
            bytes,
            batch: Batch::default(),
            total: Total::default(),
        }
    }

    pub fn record(&mut self, record: Record) -> Result<(), FeedError> {
        self.total.records += 1;
        self.batch.records.push(record);
        self.flush_when_full()
    }

    pub fn problem(
        &mut self,
        entry: &str,
        line: Option<u64>,
        code: &'static str,
        detail: impl std::fmt::Display,
    ) -> Result<(), FeedError> {
        self.total.problems += 1;
        if self.total.problems > MAX_PROBLEMS {
            return Ok(());
        }
        let clean = |text: String, most: usize| -> String {
            text.chars()
                .map(|c| if c.is_control() { '\u{fffd}' } else { c })
                .take(most)
                .collect()
        };
        let problem = Problem {
            entry: clean(entry.to_owned(), MAX_ENTRY_CHARS),
            line,
            code,
            detail: clean(detail.to_string(), MAX_DETAIL_CHARS),
        };
        self.total.first_problem.get_or_insert_with(|| problem.clone());
        self.batch.problems.push(problem);
        self.flush_when_full()
    }

    /// Keeps the latest in text order, which is the order of RFC 3339 times in UTC and of ISO dates.
    pub fn newest(&mut self, newest: String) {
        if self.total.newest.as_ref().is_none_or(|known| *known < newest) {
            self.total.newest = Some(newest);
        }
    }

    pub fn finish(mut self) -> Result<Total, FeedError> {
        self.flush()?;
        Ok(self.total)
    }

    fn flush_when_full(&mut self) -> Result<(), FeedError> {
        if self.batch.records.len() + self.batch.problems.len() < BATCH {
            return Ok(());
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<(), FeedError> {
        (self.on_progress)(Progress {
            bytes: self.bytes,
            total_bytes: Some(self.bytes),
            records: self.total.records,
            problems: self.total.problems,
        });
        let batch = std::mem::take(&mut self.batch);
        self.sender
            .blocking_send(batch)
            .map_err(|_| Code::Cancelled.with("nobody takes the records any more"))
    }
}
