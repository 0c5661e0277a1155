//! Files that cannot be written, in words.

use std::io;
use std::path::Path;

use crate::failure::OutputProblem;
use crate::lang::{Lang, say};
use crate::text::printable;

/// The words for a file that is not written: which, why, and what to do.
pub(crate) fn unwritten(lang: Lang, path: &Path, problem: OutputProblem) -> String {
    let path = printable(&path.to_string_lossy(), 255);
    let (what, remedy) = output_problem(lang, problem);
    say! { lang, "não consigo gravar {path}: {what}; {remedy}",
    "cannot write {path}: {what}; {remedy}" }
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

fn output_problem(lang: Lang, problem: OutputProblem) -> (String, String) {
    match problem {
        OutputProblem::Twice => (
            say!(lang, "é a saída de dois -o", "it is the output of two -o"),
            say!(lang, "dê um nome a cada um", "give each a name of its own"),
        ),
        OutputProblem::LikeAClient => (
            say! { lang, "na pasta dos clientes, um nome que começa com config_ é de um cliente",
            "in the clients' folder, a name that begins with config_ is a client's" },
            say! { lang, "use outro nome ou outra pasta",
            "use another name or folder" },
        ),
        OutputProblem::NotAFile => (
            say! { lang, "já existe e não é um arquivo comum",
            "it is there and is not a regular file" },
            say!(lang, "aponte para um arquivo", "point to a file"),
        ),
        OutputProblem::NoFolder => (
            say!(lang, "a pasta não existe", "its folder does not exist"),
            say! { lang, "crie a pasta ou confira o caminho",
            "make the folder or check the path" },
        ),
        OutputProblem::NotAFolder => (
            say! { lang, "o caminho passa pelo que não é uma pasta",
            "the path leads through what is not a folder" },
            say!(lang, "confira o caminho", "check the path"),
        ),
        OutputProblem::Forbidden => (
            say! { lang, "sem permissão de escrita na pasta",
            "no permission to write in the folder" },
            say! { lang, "dê escrita na pasta ao usuário que executa o programa ou use outra",
            "let the user who runs the program write in the folder or use another" },
        ),
        OutputProblem::ReadOnly => (
            say! { lang, "o disco está montado só para leitura",
            "the disk is mounted to be read only" },
            say!(lang, "use outra pasta", "use another folder"),
        ),
        OutputProblem::Full => (
            say! { lang, "não há espaço para o arquivo",
            "there is no room for the file" },
            say! { lang, "libere espaço ou use outro disco, e execute de novo",
            "free some room or use another disk, and run again" },
        ),
        OutputProblem::Other(error) => (
            say! { lang, "não pôde ser gravado: {error}",
            "could not be written: {error}" },
            say!(lang, "confira o disco e o caminho", "check disk and path"),
        ),
    }
}
