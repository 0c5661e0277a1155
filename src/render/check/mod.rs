//! The check of a folder as text and as JSON.

mod json;
mod text;

pub(super) use json::document;
pub(super) use text::check;
