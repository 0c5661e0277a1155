//! The command `publish`: links to the customers' pages in a bucket.

use std::path::Path;

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::complete;
use super::options::PublisherArgs;
use super::pages::PagesPlaceArgs;

/// Makes and ends links to the customers' pages.
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub struct PublishArgs {
    /// Verb.
    #[command(subcommand)]
    pub verb: PublishVerb,
}

/// Verbs of `publish`.
#[derive(Debug, Subcommand)]
pub enum PublishVerb {
    /// Make a link to each customer's page in the bucket of --pages, where there is none, and keep it in links.csv
    Links {
        /// Folder and options.
        #[command(flatten)]
        place: PublishPlaceArgs,
    },
    /// End the links of a customer; whoever has one reads nothing more
    Revoke {
        /// The client's name or file, or a part of it
        #[arg(value_name = "CLIENT", add = ArgValueCompleter::new(complete::clients))]
        client: String,
        /// Folder and options.
        #[command(flatten)]
        place: PublishPlaceArgs,
    },
}

/// Folder and options of a verb.
#[derive(Debug, Args)]
pub struct PublishPlaceArgs {
    /// Folder and options of every verb for pages.
    #[command(flatten)]
    pub pages: PagesPlaceArgs,
    /// The user that publishes.
    #[command(flatten)]
    pub publisher: PublisherArgs,
}

impl PublishVerb {
    /// Folder and options.
    pub fn place(&self) -> &PublishPlaceArgs {
        match self {
            Self::Links { place } | Self::Revoke { place, .. } => place,
        }
    }
}

impl PublishArgs {
    /// The clients' folder.
    pub(super) fn dir(&self) -> &Path {
        &self.verb.place().pages.dir
    }
}
