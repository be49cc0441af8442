//! Access tokens, from an authorisation server (RFC 6749, 5).

use qlrf_core::secret::Secret;
use qlrf_core::time::{self, Duration, Timestamp};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde::Deserialize;

use super::rest::{RestError, read};
use crate::outbound::{Call, ClockOffset, Outbound};

pub const FORM: &str = "application/x-www-form-urlencoded";
pub const JSON: &str = "application/json";
/// How Google and Microsoft Entra ID say that a statement is not of this time: <https://developers.google.com/identity/protocols/oauth2/service-account#error-codes>,
/// AADSTS700024 of <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
const NOT_OF_THIS_TIME: [&str; 2] = ["in a reasonable timeframe", "is not within its valid time range"];

/// Who is asked for a token, and how.
pub struct Grantor {
    /// For people.
    pub action: &'static str,
    pub url: Url,
    pub content_type: &'static str,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// Seconds.
    expires_in: u32,
}

impl Grantor {
    /// A token, with the end of its time, counted from when it was asked for.
    pub async fn ask(
        self,
        outbound: &Outbound,
        body: &Secret,
    ) -> Result<(Secret, Option<Timestamp>), RestError> {
        let kind = HeaderValue::from_static(self.content_type);
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, kind)]);
        let call = || Call {
            method: Method::POST,
            url: self.url.clone(),
            headers: headers.clone(),
            body: body.expose().as_bytes().to_vec(),
        };
        let asked_at = time::now();
        let answer = outbound.send(call).await.map_err(|error| RestError::Call {
            action: self.action.to_owned(),
            error,
        })?;
        let offset = ClockOffset::notable(&answer);
        let granted: Granted = read(self.action, &answer).map_err(|error| refused(error, offset))?;
        let until = asked_at + Duration::seconds(granted.expires_in.into());
        Ok((Secret::new(granted.access_token), Some(until)))
    }
}

/// Whoever gets no token has no credential, whatever status says so. What differs at each try is left out.
fn refused(error: RestError, offset: Option<ClockOffset>) -> RestError {
    let (action, code, message) = match error {
        RestError::Refused {
            action,
            code,
            message,
            ..
        } => (action, code, message),
        // The reason may repeat a word of what holds a token.
        RestError::Unreadable { action, .. } => {
            let reason = "it is no token with its time".to_owned();
            return RestError::Unreadable { action, reason };
        }
        error => return error,
    };
    let untimely = NOT_OF_THIS_TIME.iter().any(|words| message.contains(words));
    if let Some(offset) = offset.filter(|_| untimely) {
        return RestError::Clock { action, code, offset };
    }
    let message = message.split(" Trace ID:").next().unwrap_or_default();
    let message = message.lines().next().unwrap_or_default();
    RestError::Credential(format!("{action} was refused: {code}: {message}"))
}
