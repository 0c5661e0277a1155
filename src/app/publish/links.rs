//! The verbs of `publish`: a link to each customer's page in a bucket, made once, and its end.
//!
//! The service shows the address of a pre-authenticated request once, in the answer that makes it. So the store keeps the
//! request's name before the service is asked, `links.csv` the address, and the store the identifier after that. A run that
//! is killed in between leaves a row without an identifier: the next one finds the request by its name, and takes it over
//! where `links.csv` has the address, or deletes it where nobody has.

use std::collections::BTreeMap;

use anyhow::Result;

use super::Publisher;
use crate::app::Outcome;
use crate::app::folder::{self, Contents, FolderClient};
use crate::app::history::{endpoint_of, folder_of, patience};
use crate::app::pages::{Site, is_published, opened};
use crate::app::run::{print, refuse};
use crate::app::screen::{complain, is_watched};
use crate::calendar::{Day, plus_days};
use crate::failure::{Failure, Problem, PublishProblem, StoreProblem};
use crate::oci::object_storage::{Listed, MadeLink, is_late, is_unsure, status};
use crate::path::ObjectPlace;
use crate::plan::{Misuse, Plan, PublishJob};
use crate::profile::config::Config;
use crate::profile::pages::PageKeys;
use crate::progress::Progress;
use crate::render::explain::publish::{self as words, LinkLine, LinkState, OldLink};
use crate::render::links::Link;
use crate::render::page::PAGE;
use crate::store::{LinkBook, LinkRow};
use crate::text::folded;

/// Days for which a link lasts beyond its contract.
const DAYS_AFTER: i64 = 90;
/// Tries to make a request whose answer is lost.
const TRIES: u32 = 2;

/// Carries out `job`.
///
/// # Errors
/// A defect.
pub(in crate::app) async fn carry_out(plan: Plan, job: PublishJob) -> Result<Outcome> {
    let lang = plan.view.lang;
    let (site, keys) = match opened(&plan).await? {
        Ok(opened) => opened,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    let refused = |problem| Ok(refuse(lang, &Misuse::Publish(problem)));
    let Some((prefix, publisher)) = site.bucket() else {
        return refused(PublishProblem::NotABucket);
    };
    let Some(place) = plan.history.place() else {
        return refused(PublishProblem::NoStore);
    };
    let (endpoint, kept_as) = (endpoint_of(&plan), folder_of(&plan));
    let book = LinkBook::open(place, endpoint.as_deref(), &kept_as, patience(&plan)).await;
    let (book, keys) = match (book, keys) {
        (Ok(Some(book)), Some(keys)) => (book, keys),
        (Ok(None), _) | (_, None) => return refused(PublishProblem::NoPages),
        (Err(problem), _) => {
            complain(&words::no_book(lang, &problem));
            return Ok(Outcome::Unexpected);
        }
    };
    let progress = Progress::new(&plan.view, is_watched());
    let contents = match folder::read(&plan, &progress, None).await {
        Ok(contents) => contents,
        Err(misuse) => return Ok(refuse(lang, &misuse)),
    };
    let _lock = match site.lock_links(lang) {
        Ok(lock) => lock,
        Err(complaint) => {
            complain(&complaint);
            return Ok(Outcome::Unexpected);
        }
    };
    let desk = LinkDesk {
        plan: &plan,
        site: &site,
        prefix,
        publisher,
        book: &book,
        keys: &keys,
    };
    let outcome = match job {
        PublishJob::Links => desk.links(contents).await,
        PublishJob::Revoke(word) => desk.revoke(&contents, &word).await,
    };
    book.close().await;
    match outcome {
        Ok((text, outcome)) => print(lang, text.into_bytes(), outcome).await,
        Err(Trouble(complaint)) => {
            complain(&complaint);
            Ok(Outcome::Unexpected)
        }
    }
}

/// A failure that keeps the whole verb from its end, in words.
struct Trouble(String);

/// The links that there are when a run begins.
struct Known {
    rows: Vec<LinkRow>,
    /// The requests that the service has.
    listed: Vec<Listed>,
    /// The list of addresses.
    addresses: Vec<Link>,
}

/// The parts that both verbs work with.
struct LinkDesk<'a> {
    plan: &'a Plan,
    site: &'a Site,
    prefix: &'a ObjectPlace,
    publisher: &'a Publisher,
    book: &'a LinkBook,
    keys: &'a PageKeys,
}

impl LinkDesk<'_> {
    /// Makes the links that are missing; returns the list of all.
    async fn links(&self, contents: Contents) -> Result<(String, Outcome), Trouble> {
        let lang = self.plan.view.lang;
        let known = self.known().await?;
        let mut lines = Vec::new();
        // The state of each page's link, where the run asks for it. A copy of a config has the same page.
        let mut pages: BTreeMap<String, Option<LinkState>> = BTreeMap::new();
        let mut outcome = Outcome::Complete;
        for entry in contents.entries {
            let FolderClient {
                file,
                name,
                draft,
                chosen,
                ..
            } = entry;
            let state = match draft.finish() {
                Ok(config) => {
                    let page = self.page(&config);
                    let had = pages.entry(page.to_string()).or_default();
                    if !chosen {
                        continue;
                    }
                    match had {
                        Some(state) => state.clone(),
                        None => {
                            let state = self.link(&page, &file, &config, &known).await?;
                            // A config of the same page may say a later end.
                            *had = Some(state.clone()).filter(|state| !state.is_past());
                            state
                        }
                    }
                }
                Err(_) if !chosen => continue,
                Err(_) => LinkState::NoConfig,
            };
            if state.is_failed() {
                outcome = Outcome::Partial;
            }
            lines.push(LinkLine {
                client: name,
                file,
                state,
            });
        }
        let rows = known.rows.into_iter();
        let old = rows.filter(|row| !pages.contains_key(&row.object));
        let old: Vec<OldLink> = old
            .map(|row| OldLink {
                file: row.file,
                start: row.start,
                expires: row.expires,
            })
            .collect();
        let text = words::links(lang, self.prefix, &lines, &old, &self.site.links_path());
        Ok((text, outcome))
    }

    /// Reads which links there are. The rows come first: a request that another run makes in between has none among them, and
    /// is left alone.
    async fn known(&self) -> Result<Known, Trouble> {
        let rows = self.rows().await?;
        let listed = self.listed(self.prefix).await;
        let listed = listed.map_err(|failure| self.unlisted(self.prefix, &failure))?;
        let addresses = self.site.addresses(self.plan.view.lang).map_err(Trouble)?;
        Ok(Known {
            rows,
            listed,
            addresses,
        })
    }

    /// The place of the present page of `config`.
    fn page(&self, config: &Config) -> ObjectPlace {
        let key = self.keys.key(&config.tenancy, config.contract.start);
        self.prefix.below(key.as_str())
    }

    /// Sees to the link to `page`, that of `config`, which stands in `file`.
    async fn link(
        &self,
        page: &ObjectPlace,
        file: &str,
        config: &Config,
        known: &Known,
    ) -> Result<LinkState, Trouble> {
        let today = self.plan.now.date_naive();
        let expires = plus_days(config.contract.end, DAYS_AFTER);
        if expires < today {
            return Ok(LinkState::Past(DAYS_AFTER));
        }
        let object = page.to_string();
        let rows = known.rows.iter();
        let own: Vec<&LinkRow> = rows.filter(|row| row.object == object).collect();
        let at_service = |row: &LinkRow| {
            let mut listed = known.listed.iter();
            listed.find(|listed| listed.name == row.name)
        };
        let mut has_address = known.addresses.iter().any(|link| is_published(link, page));
        // Those that are no more go first: their address must not be taken for another's.
        for row in own.iter().filter(|row| at_service(row).is_none()) {
            if row.request.is_some() {
                self.forget(page)?;
                has_address = false;
            }
            self.end(&row.name).await?;
        }
        for (row, there) in own.iter().filter_map(|row| Some((row, at_service(row)?))) {
            match (&row.request, has_address) {
                (Some(_), true) => return Ok(LinkState::Kept(row.expires)),
                (Some(_), false) => return Ok(LinkState::AddressLost(row.file.clone())),
                (None, true) => {
                    self.hold(&row.name, &there.id).await?;
                    return Ok(LinkState::Kept(row.expires));
                }
                (None, false) => {
                    if let Err(failure) = self.delete(page, &there.id).await {
                        return Ok(self.failed(page, &failure));
                    }
                    self.end(&row.name).await?;
                }
            }
        }
        self.make(page, file, config, expires).await
    }

    /// Makes a request for `page`.
    async fn make(
        &self,
        page: &ObjectPlace,
        file: &str,
        config: &Config,
        expires: Day,
    ) -> Result<LinkState, Trouble> {
        let mut tries = 0;
        loop {
            tries += 1;
            // No word of the customer's: the name is seen by all who may list the bucket's requests.
            let name = format!("oci-consumo-{:032x}", fastrand::u128(..));
            let row = LinkRow {
                name,
                file: file.to_owned(),
                tenancy: config.tenancy.clone(),
                start: config.contract.start,
                object: page.to_string(),
                request: None,
                expires,
            };
            let asked = self.book.ask(&row, self.plan.now).await;
            asked.map_err(|problem| self.no_book(&problem))?;
            let made = self
                .publisher
                .ask(page, async |storage| {
                    storage.make_request(page, &row.name, expires).await
                })
                .await;
            let failure = match made {
                Ok(made) => return self.keep(page, &row, &config.client, made).await,
                Err(failure) => failure,
            };
            if !is_unsure(&failure) {
                self.end(&row.name).await?;
                return Ok(self.failed(page, &failure));
            }
            // Its address is lost, if there is such a request. One that cannot be deleted now, or that the service may yet make,
            // is deleted by the next run.
            let gone = async {
                let listed = self.listed(page).await?;
                let there = listed.iter().find(|listed| listed.name == row.name);
                match there {
                    Some(there) => self.delete(page, &there.id).await.map(|()| true),
                    None => Ok(!is_late(&failure)),
                }
            };
            if !gone.await.unwrap_or(false) {
                return Ok(self.failed(page, &failure));
            }
            self.end(&row.name).await?;
            if tries == TRIES || failure.problem == Problem::Deadline {
                return Ok(self.failed(page, &failure));
            }
        }
    }

    /// Keeps a request that was made: its address in the list, then its identifier in the store.
    async fn keep(
        &self,
        page: &ObjectPlace,
        row: &LinkRow,
        client: &str,
        made: MadeLink,
    ) -> Result<LinkState, Trouble> {
        let MadeLink { id, url } = made;
        let address = format!("{}{PAGE}", url.reveal());
        let today = self.plan.now.date_naive();
        let link = Link {
            client: client.to_owned(),
            file: row.file.clone(),
            address,
            made: today.to_string(),
            expires: row.expires.to_string(),
        };
        let listed = self.site.publish_link(self.plan.view.lang, page, link);
        if let Err(complaint) = listed {
            // An address that nobody has is of no use.
            if self.delete(page, &id).await.is_ok() {
                self.end(&row.name).await?;
            }
            return Err(Trouble(complaint));
        }
        self.hold(&row.name, &id).await?;
        Ok(LinkState::Made(row.expires))
    }

    /// Ends the links of the client that `word` names.
    async fn revoke(&self, contents: &Contents, word: &str) -> Result<(String, Outcome), Trouble> {
        let lang = self.plan.view.lang;
        let word = folded(word);
        let rows = self.rows().await?;
        // A client that has left is known by the name of its file.
        let by = |is_named: &dyn Fn(&str) -> bool| -> Vec<&LinkRow> {
            let is_meant = |row: &&LinkRow| {
                let mut entries = contents.entries.iter();
                let entry = entries.find(|entry| entry.file == row.file);
                is_named(&row.file) || entry.is_some_and(|entry| is_named(&entry.name))
            };
            rows.iter().filter(is_meant).collect()
        };
        let whole = by(&|text| folded(text) == word);
        let meant = match whole.is_empty() {
            true => by(&|text| folded(text).contains(&word)),
            false => whole,
        };
        let mut files: Vec<String> = meant.iter().map(|row| row.file.clone()).collect();
        files.dedup();
        if files.len() != 1 {
            return Err(Trouble(words::not_one(lang, &files)));
        }
        for row in &meant {
            let text = |complaint: Failure| self.unlisted(self.prefix, &complaint);
            let Some(page) = ObjectPlace::of_page(&row.object) else {
                return Err(self.no_book(&StoreProblem::Corrupt));
            };
            let listed = self.listed(&page).await.map_err(text)?;
            let there = listed.iter().find(|listed| listed.name == row.name);
            if let Some(there) = there {
                self.delete(&page, &there.id).await.map_err(text)?;
            }
            self.forget(&page)?;
            self.end(&row.name).await?;
        }
        let text = words::revoked(lang, &files[0], meant.len()) + "\n";
        Ok((text, Outcome::Complete))
    }

    async fn listed(&self, place: &ObjectPlace) -> Result<Vec<Listed>, Failure> {
        self.publisher
            .ask(place, async |storage| storage.requests(place).await)
            .await
    }

    /// Deletes the request `id`. One that is not there is no failure, as long as the service still lists the others.
    async fn delete(&self, page: &ObjectPlace, id: &str) -> Result<(), Failure> {
        let deleted = self
            .publisher
            .ask(page, async |storage| storage.delete_request(page, id).await)
            .await;
        match deleted {
            Err(failure) if status(&failure) == Some(404) => {
                let listed = self.listed(page).await?;
                match listed.iter().any(|listed| listed.id == id) {
                    true => Err(failure),
                    false => Ok(()),
                }
            }
            deleted => deleted,
        }
    }

    async fn rows(&self) -> Result<Vec<LinkRow>, Trouble> {
        let rows = self.book.rows().await;
        rows.map_err(|problem| self.no_book(&problem))
    }

    async fn end(&self, name: &str) -> Result<(), Trouble> {
        let ended = self.book.end(name, self.plan.now).await;
        ended.map_err(|problem| self.no_book(&problem))
    }

    /// Keeps the identifier `id` of the request called `name`.
    async fn hold(&self, name: &str, id: &str) -> Result<(), Trouble> {
        let held = self.book.hold(name, id).await;
        let held = held.map_err(|problem| self.no_book(&problem))?;
        let lang = self.plan.view.lang;
        held.then_some(())
            .ok_or_else(|| Trouble(words::taken_over(lang)))
    }

    /// Takes the address of `page` off the list.
    fn forget(&self, page: &ObjectPlace) -> Result<(), Trouble> {
        self.site
            .forget_link(self.plan.view.lang, page)
            .map_err(Trouble)
    }

    fn failed(&self, page: &ObjectPlace, failure: &Failure) -> LinkState {
        LinkState::Failed(words::refused(self.plan.view.lang, page, failure))
    }

    fn unlisted(&self, place: &ObjectPlace, failure: &Failure) -> Trouble {
        Trouble(words::unlisted(self.plan.view.lang, place, failure))
    }

    fn no_book(&self, problem: &StoreProblem) -> Trouble {
        Trouble(words::no_book(self.plan.view.lang, problem))
    }
}
