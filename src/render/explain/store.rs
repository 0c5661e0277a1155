//! Texts of the store's problems, and of the figures of an earlier run in it.

use super::file_problem;
use super::line::named;
use crate::failure::{Claim, Notice, StoreProblem, StoredFigures};
use crate::lang::{Lang, say, told};
use crate::render::number::{self, NONE, Numbers};

/// Returns the text of a notice about the store.
pub(crate) fn notice(lang: Lang, notice: &Notice) -> String {
    match notice {
        Notice::WithoutStore { place, problem } => {
            let (what, remedy) = store_problem(lang, problem);
            say! { lang, "sem o histórico de {place}: {what}; os valores vêm só do serviço. O que fazer: {remedy}",
            "without the history in {place}: {what}; the figures are from the service alone. What to do: {remedy}" }
        }
        Notice::NotKept { place, problem } => {
            let (what, remedy) = store_problem(lang, problem);
            say! { lang, "esta execução não foi guardada em {place}: {what}. O que fazer: {remedy}",
            "this run was not kept in {place}: {what}. What to do: {remedy}" }
        }
        Notice::NotShown {
            place,
            recordable: true,
        } => {
            say! { lang, "esta execução foi guardada em {place}, mas as visões do BI não a mostram; --record as faz mostrar, e opções de todo dia ficam em oci-consumo.ini",
            "this run was kept in {place}, but the views for BI do not show it; --record makes them show it, and everyday options belong in oci-consumo.ini" }
        }
        Notice::NotShown {
            place,
            recordable: false,
        } => {
            say! { lang, "desta execução {place} guardou só os dias: as visões do BI não mostram o que --what-if supõe, nem com --record; uma mudança certa fica em ajuste_previsto, no config",
            "of this run {place} kept only the days: the views for BI do not show what --what-if supposes, not even with --record; a change that is certain belongs in the config, as ajuste_previsto" }
        }
        Notice::Copy { file, other } => {
            say! { lang, "{file} repete {other} e não foi contado; apague a cópia",
            "{file} repeats {other} and was not counted; delete the copy" }
        }
        Notice::PagesMoved { files } => {
            let named = named(files);
            say! { lang, "a página tem endereço novo, porque o início do contrato mudou: {named}; envie o endereço que está em links.csv. A página antiga fica como está até oci-consumo pages prune",
            "the page has a new address, as the contract's first day has changed: {named}; send the address in links.csv. The old page stays as it is until oci-consumo pages prune" }
        }
        Notice::NotRead {
            file,
            claim,
            rename,
        } => not_read(lang, file, *claim, rename.as_deref()),
    }
}

/// Returns the text about a file whose name is none of a config, and the remedy.
fn not_read(lang: Lang, file: &str, claim: Claim, rename: Option<&str>) -> String {
    let rename = rename.unwrap_or(match lang {
        Lang::PtBr => "config_CLIENTE",
        Lang::En => "config_CLIENT",
    });
    match claim {
        Claim::Key(key) => {
            say! { lang, "{file} não foi lido: tem a chave {key}, como o arquivo de um cliente, mas o nome não começa com config_ (minúsculas e sublinhado); renomeie para {rename}",
            "{file} was not read: it has the key {key}, like a client's file, but its name does not begin with config_ (small letters and underscore); rename it to {rename}" }
        }
        Claim::Unreadable(problem) => {
            let (what, _) = file_problem(lang, problem);
            say! { lang, "{file} não foi lido ({what}) e o nome lembra o arquivo de um cliente; se for, renomeie para {rename}, senão tire-o da pasta",
            "{file} was not read ({what}), and its name resembles a client's file; if it is one, rename it to {rename}, else move it out of the folder" }
        }
        Claim::NoKey => {
            say! { lang, "{file} não foi lido: o nome lembra o arquivo de um cliente, mas não começa com config_, e nele não há tenancy nem user; se for um cliente, renomeie para {rename}, senão tire-o da pasta",
            "{file} was not read: its name resembles a client's file but does not begin with config_, and it has neither tenancy nor user; if it is a client, rename it to {rename}, else move it out of the folder" }
        }
        Claim::PrivateKey => {
            say! { lang, "{file} não foi lido: é uma chave privada com nome de arquivo de cliente; dê a ela um nome com .pem, como em key_file",
            "{file} was not read: it is a private key with the name of a client's file; give it a name in .pem, as in key_file" }
        }
    }
}

pub(super) fn store_problem(lang: Lang, problem: &StoreProblem) -> (String, String) {
    match problem {
        StoreProblem::File(problem) => (
            file_problem(lang, *problem).0,
            say! { lang, "confira o caminho de --store e a pasta dele; --offline precisa de uma execução anterior",
            "check the path of --store and its folder; --offline needs an earlier run" },
        ),
        StoreProblem::ReadOnly => told! { lang,
        "não pode ser escrito: falta permissão de escrita no arquivo ou na pasta dele" =>
        "dê escrita no arquivo e na pasta, ou use --store ou --no-store",
        "it cannot be written: this user may not write the file, or in its folder" =>
        "let the program write file and folder, or use --store or --no-store" },
        StoreProblem::Denied { detail, grant } => (
            say! { lang, "o servidor não permite: {detail}",
            "the server does not allow it: {detail}" },
            match grant {
                Some(grant) => {
                    say! { lang, "peça ao administrador do banco que execute {grant}; ou use outro usuário, --store ou --no-store",
                    "ask the database's administrator to run {grant}; or use another user, --store or --no-store" }
                }
                None => {
                    say! { lang, "use o usuário que criou as tabelas, ou peça ao administrador do banco que o permita; ou use --store ou --no-store",
                    "use the role that made the tables, or ask the database's administrator to allow it; or use --store or --no-store" }
                }
            },
        ),
        StoreProblem::Full => told! { lang,
        "o disco está cheio" => "libere espaço",
        "the disk is full" => "make room" },
        StoreProblem::Corrupt => told! { lang,
        "está danificado ou não é um histórico deste programa" => "restaure uma cópia, ou mova o arquivo para outro nome: um novo será criado",
        "it is damaged, or no history of this program" => "restore a copy, or move the file away: a new one will be made" },
        StoreProblem::Newer { version } => told! { lang,
        "é de um oci-consumo mais novo (esquema {version}) e não foi tocado" => "atualize este programa ou use outro --store",
        "it is a newer oci-consumo's (schema {version}) and was not touched" => "update this program, or use another --store" },
        StoreProblem::Busy => told! { lang,
        "não respondeu a tempo: outra execução ou ferramenta o ocupa, ele está lento ou parado, ou está numa pasta de rede sem travas de arquivo" =>
        "execute de novo mais tarde; numa pasta de rede, ponha-o num disco local ou num servidor com --store; ou use --no-store",
        "it did not answer in time: another run or tool holds it, it is slow or hangs, or it is in a network folder without file locks" =>
        "run again later; in a network folder, put it on a local disk or a server with --store; or use --no-store" },
        StoreProblem::Unreachable { detail } => told! { lang,
        "o servidor não atende: {detail}" => "confira a URL, a senha (PGPASSWORD ou ~/.pgpass), a rede e o TLS (sslmode)",
        "the server does not let this program in: {detail}" => "check the URL, the password (PGPASSWORD or ~/.pgpass), network and TLS (sslmode)" },
        StoreProblem::NoDays { from } => {
            let from = number::day(lang, *from);
            told! { lang,
            "o histórico não tem os dias desde {from}" => "execute uma vez sem --offline",
            "the history does not have the days from {from} on" => "run once without --offline" }
        }
        StoreProblem::Other { detail } => told! { lang,
        "não funciona: {detail}" => "confira o caminho ou a URL; se persistir, avise-nos",
        "it does not work: {detail}" => "check path or URL; if it persists, report the defect" },
    }
}

/// Returns the text after a failed client's remedy: its last known figures, which are not today's.
pub(super) fn last_figures(lang: Lang, figures: &StoredFigures) -> String {
    let numbers = Numbers::new(lang, figures.currency);
    let currency = figures
        .currency
        .map_or(String::new(), |currency| format!(" {currency}"));
    let money = |amount: Option<&_>| {
        amount.map_or_else(
            || NONE.to_owned(),
            |amount| numbers.money(amount) + &currency,
        )
    };
    let (as_of, through) = (
        number::day(lang, figures.as_of),
        number::day_or_none(lang, figures.data_through),
    );
    let (consumption, projected) = (
        money(figures.consumption.as_ref()),
        money(figures.projected.as_ref()),
    );
    say! { lang, ". Últimos valores guardados, na posição de {as_of}: dados até {through}, consumo {consumption}, total projetado {projected}; --offline mostra o resto",
    ". Last stored figures, as of {as_of}: data through {through}, consumption {consumption}, projected total {projected}; --offline shows the rest" }
}
