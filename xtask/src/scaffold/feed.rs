//! A vulnerability feed.

use super::Kind;
use super::seam::Seam;

pub const KIND: Kind = Kind {
    name: "feed",
    what: "a vulnerability feed, e.g. `new feed nvd`",
    plan: |repo, name| SEAM.plan(repo, name),
};

const SEAM: Seam = Seam {
    folder: "feed",
    template: include_str!("feed.rs.txt"),
    manual: "docs/adding/feed.md",
};
