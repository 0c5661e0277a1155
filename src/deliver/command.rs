//! Messages to a program on this machine.

/// A program that takes a message on its standard input.
#[derive(Clone, Debug)]
pub struct Command {
    /// The program and its arguments. `{destino}` stands for the recipient.
    pub argv: Vec<String>,
}
