//! Where a feed may be fetched from: the public internet over https, or this machine; and a mirror that the operator of
//! the server configured, wherever it is.
//!
//! Whoever may name a feed's URL must not thereby reach what only the server can: a metadata service, a database or a
//! router on the inside. A name is judged by the addresses that it resolves to, at the moment of connecting.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::{self, is_public};

const LOCAL_NAME: &str = "localhost";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Somebody named the URL over the network.
    Public,
    /// The operator wrote it into the configuration, and vouches for its host.
    Configured,
}

impl Reach {
    pub fn check_url(self, url: &Url) -> Result<(), String> {
        match (self, url.scheme()) {
            (Reach::Public, _) => check_url(url),
            (Reach::Configured, "http" | "https") => Ok(()),
            (Reach::Configured, other) => {
                Err(format!("a mirror answers over https or http and not \"{other}\""))
            }
        }
    }

    /// What a configured mirror says does not lead to other hosts on the inside.
    pub fn may_follow(self, previous: &[Url], next: &Url) -> bool {
        let first = previous.first().and_then(Url::host_str);
        self == Reach::Public || next.host_str() == first
    }
}

/// Judges all of a URL but the addresses behind its name.
fn check_url(url: &Url) -> Result<(), String> {
    let host = url.host_str().ok_or("it names no host")?;
    let literal = address::literal(host);
    let is_loopback = address::is_this_machine(host);
    match url.scheme() {
        "https" => {}
        "http" if is_loopback => {}
        "http" => return Err("feeds are fetched over https; http is for this machine only".into()),
        other => return Err(format!("feeds are fetched over https and not \"{other}\"")),
    }
    match literal {
        Some(ip) if !is_loopback && !is_public(ip) => Err(format!("{ip} is not a public address")),
        _ => Ok(()),
    }
}

/// Resolves names to public addresses only.
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let is_local = host.eq_ignore_ascii_case(LOCAL_NAME);
            let allowed: Vec<SocketAddr> = address::lookup(&host)
                .await?
                .into_iter()
                .filter(|ip| match is_local {
                    true => ip.is_loopback(),
                    false => is_public(*ip),
                })
                .map(|ip| SocketAddr::new(ip, 0))
                .collect();
            if allowed.is_empty() {
                return Err(format!("\"{host}\" has no public address").into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

pub(super) fn resolver() -> Arc<PublicOnly> {
    Arc::new(PublicOnly)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str) -> Result<(), String> {
        check_url(&Url::parse(url).expect("a URL"))
    }

    #[test]
    fn only_https_and_this_machine_are_reached() {
        for url in [
            "https://osv.dev/all.zip",
            "http://127.0.0.1:8080/x",
            "http://localhost/x",
            "https://[::1]/x",
        ] {
            assert_eq!(check(url), Ok(()), "{url}");
        }
        for url in [
            "http://osv.dev/all.zip",
            "ftp://osv.dev/all.zip",
            "file:///etc/passwd",
            "https://10.0.0.1/x",
            "https://169.254.169.254/latest/meta-data",
            "http://169.254.169.254/latest/meta-data",
            "https://192.168.1.1/x",
            "https://2852039166/latest",
            "https://[::ffff:10.0.0.1]/x",
            "https://[fd00::1]/x",
            "https://[fe80::1]/x",
            "https://[64:ff9b::a00:1]/x",
            "https://[2002:a00:1::]/x",
            "https://0.0.0.0/x",
        ] {
            assert!(check(url).is_err(), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let inside: Name = "127.0.0.1.".parse().expect("a name");
        assert!(PublicOnly.resolve(inside).await.is_err());
        let local: Name = LOCAL_NAME.parse().expect("a name");
        assert!(
            PublicOnly
                .resolve(local)
                .await
                .expect("this machine")
                .all(|a| a.ip().is_loopback())
        );
    }
}
