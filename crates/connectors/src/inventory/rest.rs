//! APIs of clouds that are asked and answer in JSON, and know us by a bearer token (RFC 6750).

use std::sync::Arc;

use async_trait::async_trait;
use qlrf_core::secret::Secret;
use qlrf_core::time::Timestamp;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::instance::IdentityError;
use super::out::Failure;
use crate::outbound::{Answer, Call, CallError, ClockOffset, Outbound, Renewed, misread};

/// Of what a provider says in its own words.
const MESSAGE_CHARS_MAX: usize = 400;
/// Google's word for an API that nobody switched on. Whoever may ask is told so too.
const SERVICE_DISABLED: &str = "SERVICE_DISABLED";

/// Where tokens come from.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// One, and when its time is over.
    async fn obtain(&self, outbound: &Outbound) -> Result<(Secret, Option<Timestamp>), RestError>;
}

#[derive(Debug, thiserror::Error)]
pub enum RestError {
    #[error("{action} was not answered: {error}")]
    Call { action: String, error: CallError },
    #[error("{action} was refused: {code}: {message}")]
    Refused {
        action: String,
        status: StatusCode,
        /// As the provider calls it: `AuthorizationFailed`, `PERMISSION_DENIED`.
        code: String,
        message: String,
    },
    #[error("the answer to {action} cannot be read: {reason}")]
    Unreadable { action: String, reason: String },
    /// What was signed is not of the server's time, as the clocks differ.
    #[error("{action} was refused for its time ({code}): {offset}")]
    Clock {
        action: String,
        code: String,
        offset: ClockOffset,
    },
    /// There is nothing to obtain a token with, or nobody gives one for it.
    #[error("{0}")]
    Credential(String),
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

impl Failure for RestError {
    fn code(&self) -> &'static str {
        match self {
            RestError::Call { error, .. } => error.code(),
            RestError::Unreadable { .. } => "answer_unreadable",
            RestError::Credential(_) => "credential_refused",
            RestError::Identity(_) => "instance_identity_unavailable",
            RestError::Clock { .. } => "clock_skewed",
            RestError::Refused { status, code, .. } => match *status {
                StatusCode::FORBIDDEN if code == SERVICE_DISABLED => "service_disabled",
                StatusCode::FORBIDDEN => "permission_missing",
                StatusCode::UNAUTHORIZED => "credential_expired",
                _ => "provider_refused",
            },
        }
    }
}

impl RestError {
    /// Whoever we are may not do this; asking for something else may work.
    pub fn is_permission(&self) -> bool {
        self.is(StatusCode::FORBIDDEN)
    }

    /// There is no such thing.
    pub fn is_missing(&self) -> bool {
        self.is(StatusCode::NOT_FOUND)
    }

    fn is(&self, wanted: StatusCode) -> bool {
        matches!(self, RestError::Refused { status, .. } if *status == wanted)
    }
}

/// One question.
#[derive(Clone)]
pub struct Question {
    /// As the provider's roles name it: `Microsoft.Compute/virtualMachines/read`, `compute.instances.list`.
    pub action: &'static str,
    pub url: Url,
    /// With one it is a POST.
    pub body: Option<Value>,
}

/// The way to one provider for one collection, as one account. Clones share everything.
#[derive(Clone)]
pub struct Rest(Arc<Shared>);

struct Shared {
    outbound: Outbound,
    tokens: Box<dyn Tokens>,
    held: Renewed<Secret>,
}

impl Rest {
    pub fn new(outbound: Outbound, tokens: Box<dyn Tokens>) -> Rest {
        let held = Renewed::default();
        Rest(Arc::new(Shared {
            outbound,
            tokens,
            held,
        }))
    }

    /// Asks again with a renewed token when the provider no longer takes the one at hand.
    pub async fn ask<T: DeserializeOwned>(&self, question: &Question) -> Result<T, RestError> {
        let token = self.token(None).await?;
        let answer = self.send(question, &token).await?;
        let answer = match answer.status {
            StatusCode::UNAUTHORIZED => {
                let token = self.token(Some(&token)).await?;
                self.send(question, &token).await?
            }
            _ => answer,
        };
        read(question.action, &answer)
    }

    /// `expired`: another one than this.
    async fn token(&self, expired: Option<&Arc<Secret>>) -> Result<Arc<Secret>, RestError> {
        let shared = &*self.0;
        let obtain = shared.tokens.obtain(&shared.outbound);
        shared.held.get(expired, obtain).await
    }

    async fn send(&self, question: &Question, token: &Secret) -> Result<Answer, RestError> {
        let headers = headers(token)?;
        let body = question.body.as_ref().map(Value::to_string);
        let call = || Call {
            method: match &body {
                Some(_) => Method::POST,
                None => Method::GET,
            },
            url: question.url.clone(),
            headers: headers.clone(),
            body: body.clone().unwrap_or_default().into_bytes(),
        };
        let answer = self.0.outbound.send(call).await;
        answer.map_err(|error| RestError::Call {
            action: question.action.to_owned(),
            error,
        })
    }
}

fn headers(token: &Secret) -> Result<HeaderMap, RestError> {
    let bearer = HeaderValue::try_from(format!("Bearer {}", token.expose()));
    let mut bearer =
        bearer.map_err(|_| RestError::Credential("the token cannot be sent in a header".to_owned()))?;
    bearer.set_sensitive(true);
    let json = HeaderValue::from_static("application/json");
    Ok([(AUTHORIZATION, bearer), (CONTENT_TYPE, json)]
        .into_iter()
        .collect())
}

/// What was answered, or why it was refused.
pub fn read<T: DeserializeOwned>(action: &str, answer: &Answer) -> Result<T, RestError> {
    if !answer.status.is_success() {
        return Err(refused(action, answer));
    }
    serde_json::from_slice(&answer.body).map_err(|error| RestError::Unreadable {
        action: action.to_owned(),
        reason: misread(&error),
    })
}

fn refused(action: &str, answer: &Answer) -> RestError {
    let (code, message) = refusal(answer).unwrap_or_else(|| (answer.status.to_string(), String::new()));
    RestError::Refused {
        action: action.to_owned(),
        status: answer.status,
        code,
        message: message.chars().take(MESSAGE_CHARS_MAX).collect(),
    }
}

/// Code and message of `{"error": {"code": "…", "message": "…"}}`, of the same with a `status` beside a number
/// (google.rpc.Status, whose details may give a more exact `reason`), or of `{"error": "…", "error_description": "…"}` (RFC 6749, 5.2).
fn refusal(answer: &Answer) -> Option<(String, String)> {
    #[derive(Deserialize)]
    struct Body {
        error: Told,
        #[serde(default)]
        error_description: String,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Told {
        Word(String),
        Whole {
            status: Option<String>,
            code: Option<Value>,
            #[serde(default)]
            message: String,
            details: Option<Vec<Value>>,
        },
    }
    let body: Body = serde_json::from_slice(&answer.body).ok()?;
    Some(match body.error {
        Told::Word(code) => (code, body.error_description),
        Told::Whole {
            status,
            code,
            message,
            details,
        } => {
            let mut details = details.iter().flatten();
            let reason = details.find_map(|detail| detail.get("reason")?.as_str());
            let status = reason.map(str::to_owned).or(status);
            let code = code.map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned));
            (status.or(code).unwrap_or_default(), message)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_refusal_says_why() {
        for (status, body, expected) in [
            (
                403,
                r#"{"error":{"code":"AuthorizationFailed","message":"m"}}"#,
                "AuthorizationFailed: m",
            ),
            (
                403,
                r#"{"error":{"code":403,"status":"PERMISSION_DENIED","message":"m"}}"#,
                "PERMISSION_DENIED: m",
            ),
            (
                403,
                r#"{"error":{"code":403,"status":"PERMISSION_DENIED","message":"m","details":[{"@type":"t"},{"reason":"SERVICE_DISABLED"}]}}"#,
                "SERVICE_DISABLED: m",
            ),
            (
                400,
                r#"{"error":"invalid_client","error_description":"m"}"#,
                "invalid_client: m",
            ),
            (
                404,
                r#"{"error":{"code":404,"message":"m","details":null}}"#,
                "404: m",
            ),
            (418, "<html>tea</html>", "418 I'm a teapot: "),
        ] {
            let answer = Answer {
                status: StatusCode::from_u16(status).unwrap(),
                headers: HeaderMap::new(),
                body: body.as_bytes().to_vec(),
            };
            let error = read::<Value>("x/read", &answer).unwrap_err();
            assert_eq!(error.to_string(), format!("x/read was refused: {expected}"));
            assert_eq!(error.is_permission(), status == 403);
        }
    }
}
