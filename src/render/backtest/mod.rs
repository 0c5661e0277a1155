//! The test of the forecasts as bytes: text for people, JSON for programs.

mod json;
mod sentences;
mod text;

pub(super) use json::document;
pub(super) use text::text;
