//! Certificates of AWS Certificate Manager. Private keys cannot be asked for.

use std::collections::BTreeMap;

use qlrf_core::asset::Platform;
use qlrf_core::resource::{Certificate, Facts, Resource};
use qlrf_core::time::Timestamp;
use serde::Deserialize;

use super::api::{ACM, Request};
use super::cell::Cell;
use super::error::AwsError;
use super::page::{Page, given};

/// Without them the list leaves out all but RSA with 1024 and 2048 bits.
const KEY_TYPES: [&str; 7] = [
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
];

pub fn request() -> Request {
    Request::new(&ACM, "ListCertificates")
        .with("Includes", serde_json::json!({ "keyTypes": KEY_TYPES }))
        .with("MaxItems", 1000)
}

pub fn one_request(arn: &str) -> Request {
    Request::new(&ACM, "DescribeCertificate").with("CertificateArn", arn)
}

pub fn tags_request(arn: &str) -> Request {
    Request::new(&ACM, "ListTagsForCertificate").with("CertificateArn", arn)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tags {
    #[serde(default)]
    tags: Vec<CertificateTag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CertificateTag {
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Certificates {
    certificate_summary_list: Vec<Summary>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    certificate_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct One {
    certificate: Detail,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Detail {
    #[serde(default)]
    domain_name: String,
    #[serde(default)]
    subject_alternative_names: Vec<String>,
    subject: Option<String>,
    issuer: Option<String>,
    serial: Option<String>,
    key_algorithm: Option<String>,
    status: Option<String>,
    not_before: Option<f64>,
    not_after: Option<f64>,
    #[serde(default)]
    in_use_by: Vec<String>,
}

impl Page for Certificates {
    fn next(&mut self) -> Option<String> {
        self.next_token.take()
    }
}

/// `tags_gap`: why none of them has labels.
pub async fn list(cell: &Cell, tags_gap: &mut Option<AwsError>) -> Result<(), AwsError> {
    let mut pages = cell.pages(request());
    while let Some(page) = pages.next::<Certificates>().await? {
        for summary in page.certificate_summary_list {
            let arn = summary.certificate_arn;
            let found = match one(cell, &arn, tags_gap).await {
                Ok((one, labels)) => resource(cell, arn, one, labels),
                // It was deleted since it was listed.
                Err(AwsError::Refused { code, .. }) if code == "ResourceNotFoundException" => continue,
                Err(error) => return Err(error),
            };
            cell.out.resources("certificate", vec![found]).await;
        }
    }
    Ok(())
}

async fn one(
    cell: &Cell,
    arn: &str,
    tags_gap: &mut Option<AwsError>,
) -> Result<(Detail, BTreeMap<String, String>), AwsError> {
    let one = cell.ask::<One>(&one_request(arn)).await?.certificate;
    if tags_gap.is_some() {
        return Ok((one, BTreeMap::new()));
    }
    match cell.ask::<Tags>(&tags_request(arn)).await {
        Ok(Tags { tags }) => Ok((one, tags.into_iter().map(|tag| (tag.key, tag.value)).collect())),
        Err(error) if error.is_permission() => {
            *tags_gap = Some(error);
            Ok((one, BTreeMap::new()))
        }
        Err(error) => Err(error),
    }
}

fn resource(cell: &Cell, arn: String, mut one: Detail, labels: BTreeMap<String, String>) -> Resource {
    one.subject_alternative_names.sort();
    one.in_use_by.sort();
    Resource {
        native_id: arn,
        platform: Platform::Aws,
        name: one.domain_name.clone(),
        account: Some(cell.account().to_owned()),
        region: Some(cell.region.clone()),
        labels,
        facts: Facts::Certificate(Certificate {
            subject: given(one.subject).unwrap_or_else(|| format!("CN={}", one.domain_name)),
            issuer: given(one.issuer),
            dns_names: one.subject_alternative_names,
            serial: one
                .serial
                .map(|serial| serial.replace(':', "").to_ascii_lowercase()),
            fingerprint: None,
            key_algorithm: given(one.key_algorithm),
            not_before: one.not_before.and_then(seconds),
            not_after: one.not_after.and_then(seconds),
            status: one.status.map(|status| status.to_ascii_lowercase()),
            used_by: one.in_use_by,
        }),
        relations: Vec::new(),
        simulated: false,
    }
}

/// Certificates count in whole seconds.
fn seconds(at: f64) -> Option<Timestamp> {
    Timestamp::from_unix_timestamp(at as i64).ok()
}
