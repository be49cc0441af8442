//! Judges a URL before it is asked, and the addresses behind its name when they are looked up.

use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::CallError;
use crate::address::{self, Policy};

/// The host, for whoever tells of a failure.
pub fn checked(url: &Url, addresses: &Policy) -> Result<String, CallError> {
    let host = url
        .host_str()
        .ok_or_else(|| CallError::Address(format!("{url} names no host")))?;
    let is_loopback = address::is_this_machine(host);
    match url.scheme() {
        "https" => {}
        "http" if is_loopback => {}
        _ => {
            let reason = format!("{host} is reached over https; http is for this machine only");
            return Err(CallError::Address(reason));
        }
    }
    addresses
        .check(host)
        .map_err(|refused| CallError::Address(refused.to_string()))?;
    Ok(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// Where a client goes.
pub enum Reach {
    Allowed(Arc<Policy>),
    /// To the metadata service of the machine's own cloud and nowhere else. No policy lets anybody there.
    Metadata(Url),
}

impl Reach {
    pub fn checked(&self, url: &Url) -> Result<String, CallError> {
        match self {
            Reach::Allowed(addresses) => checked(url, addresses),
            Reach::Metadata(service) if url.origin() == service.origin() => {
                Ok("the metadata service".to_owned())
            }
            Reach::Metadata(_) => Err(CallError::Address(format!("{url} is no metadata service"))),
        }
    }

    /// An address is not resolved, and a metadata service is known by its address.
    pub fn resolver(&self) -> Arc<dyn Resolve> {
        Arc::new(match self {
            Reach::Allowed(addresses) => Allowed(addresses.clone()),
            Reach::Metadata(_) => Allowed(Arc::default()),
        })
    }
}

struct Allowed(Arc<Policy>);

impl Resolve for Allowed {
    fn resolve(&self, name: Name) -> Resolving {
        let addresses = self.0.clone();
        Box::pin(async move {
            let found = addresses.resolve(name.as_str(), 0).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
