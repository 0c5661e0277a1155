//! The channels of alerts, looked at: their settings, and a login that sends nothing.

use super::StepState;
use crate::failure::{AlertsRefused, DeliveryProblem};

/// The findings of a check of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelCheck {
    /// Word of the channel; the name of the file of the settings, where those cannot be used.
    pub channel: String,
    /// Whether the channel was asked, or its settings were read alone.
    pub asked: bool,
    /// Problem that keeps it from working.
    pub problem: Option<ChannelProblem>,
}

/// A problem that keeps a channel from working.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelProblem {
    /// Settings of the channel, or a secret that they name.
    Settings(AlertsRefused),
    /// The channel does not let the program in.
    Login(DeliveryProblem),
}

impl ChannelCheck {
    /// Returns the state.
    pub fn state(&self) -> StepState {
        match (&self.problem, self.asked) {
            (Some(_), _) => StepState::Failed,
            (None, true) => StepState::Fine,
            (None, false) => StepState::Unknown,
        }
    }

    /// Returns the code of the problem.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self.problem.as_ref()? {
            ChannelProblem::Settings(refused) => refused.problem.code(),
            ChannelProblem::Login(problem) => problem.code(),
        })
    }
}
