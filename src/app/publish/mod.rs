//! Publishing in Object Storage, by the partner's own user and never by a customer's.

mod links;
mod publisher;

pub(super) use links::carry_out;
pub(super) use publisher::{Publisher, publisher};
