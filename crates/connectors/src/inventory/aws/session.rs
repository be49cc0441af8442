//! Who we are in an account: the credential itself, or a role that it assumes, renewed before its time is over.

use std::sync::Arc;

use ::time::format_description::well_known::Rfc3339;
use qlrf_core::secret::Secret;
use qlrf_core::time::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::instance::{IdentityError, Instance};
use super::api::{Api, Request, STS};
use super::config::{AccountConfig, Beginning};
use super::error::AwsError;
use super::sign::Key;
use crate::outbound::Renewed;
use crate::secret::OrgSecrets;

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

/// The credential to begin with, fetched each time that it is needed. What is a secret is kept nowhere.
#[derive(Clone)]
pub struct Base {
    pub secrets: OrgSecrets,
    pub instance: Instance,
    pub beginning: Beginning,
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
    pub fn new(api: Api, base: Base, home_region: &str, account: Option<&AccountConfig>) -> Session {
        let role = account.and_then(|account| {
            Some(Role {
                arn: account.role_arn.clone()?,
                external_id: account.external_id.clone(),
            })
        });
        Session {
            api,
            base,
            role,
            home_region: home_region.to_owned(),
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
        let (base, until) = self.base.fetch().await?;
        let Some(role) = &self.role else {
            return Ok((base, until));
        };
        let answer: Assumed = self.api.ask(&base, &self.home_region, &role.request()).await?;
        let key = answer.result.credentials.key();
        let (key, until) = key.map_err(|reason| role.request().unreadable(reason))?;
        Ok((key, Some(until)))
    }
}

impl Base {
    async fn fetch(&self) -> Result<(Key, Option<Timestamp>), AwsError> {
        let references = match &self.beginning {
            Beginning::Key(references) => references,
            Beginning::InstanceRole => {
                let credentials: Credentials = self.instance.aws_keys().await?;
                let (key, until) = credentials.key().map_err(IdentityError)?;
                return Ok((key, Some(until)));
            }
        };
        let fetch = async |reference| {
            let fetched = self.secrets.fetch(reference).await;
            fetched.map_err(|error| AwsError::Secret(error.to_string()))
        };
        let key = Key {
            id: fetch(&references.id).await?.expose().trim().to_owned(),
            secret: Secret::new(fetch(&references.secret).await?.expose().trim()),
            token: match &references.token {
                Some(token) => Some(Secret::new(fetch(token).await?.expose().trim())),
                None => None,
            },
        };
        Ok((key, None))
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
    /// As the metadata service of a machine calls it.
    #[serde(alias = "Token")]
    session_token: String,
    expiration: String,
}

impl Credentials {
    fn key(self) -> Result<(Key, Timestamp), String> {
        let until = Timestamp::parse(&self.expiration, &Rfc3339);
        let until = until.map_err(|error| format!("Expiration: {error}"))?;
        let key = Key {
            id: self.access_key_id,
            secret: Secret::new(self.secret_access_key),
            token: Some(Secret::new(self.session_token)),
        };
        Ok((key, until))
    }
}
