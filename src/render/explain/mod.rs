//! Failures and warnings in words: what happened, and what to do.

pub(crate) mod add;
pub(crate) mod alert;
mod alerts;
mod check;
mod config;
mod credential;
mod delivery;
mod key;
mod line;
mod output;
pub(crate) mod pages;
pub(crate) mod publish;
mod service;
mod setting;
mod store;
mod warning;

use std::path::Path;

use crate::failure::{Failure, FileProblem, Problem, ServiceProblem};
use crate::lang::{Lang, say, told};
use crate::plan::Misuse;
use crate::text::shown;

pub use alerts::alerts_refused;
pub(crate) use check::{admin_request, finding, finding_of_several, mark, restricting};
pub use check::{state, step};
pub use delivery::delivery;
pub(crate) use line::{also_a_folder, welcome};
pub(crate) use output::{not_started, unprinted, unwritten};
pub(crate) use publish::unpublished;
pub(crate) use store::notice;
pub(crate) use warning::kind as warning_kind;
pub use warning::warning;

/// The text of a problem, with the place in the config, and its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Description of the problem.
    pub message: String,
    /// Remedy of the problem.
    pub remedy: String,
}

impl Explanation {
    /// Returns both in a line.
    pub fn line(&self) -> String {
        format!("{}; {}", self.message, self.remedy)
    }
}

/// The words for `failure`, of the client in `config`.
pub fn failure(lang: Lang, config: &str, failure: &Failure) -> Explanation {
    let (mut what, mut remedy) = problem(lang, &failure.problem);
    if failure.of_machine
        && let Problem::Service(ServiceProblem::NotAuthorized(_)) = &failure.problem
    {
        remedy = service::machine_remedy(lang);
    }
    if let Some(written) = &failure.written {
        what += &config::written(lang, &what, written);
    }
    if let Some(similar) = &failure.similar {
        remedy = format!("{remedy}; {}", config::similar(lang, similar));
    }
    let mut place = config.to_owned();
    if let Some(line) = failure.line {
        place += &say!(lang, ", linha {line}", ", line {line}");
    }
    if let Some(key) = failure.key {
        place += &format!(", {key}");
    }
    if let Some(file) = &failure.file {
        place += &format!(": {file}");
    }
    if let Some(figures) = &failure.stored {
        remedy += &store::last_figures(lang, figures);
    }
    Explanation {
        message: format!("{place}: {what}"),
        remedy,
    }
}

/// The words for `failure` as [`failure`] has them, for two lines of a screen: of the service's words only status and
/// code stay, and the remedies that name much are short.
pub(crate) fn brief(lang: Lang, config: &str, failure: &Failure) -> Explanation {
    let mut failure = failure.clone();
    let answer = match &mut failure.problem {
        Problem::Service(problem) => problem.answer_mut(),
        Problem::Credential(problem) => problem.answer_mut(),
        _ => None,
    };
    if let Some(answer) = answer {
        answer.message.clear();
    }
    let explanation = self::failure(lang, config, &failure);
    let remedy = match failure.problem {
        Problem::Service(ServiceProblem::NotAuthenticated { .. }) => {
            say! { lang, "compare user, fingerprint e chave pública com a console",
            "compare user, fingerprint and public key with the console" }
        }
        Problem::Service(ServiceProblem::NotAuthorized(_)) if !failure.of_machine => {
            say! { lang, "crie a política no compartimento-raiz; o texto: oci-consumo check",
            "create the policy in the root compartment; text: oci-consumo check" }
        }
        _ => return explanation,
    };
    Explanation {
        remedy,
        ..explanation
    }
}

/// Returns what happened, and what to do about it.
fn problem(lang: Lang, problem: &Problem) -> (String, String) {
    match problem {
        Problem::Config(problem) => config::config_problem(lang, problem),
        Problem::Key(problem) => key::key_problem(lang, problem),
        Problem::Credential(problem) => credential::credential_problem(lang, problem),
        Problem::Service(problem) => service::service_problem(lang, problem),
        Problem::Data(problem) => service::data_problem(lang, problem),
        Problem::Store(problem) => store::store_problem(lang, problem),
        Problem::Deadline => told! { lang,
        "o prazo da execução acabou antes deste cliente" => "aumente --deadline ou execute com --only",
        "the run's time was over before this client was done" => "raise --deadline or run with --only" },
        Problem::Interrupted => told! { lang,
        "a execução foi interrompida (Ctrl-C) antes deste cliente" => "execute de novo; com --only, só este cliente",
        "the run was interrupted (Ctrl-C) before this client was done" => "run again; with --only, this client alone" },
        Problem::Internal => told! { lang,
        "o programa falhou neste cliente" => "avise-nos, com a saída de -v",
        "the program failed on this client" => "report the defect with the output of -v" },
    }
}

/// The words for a run that cannot be.
pub(crate) fn misuse(lang: Lang, misuse: &Misuse) -> String {
    match misuse {
        Misuse::AsOfAhead { as_of, today } => {
            say! { lang, "--as-of {as_of} é depois de hoje ({today} UTC); use hoje ou um dia anterior",
            "--as-of {as_of} is after today ({today} UTC); use today or a day before" }
        }
        Misuse::Folder { dir, problem } => {
            let (what, _) = file_problem(lang, *problem);
            say! { lang, "não consigo ler a pasta {dir}: {what}",
            "cannot read the folder {dir}: {what}" }
        }
        Misuse::Output { path, problem } => unwritten(lang, Path::new(path), *problem),
        Misuse::NotAStore { problem } => setting::place(lang, *problem),
        Misuse::Endpoint { problem } => setting::endpoint(lang, *problem),
        Misuse::Environment(problem) => setting::environment(lang, problem),
        Misuse::Defaults {
            file,
            line,
            problem,
        } => setting::defaults(lang, file, *line, problem),
        Misuse::NoStore { place, problem } => {
            let (what, remedy) = store::store_problem(lang, problem);
            say! { lang, "--offline lê só o histórico, e {place} não serve: {what}; {remedy}",
            "--offline reads the history alone, and {place} cannot be used: {what}; {remedy}" }
        }
        Misuse::Pages(problem) => pages::misuse(lang, problem),
        Misuse::OnlyOfAReport => {
            say! { lang, "--format csv e markdown são formas do relatório: aqui use text, json ou none",
            "--format csv and markdown are forms of the report: use text, json or none here" }
        }
        Misuse::NoTable => {
            say! { lang, "--table e --csv-style valem para tabelas, e esta execução não escreve nenhuma: use --format csv ou -o NOME.csv",
            "--table and --csv-style are for tables, and this run writes none: use --format csv or -o NAME.csv" }
        }
        Misuse::Publish(problem) => publish::problem(lang, problem),
        Misuse::NoAlerts { file } => alert::no_settings(lang, file),
        Misuse::Alerts { file, refused } => alerts::alerts_refused(lang, Path::new(file), refused),
        Misuse::Add(problem) => add::problem(lang, problem),
        Misuse::NoMatch { dir, near } => line::no_match(lang, dir, near),
        Misuse::NotACommand {
            word,
            near,
            commands,
        } => line::not_a_command(lang, word, near, commands),
        Misuse::NotInManual { word, near } if near.is_empty() => {
            say! { lang, "o manual não tem {word}; a lista de códigos: oci-consumo manual codes",
            "the manual has no {word}; the list of codes: oci-consumo manual codes" }
        }
        Misuse::NotInManual { word, near } => {
            let near = near.join(", ");
            say! { lang, "o manual não tem {word}; o mais próximo: {near}",
            "the manual has no {word}; the nearest: {near}" }
        }
    }
}

/// The words for a folder without clients; `folders` in it have some.
pub(crate) fn no_clients(lang: Lang, dir: &Path, folders: &[String]) -> String {
    let dir = shown(dir);
    match folders {
        [] => say! { lang, "não há nenhum arquivo config_* em {dir}",
        "there is no config_* file in {dir}" },
        [first, ..] => {
            let named = line::named(folders);
            say! { lang, "não há nenhum arquivo config_* em {dir}; há em {named}: oci-consumo {first}",
            "there is no config_* file in {dir}, but there are in {named}: oci-consumo {first}" }
        }
    }
}

/// The words for a try that had no whole answer.
pub(crate) fn service(lang: Lang, problem: &ServiceProblem) -> String {
    service::service_problem(lang, problem).0
}

fn file_problem(lang: Lang, problem: FileProblem) -> (String, String) {
    match problem {
        FileProblem::Missing => told! { lang,
        "não existe" => "confira o caminho; um relativo parte da pasta do config",
        "it does not exist" => "check the path; a relative one starts at the config's folder" },
        FileProblem::Forbidden => told! { lang,
        "sem permissão de leitura" => "dê leitura ao usuário que executa o programa",
        "no permission to read" => "let the user who runs the program read it" },
        FileProblem::NotAFile => told! { lang,
        "não é um arquivo comum" => "aponte para um arquivo",
        "it is not a regular file" => "point to a file" },
        FileProblem::LinkLoop => told! { lang,
        "é um link que volta a si mesmo" => "aponte o link para um arquivo",
        "it is a link that leads back to itself" => "let the link point to a file" },
        FileProblem::NotAFolder => told! { lang,
        "não é uma pasta" => "confira o caminho",
        "it is not a folder" => "check the path" },
        FileProblem::TooLarge(limit) => told! { lang,
        "maior que {limit} bytes" => "confira se é o arquivo certo",
        "larger than {limit} bytes" => "check that it is the right file" },
        FileProblem::Other(error) => told! { lang,
        "não pôde ser lido: {error}" => "confira o disco, o caminho e os limites do sistema (ulimit)",
        "could not be read: {error}" => "check the disk, the path and the system's limits (ulimit)" },
    }
}
