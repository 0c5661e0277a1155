//! Failures and warnings in words: what happened, and what to do.

use std::path::Path;

use super::number::{self, Numbers};
use super::{say, words};
use crate::cli::Lang;
use crate::failure::{
    Answer, ConfigProblem, DataProblem, Failure, FileProblem, KeyProblem, MissingKey, Problem,
    ServiceProblem, Warning,
};
use crate::money::Currency;
use crate::plan::Misuse;
use crate::text::printable;

/// The policy that lets a group read the cost; singular, as the vendor's own samples write it.
fn policy(lang: Lang) -> String {
    say!(
        lang,
        "Allow group GRUPO to read usage-report in tenancy",
        "Allow group GROUP to read usage-report in tenancy"
    )
}

/// What happened, with the place in the config, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What happened.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// The words for `failure`, of the client in `config`.
pub fn failure(lang: Lang, config: &str, failure: &Failure) -> Explanation {
    let (what, remedy) = match &failure.problem {
        Problem::Config(problem) => config_problem(lang, problem),
        Problem::Key(problem) => key_problem(lang, problem),
        Problem::Service(problem) => service_problem(lang, problem),
        Problem::Data(problem) => data_problem(lang, problem),
        Problem::Internal => (
            say!(
                lang,
                "o programa falhou neste cliente",
                "the program failed on this client"
            ),
            say!(
                lang,
                "relate o defeito com a saída de -v",
                "report the defect with the output of -v"
            ),
        ),
    };
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
    Explanation {
        message: format!("{place}: {what}"),
        remedy,
    }
}

/// The words for a run that cannot be.
pub fn misuse(lang: Lang, misuse: &Misuse) -> String {
    match misuse {
        Misuse::AsOfAhead { as_of, today } => say!(
            lang,
            "--as-of {as_of} é depois de hoje ({today} UTC): dias por vir pareceriam dias sem uso",
            "--as-of {as_of} is after today ({today} UTC): days to come would read as days without usage"
        ),
        Misuse::Folder { dir, problem } => {
            let (what, _) = file_problem(lang, *problem);
            say!(
                lang,
                "não consigo ler a pasta {dir}: {what}",
                "cannot read the folder {dir}: {what}"
            )
        }
        Misuse::NoMatch { dir } => {
            say!(
                lang,
                "--only não corresponde a nenhum cliente de {dir}",
                "--only matches no client of {dir}"
            )
        }
    }
}

/// The words for a folder without clients.
pub fn no_clients(lang: Lang, dir: &Path) -> String {
    let dir = printable(&dir.to_string_lossy(), 255);
    say!(
        lang,
        "não há nenhum arquivo config_* em {dir}",
        "there is no config_* file in {dir}"
    )
}

/// The words for a try that had no whole answer.
pub fn service(lang: Lang, problem: &ServiceProblem) -> String {
    service_problem(lang, problem).0
}

fn file_problem(lang: Lang, problem: FileProblem) -> (String, String) {
    match problem {
        FileProblem::Missing => (
            say!(lang, "não existe", "it does not exist"),
            say!(
                lang,
                "confira o caminho; um relativo parte da pasta do config",
                "check the path; a relative one starts at the config's folder"
            ),
        ),
        FileProblem::Forbidden => (
            say!(lang, "sem permissão de leitura", "no permission to read"),
            say!(
                lang,
                "dê leitura ao usuário que executa (chmod u+r)",
                "let the running user read it (chmod u+r)"
            ),
        ),
        FileProblem::NotAFile => (
            say!(lang, "não é um arquivo comum", "it is not a regular file"),
            say!(lang, "aponte para um arquivo", "point to a file"),
        ),
        FileProblem::NotAFolder => (
            say!(lang, "não é uma pasta", "it is not a folder"),
            say!(lang, "confira o caminho", "check the path"),
        ),
        FileProblem::TooLarge(limit) => (
            say!(lang, "maior que {limit} bytes", "larger than {limit} bytes"),
            say!(
                lang,
                "confira se é o arquivo certo",
                "check that it is the right file"
            ),
        ),
        FileProblem::Other(kind) => (
            say!(
                lang,
                "não pôde ser lido ({kind})",
                "could not be read ({kind})"
            ),
            say!(lang, "confira o disco e o caminho", "check disk and path"),
        ),
    }
}

fn config_problem(lang: Lang, problem: &ConfigProblem) -> (String, String) {
    let exact = Numbers { lang, places: 2 };
    match problem {
        ConfigProblem::File(problem) => file_problem(lang, *problem),
        ConfigProblem::Utf16 => (
            say!(
                lang,
                "o texto está em UTF-16 ou é binário",
                "the text is UTF-16 or binary"
            ),
            say!(lang, "salve o arquivo como UTF-8", "save the file as UTF-8"),
        ),
        ConfigProblem::Syntax => (
            say!(
                lang,
                "não é seção, comentário nem chave = valor",
                "neither a section, nor a comment, nor key = value"
            ),
            say!(
                lang,
                "corrija ou comente a linha com #",
                "correct the line, or comment it out with #"
            ),
        ),
        ConfigProblem::SeveralSections => (
            say!(
                lang,
                "há mais de uma seção [...]",
                "there is more than one section [...]"
            ),
            say!(
                lang,
                "deixe um cliente por arquivo",
                "keep one client per file"
            ),
        ),
        ConfigProblem::RepeatedKey { name, first_line } => (
            say!(
                lang,
                "a chave {name} já está na linha {first_line}",
                "the key {name} stands on line {first_line} already"
            ),
            say!(lang, "deixe só uma delas", "keep one of them"),
        ),
        ConfigProblem::Missing(keys) => missing(lang, keys),
        ConfigProblem::Placeholder => (
            say!(
                lang,
                "o texto de exemplo da console ficou no lugar do valor",
                "the console's placeholder was left in"
            ),
            say!(
                lang,
                "troque <...> pelo valor",
                "put the value in place of <...>"
            ),
        ),
        ConfigProblem::NotAnOcid { expected } => (
            say!(
                lang,
                "não é um OCID de {expected}",
                "not the OCID of a {expected}"
            ),
            say!(
                lang,
                "copie da console o OCID inteiro (ocid1.{expected}...)",
                "copy the whole OCID from the console (ocid1.{expected}...)"
            ),
        ),
        ConfigProblem::NotAFingerprint => (
            say!(
                lang,
                "não é uma impressão digital (16 pares hexadecimais)",
                "not a fingerprint (16 hexadecimal pairs)"
            ),
            say!(
                lang,
                "copie-a da chave de API do usuário na console",
                "copy it from the user's API key in the console"
            ),
        ),
        ConfigProblem::NotARegion => (
            say!(
                lang,
                "o nome da região só tem letras, números e hífens",
                "a region's name has only letters, digits and hyphens"
            ),
            say!(
                lang,
                "use o nome, como sa-saopaulo-1",
                "use the name, such as sa-saopaulo-1"
            ),
        ),
        ConfigProblem::UnknownRealm => (
            say!(
                lang,
                "região desconhecida, e o realm da tenancy também",
                "unknown region, and so is the tenancy's realm"
            ),
            say!(lang, "confira region e tenancy", "check region and tenancy"),
        ),
        ConfigProblem::NotADate { value } => (
            say!(
                lang,
                "\"{value}\" não é uma data",
                "\"{value}\" is not a date"
            ),
            say!(
                lang,
                "escreva AAAA-MM-DD ou DD/MM/AAAA",
                "write YYYY-MM-DD or DD/MM/YYYY"
            ),
        ),
        ConfigProblem::EndsBeforeStart { start, end } => {
            let (start, end) = (number::day(lang, *start), number::day(lang, *end));
            (
                say!(
                    lang,
                    "o contrato acaba ({end}) antes de começar ({start})",
                    "the contract ends ({end}) before it starts ({start})"
                ),
                say!(
                    lang,
                    "corrija inicio_contrato ou fim_contrato",
                    "correct inicio_contrato or fim_contrato"
                ),
            )
        }
        ConfigProblem::TooLong { limit } => (
            say!(
                lang,
                "o contrato tem mais de {limit} dias",
                "the contract has over {limit} days"
            ),
            say!(
                lang,
                "confira o ano das datas",
                "check the year of the dates"
            ),
        ),
        ConfigProblem::NotAnAmount { value } => (
            say!(
                lang,
                "\"{value}\" não é um valor",
                "\"{value}\" is not an amount"
            ),
            say!(
                lang,
                "escreva, por exemplo, 150.000,00 ou R$ 150000",
                "write 150,000.00 or US$ 150000, for example"
            ),
        ),
        ConfigProblem::AmbiguousAmount {
            value,
            thousands,
            decimals,
        } => {
            let (thousands, decimals) = (
                exact.money(thousands),
                Numbers { lang, places: 3 }.money(decimals),
            );
            (
                say!(
                    lang,
                    "\"{value}\" pode ser {thousands} ou {decimals}",
                    "\"{value}\" may be {thousands} or {decimals}"
                ),
                say!(
                    lang,
                    "escreva com centavos ({thousands}) ou sem separador",
                    "write it with cents ({thousands}) or without a separator"
                ),
            )
        }
        ConfigProblem::NegativeAmount => (
            say!(lang, "o valor é negativo", "the amount is negative"),
            say!(
                lang,
                "escreva zero ou mais; crédito 0 é sob demanda",
                "write zero or more; credit 0 is pay as you go"
            ),
        ),
        ConfigProblem::AmbiguousCurrency { sign } => (
            say!(
                lang,
                "\"{sign}\" é de várias moedas",
                "\"{sign}\" is the sign of several currencies"
            ),
            say!(
                lang,
                "escreva R$, US$ ou o código, como USD",
                "write R$, US$ or the code, such as USD"
            ),
        ),
        ConfigProblem::NotACurrency { value } => (
            say!(
                lang,
                "\"{value}\" não é um código de moeda",
                "\"{value}\" is not a currency code"
            ),
            say!(
                lang,
                "use três letras, como BRL ou USD",
                "use three letters, such as BRL or USD"
            ),
        ),
        ConfigProblem::CurrenciesDisagree { stated, written } => (
            say!(
                lang,
                "o contrato está em {stated}, mas um valor está escrito em {written}",
                "the contract is in {stated}, but an amount is written in {written}"
            ),
            say!(
                lang,
                "deixe uma só moeda no arquivo",
                "keep one currency in the file"
            ),
        ),
        ConfigProblem::HalfAnOpening { missing } => (
            say!(lang, "falta {missing}", "{missing} is missing"),
            say!(
                lang,
                "consumo_anterior e consumo_anterior_ate vão juntos",
                "consumo_anterior and consumo_anterior_ate go together"
            ),
        ),
        ConfigProblem::OpeningOutside => (
            say!(
                lang,
                "a data está fora do contrato",
                "the date is outside the contract"
            ),
            say!(
                lang,
                "use o último dia já contado em consumo_anterior",
                "use the last day that consumo_anterior holds"
            ),
        ),
        ConfigProblem::OpeningAhead { as_of } => {
            let as_of = number::day(lang, *as_of);
            (
                say!(
                    lang,
                    "a data não é anterior à data-base ({as_of})",
                    "the date is not before the as-of day ({as_of})"
                ),
                say!(lang, "use um dia já encerrado", "use a day that is over"),
            )
        }
        ConfigProblem::Overlap { other } => (
            say!(
                lang,
                "mesma tenancy e mesmos dias que {other}: o custo contaria duas vezes",
                "same tenancy and days as {other}: the cost would count twice"
            ),
            say!(
                lang,
                "deixe um dos dois ou corrija as datas",
                "keep one of the two or correct the dates"
            ),
        ),
    }
}

fn missing(lang: Lang, keys: &[MissingKey]) -> (String, String) {
    let names = keys
        .iter()
        .map(|key| key.name)
        .collect::<Vec<_>>()
        .join(", ");
    let similar: Vec<String> = keys
        .iter()
        .filter_map(|key| {
            let (found, line) = key.similar.as_ref()?;
            let name = key.name;
            Some(say!(
                lang,
                "a linha {line} tem {found}: é {name}?",
                "line {line} has {found}: is it {name}?"
            ))
        })
        .collect();
    let remedy = if similar.is_empty() {
        say!(lang, "acrescente chave = valor", "add key = value")
    } else {
        similar.join("; ")
    };
    let what = match keys {
        [_] => say!(lang, "falta {names}", "{names} is missing"),
        _ => say!(lang, "faltam {names}", "{names} are missing"),
    };
    (what, remedy)
}

fn key_problem(lang: Lang, problem: &KeyProblem) -> (String, String) {
    let private = || {
        say!(
            lang,
            "aponte para a chave privada RSA em PEM, par da chave de API na console",
            "point to the RSA private key in PEM that pairs with the API key in the console"
        )
    };
    match problem {
        KeyProblem::File(problem) => file_problem(lang, *problem),
        KeyProblem::NotPem => (
            say!(
                lang,
                "não há texto PEM no arquivo",
                "there is no PEM text in the file"
            ),
            private(),
        ),
        KeyProblem::PublicKey => (
            say!(lang, "é uma chave pública", "it is a public key"),
            private(),
        ),
        KeyProblem::Certificate => (
            say!(lang, "é um certificado", "it is a certificate"),
            private(),
        ),
        KeyProblem::NotRsa => (
            say!(lang, "não é uma chave RSA", "it is not an RSA key"),
            private(),
        ),
        KeyProblem::OpenSsh => (
            say!(
                lang,
                "está no formato do OpenSSH",
                "it is in OpenSSH's format"
            ),
            say!(
                lang,
                "converta: ssh-keygen -p -m PEM -f ARQUIVO",
                "convert it: ssh-keygen -p -m PEM -f FILE"
            ),
        ),
        KeyProblem::OtherPem { label } => (
            say!(lang, "o PEM é de \"{label}\"", "the PEM is of \"{label}\""),
            private(),
        ),
        KeyProblem::Damaged => (
            say!(
                lang,
                "o conteúdo da chave está danificado",
                "the key's content is damaged"
            ),
            say!(
                lang,
                "copie o arquivo de novo, inteiro",
                "copy the file again, whole"
            ),
        ),
        KeyProblem::PassphraseMissing => (
            say!(
                lang,
                "a chave é cifrada e falta pass_phrase",
                "the key is encrypted and pass_phrase is missing"
            ),
            say!(
                lang,
                "acrescente pass_phrase ao config",
                "add pass_phrase to the config"
            ),
        ),
        KeyProblem::PassphraseWrong => (
            say!(
                lang,
                "pass_phrase não abre a chave",
                "pass_phrase does not open the key"
            ),
            say!(
                lang,
                "confira a senha da chave",
                "check the key's passphrase"
            ),
        ),
        KeyProblem::UnsupportedEncryption => (
            say!(
                lang,
                "a cifra da chave não é suportada",
                "the key's encryption is not supported"
            ),
            say!(
                lang,
                "converta: openssl pkcs8 -topk8 -v2 aes-256-cbc -in ARQUIVO -out NOVO",
                "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out NEW"
            ),
        ),
        KeyProblem::DerivationTooCostly => (
            say!(
                lang,
                "abrir a chave pediria trabalho ou memória demais",
                "opening the key would ask for too much work or memory"
            ),
            say!(
                lang,
                "converta: openssl pkcs8 -topk8 -v2 aes-256-cbc -in ARQUIVO -out NOVO",
                "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out NEW"
            ),
        ),
        KeyProblem::TooShort { bits } => (
            say!(
                lang,
                "a chave tem {bits} bits; o serviço pede 2048",
                "the key has {bits} bits; the service asks for 2048"
            ),
            say!(lang, "gere outra chave de API", "make another API key"),
        ),
        KeyProblem::TooLong { bits } => (
            say!(
                lang,
                "a chave tem {bits} bits, mais que qualquer uma",
                "the key has {bits} bits, more than any has"
            ),
            say!(lang, "gere outra chave de API", "make another API key"),
        ),
        KeyProblem::FingerprintDiffers { config, key } => (
            say!(
                lang,
                "fingerprint do config é {config}, o da chave é {key}",
                "the config's fingerprint is {config}, the key's is {key}"
            ),
            say!(
                lang,
                "corrija fingerprint, ou aponte key_file para a outra chave",
                "correct fingerprint, or point key_file to the other key"
            ),
        ),
    }
}

fn service_problem(lang: Lang, problem: &ServiceProblem) -> (String, String) {
    let policy = policy(lang);
    match problem {
        ServiceProblem::UnknownHost { host } => (
            say!(
                lang,
                "o nome {host} não tem endereço",
                "the name {host} has no address"
            ),
            say!(
                lang,
                "confira region, a rede e o DNS",
                "check region, network and DNS"
            ),
        ),
        ServiceProblem::ConnectionRefused { host } => (
            say!(
                lang,
                "{host} recusou a conexão",
                "{host} refused the connection"
            ),
            say!(
                lang,
                "confira a rede, o proxy e o firewall",
                "check network, proxy and firewall"
            ),
        ),
        ServiceProblem::ConnectionBroken { host, tries } => (
            say!(
                lang,
                "a conexão com {host} caiu (tentativas: {tries})",
                "the connection to {host} broke (tries: {tries})"
            ),
            say!(
                lang,
                "confira a rede e execute de novo",
                "check the network and run again"
            ),
        ),
        ServiceProblem::Tls { host, detail } => (
            say!(
                lang,
                "TLS com {host} falhou: {detail}",
                "TLS with {host} failed: {detail}"
            ),
            say!(
                lang,
                "confira o relógio, o proxy e os certificados do sistema (SSL_CERT_FILE)",
                "check clock, proxy and the system's certificates (SSL_CERT_FILE)"
            ),
        ),
        ServiceProblem::Timeout { host, tries } => (
            say!(
                lang,
                "{host} não respondeu a tempo (tentativas: {tries})",
                "{host} did not answer in time (tries: {tries})"
            ),
            say!(
                lang,
                "execute de novo, ou aumente --timeout ou --retry-budget",
                "run again, or raise --timeout or --retry-budget"
            ),
        ),
        ServiceProblem::NotAuthenticated {
            user,
            fingerprint,
            answer,
        } => (
            answered(lang, answer),
            say!(
                lang,
                "compare com a console: o usuário {user} existe, tem a chave de API {fingerprint}, e a tenancy assina a região do config?",
                "compare with the console: does the user {user} exist and have the API key {fingerprint}, and does the tenancy subscribe to the config's region?"
            ),
        ),
        ServiceProblem::ClockSkew {
            offset_seconds,
            answer,
        } => {
            let (answered, clock) = (answered(lang, answer), clock(lang, *offset_seconds));
            (
                say!(lang, "{answered}; {clock}", "{answered}; {clock}"),
                say!(
                    lang,
                    "acerte o relógio desta máquina",
                    "set this machine's clock"
                ),
            )
        }
        ServiceProblem::ClockAhead { offset_seconds } => {
            let clock = clock(lang, *offset_seconds);
            (
                say!(
                    lang,
                    "{clock}: para o serviço, a data-base ainda não chegou",
                    "{clock}: to the service, the as-of day is to come"
                ),
                say!(
                    lang,
                    "acerte o relógio desta máquina, ou use --as-of",
                    "set this machine's clock, or use --as-of"
                ),
            )
        }
        ServiceProblem::NotAuthorized(answer) => (
            answered(lang, answer),
            say!(
                lang,
                "política no compartimento raiz: {policy}. Guias antigos escrevem usage-reports: se assim funciona em outros clientes, a causa é outra: usuário fora do grupo, grupo de um domínio ('Default'/'GRUPO'), política fora da raiz, region que não é a home region",
                "policy in the root compartment: {policy}. Older guides write usage-reports: if that works for other customers, the cause is another: user not in the group, group of a domain ('Default'/'GROUP'), policy outside the root, region that is not the home region"
            ),
        ),
        ServiceProblem::Forbidden(answer) => (
            answered(lang, answer),
            say!(
                lang,
                "use em region a home region da tenancy e confira a política: {policy}",
                "put the tenancy's home region in region and check the policy: {policy}"
            ),
        ),
        ServiceProblem::TooManyRequests { tries, answer } => {
            let answered = answered(lang, answer);
            (
                say!(
                    lang,
                    "{answered} (tentativas: {tries})",
                    "{answered} (tries: {tries})"
                ),
                say!(
                    lang,
                    "execute mais tarde, com --jobs menor ou --retry-budget maior",
                    "run later, with fewer --jobs or a larger --retry-budget"
                ),
            )
        }
        ServiceProblem::RetryTooLate { wait, answer } => {
            let (answered, wait) = (answered(lang, answer), wait.as_secs());
            (
                say!(
                    lang,
                    "{answered}; pede para esperar {wait} s, mais que --retry-budget",
                    "{answered}; it asks to wait {wait} s, longer than --retry-budget"
                ),
                say!(lang, "execute depois desse tempo", "run after that time"),
            )
        }
        ServiceProblem::Unavailable { tries, answer } => {
            let answered = answered(lang, answer);
            (
                say!(
                    lang,
                    "{answered} (tentativas: {tries})",
                    "{answered} (tries: {tries})"
                ),
                say!(
                    lang,
                    "execute mais tarde ou aumente --retry-budget; se persistir, abra chamado na Oracle com o opc-request-id",
                    "run later or raise --retry-budget; if it persists, open a request with Oracle and give the opc-request-id"
                ),
            )
        }
        ServiceProblem::Redirect(answer) => (
            answered(lang, answer),
            say!(
                lang,
                "um proxy ou portal está no caminho: a assinatura não segue redirecionamentos",
                "a proxy or portal is in the way: the signature follows no redirect"
            ),
        ),
        ServiceProblem::Rejected(answer) => (
            answered(lang, answer),
            say!(
                lang,
                "confira o config; se estiver certo, relate o defeito com o opc-request-id",
                "check the config; if it is right, report the defect with the opc-request-id"
            ),
        ),
        ServiceProblem::SigningFailed => (
            say!(lang, "a assinatura falhou", "signing failed"),
            say!(lang, "execute de novo", "run again"),
        ),
        ServiceProblem::NoClient { detail } => (
            say!(
                lang,
                "o cliente HTTP não pôde ser criado: {detail}",
                "the HTTP client could not be made: {detail}"
            ),
            say!(
                lang,
                "instale os certificados do sistema (ca-certificates) e confira o proxy",
                "install the system's certificates (ca-certificates) and check the proxy"
            ),
        ),
    }
}

/// The service's own words.
fn answered(lang: Lang, answer: &Answer) -> String {
    let Answer {
        status,
        code,
        message,
    } = answer;
    let words = match (code.as_str(), message.trim_end_matches('.')) {
        ("", "") => String::new(),
        ("", message) => format!(": {message}"),
        (code, "") => format!(" {code}"),
        (code, message) => format!(" {code}: {message}"),
    };
    say!(
        lang,
        "o serviço respondeu {status}{words}",
        "the service answered {status}{words}"
    )
}

/// How far, and which way, this machine's clock is off; `offset` is the service's time less its own.
fn clock(lang: Lang, offset: i64) -> String {
    let seconds = offset.unsigned_abs();
    let off = match seconds {
        0..=299 => format!("{seconds} s"),
        300..=7199 => format!("{} min", seconds / 60),
        7200..=172_799 => format!("{} h", seconds / 3600),
        _ => words::days(lang, seconds / 86_400),
    };
    match offset > 0 {
        true => say!(
            lang,
            "o relógio desta máquina está {off} atrasado",
            "this machine's clock is {off} slow"
        ),
        false => say!(
            lang,
            "o relógio desta máquina está {off} adiantado",
            "this machine's clock is {off} fast"
        ),
    }
}

fn data_problem(lang: Lang, problem: &DataProblem) -> (String, String) {
    let what = match problem {
        DataProblem::BodyTooLarge(limit) => {
            say!(
                lang,
                "a resposta passa de {limit} bytes",
                "the answer is over {limit} bytes"
            )
        }
        DataProblem::NotTheDocument { detail } => say!(
            lang,
            "a resposta não é o JSON documentado ({detail})",
            "the answer is not the documented JSON ({detail})"
        ),
        DataProblem::NotADay { value } => {
            say!(
                lang,
                "uma linha não é de um dia UTC: {value}",
                "a row is not of a UTC day: {value}"
            )
        }
        DataProblem::NotAnAmount { value } => say!(
            lang,
            "um custo não é um valor em dinheiro: {value}",
            "a cost is not an amount of money: {value}"
        ),
        DataProblem::NotACurrency { value } => {
            say!(
                lang,
                "uma linha tem moeda desconhecida: {value}",
                "a row has an unknown currency: {value}"
            )
        }
        DataProblem::TooManyRows(limit) => {
            say!(
                lang,
                "uma janela tem mais de {limit} linhas",
                "a window has over {limit} rows"
            )
        }
        DataProblem::PageLoop => {
            say!(
                lang,
                "o serviço repete a próxima página",
                "the service names the same next page again"
            )
        }
        DataProblem::PageRepeated => {
            say!(
                lang,
                "o serviço mandou a mesma página duas vezes",
                "the service sent the same page twice"
            )
        }
        DataProblem::TooManyPages(limit) => say!(
            lang,
            "há mais de {limit} páginas",
            "there are over {limit} pages"
        ),
        DataProblem::BadPageToken => {
            say!(
                lang,
                "a próxima página não tem nome válido",
                "the next page has no valid name"
            )
        }
        DataProblem::OtherTenancy { tenancy } => {
            return (
                say!(
                    lang,
                    "há linhas de outra tenancy: {tenancy}",
                    "there are rows of another tenancy: {tenancy}"
                ),
                say!(
                    lang,
                    "se é filha desta, configure só a mãe ou só as filhas, e relate o caso",
                    "if it is a child of this one, configure the parent or the children only, and report the case"
                ),
            );
        }
        DataProblem::OutsideRange { day } => {
            let day = number::day(lang, *day);
            say!(
                lang,
                "há custo em {day}, que não foi pedido",
                "there is cost on {day}, which was not asked for"
            )
        }
        DataProblem::OtherCurrency { expected, found } => {
            return (
                say!(
                    lang,
                    "o contrato está em {expected} e o custo em {found}",
                    "the contract is in {expected} and the cost in {found}"
                ),
                say!(lang, "corrija moeda e credito", "correct moeda and credito"),
            );
        }
        DataProblem::SeveralCurrencies { one, other } => {
            return (
                say!(
                    lang,
                    "há custo em {one} e em {other}",
                    "there is cost in {one} and in {other}"
                ),
                say!(
                    lang,
                    "diga em moeda a do contrato; se há duas de verdade, relate o caso",
                    "say in moeda which is the contract's; if there really are two, report the case"
                ),
            );
        }
        DataProblem::NoCurrency => {
            return (
                say!(
                    lang,
                    "nada diz a moeda do custo",
                    "nothing says the cost's currency"
                ),
                say!(
                    lang,
                    "acrescente moeda ao config",
                    "add moeda to the config"
                ),
            );
        }
    };
    let remedy = say!(
        lang,
        "nenhum valor deste cliente é confiável hoje; execute de novo e, se persistir, relate com o opc-request-id",
        "no figure of this client can be trusted today; run again and, if it persists, report it with the opc-request-id"
    );
    (what, remedy)
}

/// The words for a warning, of figures in `currency`.
pub fn warning(lang: Lang, currency: Option<Currency>, warning: &Warning) -> String {
    let numbers = Numbers::new(lang, currency);
    match warning {
        Warning::SpikeInWindow {
            day,
            amount,
            forecast_without,
        } => {
            let (day, amount) = (number::day(lang, *day), numbers.money(amount));
            let without = numbers.money(forecast_without);
            say!(
                lang,
                "{day} teve {amount}, mais de 20% da janela da média; sem esse dia o previsto seria {without}",
                "{day} had {amount}, over 20% of the averaging window; without that day the forecast would be {without}"
            )
        }
        Warning::ShortWindow { days } => {
            let days = words::days(lang, (*days).into());
            say!(
                lang,
                "a janela da média tem só {days}; a previsão ainda vai oscilar",
                "the averaging window has only {days}; the forecast will still move"
            )
        }
        Warning::DaysWithoutRows { missing, of } => {
            let of = words::days(lang, (*of).into());
            say!(
                lang,
                "sem registro na janela da média, e contados como sem custo: {missing} de {of}",
                "without a row in the averaging window, and counted as no cost: {missing} of {of}"
            )
        }
        Warning::NoRecentData { last: Some(last) } => {
            let last = number::day(lang, *last);
            say!(lang, "nenhum dado depois de {last}", "no data after {last}")
        }
        Warning::NoRecentData { last: None } => say!(lang, "nenhum dado ainda", "no data yet"),
        Warning::CurrencyAssumed(currency) => say!(
            lang,
            "a moeda {currency} veio dos dados; confirme com moeda = {currency}",
            "the currency {currency} was taken from the data; confirm it with moeda = {currency}"
        ),
        Warning::BlankCurrency { rows } => say!(
            lang,
            "linhas com custo e sem moeda, contadas na do contrato: {rows}",
            "rows with cost and no currency, counted in the contract's: {rows}"
        ),
        Warning::ClockOffset { seconds } => {
            let clock = clock(lang, *seconds);
            say!(
                lang,
                "{clock}; as requisições usaram o dele",
                "{clock}; requests were dated with the service's"
            )
        }
        Warning::SilentStart { first } => {
            let first = number::day(lang, *first);
            say!(
                lang,
                "o primeiro dado é de {first}, depois do início do contrato; se houve uso antes, informe consumo_anterior",
                "the first data are of {first}, after the contract's start; if there was usage before, give consumo_anterior"
            )
        }
        Warning::UnknownRegion { region, realm } => say!(
            lang,
            "a região {region} não está na tabela; o endereço seguiu o realm {realm} da tenancy",
            "the region {region} is not in the table; the address followed the tenancy's realm {realm}"
        ),
        Warning::SimilarKey { found, meant, line } => say!(
            lang,
            "a chave {found} (linha {line}) foi ignorada; seria {meant}?",
            "the key {found} (line {line}) was ignored; is it {meant}?"
        ),
        Warning::ReadAsWindows1252 => say!(
            lang,
            "o config não é UTF-8 e foi lido como Windows-1252",
            "the config is not UTF-8 and was read as Windows-1252"
        ),
    }
}
