//! The words that the settings of alerts, their rules and their channels share.

use crate::money::Amount;

/// A service of chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    /// Slack, by an incoming webhook.
    Slack,
    /// Microsoft Teams, by a flow that posts to a channel. Its 202 says that the flow has begun, not that it has posted.
    Teams,
    /// Google Chat, by a webhook.
    Google,
    /// Discord, by a webhook.
    Discord,
    /// Telegram, by a bot.
    Telegram,
    /// ntfy, by a topic.
    Ntfy,
}

/// A mechanism of SMTP's AUTH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// PLAIN: user and password at once.
    Plain,
    /// LOGIN: one after the other.
    Login,
    /// XOAUTH2: the user and a token, as Google and Microsoft take them.
    XOauth2,
}

/// The thresholds of the rules, of `[regras]` in `alertas.ini`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Per cent of printed chance of running out from which an alert opens.
    pub opens: u32,
    /// Per cent of chance down to which an open alert closes.
    pub closes: u32,
    /// Data-days in a row that open an alert.
    pub days_to_open: u32,
    /// Data-days in a row that close it.
    pub days_to_close: u32,
    /// Days by which the runs-out day comes earlier for an open alert to be told again.
    pub worse_days: i64,
    /// Per cent by which the shortfall grows for an open alert to be told again.
    pub worse_percent: Amount,
    /// Days before the contract's end at which the level of its term rises, the largest first.
    pub term: [u32; 3],
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            opens: 80,
            closes: 20,
            days_to_open: 3,
            days_to_close: 7,
            worse_days: 14,
            worse_percent: Amount::from(25),
            term: [60, 30, 7],
        }
    }
}
