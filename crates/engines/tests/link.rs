//! Linking assets to images at its border.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking; the lint knows only #[test] functions"
)]

use qlrf_core::asset::{Asset, AssetKind, AssetState, Platform};
use qlrf_core::image::{Coordinate, ImagePlatform};
use qlrf_engines::link::{CatalogueVersion, Link, Linker, Proof, Rule, Selector, Target, Unlinked, glob};

fn asset(platform: Platform, image_ref: Option<&str>) -> Asset {
    Asset {
        name: "web-01".into(),
        account: Some("111122223333".into()),
        region: Some("eu-west-1".into()),
        site: Some("eu-dc-1".into()),
        env: Some("prod".into()),
        image_ref: image_ref.map(str::to_owned),
        state: AssetState::Running,
        ..Asset::new("i-1", platform, AssetKind::VirtualMachine)
    }
}

fn version(
    version: &str,
    platform: ImagePlatform,
    region: Option<&str>,
    reference: &str,
) -> CatalogueVersion {
    CatalogueVersion {
        family: "base".into(),
        version: version.into(),
        coordinates: vec![Coordinate {
            platform,
            region: region.map(str::to_owned),
            reference: reference.into(),
        }],
        digests: vec![format!(
            "sha256:{}",
            version
                .replace('.', "")
                .repeat(64)
                .get(..64)
                .expect("64 or more characters")
        )],
    }
}

fn target(family: &str, version: Option<&str>) -> Target {
    Target {
        family: family.into(),
        version: version.map(Into::into),
    }
}

fn rule(name: &str, selector: Selector, target: Target) -> Rule {
    Rule {
        name: name.into(),
        selector,
        target,
    }
}

fn aws() -> CatalogueVersion {
    version("1.6.3", ImagePlatform::Aws, Some("eu-west-1"), "ami-1")
}

#[track_caller]
fn linked(link: Link) -> (Target, Proof) {
    match link {
        Link::Linked { target, proof } => (target, proof),
        other => panic!("not linked: {other:?}"),
    }
}

#[test]
fn a_coordinate_links_in_its_region_only() {
    let linker = Linker::new([aws()], Vec::new());
    let (found, proof) = linked(linker.link(&asset(Platform::Aws, Some("ami-1"))));
    assert_eq!(found, target("base", Some("1.6.3")));
    assert!(matches!(
        proof,
        Proof::Coordinate {
            platform: ImagePlatform::Aws,
            ..
        }
    ));
    let mut elsewhere = asset(Platform::Aws, Some("ami-1"));
    elsewhere.region = Some("us-east-1".into());
    let reason = Unlinked::ReferenceNotRegistered {
        reference: "ami-1".into(),
    };
    assert_eq!(
        linker.link(&elsewhere),
        Link::None {
            reason: reason.clone()
        }
    );
    assert_eq!(
        linker.link(&asset(Platform::Gcp, Some("ami-1"))),
        Link::None { reason }
    );
    assert_eq!(
        linker.link(&asset(Platform::Aws, None)),
        Link::None {
            reason: Unlinked::NothingKnown
        }
    );
}

#[test]
fn references_are_compared_as_each_platform_means_them() {
    let gallery = "galleries/QL/images/base/versions/1.6.3";
    let linker = Linker::new(
        [
            version("1.6.3", ImagePlatform::Azure, None, gallery),
            version(
                "1.6.4",
                ImagePlatform::Gcp,
                None,
                "projects/ql/global/images/base-1-6-4",
            ),
        ],
        Vec::new(),
    );
    let azure = "/subscriptions/S/resourceGroups/r/providers/Microsoft.Compute/Galleries/ql/images/base/versions/1.6.3";
    assert_eq!(
        linked(linker.link(&asset(Platform::Azure, Some(azure)))).0,
        target("base", Some("1.6.3"))
    );
    let gcp = "https://www.googleapis.com/compute/v1/projects/ql/global/images/base-1-6-4";
    assert_eq!(
        linked(linker.link(&asset(Platform::Gcp, Some(gcp)))).0,
        target("base", Some("1.6.4"))
    );
}

#[test]
fn a_rule_precedes_a_coordinate_and_a_coordinate_precedes_a_label() {
    let mut special = version("2.0.0", ImagePlatform::Vsphere, None, "t");
    special.family = "special".into();
    let selector = Selector {
        name: Some("web-*".into()),
        env: Some("prod".into()),
        ..Selector::default()
    };
    let rules = vec![rule("web is special", selector, target("special", None))];
    let mut both = asset(Platform::Aws, Some("ami-1"));
    both.labels
        .insert("ql-rf.io/image-family".into(), "special".into());
    let (found, proof) = linked(Linker::new([aws(), special.clone()], rules).link(&both));
    assert_eq!(found, target("special", None));
    assert_eq!(
        proof,
        Proof::Rule {
            rules: vec!["web is special".into()]
        }
    );
    let linker = Linker::new([aws(), special], Vec::new());
    assert_eq!(linked(linker.link(&both)).0, target("base", Some("1.6.3")));
    both.image_ref = Some("ami-unknown".into());
    assert_eq!(linked(linker.link(&both)).0, target("special", None));
    both.labels.insert("ql-rf.io/image-version".into(), "9".into());
    let reason = Unlinked::VersionNotRegistered {
        family: "special".into(),
        version: "9".into(),
    };
    assert_eq!(linker.link(&both), Link::None { reason });
    both.labels
        .insert("ql-rf.io/image-family".into(), "nobody".into());
    let reason = Unlinked::FamilyNotRegistered {
        family: "nobody".into(),
    };
    assert_eq!(linker.link(&both), Link::None { reason });
}

#[test]
fn ambiguity_is_told_and_never_resolved_by_chance() {
    let mut other = version("1.6.4", ImagePlatform::Aws, Some("eu-west-1"), "ami-1");
    let link = Linker::new([aws(), other.clone()], Vec::new()).link(&asset(Platform::Aws, Some("ami-1")));
    let Link::Ambiguous { candidates, .. } = link else {
        panic!("{link:?}")
    };
    assert_eq!(
        candidates,
        [target("base", Some("1.6.3")), target("base", Some("1.6.4"))]
    );

    other.family = "web".into();
    let all = || Selector::default();
    let rules = vec![
        rule("a", all(), target("base", None)),
        rule("b", all(), target("web", None)),
    ];
    let link = Linker::new([aws(), other.clone()], rules).link(&asset(Platform::Aws, None));
    assert!(
        matches!(link, Link::Ambiguous { proof: Proof::Rule { ref rules }, .. } if rules.len() == 2),
        "{link:?}"
    );

    let agreeing = vec![
        rule("a", all(), target("base", None)),
        rule("b", all(), target("base", Some("1.6.3"))),
    ];
    let link = Linker::new([aws(), other], agreeing).link(&asset(Platform::Aws, None));
    assert_eq!(linked(link).0, target("base", Some("1.6.3")));
}

#[test]
fn a_digest_links_when_the_name_does_not() {
    let entry = version(
        "1.6.3",
        ImagePlatform::Oci,
        None,
        "registry.example.com/base:1.6.3",
    );
    let reference = format!("mirror.example.com/base@{}", entry.digests[0]);
    let linker = Linker::new([entry], Vec::new());
    let (found, proof) = linked(linker.link(&asset(Platform::Kubernetes, Some(&reference))));
    assert_eq!(found, target("base", Some("1.6.3")));
    assert!(matches!(proof, Proof::Digest { .. }));
}

#[test]
fn globs() {
    for (pattern, text, fits) in [
        ("web-*", "web-01", true),
        ("web-*", "db-01", false),
        ("*-01", "web-01", true),
        ("w?b*1", "web-01", true),
        ("*", "", true),
        ("", "", true),
        ("a*b*c", "a__b__b__c", true),
        ("a*b*c", "a__b__b__", false),
        ("web", "web-01", false),
    ] {
        assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
    }
    assert!(!glob(&"*a".repeat(200), &"b".repeat(10_000)));
}

#[test]
fn a_large_estate_is_linked_by_lookups() {
    const ASSETS: usize = 20_000;
    let catalogue = (0..2_000).map(|i| {
        let mut entry = version(
            &format!("1.{i}"),
            ImagePlatform::Aws,
            Some("eu-west-1"),
            &format!("ami-{i}"),
        );
        entry.family = format!("family-{}", i % 50).into();
        entry
    });
    let selector = |i: usize| Selector {
        account: Some(format!("account-{i}-*")),
        ..Selector::default()
    };
    let rules = (0..50)
        .map(|i| rule("r", selector(i), target("family-1", None)))
        .collect();
    let linker = Linker::new(catalogue, rules);
    let mut one = asset(Platform::Aws, None);
    let started = std::time::Instant::now();
    for i in 0..ASSETS {
        one.image_ref = Some(format!("ami-{}", i % 2_000));
        assert!(matches!(linker.link(&one), Link::Linked { .. }));
    }
    println!(
        "100 000 assets linked in {:?} (unoptimised build)",
        started.elapsed()
    );
}
