//! One binary for all tests of the store, so that it is linked once.

mod embedded;
mod tenancy;
