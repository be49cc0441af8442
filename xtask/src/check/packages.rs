//! How many packages the product is built from.

use anyhow::Result;

use super::{Findings, Rule};
use crate::metadata::Metadata;
use crate::repo::Repo;

pub const RULE: Rule = Rule {
    name: "packages",
    why: "every package is build time on each machine and code that somebody has to trust; raise the budget by review",
    run,
};

/// Packages in the default build of `qlrf`, build scripts included, tests not.
const BUDGET: usize = 450;
const WARN_LEFT: usize = 10;

fn run(repo: &Repo) -> Result<Findings> {
    let metadata = Metadata::load(repo)?;
    let count = metadata.reach("qlrf-server", |package| &package.builds_on).len();
    let mut findings = Findings::default();
    if count > BUDGET {
        findings.problem(format!(
            "the default build of qlrf has {count} packages, the budget is {BUDGET}"
        ));
    } else if count + WARN_LEFT > BUDGET {
        findings.warnings.push(format!(
            "the default build of qlrf has {count} of {BUDGET} packages"
        ));
    }
    Ok(findings)
}
