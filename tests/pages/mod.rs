//! The customers' pages and their pictures.

mod burndown;
