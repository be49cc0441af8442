//! Documents for people and tools outside: the same findings in formats that others read.

pub mod sarif;
