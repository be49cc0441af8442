//! Signing in: tokens for an application of Microsoft Entra ID
//! (<https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>), or for the managed identity of the
//! server's own machine.

use async_trait::async_trait;
use qlrf_core::secret::Secret;
use qlrf_core::time::Timestamp;
use reqwest::Url;

use super::super::granted::{FORM, Grantor};
use super::super::instance::Instance;
use super::super::rest::{RestError, Tokens};
use super::config::Proof;
use crate::outbound::Outbound;
use crate::secret::OrgSecrets;

/// RFC 7523, 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub struct Application {
    pub secrets: OrgSecrets,
    pub url: Url,
    pub client_id: String,
    pub proof: Proof,
    /// What the token is for.
    pub resource: String,
}

pub struct ManagedIdentity {
    pub instance: Instance,
    /// Of which one; `None`: the only one that the machine has.
    pub client_id: Option<String>,
    pub resource: String,
}

#[async_trait]
impl Tokens for ManagedIdentity {
    async fn obtain(&self, _: &Outbound) -> Result<(Secret, Option<Timestamp>), RestError> {
        let told = self
            .instance
            .azure_token(&self.resource, self.client_id.as_deref());
        let (token, until) = told.await?;
        Ok((token, Some(until)))
    }
}

#[async_trait]
impl Tokens for Application {
    async fn obtain(&self, outbound: &Outbound) -> Result<(Secret, Option<Timestamp>), RestError> {
        let grantor = Grantor {
            action: "the sign-in",
            url: self.url.clone(),
            content_type: FORM,
        };
        grantor.ask(outbound, &self.form().await?).await
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
            .append_pair("scope", &format!("{}/.default", self.resource));
        match &self.proof {
            Proof::Secret(_) => form.append_pair("client_secret", proof),
            Proof::Assertion(_) => form
                .append_pair("client_assertion_type", ASSERTION_TYPE)
                .append_pair("client_assertion", proof),
        };
        Ok(Secret::new(form.finish()))
    }
}
