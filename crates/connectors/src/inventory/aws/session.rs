//! Who we are in an account: the credential itself, or a role that it assumes, renewed before its time is over.

use std::sync::Arc;

use ::time::format_description::well_known::Rfc3339;
use qlrf_core::secret::Secret;
use qlrf_core::time::{self, Duration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use super::api::{Api, Request, STS};
use super::config::{AccountConfig, AwsConfig};
use super::error::AwsError;
use super::sign::Key;
use crate::secret::{OrgSecrets, Reference};

/// A request is made, and made again, within this.
const RENEWED_BEFORE: Duration = Duration::minutes(5);
/// The shortest that every role allows: what leaks is of little use.
const SESSION_SECONDS: &str = "3600";
const SESSION_NAME: &str = "ql-rf";

pub struct Session {
    api: Api,
    base: Base,
    role: Option<Role>,
    home_region: String,
    held: Mutex<Option<Held>>,
}

/// Fetched each time that it is needed, and kept nowhere.
struct Base {
    secrets: OrgSecrets,
    id: Reference,
    secret: Reference,
    token: Option<Reference>,
}

struct Role {
    arn: String,
    external_id: Option<String>,
}

struct Held {
    key: Arc<Key>,
    /// `None` never, as far as we know.
    until: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Identity {
    pub account: String,
    pub arn: String,
}

impl Session {
    pub fn new(
        api: Api,
        secrets: OrgSecrets,
        config: &AwsConfig,
        account: Option<&AccountConfig>,
    ) -> Session {
        let role = account.and_then(|account| {
            Some(Role {
                arn: account.role_arn.clone()?,
                external_id: account.external_id.clone(),
            })
        });
        Session {
            api,
            base: Base {
                secrets,
                id: config.access_key_id.clone(),
                secret: config.secret_access_key.clone(),
                token: config.session_token.clone(),
            },
            role,
            home_region: config.home_region.clone(),
            held: Mutex::default(),
        }
    }

    /// Asks again with a renewed credential when the one at hand had its time.
    pub async fn ask<T: DeserializeOwned>(&self, region: &str, request: &Request) -> Result<T, AwsError> {
        let key = self.key(None).await?;
        match self.api.ask(&key, region, request).await {
            Err(error) if error.is_expired() => {
                let key = self.key(Some(&key)).await?;
                self.api.ask(&key, region, request).await
            }
            answer => answer,
        }
    }

    pub async fn identity(&self) -> Result<Identity, AwsError> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(rename = "GetCallerIdentityResult")]
            identity: Identity,
        }
        let request = Request::new(&STS, "GetCallerIdentity");
        let answer: Answer = self.ask(&self.home_region, &request).await?;
        Ok(answer.identity)
    }

    /// `expired`: another one than this.
    async fn key(&self, expired: Option<&Arc<Key>>) -> Result<Arc<Key>, AwsError> {
        // Whoever comes second waits, and takes what the first one got.
        let mut held = self.held.lock().await;
        let fresh = held.as_ref().filter(|held| {
            let of_old = expired.is_some_and(|expired| Arc::ptr_eq(expired, &held.key));
            !of_old
                && held
                    .until
                    .is_none_or(|until| time::now() + RENEWED_BEFORE < until)
        });
        if let Some(held) = fresh {
            return Ok(held.key.clone());
        }
        let obtained = self.obtain().await?;
        let key = obtained.key.clone();
        *held = Some(obtained);
        Ok(key)
    }

    async fn obtain(&self) -> Result<Held, AwsError> {
        let base = self.base.fetch().await?;
        let Some(role) = &self.role else {
            let key = Arc::new(base);
            return Ok(Held { key, until: None });
        };
        let answer: Assumed = self.api.ask(&base, &self.home_region, &role.request()).await?;
        let credentials = answer.result.credentials;
        let until = Timestamp::parse(&credentials.expiration, &Rfc3339);
        let until = until.map_err(|error| role.request().unreadable(format!("Expiration: {error}")))?;
        Ok(Held {
            key: Arc::new(Key {
                id: credentials.access_key_id,
                secret: Secret::new(credentials.secret_access_key),
                token: Some(Secret::new(credentials.session_token)),
            }),
            until: Some(until),
        })
    }
}

impl Base {
    async fn fetch(&self) -> Result<Key, AwsError> {
        let fetch = async |reference| {
            let fetched = self.secrets.fetch(reference).await;
            fetched.map_err(|error| AwsError::Secret(error.to_string()))
        };
        Ok(Key {
            id: fetch(&self.id).await?.expose().trim().to_owned(),
            secret: Secret::new(fetch(&self.secret).await?.expose().trim()),
            token: match &self.token {
                Some(token) => Some(Secret::new(fetch(token).await?.expose().trim())),
                None => None,
            },
        })
    }
}

impl Role {
    fn request(&self) -> Request {
        let request = Request::new(&STS, "AssumeRole")
            .with("RoleArn", self.arn.as_str())
            .with("RoleSessionName", SESSION_NAME)
            .with("DurationSeconds", SESSION_SECONDS);
        match &self.external_id {
            Some(id) => request.with("ExternalId", id.as_str()),
            None => request,
        }
    }
}

#[derive(Deserialize)]
struct Assumed {
    #[serde(rename = "AssumeRoleResult")]
    result: AssumedResult,
}

#[derive(Deserialize)]
struct AssumedResult {
    #[serde(rename = "Credentials")]
    credentials: Credentials,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: String,
}
