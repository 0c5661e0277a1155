//! Alerts: what the channels send and what comes of each answer, and what a run decides and keeps.

mod chats;
mod commands;
mod faults;
mod hardship;
mod kinds;
mod letters;
pub(crate) mod mail_server;
mod privacy;
mod pulse;
#[cfg(all(unix, not(target_vendor = "apple")))]
mod real_servers;
mod receipts;
mod replay;
mod requests;
mod runs;
pub(crate) mod scene;
mod smtp;
pub(crate) mod stand_in;
mod verbs;
mod wishes;
