//! A vCenter: virtual machines, templates and library items, ESXi hosts and clusters, datacenter by datacenter.
//!
//! **Invariant:** a scope is complete only when its list was read to the last page, nothing in it was hidden from the
//! account property by property, and the vCenter said of each object that was listed before, and is not now, that it is
//! gone. A vCenter leaves what the account may not see out of its lists without a word.

mod center;
mod compute;
mod config;
mod error;
mod gone;
mod library;
mod machine;
mod names;
mod rest;
mod soap;
mod xml;

use std::collections::HashSet;

use async_trait::async_trait;
use reqwest::{StatusCode, Url};

use super::{Check, ConnectError, Inventory, Kind, Sink};
use crate::grant::Grant;
use crate::outbound::{ATTEMPTS_MAX, Limits, Options, Outbound, TEST_ATTEMPTS_MAX};
use center::Center;
use config::VsphereConfig;
use error::ApiError;
use rest::Rest;
use soap::Soap;

pub const KIND: Kind = Kind {
    name: "vsphere",
    title: "VMware vSphere",
    summary: "Virtual machines, templates, content libraries, hosts and clusters of one vCenter, with a read-only account.",
    simulated: false,
    permissions: Some(PERMISSIONS),
    watch: None,
    config_schema: || schemars::schema_for!(VsphereConfig).into(),
    build: |config, grant| {
        let (config, base) = VsphereConfig::parse(config, &grant)?;
        Ok(Box::new(Vsphere { config, base, grant }))
    },
};

const PERMISSIONS: &str = "Role Read-only (System.Anonymous, System.View, System.Read)
  on the root folder, with Propagate to children
  and as a global permission, for tags and content libraries
";

/// Datacenters that "test connection" looks into.
const CHECK_DATACENTERS_MAX: usize = 20;

struct Vsphere {
    config: VsphereConfig,
    base: Url,
    grant: Grant,
}

impl Vsphere {
    fn outbound(&self, attempts_max: u32, faults_with: Option<StatusCode>) -> Result<Outbound, ConnectError> {
        let options = Options {
            limits: Limits::per_second(self.config.requests_per_second),
            roots: self.config.certificate_authority.clone().map(String::into_bytes),
            attempts_max,
            faults_with,
            ..Options::default()
        };
        Outbound::new(&self.grant, options).map_err(|error| ConnectError::Unreadable(error.to_string()))
    }

    /// Begins a session, does the work in it, and ends it whatever came of the work.
    async fn within<T>(
        &self,
        attempts_max: u32,
        work: impl AsyncFnOnce(&Center<'_>) -> Result<T, ConnectError>,
    ) -> Result<T, ConnectError> {
        let soap = self.outbound(attempts_max, Some(StatusCode::INTERNAL_SERVER_ERROR))?;
        let soap = Soap::new(soap, &self.base, &self.config, &self.grant);
        let service = soap.service().await.map_err(unreadable)?;
        soap.login(&service).await.map_err(unreadable)?;
        let rest = match self.config.tags_and_libraries {
            true => Some(Rest::new(
                self.outbound(attempts_max, None)?,
                &self.base,
                &self.config.user,
                &soap,
            )),
            false => None,
        };
        let center = Center {
            soap: &soap,
            service: &service,
            rest,
            name: self.config.name.as_deref().unwrap_or_default(),
        };
        let done = work(&center).await;
        if let Some(rest) = &center.rest {
            rest.logout().await;
        }
        soap.logout(&service).await;
        done
    }
}

#[async_trait]
impl Inventory for Vsphere {
    async fn check(&self) -> Result<Check, ConnectError> {
        self.within(TEST_ATTEMPTS_MAX, async |center: &Center<'_>| {
            let datacenters = center.datacenters().await.map_err(unreadable)?;
            let mut findings = vec![format!("{} answers, with {} datacenters", center.service.product, datacenters.len())];
            let mut ok = !datacenters.is_empty();
            if datacenters.is_empty() {
                findings.push("missing: the account sees no datacenter; it needs the role Read-only on the root folder, with propagation".to_owned());
            }
            for datacenter in datacenters.iter().take(CHECK_DATACENTERS_MAX) {
                if let Err(error) = center.try_out(datacenter).await {
                    ok = false;
                    findings.push(format!("missing: machines of \"{}\" stay unknown: {error}", datacenter.name));
                }
            }
            match &center.rest {
                Some(rest) => match rest.libraries().await {
                    Ok(libraries) => findings.push(format!("{} content libraries can be read", libraries.len())),
                    Err(error) => {
                        ok = false;
                        findings.push(format!("missing: tags and content libraries stay unknown: {error}"));
                    }
                },
                None => findings.push("tags and content libraries are not read, as the configuration says".to_owned()),
            }
            Ok(Check { ok, findings })
        })
        .await
    }

    async fn collect(&self, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        self.within(ATTEMPTS_MAX, async |center: &Center<'_>| {
            let (mut seen, mut doubts) = (HashSet::new(), Vec::new());
            // Without it nobody knows which scopes there are.
            for datacenter in center.datacenters().await.map_err(unreadable)? {
                doubts.extend(center.collect_machines(&datacenter, &mut seen, sink).await?);
                center.collect_compute(&datacenter, sink).await?;
            }
            for doubt in doubts {
                center.settle(machine::WANTED.kind, doubt, &seen, sink).await?;
            }
            center.collect_libraries(sink).await
        })
        .await
    }
}

fn unreadable(error: ApiError) -> ConnectError {
    ConnectError::Unreadable(error.to_string())
}
