//! The customers' pages of a run, resolved.

use std::path::{Path, PathBuf};

use reqwest::Url;

use crate::cli::{PageArgs, PagesPlaceArgs, PagesVerb, TypedPlace};
use crate::failure::{EndpointProblem, PagesProblem};
use crate::oci::endpoint;
use crate::path::{self, ObjectPlace};

/// The customers' pages of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagesPlan {
    /// Place of the pages.
    pub place: PagesPlace,
    /// Address at which customers find the place; its path ends in `/`.
    pub url: Option<Url>,
    /// Group that may read the pages; everybody if `None`.
    pub group: Option<String>,
    /// Line of the pages that says whom the customer asks.
    pub contact: Option<String>,
    /// The place stands in the folder's `oci-consumo.ini`.
    pub by_folder: bool,
}

/// Place of pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PagesPlace {
    /// A folder of this machine.
    Folder(PathBuf),
    /// The objects of a bucket whose names begin alike.
    Bucket(ObjectPlace),
}

/// A job of `pages`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PagesJob {
    /// Gives a client's page another address.
    Rotate(String),
    /// Lists the pages that no client has, and removes them.
    Prune {
        /// Nobody is asked first.
        yes: bool,
    },
    /// Makes a client's page for a look.
    Show {
        /// Word that names the client.
        client: String,
        /// Folder of the page; a temporary one if `None`.
        to: Option<PathBuf>,
    },
}

impl PagesJob {
    /// Makes the job of `verb`, and gives back its folder and options.
    pub(super) fn of_verb(verb: PagesVerb) -> (Self, PagesPlaceArgs) {
        match verb {
            PagesVerb::Rotate { client, place } => (Self::Rotate(client), place),
            PagesVerb::Prune { yes, place } => (Self::Prune { yes }, place),
            PagesVerb::Show { client, to, place } => (Self::Show { client, to }, place),
        }
    }
}

/// The defaults of a clients' folder that are about pages.
#[derive(Clone, Debug, Default)]
pub(super) struct PagesDefaults {
    pub(super) place: Option<TypedPlace>,
    pub(super) url: Option<Url>,
    pub(super) group: Option<String>,
    pub(super) contact: Option<String>,
}

impl PagesPlan {
    /// Returns whether the pages are objects.
    pub fn are_published(&self) -> bool {
        matches!(self.place, PagesPlace::Bucket(_))
    }

    /// Returns the pages that `args` and the `defaults` of the clients in `dir` ask for. The defaults' place counts in a
    /// `usual` run.
    ///
    /// # Errors
    /// [`PagesProblem`] where the address is none, or options of pages have no place.
    pub(super) fn new(
        args: PageArgs,
        defaults: PagesDefaults,
        dir: &Path,
        usual: bool,
    ) -> Result<Option<Self>, PagesProblem> {
        let typed = args.pages_url.map(|typed| url(typed.reveal()));
        let typed = typed.transpose().map_err(PagesProblem::Url)?;
        let has_options = typed.is_some() || args.pages_group.is_some() || args.contact.is_some();
        let by_folder = args.pages.is_none();
        let place = match (args.pages, defaults.place) {
            (Some(TypedPlace::Path(path)), _) => PagesPlace::Folder(path.into()),
            (None, Some(_)) if args.no_pages || !usual => return Ok(None),
            (None, Some(TypedPlace::Path(path))) => PagesPlace::Folder(path::resolve(&path, dir)),
            (Some(TypedPlace::Object(place)), _) | (None, Some(TypedPlace::Object(place))) => {
                PagesPlace::Bucket(place)
            }
            (None, None) if has_options => return Err(PagesProblem::NoPlace),
            (None, None) => return Ok(None),
        };
        Ok(Some(Self {
            place,
            url: typed.or(defaults.url),
            group: args.pages_group.or(defaults.group),
            contact: args.contact.or(defaults.contact),
            by_folder,
        }))
    }
}

/// Reads the address at which customers find their pages: encrypted, or of this machine.
///
/// # Errors
/// An [`EndpointProblem`], without the text.
pub(super) fn url(text: &str) -> Result<Url, EndpointProblem> {
    let mut url = endpoint::address(text, false)?;
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_pages_ends_in_a_slash_and_is_encrypted() {
        for (text, read) in [
            (
                "https://pages.example.com/x",
                Ok("https://pages.example.com/x/"),
            ),
            (
                "https://pages.example.com",
                Ok("https://pages.example.com/"),
            ),
            ("http://127.0.0.1:8080/x/", Ok("http://127.0.0.1:8080/x/")),
            (
                "http://pages.example.com/",
                Err(EndpointProblem::InTheClear),
            ),
            (
                "https://pages.example.com/?a=b",
                Err(EndpointProblem::NotBare),
            ),
            (
                "https://a:b@pages.example.com/",
                Err(EndpointProblem::NotBare),
            ),
            ("ftp://pages.example.com", Err(EndpointProblem::OtherScheme)),
            ("pages.example.com", Err(EndpointProblem::NotAUrl)),
        ] {
            let url = url(text);
            assert_eq!(
                url.as_ref().map(Url::as_str).map_err(|e| *e),
                read,
                "{text}"
            );
        }
    }
}
