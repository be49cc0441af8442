//! How the server proves to Vault who it is. What proves it lies in files, so that it can be replaced while the server
//! runs, and no configuration holds it.

use std::path::{Path, PathBuf};

use qlrf_core::secret::Secret;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::Lease;
use super::http::{Failure, Http};

const CREDENTIAL_BYTES_MAX: u64 = 64 * 1024;

#[derive(Clone, Debug)]
pub enum Auth {
    /// A token that somebody else keeps alive: Vault Agent, or a person.
    TokenFile(PathBuf),
    AppRole {
        mount: String,
        role_id: String,
        secret_id: PathBuf,
    },
    /// A signed token of a workload: of a Kubernetes service account, or of another issuer.
    Jwt {
        mount: String,
        role: String,
        jwt: PathBuf,
    },
}

pub(super) enum Login {
    Own(Secret),
    Granted(Lease),
}

impl Auth {
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Auth::TokenFile(_))
    }

    pub(super) async fn login(&self, http: &Http) -> Result<Login, String> {
        let (mount, body, what) = match self {
            Auth::TokenFile(path) => return read(path).await.map(Login::Own),
            Auth::AppRole {
                mount,
                role_id,
                secret_id,
            } => {
                let secret_id = read(secret_id).await?;
                let body = json!({ "role_id": role_id, "secret_id": secret_id.expose() });
                (mount, body, "role id and secret id")
            }
            Auth::Jwt { mount, role, jwt } => {
                let jwt = read(jwt).await?;
                let body = json!({ "role": role, "jwt": jwt.expose() });
                (mount, body, "role and signed token")
            }
        };
        let segments = ["auth", mount.as_str(), "login"];
        match http.send(Method::POST, &segments, None, Some(body)).await {
            Ok(lease) => Ok(Login::Granted(lease)),
            Err(Failure::Status(StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)) => {
                Err(format!(
                    "Vault does not let the server in at \"auth/{mount}\" with its {what}"
                ))
            }
            Err(other) => Err(other.to_string()),
        }
    }
}

async fn read(path: &Path) -> Result<Secret, String> {
    let unreadable = |reason: String| {
        format!(
            "the server's credential for Vault, \"{}\", {reason}",
            path.display()
        )
    };
    let size = tokio::fs::metadata(path).await;
    let size = size.map_err(|error| unreadable(format!("cannot be read: {error}")))?;
    if !size.is_file() || size.len() > CREDENTIAL_BYTES_MAX {
        return Err(unreadable(format!(
            "is no file of at most {CREDENTIAL_BYTES_MAX} bytes"
        )));
    }
    let text = tokio::fs::read_to_string(path).await;
    let text = text.map_err(|error| unreadable(format!("cannot be read: {error}")))?;
    match text.trim() {
        "" => Err(unreadable("is empty".to_owned())),
        text => Ok(Secret::new(text)),
    }
}
