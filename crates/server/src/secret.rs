//! Secrets that are made here: random, shown once, stored as hashes only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub use qlrf_core::secret::Secret;
use subtle::ConstantTimeEq;

/// 256 bits: nobody guesses it, so a plain hash of it is safe to store.
const SECRET_BYTES: usize = 32;

/// 43 characters that need no escaping in a URL, a cookie or a shell.
pub fn random() -> Secret {
    let bytes: [u8; SECRET_BYTES] = rand::random();
    Secret::new(URL_SAFE_NO_PAD.encode(bytes))
}

/// Takes the same time wherever the two texts differ.
pub fn matches(secret: &Secret, other: &str) -> bool {
    secret.expose().as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::{matches, random};

    #[test]
    fn a_random_secret_matches_itself_only() {
        let secret = random();
        assert_eq!(secret.expose().len(), 43);
        assert!(matches(&secret, secret.expose()));
        assert!(!matches(&secret, "x") && !matches(&secret, random().expose()));
    }
}
