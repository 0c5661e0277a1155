//! Problems of delivering a message. No value holds a secret, a whole telephone number or the recipient's address.

use std::time::Duration;

use super::{ServiceProblem, SystemError};

/// The reasons why a message is not delivered, or why a channel does not let the program in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryProblem {
    /// No connection, or none that can be trusted: nothing went out.
    Connection(ServiceProblem),
    /// The message went out, and no whole answer came.
    NoAnswer {
        /// Name of the host.
        host: String,
    },
    /// The channel refused the message or the login.
    Refused {
        /// The kind of refusal.
        reason: RefusalReason,
        /// The refusal, in the channel's words.
        answer: ChannelAnswer,
    },
    /// The answer is none that the channel is documented to give.
    Unintelligible {
        /// The answer, as far as it was read.
        answer: ChannelAnswer,
    },
    /// The mail server offers no encryption.
    NoStartTls {
        /// Name of the host.
        host: String,
    },
    /// The server speaks no TLS from the first byte: the port is another's.
    NoTls {
        /// Name of the host.
        host: String,
        /// The port.
        port: u16,
    },
    /// The login would have gone out in the clear.
    LoginInClear {
        /// Name of the host.
        host: String,
    },
    /// The mail server does not offer the login's mechanism.
    NoMechanism {
        /// Name of the host.
        host: String,
        /// Name of the mechanism.
        mechanism: &'static str,
    },
    /// The address is neither https nor on this machine.
    InsecureAddress {
        /// Name of the host.
        host: String,
    },
    /// The text is no address.
    NotAnAddress,
    /// A program on this machine did not take the message.
    Program {
        /// The program's file name, fit for a terminal.
        program: String,
        /// The end of the program.
        end: ProgramEnd,
    },
    /// The message waits for an hour at which no run is made.
    OutsideHours {
        /// The first hour at which messages may be sent.
        from: u32,
        /// The hour from which on they may not.
        until: u32,
    },
    /// The message cannot be written in the channel's form.
    Unsendable(UnsendableMessage),
}

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalReason {
    /// The recipient does not exist, or cannot be reached by this channel.
    Recipient,
    /// The recipient is on the service's suppression list: the message is accepted and dropped.
    Suppressed,
    /// User, password, token or key is not accepted, or may not send from this sender.
    Login,
    /// The template does not exist, is paused, or does not fit its parameters.
    Template,
    /// The message is too large.
    TooLarge,
    /// The address leads elsewhere: a redirect is not followed.
    Redirect,
    /// The address is gone for good.
    Gone,
    /// Too many messages.
    TooMany,
    /// The channel cannot take messages now.
    Unavailable,
    /// Any other.
    Other,
}

/// An answer of a channel, with its texts cleaned for the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelAnswer {
    /// Name of the host.
    pub host: String,
    /// The status of HTTP or SMTP.
    pub status: u16,
    /// The channel's own code; empty where there is none.
    pub code: String,
    /// The channel's message; empty where there is none.
    pub message: String,
}

/// The ends of a program that did not take the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramEnd {
    /// The program could not be started.
    NotStarted(SystemError),
    /// The program ended with another status than 0.
    Status {
        /// The exit status; `None` where a signal ended the program.
        status: Option<i32>,
        /// Beginning of the program's standard error, fit for a terminal.
        output: String,
    },
    /// The program was stopped when its time was over.
    TimedOut(Duration),
}

/// The reasons why a message cannot be written in a channel's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnsendableMessage {
    /// The recipient's address is none of this channel.
    Recipient,
    /// The sender's address is no mail address.
    Sender,
    /// A header of the mail cannot be written: named.
    Header(&'static str),
    /// The text message has a character outside the basic table of GSM 03.38.
    NotBasic,
    /// The text is longer than the channel takes.
    TooLong {
        /// The most that the channel takes.
        limit: usize,
    },
    /// A parameter of the template is empty, or holds a line break, a tab or five spaces in a row.
    Parameter,
    /// A secret holds a character that no header may have.
    Secret,
    /// The channel has another form than the message.
    Form,
}

impl DeliveryProblem {
    /// Returns the kind of refusal, if the channel refused.
    pub fn refusal(&self) -> Option<RefusalReason> {
        match self {
            Self::Refused { reason, .. } => Some(*reason),
            _ => None,
        }
    }
}

use RefusalReason as Why;

codes! {
    DeliveryProblem {
        Self::Connection(_) => "destino_sem_conexao",
        Self::NoAnswer { .. } => "entrega_sem_resposta",
        Self::Refused { reason: Why::Recipient, .. } => "destinatario_recusado",
        Self::Refused { reason: Why::Suppressed, .. } => "destinatario_suprimido",
        Self::Refused { reason: Why::Login, .. } => "canal_sem_acesso",
        Self::Refused { reason: Why::Template, .. } => "modelo_recusado",
        Self::Refused { reason: Why::TooMany, .. } => "limite_de_envio",
        Self::Refused { reason: Why::Unavailable, .. } => "canal_indisponivel",
        Self::Refused { .. } | Self::Unintelligible { .. } => "envio_recusado",
        Self::NoStartTls { .. }
            | Self::NoTls { .. }
            | Self::LoginInClear { .. }
            | Self::NoMechanism { .. } => "canal_inseguro",
        Self::InsecureAddress { .. } | Self::NotAnAddress => "endereco_de_canal",
        Self::Program { .. } => "programa_de_entrega",
        Self::OutsideHours { .. } => "fora_do_horario",
        Self::Unsendable(_) => "mensagem_invalida",
    }
}
