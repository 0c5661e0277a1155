//! The verbs of `pages`: rotate, prune, show.

use std::fs::DirBuilder;
use std::io::{self, ErrorKind, IsTerminal as _};
#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Result;
use tokio::task::spawn_blocking;

use super::{Site, files, place};
use crate::app::Outcome;
use crate::app::folder::{self as clients, Contents};
use crate::app::outputs::Outputs;
use crate::app::report::report;
use crate::app::run::{Report, made_at, print, refuse};
use crate::app::screen::{complain, is_watched};
use crate::calendar::Day;
use crate::deliver::file;
use crate::deliver::folder::{self, PageFolder};
use crate::failure::{Failure, Notice, OutputProblem, PageKeysProblem, PagesProblem};
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

/// Returns the place of the pages, and their keys.
fn site(plan: &Plan) -> Result<(Site, Option<PageKeys>), Misuse> {
    let Some(site) = place(plan, &Outputs::default())? else {
        return Err(Misuse::Pages(PagesProblem::NoPlace));
    };
    let keys = match &site.ini {
        Some(ini) => PageKeys::read(ini),
        None => Ok(None),
    };
    let keys = keys.map_err(|problem| Misuse::Pages(PagesProblem::Keys(problem)))?;
    Ok((site, keys))
}

/// Gives the page of the client that `word` names another address, at which it is at once.
async fn rotate(plan: &Plan, word: &str) -> Result<Outcome> {
    let lang = plan.view.lang;
    let (site, keys) = match site(plan) {
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
    let (Some(mut keys), Some(ini)) = (keys, &site.ini) else {
        complain(&words::no_page(lang, &name));
        return Ok(Outcome::Usage);
    };
    let start = config.contract.start;
    let old = keys.key(&config.tenancy, start);
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
    if let Err((path, problem)) = site.links.rotate(&old, &new, plan.now.date_naive()) {
        complain(&words::links_unwritten(lang, &path, &problem));
        outcome = Outcome::Unexpected;
    }
    let address = site.address(&new);
    let text = words::rotated(lang, &name, &address, moved == Ok(true)) + "\n";
    print(lang, text.into_bytes(), outcome).await
}

/// Says why the config of a client cannot be used.
fn complain_of(lang: Lang, file: &str, failure: &Failure) {
    let told = explain::failure(lang, file, failure);
    complain(&format!("{}; {}", told.message, told.remedy));
}

/// Lists the pages that no client of the folder has any more, and removes them where `yes` or the operator says so.
async fn prune(mut plan: Plan, yes: bool) -> Result<Outcome> {
    let lang = plan.view.lang;
    plan.only.clear();
    let (site, keys) = match site(&plan) {
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
    let pages = folder::pages(&site.folder, PageKey::is_one);
    let keys = match keys {
        Some(keys) => keys,
        None if pages.is_empty() => {
            let text = words::nothing_left(lang, &site.folder) + "\n";
            return print(lang, text.into_bytes(), Outcome::Complete).await;
        }
        None => {
            let problem = PagesProblem::Keys(PageKeysProblem::Lost);
            return Ok(refuse(lang, &Misuse::Pages(problem)));
        }
    };
    let links = match site.links.read() {
        Ok(links) => links,
        Err((path, problem)) => {
            complain(&words::links_unwritten(lang, &path, &problem));
            return Ok(Outcome::Unexpected);
        }
    };
    let Owners {
        keys,
        files,
        unknown,
    } = owners(contents, &keys, &links);
    let is_left = |page: &PageFolder| {
        let is_kept = |link: &Link| files.contains(&link.file) && link.address.contains(&page.name);
        !keys.iter().any(|key| key.as_str() == page.name) && !links.iter().any(is_kept)
    };
    let left: Vec<PageFolder> = pages.into_iter().filter(is_left).collect();
    if left.is_empty() {
        let text = words::nothing_left(lang, &site.folder) + "\n";
        return print(lang, text.into_bytes(), Outcome::Complete).await;
    }
    let lines = left.iter().map(|page| {
        let of = links.iter().find(|link| link.address.contains(&page.name));
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
    let mut removed = Vec::new();
    let mut outcome = Outcome::Complete;
    for page in left {
        match folder::remove(&site.folder, &page.name) {
            Ok(()) => removed.push(page.name),
            Err(problem) => {
                complain(&words::unwritten(lang, &site.folder, &problem.into()));
                outcome = Outcome::Unexpected;
            }
        }
    }
    if let Err((path, problem)) = site.links.forget(&removed) {
        complain(&words::links_unwritten(lang, &path, &problem));
        outcome = Outcome::Unexpected;
    }
    let text = words::removed(lang, removed.len()) + "\n";
    print(lang, text.into_bytes(), outcome).await
}

/// The owners of pages, as far as the clients' folder tells.
struct Owners {
    /// Keys of the clients' present pages.
    keys: Vec<PageKey>,
    /// Configs that cannot be read and whose pages the list of addresses knows.
    files: Vec<String>,
    /// Configs that cannot be read, whose pages nobody knows.
    unknown: Vec<String>,
}

/// Returns the owners of pages among the clients of a folder. A client whose config is wrong today still has its page.
fn owners(contents: Contents, page_keys: &PageKeys, links: &[Link]) -> Owners {
    let missed = contents.notices.iter().filter_map(Notice::missed_file);
    let mut owners = Owners {
        keys: Vec::new(),
        files: Vec::new(),
        unknown: missed.map(str::to_owned).collect(),
    };
    for entry in contents.entries {
        match entry.draft.finish() {
            Ok(config) => {
                let key = page_keys.key(&config.tenancy, config.contract.start);
                owners.keys.push(key);
            }
            Err(_) if links.iter().any(|link| link.file == entry.file) => {
                owners.files.push(entry.file);
            }
            // A client that waits for its key had no page yet.
            Err(unusable) if unusable.failure.awaits_key() => {}
            Err(_) => owners.unknown.push(entry.file),
        }
    }
    owners
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
    let files = files(&made, contact, client, statement)?;
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

/// Returns the address of a page that customers can open, if one is known.
fn link(site: &Site, client: &Client, start: Day) -> Option<String> {
    let keys = PageKeys::read(site.ini.as_deref()?).ok()??;
    let key = keys.key(client.tenancy.as_deref()?, start);
    let known = site.links.read().unwrap_or_default();
    let is_own = |link: &&Link| {
        let is_web = link.address.starts_with("http");
        is_web && link.file == client.file && link.address.contains(key.as_str())
    };
    let known = known.iter().find(is_own).map(|link| link.address.clone());
    known.or_else(|| site.plan.url.as_ref().map(|_| site.address(&key)))
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
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    builder.mode(0o700);
    match builder.create(to) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(to.to_owned()),
    }
}
