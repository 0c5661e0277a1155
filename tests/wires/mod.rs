//! What people paste and where the program runs: keys in every wrapping, proxies and certificates that the environment
//! names, terminals, cron and few descriptors. Each test is of a family, generated from the ways that its members differ.

mod keys;
mod network;
mod terminals;
