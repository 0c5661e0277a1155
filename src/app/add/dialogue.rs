//! The answers of a new client: from the command line, from files, and from a terminal if there is one.

use std::env;
use std::fmt::Display;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use chrono::Months;
use zeroize::Zeroizing;

use super::terminal::Terminal;
use super::{Files, Stop};
use crate::add::file::{NewConfig, completed};
use crate::add::keys::{self, Key};
use crate::add::preview::{self, DEFAULT, Preview};
use crate::add::{Question, name};
use crate::app::folder::folder_problem;
use crate::calendar::{Day, Days};
use crate::cli::AddAnswers;
use crate::failure::{AddProblem, ConfigProblem, FileProblem, KeyProblem, Problem};
use crate::lang::Lang;
use crate::money::{Amount, Currency};
use crate::path;
use crate::plan::{Misuse, Plan};
use crate::profile::amount;
use crate::profile::config::{self, Draft, FINGERPRINT, LARGEST, Passphrase, TENANCY, USER};
use crate::profile::file::read_bounded;
use crate::profile::key::MAX_FILE_BYTES;
use crate::profile::walk::walk;
use crate::render::explain::add as words;
use crate::render::number;
use crate::text::{folded, holds_key, printable};

/// The currency that a terminal offers.
const CURRENCY: &str = "BRL";
/// The word for standard input.
const STDIN: &str = "-";

/// Returns the files that `answers` and the answers of `terminal` make. Nothing is written yet.
///
/// # Errors
/// [`Stop`] where an answer is missing or wrong, or the operator ends the questions.
pub(super) fn files(
    plan: &Plan,
    answers: &AddAnswers,
    terminal: Option<Terminal>,
) -> Result<Files, Stop> {
    let dialogue = Dialogue {
        plan,
        answers,
        clients: clients(plan)?,
        terminal,
        missing: Vec::new(),
    };
    dialogue.run()
}

/// A config of the folder. It has no `Debug`, which would show its passphrase.
struct Existing {
    /// Path of the config.
    path: PathBuf,
    /// Name of the config, fit for a terminal.
    file: String,
    /// Name of the client, or what stands for it.
    name: String,
    content: Zeroizing<Vec<u8>>,
    draft: Draft,
}

/// Reads the configs of the folder; one that is not there has none.
fn clients(plan: &Plan) -> Result<Vec<Existing>, Stop> {
    let found = match walk(&plan.dir) {
        Ok(walk) => walk.found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            let problem = FileProblem::from(error);
            return Err(Stop::Misuse(folder_problem(plan, problem)));
        }
    };
    let existing = found.into_iter().filter_map(|found| {
        // What cannot be read competes with nobody, and its name is taken all the same.
        let content = read_bounded(&found.path, LARGEST).ok()?;
        let draft = config::draft(&content, &plan.dir, plan.as_of);
        let name = draft.client.clone();
        Some(Existing {
            name: name.unwrap_or_else(|| found.stem().to_owned()),
            file: found.name,
            path: found.path,
            content,
            draft,
        })
    });
    Ok(existing.collect())
}

/// A private key that was found or made.
struct Chosen {
    key: Key,
    /// The file, where it is in the folder already.
    file: Option<String>,
    pass_phrase: Option<Passphrase>,
}

struct Dialogue<'p> {
    plan: &'p Plan,
    answers: &'p AddAnswers,
    clients: Vec<Existing>,
    terminal: Option<Terminal>,
    /// Options whose answers nobody can be asked for.
    missing: Vec<&'static str>,
}

impl Dialogue<'_> {
    fn lang(&self) -> Lang {
        self.plan.view.lang
    }

    fn run(mut self) -> Result<Files, Stop> {
        match self.waiting()? {
            Some(place) => {
                let waiting = self.clients.swap_remove(place);
                self.complete(&waiting)
            }
            None => self.begin(),
        }
    }

    /// The client that waits for its key and is to be finished, if one is.
    fn waiting(&self) -> Result<Option<usize>, Stop> {
        if self.answers.generate_key {
            return Ok(None);
        }
        let waiting: Vec<usize> = (0..self.clients.len())
            .filter(|place| self.clients[*place].draft.awaits_key())
            .collect();
        if let Some(client) = &self.answers.client {
            let named = |place: &usize| {
                let Existing { name, file, .. } = &self.clients[*place];
                [name, file]
                    .map(|own| folded(own))
                    .contains(&folded(client))
            };
            return Ok(waiting.into_iter().find(named));
        }
        let Some(terminal) = self.terminal.as_ref().filter(|_| !waiting.is_empty()) else {
            return Ok(None);
        };
        let finish = waiting.iter().map(|place| {
            let Existing { name, file, .. } = &self.clients[*place];
            words::finish(self.lang(), name, file)
        });
        let items: Vec<String> = finish.chain([words::new_client(self.lang())]).collect();
        let chosen = terminal.choose(Question::Waiting, &items)?;
        Ok(waiting.get(chosen).copied())
    }

    /// Finishes `waiting` with the access that its customer's administrator sent.
    fn complete(mut self, waiting: &Existing) -> Result<Files, Stop> {
        let given = self.answers.user.is_some();
        let access = match self.given_access()? {
            None if !given && let Some(terminal) = &self.terminal => pasted(terminal)?,
            access => access.unwrap_or_default(),
        };
        let tenancies = (&access.tenancy, &waiting.draft.tenancy);
        if let (Some(pasted), Some(own)) = tenancies
            && !pasted.eq_ignore_ascii_case(own)
        {
            return Err(AddProblem::OtherTenancy.into());
        }
        let user = self.user(access.user, Question::User)?;
        self.all_there()?;
        let (Some(user), Some(key)) = (user, &waiting.draft.key) else {
            return Err(Misuse::Add(AddProblem::Missing(vec!["--user"])).into());
        };
        let pass_phrase = key.pass_phrase.as_ref().map(Passphrase::reveal);
        let own = keys::read(&key.path, pass_phrase)
            .map_err(|problem| key_problem(&key.path, problem))?;
        let fingerprint = self.given_fingerprint(access.fingerprint)?;
        confirm(&own, fingerprint.as_deref(), &key.path)?;
        let after = completed(&waiting.content, &user, &own.fingerprint);
        let after = Zeroizing::new(after);
        self.validated(&after)?;
        let shown = format!("user={user}\nfingerprint={}\n", own.fingerprint);
        self.allowed(&waiting.path, &shown, None)?;
        let file_name = waiting.path.file_name().unwrap_or_default();
        Ok(Files::Completed {
            config: file_name.to_string_lossy().into_owned(),
            before: waiting.content.clone(),
            after,
        })
    }

    /// Asks for all of a new client.
    fn begin(mut self) -> Result<Files, Stop> {
        let mut generate = self.answers.generate_key;
        let typed = self.answers.tenancy.is_some();
        let access = match self.given_access()? {
            None if !generate && !typed && self.terminal.is_some() => {
                match self.chosen_access()? {
                    Some(access) => access,
                    None => {
                        generate = true;
                        Preview::default()
                    }
                }
            }
            access => access.unwrap_or_default(),
        };
        let tenancy = self.tenancy(access.tenancy)?;
        let region = self.region(access.region, tenancy.as_deref())?;
        let user = match generate {
            true => self.user(access.user, Question::UserIfAny)?,
            false => self.user(access.user, Question::User)?,
        };
        let mut no_key = None;
        let chosen = match generate {
            true => Some(self.made()?),
            false => {
                let fingerprint = self.fingerprint(access.fingerprint)?;
                let folder = self.answers.from_oci.as_ref().and_then(|_| oci_folder());
                let folder = folder.unwrap_or_else(|| self.plan.dir.clone());
                let named = access.key_file.as_deref();
                let named = named.and_then(|file| config::key_path(file, &folder).ok());
                match self.key(fingerprint.as_deref(), named, access.pass_phrase) {
                    Err(Stop::Misuse(Misuse::Add(problem @ AddProblem::NoKey { .. }))) => {
                        no_key = Some(problem);
                        None
                    }
                    chosen => chosen?,
                }
            }
        };
        let client = self.client()?;
        let file = match &client {
            Some(client) => Some(self.file(client)?),
            None => None,
        };
        let credit = self.credit()?;
        let currency = match &credit {
            Some((_, written)) => self.currency(*written)?,
            None => None,
        };
        let days = self.days(tenancy.as_deref())?;
        self.all_there()?;
        if let Some(problem) = no_key {
            return Err(problem.into());
        }
        let (
            Some(tenancy),
            Some(region),
            Some(chosen),
            Some(client),
            Some(file),
            Some((credit, _)),
            Some((start, end)),
        ) = (tenancy, region, chosen, client, file, credit, days)
        else {
            return Err(AddProblem::Missing(Vec::new()).into());
        };
        let key_file = chosen.file.clone();
        let key_file = key_file.unwrap_or_else(|| self.free(|n| name::key(&file, n)));
        let fingerprint = user.is_some().then(|| chosen.key.fingerprint.clone());
        let config = NewConfig {
            user,
            fingerprint,
            tenancy,
            region,
            key_file: key_file.clone(),
            pass_phrase: chosen.pass_phrase,
            client,
            credit,
            currency,
            start,
            end,
        };
        let text = Zeroizing::new(config.text().as_bytes().to_vec());
        self.validated(&text)?;
        let key = chosen.file.is_none().then_some((key_file, chosen.key.text));
        let copied = key.as_ref().map(|(file, _)| self.plan.dir.join(file));
        let path = self.plan.dir.join(&file);
        self.allowed(&path, &config.shown(), copied.as_deref())?;
        Ok(Files::New {
            config: (file, text),
            key,
        })
    }

    /// Reads the access that the options give, if any does.
    fn given_access(&self) -> Result<Option<Preview>, Stop> {
        if let Some(file) = &self.answers.preview {
            if file == Path::new(STDIN)
                && let Some(terminal) = &self.terminal
            {
                return Ok(Some(pasted(terminal)?));
            }
            let text = given_text(file)?;
            return Ok(Some(preview::parse(&text)?));
        }
        let profile = self.answers.from_oci.as_deref();
        profile.map(from_oci).transpose()
    }

    /// Asks how the access comes, and for it; `None` where a key is to be made.
    fn chosen_access(&self) -> Result<Option<Preview>, Stop> {
        let Some(terminal) = &self.terminal else {
            return Ok(Some(Preview::default()));
        };
        let has_config = oci_config().is_some_and(|path| path.is_file());
        let items = words::sources(self.lang(), has_config);
        match terminal.choose(Question::Source, &items)? {
            0 => Ok(Some(pasted(terminal)?)),
            1 => Ok(None),
            _ => loop {
                let line = terminal.line(Question::Profile, Some(DEFAULT))?;
                let Some(profile) = line else { continue };
                match from_oci(&profile) {
                    Err(Stop::Misuse(Misuse::Add(problem))) => terminal.explain(&problem)?,
                    access => return access.map(Some),
                }
            },
        }
    }

    /// Reads the answer `given` by `option`, else asks `question` until `read` takes a line.
    fn answer<T>(
        &mut self,
        given: Option<&str>,
        option: &'static str,
        question: Question,
        default: Option<&str>,
        read: impl Fn(&str) -> Result<T, AddProblem>,
    ) -> Result<Option<T>, Stop> {
        if let Some(given) = given {
            // Its error could repeat it.
            let answer = match holds_key(given) {
                true => Err(AddProblem::KeyPasted),
                false => read(given),
            };
            return Ok(Some(answer?));
        }
        let Some(terminal) = &self.terminal else {
            self.missing.push(option);
            return Ok(None);
        };
        loop {
            let Some(line) = terminal.line(question, default)? else {
                continue;
            };
            match read(&line) {
                Ok(answer) => return Ok(Some(answer)),
                Err(problem) => terminal.explain(&problem)?,
            }
        }
    }

    fn tenancy(&mut self, known: Option<String>) -> Result<Option<String>, Stop> {
        let given = self.answers.tenancy.clone().or(known);
        let option = "--tenancy";
        self.answer(given.as_deref(), option, Question::Tenancy, None, |text| {
            config::ocid(text.trim(), TENANCY).map_err(|problem| value(option, problem))
        })
    }

    fn region(
        &mut self,
        known: Option<String>,
        tenancy: Option<&str>,
    ) -> Result<Option<String>, Stop> {
        let given = self.answers.region.clone().or(known);
        let option = "--region";
        self.answer(given.as_deref(), option, Question::Region, None, |text| {
            let region = config::region(text.trim(), tenancy);
            let region = region.map_err(|problem| value(option, problem))?;
            Ok(region.map_or_else(|| text.trim().to_owned(), |region| region.name))
        })
    }

    /// The user's OCID; where `question` asks for one that may not exist, an empty line is none.
    fn user(&mut self, known: Option<String>, question: Question) -> Result<Option<String>, Stop> {
        let given = self.answers.user.clone().or(known);
        let option = "--user";
        let may_lack = question == Question::UserIfAny;
        if may_lack && given.is_none() && self.terminal.is_none() {
            return Ok(None);
        }
        let user = self.answer(given.as_deref(), option, question, None, |text| {
            if may_lack && text.trim().is_empty() {
                return Ok(None);
            }
            let user = config::ocid(text.trim(), USER);
            user.map(Some).map_err(|problem| value(option, problem))
        })?;
        Ok(user.flatten())
    }

    fn given_fingerprint(&self, known: Option<String>) -> Result<Option<String>, Stop> {
        let given = self.answers.fingerprint.clone().or(known);
        let checked = given.map(|given| fingerprint(&given)).transpose();
        Ok(checked?)
    }

    /// The fingerprint of the key to look for; a key that is named needs none.
    fn fingerprint(&mut self, known: Option<String>) -> Result<Option<String>, Stop> {
        let given = self.given_fingerprint(known)?;
        if given.is_some() || self.answers.key.is_some() {
            return Ok(given);
        }
        let question = Question::Fingerprint;
        self.answer(None, "--fingerprint", question, None, fingerprint)
    }

    /// The key that `--key` names, else the one with `fingerprint`; `named` is looked into first.
    fn key(
        &mut self,
        fingerprint: Option<&str>,
        named: Option<PathBuf>,
        pass_phrase: Option<Passphrase>,
    ) -> Result<Option<Chosen>, Stop> {
        let mut pass_phrase = pass_phrase;
        if let Some(file) = &self.answers.pass_phrase_file {
            pass_phrase = Some(given_pass_phrase(file)?);
        }
        if let Some(file) = self.answers.key.clone() {
            let chosen = self.opened(&file, pass_phrase)?;
            if let Some(chosen) = &chosen {
                confirm(&chosen.key, fingerprint, &file)?;
            }
            return Ok(chosen);
        }
        // Whose fingerprint is missing has been named already.
        let Some(fingerprint) = fingerprint else {
            return Ok(None);
        };
        let secret = pass_phrase.as_ref().map(Passphrase::reveal);
        let home = env::home_dir();
        let folders = home.map(|home| ["Downloads", ".oci"].map(|folder| home.join(folder)));
        let mut searched = vec![self.plan.dir.clone()];
        searched.extend(folders.into_iter().flatten());
        let candidates = named.clone().into_iter().collect();
        if let Some((path, key)) = keys::find(candidates, &searched, fingerprint, secret) {
            if let Some(terminal) = &self.terminal {
                terminal.say(&words::found(self.lang(), &path))?;
            }
            // A passphrase that the key does not need is not kept.
            let needed = keys::read(&path, None).is_err();
            return Ok(Some(Chosen {
                key,
                file: self.in_folder(&path),
                pass_phrase: pass_phrase.filter(|_| needed),
            }));
        }
        if let Some(path) = named.filter(|path| path.is_file()) {
            let chosen = self.opened(&path, pass_phrase.clone())?;
            if let Some(chosen) = chosen.filter(|chosen| chosen.key.fingerprint == fingerprint) {
                return Ok(Some(chosen));
            }
        }
        let problem = AddProblem::NoKey {
            fingerprint: fingerprint.to_owned(),
        };
        let Some(terminal) = &self.terminal else {
            return Err(problem.into());
        };
        terminal.explain(&problem)?;
        loop {
            let Some(terminal) = &self.terminal else {
                return Ok(None);
            };
            let Some(line) = terminal.line(Question::KeyFile, None)? else {
                continue;
            };
            let path = path::resolve(&line, Path::new(""));
            let chosen = self.opened(&path, pass_phrase.clone());
            let confirmed = chosen.and_then(|chosen| {
                if let Some(chosen) = &chosen {
                    confirm(&chosen.key, Some(fingerprint), &path)?;
                }
                Ok(chosen)
            });
            match (confirmed, &self.terminal) {
                (Err(Stop::Misuse(Misuse::Add(problem))), Some(terminal)) => {
                    terminal.explain(&problem)?;
                }
                (chosen, _) => return chosen,
            }
        }
    }

    /// The key in the file at `path`; its passphrase is asked for where it needs one.
    fn opened(
        &mut self,
        path: &Path,
        pass_phrase: Option<Passphrase>,
    ) -> Result<Option<Chosen>, Stop> {
        let mut pass_phrase = pass_phrase;
        loop {
            let secret = pass_phrase.as_ref().map(Passphrase::reveal);
            let problem = match keys::read(path, secret) {
                Ok(key) => {
                    let needed = keys::read(path, None).is_err();
                    let file = self.in_folder(path);
                    let pass_phrase = pass_phrase.filter(|_| needed);
                    return Ok(Some(Chosen {
                        key,
                        file,
                        pass_phrase,
                    }));
                }
                Err(problem) => problem,
            };
            let missing = problem == KeyProblem::PassphraseMissing;
            let asked = missing || problem == KeyProblem::PassphraseWrong;
            match &self.terminal {
                Some(terminal) if asked => {
                    if !missing {
                        terminal.explain(&key_problem(path, problem))?;
                    }
                    let secret = terminal.secret(Question::PassPhrase)?;
                    match checked_pass_phrase(secret) {
                        Ok(secret) => pass_phrase = Some(secret),
                        Err(problem) => terminal.explain(&problem)?,
                    }
                }
                None if missing => {
                    self.missing.push("--pass-phrase-file");
                    return Ok(None);
                }
                _ => return Err(key_problem(path, problem).into()),
            }
        }
    }

    /// Makes a key pair.
    fn made(&self) -> Result<Chosen, Stop> {
        if let Some(terminal) = &self.terminal {
            terminal.say(&words::making(self.lang()))?;
        }
        Ok(Chosen {
            key: keys::make()?,
            file: None,
            pass_phrase: None,
        })
    }

    /// The name of the file at `path`, where it is in the clients' folder and a config can hold it.
    fn in_folder(&self, path: &Path) -> Option<String> {
        let folder = path.parent()?.canonicalize().ok()?;
        let own = self.plan.dir.canonicalize().ok()?;
        let file = path.file_name()?.to_str()?;
        let plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        (folder == own && file.chars().all(plain)).then(|| file.to_owned())
    }

    fn client(&mut self) -> Result<Option<String>, Stop> {
        let given = self.answers.client.as_deref();
        self.answer(given, "--client", Question::Client, None, name::client)
    }

    /// The name of the config of `client`, which no file has.
    fn file(&mut self, client: &str) -> Result<String, Stop> {
        let slug = name::slug(client);
        let given = self.answers.file.as_deref();
        let file = given.map(|file| name::checked_config(file.trim()));
        let file = file.unwrap_or_else(|| Ok(name::config(&slug, 0)))?;
        if !self.is_there(&file) {
            return Ok(file);
        }
        let taken = AddProblem::Taken {
            file: printable(&self.plan.dir.join(&file).to_string_lossy(), 255),
        };
        let Some(terminal) = self.terminal.as_ref().filter(|_| given.is_none()) else {
            return Err(taken.into());
        };
        terminal.explain(&taken)?;
        let free = self.free(|n| name::config(&slug, n));
        let dir = self.plan.dir.clone();
        let chosen = self.answer(None, "--file", Question::File, Some(&free), |text| {
            let file = name::checked_config(text.trim())?;
            match dir.join(&file).symlink_metadata().is_ok() {
                true => Err(taken.clone()),
                false => Ok(file),
            }
        })?;
        Ok(chosen.unwrap_or(free))
    }

    fn is_there(&self, file: &str) -> bool {
        // A link that leads nowhere is there, too.
        self.plan.dir.join(file).symlink_metadata().is_ok()
    }

    /// The first name of `names` that no file has.
    fn free(&self, names: impl Fn(usize) -> String) -> String {
        let mut number = 1;
        while self.is_there(&names(number)) {
            number += 1;
        }
        names(number)
    }

    fn credit(&mut self) -> Result<Option<(Amount, Option<Currency>)>, Stop> {
        let (given, option) = (self.answers.credit.as_deref(), "--credit");
        self.answer(given, option, Question::Credit, None, |text| {
            let read = amount::parse(text);
            read.map_err(|problem| value(option, problem))
        })
    }

    /// The currency: the one that the credit is written with needs no question.
    fn currency(&mut self, written: Option<Currency>) -> Result<Option<Currency>, Stop> {
        let (given, option) = (self.answers.currency.as_deref(), "--currency");
        if given.is_none() && written.is_some() {
            return Ok(written);
        }
        let default = Some(CURRENCY);
        self.answer(given, option, Question::Currency, default, |text| {
            let stated = config::currency(text.trim());
            let agreed = stated.and_then(|stated| config::agreed(Some(stated), written));
            agreed.map_err(|problem| value(option, problem))
        })
        .map(Option::flatten)
    }

    /// The contract's days, which no other config of `tenancy` has.
    fn days(&mut self, tenancy: Option<&str>) -> Result<Option<(Day, Day)>, Stop> {
        let (start, end) = (self.answers.start.as_deref(), self.answers.end.as_deref());
        loop {
            let first = self.answer(start, "--start", Question::Start, None, |text| {
                config::date(text.trim()).map_err(|problem| value("--start", problem))
            })?;
            let year =
                first.and_then(|first| first.checked_add_months(Months::new(12))?.pred_opt());
            let default = year.map(|last| number::day(self.lang(), last));
            let last = self.answer(end, "--end", Question::End, default.as_deref(), |text| {
                let last = config::date(text.trim());
                let last = last.and_then(|last| match first {
                    Some(first) => config::term(first, last).map(|(_, last)| last),
                    None => Ok(last),
                });
                last.map_err(|problem| value("--end", problem))
            })?;
            let Some((first, last)) = first.zip(last) else {
                return Ok(None);
            };
            let Some(other) = self.rival(tenancy, Days::inclusive(first, last)) else {
                return Ok(Some((first, last)));
            };
            let problem = value("--start", ConfigProblem::Overlap { other });
            match &self.terminal {
                Some(terminal) if start.is_none() || end.is_none() => terminal.explain(&problem)?,
                _ => return Err(problem.into()),
            }
        }
    }

    /// The config of the same tenancy that has one of `days` (rule: overlap).
    fn rival(&self, tenancy: Option<&str>, days: Days) -> Option<String> {
        let tenancy = tenancy?;
        let rival = self.clients.iter().find(|client| {
            let Draft {
                tenancy: own,
                contract,
                ..
            } = &client.draft;
            let same = own
                .as_ref()
                .is_some_and(|own| own.eq_ignore_ascii_case(tenancy));
            let common = contract
                .as_ref()
                .map(|contract| contract.days().within(days));
            same && common.is_some_and(|common| !common.is_empty())
        });
        rival.map(|rival| rival.file.clone())
    }

    /// Checks that no answer is missing.
    fn all_there(&mut self) -> Result<(), Stop> {
        match std::mem::take(&mut self.missing) {
            missing if missing.is_empty() => Ok(()),
            missing => Err(AddProblem::Missing(missing).into()),
        }
    }

    /// Checks that a run reads `content` as it was meant: without a problem, or as one that waits for its key.
    fn validated(&self, content: &[u8]) -> Result<(), Stop> {
        let draft = config::draft(content, &self.plan.dir, self.plan.as_of);
        let failure = draft.failures.first().filter(|_| !draft.awaits_key());
        match failure.map(|failure| (&failure.problem, failure.key)) {
            Some((Problem::Config(problem), key)) => {
                Err(value(key.unwrap_or(FINGERPRINT), problem.clone()).into())
            }
            _ => Ok(()),
        }
    }

    /// Shows what is to be written, and asks whether it may be.
    fn allowed(&self, config: &Path, content: &str, key: Option<&Path>) -> Result<(), Stop> {
        let Some(terminal) = &self.terminal else {
            return Ok(());
        };
        terminal.say("")?;
        terminal.say(&format!("{}:", shown(config.display())))?;
        for line in content.lines() {
            terminal.say(&format!("  {}", printable(line, LARGEST)))?;
        }
        if let Some(key) = key {
            terminal.say(&words::key_too(self.lang(), key))?;
        }
        if self.answers.yes {
            return Ok(());
        }
        match terminal.choose(Question::Write, &words::permissions(self.lang()))? {
            0 => Ok(()),
            _ => Err(Stop::Aborted),
        }
    }
}

impl From<Misuse> for Stop {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}

/// Asks for a preview until one can be read.
fn pasted(terminal: &Terminal) -> Result<Preview, Stop> {
    loop {
        let Some(text) = terminal.paste()? else {
            continue;
        };
        match preview::parse(text.as_bytes()) {
            Ok(preview) => return Ok(preview),
            Err(problem) => terminal.explain(&problem)?,
        }
    }
}

/// The text of the file that an option names.
fn given_text(file: &Path) -> Result<Zeroizing<Vec<u8>>, AddProblem> {
    let source = |problem| AddProblem::Source {
        file: shown(file.display()),
        problem,
    };
    if file != Path::new(STDIN) {
        return read_bounded(file, LARGEST).map_err(source);
    }
    let mut text = Zeroizing::new(Vec::with_capacity(LARGEST + 2));
    let limit = LARGEST as u64 + 1;
    let read = io::stdin().lock().take(limit).read_to_end(&mut text);
    read.map_err(|error| source(error.into()))?;
    Ok(text)
}

/// The first line of the file at `path`, as a passphrase.
fn given_pass_phrase(path: &Path) -> Result<Passphrase, AddProblem> {
    let text = read_bounded(path, MAX_FILE_BYTES).map_err(|problem| AddProblem::Source {
        file: shown(path.display()),
        problem,
    })?;
    let text = str::from_utf8(&text).map_err(|_| AddProblem::PassPhrase)?;
    let line = text.lines().next().unwrap_or_default();
    checked_pass_phrase(Zeroizing::new(line.to_owned()))
}

/// `secret`, if a config can hold it.
fn checked_pass_phrase(secret: Zeroizing<String>) -> Result<Passphrase, AddProblem> {
    let held = secret.trim() == secret.as_str() && !secret.chars().any(char::is_control);
    match held {
        true => Ok(Passphrase::new(secret)),
        false => Err(AddProblem::PassPhrase),
    }
}

/// The vendor's own folder.
fn oci_folder() -> Option<PathBuf> {
    Some(env::home_dir()?.join(".oci"))
}

/// The vendor's own config.
fn oci_config() -> Option<PathBuf> {
    Some(oci_folder()?.join("config"))
}

/// Reads a profile of the vendor's own config.
fn from_oci(profile: &str) -> Result<Preview, Stop> {
    if holds_key(profile) {
        return Err(AddProblem::KeyPasted.into());
    }
    let path = oci_config().unwrap_or_default();
    let file = shown(path.display());
    let text = read_bounded(&path, LARGEST).map_err(|problem| AddProblem::Source {
        file: file.clone(),
        problem,
    })?;
    Ok(preview::profile(&text, profile.trim(), &file)?)
}

fn fingerprint(text: &str) -> Result<String, AddProblem> {
    config::fingerprint(text.trim()).map_err(|problem| value("--fingerprint", problem))
}

/// Checks that `key` has `fingerprint`, where one is known.
fn confirm(key: &Key, fingerprint: Option<&str>, path: &Path) -> Result<(), Stop> {
    match fingerprint {
        Some(other) if other != key.fingerprint => {
            let problem = KeyProblem::FingerprintDiffers {
                config: other.to_owned(),
                key: key.fingerprint.clone(),
            };
            Err(key_problem(path, problem).into())
        }
        _ => Ok(()),
    }
}

fn key_problem(path: &Path, problem: KeyProblem) -> AddProblem {
    AddProblem::Key {
        file: shown(path.display()),
        problem,
    }
}

fn value(of: &'static str, problem: ConfigProblem) -> AddProblem {
    AddProblem::Value {
        of,
        line: None,
        problem,
    }
}

/// `path` as a message may have it: a key in its place is not shown.
fn shown(path: impl Display) -> String {
    let path = path.to_string();
    match holds_key(&path) {
        true => "…".to_owned(),
        false => printable(&path, 255),
    }
}
