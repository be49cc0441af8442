//! Requests to the APIs of providers: paced, bounded in time and size, repeated where that helps, never redirected, and sent
//! only to addresses that the operator allows.
//!
//! **Invariant:** whatever is asked of a provider on behalf of an organisation goes through [`Outbound`], so that its pace,
//! its count and its limits hold for all of it. Only questions are asked: each may be sent twice.

mod breaker;
mod clock;
mod download;
mod error;
mod flow;
mod limits;
mod metadata;
mod pace;
mod reach;
mod renewed;
mod retry;

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use qlrf_core::secret::Secret;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy as Redirect;
use reqwest::{Body, Certificate, Client, Identity, Method, Response, StatusCode, Url};
use tokio::fs::File;

use crate::grant::{Grant, Meter};
pub use clock::ClockOffset;
pub use error::{CallError, Outage};
pub(crate) use error::{innermost, misread};
pub use flow::Flow;
pub use limits::Limits;
pub use metadata::MetadataService;
use reach::Reach;
pub use reach::checked;
pub use renewed::Renewed;
pub use retry::{ATTEMPTS_MAX, TEST_ATTEMPTS_MAX, wait_before};

const REQUESTS_PER_SECOND: u32 = 20;
const CONNECT_TIME_MAX: Duration = Duration::from_secs(10);
/// For the head of an answer, and for each piece of its body.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// For all of an answer that is read into memory.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(120);

/// The client of one connector for one collection. Clones share everything.
#[derive(Clone)]
pub struct Outbound(Arc<Shared>);

struct Shared {
    client: Client,
    reach: Reach,
    meter: Meter,
    limits: Limits,
    answer_bytes_max: usize,
    attempts_max: u32,
    throttled: fn(&Answer) -> bool,
    faults_with: Option<StatusCode>,
}

pub struct Options {
    pub limits: Limits,
    pub answer_bytes_max: usize,
    /// How often one request is made until it has an answer.
    pub attempts_max: u32,
    pub connect_time_max: Duration,
    /// In PEM: who signs the provider's certificate, in place of those whom the system trusts.
    pub roots: Option<Vec<u8>>,
    /// In PEM: a certificate with its key, shown to the provider.
    pub identity: Option<Secret>,
    /// A provider's own way to say "slower"; 429 and 503 always mean it.
    pub throttled: fn(&Answer) -> bool,
    /// A server error that is an answer all the same: SOAP says its faults with 500.
    pub faults_with: Option<StatusCode>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            limits: Limits::per_second(REQUESTS_PER_SECOND),
            answer_bytes_max: 32 << 20,
            attempts_max: ATTEMPTS_MAX,
            connect_time_max: CONNECT_TIME_MAX,
            roots: None,
            identity: None,
            throttled: |_| false,
            faults_with: None,
        }
    }
}

/// One question. A signature ages, so it is made anew for each attempt.
pub struct Call {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Call {
    pub fn get(url: Url) -> Call {
        Call {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }
}

/// Of any status but those that ask for patience.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// Where the body of a success goes.
enum To<'a> {
    Memory,
    File { file: &'a mut File, bytes_max: u64 },
}

impl Outbound {
    pub fn new(grant: &Grant, options: Options) -> Result<Outbound, CallError> {
        Outbound::within(
            Reach::Allowed(grant.addresses.clone()),
            grant.meter.clone(),
            options,
        )
    }

    fn within(reach: Reach, meter: Meter, options: Options) -> Result<Outbound, CallError> {
        let mut builder = Client::builder()
            .user_agent(concat!("qlrf/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(options.connect_time_max)
            .read_timeout(SILENCE_MAX)
            // A redirect would carry credentials along, and a proxy would look names up by itself.
            .redirect(Redirect::none())
            .no_proxy()
            .dns_resolver(reach.resolver());
        if let Some(pem) = &options.roots {
            let roots = Certificate::from_pem_bundle(pem);
            builder = builder.tls_certs_only(roots.map_err(|error| CallError::client("its roots", &error))?);
        }
        if let Some(pem) = &options.identity {
            // What is wrong with it is not repeated: it holds a key.
            let identity = Identity::from_pem(pem.expose().as_bytes());
            builder = builder.identity(identity.map_err(|_| {
                CallError::Client("the client certificate or its key cannot be read".to_owned())
            })?);
        }
        Ok(Outbound(Arc::new(Shared {
            client: builder
                .build()
                .map_err(|error| CallError::client("its options", &error))?,
            reach,
            meter,
            limits: options.limits,
            answer_bytes_max: options.answer_bytes_max,
            attempts_max: options.attempts_max,
            throttled: options.throttled,
            faults_with: options.faults_with,
        })))
    }

    /// Asks until there is an answer, or until patience ends.
    pub async fn send(&self, call: impl Fn() -> Call) -> Result<Answer, CallError> {
        self.0.until_answered(call, To::Memory).await
    }
}

impl Shared {
    async fn until_answered(&self, call: impl Fn() -> Call, mut to: To<'_>) -> Result<Answer, CallError> {
        let mut attempt = 0;
        loop {
            let call = call();
            let host = self.reach.checked(&call.url)?;
            self.limits.wait(&host).await?;
            attempt += 1;
            let answered = match &mut to {
                To::Memory => self.answer(call, &host).await,
                To::File { file, bytes_max } => self.download(call, &host, file, *bytes_max).await,
            };
            match answered {
                Err(error) if error.is_passing() && attempt < self.attempts_max => {
                    tokio::time::sleep(wait_before(attempt, error.retry_after())).await;
                }
                Err(error) => {
                    self.limits.failed(&host, &error);
                    return Err(error);
                }
                Ok(answer) => {
                    self.limits.worked(&host);
                    return Ok(answer);
                }
            }
        }
    }

    /// One attempt, beside at most so many others as are allowed.
    async fn answer(&self, call: Call, host: &str) -> Result<Answer, CallError> {
        let _place = self.limits.place().await;
        self.meter.count();
        let response = self.ask(call, host).await?;
        let reading = read(response, self.answer_bytes_max, host);
        let answer = tokio::time::timeout(ANSWER_TIME_MAX, reading).await;
        let answer = answer.map_err(|_| CallError::timed_out(host))??;
        match (self.throttled)(&answer) {
            true => Err(CallError::throttled(host, &answer.headers)),
            false => Ok(answer),
        }
    }

    async fn ask(&self, call: Call, host: &str) -> Result<Response, CallError> {
        let request = self.client.request(call.method, call.url).headers(call.headers);
        let request = match call.body.is_empty() {
            true => request,
            false => request.body(Body::from(call.body)),
        };
        let response = request
            .send()
            .await
            .map_err(|error| CallError::transport(host, &error))?;
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                Err(CallError::throttled(host, response.headers()))
            }
            status if Some(status) == self.faults_with => Ok(response),
            status if status.is_server_error() => Err(CallError::ServerError {
                host: host.to_owned(),
                status,
            }),
            _ => Ok(response),
        }
    }
}

async fn read(response: Response, bytes_max: usize, host: &str) -> Result<Answer, CallError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| CallError::transport(host, &error))?;
        if body.len() + piece.len() > bytes_max {
            return Err(CallError::TooLarge {
                host: host.to_owned(),
                bytes_max,
            });
        }
        body.extend_from_slice(&piece);
    }
    Ok(Answer {
        status,
        headers,
        body,
    })
}

#[cfg(test)]
mod tests;
