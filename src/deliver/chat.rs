//! Notices to a chat: a table of kinds.

use crate::text::AsTyped;

/// A chat.
#[derive(Clone, Debug)]
pub struct Chat {
    /// Kind of the chat.
    pub kind: ChatKind,
    /// The address, which is a secret of most kinds; without one, the kind's own where it has one.
    pub url: Option<AsTyped>,
    /// The token, of Telegram and ntfy.
    pub token: Option<AsTyped>,
    /// The chat's identifier, of Telegram.
    pub destination: Option<String>,
}

/// The kinds of chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    /// An incoming webhook of Slack.
    Slack,
    /// A flow of Microsoft Teams that posts to a channel.
    Teams,
    /// A webhook of Google Chat.
    Google,
    /// A webhook of Discord.
    Discord,
    /// A bot of Telegram.
    Telegram,
    /// A topic of ntfy.
    Ntfy,
}
