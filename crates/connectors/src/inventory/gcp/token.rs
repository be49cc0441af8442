//! Where access tokens come from: a key file, or the token of another issuer.
//!
//! **Invariant:** what proves who we are is sent to Google, or to the endpoint that the configuration names, and nowhere else,
//! whatever a key file says.

use async_trait::async_trait;
use qlrf_core::secret::Secret;
use qlrf_core::time::{self, Timestamp};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::super::rest::{self, Granted, Question, Rest, RestError, Tokens};
use super::super::text::moment;
use super::api::{Places, Service};
use super::config::Credential;
use super::key::KeyFile;
use crate::outbound::{Call, Outbound};
use crate::secret::{OrgSecrets, Reference};

/// Roles say what may be read; narrower scopes exist for some of the services only.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// What key files of Google say, now and of old.
const GOOGLE: [&str; 3] = [
    "https://oauth2.googleapis.com/token",
    "https://accounts.google.com/o/oauth2/token",
    "https://www.googleapis.com/oauth2/v4/token",
];
const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

#[derive(Clone)]
pub struct Source {
    pub secrets: OrgSecrets,
    pub credential: Credential,
    pub places: Places,
}

/// The token that the other issuer's is exchanged for.
struct Exchange {
    source: Source,
    audience: String,
    subject_token_type: String,
}

#[async_trait]
impl Tokens for Source {
    async fn obtain(&self, outbound: &Outbound) -> Result<(Secret, Option<Timestamp>), RestError> {
        match &self.credential {
            Credential::KeyFile { key } => self.of_key_file(outbound, key).await,
            Credential::Federation {
                audience,
                subject_token_type,
                service_account,
                ..
            } => {
                let exchange = Exchange {
                    source: self.clone(),
                    audience: audience.clone(),
                    subject_token_type: subject_token_type.clone(),
                };
                match service_account {
                    None => exchange.obtain(outbound).await,
                    Some(email) => self.acting_as(email, exchange, outbound).await,
                }
            }
        }
    }
}

impl Source {
    /// Who asks, for people.
    pub async fn name(&self) -> Result<String, RestError> {
        match &self.credential {
            Credential::KeyFile { key } => Ok(KeyFile::parse(&self.fetch(key).await?)?.email),
            Credential::Federation {
                audience,
                service_account,
                ..
            } => Ok(service_account.clone().unwrap_or_else(|| audience.clone())),
        }
    }

    async fn of_key_file(
        &self,
        outbound: &Outbound,
        key: &Reference,
    ) -> Result<(Secret, Option<Timestamp>), RestError> {
        let key = KeyFile::parse(&self.fetch(key).await?)?;
        let url = self.places.url(Service::OAuth, &["token"]);
        if !GOOGLE.contains(&&*key.token_uri) && key.token_uri != url.as_str() {
            let said: String = key.token_uri.chars().take(200).collect();
            return Err(RestError::Credential(format!(
                "the key file wants to be shown to \"{said}\", which is neither Google's nor the configured endpoint"
            )));
        }
        let assertion = key.assertion(SCOPE, time::now())?;
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            .append_pair("assertion", assertion.expose())
            .finish();
        let asked_at = time::now();
        let granted: Granted = post(outbound, "a token for the key file", url, FORM, form).await?;
        Ok(granted.held(asked_at))
    }

    async fn acting_as(
        &self,
        email: &str,
        exchange: Exchange,
        outbound: &Outbound,
    ) -> Result<(Secret, Option<Timestamp>), RestError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            access_token: String,
            expire_time: Option<String>,
        }
        let generate = format!("{email}:generateAccessToken");
        let path = ["v1", "projects", "-", "serviceAccounts", &generate];
        let question = Question {
            action: "iam.serviceAccounts.getAccessToken",
            url: self.places.url(Service::IamCredentials, &path),
            body: Some(json!({ "scope": [SCOPE], "lifetime": "3600s" })),
        };
        let federated = Rest::new(outbound.clone(), Box::new(exchange));
        let answer: Answer = federated.ask(&question).await?;
        let until = moment(answer.expire_time.as_deref());
        Ok((Secret::new(answer.access_token), until))
    }

    async fn fetch(&self, reference: &Reference) -> Result<Secret, RestError> {
        let fetched = self.secrets.fetch(reference).await;
        fetched.map_err(|error| RestError::Credential(error.to_string()))
    }
}

#[async_trait]
impl Tokens for Exchange {
    async fn obtain(&self, outbound: &Outbound) -> Result<(Secret, Option<Timestamp>), RestError> {
        let subject = self.source.fetch(self.source.credential.reference()).await?;
        let body = json!({
            "grantType": "urn:ietf:params:oauth:grant-type:token-exchange",
            "audience": self.audience,
            "scope": SCOPE,
            "requestedTokenType": "urn:ietf:params:oauth:token-type:access_token",
            "subjectToken": subject.expose().trim(),
            "subjectTokenType": self.subject_token_type,
        });
        let url = self.source.places.url(Service::Sts, &["v1", "token"]);
        let asked_at = time::now();
        let granted: Granted = post(
            outbound,
            "an exchange of the subject token",
            url,
            JSON,
            body.to_string(),
        )
        .await?;
        Ok(granted.held(asked_at))
    }
}

/// Whoever gives tokens refuses the credential, whatever status it says it with.
async fn post<T: DeserializeOwned>(
    outbound: &Outbound,
    action: &str,
    url: Url,
    content_type: &'static str,
    body: String,
) -> Result<T, RestError> {
    let headers: HeaderMap = [(CONTENT_TYPE, HeaderValue::from_static(content_type))]
        .into_iter()
        .collect();
    let call = || Call {
        method: Method::POST,
        url: url.clone(),
        headers: headers.clone(),
        body: body.clone().into_bytes(),
    };
    let answer = outbound.send(call).await.map_err(|error| RestError::Call {
        action: action.to_owned(),
        error,
    })?;
    rest::read(action, &answer).map_err(|error| match error {
        RestError::Refused { .. } => RestError::Credential(error.to_string()),
        other => other,
    })
}
