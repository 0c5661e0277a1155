//! The written pages of `oci-consumo manual`, in both languages.
//!
//! A page holds plain sentences and placeholders such as `{{options}}`. `render::manual` replaces a
//! placeholder with a table that is made from the code.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::lang::Lang;

/// Defines the topics. A row holds the variant, the English word, the Portuguese alias and both pages.
macro_rules! topics {
    ($($variant:ident $word:literal $alias:literal $about:literal $pt:literal $en:literal;)+) => {
        /// A topic of the manual.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Topic {
            $(#[doc = $about] $variant,)+
        }

        impl Topic {
            /// All topics, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word of the command line and the name of the pages' files.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The Portuguese word, which the command line takes too.
            pub fn alias(self) -> &'static str {
                match self {
                    $(Self::$variant => $alias,)+
                }
            }

            /// The subject in a few English words, for the help text.
            fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => $about,)+
                }
            }

            /// The written page, with its placeholders.
            pub fn page(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $(
                        (Self::$variant, Lang::PtBr) => include_str!($pt),
                        (Self::$variant, Lang::En) => include_str!($en),
                    )+
                }
            }
        }

        /// First word of `manual`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Subject {
            /// A page.
            Topic(Topic),
            /// A JSON Schema.
            Schema,
        }

        impl Subject {
            const ALL: &[Self] = &[$(Self::Topic(Topic::$variant),)+ Self::Schema];
        }
    };
}

topics! {
    Folder "folder" "pasta" "The clients' folder, its configs and keys" "pt/folder.md" "en/folder.md";
    Credentials "credentials" "credenciais" "API keys, tokens, the machine's identity, Vault" "pt/credentials.md" "en/credentials.md";
    Check "check" "verificacao" "Find what keeps a client from working" "pt/check.md" "en/check.md";
    Figures "figures" "numeros" "The rules of the figures" "pt/figures.md" "en/figures.md";
    Forecast "forecast" "previsao" "Methods, likely range and backtest" "pt/forecast.md" "en/forecast.md";
    Service "service" "servico" "The service: known facts and assumptions" "pt/service.md" "en/service.md";
    Json "json" "chaves" "Keys of the JSON documents" "pt/json.md" "en/json.md";
    Files "files" "arquivos" "CSV, workbook, JSON and Markdown files" "pt/files.md" "en/files.md";
    History "history" "historico" "Stored days and offline reports" "pt/history.md" "en/history.md";
    Bi "bi" "paineis" "BI tools, spreadsheets and databases" "pt/bi.md" "en/bi.md";
    Alerts "alerts" "alertas" "Alerts: rules, recipients, delivery, personal data" "pt/alerts.md" "en/alerts.md";
    Channels "channels" "canais" "Channels of alerts, and the keys of alertas.ini" "pt/channels.md" "en/channels.md";
    Pages "pages" "paginas" "A page for each customer's phone: folder, links, nginx" "pt/pages.md" "en/pages.md";
    Oci "oci" "nuvem" "Run inside OCI: machine, database, timer, container" "pt/oci.md" "en/oci.md";
    Network "network" "rede" "Requests, retries, proxies and time limits" "pt/network.md" "en/network.md";
    Security "security" "seguranca" "Keys, permissions and limits" "pt/security.md" "en/security.md";
    Codes "codes" "codigos" "Situations, warnings, failures and exit statuses" "pt/codes.md" "en/codes.md";
}

impl Subject {
    fn topic(self) -> Option<Topic> {
        match self {
            Self::Topic(topic) => Some(topic),
            Self::Schema => None,
        }
    }
}

impl ValueEnum for Subject {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self.topic() {
            Some(topic) => PossibleValue::new(topic.word())
                .alias(topic.alias())
                .help(topic.about()),
            None => PossibleValue::new("schema").help("The JSON Schema of a document"),
        })
    }
}

/// A document that the program prints as JSON, by the word of `manual schema`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Document {
    /// The report
    Report,
    /// The check
    Check,
    /// The backtest
    Backtest,
    /// The service report of the check
    ServiceReport,
}

/// The part of the manual that a command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ManualPart {
    /// The list of topics.
    List,
    /// A page.
    Page(Topic),
    /// The explanation of one code.
    Code(String),
    /// The JSON Schema of a document.
    Schema(Document),
}

impl ManualPart {
    /// Reads the words after `manual`.
    ///
    /// # Errors
    /// The words that could stand in place of `word`.
    pub(crate) fn new(
        subject: Option<Subject>,
        word: Option<String>,
    ) -> Result<Self, Vec<&'static str>> {
        match (subject, word) {
            (None, _) => Ok(Self::List),
            (Some(Subject::Topic(Topic::Codes)), Some(code)) => Ok(Self::Code(code)),
            (Some(Subject::Topic(topic)), None) => Ok(Self::Page(topic)),
            (Some(Subject::Topic(_)), Some(_)) => Err(vec![Topic::Codes.word()]),
            (Some(Subject::Schema), word) => {
                let word = word.unwrap_or_else(|| DOCUMENTS[0].to_owned());
                let document = Document::from_str(&word, true);
                document.map(Self::Schema).map_err(|_| DOCUMENTS.to_vec())
            }
        }
    }
}

/// Words of the documents with a schema; the first is the usual one.
const DOCUMENTS: [&str; 3] = ["report", "check", "backtest"];
