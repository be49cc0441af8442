//! An inventory connector.

use super::Kind;
use super::seam::Seam;

pub const KIND: Kind = Kind {
    name: "connector",
    what: "an inventory connector, e.g. `new connector aws`",
    plan: |repo, name| SEAM.plan(repo, name),
};

const SEAM: Seam = Seam {
    folder: "inventory",
    template: include_str!("connector.rs.txt"),
    manual: "docs/adding/connector.md",
};
