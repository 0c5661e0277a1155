//! Problems of a client's config.

use super::{CredentialKind, FileProblem};
use crate::calendar::Day;
use crate::money::{Amount, Currency};

/// Config: unreadable, or not what a client's config is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigProblem {
    /// The file could not be read.
    File(FileProblem),
    /// The text is UTF-16, which some editors save.
    Utf16,
    /// The line is neither a section, nor a comment, nor `key = value`.
    Syntax(Option<LineFault>),
    /// The file is of another kind than a config.
    NotAConfig(ForeignContent),
    /// A private key stands among the lines of the config.
    KeyInside,
    /// The file is written in the form of another tool.
    OtherForm {
        /// The form.
        form: ForeignForm,
        /// A key of a config in that form, where there is one.
        example: Option<Box<KeyLike>>,
    },
    /// The config has more than one section: several clients, or one pasted twice.
    SeveralSections,
    /// A key occurs twice; the line of the first occurrence.
    RepeatedKey {
        /// The key as written.
        name: String,
        /// Line of the first occurrence.
        first_line: usize,
    },
    /// Keys that are not there, or have no value.
    Missing(Vec<MissingKey>),
    /// The config lacks `user` and `fingerprint` alone: the customer's administrator has not added its key yet.
    AwaitsKey,
    /// The console's placeholder was left in.
    Placeholder,
    /// The value is not an OCID, or is one of another kind.
    NotAnOcid {
        /// The kind that belongs there: `tenancy` or `user`.
        expected: &'static str,
    },
    /// The value is not sixteen hexadecimal pairs.
    NotAFingerprint,
    /// Letters, digits and hyphens only: it becomes part of a host name.
    NotARegion {
        /// The region with the nearest name, if one is near.
        near: Option<&'static str>,
    },
    /// Neither the region nor the tenancy's realm is known, so there is no host.
    UnknownRealm,
    /// The value is a private key in place of its file's path; it is not shown.
    KeyInPlace,
    /// The value of `authentication_type` is not one that the program knows.
    NotACredential {
        /// The value as written.
        value: String,
    },
    /// The key has no meaning for the kind of credential that the config has.
    NotOfCredential {
        /// The kind of credential.
        kind: CredentialKind,
        /// The config's line that says the kind, from 1.
        line: usize,
    },
    /// The file may have an API key alone.
    ApiKeyAlone {
        /// The kind of credential that the file has.
        kind: CredentialKind,
    },
    /// The file may name no secret of Vault, which is read for a client alone.
    SecretOfClient,
    /// The value is a token in place of its file's path; it is not shown.
    TokenInPlace,
    /// Neither `YYYY-MM-DD` nor `DD/MM/YYYY`, or no such day.
    NotADate {
        /// The value as written.
        value: String,
    },
    /// The contract ends before it starts.
    EndsBeforeStart {
        /// The contract's first day.
        start: Day,
        /// The contract's last day.
        end: Day,
    },
    /// Longer than any contract.
    TooLong {
        /// The most days that a contract may have.
        limit: u32,
    },
    /// The value is not an amount.
    NotAnAmount {
        /// The value as written.
        value: String,
    },
    /// A single separator stands before three digits: thousands or decimals.
    AmbiguousAmount {
        /// The value as written.
        value: String,
        /// Read with the separator for thousands.
        thousands: Amount,
        /// Read with the separator for decimals.
        decimals: Amount,
    },
    /// An amount below zero.
    NegativeAmount,
    /// A bare `$`, or another sign that several currencies have.
    AmbiguousCurrency {
        /// The sign as written.
        sign: String,
    },
    /// The value is not a three-letter currency code.
    NotACurrency {
        /// The value as written.
        value: String,
    },
    /// `moeda` says one currency, the amount another.
    CurrenciesDisagree {
        /// Currency of `moeda`.
        stated: Currency,
        /// Currency of the amount.
        written: Currency,
    },
    /// `consumo_anterior` or `consumo_anterior_ate` is missing.
    HalfAnOpening {
        /// The one that is missing.
        missing: &'static str,
    },
    /// `consumo_anterior_ate` is not a day of the contract.
    OpeningOutside,
    /// `consumo_anterior_ate` is the as-of day or later: it would hold days that are not over.
    OpeningAhead {
        /// The as-of day.
        as_of: Day,
    },
    /// Neither per cent nor money a month, with a sign.
    NotAnAdjustment {
        /// The value as written.
        value: String,
    },
    /// Over 100 per cent less: there is no cost below nothing.
    AdjustedBelowNothing,
    /// A day of `ignorar_dia` is not a day of the contract.
    IgnoredOutside {
        /// The day.
        day: Day,
    },
    /// Another config has the same tenancy in days that both contracts have.
    Overlap {
        /// The config that comes first and counts.
        other: String,
    },
}

/// The reason why a line is none of a config, where it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// Another sign than `=` or `:` stands between key and value.
    Sign(char),
    /// Several keys stand on the line.
    Joined,
    /// The line seems to be the rest of the value on this line, from 1.
    Continues(usize),
    /// A mark of git around two versions of some lines.
    Conflict,
}

/// A key of the config that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingKey {
    /// Name of the key.
    pub name: &'static str,
    /// Keys that look like it, and further ones in the same form of another tool.
    pub similar: Vec<KeyLike>,
}

/// A key that is not known and looks like one that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLike {
    /// The key as written.
    pub found: String,
    /// The key that was probably meant.
    pub meant: &'static str,
    /// Line of the key, from 1.
    pub line: usize,
    /// The form of another tool that the line has.
    pub form: Option<ForeignForm>,
}

/// A form in which another tool writes a key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignForm {
    /// `export user=…` of a shell.
    Shell,
    /// `set user=…` of Windows.
    Windows,
    /// `$env:user = "…"`
    PowerShell,
    /// `user_ocid = "…"`, `TF_VAR_user_ocid=…`
    Terraform,
    /// `OCI_CLI_USER=…`
    Variable,
    /// `"user": "…"`
    Json,
    /// `- user: …`
    Yaml,
    /// `oci.auth.user=…` of Java.
    Properties,
    /// `<user>…</user>`
    Xml,
    /// `> user=…` of a quoted mail.
    Mail,
    /// A fence of backticks, or `* user=…`.
    Markdown,
    /// `+user=…` of a comparison of two versions.
    Diff,
    /// `1. user=…`
    Numbered,
    /// `[22/11/2026 10:11] Maria: user=…` of a chat.
    Chat,
}

/// The content of a file that is no config.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignContent {
    /// A private key.
    PrivateKey,
    /// A public key.
    PublicKey,
    /// A certificate.
    Certificate,
    /// A web page.
    WebPage,
    /// A document of a word processor, or an archive.
    Document,
}

/// A value that is refused, as far as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The value, fit for a terminal; `None` where the failure shows it.
    pub value: Option<String>,
    /// The first character that does not belong into a value of this kind.
    pub odd: Option<Odd>,
}

/// A character that does not belong into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odd {
    /// The character.
    pub character: char,
    /// The character has a glyph.
    pub visible: bool,
    /// Place of the character.
    pub place: CharacterPlace,
}

/// The place of a character in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharacterPlace {
    /// Before all others.
    Start,
    /// Between others.
    Middle,
    /// Behind all others.
    End,
}

codes! {
    ConfigProblem {
        Self::File(_) | Self::Utf16 => "config_ilegivel",
        Self::Overlap { .. } => "contrato_repetido",
        Self::AwaitsKey => "aguarda_chave",
        _ => "config_invalida",
    }
}
