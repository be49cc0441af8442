//! A moto with machines in two regions, the way to it, and AWS's words for what goes wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use qlrf_connectors::grant::{AllowedNetwork, Grant, Grants};
use qlrf_connectors::secret::{Allowed, Secrets};
use qlrf_core::coverage::Scope;
use qlrf_core::secret::Secret;
use qlrf_testkit::{Asked, HttpProxy, Moto, Reply};
use serde_json::{Value, json};

use crate::suite::{Listed, Subject, Written, hostile_labels};

pub const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];
/// More than two pages of two.
pub const MACHINES: usize = 5;
/// In letters that are written in one way only.
const RENAMED: &str = "to-be-renamed";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A moto for the suite that every connector goes through.
pub struct Site {
    moto: Moto,
}

impl Site {
    pub async fn start(test: &str) -> Option<Site> {
        let moto = Moto::start(test).await?;
        for region in REGIONS {
            let image = moto.register_image(region, "golden-1").await;
            for number in 1..=MACHINES {
                let labels = labels(region, number);
                let tags = labels.iter().map(|(key, value)| (&**key, &**value));
                moto.run_instance(region, &image, tags).await;
            }
        }
        Some(Site { moto })
    }

    pub fn config(&self) -> Value {
        config(&self.moto.url)
    }

    pub async fn proxy(&self) -> HttpProxy {
        HttpProxy::start(&self.moto.url, reqwest::Client::new())
            .await
            .unwrap()
    }
}

pub fn labels(region: &str, number: usize) -> BTreeMap<String, String> {
    let mut labels = match number {
        1 => hostile_labels(),
        _ => BTreeMap::new(),
    };
    let name = match (region == REGIONS[0], number) {
        (true, 3) => RENAMED.to_owned(),
        _ => format!("<i>{region}</i> {number}"),
    };
    labels.insert("Name".into(), name);
    labels.insert("env".into(), "prod".into());
    labels
}

pub fn config(endpoint: &str) -> Value {
    json!({
        "access_key_id": "env:ID", "secret_access_key": "env:SECRET", "endpoint": endpoint,
        "regions": REGIONS, "requests_per_second": 1000,
    })
}

pub fn grant() -> Grant {
    grants().of("test")
}

pub fn grants() -> Grants {
    let variables = [("ID", "AKIAEXAMPLE"), ("SECRET", SECRET)];
    let variables = variables.map(|(name, text)| (name.to_owned(), Secret::new(text)));
    let allowed = ["env:ID", "env:SECRET"].map(|place| Allowed::parse(&format!("test={place}")).unwrap());
    Grants {
        secrets: Arc::new(Secrets::new(allowed.into(), variables.into(), None)),
        networks: Arc::new([AllowedNetwork::parse("test=127.0.0.0/8").unwrap()]),
        ..Grants::default()
    }
}

pub fn asks(asked: &Asked, action: &str) -> bool {
    asked.text().starts_with(&format!("Action={action}&"))
        || asked.header("x-amz-target").ends_with(&format!(".{action}"))
}

pub fn is_json(asked: &Asked) -> bool {
    !asked.header("x-amz-target").is_empty()
}

pub fn says(asked: &Asked, status: u16, code: &str) -> Reply {
    refusal(asked, status, code, "no")
}

/// As the service that was asked would say it.
fn refusal(asked: &Asked, status: u16, code: &str, message: &str) -> Reply {
    match is_json(asked) {
        true => Reply::say(
            400,
            "application/x-amz-json-1.1",
            json!({"__type": code, "message": message}).to_string(),
        ),
        false => Reply::say(
            status,
            "text/xml",
            format!(
                "<?xml version=\"1.0\"?><Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>r</RequestID></Response>"
            ),
        ),
    }
}

/// EC2 takes it for a wrong signature.
fn untimely(asked: &Asked, date: String) -> Reply {
    let message = "Signature expired: 20261122T100000Z is now earlier than 20261122T101500Z (20261122T103000Z - 15 min.)";
    let answer = match is_json(asked) {
        true => refusal(asked, 400, "InvalidSignatureException", message),
        false if asked.header("authorization").contains("/ec2/") => refusal(asked, 401, "AuthFailure", "no"),
        false => refusal(asked, 403, "SignatureDoesNotMatch", message),
    };
    answer.at(date)
}

pub fn small_page(asked: &mut Asked) {
    let text = asked.text();
    if text.starts_with("Action=DescribeInstances&") {
        asked.body = text.replace("MaxResults=500", "MaxResults=2").into_bytes();
    }
}

pub async fn subject(site: &Site) -> Subject {
    let proxy = site.proxy().await;
    let machines = REGIONS
        .iter()
        .flat_map(|region| (1..=MACHINES).map(|number| labels(region, number)));
    Subject {
        kind: "aws",
        config: config(proxy.url()),
        grant: grant(),
        proxy,
        listed: Listed::Machines,
        machines: machines.map(|labels| (labels["Name"].clone(), labels)).collect(),
        lists_machines: |asked| asks(asked, "DescribeInstances"),
        of_the_failing: |asked| {
            asks(asked, "DescribeInstances") && asked.header("authorization").contains("/us-east-1/")
        },
        // Which images its machines use is then not known either.
        is_failing: |scope: &Scope| {
            let images = scope.account == "-" && scope.kind == "machine_image";
            scope.region == "us-east-1" && (scope.kind == "virtual_machine" || images)
        },
        small_page,
        slower: |asked| match is_json(asked) {
            true => says(asked, 400, "ThrottlingException"),
            false => says(asked, 503, "RequestLimitExceeded"),
        },
        forbidden: |asked| match is_json(asked) {
            true => says(asked, 400, "AccessDeniedException"),
            false => says(asked, 403, "UnauthorizedOperation"),
        },
        expired: |asked| match is_json(asked) {
            true => says(asked, 400, "ExpiredTokenException"),
            false => says(asked, 400, "RequestExpired"),
        },
        untimely: Some(untimely),
        written: Some(Written::Xml),
        renamed: RENAMED,
        permission: "ec2:DescribeInstances",
    }
}
