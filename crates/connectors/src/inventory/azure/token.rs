//! Signing in: tokens for an application of Microsoft Entra ID
//! (<https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>).

use async_trait::async_trait;
use qlrf_core::secret::Secret;
use qlrf_core::time::{self, Timestamp};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};

use super::super::rest::{Granted, RestError, Tokens, read};
use super::config::Proof;
use crate::outbound::{Call, Outbound};
use crate::secret::OrgSecrets;

const ACTION: &str = "the sign-in";
/// RFC 7523, 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub struct Application {
    pub secrets: OrgSecrets,
    pub url: Url,
    pub client_id: String,
    pub proof: Proof,
    /// What the token is for.
    pub scope: String,
}

#[async_trait]
impl Tokens for Application {
    async fn obtain(&self, outbound: &Outbound) -> Result<(Secret, Option<Timestamp>), RestError> {
        let form = self.form().await?;
        let asked_at = time::now();
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, kind)]);
        let call = || Call {
            method: Method::POST,
            url: self.url.clone(),
            headers: headers.clone(),
            body: form.expose().as_bytes().to_vec(),
        };
        let answer = outbound.send(call).await.map_err(|error| RestError::Call {
            action: ACTION.to_owned(),
            error,
        })?;
        let granted: Granted = read(ACTION, &answer).map_err(refused)?;
        Ok(granted.held(asked_at))
    }
}

impl Application {
    async fn form(&self) -> Result<Secret, RestError> {
        let fetched = self.secrets.fetch(self.proof.reference()).await;
        let proof = fetched.map_err(|error| RestError::Credential(error.to_string()))?;
        let proof = proof.expose().trim();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.client_id)
            .append_pair("scope", &self.scope);
        match &self.proof {
            Proof::Secret(_) => form.append_pair("client_secret", proof),
            Proof::Assertion(_) => form
                .append_pair("client_assertion_type", ASSERTION_TYPE)
                .append_pair("client_assertion", proof),
        };
        Ok(Secret::new(form.finish()))
    }
}

/// Whoever gets no token has no credential, whatever status says so. What differs at each try is left out.
fn refused(error: RestError) -> RestError {
    match error {
        RestError::Refused { code, message, .. } => {
            let message = message.split(" Trace ID:").next().unwrap_or_default();
            let message = message.lines().next().unwrap_or_default();
            RestError::Credential(format!("{ACTION} was refused: {code}: {message}"))
        }
        other => other,
    }
}
