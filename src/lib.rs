//! `oci-consumo`: what each Oracle Cloud contract has consumed, and where it is heading.
//!
//! Data flows one way, and each room takes the type of the room before it:
//!
//! ```text
//! folder -> profile -> oci -> series -> forecast -> report -> render -> bytes -> deliver
//! ```
//!
//! `store` keeps what was fetched and what each run came to; no room asks it or
//! tells it anything but `app`, which alone knows them all. `sim` stands in for
//! the service in the demo and in the tests; it shares no code with `oci`, so
//! that it can contradict it.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod add;
mod adjustment;
mod alert;
mod alerting;
pub mod app;
mod calendar;
mod check;
pub mod cli;
mod contract;
mod days;
mod deliver;
mod demo;
mod failure;
mod forecast;
mod form;
#[doc(hidden)]
#[allow(missing_docs, reason = "a re-export is documented where it is defined")]
pub mod internals;
mod lang;
mod manual;
mod money;
mod oci;
mod path;
pub mod plan;
mod profile;
mod progress;
mod render;
mod report;
mod sim;
mod store;
mod text;
