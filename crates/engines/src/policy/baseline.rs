//! The shipped rules, out of `policy/` at the root of the repository.

use std::sync::OnceLock;

use qlrf_core::policy::Source;

use super::bundle::{Bundle, Module};

macro_rules! modules {
    ($($path:literal),* $(,)?) => {
        /// Path and text of each, rules and tests.
        pub const MODULES: &[(&str, &str)] =
            &[$(($path, include_str!(concat!("../../../../policy/", $path)))),*];
    };
}

modules![
    "batch_limit.rego",
    "batch_limit_test.rego",
    "freeze.rego",
    "freeze_test.rego",
    "irreversible.rego",
    "irreversible_test.rego",
    "maintenance_window.rego",
    "maintenance_window_test.rego",
    "pair.rego",
    "pair_test.rego",
    "plain_http.rego",
    "plain_http_test.rego",
    "production_approval.rego",
    "production_approval_test.rego",
    "simulated.rego",
    "simulated_test.rego",
];

/// What rules may import.
pub(super) const LIBRARY: (&str, &str) = ("lib.rego", include_str!("../../../../policy/lib.rego"));

/// Compiled once for the process.
pub fn baseline() -> &'static Bundle {
    static BUNDLE: OnceLock<Bundle> = OnceLock::new();
    BUNDLE.get_or_init(|| {
        let modules = MODULES.iter().map(|(path, text)| Module {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        });
        Bundle::compile(Source::Baseline, modules.collect())
            .unwrap_or_else(|problems| panic!("the shipped rules do not compile: {problems:?}"))
    })
}
