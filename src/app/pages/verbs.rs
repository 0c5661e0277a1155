//! The verbs of `pages`: rotate, prune, show.

use std::fs;
use std::io::{self, ErrorKind, IsTerminal as _};
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use tokio::task::spawn_blocking;

use super::links::{LinksProblem, unlisted};
use super::{Site, file_names, files, page_context, place, resolved, site};
use crate::app::Outcome;
use crate::app::folder::{self as clients, Contents};
use crate::app::outputs::Outputs;
use crate::app::report::report;
use crate::app::run::{Report, made_at, print, refuse};
use crate::app::screen::{complain, is_watched};
use crate::calendar::Day;
use crate::deliver::file;
use crate::deliver::folder::{self, FolderOwner, PageFolder};
use crate::failure::{
    Failure, Notice, OutputProblem, PageKeysProblem, PagesFolderProblem, PagesProblem,
};
use crate::lang::Lang;
use crate::plan::{Misuse, PagesJob, Plan};
use crate::profile::pages::{PageKey, PageKeys};
use crate::progress::Progress;
use crate::render::explain;
use crate::render::explain::pages as words;
use crate::render::links::Link;
use crate::render::page::PAGE;
use crate::report::portfolio::Client;

/// Carries out `job`.
///
/// # Errors
/// A defect.
pub(in crate::app) async fn carry_out(plan: Plan, job: PagesJob) -> Result<Outcome> {
    match job {
        PagesJob::Rotate(client) => rotate(&plan, &client).await,
        PagesJob::Prune { yes } => prune(plan, yes).await,
        PagesJob::Show { client, to } => show(plan, &client, to).await,
    }
}

impl Site {
    /// Reads the list of addresses for a verb, which complains where it cannot.
    fn read_links(&self, lang: Lang) -> Result<Vec<Link>, Outcome> {
        self.links.read().map_err(|refused| {
            complain(&unlisted(lang, &refused));
            Outcome::Unexpected
        })
    }
}

/// Says why a verb changes no page.
fn unchanged(lang: Lang, problem: &PagesProblem) -> Outcome {
    complain(&words::misuse(lang, problem));
    Outcome::Unexpected
}

/// Gives the page of the client that `word` names another address, at which it is at once.
async fn rotate(plan: &Plan, word: &str) -> Result<Outcome> {
    let lang = plan.view.lang;
    let site = match site(plan, &Outputs::default()) {
        Ok(site) => site,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    if site.bucket.is_some() {
        return Ok(refuse(lang, &Misuse::Pages(PagesProblem::RotatedByLinks)));
    }
    let entry = match clients::named(plan, word).await {
        Ok(entry) => entry,
        Err(outcome) => return Ok(outcome),
    };
    let (name, file) = (entry.name, entry.file);
    let config = match entry.draft.finish() {
        Ok(config) => config,
        Err(unusable) => {
            complain_of(lang, &file, &unusable.failure);
            return Ok(Outcome::Nothing);
        }
    };
    let _lock = match site.lock() {
        Ok(lock) => lock,
        Err(problem) => return Ok(unchanged(lang, &problem)),
    };
    let keys = match site.read_keys() {
        Ok(keys) => keys,
        Err(problem) => return Ok(refuse(lang, &Misuse::Pages(problem))),
    };
    let (Some(mut keys), Some(ini)) = (keys, &site.ini) else {
        complain(&words::no_page(lang, &name));
        return Ok(Outcome::Usage);
    };
    let start = config.contract.start;
    let old = keys.key(&config.tenancy, start);
    match holds(&site, &keys, &old) {
        Ok(true) => {}
        // The old address stays until its page is found: a new one would not end it.
        Ok(false) => match site.read_links(lang) {
            Ok(links) => {
                if let Some(link) = links.iter().find(|link| link.is_of(old.as_str())) {
                    complain(&words::elsewhere(lang, &name, &site.folder, &link.address));
                    return Ok(Outcome::Unexpected);
                }
            }
            Err(outcome) => return Ok(outcome),
        },
        Err(problem) => return Ok(unchanged(lang, &problem.into())),
    }
    keys.rotate(&config.tenancy, start);
    let new = keys.key(&config.tenancy, start);
    // From here on a run writes the page to its new place, whatever becomes of the old one.
    if let Err(problem) = file::write(ini, keys.text(lang).as_bytes()) {
        let problem = PagesProblem::Keys(PageKeysProblem::Unwritten(problem));
        complain(&words::unwritten(lang, &site.folder, &problem));
        return Ok(Outcome::Unexpected);
    }
    let mut outcome = Outcome::Complete;
    let moved = folder::rename(&site.folder, old.as_str(), new.as_str());
    if let Err(problem) = &moved {
        complain(&words::not_moved(lang, &name, &site.folder, *problem));
        outcome = Outcome::Unexpected;
    }
    if let Err(refused) = site.links.rotate(&old, &new, plan.now.date_naive()) {
        complain(&unlisted(lang, &refused));
        outcome = Outcome::Unexpected;
    }
    let address = site.address(&new);
    let text = words::rotated(lang, &name, &address, moved == Ok(true)) + "\n";
    print(lang, text.into_bytes(), outcome).await
}

/// Returns whether the folder of `site` has the page `key`.
fn holds(site: &Site, keys: &PageKeys, key: &PageKey) -> Result<bool, PagesFolderProblem> {
    if folder::owner(&site.folder, &keys.tag())? == FolderOwner::Foreign {
        return Err(PagesFolderProblem::Foreign);
    }
    match fs::symlink_metadata(site.folder.join(key.as_str())) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Says why the config of a client cannot be used.
fn complain_of(lang: Lang, file: &str, failure: &Failure) {
    complain(&explain::failure(lang, file, failure).line());
}

/// Lists the pages that no client of the folder has any more, and removes them where `yes` or the operator says so.
async fn prune(mut plan: Plan, yes: bool) -> Result<Outcome> {
    let lang = plan.view.lang;
    plan.only.clear();
    let site = match site(&plan, &Outputs::default()) {
        Ok(site) => site,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    if site.bucket.is_some() {
        return Ok(refuse(lang, &Misuse::Pages(PagesProblem::PrunedByHand)));
    }
    let progress = Progress::new(&plan.view, false);
    let contents = match clients::read(&plan, &progress, None).await {
        Ok(contents) => contents,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    let owners = Owners::new(contents);
    let found = match find(&site, &owners) {
        Ok(found) => found,
        Err(Unfound::Keys(problem)) => return Ok(refuse(lang, &Misuse::Pages(problem))),
        Err(Unfound::Links(refused)) => {
            complain(&unlisted(lang, &refused));
            return Ok(Outcome::Unexpected);
        }
    };
    let Found {
        left,
        links,
        unknown,
    } = found;
    if left.is_empty() {
        let text = words::nothing_left(lang, &site.folder) + "\n";
        return print(lang, text.into_bytes(), Outcome::Complete).await;
    }
    let lines = left.iter().map(|page| {
        let of = links.iter().find(|link| link.is_of(&page.name));
        let client = of.map(|link| link.client.as_str());
        words::left(lang, &site.folder, &page.name, page.written, client) + "\n"
    });
    let text: String = lines.collect();
    let outcome = print(lang, text.into_bytes(), Outcome::Complete).await?;
    if outcome != Outcome::Complete {
        return Ok(outcome);
    }
    if !unknown.is_empty() {
        complain(&words::owner_unknown(lang, &unknown));
        return Ok(Outcome::Partial);
    }
    let count = left.len();
    let sure = if yes {
        true
    } else if io::stdin().is_terminal() && io::stderr().is_terminal() {
        spawn_blocking(move || ask(lang, count)).await?
    } else {
        false
    };
    if !sure {
        complain(&words::not_removed(lang));
        return Ok(Outcome::Complete);
    }
    // Nobody waits for an answer with the lock, so that the list may have changed.
    let _lock = match site.lock() {
        Ok(lock) => lock,
        Err(problem) => return Ok(unchanged(lang, &problem)),
    };
    let still = match find(&site, &owners) {
        Ok(found) => found.left,
        Err(Unfound::Keys(problem) | Unfound::Links((_, problem))) => {
            return Ok(unchanged(lang, &problem));
        }
    };
    let mut removed = Vec::new();
    let mut outcome = Outcome::Complete;
    for page in left.into_iter().filter(|page| still.contains(page)) {
        let gone = folder::remove(&site.folder, &page.name, &file_names());
        if let Err(problem) = gone {
            let path = site.folder.join(&page.name);
            complain(&words::unremoved(lang, &path, problem));
            outcome = Outcome::Unexpected;
        }
        if matches!(gone, Ok(()) | Err(PagesFolderProblem::Kept)) {
            removed.push(page.name);
        }
    }
    if let Err(refused) = site.links.forget(&removed) {
        complain(&unlisted(lang, &refused));
        outcome = Outcome::Unexpected;
    }
    let text = words::removed(lang, removed.len()) + "\n";
    print(lang, text.into_bytes(), outcome).await
}

/// The owners of pages, as far as the clients' folder tells. A client whose config is wrong today still has its page.
struct Owners {
    /// Tenancies and first days of the clients' contracts.
    contracts: Vec<(String, Day)>,
    /// Configs that cannot be read, and whether each waits for its key: a client that waits had no page yet.
    unread: Vec<(String, bool)>,
    /// Files that may be configs.
    missed: Vec<String>,
}

impl Owners {
    fn new(contents: Contents) -> Self {
        let missed = contents.notices.iter().filter_map(Notice::missed_file);
        let mut owners = Self {
            contracts: Vec::new(),
            unread: Vec::new(),
            missed: missed.map(str::to_owned).collect(),
        };
        for entry in contents.entries {
            match entry.draft.finish() {
                Ok(config) => {
                    let contract = (config.tenancy.to_string(), config.contract.start);
                    owners.contracts.push(contract);
                }
                Err(unusable) => {
                    let awaits_key = unusable.failure.awaits_key();
                    owners.unread.push((entry.file, awaits_key));
                }
            }
        }
        owners
    }
}

/// The pages that no client has.
#[derive(Default)]
struct Found {
    /// Their folders.
    left: Vec<PageFolder>,
    /// The list of addresses.
    links: Vec<Link>,
    /// Files that may be the configs of their clients.
    unknown: Vec<String>,
}

/// The reason why nobody knows which pages no client has.
enum Unfound {
    /// The pages cannot be read, or are not those of these clients.
    Keys(PagesProblem),
    /// The list of addresses cannot be read.
    Links(LinksProblem),
}

impl<P: Into<PagesProblem>> From<P> for Unfound {
    fn from(problem: P) -> Self {
        Self::Keys(problem.into())
    }
}

/// Finds the pages of `site` that none of the `owners` has.
///
/// # Errors
/// [`Unfound`]
fn find(site: &Site, owners: &Owners) -> Result<Found, Unfound> {
    let pages = site.pages()?;
    let Some(keys) = site.read_keys()? else {
        return match pages.is_empty() {
            true => Ok(Found::default()),
            false => Err(PageKeysProblem::Lost.into()),
        };
    };
    match folder::owner(&site.folder, &keys.tag())? {
        FolderOwner::Own => {}
        FolderOwner::Nobody if pages.is_empty() => {}
        FolderOwner::Nobody => return Err(PagesFolderProblem::OtherContent.into()),
        FolderOwner::Foreign => return Err(PagesFolderProblem::Foreign.into()),
    }
    let links = site.links.read().map_err(Unfound::Links)?;
    let contracts = owners.contracts.iter();
    let present: Vec<PageKey> = contracts
        .map(|(tenancy, start)| keys.key(tenancy, *start))
        .collect();
    let is_listed = |file: &str| links.iter().any(|link| link.file == file);
    let unread = owners.unread.iter();
    let (listed, others): (Vec<_>, Vec<_>) = unread.partition(|(file, _)| is_listed(file));
    let is_left = |page: &PageFolder| {
        let is_own = |link: &Link| listed.iter().any(|(file, _)| *file == link.file);
        let is_kept = |link: &Link| is_own(link) && link.is_of(&page.name);
        !present.iter().any(|key| key.as_str() == page.name) && !links.iter().any(is_kept)
    };
    let left = pages.into_iter().filter(is_left).collect();
    let others = others.into_iter().filter(|(_, awaits_key)| !awaits_key);
    let mut unknown = owners.missed.clone();
    unknown.extend(others.map(|(file, _)| file.clone()));
    Ok(Found {
        left,
        links,
        unknown,
    })
}

/// Asks whether `count` pages are to be removed.
fn ask(lang: Lang, count: usize) -> bool {
    let input = dialoguer::Input::<String>::new()
        .with_prompt(words::ask_removal(lang, count))
        .allow_empty(true);
    let answer = input.interact_text().unwrap_or_default().to_lowercase();
    ["s", "sim", "y", "yes"].contains(&answer.trim())
}

/// Makes the page of the client that `word` names, in `to` or a new temporary folder.
async fn show(mut plan: Plan, word: &str, to: Option<PathBuf>) -> Result<Outcome> {
    let lang = plan.view.lang;
    let site = match place(&plan, &Outputs::default()) {
        Ok(site) => site,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    if let Some(problem) = to
        .as_deref()
        .and_then(|to| check_look(&plan, site.as_ref(), to))
    {
        return Ok(refuse(lang, &Misuse::Pages(problem)));
    }
    let entry = match clients::named(&plan, word).await {
        Ok(entry) => entry,
        Err(outcome) => return Ok(outcome),
    };
    plan.only = vec![entry.file.clone()];
    plan.looks.only = true;
    let progress = Progress::new(&plan.view, is_watched());
    let portfolio = match report(&plan, &plan.figures, &progress).await {
        Ok(portfolio) => portfolio,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    let made = Report {
        made_at: made_at(&plan),
        plan,
        portfolio,
        alerts: None,
    };
    let is_meant = |client: &&Client| client.file == entry.file;
    let Some(client) = made.portfolio.clients.iter().find(is_meant) else {
        // A copy of another config, which a notice names.
        return Ok(Outcome::Nothing);
    };
    let statement = match &client.outcome {
        Ok(statement) => statement,
        Err(failure) => {
            complain_of(lang, &client.file, failure);
            return Ok(Outcome::Nothing);
        }
    };
    let contact = site.as_ref().and_then(|site| site.plan.contact.as_deref());
    let files = files(client, statement, &page_context(&made, contact))?;
    let written = (|| -> Result<PathBuf, OutputProblem> {
        let folder = folder_for(to.as_deref())?;
        for file in &files {
            file::write(&folder.join(file.name), &file.bytes)?;
        }
        Ok(folder)
    })();
    let folder = match written {
        Ok(folder) => folder,
        Err(problem) => {
            let place = to.unwrap_or_else(std::env::temp_dir);
            complain(&explain::unwritten(lang, &place, problem));
            return Ok(Outcome::Unexpected);
        }
    };
    let link = site.and_then(|site| link(&site, client, statement.contract.start));
    let link = match link {
        Some((address, true)) => Some(address),
        Some((address, false)) => {
            complain(&words::not_yet(lang, &client.name, &address));
            None
        }
        None => None,
    };
    let text = words::hand_over(
        lang,
        &folder.join(PAGE),
        &client.name,
        link.as_deref(),
        statement.as_of,
    );
    print(
        lang,
        text.into_bytes(),
        Outcome::of_report(&made.portfolio, &made.plan.figures),
    )
    .await
}

/// Returns the address of a page that customers can open, if one is known, and whether the page is there. Nobody looks into
/// a bucket: an address that is on the list has a page there.
fn link(site: &Site, client: &Client, start: Day) -> Option<(String, bool)> {
    let keys = PageKeys::read(site.ini.as_deref()?).ok()??;
    let key = keys.key(client.tenancy.as_deref()?, start);
    let known = site.links.read().unwrap_or_default();
    let is_own = |link: &&Link| {
        let is_web = link.address.starts_with("http");
        is_web && link.file == client.file && link.is_of(key.as_str())
    };
    let known = known.iter().find(is_own).map(|link| link.address.clone());
    let is_there = match site.bucket {
        Some(_) => known.is_some(),
        None => site.folder.join(key.as_str()).join(PAGE).is_file(),
    };
    let address = known.or_else(|| site.plan.url.as_ref().map(|_| site.address(&key)));
    address.map(|address| (address, is_there))
}

/// Returns the reason why `to` is no folder for a page that is looked at.
fn check_look(plan: &Plan, site: Option<&Site>, to: &Path) -> Option<PagesProblem> {
    let folder = resolved(to);
    let meets = |other: &Path| folder.starts_with(other) || other.starts_with(&folder);
    let pages = site.filter(|site| site.bucket.is_none());
    if meets(&resolved(&plan.dir)) || pages.is_some_and(|site| meets(&site.folder)) {
        return Some(PagesProblem::ShownAmong);
    }
    let has_content = fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some());
    has_content.then_some(PagesProblem::ShownOver)
}

/// Returns the folder for a page that is looked at: `to`, which is made if it is not there, else a new temporary one, for
/// this user alone.
fn folder_for(to: Option<&Path>) -> io::Result<PathBuf> {
    let Some(to) = to else {
        let mut builder = tempfile::Builder::new();
        builder.prefix("oci-consumo-pagina-");
        #[cfg(unix)]
        builder.permissions(std::fs::Permissions::from_mode(0o700));
        return Ok(builder.tempdir()?.keep());
    };
    folder::make(to)?;
    Ok(to.to_owned())
}
