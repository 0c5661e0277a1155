//! The options of the customers' pages, and the command `pages`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use super::complete;
use super::options::{CommonArgs, ServiceArgs, StoreArgs};
use super::values::{TypedPlace, contact, group, pages, typed};
use crate::text::AsTyped;

/// Pages for the customers.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Pages")]
pub struct PageArgs {
    /// Write each customer's page below DIR
    ///
    /// DIR/KEY/index.html, whole alone, with a manifest and icons; KEY is a name that nobody guesses, and links.csv beside
    /// the configs says whose it is. DIR may be oci://BUCKET@NAMESPACE/PREFIX, for objects that the user of -o puts.
    #[arg(long, value_name = "DIR", value_parser = pages, hide_short_help = true)]
    pub pages: Option<TypedPlace>,
    /// Write no pages, whatever oci-consumo.ini says
    #[arg(long, conflicts_with_all = ["pages", "pages_url", "pages_group", "contact"], hide_short_help = true)]
    pub no_pages: bool,
    /// Address at which customers find DIR, for links.csv: https, or http on loopback
    #[arg(long, value_name = "URL", value_parser = typed(), hide_short_help = true)]
    pub pages_url: Option<AsTyped>,
    /// Let only this group read the pages, as that of the web server [default: everybody]
    #[arg(long, value_name = "GROUP", value_parser = group, hide_short_help = true)]
    pub pages_group: Option<String>,
    /// Line of the pages that says whom the customer asks
    #[arg(long, value_name = "TEXT", value_parser = contact, hide_short_help = true)]
    pub contact: Option<String>,
}

/// Changes, clears and shows the customers' pages.
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub struct PagesArgs {
    /// Verb.
    #[command(subcommand)]
    pub verb: PagesVerb,
}

/// Verbs of `pages`.
#[derive(Debug, Subcommand)]
pub enum PagesVerb {
    /// Give a customer's page another address; the old one ends at once
    Rotate {
        /// The client's name or file, or a part of it
        #[arg(value_name = "CLIENT", add = ArgValueCompleter::new(complete::clients))]
        client: String,
        /// Folder and options.
        #[command(flatten)]
        place: PagesPlaceArgs,
    },
    /// List the pages that no client of the folder has any more, and remove them if told to
    Prune {
        /// Remove without asking
        #[arg(short = 'y', long, help_heading = "Pages")]
        yes: bool,
        /// Folder and options.
        #[command(flatten)]
        place: PagesPlaceArgs,
    },
    /// Make one customer's page for a look, and the lines to send with its link
    Show {
        /// The client's name or file, or a part of it
        #[arg(value_name = "CLIENT", add = ArgValueCompleter::new(complete::clients))]
        client: String,
        /// Write the page below this folder [default: a new temporary one]
        #[arg(long, value_name = "FOLDER", help_heading = "Pages")]
        to: Option<PathBuf>,
        /// Folder and options.
        #[command(flatten)]
        place: PagesPlaceArgs,
    },
}

/// Folder and options of a verb.
#[derive(Debug, Args)]
pub struct PagesPlaceArgs {
    /// Folder with one config_* file per client
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Pages.
    #[command(flatten)]
    pub pages: PageArgs,
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

impl PagesVerb {
    /// Folder and options.
    pub fn place(&self) -> &PagesPlaceArgs {
        match self {
            Self::Rotate { place, .. } | Self::Prune { place, .. } | Self::Show { place, .. } => {
                place
            }
        }
    }
}

impl PagesArgs {
    /// The clients' folder.
    pub(super) fn dir(&self) -> &Path {
        &self.verb.place().dir
    }
}
