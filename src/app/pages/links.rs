//! `links.csv` beside the configs: read, compared and written.

use std::fs;
use std::path::{Path, PathBuf};

use crate::calendar::Day;
use crate::deliver::file;
use crate::failure::{FileProblem, PagesFolderProblem, PagesProblem};
use crate::lang::Lang;
use crate::profile::file::read_bounded;
use crate::profile::pages::PageKey;
use crate::render::explain::pages as words;
use crate::render::links::{FILE_NAME, Link, parse, table};
use crate::report::portfolio::Client;

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

/// Says that the list cannot be used.
pub(super) fn unlisted(lang: Lang, (path, problem): &LinksProblem) -> String {
    words::links_unwritten(lang, path, problem)
}

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

    /// Returns the configs among `clients`, with the keys of their pages, that have no address on the list while an earlier
    /// page has one. An earlier page is that of the same config, of another config of the tenancy, or of a config that is
    /// gone and had the client's name.
    pub(super) fn moved(&self, clients: &[(&Client, PageKey)], every: &[Client]) -> Vec<String> {
        // A list that cannot be read is said when it is written.
        let links = self.read().unwrap_or_default();
        let moved = clients.iter().filter(|(client, key)| {
            let is_earlier = |link: &Link| {
                let of = every.iter().find(|other| other.file == link.file);
                match of {
                    _ if link.file == client.file => true,
                    Some(other) => {
                        let both = other.tenancy.as_ref().zip(client.tenancy.as_ref());
                        both.is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
                    }
                    None => link.is_called(&client.name),
                }
            };
            !links.iter().any(|link| link.is_of(key.as_str())) && links.iter().any(is_earlier)
        });
        moved.map(|(client, _)| client.file.clone()).collect()
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
    fn write(&self, links: Vec<Link>) -> Result<(), LinksProblem> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let unwritten = |problem| {
            let problem = PagesProblem::Folder(PagesFolderProblem::Output(problem));
            (path.clone(), problem)
        };
        file::write(path, table(links).as_bytes()).map_err(unwritten)
    }

    /// Changes the list by `change`. It is written where it is another then, is not there, or others could read it.
    ///
    /// # Errors
    /// [`LinksProblem`]
    pub(super) fn change(&self, change: impl FnOnce(&mut Vec<Link>)) -> Result<(), LinksProblem> {
        let before = self.read()?;
        let mut links = before.clone();
        change(&mut links);
        if links == before && self.is_private() {
            return Ok(());
        }
        self.write(links)
    }

    /// Returns whether the file is there and, on unix, this user's alone.
    fn is_private(&self) -> bool {
        let Some(found) = self.path.as_deref().map(fs::symlink_metadata) else {
            return true;
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            found.is_ok_and(|found| found.permissions().mode() & 0o077 == 0)
        }
        #[cfg(not(unix))]
        found.is_ok()
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
        self.change(|links| {
            for (client, file, key, address) in clients {
                put(links, client, file, key.as_str(), address, today);
            }
        })
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
        self.change(|links| {
            let is_of = |link: &Link| link.is_of(old.as_str());
            links.retain(|link| !is_of(link) || link.expires.is_empty());
            for link in links.iter_mut().filter(|link| is_of(link)) {
                link.address = link.address.replace(old.as_str(), new.as_str());
                link.made = today.to_string();
            }
        })
    }

    /// Takes the lines of these `pages` off the list.
    ///
    /// # Errors
    /// [`LinksProblem`]
    pub(super) fn forget(&self, pages: &[String]) -> Result<(), LinksProblem> {
        self.change(|links| links.retain(|link| !pages.iter().any(|page| link.is_of(page))))
    }
}

/// Puts the page `key` of `client` on the list. Its lines get the present names of client and config, and an earlier page of
/// the config loses its line.
fn put(links: &mut Vec<Link>, client: &str, file: &str, key: &str, address: String, today: Day) {
    for link in links.iter_mut().filter(|link| link.is_of(key)) {
        if !link.is_called(client) {
            link.client = client.to_owned();
        }
        link.file = file.to_owned();
    }
    if links
        .iter()
        .any(|link| link.is_of(key) && !link.expires.is_empty())
    {
        return;
    }
    // A config that had two names had two lines.
    let own = links.iter().position(|link| link.is_of(key));
    let mut at = 0..;
    links.retain(|link| !link.is_of(key) || at.next() == Some(0));
    let own = own.or_else(|| links.iter().position(|link| link.file == file));
    let made = Link {
        client: client.to_owned(),
        file: file.to_owned(),
        address,
        made: today.to_string(),
        expires: String::new(),
    };
    match own.and_then(|place| links.get_mut(place)) {
        Some(link) if link.address == made.address => {}
        Some(link) => *link = made,
        None => links.push(made),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://pages.example.com/aa/";

    fn link(client: &str, file: &str, address: &str) -> Link {
        Link {
            client: client.to_owned(),
            file: file.to_owned(),
            address: address.to_owned(),
            made: "2026-01-01".to_owned(),
            expires: String::new(),
        }
    }

    #[test]
    fn a_page_has_one_line_under_the_present_names() {
        let today = "2026-06-17".parse().unwrap();
        let set = |mut links: Vec<Link>| {
            put(
                &mut links,
                "New",
                "config_b",
                "aa",
                ADDRESS.to_owned(),
                today,
            );
            links
        };
        let kept = link("New", "config_b", ADDRESS);
        assert_eq!(set(vec![kept.clone()]), std::slice::from_ref(&kept));
        // A renamed client, a renamed config, and a config that had two lines.
        assert_eq!(
            set(vec![link("Old", "config_b", ADDRESS)]),
            std::slice::from_ref(&kept)
        );
        assert_eq!(
            set(vec![link("New", "config_a", ADDRESS)]),
            std::slice::from_ref(&kept)
        );
        let two = vec![link("Old", "config_a", ADDRESS), kept.clone()];
        assert_eq!(set(two), std::slice::from_ref(&kept));
        let other = link("Other", "config_c", "https://pages.example.com/cc/");
        let made = |links: Vec<Link>| links[1].made.clone();
        assert_eq!(made(set(vec![other.clone()])), "2026-06-17");
        let earlier = link("New", "config_b", "https://pages.example.com/bb/");
        let renewed = set(vec![other, earlier]);
        assert_eq!((renewed.len(), &*renewed[1].address), (2, ADDRESS));
        // An address that a command published stays, under the new name.
        let published = Link {
            expires: "2027-01-01".to_owned(),
            ..link("Old", "config_a", "https://os.example.com/p/x/aa/")
        };
        let set = set(vec![published.clone()]);
        assert_eq!((set.len(), &set[0].address), (1, &published.address));
        assert_eq!((&*set[0].client, &*set[0].file), ("New", "config_b"));
    }
}
