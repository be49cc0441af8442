//! How the registry knows us: by a bearer token from where it sends us for one, or by user and password.
//! <https://distribution.github.io/distribution/spec/auth/token/>
//!
//! **Invariant:** user and password go to the registry and to the configured token server. Where else the registry would send us
//! is its own word, and nobody goes there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qlrf_core::secret::Secret;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use serde::Deserialize;

use super::config::{OciConfig, Places};
use super::error::{OciError, short, told};
use crate::outbound::{Call, Outbound, Renewed};
use crate::secret::OrgSecrets;

const CHALLENGE_BYTES_MAX: usize = 4096;

pub struct Auth {
    outbound: Outbound,
    places: Places,
    account: Option<(String, crate::secret::Reference)>,
    secrets: OrgSecrets,
    /// As the registry asked for it last.
    wanted: Mutex<Option<Wanted>>,
    password: Renewed<Secret>,
    tokens: Mutex<HashMap<String, Arc<Renewed<HeaderValue>>>>,
}

#[derive(Clone)]
enum Wanted {
    Basic,
    Bearer { realm: Url, service: Option<String> },
}

#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    /// As OAuth 2.0 names it.
    access_token: Option<String>,
}

impl Auth {
    pub fn new(outbound: Outbound, places: Places, config: &OciConfig, secrets: OrgSecrets) -> Auth {
        Auth {
            outbound,
            places,
            account: config.user.clone().zip(config.password.clone()),
            secrets,
            wanted: Mutex::new(None),
            password: Renewed::default(),
            tokens: Mutex::new(HashMap::new()),
        }
    }

    /// What is shown for this scope; nothing until the registry asks for something. `expired`: another one than this.
    pub async fn show(
        &self,
        scope: &str,
        expired: Option<&Arc<HeaderValue>>,
    ) -> Result<Option<Arc<HeaderValue>>, OciError> {
        let wanted = self
            .wanted
            .lock()
            .expect("nothing panics while it is locked")
            .clone();
        let key = match &wanted {
            None => return Ok(None),
            Some(Wanted::Basic) => "",
            Some(Wanted::Bearer { .. }) => scope,
        };
        let held = {
            let mut tokens = self.tokens.lock().expect("nothing panics while it is locked");
            tokens.entry(key.to_owned()).or_default().clone()
        };
        let obtained = held.get(expired, async {
            let shown = match &wanted {
                Some(Wanted::Bearer { realm, service }) => {
                    self.token(realm, service.as_deref(), scope).await?
                }
                _ => self.basic().await?.ok_or(OciError::Refused)?,
            };
            Ok((shown, None))
        });
        obtained.await.map(Some)
    }

    /// Takes in what a 401 asks for.
    pub fn challenged(&self, headers: &HeaderMap) -> Result<(), OciError> {
        let found = headers.get_all(WWW_AUTHENTICATE).iter();
        let found = found.filter_map(|value| value.to_str().ok());
        let mut found = found.filter_map(|text| self.read(text).transpose());
        let wanted = found.next().unwrap_or(Err(OciError::Refused))?;
        *self.wanted.lock().expect("nothing panics while it is locked") = Some(wanted);
        Ok(())
    }

    fn read(&self, text: &str) -> Result<Option<Wanted>, OciError> {
        if text.len() > CHALLENGE_BYTES_MAX {
            return Ok(None);
        }
        let (scheme, parameters) = text.trim().split_once(' ').unwrap_or((text, ""));
        match scheme.to_ascii_lowercase().as_str() {
            "basic" => Ok(Some(Wanted::Basic)),
            "bearer" => {
                let parameters = parameters_of(parameters);
                let realm = parameters.get("realm").map_or("", String::as_str);
                let realm = self
                    .trusted(realm)
                    .ok_or_else(|| OciError::Realm { realm: short(realm) })?;
                let service = parameters.get("service").cloned();
                Ok(Some(Wanted::Bearer { realm, service }))
            }
            _ => Ok(None),
        }
    }

    /// Of the same origin as the registry or the configured token server: scheme, host and port.
    fn trusted(&self, realm: &str) -> Option<Url> {
        let realm: Url = realm.parse().ok()?;
        let plain = realm.username().is_empty() && realm.password().is_none();
        let mut trusted = std::iter::once(&self.places.registry).chain(&self.places.tokens);
        let known = trusted.any(|place| place.origin() == realm.origin());
        (plain && known).then_some(realm)
    }

    async fn token(&self, realm: &Url, service: Option<&str>, scope: &str) -> Result<HeaderValue, OciError> {
        let mut url = realm.clone();
        // What the registry asks for may be more than is needed; this is what is needed.
        url.query_pairs_mut()
            .extend_pairs(service.map(|service| ("service", service)))
            .append_pair("scope", scope);
        let basic = self.basic().await?;
        let call = || {
            let mut call = Call::get(url.clone());
            call.headers
                .extend(basic.clone().map(|basic| (AUTHORIZATION, basic)));
            call
        };
        let answer = self.outbound.send(call).await?;
        if !answer.status.is_success() {
            return Err(match answer.status.as_u16() {
                401 => OciError::Refused,
                403 => OciError::Forbidden {
                    what: "have a token".to_owned(),
                    scope: scope.to_owned(),
                    reason: told(&answer),
                },
                _ => OciError::of(&answer, "a token", scope),
            });
        }
        let unreadable = |reason: &str| OciError::Unreadable {
            what: "a token".to_owned(),
            reason: reason.to_owned(),
        };
        let token: Token =
            serde_json::from_slice(&answer.body).map_err(|_| unreadable("it is no such JSON document"))?;
        let token = token.token.or(token.access_token);
        let token = token.ok_or_else(|| unreadable("it holds no token"))?;
        sensitive(format!("Bearer {token}")).ok_or_else(|| unreadable("the token cannot be sent in a header"))
    }

    async fn basic(&self) -> Result<Option<HeaderValue>, OciError> {
        let Some((user, reference)) = &self.account else {
            return Ok(None);
        };
        let unavailable = |error: String| OciError::Credential(error);
        let fetching = async {
            let fetched = self.secrets.fetch(reference).await;
            fetched
                .map(|password| (password, None))
                .map_err(|error| unavailable(error.to_string()))
        };
        let password = self.password.get(None, fetching).await?;
        let pair = STANDARD.encode(format!("{user}:{}", password.expose()));
        let basic = sensitive(format!("Basic {pair}"));
        let wrong = || unavailable("the user and the password cannot be sent in a header".to_owned());
        basic.ok_or_else(wrong).map(Some)
    }
}

fn sensitive(text: String) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// `realm="https://…",service="…",scope="repository:a:pull,push"` (RFC 9110, 11.2).
fn parameters_of(text: &str) -> HashMap<String, String> {
    let mut found = HashMap::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', ',', '\t']).to_ascii_lowercase();
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(',').unwrap_or((after, "")),
        };
        found.entry(name).or_insert_with(|| value.trim().to_owned());
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_read_as_it_is_written() {
        let found = parameters_of(r#"realm="https://a/t?x=y",service=b ,scope="repository:a:pull,push""#);
        let expected = [
            ("realm", "https://a/t?x=y"),
            ("service", "b"),
            ("scope", "repository:a:pull,push"),
        ];
        assert_eq!(found.len(), 3, "{found:?}");
        for (name, value) in expected {
            assert_eq!(found[name], value);
        }
        assert!(parameters_of("").is_empty());
        assert_eq!(parameters_of("realm=\"open")["realm"], "open");
    }
}
