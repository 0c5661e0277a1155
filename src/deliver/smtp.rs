//! Mail by a server of its own, over SMTP.

use crate::text::AsTyped;

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Name or address of the host.
    pub host: String,
    /// Port: usually 587 with STARTTLS, 465 with TLS from the first byte.
    pub port: u16,
    /// Marks a server that speaks TLS from the first byte. Any other must offer STARTTLS, unless it is on this machine.
    pub implicit_tls: bool,
    /// The login; none where the server takes mail without one.
    pub login: Option<Login>,
}

/// A login to a mail server.
#[derive(Clone, Debug)]
pub struct Login {
    /// Name of the user.
    pub user: String,
    /// The password, or the token of XOAUTH2.
    pub secret: AsTyped,
    /// The way that user and secret are sent.
    pub mechanism: Mechanism,
}

/// The ways that user and secret are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// Both at once.
    Plain,
    /// One after the other.
    Login,
    /// The user and a token, as Google and Microsoft take them.
    XOauth2,
}
