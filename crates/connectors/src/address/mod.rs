//! Which addresses the server connects to on behalf of somebody. What a person may name over the network must not let
//! that person reach what only the server can: a metadata service, a database on its machine, a router on the inside.
//!
//! **Invariant:** a name is judged by the addresses that it resolves to, and it is one of these that is connected to. A name
//! that answers otherwise the next time gains nothing.

mod network;
mod special;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub use network::Network;
use special::Kind;

const RESOLVE_TIME_MAX: Duration = Duration::from_secs(5);
const LOCAL_NAME: &str = "localhost";
/// Tried one after the other.
const ADDRESSES_MAX: usize = 8;

/// Where connectors of an organisation may connect to.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// None: any public or private address.
    networks: Vec<Network>,
}

#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    #[error("\"{host}\" cannot be connected to: {ip} {reason}")]
    Refused {
        host: String,
        ip: IpAddr,
        reason: &'static str,
    },
    #[error("\"{host}\" cannot be resolved: {reason}")]
    Unresolved { host: String, reason: String },
}

impl Policy {
    pub fn new(networks: Vec<Network>) -> Policy {
        Policy { networks }
    }

    /// Judges a host that is written as an address; a name is judged when it is resolved.
    pub fn check(&self, host: &str) -> Result<(), AddressError> {
        match literal(host) {
            Some(ip) => self.judge(host, ip),
            None => Ok(()),
        }
    }

    /// Addresses to connect to, and no others.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, AddressError> {
        if let Some(ip) = literal(host) {
            self.judge(host, ip)?;
            return Ok(vec![SocketAddr::new(ip, port)]);
        }
        let unresolved = |reason: String| AddressError::Unresolved {
            host: host.to_owned(),
            reason,
        };
        let found = tokio::time::timeout(RESOLVE_TIME_MAX, lookup(host)).await;
        let found = found.map_err(|_| unresolved("its name server did not answer in time".to_owned()))?;
        let found = found.map_err(|error| unresolved(error.to_string()))?;
        let mut refused = unresolved("it has no address".to_owned());
        let mut allowed = Vec::new();
        for ip in found {
            match self.judge(host, ip) {
                Ok(()) if allowed.len() < ADDRESSES_MAX => allowed.push(SocketAddr::new(ip, port)),
                Ok(()) => {}
                Err(error) => refused = error,
            }
        }
        match allowed.is_empty() {
            true => Err(refused),
            false => Ok(allowed),
        }
    }

    fn judge(&self, host: &str, ip: IpAddr) -> Result<(), AddressError> {
        let refused = |reason| AddressError::Refused {
            host: host.to_owned(),
            ip,
            reason,
        };
        let kind = special::kind(ip);
        let ip = special::effective(ip);
        let holding = |network: &&Network| network.holds(ip);
        match kind {
            Kind::Never(reason) => Err(refused(reason)),
            Kind::Loopback => match self.networks.iter().filter(holding).any(Network::is_loopback) {
                true => Ok(()),
                false => Err(refused(
                    "is the server's own machine, which the operator has not allowed",
                )),
            },
            Kind::Public | Kind::Private => {
                match self.networks.is_empty() || self.networks.iter().any(|network| network.holds(ip)) {
                    true => Ok(()),
                    false => Err(refused("lies outside the networks that the operator allowed")),
                }
            }
        }
    }
}

pub fn is_public(ip: IpAddr) -> bool {
    special::kind(ip) == Kind::Public
}

/// A host that is written as an address, in brackets or without.
pub fn literal(host: &str) -> Option<IpAddr> {
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    inner.unwrap_or(host).parse().ok()
}

/// A host that is this machine by its very name; what a name leads to is judged when it is resolved.
pub fn is_this_machine(host: &str) -> bool {
    literal(host).map_or(host.eq_ignore_ascii_case(LOCAL_NAME), |ip| ip.is_loopback())
}

pub async fn lookup(host: &str) -> io::Result<Vec<IpAddr>> {
    let found = tokio::net::lookup_host((host, 0)).await?;
    Ok(found.map(|address| address.ip()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(networks: &[&str]) -> Policy {
        Policy::new(
            networks
                .iter()
                .map(|text| Network::parse(text).unwrap())
                .collect(),
        )
    }

    #[tokio::test]
    async fn names_are_judged_by_what_they_resolve_to() {
        // However this machine is written, and whatever a resolver makes of a number.
        for host in [
            "localhost",
            "127.0.0.1",
            "[::1]",
            "::ffff:127.0.0.1",
            "2130706433",
            "127.1",
            "0x7f000001",
        ] {
            let refused = policy(&[]).resolve(host, 22).await;
            assert!(
                matches!(refused, Err(AddressError::Refused { .. })),
                "{host}: {refused:?}"
            );
            // A network of all addresses does not mean the server itself.
            let refused = policy(&["0.0.0.0/0", "::/0"]).resolve(host, 22).await;
            assert!(
                matches!(refused, Err(AddressError::Refused { .. })),
                "{host}: {refused:?}"
            );
        }
        let allowed = policy(&["127.0.0.0/8", "::1"]);
        let found = allowed.resolve("localhost", 22).await.unwrap();
        assert!(!found.is_empty() && found.iter().all(|address| address.ip().is_loopback()));
        for host in ["169.254.169.254", "2852039166", "[fd00:ec2::254]", "0.0.0.0"] {
            let refused = policy(&["0.0.0.0/0", "::/0", "169.254.0.0/16"])
                .resolve(host, 80)
                .await;
            assert!(
                matches!(refused, Err(AddressError::Refused { .. })),
                "{host}: {refused:?}"
            );
        }
        let refused = policy(&[]).resolve("no such name", 22).await;
        assert!(
            matches!(refused, Err(AddressError::Unresolved { .. })),
            "{refused:?}"
        );
    }

    #[test]
    fn only_the_networks_that_were_allowed_are_reached() {
        let some = policy(&["10.20.0.0/16"]);
        assert!(some.check("10.20.1.1").is_ok() && some.check("::ffff:10.20.1.1").is_ok());
        assert!(some.check("10.21.1.1").is_err() && some.check("8.8.8.8").is_err());
        let usual = policy(&[]);
        assert!(usual.check("10.21.1.1").is_ok() && usual.check("8.8.8.8").is_ok());
        assert!(usual.check("edge.example.org").is_ok());
    }
}
