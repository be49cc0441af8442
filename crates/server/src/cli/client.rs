//! The typed HTTP client of the CLI.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::failure::{Failure, Result};
use crate::api::routes::PREFIX;
use crate::api::types::page::PageBody;
use crate::api::types::problem::ProblemDetails;

const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);
const REQUEST_TIME_MAX: Duration = Duration::from_secs(60);

pub struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

/// One segment of a path: a name may hold anything.
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => {
                out.push(char::from(byte))
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

impl Client {
    pub fn new(server: &str, token: &str) -> Result<Client> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIME_MAX)
            .timeout(REQUEST_TIME_MAX)
            // The server never redirects, and the token must not follow anyone who does.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("qlrf/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Failure::other(format!("the HTTP client could not be made: {error}")))?;
        Ok(Client {
            http,
            base: server.trim_end_matches('/').to_owned(),
            token: token.to_owned(),
        })
    }

    pub fn server(&self) -> &str {
        &self.base
    }

    /// `path` is below `/api/v1`.
    pub async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)]) -> Result<T> {
        let mut path = path.to_owned();
        if !query.is_empty() {
            path.push('?');
            path.push_str(&serde_urlencoded::to_string(query).expect("pairs of text always encode"));
        }
        self.send(self.request(Method::GET, &path)).await
    }

    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn patch<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.send(self.request(Method::PATCH, path).json(body)).await
    }

    pub async fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Up to `most` items of a list, page by page.
    pub async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
        most: usize,
    ) -> Result<PageBody<T>> {
        let mut all: Option<PageBody<T>> = None;
        loop {
            let have = all.as_ref().map_or(0, |page| page.items.len());
            let mut query = query.to_vec();
            query.push((
                "limit",
                (most - have)
                    .clamp(1, crate::api::page::LIMIT_MAX as usize)
                    .to_string(),
            ));
            if let Some(cursor) = all.as_ref().and_then(|page| page.next_cursor.clone()) {
                query.push(("cursor", cursor));
            }
            let mut page: PageBody<T> = self.get(path, &query).await?;
            if let Some(before) = all.take() {
                page.items.splice(0..0, before.items);
            }
            if page.next_cursor.is_none() || page.items.len() >= most {
                return Ok(page);
            }
            all = Some(page);
        }
    }

    /// A request with the credential, for what the typed calls do not cover: uploads, downloads, streams, and paths
    /// outside `/api/v1` (which start with two slashes).
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = match path.strip_prefix("//") {
            Some(outside) => format!("{}/{outside}", self.base),
            None => format!("{}{PREFIX}{path}", self.base),
        };
        self.http.request(method, url).bearer_auth(&self.token)
    }

    pub async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T> {
        let response = self.send_raw(request).await?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(|error| self.unreachable(&error))?;
        let text: &[u8] = if status == StatusCode::NO_CONTENT {
            b"null"
        } else {
            &bytes
        };
        serde_json::from_slice(text).map_err(|error| {
            Failure::other(format!("the answer of {} is not understood: {error}", self.base))
                .hint("use the same version of `qlrf` as the server; `qlrf status` shows both")
        })
    }

    /// A successful answer with its body unread.
    pub async fn send_raw(&self, request: RequestBuilder) -> Result<Response> {
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let bytes = response.bytes().await.map_err(|error| self.unreachable(&error))?;
        match serde_json::from_slice::<ProblemDetails>(&bytes) {
            Ok(problem) => Err(problem.into()),
            Err(_) => Err(Failure::other(format!(
                "{} answered {status}, and not as a qlrf server does",
                self.base
            ))
            .hint("check --server")),
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        Failure::unavailable(format!("{} does not answer: {cause}", self.base))
            .hint("start it with `qlrf serve`, or name another with --server")
    }
}
