//! The words of `add`: its questions, and why it writes nothing.

use std::io;
use std::path::Path;

use super::config::{self, config_problem};
use super::file_problem;
use super::key::key_problem;
use crate::add::Question;
use crate::failure::{AddProblem, SystemError};
use crate::lang::{Lang, say, told};
use crate::render::words::pick;
use crate::text::shown;

/// The words for a question, without its colon.
pub(crate) fn question(lang: Lang, question: Question) -> String {
    let (pt, en) = match question {
        Question::Source => ("De onde vem o acesso", "Where the access comes from"),
        Question::Profile => ("Perfil de ~/.oci/config", "Profile of ~/.oci/config"),
        Question::Tenancy => ("OCID da tenancy", "OCID of the tenancy"),
        Question::Region => (
            "Região home, como sa-saopaulo-1",
            "Home region, such as sa-saopaulo-1",
        ),
        Question::User => ("OCID do usuário", "OCID of the user"),
        Question::UserIfAny => (
            "OCID do usuário (Enter se ainda não existe)",
            "OCID of the user (Enter if there is none yet)",
        ),
        Question::Fingerprint => ("Fingerprint da chave", "Fingerprint of the key"),
        Question::KeyFile => (
            "Arquivo da chave privada (.pem)",
            "File of the private key (.pem)",
        ),
        Question::PassPhrase => (
            "Senha da chave (não aparece)",
            "Passphrase of the key (not shown)",
        ),
        Question::Client => ("Nome do cliente", "Name of the client"),
        Question::File => ("Nome do arquivo", "Name of the file"),
        Question::Credit => (
            "Crédito contratado, como R$ 150.000,00",
            "Credit bought, such as US$ 150,000.00",
        ),
        Question::Currency => ("Moeda", "Currency"),
        Question::Start => (
            "Primeiro dia do contrato (DD/MM/AAAA)",
            "First day of the contract (YYYY-MM-DD)",
        ),
        Question::End => (
            "Último dia do contrato (DD/MM/AAAA)",
            "Last day of the contract (YYYY-MM-DD)",
        ),
        Question::Waiting => ("Qual cliente", "Which client"),
        Question::Write => ("Gravar", "Write"),
    };
    pick(lang, pt, en).to_owned()
}

/// The ways in which an access comes; `profiles` if the vendor's own config is there.
pub(crate) fn sources(lang: Lang, profiles: bool) -> Vec<String> {
    let mut sources = vec![
        say! { lang, "colar o \"Configuration file preview\" da console",
        "paste the console's \"Configuration file preview\"" },
        say! { lang, "criar o par de chaves aqui; o administrador cadastra a pública",
        "make the key pair here; the administrator adds the public key" },
    ];
    if profiles {
        sources.push(say! { lang, "usar um perfil de ~/.oci/config",
        "use a profile of ~/.oci/config" });
    }
    sources
}

/// The invitation to paste a preview.
pub(crate) fn paste(lang: Lang) -> String {
    say! { lang, "Cole o \"Configuration file preview\" e tecle Enter (o texto não aparece; Ctrl-C cancela):",
    "Paste the \"Configuration file preview\" and press Enter (the text is not shown; Ctrl-C cancels):" }
}

/// The item of a client that waits for its key.
pub(crate) fn finish(lang: Lang, name: &str, file: &str) -> String {
    say! { lang, "completar {name} ({file}), que aguarda a chave",
    "finish {name} ({file}), which waits for its key" }
}

/// The item of a new client.
pub(crate) fn new_client(lang: Lang) -> String {
    pick(lang, "novo cliente", "new client").to_owned()
}

/// Yes and no to writing.
pub(crate) fn permissions(lang: Lang) -> [String; 2] {
    [
        pick(lang, "sim, gravar", "yes, write"),
        pick(lang, "não, cancelar", "no, cancel"),
    ]
    .map(str::to_owned)
}

/// The words for a key that was found.
pub(crate) fn found(lang: Lang, path: &Path) -> String {
    let path = shown(path);
    say!(lang, "  chave privada: {path}", "  private key: {path}")
}

/// The words for a key that is being made.
pub(crate) fn making(lang: Lang) -> String {
    pick(lang, "  criando o par de chaves…", "  making the key pair…").to_owned()
}

/// The words for a key that will be written.
pub(crate) fn key_too(lang: Lang, path: &Path) -> String {
    let path = shown(path);
    say! { lang, "e a chave privada em {path}",
    "and the private key in {path}" }
}

/// The words for a file that was written.
pub(crate) fn written(lang: Lang, path: &Path) -> String {
    let path = shown(path);
    if cfg!(unix) {
        say! { lang, "gravado: {path} (só este usuário lê)",
        "written: {path} (this user alone can read it)" }
    } else {
        say! { lang, "gravado: {path} (este programa não restringe a leitura neste sistema; confira as permissões da pasta)",
        "written: {path} (this program does not restrict who reads it on this system; check the folder's permissions)" }
    }
}

/// The words for questions that ended early.
pub(crate) fn nothing_written(lang: Lang) -> &'static str {
    pick(
        lang,
        "cancelado; nada foi gravado",
        "cancelled; nothing was written",
    )
}

/// The words for a terminal that fails.
pub(crate) fn broken(lang: Lang, error: &io::Error) -> String {
    let error = SystemError::from(error);
    say! { lang, "o terminal não responde: {error}; nada foi gravado",
    "the terminal does not answer: {error}; nothing was written" }
}

/// The words for an answer that is missing or wrong: what it is, and what to do.
pub fn problem(lang: Lang, problem: &AddProblem) -> String {
    let (what, remedy) = match problem {
        AddProblem::Missing(options) => missing(lang, options),
        AddProblem::Value {
            of,
            line,
            written,
            problem,
        } => {
            let (what, remedy) = config_problem(lang, problem);
            let value = written.as_deref();
            let value = value.map(|value| config::written(lang, &what, value));
            let what = what + &value.unwrap_or_default();
            let place = line.map_or(String::new(), |line| {
                say!(lang, ", linha {line}", ", line {line}")
            });
            (format!("{of}{place}: {what}"), remedy)
        }
        AddProblem::NoName => told! { lang,
        "o nome está vazio" => "escreva o nome do cliente, como ele deve aparecer no relatório",
        "the name is empty" => "write the client's name as the report shall show it" },
        AddProblem::LongName { limit } => told! { lang,
        "o nome tem mais de {limit} caracteres" => "abrevie",
        "the name has over {limit} characters" => "shorten it" },
        AddProblem::KeyPasted => told! { lang,
        "isto é uma chave, que não foi mostrada nem usada" => "deixe a chave privada em um arquivo .pem; aqui vai o texto da console",
        "this is a key, which was neither shown nor used" => "leave the private key in a .pem file; the console's text belongs here" },
        AddProblem::TooLarge { limit } => told! { lang,
        "o texto tem mais de {limit} bytes" => "confira se é o texto certo",
        "the text has over {limit} bytes" => "check that it is the right text" },
        AddProblem::NoPreview => told! { lang,
        "não há user, fingerprint, tenancy nem region no texto" =>
        "na console, em API keys do usuário, copie o texto de \"View configuration file\"",
        "there is no user, fingerprint, tenancy or region in the text" =>
        "in the console, under the user's API keys, copy the text of \"View configuration file\"" },
        AddProblem::NoProfile { file, profile } => told! { lang,
        "{file} não tem o perfil [{profile}]" => "confira o nome entre colchetes nesse arquivo",
        "{file} has no profile [{profile}]" => "check the name in square brackets in that file" },
        AddProblem::Source { file, problem } => {
            let (what, remedy) = file_problem(lang, *problem);
            (format!("{file}: {what}"), remedy)
        }
        AddProblem::Key { file, problem } => {
            let (what, remedy) = key_problem(lang, problem);
            (format!("{file}: {what}"), remedy)
        }
        AddProblem::NoKey { fingerprint } => told! { lang,
        "nenhuma chave .pem da pasta, de ~/Downloads nem de ~/.oci tem o fingerprint {fingerprint} e abre sem senha" =>
        "diga o arquivo da chave privada (--key)",
        "no .pem key in the folder, ~/Downloads or ~/.oci has the fingerprint {fingerprint} and opens without a passphrase" =>
        "name the file of the private key (--key)" },
        AddProblem::PassPhrase => told! { lang,
        "um config não guarda uma senha com espaço na ponta ou caracteres de controle" =>
        "troque a senha da chave: openssl pkcs8 -topk8 -v2 aes-256-cbc -in ARQUIVO -out NOVO",
        "a config holds no passphrase with a blank at an end or control characters" =>
        "change the key's passphrase: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out NEW" },
        AddProblem::OtherTenancy => told! { lang,
        "o texto é de outra tenancy, não da do config que aguarda a chave" => "confira o cliente e o texto",
        "the text is of another tenancy than the config that waits for its key" => "check the client and the text" },
        AddProblem::FileName => told! { lang,
        "não é o nome do config de um cliente" => "use config_ e letras, números, _ ou -",
        "not the name of a client's config" => "use config_ and letters, digits, _ or -" },
        AddProblem::Taken { file } => told! { lang,
        "{file} já existe, e nada é gravado por cima" => "para outro contrato do mesmo cliente, dê outro nome com --file",
        "{file} exists already, and nothing is overwritten" => "for another contract of the same client, give another name by --file" },
        AddProblem::Changed { file } => told! { lang,
        "{file} mudou enquanto add perguntava" => "execute de novo",
        "{file} changed while add was asking" => "run again" },
        AddProblem::NotMade => told! { lang,
        "não consigo criar uma chave" => "execute de novo",
        "cannot make a key" => "run again" },
    };
    format!("{what}; {remedy}")
}

fn missing(lang: Lang, options: &[&str]) -> (String, String) {
    let named = options.join(", ");
    let what = match options {
        [_] => say! { lang, "não há terminal para perguntar, e falta {named}",
        "there is no terminal to ask, and {named} is missing" },
        _ => say! { lang, "não há terminal para perguntar, e faltam {named}",
        "there is no terminal to ask, and {named} are missing" },
    };
    let access = ["--tenancy", "--region", "--user", "--fingerprint"];
    let remedy = match options.iter().any(|option| access.contains(option)) {
        true => {
            say! { lang, "--preview e --from-oci trazem --tenancy, --region, --user e --fingerprint; --generate-key dispensa os dois últimos",
            "--preview and --from-oci bring --tenancy, --region, --user and --fingerprint; --generate-key needs neither of the last two" }
        }
        false => say! { lang, "dê essas opções, ou execute em um terminal",
        "give these options, or run in a terminal" },
    };
    (what, remedy)
}
