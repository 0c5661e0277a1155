//! The command line: options, exit statuses, environment, pipes and signals,
//! the JSON document's exact keys, and the demo.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use oci_consumo::internals::calendar::{day_of, plus_days};
use serde::Deserialize;
use serde_json::Value;

#[cfg(unix)]
use crate::common::mode;
use crate::common::stand_in::{Fault, WorldRow};
use crate::common::{
    AS_OF, Config, Folder, Ran, Served, answer, assert_words, command, daily, program, ran,
};

/// 167 days of the contract's first ones.
fn rows(amount: &str) -> Vec<WorldRow> {
    daily("2026-01-01", "2026-06-16", amount)
}

/// A client named as people are.
fn bakery() -> Config {
    Config::new("abc").with("cliente", "Padaria Pão Quente")
}

fn clinic() -> Config {
    Config::new("def").with("cliente", "CLÍNICA São José")
}

/// The bakery spends most of what it bought, the clinic next to nothing.
fn two() -> Folder {
    Folder::new()
        .client(&bakery(), rows("26.00"))
        .client(&clinic(), rows("1.00"))
}

/// With a client that fails, too.
fn partly() -> Folder {
    two().config(&Config::new("ghi").with("credito", "150.000"))
}

/// A client of whom the service has nothing.
fn silent() -> Config {
    Config::new("mudo")
}

fn names(document: &Value) -> Vec<&str> {
    let clients = document["clientes"].as_array().unwrap();
    clients
        .iter()
        .map(|client| client["arquivo"].as_str().unwrap())
        .collect()
}

/// The files of the clients that have a part of their own in a text.
fn parts(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.rsplit(" · ").next())
        .filter(|file| file.starts_with("config_") && !file.contains(' '))
        .collect()
}

#[test]
fn the_exit_status_tells_how_it_went() {
    let (complete, partial) = (two().serve(), partly().serve());
    let lacking = two().client(&silent(), Vec::new()).serve();
    let failing = Folder::new().config(&bakery()).serve();
    let met = ["--fail-on", "dentro"];

    complete.run(&[]).exited(0);
    complete.run(&met).exited(10);
    complete.run(&["--fail-on", "esgotado,dentro"]).exited(10);
    complete
        .run(&["--fail-on", "vai_sobrar", "--fail-on", "esgotado"])
        .exited(10);
    complete.run(&["--fail-on", "esgotado"]).exited(0);
    partial.run(&[]).exited(3);
    partial.run(&met).exited(3);
    lacking.run(&[]).exited(3);
    lacking.run(&["--fail-on", "sem_dados"]).exited(3);
    failing.run(&[]).exited(4);
    failing.run(&met).exited(4);
    // What is not selected is nobody's failure.
    partial.run(&["--only", "padaria"]).exited(0);
    partial.run(&["--only", "ghi"]).exited(4);
}

/// A failed client decides the status, and hides nothing.
#[test]
fn a_failed_client_never_hides_fail_on() {
    let served = partly().serve();
    let args = ["--fail-on", "dentro,esgotado"];
    let document = served.json(3, &args);
    assert_eq!(
        document["resumo"]["fail_on"],
        serde_json::json!({
            "situacoes": ["dentro", "esgotado"],
            "clientes": [{"arquivo": "config_abc", "cliente": "Padaria Pão Quente", "situacao": "dentro"}],
        })
    );
    let last = |args: &[&str], status| {
        let text = served.run(args).exited(status).stdout;
        text.lines().last().unwrap().to_owned()
    };
    assert_eq!(
        last(&args, 3),
        "--fail-on dentro,esgotado: 1 cliente (Padaria Pão Quente); 1 falhou; código de saída 3"
    );
    assert_eq!(
        last(
            &["--fail-on", "dentro", "--only", "abc", "--lang", "en"],
            10
        ),
        "--fail-on dentro: 1 client (Padaria Pão Quente); exit status 10"
    );
    assert_eq!(served.json(3, &[])["resumo"]["fail_on"], Value::Null);
}

#[test]
fn report_and_document_are_printed_with_every_such_status() {
    for (served, args, status) in [
        (two().serve(), &["--fail-on", "dentro"][..], 10),
        (partly().serve(), &[], 3),
        (Folder::new().config(&bakery()).serve(), &[], 4),
        (Folder::new().serve(), &[], 4),
    ] {
        served.run(args).exited(status).says("antes de impostos");
        let document = served.json(status, args);
        assert_eq!(document["versao"], 2);
    }
}

#[test]
fn a_folder_without_clients_is_told() {
    let empty = Folder::new().serve();
    let dir = empty.dir.path().display().to_string();
    let told = empty.run(&[]).exited(4);
    assert_words(&told.stderr, &["não há nenhum arquivo config_*", &dir]);
    let told = empty.run(&["--lang", "en"]).exited(4);
    assert_words(&told.stderr, &["there is no config_* file in ", &dir]);
    assert_eq!(empty.json(4, &[])["resumo"]["configs"], 0);
}

#[test]
fn a_folder_that_cannot_be_read_is_wrong_usage() {
    let folder = two();
    let missing = folder.path().join("nada");
    let file = folder.path().join("key.pem");
    for (dir, words) in [(&missing, "não existe"), (&file, "não consigo ler a pasta")] {
        let ran = program(&[dir.to_str().unwrap()]).exited(2);
        assert_eq!(ran.stdout, "");
        assert_words(&ran.stderr, &[words, dir.to_str().unwrap()]);
    }
    let ran = program(&[missing.to_str().unwrap(), "--lang", "en"]).exited(2);
    assert_words(&ran.stderr, &["cannot read the folder", "does not exist"]);
}

#[test]
fn only_finds_by_name_and_file_without_case_and_accents() {
    let served = partly().serve();
    for (text, expected) in [
        ("padaria", &["config_abc"][..]),
        ("PAO QUENTE", &["config_abc"]),
        ("pão", &["config_abc"]),
        ("clinica sao", &["config_def"]),
        ("Config_AB", &["config_abc"]),
        ("_def", &["config_def"]),
    ] {
        assert_eq!(
            names(&served.json(0, &["--only", text])),
            expected,
            "{text}"
        );
    }
    let both = served.json(0, &["--only", "padaria", "--only", "JOSÉ"]);
    assert_eq!(names(&both), ["config_abc", "config_def"]);
    assert_eq!(both["resumo"]["configs"], 2);
    let all = served.json(3, &["--only", "config_"]);
    assert_eq!(all["resumo"]["configs"], 3);

    let before = served.server.requests();
    let none = served.run(&["--only", "ninguém"]).exited(2);
    assert_eq!(none.stdout, "");
    assert_words(&none.stderr, &["--only não corresponde a nenhum cliente"]);
    let near = served.run(&["--only", "padria"]).exited(2);
    assert_words(&near.stderr, &["você quis dizer Padaria Pão Quente?"]);
    assert_eq!(served.server.requests(), before);
}

#[test]
fn summary_and_situation_choose_the_parts_and_not_the_totals() {
    let served = partly().serve();
    // The sums of all clients, and the counts of their situations.
    let totals = |ran: &Ran| {
        let (_, totals) = ran.stdout.split_once("━━ Totais").unwrap();
        let (sums, _) = totals.split_once("\n\n").unwrap();
        let (_, portfolio) = totals.split_once("━━ Carteira").unwrap();
        let (head, _) = portfolio.split_once("\n\n").unwrap();
        format!("{sums}{head}")
    };
    let all = served.run(&["--no-store"]).exited(3);
    assert_eq!(parts(&all.stdout).len(), 2);
    for (args, expected) in [
        (&["--summary"][..], &[][..]),
        (&["--situation", "dentro"], &["config_abc"]),
        (
            &["--situation", "dentro,vai_sobrar"],
            &["config_abc", "config_def"],
        ),
        (&["--situation", "esgotado"], &[]),
    ] {
        let ran = served.run(&[args, &["--no-store"]].concat()).exited(3);
        let mut shown = parts(&ran.stdout);
        shown.sort_unstable();
        assert_eq!(shown, expected, "{args:?}");
        assert_eq!(totals(&ran), totals(&all), "{args:?}");
        assert_words(&ran.stdout, &["150.000,00 ou 150,000"]);
    }
    // JSON is whole whatever text leaves out.
    let mut short = served.json(3, &["--summary"]);
    let mut whole = served.json(3, &[]);
    for document in [&mut short, &mut whole] {
        document["gerado_em"] = Value::Null;
    }
    assert_eq!(short, whole);
}

#[test]
fn wrong_usage_is_refused_before_anything_else() {
    let (today, far) = (day_of(std::time::SystemTime::now()), "2099-12-31");
    // Tomorrow's tomorrow, lest midnight strike.
    let ahead = plus_days(today, 2).to_string();
    let wrong: [&[&str]; 55] = [
        &["--only", ""],
        &["--only", " "],
        &["--what-if", "20%"],
        &["-o", "carteira-{dia}.csv"],
        &["demo", "--only", ""],
        &["man", "nada"],
        &["DIR", "check"],
        &["--deadline", "x"],
        &["--as-of", &ahead],
        &["--as-of", far],
        &["--as-of", "2026-02-30"],
        &["--as-of", "2026-6-17"],
        &["--as-of", "17-06-2026"],
        &["--as-of", "1999-12-31"],
        &["--as-of", ""],
        &["--settle-days", "-1"],
        &["--settle-days", "61"],
        &["--settle-days", "dois"],
        &["--surplus-percent", "101"],
        &["--surplus-percent", "-1"],
        &["--surplus-percent", "x"],
        &["--surplus-percent", "NaN"],
        &["--jobs", "0"],
        &["--jobs", "1025"],
        &["--jobs", "x"],
        &["--timeout", "0"],
        &["--timeout", "-1"],
        &["--timeout", "1.5"],
        &["--retry-budget", "-1"],
        &["--retry-budget", "x"],
        &["--format", "xml"],
        &["--lang", "fr"],
        &["--color", "sim"],
        &["--situation", "nada"],
        &["--fail-on", "nada"],
        &["--fail-on", "dentro,nada"],
        &["-q", "-v"],
        &["--nada"],
        &["uma", "outra"],
        &["--endpoint", "http://example.com"],
        &["--endpoint", "http://10.0.0.1:80"],
        &["--endpoint", "http://127.0.0.1.example.com"],
        &["--endpoint", "http://0.0.0.0:8080"],
        &["--endpoint", "ftp://127.0.0.1"],
        &["--endpoint", "127.0.0.1:80"],
        &["--endpoint", "https://user:senha@example.com"],
        &["--endpoint", "https://example.com/?a=b"],
        &["--endpoint", "https://"],
        &["completions"],
        &["completions", "cmd"],
        &["demo", "--dir", "x"],
        &["demo", "--endpoint", "http://127.0.0.1:1"],
        &["demo", "clientes"],
        &["demo", "--seed", "x"],
        &["demo", "--as-of", far],
    ];
    for args in wrong {
        let ran = program(args).exited(2);
        assert_eq!(ran.stdout, "", "{args:?}");
        assert!(!ran.stderr.is_empty(), "{args:?}");
        assert!(!ran.stderr.contains('\x1b'), "{args:?}");
    }
    let ran = program(&["--as-of", far]).exited(2);
    assert_words(&ran.stderr, &["--as-of 2099-12-31 é depois de hoje", "UTC"]);
    let ran = program(&["--as-of", far, "--lang", "en"]).exited(2);
    assert_words(&ran.stderr, &["--as-of 2099-12-31 is after today"]);
}

#[test]
fn today_in_utc_is_the_as_of_day_unless_told_otherwise() {
    let ended = bakery();
    let served = Folder::new().client(&ended, rows("1.00")).serve();
    let before = day_of(std::time::SystemTime::now());
    let mut command = served.command_of_today();
    command.args(["--format", "json"]);
    // A zone half a world away changes nothing.
    let document = ran(command.env("TZ", "Pacific/Kiritimati")).json();
    let after = day_of(std::time::SystemTime::now());
    let found = document["data_base"].as_str().unwrap();
    assert!([before, after].iter().any(|day| day.to_string() == found));
}

#[test]
fn figures_follow_their_options() {
    let served = two().serve();
    let client = |args: &[&str], file: &str| {
        let document = served.json(0, args);
        crate::common::client(&document, file).clone()
    };
    let usual = client(&[], "config_abc");
    assert_eq!(usual["consolidado_ate"], "2026-06-14");
    let settled = client(&["--settle-days", "0"], "config_abc");
    assert_eq!(settled["consolidado_ate"], "2026-06-16");
    let late = client(&["--settle-days", "5"], "config_abc");
    assert_eq!(late["consolidado_ate"], "2026-06-11");
    assert_eq!(client(&[], "config_def")["situacao"], "vai_sobrar");
    let patient = client(&["--surplus-percent", "99"], "config_def");
    assert_eq!(patient["situacao"], "dentro");
}

/// The document, key by key: neither more nor fewer than these.
#[allow(dead_code, reason = "that a key is there is what matters of most")]
mod document {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Document {
        pub versao: u32,
        pub programa: String,
        pub simulado: bool,
        #[serde(deserialize_with = "present")]
        pub endpoint: Option<String>,
        pub gerado_em: String,
        pub data_base: String,
        pub offline: bool,
        pub metodo: String,
        #[serde(deserialize_with = "present")]
        pub hipotese: Option<String>,
        pub avisos: Vec<Aviso>,
        pub clientes: Vec<Cliente>,
        pub totais: Vec<Total>,
        pub grupos: Vec<Grupo>,
        pub falhas: Vec<Falha>,
        pub resumo: Resumo,
    }

    /// A key that has to be there, be it null.
    fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
        value: D,
    ) -> Result<Option<T>, D::Error> {
        Option::deserialize(value)
    }

    /// The figures that this test looks at, and the lists; that there is no other key, the schema says.
    #[derive(Debug, Deserialize)]
    pub struct Cliente {
        pub cliente: String,
        pub arquivo: String,
        pub tenancy: String,
        pub regiao: String,
        pub moeda: String,
        pub credito: String,
        pub inicio_contrato: String,
        pub fim_contrato: String,
        pub situacao: String,
        #[serde(deserialize_with = "present")]
        pub buscado_em: Option<String>,
        #[serde(deserialize_with = "present")]
        pub dados_ate: Option<String>,
        #[serde(deserialize_with = "present")]
        pub consolidado_ate: Option<String>,
        pub consumo: String,
        pub consumo_provisorio: String,
        #[serde(deserialize_with = "present")]
        pub consumo_pct: Option<String>,
        #[serde(deserialize_with = "present")]
        pub saldo: Option<String>,
        pub metodo: String,
        #[serde(deserialize_with = "present")]
        pub previsto: Option<String>,
        #[serde(deserialize_with = "present")]
        pub complemento_provisorio: Option<String>,
        #[serde(deserialize_with = "present")]
        pub ajuste: Option<String>,
        #[serde(deserialize_with = "present")]
        pub hipotese: Option<String>,
        #[serde(deserialize_with = "present")]
        pub total_estimado: Option<String>,
        #[serde(deserialize_with = "present")]
        pub faixa: Option<Faixa>,
        #[serde(deserialize_with = "present")]
        pub segunda_opiniao: Option<SegundaOpiniao>,
        #[serde(deserialize_with = "present")]
        pub sobra: Option<String>,
        #[serde(deserialize_with = "present")]
        pub debito: Option<String>,
        #[serde(deserialize_with = "present")]
        pub esgota_em: Option<String>,
        pub dias_decorridos: u32,
        pub dias_restantes: u32,
        #[serde(deserialize_with = "present")]
        pub prazo_pct: Option<String>,
        #[serde(deserialize_with = "present")]
        pub ritmo_diario: Option<String>,
        #[serde(deserialize_with = "present")]
        pub ritmo_alvo: Option<String>,
        #[serde(deserialize_with = "present")]
        pub ajuste_ritmo_pct: Option<String>,
        #[serde(deserialize_with = "present")]
        pub mes_atual_estimado: Option<String>,
        #[serde(deserialize_with = "present")]
        pub consumo_anterior: Option<String>,
        #[serde(deserialize_with = "present")]
        pub ajuste_previsto: Option<String>,
        pub meses: Vec<Mes>,
        pub janela: Janela,
        pub dias_semana: Vec<DiaSemana>,
        pub diario: Vec<Dia>,
        pub avisos: Vec<Aviso>,
    }

    #[derive(Debug, Deserialize)]
    pub struct Grupo {
        #[serde(deserialize_with = "present")]
        pub grupo: Option<String>,
        pub moeda: String,
        pub clientes: u32,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Faixa {
        pub nivel: String,
        pub previsto_min: String,
        pub previsto_max: String,
        pub total_min: String,
        pub total_max: String,
        #[serde(deserialize_with = "present")]
        pub esgota_min: Option<String>,
        #[serde(deserialize_with = "present")]
        pub esgota_max: Option<String>,
        #[serde(deserialize_with = "present")]
        pub probabilidade_esgotar: Option<String>,
        pub origens: u32,
        pub blocos: u32,
        pub mudanca_ritmo: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct SegundaOpiniao {
        pub metodo: String,
        pub previsto: String,
        pub total_estimado: String,
        pub situacao: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Mes {
        pub mes: String,
        #[serde(deserialize_with = "present")]
        pub consumo: Option<String>,
        pub dias: u32,
        #[serde(deserialize_with = "present")]
        pub media_diaria: Option<String>,
        #[serde(deserialize_with = "present")]
        pub variacao_pct: Option<String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Janela {
        #[serde(deserialize_with = "present")]
        pub inicio: Option<String>,
        #[serde(deserialize_with = "present")]
        pub fim: Option<String>,
        pub dias: u32,
        pub dias_sem_registro: u32,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct DiaSemana {
        pub dia: u32,
        pub nome: String,
        #[serde(deserialize_with = "present")]
        pub media_diaria: Option<String>,
        pub dias: u32,
        #[serde(deserialize_with = "present")]
        pub previsto: Option<String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Dia {
        pub data: String,
        #[serde(deserialize_with = "present")]
        pub custo: Option<String>,
        pub estado: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Aviso {
        pub codigo: String,
        pub mensagem: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Total {
        pub moeda: String,
        pub clientes: u32,
        pub credito: String,
        pub consumo: String,
        pub saldo: String,
        pub previsto: String,
        pub complemento_provisorio: String,
        #[serde(deserialize_with = "present")]
        pub ajuste: Option<String>,
        #[serde(deserialize_with = "present")]
        pub hipotese: Option<String>,
        pub total_estimado: String,
        #[serde(deserialize_with = "present")]
        pub faixa_independente: Option<FaixaTotal>,
        #[serde(deserialize_with = "present")]
        pub faixa_dependente: Option<FaixaTotal>,
        pub sobras: String,
        pub debitos: String,
        pub meses: Vec<MesTotal>,
        pub dias_semana: Vec<DiaSemana>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct FaixaTotal {
        pub previsto_min: String,
        pub previsto_max: String,
        pub total_min: String,
        pub total_max: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct MesTotal {
        pub mes: String,
        pub consumo: String,
        pub clientes: u32,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Falha {
        pub arquivo: String,
        pub cliente: String,
        #[serde(deserialize_with = "present")]
        pub tenancy: Option<String>,
        pub codigo: String,
        pub mensagem: String,
        pub acao: String,
        #[serde(deserialize_with = "present")]
        pub request_id: Option<String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Resumo {
        pub configs: usize,
        pub relatados: usize,
        pub falhas: usize,
        pub situacoes: BTreeMap<String, usize>,
        #[serde(deserialize_with = "present")]
        pub fail_on: Option<FailOn>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct FailOn {
        pub situacoes: Vec<String>,
        pub clientes: Vec<FailOnCliente>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct FailOnCliente {
        pub arquivo: String,
        pub cliente: String,
        pub situacao: String,
    }
}

#[test]
fn the_document_has_the_keys_that_it_says_and_no_other() {
    let spike = Config::new("pico").with("inicio_contrato", "2026-06-01");
    let mut rows_of_spike = daily("2026-06-01", "2026-06-16", "1.00");
    rows_of_spike[3].amount = "-0.0000000001".to_owned();
    let served = partly().client(&spike, rows_of_spike).serve();

    let ran = served.run(&["--format", "json", "--daily"]).exited(3);

    let found: document::Document = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((found.versao, found.simulado), (2, false));
    assert_eq!(
        found.endpoint,
        Some(format!("{}/", served.server.endpoint()))
    );
    assert_eq!(
        found.programa,
        concat!("oci-consumo ", env!("CARGO_PKG_VERSION"))
    );
    assert!(chrono::DateTime::parse_from_rfc3339(&found.gerado_em).is_ok());
    assert!(found.gerado_em.ends_with('Z'));
    assert_eq!(found.data_base, AS_OF);
    assert_eq!(found.clientes.len(), 3);
    assert_eq!(found.falhas.len(), 1);
    assert_eq!(
        (
            found.resumo.configs,
            found.resumo.relatados,
            found.resumo.falhas
        ),
        (4, 3, 1)
    );
    assert_eq!(found.resumo.situacoes.values().sum::<usize>(), 3);
    assert_eq!((found.totais.len(), found.totais[0].clientes), (1, 3));

    let bakery = found
        .clientes
        .iter()
        .find(|c| c.arquivo == "config_abc")
        .unwrap();
    assert_eq!(bakery.cliente, "Padaria Pão Quente");
    assert_eq!(
        (bakery.moeda.as_str(), bakery.credito.as_str()),
        ("BRL", "10000")
    );
    assert_eq!(bakery.consumo, "4342");
    assert_eq!(bakery.meses.iter().map(|m| m.dias).sum::<u32>(), 167);
    assert_eq!(bakery.meses[0].mes, "2026-01");
    let days: Vec<u32> = bakery.dias_semana.iter().map(|line| line.dia).collect();
    assert_eq!(days, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(bakery.dias_semana[0].nome, "segunda-feira");
    assert_eq!(bakery.diario.len(), 167);
    assert_eq!(bakery.diario[0].data, "2026-01-01");
    assert_eq!(bakery.diario[0].estado, "consolidado");
    assert_eq!(bakery.diario[166].estado, "provisorio");
    // Exact, and never in exponents.
    let spike = found
        .clientes
        .iter()
        .find(|c| c.arquivo == "config_pico")
        .unwrap();
    assert_eq!(spike.consumo, "14.9999999999");
    assert_eq!(spike.diario[3].custo.as_deref(), Some("-0.0000000001"));
    assert!(!spike.avisos.is_empty());

    // Without --daily the days are absent, which is null.
    let document = served.json(3, &[]);
    assert_eq!(document["clientes"][0].get("diario"), Some(&Value::Null));
}

#[test]
fn json_is_one_document_and_nothing_else() {
    let folder = partly();
    folder.write("config_velho.bak", b"?");
    let served = folder.serve();
    for args in [
        &[][..],
        &["-v"],
        &["-q"],
        &["--color", "always"],
        &["--lang", "en"],
    ] {
        let ran = served
            .run(&[&["--format", "json"], args].concat())
            .exited(3);
        let mut stream = serde_json::Deserializer::from_str(&ran.stdout).into_iter::<Value>();
        assert!(stream.next().unwrap().is_ok());
        assert!(stream.next().is_none());
        assert!(!ran.stdout.contains('\x1b'), "{args:?}");
        assert!(ran.stdout.ends_with("}\n"));
    }
}

#[test]
fn a_pipe_gets_plain_text_and_stderr_what_was_asked_for() {
    let folder = partly();
    folder.write("config_velho~", b"?");
    let served = folder.serve();

    let usual = served.run(&[]).exited(3);
    let skipped = "aviso: config_velho~: ignorado, sobra de editor\n";
    let store = served.dir.path().join("consumo.db");
    let made = format!(
        "histórico em {}, criado agora (--no-store dispensa)\n",
        store.display()
    );
    assert_eq!(usual.stderr, format!("{skipped}{made}"));
    assert_eq!(served.run(&[]).exited(3).stderr, skipped);
    let first = usual.stdout.lines().next().unwrap();
    let program = concat!("oci-consumo ", env!("CARGO_PKG_VERSION"));
    assert_words(first, &[program, "17/06/2026 (UTC)", " UTC"]);
    assert!(!usual.stdout.contains(['\x1b', '\r']));
    assert!(usual.stdout.lines().all(|line| line.trim_end() == line));
    assert_words(&usual.stdout, &["Padaria Pão Quente", "CLÍNICA São José"]);

    assert_eq!(served.run(&["-q"]).exited(3).stderr, "");

    let verbose = served.run(&["-v", "--refetch"]).exited(3);
    let ids = verbose.stderr.matches("opc-request-id 0").count();
    // Two clients of two windows and a question of months each.
    assert_eq!(ids, 6, "{}", verbose.stderr);
    assert_words(
        &verbose.stderr,
        &["config_abc: 200, ", " ms, opc-request-id "],
    );
    for secret in ["Signature", "BEGIN", "MII", "keyId", "rsa-sha256"] {
        assert!(!verbose.stderr.contains(secret), "{secret}");
        assert!(!verbose.stdout.contains(secret), "{secret}");
    }
}

#[test]
fn verbose_tells_of_retries() {
    let config = bakery().with("inicio_contrato", "2026-04-01");
    let once = answer(503, &[("retry-after", "0")], "");
    let folder = Folder::new().faulty(&config, rows("1.00"), [once, Fault::Reset], None);
    let ran = folder.serve().run(&["-v", "--lang", "en"]).exited(0);
    assert_words(
        &ran.stderr,
        &[
            "config_abc: 503, ",
            "try 1 failed; another in 0 ms",
            "the connection to 127.0.0.1 broke",
            "try 2 failed",
            "config_abc: 200, ",
        ],
    );
}

#[test]
fn colours_are_where_they_are_wanted() {
    let served = two().serve();
    let escapes = |args: &[&str], name: &str, value: &str| {
        let mut command = served.command();
        command.args(args).env(name, value);
        ran(&mut command).exited(0).stdout.contains('\x1b')
    };
    for (args, name, value, expected) in [
        (&["--color", "always"][..], "NO_COLOR", "", true),
        (&["--color", "always"], "NO_COLOR", "1", true),
        (&["--color", "always"], "TERM", "dumb", true),
        (&["--color", "auto"], "NO_COLOR", "", false),
        (&["--color", "auto"], "NO_COLOR", "1", false),
        (&["--color", "auto"], "TERM", "xterm-256color", false),
        (&[], "CLICOLOR_FORCE", "1", false),
        (&["--color", "never"], "CLICOLOR_FORCE", "1", false),
    ] {
        assert_eq!(
            escapes(args, name, value),
            expected,
            "{args:?} {name}={value}"
        );
    }
    // Colour says nothing that words do not.
    let plain = served.run(&["--color", "never"]).exited(0).stdout;
    let coloured = served.run(&["--color", "always"]).exited(0).stdout;
    let bare = console::strip_ansi_codes(&coloured).into_owned();
    assert_eq!(without_run_time(&bare), without_run_time(&plain));
}

/// A text report without the time that it was made at.
fn without_run_time(text: &str) -> String {
    text.lines()
        .map(|line| match line.split_once(" · executado em ") {
            Some((before, _)) => format!("{before}\n"),
            None => format!("{line}\n"),
        })
        .collect()
}

#[test]
fn the_environment_speaks_where_the_command_line_does_not() {
    let served = two().serve();
    let mut here = command();
    here.arg(served.dir.path()).args(["--as-of", AS_OF]);
    here.env("OCI_CONSUMO_ENDPOINT", served.server.endpoint());
    here.env("OCI_CONSUMO_LANG", "en");
    here.env("LANG", "pt_BR.UTF-8").env("LC_ALL", "pt_BR.UTF-8");
    ran(&mut here).exited(0).says("━━ Portfolio");
    ran(here.args(["--lang", "pt-BR"]))
        .exited(0)
        .says("━━ Carteira");

    // The locale is nobody's language: cron and terminal agree.
    let mut locale = served.command();
    locale
        .env("LANG", "en_US.UTF-8")
        .env("LC_ALL", "en_US.UTF-8");
    ran(&mut locale).exited(0).says("━━ Carteira");

    // The command line's endpoint is the one that is used.
    let mut both = served.command();
    ran(both.env("OCI_CONSUMO_ENDPOINT", "http://127.0.0.1:1")).exited(0);
    for (name, value) in [
        ("OCI_CONSUMO_ENDPOINT", "http://example.com"),
        ("OCI_CONSUMO_LANG", "fr"),
    ] {
        let mut wrong = command();
        ran(wrong.arg(served.dir.path()).env(name, value)).exited(2);
    }
}

#[test]
fn loopback_goes_by_no_proxy() {
    let served = two().serve();
    let mut command = served.command();
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env(name, "http://127.0.0.1:1");
    }
    ran(&mut command).exited(0);
}

#[test]
fn another_host_goes_by_the_proxy() {
    // Nothing listens there: what is refused is the proxy, without a look at the name.
    let folder = Folder::new().config(&bakery());
    let mut command = command();
    command
        .arg(folder.path())
        .args(["--as-of", AS_OF, "--format", "json"]);
    let document = ran(command.env("HTTPS_PROXY", "http://127.0.0.1:1"))
        .exited(4)
        .json();
    assert_eq!(document["falhas"][0]["codigo"], "sem_conexao");
    let message = document["falhas"][0]["mensagem"].as_str().unwrap();
    assert_words(message, &["recusou a conexão"]);
}

#[test]
fn each_language_is_its_own() {
    let served = partly().serve();
    let portuguese = served.run(&[]).exited(3).stdout;
    let english = served.run(&["--lang", "en"]).exited(3).stdout;
    for word in [
        "Carteira",
        "Consumo",
        "Previsto",
        "segunda-feira",
        "Sobra prevista",
        "dias",
        "Saldo",
        "Dentro do crédito",
        "Vai sobrar",
        "31/12/2026",
        "contratos",
        "falhou",
    ] {
        assert!(portuguese.contains(word), "{word}");
        assert!(!english.contains(word), "{word}");
    }
    for word in [
        "Portfolio",
        "Consumption",
        "Forecast",
        "Monday",
        "Projected surplus",
        "days",
        "Balance",
        "Within credit",
        "Unused credit",
        "2026-12-31",
        "contracts",
        "failed",
    ] {
        assert!(english.contains(word), "{word}");
        assert!(!portuguese.contains(word), "{word}");
    }
    // What programs read is the same in both, but for the sentences and the names of days.
    let (one, other) = (served.json(3, &[]), served.json(3, &["--lang", "en"]));
    assert_eq!(
        one["clientes"][0]["situacao"],
        other["clientes"][0]["situacao"]
    );
    assert_eq!(one["falhas"][0]["codigo"], other["falhas"][0]["codigo"]);
    assert_ne!(one["falhas"][0]["mensagem"], other["falhas"][0]["mensagem"]);
}

#[test]
fn help_version_and_completions() {
    let help = program(&["--help"]).exited(0).stdout;
    for status in ["  0  ", "  2  ", "  3  ", "4   ", "10  ", "  1  ", "130 "] {
        assert_words(&help, &[status]);
    }
    for option in [
        "--as-of",
        "--settle-days",
        "--surplus-percent",
        "--only",
        "--summary",
        "--situation",
        "--format",
        "--daily",
        "--lang",
        "--color",
        "--quiet",
        "--verbose",
        "--jobs",
        "--timeout",
        "--retry-budget",
        "--deadline",
        "--endpoint",
        "--fail-on",
        "--version",
        "--help",
        "check",
        "demo",
        "completions",
        "Examples:",
        "OCI_CONSUMO_LANG",
        "OCI_CONSUMO_ENDPOINT",
    ] {
        assert_words(&help, &[option]);
    }
    let short = program(&["-h"]).exited(0).stdout;
    assert!(short.lines().count() <= 47, "{short}");
    let groups = ["Filter:", "Forecast:", "Output:", "History:"];
    assert_words(&short, &groups);
    assert_words(&help, &groups);
    assert_words(&help, &["Network:"]);
    assert_words(
        &program(&["demo", "--help"]).exited(0).stdout,
        &["--seed", "--faults", "--serve", "--dir"],
    );
    assert_words(
        &program(&["check", "--help"]).exited(0).stdout,
        &[
            "--offline",
            "--only",
            "--format",
            "--deadline",
            "--endpoint",
        ],
    );
    let version = concat!("oci-consumo ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(program(&["--version"]).exited(0).stdout, version);
    for (shell, words) in [
        ("bash", "-F _clap_complete_oci_consumo"),
        ("zsh", "#compdef oci-consumo"),
        ("fish", "complete "),
    ] {
        let script = program(&["completions", shell]).exited(0);
        assert_words(&script.stdout, &[words, "OCI_CONSUMO_COMPLETE"]);
        let place = format!("oci-consumo completions {shell}");
        assert_words(&script.stderr, &["para ativar em cada terminal", &place]);
        let english = program(&["--lang", "en", "completions", shell]).exited(0);
        assert_words(&english.stderr, &["to have it in every terminal"]);
    }
    for (args, words) in [
        (
            &["man"][..],
            [".TH oci\\-consumo 1", ".SH FORECAST", "retry\\-budget"],
        ),
        (&["man", "demo"], [".TH oci", ".SH DEMO", "\\-\\-seed"]),
    ] {
        let page = program(args)
            .exited(0)
            .stdout
            .replace(".TH oci-consumo", ".TH oci\\-consumo");
        assert_words(&page, &words);
    }
}

/// The words that a shell is offered at the end of `line`.
fn offered(line: &[&str]) -> Vec<String> {
    let mut command = command();
    command.env("OCI_CONSUMO_COMPLETE", "fish");
    command.args(["--", "oci-consumo"]).args(line);
    let offered = ran(&mut command).exited(0).stdout;
    offered.lines().map(str::to_owned).collect()
}

#[test]
fn completions_know_the_clients_of_the_folder() {
    let folder = partly();
    let dir = folder.path().to_str().unwrap();
    let bakery = "abc\tPadaria Pão Quente";
    assert_eq!(
        offered(&[dir, "--only", ""]),
        [bakery, "def\tCLÍNICA São José", "ghi\tCliente ghi"]
    );
    assert_eq!(offered(&["--summary", dir, "--only", "pada"]), [bakery]);
    assert_eq!(offered(&["check", dir, "--only", "ab"]), [bakery]);
    assert!(offered(&["nada", "--only", ""]).is_empty());
    let options = offered(&["--ret"]);
    assert!(
        options
            .iter()
            .any(|option| option.starts_with("--retry-budget"))
    );
}

/// What newcomers typed in their first minute, and what helps them on.
#[test]
#[ignore = "long"]
fn the_traps_of_the_first_minute_are_gone() {
    let served = two().serve();
    let dir = served.dir.path().to_str().unwrap();
    let place = tempfile::tempdir().unwrap();
    let here = |args: &[&str]| {
        let mut command = command();
        ran(command.args(args).current_dir(place.path()))
    };
    let left = || fs::read_dir(place.path()).unwrap().count();

    // 1. Nothing at all.
    let bare = here(&[]).exited(4);
    assert_eq!((bare.stdout.as_str(), left()), ("", 0));
    assert_eq!(bare.stderr.lines().count(), 6);
    for command in ["demo", "add", "check", "--help"] {
        assert_words(&bare.stderr, &[&format!("oci-consumo {command} ")]);
    }
    assert_words(
        &here(&["--lang", "en"]).exited(4).stderr,
        &["There is no config_* file"],
    );
    here(&["--format", "json"]).exited(4);
    assert_eq!(left(), 0);
    fs::create_dir(place.path().join("meus clientes")).unwrap();
    fs::write(place.path().join("meus clientes/config_a"), "").unwrap();
    let bare = here(&[]).exited(4);
    assert_eq!((bare.stderr.lines().count(), left()), (6, 1));
    assert_words(&bare.stderr, &["há em './meus clientes'"]);

    // 2. A command that there is not.
    for (word, near) in [("init", None), ("list", None), ("chek", Some("check"))] {
        let told = here(&[word]).exited(2);
        assert_eq!(told.stdout, "");
        let is_none = format!("\"{word}\" não é um comando nem uma pasta");
        assert_words(
            &told.stderr,
            &[&is_none, "comandos: ", "demo", "check", "./NOME"],
        );
        assert_eq!(told.stderr.contains("você quis dizer"), near.is_some());
        assert_words(&told.stderr, &[near.unwrap_or_default()]);
    }
    fs::create_dir(place.path().join("check")).unwrap();
    fs::write(place.path().join("check/config_a"), "").unwrap();
    let told = here(&["check", "meus clientes", "--offline"]);
    assert_words(
        &told.stderr,
        &["check é o comando; para a pasta, escreva ./check"],
    );
    let told = here(&["check", "check", "--offline"]);
    assert_eq!(told.stderr, "");

    // 3. The report by its name, and 4. options before the command.
    let summary = served.run(&["--summary", "--no-store"]).exited(0).stdout;
    let endpoint = format!("--endpoint={}", served.server.endpoint());
    for args in [
        ["report", dir, "--summary", &endpoint],
        ["--summary", "report", dir, &endpoint],
        ["--summary", &endpoint, "report", dir],
    ] {
        let told = program(&[&args[..], &["--as-of", AS_OF, "--no-store"]].concat()).exited(0);
        assert_eq!(without_run_time(&told.stdout), without_run_time(&summary));
    }
    let before = demo(&["--summary"]).exited(0).stdout;
    let behind = program(&["--summary", "--as-of", AS_OF, "demo"])
        .exited(0)
        .stdout;
    assert_eq!(without_run_time(&before), without_run_time(&behind));
    assert_eq!(
        program(&["-q", "check", dir, "--offline"]).exited(0).stderr,
        ""
    );

    // 5. A date as people write it.
    let date = |text: &str| served.json(0, &["--as-of", text])["data_base"].clone();
    assert_eq!(date("17/06/2026"), date("2026-06-17"));

    // 6. A change without a sign.
    let told = served.run(&["--what-if", "20%"]).exited(2);
    assert_words(&told.stderr, &["falta o sinal: +20% ou -20%"]);
    let told = served.run(&["--what-if", "20%", "--lang", "en"]).exited(2);
    assert_words(&told.stderr, &["the sign is missing: +20% or -20%"]);
    served.run(&["--what-if", "+20% from 01/07/2026"]).exited(0);

    // 7. Languages as systems write them, on the line and in the environment.
    for (text, word) in [
        ("pt", "━━ Carteira"),
        ("pt_BR", "━━ Carteira"),
        ("pt-br", "━━ Carteira"),
        ("en", "━━ Portfolio"),
        ("en_US", "━━ Portfolio"),
    ] {
        served.run(&["--lang", text]).exited(0).says(word);
        let mut command = served.command();
        ran(command.env("OCI_CONSUMO_LANG", text))
            .exited(0)
            .says(word);
    }

    // 8. A name with a slip: `only_finds_by_name_and_file_without_case_and_accents`.
    // 9. A table without a file, 10. a .csv of clients: `outputs`.

    // 11. The demo's own folder, again.
    let folder = place.path().join("demo");
    let folder = folder.to_str().unwrap();
    for faults in [&["--faults"][..], &[]] {
        let mut command = command();
        command
            .args(["demo", "--as-of", AS_OF, "--serve", "--dir", folder])
            .args(faults);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_words(&line, &["Serviço simulado em http://127.0.0.1:"]);
    }
    let configs = fs::read_dir(folder).unwrap().flatten();
    let configs =
        configs.filter(|entry| entry.file_name().to_string_lossy().starts_with("config_"));
    assert_eq!(configs.count(), 6);
}

#[test]
fn a_wrong_line_is_answered_in_the_language_of_the_run() {
    let secret = "postgres://dono:s3nha@host/base";
    for (args, pt, en) in [
        (
            &["--nada"][..],
            "a opção --nada não existe",
            "there is no option --nada",
        ),
        (
            &["--summry"],
            "você quis dizer: --summary",
            "did you mean: --summary",
        ),
        (
            &["--format", "xml"],
            "--format não aceita \"xml\"",
            "--format does not take \"xml\"",
        ),
        (
            &["--fail-on", "within,x"],
            "valores: spent, runs-out",
            "values: spent, runs-out",
        ),
        (
            &["-q", "-v"],
            "--quiet não pode ser usada com --verbose",
            "--quiet cannot be used with --verbose",
        ),
        (&["a", "b"], "\"b\" sobra", "\"b\" is too much"),
        (&["demo", "a"], "\"a\" sobra", "\"a\" is too much"),
        (
            &["add", "--only", "a"],
            "a opção --only não existe",
            "there is no option --only",
        ),
        (
            &["--jobs"],
            "--jobs precisa de um valor",
            "--jobs needs a value",
        ),
        (
            &["--jobs", "0"],
            "escreva um número de 1 a 1024",
            "write a number from 1 to 1024",
        ),
        (
            &["--timeout", "0"],
            "deve ser maior que zero",
            "it must be over zero",
        ),
        (
            &["--retry-budget", "x"],
            "escreva um número inteiro",
            "write a whole number",
        ),
        (
            &["demo", "--dir", "x"],
            "falta --serve",
            "--serve is missing",
        ),
        (&["completions"], "falta <SHELL>", "<SHELL> is missing"),
        (
            &["-o", "x-{dia}.csv"],
            "{dia} não é conhecido; só há {date}",
            "{dia} is not known; there is only {date}",
        ),
        (
            &["-o", "x.pdf"],
            "deve terminar em .json, .csv, .xlsx, .md ou .html",
            "must end in .json, .csv, .xlsx, .md or .html",
        ),
        (
            &["--what-if", "+5 BRL"],
            "escreva sem moeda",
            "write it without a currency",
        ),
        (
            &["--as-of", "x\u{1b}[31m"],
            "escreva um dia deste século",
            "write a day of this century",
        ),
        (&[secret, secret], "sobra", "is too much"),
        (
            &["chek", "./clientes"],
            "\"chek\" não é um comando nem uma pasta você quis dizer: check",
            "\"chek\" is neither a command nor a folder did you mean: check",
        ),
        (
            &["--jobs", secret],
            "--jobs não aceita",
            "--jobs does not take",
        ),
    ] {
        for (lang, words) in [("pt", pt), ("en", en)] {
            for args in [
                [args, &["--lang", lang]].concat(),
                [&[&*format!("--lang={lang}")], args].concat(),
            ] {
                let ran = program(&args).exited(2);
                assert_eq!(ran.stdout, "");
                assert_words(&ran.stderr, &["oci-consumo: ", words]);
                assert!(
                    !ran.stderr.contains("s3nha") && !ran.stderr.contains('\x1b'),
                    "{}",
                    ran.stderr
                );
            }
        }
    }
}

/// A line that clap refuses is answered in the folder's language, as one that the plan refuses.
#[test]
fn a_wrong_line_follows_the_folder_s_language() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("oci-consumo.ini"), "lang = en\n").unwrap();
    let dir = folder.path().to_str().unwrap();
    let answered = |ran: Ran, words: &str| assert_words(&ran.exited(2).stderr, &[words]);
    let (portuguese, english) = ("a opção --nada não existe", "there is no option --nada");
    for args in [
        &[dir, "--nada"][..],
        &["--nada", dir],
        &["check", dir, "--nada"],
        &["add", "--nada", dir],
    ] {
        answered(program(args), english);
    }
    answered(ran(command().current_dir(dir).arg("--nada")), english);
    answered(program(&[dir, "--nada", "--lang", "pt"]), portuguese);
    // A command without a folder, and a folder whose defaults cannot be read.
    answered(
        ran(command().current_dir(dir).args(["manual", "--nada"])),
        portuguese,
    );
    fs::write(folder.path().join("oci-consumo.ini"), "lang\n").unwrap();
    answered(program(&[dir, "--nada"]), portuguese);
}

#[test]
fn situations_have_english_words_and_their_portuguese_ones() {
    let served = two().serve();
    let words = [
        ("spent", "esgotado"),
        ("runs-out", "vai_esgotar"),
        ("no-data", "sem_dados"),
        ("incomplete-history", "historico_incompleto"),
        ("borderline", "no_limite"),
        ("unused", "vai_sobrar"),
        ("within", "dentro"),
        ("no-forecast", "sem_previsao"),
        ("pay-as-you-go", "sem_credito"),
        ("not-started", "nao_iniciado"),
        ("ended", "encerrado"),
    ];
    let met = |english: &str| ["unused", "within"].contains(&english);
    let told = |words: &str, status| drop(served.run(&["--fail-on", words]).exited(status));
    for (english, portuguese) in words.iter().filter(|(english, _)| met(english)) {
        told(english, 10);
        told(portuguese, 10);
    }
    // None of the others is met, so that one run tells of all of them.
    let others = words.iter().filter(|(english, _)| !met(english));
    let (english, portuguese): (Vec<&str>, Vec<&str>) = others.copied().unzip();
    told(&english.join(","), 0);
    told(&portuguese.join(","), 0);
}

/// `served` with `args`, both of its outputs closed before it writes.
fn into_closed_pipes(served: &Served, args: &[&str]) -> Option<i32> {
    let mut command = served.command();
    command
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    child.wait().unwrap().code()
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let folder = two();
    folder.write("config_velho~", b"?");
    let (complete, partial) = (folder.serve(), partly().serve());
    assert_eq!(into_closed_pipes(&complete, &[]), Some(0));
    assert_eq!(into_closed_pipes(&complete, &["-v"]), Some(0));
    assert_eq!(into_closed_pipes(&complete, &["--format", "json"]), Some(0));
    assert_eq!(
        into_closed_pipes(&complete, &["--fail-on", "dentro"]),
        Some(10)
    );
    assert_eq!(into_closed_pipes(&partial, &["-v"]), Some(3));

    // With stderr open there is nothing on it.
    let mut command = partial.command();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(3), ""));
}

/// Ctrl-C as the terminal would send it, or what `kill` and a service manager send.
#[cfg(unix)]
const SIGNALS: [&str; 2] = ["INT", "TERM"];

#[cfg(unix)]
fn interrupt(child: &mut Child, signal: &str) -> Option<i32> {
    send(child, signal);
    child.wait().unwrap().code()
}

#[cfg(unix)]
fn send(child: &Child, signal: &str) {
    let sent = std::process::Command::new("kill")
        .args(["-s", signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

#[cfg(unix)]
#[test]
fn ctrl_c_and_sigterm_end_it_at_once() {
    SIGNALS.into_iter().for_each(ends_at_once);
}

/// A run over a client that asks the service nothing, `more` of its like, and one that is never answered, as the
/// last one waits.
#[cfg(unix)]
fn waiting(command_word: &[&str], args: &[&str], more: usize) -> (Served, Child) {
    let future = |id: &str| Config::new(id).with("inicio_contrato", "2026-07-01");
    let mut folder = Folder::new()
        .config(&future("aaa").with("cliente", "CLÍNICA São José"))
        .faulty(&bakery(), rows("1.00"), [], Some(Fault::Silent(FOR_EVER)));
    for n in 0..more {
        folder = folder.config(&future(&format!("mais{n}")));
    }
    let served = folder.serve();
    let mut command = command();
    let mut child = command
        .args(command_word)
        .arg(served.dir.path())
        .args(["--as-of", AS_OF, "--timeout", "900"])
        .args(["--endpoint", &served.server.endpoint()])
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while served.server.requests() == 0 {
        assert!(begun.elapsed() < FOR_EVER / 2, "no request");
        assert_eq!(child.try_wait().unwrap(), None);
        std::thread::yield_now();
    }
    (served, child)
}

#[cfg(unix)]
const FOR_EVER: Duration = Duration::from_secs(600);

#[cfg(unix)]
#[test]
fn the_first_ctrl_c_reports_who_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("a.json");
    for args in [&[][..], &["--format", "json"]] {
        let output = ["-o", output.to_str().unwrap()];
        let (_served, mut child) = waiting(&[], &[args, &output].concat(), 0);
        assert_eq!(interrupt(&mut child, "INT"), Some(130));
        let [out, err] = said(&mut child);
        assert_words(&out, &["CLÍNICA São José", "interrompida (Ctrl-C)"]);
        assert_words(&err, &["interrompido; sem resultado: Padaria Pão Quente"]);
        if args == ["--format", "json"] {
            let document: Value = serde_json::from_str(&out).unwrap();
            assert_eq!(names(&document), ["config_aaa"]);
            assert_eq!(document["falhas"][0]["codigo"], "interrompido");
        }
    }
    let (_served, mut child) = waiting(&["check"], &["--lang", "en"], 0);
    assert_eq!(interrupt(&mut child, "INT"), Some(130));
    let [out, err] = said(&mut child);
    assert_words(&out, &["CLÍNICA São José", "interrupted (Ctrl-C)"]);
    assert_words(
        &err,
        &["interrupted; without a result: ", "Padaria Pão Quente"],
    );
    // A report that is not whole overwrites no file.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// The report is longer than what a pipe holds, and nobody reads it.
#[cfg(unix)]
#[test]
fn the_second_ctrl_c_ends_it() {
    let (_served, mut child) = waiting(&[], &["--format", "json"], 150);
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    send(&child, "INT");
    assert_words(
        &lines.next().unwrap().unwrap(),
        &["Ctrl-C de novo encerra já"],
    );
    assert_eq!(interrupt(&mut child, "INT"), Some(130));
}

/// Both outputs of a child that has ended.
#[cfg(unix)]
fn said(child: &mut Child) -> [String; 2] {
    let mut said = [String::new(), String::new()];
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    out.read_to_string(&mut said[0]).unwrap();
    err.read_to_string(&mut said[1]).unwrap();
    said
}

#[cfg(unix)]
fn ends_at_once(signal: &str) {
    let wait = Duration::from_secs(60);
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("a.json");
    let served = Folder::new()
        .faulty(&bakery(), rows("1.00"), [], Some(Fault::Silent(wait)))
        .serve();
    let mut command = served.command();
    let mut child = command
        .args(["--no-store", "-o", output.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while served.server.requests() == 0 {
        assert!(begun.elapsed() < wait, "no request");
        std::thread::yield_now();
    }
    let begun = Instant::now();
    assert_eq!(interrupt(&mut child, signal), Some(130));
    assert!(begun.elapsed() < wait / 2);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    // Ctrl-C reports who is done: nobody.
    let [out, err] = said(&mut child);
    assert_eq!(out.is_empty() && err.is_empty(), signal == "TERM");
}

fn demo(args: &[&str]) -> Ran {
    program(&[&["demo", "--as-of", AS_OF], args].concat())
}

#[test]
#[ignore = "long"]
fn the_demo_is_the_same_for_the_same_seed() {
    let one = demo(&[]).exited(0);
    let again = demo(&["--seed", "1"]).exited(0);
    let other = demo(&["--seed", "2"]).exited(0);
    assert_eq!(one.stderr, "");
    assert_words(one.stdout.lines().next().unwrap(), &["DADOS SIMULADOS"]);
    assert_eq!(
        without_run_time(&one.stdout),
        without_run_time(&again.stdout)
    );
    assert_ne!(
        without_run_time(&one.stdout),
        without_run_time(&other.stdout)
    );
}

#[test]
fn the_demo_shows_what_failure_looks_like() {
    let mut command = command();
    command.args(["demo", "--as-of", AS_OF, "--faults", "--format", "json"]);
    // It needs neither the network nor what others have set.
    command.env("HTTP_PROXY", "http://127.0.0.1:1");
    command.env("OCI_CONSUMO_ENDPOINT", "http://127.0.0.1:1");
    let document = ran(&mut command).exited(3).json();
    assert_eq!(document["simulado"], true);
    assert_eq!(document["resumo"]["relatados"], 6);
    let failures = document["falhas"].as_array().unwrap();
    let mut codes: Vec<&str> = failures
        .iter()
        .map(|failure| failure["codigo"].as_str().unwrap())
        .collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [
            "config_invalida",
            "nao_autenticado",
            "sem_permissao",
            "servico_indisponivel"
        ]
    );
    let currencies: Vec<&Value> = document["totais"]
        .as_array()
        .unwrap()
        .iter()
        .map(|total| &total["moeda"])
        .collect();
    assert_eq!(currencies, ["BRL", "USD"]);
}

#[cfg(unix)]
#[test]
#[ignore = "long"]
fn the_demo_serves_until_it_is_interrupted_and_leaves_nothing() {
    SIGNALS.into_iter().for_each(serves_until);
}

#[cfg(unix)]
fn serves_until(signal: &str) {
    let mut command = command();
    command.args(["demo", "--as-of", AS_OF, "--serve"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let after = |line: &str, label: &str| line.split_once(label).map(|(_, rest)| rest.to_owned());
    let mut find = |label: &str| {
        lines
            .find_map(|line| after(&line.unwrap(), label))
            .unwrap_or_else(|| panic!("no {label}"))
    };
    let endpoint = find("Serviço simulado em ");
    let folder = PathBuf::from(find("Clientes em "));

    let report = program(&[
        folder.to_str().unwrap(),
        "--endpoint",
        &endpoint,
        "--as-of",
        AS_OF,
        "--format",
        "json",
    ])
    .exited(0)
    .json();
    assert_eq!(report["simulado"], false);
    assert_eq!(report["resumo"]["relatados"], 6);

    assert_eq!(mode(&folder), 0o700);
    assert_eq!(interrupt(&mut child, signal), Some(130));
    assert!(!folder.exists());
}

/// While its keys and files are made, too.
#[cfg(unix)]
#[test]
fn a_demo_that_is_ended_early_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let left = || fs::read_dir(place.path()).unwrap().count();
    for pause in [0, 3, 10, 30, 100, 300] {
        let mut command = command();
        command.args(["demo", "--as-of", AS_OF]);
        command.env("TMPDIR", place.path()).stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        let begun = Instant::now();
        while left() == 0 && begun.elapsed() < Duration::from_secs(60) {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(pause));
        let status = interrupt(&mut child, "TERM");
        assert!(matches!(status, Some(0 | 130)), "{status:?}");
        assert_eq!(left(), 0, "after {pause} ms");
    }
}

#[cfg(unix)]
#[test]
fn the_demo_leaves_a_folder_that_was_named_and_touches_no_other() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("demo");
    let mut command = command();
    command
        .args(["demo", "--as-of", AS_OF, "--serve", "--dir"])
        .arg(&folder);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(interrupt(&mut child, "TERM"), Some(130));
    let files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 12, "six configs and their keys");
    assert_eq!(mode(&folder), 0o700);
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }

    // With a client that is not the demo's it is not overwritten.
    fs::write(folder.join("config_cliente"), "").unwrap();
    let dir = folder.to_str().unwrap();
    let again = demo(&["--serve", "--dir", dir]);
    assert!(matches!(again.status, Some(1 | 2)), "{again:?}");
    assert_words(&again.stderr, &["config_*", dir]);
}
