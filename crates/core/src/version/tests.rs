use std::cmp::Ordering;

use proptest::prelude::*;

use super::{Key, MAX_VERSION_BYTES, Scheme};
use crate::package::Ecosystem;

mod oracle;

const ALL: [Scheme; 5] = [
    Scheme::Deb,
    Scheme::Rpm,
    Scheme::Apk,
    Scheme::Semver,
    Scheme::Pep440,
];

/// Every version is smaller than the next; those joined by ` = ` are equal.
fn check_order(scheme: Scheme, ladder: &[&str]) {
    let rungs: Vec<Vec<&str>> = ladder.iter().map(|rung| rung.split(" = ").collect()).collect();
    for (i, low) in rungs.iter().enumerate() {
        for (j, high) in rungs.iter().enumerate() {
            for (a, b) in low.iter().flat_map(|a| high.iter().map(move |b| (a, b))) {
                let got = scheme.compare(a, b).unwrap_or_else(|e| panic!("{e}"));
                assert_eq!(got, i.cmp(&j), "{scheme}: {a} against {b}");
            }
        }
    }
}

fn check_refused(scheme: Scheme, texts: &[&str]) {
    for text in texts {
        assert!(scheme.key(text).is_err(), "{scheme} took {text:?}");
    }
}

#[test]
fn deb_order() {
    check_order(
        Scheme::Deb,
        &[
            "0~~",
            "0~~a",
            "0~",
            "0",
            "1.0~beta1~svn1245-1",
            "1.0~beta1-1",
            "1.0 = 1.0-0 = 0:1.0 = 1.00",
            "1.0-1~bpo12+1",
            "1.0-1",
            "1.0-1+b1",
            "1.0-1.1",
            "1.0-2+deb12u1",
            "1.0-10",
            "1.0a-1",
            "1.0+dfsg-1",
            "1.0.1",
            "1.2.3-4-1",
            "1.10",
            "1:0.1",
            "2:0",
        ],
    );
    check_refused(
        Scheme::Deb,
        &[
            "",
            "1.0-",
            ":1",
            "a:1",
            "1:",
            "-1",
            "1.0_1",
            "1 0",
            "1.0\n",
            "ä",
            "2147483648:1",
            "1.0-1:2",
        ],
    );
}

#[test]
fn rpm_order() {
    check_order(
        Scheme::Rpm,
        &[
            "1.0~rc1-1",
            "1.0~rc1^git1-1",
            "1.0",
            "1.0-1.el9 = 0:1.0-1.el9 = 1_0-1.el9 = 1.00-01.el9",
            "1.0-1.el9_2.1",
            "1.0-2.el9",
            "1.0^20200101-1",
            "1.0^20200102~pre-1",
            "1.0^20200102-1",
            "1.0a-1",
            "1.0.a-1.1 = 1.0a-1.1",
            "1.0.1-1",
            "1.9-1",
            "1.10-1",
            "1:0.1-1",
        ],
    );
    check_refused(
        Scheme::Rpm,
        &[
            "",
            "1.0-",
            "-1",
            "x:1.0-1",
            "(none):1.0-1",
            "1 0",
            "1.0\u{7}",
            "é",
            ":1-1",
        ],
    );
}

#[test]
fn apk_order() {
    check_order(
        Scheme::Apk,
        &[
            "1.0_alpha",
            "1.0_alpha2",
            "1.0_beta_alpha",
            "1.0_beta",
            "1.0_pre1",
            "1.0_rc1",
            "1.0",
            "1.0-r0",
            "1.0-r1",
            "1.0-r10",
            "1.0~abc",
            "1.0_cvs",
            "1.0_git20200101-r0",
            "1.0_p1 = 1.0_p01",
            "1.0_p1-r2",
            "1.0_p2",
            "1.0a",
            "1.0b-r1",
            "1.0.01",
            "1.0.1",
            "1.01",
            "1.1",
            "1.2",
            "1.10",
            "2 = 02",
        ],
    );
    check_refused(
        Scheme::Apk,
        &[
            "", "a1", ".1", "1.", "1..2", "1_foo", "1-1", "1-r", "1-rx", "1a.2", "1ab", "1~", "1-r1_p1", "1 ",
        ],
    );
}

#[test]
fn semver_order() {
    check_order(
        Scheme::Semver,
        &[
            "0.0.0-20190101000000-abcdefabcdef",
            "v0.0.0-20200101000000-abcdefabcdef",
            "0.0.0",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0 = v1.0.0 = 1 = v1.0 = 1.0.0+build.7",
            "1.2.0 = v1.2",
            "1.10.0",
            "2.0.0-0",
            "2.0.0 = v2.0.0+incompatible",
        ],
    );
    check_refused(
        Scheme::Semver,
        &[
            "", "(devel)", "latest", "1.2.3.4", "01.2.3", "1.2.3-01", "vv1.0.0", "1.", ".",
        ],
    );
}

#[test]
fn pep440_order() {
    check_order(
        Scheme::Pep440,
        &[
            "1.dev0",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2 = 1.0.beta2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1 = 1.0-c1",
            "1.0 = 1 = 1.0.0 = v1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456 = 1.0-456",
            "1.1.dev1",
            "1.10",
            "1!0.1",
        ],
    );
    check_refused(
        Scheme::Pep440,
        &["", "1.0-foo-bar-baz", "abc", "1.0.*", "2004d5x", "1..0"],
    );
}

#[test]
fn an_error_names_the_version_and_the_scheme() {
    let error = Scheme::Deb.key("1.0_1").expect_err("underscores are not allowed");
    assert_eq!(
        error.to_string(),
        "\"1.0_1\" is not a version in the deb scheme: the upstream version has a character other than letters, digits and . + - ~ :"
    );
}

#[test]
fn a_version_of_any_length_is_answered() {
    for scheme in ALL {
        assert!(scheme.key(&"9".repeat(MAX_VERSION_BYTES + 1)).is_err());
        assert!(scheme.key(&"1".repeat(1 << 20)).is_err());
    }
    let (nines, more) = (
        "9".repeat(MAX_VERSION_BYTES - 1),
        format!("1{}", "0".repeat(MAX_VERSION_BYTES - 1)),
    );
    for scheme in [Scheme::Deb, Scheme::Rpm, Scheme::Apk] {
        assert_eq!(scheme.compare(&nines, &more), Ok(Ordering::Less));
    }
}

#[test]
fn an_ecosystem_without_a_known_order_stays_unknown() {
    for (name, scheme) in [
        ("Debian:12", Some(Scheme::Deb)),
        ("Ubuntu:22.04:LTS", Some(Scheme::Deb)),
        ("AlmaLinux:9", Some(Scheme::Rpm)),
        ("Red Hat:enterprise_linux:9::baseos", Some(Scheme::Rpm)),
        ("SUSE:Linux Enterprise Server 15 SP5", Some(Scheme::Rpm)),
        ("Alpine:v3.19", Some(Scheme::Apk)),
        ("Alpaquita:stream", Some(Scheme::Apk)),
        ("Wolfi", Some(Scheme::Apk)),
        ("PyPI", Some(Scheme::Pep440)),
        ("Go", Some(Scheme::Semver)),
        ("crates.io", Some(Scheme::Semver)),
        ("Maven", None),
        ("debian:12", None),
        ("", None),
    ] {
        assert_eq!(Scheme::of(&Ecosystem::new(name)), scheme, "{name}");
    }
}

/// Texts that a scheme mostly accepts, made of the pieces that its rules speak of.
fn version_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,3}",
        "[a-z]{1,2}",
        Just("0".to_owned()),
        "[.]",
        Just("~".to_owned()),
        Just("^".to_owned()),
        Just("-".to_owned()),
        Just("+".to_owned()),
        Just("_p".to_owned()),
        Just("_rc".to_owned()),
        Just("-r1".to_owned()),
        Just(".dev1".to_owned()),
        Just("1:".to_owned()),
        Just("rc1".to_owned()),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| format!("1{}", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_gets_a_key_or_an_error(text in ".{0,300}") {
        for scheme in ALL {
            let _ = scheme.key(&text);
        }
    }

    #[test]
    fn the_order_is_total(a in version_like(), b in version_like(), c in version_like()) {
        for scheme in ALL {
            let keys: Vec<Key> = [&a, &b, &c].iter().filter_map(|text| scheme.key(text).ok()).collect();
            prop_assert!(scheme.key(&a).is_err() || scheme.compare(&a, &a) == Ok(Ordering::Equal));
            if let (Ok(ab), Ok(ba)) = (scheme.compare(&a, &b), scheme.compare(&b, &a)) {
                prop_assert_eq!(ab, ba.reverse());
            }
            if let [x, y, z] = &keys[..] && x <= y && y <= z {
                prop_assert!(x <= z);
            }
        }
    }

    /// `semver` and `pep440_rs` have an order of their own: the keys must agree with it.
    #[test]
    fn keys_agree_with_the_libraries(a in version_like(), b in version_like()) {
        oracle::check_semver(&a, &b)?;
        oracle::check_pep440(&a, &b)?;
    }
}
