//! Links the stores of this workspace, one cargo feature each.
//!
//! A store registers itself, but only when its crate is linked, and a crate is linked only when some source names it.
//! This is the one place that does. Depend on this crate, or name the stores you want yourself.
#![deny(unused_crate_dependencies)]
#![cfg_attr(test, allow(unused_crate_dependencies))] // the dev-dependency is for tests/

#[cfg(feature = "memory")]
use larder_store_memory as _;
#[cfg(feature = "sqlite")]
use larder_store_sqlite as _;
