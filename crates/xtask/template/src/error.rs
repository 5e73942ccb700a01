//! Errors of the driver as errors of larder.

use larder_core::Error;

/// Refuses an operation that nobody wrote yet.
pub(crate) fn not_written(operation: &'static str, address: &str) -> Error {
    Error::unsupported("the STORE_TYPE store does not do this yet").at("STORE_TYPE", operation).with("address", address)
}
