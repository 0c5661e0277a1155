//! Sentences about the customers' pages.

use std::path::Path;
use std::time::SystemTime;

use super::output::output_problem;
use super::publish::{self, Wish};
use super::{file_problem, line, setting};
use crate::calendar::{Day, day_of};
use crate::failure::{Failure, OutputProblem, PageKeysProblem, PagesFolderProblem, PagesProblem};
use crate::lang::{Lang, say, told};
use crate::path::ObjectPlace;
use crate::render::number;
use crate::text::{printable, shown};

/// Returns the reason why a request for pages cannot be carried out.
pub(crate) fn misuse(lang: Lang, problem: &PagesProblem) -> String {
    let (what, remedy) = self::problem(lang, problem);
    format!("{what}; {remedy}")
}

/// Says that the pages were not written.
pub(crate) fn unwritten(lang: Lang, folder: &Path, problem: &PagesProblem) -> String {
    let folder = shown(folder);
    let (what, remedy) = self::problem(lang, problem);
    say! { lang, "as páginas não foram gravadas em {folder}: {what}; {remedy}",
    "the pages were not written to {folder}: {what}; {remedy}" }
}

/// Says that the pages of these `clients` were not put.
pub(crate) fn clients_unpublished(
    lang: Lang,
    place: &ObjectPlace,
    clients: &[String],
    failure: &Failure,
) -> String {
    let place_shown = printable(&place.to_string(), 255);
    let problem = publish::refusal(lang, place, failure, Wish::Objects);
    of_clients_unwritten(lang, &place_shown, clients, &problem)
}

/// Says that the pages of these `clients` were not written.
pub(crate) fn clients_unwritten(
    lang: Lang,
    folder: &Path,
    clients: &[String],
    problem: PagesFolderProblem,
) -> String {
    of_clients_unwritten(
        lang,
        &shown(folder),
        clients,
        &folder_problem(lang, problem),
    )
}

fn of_clients_unwritten(
    lang: Lang,
    place: &str,
    clients: &[String],
    (what, remedy): &(String, String),
) -> String {
    let names = line::named(clients);
    say! { lang, "a página de {names} não foi gravada em {place}: {what}; {remedy}",
    "the page of {names} was not written to {place}: {what}; {remedy}" }
}

/// Says that the page of `client` cannot be made.
pub(crate) fn unmade(lang: Lang, client: &str, error: &anyhow::Error) -> String {
    let error = printable(&format!("{error:#}"), 1000);
    say! { lang, "a página de {client} não pôde ser feita: {error}",
    "the page of {client} could not be made: {error}" }
}

/// Says that the list of addresses cannot be used.
pub(crate) fn links_unwritten(lang: Lang, file: &Path, problem: &PagesProblem) -> String {
    let file = shown(file);
    let (what, remedy) = self::problem(lang, problem);
    format!("{file}: {what}; {remedy}")
}

/// Says that a client has no page whose address could change.
pub(crate) fn no_page(lang: Lang, client: &str) -> String {
    say! { lang, "{client} ainda não tem página: não há paginas.ini ao lado dos configs; a próxima execução com --pages o cria",
    "{client} has no page yet: there is no paginas.ini beside the configs; the next run with --pages makes it" }
}

/// Says that the page of `client` has another address, and `moved` where it is there already.
pub(crate) fn rotated(lang: Lang, client: &str, address: &str, moved: bool) -> String {
    let when = match moved {
        true => say! { lang, "O endereço antigo acabou; envie este ao cliente.",
        "The old address has ended; send this one to the customer." },
        false => {
            say! { lang, "Não havia página no endereço antigo; a próxima execução com --pages a grava no novo.",
            "There was no page at the old address; the next run with --pages writes it to the new one." }
        }
    };
    say! { lang, "Endereço novo de {client}: {address}\n{when}",
    "New address of {client}: {address}\n{when}" }
}

/// Says that the page of `client` is still at its old place.
pub(crate) fn not_moved(
    lang: Lang,
    client: &str,
    folder: &Path,
    problem: PagesFolderProblem,
) -> String {
    let folder = shown(folder);
    let (what, remedy) = folder_problem(lang, problem);
    say! { lang, "a página antiga de {client} continua em {folder}: {what}; {remedy}, e apague-a com oci-consumo pages prune",
    "the old page of {client} is still in {folder}: {what}; {remedy}, and remove it by oci-consumo pages prune" }
}

/// Says that the page of `client` is not in `folder`, and that the list of addresses has it at `address`.
pub(crate) fn elsewhere(lang: Lang, client: &str, folder: &Path, address: &str) -> String {
    let folder = shown(folder);
    say! { lang, "o endereço não mudou: a página de {client} não está em {folder}, e em links.csv ela está em {address}; repita com a pasta desse endereço em --pages, ou grave a página antes",
    "the address has not changed: the page of {client} is not in {folder}, and links.csv has it at {address}; repeat with the folder of that address in --pages, or write the page first" }
}

/// Says that the folder of a page, at `path`, could not be removed.
pub(crate) fn unremoved(lang: Lang, path: &Path, problem: PagesFolderProblem) -> String {
    let path = shown(path);
    let (what, remedy) = folder_problem(lang, problem);
    format!("{path}: {what}; {remedy}")
}

/// Says that the page of `client` is not at its address yet.
pub(crate) fn not_yet(lang: Lang, client: &str, address: &str) -> String {
    say! { lang, "a página de {client} ainda não está em {address}; a próxima execução com --pages a grava",
    "the page of {client} is not at {address} yet; the next run with --pages writes it" }
}

/// Says that every page in `folder` is a client's.
pub(crate) fn nothing_left(lang: Lang, folder: &Path) -> String {
    let folder = shown(folder);
    say! { lang, "Toda página em {folder} é de um cliente da pasta.",
    "Every page in {folder} is that of a client in the folder." }
}

/// Returns the line of a page that no client has: its folder, the day of its last change, and whose it was.
pub(crate) fn left(
    lang: Lang,
    folder: &Path,
    page: &str,
    written: Option<SystemTime>,
    client: Option<&str>,
) -> String {
    let path = shown(&folder.join(page));
    let day = written.map_or_else(
        || number::NONE.to_owned(),
        |at| number::day(lang, day_of(at)),
    );
    let client = client.map_or_else(|| number::NONE.to_owned(), |client| printable(client, 100));
    say! { lang, "{path}  de {day}  {client}", "{path}  of {day}  {client}" }
}

/// Says that no page is removed, as `files` may be the configs of their clients.
pub(crate) fn owner_unknown(lang: Lang, files: &[String]) -> String {
    let named = line::named(files);
    say! { lang, "nada foi apagado: uma destas páginas pode ser de um cliente cujo config não pôde ser lido ({named}); corrija-o antes",
    "nothing was removed: one of these pages may be that of a client whose config could not be read ({named}); correct it first" }
}

/// Says that the listed pages stay.
pub(crate) fn not_removed(lang: Lang) -> String {
    say! { lang, "nada foi apagado; para apagar estas páginas: --yes",
    "nothing was removed; to remove these pages: --yes" }
}

/// The question whether `count` pages are to be removed.
pub(crate) fn ask_removal(lang: Lang, count: usize) -> String {
    say! { lang, "Apagar {count} página(s)? Os links delas deixam de abrir [s/N]",
    "Remove {count} page(s)? Their links open nothing then [y/N]" }
}

/// Says how many pages were removed.
pub(crate) fn removed(lang: Lang, count: usize) -> String {
    say! { lang, "Páginas apagadas: {count}", "Pages removed: {count}" }
}

/// Returns the path of a page that was made for a look, and the three lines to send with it.
pub(crate) fn hand_over(
    lang: Lang,
    path: &Path,
    client: &str,
    link: Option<&str>,
    as_of: Day,
) -> String {
    let path = shown(path);
    let client = printable(client, 100);
    let day = number::day(lang, as_of);
    match link {
        Some(link) => {
            say! { lang, "{path}\n\n{client}: nesta página estão o crédito, o gasto e a previsão da sua nuvem Oracle.\n{link}\n\
             Ela muda a cada dia. Quem tem o endereço lê a página: não o passe adiante.\n",
            "{path}\n\n{client}: this page has the credit, the spending and the forecast of your Oracle cloud.\n{link}\n\
             It changes every day. Whoever has the address can read the page: do not pass it on.\n" }
        }
        None => {
            say! { lang, "{path}\n\n{client}: no arquivo em anexo estão o crédito, o gasto e a previsão da sua nuvem Oracle.\n\
             Abra o arquivo no navegador do celular ou do computador; ele não precisa de internet.\n\
             Os números são de {day}. Para os de outro dia, peça outro arquivo.\n",
            "{path}\n\n{client}: the attached file has the credit, the spending and the forecast of your Oracle cloud.\n\
             Open the file in the browser of a phone or computer; it needs no internet.\n\
             The figures are of {day}. For those of another day, ask for another file.\n" }
        }
    }
}

/// Returns what happened, and what to do about it.
fn problem(lang: Lang, problem: &PagesProblem) -> (String, String) {
    match problem {
        PagesProblem::Supposed { by_folder: false } => told! { lang,
        "--what-if não escreve páginas: o cliente leria uma suposição" => "use --what-if sem --pages",
        "--what-if writes no pages: the customer would read a supposition" => "use --what-if without --pages" },
        PagesProblem::Supposed { by_folder: true } => told! { lang,
        "--what-if não escreve páginas, e o oci-consumo.ini desta pasta as pede" => "acrescente --no-pages",
        "--what-if writes no pages, and the oci-consumo.ini of this folder asks for them" => "add --no-pages" },
        PagesProblem::NoPlace => told! { lang,
        "falta a pasta das páginas" => "escreva --pages PASTA, ou a chave pages em oci-consumo.ini",
        "the folder of the pages is missing" => "write --pages DIR, or the key pages in oci-consumo.ini" },
        PagesProblem::Url(problem) => {
            let why = setting::address(lang, *problem);
            told! { lang,
            "--pages-url não é um endereço de páginas: {why}" => "ele é a pasta das páginas, vista de fora",
            "--pages-url is no address of pages: {why}" => "it is the folder of the pages, seen from outside" }
        }
        PagesProblem::DemoHasNoLinks => told! { lang,
        "a demonstração não tem links.csv" => "use --pages sem --pages-url",
        "a demo has no links.csv" => "use --pages without --pages-url" },
        PagesProblem::AmongClients => told! { lang,
        "a pasta das páginas é a dos clientes, ou uma fica dentro da outra, e um servidor web mostraria chaves" => "use uma pasta separada em --pages",
        "the folder of the pages is the clients' folder, or one is in the other, and a web server would show keys" => "use a separate folder with --pages" },
        PagesProblem::Keys(problem) => keys_problem(lang, *problem),
        PagesProblem::Folder(problem) => folder_problem(lang, *problem),
        PagesProblem::Bucket { place, failure } => {
            publish::refusal(lang, place, failure, Wish::Objects)
        }
        PagesProblem::Busy => told! { lang,
        "outra execução está gravando as páginas destes clientes" => "execute de novo quando ela terminar",
        "another run is writing the pages of these clients" => "run again when it has ended" },
        PagesProblem::ShownAmong => told! { lang,
        "a pasta de --to é a dos clientes ou a das páginas, ou uma fica dentro da outra" => "use uma pasta separada em --to",
        "the folder of --to is the clients' or the pages' folder, or one is in the other" => "use a separate folder with --to" },
        PagesProblem::ShownOver => told! { lang,
        "a pasta de --to não está vazia" => "use uma pasta nova ou vazia em --to",
        "the folder of --to is not empty" => "use a new or empty folder with --to" },
        PagesProblem::PrunedByHand => told! { lang,
        "pages prune não apaga objetos" => "apague-os na console, ou com oci os object bulk-delete",
        "pages prune removes no objects" => "remove them at the console, or by oci os object bulk-delete" },
        PagesProblem::NoLock { file, problem } => not_written(lang, file, *problem),
        PagesProblem::RotatedByLinks => told! { lang,
        "em um bucket, quem lê uma página é quem tem o link dela" => "encerre o link com oci-consumo publish revoke, e faça outro com publish links",
        "in a bucket, whoever has the link to a page reads it" => "end the link by oci-consumo publish revoke, and make another by publish links" },
        PagesProblem::LinksUnread(problem) => file_problem(lang, *problem),
        PagesProblem::Links => told! { lang,
        "não é uma lista de endereços deste programa" => "desfaça a mudança, ou mova o arquivo: a próxima execução faz outro",
        "it is no list of addresses of this program" => "undo the change, or move the file away: the next run makes another" },
    }
}

fn keys_problem(lang: Lang, problem: PageKeysProblem) -> (String, String) {
    match problem {
        PageKeysProblem::File(problem) => {
            let (what, _) = file_problem(lang, problem);
            told! { lang,
            "não consigo ler paginas.ini, ao lado dos configs: {what}" => "corrija o arquivo, ou restaure-o do backup",
            "cannot read paginas.ini, beside the configs: {what}" => "correct the file, or restore it from a backup" }
        }
        PageKeysProblem::Exposed { mode } => told! { lang,
        "outros podem ler paginas.ini (modo {mode:04o}) e achar as páginas de todos" => "chmod 600 paginas.ini",
        "others can read paginas.ini (mode {mode:04o}) and find everybody's pages" => "chmod 600 paginas.ini" },
        PageKeysProblem::Lost => told! { lang,
        "há páginas, ou endereços em links.csv, e paginas.ini não está ao lado dos configs; um novo mudaria todos os endereços" => "restaure paginas.ini do backup; ou mova links.csv, use outra pasta em --pages e envie endereços novos",
        "there are pages, or addresses in links.csv, and paginas.ini is not beside the configs; a new one would change every address" => "restore paginas.ini from a backup; or move links.csv away, use another folder with --pages and send new addresses" },
        PageKeysProblem::Line(line) => told! { lang,
        "a linha {line} de paginas.ini não está como este programa a escreve" => "restaure o arquivo do backup",
        "line {line} of paginas.ini is not as this program writes it" => "restore the file from a backup" },
        PageKeysProblem::NoSecret => told! { lang,
        "paginas.ini não tem a linha segredo" => "restaure o arquivo do backup",
        "paginas.ini has no line segredo" => "restore the file from a backup" },
        PageKeysProblem::NoRandomness => told! { lang,
        "o sistema não dá números aleatórios" => "confira o sistema, e execute de novo",
        "the system gives no random numbers" => "check the system, and run again" },
        PageKeysProblem::Unwritten(problem) => not_written(lang, "paginas.ini", problem),
    }
}

/// A file beside the configs that cannot be written.
fn not_written(lang: Lang, file: &str, problem: OutputProblem) -> (String, String) {
    let (what, remedy) = output_problem(lang, problem);
    (
        say! { lang, "{file} não pôde ser gravado ao lado dos configs: {what}",
        "{file} could not be written beside the configs: {what}" },
        remedy,
    )
}

fn folder_problem(lang: Lang, problem: PagesFolderProblem) -> (String, String) {
    match problem {
        PagesFolderProblem::Output(problem) => output_problem(lang, problem),
        PagesFolderProblem::OtherContent => told! { lang,
        "a pasta tem outros arquivos e nenhuma página com a marca .oci-consumo" => "use uma pasta nova ou vazia, só para as páginas",
        "the folder has other files and no page with the mark .oci-consumo" => "use a new or empty folder, for the pages alone" },
        PagesFolderProblem::Foreign => told! { lang,
        "as páginas da pasta são de outro paginas.ini: a marca .oci-consumo é de outra pasta de clientes, ou da demonstração" => "use outra pasta para as páginas destes clientes",
        "the pages in the folder are of another paginas.ini: the mark .oci-consumo is of another clients' folder, or of the demo" => "use another folder for the pages of these clients" },
        PagesFolderProblem::Kept => told! { lang,
        "a página foi apagada, e a pasta tem outros arquivos, que ficaram" => "veja de quem são, e apague a pasta",
        "the page was removed, and the folder has other files, which stayed" => "see whose they are, and remove the folder" },
        PagesFolderProblem::NotOwned => told! { lang,
        "a pasta é de outro usuário, e as permissões dela devem ser 0711" => "dê a pasta ao usuário que executa o programa",
        "the folder is another user's, and its permissions must be 0711" => "give the folder to the user who runs the program" },
        PagesFolderProblem::Link => told! { lang,
        "no lugar da pasta do cliente há um link" => "apague o link",
        "a link is in the place of the client's folder" => "delete the link" },
        PagesFolderProblem::NoGroup => told! { lang,
        "o grupo de --pages-group não existe em /etc/group" => "confira o nome, ou escreva o número do grupo",
        "the group of --pages-group is not in /etc/group" => "check the name, or write the group's number" },
        PagesFolderProblem::NotOfGroup => told! { lang,
        "o usuário que executa o programa não pode dar arquivos ao grupo de --pages-group" => "inclua o usuário no grupo (usermod -aG), ou escolha outro grupo",
        "the user who runs the program may give the group of --pages-group no files" => "add the user to the group (usermod -aG), or choose another group" },
    }
}
