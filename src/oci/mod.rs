//! The service: where it is, how a request to it is signed, sent and tried
//! again, and how its answers are read.

pub mod assumptions;
pub mod endpoint;
pub mod identity;
mod json;
pub mod observed;
pub mod region;
pub mod signer;
pub mod transport;
pub mod usage;
pub mod windows;
