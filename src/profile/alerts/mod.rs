//! `alertas.ini` beside the configs: whom alerts are told, by which channels and by which rules; and the clients'
//! own keys for them.
//!
//! The file has the lines of a config, in several sections. Each value is checked when the file is read, but for the
//! secrets: a [`SecretSource`] is resolved when a message is sent.

mod access;
mod address;
mod blocks;
mod channels;
pub(crate) mod client;
mod command;
mod keys;
mod operator;
mod partner;
mod refused;
mod sample;
mod secret;
mod settings;
mod values;

use std::path::Path;

pub(super) use self::access::is_private;
pub use self::address::{MailAddress, Phone};
pub use self::client::ClientAlerts;
pub use self::partner::{Partner, partner};
pub use self::sample::sample;
pub use self::secret::{Secret, SecretSource, SecretUrl};
pub use self::settings::{
    AlertSettings, ChannelName, ChatSettings, CommandSettings, DigestOccasion, LoginSettings,
    MailRoute, MailSettings, MetricsSettings, OperatorSettings, PublishSettings, RuleSettings,
    SmsRoute, SmsSender, SmsSettings, TopicSettings, WebhookSettings, WhatsAppRoute,
    WhatsAppSettings,
};

pub(crate) use self::settings::PublishSection;

use self::blocks::{Block, SettingsFile, blocks};
use self::operator::settings;
use super::config::decode;
use super::file::{FileContent, FilePermissions, read_with_access};
use crate::failure::{AlertsProblem, AlertsRefused, FileProblem, Warning};

/// The name of the file in a clients' folder. No client's name begins like it.
pub const FILE_NAME: &str = "alertas.ini";
/// Bytes of the largest file that is read.
const LARGEST: usize = 64 * 1024;

/// Reads the settings in the file at `path`; `None` where there is no such file.
///
/// # Errors
/// [`AlertsRefused`] where the file cannot be read, or at the first thing in it that is wrong.
pub fn read(path: &Path) -> Result<Option<AlertSettings>, AlertsRefused> {
    let content = content(path)?;
    let parsed = content.map(|(bytes, access)| parse(&bytes, path, access));
    parsed.transpose()
}

/// Reads `[publicar]` in the file at `path`, whatever its other sections say; `None` where there is no such file or section.
///
/// # Errors
/// [`AlertsRefused`] where the file cannot be read, has a line that is none of such a file, or names no user.
pub(crate) fn publish_section(path: &Path) -> Result<Option<PublishSection>, AlertsRefused> {
    let Some((bytes, access)) = content(path)? else {
        return Ok(None);
    };
    let (blocks, source, _) = sections(&bytes, path, access)?;
    let settings = operator::publish(&blocks, source)?;
    let alone = blocks.len() == 1;
    Ok(settings.map(|settings| PublishSection { settings, alone }))
}

/// Reads the settings in `bytes`, the content of the file at `path`, which has the permissions `access` if the system has any of unix's
/// kind.
///
/// # Errors
/// [`AlertsRefused`] at the first thing that is wrong.
pub fn parse(
    bytes: &[u8],
    path: &Path,
    access: Option<FilePermissions>,
) -> Result<AlertSettings, AlertsRefused> {
    let (blocks, source, warnings) = sections(bytes, path, access)?;
    let settings = settings(&blocks, source)?;
    Ok(AlertSettings {
        warnings,
        ..settings
    })
}

/// Reads the file at `path`, with its permissions; `None` where there is no such file.
fn content(path: &Path) -> Result<Option<FileContent>, AlertsRefused> {
    match read_with_access(path, LARGEST) {
        Ok(content) => Ok(Some(content)),
        Err(FileProblem::Missing) => Ok(None),
        Err(problem) => Err(AlertsRefused::new(AlertsProblem::File(problem))),
    }
}

/// The sections of a file, where it is, and the warnings about its lines.
type Sections<'f> = (Vec<Block>, SettingsFile<'f>, Vec<Warning>);

/// Reads the sections in `bytes`, the content of the file at `path`.
fn sections<'f>(
    bytes: &[u8],
    path: &'f Path,
    access: Option<FilePermissions>,
) -> Result<Sections<'f>, AlertsRefused> {
    let mut warnings = Vec::new();
    let text = decode(bytes, &mut warnings);
    let text = text.map_err(|problem| AlertsRefused::new(problem.into()))?;
    let source = SettingsFile {
        folder: folder_of(path),
        path,
        access,
    };
    Ok((blocks(&text, &mut warnings)?, source, warnings))
}

/// The folder of the file at `path`.
fn folder_of(path: &Path) -> &Path {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests;
