//! The bundle: one host's facts and packages in a DSSE envelope, signed with Ed25519 (RFC 8032).
//! <https://github.com/secure-systems-lab/dsse/blob/master/envelope.md>

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qlrf_core::asset::{Asset, Confidence, Software};
use qlrf_core::package::{Package, PackageSet};
use qlrf_core::secret::Secret;
use qlrf_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub const PAYLOAD_TYPE: &str = "application/vnd.ql-rf.facts+json;version=1";
/// Of a whole bundle: a host of ten thousand packages needs a tenth of it.
pub const BYTES_MAX: usize = 16 << 20;
const PREFIX: &str = "ed25519:";
const KEY_BYTES: usize = 32;

/// What a host is, and when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub asset: Asset,
    pub collected_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error("it is no bundle: {0}")]
    Malformed(String),
    #[error("no key that the connector trusts signed it, or it was changed since")]
    Untrusted,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    payload_type: String,
    payload: String,
    signatures: Vec<Signature>,
}

#[derive(Serialize, Deserialize)]
struct Signature {
    #[serde(default)]
    keyid: String,
    sig: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    #[serde(with = "::time::serde::rfc3339")]
    collected_at: Timestamp,
    /// As the store keeps it.
    asset: Value,
    /// Absent: the software is not known.
    packages: Option<Vec<Package>>,
}

/// Signs bundles. Kept as PKCS#8 in hexadecimal, in a file that only its owner reads.
pub struct SigningKey(Ed25519KeyPair);

/// Trusts bundles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; KEY_BYTES]);

impl SigningKey {
    /// With the text to keep.
    pub fn generate() -> Result<(SigningKey, Secret), String> {
        let failed = |_| "no key could be made".to_owned();
        let pair = Ed25519KeyPair::generate().map_err(failed)?;
        let document = pair.to_pkcs8v1().map_err(failed)?;
        let text = Secret::new(hex::encode(document.as_ref()));
        Ok((SigningKey(pair), text))
    }

    pub fn parse(text: &Secret) -> Result<SigningKey, String> {
        let wrong = || "it is no signing key as `qlrf collect --new-key` writes it".to_owned();
        let document = hex::decode(text.expose().trim()).map_err(|_| wrong())?;
        Ed25519KeyPair::from_pkcs8(&document)
            .map(SigningKey)
            .map_err(|_| wrong())
    }

    pub fn public(&self) -> PublicKey {
        PublicKey(
            self.0
                .public_key()
                .as_ref()
                .try_into()
                .expect("an Ed25519 key has 32 bytes"),
        )
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", hex::encode(self.0))
    }
}

impl PublicKey {
    pub fn parse(text: &str) -> Result<PublicKey, String> {
        let wrong = || {
            format!(
                "a key is written as `{PREFIX}` and {} hexadecimal digits",
                2 * KEY_BYTES
            )
        };
        let digits = text.strip_prefix(PREFIX).ok_or_else(wrong)?;
        let bytes = hex::decode(digits).map_err(|_| wrong())?;
        bytes.try_into().map(PublicKey).map_err(|_| wrong())
    }

    fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0)
            .verify(message, signature)
            .is_ok()
    }
}

pub fn write(facts: &Facts, key: &SigningKey) -> Vec<u8> {
    let software = facts.asset.software.as_ref();
    let payload = Payload {
        collected_at: facts.collected_at,
        asset: facts.asset.document(),
        packages: software.map(|software| software.packages.packages().to_vec()),
    };
    let payload = serde_json::to_vec(&payload).expect("facts always serialise");
    let signature = key.0.sign(&encoded(PAYLOAD_TYPE, &payload));
    let envelope = Envelope {
        payload_type: PAYLOAD_TYPE.to_owned(),
        payload: STANDARD.encode(payload),
        signatures: vec![Signature {
            keyid: key.public().to_string(),
            sig: STANDARD.encode(signature),
        }],
    };
    serde_json::to_vec(&envelope).expect("an envelope always serialises")
}

/// With the name of the key that signed it. Nothing of the payload is looked at before its signature.
pub fn read<'a>(
    bytes: &[u8],
    mut trusted: impl Iterator<Item = (&'a str, PublicKey)>,
) -> Result<(Facts, &'a str), BundleError> {
    let malformed = |reason: String| BundleError::Malformed(reason);
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
    if envelope.payload_type != PAYLOAD_TYPE {
        return Err(malformed(format!(
            "its payload is not of the type \"{PAYLOAD_TYPE}\""
        )));
    }
    let decode = |text: &str| {
        STANDARD
            .decode(text)
            .map_err(|error| malformed(error.to_string()))
    };
    let payload = decode(&envelope.payload)?;
    let signatures: Vec<Vec<u8>> = envelope
        .signatures
        .iter()
        .map(|one| decode(&one.sig))
        .collect::<Result<_, _>>()?;
    let message = encoded(&envelope.payload_type, &payload);
    let signer = trusted.find(|(_, key)| signatures.iter().any(|signature| key.signed(&message, signature)));
    let (name, _) = signer.ok_or(BundleError::Untrusted)?;
    let payload: Payload = serde_json::from_slice(&payload).map_err(|error| malformed(error.to_string()))?;
    Ok((facts(payload)?, name))
}

fn facts(payload: Payload) -> Result<Facts, BundleError> {
    let malformed = |error: serde_json::Error| BundleError::Malformed(error.to_string());
    let mut document = payload.asset;
    let confidence: Option<Confidence> =
        serde_json::from_value(document["confidence"].take()).map_err(malformed)?;
    let mut asset = Asset::from_document(document).map_err(malformed)?;
    asset.software = payload
        .packages
        .zip(confidence)
        .map(|(packages, confidence)| Software {
            confidence,
            packages: Arc::new(PackageSet::new(packages)),
        });
    // Made here, and not for the bearer to say.
    asset.mapped_by.clear();
    Ok(Facts {
        asset,
        collected_at: payload.collected_at,
    })
}

/// "PAE" of DSSE: what is signed names the type, so that a signature fits nothing else.
fn encoded(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut message = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    message.extend_from_slice(payload);
    message
}

#[cfg(test)]
mod tests {
    use qlrf_core::asset::{AssetKind, Platform};
    use qlrf_core::package::Ecosystem;

    use super::*;

    fn host() -> Facts {
        let package = Package {
            ecosystem: Ecosystem::new("Debian:12"),
            name: "bash".into(),
            version: "5.2-1".into(),
            arch: "amd64".into(),
            source_name: "bash".into(),
            source_version: "5.2-1".into(),
            licenses: Vec::new(),
        };
        let mut asset = Asset::new("m-1", Platform::Local, AssetKind::Host);
        asset.software = Some(Software {
            confidence: Confidence::Observed,
            packages: Arc::new(PackageSet::new(vec![package])),
        });
        Facts {
            asset,
            collected_at: ::time::macros::datetime!(2026-11-01 12:00 UTC),
        }
    }

    #[test]
    fn a_bundle_reads_back_for_whoever_trusts_its_key() {
        let (key, text) = SigningKey::generate().unwrap();
        let again = SigningKey::parse(&text).unwrap();
        assert_eq!(again.public(), key.public());
        let public = PublicKey::parse(&key.public().to_string()).unwrap();
        let (stranger, _) = SigningKey::generate().unwrap();
        let bytes = write(&host(), &again);
        let trusted = [("other", stranger.public()), ("yard", public)];
        let (facts, signer) = read(&bytes, trusted.into_iter()).unwrap();
        assert_eq!((facts, signer), (host(), "yard"));
        let refused = read(&bytes, [("other", stranger.public())].into_iter());
        assert!(matches!(refused, Err(BundleError::Untrusted)), "{refused:?}");
    }

    #[test]
    fn whatever_is_changed_is_refused() {
        let (key, _) = SigningKey::generate().unwrap();
        let bytes = write(&host(), &key);
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            match read(&changed, [("yard", key.public())].into_iter()) {
                // The id of a key is a hint and not signed.
                Ok((facts, _)) => assert_eq!(facts, host(), "byte {place}"),
                Err(_) => continue,
            }
        }
        for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            assert!(read(&bytes[..cut], [("yard", key.public())].into_iter()).is_err());
        }
    }
}
