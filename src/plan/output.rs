//! The places that a report is written to.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::calendar::Day;
use crate::cli::{DAY_IN_NAMES, OutputFile, TypedPlace};
use crate::form::FileForm;
use crate::path::{self, ObjectPlace};

/// A place that the report is written to, besides standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The place.
    pub place: OutputPlace,
    /// Form of the file.
    pub form: FileForm,
}

/// The kinds of place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutputPlace {
    /// A file.
    File(PathBuf),
    /// An object of Object Storage.
    Object(ObjectPlace),
}

impl fmt::Display for OutputPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Object(place) => place.fmt(f),
        }
    }
}

impl Output {
    /// The place that `file` names from `folder`, as of `as_of`. A path that was typed, from nowhere, is as the shell gave
    /// it: the shell has seen to `~`.
    pub(super) fn new(file: &OutputFile, folder: Option<&Path>, as_of: Day) -> Self {
        let day = as_of.to_string();
        let words = DAY_IN_NAMES.iter();
        let filled = |name: &str| {
            let words = words.clone();
            words.fold(name.to_owned(), |name, word| name.replace(word, &day))
        };
        let place = match (&file.place, folder) {
            (TypedPlace::Object(place), _) => OutputPlace::Object(ObjectPlace {
                object: filled(&place.object),
                ..place.clone()
            }),
            (TypedPlace::Path(path), None) => OutputPlace::File(filled(path).into()),
            (TypedPlace::Path(path), Some(folder)) => {
                OutputPlace::File(path::resolve(&filled(path), folder))
            }
        };
        Self {
            place,
            form: file.form,
        }
    }
}
