//! The answers of a new client: from the command line, from files, and from a terminal if there is one.

mod access;
mod contract;
mod keys;

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use self::access::{oci_folder, pasted};
use self::keys::{confirm, key_problem};
use super::terminal::Terminal;
use super::{Files, Stop};
use crate::add::file::{NewConfig, completed};
use crate::add::keys::read;
use crate::add::preview::Preview;
use crate::add::{Question, name};
use crate::app::folder::folder_problem;
use crate::cli::AddAnswers;
use crate::failure::{AddProblem, ConfigProblem, FileProblem, Problem};
use crate::lang::Lang;
use crate::plan::{Misuse, Plan};
use crate::profile::config::{
    self, CREDITO, ConfigDraft, FIM, FINGERPRINT, INICIO, LARGEST, MOEDA, Passphrase, REGION,
    TENANCY, USER,
};
use crate::profile::file::read_bounded;
use crate::profile::walk::walk;
use crate::render::explain::add as words;
use crate::text::{folded, holds_key, printable};

/// The options whose values stand in the config, with their keys.
const KEYS: [(&str, &str); 8] = [
    ("--tenancy", TENANCY),
    ("--region", REGION),
    ("--user", USER),
    ("--fingerprint", FINGERPRINT),
    ("--credit", CREDITO),
    ("--currency", MOEDA),
    ("--start", INICIO),
    ("--end", FIM),
];

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
    draft: ConfigDraft,
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
        let own =
            read(&key.path, pass_phrase).map_err(|problem| key_problem(&key.path, problem))?;
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
                false => read_as(option, given, read),
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
            match read_as(option, &line, &read) {
                Ok(answer) => return Ok(Some(answer)),
                Err(problem) => terminal.explain(&problem)?,
            }
        }
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

/// Reads `text`, the answer of `option`, as a config's value is read: without what has one reading only around it. The
/// value that `read` refuses is in the problem.
fn read_as<T>(
    option: &str,
    text: &str,
    read: impl Fn(&str) -> Result<T, AddProblem>,
) -> Result<T, AddProblem> {
    let Some((_, key)) = KEYS.iter().find(|(own, _)| *own == option) else {
        return read(text);
    };
    read(&config::bare(key, text)).map_err(|problem| match problem {
        AddProblem::Value {
            of, line, problem, ..
        } => AddProblem::Value {
            of,
            line,
            written: config::written(key, text).filter(|_| config::is_of_value(&problem)),
            problem,
        },
        problem => problem,
    })
}

fn value(of: &'static str, problem: ConfigProblem) -> AddProblem {
    AddProblem::Value {
        of,
        line: None,
        written: None,
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
