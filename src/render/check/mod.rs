//! The check of a folder as text and as JSON, and the service report that may be made of it.

mod json;
mod service;
mod short;
mod text;

pub(super) use json::document;
pub(super) use service::{document as service_document, text as service_text};
pub(super) use text::check;
