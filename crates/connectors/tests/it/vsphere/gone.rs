//! What was listed before and is not now: gone is only what the vCenter calls gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use qlrf_connectors::inventory::Inventory;
use qlrf_core::coverage::Scope;
use qlrf_testkit::{HttpProxy, Reply};

use super::{build, collect, config, proxy};
use crate::recorder::Recorder;
use crate::suite::partial;
use crate::vcenter::{Vcenter, fault, leave_out};

type Memory = BTreeMap<Scope, BTreeSet<String>>;

fn scope(region: &str, kind: &str) -> Scope {
    Scope {
        account: "vc1".to_owned(),
        region: region.to_owned(),
        kind: kind.to_owned(),
    }
}

async fn memory(proxy: &HttpProxy) -> Memory {
    proxy.forward_all();
    let seen = collect(config(proxy)).await;
    assert_eq!(partial(&seen), []);
    let ids = |held: BTreeSet<(String, String)>| held.into_iter().map(|(_, id)| id).collect();
    seen.held
        .into_iter()
        .map(|(scope, held)| (scope, ids(held)))
        .collect()
}

/// Region and kind of each scope that is not complete, with the reason.
async fn gaps(proxy: &HttpProxy, remembered: &Memory) -> Vec<(String, String, String)> {
    let mut seen = Recorder {
        remembered: remembered.clone(),
        ..Recorder::default()
    };
    let inventory: Box<dyn Inventory> = build(config(proxy));
    inventory.collect(&mut seen).await.unwrap();
    assert!(seen.complaints.is_empty(), "{:?}", seen.complaints);
    assert_eq!(seen.closed.len(), 9, "{:?}", seen.closed);
    let gap = |(scope, code, detail): (Scope, String, String)| {
        (scope.region, scope.kind, format!("{code}: {detail}"))
    };
    partial(&seen).into_iter().map(gap).collect()
}

fn no_permission() -> Reply {
    fault("NoPermission", "<privilegeId>System.View</privilegeId>")
}

#[tokio::test]
async fn what_a_vcenter_leaves_out_is_gone_only_when_it_says_so() {
    let Some(vcenter) = Vcenter::start("what_a_vcenter_leaves_out_is_gone_only_when_it_says_so").await else {
        return;
    };
    vcenter
        .library("golden", &[("debian-12", "ovf"), ("debian-13", "ovf")])
        .await;
    let proxy = proxy(&vcenter).await;
    let before = memory(&proxy).await;
    let machines = vcenter.ids("VirtualMachine").await;
    any_other_answer_keeps_it(&proxy, &before, &machines["DC0_H0_VM0"]).await;
    hosts_and_clusters_are_asked_for(&vcenter, &proxy, &before).await;
    items_of_libraries_are_asked_for(&proxy, &before).await;
    one_that_moved_is_not_asked_for(&proxy, &before, &machines["DC1_H0_VM0"]).await;

    vcenter.make_template(&machines["DC0_H0_VM0"]).await;
    vcenter.destroy(&machines["DC1_H0_VM0"]).await;
    proxy.forward_all();
    assert_eq!(
        gaps(&proxy, &before).await,
        [],
        "a template, and a machine that was deleted"
    );
    a_session_that_ends_between_is_begun_anew(&proxy, &before).await;
}

async fn any_other_answer_keeps_it(proxy: &HttpProxy, before: &Memory, machine: &str) {
    let hidden = format!(
        "permission_missing: {machine} is left out of the list and is there: the account lacks the privilege System.View on it"
    );
    let unproved = format!(
        "provider_incomplete: {machine} is left out of the list, and the vCenter does not say that it is gone"
    );
    let away = "<obj type=\"PropertyCollector\">propertyCollector</obj>";
    let nothing = "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"><Body><RetrievePropertiesExResponse \
                   xmlns=\"urn:vim25\"/></Body></Envelope>";
    for (answer, said) in [
        (no_permission(), hidden),
        (Reply::Forward, unproved.clone()),
        (Reply::say(200, "text/xml", nothing), unproved),
        (
            fault("ManagedObjectNotFound", away),
            "provider_refused: the vCenter refused RetrievePropertiesEx: propertyCollector is not there"
                .to_owned(),
        ),
        (
            fault("HostNotReachable", ""),
            "provider_refused: the vCenter refused RetrievePropertiesEx: no".to_owned(),
        ),
    ] {
        let machine = machine.to_owned();
        proxy.rule(move |asked| leave_out(asked, ("VirtualMachine", &machine), &answer));
        let expected = ("DC0".to_owned(), "virtual_machine".to_owned(), said);
        assert_eq!(gaps(proxy, before).await, [expected]);
    }
}

async fn hosts_and_clusters_are_asked_for(vcenter: &Vcenter, proxy: &HttpProxy, before: &Memory) {
    for (kind, name, scope) in [
        ("HostSystem", "DC0_H0", "hypervisor"),
        ("ClusterComputeResource", "DC0_C0", "cluster"),
    ] {
        let id = vcenter.ids(kind).await[name].clone();
        proxy.rule(move |asked| leave_out(asked, (kind, &id), &no_permission()));
        let gaps = gaps(proxy, before).await;
        assert_eq!(gaps.len(), 1, "{gaps:?}");
        assert_eq!((gaps[0].0.as_str(), gaps[0].1.as_str()), ("DC0", scope));
        assert!(gaps[0].2.starts_with("permission_missing: "), "{gaps:?}");
    }
}

/// One stands in no list. Asked for, it is there, may not be read, or is gone.
async fn items_of_libraries_are_asked_for(proxy: &HttpProxy, before: &Memory) {
    let id = before[&scope("-", "machine_image")].first().unwrap().clone();
    for (status, code) in [
        (200, "provider_incomplete"),
        (403, "permission_missing"),
        (404, ""),
    ] {
        let id = id.clone();
        proxy.rule(
            move |asked| match asked.target.contains("/item/id:") && asked.target.ends_with(&id) {
                true if status == 200 => Reply::Forward,
                true => Reply::say(status, "application/json", "{}"),
                false if asked.target.contains("/item?library_id=") => {
                    let id = format!("\"{id}\"");
                    Reply::Rewrite(Arc::new(move |text| {
                        let without = text.replace(&format!("{id},"), "").replace(&format!(",{id}"), "");
                        assert_ne!(without, text, "it was listed");
                        without
                    }))
                }
                false => Reply::Forward,
            },
        );
        let gaps = gaps(proxy, before).await;
        let codes: Vec<&str> = gaps.iter().map(|gap| gap.2.split(':').next().unwrap()).collect();
        assert_eq!(
            codes,
            Vec::from_iter((!code.is_empty()).then_some(code)),
            "{gaps:?}"
        );
    }
}

/// To a datacenter whose list comes later.
async fn one_that_moved_is_not_asked_for(proxy: &HttpProxy, before: &Memory, machine: &str) {
    let mut moved = before.clone();
    let machines = moved.get_mut(&scope("DC0", "virtual_machine")).unwrap();
    machines.insert(machine.to_owned());
    let asked_for = Arc::new(AtomicU64::new(0));
    let (count, object) = (asked_for.clone(), format!(">{machine}</obj>"));
    proxy.rule(move |asked| {
        count.fetch_add(u64::from(asked.text().contains(&object)), Ordering::Relaxed);
        Reply::Forward
    });
    assert_eq!(gaps(proxy, &moved).await, []);
    assert_eq!(asked_for.load(Ordering::Relaxed), 0);
}

async fn a_session_that_ends_between_is_begun_anew(proxy: &HttpProxy, before: &Memory) {
    let mut ended = 0;
    proxy.rule(move |asked| {
        let asks = asked.text().contains("<obj type=\"VirtualMachine\">");
        ended += u64::from(asks);
        match asks && ended == 1 {
            true => fault("NotAuthenticated", ""),
            false => Reply::Forward,
        }
    });
    assert_eq!(gaps(proxy, before).await, []);
}
