//! Files that cannot be written, in words.

use std::io;
use std::path::Path;

use crate::failure::{OutputProblem, SystemError};
use crate::lang::{Lang, say, told};
use crate::text::shown;

/// The words for a file that is not written: which, why, and what to do.
pub(crate) fn unwritten(lang: Lang, path: &Path, problem: OutputProblem) -> String {
    let path = shown(path);
    let (what, remedy) = output_problem(lang, problem);
    say! { lang, "não consigo gravar {path}: {what}; {remedy}",
    "cannot write {path}: {what}; {remedy}" }
}

/// The words for a run that cannot begin.
pub(crate) fn not_started(lang: Lang, error: &io::Error) -> String {
    let error = SystemError::from(error);
    say! { lang, "a execução não pôde começar: {error}; confira os limites do sistema (ulimit)",
    "the run could not begin: {error}; check the system's limits (ulimit)" }
}

/// The words for a report that cannot be printed.
pub(crate) fn unprinted(lang: Lang, problem: OutputProblem) -> String {
    let (what, _) = match problem {
        // These speak of a file's folder.
        OutputProblem::NoFolder | OutputProblem::NotAFolder => {
            output_problem(lang, OutputProblem::Other(io::ErrorKind::NotFound.into()))
        }
        problem => output_problem(lang, problem),
    };
    say! { lang, "não consigo escrever na saída padrão: {what}",
    "cannot write to standard output: {what}" }
}

pub(super) fn output_problem(lang: Lang, problem: OutputProblem) -> (String, String) {
    match problem {
        OutputProblem::Twice => told! { lang,
        "é a saída de dois -o" => "dê um nome a cada um",
        "it is the output of two -o" => "give each a name of its own" },
        OutputProblem::LikeAClient => told! { lang,
        "na pasta dos clientes, um nome que começa com config_ é de um cliente" => "use outro nome ou outra pasta",
        "in the clients' folder, a name that begins with config_ is a client's" => "use another name or folder" },
        OutputProblem::AmongPages => told! { lang,
        "fica na pasta das páginas dos clientes, que um servidor web mostra" => "use outra pasta",
        "it lies in the folder of the customers' pages, which a web server shows" => "use another folder" },
        OutputProblem::NotAFile => told! { lang,
        "já existe e não é um arquivo comum" => "aponte para um arquivo",
        "it is there and is not a regular file" => "point to a file" },
        OutputProblem::NoFolder => told! { lang,
        "a pasta não existe" => "crie a pasta ou confira o caminho",
        "its folder does not exist" => "make the folder or check the path" },
        OutputProblem::NotAFolder => told! { lang,
        "o caminho passa pelo que não é uma pasta" => "confira o caminho",
        "the path leads through what is not a folder" => "check the path" },
        OutputProblem::Forbidden => told! { lang,
        "sem permissão de escrita na pasta" => "dê escrita na pasta ao usuário que executa o programa ou use outra",
        "no permission to write in the folder" => "let the user who runs the program write in the folder or use another" },
        OutputProblem::ReadOnly => told! { lang,
        "o disco está montado só para leitura" => "use outra pasta",
        "the disk is mounted to be read only" => "use another folder" },
        OutputProblem::Full => told! { lang,
        "não há espaço para o arquivo" => "libere espaço ou use outro disco, e execute de novo",
        "there is no room for the file" => "free some room or use another disk, and run again" },
        OutputProblem::Other(error) => told! { lang,
        "não pôde ser gravado: {error}" => "confira o disco e o caminho",
        "could not be written: {error}" => "check disk and path" },
    }
}
