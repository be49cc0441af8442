//! Real packages against real advisories, and against an answer that was found another way.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::time::Instant;

use proptest::prelude::*;
use qlrf_core::advisory::{Advisory, Event, read_osv};
use qlrf_core::package::Package;

use super::{advisories, from_source, host, package, real};
use crate::vuln::Index;

const DEBIAN: &str = "vuln/osv-debian12-from-changelogs.jsonl.zst";

/// The naive way: every package against every advisory by name, the versions compared by dpkg.
#[test]
fn debian_host_agrees_with_dpkg() {
    let test = "debian_host_agrees_with_dpkg";
    let (Some(packages), Some(text)) = (host(test), real(test, DEBIAN)) else {
        return;
    };
    if Command::new("dpkg")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        eprintln!("skipped: {test}: dpkg is absent");
        return;
    }
    let advisories = advisories(&text);
    let index = Index::compile(&advisories).index;
    let mut ours = BTreeSet::new();
    // The host is up to date; the same packages as they were when the release came out are not.
    let packages: Vec<Package> = packages
        .iter()
        .cloned()
        .chain(packages.iter().map(aged))
        .collect();
    for package in &packages {
        let judged = index.matches(package);
        assert!(judged.problems.is_empty(), "{package:?}: {:?}", judged.problems);
        ours.extend(
            judged
                .matches
                .iter()
                .map(|m| (named(package), m.advisory.id.to_string())),
        );
    }
    let theirs = naive(&packages, &advisories);
    eprintln!("{} packages, {} matches", packages.len(), theirs.len());
    assert!(theirs.len() > 1000, "only {} matches", theirs.len());
    let different: Vec<_> = ours.symmetric_difference(&theirs).take(10).collect();
    assert!(different.is_empty(), "{different:#?}");
}

fn named(package: &Package) -> String {
    format!("{} {}", package.name, package.source_version)
}

fn aged(package: &Package) -> Package {
    let strip = |version: &str| match version.find("+deb12u") {
        Some(at) => version[..at].to_owned(),
        None => format!("{version}~old"),
    };
    Package {
        version: strip(&package.version).into(),
        source_version: strip(&package.source_version).into(),
        ..package.clone()
    }
}

fn naive(packages: &[Package], advisories: &[Advisory]) -> BTreeSet<(String, String)> {
    let mut questions: BTreeMap<(String, String), Vec<(String, String)>> = BTreeMap::new();
    for advisory in advisories {
        for affected in &advisory.affected {
            let [Event::Introduced(zero), Event::Fixed(fixed)] = &affected.ranges[0].events[..] else {
                panic!("the file has one kind of range: {affected:?}");
            };
            assert_eq!(
                (&**zero, &*affected.ecosystem.0, affected.ranges.len()),
                ("0", "Debian:12", 1)
            );
            for package in packages
                .iter()
                .filter(|package| package.source_name == affected.package)
            {
                let asked = (package.source_version.to_string(), fixed.to_string());
                questions
                    .entry(asked)
                    .or_default()
                    .push((named(package), advisory.id.to_string()));
            }
        }
    }
    let lines: String = questions
        .keys()
        .map(|(installed, fixed)| format!("{installed} {fixed}\n"))
        .collect();
    let script =
        "while read -r a b; do dpkg --compare-versions \"$a\" lt \"$b\" && echo yes || echo no; done";
    let mut child = Command::new("sh")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut stdin = child.stdin.take().expect("piped");
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut stdin, lines.as_bytes()));
    let answers = String::from_utf8(child.wait_with_output().expect("it ends").stdout).expect("UTF-8");
    writer.join().expect("no panic").expect("it read everything");
    assert_eq!(answers.lines().count(), questions.len());
    questions
        .into_values()
        .zip(answers.lines())
        .filter(|(_, answer)| *answer == "yes")
        .flat_map(|(ids, _)| ids)
        .collect()
}

/// Every feed there is, in one index: nothing is lost on the way, and doubts are few.
#[test]
fn every_real_feed_compiles() {
    let test = "every_real_feed_compiles";
    let Some(all) = all_feeds(test) else { return };
    let compiled = Index::compile(&all);
    let entries = compiled.index.entries();
    eprintln!(
        "{} records: {} advisories, {entries} entries, withdrawn {}, superseded {}, undecided {}, commits only {}, no release {}",
        all.len(),
        compiled.index.advisories(),
        compiled.withdrawn,
        compiled.superseded,
        compiled.undecided,
        compiled.commits_only,
        compiled.without_release,
    );
    assert_eq!(compiled.withdrawn, 4588 + 17 + 10);
    assert_eq!(compiled.without_release, 0);
    // Java builds such as 8u392_p9-r1 in Alpaquita's feed, which apk itself refuses.
    assert!(compiled.undecided < 250, "{}", compiled.undecided);
    assert!(entries > 95_000, "{entries}");
}

fn all_feeds(test: &str) -> Option<Vec<Advisory>> {
    let mut all = Vec::new();
    for file in [
        "almalinux8",
        "almalinux9",
        "almalinux10",
        "debian12-from-changelogs",
        "go",
        "pypi-pypa-2024-10",
        "bellsoft-alpaquita",
    ] {
        all.extend(advisories(&real(test, &format!("vuln/osv-{file}.jsonl.zst"))?));
    }
    Some(all)
}

const SAMPLE: &str = r#"{"id":"A-1","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"Debian:12","name":"a"},
"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.2-3"},{"introduced":"2:1~"},{"last_affected":"2:4"}]}],"versions":["9","1.0"]}],
"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_damaged_record_compiles_and_matches_or_is_refused(at in 0..SAMPLE.len(), to in any::<u8>(), version in ".{0,40}") {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        bytes[at] = to;
        if let Ok(advisory) = read_osv(&bytes) {
            let index = Index::compile([&advisory]).index;
            let _ = index.matches(&package("Debian:12", "a", &version));
        }
    }

    #[test]
    fn any_ecosystem_name_and_version_is_answered(ecosystem in "(Debian|Ubuntu|Alpine|PyPI|Red Hat|)[:.0-9a-zA-Zäß]{0,12}", name in ".{0,20}", version in ".{0,20}") {
        let advisory = read_osv(SAMPLE.as_bytes()).expect("valid");
        let _ = Index::compile([&advisory]).index.matches(&from_source(&ecosystem, &name, &version, &version, &name));
    }
}

/// Run with `--release -- --ignored --nocapture` for figures that mean something.
#[test]
#[ignore = "a measurement"]
fn measure() {
    let (Some(packages), Some(all)) = (host("measure"), all_feeds("measure")) else {
        return;
    };
    let start = Instant::now();
    let index = Index::compile(&all).index;
    eprintln!("compile {} records: {:?}", all.len(), start.elapsed());
    let aged: Vec<Package> = packages.iter().map(aged).collect();
    for (what, packages) in [("up to date", &packages), ("as released", &aged)] {
        let mut best = f64::MAX;
        let mut found = 0;
        for _ in 0..20 {
            let start = Instant::now();
            found = packages
                .iter()
                .map(|package| index.matches(package).matches.len())
                .sum::<usize>();
            best = best.min(start.elapsed().as_nanos() as f64 / packages.len() as f64);
        }
        eprintln!(
            "match {} packages {what}: {best:.0} ns a package, {found} matches",
            packages.len()
        );
    }
}
