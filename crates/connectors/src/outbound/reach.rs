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

pub fn resolver(addresses: Arc<Policy>) -> Arc<dyn Resolve> {
    Arc::new(Allowed(addresses))
}
