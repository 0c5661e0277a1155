//! The words of alerts: mails, short messages, templates, notices and screens, as they are made of stored figures.

mod hostile;
mod machines;
mod messages;
mod sample;
mod screens;
