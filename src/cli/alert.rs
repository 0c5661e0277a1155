//! The command `alert` and its verbs.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::options::{CommonArgs, FigureArgs, ServiceArgs, StoreArgs};

/// Reports a folder, decides whom to tell, and sends.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_precedence_over_arg = true,
    disable_help_subcommand = true
)]
pub struct AlertArgs {
    /// Verb, in place of a run.
    #[command(subcommand)]
    pub verb: Option<AlertVerb>,
    /// Folder with one config_* file per client, and alertas.ini [default: .]
    pub dir: Option<PathBuf>,
    /// Send nothing and change nothing: show every message, and why each client is or is not told
    #[arg(long, help_heading = "Alerts")]
    pub dry_run: bool,
    /// Settings.
    #[command(flatten)]
    pub settings: AlertsFileArgs,
    /// Figures, and how they are shown.
    #[command(flatten)]
    pub figures: FigureArgs,
    /// Place of the history.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Show this run in BI although it differs from the usual one
    #[arg(long, conflicts_with_all = ["no_store", "offline"], hide_short_help = true, help_heading = "History")]
    pub record: bool,
    /// Options of every run.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Address of the service.
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// The file of the settings.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Alerts")]
pub struct AlertsFileArgs {
    /// Read the settings of alerts from FILE [default: alertas.ini in DIR]
    #[arg(long, value_name = "FILE")]
    pub alerts: Option<PathBuf>,
}

/// Verbs of `alert`.
#[derive(Debug, Subcommand)]
pub enum AlertVerb {
    /// Send a test message to the operator's addresses of a channel, or of all
    Test {
        /// Channel: email, sms, whatsapp, topico, webhook:NAME, chat:NAME, comando:NAME, or all
        #[arg(value_name = "CHANNEL")]
        channel: String,
        /// Folder and options.
        #[command(flatten)]
        place: AlertPlaceArgs,
    },
    /// Show what is open, who was told, and what waits to be sent
    Status {
        /// Folder and options.
        #[command(flatten)]
        place: AlertPlaceArgs,
    },
    /// Count the messages that these settings would have sent over the stored history
    Replay {
        /// Folder and options.
        #[command(flatten)]
        place: AlertPlaceArgs,
    },
    /// Tell a client's customer its present state
    Tell {
        /// The client's name or file, or a part of it
        #[arg(value_name = "CLIENT")]
        client: String,
        /// Folder and options.
        #[command(flatten)]
        place: AlertPlaceArgs,
    },
    /// Print the WhatsApp templates, ready to paste
    Templates {
        /// Folder and options.
        #[command(flatten)]
        place: AlertPlaceArgs,
    },
    /// Write a commented alertas.ini, and send the first test message
    Init {
        /// Address that the operator's messages go to; asked in a terminal
        #[arg(long, value_name = "ADDRESS", help_heading = "Alerts")]
        email: Option<String>,
        /// The way of mail: smtp://HOST:PORT, smtps://HOST:PORT, sendmail or oci; asked in a terminal
        #[arg(long, value_name = "ROUTE", help_heading = "Alerts")]
        by: Option<String>,
        /// Folder and options.
        #[command(flatten)]
        place: AlertPlaceArgs,
    },
    /// Send nothing, through a day or until `alert resume`
    Pause {
        /// The last day of the pause
        #[arg(value_name = "UNTIL")]
        until: Option<String>,
        /// Folder and options.
        #[command(flatten)]
        place: AlertPlaceArgs,
    },
    /// End a pause
    Resume {
        /// Folder and options.
        #[command(flatten)]
        place: AlertPlaceArgs,
    },
    /// Forget an address: what it was sent, and what it has heard
    Forget {
        /// The mail address or telephone number
        #[arg(value_name = "ADDRESS")]
        address: String,
        /// Folder and options.
        #[command(flatten)]
        place: AlertPlaceArgs,
    },
}

/// Folder and options of a verb.
#[derive(Debug, Args)]
pub struct AlertPlaceArgs {
    /// Folder with one config_* file per client, and alertas.ini
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Settings.
    #[command(flatten)]
    pub settings: AlertsFileArgs,
    /// Place of the history.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Options of every run.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Address of the service.
    #[command(flatten)]
    pub service: ServiceArgs,
}

impl AlertVerb {
    /// Folder and options.
    pub fn place(&self) -> &AlertPlaceArgs {
        match self {
            Self::Test { place, .. }
            | Self::Status { place }
            | Self::Replay { place }
            | Self::Tell { place, .. }
            | Self::Templates { place }
            | Self::Init { place, .. }
            | Self::Pause { place, .. }
            | Self::Resume { place }
            | Self::Forget { place, .. } => place,
        }
    }
}

impl AlertArgs {
    /// Options of every run.
    pub(super) fn common(&self) -> &CommonArgs {
        match &self.verb {
            Some(verb) => &verb.place().common,
            None => &self.common,
        }
    }

    /// Address of the service.
    pub(super) fn service(&self) -> &ServiceArgs {
        match &self.verb {
            Some(verb) => &verb.place().service,
            None => &self.service,
        }
    }

    /// The folder: the current one where none is typed.
    pub(super) fn dir(&self) -> &Path {
        match &self.verb {
            Some(verb) => &verb.place().dir,
            None => self.dir.as_deref().unwrap_or(Path::new(".")),
        }
    }
}
