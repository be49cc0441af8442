//! The public parts of a certificate, read from the certificate itself (RFC 5280).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qlrf_core::resource::Certificate;
use qlrf_core::time::Timestamp;
use sha2::{Digest as _, Sha256};
use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::der::asn1::{AnyRef, ObjectIdentifier, UintRef};
use x509_cert::der::{Decode as _, Reader as _, SliceReader};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::Time;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";
/// A certificate that names more hosts than this keeps the first of them.
const DNS_NAMES_MAX: usize = 1000;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum X509Error {
    #[error("there is no certificate in it")]
    Absent,
    #[error("it is not Base64")]
    NotBase64,
    #[error("it is no X.509 certificate: {0}")]
    Malformed(String),
}

/// The first certificate of a text in PEM: whose key is used; after it come those that signed it.
pub fn first(pem: &str) -> Result<Certificate, X509Error> {
    let (_, rest) = pem.split_once(BEGIN).ok_or(X509Error::Absent)?;
    let (body, _) = rest.split_once(END).ok_or(X509Error::Absent)?;
    let compact: String = body.split_ascii_whitespace().collect();
    let der = STANDARD.decode(compact).map_err(|_| X509Error::NotBase64)?;
    read(&der)
}

pub fn read(der: &[u8]) -> Result<Certificate, X509Error> {
    let malformed = |error: x509_cert::der::Error| X509Error::Malformed(error.to_string());
    // `Raw`: one that breaks the rules of RFC 5280, by a long serial number for example, is in use all the same.
    let certificate = CertificateInner::<Raw>::from_der(der).map_err(malformed)?;
    let tbs = certificate.tbs_certificate();
    let alternatives = tbs.get_extension::<SubjectAltName>().map_err(malformed)?;
    let names = alternatives.map(|(_, names)| names.0).unwrap_or_default();
    let dns_names = names.into_iter().filter_map(|name| match name {
        GeneralName::DnsName(name) => Some(name.to_string()),
        _ => None,
    });
    let mut dns_names: Vec<String> = dns_names.take(DNS_NAMES_MAX).collect();
    dns_names.sort();
    dns_names.dedup();
    Ok(Certificate {
        subject: tbs.subject().to_string(),
        issuer: Some(tbs.issuer().to_string()),
        dns_names,
        serial: Some(hex::encode(tbs.serial_number().as_bytes())),
        fingerprint: Some(hex::encode(Sha256::digest(der))),
        key_algorithm: key_algorithm(tbs.subject_public_key_info()),
        not_before: timestamp(tbs.validity().not_before),
        not_after: timestamp(tbs.validity().not_after),
        ..Certificate::default()
    })
}

fn timestamp(time: Time) -> Option<Timestamp> {
    let seconds = time.to_unix_duration().as_secs();
    Timestamp::from_unix_timestamp(i64::try_from(seconds).ok()?).ok()
}

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const CURVES: &[(ObjectIdentifier, &str)] = &[
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
        "EC-prime256v1",
    ),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), "EC-secp384r1"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), "EC-secp521r1"),
];

/// `RSA-2048`, `EC-prime256v1`, `Ed25519`; of others the object identifier.
fn key_algorithm(key: &SubjectPublicKeyInfoOwned) -> Option<String> {
    let named = |name: &str| Some(name.to_owned());
    match key.algorithm.oid {
        RSA => rsa_bits(key.subject_public_key.as_bytes()?).map(|bits| format!("RSA-{bits}")),
        ED25519 => named("Ed25519"),
        EC => {
            let curve: ObjectIdentifier = key.algorithm.parameters.as_ref()?.decode_as().ok()?;
            let known = CURVES.iter().find(|(oid, _)| *oid == curve);
            known
                .map(|(_, name)| (*name).to_owned())
                .or(Some(format!("EC-{curve}")))
        }
        other => Some(other.to_string()),
    }
}

/// RFC 8017, A.1.1: a sequence of modulus and exponent.
fn rsa_bits(key: &[u8]) -> Option<usize> {
    let sequence = AnyRef::from_der(key).ok()?;
    let mut reader = SliceReader::new(sequence.value()).ok()?;
    let modulus: UintRef<'_> = reader.decode().ok()?;
    let bytes = modulus.as_bytes();
    Some(bytes.len() * 8 - bytes.first()?.leading_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_says_why() {
        assert_eq!(first("key").unwrap_err(), X509Error::Absent);
        assert_eq!(
            first(&format!("{BEGIN}\n!\n{END}")).unwrap_err(),
            X509Error::NotBase64
        );
        let half = first(&format!("{BEGIN}\nMIIB\n{END}")).unwrap_err();
        assert!(matches!(half, X509Error::Malformed(_)), "{half:?}");
    }
}
