//! Secrets that are made here: random, shown once, stored as hashes only.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qlrf_core::digest::Digest;
use subtle::ConstantTimeEq;

/// Text that must not reach a log: it prints as `***`.
#[derive(Clone)]
pub struct Secret(String);

/// 256 bits: nobody guesses it, so a plain hash of it is safe to store.
const SECRET_BYTES: usize = 32;

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// 43 characters that need no escaping in a URL, a cookie or a shell.
    pub fn random() -> Secret {
        let bytes: [u8; SECRET_BYTES] = rand::random();
        Secret(URL_SAFE_NO_PAD.encode(bytes))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored instead of the secret.
    pub fn hash(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }

    /// Takes the same time wherever the two texts differ.
    pub fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::random();
        assert_eq!(format!("{secret:?}"), "***");
        assert_eq!(secret.expose().len(), 43);
        assert!(secret.matches(secret.expose()));
        assert!(!secret.matches("x"));
    }
}
