//! What the operator of the server lets connectors use.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::address::{Network, Policy};
use crate::outbound::MetadataService;
use crate::program::{AllowedProgram, Program};
use crate::secret::{OrgSecrets, Secrets, absolute};

/// For all organisations.
#[derive(Clone, Default)]
pub struct Grants {
    pub secrets: Arc<Secrets>,
    pub networks: Arc<[AllowedNetwork]>,
    pub programs: Arc<[AllowedProgram]>,
    pub host_folders: Arc<[AllowedFolder]>,
    /// Who may use the identity of the machine that the server runs on.
    pub instance: Arc<[Whom]>,
    pub metadata: MetadataService,
}

/// For one organisation.
#[derive(Clone)]
pub struct Grant {
    pub secrets: OrgSecrets,
    pub addresses: Arc<Policy>,
    /// That may be run on its behalf.
    pub programs: Arc<[Program]>,
    /// Lists of hosts may lie there.
    pub host_folders: Arc<[PathBuf]>,
    /// Where the machine that the server runs on gets its identity. `None`: it is not for connectors.
    pub instance: Option<MetadataService>,
    pub meter: Meter,
}

/// Counts what was asked of a provider with one grant.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    pub fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub fn requests(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Grants {
    /// `org` is its short name.
    pub fn of(&self, org: &str) -> Grant {
        Grant {
            secrets: OrgSecrets::new(self.secrets.clone(), org),
            addresses: Arc::new(Policy::new(
                self.networks
                    .iter()
                    .filter(|allowed| allowed.to.is(org))
                    .map(|allowed| allowed.network)
                    .collect(),
            )),
            programs: self
                .programs
                .iter()
                .filter_map(|allowed| allowed.of(org).cloned())
                .collect(),
            host_folders: self
                .host_folders
                .iter()
                .filter(|allowed| allowed.to.is(org))
                .map(|allowed| allowed.folder.clone())
                .collect(),
            instance: self
                .instance
                .iter()
                .any(|allowed| allowed.is(org))
                .then(|| self.metadata.clone()),
            meter: Meter::default(),
        }
    }
}

/// To whom the operator allows something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whom(Option<String>);

impl Whom {
    /// Splits `acme=…` and `*=…`; `form` says what was expected.
    pub fn split<'a>(text: &'a str, form: &str) -> Result<(Whom, &'a str), String> {
        let (org, what) = text.split_once('=').ok_or_else(|| format!("it takes {form}"))?;
        let to = Whom::parse(org).map_err(|reason| format!("before the `=` {reason}"))?;
        Ok((to, what))
    }

    /// `acme`, or `*`.
    pub fn parse(org: &str) -> Result<Whom, String> {
        if org == ANY {
            return Ok(Whom(None));
        }
        let is_slug = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        match !org.is_empty() && org.bytes().all(is_slug) {
            true => Ok(Whom(Some(org.to_owned()))),
            false => Err("it takes the short name of an organisation, or `*` for every one".to_owned()),
        }
    }

    pub fn is(&self, org: &str) -> bool {
        self.0.as_deref().is_none_or(|allowed| allowed == org)
    }
}

const ANY: &str = "*";

/// Where connectors of an organisation may connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedNetwork {
    to: Whom,
    network: Network,
}

impl AllowedNetwork {
    pub fn parse(text: &str) -> Result<AllowedNetwork, String> {
        let (to, network) = Whom::split(text, "ORGANISATION=NETWORK, such as `acme=10.20.0.0/16`")?;
        let network = Network::parse(network).ok_or(
            "after the `=` it takes an address, or a network such as `10.20.0.0/16` without bits behind it",
        )?;
        Ok(AllowedNetwork { to, network })
    }
}

/// Where lists of hosts may lie. What stands in one is shown to whoever names it, so that no secret is kept there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedFolder {
    to: Whom,
    folder: PathBuf,
}

impl AllowedFolder {
    pub fn parse(text: &str) -> Result<AllowedFolder, String> {
        let (to, folder) = Whom::split(text, "ORGANISATION=/folder, such as `acme=/etc/qlrf/hosts/acme`")?;
        match absolute(folder) {
            Some(folder) if folder == Path::new("/") => {
                Err("`/` would allow every file of the machine".to_owned())
            }
            Some(folder) => Ok(AllowedFolder { to, folder }),
            None => Err("after the `=` it takes the absolute path of a folder, without `..`".to_owned()),
        }
    }

    pub fn path(&self) -> &Path {
        &self.folder
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisation_gets_its_own_networks() {
        let rules = ["acme=10.1.0.0/16", "other=10.2.0.0/16", "*=10.3.0.0/16"];
        let grants = Grants {
            networks: rules.map(|rule| AllowedNetwork::parse(rule).unwrap()).into(),
            ..Grants::default()
        };
        let may = |org: &str, host: &str| grants.of(org).addresses.check(host).is_ok();
        assert!(may("acme", "10.1.0.1") && may("acme", "10.3.0.1") && !may("acme", "10.2.0.1"));
        assert!(may("third", "10.3.0.1") && !may("third", "10.1.0.1"));
        for wrong in [
            "10.1.0.0/16",
            "acme=",
            "acme=10.1.0.1/16",
            "Acme=10.1.0.1",
            "=10.1.0.1",
            "acme=example.org",
        ] {
            assert!(AllowedNetwork::parse(wrong).is_err(), "{wrong}");
        }
    }
}
