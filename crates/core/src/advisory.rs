//! Advisories: what a vulnerability feed says of packages.
