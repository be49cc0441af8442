//! Secrets in Vault or OpenBao: key-value store, version 2. <https://openbao.org/api-docs/secret/kv/kv-v2/>
//!
//! A token is got by logging in, renewed in the last third of its life when it is used, and got anew when it ended or was
//! taken away. Nothing that the other side says beside a status is repeated: an answer may hold secrets.

mod auth;
mod http;

use std::collections::BTreeMap;
use std::time::Duration;

pub use auth::Auth;
pub use http::Config;
use http::{Failure, Http};
use qlrf_core::secret::Secret;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Renewed when less than this share of its life is left.
const RENEW_SHARE: u32 = 3;
/// A token that ends sooner is as good as ended: it might end on the way. Of a short life it is a tenth.
const MARGIN_MAX: Duration = Duration::from_secs(2);

pub struct Vault {
    http: Http,
    auth: Auth,
    /// One at a time logs in; the others wait for its token.
    token: Mutex<Option<Token>>,
}

struct Token {
    value: Secret,
    /// `None`: it lasts for ever.
    life: Option<Life>,
}

struct Life {
    renewable: bool,
    renew_at: Instant,
    ends_at: Instant,
}

/// The part that login and renewal share.
#[derive(Deserialize)]
struct Lease {
    auth: Granted,
}

#[derive(Deserialize)]
struct Granted {
    client_token: String,
    lease_duration: u64,
    renewable: bool,
}

#[derive(Deserialize)]
struct Versioned {
    data: Version,
}

#[derive(Deserialize)]
struct Version {
    /// `None`: this version was deleted.
    data: Option<BTreeMap<String, serde_json::Value>>,
}

impl Vault {
    pub fn new(config: &Config, auth: Auth) -> Result<Vault, String> {
        Ok(Vault {
            http: Http::new(config)?,
            auth,
            token: Mutex::new(None),
        })
    }

    /// The reason of a failure names neither the secret nor its value.
    pub(super) async fn fetch(&self, mount: &str, path: &[String], field: &str) -> Result<Secret, String> {
        let mut segments = vec![mount, "data"];
        segments.extend(path.iter().map(String::as_str));
        let token = self.token().await?;
        let first = self.read(&segments, &token).await;
        let read = match first {
            // It may have been revoked; with a new one the answer is about the right to read.
            Err(Failure::Status(StatusCode::FORBIDDEN)) => {
                self.forget(&token).await;
                let token = self.token().await?;
                self.read(&segments, &token).await
            }
            other => other,
        };
        let version = read.map_err(|failure| describe(&failure))?;
        let fields = version.data.data.ok_or("this version was deleted")?;
        match fields.get(field) {
            Some(serde_json::Value::String(text)) if !text.is_empty() => Ok(Secret::new(text)),
            Some(_) => Err(format!("the field \"{field}\" holds no text")),
            None => Err(format!("there is no field \"{field}\"")),
        }
    }

    async fn read(&self, segments: &[&str], token: &Secret) -> Result<Versioned, Failure> {
        self.http.send(Method::GET, segments, Some(token), None).await
    }

    async fn token(&self) -> Result<Secret, String> {
        let mut held = self.token.lock().await;
        let now = Instant::now();
        if let Some(token) = &*held {
            match &token.life {
                Some(life) if now >= life.ends_at => {}
                Some(life) if now >= life.renew_at && life.renewable => {
                    if let Ok(renewed) = self.renew(token).await {
                        return Ok(held.insert(renewed).value.clone());
                    }
                }
                _ => return Ok(token.value.clone()),
            }
        }
        let fresh = match self.auth.login(&self.http).await? {
            auth::Login::Own(value) => Token { value, life: None },
            auth::Login::Granted(lease) => Token::of(lease.auth, now),
        };
        // A file is read each time: whoever writes it renews what is in it.
        match self.auth.is_file() {
            true => Ok(fresh.value),
            false => Ok(held.insert(fresh).value.clone()),
        }
    }

    async fn renew(&self, token: &Token) -> Result<Token, Failure> {
        let asked = Instant::now();
        let segments = ["auth", "token", "renew-self"];
        let lease: Lease = self
            .http
            .send(
                Method::POST,
                &segments,
                Some(&token.value),
                Some(serde_json::json!({})),
            )
            .await?;
        Ok(Token::of(lease.auth, asked))
    }

    /// Unless somebody else got a new one meanwhile.
    async fn forget(&self, token: &Secret) {
        let mut held = self.token.lock().await;
        if held
            .as_ref()
            .is_some_and(|held| held.value.expose() == token.expose())
        {
            *held = None;
        }
    }
}

impl Token {
    fn of(granted: Granted, asked: Instant) -> Token {
        let life = Duration::from_secs(granted.lease_duration);
        Token {
            value: Secret::new(granted.client_token),
            life: (granted.lease_duration > 0).then(|| Life {
                renewable: granted.renewable,
                renew_at: asked + life - life / RENEW_SHARE,
                ends_at: asked + life - (life / 10).min(MARGIN_MAX),
            }),
        }
    }
}

fn describe(failure: &Failure) -> String {
    match failure {
        Failure::Status(StatusCode::FORBIDDEN) => {
            "the server's own role in Vault may not read it; its policy needs \"read\" on the path with \"/data/\" \
             after the mount"
                .to_owned()
        }
        Failure::Status(StatusCode::NOT_FOUND) => {
            "there is no such secret, or no key-value store of version 2 at this mount".to_owned()
        }
        other => other.to_string(),
    }
}
