//! The three protocols that the services speak, each a POST to `/`: EC2's and the other Query APIs (a form, answered in XML)
//! and JSON 1.1.

use std::sync::Arc;

use qlrf_core::time;
use quick_xml::events::Event;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::config::place;
use super::error::{AwsError, is_throttled, refused};
use super::sign::{Key, Signed, sign};
use crate::grant::Grant;
use crate::outbound::{Call, CallError, Limits, Options, Outbound, misread};

const ANOTHER_FORM: &str = "it is not the XML that was expected";

pub struct Service {
    /// In host names, in signatures and in the names of permissions.
    pub name: &'static str,
    protocol: Protocol,
}

enum Protocol {
    /// The version of the API.
    Query(&'static str),
    /// What comes before the action in `x-amz-target`.
    Json(&'static str),
}

pub const EC2: Service = query("ec2", "2016-11-15");
pub const STS: Service = query("sts", "2011-06-15");
pub const AUTO_SCALING: Service = query("autoscaling", "2011-01-01");
pub const SSM: Service = json("ssm", "AmazonSSM");
pub const ACM: Service = json("acm", "CertificateManager");

const fn query(name: &'static str, version: &'static str) -> Service {
    let protocol = Protocol::Query(version);
    Service { name, protocol }
}

const fn json(name: &'static str, target: &'static str) -> Service {
    let protocol = Protocol::Json(target);
    Service { name, protocol }
}

/// One question to one service.
#[derive(Clone)]
pub struct Request {
    service: &'static Service,
    action: &'static str,
    /// Text for the Query APIs, anything for JSON.
    parameters: Map<String, Value>,
}

impl Request {
    pub fn new(service: &'static Service, action: &'static str) -> Request {
        Request {
            service,
            action,
            parameters: Map::new(),
        }
    }

    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Request {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }

    /// As policies name it: `ec2:DescribeInstances`.
    pub fn permission(&self) -> String {
        format!("{}:{}", self.service.name, self.action)
    }

    fn body(&self) -> Vec<u8> {
        match self.service.protocol {
            Protocol::Query(version) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.append_pair("Action", self.action)
                    .append_pair("Version", version)
                    .extend_pairs(self.parameters.iter().map(|(name, value)| (name, text(value))));
                form.finish().into_bytes()
            }
            Protocol::Json(_) => Value::Object(self.parameters.clone()).to_string().into_bytes(),
        }
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        match self.service.protocol {
            Protocol::Query(_) => {
                let form = "application/x-www-form-urlencoded; charset=utf-8";
                vec![("content-type", form.to_owned())]
            }
            Protocol::Json(target) => vec![
                ("content-type", "application/x-amz-json-1.1".to_owned()),
                ("x-amz-target", format!("{target}.{}", self.action)),
            ],
        }
    }

    fn read<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, AwsError> {
        let read = std::str::from_utf8(body)
            .map_err(|_| "it is no text".to_owned())
            .and_then(|text| match self.service.protocol {
                // Lists that are empty are left out, so that any other document would read as an answer without anything in it.
                Protocol::Query(_) if !is_answer_to(self.action, text) => Err(ANOTHER_FORM.to_owned()),
                // Its errors repeat what stands there, and say no place.
                Protocol::Query(_) => quick_xml::de::from_str(text).map_err(|_| ANOTHER_FORM.to_owned()),
                Protocol::Json(_) => serde_json::from_str(text).map_err(|error| misread(&error)),
            });
        read.map_err(|reason| self.unreadable(reason))
    }

    pub fn unreadable(&self, reason: impl Into<String>) -> AwsError {
        AwsError::Unreadable {
            action: self.permission(),
            reason: reason.into(),
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The way to AWS for one collection.
#[derive(Clone)]
pub struct Api {
    outbound: Outbound,
    endpoint: Option<Arc<str>>,
}

impl Api {
    pub fn new(grant: &Grant, endpoint: Option<&str>, requests_per_second: u32) -> Result<Api, CallError> {
        let options = Options {
            limits: Limits::per_second(requests_per_second),
            throttled: is_throttled,
            ..Options::default()
        };
        Ok(Api {
            outbound: Outbound::new(grant, options)?,
            endpoint: endpoint.map(Into::into),
        })
    }

    pub async fn ask<T: DeserializeOwned>(
        &self,
        key: &Key,
        region: &str,
        request: &Request,
    ) -> Result<T, AwsError> {
        let action = request.permission();
        let url = self
            .place(request.service.name, region)
            .map_err(|reason| request.unreadable(reason))?;
        let body = request.body();
        let answer = self
            .outbound
            .send(|| signed(key, region, request, &url, &body))
            .await;
        let answer = answer.map_err(|error| AwsError::Call {
            action: action.clone(),
            error,
        })?;
        match answer.status.is_success() {
            true => request.read(&answer.body),
            false => Err(refused(action, &answer)),
        }
    }

    fn place(&self, service: &str, region: &str) -> Result<Url, String> {
        let (_, suffix) = partition(region);
        let own = format!("https://{{service}}.{{region}}.{suffix}");
        place(self.endpoint.as_deref().unwrap_or(&own), service, region)
    }
}

/// Name and domain of the part of AWS that a region belongs to.
pub fn partition(region: &str) -> (&'static str, &'static str) {
    match region {
        _ if region.starts_with("cn-") => ("aws-cn", "amazonaws.com.cn"),
        _ if region.starts_with("us-gov-") => ("aws-us-gov", "amazonaws.com"),
        _ => ("aws", "amazonaws.com"),
    }
}

fn signed(key: &Key, region: &str, request: &Request, url: &Url, body: &[u8]) -> Call {
    let host = match (url.host_str().unwrap_or_default(), url.port()) {
        (host, Some(port)) => format!("{host}:{port}"),
        (host, None) => host.to_owned(),
    };
    let headers = sign(
        key,
        Signed {
            host: &host,
            region,
            service: request.service.name,
            body,
            at: time::now(),
            headers: request.headers(),
        },
    );
    let sensitive = |(name, value): (&'static str, String)| {
        let mut value = HeaderValue::try_from(value).ok()?;
        value.set_sensitive(name != "content-type");
        Some((HeaderName::from_static(name), value))
    };
    Call {
        method: Method::POST,
        url: url.clone(),
        headers: headers.into_iter().filter_map(sensitive).collect::<HeaderMap>(),
        body: body.to_vec(),
    }
}

/// Its outermost element is named after the action.
fn is_answer_to(action: &str, text: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(root) | Event::Empty(root)) => {
                let name = root.local_name();
                return name.as_ref().strip_suffix("Response") == Some(action);
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}
