//! The check: each step's each outcome by a table, what holds for all of them, and how it reads.

mod cases;
mod channels;
mod mistakes;
#[cfg(unix)]
mod pictures;
mod service_report;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use oci_consumo::internals::profile::key;
use rsa::PrivateKey;
use serde::Deserialize;

use crate::common::stand_in::{Fault, WorldRow};
use crate::common::{
    AS_OF, Config, Folder, KEY_PEM, Ran, Served, answer, assert_clean, assert_untold, assert_words,
    check_command, closed_port, daily, key_fixture, pieces, portal, program, ran, refusal,
};

/// The steps, in order; the last six need the network.
const STEPS: [&str; 14] = [
    "config",
    "contrato",
    "regiao",
    "chave",
    "fingerprint",
    "credencial",
    "permissoes",
    "repeticao",
    "conexao",
    "relogio",
    "autenticacao",
    "politica",
    "historico",
    "home_region",
];
const ONLINE: [&str; 6] = [
    "conexao",
    "relogio",
    "autenticacao",
    "politica",
    "historico",
    "home_region",
];

/// The vendor's variable that silences warnings of permissions.
const SILENCE: &str = "OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING";
/// What opens the encrypted keys of the fixtures.
const PASS_PHRASE: &str = "senha-de-teste";
/// What opens nothing.
const WRONG_PHRASE: &str = "palavra-que-nada-abre";

/// The document of a check; a key more or less is refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    versao: u32,
    programa: String,
    #[serde(deserialize_with = "there")]
    endpoint: Option<String>,
    gerado_em: String,
    data_base: String,
    avisos: Vec<serde_json::Value>,
    clientes: Vec<Cliente>,
    canais: Vec<Canal>,
    resumo: Resumo,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Canal {
    canal: String,
    estado: String,
    #[serde(deserialize_with = "there")]
    codigo: Option<String>,
    mensagem: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cliente {
    cliente: String,
    arquivo: String,
    #[serde(deserialize_with = "there")]
    tenancy: Option<String>,
    #[serde(deserialize_with = "there")]
    regiao: Option<String>,
    estado: String,
    passos: Vec<Passo>,
    #[serde(deserialize_with = "there")]
    pedido: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Passo {
    passo: String,
    estado: String,
    #[serde(deserialize_with = "there")]
    codigo: Option<String>,
    mensagem: String,
    #[serde(deserialize_with = "there")]
    acao: Option<String>,
    #[serde(deserialize_with = "there")]
    request_id: Option<String>,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Resumo {
    clientes: usize,
    ok: usize,
    aviso: usize,
    falha: usize,
    desconhecido: usize,
}

/// A key that may be null, and must be there.
fn there<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(value)
}

impl Document {
    #[track_caller]
    fn of(ran: &Ran) -> Self {
        let document: Self = serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", ran.stdout, ran.stderr));
        // All files of these folders are read.
        assert_eq!(document.avisos, Vec::<serde_json::Value>::new());
        document
    }

    #[track_caller]
    fn client(&self, file: &str) -> &Cliente {
        let mut clients = self.clientes.iter();
        clients
            .find(|client| client.arquivo == file)
            .unwrap_or_else(|| panic!("no {file}"))
    }
}

impl Cliente {
    /// Step, state and code of each finding.
    fn found(&self) -> Vec<(&str, &str, &str)> {
        let code = |passo: &'_ Passo| passo.codigo.clone().unwrap_or_default().leak() as &str;
        self.passos
            .iter()
            .map(|passo| (passo.passo.as_str(), passo.estado.as_str(), code(passo)))
            .collect()
    }

    #[track_caller]
    fn step(&self, step: &str) -> &Passo {
        let mut steps = self.passos.iter();
        steps
            .find(|passo| passo.passo == step)
            .unwrap_or_else(|| panic!("{}: no {step}", self.arquivo))
    }
}

/// What a step of a row shows.
#[derive(Clone, Debug)]
struct Shown {
    step: &'static str,
    state: &'static str,
    code: &'static str,
    message: &'static [&'static str],
    remedy: &'static [&'static str],
}

/// A client, and what the check shows of it; the steps that are not named are in order.
#[derive(Clone, Debug)]
struct Case {
    config: Config,
    /// Key file, and whether it is the one that the service knows.
    key: Option<&'static str>,
    home: Option<String>,
    rows: Vec<WorldRow>,
    script: Vec<Fault>,
    always: Option<Fault>,
    modes: Vec<(String, u32)>,
    /// Whether the service knows it; of two configs with one tenancy it knows one.
    served: bool,
    shows: Vec<Shown>,
    /// Words of what the administrator is asked for; none where nothing is.
    request: &'static [&'static str],
    requests: usize,
}

type Words = &'static [&'static str];

/// A client like all others: fine, but for the key that all of them share.
fn case(id: &str) -> Case {
    let config = Config::new(id);
    Case {
        home: Some(config.value("region").to_owned()),
        config,
        key: None,
        rows: daily("2026-01-01", "2026-06-16", "10"),
        script: Vec::new(),
        always: None,
        modes: Vec::new(),
        served: true,
        shows: Vec::new(),
        request: &[],
        requests: 3,
    }
}

impl Case {
    fn with(mut self, key: &'static str, value: &str) -> Self {
        self.config = self.config.with(key, value);
        if key == "region" {
            self.home = Some(value.to_owned());
        }
        self
    }

    fn without(mut self, key: &str) -> Self {
        self.config = self.config.without(key);
        self
    }

    /// With a key of the fixtures, and its fingerprint where it is one.
    fn key(self, file: &'static str) -> Self {
        let mut case = self.with("key_file", file);
        case.key = Some(file);
        if let Some(key) = opened(file) {
            let fingerprint = key::fingerprint(key.as_ref()).unwrap();
            case.config = case.config.with("fingerprint", &fingerprint);
        }
        case
    }

    fn rows(mut self, rows: Vec<WorldRow>) -> Self {
        self.rows = rows;
        self
    }

    fn home(mut self, home: Option<&str>) -> Self {
        self.home = home.map(str::to_owned);
        self
    }

    fn meets(mut self, script: impl IntoIterator<Item = Fault>) -> Self {
        self.script.extend(script);
        self
    }

    fn always(mut self, fault: Fault) -> Self {
        self.always = Some(fault);
        self
    }

    fn mode(mut self, file: &str, mode: u32) -> Self {
        self.modes.push((file.to_owned(), mode));
        self
    }

    fn shows(
        mut self,
        step: &'static str,
        state: &'static str,
        code: &'static str,
        message: Words,
        remedy: Words,
    ) -> Self {
        self.shows.push(Shown {
            step,
            state,
            code,
            message,
            remedy,
        });
        self
    }

    fn says(self, step: &'static str, message: Words) -> Self {
        self.shows(step, "ok", "", message, &[])
    }

    fn warns(self, step: &'static str, code: &'static str, message: Words, remedy: Words) -> Self {
        self.shows(step, "aviso", code, message, remedy)
    }

    fn fails(self, step: &'static str, code: &'static str, message: Words, remedy: Words) -> Self {
        self.shows(step, "falha", code, message, remedy)
    }

    fn unknown(
        self,
        step: &'static str,
        code: &'static str,
        message: Words,
        remedy: Words,
    ) -> Self {
        self.shows(step, "desconhecido", code, message, remedy)
    }

    /// `steps` are not looked at.
    fn waits<const N: usize>(self, steps: [&'static str; N], message: Words) -> Self {
        steps.into_iter().fold(self, |case, step| {
            case.unknown(step, "nao_verificado", message, &[])
        })
    }

    /// Nothing is asked of the service.
    fn stops(self, message: Words) -> Self {
        self.waits(ONLINE, message).requests(0)
    }

    fn requests(mut self, requests: usize) -> Self {
        self.requests = requests;
        self
    }

    fn asks(mut self, words: Words) -> Self {
        self.request = words;
        self
    }

    fn add_to(self, folder: Folder) -> Folder {
        if let Some(file) = self.key {
            restrict(&folder.write(file, key_fixture(file).as_bytes()), 0o600);
        }
        let mut folder = if self.served {
            folder.faulty(&self.config, self.rows, self.script, self.always)
        } else {
            folder.config(&self.config)
        };
        if let Some(tenant) = folder.world.tenants.last_mut().filter(|_| self.served) {
            tenant.home = self.home;
            if let Some(key) = self.key.and_then(opened) {
                tenant.public_key = key.to_public_key();
            }
        }
        let path = folder.path().join(&self.config.file);
        restrict(&path, 0o600);
        for (file, mode) in &self.modes {
            restrict(&folder.path().join(file), *mode);
        }
        folder
    }

    /// Whether nobody is known to have the key: its fingerprint is another's, or user or tenancy are none.
    fn lacks_owner(&self) -> bool {
        let mut shown = self.shows.iter();
        let no_owner = |key: &&str| {
            let begin = format!("ocid1.{key}.");
            !self.config.value(key).starts_with(&begin)
        };
        shown.any(|shown| shown.step == "fingerprint" && shown.state != "ok")
            || ["user", "tenancy"].iter().any(no_owner)
    }

    /// All that the check shows, in order.
    fn expected(&self) -> Vec<Shown> {
        let in_order = |step| {
            let (state, code) = match step {
                "repeticao" => ("aviso", "chave_repetida"),
                "credencial" if self.lacks_owner() => ("desconhecido", "nao_verificado"),
                "permissoes" if !cfg!(unix) => ("desconhecido", "permissoes_nao_vistas"),
                _ => ("ok", ""),
            };
            Shown {
                step,
                state,
                code,
                message: &[],
                remedy: &[],
            }
        };
        STEPS
            .into_iter()
            .flat_map(|step| {
                let mut of_step: Vec<Shown> = self.shows.clone();
                of_step.retain(|shown| shown.step == step);
                if of_step.is_empty() {
                    of_step.push(in_order(step));
                }
                of_step
            })
            .collect()
    }

    #[track_caller]
    fn assert_shown(&self, client: &Cliente) {
        let (name, expected) = (&self.config.file, self.expected());
        let outcome: Vec<_> = expected
            .iter()
            .map(|shown| (shown.step, shown.state, shown.code))
            .collect();
        assert_eq!(client.found(), outcome, "{name}\n{:#?}", client.passos);
        for (passo, shown) in client.passos.iter().zip(&expected) {
            assert_words(&passo.mensagem, shown.message);
            let remedy = passo.acao.as_deref().unwrap_or_default();
            assert_words(remedy, shown.remedy);
            // Whoever reads of a failure is told what to do.
            assert!(
                passo.estado != "falha" || !remedy.is_empty(),
                "{name}: {passo:?}"
            );
            assert!(
                passo.estado != "ok" || remedy.is_empty(),
                "{name}: {passo:?}"
            );
        }
        let request = client.pedido.as_deref().unwrap_or_default();
        assert_eq!(request.is_empty(), self.request.is_empty(), "{name}");
        assert_words(request, self.request);
        // What is asked for is what failed, and no more.
        let fails = |step| {
            let mut shown = expected.iter();
            shown.any(|shown| shown.step == step && shown.state == "falha")
        };
        let upload = request.contains("PUBLIC KEY");
        assert_eq!(upload, fails("autenticacao"), "{name}");
        let policy = request.contains("Allow group");
        assert_eq!(
            policy,
            !self.request.is_empty() && fails("politica"),
            "{name}"
        );
        let states: Vec<&str> = expected.iter().map(|shown| shown.state).collect();
        let worst = ["falha", "aviso", "desconhecido", "ok"];
        let worst = worst.into_iter().find(|state| states.contains(state));
        assert_eq!(Some(client.estado.as_str()), worst, "{name}");
    }
}

/// The key of a fixture, if it is one that signs.
fn opened(file: &str) -> Option<PrivateKey> {
    key::parse(key_fixture(file).as_bytes(), Some(PASS_PHRASE)).ok()
}

/// Gives a file its permission bits, on systems that have them.
fn restrict(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if path.exists() {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
}

/// A folder with the shared key, which nobody else may read.
fn folder() -> Folder {
    let folder = Folder::new();
    restrict(&folder.path().join("key.pem"), 0o600);
    folder
}

fn served(cases: impl IntoIterator<Item = Case>) -> Served {
    cases
        .into_iter()
        .fold(folder(), |folder, case| case.add_to(folder))
        .serve()
}

const OFFLINE_WAIT: Words = &["não verificado: depende de Config"];
const KEY_WAIT: Words = &["não verificado: depende de Chave"];
const REGION_WAIT: Words = &["não verificado: depende de Região"];
const CONNECTION_WAIT: Words = &["não verificado: depende de Conexão"];
const POLICY_WAIT: Words = &["não verificado: depende de Política"];
/// What the policy's text holds.
const POLICY: Words = &[
    "Tenancy: ocid1.tenancy.oc1..",
    "Usuário: ocid1.user.oc1..",
    "Allow group GRUPO to read usage-report in tenancy",
    "Allow group GRUPO to inspect tenancies in tenancy",
];

/// Faults last no longer than these let them, and what answers has time to on a busy machine.
const QUICK: [&str; 4] = ["--timeout", "8", "--retry-budget", "0"];

#[test]
#[ignore = "long"]
fn each_step_shows_what_it_is_to_show() {
    let cases = cases::all();
    let served = served(cases.clone());
    let ran = served
        .check(&[&QUICK[..], &["--format", "json", "-v"]].concat())
        .exited(3);
    let document = Document::of(&ran);
    assert_eq!(document.clientes.len(), cases.len());
    let mut resumo = Resumo {
        clientes: cases.len(),
        ..Resumo::default()
    };
    for case in &cases {
        let client = document.client(&case.config.file);
        case.assert_shown(client);
        let requests = served.requests_of(&case.config);
        assert_eq!(requests, case.requests, "{}", case.config.file);
        match client.estado.as_str() {
            "ok" => resumo.ok += 1,
            "aviso" => resumo.aviso += 1,
            "falha" => resumo.falha += 1,
            _ => resumo.desconhecido += 1,
        }
    }
    assert_eq!(document.resumo, resumo);
    let request_id = |file, step| document.client(file).step(step).request_id.as_deref();
    assert_eq!(
        request_id("config_recusada", "autenticacao"),
        Some("ID-401")
    );
    assert_eq!(
        request_id("config_sem-politica", "politica"),
        Some("ID-404")
    );
    assert_eq!(request_id("config_completo", "politica"), None);
    assert_no_secret(&ran);
    let folder = served.dir.path().to_str().unwrap().to_owned();

    // The text with every step says no less; each message and remedy of the document stands in it.
    let served = self::served(cases);
    let text = served
        .check(&[&QUICK[..], &["-v", "--details"]].concat())
        .exited(3);
    let dir = served.dir.path().to_str().unwrap();
    for client in &document.clientes {
        for passo in &client.passos {
            // A clock may have gone on by a second.
            let sentences = [Some(&passo.mensagem), passo.acao.as_ref()];
            for sentence in sentences.into_iter().flatten() {
                let told = passo.passo == "relogio"
                    || text.stdout.contains(&sentence.replace(&folder, dir));
                assert!(told, "{}: {sentence}\n{}", client.arquivo, text.stdout);
            }
        }
        assert_words(&text.stdout, &[&client.cliente, &client.arquivo]);
    }
    assert_no_secret(&text);
}

/// Neither key material nor passphrase is in any output.
#[track_caller]
fn assert_no_secret(ran: &Ran) {
    // The first half of a key in the clear holds what its public half holds too.
    let clear = pieces(KEY_PEM);
    assert_untold(ran, clear[clear.len() / 2..].iter().copied());
    for encrypted in ["pkcs8-vendor.pem", "pkcs1-aes256.pem"] {
        assert_untold(ran, pieces(&key_fixture(encrypted)));
    }
    assert_untold(ran, [PASS_PHRASE, WRONG_PHRASE, "PRIVATE KEY"]);
}

/// The client of a case that the check is run on alone, with a key that no other has.
fn alone(case: Case) -> (Case, Document, Served, Ran) {
    let served = served([case.clone()]);
    let ran = served.check(&[&QUICK[..], &["--format", "json"]].concat());
    let document = Document::of(&ran);
    (case, document, served, ran)
}

#[test]
fn the_whole_folder_is_compared_whatever_only_says() {
    let again = |id: &str| {
        let mut again = case(id)
            .with("tenancy", "ocid1.tenancy.oc1..velho")
            .with("user", "ocid1.user.oc1..velho");
        again.served = false;
        again
    };
    let found = |cases: Vec<Case>, broken: bool| {
        let served = served(cases);
        if broken {
            fs::write(served.dir.path().join("config_zz"), "\0").unwrap();
        }
        let args = [&QUICK[..], &["--format", "json", "--only", "novo"]].concat();
        let document = Document::of(&served.check(&args));
        assert_eq!(document.clientes.len(), 1);
        let passos = document.clientes[0].passos.iter();
        let mut passos = passos.filter(|passo| passo.passo == "repeticao");
        let passo = passos.next().unwrap();
        (
            passo.estado.clone(),
            passo.codigo.clone(),
            passo.mensagem.clone(),
        )
    };
    for (other, broken, state, code) in [
        (None, false, "ok", None),
        (None, true, "desconhecido", Some("repeticao_nao_vista")),
        (Some(case("outro")), true, "aviso", Some("chave_repetida")),
    ] {
        let named = other
            .as_ref()
            .map_or("config_zz", |other| &other.config.file)
            .to_owned();
        let cases = [Some(case("novo")), other];
        let (found, found_code, text) = found(cases.into_iter().flatten().collect(), broken);
        assert_eq!(
            (found.as_str(), found_code.as_deref()),
            (state, code),
            "{text}"
        );
        assert!(state == "ok" || text.contains(&named), "{text}");
    }
    for (novo, state, code) in [
        (again("novo"), "aviso", "config_repetido"),
        (
            again("novo").with("credito", "1"),
            "falha",
            "contrato_repetido",
        ),
        (
            again("novo")
                .with("inicio_contrato", "2027-01-01")
                .with("fim_contrato", "2027-12-31"),
            "aviso",
            "tenancy_repetida",
        ),
    ] {
        let (found, found_code, text) = found(vec![case("velho"), novo], false);
        assert_eq!(
            (found.as_str(), found_code.as_deref()),
            (state, Some(code)),
            "{text}"
        );
        assert!(text.contains("config_velho"), "{text}");
    }
}

#[test]
fn a_config_that_the_service_or_its_key_refuses_competes_with_nobody() {
    let tenancy = "ocid1.tenancy.oc1..velho";
    let mut wrong = case("de-outra")
        .with("tenancy", tenancy)
        .with("credito", "1")
        .with(
            "fingerprint",
            "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff",
        );
    wrong.served = false;
    // Of a user that the service does not know.
    let mut stranger = case("estranho")
        .with("tenancy", tenancy)
        .with("credito", "1");
    stranger.served = false;
    let served = served([case("velho"), wrong, stranger]);
    let overlap = |args: &[&str]| {
        let document =
            Document::of(&served.check(&[&QUICK[..], &["--format", "json"], args].concat()));
        let clients = document.clientes.iter();
        let clients = clients.filter(|client| {
            let mut codes = client
                .passos
                .iter()
                .filter_map(|passo| passo.codigo.as_deref());
            codes.any(|code| code == "contrato_repetido")
        });
        clients
            .map(|client| client.arquivo.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(overlap(&[]), [""; 0]);
    // Whom the service was not asked about competes.
    assert_eq!(overlap(&["--offline"]), ["config_estranho", "config_velho"]);
    assert_eq!(overlap(&["--only", "velho"]), ["config_velho"]);
}

#[test]
fn a_client_in_order_is_told_so_with_three_requests() {
    let fine = case("bom").says("repeticao", &["nenhum outro config da pasta"]);
    let (case, document, served, ran) = alone(fine);
    let client = document.client("config_bom");
    case.assert_shown(client);
    let ran = ran.exited(0);
    assert_eq!(ran.stderr, "");
    let in_order = if cfg!(unix) { "ok" } else { "desconhecido" };
    assert_eq!(client.estado, in_order);
    assert_eq!(client.cliente, "Cliente bom");
    assert_eq!(client.tenancy.as_deref(), Some("ocid1.tenancy.oc1..bom"));
    assert_eq!(client.regiao.as_deref(), Some("sa-saopaulo-1"));
    assert_eq!(document.versao, 1);
    let endpoint = format!("{}/", served.server.endpoint());
    assert_eq!(document.endpoint, Some(endpoint));
    assert!(document.programa.starts_with("oci-consumo "));
    assert!(document.gerado_em.ends_with('Z'), "{}", document.gerado_em);
    assert_eq!(document.data_base, AS_OF);

    let seen = served.seen_of(&case.config);
    let asked: Vec<(&str, String)> = seen
        .iter()
        .map(|seen| (seen.method.as_str(), seen.target.clone()))
        .collect();
    let regions = "/20160918/tenancies/ocid1.tenancy.oc1..bom/regionSubscriptions".to_owned();
    let usage = "/20200107/usage?limit=1000".to_owned();
    assert_eq!(
        asked,
        [("POST", usage.clone()), ("POST", usage), ("GET", regions)]
    );
    let body = |n: usize| -> serde_json::Value { serde_json::from_slice(&seen[n].body).unwrap() };
    let ranges = [
        ("DAILY", "2026-06-16T00:00:00Z"),
        ("MONTHLY", "2025-07-01T00:00:00Z"),
    ];
    for (n, (granularity, start)) in ranges.into_iter().enumerate() {
        let body = body(n);
        assert_eq!(body["granularity"], granularity);
        assert_eq!(body["timeUsageStarted"], start);
        assert_eq!(body["timeUsageEnded"], "2026-06-17T00:00:00Z");
    }
}

/// The check of one client by `command`, whose connection fails.
#[track_caller]
fn assert_unconnected(mut command: Command, code: &'static str, words: Words, remedy: Words) {
    let ran = ran(command.args(["--format", "json", "--retry-budget", "0"])).exited(4);
    let case = case("so")
        .says("repeticao", &["nenhum outro"])
        .fails("conexao", code, words, remedy)
        .waits(
            [
                "relogio",
                "autenticacao",
                "politica",
                "historico",
                "home_region",
            ],
            CONNECTION_WAIT,
        );
    let document = Document::of(&ran);
    case.assert_shown(document.client("config_so"));
}

#[test]
fn a_connection_that_cannot_be_is_the_only_step_that_fails() {
    let folder = case("so").add_to(folder());
    let at = |endpoint: &str| {
        let mut command = check_command(folder.path());
        command.args(["--endpoint", endpoint]);
        command
    };
    assert_unconnected(
        at(&format!("http://{}", closed_port())),
        "sem_conexao",
        &["127.0.0.1, ou o proxy, recusou a conexão"],
        &["confira a rede, o proxy e o firewall"],
    );
    assert_unconnected(
        at("https://usageapi.nenhum.invalid"),
        "sem_conexao",
        &["usageapi.nenhum.invalid não foi encontrado (DNS)"],
        &["confira region, a rede e o DNS"],
    );
    assert_unconnected(
        at(&format!("https://{}", portal())),
        "tls",
        &["TLS com 127.0.0.1 falhou"],
        &["certificados"],
    );
}

#[test]
fn offline_asks_nothing_and_says_what_it_does_not_know() {
    let cases: Vec<Case> = cases::configs().into_iter().chain(cases::keys()).collect();
    let served = served(cases.clone());
    let ran = served.check(&["--offline", "--format", "json"]).exited(3);
    let document = Document::of(&ran);
    for case in &cases {
        // Its offline steps are the same, and the others are not there.
        let client = document.client(&case.config.file);
        let offline = case.expected().into_iter();
        let offline: Vec<_> = offline
            .filter(|shown| !ONLINE.contains(&shown.step))
            .map(|shown| (shown.step, shown.state, shown.code))
            .collect();
        assert_eq!(client.found(), offline, "{}", case.config.file);
        assert_eq!(client.pedido, None);
    }
    for (lang, words) in [
        (
            "pt-BR",
            "Não verificado com --offline: Conexão, Relógio, Autenticação, Política, Histórico, Região home",
        ),
        (
            "en",
            "Not checked with --offline: Connection, Clock, Authentication, Policy, History, Home region",
        ),
    ] {
        served
            .check(&["--offline", "--lang", lang])
            .exited(3)
            .says(words);
        let online = served.check(&["--only", "config_completo", "--lang", lang]);
        assert!(!online.exited(0).stdout.contains(words), "{lang}");
    }
    // Those three requests were the online run's, in each language.
    assert_eq!(served.server.requests(), 2 * 3);
}

/// The lines of the client `name` in a check in short: its own, and those up to a blank line or the next client.
#[track_caller]
fn in_short<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let is_own = |line: &&str| {
        let parts = line.split_once(' ');
        parts.is_some_and(|(mark, rest)| {
            mark.chars().count() == 1 && rest.starts_with(&format!("{name} "))
        })
    };
    let mut lines = text.lines().skip_while(|line| !is_own(line));
    let first = lines.next().unwrap_or_else(|| panic!("no {name}\n{text}"));
    let rest = lines.take_while(|line| line.starts_with("    "));
    std::iter::once(first).chain(rest).collect()
}

#[test]
fn several_clients_are_told_in_short() {
    let served = served([
        case("a").key("rsa-4096.pem").with("cliente", "Limpa"),
        case("b").with("cliente", "Aberta").mode("config_b", 0o644),
        case("c")
            .with("cliente", "Vazia")
            .rows(Vec::new())
            .home(None),
        case("d")
            .with("cliente", "Outra")
            .home(None)
            .mode("config_d", 0o640),
        case("e")
            .with("cliente", "Recusada")
            .always(refusal(401, "NotAuthenticated")),
    ]);
    let dir = served.dir.path().to_str().unwrap().to_owned();
    let text = served.check(&[]).exited(3).stdout;

    // A client without problems is one line, and no step that is ok is told.
    assert_eq!(
        in_short(&text, "Limpa"),
        ["✓ Limpa     config_a  contrato até 31/12/2026"]
    );
    assert!(
        !text.contains("✓ ok") && !text.contains("✓ Config"),
        "{text}"
    );
    // Its own findings stand below a client; those that others have do not.
    let own = in_short(&text, "Vazia");
    assert_words(
        own[0],
        &["config_c", "! Duplicidade", "? Histórico, ? Região home"],
    );
    assert_eq!(own.len(), 2, "{own:?}");
    assert_words(own[1], &["? Histórico", "nenhum dado desde 07/2025"]);
    // A failure keeps cause, remedy and request id, and says which steps were skipped because of it.
    let failed = in_short(&text, "Recusada").join("\n");
    assert_words(
        &failed,
        &[
            "! Duplicidade, ✗ Autenticação",
            "config_e: o serviço respondeu 401 NotAuthenticated",
            "O que fazer: compare com a console: user ocid1.user.oc1..e",
            "opc-request-id: ID-401",
            "Por isso não verificado: Política, Histórico, Região home",
        ],
    );
    assert_words(&text, &["Para enviar ao administrador de Recusada"]);
    // Equal findings are told once, with their clients.
    let common = text.split("━━ Em vários clientes ━").nth(1).unwrap();
    let count = |words: &str| text.matches(words).count();
    assert_eq!(count("outra tenancy tem a mesma chave"), 1, "{text}");
    assert_eq!(count("inclua na política"), 1, "{text}");
    assert_words(
        common,
        &[
            "4 clientes: Aberta, Vazia, Outra, Recusada",
            "2 clientes: Vazia, Outra",
        ],
    );
    if cfg!(unix) {
        assert_words(
            common,
            &[
                "2 clientes: Aberta, Outra",
                &format!("O que fazer: chmod 600 {dir}/config_b {dir}/config_d\n"),
            ],
        );
        assert_words(
            common,
            &[
                "5 clientes: 1 com falha (✗), 3 com aviso (!), 1 sem problemas (✓)",
                "O que fazer: corrija o que falhou, envie o texto acima ao administrador do cliente e execute check de novo. Todos os passos: --details.",
            ],
        );
    }
    // The clients that need work come last.
    let place = |start: &str| text.find(&format!("\n{start} ")).unwrap();
    assert!(place("✓ Limpa") < place("! Aberta") && place("! Outra") < place("✗ Recusada"));

    // Every step is told with --details, and where one client is checked.
    let details = served.check(&["--details"]).exited(3).stdout;
    assert_eq!(details.matches("\n━━ ").count(), 5 + 1 + 1, "{details}");
    assert_eq!(
        details
            .matches("de 01/01/2026 a 31/12/2026, em curso")
            .count(),
        5
    );
    let alone = served.check(&["--only", "Limpa"]).exited(0).stdout;
    assert_eq!(
        alone.matches("✓ ok").count(),
        14 - usize::from(!cfg!(unix)),
        "{alone}"
    );
    served.check(&["--details", "--service-report"]).exited(2);
}

#[test]
fn permissions_are_not_looked_at_where_the_vendor_s_variable_is_exactly_true() {
    let open = if cfg!(unix) {
        ("aviso", "permissoes_abertas")
    } else {
        ("desconhecido", "permissoes_nao_vistas")
    };
    let silenced = ("desconhecido", "permissoes_nao_vistas");
    let served = served([case("aberto").mode("config_aberto", 0o644)]);
    for (value, shown) in [
        (None, open),
        (Some("True"), silenced),
        (Some("true"), open),
        (Some("TRUE"), open),
        (Some("1"), open),
        (Some(""), open),
        (Some("True "), open),
    ] {
        let mut command = served.check_command();
        command.args(["--offline", "--format", "json"]);
        if let Some(value) = value {
            command.env(SILENCE, value);
        }
        let ran = ran(&mut command).exited(0);
        let document = Document::of(&ran);
        let client = document.client("config_aberto");
        let step = client.step("permissoes");
        let found = (
            step.estado.as_str(),
            step.codigo.as_deref().unwrap_or_default(),
        );
        assert_eq!(found, shown, "{value:?}");
        // Never in order.
        assert_eq!(client.estado, shown.0, "{value:?}");
        if value == Some("True") {
            assert_words(&step.mensagem, &["não verificadas", SILENCE]);
        }
    }
}

#[test]
fn the_exit_status_tells_how_the_check_went() {
    let served = served([
        case("bom"),
        case("avisado").with("credito", "0"),
        case("sem-custo").rows(Vec::new()),
        case("mau").without("credito"),
        case("pior").key("public.pem"),
    ]);
    for (status, only) in [
        (0, &["config_bom"][..]),
        (0, &["config_avisado"]),
        (0, &["config_sem-custo"]),
        (0, &["config_bom", "avisado"]),
        (3, &["config_bom", "config_mau"]),
        (3, &[]),
        (4, &["config_mau", "config_pior"]),
        (4, &["CONFIG_PIOR"]),
        (2, &["ninguém"]),
    ] {
        let only: Vec<&str> = only.iter().flat_map(|text| ["--only", *text]).collect();
        let ran = served.check(&only).exited(status);
        assert_eq!(ran.stdout.is_empty(), status == 2, "{only:?}");
    }
    let chosen = served
        .check(&["--only", "bom", "--format", "json"])
        .exited(0);
    let document = Document::of(&chosen);
    let files: Vec<&str> = document
        .clientes
        .iter()
        .map(|c| c.arquivo.as_str())
        .collect();
    assert_eq!(files, ["config_bom"]);

    let empty = tempfile::tempdir().unwrap();
    let dir = empty.path().to_str().unwrap();
    let ran = program(&["check", dir]).exited(4);
    assert_words(&ran.stderr, &["não há nenhum arquivo config_* em ", dir]);
    let ran = program(&["check", dir, "--format", "json"]).exited(4);
    assert_eq!(Document::of(&ran).resumo, Resumo::default());
    let ran = program(&["check", "--lang", "en", &format!("{dir}/none")]).exited(2);
    assert_words(
        &ran.stderr,
        &["cannot read the folder", "it does not exist"],
    );
    for args in [&["--summary"][..], &["--daily"], &["--fail-on", "esgotado"]] {
        program(&[&["check"], args, &[dir]].concat()).exited(2);
    }
    program(&["check", dir, "--as-of", "2099-01-01"]).exited(2);
}

#[test]
#[ignore = "long"]
fn the_step_under_way_at_the_deadline_fails_and_what_was_found_stays() {
    let silent = || Fault::Silent(Duration::from_secs(600));
    let first = case("calado")
        .always(silent())
        .fails(
            "conexao",
            "prazo_da_execucao",
            &["o prazo da execução"],
            &["--deadline"],
        )
        .waits(
            [
                "relogio",
                "autenticacao",
                "politica",
                "historico",
                "home_region",
            ],
            &["depende de Conexão"],
        )
        .requests(1);
    let later = case("historico")
        .meets([Fault::None])
        .always(silent())
        .fails(
            "historico",
            "prazo_da_execucao",
            &["o prazo da execução"],
            &["--deadline"],
        )
        .waits(["home_region"], &["depende de Histórico"])
        .requests(2);
    let last = case("regiao")
        .meets([Fault::None, Fault::None])
        .always(silent())
        .fails(
            "home_region",
            "prazo_da_execucao",
            &["o prazo da execução"],
            &["--deadline"],
        );
    // What the first answer showed stands while the home region is asked for.
    let refused = case("recusado")
        .meets([refusal(404, "NotAuthorizedOrNotFound")])
        .always(silent())
        .fails(
            "politica",
            "prazo_da_execucao",
            &["o prazo da execução"],
            &["--deadline"],
        )
        .waits(["historico", "home_region"], POLICY_WAIT)
        .requests(2);
    let quick = case("rapido");
    // All that answers has seconds to do so, what does not would take minutes.
    for (status, deadline, cases) in [
        (4, "1", vec![first.clone()]),
        (3, "8", vec![first, later, last, refused, quick]),
    ] {
        let served = served(cases.clone());
        let patient = [
            "--timeout",
            "900",
            "--format",
            "json",
            "--deadline",
            deadline,
        ];
        let ran = served.check(&patient).exited(status);
        let document = Document::of(&ran);
        for case in &cases {
            let mut case = case.clone();
            if cases.len() == 1 {
                case = case.says("repeticao", &["nenhum outro"]);
            }
            case.assert_shown(document.client(&case.config.file));
            assert_eq!(served.requests_of(&case.config), case.requests);
        }
    }
}

#[test]
fn nothing_that_a_terminal_would_obey_is_said() {
    let words = "a\u{1b}[31mb\u{7}\u{9b}c\u{202e}d\u{200b}e";
    let message = serde_json::json!({ "code": words, "message": words });
    let hostile = answer(404, &[("opc-request-id", "ID\u{9b}X")], message.to_string());
    let mut cases = vec![
        case("nome").with("cliente", words),
        case("resposta").meets([hostile]),
        case("arquivo-da-chave").with("key_file", words),
        case("credito").with("credito", words),
        case("data").with("fim_contrato", words),
        case("tenancy").with("tenancy", words),
        case("region").with("region", words),
        case("moeda").with("moeda", words),
        case("chave-parecida").with("consumo_anteriro\u{1b}", "1"),
    ];
    if cfg!(unix) {
        let mut named = case("x");
        named.config.file = format!("config_{words}\nx");
        cases.push(named);
    }
    let count = cases.len();
    let served = served(cases);
    for args in [
        &["-v"][..],
        &["-v", "--lang", "en"],
        &["-v", "--format", "json"],
    ] {
        let ran = served.check(&[args, &QUICK].concat());
        assert!(ran.status == Some(3), "{ran:?}");
        assert_clean(&ran);
        if args.contains(&"json") {
            assert_eq!(Document::of(&ran).clientes.len(), count);
        }
    }
}
