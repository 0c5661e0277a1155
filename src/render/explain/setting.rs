//! Settings that cannot be used, in words.

use super::file_problem;
use crate::failure::{
    DefaultsProblem, EndpointProblem, EnvironmentProblem, PlaceProblem, ProxyProblem,
};
use crate::lang::{Lang, say};

/// The words for a `--store` that names no place.
pub(super) fn place(lang: Lang, problem: PlaceProblem) -> String {
    let why = match problem {
        PlaceProblem::NotAPath => say! { lang, "não é o caminho de um arquivo",
        "it is not the path of a file" },
        PlaceProblem::NowhereToStart => {
            say! { lang, "a pasta atual não existe; use um caminho absoluto",
            "the current folder does not exist; use an absolute path" }
        }
        PlaceProblem::NotAUrl => {
            say! { lang, "não é uma URL do PostgreSQL: escreva postgres://usuario@servidor/banco",
            "it is not a PostgreSQL URL: write postgres://user@host/database" }
        }
        PlaceProblem::NotEncoded => {
            say! { lang, "antes do último @ há um /, ? ou #: na senha, escreva @ como %40, / como %2F, ? como %3F e # como %23",
            "there is a /, ? or # before the last @: in the password, write @ as %40, / as %2F, ? as %3F and # as %23" }
        }
        PlaceProblem::KeyValue => {
            say! { lang, "em vez de host=… dbname=…, escreva a URL postgres://usuario@servidor/banco (um arquivo de nome assim: ./host=…)",
            "instead of host=… dbname=…, write the URL postgres://user@host/database (a file of such a name: ./host=…)" }
        }
        PlaceProblem::OtherScheme => {
            say! { lang, "não é um caminho, nem sqlite:CAMINHO, nem postgres://…",
            "it is neither a path, nor sqlite:PATH, nor postgres://…" }
        }
        PlaceProblem::Options => say! { lang, "depois do caminho não vão opções",
        "no options belong behind the path" },
        PlaceProblem::AnOutput => {
            say! { lang, "o arquivo também é a saída de um -o; dê outro nome a um dos dois",
            "the file is the output of an -o, too; give one of them another name" }
        }
        PlaceProblem::LikeAClient => {
            say! { lang, "na pasta dos clientes, um nome que começa com config_ é de um cliente; use outro nome ou outra pasta",
            "in the clients' folder, a name that begins with config_ is a client's; use another name or folder" }
        }
        PlaceProblem::AmongPages => {
            say! { lang, "o arquivo fica na pasta das páginas dos clientes, que um servidor web mostra; use outra pasta",
            "the file lies in the folder of the customers' pages, which a web server shows; use another folder" }
        }
    };
    say! { lang, "--store não diz onde fica o histórico: {why}",
    "--store does not say where the history is: {why}" }
}

/// The words for an `--endpoint` that is no address for signed requests.
pub(super) fn endpoint(lang: Lang, problem: EndpointProblem) -> String {
    let why = address(lang, problem);
    say! { lang, "--endpoint não é um endereço do serviço: {why}",
    "--endpoint is no address of the service: {why}" }
}

/// The reason why a text is no address that secrets may go to.
pub(super) fn address(lang: Lang, problem: EndpointProblem) -> String {
    match problem {
        EndpointProblem::NotAUrl => say! { lang, "não é uma URL: escreva https://servidor",
        "it is not a URL: write https://host" },
        EndpointProblem::NotBare => {
            say! { lang, "a URL não leva usuário, senha, consulta (?) nem fragmento (#)",
            "no user, password, query (?) or fragment (#) belongs in the URL" }
        }
        EndpointProblem::InTheClear => {
            say! { lang, "http serve só para esta máquina (loopback); use https",
            "http is for this machine only (loopback); use https" }
        }
        EndpointProblem::OtherScheme => say! { lang, "não é https, nem http para esta máquina",
        "it is neither https, nor http to this machine" },
    }
}

/// The words for a folder's own defaults that cannot be used.
pub(super) fn defaults(
    lang: Lang,
    file: &str,
    line: Option<usize>,
    problem: &DefaultsProblem,
) -> String {
    let why = match problem {
        DefaultsProblem::File(problem) => file_problem(lang, *problem).0,
        DefaultsProblem::NotUtf8 => say! { lang, "não está em UTF-8; grave o arquivo em UTF-8",
        "it is not UTF-8; save the file as UTF-8" },
        DefaultsProblem::Syntax => say! { lang, "não é chave = valor, nem comentário",
        "it is neither key = value nor a comment" },
        DefaultsProblem::SeveralSections => say! { lang, "uma segunda seção; o arquivo tem uma só",
        "a second section; the file has one only" },
        DefaultsProblem::UnknownKey { name } => {
            say! { lang, "{name} não é uma chave: há method, settle_days, surplus_percent, lang, output, jobs, pages, pages_url, pages_group e contact",
            "{name} is no key: there are method, settle_days, surplus_percent, lang, output, jobs, pages, pages_url, pages_group and contact" }
        }
        DefaultsProblem::RepeatedKey { key, first_line } => {
            say! { lang, "{key} já está na linha {first_line}",
            "{key} is in line {first_line} already" }
        }
        DefaultsProblem::Value { key } => {
            let option = key.replace('_', "-");
            say! { lang, "--{option} não aceita este valor de {key} (veja --help)",
            "--{option} does not take this value of {key} (see --help)" }
        }
    };
    let place = line.map_or(String::new(), |line| {
        say!(lang, ", linha {line}", ", line {line}")
    });
    format!("{file}{place}: {why}")
}

/// The words for a variable of the environment that says the way to the service and is not understood.
pub(super) fn environment(lang: Lang, problem: &EnvironmentProblem) -> String {
    let variable = problem.variable;
    let form = say! { lang, "escreva http://usuario:senha@servidor:porta",
    "write http://user:password@host:port" };
    let why = match &problem.problem {
        ProxyProblem::NotText => say!(lang, "não é texto UTF-8", "it is not UTF-8 text"),
        ProxyProblem::Quoted => say! { lang, "há aspas em volta do endereço: retire-as",
        "there are quotes around the address: take them away" },
        ProxyProblem::NotEncoded => {
            say! { lang, "o usuário ou a senha tem um caractere que precisa ser codificado: @ é %40, # é %23, / é %2F, ? é %3F, \\ é %5C, espaço é %20, e letras acentuadas em UTF-8",
            "user or password has a character that must be encoded: @ is %40, # is %23, / is %2F, ? is %3F, \\ is %5C, a blank is %20, and accented letters in UTF-8" }
        }
        ProxyProblem::OtherScheme => {
            say! { lang, "o esquema não é de um proxy: use http, https, socks4, socks4a, socks5 ou socks5h",
            "the scheme is not that of a proxy: use http, https, socks4, socks4a, socks5 or socks5h" }
        }
        ProxyProblem::NoVersion => {
            say! { lang, "socks:// não diz a versão: escreva socks5h:// (ou socks5, socks4a, socks4)",
            "socks:// does not say the version: write socks5h:// (or socks5, socks4a, socks4)" }
        }
        ProxyProblem::NoCredentials => {
            say! { lang, "SOCKS 4 não leva usuário nem senha: use socks5h",
            "SOCKS 4 takes neither user nor password: use socks5h" }
        }
        ProxyProblem::Script => {
            say! { lang, "é o endereço de um script PAC, não de um proxy: escreva o proxy que ele escolhe, como http://servidor:porta",
            "it is the address of a PAC script, not of a proxy: write the proxy that it chooses, as http://host:port" }
        }
        ProxyProblem::NotAnAddress => say! { lang, "não é o endereço de um proxy: {form}",
        "it is not the address of a proxy: {form}" },
        ProxyProblem::NotAHost { entry } => {
            say! { lang, "\"{entry}\" não é um nome, um domínio nem uma rede: escreva, por exemplo, localhost,.empresa.com.br,10.0.0.0/8",
            "\"{entry}\" is neither a name, a domain nor a network: write, for example, localhost,.example.com,10.0.0.0/8" }
        }
    };
    say! { lang, "{variable} diz por onde vão as requisições, e não é entendido: {why}. Nada foi enviado",
    "{variable} says which way the requests go, and is not understood: {why}. Nothing was sent" }
}
