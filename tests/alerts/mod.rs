//! Alerts: what the channels send, and what comes of each answer.

mod chats;
mod commands;
mod faults;
mod letters;
mod mail_server;
mod requests;
mod smtp;
mod stand_in;
