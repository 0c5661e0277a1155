//! The figures: one client's statement and the portfolio of all. Numbers, days
//! and `None` for what is not known; no words and no rounding for the eye.

pub(crate) mod backtest;
pub(crate) mod band;
pub(crate) mod figures;
pub(crate) mod portfolio;
pub(crate) mod statement;
pub(crate) mod timeline;
