//! Command lines that name nothing to report, in words.

use crate::lang::{Lang, say};

/// The most folders and clients that a text names.
const MOST: usize = 5;

/// Returns the lines for a bare command in a folder without configs; `folders` below it have some.
pub(crate) fn welcome(lang: Lang, folders: &[String]) -> String {
    let named = named(folders);
    let here = match folders {
        [] => say! { lang, "Nesta pasta não há nenhum arquivo config_* (um por cliente).",
        "There is no config_* file (one per client) in this folder." },
        _ => {
            say! { lang, "Nesta pasta não há nenhum arquivo config_*; há em {named} (oci-consumo PASTA).",
            "There is no config_* file in this folder, but there are in {named} (oci-consumo FOLDER)." }
        }
    };
    say! { lang, "oci-consumo: consumo, previsão e sobra ou débito de cada contrato da Oracle Cloud.\n\
     {here}\n\
     \x20 oci-consumo demo           mostra o relatório com clientes simulados\n\
     \x20 oci-consumo add PASTA      cadastra um cliente\n\
     \x20 oci-consumo check PASTA    verifica cada cliente e diz o que corrigir\n\
     \x20 oci-consumo --help         mostra todas as opções",
    "oci-consumo: consumption, forecast and surplus or shortfall of each Oracle Cloud contract.\n\
     {here}\n\
     \x20 oci-consumo demo            shows the report over simulated clients\n\
     \x20 oci-consumo add FOLDER      adds a client\n\
     \x20 oci-consumo check FOLDER    checks each client and says what to correct\n\
     \x20 oci-consumo --help          shows all options" }
}

/// The first of `folders`.
pub(super) fn named(folders: &[String]) -> String {
    let more = if folders.len() > MOST { ", …" } else { "" };
    folders[..folders.len().min(MOST)].join(", ") + more
}

/// Returns the sentences for a word that is neither a command nor a folder.
pub(super) fn not_a_command(
    lang: Lang,
    word: &str,
    near: &[String],
    commands: &[String],
) -> String {
    let meant = meant(lang, near);
    let commands = commands.join(", ");
    say! { lang, "\"{word}\" não é um comando nem uma pasta{meant}\n  comandos: {commands} (uma pasta com esse nome: ./NOME)",
    "\"{word}\" is neither a command nor a folder{meant}\n  commands: {commands} (a folder of that name: ./NAME)" }
}

/// Returns the sentence for a command that is a folder of clients, too.
pub(crate) fn also_a_folder(lang: Lang, word: &str) -> String {
    say! { lang, "{word} é o comando; para a pasta, escreva ./{word}",
    "{word} is the command; for the folder, write ./{word}" }
}

/// Returns the sentence for an `--only` that matches no client.
pub(super) fn no_match(lang: Lang, dir: &str, near: &[String]) -> String {
    let meant = meant(lang, near);
    say! { lang, "--only não corresponde a nenhum cliente de {dir}{meant}",
    "--only matches no client of {dir}{meant}" }
}

fn meant(lang: Lang, near: &[String]) -> String {
    let names = near[..near.len().min(MOST)].join(", ");
    match near {
        [] => String::new(),
        _ => say! { lang, "; você quis dizer {names}?",
        "; did you mean {names}?" },
    }
}
