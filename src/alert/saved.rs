//! The forms in which alerts are kept: plain text for every value that has a word or digits of its own.

use serde::{Deserialize, Deserializer, Serializer};

use super::rules::Rule;
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
