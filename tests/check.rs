//! The check: each step's each outcome by a table, what holds for all of them, and how it reads.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use oci_consumo::profile::key;
use oci_consumo::sim::{Fault, Row};
use rsa::RsaPrivateKey;
use serde::Deserialize;

use crate::common::{
    AS_OF, Config, Folder, KEY_PEM, Ran, Served, answer, assert_clean, assert_untold, assert_words,
    check_command, closed_port, daily, key_fixture, pieces, portal, program, ran, refusal,
};

/// The steps, in order; the last six need the network.
const STEPS: [&str; 13] = [
    "config",
    "contrato",
    "regiao",
    "chave",
    "fingerprint",
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
    gerado_em: String,
    data_base: String,
    clientes: Vec<Cliente>,
    resumo: Resumo,
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
        serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", ran.stdout, ran.stderr))
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
    rows: Vec<Row>,
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

    fn rows(mut self, rows: Vec<Row>) -> Self {
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

    /// All that the check shows, in order.
    fn expected(&self) -> Vec<Shown> {
        let in_order = |step| {
            let (state, code) = match step {
                "repeticao" => ("aviso", "chave_repetida"),
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
fn opened(file: &str) -> Option<RsaPrivateKey> {
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

/// What can be wrong with a config.
fn configs() -> Vec<Case> {
    vec![
        case("completo")
            .says("config", &["completo e legível"])
            .says("contrato", &["de 01/01/2026 a 31/12/2026, em curso"])
            .says("regiao", &["sa-saopaulo-1, do realm oc1"])
            .says("chave", &["RSA de 2048 bits, não cifrada"])
            .says("fingerprint", &["é o desta chave"])
            .says("conexao", &["127.0.0.1 responde, sem TLS"])
            .says("autenticacao", &["aceita a assinatura"])
            .says("politica", &["a consulta de 16/06/2026 foi respondida"])
            .says("historico", &["há dados desde 01/2026"])
            .says("home_region", &["a region do config é a home region"]),
        case("faltam")
            .without("credito")
            .without("fim_contrato")
            .fails(
                "config",
                "config_invalida",
                &["config_faltam: faltam credito, fim_contrato"],
                &["acrescente chave = valor"],
            )
            .waits(["contrato"], OFFLINE_WAIT),
        case("sem-usuario")
            .without("user")
            .fails(
                "config",
                "config_invalida",
                &["falta user"],
                &["acrescente"],
            )
            .stops(OFFLINE_WAIT),
        case("sem-tenancy")
            .without("tenancy")
            .fails("config", "config_invalida", &["falta tenancy"], &[])
            .waits(["regiao", "repeticao"], OFFLINE_WAIT)
            .stops(OFFLINE_WAIT),
        case("sem-chave")
            .without("key_file")
            .fails("config", "config_invalida", &["falta key_file"], &[])
            .waits(["chave", "fingerprint", "permissoes"], OFFLINE_WAIT)
            .stops(OFFLINE_WAIT),
        case("sem-fingerprint")
            .without("fingerprint")
            .fails("config", "config_invalida", &["falta fingerprint"], &[])
            .waits(["fingerprint", "repeticao"], OFFLINE_WAIT)
            .stops(OFFLINE_WAIT),
        case("escrita")
            .without("credito")
            .with("credíto", "10000")
            .fails(
                "config",
                "config_invalida",
                &["falta credito"],
                &["a linha 11 tem credíto: é credito?"],
            )
            .warns(
                "config",
                "chave_parecida",
                &["a chave credíto (linha 11) foi ignorada"],
                &["escreva credito, ou apague a linha"],
            )
            .waits(["contrato"], OFFLINE_WAIT),
        case("escrita-opcional")
            .with("consumo_anteriro", "10,00")
            .warns(
                "config",
                "chave_parecida",
                &["consumo_anteriro (linha 12)", "seria consumo_anterior?"],
                &["escreva consumo_anterior"],
            ),
        case("varios")
            .with("user", "fulano")
            .with("region", "São Paulo")
            .with("fingerprint", "12:34")
            .with("credito", "150.000")
            .with("fim_contrato", "2025-12-31")
            .fails(
                "config",
                "config_invalida",
                &["linha 2, user: não é um OCID de user"],
                &["ocid1.user"],
            )
            .fails(
                "contrato",
                "config_invalida",
                &["linha 11, fim_contrato", "acaba"],
                &["corrija"],
            )
            .fails(
                "contrato",
                "config_invalida",
                &["linha 9, credito: \"150.000\" pode ser 150.000,00 ou 150,000"],
                &["escreva com centavos"],
            )
            .fails(
                "regiao",
                "config_invalida",
                &["linha 5, region"],
                &["sa-saopaulo-1"],
            )
            .fails(
                "fingerprint",
                "config_invalida",
                &["linha 3, fingerprint: não é uma impressão digital"],
                &["console"],
            )
            .waits(["repeticao"], &["depende de Fingerprint"])
            .stops(REGION_WAIT),
        case("exemplo")
            .with("key_file", "<path to your private keyfile> # TODO")
            .fails(
                "chave",
                "config_invalida",
                &["linha 6, key_file: o texto de exemplo da console"],
                &["troque <...> pelo valor"],
            )
            .waits(["fingerprint", "permissoes"], KEY_WAIT)
            .stops(KEY_WAIT),
        case("embutida")
            .with("key_file", r"-----BEGIN PRIVATE KEY-----\nMIIE")
            .fails(
                "chave",
                "config_invalida",
                &["linha 6, key_file: a própria chave está no lugar do caminho"],
                &["salve a chave em um arquivo"],
            )
            .waits(["fingerprint", "permissoes"], KEY_WAIT)
            .stops(KEY_WAIT),
        case("ao-contrario")
            .with("fim_contrato", "2025-12-31")
            .fails(
                "contrato",
                "config_invalida",
                &["o contrato acaba (31/12/2025) antes de começar (01/01/2026)"],
                &["corrija inicio_contrato ou fim_contrato"],
            ),
        case("encerrado").with("fim_contrato", "2026-05-31").warns(
            "contrato",
            "contrato_encerrado",
            &["terminou em 31/05/2026"],
            &["credito, inicio_contrato e fim_contrato"],
        ),
        case("nao-iniciado")
            .with("inicio_contrato", "2026-07-01")
            .warns(
                "contrato",
                "contrato_nao_iniciado",
                &["só começa em 01/07/2026"],
                &["inicio_contrato"],
            ),
        case("credito-zero").with("credito", "0").warns(
            "contrato",
            "sem_credito",
            &["crédito 0"],
            &["corrija credito"],
        ),
        case("encerrado-e-zero")
            .with("credito", "0")
            .with("fim_contrato", "2026-05-31")
            .warns("contrato", "contrato_encerrado", &[], &[])
            .warns("contrato", "sem_credito", &[], &[]),
        case("regiao-nova").with("region", "xx-nova-9").warns(
            "regiao",
            "regiao_desconhecida",
            &["xx-nova-9 não está na tabela", "realm oc1"],
            &["confira region na console"],
        ),
        case("outro-realm")
            .with("region", "us-gov-ashburn-1")
            .fails(
                "regiao",
                "outro_realm",
                &["us-gov-ashburn-1 é do realm oc3", "realm oc1"],
                &["corrija region ou tenancy"],
            )
            .stops(REGION_WAIT),
        case("realm-desconhecido")
            .with("tenancy", "ocid1.tenancy.oc99..x")
            .with("region", "xx-nova-9")
            .fails(
                "regiao",
                "config_invalida",
                &["região desconhecida, e o realm da tenancy também"],
                &["confira region e tenancy"],
            )
            .stops(REGION_WAIT),
    ]
}

/// What can be wrong with a key, with its permissions, and between configs.
fn keys() -> Vec<Case> {
    let key_fails = |id: &str, code, message, remedy| {
        case(id)
            .fails("chave", code, message, remedy)
            .waits(["fingerprint"], KEY_WAIT)
            .stops(KEY_WAIT)
    };
    let mut cases = vec![
        key_fails(
            "chave-ausente",
            "chave_ilegivel",
            &["linha 6, key_file: ", "nao-existe.pem: não existe"],
            &["confira o caminho"],
        )
        .with("key_file", "nao-existe.pem")
        .waits(["permissoes"], KEY_WAIT),
        key_fails(
            "chave-pasta",
            "chave_ilegivel",
            &["não é um arquivo comum"],
            &["aponte para um arquivo"],
        )
        .with("key_file", ".")
        .waits(["permissoes"], KEY_WAIT),
        key_fails(
            "publica",
            "chave_invalida",
            &["é uma chave pública"],
            &["chave privada RSA"],
        )
        .key("public.pem"),
        key_fails(
            "curva",
            "chave_invalida",
            &["não é uma chave RSA"],
            &["RSA"],
        )
        .key("ec.pem"),
        key_fails(
            "curta",
            "chave_invalida",
            &["tem 1024 bits"],
            &["gere outra"],
        )
        .key("rsa-1024.pem"),
        key_fails(
            "sem-senha",
            "senha_da_chave",
            &["cifrada e falta pass_phrase"],
            &["acrescente"],
        )
        .key("pkcs8-aes-256-sha256.pem"),
        key_fails(
            "senha-errada",
            "senha_da_chave",
            &["não abre a chave"],
            &["confira a senha"],
        )
        .key("pkcs1-aes256.pem")
        .with("pass_phrase", WRONG_PHRASE),
        case("cifrada")
            .key("pkcs8-vendor.pem")
            .with("pass_phrase", PASS_PHRASE)
            .says("chave", &["RSA de 2048 bits, cifrada; pass_phrase a abre"]),
        case("senha-a-mais")
            .with("pass_phrase", PASS_PHRASE)
            .says("chave", &["não cifrada"]),
        case("de-outra")
            .with(
                "fingerprint",
                "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff",
            )
            .fails(
                "fingerprint",
                "fingerprint_diferente",
                &["é 00:11:", "o da chave é cf:d1:f2:88"],
                &["corrija fingerprint"],
            )
            .says(
                "repeticao",
                &["nenhum outro config verificado tem esta tenancy"],
            )
            .stops(&["não verificado: depende de Fingerprint"]),
        case("um")
            .warns(
                "repeticao",
                "tenancy_repetida",
                &["config_um-2 tem a mesma tenancy"],
                &["se são dois contratos seguidos"],
            )
            .warns(
                "repeticao",
                "chave_repetida",
                &["abre as duas"],
                &["uma chave para cada"],
            )
            .requests(6),
        case("seguido")
            .with("fim_contrato", "2026-03-31")
            .warns("contrato", "contrato_encerrado", &[], &[])
            .warns("repeticao", "tenancy_repetida", &["config_seguido-2"], &[])
            .warns("repeticao", "chave_repetida", &[], &[])
            .requests(6),
    ];
    let again = |id: &str, first: &str| {
        let mut case = case(id).with("tenancy", &format!("ocid1.tenancy.oc1..{first}"));
        case.config = case
            .config
            .with("user", &format!("ocid1.user.oc1..{first}"));
        case.served = false;
        case.requests(6)
    };
    cases.extend([
        again("um-2", "um")
            .fails(
                "repeticao",
                "contrato_repetido",
                &["mesma tenancy e mesmos dias que config_um"],
                &["deixe um dos dois"],
            )
            .warns("repeticao", "chave_repetida", &[], &[]),
        again("seguido-2", "seguido")
            .with("inicio_contrato", "2026-04-01")
            .warns(
                "repeticao",
                "tenancy_repetida",
                &["config_seguido tem"],
                &[],
            )
            .warns("repeticao", "chave_repetida", &[], &[]),
    ]);
    if cfg!(unix) {
        cases.extend([
            case("config-aberto")
                .mode("config_config-aberto", 0o644)
                .warns(
                    "permissoes",
                    "permissoes_abertas",
                    &["config_config-aberto tem permissões 644"],
                    &["chmod 600 ", "config_config-aberto"],
                ),
            case("chave-aberta")
                .key("pkcs1.pem")
                .mode("pkcs1.pem", 0o640)
                .warns(
                    "permissoes",
                    "permissoes_abertas",
                    &["pkcs1.pem tem permissões 640"],
                    &["chmod 600 ", "pkcs1.pem"],
                ),
            case("so-leitura").mode("config_so-leitura", 0o400),
            {
                let mut quoted = case("aspas").mode("config_d'água", 0o604).warns(
                    "permissoes",
                    "permissoes_abertas",
                    &["config_d'água tem permissões 604"],
                    &[r"config_d'\''água'"],
                );
                quoted.config.file = "config_d'água".to_owned();
                quoted
            },
        ]);
    }
    cases
}

/// What the service can say.
fn services() -> Vec<Case> {
    let skewed = |id: &str, seconds| case(id).always(Fault::ClockOffset(seconds));
    let clock: Words = &["acerte o relógio"];
    let refused = |id: &str, fault: Fault, code, message, remedy| {
        case(id)
            .meets([fault])
            .fails("politica", code, message, remedy)
            .waits(["historico"], POLICY_WAIT)
    };
    let not_told: Words = &["a resposta não diz se o serviço aceitou a assinatura"];
    let elsewhere = Some("sa-vinhedo-1");
    vec![
        // An answer's date is up to a second old, and so is the answer itself.
        skewed("relogio-certo", 54).says("relogio", &["do relógio do serviço"]),
        skewed("relogio-certo-antes", -54),
        skewed("relogio-atrasado", 66).warns("relogio", "relogio", &["s atrasado"], clock),
        skewed("relogio-adiantado", -62).warns("relogio", "relogio", &["s adiantado"], clock),
        skewed("relogio-muito-atrasado", 310)
            .fails("relogio", "relogio", &["5 min atrasado"], clock)
            .requests(4),
        skewed("relogio-muito-adiantado", -302)
            .fails("relogio", "relogio", &["5 min adiantado"], clock)
            .requests(4),
        case("sem-hora")
            .meets([answer(200, &[("date", "quem sabe")], r#"{"items":[]}"#)])
            .unknown("relogio", "relogio_nao_visto", &["não diz a hora"], &[])
            .says("politica", &["sem custo nesse dia"]),
        case("recusada")
            .meets([refusal(401, "NotAuthenticated")])
            .fails(
                "autenticacao",
                "nao_autenticado",
                &["401 NotAuthenticated: As it is"],
                &[
                    "user ocid1.user.oc1..recusada",
                    "cf:d1:f2:88",
                    "chave pública",
                ],
            )
            .waits(["politica"], &["depende de Autenticação"])
            .waits(["historico", "home_region"], POLICY_WAIT)
            .asks(&[
                "Tenancy: ocid1.tenancy.oc1..recusada",
                "Usuário: ocid1.user.oc1..recusada",
                "-----BEGIN PUBLIC KEY-----",
                "-----END PUBLIC KEY-----",
                "cf:d1:f2:88:70:69:21:75:c4:43:e0:dc:c6:90:73:5d",
            ])
            .requests(1),
        refused(
            "sem-politica",
            refusal(404, "NotAuthorizedOrNotFound"),
            "sem_permissao",
            &["404 NotAuthorizedOrNotFound"],
            &["Allow group GRUPO to read usage-report in tenancy"],
        )
        .says("autenticacao", &["aceita a assinatura"])
        .asks(POLICY)
        .requests(2),
        refused(
            "sem-politica-alguma",
            refusal(404, "NotAuthorizedOrNotFound"),
            "sem_permissao",
            &["404"],
            &[],
        )
        .home(None)
        .unknown(
            "home_region",
            "sem_permissao",
            &["404 NotAuthorizedOrNotFound"],
            &[
                "o relatório não precisa disso",
                "inspect tenancies in tenancy",
            ],
        )
        .asks(POLICY)
        .requests(2),
        refused(
            "proibida",
            refusal(403, "NotAuthorized"),
            "nao_permitido",
            &["403 NotAuthorized"],
            &["a política: Allow group"],
        )
        .waits(["home_region"], POLICY_WAIT)
        .asks(POLICY)
        .requests(1),
        refused(
            "pagina-404",
            refusal(404, ""),
            "sem_permissao",
            &["404"],
            &[],
        )
        .waits(["autenticacao"], not_told)
        .requests(2),
        refused(
            "indisponivel",
            refusal(503, "ServiceUnavailable"),
            "servico_indisponivel",
            &["503 ServiceUnavailable"],
            &["execute mais tarde"],
        )
        .waits(["autenticacao"], not_told)
        .waits(["home_region"], POLICY_WAIT)
        .requests(1),
        refused(
            "pagina",
            answer(200, &[], "<html>Bem-vindo</html>"),
            "resposta_invalida",
            &["não é o JSON documentado"],
            &["execute de novo"],
        )
        .waits(["autenticacao"], not_told)
        .waits(["home_region"], POLICY_WAIT)
        .requests(1),
        refused(
            "desvio",
            answer(302, &[], ""),
            "requisicao_recusada",
            &["302"],
            &["proxy ou portal"],
        )
        .waits(["autenticacao"], not_told)
        .waits(["home_region"], POLICY_WAIT)
        .requests(1),
        case("calada")
            .meets([Fault::Silent(Duration::from_secs(600))])
            .fails(
                "conexao",
                "tempo_esgotado",
                &["não respondeu a tempo"],
                &["--timeout"],
            )
            .waits(["relogio", "autenticacao", "politica"], CONNECTION_WAIT)
            .waits(["historico", "home_region"], CONNECTION_WAIT)
            .requests(1),
        case("caida")
            .meets([Fault::Reset])
            .fails(
                "conexao",
                "sem_conexao",
                &["a conexão com 127.0.0.1 caiu"],
                &["rede"],
            )
            .waits(["relogio", "autenticacao", "politica"], CONNECTION_WAIT)
            .waits(["historico", "home_region"], CONNECTION_WAIT)
            .requests(1),
        case("outra-moeda")
            .rows(vec![Row::new("2026-06-16".parse().unwrap(), "10", "USD")])
            .fails(
                "politica",
                "moeda_divergente",
                &["o contrato está em BRL e o custo em USD"],
                &["corrija moeda"],
            )
            .waits(["historico", "home_region"], POLICY_WAIT)
            .requests(1),
        case("comeca-tarde")
            .rows(daily("2026-03-01", "2026-06-16", "10"))
            .warns(
                "historico",
                "inicio_sem_dados",
                &["os primeiros dados são de 03/2026", "desde 01/01/2026"],
                &["consumo_anterior e consumo_anterior_ate"],
            ),
        case("comecou-antes")
            .rows(daily("2025-12-15", "2026-06-16", "10"))
            .says("historico", &["há dados desde 12/2025"]),
        case("aberto-tarde")
            .rows(daily("2026-03-01", "2026-06-16", "10"))
            .with("consumo_anterior", "500,00")
            .with("consumo_anterior_ate", "2026-02-28")
            .says("historico", &["há dados desde 03/2026"]),
        // What the report would ask for is not known.
        case("aberto-quando")
            .rows(daily("2026-03-01", "2026-06-16", "10"))
            .with("consumo_anterior", "500,00")
            .with("consumo_anterior_ate", "ontem")
            .fails(
                "contrato",
                "config_invalida",
                &["consumo_anterior_ate: \"ontem\""],
                &["escreva AAAA-MM-DD"],
            )
            .says("historico", &["há dados desde 03/2026"]),
        case("antigo")
            .with("inicio_contrato", "2025-06-30")
            .rows(daily("2025-06-30", "2026-06-16", "10"))
            .says("historico", &["há dados desde 07/2025"])
            .unknown(
                "historico",
                "historico_nao_visto",
                &["nada foi consultado antes de 07/2025"],
                &["o relatório avisa"],
            ),
        case("sem-custo")
            .rows(Vec::new())
            .says(
                "politica",
                &["a consulta de 16/06/2026 foi respondida, sem custo"],
            )
            .unknown(
                "historico",
                "sem_custo",
                &["nenhum dado desde 07/2025"],
                &[],
            ),
        case("historico-estranho")
            .meets([Fault::None, answer(200, &[], "[]")])
            .unknown(
                "historico",
                "resposta_invalida",
                &["não é o JSON documentado"],
                &["o relatório não precisa disso"],
            ),
        case("home-outra").home(elsewhere).warns(
            "home_region",
            "regiao_nao_e_home",
            &["a home region é sa-vinhedo-1; sa-saopaulo-1 respondeu"],
            &["use region=sa-vinhedo-1"],
        ),
        case("home-recusada").home(None).unknown(
            "home_region",
            "sem_permissao",
            &["não foi possível saber: ", "404"],
            &["inspect tenancies in tenancy"],
        ),
        case("home-estranha")
            .meets([Fault::None, Fault::None, answer(200, &[], "[]")])
            .unknown(
                "home_region",
                "resposta_invalida",
                &["não diz qual é a home region"],
                &["o relatório não precisa disso"],
            ),
        case("home-necessaria")
            .meets([refusal(403, "NotAllowed")])
            .home(elsewhere)
            .warns(
                "home_region",
                "regiao_nao_e_home",
                &["a home region é sa-vinhedo-1; sa-saopaulo-1 recusou"],
                &["use region=sa-vinhedo-1"],
            )
            .requests(4),
        refused(
            "home-tambem-recusa",
            refusal(404, "NotAuthorizedOrNotFound"),
            "sem_permissao",
            &["404"],
            &[],
        )
        .meets([Fault::None, refusal(404, "NotAuthorizedOrNotFound")])
        .home(elsewhere)
        .warns("home_region", "regiao_nao_e_home", &["recusou"], &[])
        .asks(POLICY)
        .requests(3),
    ]
}

fn all() -> Vec<Case> {
    [configs(), keys(), services()]
        .into_iter()
        .flatten()
        .collect()
}

/// Faults last no longer than these let them, and what answers has time to on a busy machine.
const QUICK: [&str; 4] = ["--timeout", "8", "--retry-budget", "0"];

#[test]
fn each_step_shows_what_it_is_to_show() {
    let cases = all();
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

    // The text says no less; each message and remedy of the document stands in it.
    let served = self::served(cases);
    let text = served.check(&[&QUICK[..], &["-v"]].concat()).exited(3);
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
fn a_client_in_order_is_told_so_with_three_requests() {
    let fine = case("bom").says("repeticao", &["nenhum outro config verificado"]);
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
        &["o nome usageapi.nenhum.invalid não tem endereço"],
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
    let cases: Vec<Case> = configs().into_iter().chain(keys()).collect();
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
            "Sem a rede não se sabe: Conexão, Relógio, Autenticação, Política, Histórico, Home region",
        ),
        (
            "en",
            "Without the network it is not known: Connection, Clock, Authentication, Policy, History, Home region",
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

/// A mistake of a new user's, the step that shows it, and what is said of it in each language.
struct Mistake {
    case: Case,
    step: [&'static str; 2],
    says: [Words; 2],
}

fn mistakes() -> Vec<Mistake> {
    let mistake = |case, step, pt, en| Mistake {
        case,
        step,
        says: [pt, en],
    };
    let (config, key, contract) = (
        ["Config", "Config"],
        ["Chave", "Key"],
        ["Contrato", "Contract"],
    );
    let fails = |id: &str, status, code| case(id).meets([refusal(status, code)]);
    vec![
        mistake(
            case("m1").without("fim_contrato"),
            config,
            &["falta fim_contrato", "O que fazer: acrescente"],
            &["fim_contrato is missing", "What to do: add"],
        ),
        mistake(
            case("m2").with("user", "ocid1.tenancy.oc1..m2"),
            config,
            &["linha 2, user: não é um OCID de user", "ocid1.user"],
            &["line 2, user: not the OCID of a user", "ocid1.user"],
        ),
        mistake(
            case("m3").with("key_file", "<path to your private keyfile> # TODO"),
            key,
            &["linha 6, key_file: o texto de exemplo", "troque <...>"],
            &[
                "line 6, key_file: the console's placeholder",
                "in place of <...>",
            ],
        ),
        mistake(
            case("m4").with("key_file", "m4.pem"),
            key,
            &["m4.pem: não existe", "confira o caminho"],
            &["m4.pem: it does not exist", "check the path"],
        ),
        mistake(
            case("m5").key("public.pem"),
            key,
            &["é uma chave pública", "aponte para a chave privada"],
            &["it is a public key", "point to the RSA private key"],
        ),
        mistake(
            case("m6").key("pkcs8-vendor.pem"),
            key,
            &["cifrada e falta pass_phrase", "acrescente pass_phrase"],
            &["encrypted and pass_phrase is missing", "add pass_phrase"],
        ),
        mistake(
            case("m7").with(
                "fingerprint",
                "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff",
            ),
            ["Fingerprint", "Fingerprint"],
            &[
                "do config é 00:11:22",
                "o da chave é cf:d1:f2",
                "corrija fingerprint",
            ],
            &[
                "config's fingerprint is 00:11:22",
                "the key's is cf:d1:f2",
                "correct fingerprint",
            ],
        ),
        mistake(
            case("m8").with("fim_contrato", "31/12/2025"),
            contract,
            &[
                "acaba (31/12/2025) antes",
                "corrija inicio_contrato ou fim_contrato",
            ],
            &[
                "ends (2025-12-31) before",
                "correct inicio_contrato or fim_contrato",
            ],
        ),
        mistake(
            case("m9").with("region", "eu-frankfurt-2"),
            ["Região", "Region"],
            &[
                "eu-frankfurt-2 é do realm oc19",
                "corrija region ou tenancy",
            ],
            &[
                "eu-frankfurt-2 is of the realm oc19",
                "correct region or tenancy",
            ],
        ),
        mistake(
            fails("m10", 404, "NotAuthorizedOrNotFound"),
            ["Política", "Policy"],
            &[
                "404 NotAuthorizedOrNotFound",
                "política no compartimento raiz: Allow group",
            ],
            &[
                "404 NotAuthorizedOrNotFound",
                "policy in the root compartment: Allow group",
            ],
        ),
    ]
}

#[test]
fn a_new_user_s_folder_of_ten_different_mistakes() {
    for (n, lang) in ["pt-BR", "en"].into_iter().enumerate() {
        let mistakes = mistakes();
        let cases = mistakes.iter().map(|mistake| mistake.case.clone());
        let served = served(cases.chain([case("bom").key("rsa-4096.pem")]));
        let text = served.check(&["--lang", lang]).exited(3).stdout;
        let parts: Vec<&str> = text.split("\n━━ ").collect();
        let part = |title: &str| {
            let begins = |part: &&&str| part.starts_with(&format!("{title} ━"));
            *parts
                .iter()
                .find(begins)
                .unwrap_or_else(|| panic!("{title}"))
        };
        let failed = ["✗ falha", "✗ failed"][n];
        let summary = part(["Resumo", "Summary"][n]);
        for Mistake { case, step, says } in &mistakes {
            let (name, file) = (case.config.value("cliente"), &case.config.file);
            let own = part(name);
            let lines: Vec<&str> = own.lines().filter(|line| line.contains(failed)).collect();
            assert_eq!(lines.len(), 1, "{own}");
            assert_words(lines[0], &[step[n]]);
            assert_words(own, says[n]);
            assert_words(
                summary,
                &[&format!("{failed}  {name} ({file}): {}\n", step[n])],
            );
        }
        assert!(!part("Cliente bom").contains(failed));
        let of_eleven = [
            "11 clientes: 10 com falha, 1 em ordem",
            "11 clients: 10 failed, 1 in order",
        ];
        if cfg!(unix) {
            assert_words(summary, &[of_eleven[n]]);
        }
        let request = [
            "Para enviar ao administrador de Cliente m10",
            "To send to the administrator of Cliente m10",
        ];
        let statements = [
            "  Allow group GRUPO to read usage-report in tenancy\n",
            "  Allow group GROUP to read usage-report in tenancy\n",
        ];
        assert_words(part(request[n]), &[statements[n], "ocid1.user.oc1..m10"]);
    }
}

/// How the check reads. What differs from machine to machine, and from run to run, is made the same.
#[cfg(unix)]
mod pictures {
    use std::path::Path;
    use std::sync::LazyLock;
    use std::time::{Duration, SystemTime};

    use clap::Parser as _;
    use console::measure_text_width;
    use oci_consumo::app;
    use oci_consumo::check::{Checkup, Fact};
    use oci_consumo::cli::{Cli, Command};
    use oci_consumo::plan::{Detail, Plan};
    use oci_consumo::progress::Progress;
    use oci_consumo::render::{self, Canvas, Context};

    use super::{Case, case, served};
    use crate::common::{AS_OF, daily, day, refusal};

    fn named(id: &str, name: &str) -> Case {
        case(id).with("cliente", name)
    }

    /// One client of each kind that reads differently.
    static CHECKUPS: LazyLock<Vec<Checkup>> = LazyLock::new(|| {
        let served = served([
            named("a", "Padaria Pão Quente").key("rsa-4096.pem"),
            named(
                "b",
                "Companhia Brasileira de Distribuição e Logística do Nordeste S.A.",
            )
            .with("credito", "0")
            .with("fim_contrato", "2026-05-31")
            .rows(daily("2026-03-01", "2026-05-31", "10"))
            .home(Some("sa-vinhedo-1"))
            .mode("config_b", 0o644),
            named("c", "Açougue")
                .without("user")
                .with("credito", "150.000")
                .with("consumo_anteriro", "1"),
            named("d", "Sem Chave").with("key_file", "d.pem"),
            named("e", "Recusada").meets([refusal(401, "NotAuthenticated")]),
            named("f", "Sem Política")
                .meets([refusal(404, "NotAuthorizedOrNotFound")])
                .home(None),
            named("g", "Fora do Ar").meets([refusal(500, "InternalServerError")]),
            named("h", "Muda").rows(Vec::new()).home(None),
        ]);
        let dir = served.dir.path().to_str().unwrap();
        let endpoint = served.server.endpoint();
        let plan = plan(&[dir, "--endpoint", &endpoint, "--retry-budget", "0"]);
        let progress = Progress::new(&plan.view, false);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let mut checkups = runtime
            .block_on(app::check(&plan, false, &progress))
            .unwrap();
        let findings = checkups.iter_mut().flat_map(|c| &mut c.findings);
        findings.for_each(|finding| same_everywhere(&mut finding.fact));
        checkups
    });

    fn same_everywhere(fact: &mut Fact) {
        let bare = |path: &mut String| {
            let name = Path::new(path).file_name().unwrap();
            *path = format!("clientes/{}", name.to_str().unwrap());
        };
        match fact {
            Fact::ClockOffset { seconds } if seconds.abs() < 10 => *seconds = 0,
            Fact::Exposed { file, .. } => bare(file),
            Fact::Failed(failure) | Fact::NotTold(failure) => {
                // The stand-in's own are numbers in the order of arrival.
                failure.request_id.take_if(|id| id.starts_with('0'));
                if let Some(file) = &mut failure.file {
                    bare(file);
                }
            }
            _ => {}
        }
    }

    fn plan(args: &[&str]) -> Plan {
        let cli = Cli::parse_from(["oci-consumo", "check"].iter().chain(args));
        let Some(Command::Check(args)) = cli.command else {
            panic!("no check");
        };
        Plan::new(
            args.common,
            Detail::default(),
            args.dir,
            args.endpoint,
            day(AS_OF),
        )
        .unwrap()
    }

    fn rendered(args: &[&str], terminal: Option<usize>) -> String {
        let plan = plan(args);
        let context = Context {
            view: &plan.view,
            as_of: day(AS_OF),
            made_at: SystemTime::UNIX_EPOCH + Duration::from_secs(1_781_683_200),
            simulated: false,
            endpoint: None,
            canvas: Canvas {
                width: terminal.unwrap_or(120),
                terminal: terminal.is_some(),
                colored: false,
            },
        };
        render::check(&CHECKUPS, &context).unwrap()
    }

    #[test]
    fn check_in_a_pipe() {
        insta::assert_snapshot!(rendered(&[], None));
    }

    #[test]
    fn check_in_english() {
        insta::assert_snapshot!(rendered(&["--lang", "en"], None));
    }

    #[test]
    fn check_in_a_narrow_terminal() {
        insta::assert_snapshot!(rendered(&[], Some(60)));
    }

    #[test]
    fn check_in_a_terminal() {
        insta::assert_snapshot!(rendered(&[], Some(100)));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_but_what_is_copied() {
        // Statements are pasted elsewhere, and a line of a key or a fingerprint is one word.
        for lang in ["pt-BR", "en"] {
            for width in [60, 72, 73, 80, 100, 120] {
                for line in rendered(&["--lang", lang], Some(width)).lines() {
                    let is_copied = line.starts_with("  Allow") || !line.trim().contains(' ');
                    assert!(
                        is_copied || measure_text_width(line) <= width,
                        "{width}: {line}"
                    );
                }
            }
        }
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let plan = plan(&[]);
        let context = |colored| Context {
            view: &plan.view,
            as_of: day(AS_OF),
            made_at: SystemTime::UNIX_EPOCH,
            simulated: false,
            endpoint: None,
            canvas: Canvas {
                width: 80,
                terminal: true,
                colored,
            },
        };
        let [plain, colored] =
            [false, true].map(|colored| render::check(&CHECKUPS, &context(colored)).unwrap());
        assert!(colored.contains("\x1b[31m"));
        assert_eq!(console::strip_ansi_codes(&colored), plain);
    }
}
