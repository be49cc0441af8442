//! The key file of a service account, and what it signs (RFC 7523; <https://developers.google.com/identity/protocols/oauth2/service-account>).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qlrf_core::secret::Secret;
use qlrf_core::time::Timestamp;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::rest::RestError;

/// The longest that Google takes.
const LIFETIME_SECONDS: i64 = 3600;

pub struct KeyFile {
    pub email: String,
    /// Where it wants to be shown. A file may say anything here.
    pub token_uri: String,
    id: String,
    key: KeyPair,
}

#[derive(Deserialize)]
struct Text {
    client_email: String,
    private_key_id: String,
    private_key: String,
    token_uri: String,
}

impl KeyFile {
    /// What is wrong with it is not repeated: it holds a key.
    pub fn parse(text: &Secret) -> Result<KeyFile, RestError> {
        let wrong = |what: &str| RestError::Credential(format!("the key file {what}"));
        let file: Text = serde_json::from_str(text.expose())
            .map_err(|_| wrong("is not that of a service account, as Google gives it"))?;
        let der = PrivatePkcs8KeyDer::from_pem_slice(file.private_key.as_bytes());
        let der = der.map_err(|_| wrong("holds no private key in PKCS #8"))?;
        let key = KeyPair::from_pkcs8(der.secret_pkcs8_der());
        Ok(KeyFile {
            email: file.client_email,
            token_uri: file.token_uri,
            id: file.private_key_id,
            key: key.map_err(|_| wrong("holds no RSA key"))?,
        })
    }

    /// A signed statement of who asks, and what for.
    pub fn assertion(&self, scope: &str, now: Timestamp) -> Result<Secret, RestError> {
        let issued = now.unix_timestamp();
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.id });
        let claims = json!({
            "iss": self.email, "scope": scope, "aud": self.token_uri, "iat": issued, "exp": issued + LIFETIME_SECONDS,
        });
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .map_err(|_| RestError::Credential("the key of the key file does not sign".to_owned()))?;
        Ok(Secret::new(format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(signature)
        )))
    }
}
