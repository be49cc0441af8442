//! Who may depend on whom. The table below is the architecture; ARCHITECTURE.md draws it.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Findings, Rule};
use crate::metadata::{Metadata, links_alone};

pub const RULE: Rule = Rule {
    name: "edges",
    why: "an engine that can reach the database or the network is no longer a pure function of facts",
    run: |repo| judge(&Metadata::load(repo)?, |member| links_alone(repo, member)),
};

struct Allowed {
    member: &'static str,
    /// In the product.
    uses: &'static [&'static str],
    /// In tests only, on top of `uses`.
    tests_use: &'static [&'static str],
    /// Outside packages that may not be linked in, however indirectly.
    never: &'static [&'static str],
}

const IO: &[&str] = &[
    "tokio",
    "sqlx",
    "sqlx-core",
    "reqwest",
    "hyper",
    "axum",
    "rand",
    "nix",
];
const NETWORK: &[&str] = &["reqwest", "axum"];
const DATABASE: &[&str] = &["sqlx", "sqlx-core", "axum"];

const TABLE: &[Allowed] = &[
    Allowed {
        member: "qlrf-core",
        uses: &[],
        tests_use: &[],
        never: IO,
    },
    Allowed {
        member: "qlrf-engines",
        uses: &["qlrf-core"],
        tests_use: &[],
        never: IO,
    },
    Allowed {
        member: "qlrf-store",
        uses: &["qlrf-core"],
        tests_use: &["qlrf-testkit"],
        never: NETWORK,
    },
    Allowed {
        member: "qlrf-connectors",
        uses: &["qlrf-core"],
        tests_use: &["qlrf-testkit"],
        never: DATABASE,
    },
    Allowed {
        member: "qlrf-server",
        uses: &["qlrf-core", "qlrf-engines", "qlrf-store", "qlrf-connectors"],
        tests_use: &["qlrf-testkit"],
        never: &[],
    },
    Allowed {
        member: "qlrf-testkit",
        uses: &["qlrf-core", "qlrf-store"],
        tests_use: &[],
        never: &[],
    },
    Allowed {
        member: "xtask",
        uses: &["qlrf-core"],
        tests_use: &[],
        never: &["tokio", "sqlx", "axum"],
    },
];

/// Of the workspace as a whole, what is linked is asked first: it is at hand. A feature that another crate wants of a package
/// that both use is not the doing of this one, so whatever is found there is looked for in `alone`, the tree of this crate
/// with what it asks for itself.
fn judge(metadata: &Metadata, alone: impl Fn(&str) -> Result<BTreeSet<String>>) -> Result<Findings> {
    let mut findings = Findings::default();
    for id in &metadata.members {
        let name = &metadata.packages[id].name;
        let Some(allowed) = TABLE.iter().find(|row| row.member == name) else {
            findings.problem(format!(
                "crate \"{name}\" is not in the table of allowed edges (xtask/src/check/edges.rs)"
            ));
            continue;
        };
        for (used, kind) in &metadata.packages[id].workspace_deps {
            let in_tests = kind.as_deref() == Some("dev") && allowed.tests_use.contains(&used.as_str());
            if !allowed.uses.contains(&used.as_str()) && !in_tests {
                findings.problem(format!("\"{name}\" may not depend on \"{used}\""));
            }
        }
        let reached = metadata.reach(name, |package| &package.links);
        let names = reached.into_iter().map(|id| &metadata.packages[id].name);
        let suspects: Vec<&String> = names
            .filter(|outside| allowed.never.contains(&outside.as_str()))
            .collect();
        if suspects.is_empty() {
            continue;
        }
        let own = alone(name)?;
        for outside in suspects {
            if own.contains(outside) {
                findings.problem(format!(
                    "\"{name}\" links \"{outside}\", directly or not; `cargo tree -p {name} -i {outside}` shows the way"
                ));
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::metadata::Package;

    fn package(name: &str, workspace_deps: &[(&str, Option<&str>)], links: &[&str]) -> (String, Package) {
        let deps = workspace_deps
            .iter()
            .map(|(n, k)| (n.to_string(), k.map(str::to_owned)))
            .collect();
        let links: BTreeSet<String> = links.iter().map(|id| id.to_string()).collect();
        let package = Package {
            name: name.into(),
            version: "1.0.0".into(),
            license: None,
            builds_on: links.clone(),
            links,
            workspace_deps: deps,
        };
        (name.to_owned(), package)
    }

    fn judged(packages: Vec<(String, Package)>, members: &[&str]) -> Vec<String> {
        judged_with(packages, members, &["tokio"])
    }

    fn judged_with(packages: Vec<(String, Package)>, members: &[&str], alone: &[&str]) -> Vec<String> {
        let members = members.iter().map(|id| id.to_string()).collect();
        let metadata = Metadata {
            packages: BTreeMap::from_iter(packages),
            members,
        };
        let alone = |_: &str| Ok(alone.iter().map(|name| name.to_string()).collect());
        judge(&metadata, alone)
            .expect("nothing is asked of cargo")
            .problems
    }

    #[test]
    fn a_sibling_edge_is_a_problem_and_a_test_edge_to_the_testkit_is_not() {
        let store = package(
            "qlrf-store",
            &[("qlrf-core", None), ("qlrf-testkit", Some("dev"))],
            &[],
        );
        assert!(judged(vec![store], &["qlrf-store"]).is_empty());
        let store = package(
            "qlrf-store",
            &[("qlrf-engines", None), ("qlrf-testkit", None)],
            &[],
        );
        assert_eq!(judged(vec![store], &["qlrf-store"]).len(), 2);
    }

    #[test]
    fn a_forbidden_package_is_found_through_another() {
        let packages = || {
            vec![
                package("qlrf-engines", &[], &["harmless"]),
                package("harmless", &[], &["tokio"]),
                package("tokio", &[], &[]),
            ]
        };
        let problems = judged(packages(), &["qlrf-engines"]);
        assert!(problems[0].contains("links \"tokio\""), "{problems:?}");
        assert!(judged_with(packages(), &["qlrf-engines"], &["harmless"]).is_empty());
    }

    #[test]
    fn a_new_crate_needs_a_row() {
        assert!(judged(vec![package("qlrf-more", &[], &[])], &["qlrf-more"])[0].contains("not in the table"));
    }
}
