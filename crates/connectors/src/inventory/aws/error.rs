//! Why AWS did not give what it was asked for.

use super::super::instance::IdentityError;
use super::super::out::Failure;
use crate::outbound::{Answer, CallError, ClockOffset};

/// Of what AWS says in its own words.
const MESSAGE_CHARS_MAX: usize = 400;

#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    #[error("{action} was not answered: {error}")]
    Call { action: String, error: CallError },
    #[error("{action} was refused: {code}: {message}")]
    Refused {
        action: String,
        code: String,
        message: String,
    },
    /// What was signed is not of AWS's time.
    #[error("{action} was refused for its time ({code}){}", told(*.offset))]
    Clock {
        action: String,
        code: String,
        offset: Option<ClockOffset>,
    },
    #[error("the answer to {action} cannot be read: {reason}")]
    Unreadable { action: String, reason: String },
    #[error("{0}")]
    Secret(String),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error("the credential is of account {found}, not of {expected}")]
    OtherAccount { expected: String, found: String },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    Permission,
    Expired,
    Credential,
    Other,
}

impl Failure for AwsError {
    fn code(&self) -> &'static str {
        match self {
            AwsError::Call { error, .. } => error.code(),
            AwsError::Clock { .. } => "clock_skewed",
            AwsError::Identity(_) => "instance_identity_unavailable",
            AwsError::Unreadable { .. } => "answer_unreadable",
            AwsError::Secret(_) | AwsError::OtherAccount { .. } => "credential_refused",
            AwsError::Refused { code, .. } => match reason(code) {
                Reason::Permission => "permission_missing",
                Reason::Expired => "credential_expired",
                Reason::Credential => "credential_refused",
                Reason::Other => "provider_refused",
            },
        }
    }
}

impl AwsError {
    /// Whoever we are may not do this; asking for something else may work.
    pub fn is_permission(&self) -> bool {
        self.is(Reason::Permission)
    }

    pub fn is_expired(&self) -> bool {
        self.is(Reason::Expired)
    }

    /// Allowed, and refused for what was asked: no such thing, not here.
    pub fn is_other(&self) -> bool {
        self.is(Reason::Other)
    }

    fn is(&self, wanted: Reason) -> bool {
        matches!(self, AwsError::Refused { code, .. } if reason(code) == wanted)
    }
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html> and the common errors of each service.
fn reason(code: &str) -> Reason {
    match code {
        "UnauthorizedOperation" | "AccessDenied" | "AccessDeniedException" | "NotAuthorized" => {
            Reason::Permission
        }
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => Reason::Expired,
        "AuthFailure"
        | "IncompleteSignature"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClientException" => Reason::Credential,
        _ => Reason::Other,
    }
}

const SLOWER: &[&str] = &[
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "PriorRequestNotComplete",
    "BandwidthLimitExceeded",
];

/// AWS says "slower" with a status of 400 as well.
pub fn is_throttled(answer: &Answer) -> bool {
    answer.status.is_client_error()
        && refusal(answer).is_some_and(|(code, _)| SLOWER.contains(&code.as_str()))
}

/// Code and message of an answer that is none.
pub fn refused(action: String, answer: &Answer) -> AwsError {
    let (code, message) = refusal(answer).unwrap_or_else(|| (answer.status.to_string(), String::new()));
    let offset = ClockOffset::notable(answer);
    if is_untimely(&code, &message, offset) {
        return AwsError::Clock { action, code, offset };
    }
    AwsError::Refused {
        action,
        code,
        message: message.chars().take(MESSAGE_CHARS_MAX).collect(),
    }
}

/// Some services say it; others refuse the signature, as EC2 does with `AuthFailure`, and only their clock tells why.
fn is_untimely(code: &str, message: &str, offset: Option<ClockOffset>) -> bool {
    let said = ["Signature expired", "Signature not yet current"];
    match code {
        "RequestInTheFuture" | "RequestTimeTooSkewed" => true,
        "InvalidSignatureException" | "SignatureDoesNotMatch" => {
            offset.is_some() || said.iter().any(|words| message.starts_with(words))
        }
        "AuthFailure" | "RequestExpired" => offset.is_some(),
        _ => false,
    }
}

/// The words of AWS name the second, which differs at each try.
fn told(offset: Option<ClockOffset>) -> String {
    offset.map_or_else(String::new, |offset| format!(": {offset}"))
}

fn refusal(answer: &Answer) -> Option<(String, String)> {
    let text = std::str::from_utf8(&answer.body).ok()?;
    match text.trim_start().starts_with('{') {
        true => of_json(text),
        false => of_xml(text),
    }
}

fn of_json(text: &str) -> Option<(String, String)> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let kind = value.get("__type").or_else(|| value.get("code"))?.as_str()?;
    // `namespace#Name`, and `Name:http://…` in older services.
    let code = kind.rsplit('#').next()?.split(':').next()?.to_owned();
    let message = value.get("message").or_else(|| value.get("Message"));
    let message = message.and_then(|message| message.as_str()).unwrap_or_default();
    Some((code, message.to_owned()))
}

/// `Response/Errors/Error` of EC2, `ErrorResponse/Error` of the others.
fn of_xml(text: &str) -> Option<(String, String)> {
    #[derive(serde::Deserialize)]
    struct Body {
        #[serde(rename = "Errors")]
        errors: Option<Errors>,
        #[serde(rename = "Error")]
        error: Option<Error>,
    }
    #[derive(serde::Deserialize)]
    struct Errors {
        #[serde(rename = "Error")]
        error: Error,
    }
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Error {
        code: String,
        #[serde(default)]
        message: String,
    }
    let body: Body = quick_xml::de::from_str(text).ok()?;
    let error = body.error.or(body.errors.map(|errors| errors.error))?;
    Some((error.code, error.message))
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    const EC2: &str = "<?xml version=\"1.0\"?><Response><Errors><Error><Code>CODE</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID></Response>";
    const QUERY: &str = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>CODE</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>";
    const JSON: &str = "{\"__type\":\"com.amazonaws.ssm#CODE\",\"message\":\"m\"}";

    #[test]
    fn each_protocol_says_why() {
        for form in [EC2, QUERY, JSON] {
            for (code, expected) in [
                ("UnauthorizedOperation", "permission_missing"),
                ("AccessDeniedException", "permission_missing"),
                ("ExpiredToken", "credential_expired"),
                ("AuthFailure", "credential_refused"),
                ("OptInRequired", "provider_refused"),
            ] {
                let error = refused("x:Y".into(), &answer(403, &form.replace("CODE", code)));
                assert_eq!(error.code(), expected, "{form}");
                assert_eq!(error.to_string(), format!("x:Y was refused: {code}: m"));
            }
            let slower = |code| is_throttled(&answer(400, &form.replace("CODE", code)));
            assert!(slower("Throttling") && slower("ThrottlingException") && slower("RequestLimitExceeded"));
            assert!(!slower("AccessDenied"));
        }
        assert!(!is_throttled(&answer(200, &EC2.replace("CODE", "Throttling"))));
        let unknown = refused("x:Y".into(), &answer(418, "<html>tea</html>"));
        assert_eq!(unknown.code(), "provider_refused");
    }
}
