//! `links.csv` beside the configs: read, compared and written.

use std::path::{Path, PathBuf};

use crate::calendar::Day;
use crate::deliver::file;
use crate::failure::{FileProblem, PagesFolderProblem, PagesProblem};
use crate::profile::file::read_bounded;
use crate::profile::pages::PageKey;
use crate::render::links::{FILE_NAME, Link, parse, table};

/// Bytes of the largest list that is read.
const LARGEST: usize = 4 << 20;

/// The list of the pages' addresses.
#[derive(Debug)]
pub(super) struct Links {
    /// Path of the file; `None` of a demo, which keeps none.
    path: Option<PathBuf>,
}

/// The file that could not be read or written, and the reason.
pub(super) type LinksProblem = (PathBuf, PagesProblem);

impl Links {
    /// Makes the list beside the configs in `dir`.
    pub(super) fn new(dir: Option<&PathBuf>) -> Self {
        Self {
            path: dir.map(|dir| dir.join(FILE_NAME)),
        }
    }

    /// The path of the file.
    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Returns the configs among `clients`, with the keys of their pages, whose address on the list is another page's.
    pub(super) fn moved<'c>(
        &self,
        clients: impl Iterator<Item = (&'c str, PageKey)>,
    ) -> Vec<String> {
        // A list that cannot be read is said when it is written.
        let links = self.read().unwrap_or_default();
        let moved = clients.filter(|(file, key)| {
            let mut own = links.iter().filter(|link| link.file == *file).peekable();
            own.peek().is_some() && own.all(|link| !link.address.contains(key.as_str()))
        });
        moved.map(|(file, _)| file.to_owned()).collect()
    }

    /// Reads the list; an empty one where there is none.
    ///
    /// # Errors
    /// [`LinksProblem`]
    pub(super) fn read(&self) -> Result<Vec<Link>, LinksProblem> {
        let Some(path) = &self.path else {
            return Ok(Vec::new());
        };
        let problem = match read_bounded(path, LARGEST) {
            Ok(content) => match parse(&content) {
                Some(links) => return Ok(links),
                None => PagesProblem::Links,
            },
            Err(FileProblem::Missing) => return Ok(Vec::new()),
            Err(problem) => PagesProblem::LinksUnread(problem),
        };
        Err((path.clone(), problem))
    }

    /// Writes the list.
    ///
    /// # Errors
    /// [`LinksProblem`]
    pub(super) fn write(&self, links: Vec<Link>) -> Result<(), LinksProblem> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let unwritten = |problem| {
            let problem = PagesProblem::Folder(PagesFolderProblem::Output(problem));
            (path.clone(), problem)
        };
        file::write(path, table(links).as_bytes()).map_err(unwritten)
    }

    /// Puts clients on the list, each by name, config, key and address, as of `today`. The lines of others stay, and so does
    /// a line with the same page and an expiry, which the command that published it made.
    ///
    /// # Errors
    /// [`LinksProblem`]
    pub(super) fn set<'c>(
        &self,
        clients: impl Iterator<Item = (&'c str, &'c str, &'c PageKey, String)>,
        today: Day,
    ) -> Result<(), LinksProblem> {
        let before = self.read()?;
        let mut links = before.clone();
        for (client, file, key, address) in clients {
            let is_own = |link: &&mut Link| link.file == file;
            match links.iter_mut().find(is_own) {
                Some(link) if link.address == address => {}
                Some(link) if link.address.contains(key.as_str()) && !link.expires.is_empty() => {}
                Some(link) => {
                    *link = Link {
                        client: client.to_owned(),
                        file: file.to_owned(),
                        address,
                        made: today.to_string(),
                        expires: String::new(),
                    };
                }
                None => links.push(Link {
                    client: client.to_owned(),
                    file: file.to_owned(),
                    address,
                    made: today.to_string(),
                    expires: String::new(),
                }),
            }
        }
        if links == before && self.path.as_deref().is_some_and(Path::exists) {
            return Ok(());
        }
        self.write(links)
    }

    /// Changes the addresses of the page `old` to those of `new`, as of `today`. An address that a command published ends
    /// with its page.
    ///
    /// # Errors
    /// [`LinksProblem`]
    pub(super) fn rotate(
        &self,
        old: &PageKey,
        new: &PageKey,
        today: Day,
    ) -> Result<(), LinksProblem> {
        let mut links = self.read()?;
        let is_of = |link: &Link| link.address.contains(old.as_str());
        links.retain(|link| !is_of(link) || link.expires.is_empty());
        for link in links.iter_mut().filter(|link| is_of(link)) {
            link.address = link.address.replace(old.as_str(), new.as_str());
            link.made = today.to_string();
        }
        self.write(links)
    }

    /// Takes the lines of these `pages` off the list.
    ///
    /// # Errors
    /// [`LinksProblem`]
    pub(super) fn forget(&self, pages: &[String]) -> Result<(), LinksProblem> {
        let mut links = self.read()?;
        links.retain(|link| {
            !pages
                .iter()
                .any(|page| link.address.contains(page.as_str()))
        });
        self.write(links)
    }
}
