//! Alerts: what the channels send, and what comes of each answer.

mod chats;
mod commands;
mod faults;
mod letters;
pub(crate) mod mail_server;
mod receipts;
mod requests;
mod smtp;
pub(crate) mod stand_in;
