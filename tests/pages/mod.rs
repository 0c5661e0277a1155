//! The customers' pages, their pictures, and the operator's panel.

mod browser;
mod burndown;
mod folder;
mod guard;
mod leak;
mod panel;
mod picture;
mod safety;
mod sample;
mod tags;
mod verbs;
