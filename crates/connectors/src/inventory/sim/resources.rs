//! What the simulated estate holds besides assets: at each site the certificates of its workloads, which are renewed as days
//! go by, a cluster and its hypervisors.

use std::collections::BTreeMap;

use qlrf_core::asset::Platform;
use qlrf_core::coverage::Scope;
use qlrf_core::resource::{Certificate, Cluster, Facts, Hypervisor, Relation, RelationKind, Resource};
use qlrf_core::time::{Date, Duration};

use super::world::{SITES, Site, WORKLOADS};

const ACCOUNT: &str = "simulated";
const CERTIFICATE_DAYS: i32 = 90;
/// Renewed when a third of its time is left.
const RENEWED_AFTER_DAYS: i32 = 60;
const HYPERVISORS: u32 = 3;

/// Each kind at each site is a scope of its own.
pub fn scopes(day: Date) -> impl Iterator<Item = (Scope, Vec<Resource>)> {
    SITES.iter().enumerate().flat_map(move |(number, site)| {
        [
            ("certificate", certificates(site, number, day)),
            ("cluster", vec![cluster(site)]),
            ("hypervisor", hypervisors(site)),
        ]
        .map(|(kind, resources)| (scope(site, kind), resources))
    })
}

fn scope(site: &Site, kind: &str) -> Scope {
    Scope {
        account: ACCOUNT.to_owned(),
        region: site.name.to_owned(),
        kind: kind.to_owned(),
    }
}

fn certificates(site: &Site, number: usize, day: Date) -> Vec<Resource> {
    let each = WORKLOADS.iter().enumerate().map(|(place, workload)| {
        let name = format!("{}.{}.example.org", workload.name, site.name);
        // Spread over the days, so that each day a few are renewed and some are always near their end.
        let phase = i32::try_from((number * WORKLOADS.len() + place) * 7).unwrap_or_default();
        let age = (day.to_julian_day() + phase).rem_euclid(RENEWED_AFTER_DAYS);
        let from = day - Duration::days(i64::from(age));
        let facts = Facts::Certificate(Certificate {
            subject: format!("CN={name}"),
            issuer: Some("CN=Simulated authority".to_owned()),
            dns_names: vec![name.clone()],
            serial: Some(format!("{:08x}", from.to_julian_day())),
            key_algorithm: Some("ECDSA P-256".to_owned()),
            not_before: Some(from.midnight().assume_utc()),
            not_after: Some(
                (from + Duration::days(i64::from(CERTIFICATE_DAYS)))
                    .midnight()
                    .assume_utc(),
            ),
            status: Some("issued".to_owned()),
            ..Certificate::default()
        });
        resource(
            site,
            Platform::Kubernetes,
            format!("certificate/{name}"),
            name,
            facts,
        )
    });
    each.collect()
}

fn cluster(site: &Site) -> Resource {
    let facts = Facts::Cluster(Cluster {
        version: Some("8.0.3".to_owned()),
    });
    let name = format!("{}-cluster", site.name);
    resource(site, Platform::Vsphere, format!("cluster/{name}"), name, facts)
}

fn hypervisors(site: &Site) -> Vec<Resource> {
    let each = (1..=HYPERVISORS).map(|number| {
        let name = format!("{}-esx-{number:02}", site.name);
        let facts = Facts::Hypervisor(Hypervisor {
            product: Some("VMware ESXi".to_owned()),
            version: Some("8.0.3".to_owned()),
            build: None,
        });
        let mut host = resource(site, Platform::Vsphere, format!("hypervisor/{name}"), name, facts);
        host.relations = vec![Relation {
            relation: RelationKind::MemberOf,
            to: format!("cluster/{}-cluster", site.name),
        }];
        host
    });
    each.collect()
}

fn resource(site: &Site, platform: Platform, native_id: String, name: String, facts: Facts) -> Resource {
    Resource {
        native_id,
        platform,
        name,
        account: Some(ACCOUNT.to_owned()),
        region: Some(site.name.to_owned()),
        labels: BTreeMap::from([("ql-rf.io/simulated".to_owned(), "true".to_owned())]),
        facts,
        relations: Vec::new(),
        simulated: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_renewed_in_time_and_a_few_each_day() {
        let first = Date::from_julian_day(2_460_000).unwrap();
        let on = |day: i64| {
            let day = first + Duration::days(day);
            (
                day,
                scopes(day)
                    .flat_map(|(_, resources)| resources)
                    .collect::<Vec<_>>(),
            )
        };
        let mut renewed = 0;
        for day in 0..RENEWED_AFTER_DAYS.into() {
            let ((_, before), (today, after)) = (on(day), on(day + 1));
            renewed += before.iter().zip(&after).filter(|(a, b)| a != b).count();
            for resource in &after {
                assert!(resource.simulated);
                if let Facts::Certificate(certificate) = &resource.facts {
                    assert!(certificate.not_after.unwrap() > today.midnight().assume_utc());
                }
            }
        }
        assert_eq!(renewed, SITES.len() * WORKLOADS.len(), "each once in its time");
    }
}
