//! The figures: one client's statement and the portfolio of all. Numbers, days
//! and `None` for what is not known; no words and no rounding for the eye.

pub mod backtest;
pub mod band;
pub mod figures;
pub mod portfolio;
pub mod statement;
pub mod timeline;
