//! The figures: one client's statement and the portfolio of all. Numbers, days
//! and `None` for what is not known; no words and no rounding for the eye.
//!
//! The rules stand once, in the manual's page `figures`:
#![doc = include_str!("../manual/en/figures.md")]

pub(crate) mod backtest;
pub(crate) mod band;
pub(crate) mod burndown;
pub(crate) mod changes;
pub(crate) mod class;
pub(crate) mod figures;
pub(crate) mod portfolio;
pub(crate) mod statement;
pub(crate) mod timeline;
