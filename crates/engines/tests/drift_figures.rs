//! Severity, age, coverage, rankings and trend.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use qlrf_core::drift::{DriftSeverity, DriftState, ImageLag, Standing};
use qlrf_core::image::{Constraint, LifecycleStatus, PackageExpectation};
use qlrf_core::package::{Ecosystem, Package, PackageSet};
use qlrf_core::time::{Duration, Timestamp};
use qlrf_engines::drift::coverage::{HeatMap, Rag, RagLimits, Tally};
use qlrf_engines::drift::image_lag::{Family, FamilyVersion};
use qlrf_engines::drift::rank::{Offender, top_groups, top_offenders};
use qlrf_engines::drift::trend::{Interval, daily};
use qlrf_engines::drift::{
    Actual, AgeBand, AgeLimits, Expected, ExpectedPackages, by_ecosystem, diff_packages, evaluate,
};
use time::macros::datetime;

const NOW: Timestamp = datetime!(2026-11-21 12:00 UTC);

fn tally(states: impl IntoIterator<Item = DriftState>) -> Tally {
    let mut tally = Tally::default();
    states.into_iter().for_each(|state| tally.add(state));
    tally
}

fn package(name: &str, version: &str) -> Package {
    Package {
        ecosystem: Ecosystem::new("Debian:12"),
        name: name.into(),
        version: version.into(),
        arch: "amd64".into(),
        source_name: name.into(),
        source_version: version.into(),
        licenses: Vec::new(),
    }
}

#[test]
fn a_difference_is_told_in_one_sentence() {
    let statement = PackageExpectation {
        name: "openssl".into(),
        ecosystem: None,
        constraint: Constraint::Exact("3.0.13-1~deb12u1".into()),
    };
    let host = PackageSet::new(vec![package("openssl", "3.0.11-1")]);
    let diff = diff_packages(
        &host,
        &ExpectedPackages::new(vec![statement], None),
        &by_ecosystem,
    );
    let mut expected = Expected {
        config: BTreeMap::from([("sshd:PermitRootLogin".into(), "no".into())]),
        ..Expected::default()
    };
    expected.lag = Some(ImageLag {
        standing: Standing::Behind,
        running: "1.6.2".into(),
        target: "1.6.3".into(),
        versions_behind: 1,
        superseded_at: Some(NOW - Duration::days(3)),
    });
    let config = BTreeMap::from([("sshd:permitrootlogin".into(), "yes".into())]);
    let actual = Actual {
        packages: Some(Arc::new(diff)),
        services: None,
        config: Some(&config),
    };
    let drift = evaluate(Some(&expected), &actual);
    assert_eq!(
        drift.sentences("ql-base", "1.6.3"),
        [
            "ql-base 1.6.3 expected, host runs 1.6.2, 1 version behind",
            "openssl 3.0.13-1~deb12u1 expected by ql-base 1.6.3, host has older 3.0.11-1",
            "sshd:PermitRootLogin no expected by ql-base 1.6.3, host has yes",
        ]
    );
    assert_eq!(drift.severity(NOW, &AgeLimits::default()), DriftSeverity::High);
    assert_eq!(
        drift.severity(NOW + Duration::days(28), &AgeLimits::default()),
        DriftSeverity::Critical
    );
}

#[test]
fn age_bands_begin_after_their_day() {
    let limits = AgeLimits::default();
    let band = |days: i64, hours: i64| limits.band(NOW - Duration::days(days) - Duration::hours(hours), NOW);
    assert_eq!(band(-5, 0), AgeBand::Fresh);
    assert_eq!(band(14, 23), AgeBand::Fresh);
    assert_eq!(band(15, 0), AgeBand::Warning);
    assert_eq!(band(30, 23), AgeBand::Warning);
    assert_eq!(band(31, 0), AgeBand::Critical);
}

#[test]
fn lag_counts_from_the_release_that_superseded_the_running_one() {
    let at = |days: i64| Some(NOW - Duration::days(days));
    let version = |version: &str, status, published_at| FamilyVersion {
        version: version.into(),
        status,
        published_at,
        withdrawn_at: None,
    };
    let family = Family::new([
        version("1.10.0", LifecycleStatus::Production, at(2)),
        version("1.8.0", LifecycleStatus::Deprecated, at(90)),
        version("1.9.0", LifecycleStatus::Deprecated, at(40)),
        version("2.0.0", LifecycleStatus::Draft, None),
    ]);
    assert_eq!(family.target().unwrap().version, "1.10.0");
    let lag = family.lag("1.8.0").unwrap();
    assert_eq!(
        (lag.standing, lag.versions_behind, lag.superseded_at),
        (Standing::Behind, 2, at(40))
    );
    assert_eq!(family.lag("1.10.0").unwrap().standing, Standing::Newest);
    assert_eq!(Family::default().lag("1.0"), None);
}

#[test]
fn coverage_has_every_asset_in_its_denominator() {
    use DriftState::{Ahead, Current, Outdated, Unknown, Unmanaged};
    let all = tally([
        Current, Current, Current, Outdated, Unknown, Unmanaged, Ahead, Current,
    ]);
    assert_eq!((all.total(), all.coverage_percent()), (8, Some(50.0)));
    let limits = RagLimits::default();
    assert_eq!(limits.judge(&all), Rag::Critical);
    assert_eq!(
        limits.judge(&Tally {
            current: 9,
            unknown: 1,
            ..Tally::default()
        }),
        Rag::Healthy
    );
    assert_eq!(
        limits.judge(&Tally {
            current: 7,
            unknown: 3,
            ..Tally::default()
        }),
        Rag::Warning
    );
    assert_eq!(
        limits.judge(&Tally {
            current: 699,
            outdated: 301,
            ..Tally::default()
        }),
        Rag::Critical
    );
    assert_eq!(limits.judge(&Tally::default()), Rag::Unknown);

    let groups = [
        ("aws", tally([Current, Outdated])),
        ("gcp", tally([Unknown, Outdated])),
    ];
    let worst: Vec<_> = top_groups(groups, 1).into_iter().map(|(key, _)| key).collect();
    assert_eq!(worst, ["gcp"]);
    let map = HeatMap::of([
        (("dc1", "prod"), tally([Current])),
        (("dc1", "dev"), tally([Outdated])),
        (("dc2", "prod"), tally([Unknown])),
    ]);
    assert_eq!(
        map.rows
            .iter()
            .map(|(row, t)| (*row, t.total()))
            .collect::<Vec<_>>(),
        [("dc1", 2), ("dc2", 1)]
    );
    assert_eq!(
        map.columns[1].1,
        Tally {
            current: 1,
            unknown: 1,
            ..Tally::default()
        }
    );
    assert_eq!(map.cells.get(&("dc2", "dev")), None);
}

#[test]
fn the_worst_offender_comes_first() {
    let offender = |key, severity, days: Option<i64>, differences| Offender {
        key,
        severity,
        superseded_at: days.map(|days| NOW - Duration::days(days)),
        differences,
    };
    let list = [
        offender("fine", DriftSeverity::None, None, 0),
        offender("many", DriftSeverity::High, None, 90),
        offender("old", DriftSeverity::High, Some(40), 1),
        offender("older", DriftSeverity::High, Some(50), 1),
        offender("worst", DriftSeverity::Critical, None, 1),
    ];
    let keys: Vec<_> = top_offenders(list, 4)
        .into_iter()
        .map(|offender| offender.key)
        .collect();
    assert_eq!(keys, ["worst", "older", "old", "many"]);
}

fn state_at(intervals: &[Interval], at: Timestamp) -> Tally {
    let holds = |i: &&Interval| i.from <= at && i.to.is_none_or(|to| to > at);
    tally(intervals.iter().filter(holds).map(|interval| interval.state))
}

proptest! {
    #[test]
    fn trend_equals_the_state_at_the_end_of_each_day(
        raw in prop::collection::vec((0_usize..5, -2_000_i64..2_000, prop::option::of(0_i64..1_500)), 0..40),
        first in -20_i64..10,
        len in 0_i64..40,
    ) {
        let intervals: Vec<Interval> = raw
            .into_iter()
            .map(|(state, hour, length)| {
                let from = NOW + Duration::hours(hour) + Duration::minutes(1);
                Interval { state: DriftState::ALL[state], from, to: length.map(|h| from + Duration::hours(h)) }
            })
            .collect();
        let first = (NOW + Duration::days(first)).date();
        let points = daily(intervals.iter().copied(), first, first + Duration::days(len), NOW);
        let last = (first + Duration::days(len)).min(NOW.date());
        prop_assert_eq!(points.len() as i64, ((last - first).whole_days() + 1).max(0));
        for point in points {
            let end = (point.day.midnight() + Duration::days(1)).assume_utc() - Duration::microseconds(1);
            prop_assert_eq!(point.tally, state_at(&intervals, end.min(NOW)), "{}", point.day);
        }
    }

    #[test]
    fn a_set_never_differs_from_itself_and_the_order_of_packages_does_not_matter(
        versions in prop::collection::vec(("[a-c]{1,2}", "[0-9]\\.[0-9](-[1-9])?"), 0..30),
    ) {
        let list: Vec<Package> = versions.iter().map(|(name, version)| package(name, version)).collect();
        let image = PackageSet::new(list.clone());
        let host = PackageSet::new(list.into_iter().rev().chain([package("zz", "1")]).collect());
        let diff = diff_packages(&host, &ExpectedPackages::new(Vec::new(), Some(image)), &by_ecosystem);
        prop_assert_eq!(diff.differences.len(), 1);
        prop_assert!(diff.unverified.is_empty());
    }
}
