//! The forms in which alerts are kept: plain text for every value that has a word or digits of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serializer};

use super::memory::Memory;
use super::rules::Rule;
use super::telling::Told;
use super::watch::{ContractKey, Watch};
use crate::money::{Amount, Currency};
use crate::report::statement::Situation;

/// A value that is kept as text.
pub(super) trait Saved: Sized {
    /// Returns the text.
    fn text(&self) -> String;
    /// Reads the text back.
    fn read(text: &str) -> Option<Self>;
}

impl Saved for Amount {
    fn text(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        Self::parse_sum(text).ok()
    }
}

impl Saved for Currency {
    fn text(&self) -> String {
        self.code().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl Saved for Situation {
    fn text(&self) -> String {
        self.word().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        let mut all = Self::BY_SEVERITY.into_iter();
        all.find(|situation| situation.word() == text)
    }
}

impl Saved for Rule {
    fn text(&self) -> String {
        self.code().to_owned()
    }

    fn read(text: &str) -> Option<Self> {
        Self::of_code(text)
    }
}

/// A value as text, for serde.
pub(super) mod text {
    use super::{Deserialize, Deserializer, Saved, Serializer};

    pub(in super::super) fn serialize<T: Saved, S: Serializer>(
        value: &T,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(&value.text())
    }

    pub(in super::super) fn deserialize<'d, T: Saved, D: Deserializer<'d>>(
        from: D,
    ) -> Result<T, D::Error> {
        let text = String::deserialize(from)?;
        super::read(&text)
    }
}

/// A value that may be missing, for serde.
pub(super) mod maybe {
    use super::{Deserialize, Deserializer, Saved, Serializer};

    #[allow(clippy::ref_option, reason = "serde hands it over so")]
    pub(in super::super) fn serialize<T: Saved, S: Serializer>(
        value: &Option<T>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.serialize_str(&value.text()),
            None => to.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'d, T: Saved, D: Deserializer<'d>>(
        from: D,
    ) -> Result<Option<T>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| super::read(&text)).transpose()
    }
}

fn read<T: Saved, E: serde::de::Error>(text: &str) -> Result<T, E> {
    T::read(text).ok_or_else(|| E::custom("no such value"))
}

/// The memory of one contract, as it is kept.
#[derive(serde::Serialize, serde::Deserialize)]
struct SavedContract {
    watch: Watch,
    known: BTreeSet<String>,
    told: Vec<SavedTold>,
}

/// The memory of what a recipient has heard of a rule, as it is kept.
#[derive(serde::Serialize, serde::Deserialize)]
struct SavedTold {
    rule: Rule,
    recipient: String,
    told: Told,
}

impl Memory {
    /// Returns the text of what is remembered of the folder.
    pub fn folder_text(&self) -> String {
        // Strings, days and numbers are always JSON.
        serde_json::to_string(&self.folder).unwrap_or_default()
    }

    /// Returns the text of what is remembered of each contract.
    pub fn contract_texts(&self) -> BTreeMap<ContractKey, String> {
        let mut told: BTreeMap<&ContractKey, Vec<SavedTold>> = BTreeMap::new();
        for ((contract, rule, recipient), heard) in &self.told {
            told.entry(contract).or_default().push(SavedTold {
                rule: *rule,
                recipient: recipient.clone(),
                told: heard.clone(),
            });
        }
        let texts = self.watches.iter().map(|(contract, watch)| {
            let saved = SavedContract {
                watch: watch.clone(),
                known: self.known.get(contract).cloned().unwrap_or_default(),
                told: told.remove(contract).unwrap_or_default(),
            };
            let text = serde_json::to_string(&saved).unwrap_or_default();
            (contract.clone(), text)
        });
        texts.collect()
    }

    /// Reads a memory back from its texts; `None` where one of them is not what was written.
    pub fn of_texts(
        folder: &str,
        contracts: impl IntoIterator<Item = (ContractKey, String)>,
    ) -> Option<Self> {
        let mut memory = Self {
            folder: serde_json::from_str(folder).ok()?,
            ..Self::default()
        };
        for (contract, text) in contracts {
            let saved: SavedContract = serde_json::from_str(&text).ok()?;
            let told = saved.told.into_iter();
            memory.told.extend(told.map(|saved| {
                let place = (contract.clone(), saved.rule, saved.recipient);
                (place, saved.told)
            }));
            memory.known.insert(contract.clone(), saved.known);
            memory.watches.insert(contract, saved.watch);
        }
        Some(memory)
    }
}
