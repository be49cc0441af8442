use proptest::prelude::*;
use qlrf_core::asset::{Asset, Exposure, Os, Platform};
use qlrf_core::digest::Digest;
use time::Duration;

use super::*;
use qlrf_core::asset::{AssetState, Confidence, Installed};
use qlrf_core::time::Timestamp;

const KINDS: [(&str, AssetKind); 4] = [
    ("aws", AssetKind::VirtualMachine),
    ("kubernetes", AssetKind::KubernetesNode),
    ("ssh", AssetKind::PhysicalHost),
    ("ssh", AssetKind::PhysicalHost),
];

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(n: usize) -> T {
    format!("00000000-0000-4000-8000-{n:012}").parse().unwrap()
}

/// `identities`: instance id, product uuid, machine-id; empty is none.
fn sighting(n: usize, source: usize, identities: [&str; 3]) -> Sighting {
    let kinds = [
        IdentityKind::InstanceId,
        IdentityKind::ProductUuid,
        IdentityKind::MachineId,
    ];
    let given = kinds
        .into_iter()
        .zip(identities)
        .filter(|(_, value)| !value.is_empty());
    Sighting {
        id: id(n),
        connector: id(source),
        connector_kind: KINDS[source].0.to_owned(),
        kind: KINDS[source].1,
        native_id: format!("n{n}"),
        identities: given.map(|(kind, value)| (kind, value.to_owned())).collect(),
        simulated: false,
        split: false,
    }
}

fn groups(sightings: &[Sighting]) -> (Vec<Vec<AssetId>>, Vec<(String, &'static str)>) {
    let found = resolve(sightings, &BTreeSet::new());
    let machines = found.machines.into_iter().map(|machine| machine.members);
    let conflicts = found.conflicts.into_iter();
    (
        machines.collect(),
        conflicts
            .map(|((_, value), reason)| (value, reason.code()))
            .collect(),
    )
}

#[test]
fn a_cluster_joins_what_cloud_and_host_know_by_different_names() {
    let seen = [
        sighting(0, 2, ["", "", "m1"]),
        sighting(1, 0, ["aws:i-1", "", ""]),
        sighting(2, 1, ["aws:i-1", "u1", "m1"]),
        sighting(3, 0, ["aws:i-2", "", ""]),
    ];
    let (machines, conflicts) = groups(&seen);
    assert_eq!(machines, [vec![id(1), id(2), id(0)], vec![id(3)]]);
    assert!(conflicts.is_empty());
    let proof = &resolve(&seen, &BTreeSet::new()).machines[0].proof;
    let values: Vec<&str> = proof.iter().map(|(_, value)| &value[..]).collect();
    assert_eq!(values, ["aws:i-1", "m1"]);
}

#[test]
fn the_strongest_identity_that_both_have_decides() {
    // The machine-id changed with a new installation: still the same instance.
    let (machines, _) = groups(&[sighting(0, 0, ["i1", "", "m1"]), sighting(1, 1, ["i1", "", "m2"])]);
    assert_eq!(machines.len(), 1);
    // Clones: the product uuid tells them apart.
    let clones = [sighting(0, 1, ["", "u1", "m1"]), sighting(1, 2, ["", "u2", "m1"])];
    let (machines, conflicts) = groups(&clones);
    assert_eq!(machines.len(), 2);
    assert_eq!(conflicts, [("m1".to_owned(), "stronger_differs")]);
}

#[test]
fn what_is_claimed_twice_in_one_source_joins_nobody() {
    let clones = [
        sighting(0, 2, ["", "", "m1"]),
        sighting(1, 2, ["", "", "m1"]),
        sighting(2, 1, ["", "", "m1"]),
    ];
    let (machines, conflicts) = groups(&clones);
    assert_eq!((machines.len(), conflicts[0].1), (3, "twice_in_one_source"));
    // A stronger proof still joins the one that it is about.
    let proved = [
        sighting(0, 2, ["", "u1", "m1"]),
        sighting(1, 2, ["", "u2", "m1"]),
        sighting(2, 1, ["", "u1", "m1"]),
    ];
    let (machines, conflicts) = groups(&proved);
    assert_eq!(machines, [vec![id(2), id(0)], vec![id(1)]]);
    assert_eq!(conflicts.len(), 1);
}

#[test]
fn a_machine_id_alone_does_not_join_two_sources_of_one_kind() {
    let (machines, conflicts) = groups(&[sighting(0, 2, ["", "", "m"]), sighting(1, 3, ["", "", "m"])]);
    assert_eq!((machines.len(), conflicts[0].1), (2, "machine_id_alone"));
    let (machines, _) = groups(&[sighting(0, 2, ["", "u", "m"]), sighting(1, 3, ["", "u", "m"])]);
    assert_eq!(machines.len(), 1);
}

#[test]
fn a_chain_that_contradicts_itself_joins_none_of_its_links() {
    // 1 is joined with 2 by its uuid; by machine-id 0 is either of 1 or of 3, which one source knows as two.
    let chain = [
        sighting(0, 0, ["", "", "m1"]),
        sighting(1, 1, ["", "u1", "m1"]),
        sighting(2, 2, ["", "u1", "m2"]),
        sighting(3, 0, ["", "", "m2"]),
    ];
    let (machines, conflicts) = groups(&chain);
    assert_eq!(machines.len(), 3);
    assert_eq!(conflicts.len(), 2);
}

#[test]
fn a_split_sighting_and_a_crowd_join_nothing() {
    let mut seen = [sighting(0, 0, ["i", "", ""]), sighting(1, 1, ["i", "", ""])];
    seen[1].split = true;
    assert_eq!(groups(&seen).0.len(), 2);
    seen[1].split = false;
    let crowded = BTreeSet::from([(IdentityKind::InstanceId, "i".to_owned())]);
    assert_eq!(resolve(&seen, &crowded).conflicts.len(), 1);
    seen[1].simulated = true;
    assert_eq!(groups(&seen).1[0].1, "simulated");
}

#[test]
fn each_field_comes_from_the_source_that_knows_it_best() {
    let part = |n: usize, fill: fn(&mut Asset)| {
        let mut asset = Asset::new(format!("n{n}"), Platform::Aws, KINDS[n].1);
        fill(&mut asset);
        let software = |confidence| Installed {
            confidence,
            packages: Digest::of(&[n as u8]),
            set_id: n as i32,
        };
        let sure = [Some(Confidence::Reported), None, Some(Confidence::Observed)][n];
        Part {
            asset,
            installed: sure.map(software),
        }
    };
    let os = |id: &str| {
        Some(Os {
            id: id.to_owned(),
            ..Os::default()
        })
    };
    let parts = [
        part(0, |asset| {
            asset.account = Some("1".into());
            asset.state = AssetState::Stopped;
            asset.labels.insert("a".into(), "cloud".into());
        }),
        part(1, |asset| {
            asset.exposure = Exposure::Internal;
            asset.env = Some("prod".into());
        }),
        part(2, |asset| {
            asset.account = Some("2".into());
            asset.state = AssetState::Running;
            asset
                .labels
                .extend([("a".into(), "host".into()), ("b".into(), "host".into())]);
        }),
    ];
    let mut parts = parts;
    parts[1].asset.os = os("bottlerocket");
    parts[2].asset.os = os("debian");
    let merged = merge(&parts);
    assert_eq!(merged.asset.native_id, "n0");
    assert_eq!(merged.asset.account.as_deref(), Some("1"));
    assert_eq!(merged.asset.env.as_deref(), Some("prod"));
    assert_eq!(merged.asset.state, AssetState::Stopped);
    assert_eq!(merged.asset.exposure, Exposure::Internal);
    assert_eq!(merged.asset.os.unwrap().id, "debian");
    assert_eq!(merged.installed.unwrap().set_id, 2);
    assert_eq!(merged.asset.labels["a"], "cloud");
    assert_eq!(merged.asset.labels["b"], "host");
    assert_eq!(merged.from["labels"], [0, 2]);
    assert_eq!(
        (&merged.from["os"][..], &merged.from["env"][..]),
        (&[2][..], &[1][..])
    );
}

#[test]
fn a_machine_keeps_the_oldest_id_of_those_that_are_left() {
    let at = |n: i64| Timestamp::UNIX_EPOCH + Duration::seconds(n);
    let machine = |members: &[usize]| Machine {
        members: members.iter().map(|n| id(*n)).collect(),
        proof: BTreeSet::new(),
    };
    let named = |first_seen: i64, machine: usize| Named {
        first_seen: at(first_seen),
        machine: id(machine),
        machine_first_seen: at(0),
    };
    // Nobody sees 0 any more; its machine lives on, and when it falls apart one part keeps the id.
    let known = BTreeMap::from([(id(1), named(1, 0)), (id(2), named(2, 0))]);
    assert_eq!(name(&[machine(&[2, 1])], &known), [id(0)]);
    assert_eq!(name(&[machine(&[2]), machine(&[1])], &known), [id(0), id(1)]);
    // 0 is back, as a machine of its own.
    let mut back = known;
    back.insert(id(0), named(0, 0));
    assert_eq!(name(&[machine(&[0]), machine(&[1, 2])], &back), [id(0), id(1)]);
}

fn any_sightings() -> impl Strategy<Value = Vec<Sighting>> {
    let value = |letter: &'static str| {
        prop_oneof![
            Just(String::new()),
            (0..4_u8).prop_map(move |n| format!("{letter}{n}"))
        ]
    };
    let one = (
        0..KINDS.len(),
        value("i"),
        value("u"),
        value("m"),
        prop::bool::weighted(0.1),
    );
    prop::collection::vec(one, 1..12).prop_map(|all| {
        let each = all.into_iter().enumerate();
        each.map(|(n, (source, i, u, m, split))| Sighting {
            split,
            ..sighting(n, source, [&i, &u, &m])
        })
        .collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_sightings_changes_nothing(
        (one, other) in any_sightings().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        let none = BTreeSet::new();
        prop_assert_eq!(resolve(&one, &none), resolve(&other, &none));
    }

    /// So a change has to look at nothing but what is connected with it.
    #[test]
    fn what_shares_no_identity_is_decided_by_itself(all in any_sightings()) {
        let none = BTreeSet::new();
        let mut sets = Sets::new(all.len());
        for (n, a) in all.iter().enumerate() {
            for (m, b) in all.iter().enumerate() {
                let shares = |(kind, value): (&IdentityKind, &String)| b.identities.get(kind) == Some(value);
                if a.identities.iter().any(shares) {
                    sets.join_all(&[n, m]);
                }
            }
        }
        let mut apart = Resolution::default();
        for places in sets.by_first().into_values() {
            let part: Vec<Sighting> = places.iter().map(|at| all[*at].clone()).collect();
            let found = resolve(&part, &none);
            apart.machines.extend(found.machines);
            apart.conflicts.extend(found.conflicts);
        }
        let mut whole = resolve(&all, &none);
        whole.machines.sort_by(|a, b| a.members.cmp(&b.members));
        apart.machines.sort_by(|a, b| a.members.cmp(&b.members));
        prop_assert_eq!(whole, apart);
    }

    #[test]
    fn no_machine_contradicts_itself(all in any_sightings()) {
        let by_id: BTreeMap<AssetId, &Sighting> = all.iter().map(|s| (s.id, s)).collect();
        let found = resolve(&all, &BTreeSet::new());
        let mut seen: Vec<AssetId> = found.machines.iter().flat_map(|m| m.members.clone()).collect();
        seen.sort();
        prop_assert_eq!(seen, by_id.keys().copied().collect::<Vec<_>>());
        for machine in &found.machines {
            let members: Vec<&Sighting> = machine.members.iter().map(|id| by_id[id]).collect();
            let sources: BTreeSet<ConnectorId> = members.iter().map(|s| s.connector).collect();
            prop_assert_eq!(sources.len(), members.len(), "one source knows two of it");
            let instances = members.iter().filter_map(|s| s.identities.get(&IdentityKind::InstanceId));
            prop_assert!(instances.collect::<BTreeSet<_>>().len() < 2);
            prop_assert!(members.len() == 1 || (!machine.proof.is_empty() && members.iter().all(|s| !s.split)));
        }
    }
}
