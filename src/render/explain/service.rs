//! Texts of the service's failures, refusals and unusable answers.

use super::{file_problem, setting};
use crate::failure::{
    Answer, CertificatesProblem, CredentialKind, CurrencySum, DataProblem, ProxyAbsence,
    ProxyRefusal, ServiceProblem,
};
use crate::lang::{Lang, say, told};
use crate::render::number::{self, Numbers};
use crate::render::words;

/// The policy that lets a group read the cost; singular, as the vendor's own samples write it.
pub(super) fn policy(lang: Lang) -> String {
    say! { lang, "Allow group GRUPO to read usage-report in tenancy",
    "Allow group GROUP to read usage-report in tenancy" }
}

/// The policies that let a machine read the cost, and see which region is the home region.
pub(super) fn machine_policies(lang: Lang) -> [String; 2] {
    [policy(lang), regions_policy(lang)].map(|policy| policy.replace("group ", "dynamic-group "))
}

/// The remedy of a machine's missing policy.
pub(super) fn machine_remedy(lang: Lang) -> String {
    let [policy, _] = machine_policies(lang);
    say! { lang, "crie a política no compartimento-raiz: {policy}. Se ela existe: o grupo dinâmico tem esta máquina? region é a região home? Uma política nova leva alguns minutos",
    "create the policy in the root compartment: {policy}. If it exists: does the dynamic group have this machine, is region the home region? A new policy takes some minutes" }
}

/// The policy that lets a group see which region is the home region.
pub(super) fn regions_policy(lang: Lang) -> String {
    say! { lang, "Allow group GRUPO to inspect tenancies in tenancy",
    "Allow group GROUP to inspect tenancies in tenancy" }
}

pub(super) fn service_problem(lang: Lang, problem: &ServiceProblem) -> (String, String) {
    let policy = policy(lang);
    match problem {
        ServiceProblem::UnknownHost { host } => told! { lang,
        "{host} não foi encontrado (DNS)" => "confira region, a rede e o DNS",
        "{host} was not found (DNS)" => "check region, network and DNS" },
        ServiceProblem::MisspeltRegion { region, host, near } => (
            say! { lang, "a região {region} parece escrita errada: não está na tabela, e {host} não foi encontrado (DNS)",
            "the region {region} looks misspelt: it is not in the table, and {host} was not found (DNS)" },
            match near {
                Some(near) => {
                    say! { lang, "escreva region={near}, se for essa; se {region} estiver certa, confira a rede e o DNS",
                    "write region={near}, if that is the one; if {region} is right, check network and DNS" }
                }
                None => {
                    say! { lang, "copie o identificador da region da console, como sa-saopaulo-1; se {region} estiver certa, confira a rede e o DNS",
                    "copy the identifier for region from the console, such as sa-saopaulo-1; if {region} is right, check network and DNS" }
                }
            },
        ),
        ServiceProblem::ConnectionRefused { host } => told! { lang,
        "{host}, ou o proxy, recusou a conexão" => "confira a rede, o proxy e o firewall",
        "{host}, or the proxy, refused the connection" => "check network, proxy and firewall" },
        ServiceProblem::ConnectionBroken { host, tries, cause } => {
            let cause = cause.map_or(String::new(), |cause| format!(": {cause}"));
            (
                tried(
                    lang,
                    &say! { lang, "a conexão com {host} caiu{cause}",
                    "the connection to {host} broke{cause}" },
                    *tries,
                ),
                say! { lang, "confira a rede e o proxy e execute de novo",
                "check network and proxy and run again" },
            )
        }
        ServiceProblem::NoProxy { proxy, reason } => (
            match reason {
                ProxyAbsence::NoAddress => say! { lang, "o proxy {proxy} não foi encontrado (DNS)",
                "the proxy {proxy} was not found (DNS)" },
                ProxyAbsence::Refused => say! { lang, "o proxy {proxy} recusou a conexão",
                "the proxy {proxy} refused the connection" },
                ProxyAbsence::Other(cause) => {
                    let cause = cause.map_or(String::new(), |cause| format!(": {cause}"));
                    say! { lang, "não há conexão com o proxy {proxy}{cause}",
                    "there is no connection to the proxy {proxy}{cause}" }
                }
            },
            say! { lang, "confira o endereço do proxy (HTTPS_PROXY, ALL_PROXY), a rede e o DNS",
            "check the proxy's address (HTTPS_PROXY, ALL_PROXY), network and DNS" },
        ),
        ServiceProblem::Proxy {
            host,
            proxy,
            refusal,
        } => proxy_refusal(lang, host, proxy, *refusal),
        ServiceProblem::Environment(problem) => (
            setting::environment(lang, problem),
            say! { lang, "corrija a variável e execute de novo",
            "correct the variable and run again" },
        ),
        ServiceProblem::Tls { host, detail } => told! { lang,
        "TLS com {host} falhou: {detail}" => "confira o relógio, o proxy e os certificados do sistema (SSL_CERT_FILE)",
        "TLS with {host} failed: {detail}" => "check clock, proxy and the system's certificates (SSL_CERT_FILE)" },
        ServiceProblem::Timeout { host, tries } => (
            tried(
                lang,
                &say! { lang, "{host} não respondeu a tempo",
                "{host} did not answer in time" },
                *tries,
            ),
            say! { lang, "execute de novo, ou aumente --timeout ou --retry-budget",
            "run again, or raise --timeout or --retry-budget" },
        ),
        ServiceProblem::NotAuthenticated {
            user,
            fingerprint,
            answer,
        } => (
            answered(lang, answer),
            say! { lang, "compare com a console: user {user}, fingerprint {fingerprint} e a chave pública desse usuário; e veja se a tenancy está inscrita na região",
            "compare with the console: user {user}, fingerprint {fingerprint} and that user's public key; and see whether the tenancy subscribes to the region" },
        ),
        ServiceProblem::TokenRefused { kind, answer } => (
            answered(lang, answer),
            match kind {
                CredentialKind::SecurityToken => {
                    say! { lang, "entre de novo: oci session authenticate; e veja se a tenancy está inscrita na região",
                    "log in again: oci session authenticate; and see whether the tenancy subscribes to the region" }
                }
                _ => {
                    say! { lang, "o serviço recusou o token da máquina duas vezes: confira o relógio, e se a tenancy está inscrita na região",
                    "the service refused the machine's token twice: check the clock, and whether the tenancy subscribes to the region" }
                }
            },
        ),
        ServiceProblem::ClockSkew {
            offset_seconds,
            answer,
        } => {
            let (answered, clock) = (answered(lang, answer), clock(lang, *offset_seconds));
            (
                format!("{answered}; {clock}"),
                say! { lang, "acerte o relógio desta máquina",
                "set this machine's clock" },
            )
        }
        ServiceProblem::ClockAhead { offset_seconds } => {
            let clock = clock(lang, *offset_seconds);
            told! { lang,
            "{clock}: para o serviço, o dia da posição ainda não chegou" => "acerte o relógio desta máquina, ou use --as-of",
            "{clock}: for the service the as-of day has not come yet" => "set this machine's clock, or use --as-of" }
        }
        ServiceProblem::NotAuthorized(answer) => (
            answered(lang, answer),
            say! { lang, "crie a política no compartimento-raiz: {policy}. Guias antigos escrevem usage-reports: se assim funciona em outros clientes, a causa é outra: usuário fora do grupo, grupo de um domínio ('Default'/'GRUPO'), política fora da raiz, region que não é a região home",
            "create the policy in the root compartment: {policy}. Older guides write usage-reports: if that works for other customers, the cause is another: user not in the group, group of a domain ('Default'/'GROUP'), policy outside the root, region that is not the home region" },
        ),
        ServiceProblem::Forbidden(answer) => (
            answered(lang, answer),
            say! { lang, "ponha em region a região home da tenancy e confira a política: {policy}",
            "put the tenancy's home region in region and check the policy: {policy}" },
        ),
        ServiceProblem::TooManyRequests { tries, answer } => {
            let answered = tried(lang, &answered(lang, answer), *tries);
            (
                answered,
                say! { lang, "execute mais tarde, com --jobs menor ou --retry-budget maior",
                "run later, with fewer --jobs or a larger --retry-budget" },
            )
        }
        ServiceProblem::RetryTooLate { wait, answer } => {
            let (answered, wait) = (answered(lang, answer), wait.as_secs());
            told! { lang,
            "{answered}; pede para esperar {wait} s, mais que o resto de --retry-budget" => "execute de novo depois de {wait} s",
            "{answered}; it asks to wait {wait} s, longer than what is left of --retry-budget" => "run again after {wait} s" }
        }
        ServiceProblem::Unavailable { tries, answer } => {
            let answered = tried(lang, &answered(lang, answer), *tries);
            (
                answered,
                say! { lang, "execute mais tarde ou aumente --retry-budget; se persistir, abra chamado na Oracle com o opc-request-id",
                "run later or raise --retry-budget; if it persists, open a request with Oracle and give the opc-request-id" },
            )
        }
        ServiceProblem::Redirect(answer) => (
            answered(lang, answer),
            say! { lang, "um proxy ou portal está no caminho: a assinatura não segue redirecionamentos",
            "a proxy or portal is in the way: the signature follows no redirect" },
        ),
        ServiceProblem::Rejected(answer) => (
            answered(lang, answer),
            say! { lang, "confira o config; se estiver certo, avise-nos com o opc-request-id",
            "check the config; if it is right, report the defect with the opc-request-id" },
        ),
        ServiceProblem::SigningFailed => told! { lang,
        "a assinatura falhou" => "execute de novo",
        "signing failed" => "run again" },
        ServiceProblem::NoCertificates { named } => {
            let named: Vec<String> = named
                .iter()
                .map(|problem| certificates(lang, problem))
                .collect();
            let named = named.join("; ");
            told! { lang,
            "o cliente HTTP não pôde ser criado: {named}" =>
            "corrija ou retire a variável; sem ela valem os certificados do sistema (ca-certificates)",
            "the HTTP client could not be made: {named}" =>
            "correct the variable or take it away; without it the system's certificates count (ca-certificates)" }
        }
        ServiceProblem::NoClient { detail } => told! { lang,
        "o cliente HTTP não pôde ser criado: {detail}" => "instale os certificados do sistema (ca-certificates) e confira o proxy",
        "the HTTP client could not be made: {detail}" => "install the system's certificates (ca-certificates) and check the proxy" },
    }
}

/// The words for a proxy that makes no connection.
fn proxy_refusal(lang: Lang, host: &str, proxy: &str, refusal: ProxyRefusal) -> (String, String) {
    let allow = || {
        say! { lang, "peça a quem cuida do proxy que libere {host}",
        "ask whoever runs the proxy to allow {host}" }
    };
    match refusal {
        ProxyRefusal::Credentials => told! { lang,
        "o proxy {proxy} respondeu 407: pede usuário e senha, ou não aceita os que tem" =>
        "ponha o usuário e a senha do proxy em HTTPS_PROXY (http://usuario:senha@servidor:porta); o programa só fala Basic, não NTLM nem Kerberos",
        "the proxy {proxy} answered 407: it asks for user and password, or does not accept them" =>
        "put the proxy's user and password in HTTPS_PROXY (http://user:password@host:port); the program speaks Basic alone, neither NTLM nor Kerberos" },
        ProxyRefusal::OtherStatus => (
            say! { lang, "o proxy {proxy} recusou a ligação com {host}; quase sempre é um 403: o proxy não permite o endereço (o status não é conhecido)",
            "the proxy {proxy} refused to connect to {host}; most often that is a 403: the proxy does not allow the address (the status is not known)" },
            allow(),
        ),
        ProxyRefusal::SocksCredentials => told! { lang,
        "o proxy SOCKS {proxy} pede usuário e senha, ou não aceita os que tem" =>
        "ponha o usuário e a senha do proxy na variável (socks5h://usuario:senha@servidor:porta), ou retire-os se ele não os pede",
        "the SOCKS proxy {proxy} asks for user and password, or does not accept them" =>
        "put the proxy's user and password in the variable (socks5h://user:password@host:port), or take them away if it does not ask for them" },
        ProxyRefusal::SocksForbidden => (
            say! { lang, "o proxy SOCKS {proxy} não permite a conexão com {host}",
            "the SOCKS proxy {proxy} does not allow the connection to {host}" },
            allow(),
        ),
        ProxyRefusal::OwnLookup => told! { lang,
        "o nome {host} não tem endereço nesta máquina, que é quem o procura com socks5:// e socks4://" => "escreva socks5h:// (ou socks4a://), com que o proxy {proxy} procura o nome; confira region",
        "the name {host} has no address on this machine, which looks it up with socks5:// and socks4://" => "write socks5h:// (or socks4a://), with which the proxy {proxy} looks the name up; check region" },
        ProxyRefusal::SocksUnreached => told! { lang,
        "o proxy SOCKS {proxy} não conseguiu se conectar a {host}" => "confira a rede e o proxy e execute de novo",
        "the SOCKS proxy {proxy} could not connect to {host}" => "check network and proxy and run again" },
        ProxyRefusal::OtherProtocol => told! { lang,
        "{proxy} não fala o protocolo de proxy da variável" => "use outro esquema: http, socks5h, socks5, socks4a ou socks4",
        "{proxy} does not speak the variable's proxy protocol" => "use another scheme: http, socks5h, socks5, socks4a or socks4" },
    }
}

/// The words for a variable that names no certificate.
fn certificates(lang: Lang, problem: &CertificatesProblem) -> String {
    let CertificatesProblem {
        variable,
        path,
        problem,
    } = problem;
    let why = match problem {
        Some(problem) => file_problem(lang, *problem).0,
        None => say! { lang, "não tem nenhum certificado (PEM)",
        "holds no certificate (PEM)" },
    };
    format!("{variable}={path}: {why}")
}

/// Appends the number of tries to `what`.
fn tried(lang: Lang, what: &str, tries: u32) -> String {
    say! { lang, "{what} (tentativas: {tries})",
    "{what} (tries: {tries})" }
}

/// The service's own words.
pub(super) fn answered(lang: Lang, answer: &Answer) -> String {
    let Answer {
        status,
        code,
        message,
    } = answer;
    let words = words_of(code, message);
    say! { lang, "o serviço respondeu {status}{words}",
    "the service answered {status}{words}" }
}

/// Returns what an answer adds to its status: a code, a message or both.
pub(super) fn words_of(code: &str, message: &str) -> String {
    match (code, message.trim_end_matches('.')) {
        ("", "") => String::new(),
        ("", message) => format!(": {message}"),
        (code, "") => format!(" {code}"),
        (code, message) => format!(" {code}: {message}"),
    }
}

/// Returns the size and the direction of this machine's clock error; `offset` is the service's time less its own.
pub(super) fn clock(lang: Lang, offset: i64) -> String {
    let seconds = offset.unsigned_abs();
    let off = match seconds {
        0..=299 => format!("{seconds} s"),
        300..=7199 => format!("{} min", seconds / 60),
        7200..=172_799 => format!("{} h", seconds / 3600),
        _ => words::days(lang, seconds / 86_400),
    };
    match offset > 0 {
        true => say! { lang, "o relógio desta máquina está {off} atrasado",
        "this machine's clock is {off} slow" },
        false => say! { lang, "o relógio desta máquina está {off} adiantado",
        "this machine's clock is {off} fast" },
    }
}

pub(super) fn data_problem(lang: Lang, problem: &DataProblem) -> (String, String) {
    let what = match problem {
        DataProblem::BodyTooLarge(limit) => {
            say! { lang, "a resposta passa de {limit} bytes",
            "the answer is over {limit} bytes" }
        }
        DataProblem::NotTheDocument { detail } => {
            say! { lang, "a resposta não é o JSON documentado ({detail})",
            "the answer is not the documented JSON ({detail})" }
        }
        DataProblem::NotADay { value } => {
            say! { lang, "uma linha não é de um dia UTC: {value}",
            "a row is not of a UTC day: {value}" }
        }
        DataProblem::NotAnAmount { value } => {
            say! { lang, "um custo não é um valor em dinheiro: {value}",
            "a cost is not an amount of money: {value}" }
        }
        DataProblem::NotACurrency { value } => {
            say! { lang, "uma linha tem moeda desconhecida: {value}",
            "a row has an unknown currency: {value}" }
        }
        DataProblem::NoHomeRegion => {
            say! { lang, "a lista de regiões da tenancy não diz qual é a região home",
            "the list of the tenancy's regions does not say which is the home region" }
        }
        DataProblem::TooManyRows(limit) => {
            say! { lang, "uma janela tem mais de {limit} linhas",
            "a window has over {limit} rows" }
        }
        DataProblem::PageLoop => {
            say! { lang, "o serviço repete a próxima página",
            "the service names the same next page again" }
        }
        DataProblem::PageRepeated => {
            say! { lang, "o serviço mandou a mesma página duas vezes",
            "the service sent the same page twice" }
        }
        DataProblem::TooManyPages(limit) => say! { lang, "há mais de {limit} páginas",
        "there are over {limit} pages" },
        DataProblem::BadPageToken => {
            say! { lang, "a próxima página não tem nome válido",
            "the next page has no valid name" }
        }
        DataProblem::OtherTenancy { tenancy } => {
            return told! { lang,
            "há linhas de outra tenancy: {tenancy}" => "se é filha desta, configure só a mãe ou só as filhas, e avise-nos",
            "there are rows of another tenancy: {tenancy}" =>
            "if it is a child of this one, configure the parent or the children only, and report the case" };
        }
        DataProblem::OutsideRange { day } => {
            let day = number::day(lang, *day);
            say! { lang, "há custo em {day}, que não foi pedido",
            "there is cost on {day}, which was not asked for" }
        }
        DataProblem::OtherCurrency { expected, sums } => {
            let sums = currency_sums(lang, sums);
            return told! { lang,
            "o contrato está em {expected} e o custo vem em {sums}" =>
            "corrija moeda e credito; se o contrato tem mesmo duas moedas, avise-nos",
            "the contract is in {expected} and the cost comes in {sums}" =>
            "correct moeda and credito; if the contract really has two currencies, report the case" };
        }
        DataProblem::SeveralCurrencies { sums } => {
            let sums = currency_sums(lang, sums);
            return told! { lang,
            "há custo em {sums}" => "um cliente é relatado em uma só moeda: confira o contrato e avise-nos",
            "there is cost in {sums}" => "a client is reported in one currency: check the contract and report the case" };
        }
        DataProblem::NoCurrency => {
            return told! { lang,
            "nada diz a moeda do custo" => "inclua moeda no arquivo do cliente",
            "nothing says the cost's currency" => "add moeda to the config" };
        }
    };
    let remedy = say! { lang, "não use os valores deste cliente hoje; execute de novo e, se persistir, avise-nos com o opc-request-id",
    "do not use this client's figures today; run again and, if it persists, report it with the opc-request-id" };
    (what, remedy)
}

/// Returns the money of each currency and since when, as in `BRL (10,00 desde 01/05/2026) e USD (…)`.
fn currency_sums(lang: Lang, sums: &[CurrencySum]) -> String {
    let words: Vec<String> = sums
        .iter()
        .map(|sum| {
            let amount = Numbers::new(lang, Some(sum.currency)).money(&sum.amount);
            let (currency, first) = (sum.currency, number::day(lang, sum.first));
            say! { lang, "{currency} ({amount} desde {first})",
            "{currency} ({amount} since {first})" }
        })
        .collect();
    words.join(&say!(lang, " e em ", " and in "))
}
