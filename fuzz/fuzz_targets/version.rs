//! Two versions in each order: the orders are total, and the sortable key agrees with the comparison.
#![no_main]

use libfuzzer_sys::fuzz_target;
use qlrf_core::version::Scheme;

const SCHEMES: [Scheme; 5] = [Scheme::Deb, Scheme::Rpm, Scheme::Apk, Scheme::Semver, Scheme::Pep440];

fuzz_target!(|texts: (&str, &str, &str)| {
    let (a, b, c) = texts;
    for scheme in SCHEMES {
        let (Ok(ab), Ok(bc)) = (scheme.compare(a, b), scheme.compare(b, c)) else { continue };
        assert_eq!(scheme.compare(b, a).ok(), Some(ab.reverse()), "{scheme:?}");
        if ab == bc {
            assert_eq!(scheme.compare(a, c).ok(), Some(ab), "{scheme:?}");
        }
        let key = |text| scheme.key(text).expect("compare took it");
        assert_eq!(key(a).as_bytes().cmp(key(b).as_bytes()), ab, "{scheme:?}");
    }
});
