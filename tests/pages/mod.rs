//! The customers' pages and their pictures.

mod browser;
mod burndown;
mod folder;
mod leak;
mod picture;
mod safety;
mod sample;
mod tags;
mod verbs;
