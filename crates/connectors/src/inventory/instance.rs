//! The identity of the machine that the server runs on, which the metadata service of its cloud gives to whatever runs there.
//!
//! **Invariant:** the operator allowed it to the organisation, and address and path of each question stand in the code. A
//! configuration says no more than that this identity is meant, and which one of several.

use std::time::Duration;

use qlrf_core::secret::Secret;
use qlrf_core::time::{self, Timestamp};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::ConfigError;
use super::rest::{RestError, read};
use crate::address;
use crate::grant::Grant;
use crate::outbound::{Answer, Call, CallError, MetadataService, Outbound};

/// With all attempts. A machine that has no such service may never hear that it has none.
const TIME_MAX: Duration = Duration::from_secs(6);
const AWS_ROLE: &str = "/latest/meta-data/iam/security-credentials/";
/// For the three questions that it is begun for.
const AWS_SESSION_SECONDS: &str = "60";
const NOT_ALLOWED: &str = "the operator of the server has not allowed the identity of its machine to this organisation; see `qlrf serve --allow-instance-identity`";

#[derive(Debug, thiserror::Error)]
#[error("the machine of the server gave no identity: {0}")]
pub struct IdentityError(pub String);

/// Before anything is asked: `place` of the configuration wants it.
pub fn check(kind: &str, place: &str, grant: &Grant) -> Result<(), ConfigError> {
    match grant.instance {
        Some(_) => Ok(()),
        None => Err(ConfigError::at(kind, place, NOT_ALLOWED)),
    }
}

/// A token speaks for the machine of the server, and is shown to its cloud alone: who answers at an endpoint of the configuration
/// could keep it. The machine itself, where the operator allowed to connect to it, has the identity anyway. `own`: a domain below
/// which only the cloud itself sees what it is asked.
pub fn check_endpoint(kind: &str, url: &Url, own: Option<&str>) -> Result<(), ConfigError> {
    let host = url.host_str().unwrap_or_default();
    let below = |own: &str| host.strip_suffix(own).is_some_and(|name| name.ends_with('.'));
    if address::literal(host).is_some_and(|ip| ip.is_loopback()) || own.is_some_and(below) {
        return Ok(());
    }
    let reason =
        "the identity of the server's machine is shown to its cloud alone, and to nobody at another endpoint";
    Err(ConfigError::at(kind, "endpoint", reason))
}

/// The way to the identity, for one collection. Clones share everything.
#[derive(Clone)]
pub struct Instance(Option<(MetadataService, Outbound)>);

/// One question. The header tells the service that no page of a browser asks.
struct Question<'a> {
    method: Method,
    path: &'a str,
    query: &'a [(&'a str, &'a str)],
    header: (&'static str, &'a str),
}

impl Instance {
    pub fn new(grant: &Grant) -> Result<Instance, CallError> {
        let Some(service) = grant.instance.clone() else {
            return Ok(Instance(None));
        };
        let outbound = Outbound::of_metadata(&service, grant.meter.clone())?;
        Ok(Instance(Some((service, outbound))))
    }

    /// A token of the managed identity: `client_id` says of which, where the machine has several
    /// (<https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>).
    pub async fn azure_token(
        &self,
        resource: &str,
        client_id: Option<&str>,
    ) -> Result<(Secret, Timestamp), IdentityError> {
        #[derive(Deserialize)]
        struct Granted {
            access_token: String,
            /// Seconds since 1970, in a text. It may be older than the question: the service keeps tokens.
            expires_on: String,
        }
        let mut query = vec![("api-version", "2018-02-01"), ("resource", resource)];
        query.extend(client_id.map(|id| ("client_id", id)));
        let question = Question {
            method: Method::GET,
            path: "/metadata/identity/oauth2/token",
            query: &query,
            header: ("metadata", "true"),
        };
        let granted: Granted = told(&self.ask(&question).await?)?;
        let until = granted.expires_on.parse().ok();
        let until = until.and_then(|seconds| Timestamp::from_unix_timestamp(seconds).ok());
        let until = until.ok_or_else(|| unavailable("expires_on is no time"))?;
        Ok((Secret::new(granted.access_token), until))
    }

    /// A token of the attached service account
    /// (<https://cloud.google.com/compute/docs/access/authenticate-workloads#applications>).
    pub async fn google_token(&self) -> Result<(Secret, Timestamp), IdentityError> {
        #[derive(Deserialize)]
        struct Granted {
            access_token: String,
            /// Seconds.
            expires_in: u32,
        }
        let asked_at = time::now();
        let granted: Granted = told(&self.ask_google("token").await?)?;
        let until = asked_at + time::Duration::seconds(granted.expires_in.into());
        Ok((Secret::new(granted.access_token), until))
    }

    /// The name of that account.
    pub async fn google_email(&self) -> Result<String, IdentityError> {
        text(&self.ask_google("email").await?)
    }

    async fn ask_google(&self, what: &str) -> Result<Answer, IdentityError> {
        const FLAVOR: (&str, &str) = ("metadata-flavor", "Google");
        let question = Question {
            method: Method::GET,
            path: &format!("/computeMetadata/v1/instance/service-accounts/default/{what}"),
            query: &[],
            header: FLAVOR,
        };
        let answer = self.ask(&question).await?;
        let (name, google) = FLAVOR;
        match answer.headers.get(name).is_some_and(|flavor| flavor == google) {
            true => Ok(answer),
            false => Err(unavailable("what answers is no metadata service of Google")),
        }
    }

    /// The keys of the role of the instance profile, for a while, as the service writes them. Only its second version is spoken, whose
    /// session a request that somebody else was talked into cannot begin
    /// (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html>).
    pub async fn aws_keys<T: DeserializeOwned>(&self) -> Result<T, IdentityError> {
        let begin = Question {
            method: Method::PUT,
            path: "/latest/api/token",
            query: &[],
            header: ("x-aws-ec2-metadata-token-ttl-seconds", AWS_SESSION_SECONDS),
        };
        let session = text(&self.ask(&begin).await?)?;
        let of = |path| Question {
            method: Method::GET,
            path,
            query: &[],
            header: ("x-aws-ec2-metadata-token", &session),
        };
        let role = text(&self.ask(&of(AWS_ROLE)).await?)?;
        // It becomes part of a path (IAM's names of roles).
        let sound = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
        if role.is_empty() || !role.bytes().all(sound) {
            return Err(unavailable("the name of its role is none"));
        }
        told(&self.ask(&of(&format!("{AWS_ROLE}{role}"))).await?)
    }

    async fn ask(&self, question: &Question<'_>) -> Result<Answer, IdentityError> {
        let (service, outbound) = self.0.as_ref().ok_or_else(|| unavailable(NOT_ALLOWED))?;
        let mut url = service.url(question.path);
        if !question.query.is_empty() {
            url.query_pairs_mut().extend_pairs(question.query);
        }
        let (name, value) = question.header;
        let mut value = HeaderValue::from_str(value)
            .map_err(|_| unavailable("its session has characters that no header takes"))?;
        value.set_sensitive(true);
        let headers = HeaderMap::from_iter([(HeaderName::from_static(name), value)]);
        let call = || Call {
            method: question.method.clone(),
            headers: headers.clone(),
            ..Call::get(url.clone())
        };
        let asked = tokio::time::timeout(TIME_MAX, outbound.send(call)).await;
        let asked = asked.map_err(|_| unavailable("no metadata service answered in time"))?;
        asked.map_err(unavailable)
    }
}

fn unavailable(reason: impl std::fmt::Display) -> IdentityError {
    IdentityError(reason.to_string())
}

/// An answer that is a word.
fn text(answer: &Answer) -> Result<String, IdentityError> {
    if !answer.status.is_success() {
        return Err(unavailable(format_args!(
            "its metadata service answered {}",
            answer.status
        )));
    }
    let word = std::str::from_utf8(&answer.body).map(str::trim);
    let word = word.map_err(|_| unavailable("what its metadata service answered is no text"))?;
    Ok(word.to_owned())
}

fn told<T: DeserializeOwned>(answer: &Answer) -> Result<T, IdentityError> {
    read("its metadata service", answer).map_err(|error| match error {
        // The reason may repeat a word of what holds a token.
        RestError::Unreadable { .. } => unavailable("what its metadata service answered is no credential"),
        error => unavailable(error),
    })
}
