//! Pages in a bucket: the mark that says by whose secret they are named, and the putting of each file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use futures_util::{StreamExt as _, stream};

use super::links::unlisted;
use super::{PageFile, Pages, Site, files, keyed, page_context, site, words};
use crate::app::outputs::Outputs;
use crate::app::publish::{Publisher, publisher};
use crate::app::run::Report;
use crate::deliver::folder::OWNER;
use crate::deliver::lock::Lock;
use crate::failure::{Failure, PageKeysProblem, PagesProblem};
use crate::lang::{Lang, say};
use crate::oci::object_storage::ObjectContent;
use crate::path::ObjectPlace;
use crate::plan::{Misuse, Plan};
use crate::profile::pages::{PageKey, PageKeys};
use crate::render::explain::publish;
use crate::render::links::Link;

/// Name of the file beside `paginas.ini` that is locked while links are made or ended. No client's name begins so.
const LINKS_LOCK: &str = ".oci-consumo-links.lock";
/// Clients whose files are put at a time, one file after the other.
const AT_ONCE: usize = 4;

/// A bucket of pages.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Beginning of the objects' names.
    pub(super) prefix: ObjectPlace,
    /// The user that puts them; `None` where nothing is put.
    pub(super) publisher: Option<Arc<Publisher>>,
}

/// Opens the pages of `plan` for a verb, with the user that publishes.
///
/// # Errors
/// A defect.
pub(in crate::app) async fn opened(
    plan: &Plan,
) -> Result<Result<(Site, Option<PageKeys>), Misuse>> {
    let are_published = plan
        .pages
        .as_ref()
        .is_some_and(|pages| pages.are_published());
    let outputs = match are_published {
        true => publisher(plan)
            .await?
            .map(Arc::new)
            .map(Outputs::of_publisher),
        false => Ok(Outputs::default()),
    };
    Ok(outputs.and_then(|outputs| {
        let site = site(plan, &outputs)?;
        let keys = site.read_keys().map_err(Misuse::Pages)?;
        Ok((site, keys))
    }))
}

impl Site {
    /// The bucket, and the user that publishes there.
    pub(in crate::app) fn bucket(&self) -> Option<(&ObjectPlace, &Publisher)> {
        let bucket = self.bucket.as_ref()?;
        Some((&bucket.prefix, bucket.publisher.as_deref()?))
    }

    /// Locks the links of the clients' folder for this run: two would make two links to a page, and know of one. The list of
    /// addresses has a lock of its own, for which a report waits less.
    ///
    /// # Errors
    /// The reason, in words.
    pub(in crate::app) fn lock_links(&self, lang: Lang) -> Result<Option<Lock>, String> {
        self.locked(LINKS_LOCK).map_err(|problem| match problem {
            PagesProblem::Busy => publish::busy(lang),
            problem => words::misuse(lang, &problem),
        })
    }

    /// The path of the list of addresses.
    pub(in crate::app) fn links_path(&self) -> PathBuf {
        self.links.path().map(Path::to_owned).unwrap_or_default()
    }

    /// Reads the list of addresses.
    ///
    /// # Errors
    /// The reason, in words.
    pub(in crate::app) fn addresses(&self, lang: Lang) -> Result<Vec<Link>, String> {
        let links = self.links.read();
        links.map_err(|refused| unlisted(lang, &refused))
    }

    /// Puts `link`, the address of `page`, on the list.
    ///
    /// # Errors
    /// The reason, in words.
    pub(in crate::app) fn publish_link(
        &self,
        lang: Lang,
        page: &ObjectPlace,
        link: Link,
    ) -> Result<(), String> {
        self.change_links(lang, |links| {
            let key = key_of(page);
            links.retain(|own| own.file != link.file || !own.is_of(key));
            links.push(link);
        })
    }

    /// Takes the address of `page` that a command has published off the list.
    ///
    /// # Errors
    /// The reason, in words.
    pub(in crate::app) fn forget_link(&self, lang: Lang, page: &ObjectPlace) -> Result<(), String> {
        self.change_links(lang, |links| links.retain(|link| !is_published(link, page)))
    }

    fn change_links(&self, lang: Lang, change: impl FnOnce(&mut Vec<Link>)) -> Result<(), String> {
        let lock = self.lock().map_err(|problem| (self.links_path(), problem));
        let changed = lock.and_then(|_lock| self.links.change(change));
        changed.map_err(|refused| unlisted(lang, &refused))
    }

    /// Marks a bucket's pages as named by the secret of `paginas.ini`. Where that file is missing, the mark must be new:
    /// another run's pages would get other names, and their links would end.
    ///
    /// # Errors
    /// [`PageKeysProblem::Lost`] where there is a mark, and no secret; [`PagesProblem::Bucket`] where nobody knows.
    pub(super) async fn mark(&self, lang: Lang) -> Result<(), PagesProblem> {
        let (Some((prefix, publisher)), Some(ini)) = (self.bucket(), &self.ini) else {
            return Ok(());
        };
        let has_secret = ini.exists();
        let text = say! { lang, "As páginas abaixo deste prefixo têm os nomes que saem do paginas.ini de um oci-consumo. Sem ele, não escreva aqui.\n",
        "The pages below this prefix have the names that follow from the paginas.ini of an oci-consumo. Do not write here without it.\n" };
        let mark = prefix.below(OWNER);
        let content = ObjectContent {
            content_type: "text/plain; charset=utf-8",
            bytes: text.as_bytes(),
        };
        let put = publisher.ask(&mark, async |storage| storage.put_new(&mark, content).await);
        match put.await {
            Ok(is_new) if is_new || has_secret => Ok(()),
            Ok(_) => Err(PageKeysProblem::Lost.into()),
            Err(failure) => Err(PagesProblem::Bucket {
                place: mark,
                failure: Box::new(failure),
            }),
        }
    }
}

/// The key of the page at `place`.
fn key_of(place: &ObjectPlace) -> &str {
    let last = place.object.rsplit('/').next();
    last.unwrap_or_default()
}

/// Returns whether `link` is an address of `page` that a command has published: such a one expires.
pub(in crate::app) fn is_published(link: &Link, page: &ObjectPlace) -> bool {
    !link.expires.is_empty() && link.is_of(key_of(page))
}

/// The files of the pages of a bucket, made.
pub(super) struct MadePages {
    site: Site,
    pages: Vec<MadePage>,
    complaints: Vec<String>,
}

/// The files of a client's page, made.
struct MadePage {
    /// Name of the client.
    client: String,
    /// File name of its config.
    config: String,
    key: PageKey,
    files: Vec<PageFile>,
}

impl Pages {
    /// Makes the files of all pages.
    pub(super) fn make_all(self, report: &Report) -> MadePages {
        let lang = report.plan.view.lang;
        let Self { site, keys } = self;
        let mut made = MadePages {
            site,
            pages: Vec::new(),
            complaints: Vec::new(),
        };
        let site = &made.site;
        let keys = match keys {
            Ok(keys) => keys,
            Err(problem) => {
                let complaint = words::unwritten(lang, &site.folder, &problem);
                made.complaints.push(complaint);
                return made;
            }
        };
        let context = page_context(report, site.plan.contact.as_deref());
        for (client, statement, key) in keyed(&report.portfolio.clients, &keys) {
            match files(client, statement, &context) {
                Ok(files) => made.pages.push(MadePage {
                    client: client.name.clone(),
                    config: client.file.clone(),
                    key,
                    files,
                }),
                Err(error) => made
                    .complaints
                    .push(words::unmade(lang, &client.name, &error)),
            }
        }
        made
    }
}

impl MadePages {
    /// Puts all files, each page after the files that it names. Returns a complaint for each reason why some were not put.
    pub(super) async fn put_all(self, report: &Report) -> Vec<String> {
        let lang = report.plan.view.lang;
        let Self {
            site,
            pages,
            mut complaints,
        } = self;
        let Some((prefix, publisher)) = site.bucket() else {
            return complaints;
        };
        // One session for all keeps the connections.
        let put = publisher.ask(prefix, async |storage| {
            let putting = stream::iter(&pages).map(async |page| {
                let folder = prefix.below(page.key.as_str());
                for file in &page.files {
                    let content = ObjectContent {
                        content_type: file.content_type,
                        bytes: &file.bytes,
                    };
                    storage.put(&folder.below(file.name), content).await?;
                }
                Ok::<(), Failure>(())
            });
            let outcomes: Vec<_> = putting.buffered(AT_ONCE).collect().await;
            Ok(outcomes)
        });
        let outcomes = match put.await {
            Ok(outcomes) => outcomes,
            Err(failure) => vec![Err(failure); pages.len()],
        };
        // One reason of many clients is said once.
        let mut failed: BTreeMap<String, (Failure, Vec<String>)> = BTreeMap::new();
        let mut written = Vec::new();
        for (page, outcome) in pages.iter().zip(outcomes) {
            match outcome {
                Ok(()) => written.push(page),
                Err(failure) => {
                    let kind = failure.problem.code().to_owned();
                    let (_, clients) = failed.entry(kind).or_insert((failure, Vec::new()));
                    clients.push(page.client.clone());
                }
            }
        }
        complaints.extend(
            failed.values().map(|(failure, clients)| {
                words::clients_unpublished(lang, prefix, clients, failure)
            }),
        );
        // Without an address of the operator's own, a page has none until `publish links` makes one.
        if site.plan.url.is_some() {
            let today = report.plan.now.date_naive();
            let links = written.into_iter().map(|page| {
                let address = site.address(&page.key);
                (
                    page.client.as_str(),
                    page.config.as_str(),
                    &page.key,
                    address,
                )
            });
            let lock = site.lock().map_err(|problem| (site.links_path(), problem));
            let set = lock.and_then(|_lock| site.links.set(links, today));
            complaints.extend(set.err().map(|refused| unlisted(lang, &refused)));
        }
        complaints
    }
}
