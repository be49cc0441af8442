//! What is too large for memory is written to a file as it comes.

use std::io::SeekFrom;
use std::time::Duration;

use futures::StreamExt as _;
use reqwest::Response;
use tokio::fs::File;
use tokio::io::{AsyncSeekExt as _, AsyncWriteExt as _};

use super::{Answer, Call, CallError, Outbound, Shared, To, read};

/// For all of one file, however slowly it comes.
const DOWNLOAD_TIME_MAX: Duration = Duration::from_secs(30 * 60);

impl Outbound {
    /// As [`Outbound::send`]; the body of a success goes to `file`, which is begun anew by each attempt, and the answer has
    /// none.
    pub async fn download(
        &self,
        call: impl Fn() -> Call,
        file: &mut File,
        bytes_max: u64,
    ) -> Result<Answer, CallError> {
        let to = To::File { file, bytes_max };
        self.0.until_answered(call, to).await
    }
}

impl Shared {
    /// One attempt, beside at most so many others as are allowed.
    pub(super) async fn download(
        &self,
        call: Call,
        host: &str,
        file: &mut File,
        bytes_max: u64,
    ) -> Result<Answer, CallError> {
        let _place = self.limits.place().await;
        self.meter.count();
        let response = self.ask(call, host).await?;
        if !response.status().is_success() {
            return read(response, self.answer_bytes_max, host).await;
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let writing = write(response, host, file, bytes_max);
        let written = tokio::time::timeout(DOWNLOAD_TIME_MAX, writing).await;
        written.map_err(|_| CallError::timed_out(host))??;
        Ok(Answer {
            status,
            headers,
            body: Vec::new(),
        })
    }
}

async fn write(response: Response, host: &str, file: &mut File, bytes_max: u64) -> Result<(), CallError> {
    let unwritable = |error: std::io::Error| CallError::Unwritable(error.to_string());
    file.set_len(0).await.map_err(unwritable)?;
    file.seek(SeekFrom::Start(0)).await.map_err(unwritable)?;
    let mut written: u64 = 0;
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| CallError::transport(host, &error))?;
        written += piece.len() as u64;
        if written > bytes_max {
            return Err(CallError::TooLarge {
                host: host.to_owned(),
                bytes_max: usize::try_from(bytes_max).unwrap_or(usize::MAX),
            });
        }
        file.write_all(&piece).await.map_err(unwritable)?;
    }
    file.flush().await.map_err(unwritable)
}
