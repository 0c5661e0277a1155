//! Messages as the channels take them, and the outcome of a try.

use std::fmt;
use std::time::{Duration, SystemTime};

use crate::failure::{DeliveryProblem, UnsendableMessage};

/// One message for one recipient. `Debug` shows neither the recipient nor the content.
pub struct Parcel {
    /// Identifier, the same in every try: 8 to 64 of `a-z`, `0-9` and `-`.
    pub id: String,
    /// The mail address or the telephone number (E.164); empty where the channel has one recipient.
    pub to: String,
    /// The time of this try.
    pub at: SystemTime,
    /// The content.
    pub content: Content,
}

impl fmt::Debug for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Parcel");
        shown.field("id", &self.id).finish_non_exhaustive()
    }
}

/// The forms of a message.
pub enum Content {
    /// A mail.
    Mail(Mail),
    /// A text message of at most 160 characters of GSM 03.38's basic table that are ASCII.
    Text(String),
    /// A message by a template that the provider has approved.
    Template {
        /// Name or identifier of the template.
        name: String,
        /// Language of the template, such as `pt_BR`.
        lang: String,
        /// The values of the template's places, in their order.
        parameters: Vec<String>,
    },
    /// A notice, for topics and chats.
    Notice {
        /// Title, in one line.
        title: String,
        /// Plain text.
        body: String,
    },
    /// A JSON document for a webhook.
    Event(Vec<u8>),
    /// Standard input of a command.
    Input(Vec<u8>),
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mail(_) => "Mail(…)",
            Self::Text(_) => "Text(…)",
            Self::Template { .. } => "Template(…)",
            Self::Notice { .. } => "Notice(…)",
            Self::Event(_) => "Event(…)",
            Self::Input(_) => "Input(…)",
        })
    }
}

/// A mail. `Debug` shows its `Message-ID` alone.
pub struct Mail {
    /// Name and address of the sender.
    pub from: (Option<String>, String),
    /// Address for answers.
    pub reply_to: Option<String>,
    /// Subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same in HTML.
    pub html: Option<String>,
    /// Name and content of an attached file.
    pub attachment: Option<(String, Vec<u8>)>,
    /// `Message-ID`, without the angle brackets.
    pub message_id: String,
    /// The `Message-ID` of earlier mails of the same thread, oldest first, without the angle brackets.
    pub references: Vec<String>,
    /// `List-Id`, without the angle brackets.
    pub list_id: String,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Mail");
        shown
            .field("message_id", &self.message_id)
            .finish_non_exhaustive()
    }
}

/// A message that the provider has taken. It may not have been delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The provider's identifier of the message, fit for a terminal.
    pub id: Option<String>,
}

/// The fate of a message that a provider took, in its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// The provider does not know yet.
    Open,
    /// The message got there.
    Delivered,
    /// The message did not get there.
    Lost(DeliveryProblem),
}

/// The chance of another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// Another try fails as well, until somebody changes the settings, the recipient or the message.
    Permanent,
    /// A later try may be accepted, and this one delivered nothing.
    Passing,
    /// The message went out and no whole answer came: it may have been delivered.
    Unsure,
}

/// A try that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The chance of another try.
    pub kind: RefusalKind,
    /// Reason of the refusal.
    pub problem: DeliveryProblem,
    /// The pause that the channel asks for.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// A refusal without a pause.
    pub(super) fn new(kind: RefusalKind, problem: DeliveryProblem) -> Self {
        Self {
            kind,
            problem,
            retry_after: None,
        }
    }

    /// A message that cannot be written in the channel's form.
    pub(super) fn unsendable(problem: UnsendableMessage) -> Self {
        Self::new(RefusalKind::Permanent, DeliveryProblem::Unsendable(problem))
    }
}
