//! Who asks, and by which client: for as long as the credential is good.

use qlrf_core::secret::Secret;
use qlrf_core::time::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Method, Url};

use super::super::config::Access;
use super::super::exec::ClusterInfo;
use super::super::kubeconfig::{self, Credential, Found, Login};
use super::ApiError;
use crate::grant::Grant;
use crate::outbound::{Call, Options, Outbound};
use crate::secret::Reference;

pub struct Session {
    pub outbound: Outbound,
    pub proof: Proof,
    server: Url,
    /// `None`: a client certificate alone speaks for the account.
    token: Option<HeaderValue>,
}

/// Tells two credentials apart: a certificate with its key, a token, or both.
pub struct Proof(Option<Secret>, Option<Secret>);

impl Proof {
    fn exposed(&self) -> [Option<&str>; 2] {
        [&self.0, &self.1].map(|part| part.as_ref().map(Secret::expose))
    }
}

impl PartialEq for Proof {
    fn eq(&self, other: &Proof) -> bool {
        self.exposed() == other.exposed()
    }
}

impl Session {
    /// With the end of its time, where that is known.
    pub async fn open(
        access: &Access,
        grant: &Grant,
        mut options: Options,
    ) -> Result<(Session, Option<Timestamp>), ApiError> {
        let found = found(access, grant).await?;
        let (credential, until) = log_in(found.login, &found.server, found.roots.as_deref(), grant).await?;
        options.roots = found.roots;
        let (identity, token) = match credential {
            Credential::Token(token) => (None, Some(token)),
            Credential::Certificate(pem, token) => (Some(pem), token),
        };
        let proof = Proof(identity.clone(), token.clone());
        options.identity = identity;
        let session = Session {
            outbound: Outbound::new(grant, options)?,
            proof,
            server: found.server,
            token: token.as_ref().map(bearer).transpose()?,
        };
        Ok((session, until))
    }

    pub fn call(&self, method: Method, path: &str, query: &[(&str, &str)]) -> Call {
        let mut url = self.server.clone();
        let whole = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&whole);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(token) = &self.token {
            headers.insert(AUTHORIZATION, token.clone());
        }
        Call {
            method,
            headers,
            ..Call::get(url)
        }
    }
}

async fn found(access: &Access, grant: &Grant) -> Result<Found, ApiError> {
    let fetch = async |reference: &Reference| {
        let fetched = grant.secrets.fetch(reference).await;
        fetched.map_err(|error| ApiError::Credential(error.to_string()))
    };
    match access {
        Access::Kubeconfig { text, context } => {
            kubeconfig::read(&fetch(text).await?, context.as_deref()).map_err(ApiError::Credential)
        }
        Access::Token { server, roots, token } => Ok(Found {
            server: server.clone(),
            roots: roots.clone(),
            login: Login::Credential(Credential::Token(fetch(token).await?)),
        }),
    }
}

/// A program is run, if it may be, and its answer takes its place.
async fn log_in(
    login: Login,
    server: &Url,
    roots: Option<&[u8]>,
    grant: &Grant,
) -> Result<(Credential, Option<Timestamp>), ApiError> {
    let block = match login {
        Login::Credential(credential) => return Ok((credential, None)),
        Login::Program(block) => block,
    };
    let plugin = block.permitted(&grant.programs).map_err(ApiError::Program)?;
    let cluster = ClusterInfo {
        server: server.as_str().trim_end_matches('/'),
        authority: roots,
    };
    plugin.credential(cluster).await.map_err(ApiError::Credential)
}

fn bearer(token: &Secret) -> Result<HeaderValue, ApiError> {
    let value = HeaderValue::from_str(&format!("Bearer {}", token.expose().trim()));
    let mut value = value.map_err(|_| {
        ApiError::Credential("the token is no token: it has characters that none has".to_owned())
    })?;
    value.set_sensitive(true);
    Ok(value)
}
