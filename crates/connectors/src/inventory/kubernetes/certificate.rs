//! Certificates of TLS secrets. The API gives a secret as a whole; its key is dropped with the answer that it came in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qlrf_core::resource::{self, Certificate, Facts};

use super::api::Resource;
use super::model::TlsSecret;
use crate::x509;

pub const SECRETS: Resource = Resource {
    group: "",
    versions: &["v1"],
    plural: "secrets",
    selector: Some("type=kubernetes.io/tls"),
};

pub fn resource(secret: TlsSecret, cluster: &str) -> resource::Resource {
    let meta = secret.metadata;
    let certificate = certificate(&secret.data.certificate).unwrap_or_else(|status| Certificate {
        status: Some(status.to_owned()),
        ..Certificate::default()
    });
    super::resource(
        cluster,
        meta.uid,
        meta.name,
        meta.namespace,
        meta.labels,
        Facts::Certificate(certificate),
        Vec::new(),
    )
}

/// The server takes a secret without looking into it.
fn certificate(data: &str) -> Result<Certificate, &'static str> {
    let pem = STANDARD.decode(data).ok();
    let pem = pem
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default();
    x509::first(&pem).map_err(|error| match error {
        x509::X509Error::Absent => "absent",
        x509::X509Error::NotBase64 | x509::X509Error::Malformed(_) => "unreadable",
    })
}
