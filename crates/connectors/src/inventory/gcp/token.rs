//! Where access tokens come from: a key file, the token of another issuer, or the server's own machine.
//!
//! **Invariant:** what proves who we are is sent to Google, or to the endpoint that the configuration names, and nowhere else,
//! whatever a key file says.

use async_trait::async_trait;
use qlrf_core::secret::Secret;
use qlrf_core::time::{self, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::super::granted::{FORM, Grantor, JSON};
use super::super::instance::Instance;
use super::super::rest::{Question, Rest, RestError, Tokens};
use super::super::text::moment;
use super::api::{Places, Service};
use super::config::Credential;
use super::key::KeyFile;
use crate::outbound::Outbound;
use crate::secret::{OrgSecrets, Reference};

/// Roles say what may be read; narrower scopes exist for some of the services only.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// What key files of Google say, now and of old.
const GOOGLE: [&str; 3] = [
    "https://oauth2.googleapis.com/token",
    "https://accounts.google.com/o/oauth2/token",
    "https://www.googleapis.com/oauth2/v4/token",
];

#[derive(Clone)]
pub struct Source {
    pub secrets: OrgSecrets,
    pub credential: Credential,
    pub places: Places,
    pub instance: Instance,
}

/// The token that the other issuer's is exchanged for.
struct Exchange {
    source: Source,
    audience: String,
    subject_token: Reference,
    subject_token_type: String,
}

#[async_trait]
impl Tokens for Source {
    async fn obtain(&self, outbound: &Outbound) -> Result<(Secret, Option<Timestamp>), RestError> {
        match &self.credential {
            Credential::KeyFile { key } => self.of_key_file(outbound, key).await,
            Credential::Federation {
                audience,
                subject_token,
                subject_token_type,
                service_account,
            } => {
                let exchange = Exchange {
                    source: self.clone(),
                    audience: audience.clone(),
                    subject_token: subject_token.clone(),
                    subject_token_type: subject_token_type.clone(),
                };
                match service_account {
                    None => exchange.obtain(outbound).await,
                    Some(email) => self.acting_as(email, exchange, outbound).await,
                }
            }
            Credential::AttachedServiceAccount {} => {
                let (token, until) = self.instance.google_token().await?;
                Ok((token, Some(until)))
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
            Credential::AttachedServiceAccount {} => Ok(self.instance.google_email().await?),
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
        let grantor = Grantor {
            action: "a token for the key file",
            url,
            content_type: FORM,
        };
        grantor.ask(outbound, &Secret::new(form)).await
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
        let subject = self.source.fetch(&self.subject_token).await?;
        let body = json!({
            "grantType": "urn:ietf:params:oauth:grant-type:token-exchange",
            "audience": self.audience,
            "scope": SCOPE,
            "requestedTokenType": "urn:ietf:params:oauth:token-type:access_token",
            "subjectToken": subject.expose().trim(),
            "subjectTokenType": self.subject_token_type,
        });
        let grantor = Grantor {
            action: "an exchange of the subject token",
            url: self.source.places.url(Service::Sts, &["v1", "token"]),
            content_type: JSON,
        };
        grantor.ask(outbound, &Secret::new(body.to_string())).await
    }
}
