//! A folder of `config_*` files, read into clients: who they are, what they
//! bought, and the key that signs for them.

pub(crate) mod access;
pub(crate) mod adjustment;
pub(crate) mod alerts;
pub(crate) mod amount;
pub(crate) mod config;
pub(crate) mod defaults;
pub(crate) mod file;
pub(crate) mod key;
pub(crate) mod leftover;
pub(crate) mod lines;
pub(crate) mod overlap;
pub(crate) mod pages;
pub(crate) mod provider;
mod similar;
mod tokens;
mod value;
pub(crate) mod walk;
