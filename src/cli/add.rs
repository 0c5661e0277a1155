//! Options of `add`.

use std::path::PathBuf;

use clap::Args;

use super::{CommonArgs, ServiceArgs};

/// The new client of a folder.
#[derive(Debug, Args)]
// `add` works on one client, and `--client` names it.
#[command(mut_arg("only", |only| only.hide(true)))]
pub struct AddArgs {
    /// Folder for the client's config_* file and key; made if it is not there
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// The answers.
    #[command(flatten)]
    pub answers: AddAnswers,
    /// Options of every run.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Address of the service.
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// Answers given on the command line, as typed. A terminal asks for the others; elsewhere they are missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Access")]
pub struct AddAnswers {
    /// The console's configuration file preview, in FILE or, by -, on standard input
    #[arg(long, value_name = "FILE")]
    pub preview: Option<PathBuf>,
    /// Take the access from this profile of ~/.oci/config
    #[arg(long, value_name = "PROFILE", conflicts_with = "preview")]
    pub from_oci: Option<String>,
    /// Make the key pair here; the customer's administrator adds the public key later
    #[arg(long, conflicts_with_all = ["from_oci", "key", "fingerprint"])]
    pub generate_key: bool,
    /// OCID of the tenancy
    #[arg(long, value_name = "OCID")]
    pub tenancy: Option<String>,
    /// Home region of the tenancy
    #[arg(long, value_name = "NAME")]
    pub region: Option<String>,
    /// OCID of the user that the key belongs to
    #[arg(long, value_name = "OCID")]
    pub user: Option<String>,
    /// Fingerprint of the key [default: that of --key]
    #[arg(long, value_name = "PAIRS")]
    pub fingerprint: Option<String>,
    /// The private key [default: the one with that fingerprint in DIR, ~/Downloads or ~/.oci]
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// File whose first line is the passphrase of the private key
    #[arg(long, value_name = "FILE")]
    pub pass_phrase_file: Option<PathBuf>,

    /// Name of the client; of one that waits for its key, to finish it
    #[arg(
        long,
        visible_alias = "name",
        value_name = "NAME",
        help_heading = "Contract"
    )]
    pub client: Option<String>,
    /// Credit that the client bought, as in a config: "R$ 150.000,00"
    #[arg(
        long,
        value_name = "AMOUNT",
        allow_hyphen_values = true,
        help_heading = "Contract"
    )]
    pub credit: Option<String>,
    /// Currency of the contract [default: that of --credit]
    #[arg(long, value_name = "CODE", help_heading = "Contract")]
    pub currency: Option<String>,
    /// First day of the contract
    #[arg(long, value_name = "DATE", help_heading = "Contract")]
    pub start: Option<String>,
    /// Last day of the contract
    #[arg(long, value_name = "DATE", help_heading = "Contract")]
    pub end: Option<String>,

    /// Name of the config [default: config_ and the client's name]
    #[arg(long, value_name = "NAME", help_heading = "Writing")]
    pub file: Option<String>,
    /// Write without asking first
    #[arg(short = 'y', long, help_heading = "Writing")]
    pub yes: bool,
}
