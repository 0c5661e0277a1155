//! The customers' pages and their pictures.

mod browser;
mod burndown;
mod picture;
mod safety;
mod sample;
mod tags;
