//! `oci-consumo`: what each Oracle Cloud contract has consumed, and where it is heading.
//!
//! Data flows one way, and each room takes the type of the room before it:
//!
//! ```text
//! folder -> profile -> oci -> series -> forecast -> report -> render -> bytes
//! ```
//!
//! `app` alone knows them all. `sim` stands in for the service in the demo and
//! in the tests; it shares no code with `oci`, so that it can contradict it.

pub mod calendar;
pub mod contract;
pub mod cost;
pub mod failure;
pub mod money;
