//! Severity, urgency, clocks: small rules at their edges.

use proptest::prelude::*;
use qlrf_core::advisory::{Severity, SeverityKind, read_osv};
use qlrf_core::time::{Duration, Timestamp};

use super::package;
use crate::vuln::names::Channel;
use crate::vuln::severity::{Band, score};
use crate::vuln::sla::{Sla, State};
use crate::vuln::urgency::{Criticality, Exposure, Input, KEV_FLOOR, Level, urgency};
use crate::vuln::{Builder, Index};

fn vector(kind: SeverityKind, score: &str) -> Severity {
    Severity {
        kind,
        score: score.into(),
    }
}

#[test]
fn base_scores_as_published() {
    for (kind, text, value, standard) in [
        (SeverityKind::CvssV2, "AV:N/AC:L/Au:N/C:N/I:N/A:P", 5.0, "2.0"),
        (
            SeverityKind::CvssV2,
            "AV:N/AC:L/Au:N/C:C/I:C/A:C/E:U/RL:OF/RC:C",
            10.0,
            "2.0",
        ),
        (
            SeverityKind::CvssV3,
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H",
            10.0,
            "3.1",
        ),
        (
            SeverityKind::CvssV3,
            "CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H/E:P/RL:O",
            7.5,
            "3.0",
        ),
        (
            SeverityKind::CvssV3,
            "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:N",
            0.0,
            "3.1",
        ),
        (
            SeverityKind::CvssV4,
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
            9.3,
            "4.0",
        ),
    ] {
        let got = score(&[vector(kind, text)]).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((got.value, got.standard), (value, standard), "{text}");
    }
}

#[test]
fn the_newest_readable_vector_counts_and_none_is_unknown() {
    let old = vector(SeverityKind::CvssV2, "AV:N/AC:L/Au:N/C:N/I:N/A:P");
    let broken = vector(SeverityKind::CvssV4, "CVSS:4.0/AV:N");
    assert_eq!(
        score(&[old.clone(), broken.clone()]).map(|s| s.standard),
        Some("2.0")
    );
    for nothing in [
        vec![],
        vec![broken],
        vec![vector(SeverityKind::Other("Ubuntu".into()), "medium")],
    ] {
        assert_eq!(score(&nothing), None);
    }
}

#[test]
fn bands_meet_where_the_standard_says() {
    for (value, band) in [
        (0.0, "none"),
        (0.1, "low"),
        (3.9, "low"),
        (4.0, "medium"),
        (6.9, "medium"),
        (7.0, "high"),
        (8.9, "high"),
        (9.0, "critical"),
        (10.0, "critical"),
    ] {
        assert_eq!(Band::of_score(value).name(), band, "{value}");
    }
    assert_eq!(Band::of_rating("important"), Some(Band::High));
    assert_eq!(Band::of_rating("not yet assigned"), None);
}

#[test]
fn a_match_tells_how_bad_and_where_the_fix_is() {
    let advisory = read_osv(
        br#"{"id":"USN-1","modified":"2024-01-01T00:00:00Z","related":["CVE-2024-1111"],"database_specific":{"severity":"LOW"},
        "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "affected":[{"package":{"ecosystem":"Ubuntu:Pro:18.04:LTS","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}],
          "ecosystem_specific":{"urgency":"medium"},"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H"}]},
         {"package":{"ecosystem":"Debian:12","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}"#,
    )
    .expect("valid");
    let index = Index::compile([&advisory]).index;
    let ubuntu = index.matches(&package("Ubuntu:18.04", "a", "1")).matches;
    assert_eq!(
        (ubuntu[0].channel, ubuntu[0].score, ubuntu[0].band),
        (Channel::Pro, Some(7.5), Some(Band::High))
    );
    assert_eq!(ubuntu[0].urgency, Some("medium"));
    assert_eq!(ubuntu[0].advisory.cves.len(), 1);
    let debian = index.matches(&package("Debian:12", "a", "1")).matches;
    assert_eq!((debian[0].channel, debian[0].score), (Channel::Main, Some(9.8)));
    assert!(!debian[0].fix.is_available() && ubuntu[0].fix.is_available());
}

#[test]
fn a_builder_takes_records_one_at_a_time() {
    let mut builder = Builder::default();
    assert_eq!(builder.finish().index.advisories(), 0);
    builder = Builder::default();
    let advisory = read_osv(br#"{"id":"A","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"Debian","name":"a"},"versions":["1"]}]}"#);
    builder.add(&advisory.expect("valid"));
    assert_eq!(builder.finish().without_release, 1);
}

#[test]
fn urgency_is_the_sum_of_its_parts() {
    let all = Input {
        cvss: Some(9.8),
        epss: Some(0.1),
        exploited: Some(false),
        exposure: Some(Exposure::Internet),
        criticality: Some(Criticality::High),
        fleet_share: Some(0.25),
    };
    let known = urgency(&all);
    let expected = 29.4 + 25.0 * (2.0 / 3.0) + 0.0 + 10.0 + 7.5 + 2.5;
    assert!((known.score - expected).abs() < 1e-9, "{known:?}");
    assert!((known.parts.iter().map(|part| part.points).sum::<f64>() - known.score).abs() < 1e-9);
    assert!((known.confidence - 1.0).abs() < 1e-9);
    assert!(
        (known.range.0 - known.range.1).abs() < 1e-9,
        "nothing is left open"
    );
}

#[test]
fn what_is_unknown_is_neither_safe_nor_hidden() {
    let nothing = urgency(&Input::default());
    assert_eq!((nothing.score, nothing.confidence), (50.0, 0.0));
    assert_eq!((nothing.range.0, nothing.range.1.round()), (0.0, 100.0));
    let harmless = urgency(&Input {
        cvss: Some(0.0),
        exploited: Some(false),
        ..Input::default()
    });
    assert!(harmless.score < nothing.score && harmless.confidence > 0.49);
    let nonsense = urgency(&Input {
        cvss: Some(f64::NAN),
        epss: Some(7.0),
        fleet_share: Some(-1.0),
        ..Input::default()
    });
    assert_eq!(nonsense.confidence, 0.0);
}

#[test]
fn known_exploitation_supersedes_the_estimate_and_sets_a_floor() {
    let mild = Input {
        cvss: Some(3.0),
        epss: Some(0.0001),
        exploited: Some(true),
        exposure: Some(Exposure::Isolated),
        criticality: Some(Criticality::Low),
        fleet_share: Some(0.0),
    };
    let found = urgency(&mild);
    assert_eq!(found.score, KEV_FLOOR);
    assert!(found.lifted && found.parts[1].superseded);
    assert!(
        urgency(&Input {
            exploited: Some(false),
            ..mild
        })
        .score
            < 15.0
    );
}

#[test]
fn clocks_of_the_product() {
    let since = Timestamp::from_unix_timestamp(1_700_000_000).expect("valid");
    let sla = Sla::default();
    for (band, hours, assumed) in [
        (Some(Band::Critical), 24, false),
        (Some(Band::High), 168, false),
        (Some(Band::Medium), 720, false),
        (Some(Band::Low), 2160, false),
        (None, 168, true),
    ] {
        let clock = sla.clock(band, since, since).expect("it runs");
        assert_eq!(
            (clock.left, clock.state, clock.assumed),
            (Duration::hours(hours), State::Running, assumed)
        );
        assert_eq!(
            sla.clock(band, since, clock.due).map(|c| c.state),
            Some(State::Breached)
        );
        let soon = clock.due - Duration::hours(hours) / 4;
        assert_eq!(
            sla.clock(band, since, soon).map(|c| c.state),
            Some(State::DueSoon)
        );
    }
    assert_eq!(sla.clock(Some(Band::None), since, since), None);
}

proptest! {
    #[test]
    fn any_vector_gets_a_score_or_none(text in "(CVSS:[34].[01]/)?([A-Z]{1,2}:[A-Z]{1,2}/?){0,14}", noise in ".{0,40}") {
        for kind in [SeverityKind::CvssV2, SeverityKind::CvssV3, SeverityKind::CvssV4] {
            for text in [&text, &noise] {
                let found = score(&[vector(kind.clone(), text)]);
                prop_assert!(found.is_none_or(|s| (0.0..=10.0).contains(&s.value)));
            }
        }
    }
}

#[test]
fn a_level_is_a_word_for_the_score_and_needs_half_of_the_weight() {
    let known = |cvss: f64, exploited: bool| Input {
        cvss: Some(cvss),
        epss: Some(0.001),
        exploited: Some(exploited),
        exposure: Some(Exposure::Internet),
        criticality: Some(Criticality::Critical),
        fleet_share: Some(0.0),
    };
    for (cvss, level) in [(10.0, Level::High), (5.0, Level::Medium), (3.0, Level::Low)] {
        assert_eq!(urgency(&known(cvss, false)).level(), Some(level), "{cvss}");
    }
    assert_eq!(urgency(&known(0.0, true)).level(), Some(Level::Critical));
    let rated_alone = Input {
        cvss: Some(10.0),
        ..Input::default()
    };
    assert_eq!(urgency(&rated_alone).level(), None);
    let exploited_alone = Input {
        exploited: Some(true),
        ..Input::default()
    };
    assert_eq!(urgency(&exploited_alone).level(), Some(Level::Critical));
    // KEV, EPSS and the share of the fleet are half of the weight.
    let unrated = Input {
        epss: Some(0.5),
        exploited: Some(false),
        fleet_share: Some(0.1),
        ..Input::default()
    };
    assert_eq!(urgency(&unrated).level(), Some(Level::Medium));
}
