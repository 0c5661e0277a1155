//! Problems of the store, and notices about it.

use super::FileProblem;
use crate::calendar::Day;

/// The reasons why a store cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreProblem {
    /// The file does not exist, or cannot be made.
    File(FileProblem),
    /// The user may not write the file, or in its folder.
    ReadOnly,
    /// The server forbids it to this role.
    Denied {
        /// Message of the server.
        detail: String,
        /// The statement that an administrator can run to allow it, where one would.
        grant: Option<String>,
    },
    /// The disk has no room left.
    Full,
    /// The file is damaged, or no store.
    Corrupt,
    /// A newer program has changed its schema.
    Newer {
        /// The schema's version.
        version: i64,
    },
    /// The store does not answer in time: others hold it, it hangs, or its network folder knows no locks.
    Busy,
    /// The server is not reached, or does not let this program in.
    Unreachable {
        /// Message of the server or of the system.
        detail: String,
    },
    /// The store has no days of a client, or not all that a report needs.
    NoDays {
        /// First day without data.
        from: Day,
    },
    /// Something else.
    Other {
        /// Message of the engine.
        detail: String,
    },
}

codes! {
    StoreProblem {
        Self::Newer { .. } => "armazenamento_mais_novo",
        Self::Corrupt => "armazenamento_corrompido",
        Self::NoDays { .. } => "sem_dados_armazenados",
        _ => "armazenamento_indisponivel",
    }
}

/// A remark on the whole run: on its store, or on its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The report was made without it.
    WithoutStore {
        /// Location of the store.
        place: String,
        /// Reason of the failure.
        problem: StoreProblem,
    },
    /// The run's figures are not recorded.
    NotKept {
        /// Location of the store.
        place: String,
        /// Reason of the failure.
        problem: StoreProblem,
    },
    /// The run is recorded, and the views for BI do not show it.
    NotShown {
        /// Location of the store.
        place: String,
        /// `--record` would make the views show the run.
        recordable: bool,
    },
    /// A config says the same as another, and counts once.
    Copy {
        /// The config that is not counted.
        file: String,
        /// The config that counts.
        other: String,
    },
    /// Customers' pages have other addresses than before: a contract was renewed, or its first day corrected.
    PagesMoved {
        /// The configs.
        files: Vec<String>,
    },
    /// A file was probably meant as a client's config, and its name is none of a config.
    NotRead {
        /// The file.
        file: String,
        /// Knowledge of the file's content.
        claim: Claim,
        /// A name under which it would be read.
        rename: Option<String>,
    },
}

/// The content of a file that may have been meant as a client's config.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The file holds this key of a config.
    Key(&'static str),
    /// The file holds neither tenancy nor user.
    NoKey,
    /// The file is a private key.
    PrivateKey,
    /// The file cannot be read.
    Unreadable(FileProblem),
}

impl Notice {
    /// Returns whether a client is probably missing from the run.
    pub(crate) fn misses_client(&self) -> bool {
        let claim = match self {
            Self::NotRead { claim, .. } => claim,
            _ => return false,
        };
        matches!(claim, Claim::Key(_) | Claim::Unreadable(_))
    }

    /// The name of the file that is probably a client's and is not in the run.
    pub(crate) fn missed_file(&self) -> Option<&str> {
        match self {
            Self::NotRead { file, .. } if self.misses_client() => Some(file),
            _ => None,
        }
    }

    /// Returns the names of the files and the store in the notice.
    pub(crate) fn places(&self) -> Vec<&str> {
        match self {
            Self::WithoutStore { place, .. }
            | Self::NotKept { place, .. }
            | Self::NotShown { place, .. } => vec![place],
            Self::Copy { file, other } => vec![file, other],
            Self::PagesMoved { files } => files.iter().map(String::as_str).collect(),
            Self::NotRead { file, rename, .. } => {
                rename.iter().map(String::as_str).chain([&**file]).collect()
            }
        }
    }
}

codes! {
    Notice {
        Self::WithoutStore { .. } => "sem_armazenamento",
        Self::NotKept { .. } => "nao_armazenado",
        Self::NotShown { .. } => "fora_do_bi",
        Self::Copy { .. } => "config_repetido",
        Self::PagesMoved { .. } => "pagina_mudou",
        Self::NotRead { claim: Claim::Key(_) | Claim::Unreadable(_), .. } => "config_nao_lido",
        Self::NotRead { .. } => "nome_parecido",
    }
}
