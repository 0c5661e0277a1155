//! The service: where it is, how a request to it is signed, sent and tried
//! again, and how its answers are read.

pub(crate) mod assumptions;
pub(crate) mod credential;
pub(crate) mod email;
pub(crate) mod endpoint;
pub(crate) mod identity;
mod json;
pub(crate) mod monitoring;
pub(crate) mod notifications;
pub(crate) mod object_storage;
pub(crate) mod observed;
pub(crate) mod region;
pub(crate) mod signer;
pub(crate) mod transport;
pub(crate) mod usage;
pub(crate) mod vault;
pub(crate) mod windows;
