//! Fetches a URL into an unnamed temporary file, with bounds on time, size and redirects.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url, header};

use super::acquire::check_size;
use super::reach::Reach;
use super::{Code, FeedError, OnProgress, Progress, reach};

const CONNECT: Duration = Duration::from_secs(10);
/// Without a single byte.
const SILENCE: Duration = Duration::from_secs(30);
/// For all of it: the largest archive over a slow line.
const WHOLE: Duration = Duration::from_secs(30 * 60);
const MAX_REDIRECTS: usize = 5;

/// The file stands at its beginning.
pub(super) async fn download(
    url: &str,
    reach: Reach,
    on_progress: &OnProgress,
) -> Result<(File, u64), FeedError> {
    download_within(url, reach, on_progress, SILENCE).await
}

pub(super) async fn download_within(
    url: &str,
    reach: Reach,
    on_progress: &OnProgress,
    silence: Duration,
) -> Result<(File, u64), FeedError> {
    let client = client(reach, silence)?;
    let parsed = Url::parse(url).map_err(|e| Code::BadUrl.with(format!("{url} cannot be fetched: {e}")))?;
    reach
        .check_url(&parsed)
        .map_err(|e| Code::BadUrl.with(format!("{url} cannot be fetched: {e}")))?;
    let response = client.get(parsed).send().await.map_err(|e| failure(url, &e))?;
    check(url, &response)?;
    let total_bytes = response.content_length();
    check_size(url, total_bytes.unwrap_or_default())?;
    let stored =
        |e: std::io::Error| Code::Unreadable.with(format!("{url} cannot be kept in a temporary file: {e}"));
    let mut file = tempfile::tempfile().map_err(stored)?;
    let (mut response, mut bytes) = (response, 0);
    while let Some(chunk) = response.chunk().await.map_err(|e| failure(url, &e))? {
        bytes += chunk.len() as u64;
        check_size(url, bytes)?;
        file.write_all(&chunk).map_err(stored)?;
        on_progress(Progress {
            bytes,
            total_bytes,
            ..Progress::default()
        });
    }
    file.seek(SeekFrom::Start(0)).map_err(stored)?;
    Ok((file, bytes))
}

fn client(reach: Reach, silence: Duration) -> Result<Client, FeedError> {
    let redirect = Policy::custom(move |attempt| {
        let from_secure = attempt
            .previous()
            .last()
            .is_some_and(|url| url.scheme() == "https");
        if attempt.previous().len() > MAX_REDIRECTS {
            attempt.error("too many redirects")
        } else if from_secure && attempt.url().scheme() != "https" {
            attempt.error("a redirect from https to something else")
        } else if !reach.may_follow(attempt.previous(), attempt.url()) {
            attempt.error("a redirect from a configured mirror to another host")
        } else if let Err(reason) = reach.check_url(attempt.url()) {
            attempt.error(reason)
        } else {
            attempt.follow()
        }
    });
    let builder = Client::builder()
        .user_agent(concat!("qlrf/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .read_timeout(silence)
        .timeout(WHOLE)
        .redirect(redirect)
        // The digest is that of the published bytes.
        .no_gzip();
    let builder = match reach {
        Reach::Public => builder.dns_resolver(reach::resolver()),
        Reach::Configured => builder,
    };
    builder
        .build()
        .map_err(|e| Code::Unreachable.with(format!("no client for http: {e}")))
}

fn check(url: &str, response: &Response) -> Result<(), FeedError> {
    if response.status() != StatusCode::OK {
        return Err(Code::HttpStatus.with(format!("{url} answered {}", response.status())));
    }
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if kind.starts_with("text/html") {
        return Err(Code::WrongContent.with(format!("{url} answered with a web page instead of a feed")));
    }
    Ok(())
}

fn failure(url: &str, error: &reqwest::Error) -> FeedError {
    let code = if error.is_timeout() {
        Code::TimedOut
    } else if error.is_builder() || error.is_redirect() {
        Code::BadUrl
    } else if error.is_body() || error.is_decode() {
        Code::Truncated
    } else {
        Code::Unreachable
    };
    let mut detail = format!("{url} cannot be fetched");
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        detail = format!("{detail}: {error}");
        cause = error.source();
    }
    code.with(detail)
}
