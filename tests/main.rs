//! The program as its users meet it: through the binary, with real files,
//! real signing and real HTTP on loopback.
#![allow(
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::float_arithmetic,
    reason = "a test stops at once on what cannot be"
)]

mod add;
mod alert_messages;
mod alert_settings;
mod alerts;
mod assumptions;
mod backtest;
mod charges;
mod check;
mod command_line;
mod common;
mod configs;
mod credentials;
mod deadline;
mod faults;
mod fell;
mod figures;
mod forecast;
mod groups;
mod histories;
mod home;
mod hostile;
mod kinds;
mod other_service;
mod outlook;
mod outputs;
mod pages;
mod pasted;
mod picture;
mod place;
mod properties;
mod publish;
mod ranges;
mod readme;
mod reference;
mod rooms;
mod schemas;
mod screen;
mod secrets;
mod service;
mod settings;
mod signing;
mod store;
mod terminal;
mod wires;
