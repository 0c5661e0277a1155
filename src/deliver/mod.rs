//! Where the report's bytes go.

pub mod file;
