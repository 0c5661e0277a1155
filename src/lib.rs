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

pub mod adjustment;
pub mod app;
pub mod calendar;
pub mod check;
pub mod cli;
pub mod contract;
pub mod days;
pub mod deliver;
pub mod demo;
pub mod failure;
pub mod forecast;
pub mod form;
pub mod lang;
pub mod money;
pub mod oci;
pub mod path;
pub mod plan;
pub mod profile;
pub mod progress;
pub mod render;
pub mod report;
pub mod sim;
pub mod store;
pub mod text;
