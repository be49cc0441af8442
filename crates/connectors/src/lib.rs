//! Everything that talks outward, one folder per seam.
//!
//! **Invariant:** nothing in this crate knows a tenant's tables; what a connector saw goes to a sink that it is given.

pub mod address;
mod command;
pub mod feed;
mod folder;
pub mod grant;
pub mod inventory;
pub mod outbound;
pub mod program;
pub mod rootfs;
pub mod secret;
mod x509;
