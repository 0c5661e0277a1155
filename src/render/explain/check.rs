//! Texts of a check's findings.

use super::credential;
use super::service::{clock, machine_policies, policy, regions_policy};
use super::warning::is_more_credit;
use super::{failure, warning};
use crate::check::{AdminRequest, Fact, Finding, Step, StepState};
use crate::failure::{CredentialKind, Failure, KeyLike, Problem, ServiceProblem, Warning};
use crate::lang::{Lang, say, told};
use crate::render::number;
use crate::render::words::pick;
use crate::text::quoted;

/// A step as the operator reads it.
pub fn step(lang: Lang, step: Step) -> &'static str {
    let (pt, en) = match step {
        Step::Config => ("Config", "Config"),
        Step::Contract => ("Contrato", "Contract"),
        Step::Region => ("Região", "Region"),
        Step::Key => ("Chave", "Key"),
        Step::Fingerprint => ("Fingerprint", "Fingerprint"),
        Step::Credential => ("Credencial", "Credential"),
        Step::Permissions => ("Permissões", "Permissions"),
        Step::Uniqueness => ("Duplicidade", "Duplicates"),
        Step::Connection => ("Conexão", "Connection"),
        Step::Clock => ("Relógio", "Clock"),
        Step::Authentication => ("Autenticação", "Authentication"),
        Step::Policy => ("Política", "Policy"),
        Step::History => ("Histórico", "History"),
        Step::HomeRegion => ("Região home", "Home region"),
    };
    pick(lang, pt, en)
}

/// Returns the mark of an outcome.
pub(crate) fn mark(state: StepState) -> &'static str {
    match state {
        StepState::Fine => "✓",
        StepState::Warning => "!",
        StepState::Failed => "✗",
        StepState::Unknown => "?",
    }
}

/// Returns the mark and the word of an outcome.
pub fn state(lang: Lang, state: StepState) -> String {
    let (pt, en) = match state {
        StepState::Fine => ("ok", "ok"),
        StepState::Warning => ("aviso", "warning"),
        StepState::Failed => ("falha", "failed"),
        StepState::Unknown => ("não verificado", "unknown"),
    };
    format!("{} {}", mark(state), pick(lang, pt, en))
}

/// Returns the text of a finding in the config `file`, and the remedy if there is one.
pub(crate) fn finding(lang: Lang, file: &str, finding: &Finding) -> (String, Option<String>) {
    let plain = |text: String| (text, None);
    let advised = |(text, remedy): (String, String)| (text, Some(remedy));
    match &finding.fact {
        Fact::Failed(problem) => {
            let explanation = failure(lang, file, problem);
            (explanation.message, Some(explanation.remedy))
        }
        Fact::Warned(warned) => (warning(lang, None, warned), put_right(lang, warned)),
        Fact::NotTried {
            after: Step::Policy,
        } if finding.step == Step::Authentication => plain(
            say! { lang, "a resposta não diz se o serviço aceitou a assinatura",
            "the answer does not say whether the service accepted the signature" },
        ),
        Fact::NotTried { after } => {
            let after = step(lang, *after);
            plain(say! { lang, "não verificado: depende de {after}",
            "not checked: it depends on {after}" })
        }
        Fact::NotTold(problem) => {
            let message = failure(lang, file, problem).message;
            (
                not_told(lang, &message),
                Some(to_be_told(lang, finding.step, problem)),
            )
        }
        Fact::Complete => plain(say!(lang, "completo e legível", "complete and readable")),
        Fact::Running { start, end } => {
            let (start, end) = (number::day(lang, *start), number::day(lang, *end));
            plain(say! { lang, "de {start} a {end}, em curso",
            "from {start} to {end}, under way" })
        }
        Fact::NotBegun { start } => {
            let start = number::day(lang, *start);
            advised(told! { lang,
            "só começa em {start}; até lá o relatório não consulta nada" => "confira inicio_contrato",
            "begins only on {start}; until then the report asks for nothing" => "check inicio_contrato" })
        }
        Fact::Over { end } => {
            let end = number::day(lang, *end);
            advised(told! { lang,
            "terminou em {end}" => "se foi renovado, crie um config para o novo período, com credito, inicio_contrato e fim_contrato",
            "ended on {end}" => "if it was renewed, make a config for the new period, with credito, inicio_contrato and fim_contrato" })
        }
        Fact::NoCredit => advised(told! { lang,
        "crédito 0: o relatório não terá saldo, sobra nem débito" => "se o cliente comprou crédito, corrija credito",
        "credit 0: the report will have no balance, surplus or shortfall" => "if the customer bought credit, correct credito" }),
        Fact::KnownRegion { region, realm } => {
            plain(say! { lang, "{region}, do realm {realm}, como a tenancy",
            "{region}, of the realm {realm}, like the tenancy" })
        }
        Fact::OtherRealm {
            region,
            realm,
            tenancy,
        } => advised(told! { lang,
        "{region} é do realm {realm}, e o OCID da tenancy, do realm {tenancy}" => "corrija region ou tenancy",
        "{region} is of the realm {realm}, and the tenancy's OCID of the realm {tenancy}" => "correct region or tenancy" }),
        Fact::Opened { bits, encrypted } => plain(match encrypted {
            true => say! { lang, "RSA de {bits} bits, com senha; pass_phrase a abre",
            "RSA of {bits} bits, encrypted; pass_phrase opens it" },
            false => say! { lang, "RSA de {bits} bits, sem senha",
            "RSA of {bits} bits, not encrypted" },
        }),
        Fact::SameKey => plain(say!(lang, "é o desta chave", "it is this key's")),
        Fact::NotNeeded { kind } => {
            let kind = credential::kind(lang, *kind);
            plain(say! { lang, "não se aplica: {kind}",
            "does not apply: {kind}" })
        }
        Fact::Credential {
            kind,
            tenancy,
            until,
        } => {
            let kind = credential::kind(lang, *kind);
            plain(match until.map(|until| number::instant(lang, until)) {
                Some(until) => say! { lang, "{kind} da tenancy {tenancy}, até {until}",
                "{kind} of the tenancy {tenancy}, until {until}" },
                None => say! { lang, "{kind} da tenancy {tenancy}, sem data de fim",
                "{kind} of the tenancy {tenancy}, without an end" },
            })
        }
        Fact::Private => plain(say! { lang, "só o dono pode ler config e chave",
        "only their owner can read config and key" }),
        Fact::Exposed { file, mode } => (
            say! { lang, "{file} tem permissões {mode:o}; o dono só precisa de 600",
            "{file} has permissions {mode:o}; its owner needs no more than 600" },
            Some(restricting([file.as_str()])),
        ),
        Fact::Silenced => plain(
            say! { lang, "não verificadas: OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING=True",
            "not checked: OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING=True" },
        ),
        Fact::OtherSystem => plain(say! { lang, "não verificadas neste sistema operacional",
        "not checked on this operating system" }),
        Fact::Unique => plain(
            say! { lang, "nenhum outro config da pasta tem esta tenancy, e nenhuma outra tenancy tem esta chave",
            "no other config of the folder has this tenancy, and no other tenancy has this key" },
        ),
        Fact::NotCompared { other } => advised(told! { lang,
        "{other} não pôde ser lido: pode ter a mesma tenancy ou a mesma chave" => "corrija {other}",
        "{other} could not be read: it may have the same tenancy or key" => "correct {other}" }),
        Fact::Copy { other } => advised(told! { lang,
        "{other} é o mesmo contrato (tenancy, datas e crédito): o custo conta uma vez só" => "deixe um só dos dois",
        "{other} is the same contract (tenancy, dates and credit): its cost counts once" => "keep one of the two" }),
        Fact::TenancyAgain { other } => advised(told! { lang,
        "{other} tem a mesma tenancy" => "certo se são dois contratos seguidos; senão, deixe um só",
        "{other} has the same tenancy" => "right if one contract follows the other; if not, keep one of them" }),
        Fact::KeyAgain { other } => (
            say! { lang, "{other}, de outra tenancy, tem a mesma chave: quem a obtiver abre as duas",
            "{other}, of another tenancy, has the same key: whoever gets it opens both" },
            Some(key_each(lang)),
        ),
        Fact::Connected { host, tls: true } => plain(say! { lang, "{host} responde, com TLS",
        "{host} answers, with TLS" }),
        Fact::Connected { host, tls: false } => {
            plain(say! { lang, "{host} responde, sem TLS (nesta máquina)",
            "{host} answers, without TLS (on this machine)" })
        }
        Fact::ClockOffset { seconds } if finding.fact.state() == StepState::Fine => {
            let off = seconds.unsigned_abs();
            plain(say! { lang, "difere em {off} s do relógio do serviço",
            "differs by {off} s from the service's clock" })
        }
        Fact::ClockOffset { seconds } => (
            clock(lang, *seconds),
            Some(
                say! { lang, "acerte o relógio desta máquina; com mais de 5 min o serviço recusa a assinatura",
                "set this machine's clock; beyond 5 min the service refuses the signature" },
            ),
        ),
        Fact::NoClock => plain(say! { lang, "a resposta não diz a hora do serviço",
        "the answer does not tell the service's time" }),
        Fact::Accepted => plain(say! { lang, "o serviço aceita a assinatura",
        "the service accepts the signature" }),
        Fact::Answered { day, cost } => {
            let day = number::day(lang, *day);
            plain(match cost {
                true => say! { lang, "a consulta de {day} foi respondida",
                "the query for {day} was answered" },
                false => {
                    say! { lang, "a consulta de {day} foi respondida, sem custo nesse dia até agora",
                    "the query for {day} was answered, without cost on that day so far" }
                }
            })
        }
        Fact::CostSince { first } => {
            let first = number::month(lang, *first);
            plain(say!(lang, "há dados desde {first}", "data since {first}"))
        }
        Fact::CostBeginsLate { first, asked } => {
            let (first, asked) = (number::month(lang, *first), number::day(lang, *asked));
            advised(told! { lang,
            "os primeiros dados são de {first}, e o relatório consulta desde {asked}: antes não houve uso, ou o serviço não o informa" =>
            "se houve uso antes, informe consumo_anterior e consumo_anterior_ate",
            "the first data are of {first}, and the report asks from {asked} on: before that there was no usage, or the service does not tell of it" =>
            "if there was usage before, give consumo_anterior and consumo_anterior_ate" })
        }
        Fact::NotLookedBefore { first } => {
            let first = number::month(lang, *first);
            advised(told! { lang,
            "nada foi consultado antes de {first}" =>
            "o relatório avisa se faltar histórico; então informe consumo_anterior e consumo_anterior_ate",
            "nothing was asked for before {first}" =>
            "the report warns if history is missing; then give consumo_anterior and consumo_anterior_ate" })
        }
        Fact::NoCost { from } => {
            let from = number::month(lang, *from);
            plain(
                say! { lang, "nenhum dado desde {from}: pode não ter havido uso",
                "no data since {from}: there may have been no usage" },
            )
        }
        Fact::AtHome => plain(say! { lang, "a region do config é a região home",
        "the config's region is the home region" }),
        Fact::OtherHome {
            region,
            home,
            refused,
        } => (
            match refused {
                true => say! { lang, "a região home é {home}; {region} recusou a consulta",
                "the home region is {home}; {region} refused the query" },
                false => {
                    say! { lang, "a região home é {home}; {region} respondeu, o que não é garantido",
                    "the home region is {home}; {region} answered, which is not guaranteed" }
                }
            },
            Some(say!(lang, "use region={home}", "use region={home}")),
        ),
    }
}

/// Returns the text of a finding that several clients have, without the particulars of one, and the remedy if it is
/// the same for all of them.
pub(crate) fn finding_of_several(lang: Lang, found: &Finding) -> (String, Option<String>) {
    match &found.fact {
        Fact::NotTold(problem) => {
            let message = super::problem(lang, &problem.problem).0;
            (
                not_told(lang, &message),
                Some(to_be_told(lang, found.step, problem)),
            )
        }
        Fact::Exposed { .. } => (
            say! { lang, "outros usuários podem ler o config ou a chave; só o dono precisa ler",
            "other users can read the config or the key; only their owner needs to" },
            None,
        ),
        Fact::KeyAgain { .. } => (
            say! { lang, "outra tenancy tem a mesma chave: quem a obtiver abre as duas",
            "another tenancy has the same key: whoever gets it opens both" },
            Some(key_each(lang)),
        ),
        _ => finding(lang, "", found),
    }
}

/// Returns the command that leaves `files` to their owner alone.
pub(crate) fn restricting<'a>(files: impl IntoIterator<Item = &'a str>) -> String {
    let files: Vec<String> = files.into_iter().map(quoted).collect();
    format!("chmod 600 {}", files.join(" "))
}

fn not_told(lang: Lang, message: &str) -> String {
    say! { lang, "não foi possível saber: {message}",
    "could not be found out: {message}" }
}

fn key_each(lang: Lang) -> String {
    say! { lang, "crie uma chave para cada cliente",
    "make a key for each customer" }
}

/// Returns the remedy of a warning whose own text has none.
fn put_right(lang: Lang, warned: &Warning) -> Option<String> {
    Some(match warned {
        Warning::UnknownRegion {
            near: Some(near), ..
        } => {
            say! { lang, "escreva region={near}, se for essa; confira region na console",
            "write region={near}, if that is the one; check region in the console" }
        }
        Warning::UnknownRegion { .. } => {
            say! { lang, "confira region na console; se é uma região nova, não há nada a fazer",
            "check region in the console; if it is a new region, there is nothing to do" }
        }
        // The text of these has the remedy.
        Warning::SimilarKey(KeyLike { form: Some(_), .. }) => return None,
        warned if is_more_credit(warned) => return None,
        Warning::SimilarKey(KeyLike { meant, .. }) => {
            say! { lang, "escreva {meant}, ou apague a linha",
            "write {meant}, or delete the line" }
        }
        Warning::OtherEncoding(_) => {
            say!(lang, "salve o arquivo como UTF-8", "save the file as UTF-8")
        }
        _ => return None,
    })
}

/// Returns the remedy of a failed step that a report can do without.
fn to_be_told(lang: Lang, step: Step, problem: &Failure) -> String {
    match &problem.problem {
        Problem::Service(ServiceProblem::NotAuthorized(_) | ServiceProblem::Forbidden(_))
            if step == Step::HomeRegion =>
        {
            let policy = match problem.of_machine {
                true => machine_policies(lang)[1].clone(),
                false => regions_policy(lang),
            };
            say! { lang, "o relatório não precisa disso; para saber, inclua na política: {policy}",
            "the report does not need it; to find out, add to the policy: {policy}" }
        }
        _ => {
            say! { lang, "o relatório não precisa disso; para saber, execute check de novo mais tarde",
            "the report does not need it; to find out, run check again later" }
        }
    }
}

/// The rule of a dynamic group that has the machine.
fn machine_rule(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::ResourcePrincipal => {
            "ALL {resource.type = 'computecontainerinstance', resource.compartment.id = 'ocid1.compartment…'}"
        }
        _ => "ANY {instance.id = 'ocid1.instance…'}",
    }
}

/// The text for the customer's administrator, line by line.
pub(crate) fn admin_request(lang: Lang, request: &AdminRequest) -> Vec<String> {
    let AdminRequest {
        tenancy,
        user,
        fingerprint,
        public_key,
        policy: allow,
        machine,
    } = request;
    let mut lines = vec![
        say! { lang, "Para o relatório de consumo da sua tenancy, por favor:",
        "For the consumption report of your tenancy, please:" },
        String::new(),
        format!("Tenancy: {tenancy}"),
    ];
    if let Some(user) = user {
        lines.push(say!(lang, "Usuário: {user}", "User: {user}"));
    }
    if let Some(public_key) = public_key {
        lines.push(String::new());
        lines.push(match user {
            Some(_) => say! { lang, "- Confirme que o usuário existe e está ativo e, nas chaves de API (API Keys) dele, adicione esta chave pública. O fingerprint mostrado deve ser {fingerprint}",
                "- Confirm that the user exists and is active and, in the user's API keys, add this public key. The fingerprint shown must be {fingerprint}" },
            None => say! { lang, "- Crie um usuário só para este relatório e, nas chaves de API (API Keys) dele, adicione esta chave pública. O fingerprint mostrado deve ser {fingerprint}",
                "- Create a user for this report alone and, in the user's API keys, add this public key. The fingerprint shown must be {fingerprint}" },
        });
        lines.extend(public_key.lines().map(|line| format!("  {line}")));
    }
    if *allow && let Some(machine) = machine {
        lines.push(String::new());
        lines.push(say! { lang, "- Crie um grupo dinâmico com a regra abaixo e, no compartimento-raiz, uma política com as linhas seguintes. GRUPO é o nome do grupo dinâmico",
            "- Create a dynamic group with the rule below and, in the root compartment, a policy with the statements after it. GROUP is the dynamic group's name" });
        lines.push(format!("  {}", machine_rule(*machine)));
        lines.extend(machine_policies(lang).map(|line| format!("  {line}")));
    } else if *allow {
        lines.push(String::new());
        lines.push(say! { lang, "- Ponha o usuário em um grupo e crie, no compartimento-raiz, uma política com estas linhas. GRUPO é o nome do grupo; em um domínio de identidade que não seja o Default, 'DOMINIO'/'GRUPO'",
            "- Put the user into a group and create, in the root compartment, a policy with these statements. GROUP is the group's name; in an identity domain other than Default, 'DOMAIN'/'GROUP'" });
        lines.extend([policy(lang), regions_policy(lang)].map(|line| format!("  {line}")));
    }
    if user.is_none() && public_key.is_some() {
        lines.push(String::new());
        lines.push(say! { lang, "- Responda com o texto de \"Configuration file preview\", que a console mostra depois de adicionar a chave",
            "- Answer with the text of \"Configuration file preview\", which the console shows once the key is added" });
    }
    lines
}
