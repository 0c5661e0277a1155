//! The two languages of everything that a person reads.

use clap::ValueEnum;

/// The language of reports, warnings and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// Brazilian Portuguese
    #[value(name = "pt-BR", aliases = ["pt", "pt_BR"])]
    PtBr,
    /// English
    #[value(aliases = ["en_US", "en-US"])]
    En,
}

/// Formats one of two texts, Portuguese or English, by language. Names in braces are filled in as by `format!`.
macro_rules! say {
    ($lang:expr, $pt:literal, $en:literal $(,)?) => {
        match $lang {
            $crate::lang::Lang::PtBr => format!($pt),
            $crate::lang::Lang::En => format!($en),
        }
    };
}
pub(crate) use say;

/// Formats a message and its remedy in one of two languages, each as [`say!`] formats one text.
macro_rules! told {
    ($lang:expr, $pt:literal => $pt_remedy:literal, $en:literal => $en_remedy:literal $(,)?) => {
        match $lang {
            $crate::lang::Lang::PtBr => (format!($pt), format!($pt_remedy)),
            $crate::lang::Lang::En => (format!($en), format!($en_remedy)),
        }
    };
}
pub(crate) use told;
