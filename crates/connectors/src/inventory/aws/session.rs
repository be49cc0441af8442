//! Who we are in an account: the credential itself, or a role that it assumes, renewed before its time is over.

use std::sync::Arc;

use ::time::format_description::well_known::Rfc3339;
use qlrf_core::secret::Secret;
use qlrf_core::time::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::api::{Api, Request, STS};
use super::config::{AccountConfig, AwsConfig};
use super::error::AwsError;
use super::sign::Key;
use crate::outbound::Renewed;
use crate::secret::{OrgSecrets, Reference};

/// The shortest that every role allows: what leaks is of little use.
const SESSION_SECONDS: &str = "3600";
const SESSION_NAME: &str = "ql-rf";

pub struct Session {
    api: Api,
    base: Base,
    role: Option<Role>,
    home_region: String,
    held: Renewed<Key>,
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
            held: Renewed::default(),
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
        self.held.get(expired, self.obtain()).await
    }

    async fn obtain(&self) -> Result<(Key, Option<Timestamp>), AwsError> {
        let base = self.base.fetch().await?;
        let Some(role) = &self.role else {
            return Ok((base, None));
        };
        let answer: Assumed = self.api.ask(&base, &self.home_region, &role.request()).await?;
        let credentials = answer.result.credentials;
        let until = Timestamp::parse(&credentials.expiration, &Rfc3339);
        let until = until.map_err(|error| role.request().unreadable(format!("Expiration: {error}")))?;
        let key = Key {
            id: credentials.access_key_id,
            secret: Secret::new(credentials.secret_access_key),
            token: Some(Secret::new(credentials.session_token)),
        };
        Ok((key, Some(until)))
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
