//! Texts of publishing in Object Storage.

use std::path::Path;

use super::{alerts, store};
use crate::calendar::Day;
use crate::failure::{Answer, Failure, Problem, PublishProblem, ServiceProblem, StoreProblem};
use crate::lang::{Lang, say, told};
use crate::path::ObjectPlace;
use crate::render::number;
use crate::text::{printable, shown};

/// Beginning of the service's codes for a body that is not the one of the checksum.
const UNMATCHED: &str = "UnmatchedContent";

/// The words for a run that can publish nothing.
pub(super) fn problem(lang: Lang, problem: &PublishProblem) -> String {
    match problem {
        PublishProblem::NoCredential { file } => {
            say! { lang, "não há credencial para publicar em oci://: {file} não tem [publicar], e não há --publish-as; escreva [publicar] com oci = ARQUIVO, o usuário do parceiro (veja oci-consumo manual channels)",
            "there is no credential to publish to oci://: {file} has no [publicar], and there is no --publish-as; write [publicar] with oci = FILE, the partner's own user (see oci-consumo manual channels)" }
        }
        PublishProblem::Settings { file, refused } => {
            alerts::alerts_refused(lang, Path::new(file), refused)
        }
        PublishProblem::Customers { file, config } => {
            say! { lang, "{file} é a credencial de um cliente ({config}): só se publica com um usuário do parceiro, que não seja o de nenhum cliente da pasta",
            "{file} is the credential of a client ({config}): publishing is done by a user of the partner's own, which is that of no client of the folder" }
        }
        PublishProblem::Simulated => {
            say! { lang, "os clientes da demonstração são inventados e não se publicam: grave em um arquivo",
            "the clients of the demo are made up and are not published: write to a file" }
        }
        PublishProblem::NotABucket => {
            say! { lang, "os links são das páginas de um bucket: escreva --pages oci://BUCKET@NAMESPACE/CAMINHO, ou a chave pages em oci-consumo.ini",
            "links are to the pages in a bucket: write --pages oci://BUCKET@NAMESPACE/PATH, or the key pages in oci-consumo.ini" }
        }
        PublishProblem::NoStore => {
            say! { lang, "sem histórico ninguém sabe que links existem, e cada execução faria outros: retire --no-store",
            "without a history nobody knows which links there are, and each run would make others: take --no-store away" }
        }
        PublishProblem::NoPages => {
            say! { lang, "ainda não há páginas: execute antes o relatório com --pages, sem --no-store",
            "there are no pages yet: run the report with --pages first, without --no-store" }
        }
    }
}

/// The words for an object that is not put.
pub(crate) fn unpublished(lang: Lang, place: &ObjectPlace, failure: &Failure) -> String {
    let (what, remedy) = refusal(lang, place, failure, Wish::Objects);
    let place = printable(&place.to_string(), 255);
    say! { lang, "não consigo gravar {place}: {what}; {remedy}",
    "cannot write {place}: {what}; {remedy}" }
}

/// The kinds of request, by the policy that they need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// Objects are put.
    Objects,
    /// Pre-authenticated requests are made, listed or deleted.
    Links,
}

/// Returns what happened to a request for `place`, with the service's name for the request, and what to do about it.
pub(super) fn refusal(
    lang: Lang,
    place: &ObjectPlace,
    failure: &Failure,
    wish: Wish,
) -> (String, String) {
    let (mut what, remedy) = super::problem(lang, &failure.problem);
    let remedy = match &failure.problem {
        Problem::Deadline => {
            return told! { lang,
            "o prazo da execução acabou antes" => "aumente --deadline",
            "the run's time was over before" => "raise --deadline" };
        }
        Problem::Service(problem) => own_remedy(lang, place, problem, wish),
        Problem::Data(_) => Some(
            say! { lang, "execute de novo; se persistir, avise-nos com o opc-request-id",
            "run again; if it persists, report it with the opc-request-id" },
        ),
        _ => None,
    }
    .unwrap_or(remedy);
    if let Some(id) = &failure.request_id {
        what += &format!(" (opc-request-id {id})");
    }
    (what, remedy)
}

/// The remedy where it is another than for a request of a client's.
fn own_remedy(
    lang: Lang,
    place: &ObjectPlace,
    problem: &ServiceProblem,
    wish: Wish,
) -> Option<String> {
    let ObjectPlace {
        bucket, namespace, ..
    } = place;
    Some(match problem {
        ServiceProblem::NotAuthorized(_) | ServiceProblem::Forbidden(_) => {
            let policy = policy(lang, bucket, wish);
            say! { lang, "confira o bucket {bucket}, o namespace {namespace}, a region da credencial e a política: {policy}",
            "check the bucket {bucket}, the namespace {namespace}, the credential's region and the policy: {policy}" }
        }
        ServiceProblem::Rejected(Answer {
            status: 400, code, ..
        }) if code.starts_with(UNMATCHED) => {
            say! { lang, "o conteúdo mudou no caminho, e o objeto ficou como estava: execute de novo; se persistir, confira o proxy",
            "the content changed on its way, and the object is as it was: run again; if it persists, check the proxy" }
        }
        ServiceProblem::Rejected(Answer { status: 412, .. }) => {
            say! { lang, "alguém mudou o objeto ao mesmo tempo: execute de novo",
            "somebody changed the object at the same time: run again" }
        }
        ServiceProblem::Rejected(_) => {
            say! { lang, "confira o bucket e o endereço; se estiverem certos, avise-nos com o opc-request-id",
            "check bucket and address; if they are right, report the defect with the opc-request-id" }
        }
        _ => return None,
    })
}

/// The policies that let a group do as it wishes with `bucket`.
fn policy(lang: Lang, bucket: &str, wish: Wish) -> String {
    match wish {
        Wish::Objects => {
            say! { lang, "Allow group GRUPO to manage objects in compartment COMPARTIMENTO where target.bucket.name = '{bucket}'",
            "Allow group GROUP to manage objects in compartment COMPARTMENT where target.bucket.name = '{bucket}'" }
        }
        Wish::Links => {
            say! { lang, "Allow group GRUPO to manage buckets in compartment COMPARTIMENTO where all {{target.bucket.name = '{bucket}', request.permission = 'PAR_MANAGE'}}",
            "Allow group GROUP to manage buckets in compartment COMPARTMENT where all {{target.bucket.name = '{bucket}', request.permission = 'PAR_MANAGE'}}" }
        }
    }
}

/// A client, and the state of the link to its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkLine {
    /// Name of the client.
    pub(crate) client: String,
    /// File name of its config.
    pub(crate) file: String,
    /// State of the link.
    pub(crate) state: LinkState,
}

/// The state of the link to a client's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LinkState {
    /// The link was made just now, and is good through this day.
    Made(Day),
    /// The link was there already, and is good through this day.
    Kept(Day),
    /// The link is there, made for the config of this file name, and nobody has its address.
    AddressLost(String),
    /// The contract ended more than this many days ago.
    Past(i64),
    /// The client's config cannot be used.
    NoConfig,
    /// The service made no link, for this reason in words.
    Failed(String),
}

impl LinkState {
    /// Returns whether the client has no link that it should have.
    pub(crate) fn is_failed(&self) -> bool {
        matches!(
            self,
            Self::AddressLost(_) | Self::NoConfig | Self::Failed(_)
        )
    }

    /// Returns whether the contract is over for so long that it has no link.
    pub(crate) fn is_past(&self) -> bool {
        matches!(self, Self::Past(_))
    }
}

/// A link to a page that is no client's present one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OldLink {
    /// File name of the config that it was made for.
    pub(crate) file: String,
    /// First day of its contract.
    pub(crate) start: Day,
    /// The last day on which it is good.
    pub(crate) expires: Day,
}

/// The text of `publish links`: the state of each client's link, the old links, and where the addresses are.
pub(crate) fn links(
    lang: Lang,
    prefix: &ObjectPlace,
    lines: &[LinkLine],
    old: &[OldLink],
    list: &Path,
) -> String {
    let place = printable(&prefix.to_string(), 255);
    let list = shown(list);
    let mut text = say!(
        lang,
        "Links das páginas em {place}\n",
        "Links to the pages in {place}\n"
    );
    for LinkLine {
        client,
        file,
        state,
    } in lines
    {
        let until = |day: &Day| number::day(lang, *day);
        let state = match state {
            LinkState::Made(day) => {
                let day = until(day);
                say!(
                    lang,
                    "feito agora, vale até {day}",
                    "made just now, good through {day}"
                )
            }
            LinkState::Kept(day) => {
                let day = until(day);
                say!(
                    lang,
                    "já existia, vale até {day}",
                    "was there, good through {day}"
                )
            }
            LinkState::AddressLost(file) => {
                say! { lang, "existe, mas o endereço não está em {list} e o serviço não o mostra de novo: execute oci-consumo publish revoke {file} e depois links",
                "is there, but its address is not in {list} and the service does not show it again: run oci-consumo publish revoke {file} and then links" }
            }
            LinkState::Past(days) => {
                say! { lang, "o contrato terminou há mais de {days} dias: sem link",
                "the contract ended over {days} days ago: no link" }
            }
            LinkState::NoConfig => {
                say! { lang, "o arquivo {file} tem um problema: sem link (veja oci-consumo check)",
                "the file {file} has a problem: no link (see oci-consumo check)" }
            }
            LinkState::Failed(why) => say!(lang, "sem link: {why}", "no link: {why}"),
        };
        text += &format!("  {}: {state}\n", printable(client, 100));
    }
    for OldLink {
        file,
        start,
        expires,
    } in old
    {
        let (start, expires) = (number::day(lang, *start), number::day(lang, *expires));
        text += &say! { lang, "  Antigo: {file}, contrato de {start}, vale até {expires}; para encerrar: oci-consumo publish revoke {file}\n",
        "  Old: {file}, contract of {start}, good through {expires}; to end it: oci-consumo publish revoke {file}\n" };
    }
    text + &say! { lang, "Os endereços estão em {list}. Quem tem um endereço lê a página; a página aparece com o próximo relatório com --pages.\n",
    "The addresses are in {list}. Whoever has an address reads the page; the page appears with the next report with --pages.\n" }
}

/// The words for a client's links that are ended.
pub(crate) fn revoked(lang: Lang, file: &str, count: usize) -> String {
    say! { lang, "{file}: links encerrados: {count}. Quem tinha o endereço não lê mais nada; publish links faz outro",
    "{file}: links ended: {count}. Whoever had the address reads nothing more; publish links makes another" }
}

/// Says that a name is of no client with a link, or of several, whose configs are `files`.
pub(crate) fn not_one(lang: Lang, files: &[String]) -> String {
    match files {
        [] => say! { lang, "nenhum cliente com esse nome tem link",
        "no client of that name has a link" },
        files => {
            let files = files.join(", ");
            say! { lang, "há links de vários clientes com esse nome: {files}; escreva o nome do arquivo",
            "there are links of several clients of that name: {files}; write the name of the file" }
        }
    }
}

/// The words for a link that is not made.
pub(crate) fn refused(lang: Lang, place: &ObjectPlace, failure: &Failure) -> String {
    let (what, remedy) = refusal(lang, place, failure, Wish::Links);
    format!("{what}; {remedy}")
}

/// The words for links that cannot be listed or ended.
pub(crate) fn unlisted(lang: Lang, place: &ObjectPlace, failure: &Failure) -> String {
    let (what, remedy) = refusal(lang, place, failure, Wish::Links);
    let place = printable(&place.to_string(), 255);
    say! { lang, "não consigo ver nem encerrar os links de {place}: {what}; {remedy}",
    "cannot see or end the links of {place}: {what}; {remedy}" }
}

/// The words for a store that does not take links.
pub(crate) fn no_book(lang: Lang, problem: &StoreProblem) -> String {
    let (what, remedy) = store::store_problem(lang, problem);
    say! { lang, "o histórico guarda quais links existem, e não serve: {what}; {remedy}",
    "the history keeps which links there are, and cannot be used: {what}; {remedy}" }
}

/// The words for a link that another run has ended meanwhile.
pub(crate) fn taken_over(lang: Lang) -> String {
    say! { lang, "outra execução encerrou este link ao mesmo tempo: execute de novo",
    "another run has ended this link at the same time: run again" }
}

/// The words for links that another run works on.
pub(crate) fn busy(lang: Lang) -> String {
    say! { lang, "outra execução está fazendo ou encerrando links destes clientes: execute de novo quando ela terminar",
    "another run is making or ending links of these clients: run again when it has ended" }
}
