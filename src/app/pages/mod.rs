//! The customers' pages: their place is checked before any work, and they are written once the report is made.
//!
//! Pages never change the report: a page that cannot be written is said, and the exit status says it too.

mod bucket;
mod links;
mod verbs;

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::task::spawn_blocking;

use self::bucket::Bucket;
use self::links::{Links, unlisted};
use super::kinds::Permissions;
use super::outputs::Outputs;
use super::run::Report;
use super::screen::complain;
use super::{interrupt, outputs};
use crate::deliver::file;
use crate::deliver::folder::{self, FolderOwner, PageFolder, WebFolder};
use crate::deliver::lock::Lock;
use crate::failure::{
    Notice, OutputProblem, PageKeysProblem, PagesFolderProblem, PagesProblem, PlaceProblem,
};
use crate::lang::Lang;
use crate::plan::{Misuse, OutputPlace, PagesPlace, PagesPlan, Plan};
use crate::profile::pages::{FILE_NAME, PageKey, PageKeys};
use crate::progress::Progress;
use crate::render::explain::pages as words;
use crate::render::page::{self, ICONS, MANIFEST, PAGE, PageContext};
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::Statement;
use crate::text::printable;

pub(super) use self::bucket::{is_published, opened};
pub(super) use self::verbs::carry_out;

/// Name of the locked file beside `paginas.ini`. No client's name begins so.
const LOCK: &str = ".oci-consumo-paginas.lock";
/// Time that a run waits for another one to end its writing of pages.
const PATIENCE: Duration = Duration::from_secs(5);

/// A file of a customer's page.
#[derive(Debug)]
pub(super) struct PageFile {
    /// Name in the page's folder.
    pub(super) name: &'static str,
    /// Media type of the content.
    pub(super) content_type: &'static str,
    /// Content.
    pub(super) bytes: Cow<'static, [u8]>,
}

/// The place of the pages of a run, checked.
#[derive(Debug)]
pub(super) struct Site {
    plan: PagesPlan,
    /// Path of the folder, without links as far as it is there; the place of the objects, as it is typed, of a bucket.
    folder: PathBuf,
    /// The bucket, in place of a folder.
    bucket: Option<Bucket>,
    /// The file of the addresses' secret; `None` of a demo.
    ini: Option<PathBuf>,
    links: Links,
}

/// The pages of a run whose figures are made.
#[derive(Debug)]
pub(super) struct Pages {
    site: Site,
    keys: Result<PageKeys, PagesProblem>,
}

/// Checks that a run of `plan` may write the pages that it asks for, wherever they go.
///
/// # Errors
/// [`Misuse::Pages`]
pub(super) fn permit(plan: &Plan) -> Result<(), Misuse> {
    match &plan.pages {
        Some(PagesPlan { by_folder, .. }) if Permissions::of(plan).pages.is_never() => {
            let by_folder = *by_folder;
            Err(Misuse::Pages(PagesProblem::Supposed { by_folder }))
        }
        Some(PagesPlan { url: Some(_), .. }) if plan.simulated => {
            Err(Misuse::Pages(PagesProblem::DemoHasNoLinks))
        }
        _ => Ok(()),
    }
}

/// Checks the place of the pages that `plan` asks for, beside its `outputs`.
///
/// # Errors
/// [`Misuse`] where the run may write no pages, or a web server that shows the place would show other files.
pub(super) fn place(plan: &Plan, outputs: &Outputs) -> Result<Option<Site>, Misuse> {
    permit(plan)?;
    let Some(pages) = &plan.pages else {
        return Ok(None);
    };
    let (folder, bucket) = match &pages.place {
        PagesPlace::Folder(folder) => {
            let (folder, clients) = (resolved(folder), resolved(&plan.dir));
            if folder.starts_with(&clients) || clients.starts_with(&folder) {
                return Err(Misuse::Pages(PagesProblem::AmongClients));
            }
            (folder, None)
        }
        PagesPlace::Bucket(prefix) => {
            let bucket = Bucket {
                prefix: prefix.clone(),
                publisher: outputs.publisher().cloned(),
            };
            (prefix.to_string().into(), Some(bucket))
        }
    };
    let is_among = |place: &OutputPlace| match (place, &bucket) {
        (OutputPlace::File(path), None) => path.starts_with(&folder),
        (OutputPlace::Object(place), Some(bucket)) => place.is_within(&bucket.prefix),
        _ => false,
    };
    if let Some(output) = outputs.places().find(|place| is_among(place)) {
        return Err(Misuse::Output {
            path: printable(&output.to_string(), 255),
            problem: OutputProblem::AmongPages,
        });
    }
    let stores = outputs::stores(&plan.history).into_iter();
    if stores.map(OutputPlace::File).any(|store| is_among(&store)) {
        let problem = PlaceProblem::AmongPages;
        return Err(Misuse::NotAStore { problem });
    }
    let dir = Some(&plan.dir).filter(|_| !plan.simulated);
    Ok(Some(Site {
        plan: pages.clone(),
        folder,
        bucket,
        ini: dir.map(|dir| dir.join(FILE_NAME)),
        links: Links::new(dir),
    }))
}

/// Returns the place of the pages of `plan` for a verb that needs one.
///
/// # Errors
/// As those of [`place`], and [`PagesProblem::NoPlace`].
fn site(plan: &Plan, outputs: &Outputs) -> Result<Site, Misuse> {
    place(plan, outputs)?.ok_or(Misuse::Pages(PagesProblem::NoPlace))
}

/// Returns `path` without links, as far as it is there.
fn resolved(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let found = whole.ancestors().find_map(|ancestor| {
        let found = fs::canonicalize(ancestor).ok()?;
        let rest = whole.strip_prefix(ancestor).ok()?;
        // To join nothing would add a separator.
        let is_whole = rest.as_os_str().is_empty();
        Some(if is_whole { found } else { found.join(rest) })
    });
    found.unwrap_or(whole)
}

impl Site {
    /// Opens the pages for the clients of `portfolio`, which gets a notice where addresses have changed.
    ///
    /// # Errors
    /// A defect.
    pub(super) async fn open(
        self,
        lang: Lang,
        portfolio: &mut Portfolio,
        progress: &Progress,
    ) -> Result<Pages> {
        let marked = self.mark(lang).await;
        let pages = spawn_blocking(move || {
            let keys = marked.and_then(|()| self.keys(lang));
            Pages { site: self, keys }
        });
        let pages = pages.await?;
        if let Ok(keys) = &pages.keys {
            let keyed = keyed(&portfolio.clients, keys);
            let clients: Vec<_> = keyed.map(|(client, _, key)| (client, key)).collect();
            let files = pages.site.links.moved(&clients, &portfolio.clients);
            if !files.is_empty() {
                let notice = Notice::PagesMoved { files };
                progress.notice(&notice);
                portfolio.notices.push(notice);
            }
        }
        Ok(pages)
    }

    /// Locks the pages and addresses of the clients' folder for this run; a demo locks nothing.
    ///
    /// # Errors
    /// [`PagesProblem::Busy`] where another run has the lock for too long.
    fn lock(&self) -> Result<Option<Lock>, PagesProblem> {
        self.locked(LOCK)
    }

    /// Locks the file called `name` beside `paginas.ini`.
    fn locked(&self, name: &'static str) -> Result<Option<Lock>, PagesProblem> {
        let Some(ini) = &self.ini else {
            return Ok(None);
        };
        match Lock::wait(&ini.with_file_name(name), PATIENCE) {
            Ok(Some(lock)) => Ok(Some(lock)),
            Ok(None) => Err(PagesProblem::Busy),
            Err(error) => Err(PagesProblem::NoLock {
                file: name,
                problem: error.into(),
            }),
        }
    }

    /// Reads the keys of the pages; `None` where there are none yet.
    ///
    /// # Errors
    /// [`PagesProblem::Keys`]
    fn read_keys(&self) -> Result<Option<PageKeys>, PagesProblem> {
        let keys = self.ini.as_deref().map_or(Ok(None), PageKeys::read);
        keys.map_err(PagesProblem::Keys)
    }

    /// Reads the keys of the pages again, as a run that has the lock must: another may have changed one since.
    fn present_keys(&self) -> Result<PageKeys, PagesProblem> {
        match &self.ini {
            Some(ini) => Ok(PageKeys::read(ini)?.ok_or(PageKeysProblem::Lost)?),
            None => Ok(PageKeys::of_demo()),
        }
    }

    /// Returns whether something is there whose names follow from a secret: pages, their mark, or addresses on the list.
    ///
    /// # Errors
    /// Nobody knows, as one of them cannot be read.
    fn has_pages(&self) -> Result<bool, PagesProblem> {
        if !self
            .links
            .read()
            .map_err(|(_, problem)| problem)?
            .is_empty()
        {
            return Ok(true);
        }
        if self.bucket.is_some() {
            return Ok(false);
        }
        let is_marked = folder::owner(&self.folder, "")? != FolderOwner::Nobody;
        Ok(is_marked || !self.pages()?.is_empty())
    }

    /// Returns the folders of pages.
    fn pages(&self) -> Result<Vec<PageFolder>, PagesFolderProblem> {
        folder::pages(&self.folder, PageKey::is_one, &file_names())
    }

    /// Returns the keys of the pages, which are made where there is none and there are no pages.
    fn keys(&self, lang: Lang) -> Result<PageKeys, PagesProblem> {
        let Some(ini) = &self.ini else {
            return Ok(PageKeys::of_demo());
        };
        if let Some(keys) = PageKeys::read(ini)? {
            return Ok(keys);
        }
        let has_pages = self.has_pages()?;
        // Another run may have made both in between.
        if let Some(keys) = PageKeys::read(ini)? {
            return Ok(keys);
        }
        if has_pages {
            return Err(PageKeysProblem::Lost.into());
        }
        let keys = PageKeys::make()?;
        match file::create(&[(ini.clone(), keys.text(lang).as_bytes())]) {
            Ok(()) => Ok(keys),
            Err((_, error)) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Ok(PageKeys::read(ini)?.ok_or(PageKeysProblem::Lost)?)
            }
            Err((_, error)) => Err(PageKeysProblem::Unwritten(error.into()).into()),
        }
    }

    /// Returns the address of the page `key`: at the host if that is known, else its path.
    fn address(&self, key: &PageKey) -> String {
        let key = key.as_str();
        match &self.plan.url {
            Some(url) => format!("{url}{key}/"),
            None => {
                let path = self.folder.join(key).join(PAGE);
                printable(&path.to_string_lossy(), 4096)
            }
        }
    }
}

/// Names of the files of a page; the page itself is the first, so that its address ends first.
fn file_names() -> Vec<&'static str> {
    let icons = ICONS.iter().map(|(name, _)| *name);
    [PAGE, MANIFEST].into_iter().chain(icons).collect()
}

/// Returns the clients with figures, and the keys of their pages.
fn keyed<'c>(
    clients: &'c [Client],
    keys: &'c PageKeys,
) -> impl Iterator<Item = (&'c Client, &'c Statement, PageKey)> {
    clients.iter().filter_map(|client| {
        let statement = client.statement()?;
        let key = keys.key(client.tenancy.as_deref()?, statement.contract.start);
        Some((client, statement, key))
    })
}

/// Returns the inputs of the pages of `report` besides their statements.
fn page_context<'r>(report: &'r Report, contact: Option<&'r str>) -> PageContext<'r> {
    let rendered = super::run::context(&report.plan, report.made_at);
    PageContext {
        lang: report.plan.view.lang,
        made_at: report.made_at,
        simulated: rendered.simulated,
        offline: rendered.offline,
        endpoint: rendered.endpoint,
        contact,
    }
}

/// Makes the files of the page of `client`; the page itself is the last.
///
/// # Errors
/// A page that cannot be made, which no statement causes.
fn files(
    client: &Client,
    statement: &Statement,
    context: &PageContext<'_>,
) -> Result<Vec<PageFile>> {
    let page = page::customer(&client.name, statement, context)?;
    let file = |name, content_type, bytes| PageFile {
        name,
        content_type,
        bytes,
    };
    let mut files = vec![file(
        MANIFEST,
        "application/manifest+json",
        page::manifest(context.lang).into(),
    )];
    let icons = ICONS.iter();
    files.extend(icons.map(|(name, bytes)| file(name, "image/png", Cow::Borrowed(*bytes))));
    files.push(file(PAGE, "text/html; charset=utf-8", page.into()));
    Ok(files)
}

impl Pages {
    /// Writes the pages of the clients with figures. The page of another stays as it is. Says which could not be written,
    /// and returns whether all were.
    pub(super) async fn write(self, report: &Arc<Report>) -> bool {
        if interrupt::has_ended() {
            // The pages stay those of the last whole report.
            return true;
        }
        let own = Arc::clone(report);
        let complaints = match self.site.bucket {
            Some(_) => match spawn_blocking(move || self.make_all(&own)).await {
                Ok(made) => Ok(made.put_all(report).await),
                Err(error) => Err(error),
            },
            None => spawn_blocking(move || self.write_all(&own)).await,
        };
        let complaints =
            complaints.unwrap_or_else(|error| vec![printable(&error.to_string(), 1000)]);
        complaints.iter().for_each(|complaint| complain(complaint));
        complaints.is_empty()
    }

    /// Writes the pages. Returns a complaint for each reason why some were not written.
    fn write_all(self, report: &Report) -> Vec<String> {
        let lang = report.plan.view.lang;
        let Self { site, keys } = self;
        let group = site.plan.group.as_deref();
        let opened = keys.and_then(|_| {
            let lock = site.lock()?;
            let keys = site.present_keys()?;
            let folder = WebFolder::open(&site.folder, group, &keys.tag())?;
            Ok((lock, keys, folder))
        });
        let (_lock, keys, folder) = match opened {
            Ok(opened) => opened,
            Err(problem) => return vec![words::unwritten(lang, &site.folder, &problem)],
        };
        let mut complaints = Vec::new();
        // One reason of many clients is said once.
        let mut failed: Vec<(PagesFolderProblem, Vec<String>)> = Vec::new();
        let mut written = Vec::new();
        let context = page_context(report, site.plan.contact.as_deref());
        for (client, statement, key) in keyed(&report.portfolio.clients, &keys) {
            let files = match files(client, statement, &context) {
                Ok(files) => files,
                Err(error) => {
                    complaints.push(words::unmade(lang, &client.name, &error));
                    continue;
                }
            };
            let content = files.iter().map(|file| (file.name, &*file.bytes));
            match folder.write(key.as_str(), content) {
                Ok(()) => written.push((client, key)),
                Err(problem) => {
                    let name = client.name.clone();
                    match failed.iter_mut().find(|(known, _)| *known == problem) {
                        Some((_, clients)) => clients.push(name),
                        None => failed.push((problem, vec![name])),
                    }
                }
            }
        }
        complaints.extend(failed.iter().map(|(problem, clients)| {
            words::clients_unwritten(lang, &site.folder, clients, *problem)
        }));
        let today = report.plan.now.date_naive();
        let links = written.iter().map(|(client, key)| {
            let address = site.address(key);
            (client.name.as_str(), client.file.as_str(), key, address)
        });
        let set = site.links.set(links, today);
        complaints.extend(set.err().map(|refused| unlisted(lang, &refused)));
        complaints
    }
}
