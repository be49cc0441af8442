//! Feeds: what an import writes, what it closes, and what it leaves alone.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use qlrf_connectors::feed::{Progress, Source, find_kind};
use qlrf_core::time::now;
use qlrf_server::app::feed::{Course, import};
use qlrf_testkit::TestDb;
use sqlx::Row as _;

use crate::host::{Estate, advisory, collect, import_as, lines, real};

const EARLY: &str = "2026-01-02T00:00:00Z";
const LATE: &str = "2026-01-03T00:00:00Z";

async fn rows(db: &TestDb) -> Vec<i64> {
    let counted = sqlx::query(
        "SELECT (SELECT count(*) FROM feed_snapshot), (SELECT count(*) FROM advisory), (SELECT count(*) FROM kev),
                (SELECT count(*) FROM epss), (SELECT count(*) FROM package_match), (SELECT count(*) FROM outbox)",
    )
    .fetch_one(&mut db.admin().await)
    .await
    .unwrap();
    (0..6).map(|column| counted.get::<i64, _>(column)).collect()
}

/// The host as if openssl had never been updated since the release.
fn with_first_openssl(status: &str) -> String {
    let paragraph = |text: &str| {
        let is_openssl = text.starts_with("Package: openssl\n") || text.contains("\nSource: openssl\n");
        let line = |line: &str| match line.starts_with("Version: ") && is_openssl {
            true => "Version: 3.0.9-1\n".to_owned(),
            false => format!("{line}\n"),
        };
        text.lines().map(line).collect::<String>()
    };
    status.split("\n\n").map(|text| paragraph(text) + "\n").collect()
}

#[tokio::test]
async fn a_real_host_gets_its_real_findings_and_the_same_bytes_again_write_nothing() {
    let test = "a_real_host_gets_its_real_findings";
    let files = [
        "inventory/debian12-host-dpkg-status.zst",
        "vuln/osv-debian12-from-changelogs.jsonl.zst",
        "vuln/cisa-kev-2025-08-25.json",
        "vuln/epss-2026-08-16.csv.zst",
    ];
    let [Some(status), Some(osv), Some(kev), Some(epss)] = files.map(|file| real(test, file)) else {
        return;
    };
    let estate = Estate::new().await;
    let status = zstd::decode_all(std::fs::File::open(status).unwrap()).unwrap();
    estate.runs_status(&status).await;
    assert!(estate.fleet().await.vulnerabilities.feeds_as_of.is_none());
    for (feed, file) in [("osv", &osv), ("kev", &kev), ("epss", &epss)] {
        let begun = std::time::Instant::now();
        let imported = estate.import(feed, file).await.unwrap();
        eprintln!(
            "{feed}: {} records in {:?}, {} opened",
            imported.records,
            begun.elapsed(),
            imported.opened
        );
    }
    assert!(
        estate.found().await.is_empty(),
        "the host has every fix that the changelogs name"
    );
    assert_eq!(estate.fleet().await.vulnerabilities.judged().len(), 1);
    estate
        .runs_status(with_first_openssl(&String::from_utf8(status).unwrap()).as_bytes())
        .await;
    let fleet = estate.fleet().await;
    let vulnerabilities = &fleet.vulnerabilities;
    assert!(
        vulnerabilities.get("CVE-2024-5535").is_some(),
        "fixed in 3.0.15-1~deb12u1"
    );
    let (_, row) = fleet.iter().next().unwrap();
    let counts = vulnerabilities
        .counts_of_set(row.package_set_id.unwrap())
        .unwrap();
    assert_eq!(counts.total() as usize, vulnerabilities.iter().count());
    assert!(counts.packages_judged > 0 && counts.packages_judged <= counts.packages);
    assert!(
        vulnerabilities.iter().any(|v| v.epss.is_some()),
        "scores are joined by CVE"
    );
    let before = rows(&estate.db).await;
    for (feed, file) in [("osv", &osv), ("kev", &kev), ("epss", &epss)] {
        assert_eq!(estate.import(feed, file).await.unwrap().snapshot, None, "{feed}");
    }
    assert_eq!(rows(&estate.db).await, before);
}

#[tokio::test]
async fn a_fix_closes_the_finding_and_the_past_still_shows_it() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1")]).await;
    estate
        .import_records(&[advisory("CVE-2026-0001", "openssl", None, EARLY)])
        .await
        .unwrap();
    assert_eq!(estate.found().await, ["CVE-2026-0001"]);
    let before = now();
    let fixed_before = advisory("CVE-2026-0001", "openssl", Some("3.0.1-1"), LATE);
    let imported = estate.import_records(&[fixed_before]).await.unwrap();
    assert_eq!((imported.opened, imported.closed), (0, 1));
    assert!(estate.found().await.is_empty());
    let past = estate.fleets.get(estate.org, Some(before)).await.unwrap();
    let found = past.vulnerabilities.get("CVE-2026-0001").unwrap();
    assert_eq!(found.assets.len(), 1);
    assert_eq!(
        past.vulnerabilities.feeds_as_of.map(|at| at <= before),
        Some(true)
    );
}

#[tokio::test]
async fn a_fact_that_brings_the_fixed_package_closes_the_finding() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1")]).await;
    estate
        .import_records(&[advisory("CVE-2026-0001", "openssl", Some("3.0.2-1"), EARLY)])
        .await
        .unwrap();
    assert_eq!(estate.found().await, ["CVE-2026-0001"]);
    estate.runs(&[("openssl", "3.0.2-1")]).await;
    assert!(estate.found().await.is_empty());
    let fleet = estate.fleet().await;
    let (_, row) = fleet.iter().next().unwrap();
    let counts = fleet
        .vulnerabilities
        .counts_of_set(row.package_set_id.unwrap())
        .unwrap();
    assert_eq!(counts.total(), 0, "judged, and nothing is wrong");
}

#[tokio::test]
async fn a_package_that_arrives_after_the_feed_has_its_finding_with_the_fact() {
    let estate = Estate::new().await;
    estate
        .import_records(&[advisory("CVE-2026-0001", "openssl", None, EARLY)])
        .await
        .unwrap();
    estate.runs(&[("bash", "5.2-1")]).await;
    assert!(estate.found().await.is_empty());
    estate.runs(&[("bash", "5.2-1"), ("openssl", "3.0.1-1")]).await;
    assert_eq!(estate.found().await, ["CVE-2026-0001"]);
    let same_moment: bool = sqlx::query_scalar(
        "SELECT lower(m.recorded) = lower(f.recorded) FROM package_match m, asset_fact f WHERE upper_inf(f.recorded)",
    )
    .fetch_one(&mut estate.db.admin().await)
    .await
    .unwrap();
    assert!(same_moment, "the fact and its finding were recorded together");
}

#[tokio::test]
async fn a_withdrawn_advisory_closes_and_an_older_record_changes_nothing() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1")]).await;
    let standing = advisory("CVE-2026-0001", "openssl", None, EARLY);
    estate
        .import_records(std::slice::from_ref(&standing))
        .await
        .unwrap();
    let mut withdrawn = advisory("CVE-2026-0001", "openssl", None, LATE);
    withdrawn["withdrawn"] = LATE.into();
    assert_eq!(estate.import_records(&[withdrawn]).await.unwrap().closed, 1);
    assert!(estate.found().await.is_empty());
    assert_eq!(estate.import_records(&[standing]).await.unwrap().opened, 0);
    assert!(estate.found().await.is_empty());
}

#[tokio::test]
async fn of_one_id_in_one_file_the_newest_record_counts() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1")]).await;
    let newer = advisory("CVE-2026-0001", "openssl", Some("3.0.1-1"), LATE);
    let older = advisory("CVE-2026-0001", "openssl", None, EARLY);
    estate.import_records(&[newer, older]).await.unwrap();
    assert!(estate.found().await.is_empty());
}

#[tokio::test]
async fn a_host_that_no_feed_speaks_of_is_not_judged() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1")]).await;
    let mut other = advisory("CVE-2026-0001", "openssl", None, EARLY);
    other["affected"][0]["package"]["ecosystem"] = "Alpine:v3.19".into();
    estate.import_records(&[other]).await.unwrap();
    let fleet = estate.fleet().await;
    let (_, row) = fleet.iter().next().unwrap();
    assert!(fleet.vulnerabilities.feeds_as_of.is_some());
    assert_eq!(
        fleet.vulnerabilities.counts_of_set(row.package_set_id.unwrap()),
        None
    );
    assert!(fleet.vulnerabilities.judged().is_empty());
}

#[tokio::test]
async fn an_import_that_is_dropped_in_the_middle_leaves_nothing() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1")]).await;
    let records: Vec<_> = (0..3000)
        .map(|n| advisory(&format!("CVE-2026-{n:05}"), "openssl", None, EARLY))
        .collect();
    let file = lines(&records);
    let before = rows(&estate.db).await;
    let source = Source::Path(file.path().to_owned());
    let half = Arc::new(AtomicBool::new(false));
    let seen = half.clone();
    let on_progress = Arc::new(move |progress: Progress| {
        if progress.records >= 2000 {
            seen.store(true, Ordering::SeqCst);
        }
    });
    let store = estate.db.store();
    let osv = find_kind("osv").unwrap();
    let work = import(store, osv, &source, "records", Course::Forward, on_progress);
    {
        let mut work = std::pin::pin!(work);
        while !half.load(Ordering::SeqCst) {
            let step = tokio::time::timeout(Duration::from_millis(1), work.as_mut()).await;
            assert!(step.is_err(), "it ended before it was dropped");
        }
    }
    assert_eq!(rows(&estate.db).await, before);
    let again = estate.import_records(&records).await.unwrap();
    assert_eq!(
        again.opened, 3000,
        "the turn of the dropped import was given back"
    );
}

#[tokio::test]
async fn a_broken_file_leaves_what_was_there() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1")]).await;
    estate
        .import_records(&[advisory("CVE-2026-0001", "openssl", None, EARLY)])
        .await
        .unwrap();
    let before = rows(&estate.db).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    for (text, code) in [
        ("", "feed_empty"),
        ("<html>", "feed_wrong_content"),
        ("{\"id\":\"A\"}\n{\"id\":\"B\"}\n", "feed_wrong_content"),
        ("{\"id\":\"A\"}\n{\"id\":", "feed_truncated"),
    ] {
        std::fs::write(file.path(), text).unwrap();
        let error = import_as(estate.db.store(), "osv", file.path(), "broken")
            .await
            .unwrap_err();
        assert_eq!(error.code, code, "{text:?}: {error}");
        assert!(
            !error.detail.contains("/tmp"),
            "the name is the caller's: {error}"
        );
    }
    let mostly_broken = format!("{}\nx\ny\n", advisory("CVE-2026-0002", "openssl", None, EARLY));
    std::fs::write(file.path(), mostly_broken).unwrap();
    let error = import_as(estate.db.store(), "osv", file.path(), "broken")
        .await
        .unwrap_err();
    assert_eq!(error.code, "feed_wrong_content");
    assert_eq!(rows(&estate.db).await, before);
    assert_eq!(estate.found().await, ["CVE-2026-0001"]);
}

#[tokio::test]
async fn facts_and_imports_at_the_same_time_miss_nothing() {
    let estate = Estate::new().await;
    estate.runs(&[("base-files", "12-1")]).await;
    for round in 0..6 {
        let package = format!("package-{round}");
        let records = [advisory(&format!("CVE-2026-1{round:03}"), &package, None, EARLY)];
        let file = lines(&records);
        let status = crate::host::status_of(&[(&package, "1-1")]);
        let name = format!("round {round}");
        let imported = import_as(estate.db.store(), "osv", file.path(), &name);
        let collected = estate.runs_status(status.as_bytes());
        let (imported, ()) = tokio::join!(imported, collected);
        imported.unwrap();
        assert_eq!(
            estate.found().await,
            [format!("CVE-2026-1{round:03}")],
            "round {round}"
        );
    }
    collect(estate.db.store(), estate.org, estate.connector).await;
    let told: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE type = 'cve.discovered'")
        .fetch_one(&mut estate.db.admin().await)
        .await
        .unwrap();
    assert_eq!(told, 6, "each is told by one side or the other, and once");
}

#[tokio::test]
async fn scores_and_the_catalogue_are_those_of_the_moment() {
    let estate = Estate::new().await;
    estate.runs(&[("openssl", "3.0.1-1")]).await;
    estate
        .import_records(&[advisory("CVE-2026-0001", "openssl", None, EARLY)])
        .await
        .unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let import = |feed: &'static str, text: &'static str| {
        std::fs::write(file.path(), text).unwrap();
        import_as(estate.db.store(), feed, file.path(), feed)
    };
    let mut moments = vec![now()];
    for (kev, epss) in [
        (
            "CVE-2026-0001,Broken,2026-01-01\nCVE-2026-0002,Other,2026-01-01",
            "0.25",
        ),
        ("CVE-2026-0002,Other,2026-01-01", "0.5"),
    ] {
        let kev = format!("cveID,vulnerabilityName,dateAdded\n{kev}\n").leak();
        import("kev", kev).await.unwrap();
        let epss =
            format!("cve,epss,percentile\nCVE-2026-0001,{epss},0.5\nCVE-2026-0003,{epss},0.5\n").leak();
        import("epss", epss).await.unwrap();
        moments.push(now());
    }
    let mut seen = Vec::new();
    for moment in moments {
        let fleet = estate.fleets.get(estate.org, Some(moment)).await.unwrap();
        let found = fleet.vulnerabilities.get("CVE-2026-0001").unwrap();
        seen.push((found.kev.is_some(), found.epss.as_ref().map(|epss| epss.score)));
    }
    assert_eq!(seen, [(false, None), (true, Some(0.25)), (false, Some(0.5))]);
    let now = estate.fleet().await;
    let found = now.vulnerabilities.get("CVE-2026-0001").unwrap();
    assert_eq!(
        (found.kev.is_some(), found.epss.as_ref().map(|epss| epss.score)),
        (false, Some(0.5))
    );
    let kept: Vec<(String, i64)> = sqlx::query_as(
        "SELECT cve, count(*) FROM kev GROUP BY cve UNION ALL SELECT cve, count(*) FROM epss_past GROUP BY cve ORDER BY 1, 2",
    )
    .fetch_all(&mut estate.db.admin().await)
    .await
    .unwrap();
    let one = |cve: &str| (cve.to_owned(), 1);
    // One entry each, written once; no past scores of what nobody here ever had.
    assert_eq!(
        kept,
        [one("CVE-2026-0001"), one("CVE-2026-0001"), one("CVE-2026-0002")]
    );
}

#[tokio::test]
async fn every_organisation_is_told_of_a_new_snapshot() {
    let estate = Estate::new().await;
    estate.db.org("other").await;
    estate
        .import_records(&[advisory("CVE-2026-0001", "openssl", None, EARLY)])
        .await
        .unwrap();
    let told: i64 =
        sqlx::query_scalar("SELECT count(DISTINCT org_id) FROM outbox WHERE type = 'feed.synced'")
            .fetch_one(&mut estate.db.admin().await)
            .await
            .unwrap();
    assert_eq!(told, 2);
}
